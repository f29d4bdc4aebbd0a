"""How a command begins a report: nothing is imported or started that turns out not to be needed."""

import gc
import sys
from contextlib import contextmanager, nullcontext
from pathlib import Path

from dmsi_lib.choices import Choices, Options
from dmsi_lib.report.freshness import is_current, notebook_keys, report_key
from dmsi_lib.report.notebooks import section_notebooks


@contextmanager
def quick_imports(to_fork=False):
    """Import much in less time; the one place where the interpreter is told how to go about it.

    Looking for garbage while importing would take a sixth of the time, and find none. And the
    validator of nbformat would compile a grammar for internet addresses, which takes a second and
    which notebooks have no use for; where the grammar is missing, the validator goes without.

    Parameters
    ----------
    to_fork : bool
        Never look for garbage in what was imported: forks go on sharing memory that nobody touches.
    """
    grammar = "rfc3987_syntax"
    hidden = grammar not in sys.modules
    gc.disable()
    if hidden:
        sys.modules[grammar] = None
    try:
        yield
    finally:
        if hidden:
            del sys.modules[grammar]
        if to_fork:
            gc.freeze()
        gc.enable()


def start_kernels(choices, options):
    """The kernels for a run; the process they are forked from warms up from here on."""
    if options.scheduler:
        return nullcontext()
    from dmsi_lib.report.kernels import Kernels
    from dmsi_lib.report.warm_kernels import warm_up

    return Kernels(warm_up(choices.files) if options.warm else None)


def make_report(out, choices=None, options=None, progress=print):
    """Execute the notebooks and write a report's folder, unless it is there already.

    Parameters
    ----------
    out : path of the folder; replaced as a whole once everything has worked
    choices : Choices, optional
    options : Options, optional
    progress : callable of str
        Told each notebook's name and seconds once it is done.

    Returns
    -------
    bool
        False where nothing has changed since the report that is there was made.

    Raises
    ------
    DmsiError
        Before anything is written where the input is refused; nothing is replaced where a notebook
        fails.
    """
    out, choices, options = Path(out), choices or Choices(), options or Options()
    keys = notebook_keys(section_notebooks(options.only), choices)
    if not options.force and is_current(out, report_key(keys, options)):
        return False
    with start_kernels(choices, options) as kernels:
        with quick_imports():
            from dmsi_lib.report.planning import plan_report, read_sections
            from dmsi_lib.report.report import write_reports
        sections = read_sections(options.only, choices.audience)
        plan = plan_report(sections, choices, options, out)
        write_reports(out, [plan], options, progress, kernels)
    return True


def make_batch(out, by, choices, options, progress=print):
    """Write one report for each group of respondents.

    Parameters
    ----------
    out : Path of the folder; replaced as a whole once everything has worked
    by : list of str, ids of single-choice questions; their combinations are the groups
    choices : Choices, those of all reports
    options : Options
    progress : callable of str

    Returns
    -------
    int
        How many reports there are.
    list of str
        The groups that are too small for one.

    Raises
    ------
    DmsiError
        Before anything is written where the input is refused or no group is large enough; nothing
        is replaced where a notebook fails.
    """
    with start_kernels(choices, options) as kernels:
        with quick_imports():
            from dmsi_lib.report.batch import write_batch
        return write_batch(out, by, choices, options, progress, kernels)
