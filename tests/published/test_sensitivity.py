"""How far a percentage depends on its reading: bounds by hand, planted reversals, all readings."""

import numpy as np
import pandas as pd
import pytest
from small_survey import STEAK, left_blank, make_questionnaire, write_survey
from twin_survey import TWIN_ANSWERS, TWINS

from dmsi_lib import Survey
from dmsi_lib.published.sensitivity import (
    AS_PUBLISHED,
    COMPARISON_COLUMNS,
    NAMES,
    READINGS,
    Readings,
    compare_by_reading,
    concept_pairs,
    order_by_reading,
    percents_by_reading,
    reading_name,
    worst_case_bounds,
)


def percents(**rows):
    """Percents by reading from `question__item=(six percents)`."""
    index = pd.MultiIndex.from_tuples(
        [tuple(name.split("__")) for name in rows], names=["question", "item"]
    )
    frame = pd.DataFrame(list(rows.values()), index=index, columns=list(NAMES), dtype=float)
    frame.insert(0, "label", [f"Label {item}" for _, item in index])
    return frame


def bounds(**rows):
    index = pd.MultiIndex.from_tuples([tuple(name.split("__")) for name in rows])
    return pd.DataFrame(list(rows.values()), index=index, columns=["bound_low", "bound_high"])


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
        reading: small.with_(edit=reading[0], base=reading[1]).tables() for reading in READINGS
    }
    before = {reading: table.copy() for reading, table in tables.items()}
    percents_by_reading(tables, small.questionnaire)
    for reading, table in tables.items():
        pd.testing.assert_frame_equal(table, before[reading])


# ---- worst-case bounds


@pytest.mark.parametrize(
    ("cell", "low", "high", "silent", "universe"),
    [
        # low = c / U and high = (c + silent) / U in the universe of r1 to r4; r4 is silent
        (("doneness", "rare"), 50.0, 75.0, 1, 4),
        (("doneness", "medium"), 0.0, 25.0, 1, 4),
        (("doneness", "well"), 25.0, 50.0, 1, 4),
        (("sauces", "butter"), 50.0, 75.0, 1, 4),
        (("sauces", "other"), 25.0, 50.0, 1, 4),
        # each row of a matrix has silent ones of its own: r4, and r2 and r4
        (("views", "dear.agree"), 50.0, 75.0, 1, 4),
        (("views", "dear.disagree"), 25.0, 50.0, 1, 4),
        (("views", "tasty.agree"), 50.0, 100.0, 2, 4),
        (("views", "tasty.disagree"), 0.0, 50.0, 2, 4),
        # everybody is asked for the role; r7 does not say
        (("role", "cook"), 37.5, 50.0, 1, 8),
        (("role", "critic"), 0.0, 12.5, 1, 8),
        (("shops", "market"), 50.0, 75.0, 2, 8),
    ],
)
def test_bounds_by_hand(small, cell, low, high, silent, universe):
    assert small.readings.bounds.loc[cell].tolist() == [low, high, silent, universe]


def test_bounds_hold_the_universe_s_percent_and_are_as_wide_as_the_silent(survey):
    found, percent = survey.readings.bounds, survey.readings.percents["none / universe"]
    assert list(found.index) == list(percent.index)
    np.testing.assert_allclose(found["bound_low"], percent)
    width = 100 * found["silent"] / found["universe"]
    np.testing.assert_allclose(found["bound_high"] - found["bound_low"], width)
    assert (found["bound_high"] <= 100 + 1e-9).all() and (found["bound_low"] >= 0).all()


def test_bounds_of_an_empty_universe_are_missing(tmp_path):
    survey = Survey.load(*write_survey(tmp_path, STEAK, left_blank("eats")))
    found = survey.readings.bounds.loc[("doneness", "rare")]
    assert np.isnan(found["bound_low"]) and np.isnan(found["bound_high"])
    assert found["universe"] == 0


def test_worst_case_bounds_of_codes_with_a_point():
    questionnaire = make_questionnaire(STEAK.replace("rare: Rare", '"1.5": Rare'))
    rows = [("1.5", 1), ("medium", 0), ("well", 1), ("not_stated", 2)]
    table = pd.DataFrame(rows, columns=["item", "count"]).assign(question="doneness", base=4)
    found = worst_case_bounds(table, questionnaire)
    assert found.loc[("doneness", "1.5")].tolist() == [25.0, 75.0, 2, 4]


# ---- order


