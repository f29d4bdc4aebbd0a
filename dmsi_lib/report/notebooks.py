"""The notebooks of a report as they are in the repository: which there are, and what they take."""

# nbformat is loaded by those alone who read a notebook.
from __future__ import annotations

import ast
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from dmsi_lib.choices import AUDIENCES, shipped
from dmsi_lib.errors import NotebookError, UsageError

if TYPE_CHECKING:
    from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


def section_notebooks(only: Collection[str] = ()) -> list[Path]:
    """The numbered notebooks of the report in order.

    Parameters
    ----------
    only : numbers or beginnings of names; all sections by default. Notebooks from 90 on are for
        exploring and belong to no report.

    Raises
    ------
    InputError
        Where there are no notebooks, since only the library is installed.
    UsageError
        Where nothing begins like that.
    """
    found = sorted(shipped(NOTEBOOKS).glob("[0-8][0-9]_*.ipynb"))
    for start in only:
        if not any(path.name.startswith(start) for path in found):
            names = ", ".join(path.stem for path in found)
            raise UsageError(f"No notebook begins with '{start}'. There are: {names}.")
    return [path for path in found if not only or path.name.startswith(tuple(only))]


def read_source(source: Path) -> NotebookNode:
    """A notebook as it is in the repository; NotebookError where the file is none."""
    import nbformat

    try:
        return nbformat.read(source, as_version=4)
    # What nbformat raises for bytes that are no text, text that is no JSON, JSON that is no object,
    # and objects that are no notebook.
    except (ValueError, AttributeError, nbformat.ValidationError) as error:
        reason = f"{error}".splitlines()[0][:100]
        raise NotebookError(f"{source.name}: is no notebook ({reason}).") from None


def edition(notebook: NotebookNode, audience: str) -> NotebookNode | None:
    """A notebook for one audience, None where it is for another one altogether.

    Cells tagged with another audience, or for researchers alone, are left out; if the first is
    one, the whole section is.
    """
    import nbformat

    from dmsi_lib.pages import RESEARCHER

    others = {RESEARCHER, *AUDIENCES} - {audience}

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
