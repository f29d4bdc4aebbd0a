"""From a file to rows of text, whatever its format. Nothing is guessed about any cell.

CSV (UTF-8 with or without BOM, UTF-16 with BOM, cp1252, Mac Roman), .xlsx and SPSS .sav come out as
the same thing: a list of rows of strings, each with its number in the file.
"""

import csv
import io
import re
import warnings
import zipfile
from datetime import date, datetime, time
from pathlib import Path

from dmsi_lib.errors import InputError

_LARGEST_UNPACKED = 1_000_000_000  # bytes an .xlsx may hold once unpacked
_LARGEST_RATIO = 300  # unpacked to packed; real exports stay under 50
_LAST_SHEET_ROW = 1_048_576  # no spreadsheet has more
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


def read_rows(path):
    """Read every row of an export as text.

    Parameters
    ----------
    path : str or Path
        .csv, .xlsx or .sav.

    Returns
    -------
    rows : list of list of str
        All rows as wide as the first one, header included; wholly blank rows left out.
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
        size = path.stat().st_size
        if path.is_dir():
            raise InputError(f"{path}: is a folder; expected a .csv, .xlsx or .sav file.")
        reader = readers.get(path.suffix.lower())
        if reader is None:
            kind = path.suffix or "no file ending"
            raise InputError(f"{path}: {kind}; expected an export as .csv, .xlsx or .sav.")
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


def _read_csv(path):
    raw = path.read_bytes()
    for signature, kind in _SIGNATURES.items():
        if raw.startswith(signature):
            raise InputError(
                f"{path}: is {kind}, not a CSV file; give it its own name, or export CSV."
            )
    if _HTML.match(raw.lstrip(b"\xef\xbb\xbf")[:2000]):
        raise InputError(
            f"{path}: is a web page, not an export (often the login page that a download link "
            "leads to once the session has ended); download the export again."
        )
    text = _decode(raw, path)
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        raise InputError(
            f"{path}, line {line}: holds a NUL byte; expected text. The file is damaged, or UTF-16 "
            "without its byte order mark: export it again as UTF-8."
        )
    return _parse_csv(text, path)


def _decode(raw, path):
    """Text of the bytes: by byte order mark, else UTF-8, else cp1252 or Mac Roman."""
    marks = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
    for mark, encoding in marks:
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


def _parse_csv(text, path):
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, numbers, number = [], [], 0
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return rows, numbers
        except csv.Error as error:
            raise InputError(
                f"{path}, line {line}: not valid CSV ({error}); often a quotation mark that is "
                "opened and never closed, or fields that are separated by something other than "
                "commas. Repair the row that begins there."
            ) from None
        number += 1
        if not any(map(str.strip, row)):
            continue
        if not rows and _is_separated_otherwise(row):
            raise InputError(
                f"{path}, row {number}: fields are separated by semicolons or tabs, expected "
                "commas; save the file as comma-separated CSV."
            )
        if rows and len(row) != len(rows[0]):
            raise InputError(_width_message(path, number, line, len(row), len(rows[0])))
        rows.append(row)
        numbers.append(number)


def _is_separated_otherwise(header):
    """Whether a header that was split at commas has more semicolons or tabs than that."""
    return any(
        mark in header[0] and sum(field.count(mark) for field in header) >= len(header)
        for mark in ";\t"
    )


def _width_message(path, number, line, found, expected):
    fault = "too long" if found > expected else "too short"
    return (
        f"{path}, row {number} (line {line}): {fault}: {found} fields, the header has {expected}. "
        "Look for a comma outside quotation marks, or a row cut off, and repair it."
    )


# ---- .xlsx


def _read_xlsx(path):
    _check_archive(path)
    # Imported here: openpyxl takes a tenth of a second that a CSV need not wait for.
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a workbook without styles is no news to the user
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # some programs state a smaller sheet than they write
            return _sheet_rows(sheet, path)
        finally:
            book.close()
    except InputError:
        raise
    except Exception as error:  # openpyxl has no error of its own for damaged parts
        kind = type(error).__name__
        raise InputError(f"{path}: the workbook is damaged ({kind}); export it again.") from None


def _check_archive(path):
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise InputError(f"{path}: is not a readable .xlsx workbook; export it again.") from None
    packed = max(path.stat().st_size, 1)
    if unpacked > _LARGEST_UNPACKED or (unpacked / packed > _LARGEST_RATIO and unpacked > 10**7):
        raise InputError(
            f"{path}: {packed:,} bytes would unpack to {unpacked:,}; refused. "
            "If the file is genuine, export it as CSV."
        )


def _sheet_rows(sheet, path):
    rows, numbers, width = [], [], 0
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        if number > _LAST_SHEET_ROW:
            raise InputError(f"{path}: the sheet has more than {_LAST_SHEET_ROW:,} rows.")
        texts = [_cell_text(cell) for cell in cells]
        while texts and not texts[-1].strip():
            texts.pop()
        if not texts:
            continue
        if len(rows) < 2 and len(texts) > width:  # the second header row may reach further
            width = len(texts)
            rows = [row + [""] * (width - len(row)) for row in rows]
        if len(texts) > width:
            raise InputError(_width_message(path, number, number, len(texts), width))
        rows.append(texts + [""] * (width - len(texts)))
        numbers.append(number)
    return rows, numbers


def _cell_text(value):
    """A cell as its text; whole numbers without ".0", dates in ISO form."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date | time) else str(value)


# ---- SPSS .sav


def _read_sav(path):
    import pyreadstat

    try:
        frame, meta = pyreadstat.read_sav(
            str(path), apply_value_formats=True, formats_as_category=False, user_missing=False
        )
    except Exception as error:  # ReadstatError, and whatever a damaged header provokes
        kind = type(error).__name__
        raise InputError(f"{path}: the .sav file is damaged ({kind}); export it again.") from None
    labels = [meta.column_names_to_labels.get(name) or name for name in frame.columns]
    columns = [
        ["" if value is None or value != value else _cell_text(value) for value in frame[name]]
        for name in frame.columns
    ]
    rows = [labels, *map(list, zip(*columns, strict=True))]
    return rows, list(range(1, len(rows) + 1))
