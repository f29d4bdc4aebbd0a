"""How far a percentage depends on its reading: bounds by hand, planted reversals, all readings."""

import numpy as np
import pandas as pd
import pytest
from small_survey import ANSWERS, STEAK, make_questionnaire, survey_of, write_survey
from twin_survey import TWIN_ANSWERS, TWINS

from dmsi_lib import Survey
from dmsi_lib.published.sensitivity import (
    AS_PUBLISHED,
    ASSUMPTIONS,
    CANNOT_BE_COMPARED,
    COMPARISON_COLUMNS,
    FEWEST,
    IN_SAMPLING_ERROR,
    LEAD_COLUMNS,
    NAMES,
    OPEN,
    OTHER_THINGS,
    READINGS,
    SURVIVES,
    SURVIVES_STAYED,
    TOO_FEW,
    Readings,
    are_apart,
    concept_pairs,
    order_by_reading,
    percents_by_reading,
    reading_name,
)


def percents(**rows):
    """Percents by reading from `question__item=(six percents)`."""
    lines = [name.split("__") for name in rows]
    index = pd.MultiIndex.from_tuples(
        [(question, "", item) for question, item in lines], names=["question", "row", "item"]
    )
    frame = pd.DataFrame(list(rows.values()), index=index, columns=list(NAMES), dtype=float)
    frame.insert(0, "label", [f"Label {item}" for _, item in lines])
    return frame


def ordered(frame):
    """What `order_by_reading` says by itself: can_change, pairs, reversed, first, first_stays."""
    index = pd.MultiIndex.from_arrays([[], []], names=["question", "row"])
    leads = pd.DataFrame(columns=LEAD_COLUMNS, index=index)
    return order_by_reading(frame, leads).loc[:, "can_change":"first_stays"].to_numpy().tolist()


# ---- readings


def test_readings_are_every_edit_with_every_base():
    expected = ["none / answered", "none / universe", "gate / answered", "gate / universe"]
    assert list(NAMES) == [*expected, "follow_up / answered", "follow_up / universe"]
    assert READINGS[0] == AS_PUBLISHED and reading_name(*AS_PUBLISHED) == NAMES[0]


def test_percents_by_hand(small):
    found = small.readings.percents
    assert list(found.columns) == ["label", *NAMES, "range"]
    # Rare: r1, r2, r5 of 5 answers; in the universe r1, r2 of 4; the gate drops r5's answer.
    rare = found.loc[("doneness", "rare")]
    assert rare[list(NAMES[:4])].tolist() == [60.0, 50.0, 50.0, 50.0]
    # Trusting the follow-up makes r5 and r7 eat steak: 3 of 5 answers, 3 in a universe of 6.
    assert rare[list(NAMES[4:])].tolist() == [60.0, 50.0]
    assert (rare["range"], rare["label"]) == (10.0, "Rare")


def test_percents_equal_each_reading_s_own_tables(small):
    found = small.readings.percents
    for edit, base in READINGS:
        table = (
            small.with_(edit=edit, base=base).tables().set_index(["question", "item"])["percent"]
        )
        np.testing.assert_array_equal(
            found[reading_name(edit, base)], table.loc[found.index], strict=True
        )
    values = found[list(NAMES)].to_numpy(float)
    np.testing.assert_array_equal(found["range"], values.max(axis=1) - values.min(axis=1))


def test_percents_hold_options_only(small):
    found = small.readings.percents
    assert set(found.index.get_level_values("question")) == {
        *("role", "shops", "eats", "doneness", "sauces", "views"),
    }
    assert not any("not_stated" in item for item in found.index.get_level_values("item"))


def test_percents_by_reading_leaves_its_tables_alone(small):
    tables = {
        reading: small.with_(edit=reading[0], base=reading[1]).counted() for reading in READINGS
    }
    before = {reading: table.copy() for reading, table in tables.items()}
    percents_by_reading(tables, small.questionnaire)
    for reading, table in tables.items():
        pd.testing.assert_frame_equal(table, before[reading])


# ---- bounds


