"""Whether groups answer a question of which everybody gives one answer alike, and how far apart.

One test of the whole table of groups x answers, so that two answers, which say the same of every
group, are one hypothesis; an effect size stands with it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from dmsi_lib.errors import InputError
from dmsi_lib.tables.inference import APPROXIMATE, EXACT, SMALL, within_question

DRAWN = "exact, by drawn tables"
DRAWS = 10_000  # a p value of 0.05 is then known to within 0.004


@dataclass(frozen=True)
class AssociationTest:
    """The result of `independence_test`.

    Attributes
    ----------
    name : "chi-square", "Fisher exact" or "exact, by drawn tables"; "" where nothing is tested
    statistic, df : Pearson's chi-square and its degrees of freedom
    p_value : NaN where everybody gave one answer
    cramers_v : 0 is no association, 1 a complete one; NaN as `p_value`
    n : respondents
    """

    name: str
    statistic: float
    df: int
    p_value: float
    cramers_v: float
    n: int


def independence_test(counts: ArrayLike, seed: int = 0) -> AssociationTest:
    """Test whether groups give each of several answers equally often, one answer a respondent.

    Parameters
    ----------
    counts : (groups, answers) of int
        Groups and answers without anybody are left out.
    seed : int

    Returns
    -------
    AssociationTest

    Raises
    ------
    InputError
        For fewer than two groups with anybody.

    Notes
    -----
    Pearson's chi-square without continuity correction where no expected count is below 5 (Cochran
    1954, "Some methods for strengthening the common chi-square tests", Biometrics 10, 417-451).
    Otherwise exact, with all margins as they are: Fisher's test of two groups and two answers; of
    more, the share of tables drawn with these margins (Patefield 1981, "Algorithm AS 159",
    Applied Statistics 30, 91-97, by scipy) whose chi-square is as large, (1 + as large) /
    (1 + drawn) (Phipson & Smyth 2010, Statistical Applications in Genetics and Molecular Biology
    9, article 39): R's chisq.test(simulate.p.value = TRUE). Cramér (1946), "Mathematical methods
    of statistics", section 21.9: V is the root of chi-square / (n (the fewer of groups and answers,
    less 1)).
    """
    from scipy.stats import chi2_contingency, fisher_exact

    table = np.asarray(counts, dtype=int)
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    n = int(table.sum())
    if len(table) < 2:
        raise InputError(f"Found {len(table)} groups with answers, expected at least two.")
    if table.shape[1] < 2:
        return AssociationTest("", np.nan, 0, np.nan, np.nan, n)
    found = chi2_contingency(table, correction=False)
    statistic, p_value = float(found.statistic), float(found.pvalue)
    name = APPROXIMATE
    if found.expected_freq.min() < SMALL:
        name = EXACT if table.shape == (2, 2) else DRAWN
        expected = found.expected_freq
        p_value = (
            float(fisher_exact(table).pvalue)
            if name == EXACT
            else drawn_p_value(
                table, lambda tables: ((tables - expected) ** 2 / expected).sum(axis=(-2, -1)), seed
            )
        )
    effect = float(np.sqrt(statistic / (n * (min(table.shape) - 1))))
    return AssociationTest(name, statistic, int(found.dof), p_value, effect, n)


def adjusted_residuals(counts: ArrayLike) -> np.ndarray:
    """How far each cell of groups and answers is from what it would be if the groups answered
    alike, in standard errors.

    Parameters
    ----------
    counts : (groups, answers) of int, one answer a respondent

    Returns
    -------
    of float, (groups, answers)
        NaN in the column of an answer that everybody or nobody gave.

    Notes
    -----
    (observed - expected) / sqrt(expected (1 - share of the group) (1 - share of the answer)), which
    is about standard normal where groups answer alike: Haberman (1973), "The analysis of residuals
    in cross-classified tables", Biometrics 29, 205-220; by statsmodels.
    """
    from statsmodels.stats.contingency_tables import Table

    table = np.asarray(counts, dtype=float)
    n = table.sum()
    answers, groups = table.sum(axis=0), table.sum(axis=1)
    found = np.full(table.shape, np.nan)
    vary = np.ix_((groups > 0) & (groups < n), (answers > 0) & (answers < n))
    if table[vary].size:
        with np.errstate(invalid="ignore", divide="ignore"):
            residuals = Table(table, shift_zeros=False).standardized_resids
        found[vary] = residuals[vary]
    return found


def compare_many(
    group: ArrayLike, chosen: pd.DataFrame, groups: Sequence[str], exclusive: bool = False
) -> pd.DataFrame:
    """How far more than two groups differ in each option.

    Parameters
    ----------
    group : (n,) labels
    chosen : (n, options) of bool
    groups : the labels that are compared
    exclusive : whether everybody gives one answer; see `inference.compare_options`

    Returns
    -------
    DataFrame, a row an option, with the columns

        item, cramers_v, test, p_value, p_holm, hypotheses, repeats

        As from `independence_test` of the groups and whether the option was chosen; `p_holm` is
        adjusted over the `hypotheses` as there.
    """
    labels = pd.Series(np.asarray(group, dtype=object), index=chosen.index)
    members = labels.isin(list(groups))
    grouped = chosen[members].groupby(labels[members])
    counts, sizes = grouped.sum(), grouped.size()
    tests = [
        independence_test(np.column_stack([counts[item], sizes - counts[item]])) for item in chosen
    ]
    table = pd.DataFrame(
        {
            "item": list(chosen),
            "cramers_v": [test.cramers_v for test in tests],
            "test": [test.name for test in tests],
            "p_value": [test.p_value for test in tests],
        }
    )
    return within_question(table, exclusive and bool((counts.sum(axis=1) == sizes).all()))


def drawn_p_value(
    table: np.ndarray, statistic: Callable[[np.ndarray], np.ndarray], seed: int
) -> float:
    """How often tables with the same margins have a statistic at least as large as `table`; it is
    given tables (..., groups, answers)."""
    from scipy.stats import random_table

    margins = random_table(table.sum(axis=1), table.sum(axis=0))
    drawn = margins.rvs(size=DRAWS, random_state=np.random.default_rng(seed))
    as_large = statistic(drawn) >= statistic(table) * (1 - 1e-9)  # rounding must not break ties
    return float((1 + as_large.sum()) / (1 + DRAWS))
