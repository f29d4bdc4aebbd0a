"""From a file to rows of text, whatever its format. Nothing is guessed about any cell.

CSV (UTF-8 with or without BOM, UTF-16 with BOM, cp1252, Mac Roman; see `encodings` and
`separators`), .xlsx and SPSS .sav come out as the same thing: rows of strings, each with its number
in the file.
"""

import csv
import io
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from dmsi_lib.errors import InputError
from dmsi_lib.files import Place, checked_size
from dmsi_lib.reading.rows.encodings import encoding_of
from dmsi_lib.reading.rows.memory import available_memory, check_memory
from dmsi_lib.reading.rows.plain_csv import read_plain_csv
from dmsi_lib.reading.rows.rows import Rows, RowsBuilder, filled_texts
from dmsi_lib.reading.rows.separators import COMMA, separator
from dmsi_lib.reading.rows.spss import Limits, read_spss
from dmsi_lib.reading.rows.workbooks import cell_text, open_workbook, unescaped

Numbered = tuple[Rows, list[int]]

_MOST_COLUMNS = 16_384  # no spreadsheet has more
_LAST_SHEET_ROW = 1_048_576  # nor more of these
_MOST_TITLES = 10  # rows with a survey's title above the header, which may be shorter than it
_COVER_WIDTH = 2  # cells of a row on a cover sheet: what something is, and the thing itself
_LONGEST_TEXT = 1_000_000  # characters in a cell; nobody answers at the length of a novel
# What is held in memory for each byte of a file, or for each cell, blank ones included; measured.
_PLAIN, _DECODED, _PACKED = 2, 6, 4
_OF_A_CELL, _OF_A_SAV_CELL = 16, 150
_BEGINNING = 2000  # bytes that tell what a file is
_LARGE = 2**21  # bytes, from which on Arrow is worth its threads
_ANY_LENGTH = 2**31 - 1  # the csv module's bound is a C long, which Windows has so
_STEP = 2**20  # bytes read at a time in search of a hole
_HOLE = bytes(4)  # as in files that were never filled; in UTF-16, too, a NUL is among these
_CSV_LIMIT = threading.Lock()  # the csv module has one bound for the whole process
_HTML = re.compile(rb"\s*<(!doctype html|html|head|body|meta|script|\?xml|!--)", re.IGNORECASE)
# What other files begin with that end up under the name .csv.
_SIGNATURES = {
    b"PK\x03\x04": "a zip archive or an .xlsx workbook",
    b"\xd0\xcf\x11\xe0": "an old .xls workbook",
    b"$FL": "an SPSS file",
    b"%PDF": "a PDF document",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"\x1f\x8b": "a gzip archive",
}


def read_rows(path: Place) -> Numbered:
    """Read every row of an export as text.

    Parameters
    ----------
    path : str or Path
        .csv, .xlsx or .sav.

    Returns
    -------
    rows : Rows
        All rows as wide as the header, which they include; wholly blank rows left out.
    numbers : list of int
        The number of each row in the file, from 1, as a spreadsheet shows it.

    Raises
    ------
    InputError
        File, row, what was found, what was expected.
    """
    path = Path(path)
    readers = {".csv": _read_csv, ".xlsx": _read_xlsx, ".sav": _read_sav}
    try:
        size = checked_size(path, "a .csv, .xlsx or .sav file")
        reader = readers.get(path.suffix.lower())
        if reader is None:
            kind = path.suffix or "no file ending"
            raise InputError(f"{path}: {kind}; expected an export as .csv, .xlsx or .sav.")
        if size == 0:
            raise InputError(f"{path}: the file is empty; export it again.")
        check_memory(path, size, _PLAIN * size)
        rows, numbers = reader(path)
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file.") from None
    except OSError as error:
        raise InputError(f"{path}: can't be read ({error.strerror or error}).") from None
    if not rows:
        raise InputError(f"{path}: holds no rows; expected a header and respondents.")
    return rows, numbers


# ---- CSV


def _read_csv(path: Path) -> Numbered:
    _check_kind(path)
    large = path.stat().st_size >= _LARGE
    plain = read_plain_csv(path, _MOST_COLUMNS, _LONGEST_TEXT) if large else None
    return _read_strictly(path) if plain is None else _without_blank_rows(*plain)


