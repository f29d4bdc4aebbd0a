"""How many more answers to code, held to a published table and to what it is for."""

from math import ceil, nan, sqrt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmsi_lib.open_answers.further_answers import (
    further_answers,
    further_for_share,
    sample_needed,
    still_to_code,
)
from dmsi_lib.open_answers.tags import TAG_COLUMNS
from dmsi_lib.questionnaire.codebook import Theme

THEMES = (Theme("body", "For the body"), Theme("taste", "For the taste"))


@pytest.mark.parametrize(
    ("population", "sample"),
    # Krejcie & Morgan (1970), Educational and Psychological Measurement 30, p. 608: a share of a
    # half to 5 points.
    [(10, 10), (100, 80), (300, 169), (500, 217), (1000, 278), (5000, 357), (75000, 382)],
)
def test_sample_needed_equals_the_published_table(population, sample):
    assert abs(sample_needed(0.25, population, 0.05) - sample) < 1  # its last places are rounded


@given(st.floats(0.001, 0.25), st.integers(2, 3000))
def test_sample_needed_is_the_least_that_is_certain_enough(variance, answers):
    def reach(n):
        return 1.959964 * sqrt(variance / n * (answers - n) / (answers - 1))

    needed = ceil(sample_needed(variance, answers, 0.03) - 1e-6)
    assert needed <= answers and reach(max(needed, 1)) <= 0.03 + 1e-6
    assert needed < 2 or reach(needed - 1) > 0.03 - 1e-6


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((nan, 40, 100, 0.03), None),
        ((0.0, 40, 100, 0.03), 0),
        ((0.25, 100, 100, 0.03), 0),
        ((0.25, 50, 100, 0.03), 42),  # 1067.1 / (1 + 1066.1 / 100) = 91.5
    ],
)
def test_further_answers_of_extremes(arguments, expected):
    assert further_answers(*arguments) == expected


def test_a_theme_that_nobody_used_is_not_certain():
    assert further_for_share(0, 10, 400) > 0
    assert further_for_share(0, 10, 400) == further_for_share(10, 10, 400)
    assert further_for_share(0, 400, 400) == 0


def tags(*rows):
    return pd.DataFrame(rows, columns=TAG_COLUMNS, dtype=str)


def coded(carrying, without, coder="ann"):
    return [
        (f"r{n}", "body" if n < carrying else "taste", coder) for n in range(carrying + without)
    ]


def ids(number):
    return [f"r{n}" for n in range(number)]


def test_still_to_code_says_how_many_and_for_which_theme():
    assert still_to_code(tags(*coded(2, 48)), (*THEMES, Theme("x", "X")), ids(200)) == (
        "To tell each theme's share to within 3 points (95 % interval), code 69 more of the "
        "150 answers that nobody has coded (body 69, taste 69, x 35)."
    )


@pytest.mark.parametrize(
    ("rows", "answers", "expected"),
    [
        ([], 5, ""),
        ([("elsewhere", "body", "ann")], 5, ""),  # of a respondent who is not counted here
        (coded(1, 0), 1, "Every answer is coded, so no theme's share depends on which were coded."),
        (
            coded(0, 1900),
            2000,
            "The 1,900 coded answers tell each theme's share to within 3 points (95 % interval).",
        ),
    ],
)
def test_still_to_code_of_extremes(rows, answers, expected):
    assert still_to_code(tags(*rows), THEMES, ids(answers)) == expected


def test_still_to_code_counts_what_final_settled_once():
    rows = [*coded(25, 25), *coded(0, 50, "bob"), *coded(25, 25, "final")]
    assert still_to_code(tags(*rows), THEMES, ids(60)) == still_to_code(
        tags(*coded(25, 25)), THEMES, ids(60)
    )
