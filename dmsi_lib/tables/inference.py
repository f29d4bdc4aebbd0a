"""Uncertainty of counts and shares, and tests of their differences, the effect always first.

Fractions here are 0 to 1 and tables turn them into percents; `compare_options` is such a table.
scipy is loaded by the tests alone, which tables need not wait for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from dmsi_lib.errors import InputError
from dmsi_lib.tables.multiple_response import answers_by_group, yes_or_no

LEVEL = 0.05  # of a test, as a fraction
SMALL = 5  # an expected count below it calls for the exact test
# Answers in a group, below which nothing is tested and no share stands in a sentence. The first of
# the criteria in Parker et al. (2017), "National Center for Health Statistics data presentation
# standards for proportions", Vital and Health Statistics 2(175): no proportion of fewer than 30, by
# denominator or by effective sample size. Others, on the interval's width, are stricter (none of 30
# points or more) and not asked here: the interval is shown.
FEWEST = 30
EXACT, APPROXIMATE = "Fisher exact", "chi-square"

Counts = int | np.ndarray


def enough(base: ArrayLike) -> Any:
    """Whether so many answered that an interval, a test, or a word like "most" may stand: bool, or
    bool array; a base that is hidden (NaN) is not enough."""
    return np.asarray(base, dtype=float) >= FEWEST


def wilson_interval(
    count: Counts, base: Counts, confidence: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Wilson's score interval of shares, low and high; NaN where the base is 0.

    Wilson (1927), "Probable inference, the law of succession, and statistical inference", JASA 22,
    209-212; recommended over the normal interval by Brown, Cai & DasGupta (2001), "Interval
    estimation for a binomial proportion", Statistical Science 16, 101-133.
    """
    count, base = np.asarray(count, dtype=float), np.asarray(base, dtype=float)
    base = np.where(base > 0, base, np.nan)
    share, z = count / base, NormalDist().inv_cdf((1 + confidence) / 2)
    middle = (share + z**2 / (2 * base)) / (1 + z**2 / base)
    reach = z * np.sqrt(share * (1 - share) / base + (z / base) ** 2 / 4) / (1 + z**2 / base)
    return np.clip(middle - reach, 0, 1), np.clip(middle + reach, 0, 1)


