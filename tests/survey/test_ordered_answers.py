"""Answers in an order sort and compare as they should; counts stay what they are."""

import pandas as pd
import pytest
from small_survey import make_questionnaire, make_responses

from dmsi_lib.survey.ordered_answers import in_order

SIZES = """\
title: Sizes
wave: "1"
questions:
  - id: size
    text: How many?
    type: single
    page: 1
    options: {few: Few, some: Some, many: Many}
    ordered: true
  - id: often
    text: How often?
    type: single
    page: 1
    options: {often: Often, never: Never, unsure: Unsure}
    ordered: [never, often]
  - id: down
    text: How much?
    type: single
    page: 1
    options: {much: Much, little: Little}
    ordered: [little, much]
  - id: rated
    text: Rate these.
    type: matrix
    page: 1
    rows: {a: A, b: B}
    options: {"1": "1", "2": "2", "3": "3"}
  - {id: plain, text: Which?, type: single, page: 1, options: {x: X, y: Y}}
"""
ANSWERS = {
    ("size", ""): ["many", "few", None, "some"],
    ("often", ""): ["never", "unsure", "often", None],
    ("down", ""): ["much", "little", "much", None],
    ("rated", "a"): ["3", "1", None, "2"],
    ("rated", "b"): ["1", "1", "2", None],
    ("plain", ""): ["x", "y", "x", "y"],
}


@pytest.fixture(scope="module")
def ordered():
    questionnaire = make_questionnaire(SIZES)
    return in_order(make_responses(questionnaire, ANSWERS), questionnaire)


def test_ordered_answers_sort_and_compare(ordered):
    size = ordered["size", ""]
    assert size.cat.ordered and list(size.cat.categories) == ["few", "some", "many"]
    assert size.sort_values().dropna().tolist() == ["few", "some", "many"]
    assert (size >= "some").tolist() == [True, False, False, True]
    assert size.max() == "many"


def test_an_order_that_goes_down_is_turned_up(ordered):
    assert ordered["down", ""].min() == "little"
    assert ordered["down", ""].tolist()[:3] == ["much", "little", "much"]


def test_rows_of_a_scale_are_ordered(ordered):
    assert ordered["rated", "a"].max() == "3"
    assert ordered["rated", "b"].cat.ordered


def test_an_option_without_a_place_and_options_without_order_stay_as_they_are(ordered):
    assert not ordered["often", ""].cat.ordered
    assert not ordered["plain", ""].cat.ordered


def test_the_survey_s_own_answers_are_not_changed(survey):
    before = survey.table("staff_size")
    responses = survey.responses
    assert responses["staff_size", ""].cat.ordered
    counts = responses["staff_size", ""].value_counts(sort=False)
    assert counts.tolist() == before["count"].tolist()
    assert not survey._counts.responses["staff_size", ""].cat.ordered
    pd.testing.assert_frame_equal(survey.table("staff_size"), before)
