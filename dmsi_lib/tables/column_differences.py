"""Which columns of a cross table differ, line by line, and the letters that say so.

Unlike `pairs`, which speaks for a question as a whole, each line stands for itself here, as survey
programs have it (docs/decisions/letters.md).
"""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from dmsi_lib.tables.inference import LEVEL, holm, shares_z_test
from dmsi_lib.tables.pairs import column_letters

LETTER_COLUMNS = ["letter", "higher_than", "not_tested"]
_LINE = ["question", "row", "item"]


def letter_columns(
    table: pd.DataFrame, compared: Sequence[Sequence[str]], min_base: int, without: set[str]
) -> dict[str, Any]:
    """The letters of columns, and in each cell those of lower columns and of untested ones.

    Parameters
    ----------
    table : with question, row, item, group, count and base, NaN where they are hidden
    compared : groups that are compared with each other, as `Banner.compared`; all have letters
    min_base : columns of fewer are not compared
    without : ids of questions whose lines are no shares

    Returns
    -------
    dict of the names in LETTER_COLUMNS to texts, one a row of the table; see
    `cross_tables.cross_tables`

    Notes
    -----
    Two columns of a block are compared line by line, by `inference.shares_z_test`, with Holm's
    correction over the pairs of the line. What is hidden is not tested.
    """
    codes = [code for block in compared for code in block]
    letters = dict(zip(codes, column_letters(len(codes)), strict=True))
    texts: dict[str, Any] = {"letter": [letters.get(group, "") for group in table["group"]]}
    texts |= {name: np.full(len(table), "", dtype=object) for name in LETTER_COLUMNS[1:]}
    shares = ~table["question"].isin(without).to_numpy()
    for block in compared:
        rows, counts, bases = _cells_of(table, block, shares)
        pairs = list(combinations(range(len(block)), 2))
        large = np.where(bases >= min_base, bases, np.nan)
        found = differing_columns(counts, large, pairs)
        own = np.array([letters[code] for code in block], dtype=object)
        _write_letters(texts["higher_than"], rows, own, _higher(found, pairs, rows.shape))
        untested = np.where(np.isnan(found), 2, 0)
        _write_letters(texts["not_tested"], rows, own, _higher(untested, pairs, rows.shape))
    return texts


def _cells_of(
    table: pd.DataFrame, codes: Sequence[str], wanted: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where in a table the cells of some columns are, their counts and bases: (lines, columns)."""
    place = table["group"].map({code: n for n, code in enumerate(codes)})
    rows = np.flatnonzero(place.notna().to_numpy() & wanted)
    cells = table.iloc[rows]
    keys = pd.MultiIndex.from_frame(cells[_LINE])
    line = keys.drop_duplicates().get_indexer(keys)
    at = np.zeros((line.max(initial=-1) + 1, len(codes)), dtype=int)
    at[line, place.iloc[rows].astype(int)] = rows
    counts, bases = (
        table[name].to_numpy(dtype=float, na_value=np.nan)[at] for name in ("count", "base")
    )
    return at, counts, bases


def _write_letters(
    texts: np.ndarray, rows: np.ndarray, letters: np.ndarray, which: np.ndarray
) -> None:
    """Write the letters of columns into the cells of a table, bool (lines, columns, columns)."""
    for line, column in zip(*np.nonzero(which.any(axis=2)), strict=True):
        texts[rows[line, column]] = " ".join(letters[which[line, column]])


def differing_columns(
    counts: np.ndarray, bases: np.ndarray, pairs: Sequence[tuple[int, int]]
) -> np.ndarray:
    """Which of two columns has the larger share beyond chance, line by line.

    Parameters
    ----------
    counts, bases : of float (lines, columns)
    pairs : of columns, by their number

    Returns
    -------
    of float (lines, pairs)
        1 the first, -1 the second, 0 neither, NaN where nothing is tested. `shares_z_test` at the
        5 % level, with Holm's correction over the pairs of the line.
    """
    if not pairs:
        return np.empty((len(counts), 0))
    first, second = (list(side) for side in zip(*pairs, strict=True))
    p_values = shares_z_test(counts[:, first], bases[:, first], counts[:, second], bases[:, second])
    adjusted = np.array([holm(line) for line in p_values]).reshape(p_values.shape)
    gap = counts[:, first] / bases[:, first] - counts[:, second] / bases[:, second]
    return np.where(np.isnan(adjusted), np.nan, np.where(adjusted < LEVEL, np.sign(gap), 0))


def _higher(
    found: np.ndarray, pairs: Sequence[tuple[int, int]], shape: tuple[int, ...]
) -> np.ndarray:
    """Which columns each cell is higher than, bool (lines, columns, columns), as
    `differing_columns` has found; where it is 2, each of the pair than the other."""
    higher = np.zeros((*shape, shape[1]), dtype=bool)
    for n, (one, other) in enumerate(pairs):
        higher[:, one, other] = (found[:, n] == 1) | (found[:, n] == 2)
        higher[:, other, one] = (found[:, n] == -1) | (found[:, n] == 2)
    return higher
