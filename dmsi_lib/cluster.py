"""Notebooks on more machines than one: the workers of a Dask scheduler execute them.

The input files travel once to each worker, known by their content; columns that name respondents
are blanked before. Each worker forks its kernels from a warmed process of its own. What a lost
worker was doing is done again by another. The folder is written here, as always.

A scheduler runs whatever it is sent by anybody who reaches it: keep it to a trusted network.
"""

import csv
import hashlib
import io
import shutil
import tempfile
import threading
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
from distributed import Client, KilledWorker, WorkerPlugin, as_completed, get_worker
from distributed.comm import CommClosedError

from dmsi_lib.cells import read_rows
from dmsi_lib.errors import DmsiError, InputError, NotebookError
from dmsi_lib.execution import Run, run_task, start_kernels, successful
from dmsi_lib.freshness import library_hash
from dmsi_lib.headers import identity_positions, split_header
from dmsi_lib.inputs import BESIDE_QUESTIONNAIRE, input_files
from dmsi_lib.sources import check_parameters

PLUGIN = "dmsi-kernels"
_PATIENCE = 20  # seconds to find the scheduler and one worker
_FATES = {"cancelled", "lost"}


def run_on_cluster(tasks, address, bundle, finished=lambda run: None):
    """Execute notebooks on the workers of a Dask scheduler.

    Parameters
    ----------
    tasks : list of Task
    address : str, such as "tcp://host:8786"
    bundle : Bundle
    finished : callable of Run
        Called in this thread whenever a notebook is done.

    Returns
    -------
    list of Run, in the order of the tasks

    Raises
    ------
    InputError
        Where no scheduler or worker answers, or the scheduler is lost.
    NotebookError
        Once all others have finished, with every notebook that failed.
    """
    for task in tasks:
        check_parameters(task.notebook, task.parameters, f"{task.label}.ipynb")
    client = _connect(address)
    try:
        client.register_plugin(Kernels(), name=PLUGIN)
        # To all workers at once; those that join later fetch it from one of them.
        [sent] = client.scatter([bundle], broadcast=True, hash=False)
        version = library_hash("report")
        texts = [replace(task, notebook=nbformat.writes(task.notebook)) for task in tasks]
        futures = [client.submit(perform, text, sent, version, pure=False) for text in texts]
        numbers = {future.key: number for number, future in enumerate(futures)}
        outcomes = {}
        for future in as_completed(futures, loop=client.loop):
            task = tasks[numbers[future.key]]
            outcomes[numbers[future.key]] = outcome = _outcome(future, task, address)
            if isinstance(outcome, Run):
                finished(outcome)
        client.unregister_worker_plugin(PLUGIN)
    except (CommClosedError, TimeoutError, OSError) as error:
        raise InputError(f"{address}: the scheduler was lost ({error}). Start it again.") from None
    finally:
        client.close(timeout=5)  # whatever still runs for this client is cancelled
    return successful([outcomes[number] for number in range(len(tasks))])


def _connect(address):
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(
            f"{address}: no Dask scheduler answers there ({error or 'no answer'}). Start one with "
            "`dask scheduler` and workers with `dask worker`; see the README."
        ) from None
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError:
        client.close()
        raise InputError(
            f"{address}: the scheduler has no workers. Start some with `dask worker {address} "
            "--nthreads 1`; see the README."
        ) from None
    return client


def _outcome(future, task, address):
    """A Run, or the error that a notebook ended with."""
    if future.status in _FATES:
        raise InputError(f"{address}: the scheduler gave up {task.label}. Run the command again.")
    try:
        notebook, page, seconds = future.result()
    except DmsiError as error:
        return NotebookError(str(error))
    except KilledWorker:
        return NotebookError(
            f"{task.label}.ipynb: every worker that ran it died; perhaps there is too little "
            "memory."
        )
    return Run(task.name, task.report, seconds, nbformat.reads(notebook, as_version=4), page)


@dataclass(frozen=True)
class Bundle:
    """The input files for the workers: paths relative to a folder there, and which is which.

    Attributes
    ----------
    files : dict of path to bytes
    parameters : dict of a notebook's parameter to path
    """

    files: dict
    parameters: dict


def bundle_files(choices, questionnaire, plan=None):
    """The input files for the workers, without a cell of an identity column.

    Parameters
    ----------
    choices : Choices
    questionnaire : Questionnaire
    plan : path of the plan of suppression, if there is one

    Returns
    -------
    Bundle
    """
    own = choices.questionnaire_path.name
    places = {"export": f"export/{choices.export_path.stem}.csv", "questionnaire": f"of/{own}"}
    files = {places["export"]: without_identities(choices.export_path, questionnaire)}
    for name, path in input_files(choices).items():
        if path != choices.export_path:
            beside_questionnaire = name in {own, *BESIDE_QUESTIONNAIRE}
            files[f"{'of' if beside_questionnaire else 'export'}/{name}"] = path.read_bytes()
    if plan:
        places["plan"] = "plan.csv"
        files["plan.csv"] = Path(plan).read_bytes()
    return Bundle(files, places)


def without_identities(path, questionnaire):
    """An export as CSV (bytes), every cell of an identity column blank."""
    rows, _ = read_rows(path)
    titles, _, first = split_header(rows, questionnaire, path)
    dropped = identity_positions(titles, questionnaire)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows(rows[:first])
    writer.writerows(
        ["" if position in dropped else cell for position, cell in enumerate(row)]
        for row in rows[first:]
    )
    return text.getvalue().encode()


# ---- on a worker


class Kernels(WorkerPlugin):
    """The kernels of one worker, and the folder with the input files."""

    def setup(self, worker):
        self.folder = Path(tempfile.mkdtemp(prefix="dmsi-", dir=worker.local_directory))
        self.kernels, self._lock = start_kernels(), threading.Lock()

    def teardown(self, worker):
        self.kernels.__exit__()
        shutil.rmtree(self.folder, ignore_errors=True)

    def place(self, bundle):
        """The folder with the files of a bundle; they are written once."""
        content = (part for name in sorted(bundle.files) for part in (name, bundle.files[name]))
        digest = hashlib.sha256(repr(list(content)).encode()).hexdigest()
        folder = self.folder / digest[:16]
        with self._lock:
            if not folder.exists():
                fresh = Path(tempfile.mkdtemp(dir=self.folder))
                for name, content in bundle.files.items():
                    (fresh / name).parent.mkdir(parents=True, exist_ok=True)
                    (fresh / name).write_bytes(content)
                fresh.rename(folder)
        return folder


def perform(task, bundle, version):
    """Execute one notebook on a worker.

    Parameters
    ----------
    task : Task, its notebook as JSON
    bundle : Bundle
    version : str, hash of the library that the task was made by

    Returns
    -------
    tuple of the executed notebook as JSON, its page, and the seconds it took
    """
    worker = get_worker()
    if version != library_hash("report"):
        raise NotebookError(
            f"{task.label}.ipynb: worker {worker.address} has another version of this library; "
            "install the same one everywhere."
        )
    plugin = worker.plugins[PLUGIN]
    folder = plugin.place(bundle)
    local = {name: str(folder / place) for name, place in bundle.parameters.items()}
    notebook = nbformat.reads(task.notebook, as_version=4)
    run = run_task(
        replace(task, notebook=notebook, parameters=task.parameters | local), plugin.kernels
    )
    return nbformat.writes(run.notebook), run.page, run.seconds
