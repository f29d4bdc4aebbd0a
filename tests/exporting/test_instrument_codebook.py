"""The instrument as a table, a page and DDI-Codebook: every count that of the survey."""

from xml.etree import ElementTree

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from sample_exports import MEALS, MEALS_TWO_ROWS, write_csv

from dmsi_lib import Survey
from dmsi_lib.cli.commands import main
from dmsi_lib.exporting.codebook import CODEBOOK_COLUMNS, codebook
from dmsi_lib.exporting.dataset import missing_codes
from dmsi_lib.exporting.ddi import NAMESPACE, ddi_codebook
from dmsi_lib.exporting.reconciled import reconciled_data
from dmsi_lib.questionnaire import question_remarks

# Of the elements that are used here: their children, in the order of the DDI-Codebook 2.5 schema
# ("+": there must be one).
CHILDREN = {
    "codeBook": "docDscr stdyDscr+ fileDscr dataDscr otherMat",
    "stdyDscr": "citation+ studyAuthorization stdyInfo studyDevelopment method dataAccs notes",
    "citation": "titlStmt+ rspStmt prodStmt distStmt serStmt verStmt biblCit holdings notes",
    "titlStmt": "titl+ subTitl altTitl parTitl IDNo",
    "stdyInfo": "studyBudget subject abstract sumDscr qualityStatement notes exPostEvaluation",
    "sumDscr": "timePrd collDate nation geogCover geogUnit geoBndBox boundPoly anlyUnit universe",
    "method": "dataColl notes anlyInfo stdyClas codingInstructions",
    "dataColl": "timeMeth dataCollector collectorTraining frequenc sampProc sampleFrame collMode",
    "fileDscr": "fileTxt locMap notes",
    "fileTxt": "fileName fileCitation dataFingerprint fileCont fileStrc dimensns fileType format",
    "dimensns": "caseQnty varQnty logRecL recPrCas recDimnsn recNumTot",
    "dataDscr": "varGrp nCubeGrp var nCube notes",
    "varGrp": "labl txt concept defntn universe notes",
    "var": "location labl imputation security embargo respUnit anlysUnit qstn valrng invalrng "
    "undocCod universe TotlResp sumStat txt stdCatgry catgryGrp catgry codInstr verStmt concept "
    "derivation varFormat geoMap catLevel notes",
    "qstn": "preQTxt qstnLit postQTxt forward backward ivuInstr",
    "derivation": "drvdesc drvcmd",
    "catgry": "catValu labl txt catStat mrow",
}


@pytest.fixture(scope="module")
def table(survey):
    return codebook(survey)


@pytest.fixture
def meals(tmp_path):
    place = tmp_path / "q.yaml"
    place.write_text(MEALS, encoding="utf-8")
    return Survey.load(write_csv(tmp_path / "e.csv", MEALS_TWO_ROWS), place)


def test_answers_and_blanks_of_every_question_add_up(survey, table):
    assert list(table.columns) == CODEBOOK_COLUMNS
    routing = survey.routing().set_index("question")
    for question in survey.questionnaire.questions:
        rows = table[table["question"] == question.id]
        blank = rows[rows["code"].str.startswith("(")].set_index("code")["count"]
        if question.type == "single":
            assert rows["count"].sum() == survey.n
        for reason in ("legitimate_skip", "break_off"):
            found = blank.get(f"({reason})", 0)
            assert max([0, *pd.Series(found)]) == routing.loc[question.id, reason], question.id
        if question.type in ("single", "multiple"):
            counts = survey.table(question.id)["count"].tolist()
            assert rows[~rows["code"].str.startswith("(")]["count"].tolist() == counts


def test_it_says_who_is_asked_in_words_and_as_a_rule_and_why(table):
    row = table[table["question"] == "when_ask_preference"].iloc[0]
    assert row["asked_of"] == "those who ask clients how they prefer to be contacted"
    assert row["asked_if"] == "ask_preference = yes"
    assert row["off_route"] > 0 and row["remarks"]


def test_remarks_are_the_comments_within_an_entry():
    text = "questions:\n# a head\n- id: a  # no\n  # why\n  text: A\n\n# of b\n- {id: b, text: B}\n"
    assert question_remarks(text) == {"a": "why"}


def elements(root):
    return [(e.tag.removeprefix(f"{{{NAMESPACE}}}"), e) for e in root.iter()]


@pytest.mark.parametrize("which", ["meals", "survey"])
def test_ddi_has_its_elements_in_the_order_of_the_schema(which, request):
    survey = request.getfixturevalue(which)
    made = reconciled_data(survey)
    root = ElementTree.fromstring(ddi_codebook(made, survey.questionnaire))
    assert root.tag == f"{{{NAMESPACE}}}codeBook"
    ids = [e.get("ID") for _, e in elements(root) if e.get("ID")]
    assert len(ids) == len(set(ids))
    for name, element in elements(root):
        order = [one.rstrip("+") for one in CHILDREN.get(name, "").split()]
        own = [child.tag.removeprefix(f"{{{NAMESPACE}}}") for child in element]
        assert set(own) <= set(order), name
        assert own == sorted(own, key=order.index), name
        needed = {one.rstrip("+") for one in CHILDREN.get(name, "").split() if one.endswith("+")}
        assert needed <= set(own), name
        for group in (element.get("var"), element.get("files")):
            assert set((group or "").split()) <= set(ids)


def test_ddi_has_the_codes_and_counts_of_the_spss_file(survey):
    made = reconciled_data(survey)
    root = ElementTree.fromstring(ddi_codebook(made, survey.questionnaire))
    within = {"d": NAMESPACE}
    variables = {e.get("name"): e for e in root.iterfind(".//d:var", within)}
    assert list(variables) == [variable.name for variable in made.variables]
    found = {
        (c.findtext("d:catValu", None, within), c.get("missing")): (
            c.findtext("d:labl", None, within),
            int(c.findtext("d:catStat", None, within)),
        )
        for c in variables["role"].iterfind("d:catgry", within)
    }
    counts = survey.table("role").set_index("item")["count"]
    assert found["1", None] == ("Front-line worker", counts["frontline"])
    skipped = str(missing_codes(made)["legitimate_skip"])
    routing = survey.routing().set_index("question").loc["role"]
    assert found[skipped, "Y"] == ("Routed past", routing["legitimate_skip"])
    assert "use digital messaging" in variables["role"].findtext("d:universe", None, within)


def test_the_command_goes_by_the_ending(tmp_path, capsys):
    for ending in ("csv", "xml", "html"):
        assert main(["codebook", "--out", str(tmp_path / f"c.{ending}")]) == 0
    page = BeautifulSoup((tmp_path / "c.html").read_text("utf-8"), "html.parser")
    assert page.h1.get_text().startswith("Codebook")
    assert len(page.select("h3")) == len(Survey.load().questionnaire.questions)
    assert not page.select("a[href^='index.html']")
    assert page.get_text().count("Synthetic data") == 1
    assert set(pd.read_csv(tmp_path / "c.csv")["data"]) == {"synthetic"}
    assert main(["codebook", "--out", str(tmp_path / "c.pdf")]) == 2
    assert "ends in .html, .csv or .xml" in capsys.readouterr().err