@pytest.mark.parametrize(
    ("cell", "ends", "settled", "possible"),
    [
        # r1 to r4 are in the universe: rare, rare, well and silent. r5 answered rare against the
        # gate, r7 well with a blank gate, r8 left both blank; r6 is outside for certain.
        # lowest 2 of 4 + r7 + r8; highest r1, r2, r4, r5, r8 of 4 + r5 + r8
        (("doneness", "rare"), [2 / 6, 5 / 6, 2 / 6, 4 / 5], 4, 7),
        (("doneness", "medium"), [0, 2 / 5, 0, 2 / 5], 4, 7),
        (("doneness", "well"), [1 / 6, 4 / 6, 1 / 5, 4 / 6], 4, 7),
        # of the row, r1 and r3 say no; r2, r4 and r5 passed over it
        (("views", "tasty.disagree"), [0, 5 / 7, 0, 4 / 6], 4, 7),
        # everybody is asked for the role, and r7 does not say
        (("role", "cook"), [3 / 8, 4 / 8, 3 / 8, 4 / 8], 8, 8),
        # r7 and r8 do not say whether they eat steak; r5, who does not, tells how
        (("eats", "yes"), [4 / 8, 7 / 8, 4 / 8, 6 / 8], 8, 8),
    ],
)
def test_bounds_by_hand(small, cell, ends, settled, possible):
    found = small.readings.bounds.loc[cell]
    names = ["open_low", "open_high", "gate_low", "gate_high"]
    assert found[names].tolist() == pytest.approx([100 * end for end in ends])
    assert found[["settled", "possible"]].tolist() == [settled, possible]


def test_bounds_where_follow_ups_are_trusted(small):
    # r5 and r7 eat steak then: 3 of 6 and r8 who says nothing at all; r4 and r8 may be rare
    found = small.readings.bounds.loc[("doneness", "rare")]
    assert found[["follow_up_low", "follow_up_high"]].tolist() == pytest.approx([300 / 7, 500 / 7])


def assert_within_bounds(readings):
    found, shown = readings.bounds, readings.percents
    for name in NAMES:
        known = shown[name].notna()
        assert (shown[name] >= found["open_low"] - 1e-9)[known].all(), name
        assert (shown[name] <= found["open_high"] + 1e-9)[known].all(), name
    for name in ASSUMPTIONS:
        assert (found[f"{name}_low"] <= found[f"{name}_high"] + 1e-9).all()
        assert (found[f"{name}_low"] >= found["open_low"] - 1e-9).all()
        assert (found[f"{name}_high"] <= found["open_high"] + 1e-9).all()


def test_every_published_percentage_lies_within_its_bounds(survey):
    assert_within_bounds(survey.readings)
    assert len(survey.readings.bounds) == len(survey.readings.percents) == 269
    intake = survey.readings.bounds.loc[("when_ask_preference", "intake")]
    assert intake["open_low"] < 100 * 207 / 275 < intake["open_high"]  # 75.27 as published


@pytest.mark.parametrize("where", ["province=ontario", "role=management", "ask_preference!=yes"])
def test_percentages_of_a_part_lie_within_their_bounds(survey, where):
    readings = survey.with_(where=where).readings
    shown = readings.percents.dropna().index
    found = readings.bounds.loc[shown]
    for name in NAMES[:2]:
        values = readings.percents.loc[shown, name]
        assert values.between(found["open_low"] - 1e-9, found["open_high"] + 1e-9).all()


def test_bounds_of_a_universe_that_nobody_can_be_in_are_missing(tmp_path):
    answers = ANSWERS | {("eats", ""): ["no"] * 8}
    blank = {k: [None] * 8 for k in answers if k[0] in ("doneness", "sauces", "cuts", "views")}
    answers |= blank | {("grams", ""): [None] * 8}
    survey = Survey.load(*write_survey(tmp_path, STEAK, answers))
    found = survey.readings.bounds.loc[("doneness", "rare")]
    assert np.isnan(found["open_low"]) and np.isnan(found["open_high"])
    assert found["possible"] == 0


def test_assumptions_are_named_in_words(small):
    named = small.readings.assumptions
    assert named["bounds"].tolist() == list(ASSUMPTIONS)
    assert named["assumed"].is_unique and named["name"].str.len().min() > 10


# ---- order


def test_order_finds_a_planted_reversal():
    planted = percents(
        q__a=(60, 60, 60, 60, 60, 60),
        q__b=(30, 30, 30, 5, 30, 30),  # behind c under one reading
        q__c=(10, 10, 10, 20, 10, 10),
        calm__x=(50, 40, 50, 40, 50, 40),
        calm__y=(25, 20, 25, 20, 25, 20),
    )
    assert ordered(planted) == [
        [True, 3, 1, "Label a", True],
        [False, 1, 0, "Label x", True],  # another base alone turns nothing
    ]


def test_order_says_that_the_first_was_overtaken():
    planted = percents(q__a=(50, 50, 50, 50, 50, 10), q__b=(40,) * 6, q__c=(5,) * 6)
    assert ordered(planted) == [[True, 3, 1, "Label a", False]]


