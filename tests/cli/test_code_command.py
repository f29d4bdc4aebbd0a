"""`dmsi code`: from uncoded answers to a sheet, and from the sheet to tags."""

import csv

import openpyxl
import pytest
from small_survey import ANSWERS, write_survey

from dmsi_lib.cli.commands import main
from dmsi_lib.survey.survey import Survey

CODEBOOK = """\
why:
  - code: body
    label: For the body
    keywords: [hunger, health]
  - code: taste
    label: For the taste
    keywords: [tast]
"""
WHY = ["=1+1", None, "taste &\nhunger", "-none-", None, '@"health", é', None, "'quoted"]


class Folder:
    """A small survey with open answers on disk, and the command to code them."""

    def __init__(self, path):
        self.path, self.tags = path, path / "tags" / "why.csv"
        self.export, self.instrument = write_survey(path, answers=ANSWERS | {("why", ""): WHY})
        (path / "themes.yaml").write_text(CODEBOOK, encoding="utf-8")

    def code(self, *arguments, coder="ann", question="why"):
        data = ["--export", str(self.export), "--questionnaire", str(self.instrument)]
        whose = ["--question", question, "--coder", coder]
        return main(["code", *data, *whose, *map(str, arguments)])

    def survey(self):
        return Survey.load(self.export, self.instrument)

    def contents(self):
        return {p: p.read_bytes() for p in self.path.rglob("*") if p.is_file()}


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


def rows_of(path):
    if path.suffix == ".xlsx":
        sheet = openpyxl.load_workbook(path).worksheets[0]
        return [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def fill_in(path, themes, change=None):
    """Write themes beside respondents, as a researcher would, keeping everything else."""
    rows = rows_of(path)
    filled = [rows[0]] + [[*row[:3], themes.get(row[0], row[3])] for row in rows[1:]]
    filled = change(filled) if change else filled
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        sheet = book.worksheets[0]
        for r, row in enumerate(filled, 1):
            for c, text in enumerate(row, 1):
                sheet.cell(r, c, text or None).data_type = "s"
        book.save(path)
    else:
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(filled)


def tags_of(folder):
    return [tuple(row) for row in rows_of(folder.tags)[1:]]


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_code_goes_round(folder, ending, capsys):
    sheet = folder.path / "new folder" / f"sheet{ending}"
    assert folder.code("--out", sheet) == 0
    assert "5 of 5 answers are still to be coded by ann" in capsys.readouterr().out
    assert [row[0] for row in rows_of(sheet)] == ["respondent", "r1", "r3", "r4", "r6", "r8"]
    assert [row[2] for row in rows_of(sheet)[1:]] == ["", "body; taste", "", "body", ""]
    assert {row[3] for row in rows_of(sheet)[1:]} == {""}  # suggestions decide nothing
    fill_in(sheet, {"r1": "body", "r3": "taste; body", "r6": "body;"})
    assert folder.code("--read", sheet) == 0
    assert "3 answers coded by ann, 2 still without themes" in capsys.readouterr().out
    assert tags_of(folder) == [
        *(("r1", "body", "ann"), ("r3", "taste", "ann")),
        *(("r3", "body", "ann"), ("r6", "body", "ann")),
    ]
    table = folder.survey().themes.table("why")
    assert table["count"].tolist() == [3, 1] and table["base"].tolist() == [3, 3]

    before = folder.contents()
    assert folder.code("--read", sheet) == 0  # twice is once
    assert folder.contents() == before
    assert folder.code("--out", sheet) == 0  # all of it was read back
    assert [row[0] for row in rows_of(sheet)[1:]] == ["r4", "r8"]
    assert folder.code("--out", folder.path / "bob.csv", coder="bob") == 0
    assert len(rows_of(folder.path / "bob.csv")) == 6


def test_code_writes_the_codebook_beside_the_answers(folder):
    folder.code("--out", folder.path / "sheet.xlsx")
    book = openpyxl.load_workbook(folder.path / "sheet.xlsx")
    assert book.sheetnames == ["answers", "codebook"]
    assert [cell.value for cell in book["codebook"]["A"]] == ["code", "body", "taste"]
    assert {cell.data_type for row in book["answers"] for cell in row if cell.value} == {"s"}


def test_code_keeps_other_tags(folder, capsys):
    folder.tags.parent.mkdir()
    known = ["r1,taste,bob", "r3,taste,bob", "r6,taste,ann", "r8,taste,ann", "r99,body,ann"]
    folder.tags.write_text("\n".join(["respondent,theme,coder", *known]) + "\n")
    sheet = folder.path / "sheet.csv"
    folder.code("--out", sheet)
    # r8 was coded already; a row for it and an empty one for r6 are put in by hand, with the mark
    # that keeps an apostrophe of the respondent's own.
    extra = [["r6", '@"health", é', "", ""], ["r8", "''quoted", "", "body"]]
    fill_in(sheet, {"r1": "body", "r3": "taste"}, lambda rows: rows + extra)
    assert folder.code("--read", sheet) == 0
    assert tags_of(folder) == [
        *(("r1", "taste", "bob"), ("r3", "taste", "bob"), ("r6", "taste", "ann")),
        *(("r99", "body", "ann"), ("r1", "body", "ann"), ("r3", "taste", "ann")),
        ("r8", "body", "ann"),
    ]
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "  ann and bob, body: the same on 1 of 2, kappa 0.00",
        "  ann and bob, taste: the same on 1 of 2, kappa 0.00",
    ]


