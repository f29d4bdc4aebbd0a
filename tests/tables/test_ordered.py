"""Ordered answers of groups, against published examples, scipy, and every table there is."""

from itertools import product
from math import comb, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kruskal, mannwhitneyu
from statsmodels.stats.contingency_tables import Table

from dmsi_lib.errors import InputError
from dmsi_lib.tables.associations import independence_test
from dmsi_lib.tables.ordered import ordered_test

OZONE = (  # by month, May first
    "41 36 12 18 28 23 19 8 7 16 11 14 18 14 34 6 30 11 1 11 4 32 23 45 115 37",
    "29 71 39 23 21 37 20 12 13",
    "135 49 32 64 40 77 97 97 85 10 27 7 48 35 61 79 63 16 80 108 20 52 82 50 64 59",
    "39 9 16 78 35 66 122 89 110 44 28 65 22 59 23 31 44 21 9 45 168 73 76 118 84 85",
    "96 78 73 91 47 32 20 23 21 24 44 21 28 9 13 46 18 13 24 16 13 23 36 7 14 30 14 18 20",
)
KALISH = [[19, 31, 67], [1, 5, 21]]  # Good, Better, Best


def respondents(counts):
    return [np.repeat(np.arange(len(row)), row) for row in counts]


def test_ordered_test_by_scores_published_example():
    # Sribney, "A comparison of different tests for trend", Stata's FAQ (stata.com/support/faqs/
    # statistics/test-for-trend): Mantel-Haenszel chi-square 4.515, p 0.034; r = 0.1777.
    found = ordered_test(KALISH, [1, 2, 3])
    assert (found.name, found.df, found.n) == ("linear trend", 1, 144)
    assert (round(found.statistic, 3), round(found.p_value, 3)) == (4.515, 0.034)
    assert found.effect == pytest.approx(-0.17768687)  # the first group stands lower
    assert found.effect_name == "correlation"


def test_ordered_test_by_scores_is_r_s_trend_test_but_for_one_respondent():
    # Smokers of four groups of patients, on the help page of R's prop.trend.test:
    # X-squared = 8.2249, df = 1, p-value = 0.004132, which is n / (n - 1) times ours.
    smokers, patients = np.array([83, 90, 129, 70]), np.array([86, 93, 136, 82])
    found = ordered_test([smokers, patients - smokers], [1, 2, 3, 4])
    assert round(found.statistic * found.n / (found.n - 1), 4) == 8.2249
    assert found.p_value == pytest.approx(0.004132, rel=0.02)


def test_ordered_test_of_ozone_is_kruskal_wallis():
    # Ozone by month in R's airquality, on the help page of kruskal.test: chi-squared = 29.267,
    # df = 4, p-value = 6.901e-06.
    months = [[int(value) for value in month.split()] for month in OZONE]
    values = sorted({value for month in months for value in month})
    counts = [[month.count(value) for value in values] for month in months]
    found = ordered_test(counts)
    assert (found.name, round(found.statistic, 3), found.df) == ("Kruskal-Wallis", 29.267, 4)
    assert f"{found.p_value:.3e}" == "6.901e-06"
    assert found.effect == pytest.approx(29.267 / 115, abs=1e-4)


tables = st.integers(2, 4).flatmap(
    lambda answers: st.lists(
        st.lists(st.integers(0, 30), min_size=answers, max_size=answers), min_size=2, max_size=4
    )
)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(tables)
def test_ordered_test_is_scipy_s_where_scipy_has_one(counts):
    samples = [sample for sample in respondents(counts) if len(sample)]
    if len(samples) < 2 or np.ptp(np.concatenate(samples)) == 0:
        return
    found = ordered_test(counts)
    expected = kruskal(*samples)
    assert found.statistic == pytest.approx(expected.statistic, abs=1e-9)
    if len(samples) == 2:
        test = mannwhitneyu(*samples, use_continuity=False, method="asymptotic")
        assert found.effect == pytest.approx(test.statistic / len(samples[0]) / len(samples[1]))
        assert found.drawn or found.p_value == pytest.approx(test.pvalue)


def test_ordered_test_by_scores_is_statsmodels():
    scores = np.array([0.0, 2.0, 5.0])
    test = Table(np.array(KALISH), shift_zeros=False).test_ordinal_association(
        row_scores=np.array([0, 1]), col_scores=scores
    )
    # statsmodels takes the variance over n and not n - 1.
    expected = test.zscore**2
    found = ordered_test(KALISH, scores)
    assert found.statistic == pytest.approx(expected, rel=0.01)


