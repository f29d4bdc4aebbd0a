"""From a file to rows of text, whatever its format. Nothing is guessed about any cell.

CSV (UTF-8 with or without BOM, UTF-16 with BOM, cp1252, Mac Roman; see `separators`), .xlsx and
SPSS .sav come out as the same thing: a list of rows of strings, each with its number in the file.
"""

import csv
import io
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dmsi_lib.errors import InputError
from dmsi_lib.files import LARGEST_FILE, Place, checked_size
from dmsi_lib.reading.rows.separators import COMMA, separator
from dmsi_lib.reading.rows.spss import Limits, read_spss
from dmsi_lib.reading.rows.workbooks import cell_text, open_workbook, unescaped

Rows = list[list[str]]
Numbered = tuple[Rows, list[int]]

_MOST_COLUMNS = 16_384  # no spreadsheet has more
_LAST_SHEET_ROW = 1_048_576  # nor more of these
_MOST_TITLES = 10  # rows with a survey's title above the header, which may be shorter than it
_COVER_WIDTH = 2  # cells of a row on a cover sheet: what something is, and the thing itself
_MOST_CELLS = 50_000_000  # blank ones included: 100,000 respondents on 500 columns
_LONGEST_TEXT = 1_000_000  # characters in a cell; nobody answers at the length of a novel
_BEGINNING = 2000  # bytes that tell what a file is
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
# "don’t" saved on an old Mac and read as cp1252 is "donÕt": a capital where none belongs.
_CAPITAL_INSIDE = re.compile("[a-zß-ÿ][À-ÖØ-ÞŒŠŸŽ]")


def read_rows(path: Place) -> Numbered:
    """Read every row of an export as text.

    Parameters
    ----------
    path : str or Path
        .csv, .xlsx or .sav.

    Returns
    -------
    rows : list of list of str
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
        if size > LARGEST_FILE:
            raise InputError(
                f"{path}: {size:,} bytes; expected at most {LARGEST_FILE:,}. Is it the export?"
            )
        if size == 0:
            raise InputError(f"{path}: the file is empty; export it again.")
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
    text = _decode(path.read_bytes(), path)
    if "\x00" in text:
        raise InputError(_nul_message(path, text[: text.index("\x00")].count("\n") + 1))
    with _fields_of_any_length():
        return _parse_csv(text, path)


def _check_kind(path: Path) -> None:
    """Refuse what is no text before it fills the memory."""
    line = 1
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
        file.seek(0)
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
        before = csv.field_size_limit(LARGEST_FILE)
        try:
            yield
        finally:
            csv.field_size_limit(before)


def _decode(raw: bytes, path: Path) -> str:
    """Text of the bytes: by byte order mark, else UTF-8, else cp1252 or Mac Roman."""
    marks = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    for mark, encoding in marks.items():
        if raw.startswith(mark):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError:
                raise InputError(
                    f"{path}: is not valid {encoding} although it begins so; export it again."
                ) from None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        mac = raw.decode("mac_roman")  # never fails, so it comes last
    try:
        return min(raw.decode("cp1252"), mac, key=lambda text: len(_CAPITAL_INSIDE.findall(text)))
    except UnicodeDecodeError:
        return mac


def _parse_csv(text: str, path: Path) -> Numbered:
    mark, said = separator(text, path)
    source = io.StringIO(text, newline="")
    source.seek(said)
    reader = csv.reader(source, delimiter=mark, strict=True)
    rows: Rows = []
    numbers: list[int] = []
    before = int(said > 0)  # the line that says so
    line = 1 + before
    try:
        for number, row in enumerate(reader, 1 + before):
            _check_row(row, (len(rows) + 1) * len(row), number, path)
            if any(map(str.strip, row)):
                if rows and len(row) != len(rows[0]):
                    if not _are_titles(rows) or len(row) < len(rows[0]):
                        place = f"row {number} (line {line})"
                        raise InputError(_width_message(path, place, row, len(rows[0]), mark))
                    rows = _widened(rows, len(row))
                rows.append(row)
                numbers.append(number)
            line = reader.line_num + 1 + before  # on which the next row begins
    except csv.Error as error:
        raise InputError(
            f"{path}, line {line}: not valid CSV ({error}); often a quotation mark that is "
            "opened and never closed, or fields that are separated by something other than "
            "commas. Repair the row that begins there."
        ) from None
    return rows, numbers


def _are_titles(rows: Rows) -> bool:
    """Whether these rows, the first of a file, may all stand above the header: a cell in each."""
    return len(rows) <= _MOST_TITLES and all(filled_texts(row) <= 1 for row in rows)


def filled_texts(row: Sequence[str]) -> int:
    """How many texts of a row are not blank."""
    return sum(1 for text in row if text.strip())


def _widened(rows: Rows, width: int) -> Rows:
    """The rows with blank cells up to a width."""
    return [row + [""] * (width - len(row)) for row in rows]


def _width_message(path: Path, place: str, row: list[str], expected: int, mark: str) -> str:
    fault = "too long" if len(row) > expected else "too short"
    name = {";": "semicolon", "\t": "tab"}.get(mark, "comma")
    return (
        f"{path}, {place}: {fault}: {len(row)} fields, the header has {expected}. "
        f"Look for a {name} outside quotation marks, or a row cut off, and repair it."
    )


def _check_row(row: list[str], cells: int, number: int, path: Path) -> None:
    """Refuse what no export holds before it fills the memory; `cells` counts the file so far."""
    if len(row) > _MOST_COLUMNS:
        raise InputError(
            f"{path}, row {number}: {len(row):,} columns; expected at most {_MOST_COLUMNS:,}."
        )
    if cells > _MOST_CELLS:
        raise InputError(
            f"{path}, row {number}: more than {_MOST_CELLS:,} cells up to here; refused. "
            "Export fewer columns, or the respondents in several files."
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
    return max(map(filled_texts, numbered[0]), default=0)


def _sheet_rows(sheet: Any, path: Path) -> Numbered:
    sheet.reset_dimensions()  # some programs state a smaller sheet than they write
    rows: Rows = []
    numbers: list[int] = []
    width = seen = headed = 0
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        if number > _LAST_SHEET_ROW:
            raise InputError(f"{path}: the sheet has more than {_LAST_SHEET_ROW:,} rows.")
        seen += len(cells)  # blank ones, too, which a few bytes at the end of a row can ask for
        texts = [unescaped(cell_text(cell)) for cell in cells[: _filled(cells)]]
        _check_row(texts, seen, number, path)
        while texts and not texts[-1].strip():
            texts.pop()
        if not texts:
            continue
        # The second header row may reach further, and any below a title.
        if len(texts) > width and (len(rows) - headed < 2 or _are_titles(rows)):
            width = len(texts)
            rows = _widened(rows, width)
        if len(texts) > width:
            place = f"row {number} (line {number})"
            raise InputError(_width_message(path, place, texts, width, COMMA))
        rows += _widened([texts], width)
        headed += len(rows) <= _MOST_TITLES and _are_titles(rows)
        numbers.append(number)
    return rows, numbers


def _filled(cells: Sequence[Any]) -> int:
    """How many cells there are up to the last one that is not empty."""
    return max((n for n, cell in enumerate(cells, 1) if cell is not None), default=0)


# ---- SPSS .sav


def _read_sav(path: Path) -> Numbered:
    rows = read_spss(path, Limits(_MOST_COLUMNS, _LAST_SHEET_ROW, _MOST_CELLS, LARGEST_FILE))
    return rows, list(range(1, len(rows) + 1))
