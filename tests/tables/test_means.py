"""Means of groups, against R's printed examples, by hand, and under the null."""

import numpy as np
import pytest

from dmsi_lib.errors import InputError
from dmsi_lib.tables.means import mean_interval, means_test

# R's data set sleep (Student 1908): hours gained with two drugs.
SLEEP = (
    [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
    [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
)
# R's data set InsectSprays (Beall 1942): insects counted under six sprays.
SPRAYS = (
    [10, 7, 20, 14, 14, 12, 10, 23, 17, 20, 14, 13],
    [11, 17, 21, 11, 16, 14, 17, 17, 19, 21, 7, 13],
    [0, 1, 7, 2, 3, 1, 2, 1, 3, 0, 1, 4],
    [3, 5, 12, 6, 4, 3, 5, 5, 5, 5, 2, 4],
    [3, 5, 3, 5, 3, 6, 1, 1, 3, 2, 6, 4],
    [11, 9, 15, 22, 15, 16, 13, 10, 26, 26, 24, 13],
)


def test_means_test_of_two_groups_published_example():
    # R's t.test(extra ~ group, data = sleep): t = -1.8608, df = 17.776, p-value = 0.07939,
    # 95 percent confidence interval: -3.3654832 0.2054832.
    found = means_test(SLEEP)
    assert found.name == "Welch's t"
    assert (round(found.statistic, 4), round(found.df, 3)) == (-1.8608, 17.776)
    assert round(found.p_value, 5) == 0.07939
    assert (round(found.ci_low, 7), round(found.ci_high, 7)) == (-3.3654832, 0.2054832)
    assert found.difference == pytest.approx(0.75 - 2.33)


def test_means_test_of_more_groups_published_example():
    # R's oneway.test(count ~ spray, data = InsectSprays): F = 36.065, num df = 5.000,
    # denom df = 30.043, p-value = 7.999e-12.
    found = means_test(SPRAYS)
    assert (found.name, round(found.statistic, 3)) == ("Welch's F", 36.065)
    assert round(found.df, 3) == 30.043
    assert f"{found.p_value:.3e}" == "7.999e-12"
    assert np.isnan([found.difference, found.ci_low, found.ci_high]).all()
    # By analysis of variance: 2668.8 between the sprays, 1015.2 within (R's aov, same data).
    assert found.effect == pytest.approx(2668.8 / (2668.8 + 1015.2), abs=1e-4)
    assert found.effect_name == "eta squared"


def test_means_test_effect_is_hedges_g():
    # d over the pooled spread, times the usual approximation 1 - 3 / (4 (n - 2) - 1).
    first, second = map(np.array, SLEEP)
    pooled = np.sqrt((first.var(ddof=1) + second.var(ddof=1)) / 2)
    expected = (first.mean() - second.mean()) / pooled * (1 - 3 / (4 * 18 - 1))
    found = means_test(SLEEP)
    assert found.effect == pytest.approx(expected, abs=1e-3)
    assert found.effect_name == "Hedges' g"


def test_means_test_leaves_out_what_is_no_number():
    assert means_test([[1, 2, np.nan, 4], [3, np.nan, 5]]) == means_test([[1, 2, 4], [3, 5]])


@pytest.mark.parametrize(
    "groups",
    [
        ([], [1, 2]),
        ([1], [2, 3]),
        ([np.nan], [2, 3]),
        ([1, 1], [2, 2]),
        ([1, 1], [1, 1]),
        ([0.1] * 3, [0.1] * 3),
        ([1, 1], [1, 2], [3, 4]),  # Welch's weights would be infinite
        ([1], [1, 2], [3, 4]),
    ],
)
def test_means_test_without_spread_tests_nothing(groups):
    found = means_test(groups)
    assert found.name == "" and np.isnan([found.p_value, found.difference, found.effect]).all()


@pytest.mark.filterwarnings("error")
def test_means_test_of_one_group_without_spread():
    found = means_test([[1.0] * 30, [1.0, 2.0] * 15])
    assert found.difference == pytest.approx(-0.5)
    assert found.ci_high < 0


def test_means_test_needs_two_groups():
    with pytest.raises(InputError, match="expected at least two"):
        means_test([[1, 2, 3]])


def test_mean_interval_published_example():
    # R's t.test(extra ~ 1, sleep, group == 1): 95 percent confidence interval of the mean 0.75,
    # by the table t(0.975, 9) = 2.262 and the standard deviation 1.78901.
    low, high = mean_interval(SLEEP[0])
    reach = 2.262 * 1.78901 / np.sqrt(10)
    assert (low, high) == pytest.approx((0.75 - reach, 0.75 + reach), abs=2e-4)
    assert np.isnan(mean_interval([3])).all() and np.isnan(mean_interval([])).all()


@pytest.mark.parametrize("sizes", [(60, 30), (50, 40, 30)])
def test_means_test_keeps_its_size_under_the_null(sizes):
    # 400 draws of unequal spread, at 5 %: between 2 and 8.5 % reject.
    random, rejected = np.random.default_rng(7), 0
    for _ in range(400):
        groups = [random.normal(0, 1 + k, n) for k, n in enumerate(sizes)]
        rejected += means_test(groups).p_value < 0.05
    assert 0.02 < rejected / 400 < 0.085
