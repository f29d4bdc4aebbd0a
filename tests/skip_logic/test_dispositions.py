"""Dispositions, break-off by page and the break-off model, counted by hand."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from reference_skip_logic import CHAIN, frame_of, person, questionnaire_of

from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.skip_logic.break_off_model import fit_break_off
from dmsi_lib.skip_logic.dispositions import (
    break_off_table,
    disposition_table,
    final_dispositions,
)
from dmsi_lib.skip_logic.routing import ANSWERED, BREAK_OFF, Routing, route

# Ten questions for everybody, two on a page.
TEN = questionnaire_of(
    "".join(f"  - {{id: q{n}, type: open, page: {(n + 1) // 2}}}\n" for n in range(1, 11))
)
# The first so many answered, then nothing; the last one skipped two in the middle.
FIRST = [10, 9, 8, 5, 4, 0]
PEOPLE = [{f"q{n}": "t" for n in range(1, first + 1)} for first in FIRST]
PEOPLE.append({f"q{n}": "t" for n in (1, 2, 3, 4, 5, 6, 7, 10)})


def routed(questionnaire, records):
    return route(frame_of(questionnaire, records), questionnaire)


def test_dispositions_at_the_cut_offs():
    people = final_dispositions(routed(TEN, PEOPLE))
    assert people["applicable"].tolist() == 7 * [10]
    assert people["answered"].tolist() == [10, 9, 8, 5, 4, 0, 8]
    assert people["percent"].tolist() == [100, 90, 80, 50, 40, 0, 80]
    # Exactly 80 % is partial, exactly 50 % too.
    assert people["disposition"].tolist() == [
        *("complete", "complete", "partial", "partial", "break_off", "break_off", "partial")
    ]
    assert people["last_page"].tolist() == [5, 5, 4, 3, 2, 0, 5]
    assert people["stopped"].tolist() == [False, False, True, True, True, True, False]
    assert people.index.tolist() == ["r1", "r2", "r3", "r4", "r5", "r6", "r7"]


def test_dispositions_with_other_cut_offs():
    people = final_dispositions(routed(TEN, PEOPLE), partial_from=40, complete_above=79)
    assert people["disposition"].tolist() == [
        *("complete", "complete", "complete", "partial", "partial", "break_off", "complete")
    ]


@pytest.mark.parametrize("cut_offs", [(60, 50), (-1, 80), (50, 101)])
def test_dispositions_refuse_impossible_cut_offs(cut_offs):
    with pytest.raises(UsageError, match="expected percentages"):
        final_dispositions(routed(TEN, PEOPLE), *cut_offs)


def test_dispositions_count_applicable_questions_only():
    records = [
        person(works="yes", remote="partly", tools={"chat"}, chat_quality="bad", comment="x"),
        person(works="no", comment="x"),  # three legitimate skips
        person(works="yes", tools={"chat"}, chat_quality="good", comment="x"),
        person(works="yes", remote="always"),
        person(works="no", remote="never", tools={"mail"}, comment="x"),  # two off-route answers
        person(works="yes", remote="never", chat_quality="bad"),
        person(remote="always", tools={"video"}, comment="x"),
        person(),
    ]
    people = final_dispositions(routed(CHAIN, records))
    assert people["applicable"].tolist() == [5, 2, 4, 4, 2, 3, 3, 2]
    assert people["answered"].tolist() == [5, 2, 3, 2, 2, 2, 2, 0]
    assert people["undecided"].tolist() == [0, 0, 1, 1, 0, 0, 1, 3]
    assert people["disposition"].tolist() == [
        *("complete", "complete", "partial", "partial"),
        *("complete", "partial", "partial", "break_off"),
    ]
    assert people["stopped"].tolist() == [
        *(False, False, False, True),
        *(False, True, False, True),
    ]


def test_dispositions_leave_out_what_is_derived_and_what_the_file_lacks():
    """Four questions to answer: a derived one repeats two, and the fifth is not in the file."""
    questionnaire = questionnaire_of(
        "".join(f"  - {{id: q{n}, type: open, page: {n}}}\n" for n in range(1, 6)),
        "  - {id: both, coalesce: [q1, q4]}\n",
    )
    absent = {"q5": replace(questionnaire["q5"], asked=False)}
    lacking = questionnaire.with_questions(absent)
    records = [{f"q{n}": "t" for n in range(1, first + 1)} for first in (4, 1, 0)]
    people = final_dispositions(routed(lacking, records))
    assert people["applicable"].tolist() == [4, 4, 4]
    assert people["answered"].tolist() == [4, 1, 0]
    assert people["undecided"].tolist() == [0, 0, 0]
    assert people["stopped"].tolist() == [False, True, True]
    table = break_off_table(routed(lacking, records))
    assert table["page"].tolist() == [0, 1, 2, 3, 4]
    assert table["stopped_here"].tolist() == [1, 1, 0, 0, 0]


def test_break_off_table_counts_a_page_that_was_only_reached():
    frame = frame_of(TEN, [{"q1": "t"}, PEOPLE[0]])
    table = break_off_table(route(frame, TEN, np.array([3, 9])))
    assert table["page"].tolist() == [1, 2, 3, 4, 5, 9]
    assert table["reached"].tolist() == [2, 2, 2, 1, 1, 1]
    assert table["stopped_here"].tolist() == [0, 0, 1, 0, 0, 0]


def test_disposition_table():
    people = final_dispositions(routed(TEN, PEOPLE))
    expected = pd.DataFrame(
        {
            "disposition": ["complete", "partial", "break_off"],
            "count": [2, 3, 2],
            "base": [7, 7, 7],
            "percent": [200 / 7, 300 / 7, 200 / 7],
        }
    )
    assert_frame_equal(disposition_table(people), expected)


def test_dispositions_of_nobody():
    routing = routed(TEN, [])
    people = final_dispositions(routing)
    assert disposition_table(people)["count"].tolist() == [0, 0, 0]
    table = break_off_table(routing)
    assert table["reached"].tolist() == 5 * [0]
    assert table["percent"].isna().all()


def test_break_off_table_counts_pages():
    found = break_off_table(routed(TEN, PEOPLE))
    assert found["page"].tolist() == [0, 1, 2, 3, 4, 5]
    assert found["reached"].tolist() == [7, 6, 6, 5, 4, 3]
    assert found["stopped_here"].tolist() == [1, 0, 1, 1, 1, 0]
    assert found["percent"].tolist() == pytest.approx([100 / 7, 0, 100 / 6, 20, 25, 0])
    # Nobody left before the end otherwise, so the curve is the share still there.
    left = [600 / 7, 600 / 7, 500 / 7, 400 / 7, 300 / 7, 300 / 7]
    assert found["remaining"].tolist() == pytest.approx(left)
    assert found["reached"].iloc[-1] == 3
    inside = found[(found["remaining"] > 0) & (found["remaining"] < 100)]
    assert (inside["ci_low"] < inside["remaining"]).all()
    assert (inside["remaining"] < inside["ci_high"]).all()


def test_break_off_table_censors_the_end_of_a_shorter_route():
    questionnaire = questionnaire_of("""
  - {id: gate, type: single, page: 1, options: [long, short]}
  - {id: two, type: open, page: 2, ask_if: {gate: [long]}}
  - {id: three, type: open, page: 3, ask_if: {gate: [long]}}
