"""Output that does not stop the work where it fails: a reader such as `head` leaves early."""

import io
import os
import sys
from contextlib import contextmanager, redirect_stderr, redirect_stdout


class _Lasting:
    """A stream that goes nowhere from the first write on that fails, and knows why."""

    def __init__(self, stream):
        self._stream, self.failure = stream or io.StringIO(), None  # None where it was closed

    def __getattr__(self, name):
        return getattr(self._stream, name)

    def write(self, text):
        return self._attempt(self._stream.write, text)

    def flush(self):
        self._attempt(self._stream.flush)

    def _attempt(self, action, *arguments):
        try:
            return action(*arguments)
        except OSError as error:
            self.failure = error
            # What is still buffered would fail again when Python ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())


@contextmanager
def lasting_output():
    """Let a block go on where what it prints can't be written.

    Yields
    ------
    callable
        Gives why standard output failed, "" where it did not or where only its reader has left.
    """
    out, err = _Lasting(sys.stdout), _Lasting(sys.stderr)

    def lost():
        has_left = isinstance(out.failure, BrokenPipeError)
        return "" if out.failure is None or has_left else out.failure.strerror

    with redirect_stdout(out), redirect_stderr(err):
        try:
            yield lost
        finally:
            out.flush()
            err.flush()
