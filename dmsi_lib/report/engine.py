"""How papermill executes a notebook here.

It does so through an engine. This one differs from papermill's own in what it waits for: not 0.2
seconds for messages that nobody reads once a kernel is ready.
"""

import logging
import math
import os
from queue import Empty
from time import monotonic
from typing import Any

from jupyter_client.asynchronous import AsyncKernelClient
from nbclient.exceptions import DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines

from dmsi_lib.report.warm_kernels import ONE_THREAD

ENGINE = "dmsi"
_LOG = logging.getLogger(__name__)
_LOG.propagate = False  # what matters is raised
_LOG.addHandler(logging.NullHandler())


class QuickClient(AsyncKernelClient):
    """Jupyter's client without its sleeps."""

    def start_channels(self, *_: Any, **__: Any) -> None:
        """Open them: no heartbeat, since the process itself is looked at; nobody could answer."""
        super().start_channels(stdin=False, hb=False)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
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
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **kwargs: Any) -> None:
        with kwargs["kernels"].manager(kernel_name) as manager:
            PapermillNotebookClient(
                nb_man,
                km=manager,
                startup_timeout=kwargs["start_timeout"],
                timeout=None,
                shell_timeout_interval=1,
                extra_arguments=kwargs["extra_arguments"],
                log=_LOG,
            ).execute(cleanup_kc=True, env=os.environ | ONE_THREAD)


papermill_engines.register(ENGINE, QuickEngine)
