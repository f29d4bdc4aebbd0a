"""CSV without anything out of the ordinary, read by columns.

Arrow reads a file many times as fast as the csv module, but it takes more than that: what follows
a closing quotation mark, a quotation mark that is never closed. Every byte is therefore looked at
before. Where a quotation mark stands elsewhere than it should, or there is a NUL, or Arrow meets a
row of another width, the file is left to the strict reader, which says what is wrong with it or
knows how to read it. Arrow reads UTF-8; a file in another encoding is brought to it in memory.

A quotation mark stands where it should if every other one, from the first, has a separator or the
end of a row before it, those between them have one behind, or two stand side by side: then both
readers open and close the same texts (RFC 4180, section 2).
"""

import codecs
import csv
import io
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from dmsi_lib.errors import InputError
from dmsi_lib.reading.rows.encodings import in_utf_8
from dmsi_lib.reading.rows.memory import available_memory, check_memory
from dmsi_lib.reading.rows.rows import Array, ColumnBuilder, Rows
from dmsi_lib.reading.rows.separators import BEGINNING, separator

_BLOCK = 2**24  # bytes
_QUOTE, _RETURN, _FEED = b'"\r\n'
_BYTES_A_LETTER = 4  # in UTF-8, at most
_BYTES_A_TEXT = 200  # of memory for a text that is like no other of its column; measured
_TEXTS = pa.dictionary(pa.int32(), pa.string())

_Read = tuple[list[ColumnBuilder], int]


class _Beginning(NamedTuple):
    """The separator, the number of fields in the first record, how many bytes stand before it (a
    byte order mark, a line that says the separator), and its number."""

    mark: str
    width: int
    before: int
    first: int


def read_plain_csv(path: Path, most_columns: int, longest: int) -> tuple[Rows, int] | None:
    """The rows of a file, blank ones included, and the number of the first; None where the file is
    not plain.

    Nor is it where it has more columns, or a longer text, than that many.
    """
    try:
        with pa.OSFile(str(path)) as file:
            found = _read(file, path, most_columns)
    except UnicodeDecodeError:
        found = _read_recoded(path, most_columns)
    if found is None or any(len(text) > longest for each in found[0] for text in each.places):
        return None
    columns, first = found
    return Rows(column.column() for column in columns), first


def _read_recoded(path: Path, most_columns: int) -> _Read | None:
    """The same of a file that is not in UTF-8; None, too, where it is not valid otherwise."""
    try:
        with pa.BufferReader(in_utf_8(path)) as file:
            return _read(file, path, most_columns)
    except UnicodeDecodeError:
        return None


def _read(file: pa.NativeFile, path: Path, most_columns: int) -> _Read | None:
    """The columns of a file in UTF-8, and the number of the first row."""
    begun = _beginning(file.read(_BYTES_A_LETTER * BEGINNING), path)
    if begun is None or not 0 < begun.width <= most_columns:
        return None
    sizes = (_BLOCK, _BLOCK - _BLOCK // 8)
    size = next((size for size in sizes if _is_plain(file, begun, size)), None)
    if size is None:
        return None
    try:
        return _columns(file, path, begun, size), begun.first
    except pa.ArrowInvalid:
        return None


def _beginning(raw: bytes, path: Path) -> _Beginning | None:
    """What a file's first bytes say of it; None where this is not certain."""
    text = codecs.getincrementaldecoder("utf-8-sig")().decode(raw)
    try:
        mark, said = separator(text, path)
        rest = io.StringIO(text[said:], newline="")
        record = next(csv.reader(rest, delimiter=mark, strict=True), [])
    except (InputError, csv.Error):
        return None
    if text.startswith("\ufeff", said):  # Arrow takes it for a byte order mark
        return None
    before = raw.startswith(codecs.BOM_UTF8) * len(codecs.BOM_UTF8) + said
    return _Beginning(mark, len(record), before, 1 + (said > 0))


def _columns(file: pa.NativeFile, path: Path, begun: _Beginning, size: int) -> list[ColumnBuilder]:
    columns, found = [ColumnBuilder() for _ in range(begun.width)], available_memory()
    file.seek(begun.before)
    # The file is Arrow's own: one that calls back into Python may wait for itself for ever.
    with arrow_csv.open_csv(
        file,
        read_options=arrow_csv.ReadOptions(
            block_size=size, autogenerate_column_names=True, use_threads=False
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=begun.mark, newlines_in_values=True, ignore_empty_lines=False
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types={f"f{n}": _TEXTS for n in range(begun.width)},
            strings_can_be_null=False,
            null_values=[],
            check_utf8=False,  # each text is decoded once, below
        ),
    ) as blocks:
        for block in blocks:
            texts = sum(len(column.places) for column in columns)
            check_memory(path, path.stat().st_size, _BYTES_A_TEXT * texts, found)
            for column, cells in zip(columns, block.columns, strict=True):
                column.add(cells.dictionary.to_pylist(), cells.indices.to_numpy())
    return columns


def _is_plain(file: pa.NativeFile, begun: _Beginning, size: int) -> bool:
    """Whether there is no NUL, and every quotation mark stands where it should.

    Nor does a block of that size end between the two signs of a line's end inside of quotation
    marks: Arrow would lose the second one.
    """
    beside = np.zeros(256, dtype=bool)  # what a quotation mark may stand beside
    beside[[ord(begun.mark), _RETURN, _FEED, _QUOTE]] = True
    file.seek(begun.before)
    buffer = bytearray(size)
    quotes, before, closes = 0, _FEED, False  # the last byte so far, and whether it closes a text
    while count := file.readinto(buffer):
        block = np.frombuffer(buffer, dtype=np.uint8)[:count]
        if block.min() == 0 or (closes and not beside[block[0]]):
            return False
        places = np.flatnonzero(block == _QUOTE)
        if not _are_in_place(block, places, quotes, beside[before], beside):
            return False
        quotes, before = quotes + len(places), block[-1]
        closes = before == _QUOTE and quotes % 2 == 0
        if before == _RETURN and quotes % 2:
            return False
    return quotes % 2 == 0


def _are_in_place(
    block: Array, places: Array, earlier: int, may_begin: bool, beside: Array
) -> bool:
    """Whether quotation marks stand beside nothing else; what stands behind the block's last byte
    is not known yet."""
    if not len(places):
        return True
    before, behind = beside[block[places - 1]], beside[block[(places + 1) % len(block)]]
    before[0] = may_begin if places[0] == 0 else before[0]
    behind[-1] |= places[-1] == len(block) - 1
    return bool(before[earlier % 2 :: 2].all() and behind[1 - earlier % 2 :: 2].all())
