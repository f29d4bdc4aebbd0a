"""What `make clean` deletes below outputs/: reports and batches that are as the program wrote them.

A folder is a report by its run.json, which lists every file with its sha256. It goes only where
nothing else stands in it and nothing in it was changed. Coding sheets, tables, copies of one's own
and whatever a link leads to are the researcher's: they are kept, and named.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from dmsi_lib.errors import DmsiError, InputError
from dmsi_lib.files import SYSTEM_FILES
from dmsi_lib.report.freshness import RECORD, read_record, unchanged_files

_OF_THE_REPOSITORY = {".gitkeep"}


def clean(folder: Path) -> tuple[list[Path], list[Path]]:
    """Delete the reports and batches below a folder, at whatever depth.

    Returns
    -------
    those that were deleted, and what was kept: in a report what was added or changed there; of
    other folders those without any report, as a whole, or else what lies beside the reports
    """
    deleted: list[Path] = []
    kept: list[Path] = []
    try:
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.name in _OF_THE_REPOSITORY:
                continue
            if path.is_symlink() or not path.is_dir():
                kept.append(path)
            elif not read_record(path):
                below, beside = clean(path)
                deleted += below
                kept += beside if below else [path]
            else:
                files = set(_files(path))
                strangers = files - _written(path)
                kept += sorted(strangers)
                if not strangers:
                    _delete(path, files)
                    deleted.append(path)
    except OSError as error:
        raise InputError(f"{error.filename}: can't be deleted ({error.strerror}).") from None
    return deleted, kept


def _files(folder: Path) -> Iterator[Path]:
    """Everything below a folder but folders; links are not followed."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            yield from _files(path)
        else:
            yield path


def _written(folder: Path) -> set[Path]:
    """The files of a report, or of a batch and its reports, that are as they were written."""
    record = read_record(folder)
    if folder.is_symlink() or not record:
        return set()
    found = {folder / name for name in [RECORD, *unchanged_files(folder, record)]}
    found |= {path for path in _files(folder) if path.name in SYSTEM_FILES}
    reports = record.get("reports")
    if isinstance(reports, dict):  # a batch
        parts = [path for path in folder.iterdir() if path.name in reports and path.is_dir()]
        found = found.union(*map(_written, parts))
    return {path for path in found if not path.is_symlink()}


def _delete(folder: Path, files: set[Path]) -> None:
    """Delete a report: its files alone, its record last, then folders that are empty now."""
    for path in sorted(files, key=lambda path: (path.name == RECORD, -len(path.parts))):
        path.unlink()
    for place, _, _ in os.walk(folder, topdown=False):
        os.rmdir(place)


def main(folder: str = "outputs") -> int:
    """Clean a folder and say what was done; 1 where something can't be deleted."""
    try:
        deleted, kept = clean(Path(folder))
    except DmsiError as error:
        print(f"make clean: {error}", file=sys.stderr)
        return 1
    for path in deleted:
        print(f"deleted {path}")
    for path in kept:
        print(f"kept {path}, which is not as `dmsi report` or `dmsi batch` wrote it")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
