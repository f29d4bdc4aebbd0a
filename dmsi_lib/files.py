"""Reading nothing but files, and writing so that nothing is ever half there: to a neighbour first,
then into place."""

import errno
import hashlib
import itertools
import os
import re
import shutil
import stat
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from dmsi_lib.errors import InputError, advice_on
from dmsi_lib.working_folders import working_folder

if TYPE_CHECKING:
    import pandas as pd

Place = str | os.PathLike[str]
Result = TypeVar("Result")

HELD_OPEN = {errno.EACCES, errno.EPERM, errno.EBUSY}  # errors where a file is in use
SYSTEM_FILES = {".DS_Store", "Thumbs.db", "desktop.ini"}  # what file managers leave in folders
LARGEST_FILE = 2**30  # bytes; no input is larger
_LONG_TO_HASH = 2**22  # bytes
_SETTLED = 3.0  # seconds after which a file has another time once it is changed, on any disk

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
# What Windows takes for a device, whatever the ending (Microsoft, "Naming Files, Paths, and
# Namespaces").
_DEVICE = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9¹²³])(\..*)?", re.IGNORECASE)

# What a spreadsheet program may take for a formula (OWASP, "CSV Injection"; CWE-1236): the signs,
# their full-width forms, also behind white space, and a tab or line break at the beginning. The
# apostrophe is our own mark: a text that has one gets another, so that one can be taken away again.
_FORMULA = re.compile(r"['\t\r\n]|\s*[=+\-@＝＋－＠]")
# Where else a cell may begin: behind what some spreadsheets divide a row at, quoted or not.
_INNER = re.compile(r"([;|\t\n][\"\s]*)(?=[=+\-@＝＋－＠])")
_TEXTS = ("str", "string")  # pandas' types of a column
_ROWS = 10_000  # written at a time; by itself pandas takes few of a wide table, and long over each
_DIVIDES = re.compile(r"[;|\t\r\n]")


def sha256(path: Place) -> str:
    """Content hash of a file, as hex digits.

    A large one is hashed once by a process and its forks, for as long as its size and its times
    stay the same; one that was just written may change again within the same tick of the clock.
    """
    found = os.stat(path)
    settled = time.time() - max(found.st_mtime, found.st_ctime) > _SETTLED
    if found.st_size < _LONG_TO_HASH or not settled:
        return _sha256(path)
    times = found.st_mtime_ns, found.st_ctime_ns
    return _known_sha256(os.fspath(path), found.st_dev, found.st_ino, found.st_size, *times)


@lru_cache(maxsize=16)
def _known_sha256(path: str, *_: int) -> str:
    return _sha256(path)


def _sha256(path: Place) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def checked_size(path: Place, expected: str = "a file") -> int:
    """Bytes of a file, known before it is opened: a pipe or a device would never end.

    An InputError where it is none, an OSError where it can't be reached.
    """
    found = os.stat(path)
    if not stat.S_ISREG(found.st_mode):
        kind = _KINDS.get(stat.S_IFMT(found.st_mode), "no file")
        raise InputError(f"{path}: is {kind}; expected {expected}.")
    return found.st_size


def content_of(path: Place, largest: int = LARGEST_FILE) -> bytes:
    """The bytes of a file; an InputError where it can't be read, is no file or has too many."""
    try:
        size = checked_size(path)
        if size > largest:
            raise InputError(f"{path}: {size:,} bytes; expected at most {largest:,}.")
        return Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"{path}: can't be read ({error.strerror or error}).") from None