def test_order_ties_are_no_pair_but_the_first_is_not_in_front():
    planted = percents(q__a=(50,) * 6, q__b=(50, 60, 50, 50, 50, 50), q__c=(5,) * 6)
    assert ordered(planted) == [[True, 2, 0, "Label a", False]]


def test_order_leaves_out_what_nobody_answered():
    assert ordered(percents(q__a=(np.nan,) * 6, q__b=(np.nan,) * 6)) == []


def test_orders_of_this_survey(survey):
    frame, orders = survey.readings.percents, survey.readings.orders.set_index("question")
    for name in ("when_ask_preference", "usefulness", "staff_size"):
        rows = frame.loc[name][list(NAMES)].to_numpy(float)
        pairs = turned = 0
        for a in rows:
            for b in rows:
                if a[0] > b[0]:
                    pairs += 1
                    turned += any(x < y for x, y in zip(a, b, strict=True))
        assert orders.loc[name, ["pairs", "reversed"]].tolist() == [pairs, turned]
    # only where answers stand against a gate can an edit change anything
    assert orders.index[orders["can_change"]].tolist() == [
        *("ask_preference", "when_ask_preference", "evaluate_communication", "how_evaluate"),
    ]
    assert not (orders["first_open"] & ~orders["first_in_sample"]).any()


def test_few_answers_put_nothing_in_front(small):
    assert small.n < FEWEST
    assert not small.readings.orders[LEAD_COLUMNS].to_numpy(bool).any()


# ---- differences


def twins_of(cooks, guests, silent=0):
    """A survey of (yes, no) cooks and guests, and of some who left after the first question."""
    sides = {"cook": cooks, "guest": guests}
    roles = [role for role, counts in sides.items() for _ in range(sum(counts))]
    said = [a for yes, no in sides.values() for a in ["yes"] * yes + ["no"] * no]
    left = [None] * silent
    answers = {
        name: [None] * (len(roles) + silent)
        for name in TWIN_ANSWERS
    } | {("role", ""): roles + left}  # fmt: skip
    for role in sides:
        own = [a if r == role else None for a, r in zip(said, roles, strict=True)]
        answers["sure_" + role, ""] = own + left
    return survey_of(make_questionnaire(TWINS), answers)


def sure(*counts):
    return twins_of(*counts).readings.comparisons.set_index(["concept", "item"]).loc["sure", "yes"]


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        (((38, 2), (5, 35)), SURVIVES + ", ".join(one.name for one in ASSUMPTIONS.values())),
        (((38, 2), (5, 35), 120), OPEN),
        (((20, 20), (18, 22)), IN_SAMPLING_ERROR),
        (((38, 2), (2, FEWEST - 3)), TOO_FEW),
        (((38, 2), (0, 0)), CANNOT_BE_COMPARED),
        (((0, 40), (0, 40)), IN_SAMPLING_ERROR),  # 0 = 0 is no difference that stays
    ],
)  # fmt: skip
def test_verdicts(counts, verdict):
    assert sure(*counts)["verdict"] == verdict


def test_what_survives_of_those_who_stayed_says_so():
    part = twins_of((38, 2), (5, 35), 120).with_(where="role=cook,guest")
    found = part.readings.comparisons.set_index(["concept", "item"]).loc["sure", "yes"]
    assert found["verdict"].startswith(SURVIVES_STAYED)
    assert len(part.readings.staying) == 1


def test_differences_of_few_have_no_interval():
    row = sure((38, 2), (2, FEWEST - 3))
    assert row[["ci_low", "ci_high"]].isna().all() and row["difference"] > 0


def test_a_pair_that_asks_different_things_is_no_claim(tmp_path):
    undeclared = TWINS.replace("    same_question: true\n", "")
    survey = Survey.load(*write_survey(tmp_path, undeclared, TWIN_ANSWERS))
    found = survey.readings.comparisons
    assert set(found["verdict"]) == {OTHER_THINGS} and len(found) == 5


def test_nothing_is_no_sign_that_stays():
    row = sure((0, 40), (0, 40))
    assert row["difference"] == 0 and not row["survives_readings"]


def test_difference_bounds_by_hand():
    # cooks 30 of 40, guests 10 of 40, four who may be either: each helps one side only
    row = sure((30, 10), (10, 30), 4)
    low = min(30 / (40 + a) - (10 + 4 - a) / (40 + 4 - a) for a in range(5))
    high = max((30 + a) / (40 + a) - 10 / (40 + 4 - a) for a in range(5))
    ends = [100 * low, 100 * high]
    assert row[["open_low", "open_high"]].tolist() == pytest.approx(ends)
    assert row[["gate_low", "gate_high"]].tolist() == pytest.approx(ends)


