"""The kernels of one run: where they talk, how they are started quickly, and that none is left.

papermill executes a notebook through an engine. The one registered here differs from papermill's
own in what it waits for: not 0.2 seconds for messages that nobody reads once a kernel is ready,
and not for the next tenth of a second when a kernel shuts down.
"""

import contextlib
import itertools
import logging
import os
import shutil
import signal
import sys
import tempfile
import threading
from pathlib import Path
from queue import Empty
from time import monotonic

from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import DeadKernelError
from nbclient.util import run_sync
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from traitlets import Any

from dmsi_lib.report.warm_kernels import ONE_THREAD, PROVISIONER

ENGINE = "dmsi"
_LOG = logging.getLogger(__name__)
_LOG.propagate = False  # what matters is raised
_LOG.addHandler(logging.NullHandler())
_LONGEST = 90  # characters of a socket's path; the system allows some more than a hundred
_POLL = 0.005  # seconds


class Kernels:
    """The kernels of one run, to be used in a `with` block, which leaves none behind.

    Parameters
    ----------
    warm : WarmProcess, optional
        Where to fork kernels from; closed with the others.
    """

    def __init__(self, warm=None):
        self.warm = warm
        # Sockets in a folder of our own, where no other user can listen.
        self.folder = Path(tempfile.mkdtemp(prefix="dmsi-"))
        self._numbers = itertools.count(1)
        self._managers = set()
        self._stopped = threading.Event()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def stopped(self):
        return self._stopped.is_set()

    def stop(self):
        """Kill whatever runs; whoever waits for it is told that its kernel died."""
        self._stopped.set()
        if self.warm is not None:
            self.warm.close()
        for manager in list(self._managers):
            provisioner = manager.provisioner
            with contextlib.suppress(OSError):  # it has ended by itself
                if getattr(provisioner, "pgid", None):
                    os.killpg(provisioner.pgid, signal.SIGKILL)
                elif getattr(provisioner, "process", None):
                    provisioner.process.kill()

    def can_fork(self):
        return self.warm is not None and self.warm.is_alive()

    def new_manager(self, kernel_name):
        """A manager for one kernel more."""
        name = self.folder / f"k{next(self._numbers)}"
        place = {"connection_file": f"{name}.json"}
        if sys.platform != "win32" and len(str(name)) < _LONGEST:
            place |= {"transport": "ipc", "ip": str(name)}
        manager = LocalKernelManager(kernel_name=kernel_name, **place)
        if self.warm is not None:
            manager.warm = self.warm
            manager.kernel_spec.metadata["kernel_provisioner"] = {"provisioner_name": PROVISIONER}
        self._managers.add(manager)
        return manager

    def forget(self, manager):
        """Told by whoever has shut a kernel down."""
        self._managers.discard(manager)


class LocalKernelManager(AsyncKernelManager):
    """Manages a kernel on this machine and looks often whether it has ended."""

    warm = None

    async def _async_finish_shutdown(self, waittime=None, pollinterval=_POLL, restart=False):
        await super()._async_finish_shutdown(waittime, pollinterval, restart)


class QuickClient(PapermillNotebookClient):
    """papermill's client without its sleeps."""

    kernels = Any()

    def execute(self, **kwargs):
        try:
            return super().execute(env=os.environ | ONE_THREAD, **kwargs)
        finally:
            self.kernels.forget(self.manager)

    def create_kernel_manager(self):
        self.km = self.manager = self.kernels.new_manager(self.kernel_name)
        return self.km

    async def async_start_new_kernel_client(self):
        try:
            self.kc = self.km.client()
            # No heartbeat: the process itself is looked at. No stdin: nobody could answer.
            self.kc.start_channels(stdin=False, hb=False)
            await self._async_wait_until_ready()
        except BaseException:
            await self._async_cleanup_kernel()
            raise
        self.kc.allow_stdin = False
        return self.kc

    start_new_kernel_client = run_sync(async_start_new_kernel_client)

    async def _async_cleanup_kernel(self):
        if self.kernels.stopped:
            self.shutdown_kernel = "immediate"
        await super()._async_cleanup_kernel()

    _cleanup_kernel = run_sync(_async_cleanup_kernel)

    async def _async_wait_until_ready(self):
        """Until the kernel answers and what it publishes arrives, too."""
        ends = monotonic() + self.startup_timeout
        while not self.kernels.stopped:
            self.kc.kernel_info()
            try:
                await self.kc.shell_channel.get_msg(timeout=1)
                await self.kc.iopub_channel.get_msg(timeout=0.2)
                return
            except Empty:
                if not await self.kc.is_alive() or monotonic() > ends:
                    break
        raise DeadKernelError("The kernel did not start.")


class QuickEngine(NBClientEngine):
    """papermill's engine with that client; asks for `kernels` among its arguments."""

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, *, kernels, start_timeout=60, **kwargs):
        QuickClient(
            nb_man,
            kernels=kernels,
            kernel_name=kernel_name,
            startup_timeout=start_timeout,
            timeout=None,
            shell_timeout_interval=1,
            extra_arguments=kwargs.get("extra_arguments", []),
            log=_LOG,
        ).execute()


papermill_engines.register(ENGINE, QuickEngine)
