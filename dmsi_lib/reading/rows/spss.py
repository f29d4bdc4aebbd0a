"""SPSS files, read in a process of their own.

What reads them is a library in C, and a damaged file of a few kilobytes can end the process that
reads it, with no error to catch: a notebook's kernel, say, with all that it holds. Here that ends
the other process alone. It hands over the rows through a pipe; nothing is written to a disk.

It is an interpreter of its own, not a worker of `multiprocessing`: those begin by running the
caller's script once more, which breaks where it has no `if __name__ == "__main__"`, and one that
hangs can't be ended through public names before Python 3.14.
"""

import json
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any, NamedTuple

from dmsi_lib.errors import InputError
from dmsi_lib.reading.rows.workbooks import cell_text

_BEGINNINGS = (b"$FL2", b"$FL3")  # PSPP manual, "File Header Record": its first bytes
_HEADER = 176  # and its length
_REFUSED = 3  # exit status of the other process; it has written the message then
_PATIENCE = 60  # seconds, and one more for
_SPEED = 100_000  # so many bytes; a file that takes longer keeps its reader busy for ever


class Limits(NamedTuple):
    """How many columns, respondents, cells and unpacked bytes a file may have at most."""

    columns: int
    rows: int
    cells: int
    size: int


def read_spss(path: Path, limits: Limits) -> list[list[str]]:
    """The columns' labels, or names where there is none, then a row for each respondent.

    A damaged file, and one beyond the limits, is an InputError.
    """
    with path.open("rb") as file:
        header = file.read(_HEADER)
    if not header.startswith(_BEGINNINGS) or len(header) < _HEADER:
        raise InputError(_damaged(path, "it does not begin as one"))
    patience = _PATIENCE + path.stat().st_size / _SPEED
    command = [sys.executable, "-P", "-m", __name__, str(path), json.dumps(limits)]
    try:
        done = subprocess.run(
            command, timeout=patience, stdin=subprocess.DEVNULL, capture_output=True
        )
    except subprocess.TimeoutExpired:
        raise InputError(_damaged(path, "it can't be read to its end")) from None
    if done.returncode == _REFUSED:
        raise InputError(json.loads(done.stdout))
    if done.returncode:
        raise InputError(_damaged(path, f"reading it ended with status {done.returncode}"))
    return [json.loads(line) for line in done.stdout.splitlines()]


def _damaged(path: str | Path, how: str) -> str:
    return f"{path}: the .sav file is damaged ({how}); export it again."


# ---- in the other process


def main(path: str, limits: str) -> int:
    """Write the rows of a file to the standard output, each as JSON; returns the exit status."""
    try:
        for row in _rows(path, Limits(*json.loads(limits))):
            sys.stdout.write(json.dumps(row) + "\n")
    except InputError as refusal:
        sys.stdout.write(json.dumps(str(refusal)))
        return _REFUSED
    return 0


def _rows(path: str, limits: Limits) -> list[list[str]]:
    import pyreadstat

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of names that stand twice, which is no matter here
            meta = pyreadstat.read_sav(path, metadataonly=True)[1]
            most = _most_cases(meta, path, limits)
            frame, meta = pyreadstat.read_sav(
                path, row_limit=most + 1, apply_value_formats=True, formats_as_category=False
            )
        names = zip(meta.column_labels, meta.column_names, strict=True)
        labels = [label or name for label, name in names]
        if not all(isinstance(label, str) for label in labels):
            raise ValueError("a column without a readable name")
    except InputError:
        raise
    except Exception as error:  # ReadstatError, and whatever a damaged header provokes
        raise InputError(_damaged(path, type(error).__name__)) from None
    if len(frame) > most:  # more than the header said, which may say that it does not know
        raise InputError(_cases_message(path, f"more than {most:,}", frame.shape[1], most))
    texts = frame.astype(object).where(frame.notna(), None).map(cell_text)
    return [labels, *texts.to_numpy().tolist()]


def _most_cases(meta: Any, path: str, limits: Limits) -> int:
    """How many respondents a file with these columns may have; compressed ones may hold many."""
    columns = meta.number_columns
    if columns > limits.columns:
        raise InputError(f"{path}: {columns:,} columns; expected at most {limits.columns:,}.")
    width = max(sum(meta.variable_storage_width.values()), 1)  # bytes a respondent
    most = min(limits.rows, limits.cells // max(columns, 1), limits.size // width)
    if (meta.number_rows or 0) > most:
        raise InputError(_cases_message(path, f"{meta.number_rows:,}", columns, most))
    return most


def _cases_message(path: str, found: str, columns: int, most: int) -> str:
    return (
        f"{path}: {found} respondents on {columns:,} columns; expected at most {most:,}. "
        "Export fewer columns, or the respondents in several files."
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
