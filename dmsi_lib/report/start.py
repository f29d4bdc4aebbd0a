"""How a command begins a report: nothing is imported or started that turns out not to be needed."""

import gc
import sys
from contextlib import contextmanager

from dmsi_lib.report.freshness import is_current, notebook_keys, report_key
from dmsi_lib.report.notebooks import section_notebooks


@contextmanager
def quick_imports():
    """Import much in less time; the one place where the interpreter is told how to go about it.

    Looking for garbage while importing would take a sixth of the time, and find none; nor need it
    ever walk through what was imported, whose memory forks then go on sharing. And the validator
    of nbformat would compile a grammar for internet addresses, which takes a second and which
    notebooks have no use for; where the grammar is missing, the validator goes without.
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
        gc.freeze()
        gc.enable()


@contextmanager
def _warming_up(choices, options):
    """The process that kernels are forked from; it warms up while this one imports, too."""
    from dmsi_lib.report.warm_kernels import warm_up

    warm = warm_up(choices.files) if options.warm and not options.scheduler else None
    try:
        yield warm
    finally:
        if warm is not None:
            warm.close()


def build_report(out, choices, options, progress=print):
    """Make a report, but for where it is there already, made of the same; see `make_report`.

    Returns
    -------
    bool
        Whether it was made.
    """
    keys = notebook_keys(section_notebooks(options.only), choices)
    if not options.force and is_current(out, report_key(keys, options)):
        return False
    with _warming_up(choices, options) as warm:
        with quick_imports():
            from dmsi_lib.report.report import make_report
        make_report(out, choices, options, progress, warm)
    return True


def build_batch(out, by, choices, options, progress=print):
    """Make a batch, its imports and its kernels' side by side; see `make_batch`."""
    with _warming_up(choices, options) as warm:
        with quick_imports():
            from dmsi_lib.report.batch import make_batch
        return make_batch(out, by, choices, options, progress, warm)
