"""A scheduler and workers on the loopback interface, as processes that may be killed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from distributed import Client
from processes import processes, wait_until

DASK = Path(sys.executable).parent / "dask"
_PATIENCE = 60  # seconds for a process to start
# A notebook that kills its worker is given up after the second one.
_SETTINGS = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}


class Cluster:
    """A scheduler, and as many workers of one thread each as are started.

    Parameters
    ----------
    folder : Path, for logs and what the workers write
    """

    def __init__(self, folder):
        self.folder, self.workers = folder, []
        file = folder / "scheduler.json"
        self.scheduler = self._start("scheduler", "scheduler", "--port", "0", file=file)
        wait_until(lambda: file.exists() and file.stat().st_size, _PATIENCE)
        self.address = json.loads(file.read_text(encoding="utf-8"))["address"]

    def _start(self, name, command, *options, file=None, path=None):
        options = ["--host", "127.0.0.1", "--no-dashboard", *options]
        options += ["--scheduler-file", str(file)] if file else []
        environment = os.environ | _SETTINGS | ({"PYTHONPATH": str(path)} if path else {})
        with open(self.folder / f"{name}.log", "wb") as log:
            return subprocess.Popen(
                [str(DASK), command, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                start_new_session=True,
            )

    def start_worker(self, path=None):
        """A process that is a worker once `wait` returns; `path` is searched for modules first."""
        name = f"worker-{time.monotonic_ns()}"
        options = ("--nthreads", "1", "--no-nanny", "--name", name)
        place = ("--local-directory", str(self.folder / name))
        worker = self._start(name, "worker", self.address, *options, *place, path=path)
        worker.folder = self.folder / name
        self.workers.append(worker)
        return worker

    def wait(self, number):
        """Have exactly so many workers, and wait until the scheduler knows them."""
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        while len(self.workers) < number:
            self.start_worker()
        while len(self.workers) > number:
            stop(self.workers.pop())
        self.wait_until(lambda scheduler: len(scheduler.workers) == number)

    def wait_until(self, condition):
        """Wait until something holds of the scheduler, a function that is sent there."""
        with Client(self.address, timeout=_PATIENCE, set_as_default=False) as client:

            def ask(dask_scheduler):
                return condition(dask_scheduler)

            wait_until(lambda: client.run_on_scheduler(ask), _PATIENCE)

    def wait_until_clean(self):
        """Wait until there is no task, no plugin of ours, no kernel and no folder left."""
        self.wait_until(
            lambda scheduler: (
                not scheduler.tasks
                and not [name for name in scheduler.worker_plugins if "dmsi" in name]
            )
        )
        wait_until(lambda: not any(self.kernels(worker) for worker in self.workers))
        # Those of a killed worker are deleted by Dask when the next one starts in its place.
        alive = [worker.folder for worker in self.workers if worker.poll() is None]
        wait_until(lambda: not [path for folder in alive for path in folder.rglob("dmsi-*")])

    def kernels(self, worker):
        """Ids of the processes that a worker has started."""
        return processes(worker.pid) - {worker.pid}

    def worker_of(self, pid):
        """The worker that has started a process."""
        return next(worker for worker in self.workers if pid in self.kernels(worker))

    def close(self):
        for process in (*self.workers, self.scheduler):
            stop(process)
        shutil.rmtree(self.folder, ignore_errors=True)


def stop(process):
    """End a process, gently at first."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
