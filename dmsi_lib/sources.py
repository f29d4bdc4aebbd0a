"""The notebooks of a report as they are in the repository: which there are, and what they take."""

import ast
from pathlib import Path

from dmsi_lib.errors import NotebookError, UsageError

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
INTERNAL = "internal"  # tag of cells that a public report leaves out


def section_notebooks(only=None, folder=NOTEBOOKS):
    """The numbered notebooks of the report in order.

    Parameters
    ----------
    only : list of str, optional
        Numbers or beginnings of names; all sections by default. Notebooks from 90 on are for
        exploring and belong to no report.

    Raises
    ------
    UsageError
        Where nothing begins like that.
    """
    found = sorted(p for p in Path(folder).glob("[0-8][0-9]_*.ipynb"))
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
    from nbformat.reader import NotJSONError

    try:
        return nbformat.read(source, as_version=4)
    except NotJSONError:
        raise NotebookError(f"{source.name}: is no notebook (not JSON).") from None


def public_edition(notebook):
    """A notebook without what is for internal use, None where that is all of it.

    Parameters
    ----------
    notebook : NotebookNode
        Cells tagged `internal` are left out; if the first is one of them, the whole section is.

    Returns
    -------
    NotebookNode or None
    """
    internal = [INTERNAL in cell.metadata.get("tags", []) for cell in notebook.cells]
    if internal[:1] == [True]:
        return None
    notebook = notebook.copy()
    pairs = zip(notebook.cells, internal, strict=True)
    notebook.cells = [cell for cell, is_internal in pairs if not is_internal]
    return notebook


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
