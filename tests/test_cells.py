"""The same rows of text from every format and encoding, or a refusal that says what is wrong."""

import io
import re
import zipfile
from contextlib import suppress
from datetime import date, datetime, time

import openpyxl
import pandas as pd
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_exports import csv_text, write_csv, write_xlsx

from dmsi_lib.cells import read_rows
from dmsi_lib.errors import InputError

ROWS = [
    ["RespondentID", "Où mangez-vous ?", "Why?"],
    ["1", "À la maison", "It’s “good” – très bon"],
    ["2", "Café", 'a "quote", a comma\nand a line'],
    ["3", "", " spaces "],
]


def refusal(path):
    with pytest.raises(InputError) as error:
        read_rows(path)
    message = str(error.value)
    assert message.startswith(str(path))
    return message.removeprefix(str(path)).lstrip(":, ")


def write(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# ---- encodings of CSV


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"])
def test_read_rows_reads_every_encoding(tmp_path, encoding):
    assert read_rows(write_csv(tmp_path / "a.csv", ROWS, encoding)) == (ROWS, [1, 2, 3, 4])


@pytest.mark.parametrize(
    ("mark", "encoding"), [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")]
)
def test_read_rows_reads_utf_16_of_either_byte_order(tmp_path, mark, encoding):
    path = write(tmp_path / "a.csv", mark + csv_text(ROWS).encode(encoding))
    assert read_rows(path)[0] == ROWS


@pytest.mark.parametrize(
    "word", ["don’t", "“so”", "café", "École", "Île d’Orléans", "naïve – déjà vu", "ça"]
)
def test_read_rows_tells_cp1252_from_mac_roman(tmp_path, word):
    rows = [["id", "why"], ["1", word]]
    assert read_rows(write_csv(tmp_path / "a.csv", rows, "cp1252"))[0] == rows
    if word != "École":  # a first capital alone can't be told apart
        assert read_rows(write_csv(tmp_path / "b.csv", rows, "mac_roman"))[0] == rows


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])  # the last as old Macs write it
def test_read_rows_reads_every_line_ending(tmp_path, end):
    path = write(tmp_path / "a.csv", f"id,a{end}1,x{end}2,y{end}")
    assert read_rows(path) == ([["id", "a"], ["1", "x"], ["2", "y"]], [1, 2, 3])


def test_read_rows_keeps_texts_that_others_take_for_missing(tmp_path):
    rows = [
        ["id", "a", "a"],
        ["1", "NA", "null"],
        ["007", "nan", "N/A"],
        ["12345678901234567890", "#N/A", "-"],
    ]
    assert read_rows(write_csv(tmp_path / "a.csv", rows))[0] == rows


def test_read_rows_leaves_out_blank_rows_but_counts_them(tmp_path):
    path = write(tmp_path / "a.csv", "id,a\n\n1,x\n,\n  , \n2,\n")
    assert read_rows(path) == ([["id", "a"], ["1", "x"], ["2", ""]], [1, 3, 6])


def test_read_rows_counts_rows_not_lines(tmp_path):
    path = write(tmp_path / "a.csv", 'id,a\n1,"two\nlines"\n2,y,z\n')
    assert refusal(path) == (
        "row 3 (line 4): too long: 3 fields, the header has 2. "
        "Look for a comma outside quotation marks, or a row cut off, and repair it."
    )


# ---- CSV that is refused


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "the file is empty"),
        (b" \r\n\t\n", "holds no rows"),
        (b"\xef\xbb\xbf", "holds no rows"),
        (b",,,\n,,,\n", "holds no rows"),
        (b"id,a\n1,x,y\n", "row 2 (line 2): too long"),
        (b"id,a\n1\n", "row 2 (line 2): too short: 1 fields, the header has 2"),
        (b'id,a\n1,"x\n2,y\n', "line 2: not valid CSV (unexpected end of data)"),
        (b'id,a\n1,"x"y\n', "line 2: not valid CSV"),
        (b"id,a\n1,x\x00\n", "line 2: holds a NUL byte"),
        ("id,a\n1,x\n".encode("utf-16-le"), "line 1: holds a NUL byte"),
        (b"\xff\xfei\x00d", "is not valid utf-16"),
        (b"\xef\xbb\xbfid,a\n1,\xff\n", "is not valid utf-8-sig"),
        (b"id;a\n1;x\n", "row 1: fields are separated by semicolons or tabs"),
        (b"id\ta\n1\tx\n", "row 1: fields are separated by semicolons or tabs"),
        (b"id;In a row, who?;b\n1;x;y\n", "row 1: fields are separated by semicolons"),
        (b"<!DOCTYPE html><title>Log in</title>", "is a web page"),
        (b"\xef\xbb\xbf \n <HTML><body>", "is a web page"),
        (b"<script>location='/login'</script>", "is a web page"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "is an image"),
        (b"%PDF-1.4", "is a PDF"),
        (b"PK\x03\x04rest", "is a zip archive or an .xlsx workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old .xls workbook"),
        (b"$FL2@(#) SPSS", "is an SPSS file"),
        (b"\x1f\x8b\x08\x00", "is a gzip archive"),
    ],
)
def test_read_rows_refuses_what_is_no_csv(tmp_path, content, expected):
    assert refusal(write(tmp_path / "a.csv", content)).startswith(expected)


