"""The kernels of one run: where they talk, where they come from, and that none is left."""

import contextlib
import itertools
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager

from dmsi_lib.report.warm_kernels import PROVISIONER, WarmProcess, is_registered
from dmsi_lib.working_folders import working_folder

_CLIENT = "dmsi_lib.report.engine.QuickClient"
_LONGEST = 90  # characters of a socket's path; the system allows some more than a hundred


class Kernels:
    """The kernels of one run, to be used in a `with` block, which leaves none behind.

    They are forked from the warmed process, if there is one; it is closed with the others.
    """

    def __init__(self, warm: WarmProcess | None = None):
        self.warm = warm
        # Sockets in a folder of our own, where no other user can listen.
        self._folder = contextlib.ExitStack()
        self.folder = self._folder.enter_context(working_folder(Path(tempfile.gettempdir())))
        self._numbers = itertools.count(1)
        self._managers: set[AsyncKernelManager] = set()

    def __enter__(self) -> "Kernels":
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()
        self._folder.close()

    def stop(self) -> None:
        """Kill whatever runs; whoever waits for it is told that its kernel died.

        To be called again as long as somebody may just be starting one.
        """
        if self.warm is not None:
            self.warm.close()
        for manager in list(self._managers):
            provisioner: Any = manager.provisioner
            with contextlib.suppress(OSError):  # it has ended by itself
                if getattr(provisioner, "pgid", None):
                    os.killpg(provisioner.pgid, signal.SIGKILL)
                elif getattr(provisioner, "process", None):
                    provisioner.process.kill()

    @contextlib.contextmanager
    def manager(self, kernel_name: str) -> Iterator[AsyncKernelManager]:
        """A manager for one kernel more."""
        name = self.folder / f"k{next(self._numbers)}"
        place = {"connection_file": f"{name}.json"}
        if sys.platform != "win32" and len(str(name)) < _LONGEST:
            place |= {"transport": "ipc", "ip": str(name)}
        manager = AsyncKernelManager(kernel_name=kernel_name, client_class=_CLIENT, **place)
        spec: Any = manager.kernel_spec
        if is_registered():
            spec.metadata["kernel_provisioner"] = {
                "provisioner_name": PROVISIONER,
                "config": {"warm": self.warm},
            }
        self._managers.add(manager)
        try:
            yield manager
        finally:
            self._managers.discard(manager)
