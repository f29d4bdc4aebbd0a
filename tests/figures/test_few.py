"""Groups of few are shown, named, and not tested; nothing else changes for the others."""

import numpy as np
import pandas as pd
import pytest
from drawn_texts import segments
from small_survey import STEAK, make_questionnaire, make_table, stub_survey

from dmsi_lib.figures.bars import plot_table
from dmsi_lib.figures.charts import plot_survival
from dmsi_lib.figures.comparisons import compare_groups, equally_often
from dmsi_lib.figures.reader_tables import base_sentence, show_table
from dmsi_lib.tables.associations import compare_many, independence_test
from dmsi_lib.tables.inference import FEWEST
from dmsi_lib.tables.multiple_response import multiple_response_test

SAUCES, REAL = make_questionnaire(STEAK)["sauces"], stub_survey()


def compared(**sizes):
    random = np.random.default_rng(1)
    group = np.repeat(np.array(list(sizes), dtype=object), list(sizes.values()))
    chosen = pd.DataFrame(random.random((len(group), 3)) < 0.4, columns=["a", "b", "c"])
    table = pd.DataFrame({"item": list("abc"), "label": list("ABC")})
    labels = {name: name.upper() for name in sizes}
    return group, chosen, compare_groups(SAUCES, REAL, table, labels, group, chosen)


def test_one_group_of_one_does_not_switch_the_corrected_test_off():
    group, chosen, made = compared(x=40, y=40, z=40, one=1)
    large = group != "one"
    expected = multiple_response_test(group[large], chosen[large])
    assert made.test.p_value == pytest.approx(expected.p_value) and not np.isnan(made.test.p_value)
    assert made.few == {"one": 1}
    said = "Shown but not compared, as fewer than 30 answered: “ONE” (1)."
    assert made.sentences().texts[-1] == made.details().texts[-1] == said
    assert "ONE" in made.labels.values()


def test_two_groups_of_three_that_are_large_enough_have_a_difference():
    _, _, made = compared(x=FEWEST, y=FEWEST, small=FEWEST - 1)
    assert made.differences["group_1"].unique().tolist() == ["x"]
    assert made.differences["group_2"].unique().tolist() == ["y"]


@pytest.mark.parametrize("sizes", [{"x": 40, "y": 29}, {"x": 2, "y": 1}, {"x": 5, "y": 5, "z": 5}])
def test_nothing_is_tested_where_too_few_answered(sizes):
    _, _, made = compared(**sizes)
    assert (made.test, made.differences) == (None, None)
    said = repr(made.sentences())
    assert said.startswith("Too few answered to compare the groups. Shown but not compared, as ")
    assert not any(word in said + repr(made.details()) for word in ("p =", "interval", "%"))
    assert (made.largest, made.differing, made.alike) == (None, [], False)


def test_equally_often_is_not_tested_for_few():
    chosen = pd.DataFrame({"a": [True] * 20 + [False] * 9, "b": [False] * 25 + [True] * 4})
    assert equally_often(chosen) == ""
    assert equally_often(pd.concat([chosen] * 2)).startswith("Within the 58 respondents ")


def test_nothing_is_called_a_difference_under_the_null():
    # One comparison in twenty may: of 60 with 18 options each, many largest differences would.
    random, called = np.random.default_rng(8), 0
    group = np.array(["x", "y"] * 60, dtype=object)
    items = [f"o{n}" for n in range(18)]
    table = pd.DataFrame({"item": items, "label": items})
    for _ in range(60):
        chosen = pd.DataFrame(random.random((120, 18)) < 0.3, columns=items)
        made = compare_groups(SAUCES, REAL, table, {"x": "X", "y": "Y"}, group, chosen)
        called += made.largest is not None
    assert called <= 7  # the chance of more is 2 in 100 at a true level of 5 %


def test_compare_many_is_a_test_of_each_option_and_once_of_two_answers():
    group = np.repeat(np.array(["x", "y", "z"], dtype=object), 40)
    yes = np.arange(120) % 5 < np.repeat([1, 2, 3], 40)
    found = compare_many(group, pd.DataFrame({"yes": yes, "no": ~yes}), ["x", "y", "z"], True)
    expected = independence_test([[8, 32], [16, 24], [24, 16]])
    assert found["p_holm"].tolist() == pytest.approx([expected.p_value] * 2)
    assert found["cramers_v"].tolist() == pytest.approx([expected.cramers_v] * 2)
    assert found["hypotheses"].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("size", "name", "said"),
    [
        (1, "respondents who answered", "1 respondent who answered"),
        (1, "answers coded by the researchers", "1 answer coded by the researchers"),
        (0, "respondents who answered", "0 respondents who answered"),
        (1, "all respondents", "1 respondent"),
        (40, "all respondents", "all 40 respondents"),
        (3, "universe: those who cook", "3 in the universe: those who cook"),
    ],
)
def test_a_base_is_said_in_its_number(size, name, said):
    table = pd.DataFrame({"base": [size, size], "base_name": name})
    assert base_sentence(table, REAL) == f"Base: {said}."


@pytest.mark.parametrize(("base", "has"), [(FEWEST - 1, False), (FEWEST, True)])
def test_intervals_are_neither_in_the_table_nor_in_the_figure_of_few(base, has):
    table, question = make_table("doneness")
    table = table.assign(base=base)
    shown = show_table(table, question, REAL)
    assert ("95 % interval" in shown.frame) == has
    drawn = segments(plot_table(table, question, REAL, intervals=True))
    assert any(intervals for intervals in drawn[:2]) == has
    assert {"ci_low", "ci_high"} <= set(table)  # files keep them


def test_the_curve_of_few_has_no_band():
    table = pd.DataFrame({"page": [1, 2], "reached": [5, 4], "remaining": [80.0, 80.0]})
    table = table.assign(stopped_here=[0, 0], ci_low=np.nan, ci_high=np.nan)
    picture = plot_survival(table, REAL)
    assert "interval" not in picture.alt and not picture.figure.axes[0].collections
    assert "5 people started. Nobody left." in picture.alt
