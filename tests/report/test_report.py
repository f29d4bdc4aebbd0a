"""A report's folder: all that belongs into it, marked for what it is, and replaced as a whole."""

import csv
import json
import re
from importlib.metadata import version

import nbformat
import openpyxl
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from PIL import Image
from small_notebooks import LOAD

from dmsi_lib import Survey
from dmsi_lib.choices import (
    CODEBOOK,
    PUBLISHED_FIGURES,
    QUESTIONNAIRE,
    SYNTHETIC_EXPORT,
    Choices,
    Options,
)
from dmsi_lib.cli.commands import main
from dmsi_lib.errors import NotebookError, UsageError
from dmsi_lib.files import sha256
from dmsi_lib.report.notebooks import section_notebooks
from dmsi_lib.report.start import make_report

pytestmark = pytest.mark.slow

REPRODUCTION = [
    *("section", "question", "label", "published_count", "published_percent", "published_base"),
    *("count", "percent", "base", "match"),
]
TABLES = [
    *("question", "item", "label", "group", "count", "base", "base_name", "percent"),
    *("ci_low", "ci_high", "mean_rank", "rank_1_percent"),
]
TEXTS = {".html", ".csv", ".json", ".ipynb", ".svg"}


def read(path):
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def pages(folder):
    return sorted(folder.glob("*.html"))


# ---- the whole report


def test_report_holds_what_belongs_into_it(report):
    names = [path.stem for path in section_notebooks()]
    assert sorted(path.name for path in report.iterdir()) == sorted(
        [
            *("index.html", "notebooks", "tables", "figures", "reproduction.csv", "run.json"),
            "codebook.html",
            *(f"{name}.html" for name in names),
        ]
    )
    assert [path.stem for path in sorted((report / "notebooks").iterdir())] == names


def test_report_notebooks_are_executed(report):
    for path in (report / "notebooks").iterdir():
        cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.source]
        code = [cell for cell in cells if cell.cell_type == "code"]
        assert all(cell.execution_count for cell in code), path.name
        assert not [
            output
            for cell in code
            for output in cell.outputs
            if output.output_type == "error" or output.get("name") == "stderr"
        ], path.name


def test_report_tables_hold_every_question(report, survey):
    questions = [question.id for question in survey.questionnaire.questions]
    names = {path.stem for path in (report / "tables").glob("*.csv")}
    assert names >= {*questions, "routing", *(f"{name}_themes" for name in survey.themes.coded)}
    for name in questions:
        table = read(report / "tables" / f"{name}.csv")
        assert list(table.columns)[: len(TABLES)] == TABLES
        assert table["count"].astype(int).tolist() == survey.table(name)["count"].tolist()


def test_report_routing_adds_up(report):
    routing = pd.read_csv(report / "tables" / "routing.csv")
    parts = routing.loc[:, "answered":"gate_unknown_blank"]
    assert parts.shape[1] == 7
    assert (parts.sum(axis=1) == routing["n"]).all()


def test_report_reproduction_has_a_row_for_every_figure(report, survey):
    ledger = pd.read_csv(report / "reproduction.csv")
    assert list(ledger.columns)[: len(REPRODUCTION)] == REPRODUCTION
    assert len(ledger) == len(survey.published.figures)
    tables = ledger[ledger["kind"] == "table"]
    assert (len(tables), tables["match"].sum()) == (231, 231)
    assert len(ledger[~ledger["match"]]) == 2
    assert ledger.loc[~ledger["match"], "remark"].str.len().min() > 0
    assert set(ledger["relation"]) == {"equal", "above", "below", "almost"}


def test_report_reproduction_keeps_the_printed_label_and_figures(report):
    with PUBLISHED_FIGURES.open(encoding="utf-8", newline="") as file:
        printed = list(csv.DictReader(file))
    ledger = read(report / "reproduction.csv")
    for name, column in (("label", "label"), ("published_count", "count"), ("section", "section")):
        assert [text.removesuffix(".0") for text in ledger[name]] == [
            row[column] for row in printed
        ]


