"""The codebook as a page: of an internal report, never of a public one."""

import pytest
from bs4 import BeautifulSoup
from sample_exports import MEALS, MEALS_TWO_ROWS, write_csv

from dmsi_lib import Survey
from dmsi_lib.report.codebook_page import CODEBOOK_SECTION, codebook_page


@pytest.fixture(scope="module")
def meals(tmp_path_factory):
    folder = tmp_path_factory.mktemp("meals")
    (folder / "q.yaml").write_text(MEALS, encoding="utf-8")
    return Survey.load(write_csv(folder / "e.csv", MEALS_TWO_ROWS), folder / "q.yaml")


def parsed(survey):
    return BeautifulSoup(codebook_page(survey), "html.parser")


def shown(table):
    """The figures of a table by statement and answer."""
    found, statement = {}, ""
    for row in table.select("tbody tr"):
        cells = [cell.get_text() for cell in row.find_all(["th", "td"])]
        if row.th["scope"] == "rowgroup":
            (statement,) = cells
        else:
            found[statement, cells[0]] = cells[1:]
    return found


def test_every_answer_stands_with_its_code_and_count(meals):
    page = parsed(meals)
    for question in meals.questionnaire.questions:
        head = page.find(id=f"question-{question.id}")
        assert head.get_text() == question.text
        found = shown(head.find_next("table"))
        table = meals.table(question.id)
        if question.type in ("single", "multiple"):
            for row in table.itertuples():
                assert found["", row.label][:2] == [row.item, str(row.count)]
        for row, statement in question.rows.items() if question.type == "matrix" else ():
            for code, label in question.options.items():
                own = table[(table["item"] == f"{row}.{code}")]["count"]
                assert found[statement, label][:2] == [code, str(own.iloc[0])]


def test_the_page_of_a_report_leads_to_its_sections(survey, report):
    page = BeautifulSoup((report / CODEBOOK_SECTION.file).read_text("utf-8"), "html.parser")
    named = [link.get_text() for link in page.select("nav.sections > ol > li > a")]
    assert named[0] == "Contents" and named[-1] == "Codebook"
    assert "Previous:" in page.select_one("nav.steps").get_text()
    assert page.select_one("h1").get_text() == "Codebook"
    assert len(page.select("h3")) == len(survey.questionnaire.questions)
    front = BeautifulSoup((report / "index.html").read_text("utf-8"), "html.parser")
    assert front.select("main a[href='codebook.html']")
