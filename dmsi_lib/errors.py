"""The errors a user can meet: one message each, which the command line prints before it exits."""

from collections.abc import Sequence


class DmsiError(Exception):
    """Anything this library refuses to do; the message says what to do about it."""


class InputError(DmsiError):
    """A file, row, column or question that can't be taken as it is."""


class UsageError(DmsiError):
    """A command, option or argument that does not exist (exit status 2)."""


class NotebookError(DmsiError):
    """A notebook that failed while the report was being made."""


def problems(heading: str, lines: Sequence[str], most: int = 20) -> str:
    """One message out of many findings: a heading, then a line each; beyond `most` only counted."""
    shown = [f"  - {line}" for line in lines[:most]]
    if len(lines) > most:
        shown.append(f"  - and {len(lines) - most} more")
    return "\n".join([heading, *shown])
