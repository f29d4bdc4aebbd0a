"""The kernels of one run: where they talk, how they are started quickly, and that none is left.

papermill executes a notebook through an engine. The one registered here differs from papermill's
own in what it waits for: not 0.2 seconds for messages that nobody reads once a kernel is ready,
and not for the next tenth of a second when a kernel shuts down.
"""

import contextlib
import itertools
import logging
import math
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from queue import Empty
from time import monotonic

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines

from dmsi_lib.report.warm_kernels import ONE_THREAD, PROVISIONER, is_registered

ENGINE = "dmsi"
_LOG = logging.getLogger(__name__)
_LOG.propagate = False  # what matters is raised
_LOG.addHandler(logging.NullHandler())
_LONGEST = 90  # characters of a socket's path; the system allows some more than a hundred


class Kernels:
    """The kernels of one run, to be used in a `with` block, which leaves none behind.

    Parameters
    ----------
    warm : WarmProcess, optional
        Where to fork kernels from; closed with the others.
    """

    def __init__(self, warm=None):
        self.warm, self.stopped = warm, False
        # Sockets in a folder of our own, where no other user can listen.
        self.folder = Path(tempfile.mkdtemp(prefix="dmsi-"))
        self._numbers = itertools.count(1)
        self._managers = set()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def stop(self):
        """Kill whatever runs; whoever waits for it is told that its kernel died.

        To be called again as long as somebody may just be starting one.
        """
        self.stopped = True
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

    @contextlib.contextmanager
    def manager(self, kernel_name):
        """A manager for one kernel more."""
        name = self.folder / f"k{next(self._numbers)}"
        place = {"connection_file": f"{name}.json"}
        if sys.platform != "win32" and len(str(name)) < _LONGEST:
            place |= {"transport": "ipc", "ip": str(name)}
        manager = AsyncKernelManager(
            kernel_name=kernel_name, client_class=f"{__name__}.{QuickClient.__name__}", **place
        )
        if is_registered():
            manager.kernel_spec.metadata["kernel_provisioner"] = {
                "provisioner_name": PROVISIONER,
                "config": {"warm": self.warm},
            }
        self._managers.add(manager)
        try:
            yield manager
        finally:
            self._managers.discard(manager)


class QuickClient(AsyncKernelClient):
    """Jupyter's client without its sleeps."""

    def start_channels(self, shell=True, iopub=True, stdin=False, hb=False, control=True):
        """Open them: no heartbeat, since the process itself is looked at; nobody could answer."""
        super().start_channels(shell, iopub, stdin, hb, control)

    async def wait_for_ready(self, timeout=None):
        """Until the kernel answers and what it publishes arrives, too."""
        ends = monotonic() + (timeout or math.inf)
        while monotonic() < ends:
            self.kernel_info()
            try:
                await self.get_shell_msg(timeout=1)
                await self.get_iopub_msg(timeout=0.2)
                return
            except Empty:
                if not await self.is_alive():
                    break
        raise DeadKernelError("The kernel did not start.")


class QuickEngine(NBClientEngine):
    """papermill's engine with that client; asks for `kernels` among its arguments."""

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, *, kernels, start_timeout=60, **kwargs):
        with kernels.manager(kernel_name) as manager:
            PapermillNotebookClient(
                nb_man,
                km=manager,
                startup_timeout=start_timeout,
                timeout=None,
                shell_timeout_interval=1,
                extra_arguments=kwargs.get("extra_arguments", []),
                log=_LOG,
            ).execute(cleanup_kc=True, env=os.environ | ONE_THREAD)


papermill_engines.register(ENGINE, QuickEngine)