def test_order_finds_a_planted_reversal():
    planted = percents(
        q__a=(60, 60, 60, 60, 60, 60),
        q__b=(30, 30, 30, 5, 30, 30),  # behind c under one reading
        q__c=(10, 10, 10, 20, 10, 10),
        calm__x=(50, 40, 50, 40, 50, 40),
        calm__y=(20, 10, 20, 10, 20, 10),
    )
    assert order_by_reading(planted).to_numpy().tolist() == [
        ["q", 3, 1, "Label a", True],
        ["calm", 1, 0, "Label x", True],
    ]


def test_order_says_that_the_first_was_overtaken():
    planted = percents(q__a=(50, 50, 50, 50, 50, 10), q__b=(40,) * 6, q__c=(5,) * 6)
    assert order_by_reading(planted).to_numpy().tolist() == [["q", 3, 1, "Label a", False]]


def test_order_ties_are_no_pair_but_may_overtake():
    planted = percents(q__a=(50,) * 6, q__b=(50, 60, 50, 50, 50, 50), q__c=(5,) * 6)
    assert order_by_reading(planted).to_numpy().tolist() == [["q", 2, 0, "Label a", False]]


def test_order_leaves_out_what_nobody_answered():
    nothing = percents(q__a=(np.nan,) * 6, q__b=(np.nan,) * 6)
    assert order_by_reading(nothing).empty
    assert list(order_by_reading(nothing).columns) == [
        *("question", "pairs", "reversed", "first", "first_stays"),
    ]


def test_order_of_this_survey_recomputed_pair_by_pair(survey):
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


# ---- differences


def test_compare_by_reading_signs():
    planted = percents(
        **{f"one__{item}": values for item, values in {
            "firm": (60,) * 6, "shaky": (50, 50, 50, 50, 50, 20), "bare": (55,) * 6,
            "alone": (1,) * 6, "below": (10,) * 6,
        }.items()},
        **{f"other__{item}": values for item, values in {
            "firm": (20, 20, 20, 20, 20, 30), "shaky": (40,) * 6, "bare": (50,) * 6,
            "below": (70,) * 6,
        }.items()},
    )  # fmt: skip
    worst = bounds(
        **{"one__firm": (55, 65), "one__shaky": (45, 55), "one__bare": (50, 60)},
        **{"one__alone": (0, 9), "one__below": (5, 15)},
        **{"other__firm": (15, 35), "other__shaky": (30, 60), "other__bare": (45, 55)},
        **{"other__below": (60, 80)},
    )
    found = compare_by_reading(planted, worst, [("theme", "one", "other")])
    assert found.to_numpy().tolist() == [
        ["theme", "firm", "Label firm", 40.0, 30.0, 40.0, True, True],  # 55 - 35 > 0
        ["theme", "shaky", "Label shaky", 10.0, -20.0, 10.0, False, False],
        ["theme", "bare", "Label bare", 5.0, 5.0, 5.0, True, False],  # 50 - 55 < 0 < 60 - 45
        ["theme", "below", "Label below", -60.0, -60.0, -60.0, True, True],  # 15 - 60 < 0
    ]
    assert list(found.columns) == COMPARISON_COLUMNS


def test_compare_by_reading_without_twins_has_its_columns():
    found = compare_by_reading(percents(q__a=(1,) * 6), bounds(q__a=(0, 1)), [])
    assert found.empty and list(found.columns) == COMPARISON_COLUMNS


def test_comparisons_of_twins_by_hand(tmp_path):
    survey = Survey.load(*write_survey(tmp_path, TWINS, TWIN_ANSWERS))
    found = survey.readings.comparisons.set_index(["concept", "item"])
    assert list(found.index) == [
        *(("tools", "pan"), ("tools", "grill"), ("tools", "oven"), ("sure", "yes"), ("sure", "no")),
    ]
    # everybody asked has answered: the bounds are the shares themselves
    assert found["difference"].tolist() == pytest.approx([50, 25 - 100 / 3, 25, 75, 25 - 200 / 3])
    assert found["survives_readings"].all() and found["survives_bounds"].all()


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
    low, high = readings.intervals.loc[("doneness", "rare")]
    assert (round(low, 1), round(high, 1)) == (23.1, 88.2)  # Wilson, 3 of 5


def test_readings_keep_the_respondents(small):
    part = small.with_(where="role=cook")
    # cooks r1, r2 and, off-route, r5: rare by all three
    found = part.readings.percents.loc[("doneness", "rare")]
    assert found[list(NAMES)].tolist() == [100.0] * 6
    assert part.readings.bounds.loc[("doneness", "rare"), "universe"] == 2


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
