"""Differences of shares and their tests, against published examples and by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency
from statsmodels.stats.multitest import multipletests

from dmsi_lib.errors import InputError
from dmsi_lib.tables.inference import (
    cochrans_q,
    compare_options,
    difference_interval,
    holm,
    shares_test,
    wilson_interval,
)

# ---- difference_interval


@pytest.mark.parametrize(
    ("count1", "base1", "count2", "base2", "low", "high"),
    [
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (0, 10, 0, 10, -0.2775, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0000),
        (10, 10, 0, 10, 0.6075, 1.0000),
    ],
)
def test_difference_interval_published_examples(count1, base1, count2, base2, low, high):
    # Newcombe (1998), Statistics in Medicine 17, 873-890, table II, contrasts a to h, method 10.
    found = difference_interval(count1, base1, count2, base2)
    assert [round(float(bound), 4) for bound in found] == [low, high]


def test_difference_interval_is_as_long_as_what_is_put_in():
    low, high = difference_interval([56, 9, 0], [70, 10, 0], [48, 3, 1], [80, 10, 2])
    assert [round(float(bound), 4) for bound in low[:2]] == [0.0524, 0.1705]
    assert np.isnan(low[2]) and np.isnan(high[2])
    low, high = difference_interval(np.array([1, 2]), 4, 1, 4)  # both against the same
    assert low.shape == high.shape == (2,)
    assert low[0] == pytest.approx(-high[0])


def test_difference_interval_without_numbers_is_empty():
    empty = np.array([], dtype=int)
    assert difference_interval(empty, empty, empty, empty)[0].shape == (0,)


def test_difference_interval_other_confidence():
    wide, narrow = (difference_interval(6, 9, 2, 9, confidence=c) for c in (0.99, 0.8))
    assert wide[0] < narrow[0] < 4 / 9 < narrow[1] < wide[1]


share = st.integers(1, 10**4).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@settings(deadline=None, derandomize=True, max_examples=60)
@given(share, share)
def test_difference_interval_holds_the_difference_and_mirrors(first, second):
    low, high = map(float, difference_interval(*first, *second))
    difference = first[0] / first[1] - second[0] / second[1]
    assert -1 - 1e-12 <= low <= difference + 1e-12
    assert difference - 1e-12 <= high <= 1 + 1e-12
    mirrored_low, mirrored_high = map(float, difference_interval(*second, *first))
    assert (-mirrored_high, -mirrored_low) == pytest.approx((low, high), abs=1e-9)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(share, share)
def test_difference_interval_equals_newcombes_formula(first, second):
    (low1, high1), (low2, high2) = wilson_interval(*first), wilson_interval(*second)
    share1, share2 = first[0] / first[1], second[0] / second[1]
    below = np.hypot(share1 - low1, high2 - share2)
    above = np.hypot(high1 - share1, share2 - low2)
    expected = share1 - share2 - below, share1 - share2 + above
    assert difference_interval(*first, *second) == pytest.approx(expected, abs=1e-9)


# ---- shares_test


def test_shares_test_published_exact_example():
    # Fisher (1935), "The design of experiments", chapter II, the lady tasting tea, three of four
    # cups right: two-sided p 34/70 (also Agresti 2002, "Categorical data analysis", section 3.5.2).
    assert shares_test(3, 4, 1, 4) == ("Fisher exact", pytest.approx(34 / 70))


def test_shares_test_exact_by_hand():
    assert shares_test(4, 4, 0, 4)[1] == pytest.approx(2 / 70)
    assert shares_test(1, 1, 0, 1)[1] == 1


def test_shares_test_published_example():
    # Physicians' Health Study, aspirin and myocardial infarction (Agresti 2002, "Categorical data
    # analysis", table 2.1); R's prop.test(c(189, 104), c(11034, 11037), correct = FALSE) prints
    # X-squared = 25.014, df = 1, p-value = 5.692e-07.
    test, p_value = shares_test(189, 11034, 104, 11037)
    assert test == "chi-square"
    assert p_value == pytest.approx(5.692e-7, abs=1e-10)


def test_shares_test_is_exact_below_five_expected():
    assert shares_test(3, 10, 7, 10)[0] == "chi-square"  # all four expected are 5
    # 3 or fewer, or 6 or more, of the nine in either group, of C(20, 9) ways
    assert shares_test(3, 10, 6, 10) == ("Fisher exact", pytest.approx(62_120 / 167_960))


@pytest.mark.parametrize("numbers", [(0, 5, 0, 6), (5, 5, 6, 6), (0, 0, 1, 3)])
def test_shares_test_without_information_is_no_test(numbers):
    test, p_value = shares_test(*numbers)
    assert test == "" and np.isnan(p_value)


# ---- holm


def test_holm_by_hand():
    # Sorted 0.005, 0.01, 0.03, 0.04, times 4, 3, 2, 1, and never below the one before.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_holm_published_p_values():
    # SAS/STAT User's Guide, MULTTEST procedure, example "Inputting Raw p-Values". By the rule the
    # smallest, 0.03498, is taken 24 times; 23 times the next, 0.05254, is above 1 already.
    p_values = [0.28282, 0.30688, 0.71022, 0.77175, 0.78180, 0.88581, 0.54685, 0.84978, 0.24228,
                0.58977, 0.03498, 0.41607, 0.31631, 0.05254, 0.45061, 0.75758, 0.12496, 0.49485,
                0.21572, 0.50505, 0.94372, 0.81260, 0.77596, 0.36889]  # fmt: skip
    adjusted = holm(p_values)
    assert round(adjusted[10], 4) == 0.8395
    assert (np.delete(adjusted, 10) == 1).all()


def test_holm_keeps_missing_tests_missing():
    adjusted = holm([np.nan, 0.02, np.nan, 0.03])
    assert np.isnan(adjusted[[0, 2]]).all()
    assert list(adjusted[[1, 3]]) == pytest.approx([0.04, 0.04])
    assert np.isnan(holm([np.nan])).all() and holm([]).shape == (0,)


# ---- cochrans_q


def drugs():
    patterns = {"FFF": 6, "FFU": 16, "FUF": 2, "FUU": 4, "UFF": 2, "UFU": 4, "UUF": 6, "UUU": 6}
    rows = [[answer == "F" for answer in pattern] for pattern, n in patterns.items()
            for _ in range(n)]  # fmt: skip
    return pd.DataFrame(rows, columns=list("ABC"))


def test_cochrans_q_published_example():
    # Three drugs, 46 patients (Agresti 2002, "Categorical data analysis", from Grizzle, Starmer &
    # Koch 1969): Q = 8.4706, df 2, p 0.0145 in SAS/STAT User's Guide, FREQ procedure,
    # example "Cochran's Q Test".
    found = cochrans_q(drugs())
    assert (round(found.statistic, 4), found.df, round(found.p_value, 4)) == (8.4706, 2, 0.0145)
    assert found.n == 46


def test_cochrans_q_leaves_out_who_did_not_answer():
    answers = drugs().astype("boolean")
    answers.loc[46] = pd.NA
    assert cochrans_q(answers) == cochrans_q(drugs())


def test_cochrans_q_without_a_preference_is_no_test():
    found = cochrans_q([[1, 1, 1], [0, 0, 0]])
    assert np.isnan(found.statistic) and np.isnan(found.p_value)
    assert (found.df, found.n) == (2, 2)


def test_cochrans_q_refuses_one_option():
    with pytest.raises(InputError, match="at least two"):
        cochrans_q([[1], [0]])


# ---- compare_options


def six_and_five():
    group = pd.Series(["manager"] * 6 + ["frontline"] * 5)
    chosen = pd.DataFrame(
        {
            "text": [1, 1, 1, 1, 1, 0, 1, 0, 0, 0, 0],
            "email": [1, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0],
            "fax": [0] * 11,
        }
    )
    return group, chosen


def test_compare_options_counted_by_hand():
    table = compare_options(*six_and_five(), groups=("manager", "frontline"))
    assert list(table["item"]) == ["text", "email", "fax"]
    assert set(table["group_1"]) == {"manager"} and set(table["group_2"]) == {"frontline"}
    assert list(table["count_1"]) == [5, 3, 0] and set(table["base_1"]) == {6}
    assert list(table["count_2"]) == [1, 2, 0] and set(table["base_2"]) == {5}
    assert list(table["percent_1"]) == pytest.approx([500 / 6, 50, 0])
    assert list(table["percent_2"]) == pytest.approx([20, 40, 0])
    assert list(table["difference"]) == pytest.approx([500 / 6 - 20, 10, 0])
    low, high = difference_interval([5, 3, 0], 6, [1, 2, 0], 5)
    assert list(table["ci_low"]) == pytest.approx(100 * low)
    assert list(table["ci_high"]) == pytest.approx(100 * high)


def test_compare_options_adjusts_over_the_options_tested():
    table = compare_options(*six_and_five())
    p_text = (30 + 6 + 1) / 462  # 5, 1 or 6 of the six in the first group, of C(11, 6) ways
    assert list(table["test"]) == ["Fisher exact", "Fisher exact", ""]
    assert table["p_value"].tolist()[:2] == pytest.approx([p_text, 1])
    assert table["p_holm"].tolist()[:2] == pytest.approx([2 * p_text, 1])
    assert np.isnan(table["p_value"][2]) and np.isnan(table["p_holm"][2])


def test_compare_options_effect_stands_before_p():
    columns = list(compare_options(*six_and_five()).columns)
    assert columns == [
        *("item", "group_1", "count_1", "base_1", "percent_1"),
        *("group_2", "count_2", "base_2", "percent_2"),
        *("difference", "ci_low", "ci_high", "test", "p_value", "p_holm"),
        *("hypotheses", "repeats"),
    ]


def test_compare_options_orders_groups_by_category_or_name():
    group, chosen = six_and_five()
    assert set(compare_options(group, chosen)["group_1"]) == {"frontline"}
    ordered = pd.Categorical(group, categories=["manager", "frontline"])
    assert set(compare_options(ordered, chosen)["group_1"]) == {"manager"}


def test_compare_options_leaves_out_others_and_the_unanswered():
    group, chosen = six_and_five()
    expected = compare_options(group, chosen)
    group = pd.concat([group, pd.Series(["board", None, "manager"])], ignore_index=True)
    chosen = chosen.astype("boolean").reindex(range(14))  # the last one did not answer
    chosen.loc[[11, 12]] = True
    pd.testing.assert_frame_equal(
        compare_options(group, chosen, groups=("frontline", "manager")), expected
    )


@pytest.mark.parametrize(
    "groups", [None, ("manager", "nobody"), ("manager", "manager"), ("board",)]
)
def test_compare_options_refuses_other_than_two_groups(groups):
    group, chosen = six_and_five()
    group[0] = "board"
    with pytest.raises(InputError, match="Expected two groups"):
        compare_options(group, chosen, groups=groups)


def test_compare_options_tests_yes_and_no_once():
    group = ["a"] * 100 + ["b"] * 100
    yes = np.array([True] * 60 + [False] * 40 + [True] * 45 + [False] * 55)
    chosen = pd.DataFrame({"yes": yes, "no": ~yes})
    p_value = chi2_contingency([[60, 40], [45, 55]], correction=False).pvalue
    table = compare_options(group, chosen, exclusive=True)
    assert table["p_holm"].tolist() == pytest.approx([p_value, p_value])
    several = compare_options(group, chosen)  # ticks that happen to be each other's contrary
    assert several["p_holm"].tolist() == pytest.approx([2 * p_value, 2 * p_value])
    with_third = chosen.assign(unsure=False)
    with_third.loc[:4, ["yes", "unsure"]] = False, True
    holms = compare_options(group, with_third, exclusive=True)["p_holm"]
    np.testing.assert_allclose(
        holms, holm(compare_options(group, with_third, exclusive=True)["p_value"])
    )


@settings(deadline=None, derandomize=True, max_examples=20)
@given(st.integers(0, 10**6))
def test_compare_options_swapped_groups_mirror(seed):
    random = np.random.default_rng(seed)
    group, chosen = (
        np.array(["a", "b", *random.choice(["a", "b"], 28)]),
        random.random((30, 3)) < 0.4,
    )
    table = compare_options(group, chosen)
    swapped = compare_options(group, chosen, groups=("b", "a"))
    for name, mirrored in (("difference", "difference"), ("ci_low", "ci_high")):
        assert list(table[name]) == pytest.approx(list(-swapped[mirrored]))
    assert list(table["p_holm"]) == pytest.approx(list(swapped["p_holm"]), nan_ok=True)


@given(st.lists(st.one_of(st.floats(0, 1), st.just(np.nan)), max_size=12))
def test_holm_equals_statsmodels(p_values):
    p_values = np.array(p_values, dtype=float)
    tested = ~np.isnan(p_values)
    expected = p_values.copy()
    if tested.any():
        expected[tested] = multipletests(p_values[tested], method="holm")[1]
    np.testing.assert_allclose(holm(p_values), expected, atol=1e-15)