def test_no_difference_of_the_shipped_survey_survives_unknown_gates(survey):
    found = survey.readings.comparisons.set_index(["concept", "item"])
    assert not found["verdict"].str.startswith(SURVIVES).any()
    skills = found.loc["skills", "yes"]
    assert set(found.loc["skills", "verdict"]) == {OTHER_THINGS}
    assert skills["difference"] == pytest.approx(43.4, abs=0.05)
    # 115 of 443 have no gate: -44.7 to +79.6 if each of them could be in both groups at once
    ends = skills[["open_low", "open_high"]].tolist()
    assert ends == pytest.approx([-26.8, 75.4], abs=0.05)
    shares = survey.readings.bounds
    one, two = (shares.loc[(f"skills_{role}", "yes")] for role in ("frontline", "management"))
    assert one["open_low"] - two["open_high"] == pytest.approx(-44.7, abs=0.05)
    assert one["open_high"] - two["open_low"] == pytest.approx(79.6, abs=0.05)


def test_comparisons_without_twins_have_their_columns(small):
    found = small.readings.comparisons
    assert found.empty and list(found.columns) == COMPARISON_COLUMNS


def test_comparisons_of_twins_by_hand(tmp_path):
    survey = Survey.load(*write_survey(tmp_path, TWINS, TWIN_ANSWERS))
    found = survey.readings.comparisons.set_index(["concept", "item"])
    assert list(found.index) == [
        *(("tools", "pan"), ("tools", "grill"), ("tools", "oven"), ("sure", "yes"), ("sure", "no")),
    ]
    assert found["difference"].tolist() == pytest.approx([50, 25 - 100 / 3, 25, 75, 25 - 200 / 3])
    assert found["survives_readings"].all() and (found["verdict"] == TOO_FEW).all()


def test_are_apart():
    questionnaire = make_questionnaire(TWINS)
    pair = (questionnaire["sure_cook"], questionnaire["sure_guest"])
    assert are_apart(*pair, questionnaire)
    assert not are_apart(pair[0], questionnaire["tools_cook"], questionnaire)
    assert not are_apart(pair[0], questionnaire["role"], questionnaire)


# ---- respondents chosen by a late question


def test_a_late_condition_says_that_it_conditions_on_staying(survey):
    (text,) = survey.with_(where="province=ontario").readings.staying
    assert "185 of all 443 respondents" in text and "holds for those who stayed" in text
    assert survey.with_(where="consent=agree").readings.staying == []
    assert survey.readings.staying == []


def test_concept_pairs():
    assert concept_pairs(make_questionnaire(TWINS)) == [
        *(("tools", "tools_cook", "tools_guest"), ("sure", "sure_cook", "sure_guest")),
    ]
    assert concept_pairs(make_questionnaire()) == []


# ---- the readings of a survey


def test_readings_of_a_small_survey_without_ledger_or_twins(small):
    readings = small.readings
    assert isinstance(readings, Readings)
    assert readings.comparisons.empty
    assert set(readings.orders["question"]) <= {q.id for q in small.questionnaire.questions}
    assert readings.intervals.loc[("doneness", "rare")].isna().all()  # of 5


def test_intervals_are_wilson_s_where_enough_answered(survey):
    low, high = survey.readings.intervals.loc[("role", "frontline")]
    assert (round(low, 1), round(high, 1)) == (45.6, 59.1)  # 109 of 208


def test_readings_keep_the_respondents(small):
    part = small.with_(where="role=cook")
    # cooks r1, r2 and, off-route, r5: rare by all three
    found = part.readings.percents.loc[("doneness", "rare")]
    assert found[list(NAMES)].tolist() == [100.0] * 6
    # r5 may belong to them or not; r1 and r2 do
    rare = part.readings.bounds.loc[("doneness", "rare")]
    assert rare[["settled", "possible"]].tolist() == [2, 3]


def test_reproduced_by_names_the_readings(survey):
    found = survey.readings.reproduced_by
    ledger = survey.published.reproduction()
    assert len(found) == len(ledger)
    # As published (edit none, base answered) reproduces exactly what matches in the ledger.
    named = found.str.match(r"every edit and base|answered: (every edit|none)")
    assert named.tolist() == ledger["match"].tolist()
    # 275 answers stand only where off-route answers stay; a gate trusted removes 44 of them.
    follow_up = ledger.index[ledger["source_line"] == 267]
    assert found[follow_up].tolist() == ["answered: none, follow_up; universe: none, follow_up"]
