"""A lock in a shared folder: a small file that says who holds it and since when.

A file that can be made only once is the one lock that every network drive knows. It comes into
being together with its text, so no reader finds it empty. Where its holder was a process of this
machine and has ended, the lock is taken away; of a process on another machine nobody can tell from
here whether it lives, so that is left to the reader of the message, who is told whom to ask.
"""

import errno
import getpass
import json
import os
import platform
import secrets
import time
import uuid
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psutil

from dmsi_lib.errors import InputError

PATIENCE = 5  # seconds to go on trying to delete a lock file that another program is reading
_PAUSE = 0.1  # seconds between two looks at a lock
_NO_LINKS = {errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


@dataclass(frozen=True)
class Owner:
    """Who holds a lock; the text of the lock file."""

    user: str
    host: str
    process: int
    machine: str  # tells machines, and containers on one, apart where host names don't
    since: str
    token: str = field(default_factory=lambda: secrets.token_hex(8))

    def __str__(self):
        return f"{self.user} on {self.host} (process {self.process}), since {self.since}"


@contextmanager
def held_lock(path, *, wait=60, progress=print):
    """Hold a lock while the block runs.

    Parameters
    ----------
    path : path of the lock file; its folder must exist
    wait : float
        Seconds to wait for another holder.
    progress : callable of str
        Told who is waited for.

    Yields
    ------
    callable
        Returns whether the lock is still ours: a human may have deleted it.

    Raises
    ------
    InputError
        Where another one holds the lock and does not let go of it in time.
    OSError
        Where the folder can't be written to.
    """
    path = Path(path)
    owner = this_process()
    _acquire(path, owner, time.monotonic() + wait, progress)
    try:
        yield lambda: read_owner(path) == owner
    finally:
        try:
            if read_owner(path) == owner:
                insist(lambda: path.unlink(missing_ok=True), PATIENCE)
        except OSError as error:  # must not hide why the block ended
            progress(f"{path} could not be removed ({error.strerror or error}); delete it.")


def this_process():
    """A new owner: this process, from now on."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in some containers
        user = "somebody"
    since = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
    return Owner(user, platform.node() or "a machine", os.getpid(), _machine(), since)


def _machine():
    """What is the same for two processes only where each can see whether the other one lives."""
    parts = [platform.node()]
    try:
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text().strip())
        parts.append(os.readlink("/proc/self/ns/pid"))
    except OSError:  # not Linux
        parts.append(f"{uuid.getnode():x}")
    return " ".join(parts)


def read_owner(path):
    """The owner that a lock file names, None where there is no file.

    A file that can't be understood has an owner of whom nothing is known but the file's age.
    """
    try:
        return Owner(**json.loads(Path(path).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (PermissionError, ValueError, TypeError, RecursionError):
        with suppress(OSError):
            made = datetime.fromtimestamp(Path(path).stat().st_mtime, UTC)
            return Owner("somebody", "an unknown machine", 0, "", f"{made:%Y-%m-%d %H:%M} UTC", "")
        return None


def has_ended(owner):
    """Whether the owner is known to live no more; False where that can't be told from here."""
    if owner.machine != _machine():
        return False
    try:
        return psutil.Process(owner.process).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False


def remove_dead_locks(folder, name):
    """Delete what ended processes left beside a lock, once that lock is held."""
    for path in Path(folder).glob(f"{name}.*"):
        owner = read_owner(path)
        if owner is not None and (not owner.token or has_ended(owner)):
            with suppress(OSError):
                path.unlink()


def insist(action, seconds):
    """Do something again while another program has the file open (Windows refuses it so long).

    Parameters
    ----------
    action : callable without arguments
    seconds : float
        How long to try before the error is raised.
    """
    ends, pause = time.monotonic() + seconds, 0.02
    while True:
        try:
            return action()
        except OSError as error:
            if error.errno not in (errno.EACCES, errno.EPERM, errno.EBUSY):
                raise
            if time.monotonic() + pause > ends:
                raise
        time.sleep(pause)
        pause = min(2 * pause, 1)


def _acquire(path, owner, ends, progress):
    told = None
    while True:
        holder = read_owner(path)
        if holder is None and _make(path, owner):
            return
        if holder is not None and has_ended(holder):
            _take_away(path, holder, ends, progress)
            continue
        if time.monotonic() > ends:
            raise InputError(
                f"{path.parent}: in use by {holder or 'others'}. Run this again when that is done. "
                f"If it never will be, because that machine was switched off, delete {path} first."
            )
        if holder not in (None, told):
            progress(f"Waiting for {holder} …")
            told = holder
        time.sleep(_PAUSE)


def _take_away(path, holder, ends, progress):
    """Delete the lock of a process that has ended, and no other lock.

    Two who find the same dead lock might delete it one after the other, and the second one would
    delete what the first one has made since. So it takes a lock on that very lock to delete it:
    tokens never come back, hence whoever holds `path.token` and still reads that token at `path`
    is the only one who may delete it.
    """
    claim = path.with_name(f"{path.name}.{holder.token}")
    me = this_process()
    _acquire(claim, me, ends, lambda line: None)
    try:
        if read_owner(path) == holder:
            path.unlink(missing_ok=True)
            progress(f"Took away the lock of {holder}: that process has ended.")
    finally:
        if read_owner(claim) == me:
            claim.unlink(missing_ok=True)


def _make(path, owner):
    """Make the lock file together with its text; False where there is one by now."""
    text = json.dumps(asdict(owner), indent=2) + "\n"
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}.new")
    try:
        with open(fresh, "x", encoding="utf-8") as file:
            file.write(text)
        try:
            # Neither replaces a file that is there already, each on its kind of system.
            (os.rename if os.name == "nt" else os.link)(fresh, path)
        except (FileExistsError, FileNotFoundError):
            if not path.parent.is_dir():
                raise
            # A network drive may answer late, that the file exists: the one just made.
            return read_owner(path) == owner
        except OSError as error:
            if os.name == "nt" and isinstance(error, PermissionError):
                return False  # the one before is being deleted this moment
            if error.errno not in _NO_LINKS:
                raise
            return _make_plainly(path, text)
    finally:
        fresh.unlink(missing_ok=True)
    return True


def _make_plainly(path, text):
    """The same on a drive without hard links, where the text comes a moment later."""
    try:
        with open(path, "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return False
    return True
