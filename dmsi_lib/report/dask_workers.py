"""Notebooks on more machines than one: the workers of a Dask scheduler execute them.

The input files travel once to each worker; columns that name respondents are blanked before. Each
worker forks its kernels from a warmed process of its own. What a lost worker was doing is done
again by another. The folder is written here, as always.

A scheduler runs whatever it is sent by anybody who reaches it: keep it to a trusted network.
"""

import asyncio
import csv
import io
import queue
import shutil
import tempfile
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
from distributed import Client, KilledWorker, Security, WorkerPlugin, get_worker
from distributed.comm import CommClosedError, connect
from jupyter_core.utils import run_sync

from dmsi_lib.choices import BESIDE_QUESTIONNAIRE, input_files
from dmsi_lib.errors import DmsiError, InputError, NotebookError
from dmsi_lib.reading import identity_positions, read_header, read_rows
from dmsi_lib.report.execution import Run, run_task, successful
from dmsi_lib.report.freshness import library_hash, versions
from dmsi_lib.report.kernels import Kernels
from dmsi_lib.report.notebooks import check_parameters
from dmsi_lib.report.warm_kernels import warm_up

PLUGIN = "dmsi-kernels-"  # followed by the client's id, since several may share a scheduler
_PATIENCE = 10  # seconds to find the scheduler, and without a worker
_POLL = 1  # seconds between two looks at the workers
_SHORTLY = 0.05  # seconds between two looks at what has to end
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
        Where no scheduler or worker answers, one of them is lost, or a worker has another version
        of the library or its packages.
    NotebookError
        Once all others have finished, with every notebook that failed.
    """
    for task in tasks:
        check_parameters(task.notebook, task.parameters, f"{task.label}.ipynb")
    if not tasks:
        return []
    client = _connect(address)
    plugin = PLUGIN + client.id
    try:
        try:
            for name in client.run_on_scheduler(_left_behind):
                with suppress(Exception):
                    client.unregister_worker_plugin(name)
            client.register_plugin(NotebookWorker(bundle, _versions()), name=plugin)
        except (DmsiError, CommClosedError, TimeoutError, OSError):
            raise
        except Exception as error:  # of any kind: what it imports there may be anything
            raise InputError(_OTHER_VERSION.format("the scheduler or a worker", error)) from None
        outcomes = _run_all(tasks, client, plugin, address, finished)
    except (CommClosedError, TimeoutError, OSError) as error:
        raise InputError(f"{address}: the scheduler was lost ({error}). Start it again.") from None
    finally:
        with suppress(Exception):  # lost by now, or a worker that could not be set up says so
            client.unregister_worker_plugin(plugin)  # and with it whatever still runs there
        client.close(timeout=5)
    return successful(outcomes)


_OTHER_VERSION = (
    "{} has another version of this library or of its packages ({}); install the same everywhere."
)


def _versions():
    """What must be the same everywhere."""
    return {"library": library_hash()[:12]} | versions()


def _left_behind(dask_scheduler):
    """Names of our plugins whose client was killed."""
    ours = [name for name in dask_scheduler.worker_plugins if name.startswith(PLUGIN)]
    return [name for name in ours if name.removeprefix(PLUGIN) not in dask_scheduler.clients]


async def _knock(address):
    """Reach the scheduler; a client that does not reach it hangs when it is taken apart."""
    settings = Security().get_connection_args("client")
    await (await connect(address, timeout=_PATIENCE, **settings)).close()


def _connect(address):
    try:
        run_sync(_knock)(address)
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise InputError(
            f"{address}: no Dask scheduler answers there ({error}). Start one with "
            "`dask scheduler` and workers with `dask worker`; see the README."
        ) from None
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError:
        client.close()
        raise InputError(_no_worker(address)) from None
    return client


def _no_worker(address):
    return (
        f"{address}: the scheduler has no workers. Start some with `dask worker {address} "
        "--nthreads 1`; see the README."
    )


def _run_all(tasks, client, plugin, address, finished):
    """The outcome of every task.

    No more tasks are sent than there are threads: one that waited on a worker which another one
    kills, again and again, would be blamed for it.
    """
    waiting, ended, sent, outcomes = deque(enumerate(tasks)), queue.SimpleQueue(), {}, {}
    last_seen = time.monotonic()
    while len(outcomes) < len(tasks):
        threads = sum(client.nthreads().values())
        last_seen = time.monotonic() if threads else last_seen
        if time.monotonic() - last_seen > _PATIENCE:
            raise InputError(_no_worker(address))
        while waiting and len(sent) < threads:
            number, task = waiting.popleft()
            text = replace(task, notebook=nbformat.writes(task.notebook))
            future = client.submit(perform, text, plugin, pure=False)
            future.add_done_callback(ended.put)
            sent[future.key] = number, future
        with suppress(queue.Empty):
            number, future = sent.pop(ended.get(timeout=_POLL).key)
            outcomes[number] = outcome = _outcome(future, tasks[number], address)
            if isinstance(outcome, Run):
                finished(outcome)
    return [outcomes[number] for number in range(len(tasks))]


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
    header = read_header(rows, questionnaire, path)
    dropped = identity_positions(header.titles, questionnaire)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows(rows[: header.rows])
    writer.writerows(
        ["" if position in dropped else cell for position, cell in enumerate(row)]
        for row in rows[header.rows :]
    )
    return text.getvalue().encode()


# ---- on a worker


class NotebookWorker(WorkerPlugin):
    """What a worker needs to run notebooks: the input files and kernels."""

    def __init__(self, bundle, versions):
        self.bundle, self.versions = bundle, versions
        self.folder = self.kernels = None
        self.running = set()  # labels of notebooks

    def setup(self, worker):
        differences = {
            f"{name} {found} instead of {self.versions.get(name)}"
            for name, found in _versions().items()
            if found != self.versions.get(name)
        }
        if differences:
            text = f"worker {worker.address}", ", ".join(sorted(differences))
            raise InputError(_OTHER_VERSION.format(*text))
        self.folder = Path(tempfile.mkdtemp(prefix="dmsi-", dir=worker.local_directory))
        for name, content in self.bundle.files.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_bytes(content)
        files = (self.places().get(name) for name in ("export", "questionnaire"))
        self.kernels = Kernels(warm_up(tuple(files)))

    async def teardown(self, worker):
        if self.kernels is not None:
            self.kernels.stop()
            while self.running:
                await asyncio.sleep(_SHORTLY)
                self.kernels.stop()  # again: one may have been about to start
            self.kernels.__exit__()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    def places(self):
        """Parameters of notebooks that are paths here."""
        return {name: str(self.folder / place) for name, place in self.bundle.parameters.items()}


def perform(task, plugin):
    """Execute one notebook on a worker.

    Parameters
    ----------
    task : Task, its notebook as JSON
    plugin : str, name of the NotebookWorker

    Returns
    -------
    tuple of the executed notebook as JSON, its page, and the seconds it took
    """
    worker = get_worker()
    here = worker.plugins.get(plugin)
    if here is None or here.kernels is None:  # it joined later, and could not be set up
        raise NotebookError(
            f"{task.label}.ipynb: worker {worker.address} is not ready; its log says why."
        )
    notebook = nbformat.reads(task.notebook, as_version=4)
    here.running.add(task.label)
    try:
        run = run_task(replace(task, notebook=notebook), here.kernels, here.places())
    finally:
        here.running.discard(task.label)
    return nbformat.writes(run.notebook), run.page, run.seconds