def test_read_rows_refuses_a_field_without_end(tmp_path):
    path = write(tmp_path / "a.csv", 'id,a\n1,"' + "x" * 200_000 + '"\n')
    assert refusal(path).startswith("line 2: not valid CSV (field larger than field limit")


def test_read_rows_refuses_what_is_no_export(tmp_path):
    assert refusal(tmp_path / "absent.csv") == "there is no such file."
    (tmp_path / "folder.csv").mkdir()
    assert refusal(tmp_path / "folder.csv").startswith("is a folder")
    assert (
        refusal(write(tmp_path / "a.xls", b"x"))
        == ".xls; expected an export as .csv, .xlsx or .sav."
    )
    assert refusal(write(tmp_path / "export", b"x")).startswith("no file ending; expected")
    inside_a_file = write(tmp_path / "b.csv", b"id\n1\n") / "c.csv"
    assert refusal(inside_a_file).startswith("can't be read")


def test_read_rows_takes_a_semicolon_in_a_title_for_what_it_is(tmp_path):
    rows = [["If so; why?", "id", "b"], ["x", "1", "y"]]
    assert read_rows(write_csv(tmp_path / "a.csv", rows))[0] == rows


def test_read_rows_takes_the_file_ending_in_any_case(tmp_path):
    assert read_rows(write_csv(tmp_path / "A.CSV", ROWS))[0] == ROWS


# ---- .xlsx


