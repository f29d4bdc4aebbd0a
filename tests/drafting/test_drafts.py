"""Drafts as a whole: accepted by the reader as they are, with the counts that the file has."""

from pathlib import Path

import pytest
from sample_exports import MEALS_ONE_ROW, MEALS_TWO_ROWS, write_csv

from dmsi_lib import Survey
from dmsi_lib.drafting.draft import draft_questionnaire
from dmsi_lib.errors import InputError

EXPORTS = Path(__file__).resolve().parents[3] / "shared" / "exports"
TWICE = [
    ["Respondent ID", "Eats?", "Which?", "Which?"],
    ["", "Response", "Response", "Response"],
    *[[str(n), "Yes", "A", ""] if n % 2 else [str(n), "No", "", "B"] for n in range(60)],
]


def saved(draft, folder):
    place = folder / "questionnaire.yaml"
    place.write_text(draft.text, encoding="utf-8")
    return place


@pytest.mark.parametrize("rows", [MEALS_TWO_ROWS, MEALS_ONE_ROW, TWICE])
def test_a_draft_reads_its_export(tmp_path, rows):
    export = write_csv(tmp_path / "export.csv", rows)
    survey = Survey.load(export, saved(draft_questionnaire(export), tmp_path))
    assert survey.n == len({row[0] for row in rows} - {"", "Respondent ID"})


def test_a_title_that_stands_twice_is_numbered(tmp_path):
    draft = draft_questionnaire(write_csv(tmp_path / "export.csv", TWICE))
    assert [q.occurrence for q in draft.questionnaire.questions] == [None, 1, 2]
    rules = {q.id: q.ask_if for q in draft.questionnaire.questions if q.ask_if}
    assert {name: rule[0][0].gate for name, rule in rules.items()} == {
        "which": "eats",
        "which_2": "eats",
    }


def test_identities_are_no_questions(tmp_path):
    rows = [["Respondent ID", "Email Address", "First Name", "Eats?"]]
    rows += [[str(n), f"a{n}@example.org", "Ann", "Yes" if n % 2 else "No"] for n in range(40)]
    draft = draft_questionnaire(write_csv(tmp_path / "export.csv", rows))
    assert [q.text for q in draft.questionnaire.questions] == ["Eats?"]
    assert "example.org" not in draft.text and "Ann" not in draft.text
    assert any("identity column" in line for line in draft.lines())


def test_the_shipped_export_is_drafted_as_it_was_written(survey):
    draft = draft_questionnaire(survey.choices.export or survey._counts.material.export.path)
    types = [q.type for q in draft.questionnaire.questions]
    written = [q.type for q in survey.questionnaire.in_file]
    assert types == written
    assert {q.text for q in draft.questionnaire.questions} == {
        q.text for q in survey.questionnaire.in_file
    }
    lines = list(draft.lines())
    assert "63 questions, 50 rules" in lines
    first = lines[lines.index("to be confirmed first:") + 1 :]
    assert len(first) == 4  # those that the platform did not enforce


def test_explain_shows_what_was_considered(survey):
    draft = draft_questionnaire(survey._counts.material.export.path)
    name = next(q.id for q in draft.questionnaire.questions if q.text.startswith("Are you or your"))
    text, taken, *others = draft.explain(name)
    assert text.startswith("Are you or your agency interested") and len(others) > 1
    assert taken.endswith("= no: 105 of 108 asked answered, 0 of 208 led past")
    with pytest.raises(InputError, match="There is no question"):
        list(draft.explain("nothing"))


def test_explain_shows_no_identity_of_a_title(tmp_path):
    title = "Why? Tell ann@example.org"
    rows = [[title if text == "Why?" else text for text in row] for row in MEALS_TWO_ROWS]
    draft = draft_questionnaire(write_csv(tmp_path / "export.csv", rows))
    [name] = [each.id for each in draft.questionnaire.questions if each.text == title]
    assert next(draft.explain(name)) == "Why? Tell [e-mail]"


def test_what_is_no_export_is_refused(tmp_path):
    with pytest.raises(InputError, match="respondents"):
        draft_questionnaire(write_csv(tmp_path / "e.csv", [["Respondent ID", "Eats?"]]))


@pytest.mark.parametrize(
    ("name", "questions", "rules"),
    [
        ("steak-risk-survey", 14, {"like_steak_prepared": "eat_steak"}),
        ("weather-check", 7, {}),
        ("midwest", 9, {}),
        ("thanksgiving-2015-poll-data", 23, 17),
        ("religion", 11, 5),
    ],
)
def test_real_exports_are_drafted_and_read(tmp_path, name, questions, rules):
    export = EXPORTS / f"{name}.csv"
    if not export.exists():
        pytest.skip(f"{export} is not here")
    draft = draft_questionnaire(export)
    assert len(draft.questionnaire.questions) == questions
    assert not [line for line in draft.lines() if "not in the questionnaire" in line]
    survey = Survey.load(export, saved(draft, tmp_path))
    found = {q.id: q.ask_if[0][0].gate for q in survey.questionnaire.questions if q.ask_if}
    assert found == rules if isinstance(rules, dict) else len(found) == rules
    assert {*survey.flow.off_route()["cause"]} <= {"gate blank"}  # the platform kept its rules