""")
    records = [
        person(gate="short"),  # at the end of the route: not stopped
        person(gate="short"),
        person(gate="long"),
        person(gate="long", two="t"),
        person(gate="long", two="t", three="t"),
        person(gate="long", two="t", three="t"),
    ]
    found = break_off_table(routed(questionnaire, records))
    assert found["page"].tolist() == [1, 2, 3]
    assert found["reached"].tolist() == [6, 3, 2]
    assert found["stopped_here"].tolist() == [1, 1, 0]
    assert found["remaining"].tolist() == pytest.approx([500 / 6, 500 / 6 * 2 / 3, 500 / 6 * 2 / 3])


def test_break_off_table_where_everybody_or_nobody_stops():
    all_stop = break_off_table(routed(TEN, [{"q1": "t"}, {"q2": "t"}]))
    assert all_stop["remaining"].tolist() == 5 * [0]
    assert all_stop[["ci_low", "ci_high"]].to_numpy().tolist() == 5 * [[0, 0]]
    none_stop = break_off_table(routed(TEN, [PEOPLE[0], PEOPLE[0]]))
    assert none_stop["remaining"].tolist() == 5 * [100]
    assert none_stop[["ci_low", "ci_high"]].to_numpy().tolist() == 5 * [[100, 100]]


def test_break_off_table_equals_a_published_curve():
    """Leukaemia remissions, maintained group (Embury et al. 1977; Miller 1981, Survival Analysis);
    figures as printed by survfit(..., conf.type = "log-log") of the R package survival."""
    weeks = [9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161]
    relapsed = [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0]
    questionnaire = questionnaire_of(
        "".join(f"  - {{id: w{week}, type: open, page: {week}}}\n" for week in sorted(set(weeks)))
    )
    codes = np.full((11, len(questionnaire.questions)), ANSWERED, dtype=np.uint8)
    codes[np.array(relapsed) == 1, -1] = BREAK_OFF
    index = pd.Index([f"r{n}" for n in range(11)])
    routing = Routing(questionnaire, index, codes, codes == ANSWERED, np.array(weeks))
    found = break_off_table(routing).set_index("page")
    found = found[found["stopped_here"] > 0]
    assert found["reached"].to_dict() == {9: 11, 13: 10, 18: 8, 23: 7, 31: 5, 34: 4, 48: 2}
    printed = {
        9: (0.909, 0.5081, 0.987),
        13: (0.818, 0.4474, 0.951),
        18: (0.716, 0.3502, 0.899),
        23: (0.614, 0.2658, 0.835),
        31: (0.491, 0.1673, 0.753),
        34: (0.368, 0.0928, 0.657),
        48: (0.184, 0.0117, 0.525),
    }
    for week, (survival, low, high) in printed.items():
        row = found.loc[week] / 100
        assert row["remaining"] == pytest.approx(survival, abs=6e-4)
        assert row["ci_low"] == pytest.approx(low, abs=6e-5)
        assert row["ci_high"] == pytest.approx(high, abs=6e-4)


# ---- who stops

EARLY = questionnaire_of("""
  - {id: role, type: single, page: 1, options: [staff, lead, unused]}
  - {id: size, type: single, page: 1, options: [small, large]}
  - {id: apps, type: multiple, page: 1, options: [sms, chat]}
  - {id: end, type: open, page: 2}