def rewritten(path, change):
    """The workbook with its first sheet's XML changed."""
    target = path.with_name("changed.xlsx")
    with (
        zipfile.ZipFile(path) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for name in source.namelist():
            content = source.read(name)
            copy.writestr(name, change(content) if name.endswith("sheet1.xml") else content)
    return target


def test_read_rows_reads_a_workbook_as_its_texts(tmp_path):
    rows = [
        ["Respondent ID", "a", "b", "c", "d", "e", "f"],
        [12345678901, 3.0, 2.5, True, datetime(2018, 1, 5), date(2018, 1, 5), time(4, 1)],
        [2, None, "x", "NA", "#N/A", " y ", "=1+1"],
    ]
    assert read_rows(write_xlsx(tmp_path / "a.xlsx", rows))[0] == [
        rows[0],
        [
            "12345678901",
            "3",
            "2.5",
            "True",
            "2018-01-05 00:00:00",
            "2018-01-05 00:00:00",
            "04:01:00",
        ],
        ["2", "", "x", "NA", "#N/A", " y ", ""],  # a formula without its computed value
    ]


def test_read_rows_widens_the_header_to_its_second_row(tmp_path):
    rows = [["id", "Q", ""], ["", "A", "B", "C"], ["1", "A"], ["", "", "", ""], ["2", "", "", "C"]]
    assert read_rows(write_xlsx(tmp_path / "a.xlsx", rows)) == (
        [["id", "Q", "", ""], ["", "A", "B", "C"], ["1", "A", "", ""], ["2", "", "", "C"]],
        [1, 2, 3, 5],
    )


def test_read_rows_names_the_row_of_a_workbook_that_is_too_long(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", [["id", "a"], ["1", "x"], ["2", "y", "note"]])
    assert refusal(path).startswith("row 3 (line 3): too long: 3 fields, the header has 2.")


@pytest.mark.parametrize("stated", [b"A1", b"A1:XFD1048576"])
def test_read_rows_reads_all_of_a_sheet_whatever_size_it_states(tmp_path, stated):
    path = write_xlsx(tmp_path / "a.xlsx", ROWS)
    changed = rewritten(
        path, lambda xml: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="%b"' % stated, xml)
    )
    assert read_rows(changed)[0] == ROWS


def test_read_rows_ignores_formatted_rows_far_below(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", ROWS)
    far = b'<row r="1048576"><c r="A1048576"/></row></sheetData>'
    assert read_rows(rewritten(path, lambda xml: xml.replace(b"</sheetData>", far)))[0] == ROWS


def test_read_rows_refuses_rows_beyond_any_spreadsheet(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", ROWS)
    far = b'<row r="999999999999"><c r="A999999999999"><v>1</v></c></row></sheetData>'
    changed = rewritten(path, lambda xml: xml.replace(b"</sheetData>", far))
    assert refusal(changed) == "the sheet has more than 1,048,576 rows."


def test_read_rows_refuses_a_workbook_that_unpacks_to_too_much(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 20_000_000)
    assert refusal(path).endswith(
        "would unpack to 20,000,000; refused. If the file is genuine, export it as CSV."
    )


def test_read_rows_refuses_a_workbook_that_defines_entities(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", ROWS)
    lol = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    assert "damaged" in refusal(rewritten(path, lambda xml: lol + xml.replace(b"Caf", b"&b;")))


def test_read_rows_refuses_damaged_workbooks(tmp_path):
    good = write_xlsx(tmp_path / "good.xlsx", ROWS).read_bytes()
    assert refusal(write(tmp_path / "a.xlsx", csv_text(ROWS))).startswith(
        "is not a readable .xlsx workbook"
    )
    assert refusal(write(tmp_path / "b.xlsx", good[: len(good) // 2])).startswith(
        "is not a readable .xlsx"
    )
    empty = io.BytesIO()
    zipfile.ZipFile(empty, "w").close()
    assert refusal(write(tmp_path / "c.xlsx", empty.getvalue())).startswith(
        "the workbook is damaged"
    )
    assert refusal(rewritten(tmp_path / "good.xlsx", lambda xml: xml[:-40])).startswith(
        "the workbook is damaged"
    )


def test_read_rows_refuses_an_empty_workbook(tmp_path):
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    assert refusal(tmp_path / "a.xlsx").startswith("holds no rows")


# ---- .sav


def test_read_rows_reads_labels_and_values_of_a_sav(tmp_path):
    frame = pd.DataFrame(
        {
            "id": [101.0, 102.0, 103.0],
            "q1": [1.0, 2.0, None],
            "q2": ["Été", "", "NA"],
            "q3": [2.5, 3, None],
        }
    )
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(
        frame,
        str(path),
        column_labels={"id": "Respondent ID", "q1": "Do you eat steak?", "q2": "Why?"},
        variable_value_labels={"q1": {1: "Yes", 2: "No"}},
    )
    assert read_rows(path) == (
        [
            ["Respondent ID", "Do you eat steak?", "Why?", "q3"],
            ["101", "Yes", "Été", "2.5"],
            ["102", "No", "", "3"],
            ["103", "", "NA", ""],
        ],
        [1, 2, 3, 4],
    )


def test_read_rows_refuses_a_damaged_sav(tmp_path):
    path = tmp_path / "good.sav"
    pyreadstat.write_sav(pd.DataFrame({"id": range(500), "q": ["x"] * 500}), str(path))
    good = path.read_bytes()
    for name, content in (
        ("a", good[:100]),
        ("b", good[: len(good) - 200]),
        ("c", b"$FL2" + b"\x00" * 400),
        ("d", b"id\n1\n"),
    ):
        assert refusal(write(tmp_path / f"{name}.sav", content)).startswith(
            "the .sav file is damaged"
        )


# ---- any file is read or refused


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=6)


@given(
    st.integers(1, 4).flatmap(
        lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=1, max_size=5)
    )
)
@settings(deadline=None)
def test_read_rows_gives_back_any_table(tmp_path_factory, rows):
    rows = [["id", *["t"] * (len(rows[0]) - 1)], *(["x", *row[1:]] for row in rows)]
    path = write_csv(tmp_path_factory.mktemp("t") / "a.csv", rows)
    assert read_rows(path) == (rows, list(range(1, len(rows) + 1)))


STARTS = [
    b"",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xfe\xff",
    b"PK\x03\x04",
    b"id,a\n",
    b'id,"a\n',
    b"$FL2",
]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "sav"])
@given(start=st.sampled_from(STARTS), rest=st.binary(max_size=80))
@settings(deadline=None, max_examples=150)
def test_read_rows_reads_or_refuses_any_bytes(tmp_path_factory, ending, start, rest):
    path = write(tmp_path_factory.mktemp("t") / f"a.{ending}", start + rest)
    try:
        rows, numbers = read_rows(path)
    except InputError as refused:
        assert str(path) in str(refused)
    else:
        assert len(rows) == len(numbers)
        assert {len(row) for row in rows} == {len(rows[0])}


@given(st.data())
@settings(deadline=None, max_examples=60)
def test_read_rows_reads_or_refuses_a_workbook_with_a_flipped_byte(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("t")
    content = bytearray(write_xlsx(folder / "good.xlsx", ROWS).read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    with suppress(InputError):
        read_rows(write(folder / "a.xlsx", bytes(content)))
