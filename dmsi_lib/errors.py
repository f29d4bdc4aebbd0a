"""The errors a user can meet: one message each, which the command line prints before it exits."""

import errno
from collections.abc import Callable, Sequence

_ADVICE = {
    errno.ENOSPC: "Free some space and run this again.",
    errno.EDQUOT: "Free some space or ask for more, and run this again.",
    errno.EFBIG: "A limit on the size of files is too low (ulimit -f); raise it.",
    errno.EMFILE: "A limit on open files is too low (ulimit -n); raise it.",
    errno.ENAMETOOLONG: "Choose a shorter name.",
    errno.EAGAIN: "A limit on processes is too low (ulimit -u); raise it.",
    errno.ENOMEM: "There is too little memory.",
}


class DmsiError(Exception):
    """Anything this library refuses to do; the message says what to do about it."""


class InputError(DmsiError):
    """A file, row, column or question that can't be taken as it is."""


class UsageError(DmsiError):
    """A command, option or argument that does not exist (exit status 2)."""


class NotebookError(DmsiError):
    """A notebook that failed while the report was being made."""


def advice_on(error: OSError) -> str:
    """What may help where the system refuses something; "" where nothing is known."""
    return _ADVICE.get(error.errno or 0, "")


def on_one_line(text: str) -> str:
    """A text with its line breaks written out, so that a text from a file can't pose as a line of
    ours."""
    return text.replace("\n", "\\n")


def problems(
    heading: str, lines: Sequence[str], most: int = 20, marked: Callable[[str], str] = str
) -> str:
    """One message out of many findings: a heading, then a line each; beyond `most` only counted.

    `marked` gives each line as it may be shown.
    """
    shown = [f"  - {on_one_line(marked(line))}" for line in lines[:most]]
    if len(lines) > most:
        shown.append(f"  - and {len(lines) - most} more")
    return "\n".join([heading, *shown])
