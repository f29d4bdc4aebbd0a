"""Whatever is wrong with an export or a questionnaire: one message that names it, and no output."""
# ruff: noqa: E501 (a row of a table stays on its line)

import os
import re
import subprocess
import sys
import zipfile

import pandas as pd
import pyreadstat
import pytest
from sample_exports import (
    MEALS,
    MEALS_ONE_ROW,
    MEALS_TWO_ROWS,
    csv_text,
    replaced,
    write_csv,
    write_xlsx,
)

from dmsi_lib.cli.commands import main

GOOD = csv_text(MEALS_TWO_ROWS)


def text(content):
    """A CSV file with this content, under the name export.csv."""
    data = content if isinstance(content, bytes) else content.encode()
    return lambda folder: written(folder / "export.csv", data)


def written(path, data):
    path.write_bytes(data)
    return path


def rows(changed):
    return text(csv_text(changed))


def cell(row, column, value, table=MEALS_TWO_ROWS):
    return rows(replaced(table, row, column, value))


def without(column):
    return rows([row[:column] + row[column + 1 :] for row in MEALS_TWO_ROWS])


def extra_option(value):
    cells = ["", "Salad", value, *[""] * 5]
    return rows(
        [[*row[:12], new, *row[12:]] for row, new in zip(MEALS_TWO_ROWS, cells, strict=True)]
    )


def swapped(one, other):
    titles = list(MEALS_TWO_ROWS[0])
    titles[one], titles[other] = titles[other], titles[one]
    return rows([titles, *MEALS_TWO_ROWS[1:]])


def named(name, data):
    return lambda folder: written(folder / name, data)


def workbook(change):
    def make(folder):
        path = write_xlsx(folder / "export.xlsx", MEALS_TWO_ROWS)
        return written(path, change(path.read_bytes()))

    return make


