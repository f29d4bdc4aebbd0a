"""Which test a row gets, who is counted in it, and the correction over the rows."""

import numpy as np
import pandas as pd
import pytest
from small_survey import make_questionnaire

from dmsi_lib.tables.associations import AssociationTest
from dmsi_lib.tables.inference import holm
from dmsi_lib.tables.means import MeansTest
from dmsi_lib.tables.multiple_response import MultipleResponseTest
from dmsi_lib.tables.ordered import OrderedTest, ordered_test
from dmsi_lib.tables.row_tests import group_means, measured, row_tests
from dmsi_lib.tables.totals import TOTAL

TEXT = """\
title: Kitchen
questions:
  - {id: free, text: A, type: matrix, page: 1, rows: {x: X, y: Y}, options: {a: A, b: B, c: C}}
  - {id: order, text: B, type: matrix, page: 1, rows: {x: X, y: Y}, options: {a: A, b: B, c: C},
    ordered: [a, b]}
  - {id: scored, text: C, type: matrix, page: 1, rows: {x: X, y: Y},
    options: {a: {label: A, score: 1}, b: {label: B, score: 4}, c: C}}
  - {id: ticks, text: D, type: matrix_multiple, page: 1, rows: {x: X}, options: {a: A, b: B}}
  - {id: number, text: E, type: numeric, page: 1}
  - {id: rank, text: F, type: ranking, page: 1, options: {a: A, b: B}}
"""
QUESTIONS = make_questionnaire(TEXT)
GROUP = np.array(["p"] * 4 + ["q"] * 4 + [None], dtype=object)
X = ["a", "a", "b", "c", "b", "b", "b", np.nan, "a"]
Y = ["a", "b", "a", "b", "b", "b", "b", "b", "a"]
CODES = pd.DataFrame({"x": X, "y": Y})


def run_on(name, answers, fewest=1, groups=("p", "q")):
    return row_tests(QUESTIONS[name], GROUP, answers, groups, fewest)


@pytest.mark.parametrize(
    ("name", "answers", "kind"),
    [
        ("free", CODES, AssociationTest),
        ("order", CODES, OrderedTest),
        ("scored", CODES, MeansTest),
        ("ticks", CODES.rename(columns={"x": "x.a", "y": "x.b"}) == "a", MultipleResponseTest),
        ("number", pd.DataFrame({"": [1.0, 2, 3, 4, 2, 3, 4, 5, 9]}), MeansTest),
        (
            "rank",
            pd.DataFrame({"a": [1, 2, 1, 2, 1, 1, 1, 1, 1], "b": [2, 1] * 4 + [2]}),
            OrderedTest,
        ),
    ],
)
def test_row_tests_take_what_fits(name, answers, kind):
    found = run_on(name, answers)
    assert {type(row.test) for row in found.rows} == {kind}
    assert np.isnan(found.joint_p_value) == (name != "rank")


def test_row_tests_leave_out_what_has_no_place():
    found = run_on("order", CODES).rows[0]
    assert (found.sizes, found.left_out) == ({"p": 3, "q": 3}, 1)  # "c" of p; q left one blank
    assert found.test == ordered_test([[2, 1], [0, 3]])


def test_row_tests_keep_the_groups_order():
    one, other = (run_on("order", CODES, groups=g).rows[0].test.effect for g in ("pq", "qp"))
    assert one == pytest.approx(1 - other) and one < 0.5


def test_row_tests_are_corrected_over_the_rows():
    rows = run_on("free", CODES).rows
    assert [row.p_holm for row in rows] == pytest.approx(holm([row.p_value for row in rows]))


def test_row_tests_leave_small_groups_out_row_by_row():
    x, y = run_on("free", CODES, fewest=4).rows
    assert (x.test, x.sizes) == (None, {"p": 4})  # of q only three answered it
    assert np.isnan([x.p_value, x.p_holm]).all()
    assert y.sizes == {"p": 4, "q": 4}
    assert y.p_holm == y.p_value


def test_row_tests_test_the_rows_that_are_there():
    assert [row.row for row in run_on("free", CODES[["y"]]).rows] == ["y"]
    assert run_on("free", CODES[[]]).rows == ()


def test_measured_is_what_a_mean_is_made_of():
    assert measured(QUESTIONS["scored"], CODES)["x"].tolist()[:3] == [1, 1, 4]
    assert measured(QUESTIONS["scored"], CODES)["x"].isna().sum() == 2
    assert measured(QUESTIONS["free"], CODES) is None


def test_group_means_are_of_each_group_and_of_all():
    table = group_means(
        pd.DataFrame({"": [1.0, 2, 3, np.nan, 5, 5, 5, 5, 99]}), GROUP, ["p", "q"], 4
    )
    found = table.set_index("group")
    assert found["n"].to_dict() == {"p": 3, "q": 4, TOTAL: 7}
    assert found["mean"].to_dict() == {"p": 2, "q": 5, TOTAL: pytest.approx(26 / 7)}
    assert found.loc["q", ["ci_low", "ci_high"]].tolist() == [5, 5]
    assert found.loc["p", ["ci_low", "ci_high"]].isna().all()  # of three
