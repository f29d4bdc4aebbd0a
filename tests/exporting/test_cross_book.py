"""Cross tables as a workbook: one row of heads, numbers as numbers, the bases above the answers."""

import io

import openpyxl
import pandas as pd
import pytest

from dmsi_lib.exporting.cross_book import cross_workbook
from dmsi_lib.tables.cross_tables import Layout


def opened(survey, by, **how):
    layout = Layout(**how)
    content = cross_workbook(survey, *survey.counted_across(by, layout), layout)
    return openpyxl.load_workbook(io.BytesIO(content))


def sheet(page):
    """The table of a sheet as a frame, its heads, and the notes above it."""
    rows = list(page.values)
    first = next(n for n, row in enumerate(rows) if row[0] == "Question")
    heads = [head for head in rows[first] if head is not None]
    frame = pd.DataFrame([row[: len(heads)] for row in rows[first + 1 :]], columns=heads)
    return frame, [row[0] for row in rows[1:first]]


@pytest.fixture(scope="module")
def book(survey):
    return opened(survey, ["role", "staff_size"], percent="both", letters=True)


def test_every_figure_stands_once_in_its_column(survey, book):
    table = survey.crosstabs("role", "staff_size", percent="both", letters=True)
    pages = [sheet(book[name])[0] for name in book.sheetnames if name.startswith("Page ")]
    answers = [page[~page["Answer"].str.contains("base|Base")] for page in pages]
    for group, head in (
        ("(total)", "Total"),
        ("role=frontline", "Front-line or management, Front-line worker [A]"),
        ("staff_size=51+", "Number of staff, more than 51 employees [G]"),
    ):
        own = table[table["group"] == group]
        for column, measure in (("count", "count"), ("percent", "%"), ("row_percent", "row %")):
            found = [value for page in answers for value in page.get(f"{head}: {measure}", [])]
            wanted = own[column].dropna().tolist()
            kept = [value for value in found if value is not None and not pd.isna(value)]
            assert sorted(kept) == pytest.approx(sorted(wanted)), (group, column)
    letters = "Front-line or management, Front-line worker [A]: higher than"
    marks = [mark for page in answers if letters in page for mark in page[letters] if mark]
    own = table[table["group"] == "role=frontline"]["higher_than"]
    assert marks == own[own != ""].tolist() and marks


def test_sheets_can_be_read_by_everybody(book):
    for page in book:
        assert page["A1"].value and page.merged_cells.ranges == set()
        assert page.freeze_panes and len(page.tables) == 1
        (table,) = page.tables.values()
        heads = [cell.value for cell in page[table.ref][0]]
        assert all(heads) and len(set(heads)) == len(heads)
    page = book["Page 4"]
    frame, notes = sheet(page)
    assert page.freeze_panes.startswith("C")  # question and answer stay in view
    assert any("Holm's correction within the row" in note for note in notes)
    cell = page.cell(len(notes) + 3, 3)
    assert (cell.value, cell.number_format) == (frame.iloc[0, 2], "#,##0")


def test_bases_stand_above_the_answers_and_small_ones_are_named(small):
    frame, _ = sheet(opened(small, ["role"], min_base=2)["Page 4"])
    assert frame["Answer"].tolist()[:2] == ["Base", "Rump"]
    assert frame["Total: count"].tolist()[:2] == [4, 3]
    assert frame.loc[0, "Columns with a small base"] == "Guest"
    tasty = frame[frame["Answer"] == "It is tasty: base"].iloc[0]
    assert tasty["Columns with a small base"] == "Cook; Guest"


def test_means_stand_beside_the_base_and_ranks_beside_the_items(small):
    frame, _ = sheet(opened(small, ["role"])["Page 5"])
    base = frame[(frame["Answer"] == "Base") & frame["Question"].eq("How many grams?")].iloc[0]
    assert base["Total: mean"] == base["Cook: mean"] == base["Cook: median"] == 200
    ranks, _ = sheet(opened(small, ["role"])["Page 4"])
    assert ranks.set_index("Answer").loc["Rump", "Cook: mean rank"] == pytest.approx(4 / 3)


def test_row_percentages_alone_have_no_column_percentages(small):
    frame, notes = sheet(opened(small, ["role"], percent="row")["Page 2"])
    assert [head for head in frame if head.startswith("Cook")] == ["Cook: count", "Cook: row %"]
    assert frame["Cook: row %"].tolist()[1:] == [50, 50]
    assert any(note.startswith("Row %: ") for note in notes)


def test_columns_with_people_in_common_are_said(small):
    _, notes = sheet(opened(small, ["shops"])["Page 2"])
    assert any("is in several columns" in note for note in notes)
