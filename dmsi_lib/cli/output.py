"""Output that does not stop the work where it fails: a reader such as `head` leaves early.

Nor does it steer a terminal: what a file says may hold signs that hide, colour or turn text around.
"""

import io
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any, TextIO, cast

# Signs that a terminal obeys or that turn the text around them: the control characters of Unicode
# but tab and line break, the directional ones (UAX #9), separators of lines, and halves of pairs
# that no encoding has.
_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def visible(text: str) -> str:
    """A text with the signs that would steer a terminal written out, such as `\\x1b`."""
    return _STEERING.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


class _Lasting:
    """A stream that goes nowhere from the first write on that fails, and knows why."""

    def __init__(self, stream: TextIO | None):
        self._stream: TextIO = stream or io.StringIO()  # None where it was closed
        self.failure: OSError | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> Any:
        encoding = self._stream.encoding or "utf-8"  # not every one has all letters
        text = text.encode(encoding, "backslashreplace").decode(encoding)
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


class _Plain(_Lasting):
    """Standard output, where what is printed comes from files."""

    def write(self, text: str) -> Any:
        return super().write(visible(text))


@contextmanager
def lasting_output() -> Iterator[Callable[[], str]]:
    """Let a block go on where what it prints can't be written.

    Yields
    ------
    callable
        Gives why standard output failed, "" where it did not or where only its reader has left.
    """
    out, err = _Plain(sys.stdout), _Lasting(sys.stderr)

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
