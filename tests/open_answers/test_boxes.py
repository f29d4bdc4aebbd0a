"""Free texts in several boxes, beside several companions, and in comments."""

import pandas as pd
import pytest
from rare_types import RARE, RARE_ANSWERS
from small_survey import make_questionnaire, make_responses, survey_of

from dmsi_lib.open_answers.quotations import QUOTATION_COLUMNS, review_entry
from dmsi_lib.open_answers.scanning import free_texts, scan_answers

QUESTIONNAIRE = make_questionnaire(RARE)


def test_free_texts_are_those_of_every_box_companion_and_comment():
    texts = free_texts(make_responses(QUESTIONNAIRE, RARE_ANSWERS), QUESTIONNAIRE)
    assert texts.to_numpy().tolist() == [
        ["days", "Monday", 1],
        ["days", "on a Sunday", 1],
        ["days", "Friday", 1],
        ["days", "Saturday", 1],
        ["sauces", "mint", 1],
        ["sauces", "yoghurt", 1],
        ["sauces", "call 604-555-0142", 1],
        ["sauces", "write to cook@example.org", 1],
    ]
    found = scan_answers(texts)
    assert found.to_numpy().tolist() == [["sauces", "e-mail", 1], ["sauces", "telephone", 1]]


def test_free_texts_name_what_a_derived_question_repeats_once():
    text = """\
title: Why
wave: "2024"
questions:
  - {id: why_a, text: Why a?, type: open, page: 1}
  - {id: why_b, text: Why b?, type: open, page: 1}
derived:
  - {id: why, text: Why?, coalesce: [why_a, why_b]}
"""
    answers = {("why_a", ""): ["one", None], ("why_b", ""): [None, "two"]}
    survey = survey_of(make_questionnaire(text), answers)
    assert survey.answers("why").tolist() == ["one", "two"]
    assert free_texts(survey.responses, survey.questionnaire)["text"].tolist() == ["one", "two"]


@pytest.fixture
def rare():
    entry = review_entry("days", "r1", "Monday; Friday", "ann")
    reviewed = pd.DataFrame([entry], columns=QUOTATION_COLUMNS)
    return survey_of(QUESTIONNAIRE, RARE_ANSWERS, quotations=reviewed)


def test_answers_join_the_boxes_of_a_respondent(rare):
    assert rare.answers("days").to_dict() == {
        **{"r1": "Monday; Friday", "r2": "on a Sunday", "r3": "Saturday"},
    }


def test_the_joined_answer_is_what_is_reviewed(rare):
    assert rare.quotations("days").texts == ("Monday; Friday",)


def test_other_texts_join_the_companions(rare):
    assert rare.other_texts("sauces").to_dict() == {
        **{"r2": "mint", "r3": "yoghurt; call 604-555-0142"},
    }
