"""Folders for what is in the making: nobody else may read them, and none is left for good.

A run works in a folder `.NAME.dmsi` beside what it makes and moves the result into place. It holds
a lock on the file `.NAME.dmsi.lock` meanwhile (flock, or LockFileEx on Windows, by filelock), which
the system takes away however the run ends. So whoever finds such a folder and gets its lock knows
that its run was killed: what that had set aside is put back, and the folder deleted.
"""

import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dmsi_lib.errors import InputError

_OURS = re.compile(r"(\..+\.dmsi)(\.lock)?")
_ASIDE, _DONE_WITH = "aside", "done-with"  # in a working folder: what its result replaces
_PATIENCE = 1  # seconds; longer than anybody takes to look whether a run is dead
_POLL = 0.05


@contextmanager
def working_folder(parent: Path, name: str = "") -> Iterator[Path]:
    """A new folder of mode 0700, deleted when the block ends; those of killed runs go, too.

    Parameters
    ----------
    parent : the folder to make it in
    name : one that a single run uses at a time; by default one that nobody else uses

    Raises
    ------
    InputError
        Where another run uses the name.
    OSError
        Where the parent can't be written to.
    """
    parent.stat()  # the lock would make what is missing
    sweep(parent)
    place = parent / f".{name or secrets.token_hex(8)}.dmsi"
    with _held(place):
        place.mkdir(mode=0o700)
        try:
            yield place
        finally:
            try:
                _discard(place)
            except KeyboardInterrupt:  # the run was ended just now; the folder goes all the same
                _discard(place)
                raise


def sweep(parent: Path) -> None:
    """Delete the working folders that killed runs have left in a folder, if there are any."""
    with suppress(OSError):
        names = {match[1] for match in map(_OURS.fullmatch, os.listdir(parent)) if match}
        for place in (parent / name for name in sorted(names)):
            with suppress(OSError, InputError):
                if _is_ours(place):
                    with _held(place, patience=0):
                        _discard(place)


def exchange(work: Path, fresh: Path, target: Path) -> None:
    """Move a folder out of a working folder into its place; what stood there is deleted with that.

    Where this fails, or its run is killed between two steps, the old folder comes back.
    """
    aside = work / _ASIDE
    aside.mkdir()
    if target.exists():
        target.rename(aside / target.name)
    fresh.rename(target)
    aside.rename(work / _DONE_WITH)  # so that it does not come back where the new one is moved away


def _put_back(work: Path) -> None:
    """Move what was set aside to where it stood, unless something stands there."""
    with suppress(FileNotFoundError):
        for old in (work / _ASIDE).iterdir():
            place = work.parent / old.name
            if not os.path.lexists(place):
                old.rename(place)


def _discard(work: Path) -> None:
    _put_back(work)
    shutil.rmtree(work, ignore_errors=True)


def _is_ours(place: Path) -> bool:
    """Whether a working folder and its lock are this user's, and no links: anybody may put names
    into the system's temporary folder."""
    for path in (place, Path(f"{place}.lock")):
        with suppress(FileNotFoundError):
            found = path.lstat()
            if stat.S_ISLNK(found.st_mode) or found.st_uid != getattr(os, "getuid", int)():
                return False
    return True


@contextmanager
def _held(place: Path, patience: float = _PATIENCE) -> Iterator[None]:
    """Hold the lock of a working folder; an InputError where another run does."""
    from filelock import FileLock, Timeout  # not needed where nothing is written

    file = Path(f"{place}.lock")
    lock = FileLock(file, thread_local=False)
    try:
        lock.acquire(timeout=patience, poll_interval=_POLL)
    except Timeout:
        target = place.with_name(place.name.removeprefix(".").removesuffix(".dmsi"))
        raise InputError(
            f"{target}: {_holder(file)} is writing there. Run this again when that is done, or "
            "choose another place."
        ) from None
    try:
        with suppress(OSError):  # Windows lets nobody write into it, nor delete it yet
            file.write_text(f"{os.getpid()}", encoding="ascii")
        yield
    finally:
        with suppress(OSError):
            file.unlink()
        lock.release()
        if os.name == "nt":
            with suppress(OSError):
                file.unlink()


def _holder(file: Path) -> str:
    """Who holds a lock, as far as it says."""
    with suppress(OSError, ValueError):
        return f"another run (process {int(file.read_text(encoding='ascii'))})"
    return "another run"