def write_text(path: Place, text: str) -> None:
    """Write a text as UTF-8 in one step; see `write_bytes`."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Place, content: bytes) -> None:
    """Write a file in one step; see `write_together`."""
    write_together({Path(path): content})


def write_together(contents: Mapping[Path, bytes]) -> None:
    """Write several files, all or none: each beside its place first, then all into place.

    What a link leads to is written, and the link stays. An InputError where a place is neither free
    nor a file, or can't be written to. The old files are left then, as they are where the writing
    is interrupted; new ones have their permissions.
    """
    places = {path: destination(path) for path in contents}
    works: dict[Path, Path] = {}  # by folder: where its files are written first
    partials: dict[Path, Path] = {}
    with ExitStack() as stack:
        try:
            for path, place in places.items():
                if place.parent not in works:
                    works[place.parent] = stack.enter_context(working_folder(place.parent))
                partials[path] = works[place.parent] / str(len(partials))
                partials[path].write_bytes(contents[path])
                if place.exists():
                    shutil.copymode(place, partials[path])
            for path, place in places.items():
                os.replace(partials[path], place)
        except OSError as error:
            raise InputError(_unwritable(path, error)) from None


def _unwritable(path: Place, error: OSError) -> str:
    reason = error.strerror or error
    return f"{path}: can't be written ({reason}). {advice_on(error)}".rstrip()


def destination(path: Place) -> Path:
    """Where a file is to be written, by way of links.

    An InputError where something else than a file is there: a pipe or a device would be replaced.
    """
    try:
        target = Path(path).resolve()
        if os.path.lexists(target):
            checked_size(path, "a file name to write to")
    except OSError as error:
        raise InputError(_unwritable(path, error)) from None
    except RuntimeError:  # pathlib's, of links
        raise InputError(f"{path}: can't be written (its links lead in a circle).") from None
    return target


def is_reserved(name: str) -> bool:
    """Whether Windows takes a name, with or without an ending, for a device and makes no file."""
    return bool(_DEVICE.fullmatch(name))


def distinct(names: Iterable[str]) -> list[str]:
    """Names of files or folders; one that was there already, capital letters or small, is followed
    by a number."""
    taken = {}
    for name in names:
        candidates = itertools.chain([name], (f"{name}-{n}" for n in itertools.count(2)))
        free = next(c for c in candidates if c.casefold() not in taken)
        taken[free.casefold()] = free
    return list(taken.values())


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet program may run a text, or would take its apostrophe for a mark."""
    return bool(_FORMULA.match(text))


def neutral(text: str) -> str:
    """A text that no spreadsheet program runs: with an apostrophe in front if it needs one."""
    return "'" + text if looks_like_formula(text) else text


def restored(text: str) -> str:
    """The text that `neutral` was given."""
    return text.removeprefix("'")


def csv_bytes(frame: "pd.DataFrame") -> bytes:
    """A table as UTF-8 CSV, floats to six decimals, line ends the same everywhere.

    Texts, titles of columns too, are made `neutral`, and so is what follows a semicolon in them,
    where many spreadsheets divide a row; numbers stay as they are, negative ones too.
    """
    safe = frame.round(6)
    for title in safe.select_dtypes(["object", "string", "category"]).columns:
        cells = safe[title]
        texts = (cell for cell in cells.unique() if isinstance(cell, str))
        changed = {text: safer for text in texts if (safer := _csv_text(text)) != text}
        kind = getattr(cells.dtype, "categories", cells).dtype
        if changed or str(kind) not in _TEXTS:  # of mixed cells pandas makes numbers where it can
            safe[title] = cells.astype(object).map(lambda cell, to=changed: to.get(cell, cell))
    safe = safe.rename(columns=lambda title: _csv_text(str(title)))
    return safe.to_csv(index=False, lineterminator="\n", chunksize=_ROWS).encode("utf-8")


@lru_cache(maxsize=2**16)  # many tables hold the same texts
def _csv_text(text: str) -> str:
    if _DIVIDES.search(text):
        # The csv module puts no quotes around a lone carriage return: what follows would be a row.
        text = _INNER.sub(r"\1'", text.replace("\r\n", "\n").replace("\r", "\n"))
    return neutral(text)


def write_csv(path: Place, frame: "pd.DataFrame") -> None:
    """Write a table as UTF-8 CSV in one step; see `csv_bytes`."""
    write_bytes(path, csv_bytes(frame))


def insist(action: Callable[[], Result], seconds: float) -> Result:
    """Do something again while another program has the file open (Windows refuses it so long)."""
    ends, pause = time.monotonic() + seconds, 0.02
    while True:
        try:
            return action()
        except OSError as error:
            if error.errno not in HELD_OPEN or time.monotonic() + pause > ends:
                raise
        time.sleep(pause)
        pause = min(2 * pause, 1)
