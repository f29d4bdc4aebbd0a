"""CSV without anything out of the ordinary, read by columns.

Arrow reads a file many times as fast as the csv module, but it takes more than that: what follows
a closing quotation mark, a quotation mark that is never closed. Every byte is therefore looked at
before. Where a quotation mark stands elsewhere than it should, or there is a NUL, or Arrow meets a
row of another width, the file is left to the strict reader, which says what is wrong with it or
knows how to read it.

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
from dmsi_lib.reading.rows.memory import available_memory, check_memory
from dmsi_lib.reading.rows.rows import Array, ColumnBuilder, Rows
from dmsi_lib.reading.rows.separators import BEGINNING, separator

_BLOCK = 2**24  # bytes
_QUOTE, _RETURN, _FEED = b'"\r\n'
_BYTES_A_LETTER = 4  # in UTF-8, at most
_BYTES_A_TEXT = 200  # of memory for a text that is like no other of its column; measured
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
        sizes = (_BLOCK, _BLOCK - _BLOCK // 8)
        size = next((size for size in sizes if _is_plain(file, mark, size)), None)
    if size is None:
        return None
    try:
        columns = _columns(path, mark, width, size)
    except (pa.ArrowInvalid, UnicodeDecodeError):
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


def _columns(path: Path, mark: str, width: int, size: int) -> list[ColumnBuilder]:
    columns, found = [ColumnBuilder() for _ in range(width)], available_memory()
    # The file is Arrow's own: one that calls back into Python may wait for itself for ever.
    with (
        pa.OSFile(str(path)) as file,
        arrow_csv.open_csv(
            file,
            read_options=arrow_csv.ReadOptions(
                block_size=size, autogenerate_column_names=True, use_threads=False
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=mark, newlines_in_values=True, ignore_empty_lines=False
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types={f"f{n}": _TEXTS for n in range(width)},
                strings_can_be_null=False,
                null_values=[],
                check_utf8=False,  # each text is decoded once, below
            ),
        ) as blocks,
    ):
        for block in blocks:
            texts = sum(len(column.places) for column in columns)
            check_memory(path, file.size(), _BYTES_A_TEXT * texts, found)
            for column, cells in zip(columns, block.columns, strict=True):
                column.add(cells.dictionary.to_pylist(), cells.indices.to_numpy())
    return columns


def _is_plain(file: io.BufferedReader, mark: str, size: int) -> bool:
    """Whether there is no NUL, and every quotation mark stands where it should.

    Nor does a block of that size end between the two signs of a line's end inside of quotation
    marks: Arrow would lose the second one.
    """
    beside = np.zeros(256, dtype=bool)  # what a quotation mark may stand beside
    beside[[ord(mark), _RETURN, _FEED, _QUOTE]] = True
    file.seek(0)
    buffer = bytearray(size)
    quotes, before, closes = 0, _FEED, False  # the last byte so far, and whether it closes a text
    start = len(codecs.BOM_UTF8) if file.peek(3).startswith(codecs.BOM_UTF8) else 0
    while count := file.readinto(buffer):
        block = np.frombuffer(buffer, dtype=np.uint8)[start:count]
        start = 0
        if not len(block):
            continue
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
