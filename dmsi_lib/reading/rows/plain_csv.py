"""CSV without anything out of the ordinary, read by columns.

Arrow reads a file many times as fast as the csv module, but it takes more than that: what follows
a closing quotation mark, a quotation mark that is never closed. Every byte is therefore looked at
on its way to Arrow, and where a quotation mark stands elsewhere than it should, or there is a NUL,
or Arrow meets a row of another width, the file is left to the strict reader, which says what is
wrong with it or knows how to read it.

A quotation mark stands where it should if every other one, from the first, has a separator or the
end of a row before it, those between them have one behind, or two stand side by side: then both
readers open and close the same texts (RFC 4180, section 2).
"""

import codecs
import csv
import io
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from dmsi_lib.errors import InputError
from dmsi_lib.reading.rows.rows import Array, ColumnBuilder, Rows
from dmsi_lib.reading.rows.separators import BEGINNING, separator

_BLOCK = 2**24  # bytes; no row may be longer
_QUOTE, _NUL = ord('"'), b"\x00"
_BYTES_A_LETTER = 4  # in UTF-8, at most
_TEXTS = pa.dictionary(pa.int32(), pa.string())


def read_plain_csv(path: Path, most_columns: int, longest: int) -> Rows | None:
    """The rows of a UTF-8 file, blank ones included; None where it is not plain.

    Nor is it where it has more columns, or a longer text, than that many.
    """
    with path.open("rb") as file:
        begun = _beginning(file.read(_BYTES_A_LETTER * BEGINNING), path)
        if begun is None or not 0 < begun[1] <= most_columns:
            return None
        mark, width = begun
        file.seek(0)
        try:
            columns = _columns(_Checked(file, mark), mark, width)
        except (_NotPlain, pa.ArrowInvalid, UnicodeDecodeError):
            return None
    if any(len(text) > longest for column in columns for text in column.places):
        return None
    return Rows(column.column() for column in columns)


def _beginning(raw: bytes, path: Path) -> tuple[str, int] | None:
    """The separator, and the number of fields in the first record; None where this is not certain,
    or a line of its own says the separator."""
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(raw)
        mark, said = separator(text, path)
        if said:
            return None
        record = next(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True), [])
        return mark, len(record)
    except (UnicodeDecodeError, InputError, csv.Error):
        return None


def _columns(source: "_Checked", mark: str, width: int) -> list[ColumnBuilder]:
    columns = [ColumnBuilder() for _ in range(width)]
    reader = arrow_csv.open_csv(
        pa.PythonFile(source, mode="r"),
        read_options=arrow_csv.ReadOptions(
            block_size=_BLOCK, autogenerate_column_names=True, use_threads=False
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=mark, newlines_in_values=True, ignore_empty_lines=False
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types={f"f{n}": _TEXTS for n in range(width)},
            strings_can_be_null=False,
            null_values=[],
        ),
    )
    with reader:
        for block in reader:
            for column, cells in zip(columns, block.columns, strict=True):
                column.add(cells.dictionary.to_pylist(), cells.indices.to_numpy())
    source.check_end()
    return columns


class _NotPlain(Exception):
    """Of a file that is to be read by the strict reader."""


class _Checked(io.RawIOBase):
    """The bytes of a file, each looked at as it is read."""

    def __init__(self, file: io.BufferedReader, mark: str) -> None:
        self._file = file
        ends = np.zeros(256, dtype=bool)  # what a quotation mark may stand beside
        ends[[ord(mark), ord("\r"), ord("\n"), _QUOTE]] = True
        self._ends = ends
        self._kept = b""
        self._before = ord("\n")
        self._quotes = 0
        self._open_end = False  # whether the last byte so far closes a text

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """At most so many bytes.

        No block ends between the two signs of a line's end: Arrow would lose the second one even
        inside of quotation marks.
        """
        found = self._kept + self._file.read(size - len(self._kept) if size > 0 else size)
        self._kept = b"\r" if len(found) > 1 and found.endswith(b"\r") else b""
        found = found[: len(found) - len(self._kept)]
        start = self._before == ord("\n") and not self._quotes and found.startswith(codecs.BOM_UTF8)
        self._check(np.frombuffer(found, dtype=np.uint8)[3 * start :], _NUL in found)
        return found

    def _check(self, found: Array, has_nul: bool) -> None:
        if has_nul:
            raise _NotPlain
        if not len(found):
            return
        if self._open_end and not self._ends[found[0]]:
            raise _NotPlain
        places = np.flatnonzero(found == _QUOTE)
        self._open_end = False
        if len(places):
            before = found[places - 1]
            before[0] = self._before if places[0] == 0 else before[0]
            behind = found[np.minimum(places + 1, len(found) - 1)]  # a quote's end is judged later
            opens, closes = before[self._quotes % 2 :: 2], behind[1 - self._quotes % 2 :: 2]
            if not (self._ends[opens].all() and self._ends[closes].all()):
                raise _NotPlain
            self._quotes += len(places)
            self._open_end = bool(places[-1] == len(found) - 1 and self._quotes % 2 == 0)
        self._before = found[-1]

    def check_end(self) -> None:
        """Raise where the last text is not closed."""
        if self._quotes % 2:
            raise _NotPlain
