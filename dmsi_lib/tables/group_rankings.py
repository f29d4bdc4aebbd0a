"""Whether groups rank items alike: each item by itself, and all of them together.

What a respondent left unranked shares the places behind those that were ranked (`ranking.places`),
so that nobody who ranked anything is left out and an item that a group passes over stands low.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from dmsi_lib.errors import InputError
from dmsi_lib.tables.inference import holm
from dmsi_lib.tables.multiple_response import permuted_statistics
from dmsi_lib.tables.ordered import OrderedTest, ordered_test
from dmsi_lib.tables.ranking import places


@dataclass(frozen=True)
class RankingsTest:
    """The result of `rankings_test`.

    Attributes
    ----------
    items : an OrderedTest of each item's places, by item, groups in the order given; the first
        place is the highest, so that the effect of two groups is the chance that one of the first
        ranks the item higher
    p_holm : p value of each item adjusted for their number, by item
    statistic, p_value : sum of the items' chi-squares; how often dealing the groups out anew among
        whole respondents gives as large a one. NaN where no item varies
    permutations, n : how often that was done; respondents who ranked anything
    """

    items: dict[str, OrderedTest]
    p_holm: dict[str, float]
    statistic: float
    p_value: float
    permutations: int
    n: int


def rankings_test(
    group: ArrayLike,
    ranks: pd.DataFrame,
    groups: Sequence[str],
    permutations: int = 2000,
    seed: int = 0,
) -> RankingsTest:
    """Test whether groups rank each item equally high, and all items.

    Parameters
    ----------
    group : (n,) labels
    ranks : DataFrame of int or NA, (n, items)
        Who ranked nothing is left out.
    groups : the labels that are compared, in order; others are left out
    permutations, seed : int

    Returns
    -------
    RankingsTest

    Raises
    ------
    InputError
        For fewer than two groups with anybody, or ranks that are not whole numbers from 1.

    Notes
    -----
    An item's places are ordered answers: `ordered_test`. The items hang together, since one that
    goes up pushes others down; so the joint test deals the groups out anew among whole respondents
    (the rank permutation principle of Chatterjee & Sen 1964, Calcutta Statistical Association
    Bulletin 13, 18-58, and Puri & Sen 1966, "On a class of multivariate multisample rank-order
    tests", Sankhya A 28, 353-376). Its statistic is the sum over the items, as in
    `multiple_response_test`, and its p value is (1 + as large) / (1 + permutations). It is exact
    for the hypothesis that the groups rank alike in every respect.
    """
    table = places(ranks)
    labels = np.asarray(group, dtype=object)
    members = table.notna().all(axis=1).to_numpy() & np.isin(labels, list(groups))
    labels, table = labels[members], table[members]
    present = [label for label in groups if (labels == label).any()]
    if len(present) < 2:
        raise InputError(f"Found {len(present)} groups with rankings, expected at least two.")
    members_of = [labels == label for label in present]
    items = {str(item): _item_test(table[item], members_of, seed) for item in table}
    adjusted = holm([test.p_value for test in items.values()])
    joint = _joint(labels, table, present, permutations, seed)
    p_holm = dict(zip(items, map(float, adjusted), strict=True))
    return RankingsTest(items, p_holm, *joint, permutations, len(table))


def _item_test(place: pd.Series, members_of: Sequence[np.ndarray], seed: int) -> OrderedTest:
    values, at = np.unique(-place.to_numpy(), return_inverse=True)  # from the last place up
    counts = [np.bincount(at[members], minlength=len(values)) for members in members_of]
    return ordered_test(counts, seed=seed)


def _joint(
    labels: np.ndarray, table: pd.DataFrame, groups: Sequence[str], permutations: int, seed: int
) -> tuple[float, float]:
    """The statistic of all items together, and its p value by permutation."""
    midranks = table.rank().to_numpy()
    midranks = midranks[:, np.ptp(midranks, axis=0) > 0]
    n = len(midranks)
    if not midranks.size:
        return np.nan, np.nan
    scores = (midranks - midranks.mean(axis=0)) / midranks.std(axis=0) * np.sqrt((n - 1) / n)
    codes = pd.Categorical(labels, categories=list(groups)).codes
    sizes = np.bincount(codes)
    sums = np.array([scores[codes == code].sum(axis=0) for code in range(len(groups))])
    statistic = float((sums**2 / sizes[:, None]).sum())
    permuted = permuted_statistics(scores, codes, sizes, permutations, seed)
    as_large = (permuted >= statistic * (1 - 1e-9)).sum()  # rounding must not break ties
    return statistic, float((1 + as_large) / (1 + permutations))
