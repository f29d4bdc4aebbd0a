"""Which files of a report's folder are the program's: those that its run.json lists, unchanged.

Whatever else stands there, or was changed since, is somebody's work. Nothing here follows a link.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from dmsi_lib.files import SYSTEM_FILES
from dmsi_lib.report.freshness import RECORD, read_record, unchanged_files


def files_below(folder: Path) -> Iterator[Path]:
    """Everything below a folder but folders; links are not followed."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            yield from files_below(path)
        else:
            yield path


def strangers(folder: Path) -> list[Path]:
    """What a folder holds besides a report, or a batch and its reports, as they were written.

    That is every file where the folder is neither.
    """
    written = _written(folder)
    return sorted(
        path
        for path in files_below(folder)
        if path not in written and (path.name not in SYSTEM_FILES or path.is_symlink())
    )


def _written(folder: Path) -> set[Path]:
    """The files of a report, or of a batch and its reports, that are as they were written."""
    record = read_record(folder)
    if folder.is_symlink() or not record:
        return set()
    found = {folder / name for name in [RECORD, *unchanged_files(folder, record)]}
    reports = record.get("reports")
    if isinstance(reports, dict):  # a batch
        parts = [path for path in folder.iterdir() if path.name in reports and path.is_dir()]
        found = found.union(*map(_written, parts))
    return {path for path in found if not path.is_symlink()}


def delete_report(folder: Path) -> None:
    """Delete a folder without strangers: its record last, then the folders, which are empty now."""
    files = [*files_below(folder)]
    for path in sorted(files, key=lambda path: (path.name == RECORD, -len(path.parts))):
        path.unlink()
    for place, _, _ in os.walk(folder, topdown=False):
        os.rmdir(place)