def test_code_lets_final_settle(folder):
    for coder, theme in (("ann", "body"), ("bob", "taste"), ("final", "taste")):
        sheet = folder.path / f"{coder}.csv"
        folder.code("--out", sheet, coder=coder)
        fill_in(sheet, {"r1": theme} if coder == "final" else {"r1": theme, "r4": theme})
        assert folder.code("--read", sheet, coder=coder) == 0
    survey = folder.survey()
    assert survey.themes.table("why")["count"].tolist() == [1, 2]
    assert survey.themes.agreement("why")["n"].tolist() == [2, 2]
    assert "Cohen&#x27;s kappa" in survey.themes.show_agreement("why")._repr_html_()


def test_code_says_where_kappa_is_undefined(folder, capsys):
    for coder in ("ann", "bob"):
        sheet = folder.path / f"{coder}.csv"
        folder.code("--out", sheet, coder=coder)
        fill_in(sheet, {"r1": "body"})
        folder.code("--read", sheet, coder=coder)
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "  ann and bob, taste: the same on 1 of 1, kappa undefined"


@pytest.mark.parametrize(
    ("ending", "themes", "change", "message"),
    [
        (".xlsx", {"r1": "body", "r3": "tste"}, None, "row 3: There is no theme 'tste'. Did you"),
        (".csv", {"r1": "body", "r3": "tste"}, None, "row 3: There is no theme 'tste'. Did you"),
        (".csv", {"r1": "body"}, lambda rows: [*rows, ["r9", "x", "", ""]], "respondent 'r9'"),
        (
            ".csv",
            {"r1": "body"},
            lambda rows: [*rows[:3], ["r4", "-none", "", "body"], *rows[4:]],
            "row 4: the answer is not what respondent 'r4' wrote",
        ),
        (".csv", {}, lambda rows: [row[:2] for row in rows], "expected one column 'themes'"),
    ],
)
def test_code_refuses_and_writes_nothing(folder, ending, themes, change, message, capsys):
    sheet = folder.path / f"sheet{ending}"
    folder.code("--out", sheet)
    fill_in(sheet, themes, change)
    before = folder.contents()
    assert folder.code("--read", sheet) == 1
    error = capsys.readouterr().err
    assert message in error and str(sheet) in error
    assert folder.contents() == before and not folder.tags.exists()


@pytest.mark.parametrize(
    ("fill", "coder"),
    [
        ({"r1": "body"}, "ann"),  # not read back
        ({"r1": "tste"}, "ann"),  # can't be read back
        ({"r1": "body"}, "bob"),  # another coder's
    ],
)
def test_code_never_overwrites_what_was_not_read(folder, fill, coder, capsys):
    sheet = folder.path / "sheet.csv"
    folder.code("--out", sheet)
    assert folder.code("--out", sheet) == 0  # an empty one holds nothing
    fill_in(sheet, fill)
    before = sheet.read_bytes()
    assert folder.code("--out", sheet, coder=coder) == 1
    assert "not read back" in capsys.readouterr().err
    assert sheet.read_bytes() == before


def test_code_never_overwrites_another_file(folder):
    before = folder.export.read_bytes()
    assert folder.code("--out", folder.export) == 1
    assert folder.export.read_bytes() == before


def test_code_keeps_the_tags_when_writing_fails(folder, monkeypatch):
    sheet = folder.path / "sheet.csv"
    folder.code("--out", sheet)
    fill_in(sheet, {"r1": "body"})
    folder.code("--read", sheet)
    fill_in(sheet, {"r3": "taste"})
    before = folder.contents()

    def fail(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", fail)
    assert folder.code("--read", sheet) == 1
    assert folder.contents() == before


@pytest.mark.parametrize(
    ("options", "status", "message"),
    [
        ({"question": "wy"}, 2, "Did you mean 'why'?"),
        ({"question": "role"}, 2, "'role' is a single question; expected an open one."),
        ({"coder": "=ann"}, 2, "no coder's name"),
    ],
)
def test_code_refuses_arguments(folder, options, status, message, capsys):
    assert folder.code("--out", folder.path / "sheet.csv", **options) == status
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ([], 2),
        (["--out", "a.csv", "--read", "a.csv"], 2),
        (["--out", "a.ods"], 2),
        (["--read", "none.csv"], 1),
    ],
)
def test_code_wants_one_sheet(folder, arguments, status, monkeypatch):
    monkeypatch.chdir(folder.path)
    before = folder.contents()
    assert folder.code(*arguments) == status
    assert folder.contents() == before


def test_code_refuses_damaged_tags(folder, capsys):
    folder.tags.parent.mkdir()
    folder.tags.write_text("respondent,theme,coder\nr1,bdy,ann\n")
    assert folder.code("--out", folder.path / "sheet.csv") == 1
    assert "row 2: There is no theme 'bdy'. Did you mean 'body'?" in capsys.readouterr().err


def test_code_of_a_survey_without_codebook(folder, capsys):
    (folder.path / "themes.yaml").unlink()
    assert folder.code("--out", folder.path / "sheet.csv") == 1
    assert "There is no codebook for question 'why'." in capsys.readouterr().err
