"""What a report is to be made of, before any data are read: its notebooks, and which must run.

What need not be done again is taken over from the folder of the report before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from dmsi_lib.choices import CODEBOOK, PUBLISHED_FIGURES, Choices, Options, input_files
from dmsi_lib.errors import InputError
from dmsi_lib.pages import PARTS, part_of
from dmsi_lib.published import is_of_wave
from dmsi_lib.questionnaire import read_questionnaire
from dmsi_lib.report.execution import Run
from dmsi_lib.report.freshness import (
    is_current,
    notebook_keys,
    read_record,
    report_key,
    unchanged_files,
)
from dmsi_lib.report.notebooks import PUBLISHED, THEMES, edition, read_source, sources_of
from dmsi_lib.where import Where


@dataclass(frozen=True)
class PlannedReport:
    """The plan of work of one report; what goes by name is in the order of the sections."""

    choices: Choices
    folder: str  # within a batch; "" for a single report
    title: str  # of the group
    notebooks: dict[str, NotebookNode]
    keys: dict[str, str]
    key: str  # of the whole report
    current: bool  # whether the folder of before can stay as it is
    taken: dict[str, Run]  # the notebooks of before that nothing has changed for
    seconds: dict[str, float]  # as the notebooks took before

    @property
    def waiting(self) -> list[str]:
        """Names of the notebooks that must be executed."""
        return [] if self.current else [name for name in self.notebooks if name not in self.taken]


def read_sections(options: Options, choices: Choices) -> dict[str, NotebookNode]:
    """The notebooks by name that a report of these choices is made of, in order: part by part.

    A notebook whose metadata say `dmsi.needs: published` is left out of the report of a group, and
    of a wave of which nothing was published before; so are cells with the tag `published` of such a
    wave, and those with the tag `themes` where there is no codebook.

    Raises
    ------
    InputError
        Where there is none.
    NotebookError, UsageError
        See `notebooks.sources_of` and `notebooks.read_source`.
    """
    paths, audience = sources_of(choices, options), choices.audience
    lacking = lacking_material(choices)
    found = {path.stem: edition(read_source(path), audience, lacking) for path in paths}
    comparable = PUBLISHED not in lacking and not choices.where
    sections = {
        name: notebook
        for name, notebook in found.items()
        if notebook is not None and (comparable or not _compares(notebook))
    }
    if not sections:
        raise InputError(
            f"None of the sections is for a report of audience {audience}"
            + (f" where {choices.where}." if choices.where else ".")
        )
    parts = list(PARTS)
    return dict(sorted(sections.items(), key=lambda item: parts.index(part_of(item[1]))))


def lacking_material(choices: Choices) -> set[str]:
    """Of what a notebook's cells may be about, what does not lie beside the questionnaire."""
    files, lacking = input_files(choices), set()
    if CODEBOOK.name not in files:
        lacking.add(THEMES)
    ledger = files.get(PUBLISHED_FIGURES.name)
    if ledger is None or not is_of_wave(ledger, _wave(choices)):
        lacking.add(PUBLISHED)
    return lacking


def _wave(choices: Choices) -> str:
    """The wave of the questionnaire; "" where it can't be read, which is told when it is needed."""
    try:
        return read_questionnaire(choices.questionnaire_path).wave
    except InputError:
        return ""


def _compares(notebook: NotebookNode) -> bool:
    """Whether a notebook holds the answers of everybody against what was published before."""
    about = notebook.metadata.get("dmsi")
    return isinstance(about, dict) and about.get("needs") == "published"


def plan_report(
    sections: Mapping[str, NotebookNode],
    choices: Choices,
    options: Options,
    before: Path,
    folder: str = "",
    title: str = "",
    groups: Iterable[Where] = (),
) -> PlannedReport:
    """Plan one report.

    Parameters
    ----------
    sections : as from `read_sections`
    before : the report that it is to replace, which need not be there
    folder, title : see `PlannedReport`
    groups : the conditions of all groups of a batch; see `freshness.notebook_keys`
    """
    keys = notebook_keys(sources_of(choices, options), choices, groups)
    key = report_key(keys, options, title)
    record = read_record(before)
    times = record.get("seconds", {}).items()  # of a file that anybody may have changed
    seconds = {name: value for name, value in times if isinstance(value, int | float)}
    current = not options.force and is_current(before, key)
    taken = {}
    if not options.force and not current:
        intact, old = unchanged_files(before, record), record.get("keys", {})
        for name in sections:
            file = f"notebooks/{name}.ipynb"
            if old.get(name) == keys[name] and file in intact:
                taken[name] = Run(name, folder, seconds.get(name, 0), read_source(before / file))
    return PlannedReport(choices, folder, title, dict(sections), keys, key, current, taken, seconds)
