"""The same rows of text from every format and encoding, or a refusal that says what is wrong."""

import csv
import io
import re
import struct
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, datetime, time

import openpyxl
import pandas as pd
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_exports import csv_text, write_csv, write_xlsx

from dmsi_lib.errors import InputError
from dmsi_lib.reading.rows.file_rows import read_rows

FILE_ROWS = "dmsi_lib.reading.rows.file_rows"

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
        (b"id;a\n1;x;y\n", "row 1: fields seem to be separated by semicolons, but it is not sure"),
        (b"id\ta\n1\n", "row 1: fields seem to be separated by tabs, but it is not sure"),
        (b"id;a, b;c\n1;2,5;x\n", "row 1: fields seem to be separated by semicolons"),
        (
            b"sep=;\nid;a\n1;x;y\n",
            "row 3 (line 3): too long: 3 fields, the header has 2. Look for a",
        ),
        (b"My survey\nid,a\n1\n", "row 3 (line 3): too short: 1 fields, the header has 2"),
        (b"id,a\nMy survey\n", "row 2 (line 2): too short"),
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


def test_read_rows_names_the_column_of_a_text_that_is_far_too_long(tmp_path):
    long = "x" * 1_000_000
    path = write(tmp_path / "a.csv", f'id,a,b\n1,,"{long}"\n2,,"{long}x"\n')
    assert refusal(path) == (
        "row 3, column 3: a text of 1,000,001 characters; expected at most 1,000,000. "
        "Look for a quotation mark that is closed far too late."
    )
    assert read_rows(write(tmp_path / "b.csv", f"id,a\n1,{long}\n"))[0][1] == ["1", long]


def test_read_rows_leaves_the_bound_of_the_csv_module_as_it_was(tmp_path):
    long = "x" * 200_000  # longer than a field may be by default
    sound = write(tmp_path / "a.csv", f"id,a\n1,{long}\n")
    damaged = write(tmp_path / "b.csv", f'id,a\n1,{long}\n2,"')
    before = csv.field_size_limit(150_000)
    try:
        assert read_rows(sound)[0][1] == ["1", long]
        assert csv.field_size_limit() == 150_000
        assert refusal(damaged).startswith("line 3: not valid CSV")
        assert csv.field_size_limit() == 150_000
    finally:
        csv.field_size_limit(before)


def test_read_rows_reads_long_texts_in_several_threads_at_once(tmp_path):
    long = "x" * 200_000
    paths = [write(tmp_path / f"{n}.csv", f"id,a\n{n},{long}\n" * 5) for n in range(8)]
    before = csv.field_size_limit()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(read_rows, paths * 3))
    assert [rows[-1][1] for rows, _ in found] == [long] * 24
    assert csv.field_size_limit() == before


def test_read_rows_refuses_a_text_without_end(tmp_path):
    path = write(tmp_path / "a.csv", 'id,a\n1,"' + "x\n" * 1_000_000)
    assert refusal(path).startswith("line 2: not valid CSV (unexpected end of data)")


# ---- other separators


def separated(rows, mark):
    target = io.StringIO()
    csv.writer(target, delimiter=mark).writerows(rows)
    return target.getvalue()


DECIMALS = [
    ["id", "Wie viel, ungefähr?", "Où ?"],
    ["1", "2,5", "à Genève; ou\nailleurs"],
    ["2", "", ""],
]


