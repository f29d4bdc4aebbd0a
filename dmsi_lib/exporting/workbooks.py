"""Tables as a workbook that everybody can read: a contents sheet, then a sheet for each table.

After the UK Government Analysis Function's guidance "Releasing statistics in spreadsheets": every
sheet has one title in its first cell, notes below it, then one table with one row of headings,
marked as a table, nothing merged, no blank row or column, no colour that means anything; the first
sheet lists the others with links. Cells hold numbers or texts, never formulas.
"""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Integral
from typing import Any

import pandas as pd

from dmsi_lib.errors import InputError
from dmsi_lib.files import distinct, looks_like_formula
from dmsi_lib.wording import SYNTHETIC_MARK

_LONGEST_CELL = 32_767  # characters
_MOST_ROWS = 1_048_576 - 10
_LONGEST_NAME = 31
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
_WIDEST, _NARROWEST = 60, 9  # letters
_LOOKED_AT = 200  # rows, for the width of a column
_LINES, _NARROW_LINES = 2, 5  # of a heading
_CONTENTS = "Contents"


@dataclass(frozen=True)
class Sheet:
    """A table with its title and notes.

    Attributes
    ----------
    name : of the sheet; cut to the 31 letters that a workbook allows
    title : in its first cell
    table : DataFrame of numbers and texts
    notes : below the title, a row each
    frozen : how many columns stay in view
    narrow : whether columns are as narrow as their figures, under headings of several lines
    """

    name: str
    title: str
    table: pd.DataFrame
    notes: Sequence[str] = field(default=())
    frozen: int = 1
    narrow: bool = False


def workbook_bytes(title: str, sheets: Sequence[Sheet], synthetic: bool) -> bytes:
    """A workbook of tables, the contents first.

    Parameters
    ----------
    title : of the workbook
    sheets : in their order
    synthetic : whether a program made the data, which the first sheet says

    Returns
    -------
    bytes of an .xlsx file

    Raises
    ------
    InputError
        For a table or a text that a sheet does not hold.
    """
    import xlsxwriter

    target = io.BytesIO()
    names = distinct([_CONTENTS, *map(_sheet_name, (sheet.name for sheet in sheets))])
    listed = pd.DataFrame({"Sheet": names[1:], "Title": [sheet.title for sheet in sheets]})
    notes = [f"{SYNTHETIC_MARK}: no real respondent gave these answers."] if synthetic else []
    notes += ["This sheet lists the others. Each holds one table; notes stand above it."]
    whole = [Sheet(_CONTENTS, title, listed, notes), *sheets]
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        styles = _styles(book)
        for name, sheet in zip(names, whole, strict=True):
            _fill(book.add_worksheet(name), sheet, styles)
        contents, first = book.get_worksheet_by_name(_CONTENTS), len(notes) + 2
        for number, name in enumerate(names[1:], first):
            contents.write_url(number, 0, f"internal:'{name}'!A1", string=name)
    return target.getvalue()


def _styles(book: Any) -> dict[str, Any]:
    """The formats of cells, by what stands in them."""
    looks = {
        "title": {"bold": True, "font_size": 14},
        "head": {"bold": True, "text_wrap": True, "valign": "top"},
        "text": {"valign": "top"},
        "like_formula": {"valign": "top", "quote_prefix": True},
        "int": {"valign": "top", "num_format": "#,##0"},
        "float": {"valign": "top", "num_format": "#,##0.0"},
    }
    return {name: book.add_format(look) for name, look in looks.items()}


def _sheet_name(name: str) -> str:
    return _NOT_IN_NAMES.sub(" ", name)[: _LONGEST_NAME - 3].strip() or "Sheet"


def _fill(page: Any, sheet: Sheet, styles: Mapping[str, Any]) -> None:
    """The title, the notes and the table, one under the other."""
    rows, columns = sheet.table.shape
    if rows > _MOST_ROWS:
        raise InputError(f"{rows:,} rows; a sheet holds {_MOST_ROWS:,}. Write .csv or .parquet.")
    _write_text(page, 0, 0, sheet.title, styles["title"])
    for number, note in enumerate(sheet.notes, 1):
        _write_text(page, number, 0, note, styles["text"])
    first = len(sheet.notes) + 1
    heads = distinct(map(str, sheet.table.columns))
    if rows:
        named = [{"header": head, "header_format": styles["head"]} for head in heads]
        look = {"columns": named, "style": "Table Style Light 1", "banded_rows": False}
        page.add_table(first, 0, first + rows, columns - 1, look)
    for c, head in enumerate(heads):
        column = sheet.table.iloc[:, c]
        _write_text(page, first, c, head, styles["head"])
        page.set_column(c, c, _width(head, column, sheet.narrow))
        for r, value in enumerate(column.astype(object), first + 1):
            _write(page, r, c, value, styles)
    page.freeze_panes(first + 1, sheet.frozen)


def _write(page: Any, row: int, column: int, value: Any, styles: Mapping[str, Any]) -> None:
    """A number as a number, everything else as text, a blank as none."""
    if value is None or value is pd.NA or value != value:
        return
    if isinstance(value, str):
        style = styles["like_formula" if looks_like_formula(value) else "text"]
        _write_text(page, row, column, value, style)
    else:
        kind = "int" if isinstance(value, Integral) else "float"
        page.write_number(row, column, value, styles[kind])


def _write_text(page: Any, row: int, column: int, text: str, style: Any) -> None:
    if len(text) > _LONGEST_CELL:
        raise InputError(
            f"a text of {len(text):,} characters; a cell holds {_LONGEST_CELL:,}. Write .csv or "
            ".parquet."
        )
    page.write_string(row, column, text, style)


def _width(head: str, column: "pd.Series[Any]", narrow: bool) -> int:
    shown = column.head(_LOOKED_AT).dropna()
    if narrow and pd.api.types.is_float_dtype(shown):
        shown = shown.round(1)
    texts: Iterable[str] = map(str, shown)
    lines = _NARROW_LINES if narrow else _LINES
    return max(_NARROWEST, min(_WIDEST, max([len(head) // lines, *map(len, texts)]) + 2))