def difference_interval(
    count1: Counts, base1: Counts, count2: Counts, base2: Counts, confidence: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Newcombe's hybrid score interval of the first of two independent shares less the second.

    Low and high, -1 to 1; NaN where a base is 0. Method 10 of Newcombe (1998), "Interval estimation
    for the difference between independent proportions: comparison of eleven methods", Statistics in
    Medicine 17, 873-890: the Wilson intervals of the two shares combined. It never leaves -1 to 1.
    """
    low1, high1 = wilson_interval(count1, base1, confidence)
    low2, high2 = wilson_interval(count2, base2, confidence)
    with np.errstate(invalid="ignore", divide="ignore"):
        share1, share2 = np.divide(count1, base1), np.divide(count2, base2)
    below, above = np.hypot(share1 - low1, high2 - share2), np.hypot(high1 - share1, share2 - low2)
    return share1 - share2 - below, share1 - share2 + above


def shares_test(count1: int, base1: int, count2: int, base2: int) -> tuple[str, float]:
    """Test that two shares are equal, exactly where the numbers are small.

    The test's name and two-sided p value; "" and NaN where a base is 0, or where everybody or
    nobody is counted. Fisher's exact test where one of the four expected counts is below 5,
    otherwise Pearson's chi-square without continuity correction: Cochran (1954), "Some methods for
    strengthening the common chi-square tests", Biometrics 10, 417-451. The exact p value is the
    chance, with all margins as they are, of a table no likelier than this one: Fisher (1935), "The
    logic of inductive inference", Journal of the Royal Statistical Society 98, 39-82. It is
    conservative, so it is used where the approximation may fail and not otherwise.
    """
    from scipy.stats import chi2_contingency, fisher_exact

    table = np.array([[count1, base1 - count1], [count2, base2 - count2]])
    if not (table.sum(axis=0).all() and table.sum(axis=1).all()):
        return "", np.nan
    approximate = chi2_contingency(table, correction=False)
    if approximate.expected_freq.min() < SMALL:
        return EXACT, float(fisher_exact(table).pvalue)
    return APPROXIMATE, float(approximate.pvalue)


def shares_z_test(
    count1: ArrayLike, base1: ArrayLike, count2: ArrayLike, base2: ArrayLike
) -> np.ndarray:
    """Two-sided p values that two shares are equal, for many pairs at once; NaN where nothing is
    tested.

    Parameters
    ----------
    count1, base1, count2, base2 : of numbers, all of one shape; NaN is unknown

    Returns
    -------
    of float, that shape
        NaN where one of the four expected counts is below 5 (Cochran 1954, see `shares_test`),
        where everybody or nobody is counted, or where a number is unknown.

    Notes
    -----
    With p = (count1 + count2) / (base1 + base2), z = (share1 - share2) / sqrt(p (1 - p) (1 / base1
    + 1 / base2)) is about standard normal: Fleiss, Levin & Paik (2003), "Statistical methods for
    rates and proportions", section 3.2. Its square is Pearson's chi-square without continuity
    correction, R's prop.test(correct = FALSE); it is how survey programs compare column shares.

    Examples
    --------
    >>> float(shares_z_test(60, 100, 40, 100).round(4))
    0.0047
    """
    from scipy.special import erfc

    numbers = [np.asarray(one, dtype=float) for one in (count1, base1, count2, base2)]
    chosen1, of1, chosen2, of2 = numbers
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (chosen1 + chosen2) / (of1 + of2)
        rarer = np.minimum(share, 1 - share) * np.minimum(of1, of2)  # the least expected count
        spread = np.sqrt(share * (1 - share) * (1 / of1 + 1 / of2))
        z = (chosen1 / of1 - chosen2 / of2) / spread
        return np.where(rarer >= SMALL, erfc(np.abs(z) / np.sqrt(2)), np.nan)


def holm(p_values: ArrayLike) -> np.ndarray:
    """Adjust p values for being several; NaN is no test, stays NaN and does not count.

    Holm (1979), "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
    Statistics 6, 65-70. The chance of any false finding stays below the level, however the tests
    depend on one another.
    """
    adjusted = np.array(p_values, dtype=float)
    tested = ~np.isnan(adjusted)
    found = adjusted[tested]
    order = np.argsort(found, kind="stable")
    # Not by statsmodels' multipletests: it collects garbage at every call (40 ms here, against 10
    # microseconds), which takes longer than everything else in a notebook's comparison.
    stepped = np.maximum.accumulate(found[order] * np.arange(len(order), 0, -1))
    found[order] = np.minimum(stepped, 1)
    adjusted[tested] = found
    return adjusted


@dataclass(frozen=True)
class CochranTest:
    """The result of `cochrans_q`: statistic, degrees of freedom, p value and respondents."""

    statistic: float
    df: int
    p_value: float
    n: int


def cochrans_q(chosen: ArrayLike) -> CochranTest:
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

    values = yes_or_no(pd.DataFrame(chosen))
    values = values[~np.isnan(values).all(axis=1)]
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


def compare_options(
    group: ArrayLike,
    chosen: ArrayLike,
    groups: Sequence[Any] | None = None,
    exclusive: bool = False,
    unseen: int = 0,
) -> pd.DataFrame:
    """How often two groups choose each option, and how much they differ.

    Parameters
    ----------
    group : (n,) labels
    chosen : (n, options) of booleans or 0 and 1, array or DataFrame
        Respondents without a label or without any value are left out.
    groups : pair of labels, optional
        The groups to compare, first and second; others are left out. By default the two that
        occur, in the order of their categories, otherwise sorted.
    exclusive : bool
        Whether everybody gives one answer: of two answers that are all there is, one is what the
        other is not, so that both are one hypothesis and tested once.
    unseen : int
        How many further options the question has that are not in `chosen`, as they are hidden; see
        `within_question`.

    Returns
    -------
    DataFrame, a row an option, with the columns

        item, group_1, count_1, base_1, percent_1, group_2, count_2, base_2, percent_2,
        difference, ci_low, ci_high, test, p_value, p_holm, hypotheses, repeats

        Percents are 0 to 100. `difference` is percent_1 less percent_2, in percentage points,
        with Newcombe's interval (`difference_interval`). `p_value` is that of `shares_test`, NaN
        for an option that everybody or nobody chose; `p_holm` is adjusted over the options, which
        are so many `hypotheses`; `repeats` where the hypothesis is that of a row above. Of
        `exclusive` answers the chi-square of one against the rest is its adjusted residual squared
        (`associations.adjusted_residuals`).

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
    table = pd.DataFrame({"item": answers.columns})
    for number, label in enumerate(pair, start=1):
        members = answers[codes == names.get_loc(label)]
        table[f"group_{number}"] = label
        table[f"count_{number}"] = members.sum().to_numpy(dtype=int)
        table[f"base_{number}"] = len(members)
        table[f"percent_{number}"] = 100 * members.mean().to_numpy()
    numbers = [table[name].to_numpy() for name in ("count_1", "base_1", "count_2", "base_2")]
    low, high = difference_interval(*numbers)
    tests = [shares_test(*row) for row in zip(*numbers, strict=True)]
    table = table.assign(
        difference=table["percent_1"] - table["percent_2"],
        ci_low=100 * low,
        ci_high=100 * high,
        test=[test for test, _ in tests],
        p_value=[p_value for _, p_value in tests],
    )
    complete = all((table[f"count_{n}"].sum() == table[f"base_{n}"]).all() for n in (1, 2))
    return within_question(table, exclusive and complete, unseen=unseen)


def within_question(
    rows: pd.DataFrame, complete: bool, comparison: ArrayLike = 0, unseen: int = 0
) -> pd.DataFrame:
    """Adjust `p_value` over all rows of a question: `p_holm`, of how many `hypotheses`, and whether
    a row `repeats` the hypothesis of one above.

    `comparison`, (rows,), says which groups a row is about. Where every respondent gave one of
    these answers and no other (`complete`), two that vary between the groups of a comparison are
    one hypothesis, since one is what the other is not. `unseen` tests count as if each had p = 1:
    what passes beside them passes, too, when they are seen.
    """
    tested = rows["p_value"].notna()
    which = pd.Series(np.broadcast_to(np.asarray(comparison), len(rows)), rows.index)
    among, place = tested.groupby(which).transform("sum"), tested.groupby(which).cumsum()
    repeats = tested & (among == 2) & (place == 2) & complete
    once = rows["p_value"].mask(repeats)
    adjusted = pd.Series(holm([*once, *[1.0] * unseen])[: len(rows)], rows.index)
    adjusted = adjusted.mask(repeats, adjusted.groupby(which).transform("first"))
    hypotheses = int(once.notna().sum()) + unseen
    return rows.assign(p_holm=adjusted, hypotheses=hypotheses, repeats=repeats)
