"""Which of several groups differ from which, option by option, and the letters that say so.

The letters are those of market research: a cell bears the letter of every column whose share is
lower beyond chance (docs/decisions/letters.md).
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, count, islice, product
from string import ascii_uppercase

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from dmsi_lib.tables.inference import shares_test, within_question

_COLUMNS = [
    *("item", "group_1", "count_1", "base_1", "percent_1"),
    *("group_2", "count_2", "base_2", "percent_2", "difference", "test", "p_value"),
]


def compare_pairs(
    group: ArrayLike, chosen: pd.DataFrame, groups: Sequence[str], exclusive: bool = False
) -> pd.DataFrame:
    """How far each two of several groups differ in each option.

    Parameters
    ----------
    group : (n,) labels
    chosen : (n, options) of bool
    groups : the labels that are compared, each with somebody
    exclusive : whether everybody gives one answer; see `inference.compare_options`

    Returns
    -------
    DataFrame, a row a pair and option, with the columns

        item, group_1, count_1, base_1, percent_1, group_2, count_2, base_2, percent_2,
        difference, test, p_value, p_holm, hypotheses, repeats

        As from `inference.compare_options` of the pair, but that `p_holm` is adjusted over all
        pairs and options together, so that the chance of any false finding in the question stays
        below the level, whatever the options have to do with one another (see `inference.holm`).

    Notes
    -----
    Of one option it is R's pairwise.prop.test(correct = FALSE), and statsmodels'
    proportions_chisquare_allpairs, but for Fisher's exact test where expected counts are small.
    """
    labels = pd.Series(np.asarray(group, dtype=object), index=chosen.index)
    grouped = chosen.groupby(labels)
    counts, sizes = grouped.sum(), grouped.size()
    rows = [
        _pair_row(item, one, other, counts[item], sizes)
        for one, other in combinations(groups, 2)
        for item in chosen
    ]
    table = pd.DataFrame(rows, columns=_COLUMNS)
    complete = exclusive and bool((counts.sum(axis=1) == sizes).loc[list(groups)].all())
    return within_question(table, complete, np.arange(len(table)) // max(1, chosen.shape[1]))


def _pair_row(
    item: str, one: str, other: str, counts: "pd.Series[int]", sizes: "pd.Series[int]"
) -> tuple[object, ...]:
    sides = [(int(counts[name]), int(sizes[name])) for name in (one, other)]
    first, second = (100 * chosen / base for chosen, base in sides)
    test, p_value = shares_test(*sides[0], *sides[1])
    return (item, one, *sides[0], first, other, *sides[1], second, first - second, test, p_value)


def column_letters(number: int) -> list[str]:
    """Names of so many columns: A to Z, then AA, AB, ... as in a spreadsheet."""
    return list(islice(_letters(), number))


def _letters() -> Iterator[str]:
    for length in count(1):
        yield from map("".join, product(ascii_uppercase, repeat=length))


def letters_in_cells(
    pairs: pd.DataFrame, letters: Mapping[str, str], level: float
) -> dict[tuple[str, str], list[str]]:
    """The letters that stand in the cells of a table.

    Parameters
    ----------
    pairs : as from `compare_pairs`
    letters : the letter of each group
    level : fraction; a pair differs where `p_holm` is below it

    Returns
    -------
    dict of (item, group) to the letters of the groups whose share is lower, in the groups' order;
    only cells that have any
    """
    found: dict[tuple[str, str], list[str]] = {}
    order = list(letters)
    for row in pairs[pairs["p_holm"] < level].itertuples():
        higher, lower = row.group_1, row.group_2
        if row.difference < 0:
            higher, lower = lower, higher
        found.setdefault((row.item, higher), []).append(lower)
    return {
        cell: [letters[group] for group in sorted(lower, key=order.index)]
        for cell, lower in found.items()
    }
