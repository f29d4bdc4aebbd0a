"""The page that sets a report beside an earlier wave: made, marked, kept fresh, and left out."""

import json
from dataclasses import replace

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from small_notebooks import LOAD

from dmsi_lib.choices import DATA, SYNTHETIC_EXPORT, Baseline, Choices, Options
from dmsi_lib.files import sha256
from dmsi_lib.report.freshness import notebook_keys
from dmsi_lib.report.notebooks import WAVES, Generated, check_parameters, sources_of
from dmsi_lib.report.start import make_report
from dmsi_lib.report.wave_section import wave_notebook

pytestmark = pytest.mark.slow

FOLDER = DATA / "synthetic" / "second_wave"
EARLIER = Baseline(str(SYNTHETIC_EXPORT), str(DATA / "questionnaire.yaml"), ("role",))
LATER = Choices(
    str(FOLDER / "dmsi-2020-synthetic.csv"), str(FOLDER / "questionnaire.yaml"), baseline=EARLIER
)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    out = tmp_path_factory.mktemp("waves") / "report"
    make_report(out, LATER, Options(only=("85",)), progress=lambda line: None)
    return out


@pytest.fixture(scope="module")
def page(built):
    return BeautifulSoup((built / f"{WAVES}.html").read_text("utf-8"), "html.parser")


def test_wave_notebook_is_an_ordinary_one():
    notebook = wave_notebook(LATER, EARLIER)
    nbformat.validate(notebook)
    check_parameters(notebook, LATER.parameters() | EARLIER.parameters(), WAVES)
    sources = [cell.source for cell in notebook.cells]
    assert sources[0].startswith("# Compared with 2018\n")
    assert f"baseline = '{SYNTHETIC_EXPORT.name}'" in sources[1]
    assert "alike = ['role']" in sources[1]
    near = wave_notebook(LATER, Baseline("raw/2018.csv")).cells[1].source
    assert "baseline = 'raw/2018.csv'" in near  # as it was given
    assert all(len(source.splitlines()) <= 15 for source in sources)
    imported = [line for source in sources for line in source.splitlines() if "import" in line]
    assert imported == ["from dmsi_lib import Survey, check_parameters"]


@pytest.mark.parametrize(
    ("earlier", "title"),
    [
        (Baseline(str(DATA / "published_figures.csv")), "# Compared with the published figures"),
        (Baseline(str(SYNTHETIC_EXPORT)), "# Compared with the earlier wave"),
        (replace(EARLIER, questionnaire=LATER.questionnaire), "# Compared with the earlier wave"),
    ],
)
def test_wave_notebook_calls_the_earlier_wave_by_what_tells_it_apart(earlier, title):
    assert wave_notebook(LATER, earlier).cells[0].source.startswith(f"{title}\n")


def test_the_page_stands_behind_the_survey_s_own_and_only_with_a_baseline():
    without = replace(LATER, baseline=None)
    assert sources_of(without, Options()) == sources_of(LATER, Options())[:-1]
    last = sources_of(LATER, Options())[-1]
    assert isinstance(last, Generated) and last.stem == WAVES


def test_one_s_own_copy_of_the_page_takes_its_place(notebooks, tmp_path):
    notebooks("01_a.ipynb", "1")
    notebooks(f"{WAVES}.ipynb", "2")
    folder = tmp_path / "notebooks"
    assert sources_of(LATER, Options())[-1] == folder / f"{WAVES}.ipynb"
    assert sources_of(replace(LATER, baseline=None), Options()) == [folder / "01_a.ipynb"]


def test_the_page_tells_the_questionnaire_s_changes_first(page):
    heads = [head.get_text().rstrip("¶").strip() for head in page.select("main h1, main h2")]
    assert heads == [
        "Compared with 2018",
        "What was changed in the questionnaire?",
        "What changed in the answers?",
        "What are the changes made of?",
        "What could not be compared?",
        "How to read this page",
    ]
    assert len(page.select("figure img")) == 2
    assert "rose from 36 % (27 of 75) in 2018 to 76 % (75 of 99) in 2020" in " ".join(
        page.select_one(".finding").get_text().replace("\u00a0", " ").split()
    )


def test_the_page_says_once_that_the_data_are_synthetic(page):
    text = page.get_text()
    assert text.count("no real respondent") == 1
    assert "synthetic" not in page.select_one("main").get_text().lower()


def test_the_front_page_has_the_finding(built):
    front = BeautifulSoup((built / "index.html").read_text("utf-8"), "html.parser")
    (link,) = front.select(".findings a")
    assert link["href"].startswith(f"{WAVES}.html#")


def test_the_report_has_the_table_and_names_what_went_in(built, survey):
    table = pd.read_csv(built / "tables" / "compared_waves.csv", keep_default_na=False)
    assert len(table) == 235 and set(table["data"]) == {"synthetic"}
    record = json.loads((built / "run.json").read_text("utf-8"))
    assert record["inputs"]["baseline/dmsi-2018-synthetic.csv"] == sha256(SYNTHETIC_EXPORT)
    assert record["inputs"]["baseline/questionnaire.yaml"] == sha256(DATA / "questionnaire.yaml")
    assert record["parameters"]["baseline"]["alike"] == ["role"]
    assert record["baseline_synthetic"] is True
    page = (built / f"{WAVES}.html").read_text("utf-8")
    assert 'href="tables/compared_waves.csv"' in page


def test_no_file_of_the_report_names_a_place(built):
    for path in built.rglob("*"):
        if path.suffix in (".html", ".json", ".ipynb", ".csv"):
            assert str(DATA) not in path.read_text("utf-8"), path.name


def test_a_changed_baseline_makes_that_page_anew_and_no_other(tmp_path, notebooks):
    notebooks("01_a.ipynb", LOAD)
    old = tmp_path / "old.csv"
    old.write_bytes(SYNTHETIC_EXPORT.read_bytes())
    choices = replace(LATER, baseline=replace(EARLIER, file=str(old)))
    before = notebook_keys(sources_of(choices, Options()), choices)
    old.write_bytes(old.read_bytes() + b"\n")
    after = notebook_keys(sources_of(choices, Options()), choices)
    assert [name for name in before if before[name] != after[name]] == [WAVES]
    plain = replace(choices, baseline=None)
    assert notebook_keys(sources_of(plain, Options()), plain)["01_a"] == before["01_a"]


def test_a_report_without_a_baseline_says_nothing_of_one(ran, notebooks, tmp_path):
    notebooks("01_a.ipynb", LOAD)
    make_report(tmp_path / "r", replace(LATER, baseline=None), progress=lambda line: None)
    assert "baseline" not in (tmp_path / "r" / "run.json").read_text("utf-8")
    assert not (tmp_path / "r" / "tables" / "compared_waves.csv").exists()
