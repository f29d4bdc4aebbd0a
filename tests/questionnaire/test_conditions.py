"""What conditions mean in answers: who meets them, and that a blank gate meets none."""
# ruff: noqa: E501 (a row of a table stays on its line)

import numpy as np
import pandas as pd
import pytest
from sample_questionnaires import built, single

from dmsi_lib.questionnaire.conditions import (
    FALSE,
    TRUE,
    UNKNOWN,
    condition_truth,
    has_answer,
    holds,
    rule_truth,
)
from dmsi_lib.questionnaire.rules import Condition

SURVEY = (
    single("s")
    + "- {id: m, text: M, type: multiple, page: 1, options: {x: X, y: Y, z: Z}}\n"
    + "- {id: n, text: N, type: numeric, page: 1}\n"
    + "- {id: b, text: B, type: numeric, page: 1, rows: {up: Up, down: Down}}\n"
    + "- {id: v, text: V, type: matrix, page: 1, rows: {soup: Soup, bread: Bread}, options: {good: G, bad: B}}\n"
    + "- {id: w, text: W, type: matrix_multiple, page: 1, rows: {k: K, l: L}, options: {mop: Mop, broom: Broom}}\n"
    + "- {id: o, text: O, type: open, page: 1, rows: {one: 1., two: 2.}}\n"
    + "- {id: r, text: R, type: ranking, page: 1, options: {x: X, y: Y}}\n"
    + "- {id: d, text: D, type: date, page: 1}\n"
)  # fmt: skip
_T, _F, _B = True, False, None
# Four respondents; the last one answered nothing.
ANSWERS = {
    ("s", ""): pd.Categorical(["yes", "no", None, None], ["yes", "no"]),
    ("m", "x"): pd.array([_T, _F, _F, _B], "boolean"),
    ("m", "y"): pd.array([_T, _T, _F, _B], "boolean"),
    ("n", ""): pd.array([0, 2.5, None, None], "Float64"),
    ("n", "not_a_number"): pd.array([_B, _B, _T, _B], "boolean"),  # "about 30"
    ("b", "up"): pd.array([5, None, None, None], "Float64"),
    ("b", "down"): pd.array([None, 1, None, None], "Float64"),
    ("v", "soup"): pd.Categorical(["good", "bad", None, None], ["good", "bad"]),
    ("v", "bread"): pd.Categorical([None, "good", "good", None], ["good", "bad"]),
    ("w", "k.mop"): pd.array([_T, _F, _B, _B], "boolean"),
    ("w", "k.broom"): pd.array([_T, _T, _B, _B], "boolean"),
    ("w", "l.mop"): pd.array([_B, _B, _F, _B], "boolean"),
    ("w", "l.broom"): pd.array([_B, _B, _T, _B], "boolean"),
    ("o", "one"): pd.array(["a", None, None, None], "string"),
    ("o", "two"): pd.array([None, "b", None, None], "string"),
    ("r", "x"): pd.array([1, None, None, None], "Int64"),
    ("r", "y"): pd.array([None, 1, None, None], "Int64"),
    ("d", ""): pd.to_datetime(pd.Series(["2018-01-05", None, None, None])),
}
RESPONSES = pd.DataFrame(ANSWERS)


@pytest.mark.parametrize(
    ("rule", "who"),
    [
        ("{s: yes}", [1]),
        ("{s: {none_of: yes}}", [2]),
        ("{s: {answered: true}}", [1, 2]),
        ("{m: x}", [1]),
        ("{m: [x, y]}", [1, 2]),
        ("{m: {all_of: [x, y]}}", [1]),
        ("{m: {none_of: x}}", [2, 3]),
        ("{m: {none_of: [x, y]}}", [3]),  # a form sent without a tick
        ("{m: z}", []),  # the file has no such column
        ("{m: {none_of: z}}", [1, 2, 3]),
        ("{m: {answered: true}}", [1, 2, 3]),
        ("{n: {at_least: 0}}", [1, 2]),
        ("{n: {more_than: 0}}", [2]),
        ("{n: {at_most: 2.5}}", [1, 2]),
        ("{n: {less_than: 2.5}}", [1]),
        ("{n: {more_than: 0, less_than: 2.5}}", []),
        ("{n: {answered: true}}", [1, 2, 3]),
        ("{b.up: {at_least: 1}}", [1]),
        ("{b.down: {at_least: 1}}", [2]),
        ("{b: {answered: true}}", [1, 2]),
        ("{v.soup: good}", [1]),
        ("{v.bread: {none_of: bad}}", [2, 3]),
        ("{v.soup: {answered: true}}", [1, 2]),
        ("{v: {answered: true}}", [1, 2, 3]),
        ("{w.k: mop}", [1]),
        ("{w.k: {none_of: mop}}", [2]),
        ("{w.l: {all_of: [broom]}}", [3]),
        ("{w.k: {all_of: [mop, broom]}}", [1]),
        ("{w: {answered: true}}", [1, 2, 3]),
        ("{o: {answered: true}}", [1, 2]),
        ("{o.two: {answered: true}}", [2]),
        ("{r: {answered: true}}", [1, 2]),
        ("{d: {answered: true}}", [1]),
        ("{m: {any_of: y, none_of: x}}", [2]),
    ],
)
def test_holds_for_those_who_answered_so(rule, who):
    survey = built(SURVEY + single("last", 2, f", ask_if: {rule}"))
    (alternative,) = survey["last"].ask_if
    met = [holds(RESPONSES, survey[each.gate], each) for each in alternative]
    assert [n for n, each in enumerate(zip(*met, strict=True), 1) if all(each)] == who


@pytest.mark.parametrize(
    ("name", "row", "who"),
    [("n", "", [1, 2, 3]), ("m", "", [1, 2, 3]), ("v", "", [1, 2, 3]), ("v", "soup", [1, 2]), ("w", "l", [3])],
)  # fmt: skip
def test_has_answer(name, row, who):
    answered = has_answer(RESPONSES, built(SURVEY)[name], row)
    assert [n for n, each in enumerate(answered, 1) if each] == who


@pytest.mark.parametrize(
    ("rule", "truths", "expected"),
    [
        ([], {}, TRUE),
        ([["a"]], {"a": UNKNOWN}, UNKNOWN),
        ([["a", "b"]], {"a": UNKNOWN, "b": FALSE}, FALSE),  # one that fails settles "all of"
        ([["a", "b"]], {"a": UNKNOWN, "b": TRUE}, UNKNOWN),
        ([["a"], ["b"]], {"a": UNKNOWN, "b": TRUE}, TRUE),  # one that holds settles "any of"
        ([["a"], ["b"]], {"a": UNKNOWN, "b": FALSE}, UNKNOWN),
        ([["a", "b"], ["c"]], {"a": TRUE, "b": FALSE, "c": FALSE}, FALSE),
    ],
)
def test_rule_truth_by_kleene(rule, truths, expected):
    rule = tuple(tuple(map(Condition, alternative)) for alternative in rule)
    of_condition = {name: np.array([value], np.uint8) for name, value in truths.items()}
    found = rule_truth(rule, lambda condition: of_condition[condition.gate])
    assert np.atleast_1d(found).tolist() == [expected]


def test_condition_truth_by_answer_and_reason_of_the_blank():
    met, told = np.array([True, False, False, False]), np.array([True, True, False, False])
    skipped = np.array([False, False, True, False])
    assert condition_truth(met, told, skipped).tolist() == [TRUE, FALSE, FALSE, UNKNOWN]
