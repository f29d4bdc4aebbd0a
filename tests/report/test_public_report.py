"""A public report from start to end: nothing in any of its files that could name a person."""

import csv
import html
import json
import shutil
from collections import Counter

import openpyxl
import pandas as pd
import pytest
import yaml
from bs4 import BeautifulSoup

from dmsi_lib.choices import DATA, SYNTHETIC_EXPORT, Choices, input_files
from dmsi_lib.cli.commands import main
from dmsi_lib.files import sha256
from dmsi_lib.report.freshness import input_hashes
from dmsi_lib.report.public_release import plan_release
from dmsi_lib.survey.public_survey import as_public

pytestmark = pytest.mark.slow

MIN_CELL = 10
FIGURES = [
    *("count", "percent", "ci_low", "ci_high", "mean_rank", "rank_1_percent", "mean", "median"),
]


@pytest.fixture(scope="module")
def public_report(tmp_path_factory):
    """A public report of some sections, those with quotations and rankings among them."""
    out = tmp_path_factory.mktemp("public") / "report"
    sections = [text for name in ("01", "02", "05", "06", "10") for text in ("--only", name)]
    assert main(["report", "--audience", "public", *sections, "--xlsx", "--out", str(out)]) == 0
    return out


@pytest.fixture(scope="module")
def texts(public_report):
    """Every file of it as text, as it stands and with the escapes of HTML and JSON undone."""
    found = {}
    for path in sorted(public_report.rglob("*")):
        if path.suffix == ".xlsx":
            book = openpyxl.load_workbook(path)
            rows = [row for sheet in book for row in sheet.values]
            found[path.name] = "\n".join(
                str(cell) for row in rows for cell in row if cell is not None
            )
        elif path.is_file() and path.suffix != ".png":
            text = path.read_text(encoding="utf-8")
            plain = html.unescape(text).replace('\\"', '"').replace("\\n", "\n")
            found[path.relative_to(public_report).as_posix()] = text + plain
    return found


def test_public_workbook_hides_what_the_tables_hide(public_report):
    book = openpyxl.load_workbook(public_report / "report.xlsx")
    hidden = 0
    for page in book.worksheets[1:]:
        rows = list(page.values)
        first = next(n for n, row in enumerate(rows) if "Count" in row)
        for row in (dict(zip(rows[first], each, strict=True)) for each in rows[first + 1 :]):
            if row.get("Hidden") == "suppressed":
                hidden += 1
                assert row["Count"] is None and row["Percent"] is None
    tables = [pd.read_csv(path) for path in (public_report / "tables").glob("*.csv")]
    assert 0 < hidden <= sum((table["suppressed"] == "suppressed").sum() for table in tables)


def in_files(texts, wanted):
    return {(file, text) for text in wanted for file, content in texts.items() if text in content}


@pytest.fixture(scope="module")
def raw():
    """The export's cells by title."""
    with SYNTHETIC_EXPORT.open(encoding="utf-8", newline="") as file:
        titles, _, *rows = csv.reader(file)
    return pd.DataFrame(rows, columns=titles)


# ---- who they are


def test_public_report_names_no_respondent(texts, raw, survey):
    assert len(survey.responses) > 400
    assert in_files(texts, survey.responses.index) == set()
    cells = {*raw["IP Address"], *raw["Email Address"], *raw["Custom Data 1"]} - {""}
    cells |= {f"{a} {b}" for a, b in zip(raw["First Name"], raw["Last Name"], strict=True) if a}
    assert len(cells) > 300
    assert in_files(texts, cells) == set()


def planted_answers():
    answers = yaml.safe_load((DATA / "synthetic" / "open_answers.yaml").read_text("utf-8"))
    for groups in answers.values():
        for group in groups:
            if "planted" in group:
                yield from group["answers"]
    other = yaml.safe_load((DATA / "synthetic" / "other_answers.yaml").read_text("utf-8"))
    yield from (text for text in json.dumps(other).split('"') if "555-" in text or "@" in text)


def test_public_report_holds_no_planted_identity(texts):
    planted = list(planted_answers())
    assert len(planted) > 10
    assert in_files(texts, planted) == set()
    for sign in ("555-01", "@example.", "example.org/newcomer"):
        assert any(sign in text for text in planted)
        assert in_files(texts, [sign]) == set()


def test_public_report_quotes_reviewed_answers_only(texts, survey):
    reviewed = set(survey.reviewed_answers)
    assert in_files(texts, reviewed)
    written = {
        text
        for question in survey.questionnaire.questions
        if question.type == "open"
        for text in survey.answers(question.id)
        if len(text) > 30
    }
    assert len(written - reviewed) > 100
    assert in_files(texts, written - reviewed) == set()


def test_public_report_confirms_no_guess_at_what_went_in(texts, survey):
    files = input_files(survey.choices)
    assert {"quotations.csv", "tags/why_not_using.csv", SYNTHETIC_EXPORT.name} <= set(files)
    assert in_files(texts, [sha256(path) for path in files.values()]) == set()


