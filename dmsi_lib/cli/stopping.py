"""Signals that ask a program to end: each as clean as Ctrl-C.

Schedulers and time limits send SIGTERM or SIGXCPU, a terminal that is closed sends SIGHUP. Python
would end at once, and leave what it was writing.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_NAMES = ("SIGTERM", "SIGHUP", "SIGXCPU")  # those that the system has
_OF_THE_SHELL = 128  # plus the signal's number: the exit status of what a signal has ended


class Stopped(KeyboardInterrupt):
    """A signal has asked the program to end."""

    def __init__(self, number: int):
        self.name = signal.Signals(number).name
        self.status = _OF_THE_SHELL + number


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Raise Stopped in the block when a signal comes; one that nohup ignores is still ignored."""
    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        numbers = []  # Python lets no other thread set a handler
    mine = [number for number in numbers if signal.getsignal(number) is signal.SIG_DFL]

    def stop(number: int, frame: Any) -> None:
        for each in mine:  # whoever is impatient must not interrupt the tidying up
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(number)

    for number in mine:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in mine:
            signal.signal(number, signal.SIG_DFL)
