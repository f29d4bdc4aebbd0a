"""A report on a shared drive: versions that are never half there, and one page that leads to one.

A folder can't be replaced in one step, and its readers may have any file of it open. So every
publication is a new folder: filled within `vNNNN.partial`, where nobody else can read, read back
and compared, sealed with MANIFEST.json, and only then moved to `vNNNN`, a name never used before.
Readers open index.html, the one file that is ever replaced; it leads to a complete version at every
moment.
"""

import errno
import io
import json
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

from dmsi_lib.errors import InputError, problems
from dmsi_lib.files import HELD_OPEN, Place, insist
from dmsi_lib.shared_drive.locking import held_lock
from dmsi_lib.shared_drive.published_before import (
    damaged_records,
    read_publication,
    record_all,
    refuse_learnt,
    unfinished_records,
)
from dmsi_lib.shared_drive.versions import (
    MANIFEST,
    POINTER,
    VERSION,
    Version,
    check_build,
    current_version,
    differences,
    find_versions,
    hash_files,
    render_pointer,
    verify_version,
    versions_to_remove,
)
from dmsi_lib.shared_drive.writing import sync, write_through

Progress = Callable[[str], object]
LOCK = "publish.lock"
PATIENCE = 15  # seconds to go on trying where a reader has the pointer open
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_LEFTOVER = re.compile(
    r"v\d{4,}(?:\.partial|\.[0-9a-f]+\.removed)|index\.html\.[0-9a-f]+\.new|publish\.lock\..+"
)


def verify(dest: Place) -> list[Version]:
    """Read every version again and compare it with its manifest.

    Raises
    ------
    InputError
        Where a file is missing, damaged or added, or index.html leads nowhere.
    """
    dest = _shared_folder(dest)
    with _explained(dest):
        lines = []
        for folder in sorted(dest / name for name in os.listdir(dest) if VERSION.fullmatch(name)):
            damage = verify_version(folder)
            lines += damage if folder.exists() else []  # removed meanwhile by another publisher
        versions, shown = find_versions(dest), current_version(dest)
        lines += damaged_records(dest)
    if shown not in [version.version for version in versions]:
        lines.append(f"{POINTER}: leads to {shown or 'no version'}")
    if lines:
        raise InputError(
            problems(f"{dest}: {len(lines)} findings; publish again, or --rollback:", lines)
        )
    return versions


def version_lines(dest: Place) -> list[str]:
    """One line a version: name, date, size, data, and which one is shown."""
    dest = _shared_folder(dest)
    with _explained(dest):
        versions, shown = find_versions(dest), current_version(dest)
    return [
        f"{one.version}  {one.published}  {one.size / 1e6:8.1f} MB  {one.data:9}"
        + ("  current" if one.version == shown else "")
        for one in versions
    ]


def publish(
    dest: Place,
    build: Place,
    *,
    keep: int | None = None,
    allow_internal: bool = False,
    progress: Progress = print,
    wait: float = 60,
) -> Version:
    """Publish a report as a new version; until that is complete, readers see the one before.

    Parameters
    ----------
    dest : path of the shared folder, made where only its last part is missing
    build : path of what `dmsi report` has written
    keep : how many complete versions stay, besides those that somebody has changed; all by default
    allow_internal : whether a report may be published that was not built for the public
    progress : told what is waited for and removed
    wait : seconds to wait for others who publish there

    Raises
    ------
    InputError
        With what index.html shows now and what to do. Nothing else is changed then. Where a public
        report tells more together with what was published there before, with the list of that.
    """
    dest, build = Path(dest).resolve(), Path(build).resolve()
    prepared = check_build(build, allow_internal)
    publication = read_publication(build, "this report")
    with _explained(dest):
        _check_places(dest, build)
        dest.mkdir(exist_ok=True)
    with _changing(dest, progress, wait) as check_lock:
        published = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
        version = replace(prepared, version=_next_name(dest), published=published)
        if publication is not None:
            refuse_learnt(dest, publication, find_versions(dest), progress)
        _move_in(dest, build, version, check_lock)
        check_lock()
        if publication is not None:
            record_all(dest, find_versions(dest))
        _point(dest, version)
        names = [version.version for version in find_versions(dest)]
        for name in versions_to_remove(names, version.version, keep):
            if lines := verify_version(dest / name):  # somebody's work may be in it
                progress(f"{name} was not removed, since it is not as published ({lines[0]}).")
            else:
                _try_to_discard(dest / name, "", progress)
    return version


def rollback(
    dest: Place, name: str | None = None, *, progress: Progress = print, wait: float = 60
) -> Version:
    """Let index.html lead to another version, which is read and compared first.

    Parameters
    ----------
    dest : path of the shared folder
    name : such as "v0003" or "3"; the newest undamaged one before the current one by default
    progress, wait : as in `publish`

    Raises
    ------
    InputError
        Where there is no such version, or it is damaged; index.html is left alone then.
    """
    dest = _shared_folder(dest).resolve()
    with _changing(dest, progress, wait) as check_lock:
        versions = find_versions(dest)
        if name is not None:
            number = name.removeprefix("v").lstrip("0")
            candidates = [version for version in versions if str(version.number) == number]
        else:
            shown = current_version(dest)
            before = int(shown[1:]) if shown else float("inf")
            candidates = [version for version in reversed(versions) if version.number < before]
        lines = []
        for version in candidates:
            damage = verify_version(dest / version.version)
            if not damage:
                check_lock()
                _point(dest, version)
                return version
            lines += damage
        there = ", ".join(version.version for version in versions) or "none"
        which = name or "before the current one"
        heading = f"{dest}: no undamaged version {which} (there: {there})."
        raise InputError(problems(heading, lines))