def test_report_run_record(report):
    record = json.loads((report / "run.json").read_text(encoding="utf-8"))
    assert record["synthetic"] is True
    assert record["respondents"] == 443
    for path in (SYNTHETIC_EXPORT, QUESTIONNAIRE, PUBLISHED_FIGURES, CODEBOOK):
        assert record["inputs"][path.name] == sha256(path)
    tags = sorted((SYNTHETIC_EXPORT.parent / "tags").glob("*.csv"))
    assert {f"tags/{path.name}": sha256(path) for path in tags}.items() <= record["inputs"].items()
    assert record["parameters"] == {
        "export": SYNTHETIC_EXPORT.name,
        "questionnaire": QUESTIONNAIRE.name,
        "edit": "none",
        "base": "answered",
        "where": [],
        "audience": "internal",
        "min_cell": 10,
    }
    assert record["audience"] == "internal"
    assert record["versions"]["pandas"] == version("pandas")
    code = record["code"]  # null where git is not there
    assert code is None or (set(code["commit"]) <= set("0123456789abcdef") and "clean" in code)
    names = [path.stem for path in section_notebooks()]
    assert sorted(record["seconds"]) == names
    assert list(record["seconds"])[-3:] == [names[0], *names[-2:]]  # about the data: last
    assert all(0 < seconds < 600 for seconds in record["seconds"].values())
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", record["made"])


def test_report_names_no_place_of_this_machine(report):
    places = {str(report.parent), str(SYNTHETIC_EXPORT.parents[2]), str(SYNTHETIC_EXPORT.home())}
    for path in (path for path in report.rglob("*") if path.suffix in TEXTS):
        text = path.read_text(encoding="utf-8")
        assert not [place for place in places if place in text], path.name


def test_report_figures_are_the_notebooks_own(report):
    files = {path.name for path in (report / "figures").iterdir()}
    shown = [
        f"{path.name[:2]}_{metadata['name']}"
        for path in (report / "notebooks").iterdir()
        for cell in nbformat.read(path, as_version=4).cells
        for output in cell.get("outputs", [])
        for metadata in output.get("metadata", {}).values()
        if "name" in metadata
    ]
    assert len(files) == len(shown) > 0
    assert {re.sub(r"(_\d+)?\.(png|svg)$", "", name) for name in files} == set(shown)
    for path in (report / "figures").glob("*.png"):
        with Image.open(path) as picture:
            picture.load()
        assert path.stat().st_size < 100_000, path.name


# ---- the mark


def test_report_marks_every_page(report):
    for path in pages(report):
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        badge = "Synthetic data: no real respondent gave these answers."
        assert page.select_one(".badge").text == badge, path.name
        assert page.body.get_text().count(badge) == 1
        # Nothing below figures and tables repeats it.
        assert not re.search(r"synthetic data\.", page.body.get_text(), re.IGNORECASE), path.name


def test_report_marks_every_figure(report):
    for path in pages(report):
        for image in BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").select(
            "figure img"
        ):
            assert "Synthetic data" in image["alt"], path.name
    for path in (report / "figures").glob("*.svg"):
        assert "synthetic data" in path.read_text(encoding="utf-8").lower(), path.name


def test_report_marks_every_row_of_every_table(report):
    for path in [*(report / "tables").iterdir(), report / "reproduction.csv"]:
        table = read(path)
        assert set(table["data"]) == {"synthetic"}, path.name
        assert table.columns[-1] == "data"


def test_report_marks_every_notebook(report):
    for path in (report / "notebooks").iterdir():
        assert "SYNTHETIC DATA" in path.read_text(encoding="utf-8"), path.name


# ---- another survey's report


def chosen(steak, **other):
    """Choices of the small survey's files, from the arguments that name them."""
    return Choices(export=steak[1], questionnaire=steak[3], **other)


