"""Running the notebooks: papermill puts the parameters in and executes, several side by side.

A notebook's page is made by whoever has executed it, so that pages, too, are made side by side.
"""

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from dmsi_lib.errors import NotebookError
from dmsi_lib.report.kernels import Kernels
from dmsi_lib.report.notebooks import check_parameters

KERNEL = "python3"
_SHORTLY = 0.1  # seconds between two looks at what has to end
# An HTML exporter serves one thread at a time; making another takes longer than waiting for it.
_RENDERING = threading.Lock()


class _Labelled:
    name: str  # the notebook's file name without ending
    report: str  # folder of the report within a batch; "" for a single one

    @property
    def label(self) -> str:
        """How messages call it."""
        return f"{self.report}/{self.name}" if self.report else self.name


@dataclass(frozen=True)
class Task(_Labelled):
    """One notebook to be executed, and the page to be made of it."""

    name: str
    notebook: Any  # the source; as JSON on its way to another machine
    parameters: dict[str, Any]  # replacing those of the notebook's `parameters` cell
    page: dict[str, Any] | None = None  # arguments of `pages.render_section` from the second on
    report: str = ""


@dataclass(frozen=True)
class Run(_Labelled):
    """An executed notebook, and its page, "" where none was asked for; `failed` says why it is one
    that only says that it failed."""

    name: str
    report: str
    seconds: float
    notebook: NotebookNode = field(repr=False, compare=False)
    page: str = field(default="", repr=False)
    failed: str = ""


