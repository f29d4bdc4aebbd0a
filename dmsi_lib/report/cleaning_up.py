"""What `make clean` deletes below outputs/: reports and batches that are as the program wrote them.

A folder is a report by its run.json, which lists every file with its sha256. It goes only where
nothing else stands in it and nothing in it was changed. Coding sheets, tables, copies of one's own
and whatever a link leads to are the researcher's: they are kept, and named.
"""

import sys
from pathlib import Path

from dmsi_lib.errors import DmsiError, InputError
from dmsi_lib.report.freshness import read_record
from dmsi_lib.report.own_files import delete_report, strangers
from dmsi_lib.working_folders import sweep

_OF_THE_REPOSITORY = {".gitkeep"}


def clean(folder: Path) -> tuple[list[Path], list[Path]]:
    """Delete the reports and batches below a folder, at whatever depth, and what killed runs left.

    Returns
    -------
    those that were deleted, and what was kept: in a report what was added or changed there; of
    other folders those without any report, as a whole, or else what lies beside the reports
    """
    deleted: list[Path] = []
    kept: list[Path] = []
    sweep(folder)
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
                foreign = strangers(path)
                kept += foreign
                if not foreign:
                    delete_report(path)
                    deleted.append(path)
    except OSError as error:
        raise InputError(f"{error.filename}: can't be deleted ({error.strerror}).") from None
    return deleted, kept


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
