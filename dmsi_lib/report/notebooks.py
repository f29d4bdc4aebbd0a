"""The notebooks of a report as they are in the repository: which there are, and what they take."""

import ast
from pathlib import Path

from dmsi_lib.choices import AUDIENCES, shipped
from dmsi_lib.errors import NotebookError, UsageError

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


def section_notebooks(only=None, folder=None):
    """The numbered notebooks of the report in order.

    Parameters
    ----------
    only : list of str, optional
        Numbers or beginnings of names; all sections by default. Notebooks from 90 on are for
        exploring and belong to no report.
    folder : path, optional
        That of the repository by default.

    Raises
    ------
    InputError
        Where there are no notebooks, since only the library is installed.
    UsageError
        Where nothing begins like that.
    """
    found = sorted(Path(folder or shipped(NOTEBOOKS)).glob("[0-8][0-9]_*.ipynb"))
    if not only:
        return found
    for start in only:
        if not any(path.name.startswith(start) for path in found):
            names = ", ".join(path.stem for path in found)
            raise UsageError(f"No notebook begins with '{start}'. There are: {names}.")
    return [path for path in found if any(path.name.startswith(start) for start in only)]


def read_source(source):
    """A notebook as it is in the repository.

    Parameters
    ----------
    source : Path

    Returns
    -------
    NotebookNode

    Raises
    ------
    NotebookError
        Where the file is no notebook.
    """
    import nbformat

    try:
        return nbformat.read(source, as_version=4)
    # What nbformat raises for bytes that are no text, text that is no JSON, JSON that is no object,
    # and objects that are no notebook.
    except (ValueError, AttributeError, nbformat.ValidationError) as error:
        reason = f"{error}".splitlines()[0][:100]
        raise NotebookError(f"{source.name}: is no notebook ({reason}).") from None


def edition(notebook, audience):
    """A notebook for one audience, None where it is for another one altogether.

    Parameters
    ----------
    notebook : NotebookNode
        Cells tagged with another audience are left out; if the first is one, the whole section is.
    audience : "internal" or "public"

    Returns
    -------
    NotebookNode or None
    """
    import nbformat

    others = set(AUDIENCES) - {audience}
    foreign = [bool(others & set(cell.metadata.get("tags", []))) for cell in notebook.cells]
    if foreign[:1] == [True]:
        return None
    pairs = zip(notebook.cells, foreign, strict=True)
    kept = [cell for cell, is_foreign in pairs if not is_foreign]
    return nbformat.from_dict(notebook | {"cells": kept})


def check_parameters(notebook, parameters, name):
    """Refuse parameters that a notebook does not have; papermill would only log them.

    Parameters
    ----------
    notebook : NotebookNode
    parameters : iterable of str
    name : str, of the notebook's file

    Raises
    ------
    NotebookError
        With the unknown names and those there are.
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
