"""Rankings: who is ranked how high, whether respondents agree, and what each item is worth.

Ranks come as a frame of respondents x items, 1 for the first, blank for an item left unranked.
Partial rankings count wherever they can: in the summary by item, in the worths by `unranked`; only
Friedman's test needs complete ones and says how many it had to leave out.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dmsi_lib.errors import InputError
from dmsi_lib.tables.inference import wilson_interval
from dmsi_lib.tables.plackett_luce import rank_values


def places(ranks: pd.DataFrame) -> pd.DataFrame:
    """The place that each respondent gives each item, float (n, items), 1 the first.

    Items that a respondent left out share the places behind those that were ranked (their midrank,
    as for ties), which is how `plackett_luce` takes them. NaN for who ranked nothing; an InputError
    for ranks that are not whole numbers from 1.
    """
    values = pd.DataFrame(rank_values(ranks), ranks.index, ranks.columns)
    return values.rank(axis=1, na_option="bottom").where(values.notna().any(axis=1))


def rank_summary(ranks: pd.DataFrame) -> pd.DataFrame:
    """Mean rank, mean place and share ranked first of each item.

    Parameters
    ----------
    ranks : DataFrame of int or NA, (n, items)

    Returns
    -------
    DataFrame, a row an item, with the columns

        item, count, base, mean_rank, mean_place, rank_1_count, rank_1_percent, ci_low, ci_high

        `count` is how many ranked the item and `base` how many ranked any. `mean_rank` is over the
        count, `mean_place` (of `places`) over the base. The share ranked first is over the base, 0
        to 100, with Wilson's interval.

    Raises
    ------
    InputError
        For ranks that are not whole numbers from 1.
    """
    values, placed = rank_values(ranks), places(ranks)
    base = int((~np.isnan(values)).any(axis=1).sum())
    table = pd.DataFrame({"item": ranks.columns, "count": (~np.isnan(values)).sum(axis=0)})
    first = (values == 1).sum(axis=0)
    low, high = wilson_interval(first, base)
    return table.assign(
        base=base,
        mean_rank=pd.DataFrame(values).mean().to_numpy(),
        mean_place=placed.mean().to_numpy(),
        rank_1_count=first,
        rank_1_percent=100 * first / base if base else np.nan,
        ci_low=100 * low,
        ci_high=100 * high,
    )


@dataclass(frozen=True)
class FriedmanTest:
    """The result of `friedman`.

    Attributes
    ----------
    statistic, df, p_value : Friedman's chi-square, corrected for ties
    kendalls_w : 0 is no agreement among the respondents, 1 the same ranking by all
    n, left_out : complete rankings, and partial ones left out; who ranked nothing is in neither
    """

    statistic: float
    df: int
    p_value: float
    kendalls_w: float
    n: int
    left_out: int


def friedman(ranks: pd.DataFrame) -> FriedmanTest:
    """Test whether the items are ranked alike, and how far the respondents agree.

    Parameters
    ----------
    ranks : DataFrame of int or NA, (n, items)
        Equal ranks are ties. Only complete rankings are used.

    Returns
    -------
    FriedmanTest

    Raises
    ------
    InputError
        For fewer than three items or two complete rankings, or ranks not whole numbers from 1.

    Notes
    -----
    Friedman (1937), "The use of ranks to avoid the assumption of normality implicit in the
    analysis of variance", JASA 32, 675-701. Kendall & Babington Smith (1939), "The problem of m
    rankings", Annals of Mathematical Statistics 10, 275-287: W = chi-square / (n (items - 1)).
    """
    from scipy.stats import friedmanchisquare

    values = rank_values(ranks)
    items, missing = values.shape[1], np.isnan(values)
    complete = ~missing.any(axis=1)
    n, left_out = int(complete.sum()), int((~complete & ~missing.all(axis=1)).sum())
    if items < 3 or n < 2:
        raise InputError(
            f"Found {n} complete rankings of {items} items; Friedman's test needs at least two "
            "rankings of three items."
        )
    values = values[complete]
    if (values == values[:, :1]).all():  # ties only: nobody prefers anything
        return FriedmanTest(0.0, items - 1, 1.0, 0.0, n, left_out)
    found = friedmanchisquare(*values.T)
    statistic, p_value = float(found.statistic), float(found.pvalue)
    w = statistic / (n * (items - 1))
    return FriedmanTest(statistic, items - 1, p_value, w, n, left_out)
