"""Notebooks of a few cells, for what must happen when one is run."""

import json
import re

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from dmsi_lib.report.execution import Task, run_task
from dmsi_lib.report.kernels import Kernels
from dmsi_lib.report.notebooks import read_source

PARAMETERS = (
    'export = None\nquestionnaire = None\nedit = "none"\nbase = "answered"\nwhere = []\nplan = None'
)
LOAD = (
    "from dmsi_lib import Survey\n"
    "survey = Survey.load(export, questionnaire, edit, base, where, plan)"
)


def write_notebook(path, *sources, title="A section", tags=()):
    """A notebook with a title, the parameters, and cells with the given sources.

    `tags` are those of the cells in order, the title's first.
    """
    cells = [
        new_markdown_cell(f"# {title}\n\nWhat it is about."),
        new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
        *map(new_code_cell, sources),
    ]
    for cell, tag in zip(cells, tags, strict=False):
        cell.metadata.setdefault("tags", []).extend([tag] if tag else [])
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = new_notebook(cells=cells, metadata={"kernelspec": kernel})
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def make_task(path, parameters=None, **other):
    """The task to run a notebook's file."""
    return Task(path.stem, read_source(path), parameters or {}, **other)


def run_alone(task):
    """The run of a task with a plain kernel of its own."""
    with Kernels() as kernels:
        return run_task(task, kernels)


def last_text(run):
    """What the last cell of an executed notebook shows."""
    return run.notebook.cells[-1].outputs[0].data["text/plain"]


def content(notebook):
    """Cells and outputs of an executed notebook, without what names the moment or the run."""
    notebook = json.loads(json.dumps(notebook))
    notebook["metadata"].pop("papermill")
    for cell in notebook["cells"]:
        for key in ("papermill", "execution"):
            cell["metadata"].pop(key, None)
        cell.pop("id", None)
    return re.sub(
        r" at 0x[0-9a-f]+", " at", json.dumps(notebook, sort_keys=True)
    )  # addresses in memory
