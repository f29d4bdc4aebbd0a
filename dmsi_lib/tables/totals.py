"""All groups of a table together, as a group of its own."""

import numpy as np
import pandas as pd

from dmsi_lib.tables.inference import wilson_interval

TOTAL = "(total)"  # the code of the group
_LINE = ["row", "item"]
_SUMS = ["count", "base", "measured", "left_out"]
# What is no sum: a mean over all groups weighs each group by how many its own stands on.
_WEIGHTS = {"mean_rank": "count", "rank_1_percent": "base"}
_WEIGHTS |= {"mean": "measured", "net_promoter": "measured"}


def totals(table: pd.DataFrame) -> pd.DataFrame:
    """Everybody in the groups of a table, line by line.

    Parameters
    ----------
    table : DataFrame with the columns row, item, group, count, base and any others of
        `tables.COLUMNS`; nobody is in two groups

    Returns
    -------
    DataFrame
        A row for each line of the group TOTAL: counts and bases added up, with percent and
        interval (0 to 100), and the means over all groups. A median is not known of a sum and is
        missing; what the groups do not share (a twin's wording) is the first's. A line of which a
        group is suppressed is suppressed.

    Examples
    --------
    >>> line = {"row": "", "item": "yes"}
    >>> table = pd.DataFrame([line | {"group": "a", "count": 3, "base": 4},
    ...                       line | {"group": "b", "count": 1, "base": 4}])
    >>> totals(table)[["count", "base", "percent"]].values.tolist()
    [[4.0, 8.0, 50.0]]
    """
    lines = table.groupby(_LINE, sort=False)
    total = lines.first().assign(group=TOTAL)
    added = [name for name in _SUMS if name in table]
    total[added] = lines[added].sum(min_count=1)
    for name, weight in _WEIGHTS.items():
        if name in table and weight in table:
            total[name] = _weighted(table, name, weight)
    if "median" in table:
        total["median"] = np.nan
    if "suppressed" in table:
        total["suppressed"] = lines["suppressed"].max()  # "" where no group is
        total[added] = total[added].mask(total["suppressed"] != "")
    counts, bases = total["count"].to_numpy(float), total["base"].to_numpy(float)
    low, high = wilson_interval(counts, bases)
    shares = 100 * counts / np.where(bases > 0, bases, np.nan)
    return total.assign(percent=shares, ci_low=100 * low, ci_high=100 * high).reset_index()


def _weighted(table: pd.DataFrame, name: str, weight: str) -> pd.Series | float:
    """The mean of a column of groups by line, each group as much as its weight."""
    values = table[name].astype(float)
    if values.isna().all():  # most have none, and to group takes long
        return np.nan
    weights = table[weight].where(values.notna()).astype(float)
    parts = table[_LINE].assign(value=values * weights, weight=weights)
    summed = parts.groupby(_LINE, sort=False)[["value", "weight"]].sum()
    return summed["value"] / summed["weight"].replace(0, np.nan)
