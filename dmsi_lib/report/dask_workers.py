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
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
from distributed import (
    Client,
    KilledWorker,
    Scheduler,
    Worker,
    WorkerPlugin,
    get_worker,
)
from distributed.comm import CommClosedError

from dmsi_lib.choices import BESIDE_QUESTIONNAIRE, Baseline, Choices, input_files
from dmsi_lib.errors import DmsiError, InputError, NotebookError
from dmsi_lib.published import is_ledger
from dmsi_lib.questionnaire import Questionnaire, read_questionnaire
from dmsi_lib.reading import identity_columns, read_header, read_rows
from dmsi_lib.report.dask_client import (
    NO_WORKER,
    OTHER_VERSION,
    PATIENCE,
    check_versions,
    connect_to,
    needed_versions,
    quiet_logs,
)
from dmsi_lib.report.execution import Run, Task, run_task, settled
from dmsi_lib.report.kernels import Kernels
from dmsi_lib.report.notebooks import check_parameters
from dmsi_lib.report.warm_kernels import warm_up

PLUGIN = "dmsi-kernels-"  # followed by the client's id, since several may share a scheduler
_POLL = 1  # seconds between two looks at the workers
_SHORTLY = 0.05  # seconds between two looks at what has to end
_FATES = {"cancelled", "lost"}


@dataclass(frozen=True)
class Bundle:
    """The input files for the workers, by paths relative to a folder there, and which of these
    paths a notebook's parameters are."""

    files: dict[str, bytes]
    parameters: dict[str, str]


def run_on_cluster(
    tasks: list[Task],
    address: str,
    bundle: Bundle,
    finished: Callable[[Run], object] = lambda run: None,
    keep_going: bool = False,
) -> list[Run]:
    """Execute notebooks on the workers of a Dask scheduler, such as "tcp://host:8786"; see
    `execution.run_tasks`.

    Raises
    ------
    InputError
        Where no scheduler or worker answers, one of them is lost, or a worker has another version
        of the library or its packages.
    NotebookError
        Once all others have finished, with every notebook that failed, unless they keep going.
    """
    for task in tasks:
        check_parameters(task.notebook, task.parameters, f"{task.label}.ipynb")
    if not tasks:
        return []
    with quiet_logs():
        outcomes = _run_with_client(tasks, address, bundle, finished)
        return settled(outcomes, tasks, keep_going)


def _run_with_client(
    tasks: list[Task], address: str, bundle: Bundle, finished: Callable[[Run], object]
) -> list[Run | NotebookError]:
    """The outcome of every task; see `run_on_cluster`."""
    client = connect_to(address)
    plugin = PLUGIN + client.id
    try:
        try:
            for name in client.run_on_scheduler(_left_behind):
                with suppress(Exception):
                    client.unregister_worker_plugin(name)
            client.register_plugin(NotebookWorker(bundle, needed_versions()), name=plugin)
        except (DmsiError, CommClosedError, TimeoutError, OSError):
            raise
        except Exception as error:  # of any kind: what it imports there may be anything
            raise InputError(OTHER_VERSION.format("the scheduler or a worker", error)) from None
        return _run_all(tasks, client, plugin, address, finished)
    except (CommClosedError, TimeoutError, OSError) as error:
        raise InputError(f"{address}: the scheduler was lost ({error}). Start it again.") from None
    finally:
        with suppress(Exception):  # lost by now, or a worker that could not be set up says so
            client.unregister_worker_plugin(plugin)  # and with it whatever still runs there
        client.close(timeout=5)


def _left_behind(dask_scheduler: Scheduler) -> list[str]:
    """Names of our plugins whose client was killed."""
    ours = [name for name in dask_scheduler.worker_plugins if name.startswith(PLUGIN)]
    return [name for name in ours if name.removeprefix(PLUGIN) not in dask_scheduler.clients]


