"""Running the notebooks: papermill puts the parameters in and executes, one notebook a time."""

import time
from dataclasses import dataclass
from pathlib import Path

from nbclient.exceptions import DeadKernelError
from nbformat.reader import NotJSONError

from dmsi_lib.errors import NotebookError, UsageError

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"


@dataclass(frozen=True)
class Run:
    """One executed notebook: its name, where it was written, and the seconds it took."""

    name: str
    path: Path
    seconds: float


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


def run_notebook(source, target, parameters):
    """Execute one notebook with papermill.

    Parameters
    ----------
    source, target : Path
    parameters : dict, replacing those of the notebook's `parameters` cell

    Returns
    -------
    Run

    Raises
    ------
    NotebookError
        With the notebook, the cell and the error in a few lines.
    """
    # Imported here, since papermill takes half a second that other commands need not wait for.
    import papermill

    began = time.perf_counter()
    try:
        papermill.execute_notebook(
            str(source),
            str(target),
            parameters=parameters,
            kernel_name="python3",
            extra_arguments=["--log-level=CRITICAL"],  # errors of cells come back as outputs
            progress_bar=False,
            log_output=False,
        )
    except papermill.PapermillExecutionError as error:
        raise NotebookError(
            f"{source.name}, cell {error.cell_index}: {error.ename}: {error.evalue}\n"
            f"The cell began: {error.source.strip().splitlines()[0][:100]}"
        ) from None
    except DeadKernelError:
        raise NotebookError(
            f"{source.name}: the kernel died while running; perhaps there is too little memory."
        ) from None
    except NotJSONError:
        raise NotebookError(f"{source.name}: is no notebook (not JSON).") from None
    return Run(source.stem, target, time.perf_counter() - began)