def _shared_folder(dest: Place) -> Path:
    dest = Path(dest)
    if not dest.is_dir():
        raise InputError(f"{dest}: no such folder. Is the drive connected?")
    return dest


def _check_places(dest: Path, build: Path) -> None:
    if not dest.parent.is_dir():
        raise InputError(f"{dest.parent}: no such folder. Is the drive connected?")
    if dest.exists() and not dest.is_dir():
        raise InputError(f"{dest}: is a file; expected a folder to publish to.")
    for inner, outer in ((dest, build), (build, dest)):
        above = [path for path in (inner, *inner.parents) if path.exists() and outer.exists()]
        if any(path.samefile(outer) for path in above):
            raise InputError(
                f"{dest}: this folder and the report's, {build}, lie one in the other; choose "
                "another folder to publish to."
            )


@contextmanager
def _explained(dest: Path) -> Iterator[None]:
    """Turn an error of the drive into what the reader needs: what is shown, and what to do."""
    try:
        yield
    except OSError as error:
        shown = None
        with suppress(OSError):
            shown = current_version(dest)
        state = f"{POINTER} shows {shown}, which is complete" if shown else "nothing is shown yet"
        reason = error.strerror or error
        advice = "Check that the drive is connected and that you may write to it"
        if error.errno in _FULL:
            reason, advice = "no space left", "Free some space or ask for more"
        if not dest.is_dir():
            state = "the folder can't be reached"
        raise InputError(
            f"{dest}: stopped ({reason}); {state}. {advice}, then run this again."
        ) from None


@contextmanager
def _changing(dest: Path, progress: Progress, wait: float) -> Iterator[Callable[[], None]]:
    """Hold the folder's lock, clear what dead publishers left; yields a check of the lock."""
    with _explained(dest), held_lock(dest / LOCK, wait=wait, progress=progress) as is_ours:
        pointer = dest / POINTER  # replaced as a whole, and so would be a link
        if os.path.lexists(pointer) and (pointer.is_symlink() or current_version(dest) is None):
            raise InputError(
                f"{pointer}: not written by `dmsi publish`. Move it away, or choose another folder."
            )
        left = [dest / name for name in filter(_LEFTOVER.fullmatch, sorted(os.listdir(dest)))]
        for path in [*left, *unfinished_records(dest)]:
            _try_to_discard(path, ", left by a publisher that did not finish", progress)

        def check_lock() -> None:
            if not is_ours():
                raise InputError(f"{dest / LOCK}: was taken away meanwhile. Run this again.")

        yield check_lock


def _next_name(dest: Path) -> str:
    numbers = [int(match[1]) for name in os.listdir(dest) if (match := VERSION.match(name))]
    return f"v{max(numbers, default=0) + 1:04d}"


def _move_in(dest: Path, build: Path, version: Version, check_lock: Callable[[], None]) -> None:
    """Copy a report to where nobody else can read, and then into place."""
    partial = dest / f"{version.version}.partial"
    try:
        os.mkdir(partial, 0o700)  # nobody reads in it; the version in it has its own mode
        _fill(partial / version.version, build, version)
        check_lock()
        os.rename(partial / version.version, dest / version.version)
        os.rmdir(partial)
    except BaseException:
        with suppress(OSError, InputError):
            check_lock()  # otherwise the folder may be another publisher's by now
            _discard(partial)
        raise
    sync(dest)


def _fill(folder: Path, build: Path, version: Version) -> None:
    """Copy a report, read the copy back, and seal it."""
    os.mkdir(folder)
    if shutil.disk_usage(folder).free < version.size:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    for name in version.files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        with open(build / name, "rb") as source:
            write_through(folder / name, source)
    lines = differences(version.files, hash_files(folder))
    if lines:
        raise InputError(
            problems(f"{build}: changed, or was copied wrongly, meanwhile; run this again:", lines)
        )
    for place in {(folder / name).parent for name in version.files}:
        sync(place)
    manifest = json.dumps(asdict(version), indent=1) + "\n"
    write_through(folder / MANIFEST, io.BytesIO(manifest.encode()))
    sync(folder)


def _point(dest: Path, version: Version) -> None:
    """Replace index.html in one step, again and again while a reader has it open."""
    fresh = dest / f"{POINTER}.{secrets.token_hex(8)}.new"
    try:
        write_through(fresh, io.BytesIO(render_pointer(version).encode()))
        insist(lambda: os.replace(fresh, dest / POINTER), PATIENCE)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        if error.errno not in HELD_OPEN:
            raise
        raise InputError(
            f"{dest / POINTER}: can't be replaced ({error.strerror or error}); it shows "
            f"{current_version(dest) or 'no version'} as before. {version.version} is complete: "
            "close the file where it is open, then run "
            f"`dmsi publish {dest} --rollback {version.version}`."
        ) from None
    sync(dest)


def _discard(folder: Path) -> None:
    """Delete a folder under another name, so that no version is ever seen half deleted."""
    removed = folder.with_name(f"{folder.name.split('.')[0]}.{secrets.token_hex(4)}.removed")
    os.rename(folder, removed)
    try:
        shutil.rmtree(removed)
    except KeyboardInterrupt:  # as a signal, too: what was begun is done first
        shutil.rmtree(removed, ignore_errors=True)
        raise


def _try_to_discard(path: Path, why: str, progress: Progress) -> None:
    try:
        if path.is_dir():
            _discard(path)
        else:
            path.unlink()
        progress(f"Removed {path.name}{why}.")
    except OSError as error:
        progress(f"{path.name} could not be removed ({error.strerror or error}); left for later.")
