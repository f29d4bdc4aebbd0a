"""Tables as a workbook: every figure a number, nothing merged, contents that lead to each sheet."""

import io

import openpyxl
import pandas as pd
import pytest

from dmsi_lib.cli.commands import main
from dmsi_lib.exporting.tables_book import tables_workbook
from dmsi_lib.exporting.workbooks import Sheet, workbook_bytes


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def below(page, head):
    """The cells of a column, without its head."""
    rows = list(page.values)
    first = next(n for n, row in enumerate(rows) if head in row)
    place = rows[first].index(head)
    return [row[place] for row in rows[first + 1 :]]


def test_every_figure_stands_in_the_workbook_as_a_number(survey):
    book = opened(tables_workbook(survey))
    tidy = survey.tables()
    pages = [name for name in book.sheetnames if name.startswith("Page ")]
    assert book.sheetnames == ["Contents", *pages, "All figures"]
    counts = [count for name in pages for count in below(book[name], "Count")]
    assert sorted(counts) == sorted(tidy["count"])
    assert below(book["All figures"], "percent") == pytest.approx(tidy["percent"].tolist())
    answers = [label for name in pages for label in below(book[name], "Answer")]
    assert sorted(answers) == sorted(tidy["label"])


def test_a_workbook_can_be_read_by_everybody(survey):
    book = opened(tables_workbook(survey, "role"))
    for page in book:
        assert page["A1"].value and page.merged_cells.ranges == set()
        assert page.freeze_panes and len(page.tables) == 1
        (table,) = page.tables.values()
        heads = [c.value for c in page[table.ref][0]]
        assert all(heads) and len(set(heads)) == len(heads)
        assert all(any(c is not None for c in row) for row in page.values)  # no blank row
        assert not any(str(c.value).startswith("=") and c.data_type == "f" for r in page for c in r)
    contents = book["Contents"]
    links = [cell.hyperlink.location for cell in contents["A"] if cell.hyperlink]
    assert links == [f"'{name}'!A1" for name in book.sheetnames[1:]]
    said = [cell for page in book for row in page.values for cell in row if cell]
    assert sum("Synthetic data" in str(cell) for cell in said) == 1
    assert {"Front-line worker", "Management"} <= set(below(book["Page 5"], "Group"))


def test_text_is_never_a_formula():
    texts = ["=cmd|' /C calc'!A0", "+1", "@x", "a\x07b"]
    table = pd.DataFrame({"=1+1": texts, "n": [1, 2.5, None, 4]})
    page = opened(workbook_bytes("T", [Sheet("a/b:c", "=2+2", table)], False))["a b c"]
    cells = [cell for row in page.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert page["A3"].value == "=cmd|' /C calc'!A0" and page["A3"].quotePrefix
    assert [page.cell(row, 2).value for row in range(3, 7)] == [1, 2.5, None, 4]


def test_tables_goes_by_the_ending(tmp_path, capsys):
    assert main(["tables", "--out", str(tmp_path / "t.xlsx")]) == 0
    assert (tmp_path / "t.xlsx").read_bytes()[:2] == b"PK"
    assert main(["tables", "--out", str(tmp_path / "t.txt")]) == 2
    assert "ends in .csv or .xlsx" in capsys.readouterr().err
    assert not (tmp_path / "t.txt").exists()
