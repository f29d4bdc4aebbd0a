"""Whether groups stand differently high on options that have an order.

A table of groups x answers in their order, as in `associations`; but answers next to each other
count as near, so that a shift of a whole group is found where the test of the table sees only many
small differences.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from dmsi_lib.errors import InputError
from dmsi_lib.tables.associations import drawn_p_value
from dmsi_lib.tables.inference import SMALL

WILCOXON, KRUSKAL = "Wilcoxon-Mann-Whitney", "Kruskal-Wallis"  # of an order alone
TREND, MEAN_SCORES = "linear trend", "mean scores"  # of what the answers count
HIGHER, EPSILON, CORRELATION = "chance of standing higher", "epsilon squared", "correlation"


@dataclass(frozen=True)
class OrderedTest:
    """The result of `ordered_test`.

    Attributes
    ----------
    name : "Wilcoxon-Mann-Whitney" or "Kruskal-Wallis", with scores "linear trend" or "mean scores"
        (two groups, or more); "" where nothing is tested
    statistic, df : chi-square and its degrees of freedom
    p_value : NaN where everybody gave one answer
    drawn : whether the p value is that of drawn tables
    effect, effect_name : how far the groups are apart; see the notes of `ordered_test`
    n : respondents counted
    left_out : respondents with an answer that has no place in the order, where the caller says so
    """

    name: str
    statistic: float
    df: int
    p_value: float
    drawn: bool
    effect: float
    effect_name: str
    n: int
    left_out: int = 0


def ordered_test(
    counts: ArrayLike, scores: ArrayLike | None = None, seed: int = 0, left_out: int = 0
) -> OrderedTest:
    """Test whether groups stand equally high on ordered answers, one answer a respondent.

    Parameters
    ----------
    counts : (groups, answers) of int, the answers from low to high
        Groups and answers without anybody are left out.
    scores : (answers,) of float, optional
        What the answers count; by default they have their order alone.
    seed : int
    left_out : see `OrderedTest`

    Returns
    -------
    OrderedTest

    Raises
    ------
    InputError
        For fewer than two groups with anybody.

    Examples
    --------
    >>> found = ordered_test([[19, 31, 67], [1, 5, 21]], scores=[1, 2, 3])
    >>> found.name, round(found.statistic, 3), round(found.p_value, 3)
    ('linear trend', 4.515, 0.034)

    Notes
    -----
    With a_j what the answers count and r the correlation of answer and group, the statistic is
    (n - 1) r^2: the squared distance of the groups' mean scores from the mean of all, in units of
    its variance over all ways of dealing the answers out to the groups (Mantel 1963, "Chi-square
    tests with one degree of freedom", JASA 58, 690-700; Agresti 2002, "Categorical data analysis",
    section 3.4; for more groups r^2 is the share of the scores' variance that lies between them,
    Landis, Heyman & Koch 1978, International Statistical Review 46, 237-254). Of two groups it is
    the Cochran-Armitage test for trend times (n - 1) / n.

    Without scores an answer counts its midrank. The same formula is then the test of Wilcoxon
    (1945) and Mann & Whitney (1947, Annals of Mathematical Statistics 18, 50-60) with their
    correction for ties and without one for continuity, or of Kruskal & Wallis (1952, JASA 47,
    583-621) for more groups. It stands here, and not scipy's mannwhitneyu and kruskal, since it is
    all four at once and takes thousands of drawn tables; the tests hold it against scipy.

    The approximation may fail where hardly anybody in the smallest group is to be expected outside
    the most frequent answer. Below 5 (of two answers the rule of Cochran 1954, see
    `inference.shares_test`) the p value is that of tables drawn with these margins, as in
    `associations.independence_test`.

    The effect. Two groups, no scores: the chance that one of the first group stands higher than one
    of the second, ties counted half, 0 to 1 (Agresti 2010, "Analysis of ordinal categorical data",
    section 2.1). Two groups with scores: r, above 0 where the first stands higher. More groups:
    epsilon squared, statistic / (n - 1), the share of the variance of ranks or scores that lies
    between groups (Tomczak & Tomczak 2014, Trends in Sport Sciences 1(21), 19-25).
    """
    table = np.asarray(counts, dtype=int)
    answered = table.sum(axis=0) > 0
    table = table[table.sum(axis=1) > 0][:, answered]
    n = int(table.sum())
    if len(table) < 2:
        raise InputError(f"Found {len(table)} groups with answers, expected at least two.")
    values = _midranks(table) if scores is None else np.asarray(scores, dtype=float)[answered]
    if np.ptp(values) == 0:  # one answer, or several that count the same
        return OrderedTest("", np.nan, 0, np.nan, False, np.nan, "", n, left_out)
    statistic, df = float(_statistic(table, values)), len(table) - 1
    drawn = _is_sparse(table)
    p_value = (
        drawn_p_value(table, lambda tables: _statistic(tables, values), seed)
        if drawn
        else _upper_tail(statistic, df)
    )
    effect, effect_name = _effect(table, values, statistic, scores is None)
    two, by_scores = len(table) == 2, scores is not None
    name = (TREND if two else MEAN_SCORES) if by_scores else (WILCOXON if two else KRUSKAL)
    return OrderedTest(name, statistic, df, p_value, drawn, effect, effect_name, n, left_out)


def _midranks(table: np.ndarray) -> np.ndarray:
    """The mean place of those who gave each answer among all who answered."""
    totals = table.sum(axis=0)
    return totals.cumsum() - (totals - 1) / 2


def _statistic(tables: np.ndarray, values: np.ndarray) -> np.ndarray:
    """(n - 1) times the share of the variance of `values` that lies between the groups, of tables
    (..., groups, answers) with the same margins."""
    totals, sizes = tables.sum(axis=-2), tables.sum(axis=-1)
    n = sizes.sum(axis=-1)
    centred = values - (totals @ values / n)[..., None]
    between = ((tables @ centred[..., None])[..., 0] ** 2 / sizes).sum(axis=-1)
    return (n - 1) * between / (totals * centred**2).sum(axis=-1)


def _upper_tail(statistic: float, df: int) -> float:
    from scipy.stats import chi2

    return float(chi2.sf(statistic, df))


def _is_sparse(table: np.ndarray) -> bool:
    """Whether fewer than SMALL of the smallest group are expected outside the most frequent
    answer."""
    outside = 1 - table.sum(axis=0).max() / table.sum()
    return bool(table.sum(axis=1).min() * outside < SMALL)


def _effect(
    table: np.ndarray, values: np.ndarray, statistic: float, by_rank: bool
) -> tuple[float, str]:
    """How far the groups are apart, and what that is called."""
    share = statistic / float(table.sum() - 1)
    if len(table) > 2:
        return share, EPSILON
    first, second = table
    if by_rank:
        below = second.cumsum() - second / 2
        return float(first @ below / (first.sum() * second.sum())), HIGHER
    higher = first @ values / first.sum() - second @ values / second.sum()
    return float(np.sign(higher) * np.sqrt(share)), CORRELATION
