"""Running the notebooks: papermill puts the parameters in and executes, several side by side."""

import ast
import os
import queue
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbclient.exceptions import DeadKernelError
from nbformat.reader import NotJSONError

from dmsi_lib.errors import NotebookError, UsageError
from dmsi_lib.warm_kernels import WarmProcess, is_supported

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"


@dataclass(frozen=True)
class Run:
    """One executed notebook: its name, where it was written, the seconds it took, its content."""

    name: str
    path: Path
    seconds: float
    notebook: Any = field(default=None, repr=False, compare=False)


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


def usable_cores():
    """How many cores this process may use: fewer than the machine has, in a container or batch."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def start_kernels(notebooks=2, warm=True):
    """The kernels for a run; the imports go on in the background from here on.

    Parameters
    ----------
    notebooks : int
        How many will run. For a single one nothing is warmed up.
    warm : bool
        Whether kernels may be forked from a warmed process, where the system allows it.

    Returns
    -------
    Kernels, for a `with` block
    """
    process = WarmProcess() if warm and notebooks > 1 and is_supported() else None
    try:
        # Imported here, since papermill takes half a second that other commands need not wait for.
        from dmsi_lib.kernels import Kernels

        return Kernels(process)
    except BaseException:
        if process is not None:
            process.close()
        raise


def read_source(source):
    """A notebook as it is in the repository.

    Raises
    ------
    NotebookError
        Where the file is no notebook.
    """
    try:
        return nbformat.read(source, as_version=4)
    except NotJSONError:
        raise NotebookError(f"{source.name}: is no notebook (not JSON).") from None


def check_parameters(source, parameters):
    """Refuse parameters that a notebook does not have; papermill would only log them.

    Parameters
    ----------
    source : Path
    parameters : iterable of str

    Raises
    ------
    NotebookError
        With the unknown names and those there are.
    """
    cells = [
        cell.source
        for cell in read_source(source).cells
        if "parameters" in cell.metadata.get("tags", [])
    ]
    if not cells:
        raise NotebookError(f"{source.name}: has no cell with the tag 'parameters'.")
    try:
        body = ast.parse(cells[0]).body
    except SyntaxError as error:
        raise NotebookError(
            f"{source.name}: the parameters cell can't be read (line {error.lineno}: {error.msg})."
        ) from None
    known = set()
    for node in body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        known |= {target.id for target in targets if isinstance(target, ast.Name)}
    unknown = sorted(set(parameters) - known)
    if unknown:
        names = ", ".join(map(repr, unknown))
        raise NotebookError(
            f"{source.name}: has no parameter {names}. It has: {', '.join(sorted(known))}."
        )


def run_notebooks(sources, folder, parameters, kernels, jobs=None, finished=lambda run: None,
                  progress=lambda run: None):  # fmt: skip
    """Execute notebooks, several side by side.

    Parameters
    ----------
    sources : list of Path
    folder : Path to write the executed notebooks to
    parameters : dict, for each of them
    kernels : as made by `start_kernels`
    jobs : int, optional
        How many run at a time; as many as there are cores by default.
    finished : callable of Run
        Called in the thread that ran a notebook, so that what is made of it is made meanwhile.
    progress : callable of Run
        Called in this thread whenever a notebook is done.

    Returns
    -------
    list of Run, in the order of the notebooks

    Raises
    ------
    NotebookError
        Before anything runs where a notebook does not have a parameter; otherwise once all others
        have finished, with every notebook that failed.
    """
    for source in sources:
        check_parameters(source, parameters)
    waiting, results = deque(sources), queue.SimpleQueue()

    def work():
        try:
            while waiting and not kernels.stopped:
                try:
                    source = waiting.popleft()
                except IndexError:  # another thread was quicker
                    return
                try:
                    run = run_notebook(source, folder / source.name, parameters, kernels)
                    finished(run)
                    results.put((source, run))
                except BaseException as error:
                    results.put((source, error))
        finally:
            _close_loop()

    jobs = min(jobs or usable_cores(), len(sources))
    threads = [threading.Thread(target=work, name=f"notebooks-{n}") for n in range(jobs)]
    for thread in threads:
        thread.start()
    outcomes = {}
    try:
        while len(outcomes) < len(sources):
            source, outcome = results.get()
            if isinstance(outcome, BaseException) and not isinstance(outcome, NotebookError):
                raise outcome
            outcomes[source] = outcome
            if isinstance(outcome, Run):
                progress(outcome)
    except BaseException:  # Ctrl-C, too: the threads see their kernels die, and end
        kernels.stop()
        raise
    finally:
        for thread in threads:
            thread.join()
    failed = [outcomes[s] for s in sources if isinstance(outcomes[s], NotebookError)]
    if failed:
        raise NotebookError("\n".join(map(str, failed)))
    return [outcomes[source] for source in sources]


def _close_loop():
    """Close the event loop that Jupyter has made for this thread, with its descriptors."""
    from jupyter_core.utils import ensure_event_loop

    ensure_event_loop().close()


def run_notebook(source, target, parameters, kernels=None):
    """Execute one notebook with papermill.

    Parameters
    ----------
    source, target : Path
    parameters : dict, replacing those of the notebook's `parameters` cell
    kernels : as made by `start_kernels`; for this notebook alone by default

    Returns
    -------
    Run

    Raises
    ------
    NotebookError
        With the notebook, the cell and the error in a few lines.
    """
    if kernels is None:
        with start_kernels(1) as kernels:
            return run_notebook(source, target, parameters, kernels)
    import papermill

    from dmsi_lib.kernels import ENGINE

    began, could_fork = time.perf_counter(), kernels.can_fork()
    try:
        notebook = papermill.execute_notebook(
            str(Path(source).resolve()),  # absolute: papermill's working folder is no thread's own
            str(Path(target).resolve()),
            parameters=parameters,
            engine_name=ENGINE,
            kernels=kernels,
            kernel_name="python3",
            extra_arguments=["--log-level=CRITICAL"],  # errors of cells come back as outputs
            request_save_on_cell_execute=False,  # a report is written whole or not at all
            progress_bar=False,
            log_output=False,
        )
    except papermill.PapermillExecutionError as error:
        raise NotebookError(
            f"{source.name}, cell {error.cell_index}: {error.ename}: {error.evalue}\n"
            f"The cell began: {error.source.strip().splitlines()[0][:100]}"
        ) from None
    except DeadKernelError:
        # Where the warmed process was killed its kernels died with it: not this notebook's fault.
        if could_fork and not kernels.can_fork() and not kernels.stopped:
            return run_notebook(source, target, parameters, kernels)
        raise NotebookError(
            f"{source.name}: the kernel died while running; perhaps there is too little memory."
        ) from None
    except NotJSONError:
        raise NotebookError(f"{source.name}: is no notebook (not JSON).") from None
    return Run(source.stem, target, time.perf_counter() - began, notebook)
