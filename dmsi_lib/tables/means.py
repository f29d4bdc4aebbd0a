"""Means of groups: how uncertain each is, and whether they differ.

Numbers, and options that count something, are compared by Welch's tests, which need no equal
spread. The difference comes first, with its interval; the two say the same.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from dmsi_lib.errors import InputError

WELCH_T, WELCH_F = "Welch's t", "Welch's F"
HEDGES_G, ETA = "Hedges' g", "eta squared"
CONFIDENCE = 0.95


@dataclass(frozen=True)
class MeansTest:
    """The result of `means_test`.

    Attributes
    ----------
    name : "Welch's t" of two groups, "Welch's F" of more; "" where nothing is tested
    n : numbers counted
    statistic, df : t or F; degrees of freedom, of F those below the line (those above are the
        groups less 1)
    p_value : NaN where nothing is tested
    difference, ci_low, ci_high : of two groups the first mean less the second, with its 95 %
        interval; NaN of more
    effect, effect_name : Hedges' g of two groups, eta squared (0 to 1) of more
    """

    name: str
    n: int
    statistic: float = np.nan
    df: float = np.nan
    p_value: float = np.nan
    difference: float = np.nan
    ci_low: float = np.nan
    ci_high: float = np.nan
    effect: float = np.nan
    effect_name: str = ""


def mean_interval(numbers: ArrayLike) -> tuple[float, float]:
    """Student's 95 % interval of the mean of some numbers, low and high; NaN for fewer than two.

    Student (1908), "The probable error of a mean", Biometrika 6, 1-25.
    """
    from scipy.stats import t

    values = _known(numbers)
    if len(values) < 2:
        return np.nan, np.nan
    reach = t.ppf((1 + CONFIDENCE) / 2, len(values) - 1) * values.std(ddof=1) / len(values) ** 0.5
    return float(values.mean() - reach), float(values.mean() + reach)


def means_test(groups: Sequence[ArrayLike]) -> MeansTest:
    """Test whether groups have the same mean, whatever the spread within each.

    Parameters
    ----------
    groups : sequence of (n,) of float, the numbers of each group; NaN is no number

    Returns
    -------
    MeansTest
        Nothing is tested where a group has fewer than two numbers. Nor where its numbers are all
        the same, unless there are two groups and the other's differ.

    Raises
    ------
    InputError
        For fewer than two groups.

    Examples
    --------
    >>> found = means_test([[1, 2, 3, 4], [3, 4, 5, 6]])
    >>> found.difference, round(found.p_value, 3)
    (-2.0, 0.071)

    Notes
    -----
    Welch (1947), "The generalization of 'Student's' problem when several different population
    variances are involved", Biometrika 34, 28-35, by scipy; of more groups Welch (1951), "On the
    comparison of several mean values: an alternative approach", Biometrika 38, 330-336, by
    statsmodels. Hedges (1981), "Distribution theory for Glass's estimator of effect size and
    related estimators", Journal of Educational Statistics 6, 107-128: g is the difference in units
    of the pooled standard deviation, times gamma(m / 2) / (sqrt(m / 2) gamma((m - 1) / 2)) with
    m = n - 2. Eta squared is the share of the squared distances from the mean of all that lies
    between groups (Fisher 1925, "Statistical methods for research workers", chapter VIII).
    """
    samples = [_known(numbers) for numbers in groups]
    if len(samples) < 2:
        raise InputError(f"Found {len(samples)} groups, expected at least two.")
    n = sum(map(len, samples))
    alike = [len(sample) > 0 and np.ptp(sample) == 0 for sample in samples]
    without_spread = any(alike) if len(samples) > 2 else all(alike)
    if min(map(len, samples)) < 2 or without_spread:
        return MeansTest("", n)
    return _of_two(samples, n) if len(samples) == 2 else _of_more(samples, n)


def _known(numbers: ArrayLike) -> np.ndarray:
    values = np.asarray(numbers, dtype=float)
    return values[~np.isnan(values)]


def _of_two(samples: Sequence[np.ndarray], n: int) -> MeansTest:
    from scipy.stats import ttest_ind

    first, second = samples
    with warnings.catch_warnings():  # of numbers that are all the same in one group
        warnings.simplefilter("ignore", RuntimeWarning)
        found = ttest_ind(first, second, equal_var=False)
    low, high = map(float, found.confidence_interval(CONFIDENCE))
    difference = float(first.mean() - second.mean())
    numbers = float(found.statistic), float(found.df), float(found.pvalue), difference, low, high
    return MeansTest(WELCH_T, n, *numbers, _hedges_g(samples, difference, n), HEDGES_G)


def _hedges_g(samples: Sequence[np.ndarray], difference: float, n: int) -> float:
    from scipy.special import gammaln

    within = sum(((sample - sample.mean()) ** 2).sum() for sample in samples)
    m = n - 2
    correction = np.exp(gammaln(m / 2) - gammaln((m - 1) / 2)) / np.sqrt(m / 2)
    return float(correction * difference / np.sqrt(within / m))


def _of_more(samples: Sequence[np.ndarray], n: int) -> MeansTest:
    from statsmodels.stats.oneway import anova_oneway

    found = anova_oneway(samples, use_var="unequal")
    mean = np.concatenate(samples).mean()
    total = sum(((sample - mean) ** 2).sum() for sample in samples)
    between = sum(len(sample) * (sample.mean() - mean) ** 2 for sample in samples)
    numbers = float(found.statistic), float(found.df_denom), float(found.pvalue)
    return MeansTest(WELCH_F, n, *numbers, effect=float(between / total), effect_name=ETA)
