"""The notebooks of a report as they are in the repository: which there are, and what they take."""

# nbformat is loaded by those alone who read a notebook.
from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from dmsi_lib.choices import AUDIENCES, CODEBOOK, QUESTIONNAIRE, Choices, Options, shipped
from dmsi_lib.errors import InputError, NotebookError, UsageError

if TYPE_CHECKING:
    from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
# Tags of cells that are about figures published of this wave, and about coded answers.
PUBLISHED, THEMES = "published", "themes"
_ID = re.compile(rb"\bid['\"]?\s*:\s*['\"]?([A-Za-z]\w*)")
Source = TypeVar("Source", Path, "Path | Generated")
WAVES = "85_compared_waves"  # name of the notebook that compares with an earlier wave


@dataclass(frozen=True)
class Generated:
    """A notebook that is no file: its name without ending, and its text."""

    stem: str
    text: str

    @property
    def name(self) -> str:
        """As a file would be called."""
        return f"{self.stem}.ipynb"


def sources_of(choices: Choices, options: Options) -> list[Path | Generated]:
    """The notebooks that a report of these choices is made of, in order: those in the folder that
    was said, or beside the questionnaire; those of the repository, if they are about this survey;
    else such as any survey can have. With an earlier wave to compare with, behind them the one that
    does so, which is taken from the same folder if it lies there.

    Raises
    ------
    InputError
        Where there are none in the folder that was said, or none of the repository, since only the
        library is installed; where the earlier wave's questionnaire can't be read.
    UsageError
        As from `section_notebooks`.
    """
    found = _sections(choices, options)
    others = [source for source in found if source.stem != WAVES]
    if choices.baseline is None:
        return _only(others, options.only)
    own = [source for source in found if source.stem == WAVES]
    if not own:
        from dmsi_lib.report.wave_section import wave_text

        own = [Generated(WAVES, wave_text(choices, choices.baseline))]
    return _only([*others, *own], options.only)


def _sections(choices: Choices, options: Options) -> Sequence[Path | Generated]:
    folder = _own_folder(choices, options)
    if folder is not None or _is_about(choices):
        return section_notebooks(folder=folder)
    from dmsi_lib.questionnaire import read_codebook, read_questionnaire
    from dmsi_lib.report.generic_sections import generic_texts

    place = choices.questionnaire_path
    questionnaire = read_questionnaire(place)
    coded = read_codebook(place.parent / CODEBOOK.name, questionnaire)
    texts = generic_texts(questionnaire, choices.export_path, place, coded)
    return [Generated(*each) for each in sorted(texts.items())]


def _is_about(choices: Choices) -> bool:
    """Whether the repository's notebooks are about the survey: at least half of its questions are
    of the questionnaire in data/ beside them. Many a survey has a "role" or an "age"."""
    beside = NOTEBOOKS.parent / "data" / QUESTIONNAIRE.name
    if not choices.questionnaire:
        return True
    if not beside.is_file():
        return NOTEBOOKS.is_dir()  # which an installed library lacks
    ours, theirs = (_ids(path) for path in (choices.questionnaire_path, beside))
    return bool(ours) and 2 * len(ours & theirs) >= len(ours)


def _ids(questionnaire: Path) -> set[bytes]:
    """The ids that stand in a questionnaire; none of a file that can't be read."""
    try:
        return set(_ID.findall(questionnaire.read_bytes()))
    except OSError:
        return set()


def _own_folder(choices: Choices, options: Options) -> Path | None:
    """The folder that was said, or the one beside the questionnaire or its folder, if any is."""
    if options.notebooks is not None:
        if not _numbered(options.notebooks):
            raise InputError(
                f"{options.notebooks}: there is no notebook of a section there; expected files "
                "such as 01_first.ipynb."
            )
        return options.notebooks
    place = choices.questionnaire_path.parent
    beside = [place / "notebooks", place.parent / "notebooks"] if choices.questionnaire else []
    return next(filter(_numbered, beside), None)


def _numbered(folder: Path) -> list[Path]:
    return sorted(folder.glob("[0-8][0-9]_*.ipynb"))


def section_notebooks(only: Collection[str] = (), folder: Path | None = None) -> list[Path]:
    """The numbered notebooks of a report in order.

    Parameters
    ----------
    only : numbers or beginnings of names; all sections by default. Notebooks from 90 on are for
        exploring and belong to no report.
    folder : by default that of the repository

    Raises
    ------
    InputError
        Where there are no notebooks, since only the library is installed.
    UsageError
        Where nothing begins like that.
    """
    return _only(_numbered(folder or shipped(NOTEBOOKS)), only)


def _only(found: list[Source], only: Collection[str]) -> list[Source]:
    """The notebooks whose names begin as was said; all where nothing was."""
    for start in only:
        if not any(path.name.startswith(start) for path in found):
            names = ", ".join(path.stem for path in found)
            raise UsageError(f"No notebook begins with '{start}'. There are: {names}.")
    return [path for path in found if not only or path.name.startswith(tuple(only))]


def read_source(source: Path | Generated) -> NotebookNode:
    """A notebook before it was run; NotebookError where the file is none."""
    import nbformat

    if isinstance(source, Generated):
        return nbformat.reads(source.text, as_version=4)
    try:
        return nbformat.read(source, as_version=4)
    # What nbformat raises for bytes that are no text, text that is no JSON, JSON that is no object,
    # and objects that are no notebook.
    except (ValueError, AttributeError, nbformat.ValidationError) as error:
        reason = f"{error}".splitlines()[0][:100]
        raise NotebookError(f"{source.name}: is no notebook ({reason}).") from None


def edition(
    notebook: NotebookNode, audience: str, lacking: Collection[str] = ()
) -> NotebookNode | None:
    """A notebook for one audience, None where it is for another one altogether.

    Cells tagged with another audience, for researchers alone, or with what is lacking (`published`,
    `themes`), are left out; if the first is one, the whole section is.
    """
    import nbformat

    from dmsi_lib.pages import RESEARCHER

    others = {RESEARCHER, *AUDIENCES, *lacking} - {audience}

    def is_foreign(cell: NotebookNode) -> bool:
        return bool(others & set(cell.metadata.get("tags", [])))

    if any(map(is_foreign, notebook.cells[:1])):
        return None
    kept = [cell for cell in notebook.cells if not is_foreign(cell)]
    return nbformat.from_dict(notebook | {"cells": kept})


def check_parameters(notebook: NotebookNode, parameters: Iterable[str], name: str) -> None:
    """Refuse parameters that a notebook does not have; papermill would only log them.

    Raises
    ------
    NotebookError
        With the name of the notebook's file, the unknown parameters, and those there are.
    """
    cells = [
        cell.source for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])
    ]
    if not cells:
        raise NotebookError(f"{name}: has no cell with the tag 'parameters'.")
    try:
        body = ast.parse(cells[0]).body
    except SyntaxError as error:
        raise NotebookError(
            f"{name}: the parameters cell can't be read (line {error.lineno}: {error.msg})."
        ) from None
    known = set()
    for node in body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        known |= {target.id for target in targets if isinstance(target, ast.Name)}
    unknown = sorted(set(parameters) - known)
    if unknown:
        names = ", ".join(map(repr, unknown))
        raise NotebookError(
            f"{name}: has no parameter {names}. It has: {', '.join(sorted(known))}."
        )