def test_public_hashes_of_inputs_stay_the_same_and_differ_for_every_export(tmp_path):
    hashes = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        choices = Choices(str(shutil.copy(SYNTHETIC_EXPORT, tmp_path / name)), audience="public")
        hashes.append(input_hashes(choices))
        assert input_hashes(choices) == hashes[-1]
    assert hashes[0].keys() == hashes[1].keys()
    assert not set(hashes[0].values()) & set(hashes[1].values())


# ---- small cells


def test_public_report_tables_hold_no_small_cell(public_report):
    hidden = 0
    for path in (public_report / "tables").iterdir():
        table = pd.read_csv(path)
        why = table["suppressed"].astype(object).fillna("")
        assert set(why) <= {"", "suppressed"}
        assert table.loc[why != "", FIGURES].isna().all(axis=None), path.name
        shown = table[(why == "") & (table["item"] != "answered")]
        assert (shown["count"] >= MIN_CELL).all(), path.name
        assert (shown["base"] - shown["count"] >= MIN_CELL).all(), path.name
        hidden += int((why != "").sum())
    assert hidden > 100


def test_public_report_says_nowhere_why_a_figure_is_hidden(texts):
    reasons = ["complementary", "primary suppress", ",primary,", '"primary"']
    assert in_files(texts, reasons) == set()


def test_public_report_hides_no_single_option_alone(public_report, survey):
    """What one hidden option leaves of the base would be its count."""
    for question in survey.questionnaire.questions:
        if question.type == "single":
            table = pd.read_csv(public_report / "tables" / f"{question.id}.csv")
            if table["base"].notna().any():
                assert table["count"].isna().sum() != 1, question.id


def test_public_report_pages_hold_no_small_count(public_report):
    counted = 0
    for path in public_report.glob("*.html"):
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for table in page.select("table"):
            for row in table.select("tbody tr"):
                cells = [cell.get_text() for cell in row.select("th, td")]
                counts = [text.split(" (")[0].replace(",", "") for text in cells[1:]]
                numbers = [int(text) for text in counts if text.isdecimal()]
                assert all(number >= MIN_CELL for number in numbers), (path.name, cells)
                counted += len(numbers)
        for image in page.select("img"):
            assert ": 0 (" not in image["alt"] and " 0 (0.0 %)" not in image["alt"]
    assert counted > 50


def test_public_report_leaves_out_what_goes_beyond_tables(public_report):
    names = {path.name for path in public_report.rglob("*")}
    assert not names & {"reproduction.csv", "routing.csv"}
    assert not [name for name in names if name[:2] in ("00", "13", "14")]
    record = json.loads((public_report / "run.json").read_text(encoding="utf-8"))
    assert record["audience"] == "public"
    assert record["parameters"]["min_cell"] == MIN_CELL


def test_public_report_may_be_published(public_report, tmp_path, capsys):
    assert main(["publish", str(tmp_path / "share"), "--from", str(public_report)]) == 0
    assert "Published" in capsys.readouterr().out


def test_public_report_of_several_provinces_shows_no_more_than_that_of_everybody(
    public_report, tmp_path
):
    out = tmp_path / "report"
    where = ["--where", "province=new_brunswick,ontario", "--where", "province!=quebec"]
    assert main(["report", "--audience", "public", "--only", "01", *where, "--out", str(out)]) == 0
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert record["respondents"] is None  # everybody's report shows Ontario alone of the two
    everybody = pd.read_csv(public_report / "tables" / "province.csv", index_col="item")
    assert everybody["count"].notna()[["new_brunswick", "ontario"]].tolist() == [False, True]
    assert pd.read_csv(out / "tables" / "province.csv")[FIGURES].isna().all(axis=None)
    shown = pd.concat(pd.read_csv(path)["count"].dropna() for path in (out / "tables").iterdir())
    assert len(shown) > 10 and shown.min() >= MIN_CELL


@pytest.mark.parametrize("role", ["frontline", "management"])
def test_public_reports_of_roles_compare_what_both_were_asked(survey, role):
    parts = [survey.part([f"role={one}"]) for one in ("frontline", "management")]
    plan = plan_release(survey, parts, MIN_CELL)
    public = as_public(survey.part([f"role={role}"]), plan)
    closed = [q for q in public.questionnaire.questions if q.type in ("single", "multiple")]
    both = Counter(question.concept for question in closed)
    twins = [q.id for q in closed if q.concept and both[q.concept] == 2]
    assert len(twins) > 10
    for name in twins:
        assert repr(public.compare(name))


# ---- refused


def test_public_report_of_too_few_is_refused(tmp_path, capsys):
    out = tmp_path / "report"
    where = ["--where", "province=new_brunswick", "--min-cell", "11"]
    assert main(["report", "--audience", "public", *where, "--out", str(out)]) == 1
    assert "Only 10 respondents; a public report needs 11." in capsys.readouterr().err
    assert not out.exists()


def test_public_national_plan_does_not_change_with_groups(survey):
    alone = plan_release(survey, [], MIN_CELL)
    part = survey.part(["use_digital_messaging=yes"])
    joint = plan_release(survey, [part], MIN_CELL)
    for question in ("province", "usefulness"):
        table = as_public(survey, alone).table(question)
        assert table.equals(as_public(survey, joint).table(question))
