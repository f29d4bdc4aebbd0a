"""What the tags of a notebook's cells say about its page: what is shown, folded or left out.

A cell tagged `finding` says what a section found, one tagged `table` or `details` is folded away,
one tagged `researcher` is for those who work with the notebook and stands on no page.
"""

from itertools import groupby

from nbformat import NotebookNode, from_dict

FINDING, SECTION_ONLY = "finding", "section-only"
RESEARCHER = "researcher"
FOLDS = {"table": "Table", "details": "Statistical details"}  # tag to the words on the fold
_NO_READERS_CELLS = {"parameters", "injected-parameters", "setup", RESEARCHER}


def readers_notebook(notebook: NotebookNode) -> NotebookNode:
    """A copy of an executed notebook with the cells that a page shows.

    Neighbouring cells that are folded under the same words become one. The metadata of each cell
    say as `fold` what stands on its fold, and as `finding` whether it tells what was found.
    """
    copy = from_dict(notebook)
    cells = [c for c in copy.cells if not _NO_READERS_CELLS & set(c.metadata.get("tags", []))]
    copy.cells = []
    for fold, group in groupby(cells, _fold_of):
        together = list(group)
        for cell in [_merged(together)] if fold else together:
            shows = any(map(_shows, cell.get("outputs", [])))
            cell.metadata.fold = fold if shows else ""
            cell.metadata.finding = is_finding(cell) and shows
            copy.cells.append(cell)
    return copy


def is_finding(cell: NotebookNode) -> bool:
    """Whether a cell says what its section found."""
    return cell.cell_type == "code" and FINDING in cell.metadata.get("tags", [])


def is_for_the_front(cell: NotebookNode) -> bool:
    """Whether what a cell found stands on the front page, too; `section-only` keeps it off."""
    return is_finding(cell) and SECTION_ONLY not in cell.metadata.get("tags", [])


def _shows(output: NotebookNode) -> bool:
    """Whether an output has anything to show: sentences may be none, in every form."""
    return "data" not in output or any(str(form).strip() for form in output.data.values())


def _fold_of(cell: NotebookNode) -> str:
    """The words on the fold that a cell lies in; "" for one that is in full view."""
    tags = cell.metadata.get("tags", []) if cell.cell_type == "code" else []
    return next((FOLDS[tag] for tag in tags if tag in FOLDS), "")


def _merged(cells: list[NotebookNode]) -> NotebookNode:
    """One cell of several."""
    first = cells[0]
    first.source = "\n\n".join(cell.source for cell in cells)
    first.outputs = [output for cell in cells for output in cell.outputs]
    return first
