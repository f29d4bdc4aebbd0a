"""A lock in a shared folder: a small file that says which process holds it.

filelock makes it, waits for it, and takes it away where its holder was a process of this machine
and has ended. Of a process on another machine nobody can tell from here whether it lives, so that
is left to the reader of the message, who is told whom to ask.
"""

import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import gmtime, strftime

import psutil
from filelock import MarkerSoftFileLock, Timeout

from dmsi_lib.errors import InputError
from dmsi_lib.files import Place

_PAUSE = 0.1  # seconds between two looks at a lock
_WRITING = 10  # seconds after which nobody will write into an empty lock file any more
_HOST = re.compile(r"[\w.-]+", re.ASCII)  # filelock adds what tells containers apart behind a "?"


@contextmanager
def held_lock(
    path: Place, *, wait: float = 60, progress: Callable[[str], object] = print
) -> Iterator[Callable[[], bool]]:
    """Hold a lock while the block runs, once others, of whom `progress` is told, let go of it.

    Yields whether the lock is still ours: a human may have deleted it. An InputError where others
    hold it for longer than `wait` seconds, an OSError where the folder can't be written to.
    """
    path, seen = Path(path), set[str]()
    lock = MarkerSoftFileLock(path)

    def look() -> bool:
        holder = describe_holder(path)
        new = holder not in seen
        if holder and (new or lock.owner is None) and not _take_away(lock) and new:
            seen.add(holder)
            progress(f"Waiting for {holder} …")
        return False  # go on waiting

    try:
        lock.acquire(timeout=wait, poll_interval=_PAUSE, cancel_check=look)
    except Timeout:
        raise InputError(
            f"{path.parent}: in use by {describe_holder(path) or 'others'}. Run this again when "
            "that is done. If it never will be, because that process was ended or that machine "
            f"switched off, delete {path} first."
        ) from None
    try:
        ours = path.lstat()
        _show(path)
        yield lambda: _is_same(path, ours)
    finally:
        try:
            lock.release()
        except OSError as error:  # must not hide why the block ended
            progress(f"{path} could not be removed ({error.strerror or error}); delete it.")


def describe_holder(path: Place) -> str | None:
    """Who holds a lock and since when, in words; None where there is no file.

    Of a file that filelock has not written nothing is known but its age and owner. Whom a file
    belongs to is what the drive says, which may be who has connected it.
    """
    path = Path(path)
    try:
        since = strftime("%Y-%m-%d %H:%M UTC", gmtime(path.lstat().st_mtime))
    except FileNotFoundError:
        return None
    owner = MarkerSoftFileLock(path).owner
    host = _HOST.match(owner.hostname) if owner else None
    who = f"process {owner.pid} on {host[0]}" if owner and host else "somebody"
    with suppress(OSError, KeyError, NotImplementedError):  # no such user; not on Windows
        return f"{who} since {since} (file owner: {path.owner()})"
    return f"{who} since {since}"


def _show(path: Path) -> None:
    """Let other machines read who holds the lock; a network drive may hold that back for long."""
    with suppress(OSError), open(path, "rb+") as file:  # Windows may refuse it
        os.fsync(file.fileno())


def _take_away(lock: MarkerSoftFileLock) -> bool:
    """Delete a lock that was left where filelock does not; whether it was.

    filelock exchanges two names for that, which network drives refuse on Linux and macOS, and it
    never touches an empty file. Two who find the same lock might delete it one after the other,
    and the second one would delete what the first one has made since. So only who holds a second
    lock looks again and deletes.
    """
    holder, claim = lock.owner, MarkerSoftFileLock(f"{lock.lock_file}.claim")
    if holder and psutil.pid_exists(holder.pid):
        return False
    with suppress(OSError):
        _clear_unfinished(Path(claim.lock_file))
        with claim.acquire(blocking=False):
            if _was_left(lock, claim):
                lock.force_break()
                return True
    return False


def _clear_unfinished(claim: Path) -> None:
    """Delete a claim whose maker was killed before it could write who it is."""
    probe = claim.with_name(f"{claim.name}.{secrets.token_hex(8)}")
    with suppress(FileNotFoundError):
        file = claim.lstat()
        probe.touch(exist_ok=False)
        try:
            now = probe.lstat().st_mtime  # by the drive's clock
        finally:
            probe.unlink()
        if file.st_size == 0 and now - file.st_mtime > _WRITING:
            claim.unlink()


def _was_left(lock: MarkerSoftFileLock, claim: MarkerSoftFileLock) -> bool:
    """Whether a lock's holder has ended here, or was killed before it could write who it is."""
    holder, me = lock.owner, claim.owner
    if holder:
        here = me is not None and me.hostname == holder.hostname
        return here and not psutil.pid_exists(holder.pid)
    file, now = os.lstat(lock.lock_file), os.lstat(claim.lock_file).st_mtime  # by the drive's clock
    return file.st_size == 0 and now - file.st_mtime > _WRITING


def _is_same(path: Path, file: os.stat_result) -> bool:
    try:
        return os.path.samestat(path.lstat(), file)
    except FileNotFoundError:
        return False
