"""Spreadsheets that a person fills in and hands back: every cell is text, and stays that text.

What respondents wrote may begin like a formula, and a spreadsheet program would run it (CWE-1236).
In an .xlsx file such cells are marked as text; in a .csv file, which knows no such mark, they get
an apostrophe in front that reading takes away again.
"""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.files import Place, looks_like_formula, neutral, restored, write_bytes
from dmsi_lib.reading import escaped, read_rows

if TYPE_CHECKING:
    import pandas as pd

LONGEST_CELL = 32_767  # characters; longer texts are cut by spreadsheet programs
_WIDTHS = {"answer": 70, "suggested": 30, "themes": 30, "label": 40, "definition": 70}


def check_sheet_name(path: Place) -> None:
    """Refuse a file name that is neither .xlsx nor .csv with a UsageError."""
    if Path(path).suffix.lower() not in (".xlsx", ".csv"):
        raise UsageError(f"{path}: expected a file name that ends in .xlsx or .csv.")


def write_sheet(path: Place, tables: Mapping[str, "pd.DataFrame"]) -> None:
    """Write tables of texts to a spreadsheet, in one step.

    Parameters
    ----------
    path : of an .xlsx file, which takes every table, a sheet each; or .csv, which takes the first
    tables : dict of sheet name to DataFrame of str

    Raises
    ------
    InputError
        For a text that is longer than a cell of an .xlsx file holds, or a place that can't be
        written to.
    """
    check_sheet_name(path)
    as_bytes = _csv_bytes if Path(path).suffix.lower() == ".csv" else _xlsx_bytes
    write_bytes(path, as_bytes(path, tables))


def read_sheet(path: Place) -> tuple[list[list[str]], list[int]]:
    """Read the first sheet of a spreadsheet that `write_sheet` wrote and a person edited.

    Returns
    -------
    rows : the header first; all of one width
    numbers : the number of each row in the file

    Raises
    ------
    InputError
        As from `reading.read_rows`.
    """
    check_sheet_name(path)
    found, numbers = read_rows(path)
    rows = [*found]
    if Path(path).suffix.lower() == ".csv":
        rows = [[restored(text) for text in row] for row in rows]
    return rows, numbers


def _csv_bytes(path: Place, tables: Mapping[str, "pd.DataFrame"]) -> bytes:
    table = next(iter(tables.values()))
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([neutral(cell) for cell in row] for row in _rows(table))
    return text.getvalue().encode("utf-8-sig")  # the mark tells Excel that it is UTF-8


def _rows(table: "pd.DataFrame") -> list[list[str]]:
    return [list(table.columns), *map(list, table.itertuples(index=False))]


def _xlsx_bytes(path: Place, tables: Mapping[str, "pd.DataFrame"]) -> bytes:
    import openpyxl
    from openpyxl.styles import Alignment, Font

    book = openpyxl.Workbook()
    book.remove(book.active)
    wrapped, plain, bold = Alignment(wrap_text=True, vertical="top"), Font(), Font(bold=True)
    for name, table in tables.items():
        sheet = book.create_sheet(name)
        for r, row in enumerate(_rows(table), 1):
            for c, text in enumerate(row, 1):
                content = escaped(text)
                if len(content) > LONGEST_CELL:
                    raise InputError(
                        f"{path}, row {r}: the text has {len(text):,} characters; a cell holds "
                        f"{LONGEST_CELL:,}. Write a .csv file instead."
                    )
                cell = sheet.cell(r, c, content)
                cell.data_type = "s"  # openpyxl makes a formula of "=…" and an error of "#N/A"
                cell.number_format = "@"
                cell.alignment = wrapped
                cell.quotePrefix = looks_like_formula(text)
                cell.font = bold if r == 1 else plain
        for letter, head in zip("ABCDEFGH", table.columns, strict=False):
            sheet.column_dimensions[letter].width = _WIDTHS.get(head, 16)
        sheet.freeze_panes = "A2"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