def test_ordered_test_of_mean_scores_is_r_squared_times_n_less_one():
    counts, scores = [[9, 4, 7], [3, 8, 9], [2, 5, 13]], [1.0, 2.0, 4.0]
    found = ordered_test(counts, scores)
    samples = [np.repeat(scores, row) for row in counts]
    everybody = np.concatenate(samples)
    between = sum(len(s) * (s.mean() - everybody.mean()) ** 2 for s in samples)
    share = between / ((everybody - everybody.mean()) ** 2).sum()
    assert found.name == "mean scores"
    assert found.statistic == pytest.approx((len(everybody) - 1) * share)
    assert (found.effect, found.effect_name) == (pytest.approx(share), "epsilon squared")


def test_ordered_test_of_few_is_near_the_exact_value():
    # All 2 x 3 tables with these margins, weighed by their chance given the margins.
    table = np.array([[4, 1, 1], [1, 1, 5]])
    columns, first = table.sum(axis=0), table[0].sum()
    observed = kruskal(*respondents(table)).statistic
    p_value = 0.0
    for row in product(*(range(column + 1) for column in columns)):
        if sum(row) == first:
            other = np.array([row, columns - row])
            as_large = kruskal(*respondents(other)).statistic >= observed - 1e-9
            ways = prod(map(comb, columns.tolist(), row))
            p_value += as_large * ways / comb(int(columns.sum()), int(first))
    found = ordered_test(table)
    assert found.drawn
    assert found.p_value == pytest.approx(p_value, abs=0.015)
    assert found.p_value == ordered_test(table).p_value  # seeded


def test_ordered_test_chance_of_standing_higher_by_hand():
    # One of the first group (low, high) against one of the second (low, low, high): 6 pairs, of
    # which 2 stand higher, 1 lower, 3 alike.
    found = ordered_test([[1, 1], [2, 1]])
    assert found.effect == pytest.approx((2 + 3 / 2) / 6)
    assert found.effect_name == "chance of standing higher"


def test_ordered_test_leaves_out_empty_groups_and_answers():
    assert ordered_test([[3, 0, 1], [0, 0, 0], [1, 0, 3]]) == ordered_test([[3, 1], [1, 3]])
    assert ordered_test([[3, 0, 1], [1, 0, 3]], [1, np.nan, 2]).statistic == pytest.approx(
        ordered_test([[3, 1], [1, 3]], [1, 2]).statistic
    )


@pytest.mark.parametrize(("counts", "scores"), [([[3], [4]], None), ([[3, 1], [4, 2]], [1, 1])])
def test_ordered_test_of_ties_alone_tests_nothing(counts, scores):
    found = ordered_test(counts, scores)
    assert found.name == "" and np.isnan([found.p_value, found.effect]).all()
    assert found.n == np.sum(counts)


@pytest.mark.parametrize("counts", [[[3, 4]], [[0, 0], [3, 4]], np.zeros((2, 2))])
def test_ordered_test_needs_two_groups(counts):
    with pytest.raises(InputError, match="expected at least two"):
        ordered_test(counts)


def test_ordered_test_of_one_against_one():
    found = ordered_test([[1, 0], [0, 1]])
    assert (found.effect, found.p_value, found.drawn) == (0, 1, True)


@pytest.mark.parametrize("sizes", [(60, 40), (40, 30, 30), (9, 7)])
@pytest.mark.parametrize("scores", [None, [0, 1, 2, 5]])
def test_ordered_test_keeps_its_size_under_the_null(sizes, scores):
    # 200 tables with no association, at 5 %: between 1 and 10 % reject.
    random, rejected = np.random.default_rng(6), 0
    for _ in range(200):
        table = random.multinomial(sizes, [0.4, 0.3, 0.2, 0.1])
        rejected += ordered_test(table, scores).p_value < 0.05
    assert 0.01 < rejected / 200 < 0.1


def test_ordered_test_finds_a_shift_that_the_table_hides():
    counts = [[10, 12, 14, 16, 18], [18, 16, 14, 12, 10]]
    assert ordered_test(counts).p_value < 0.03 < 0.2 < independence_test(counts).p_value
