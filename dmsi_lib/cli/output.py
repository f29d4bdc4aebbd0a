"""Output that does not stop the work where it fails: a reader such as `head` leaves early."""

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any, TextIO, cast


class _Lasting:
    """A stream that goes nowhere from the first write on that fails, and knows why."""

    def __init__(self, stream: TextIO | None):
        self._stream: TextIO = stream or io.StringIO()  # None where it was closed
        self.failure: OSError | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> Any:
        return self._attempt(self._stream.write, text)

    def flush(self) -> None:
        self._attempt(self._stream.flush)

    def _attempt(self, action: Callable[..., Any], *arguments: str) -> Any:
        try:
            return action(*arguments)
        except OSError as error:
            self.failure = error
            # What is still buffered would fail again when Python ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())


@contextmanager
def lasting_output() -> Iterator[Callable[[], str]]:
    """Let a block go on where what it prints can't be written.

    Yields
    ------
    callable
        Gives why standard output failed, "" where it did not or where only its reader has left.
    """
    out, err = _Lasting(sys.stdout), _Lasting(sys.stderr)

    def lost() -> str:
        if out.failure is None or isinstance(out.failure, BrokenPipeError):
            return ""
        return out.failure.strerror or str(out.failure)

    with redirect_stdout(cast(TextIO, out)), redirect_stderr(cast(TextIO, err)):
        try:
            yield lost
        finally:
            out.flush()
            err.flush()
