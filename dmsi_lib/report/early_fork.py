"""The warmed process as a fork of the run itself, made before the run has anything to lose.

A command begins with one thread and without numpy. What the run and its notebooks both need is then
imported and read once, and the fork goes on from there: it shares that, and neither imports nor
reads it again. Where the run has come further, as in a program that calls the library, the warmed
process is started anew.
"""

import atexit
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psutil


def is_early() -> bool:
    """Whether this process can still be forked: one thread, and no library that may start more."""
    alone = threading.active_count() == 1 and psutil.Process().num_threads() == 1
    return hasattr(os, "fork") and alone and "numpy" not in sys.modules


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set variables of the environment for a block, as libraries read them when they are loaded."""
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


class ForkedChild:
    """A child of this process, with as much of Popen's interface as is needed."""

    def __init__(self, run: Callable[[], Any], keep: int, variables: Mapping[str, str]):
        """Fork. `run` is called in the child, which keeps one descriptor of the run's and takes
        `variables` into its environment."""
        self._lock, self._ended = threading.Lock(), False
        # A signal that asks the run to end must not be taken for the child's, which would tidy up.
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        self.pid = os.fork()
        if not self.pid:
            _live(run, keep, variables, blocked)
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)

    def poll(self) -> int | None:
        """None while it runs."""
        with self._lock:
            if not self._ended:
                self._ended = os.waitpid(self.pid, os.WNOHANG)[0] != 0
            return 0 if self._ended else None

    def send_signal(self, number: int) -> None:
        with self._lock:
            if not self._ended:
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def wait(self) -> None:
        with self._lock:
            if not self._ended:
                os.waitpid(self.pid, 0)
                self._ended = True


def _live(run: Callable[[], Any], keep: int, variables: Mapping[str, str], mask: Any) -> None:
    """The child's life; never returns, since what called the run is not for the child to end."""
    try:
        os.setsid()  # Ctrl-C in a terminal is for the run, not for this
        for number in {signal.SIGTERM, signal.SIGHUP, signal.SIGXCPU}:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.closerange(3, keep)  # a lock is the run's alone
        os.closerange(keep + 1, os.sysconf("SC_OPEN_MAX"))
        sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
        os.environ.update(variables)
        del sys.path[0]  # the folder of the command
        run()
    finally:
        # As Python ends: the last to be called of those that came after the fork leaves for good.
        atexit._run_exitfuncs()
        os._exit(1)