def _read_strictly(path: Path) -> Numbered:
    """The rows of a file that is not plain, or what is wrong with it."""
    _check_holes(path)
    size = path.stat().st_size
    check_memory(path, size, _DECODED * size)
    text = _decode(path)
    if "\x00" in text:
        raise InputError(_nul_message(path, text[: text.index("\x00")].count("\n") + 1))
    with _fields_of_any_length():
        return _parse_csv(text, path)


def _without_blank_rows(rows: Rows, first: int) -> Numbered:
    """The rows that are not wholly blank, and the numbers that they have if that is the first's."""
    blank = np.arange(len(rows))
    for column in rows.columns:
        if not len(blank):
            break
        blank = blank[~column.filled(blank)]
    kept = np.ones(len(rows), dtype=bool)
    kept[blank] = False
    return rows[kept] if len(blank) else rows, (np.flatnonzero(kept) + first).tolist()


def _check_kind(path: Path) -> None:
    """Refuse what is another file under the name of one."""
    with path.open("rb") as file:
        beginning = file.read(_BEGINNING)
        for signature, kind in _SIGNATURES.items():
            if beginning.startswith(signature):
                raise InputError(
                    f"{path}: is {kind}, not a CSV file; give it its own name, or export CSV."
                )
        if _HTML.match(beginning.lstrip(b"\xef\xbb\xbf")):
            raise InputError(
                f"{path}: is a web page, not an export (often the login page that a download link "
                "leads to once the session has ended); download the export again."
            )


def _check_holes(path: Path) -> None:
    """Refuse what is no text before it fills the memory."""
    line = 1
    with path.open("rb") as file:
        while step := file.read(_STEP):
            if _HOLE in step:
                lines = step[: step.index(_HOLE)].count(b"\n")
                raise InputError(_nul_message(path, line + lines))
            line += step.count(b"\n")


def _nul_message(path: Path, line: int) -> str:
    return (
        f"{path}, line {line}: holds a NUL byte; expected text. The file is damaged, or UTF-16 "
        "without its byte order mark: export it again as UTF-8."
    )


@contextmanager
def _fields_of_any_length() -> Iterator[None]:
    """The csv module's own bound out of the way, which would not say which column is too long."""
    with _CSV_LIMIT:
        before = csv.field_size_limit(_ANY_LENGTH)
        try:
            yield
        finally:
            csv.field_size_limit(before)


def _decode(path: Path) -> str:
    encoding = encoding_of(path)
    try:
        return path.read_bytes().decode(encoding)
    except UnicodeDecodeError:
        raise InputError(
            f"{path}: is not valid {encoding} although it begins so; export it again."
        ) from None


def _parse_csv(text: str, path: Path) -> Numbered:
    mark, said = separator(text, path)
    source = io.StringIO(text, newline="")
    source.seek(said)
    reader = csv.reader(source, delimiter=mark, strict=True)
    rows = RowsBuilder()
    numbers: list[int] = []
    before = int(said > 0)  # the line that says so
    line = 1 + before
    try:
        for number, row in enumerate(reader, 1 + before):
            _check_row(row, number, path)
            if any(map(str.strip, row)):
                longer = len(row) - rows.width if rows.width else 0
                if longer < 0 or (longer and not _are_titles(rows)):
                    place = f"row {number} (line {line})"
                    raise InputError(_width_message(path, place, row, rows.width, mark))
                rows.add(row)
                numbers.append(number)
            line = reader.line_num + 1 + before  # on which the next row begins
    except csv.Error as error:
        raise InputError(
            f"{path}, line {line}: not valid CSV ({error}); often a quotation mark that is "
            "opened and never closed, or fields that are separated by something other than "
            "commas. Repair the row that begins there."
        ) from None
    return rows.rows(), numbers


def _are_titles(rows: RowsBuilder) -> bool:
    """Whether these rows, the first of a file, may all stand above the header: a cell in each."""
    return len(rows) <= _MOST_TITLES and all(filled_texts(row) <= 1 for row in rows.last)


