"""Spreadsheets for people: every text comes back as it was, and none becomes a formula."""

import csv
import re
import tempfile
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.open_answers.sheets import LONGEST_CELL, read_sheet, write_sheet

# What OWASP lists as the beginning of a formula, and what spreadsheets or XML treat specially.
NASTY = [
    *(
        " =1",
        "'tis",
        "'=1'",
        "_xD83D__xDE00_",
    ),
    *("=1+1", "+1", "-none-", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "'=1", "'", "''"),
    *("=cmd|' /C calc'!A0", '=HYPERLINK("http://example.com")', '","=1+1', "a;=1+1", "#N/A"),
    *("TRUE", "1e5", "007", "99000067039", "2018-01-01", "NA", "one\ntwo", "one\r\ntwo", " a "),
    *(
        "_x000D_",
        "_x005F_x000D_",
        "x005F_",
        "\x0b",
        "\x1b[0m",
        "\ufffe",
        "😀 é ß 中 العربية",
        "<b>&amp;",
    ),
]
# Whole texts, and nasty beginnings before any text. Blank cells have no text to keep.
TEXTS = st.one_of(
    st.sampled_from(NASTY),
    st.text(min_size=1, max_size=40),
    st.builds(str.__add__, st.sampled_from("'=+-@\t\r\n_x"), st.text(max_size=20)),
).filter(str.strip)


def table(texts):
    return pd.DataFrame({"answer": texts, "themes": ["x"] * len(texts)}, dtype=object)


def round_trip(path, texts):
    write_sheet(path, {"answers": table(texts)})
    rows, numbers = read_sheet(path)
    assert rows[0] == ["answer", "themes"]
    assert numbers == list(range(1, len(texts) + 2))
    return [row[0] for row in rows[1:]]


@pytest.mark.parametrize("ending", [".xlsx", ".csv", ".XLSX"])
def test_read_sheet_returns_nasty_texts_unchanged(tmp_path, ending):
    assert round_trip(tmp_path / f"sheet{ending}", NASTY) == NASTY


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=8))
def test_read_sheet_returns_any_text_unchanged_from_xlsx(texts):
    with tempfile.TemporaryDirectory() as folder:
        assert round_trip(Path(folder) / "sheet.xlsx", texts) == texts


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS.filter(lambda text: "\x00" not in text), min_size=1, max_size=8))
def test_read_sheet_returns_any_text_unchanged_from_csv(texts):
    with tempfile.TemporaryDirectory() as folder:
        assert round_trip(Path(folder) / "sheet.csv", texts) == texts


def test_write_sheet_makes_no_formula_in_xlsx(tmp_path):
    write_sheet(tmp_path / "sheet.xlsx", {"answers": table(NASTY)})
    for row in openpyxl.load_workbook(tmp_path / "sheet.xlsx").active.iter_rows():
        assert [cell.data_type for cell in row] == ["s", "s"]
        assert [cell.number_format for cell in row] == ["@", "@"]
        text = row[0].value
        assert row[0].quotePrefix or text.lstrip()[0] not in "=+-@"
    # Read once more without openpyxl, which might take back what it has written itself.
    with zipfile.ZipFile(tmp_path / "sheet.xlsx") as archive:
        xml = archive.read("xl/worksheets/sheet1.xml")
        styles = archive.read("xl/styles.xml")
    cells = xml.count(b"<c ")
    assert cells == 2 * len(NASTY) + 2
    assert xml.count(b't="inlineStr"') == cells
    assert b"<f" not in xml and b't="e"' not in xml
    assert b'quotePrefix="1"' in styles


def test_read_sheet_reads_texts_that_a_spreadsheet_program_has_saved(tmp_path):
    # Such programs keep all texts in one list, escaped as ours are.
    write_sheet(tmp_path / "sheet.xlsx", {"answers": table(NASTY)})
    share_strings(tmp_path / "sheet.xlsx", tmp_path / "saved.xlsx")
    rows, _ = read_sheet(tmp_path / "saved.xlsx")
    assert [row[0] for row in rows[1:]] == NASTY


def share_strings(path, target):
    """Write the workbook again with its texts in one list."""
    found = []

    def shared(match):
        found.append(match[2])
        return b'%b t="s"><v>%d</v></c>' % (match[1], len(found) - 1)

    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("sheet1.xml"):
                content = INLINE.sub(shared, content)
            if name == "[Content_Types].xml":
                content = content.replace(b"</Types>", STRINGS_TYPE + b"</Types>")
            if name != "xl/sharedStrings.xml":
                copy.writestr(name, content)
        entries = b"".join(b"<si>%b</si>" % text for text in found)
        copy.writestr("xl/sharedStrings.xml", b'<sst xmlns="%b">%b</sst>' % (MAIN, entries))
    assert found


MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
INLINE = re.compile(rb'(<c [^>]*?) t="inlineStr">\s*<is>(.*?)</is>\s*</c>', re.DOTALL)
STRINGS_TYPE = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/'
    b'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)


def test_write_sheet_begins_no_csv_field_like_a_formula(tmp_path):
    write_sheet(tmp_path / "sheet.csv", {"answers": table(NASTY)})
    with (tmp_path / "sheet.csv").open(encoding="utf-8-sig", newline="") as file:
        fields = [field for row in csv.reader(file) for field in row]
    assert len(fields) == 2 * len(NASTY) + 2
    assert not [field for field in fields if field[:1] in tuple("=+-@\t\r\n＝＋－＠")]


def test_write_sheet_keeps_every_table_in_xlsx(tmp_path):
    write_sheet(tmp_path / "sheet.xlsx", {"answers": table(["a"]), "codebook": table(["b"])})
    book = openpyxl.load_workbook(tmp_path / "sheet.xlsx")
    assert book.sheetnames == ["answers", "codebook"]
    assert book["codebook"]["A2"].value == "b"


def test_write_sheet_cuts_no_text(tmp_path):
    longest = "é" * LONGEST_CELL
    assert round_trip(tmp_path / "sheet.xlsx", [longest]) == [longest]
    with pytest.raises(InputError, match=r"row 3: the text has 32,768 .* Write a \.csv file"):
        write_sheet(tmp_path / "other.xlsx", {"answers": table(["a", longest + "x"])})
    assert not (tmp_path / "other.xlsx").exists()
    assert round_trip(tmp_path / "sheet.csv", [longest + "x"]) == [longest + "x"]


@pytest.mark.parametrize("name", ["sheet", "sheet.ods", "sheet.xls"])
def test_sheets_refuse_other_formats(tmp_path, name):
    with pytest.raises(UsageError, match=r"\.xlsx or \.csv"):
        write_sheet(tmp_path / name, {"answers": table(["a"])})
    with pytest.raises(UsageError, match=r"\.xlsx or \.csv"):
        read_sheet(tmp_path / name)
    assert not list(tmp_path.iterdir())