def usable_cores() -> int:
    """How many cores this process may use: fewer than the machine has, in a container or batch."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_tasks(
    tasks: Sequence[Task],
    kernels: Kernels,
    jobs: int | None = None,
    finished: Callable[[Run], object] = lambda run: None,
    keep_going: bool = False,
) -> list[Run]:
    """Execute notebooks, `jobs` at a time, by default one more than there are cores: while the
    page of one is rendered here, its kernel is gone.

    `finished` is called in this thread whenever a notebook is done; the runs are in the order of
    the tasks. To keep going is to put a page that says so in the place of one that failed.

    Raises
    ------
    NotebookError
        Before anything runs where a notebook does not have a parameter; otherwise once all others
        have finished, with every notebook that failed, unless they keep going.
    """
    for task in tasks:
        check_parameters(task.notebook, task.parameters, f"{task.label}.ipynb")
    pool = ThreadPoolExecutor(max(1, min(jobs or usable_cores() + 1, len(tasks))))
    futures = [pool.submit(_run_in_thread, task, kernels) for task in tasks]
    try:
        for future in as_completed(futures):
            if not isinstance(future.exception(), NotebookError):
                finished(future.result())
    except BaseException:  # Ctrl-C, too: the threads see their kernels die, and end
        pool.shutdown(wait=False, cancel_futures=True)
        while not all(future.done() for future in futures):
            kernels.stop()  # again and again: one may have been about to start
            time.sleep(_SHORTLY)
        raise
    finally:
        pool.shutdown()
    outcomes = [future.exception() or future.result() for future in futures]
    return settled(outcomes, tasks, keep_going)


def settled(outcomes: Sequence[Any], tasks: Sequence[Task], keep_going: bool) -> list[Run]:
    """The runs, if none failed; otherwise a NotebookError with every notebook that did, or, to keep
    going, a stand-in for each of those."""
    failed = [outcome for outcome in outcomes if isinstance(outcome, NotebookError)]
    if failed and not keep_going:
        raise NotebookError("\n".join(map(str, failed)))
    return [
        _stand_in(task, str(outcome)) if isinstance(outcome, NotebookError) else outcome
        for task, outcome in zip(tasks, outcomes, strict=True)
    ]


def _stand_in(task: Task, why: str) -> Run:
    """What stands for a notebook that failed. Why it did is said to whoever made the report alone:
    the message of an error may hold anything."""
    import nbformat
    from nbformat.v4 import new_markdown_cell

    notebook = nbformat.from_dict(task.notebook)
    (title, *_), notice = notebook.cells, "**This section could not be made.**"
    head = title.source.splitlines()[0] if title.cell_type == "markdown" else f"# {task.name}"
    notebook["cells"] = [new_markdown_cell(f"{head}\n\n{notice}")]
    page = render_page(notebook, task.page) if task.page else ""
    return Run(task.name, task.report, 0.0, notebook, page, why)


def _run_in_thread(task: Task, kernels: Kernels) -> Run:
    """Run one, and close the event loop that Jupyter makes for a thread, with its descriptors."""
    from jupyter_core.utils import ensure_event_loop

    try:
        return run_task(task, kernels)
    finally:
        ensure_event_loop().close()


def run_task(task: Task, kernels: Kernels, places: Mapping[str, str] | None = None) -> Run:
    """Execute one notebook with papermill and make its page.

    `places` are parameters that hold paths, as they are on this machine where the task comes from
    another; the executed notebook names the task's own.

    Raises
    ------
    NotebookError
        With the notebook, the cell and the error in a few lines.
    """
    began = time.perf_counter()
    here = {name: path for name, path in (places or {}).items() if name in task.parameters}
    notebook = _execute(task, kernels, task.parameters | here)
    _hide_places(notebook, task)
    page = render_page(notebook, task.page) if task.page else ""
    return Run(task.name, task.report, time.perf_counter() - began, notebook, page)


def render_page(notebook: NotebookNode, page: Mapping[str, Any]) -> str:
    """The page of an executed notebook; see `Task.page`."""
    from dmsi_lib.pages import render_section

    with _RENDERING:
        return render_section(notebook, **page, exporter=_exporter())


@cache
def _exporter() -> Any:
    from dmsi_lib.pages import make_exporter

    return make_exporter()


def _execute(task: Task, kernels: Kernels, parameters: Mapping[str, Any]) -> NotebookNode:
    """The notebook as papermill executes it: step by step what `papermill.execute_notebook` does,
    but for writing it, since a report is written whole or not at all."""
    from nbclient.exceptions import DeadKernelError
    from papermill import PapermillExecutionError
    from papermill.engines import papermill_engines
    from papermill.execute import prepare_notebook_metadata, raise_for_execution_errors
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    from dmsi_lib.report.engine import ENGINE

    notebook = load_notebook_node(task.notebook)  # a copy: other reports are made of it, too
    if parameters:
        notebook = parameterize_notebook(notebook, parameters, kernel_name=KERNEL)
    notebook = prepare_notebook_metadata(notebook, "", "")
    try:
        notebook = papermill_engines.execute_notebook_with_engine(
            ENGINE,
            notebook,
            KERNEL,
            kernels=kernels,
            start_timeout=60,
            extra_arguments=["--log-level=CRITICAL"],  # errors of cells come back as outputs
            progress_bar=False,
            log_output=False,
        )
        raise_for_execution_errors(notebook, None)
        return notebook
    except PapermillExecutionError as error:
        raise NotebookError(
            f"{task.label}.ipynb, cell {error.cell_index}: {error.ename}: {error.evalue}\n"
            f"The cell began: {error.source.strip().splitlines()[0][:100]}"
        ) from None
    except DeadKernelError:
        raise NotebookError(
            f"{task.label}.ipynb: the kernel died while running; perhaps there is too little "
            "memory."
        ) from None


def _hide_places(notebook: NotebookNode, task: Task) -> None:
    """Leave of paths their names alone, so that a notebook reads the same wherever it was run."""
    from papermill.translators import translate_parameters

    shown = {
        name: Path(value).name if isinstance(value, str) and os.path.isabs(value) else value
        for name, value in task.parameters.items()
    }
    record = notebook.metadata.papermill
    record["input_path"] = record["output_path"] = f"{task.name}.ipynb"
    record["parameters"] = shown
    for cell in notebook.cells:
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.source = translate_parameters("python3", "python", shown, "Parameters")
