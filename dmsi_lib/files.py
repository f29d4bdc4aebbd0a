"""Writing so that nothing is ever half there: to a neighbour first, then into place."""

import errno
import hashlib
import itertools
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from dmsi_lib.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

Place = str | os.PathLike[str]
Result = TypeVar("Result")

HELD_OPEN = {errno.EACCES, errno.EPERM, errno.EBUSY}  # errors where a file is in use
SYSTEM_FILES = {".DS_Store", "Thumbs.db", "desktop.ini"}  # what file managers leave in folders

# What a spreadsheet program may take for a formula (OWASP, "CSV Injection"; CWE-1236): the signs,
# their full-width forms, also behind white space, and a tab or line break at the beginning. The
# apostrophe is our own mark: a text that has one gets another, so that one can be taken away again.
_FORMULA = re.compile(r"['\t\r\n]|\s*[=+\-@＝＋－＠]")
# Where else a cell may begin: behind what some spreadsheets divide a row at, quoted or not.
_INNER = re.compile(r"([;|\t\n][\"\s]*)(?=[=+\-@＝＋－＠])")


def sha256(path: Place) -> str:
    """Content hash of a file, as hex digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def content_of(path: Place) -> bytes:
    """The bytes of a file; an InputError where it can't be read."""
    try:
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

    An InputError where a folder is missing or can't be written to. The old files are left then, as
    they are where the writing is interrupted.
    """
    for path in (path for path in contents if path.is_dir()):
        raise InputError(f"{path}: is a folder; expected a file name to write to.")
    partials = {}
    try:
        for path, content in contents.items():
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
                partials[path] = Path(file.name)
                file.write(content)
            partials[path].chmod(0o644)
        for path in contents:
            os.replace(partials[path], path)
            del partials[path]
    except OSError as error:
        raise InputError(f"{path}: can't be written ({error.strerror or error}).") from None
    finally:  # also where something else than the file system got in the way
        for partial in partials.values():
            partial.unlink(missing_ok=True)


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
        cells = safe[title].astype(object)
        safe[title] = cells.map(lambda cell: _csv_text(cell) if isinstance(cell, str) else cell)
    safe = safe.rename(columns=lambda title: _csv_text(str(title)))
    return safe.to_csv(index=False, lineterminator="\n").encode("utf-8")


def _csv_text(text: str) -> str:
    # The csv module puts no quotes around a lone carriage return: what follows would be a new row.
    return neutral(_INNER.sub(r"\1'", text.replace("\r\n", "\n").replace("\r", "\n")))


def write_csv(path: Place, frame: "pd.DataFrame") -> None:
    """Write a table as UTF-8 CSV in one step; see `csv_bytes`."""
    write_bytes(path, csv_bytes(frame))


@contextmanager
def replaced_folder(path: Place) -> Iterator[Path]:
    """A new folder to fill, which takes the place of `path` once the block ends without an error.

    An InputError where that is a file, or a folder that holds something else than a report.
    """
    path = Path(path).resolve()  # what a link points to is replaced, not the link
    if path.exists() and not path.is_dir():
        raise InputError(f"{path}: is a file; expected a folder to write to.")
    if path.is_dir() and any(path.iterdir()) and not (path / "run.json").exists():
        raise InputError(f"{path}: holds files that are no report; choose an empty folder.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    except OSError as error:
        raise InputError(f"{path}: can't be written ({error.strerror or error}).") from None
    try:
        fresh.chmod(0o755)
        yield fresh
        _swap(path, fresh)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _swap(path: Path, fresh: Path) -> None:
    """Move a new folder into the place of an old one, which comes back where that fails."""
    old = fresh.with_name(fresh.name + ".old")
    try:
        if path.exists():
            path.rename(old)
        fresh.rename(path)
    except OSError as error:
        raise InputError(
            f"{path}: can't be replaced ({error.strerror or error}). Is a file in it still open?"
        ) from None
    finally:
        if old.exists() and not path.exists():
            old.rename(path)
    shutil.rmtree(old, ignore_errors=True)


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
