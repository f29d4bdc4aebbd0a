"""Notebooks of a few cells, for what must happen when one is run."""

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

PARAMETERS = 'export = None\nquestionnaire = None\nedit = "none"\nbase = "answered"\nwhere = []'


def write_notebook(path, *sources, title="A section"):
    """A notebook with a title, the parameters, and cells with the given sources."""
    cells = [
        new_markdown_cell(f"# {title}\n\nWhat it is about."),
        new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
        *map(new_code_cell, sources),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = new_notebook(cells=cells, metadata={"kernelspec": kernel})
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path