@pytest.mark.parametrize("mark", [";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_read_rows_reads_semicolons_and_tabs(tmp_path, mark, encoding):
    path = write(tmp_path / "a.csv", separated(DECIMALS, mark).encode(encoding))
    assert read_rows(path) == (DECIMALS, [1, 2, 3])
    titled = [["Umfrage"], [], *DECIMALS]
    path = write(tmp_path / "b.csv", separated(titled, mark).encode(encoding))
    assert read_rows(path) == ([["Umfrage", "", ""], *DECIMALS], [1, 3, 4, 5])


def test_read_rows_reads_decimal_commas_and_quotation_marks_between_semicolons(tmp_path):
    path = write(tmp_path / "a.csv", '"id";"a"\n"1";"2,5"\n"2";"x, y"\n')
    assert read_rows(path)[0] == [["id", "a"], ["1", "2,5"], ["2", "x, y"]]
    path = write(tmp_path / "b.csv", "id;a\n1;2,5\n2;3,5\n")
    assert read_rows(path)[0] == [["id", "a"], ["1", "2,5"], ["2", "3,5"]]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("said", ["sep={}", "SEP={}", '"sep={}"', "sep={}{}"])
def test_read_rows_takes_the_separator_from_a_line_that_says_it(tmp_path, mark, said):
    text = said.format(mark, mark) + "\r\n" + separated(DECIMALS, mark)
    assert read_rows(write(tmp_path / "a.csv", text)) == (DECIMALS, [2, 3, 4])
    # Either would do by itself: the line decides.
    text = f"sep={mark}\nid;a,b\tc\n1;2,5\t3\n"
    assert read_rows(write(tmp_path / "b.csv", text))[0] == [
        "id;a,b\tc".split(mark), "1;2,5\t3".split(mark)
    ]  # fmt: skip


def test_read_rows_looks_at_the_beginning_of_a_long_file_alone(tmp_path):
    rows = [["id", "a"], *([str(n), "x; y" * 50] for n in range(2_000))]
    for mark in (",", ";"):
        assert read_rows(write(tmp_path / "a.csv", separated(rows, mark)))[0] == rows


# ---- a title above the header


def test_read_rows_reads_a_title_shorter_than_the_header(tmp_path):
    rows = [["My survey"], ["of 2020", ""], ["id", "a", "b"], ["", "c", "d"], ["1", "x", "y"]]
    wide = [row + [""] * (3 - len(row)) for row in rows]
    assert read_rows(write_csv(tmp_path / "a.csv", rows)) == (wide, [1, 2, 3, 4, 5])
    assert read_rows(write_xlsx(tmp_path / "a.xlsx", rows)) == (wide, [1, 2, 3, 4, 5])


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.sav"])
def test_read_rows_refuses_a_file_that_needs_more_memory_than_there_is(tmp_path, name, monkeypatch):
    monkeypatch.setattr("dmsi_lib.reading.rows.memory.available_memory", lambda: 2**30)
    with (tmp_path / name).open("wb") as file:
        file.truncate(2**30 + 1)  # takes no room on the disk
    assert refusal(tmp_path / name) == (
        "1,073,741,825 bytes; to read them takes about 2.0 GiB of memory, and 1.0 GiB are free. Is "
        "it the export? If so, close other programs, export fewer columns, or the respondents in "
        "several files."
    )


def test_read_rows_refuses_more_columns_than_any_spreadsheet_has(tmp_path):
    wide = write(tmp_path / "a.csv", "id" + ",a" * 16_384 + "\n")
    assert refusal(wide) == "row 1: 16,385 columns; expected at most 16,384."
    (header,), _ = read_rows(write(tmp_path / "b.csv", "id" + ",a" * 16_383 + "\n"))
    assert len(header) == 16_384


def test_read_rows_refuses_a_sheet_of_more_cells_than_there_is_memory_for(tmp_path, monkeypatch):
    monkeypatch.setattr(f"{FILE_ROWS}.available_memory", lambda: 6 * 16)
    three = [["id", "a"], ["1", "x"], ["2", "y"]]
    assert read_rows(write_xlsx(tmp_path / "a.xlsx", three))[0] == three
    path = write_xlsx(tmp_path / "b.xlsx", [*three, ["3", "z"]])
    assert refusal(path).startswith("row 4: more than 6 cells up to here, for which there is no")


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


def repacked(path, change, **settings):
    """The workbook with its parts changed: `change` is given name and content of each."""
    target = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", **settings) as copy:
        for part in source.namelist():
            copy.writestr(*change(part, source.read(part)))
    return target


def rewritten(path, change):
    """The workbook with its first sheet's XML changed."""

    def of_sheet(name, content):
        return name, change(content) if name.endswith("sheet1.xml") else content

    return repacked(path, of_sheet, compression=zipfile.ZIP_DEFLATED)


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


LAUGHS = b"".join(b'<!ENTITY a%d "%b">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 9))
BOMB = b'<!DOCTYPE x [<!ENTITY a0 "ha">' + LAUGHS + b"]>"
TYPES = {
    "a bomb": lambda xml: BOMB + xml.replace(b"Caf", b"&a8;"),
    "harmless": lambda xml: b"<!DOCTYPE worksheet>" + xml,
    "a file of this machine": lambda xml: (
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + xml.replace(b"Caf", b"&a;")
    ),
    "behind a comment": lambda xml: b"<!-- " + b"x" * 5000 + b" -->" + BOMB + xml,
    "in UTF-16": lambda xml: ("\ufeff" + (BOMB + xml).decode()).encode("utf-16-le"),
}


@pytest.mark.parametrize("change", TYPES.values(), ids=TYPES)
def test_read_rows_refuses_a_workbook_with_a_document_type(tmp_path, change):
    path = write_xlsx(tmp_path / "a.xlsx", ROWS)
    assert refusal(rewritten(path, change)) == (
        "xl/worksheets/sheet1.xml in the workbook has a document type, which spreadsheet programs "
        "never write; refused. Export the file again."
    )


@pytest.mark.parametrize(
    "part", ["xl/styles.xml", "xl/workbook.xml", "[Content_Types].xml", "_rels/.rels"]
)
def test_read_rows_refuses_a_document_type_in_any_part(tmp_path, part):
    path = write_xlsx(tmp_path / "a.xlsx", ROWS)
    bad = repacked(path, lambda name, xml: (name, BOMB + xml if name == part else xml))
    assert refusal(bad).startswith(f"{part} in the workbook has a document type")


def test_read_rows_refuses_a_document_type_under_another_file_ending(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", ROWS)

    def renamed(name, content):
        content = content.replace(b"worksheets/sheet1.xml", b"worksheets/sheet1.png")
        if name.endswith("sheet1.xml"):
            return name.replace(".xml", ".png"), BOMB + content
        return name, content

    assert "sheet1.png in the workbook has a document type" in refusal(repacked(path, renamed))


def test_read_rows_refuses_a_part_that_never_begins(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", ROWS)
    far = rewritten(path, lambda xml: b" " * 70_000 + BOMB + xml)
    assert "has no element in its first 65,536 bytes" in refusal(far)


def test_read_rows_takes_a_workbook_with_a_comment_in_front_and_a_picture(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", ROWS)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/media/image1.png", b"\x89PNG\r\n\x1a\n" + bytes(200_000))
    assert read_rows(rewritten(path, lambda xml: b"<!-- hello -->" + xml))[0] == ROWS


def test_read_rows_refuses_a_workbook_that_lies_about_its_sizes(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", [["id", "a"], *([str(n), "x"] for n in range(9000))])
    with zipfile.ZipFile(path) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    raw, true = path.read_bytes(), struct.pack("<L", part.file_size)
    assert raw.count(true) == 2  # before the part, and in the directory at the end
    lying = write(tmp_path / "b.xlsx", raw.replace(true, struct.pack("<L", 5000)))
    assert refusal(lying).startswith("the workbook is damaged (BadZipFile)")


def test_read_rows_refuses_a_workbook_of_very_many_parts(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        for n in range(10_001):
            archive.writestr(f"{n}", b"")
    assert refusal(tmp_path / "a.xlsx") == (
        "the workbook has 10,001 parts; expected at most 10,000."
    )


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_read_rows_refuses_a_workbook_that_is_packed_otherwise(tmp_path, method):
    path = write_xlsx(tmp_path / "a.xlsx", ROWS)
    bad = repacked(path, lambda *part: part, compression=method)
    assert refusal(bad).startswith("is packed in a way that no .xlsx workbook is")


def test_read_rows_refuses_an_encrypted_part(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", ROWS)
    raw = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = raw.find(mark)
        raw[at + offset] |= 1  # APPNOTE 4.4.4: bit 0 of the flags
    assert refusal(write(tmp_path / "b.xlsx", bytes(raw))) == (
        "is protected by a password; save it without one."
    )


def test_read_rows_refuses_columns_beyond_any_spreadsheet(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", ROWS)
    far = b'<row r="9"><c r="XFE9" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    changed = rewritten(path, lambda xml: xml.replace(b"</sheetData>", far))
    assert refusal(changed) == "row 9: 16,385 columns; expected at most 16,384."


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("one_x000D__x000A_two", "one\r\ntwo"),
        ("_x005F_x000D_", "_x000D_"),  # how "_x000D_" itself is written
        ("_xD83D__xDE00_", "😀"),
        ("a_xD83D_b", "a\ufffdb"),
        ("_x41_ _x0041_ _x00e9_", "_x41_ A é"),
        ("x005F_", "x005F_"),
    ],
)
@pytest.mark.parametrize("shared", [False, True])
def test_read_rows_decodes_what_a_workbook_escapes(tmp_path, written, read, shared):
    path = write_xlsx(tmp_path / "a.xlsx", [["id", "a"], ["1", "text"]])
    text = written.encode()
    if not shared:
        path = rewritten(path, lambda xml: xml.replace(b"text", text))
    else:
        path = with_shared_string(path, text)
    assert read_rows(path)[0] == [["id", "a"], ["1", read]]


MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def with_shared_string(path, text):
    """The workbook with its last cell pointing to a text in the list of shared ones."""
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = b'<Override PartName="/xl/shared.xml" ContentType="%b"/></Types>' % kind
    cell = re.compile(rb'<c r="B2"[^>]*>.*?</c>', re.DOTALL)

    def change(name, content):
        if name == "[Content_Types].xml":
            content = re.sub(rb"<Override [^>]*sharedStrings[^>]*/>", b"", content)
            content = content.replace(b"</Types>", override)
        return name, cell.sub(b'<c r="B2" t="s"><v>1</v></c>', content)

    changed = repacked(path, change)
    with zipfile.ZipFile(changed, "a") as archive:
        entries = b"<si><t>no</t></si><si><t>%b</t></si>" % text
        archive.writestr("xl/shared.xml", b'<sst xmlns="%b">%b</sst>' % (MAIN, entries))
    return changed


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


def test_read_rows_leaves_texts_of_a_sav_as_they_are(tmp_path):
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(pd.DataFrame({"id": ["1"], "q": ["_x000D_"]}), str(path))
    assert read_rows(path)[0][1] == ["1", "_x000D_"]


@pytest.mark.parametrize("compress", [False, True])
def test_read_rows_refuses_a_sav_of_more_respondents_than_fit(tmp_path, monkeypatch, compress):
    path = tmp_path / "a.sav"
    frame = pd.DataFrame({"id": range(50), "q": ["x" * 100] * 50})
    pyreadstat.write_sav(frame, str(path), compress=compress)
    monkeypatch.setattr(f"{FILE_ROWS}._PACKED", 1)
    monkeypatch.setattr(f"{FILE_ROWS}.available_memory", lambda: 100 * 150)
    assert len(read_rows(path)[0]) == 51
    monkeypatch.setattr(f"{FILE_ROWS}.available_memory", lambda: 99 * 150)
    assert refusal(path) == (
        "50 respondents on 2 columns; expected at most 49. "
        "Export fewer columns, or the respondents in several files."
    )


def test_read_rows_refuses_a_sav_that_unpacks_to_too_much(tmp_path, monkeypatch):
    path = tmp_path / "a.sav"
    frame = pd.DataFrame({"id": range(1000), "q": ["x" * 1000] * 1000})
    pyreadstat.write_sav(frame, str(path), compress=True)
    monkeypatch.setattr(f"{FILE_ROWS}.available_memory", lambda: 8 * path.stat().st_size)
    assert "1,000 respondents on 2 columns; expected at most" in refusal(path)


def test_read_rows_refuses_a_sav_that_hides_how_many_it_holds(tmp_path, monkeypatch):
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(pd.DataFrame({"id": range(50), "q": range(50)}), str(path))
    raw = bytearray(path.read_bytes())
    assert struct.unpack_from("<l", raw, 80) == (50,)  # PSPP manual, "File Header Record": ncases
    struct.pack_into("<l", raw, 80, -1)
    write(path, bytes(raw))
    assert len(read_rows(path)[0]) == 51
    monkeypatch.setattr(f"{FILE_ROWS}.available_memory", lambda: 98 * 150)
    assert refusal(path).startswith("more than 49 respondents on 2 columns; expected at most 49.")


def test_read_rows_refuses_a_sav_of_too_many_columns(tmp_path, monkeypatch):
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(pd.DataFrame({"id": [1], "q": [2]}), str(path))
    monkeypatch.setattr("dmsi_lib.reading.rows.file_rows._MOST_COLUMNS", 1)
    assert refusal(path) == "2 columns; expected at most 1."


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


@given(position=st.integers(0, 100_000), flip=st.integers(1, 255))
@settings(deadline=None, max_examples=60)
def test_read_rows_reads_or_refuses_a_workbook_with_a_flipped_byte(
    tmp_path_factory, position, flip
):
    folder = tmp_path_factory.mktemp("t")
    content = bytearray(write_xlsx(folder / "good.xlsx", ROWS).read_bytes())
    content[position % len(content)] ^= flip  # its length varies: a workbook knows when it was made
    with suppress(InputError):
        read_rows(write(folder / "a.xlsx", bytes(content)))


def test_read_rows_leaves_out_blank_cells_at_the_end_of_a_row(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["id", "a"])
    for number in range(2, 6):
        book.active.append([number, "x"])
        book.active.cell(number, 16_384).number_format = "0.0"  # written, and empty
    book.save(tmp_path / "a.xlsx")
    rows, _ = read_rows(tmp_path / "a.xlsx")
    assert rows == [["id", "a"], *([str(number), "x"] for number in range(2, 6))]


@pytest.mark.parametrize("cover", [True, False])
def test_read_rows_passes_over_a_cover_sheet(tmp_path, cover):
    data = [["id", "Eats?", "Where?"], *[[str(n), "Yes", "Home"] for n in range(5)]]
    notes = [["Survey", "Meals"], ["Exported", "2020-01-01"]]
    book = openpyxl.Workbook()
    sheets = [notes, data] if cover else [data, notes]
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet() if number else book.active
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    assert read_rows(tmp_path / "a.xlsx")[0] == data


def test_read_rows_takes_the_first_sheet_where_it_is_as_long_as_the_others(tmp_path):
    book = openpyxl.Workbook()
    for row in (["id", "Eats?"], ["1", "Yes"], ["2", "No"]):
        book.active.append(row)
    book.create_sheet().append(["A", "wide", "note"])
    book.save(tmp_path / "a.xlsx")
    assert read_rows(tmp_path / "a.xlsx")[0] == [["id", "Eats?"], ["1", "Yes"], ["2", "No"]]