""")


def crowd(*cells):
    """Responses from (role, size, went on, stopped)."""
    records = []
    for role, size, went_on, stopped in cells:
        records += went_on * [person(role=role, size=size, end="t")]
        records += stopped * [person(role=role, size=size)]
    frame = frame_of(EARLY, records)
    return frame, route(frame, EARLY)


def test_break_off_model_of_one_predictor_is_the_cross_product():
    """Odds ratio and interval of a fourfold table (Woolf 1955, Ann. Hum. Genet. 19, 251-253)."""
    frame, routing = crowd(
        ("staff", "small", 70, 30), ("lead", "small", 85, 15), (None, "small", 3, 4)
    )
    found = fit_break_off(frame, routing, ["role"])
    assert found[["question", "item", "n", "stopped"]].to_numpy().tolist() == [
        ["role", "staff", 100, 30],
        ["role", "lead", 100, 15],
    ]
    ratio = 15 * 70 / (85 * 30)
    width = 1.959964 * math.sqrt(1 / 15 + 1 / 70 + 1 / 85 + 1 / 30)
    assert found["odds_ratio"].tolist() == pytest.approx([1, ratio])
    assert found["ci_low"].iloc[1] == pytest.approx(ratio * math.exp(-width), rel=1e-5)
    assert found["ci_high"].iloc[1] == pytest.approx(ratio * math.exp(width), rel=1e-5)
    assert found.loc[0, ["ci_low", "ci_high", "p_value"]].isna().all()
    assert 0.01 < found["p_value"].iloc[1] < 0.02


def test_break_off_model_of_independent_predictors():
    """Odds 1 to 4, doubled by one answer and tripled by the other: the model finds 2 and 3."""
    frame, routing = crowd(
        ("staff", "small", 200, 50),
        ("lead", "small", 200, 100),
        ("staff", "large", 200, 150),
        ("lead", "large", 200, 300),
    )
    found = fit_break_off(frame, routing, ["role", "size"]).set_index(["question", "item"])
    assert found["odds_ratio"].tolist() == pytest.approx([1, 2, 1, 3])
    assert found.loc[("role", "lead"), "n"] == 800
    assert found.loc[("size", "large"), "stopped"] == 450


@pytest.mark.parametrize(
    ("predictors", "error", "message"),
    [
        ([], UsageError, "at least one predictor"),
        (["role", "role"], UsageError, "none of them twice"),
        (["apps"], UsageError, "'apps' is multiple; expected single"),
        (["rolle"], UsageError, "Did you mean 'role'"),
    ],
)
def test_break_off_model_refuses_predictors(predictors, error, message):
    with pytest.raises(error, match=message):
        fit_break_off(*crowd(("staff", "small", 50, 50)), predictors)


@pytest.mark.parametrize(
    ("cells", "predictors", "message"),
    [
        ([(None, "small", 50, 50)], ["role"], "no respondent answered all predictors"),
        ([("lead", "small", 50, 50)], ["role"], "answered “role” alike"),
        (
            [("staff", "small", 70, 5), ("lead", "small", 80, 4)],
            ["role"],
            "of 159 respondents 9 stopped; with 1 coefficient at least 10",
        ),
        (
            [("staff", "small", 5, 70), ("lead", "small", 4, 80)],
            ["role"],
            "of 159 respondents 150 stopped",
        ),
        (
            [("staff", "small", 70, 30), ("lead", "small", 40, 0)],
            ["role"],
            r"40 answered “lead” to “role”, and none of them stopped \(separation\)",
        ),
        (
            [("staff", "small", 70, 30), ("lead", "large", 40, 20)],
            ["role", "size"],
            "one predictor determines another",
        ),
        # No single answer separates, but staff in small places all stop, leads in large ones never.
        (
            [
                ("staff", "small", 0, 30),
                ("staff", "large", 30, 30),
                ("lead", "small", 30, 30),
                ("lead", "large", 30, 0),
            ],
            ["role", "size"],
            r"a combination of answers .* \(separation\)",
        ),
    ],
)
def test_break_off_model_refuses_data_that_cannot_carry_it(cells, predictors, message):
    with pytest.raises(InputError, match=message):
        fit_break_off(*crowd(*cells), predictors)


def test_break_off_model_does_not_change_its_input():
    frame, routing = crowd(("staff", "small", 70, 30), ("lead", "small", 85, 15))
    before, codes = frame.copy(deep=True), routing.codes.copy()
    fit_break_off(frame, routing, "role")
    break_off_table(routing)
    assert_frame_equal(frame, before)
    assert (routing.codes == codes).all()
