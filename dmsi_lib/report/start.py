"""How a command begins a report: nothing is imported or started that turns out not to be needed."""

import gc
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from dmsi_lib.choices import Choices, Options
from dmsi_lib.report.freshness import is_current, notebook_keys, report_key
from dmsi_lib.report.notebooks import sources_of
from dmsi_lib.report.replacing import claimed_place
from dmsi_lib.working_folders import sweep

Progress = Callable[[str], object]  # told each notebook's name and seconds once it is done
# An option of pandas: texts are kept as Python does. Arrow, which pandas would take, is quick with
# long columns and slow to be called; a report's frames are small and many.
PLAIN_TEXTS = ("mode.string_storage", "python")


# Grammars of internet addresses and durations, which the validator of nbformat would compile for
# more than a second, and which notebooks have no use for; where they are missing it goes without.
_UNUSED = ("isoduration", "rfc3986_validator", "rfc3987_syntax")


@contextmanager
def quick_imports(to_fork: bool = False) -> Iterator[None]:
    """Import much in less time; the one place where the interpreter is told how to go about it.

    Looking for garbage while importing would take a sixth of the time, and find none. Where a
    process is to be forked nobody ever looks in what was imported, so that forks go on sharing it.
    """
    modules: dict[str, Any] = sys.modules
    hidden = [name for name in _UNUSED if name not in modules]
    gc.disable()
    modules.update(dict.fromkeys(hidden))
    try:
        yield
    finally:
        for name in hidden:
            del modules[name]
        if to_fork:
            gc.freeze()
        gc.enable()


def start_kernels(
    choices: Choices, options: Options, by: Sequence[str] = ()
) -> AbstractContextManager[Any]:
    """The Kernels for a run, or a batch by some questions, whose warmed process warms up from here
    on; None for a scheduler."""
    if options.scheduler:
        return nullcontext()
    from dmsi_lib.report.kernels import Kernels
    from dmsi_lib.report.warm_kernels import warm_up

    loaded = (*choices.files, choices.edit, choices.base, choices.where.texts)
    return Kernels(warm_up(loaded, tuple(by), choices.min_cell) if options.warm else None)


def make_report(
    out: Path,
    choices: Choices | None = None,
    options: Options | None = None,
    progress: Progress = print,
) -> bool:
    """Execute the notebooks and write a report's folder, unless it is there already.

    Parameters
    ----------
    out : replaced as a whole once everything has worked; a report, or not there
    choices : how the data are read
    options : how the report is made
    progress : told each notebook's name and seconds once it is done

    Returns
    -------
    False where nothing has changed since the report that is there was made

    Raises
    ------
    DmsiError
        Before anything is written where the input is refused, something else than a report stands
        in the place, or another run is writing there; nothing is replaced where a notebook
        fails.
    """
    choices, options = choices or Choices(), options or Options()
    keys = notebook_keys(sources_of(choices, options), choices)
    for place in (out.resolve().parent, Path(tempfile.gettempdir())):
        sweep(place)  # which brings back what a killed run had set aside
    if not options.force and is_current(out, report_key(keys, options)):
        return False
    with claimed_place(out) as work, start_kernels(choices, options) as kernels:
        with quick_imports():
            import pandas

            from dmsi_lib.report.planning import plan_report, read_sections
            from dmsi_lib.report.report import write_reports
        sections = read_sections(options, choices)
        plan = plan_report(sections, choices, options, out)
        with pandas.option_context(*PLAIN_TEXTS):
            write_reports(out, work, [plan], options, progress, kernels)
    return True


def make_batch(
    out: Path, by: list[str], choices: Choices, options: Options, progress: Progress = print
) -> tuple[int, str]:
    """Write one report for each group of respondents.

    Parameters
    ----------
    out : replaced as a whole once everything has worked; a report, or not there
    by : ids of single-choice questions; the combinations of their answers are the groups
    choices, options : those of all reports
    progress : see `make_report`

    Returns
    -------
    how many reports there are, and a sentence on the groups that have none, which for the public
    says how many these are and names none

    Raises
    ------
    DmsiError
        Before anything is written where the input is refused or no group is large enough; nothing
        is replaced where a notebook fails.
    """
    with claimed_place(out) as work, start_kernels(choices, options, by) as kernels:
        with quick_imports():
            import pandas

            from dmsi_lib.report.batch import write_batch
        with pandas.option_context(*PLAIN_TEXTS):
            return write_batch(out, work, by, choices, options, progress, kernels)
