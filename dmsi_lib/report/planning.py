"""What a report is to be made of, before any data are read: its notebooks, and which must run.

What need not be done again is taken over from the folder of the report before.
"""

from dataclasses import dataclass

from dmsi_lib.choices import Choices
from dmsi_lib.errors import InputError
from dmsi_lib.report.execution import Run
from dmsi_lib.report.freshness import (
    is_current,
    notebook_keys,
    read_record,
    report_key,
    unchanged_files,
)
from dmsi_lib.report.notebooks import edition, read_source, section_notebooks


@dataclass(frozen=True)
class PlannedReport:
    """The plan of work of one report.

    Attributes
    ----------
    choices : Choices
    folder : str, within a batch; "" for a single report
    title : str, of the group
    notebooks : dict of name to NotebookNode, in order
    keys : dict of name to key
    key : str, of the whole report
    current : bool, whether the folder of before can stay as it is
    taken : dict of name to Run, the notebooks of before that nothing has changed for
    seconds : dict of name to seconds, as the notebooks took before
    """

    choices: Choices
    folder: str
    title: str
    notebooks: dict
    keys: dict
    key: str
    current: bool
    taken: dict
    seconds: dict

    @property
    def waiting(self):
        """Names of the notebooks that must be executed."""
        return [] if self.current else [name for name in self.notebooks if name not in self.taken]


def read_sections(only, audience):
    """The notebooks that a report for an audience is made of.

    Parameters
    ----------
    only : list of str, see `notebooks.section_notebooks`
    audience : "internal" or "public"

    Returns
    -------
    dict of name to NotebookNode, in order

    Raises
    ------
    InputError
        Where there is none.
    NotebookError, UsageError
        See `notebooks.section_notebooks` and `notebooks.read_source`.
    """
    found = {path.stem: edition(read_source(path), audience) for path in section_notebooks(only)}
    sections = {name: notebook for name, notebook in found.items() if notebook is not None}
    if not sections:
        raise InputError(f"None of the sections is for a report of audience {audience}.")
    return sections


def plan_report(sections, choices, options, before, folder="", title="", groups=()):
    """Plan one report.

    Parameters
    ----------
    sections : dict as from `read_sections`
    choices : Choices
    options : Options
    before : Path of the report that it is to replace, which need not be there
    folder, title : str, see `PlannedReport`
    groups : list of the conditions of all groups of a batch; see `freshness.notebook_keys`

    Returns
    -------
    PlannedReport
    """
    keys = notebook_keys(section_notebooks(options.only), choices, groups)
    key = report_key(keys, options, title)
    record = read_record(before)
    taken = record.get("seconds", {}).items()  # of a file that anybody may have changed
    seconds = {name: value for name, value in taken if isinstance(value, int | float)}
    current = not options.force and is_current(before, key)
    same = []
    if not options.force and not current:
        intact, old = unchanged_files(before, record), record.get("keys", {})
        same = [n for n in sections if old.get(n) == keys[n] and f"notebooks/{n}.ipynb" in intact]
    runs = {
        name: Run(
            name, folder, seconds.get(name, 0), read_source(before / f"notebooks/{name}.ipynb")
        )
        for name in same
    }
    return PlannedReport(choices, folder, title, sections, keys, key, current, runs, seconds)