def test_make_report_of_another_survey_has_no_marks_and_no_ledger(tmp_path, notebooks, steak):
    notebooks("01_steak.ipynb", LOAD, 'survey.plot("doneness")', 'survey.plot("doneness", "role")')
    lines = []
    assert make_report(tmp_path / "report", chosen(steak), progress=lines.append)
    index = tmp_path / "report" / "index.html"
    assert index == tmp_path / "report" / "index.html"
    assert not (index.parent / "reproduction.csv").exists()
    assert len(lines) == 1 and lines[0].startswith("01_steak")
    for path in pages(index.parent):
        text = path.read_text(encoding="utf-8")
        assert 'class="badge"' not in text and "synthetic" not in text.lower()
    record = json.loads((index.parent / "run.json").read_text(encoding="utf-8"))
    assert record["synthetic"] is False
    assert set(read(index.parent / "tables" / "doneness.csv")["data"]) == {"export"}
    # Two figures of one question are two files.
    assert sorted(path.name for path in (index.parent / "figures").iterdir()) == [
        *("01_doneness.png", "01_doneness_2.png"),
    ]


def test_make_report_replaces_the_old_one_only_once_all_has_worked(
    tmp_path, notebooks, steak, capsys
):
    out = tmp_path / "report"
    command = ["report", *steak, "--out", str(out)]

    notebooks("01_old.ipynb", "'kept'")
    assert main(command) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"Report: {out / 'index.html'}"
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}

    failing = notebooks("02_failing.ipynb", "fine = 1", "fine / 0")
    assert main(command) == 1
    said = capsys.readouterr().err
    assert said.startswith("dmsi: 02_failing.ipynb, cell 4: ZeroDivisionError: division by zero")
    assert "Traceback" not in said
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "notebooks", "report"]

    failing.unlink()
    notebooks("01_old.ipynb").rename(tmp_path / "notebooks" / "01_new.ipynb")
    assert main(command) == 0
    assert [path.name for path in pages(out)] == ["01_new.html", "codebook.html", "index.html"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "notebooks", "report"]


def test_make_report_where_a_notebook_is_refused_its_input(tmp_path, notebooks):
    notebooks("01_a.ipynb", LOAD, 'survey.table("nobody_asked")')
    with pytest.raises(
        NotebookError, match=r"01_a\.ipynb, cell 4: UsageError: There is no question"
    ):
        make_report(tmp_path / "report", progress=lambda line: None)
    assert not (tmp_path / "report").exists()


def test_make_report_refuses_its_input_before_anything_runs(tmp_path, notebooks):
    notebooks("01_a.ipynb", "open('ran', 'w')")
    with pytest.raises(UsageError, match="no question 'provnce'"):
        make_report(tmp_path / "report", Choices(where=("provnce=ontario",)), progress=pytest.fail)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notebooks"]


def test_make_report_passes_its_settings_on(tmp_path, notebooks, steak):
    notebooks("01_a.ipynb", LOAD, "survey")
    choices = chosen(steak, edit="gate", base="universe", where=("role=cook",))
    assert make_report(tmp_path / "report", choices, progress=lambda line: None)
    index = tmp_path / "report" / "index.html"
    front = index.read_text(encoding="utf-8")
    assert "3 (Cook)" in front and "Without those to questions that were not meant" in front
    text = (index.parent / "01_a.html").read_text(encoding="utf-8")
    found = BeautifulSoup(text, "html.parser")
    assert found.select_one("header .whose").text == "Only those who answered: Cook"
    assert found.select_one("h1 + .group").text == "Only those who answered: Cook"
    assert "role=cook" not in front + found.footer.text
    assert read(index.parent / "tables" / "doneness.csv")["count"].tolist() == ["2", "0", "0", "0"]
    record = json.loads((index.parent / "run.json").read_text(encoding="utf-8"))
    assert record["parameters"] == {
        **{"export": "export.csv", "questionnaire": "questionnaire.yaml", "edit": "gate"},
        **{"base": "universe", "where": ["role=cook"], "audience": "internal", "min_cell": 10},
    }


