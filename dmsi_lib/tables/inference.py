"""Uncertainty of counts and shares, and tests of their differences, the effect always first.

Fractions here are 0 to 1 and tables turn them into percents; `compare_options` is such a table.
scipy is loaded by the tests alone, which tables need not wait for.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from dmsi_lib.errors import InputError
from dmsi_lib.tables.multiple_response import answers_by_group

SMALL = 5  # an expected count below it calls for the exact test
EXACT, APPROXIMATE = "Fisher exact", "chi-square"


def wilson_interval(count, base, confidence=0.95):
    """Wilson's score interval of a share.

    Parameters
    ----------
    count, base : int or array of int
    confidence : float, 0 to 1

    Returns
    -------
    low, high : float arrays, 0 to 1; NaN where the base is 0

    Notes
    -----
    Wilson (1927), "Probable inference, the law of succession, and statistical inference",
    JASA 22, 209-212; recommended over the normal interval by Brown, Cai & DasGupta (2001),
    "Interval estimation for a binomial proportion", Statistical Science 16, 101-133.
    """
    count, base = np.asarray(count, dtype=float), np.asarray(base, dtype=float)
    base = np.where(base > 0, base, np.nan)
    share, z = count / base, NormalDist().inv_cdf((1 + confidence) / 2)
    middle = (share + z**2 / (2 * base)) / (1 + z**2 / base)
    reach = z * np.sqrt(share * (1 - share) / base + (z / base) ** 2 / 4) / (1 + z**2 / base)
    return np.clip(middle - reach, 0, 1), np.clip(middle + reach, 0, 1)


def difference_interval(count1, base1, count2, base2, confidence=0.95):
    """Newcombe's hybrid score interval of the difference of two independent shares.

    Parameters
    ----------
    count1, base1, count2, base2 : int or array of int
    confidence : float, 0 to 1

    Returns
    -------
    low, high : float arrays, -1 to 1, of the first share less the second; NaN where a base is 0

    Notes
    -----
    Method 10 of Newcombe (1998), "Interval estimation for the difference between independent
    proportions: comparison of eleven methods", Statistics in Medicine 17, 873-890: the Wilson
    intervals of the two shares combined. It never leaves -1 to 1.
    """
    (low1, high1), (low2, high2) = (
        wilson_interval(count, base, confidence)
        for count, base in ((count1, base1), (count2, base2))
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        share1, share2 = np.divide(count1, base1), np.divide(count2, base2)
    below, above = np.hypot(share1 - low1, high2 - share2), np.hypot(high1 - share1, share2 - low2)
    return share1 - share2 - below, share1 - share2 + above


def shares_test(count1, base1, count2, base2):
    """Test that two shares are equal, exactly where the numbers are small.

    Parameters
    ----------
    count1, base1, count2, base2 : int

    Returns
    -------
    test : "Fisher exact", "chi-square", or "" where nothing can be tested
    p_value : float
        Two-sided; NaN where a base is 0, or where everybody or nobody is counted.

    Raises
    ------
    InputError
        For a count below 0 or above its base.

    Notes
    -----
    Fisher's exact test where one of the four expected counts is below 5, otherwise Pearson's
    chi-square without continuity correction: Cochran (1954), "Some methods for strengthening the
    common chi-square tests", Biometrics 10, 417-451. The exact p value is the chance, with all
    margins as they are, of a table no likelier than this one: Fisher (1935), "The logic of
    inductive inference", Journal of the Royal Statistical Society 98, 39-82. It is conservative,
    so it is used where the approximation may fail and not otherwise.
    """
    from scipy.stats import chi2_contingency, fisher_exact

    table = _table(count1, base1, count2, base2)
    if not (table.sum(axis=0).all() and table.sum(axis=1).all()):
        return "", np.nan
    approximate = chi2_contingency(table, correction=False)
    if approximate.expected_freq.min() < SMALL:
        return EXACT, float(fisher_exact(table).pvalue)
    return APPROXIMATE, float(approximate.pvalue)


def _table(count1, base1, count2, base2):
    table = np.array([[count1, base1 - count1], [count2, base2 - count2]])
    if (table < 0).any():
        raise InputError(
            f"Found counts of {count1} in {base1} and {count2} in {base2}, expected 0 to the base."
        )
    return table


def holm(p_values):
    """Adjust p values for being several, by Holm's step-down method.

    Parameters
    ----------
    p_values : (k,) float
        NaN is no test: it stays NaN and does not count.

    Returns
    -------
    float array, (k,), each at least as large as it was, at most 1

    Notes
    -----
    Holm (1979), "A simple sequentially rejective multiple test procedure", Scandinavian Journal
    of Statistics 6, 65-70. The chance of any false finding stays below the level, however the
    tests depend on one another.
    """
    adjusted = np.array(p_values, dtype=float)
    tested = ~np.isnan(adjusted)
    p_values = adjusted[tested]
    order = np.argsort(p_values, kind="stable")
    # Not by statsmodels' multipletests: it collects garbage at every call (40 ms here, against 10
    # microseconds), which takes longer than everything else in a notebook's comparison.
    stepped = np.maximum.accumulate(p_values[order] * np.arange(len(order), 0, -1))
    p_values[order] = np.minimum(stepped, 1)
    adjusted[tested] = p_values
    return adjusted


@dataclass(frozen=True)
class CochranTest:
    """The result of `cochrans_q`: statistic, degrees of freedom, p value and respondents."""

    statistic: float
    df: int
    p_value: float
    n: int


def cochrans_q(chosen):
    """Test whether the same respondents choose all options equally often.

    Parameters
    ----------
    chosen : (n, options) of booleans or 0 and 1, array or DataFrame
        A respondent without any value is left out.

    Returns
    -------
    CochranTest
        Statistic and p value are NaN where every respondent chose all options or none.

    Raises
    ------
    InputError
        For fewer than two options, or values as in `multiple_response_test`.

    Notes
    -----
    Cochran (1950), "The comparison of percentages in matched samples", Biometrika 37, 256-266.
    Chi-square with one degree of freedom fewer than options; who chose all or none is counted
    in n but tells nothing. Options shown only to some respondents must not be compared this way.
    """
    from scipy.stats import chi2

    frame = pd.DataFrame(chosen)
    _, _, answers = answers_by_group(np.zeros(len(frame)), frame.reset_index(drop=True))
    values = answers.to_numpy()
    options = values.shape[1]
    if options < 2:
        raise InputError("Found one option, expected at least two to compare.")
    if not np.isin(values.sum(axis=1), (0, options), invert=True).any():
        return CochranTest(np.nan, options - 1, np.nan, len(values))
    by_option, by_person = values.sum(axis=0), values.sum(axis=1)
    spread = options * np.sum(by_option**2) - by_option.sum() ** 2
    statistic = (options - 1) * spread / (options * by_person.sum() - np.sum(by_person**2))
    p_value = chi2.sf(statistic, options - 1)
    return CochranTest(float(statistic), options - 1, float(p_value), len(values))


def compare_options(group, chosen, groups=None, confidence=0.95):
    """How often two groups choose each option, and how much they differ.

    Parameters
    ----------
    group : (n,) labels
    chosen : (n, options) of booleans or 0 and 1, array or DataFrame
        Respondents without a label or without any value are left out.
    groups : pair of labels, optional
        The groups to compare, first and second; others are left out. By default the two that
        occur, in the order of their categories, otherwise sorted.
    confidence : float, 0 to 1

    Returns
    -------
    DataFrame, a row an option, with the columns

        item, group_1, count_1, base_1, percent_1, group_2, count_2, base_2, percent_2,
        difference, ci_low, ci_high, test, p_value, p_holm

        Percents are 0 to 100. `difference` is percent_1 less percent_2, in percentage points,
        with Newcombe's interval (`difference_interval`). `p_value` is that of `shares_test`, NaN
        for an option that everybody or nobody chose; `p_holm` is adjusted over the options.

    Raises
    ------
    InputError
        Where there are not exactly two groups, or as in `multiple_response_test`.
    """
    codes, names, answers = answers_by_group(group, chosen)
    pair = list(names if groups is None else groups)
    missing = [label for label in pair if label not in names]
    if len(pair) != 2 or missing or pair[0] == pair[1]:
        raise InputError(
            f"Expected two groups to compare, found {', '.join(map(str, pair)) or 'none'}; "
            f"with answers there are {', '.join(map(str, names)) or 'none'}."
        )
    first, second = (answers[codes == names.get_loc(label)] for label in pair)
    table = pd.DataFrame({"item": answers.columns})
    for number, (label, members) in enumerate(zip(pair, (first, second), strict=True), start=1):
        table[f"group_{number}"] = label
        table[f"count_{number}"] = members.sum().to_numpy(dtype=int)
        table[f"base_{number}"] = len(members)
        table[f"percent_{number}"] = 100 * members.mean().to_numpy()
    numbers = [table[name].to_numpy() for name in ("count_1", "base_1", "count_2", "base_2")]
    low, high = difference_interval(*numbers, confidence=confidence)
    tests = [shares_test(*row) for row in zip(*numbers, strict=True)]
    p_values = [p_value for _, p_value in tests]
    return table.assign(
        difference=table["percent_1"] - table["percent_2"],
        ci_low=100 * low,
        ci_high=100 * high,
        test=[test for test, _ in tests],
        p_value=p_values,
        p_holm=holm(p_values),
    )