def _width_message(path: Path, place: str, row: list[str], expected: int, mark: str) -> str:
    fault = "too long" if len(row) > expected else "too short"
    name = {";": "semicolon", "\t": "tab"}.get(mark, "comma")
    return (
        f"{path}, {place}: {fault}: {len(row)} fields, the header has {expected}. "
        f"Look for a {name} outside quotation marks, or a row cut off, and repair it."
    )


def _check_row(row: list[str], number: int, path: Path) -> None:
    """Refuse what no export holds before it fills the memory."""
    if len(row) > _MOST_COLUMNS:
        raise InputError(
            f"{path}, row {number}: {len(row):,} columns; expected at most {_MOST_COLUMNS:,}."
        )
    longest = max(map(len, row), default=0)
    if longest > _LONGEST_TEXT:
        column = [len(text) for text in row].index(longest) + 1
        raise InputError(
            f"{path}, row {number}, column {column}: a text of {longest:,} characters; expected "
            f"at most {_LONGEST_TEXT:,}. Look for a quotation mark that is closed far too late."
        )


# ---- .xlsx


def _read_xlsx(path: Path) -> Numbered:
    try:
        book = open_workbook(path)
        try:
            return _data_sheet(book.worksheets, path)
        finally:
            book.close()
    except InputError:
        raise
    except Exception as error:  # openpyxl has no error of its own for damaged parts
        kind = type(error).__name__
        raise InputError(f"{path}: the workbook is damaged ({kind}); export it again.") from None


def _data_sheet(sheets: Sequence[Any], path: Path) -> Numbered:
    """The rows of the first sheet, or of the first longer one behind a cover."""
    first = _sheet_rows(sheets[0], path)
    if _widest(first) > _COVER_WIDTH:
        return first
    for sheet in sheets[1:]:
        found = _sheet_rows(sheet, path)
        if _widest(found) > _COVER_WIDTH and len(found[0]) > len(first[0]):
            return found
    return first


def _widest(numbered: Numbered) -> int:
    return int(numbered[0].filled().max(initial=0))


def _sheet_rows(sheet: Any, path: Path) -> Numbered:
    sheet.reset_dimensions()  # some programs state a smaller sheet than they write
    rows = RowsBuilder()
    numbers: list[int] = []
    seen = headed = 0
    most = available_memory() // _OF_A_CELL
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        seen += len(cells)  # blank ones, too, which a few bytes at the end of a row can ask for
        _check_extent(number, seen, most, path)
        texts = [unescaped(cell_text(cell)) for cell in cells[: _filled(cells)]]
        _check_row(texts, number, path)
        while texts and not texts[-1].strip():
            texts.pop()
        if not texts:
            continue
        # The second header row may reach further, and any below a title.
        may_widen = len(rows) - headed < 2 or _are_titles(rows)
        if len(texts) > rows.width and not may_widen:
            place = f"row {number} (line {number})"
            raise InputError(_width_message(path, place, texts, rows.width, COMMA))
        rows.add(texts)
        headed += len(rows) <= _MOST_TITLES and _are_titles(rows)
        numbers.append(number)
    return rows.rows(), numbers


def _check_extent(rows: int, cells: int, most: int, path: Path) -> None:
    """Refuse a sheet that goes on and on."""
    if rows > _LAST_SHEET_ROW:
        raise InputError(f"{path}: the sheet has more than {_LAST_SHEET_ROW:,} rows.")
    if cells > most:
        raise InputError(
            f"{path}, row {rows}: more than {most:,} cells up to here, for which there is no "
            "memory; refused. Export fewer columns, or the respondents in several files."
        )


def _filled(cells: Sequence[Any]) -> int:
    """How many cells there are up to the last one that is not empty."""
    return max((n for n, cell in enumerate(cells, 1) if cell is not None), default=0)


# ---- SPSS .sav


def _read_sav(path: Path) -> Numbered:
    found = available_memory()
    limits = Limits(_MOST_COLUMNS, _LAST_SHEET_ROW, found // _OF_A_SAV_CELL, found // _PACKED)
    rows = Rows.of(read_spss(path, limits))
    return rows, list(range(1, len(rows) + 1))