def _run_all(
    tasks: list[Task],
    client: Client,
    plugin: str,
    address: str,
    finished: Callable[[Run], object],
) -> list[Run | NotebookError]:
    """The outcome of every task.

    No more tasks are sent than there are threads: one that waited on a worker which another one
    kills, again and again, would be blamed for it.
    """
    waiting = deque(enumerate(tasks))
    ended: queue.SimpleQueue[Any] = queue.SimpleQueue()
    sent: dict[Any, tuple[int, Any]] = {}
    outcomes: dict[int, Run | NotebookError] = {}
    last_seen = time.monotonic()
    while len(outcomes) < len(tasks):
        threads = sum(client.nthreads().values())
        last_seen = time.monotonic() if threads else last_seen
        if time.monotonic() - last_seen > PATIENCE:
            raise InputError(NO_WORKER.format(address))
        while waiting and len(sent) < threads:
            number, task = waiting.popleft()
            text = replace(task, notebook=nbformat.writes(task.notebook))
            future = client.submit(perform, text, plugin, pure=False)
            future.add_done_callback(ended.put)
            sent[future.key] = number, future
        with suppress(queue.Empty):
            number, future = sent.pop(ended.get(timeout=_POLL).key)
            if client.status != "running":
                raise CommClosedError("no answer")
            outcomes[number] = outcome = _outcome(future, tasks[number], address)
            if isinstance(outcome, Run):
                finished(outcome)
    return [outcomes[number] for number in range(len(tasks))]


def _outcome(future: Any, task: Task, address: str) -> Run | NotebookError:
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


def bundle_files(
    choices: Choices, questionnaire: Questionnaire, plan: Path | None = None
) -> Bundle:
    """The input files for the workers, a plan of suppression among them if there is one, without a
    cell of an identity column."""
    own = choices.questionnaire_path.name
    places = {"export": f"export/{choices.export_path.stem}.csv", "questionnaire": f"of/{own}"}
    files = {places["export"]: without_identities(choices.export_path, questionnaire)}
    for name, path in input_files(choices).items():
        if path != choices.export_path:
            beside_questionnaire = name in {own, *BESIDE_QUESTIONNAIRE}
            files[f"{'of' if beside_questionnaire else 'export'}/{name}"] = path.read_bytes()
    if plan:
        places["plan"] = "plan.csv"
        files["plan.csv"] = plan.read_bytes()
    if choices.baseline:
        earlier = _baseline_files(choices.baseline, questionnaire)
        files |= earlier.files
        places |= earlier.parameters
    return Bundle(files, places)


def _baseline_files(baseline: Baseline, questionnaire: Questionnaire) -> Bundle:
    """The files of an earlier wave, without identities either."""
    places = {name: f"baseline/{path.name}" for name, path in baseline.files.items()}
    files = {places[name]: path.read_bytes() for name, path in baseline.files.items()}
    if not is_ledger(baseline.file):
        own = (
            read_questionnaire(baseline.questionnaire) if baseline.questionnaire else questionnaire
        )
        export = baseline.files["baseline"]
        del files[places["baseline"]]
        places["baseline"] = f"baseline/{export.stem}.csv"
        files[places["baseline"]] = without_identities(export, own)
    return Bundle(files, places)


def without_identities(path: Path, questionnaire: Questionnaire) -> bytes:
    """An export as CSV (bytes), every cell of an identity column blank."""
    rows, _ = read_rows(path)
    header = read_header(rows, questionnaire, path)
    body = rows.below(header.rows)
    dropped = identity_columns(header, body, questionnaire)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows(rows.first(header.rows))
    writer.writerows(
        ["" if position in dropped else cell for position, cell in enumerate(row)] for row in body
    )
    return text.getvalue().encode()


# ---- on a worker


class NotebookWorker(WorkerPlugin):
    """What a worker needs to run notebooks: the input files and kernels."""

    def __init__(self, bundle: Bundle, versions: dict[str, str]):
        self.bundle, self.versions = bundle, versions
        self.folder: Path | None = None
        self.kernels: Kernels | None = None
        self.running: set[str] = set()  # labels of notebooks

    def setup(self, worker: Worker) -> None:
        check_versions(self.versions, f"worker {worker.address}")
        self.folder = Path(tempfile.mkdtemp(prefix="dmsi-", dir=worker.local_directory))
        for name, content in self.bundle.files.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_bytes(content)
        files = (self.places().get(name) for name in ("export", "questionnaire"))
        self.kernels = Kernels(warm_up(tuple(files)))

    async def teardown(self, worker: Worker) -> None:
        if self.kernels is not None:
            self.kernels.stop()
            while self.running:
                await asyncio.sleep(_SHORTLY)
                self.kernels.stop()  # again: one may have been about to start
            self.kernels.__exit__()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    def places(self) -> dict[str, str]:
        """Parameters of notebooks that are paths here."""
        return {name: f"{self.folder}/{place}" for name, place in self.bundle.parameters.items()}


def perform(task: Task, plugin: str) -> tuple[str, str, float]:
    """Execute a notebook, sent as JSON, on a worker; gives it as JSON, its page, and the seconds
    it took."""
    worker = get_worker()
    here: Any = worker.plugins.get(plugin)
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
