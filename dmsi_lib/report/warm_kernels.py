"""Kernels forked from one warmed process, so that the imports are paid once a report.

Importing ipykernel, pandas and the rest costs a notebook more than its cells do. Where a system can
fork, a report therefore starts one process that has imported them all and drawn a figure (see
`warm_process`); each kernel is a fork of it: a real ipykernel with a namespace of its own, as fresh
as one started from the shell.

The warmed process belongs to one run and ends with it, however that comes about, and so does each
kernel, so the library's own modules never outlive a change of their source. Where there is no
warmed process, or no longer, plain kernels are started.
"""

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from functools import cache, partial
from importlib.metadata import entry_points
from typing import Any

import psutil
import traitlets
from jupyter_client.provisioning import LocalProvisioner

from dmsi_lib.report.early_fork import ForkedChild, environment, is_early

# What is counted before a kernel is forked: arguments of `Survey.load`, questions whose answers
# make groups, and how many respondents a group has at least.
Counted = tuple[tuple[Any, ...], tuple[str, ...], int]
PROVISIONER = "dmsi-warm"  # as registered under jupyter_client.kernel_provisioners
LAUNCHER = "ipykernel_launcher"
# One thread each, in plain kernels too: the kernels share the cores among themselves, sums come
# out the same on every machine, and a process that forks must have no other threads.
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
# The allocator of Arrow, which pandas loads, would start a thread that gives memory back.
ONE_THREAD["JE_ARROW_MALLOC_CONF"] = "background_thread:false"
_ENVIRONMENT = ONE_THREAD | {
    "MPLBACKEND": "agg",  # until there is a kernel that can show figures
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # its warning is lost in a kernel
}
_PATIENCE = 60  # seconds for warming up and one fork
_LOOKS, _POLL = 200, 0.005  # times and seconds between them


@cache
def is_registered() -> bool:
    """Whether this installation has told Jupyter of its provisioner; asked once, since the answer
    lies in the files of all packages."""
    return bool(entry_points(group="jupyter_client.kernel_provisioners", name=PROVISIONER))


def is_supported() -> bool:
    """Whether kernels can be forked here: not on Windows."""
    return hasattr(os, "fork") and is_registered()


def warm_up(
    load: tuple[Any, ...] = (), by: tuple[str, ...] = (), least: int = 0
) -> "WarmProcess | None":
    """A process that warms up from here on, None where kernels can't be forked.

    What notebooks will load by `Survey.load(*load)`, and its groups of so many respondents by the
    answers to some questions, is read and counted once, and kernels find it in memory, known by the
    content of the files and by the reading.
    """
    return WarmProcess((load, by, least)) if is_supported() else None


class WarmProcess:
    """The warmed process as seen from the run that owns it; `fork` may be called by any thread."""

    def __init__(self, counted: Counted = ((), (), 0)):
        early = is_early() and self._prepare(counted)
        self._requests, theirs = socket.socketpair()
        with theirs:
            start = self._fork if early else self._start
            self._process: ForkedChild | subprocess.Popen[bytes] = start(theirs.fileno(), counted)

    @staticmethod
    def _prepare(counted: Counted) -> bool:
        """Import and read here what both need; whether this process can be forked then."""
        from dmsi_lib.report.warm_process import prepare

        with environment(ONE_THREAD):
            return prepare(*counted)

    @staticmethod
    def _fork(number: int, counted: Counted) -> ForkedChild:
        from dmsi_lib.report.warm_process import serve

        return ForkedChild(partial(serve, number, counted), number, _ENVIRONMENT)

    @staticmethod
    def _start(number: int, counted: Counted) -> "subprocess.Popen[bytes]":
        code = f"from dmsi_lib.report.warm_process import serve; serve({number}, {counted!r})"
        return subprocess.Popen(
            [sys.executable, "-c", code],
            pass_fds=[number],
            stdin=subprocess.DEVNULL,
            env=os.environ | _ENVIRONMENT,
            start_new_session=True,  # Ctrl-C in a terminal is for the run, not for this
        )

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def fork(self, arguments: list[str], cwd: str, env: Mapping[str, str]) -> "ForkedProcess":
        """Fork a kernel with arguments of ipykernel and its whole environment, and wait until its
        sockets are open.

        Raises
        ------
        OSError
            Where the warmed process has died, does not answer, or can't fork.
        """
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                socket.send_fds(self._requests, [b"."], [theirs.fileno()])
            ours.settimeout(_PATIENCE)
            request = {"arguments": arguments, "cwd": cwd, "env": dict(env)}
            ours.sendall(json.dumps(request).encode() + b"\n")
            answer = ours.recv(20)
            if not answer:
                raise OSError("The forked kernel did not start.")
            return ForkedProcess(int(answer), ours)
        except (OSError, psutil.NoSuchProcess) as error:
            ours.close()
            raise OSError(f"No kernel was forked ({error}).") from None

    def close(self) -> None:
        """End the warmed process; a kernel ends when the last of its ForkedProcess is gone."""
        self._requests.close()
        self._process.kill()
        self._process.wait()


class ForkedProcess:
    """A kernel that is no child of ours, with as much of Popen's interface as Jupyter needs.

    It ends, too, where the other end of its connection is closed.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, connection: socket.socket):
        self.pid, self._process, self._connection = pid, psutil.Process(pid), connection

    def poll(self) -> int | None:
        """None while it runs; its exit status is its parent's, and nobody asks for it."""
        with contextlib.suppress(psutil.NoSuchProcess):
            if self._process.is_running() and self._process.status() != psutil.STATUS_ZOMBIE:
                return None
        self._connection.close()
        return 0

    def wait(self, timeout: float | None = None) -> int | None:
        self._process.wait(timeout)
        return self.poll()

    def send_signal(self, signum: int) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            self._process.send_signal(signum)


class WarmProvisioner(LocalProvisioner):
    """Forks kernels from a warmed process where it is given one, or starts plain ones."""

    warm = traitlets.Any()

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        same_python = cmd[0] == sys.executable and LAUNCHER in cmd
        if self.warm is None or not same_python or not self.warm.is_alive():
            return await super().launch_kernel(cmd, **kwargs)
        arguments, cwd = cmd[cmd.index(LAUNCHER) + 1 :], kwargs.get("cwd") or os.getcwd()
        try:
            # Blocks this thread's loop, on which nothing else is waiting.
            self.process = self.warm.fork(arguments, cwd, kwargs["env"])
        except OSError:
            return await super().launch_kernel(cmd, **kwargs)
        self.pid = self.pgid = self.process.pid
        self.cwd = cwd
        return self.connection_info

    async def shutdown_requested(self, restart: bool = False) -> None:
        """Look often whether the kernel has ended; the manager does every tenth of a second."""
        for _ in range(_LOOKS):
            if await self.poll() is not None:
                return
            await asyncio.sleep(_POLL)