def workbook_without_sheets(folder):
    source = write_xlsx(folder / "export.xlsx", MEALS_TWO_ROWS)
    with zipfile.ZipFile(source) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if "sheet" not in name}
    with zipfile.ZipFile(source, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return source


def zip_bomb(folder):
    path = folder / "export.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 50_000_000)
    return path


def excel_dates_in_a_workbook(folder):
    path = write_xlsx(
        folder / "export.xlsx", replaced(MEALS_TWO_ROWS, 2, 12, pd.Timestamp(2018, 1, 5))
    )
    return path


def sav(cut):
    def make(folder):
        path = folder / "export.sav"
        pyreadstat.write_sav(pd.DataFrame({"id": range(400), "q": ["text"] * 400}), str(path))
        return written(path, cut(path.read_bytes()))

    return make


def a_folder(folder):
    path = folder / "export.csv"
    path.mkdir()
    return path


def unreadable(folder):
    path = written(folder / "export.csv", GOOD.encode())
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read any file")
    return path


# Each kind of damage: how the file is made, and a piece of the message.
EXPORTS = {
    "missing file": (lambda folder: folder / "export.csv", "there is no such file"),
    "missing folder": (lambda folder: folder / "absent" / "export.csv", "there is no such file"),
    "a folder": (a_folder, "is a folder"),
    "not readable": (unreadable, "can't be read"),
    "empty": (text(""), "the file is empty"),
    "white space only": (text(" \r\n \t\r\n"), "holds no rows"),
    "one header row only": (rows(MEALS_ONE_ROW[:1]), "has a header but no respondents"),
    "two header rows only": (rows(MEALS_TWO_ROWS[:2]), "has a header but no respondents"),
    "second header row only": (rows(MEALS_TWO_ROWS[1:]), "no column 'Respondent ID'"),
    "no header": (rows(MEALS_TWO_ROWS[2:]), "no column 'Respondent ID'"),
    "a row too long": (text(GOOD.replace("Hungry", "Hungry,thirsty")), "row 3 (line 3): too long: 21 fields"),
    "a row too short": (text(GOOD.replace(",Hungry", "")), "row 3 (line 3): too short: 19 fields"),
    "cut off in the middle": (text(GOOD[: len(GOOD) // 2]), "row 3 (line 3): too short"),
    "NUL bytes": (text(GOOD.replace("Hungry", "Hun\x00gry")), "line 3: holds a NUL byte"),
    "UTF-16 without its mark": (text(GOOD.encode("utf-16-le")), "holds a NUL byte"),
    "invalid UTF-16": (text(b"\xff\xfe" + GOOD.encode("utf-16-le") + b"\x00"), "is not valid utf-16"),
    "invalid UTF-8 after its mark": (text(b"\xef\xbb\xbf" + GOOD.encode() + b"\xff"), "is not valid utf-8-sig"),
    "login page": (text("\n<!DOCTYPE html>\n<html><title>Sign in</title></html>"), "is a web page"),
    "PNG named .csv": (text(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 99), "is an image"),
    "zip named .csv": (text(b"PK\x03\x04\x14\x00"), "is a zip archive"),
    "xls named .csv": (text(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 99), "is an old .xls workbook"),
    "csv named .xlsx": (named("export.xlsx", GOOD.encode()), "is not a readable .xlsx workbook"),
    "csv named .sav": (named("export.sav", GOOD.encode()), "the .sav file is damaged"),
    "unknown file ending": (named("export.pdf", b"%PDF-1.4"), ".pdf; expected an export as .csv, .xlsx or .sav"),
    "no file ending": (named("export", GOOD.encode()), "no file ending"),
    "truncated .xlsx": (workbook(lambda data: data[: len(data) // 2]), "is not a readable .xlsx workbook"),
    "overwritten .xlsx": (workbook(lambda data: data.replace(b"<", b"#").replace(b"PK\x01", b"XX\x01")), ".xlsx"),
    ".xlsx without sheets": (workbook_without_sheets, "the workbook is damaged"),
    "zip bomb .xlsx": (zip_bomb, "would unpack to 50,000,000"),
    "empty .xlsx": (lambda folder: write_xlsx(folder / "export.xlsx", []), "holds no rows"),
    "truncated .sav": (sav(lambda data: data[: len(data) - 900]), "the .sav file is damaged"),
    "header of a .sav": (sav(lambda data: data[:90]), "the .sav file is damaged"),
    "unclosed quotation mark": (text(GOOD.replace("Hungry", '"Hungry')), "line 3: not valid CSV"),
    "text after a quotation mark": (text(GOOD.replace("Hungry", '"Hun"gry')), "line 3: not valid CSV"),
    "semicolons above commas": (text(GOOD.replace(",", ";", 19)), "seem to be separated by semicolons"),
    "tabs above commas": (text(GOOD.replace(",", "\t", 19)), "seem to be separated by tabs"),
    "quoted semicolons": (text('"Respondent ID";"Why?"\r\n"1";"so"\r\n'), "no column 'Do you eat lunch?'"),
    "a repeated respondent": (cell(3, 0, "101"), "1 respondent ids stand more than once, the first in rows 3, 4"),
    "a blank id": (cell(4, 0, " "), "row 5: the respondent id is blank"),
    "a blank id right below one header row": (cell(1, 0, "", MEALS_ONE_ROW), "row 2: the respondent id is blank"),
    "ids shortened by Excel": (cell(2, 0, "1.01E+10"), "row 3: the respondent id is '1.01E+10'"),
    "no id column": (cell(0, 0, "Participant"), "no column 'Respondent ID'"),
    "two id columns": (cell(0, 1, "Respondent ID"), "2 columns 'Respondent ID'"),
    "an unknown answer": (cell(2, 5, "Perhaps"), "'Perhaps' (1 times) is no option of 'eats' (line 6)"),
    "a near miss of an option": (cell(2, 12, "1-5 bits"), "near to '1-5 bites'"),
    "an answer that became a date": (cell(2, 12, "5-Jan"), "a date that Excel made of '1-5 bites'"),
    "a date cell of a workbook": (excel_dates_in_a_workbook, "a date that Excel made of '1-5 bites'"),
    "swapped questions": (swapped(5, 12), "column 13 (M) 'Do you eat lunch?': '1-5 bites' (2 times) is no option"),
    "swapped option columns": (
        rows([MEALS_TWO_ROWS[0], replaced(replaced(MEALS_TWO_ROWS, 1, 8, "Bread"), 1, 9, "Soup")[1], *MEALS_TWO_ROWS[2:]]),
        "'Soup' (1 times) stands in the column of option 'Bread' of 'food'",
    ),
    "a question without a column": (without(5), "question 'eats' (line 6): no column 'Do you eat lunch?'"),
    "a title that is only near": (cell(0, 5, "Do you eat a lunch?"), "near to it is 'Do you eat a lunch?'"),
    "an option without a column": (without(9), "option 'bread' has no column 'Bread'"),
    "a column without an option": (extra_option("Salad"), "'Salad': 1 answers to an option that 'food'"),
    "a question twice": (rows([[*row, row[5]] for row in MEALS_TWO_ROWS]), "a second column block with this title"),
    "a foreign text in an option's column": (cell(2, 8, "Stew"), "'Stew' (1 times) stands in the column of option 'Soup'"),
    "a rank out of range": (cell(2, 13, "4"), "'4' (1 times) is no rank of 'order'; expected 1 to 3"),
    "a rank in words": (cell(2, 13, "first"), "'first' (1 times) is no rank"),
    "an endless rank": (cell(2, 13, "9" * 6000), "is no rank of 'order'"),
    "an unknown answer in a matrix": (cell(2, 16, "Great"), "'Great' (1 times) is no option of 'views'"),
}  # fmt: skip

ASK = "\n  - {id: z, text: Zed?, type: open, page: 9, ask_if: "


def yaml(old, new):
    return MEALS.replace(old, new, 1).encode()


QUESTIONNAIRES = {
    "missing file": (None, "can't be read"),
    "empty": (b"", "the file is empty"),
    "a comment only": (b"# later\n", "the file is empty"),
    "not UTF-8": (yaml("Meals", "Dîner").decode().encode("cp1252"), "line 2: not UTF-8"),
    "UTF-16": (MEALS.encode("utf-16"), "not UTF-8"),
    "a workbook": (b"PK\x03\x04\x14\x00\xff\xfe", "not UTF-8"),
    "NUL bytes": (yaml("Meals", "Mea\x00ls"), "not valid YAML"),
    "duplicate keys": (yaml("wave:", "title: Again\nwave:"), "line 3: the key 'title' stands twice (first in line 2)"),
    "tabs": (yaml("    type: multiple", "\ttype: multiple"), "not valid YAML"),
    "an unclosed bracket": (yaml('no: "No"}}', 'no: "No"'), "not valid YAML"),
    "anchors": (yaml("title: Meals", "title: &m Meals"), "line 2: anchors and aliases"),
    "a python tag": (yaml("title: Meals", "title: !!python/name:os.system x"), "line 2: tags"),
    "deep nesting": (b"[" * 50_000, "line 1: nested deeper than 12 levels"),
    "a billion laughs": (b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "line 1: anchors"),
    "a second document": (MEALS.encode() + b"---\ntitle: More\n", "a second document"),
    "a list": (b"- a\n- b\n", "expected a map that has 'questions'"),
    "a bare text": (b"Respondent ID,Why?\r\n", "expected a map that has 'questions'"),
    "JSON without questions": (b'{"title": "Meals"}', "expected a list of questions, at least one"),
    "no questions": (b"title: Meals\nquestions: []\n", "expected a list of questions, at least one"),
    "an unknown key": (yaml("title:", "titel:"), "There is no key 'titel'. Did you mean 'title'?"),
    "an unknown type": (yaml("type: multiple", "type: multi"), "'type' is 'multi'; expected single, multiple"),
    "a page that is no number": (yaml("page: 1", "page: one"), "'page' is 'one'; expected a whole number"),
    "options missing": (yaml(", options: {small: 1-5 bites, large: 6-10 bites}", ""), "needs 'options'"),
    "an unknown gate": (yaml("{eats: [yes]}", "{eat: [yes]}"), "There is no question 'eat'. Did you mean 'eats'?"),
    "an unknown code of a gate": (yaml("{eats: [yes]}", "{eats: [oui]}"), "no option of eats with code 'oui'"),
    "a later gate": (yaml("type: single, page: 1,", "type: single, page: 1, ask_if: {size: [small]},"), "comes later"),
    "a cycle": (yaml("type: single, page: 1,", "type: single, page: 1, ask_if: {place: [home]},"), "cycle: eats -> place -> eats"),
    "a universe nobody reaches": (MEALS.rstrip().encode() + f"{ASK}{{eats: [no], place: [home]}}}}\n".encode(), "nobody can reach it"),
    "a gate without options": (MEALS.rstrip().encode() + f"{ASK}{{why: [x]}}}}\n".encode(), "gate 'why' is open, which no code answers"),
    "an id twice": (yaml("id: why", "id: eats"), "the id is taken by line 6"),
    "two questions that look the same": (
        MEALS.rstrip().encode() + b"\n  - {id: z, text: WHY, type: open, page: 4}\n", "no way to tell them apart",
    ),
}  # fmt: skip


def inputs(folder, make_export=None, questionnaire=None):
    """The two paths in a folder of their own; good files where nothing else is asked for."""
    paths = folder / "export.csv", folder / "meals.yaml"
    if make_export is None:
        write_csv(paths[0], MEALS_TWO_ROWS)
    else:
        paths = make_export(folder), paths[1]
    if questionnaire is not False:
        paths[1].write_bytes(questionnaire or MEALS.encode())
    return paths


def arguments(export, questionnaire, out):
    return [
        "tables",
        "--export",
        str(export),
        "--questionnaire",
        str(questionnaire),
        "--out",
        str(out),
    ]


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def check_refusal(status, stdout, stderr, path, expected):
    assert status == 1
    assert stdout == ""
    assert stderr.startswith("dmsi: ")
    assert len(re.findall("dmsi: ", stderr)) == 1
    assert "Traceback" not in stderr and "fault of the program" not in stderr
    assert str(path) in stderr.splitlines()[0]
    assert expected in stderr


def refused(folder, paths, damaged, expected, capsys):
    before = files(folder)
    status = main(arguments(*paths, folder / "tables.csv"))
    check_refusal(status, *capsys.readouterr(), damaged, expected)
    assert files(folder) == before


def test_tables_are_written_from_undamaged_input(tmp_path, capsys):
    assert main(arguments(*inputs(tmp_path), tmp_path / "tables.csv")) == 0
    assert capsys.readouterr().err == ""
    assert files(tmp_path) == ["export.csv", "meals.yaml", "tables.csv"]


@pytest.mark.parametrize("kind", EXPORTS)
def test_a_damaged_export_is_refused_with_one_message(tmp_path, capsys, kind):
    make, expected = EXPORTS[kind]
    paths = inputs(tmp_path, make)
    refused(tmp_path, paths, paths[0], expected, capsys)


@pytest.mark.parametrize("kind", QUESTIONNAIRES)
def test_a_damaged_questionnaire_is_refused_with_one_message(tmp_path, capsys, kind):
    content, expected = QUESTIONNAIRES[kind]
    paths = inputs(tmp_path, questionnaire=False)
    if content is not None:
        paths[1].write_bytes(content)
    refused(tmp_path, paths, paths[1], expected, capsys)


def test_a_refusal_leaves_an_older_output_as_it_was(tmp_path, capsys):
    out = tmp_path / "tables.csv"
    out.write_text("older", encoding="utf-8")
    paths = inputs(tmp_path, EXPORTS["an unknown answer"][0])
    assert main(arguments(*paths, out)) == 1
    assert out.read_text(encoding="utf-8") == "older"


PROCESSES = [
    ("export", "login page"),
    ("export", "truncated .xlsx"),
    ("questionnaire", "duplicate keys"),
]


@pytest.mark.parametrize(("which", "kind"), PROCESSES)
def test_a_process_ends_with_one_message_and_status_1(tmp_path, which, kind):
    if which == "export":
        make, expected = EXPORTS[kind]
        paths = inputs(tmp_path, make)
        damaged = paths[0]
    else:
        content, expected = QUESTIONNAIRES[kind]
        paths = inputs(tmp_path, questionnaire=content)
        damaged = paths[1]
    before = files(tmp_path)
    command = [sys.executable, "-m", "dmsi_lib", *arguments(*paths, tmp_path / "tables.csv")]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120)
    check_refusal(done.returncode, done.stdout, done.stderr, damaged, expected)
    assert files(tmp_path) == before
