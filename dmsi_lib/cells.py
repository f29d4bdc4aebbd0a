"""From a file to rows of text, whatever its format. Nothing is guessed about any cell.

CSV (UTF-8 with or without BOM, UTF-16 with BOM, cp1252, Mac Roman), .xlsx and SPSS .sav come out as
the same thing: a list of rows of strings, each with its number in the file.
"""

import csv
import io
import re
import zipfile
from datetime import date, datetime, time
from pathlib import Path

from dmsi_lib.errors import InputError

_LARGEST_UNPACKED = 1_000_000_000  # bytes an .xlsx may hold once unpacked
_LARGEST_RATIO = 300  # unpacked to packed; real exports stay under 50
_BLANK_RUN = 10_000  # empty sheet rows in a row before the sheet counts as broken
_HTML = re.compile(rb"\s*(<!doctype html|<html|<\?xml[^>]*>\s*<html)", re.IGNORECASE)


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
    if not path.exists():
        raise InputError(f"{path}: there is no such file.")
    if path.is_dir():
        raise InputError(f"{path}: is a folder; expected a .csv, .xlsx or .sav file.")
    readers = {".csv": _read_csv, ".xlsx": _read_xlsx, ".sav": _read_sav}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        kind = path.suffix or "no file ending"
        raise InputError(f"{path}: {kind}; expected an export as .csv, .xlsx or .sav.")
    try:
        if path.stat().st_size == 0:
            raise InputError(f"{path}: the file is empty; export it again.")
        rows, numbers = reader(path)
    except OSError as error:
        raise InputError(f"{path}: can't be read ({error.strerror or error}).") from None
    if not rows:
        raise InputError(f"{path}: holds no rows; expected a header and respondents.")
    return rows, numbers


# ---- CSV


def _read_csv(path):
    raw = path.read_bytes()
    if raw.startswith(b"PK\x03\x04"):
        raise InputError(f"{path}: is a zip archive, not a CSV file; unpack it, or name it .xlsx.")
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
    """Text of the bytes: by byte order mark, else UTF-8, else cp1252, else Mac Roman."""
    marks = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
    marked = [encoding for mark, encoding in marks if raw.startswith(mark)]
    for encoding in marked or ["utf-8", "cp1252", "mac_roman"]:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(f"{path}: is not valid {marked[0]} although it begins so; export it again.")


def _parse_csv(text, path):
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, numbers, number, line = [], [], 0, 0
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            raise InputError(
                f"{path}, line {line}: not valid CSV ({error}); often a quotation mark that is "
                "opened and never closed. Repair the row that begins there."
            ) from None
        number += 1
        if not any(map(str.strip, row)):
            continue
        if rows and len(row) != len(rows[0]):
            raise InputError(_width_message(path, number, line, len(row), len(rows[0])))
        rows.append(row)
        numbers.append(number)
    if rows and len(rows[0]) == 1 and (";" in rows[0][0] or "\t" in rows[0][0]):
        raise InputError(f"{path}, row 1: fields are not separated by commas; save as comma CSV.")
    return rows, numbers


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
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            return _sheet_rows(book.worksheets[0], path)
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
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise InputError(f"{path}: is not a readable .xlsx workbook; export it again.") from None
    packed = max(path.stat().st_size, 1)
    if unpacked > _LARGEST_UNPACKED or (unpacked / packed > _LARGEST_RATIO and unpacked > 10**7):
        raise InputError(
            f"{path}: {packed:,} bytes would unpack to {unpacked:,}; refused. "
            "If the file is genuine, export it as CSV."
        )


def _sheet_rows(sheet, path):
    rows, numbers, blanks, width = [], [], 0, None
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        texts = [_cell_text(cell) for cell in cells]
        while texts and not texts[-1] and (width is None or len(texts) > width):
            texts.pop()
        if not any(texts):
            blanks += 1
            if blanks > _BLANK_RUN:
                raise InputError(f"{path}, row {number}: {blanks:,} empty rows; expected data.")
            continue
        blanks = 0
        if len(rows) == 1 and len(texts) > width:  # the second header row may reach further
            width = len(texts)
            rows[0] += [""] * (width - len(rows[0]))
        width = len(texts) if width is None else width
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
    if isinstance(value, datetime | date | time):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    return str(value)


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