def test_make_report_leaves_cells_of_another_audience_out(tmp_path, notebooks, steak):
    cells = "'for everybody'", "'for us alone'", "'for the others'"
    notebooks("01_a.ipynb", *cells, tags=["", "", "", "internal", "public"])
    notebooks("02_b.ipynb", "1", tags=["public"])
    assert make_report(tmp_path / "report", chosen(steak), progress=lambda line: None)
    index = tmp_path / "report" / "index.html"
    text = (index.parent / "01_a.html").read_text(encoding="utf-8")
    assert [cell.strip("'") in text for cell in cells] == [True, True, False]
    assert [p.name for p in pages(index.parent)] == ["01_a.html", "codebook.html", "index.html"]


def test_make_report_single_file_holds_all_pages(tmp_path, notebooks, steak):
    for number in (1, 2):
        notebooks(f"0{number}_a.ipynb", f"'cell of section {number}'", title=f"Section {number}")
    options = Options(single_file=True)
    assert make_report(tmp_path / "report", chosen(steak), options, progress=lambda line: None)
    index = tmp_path / "report" / "index.html"
    text = (index.parent / "report.html").read_text(encoding="utf-8")
    assert "cell of section 1" in text and "cell of section 2" in text


def test_make_report_xlsx_holds_the_tables_of_each_section(tmp_path, notebooks, steak):
    notebooks("01_a.ipynb", LOAD, 'survey.show("doneness")', title="First")
    notebooks("02_b.ipynb", LOAD, 'survey.chart("shops")', 'survey.show("doneness")', title="Next")
    notebooks("03_c.ipynb", "1", title="Nothing")
    out = tmp_path / "report"
    assert make_report(out, chosen(steak), Options(xlsx=True), progress=lambda line: None)
    book = openpyxl.load_workbook(out / "report.xlsx")
    assert book.sheetnames == ["Contents", "01 First", "02 Next"]
    survey = Survey.load(steak[1], steak[3])
    rows = list(book["02 Next"].values)
    heads = next(n for n, row in enumerate(rows) if "Count" in row)
    place = rows[heads].index("Count")
    tables = [survey.table(name)["count"].tolist() for name in ("shops", "doneness")]
    assert [row[place] for row in rows[heads + 1 :]] == [n for table in tables for n in table]
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert "report.xlsx" in record["files"]


def test_make_report_with_jobs_is_the_same_report(tmp_path, notebooks, steak):
    for number in range(2):
        notebooks(f"0{number}_a.ipynb", LOAD, 'survey.plot("doneness")')
    found = []
    for jobs in (1, 2):
        out = tmp_path / f"report{jobs}"
        make_report(out, chosen(steak), Options(jobs=jobs), progress=lambda line: None)
        found.append({p.name: p.read_bytes() for p in out.rglob("*") if p.parent.name != out.name})
    assert found[0].keys() == found[1].keys()
    assert all(found[0][n] == found[1][n] for n in found[0] if not n.endswith(".ipynb"))


def test_report_command_only_some_sections(tmp_path, notebooks, capsys):
    for name in ("01_a.ipynb", "02_b.ipynb", "03_c.ipynb"):
        notebooks(name, "'run'" if name == "02_b.ipynb" else "1 / 0")
    out = tmp_path / "report"
    assert main(["report", "--only", "02", "--out", str(out)]) == 0
    assert capsys.readouterr().out.splitlines()[0].startswith("02_b  ")
    assert [path.name for path in pages(out)] == ["02_b.html", "codebook.html", "index.html"]
    assert [path.name for path in (out / "notebooks").iterdir()] == ["02_b.ipynb"]
    assert len(read(out / "reproduction.csv")) == 339
