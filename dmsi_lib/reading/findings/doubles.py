"""Entries that repeat an earlier one in so many answers that chance does not explain it.

A question is one answer, however many options it has; a text beside it is another. If answers to
different questions had nothing to do with each other, an entry would have (n - 1) times the product
of its answers' shares entries equal to it. The share is that among those who answered the
question: whoever was routed past it, or had left by then, is alike in that for another reason than
chance, and a blank makes no entry unlikely.

Real answers do depend on each other, so that coincidences are more frequent than that; an entry is
named only where far less than one is to be expected (`RARE`).
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from dmsi_lib.questionnaire import Questionnaire
from dmsi_lib.reading.rows.rows import Array

# Expected entries equal to one. Of 79 entries that repeat another in five public exports of 550 to
# 2,778 people this names 4 (chance would make 1 such pair); at a tenth it would be 19 (and 16).
RARE = 0.01
_MOST_NUMBERS = 2**62  # that an int64 tells apart


def doubles(responses: pd.DataFrame, questionnaire: Questionnaire) -> tuple[Array, float]:
    """Entries that repeat an earlier one, and how many pairs of such entries chance would make.

    Parameters
    ----------
    responses : DataFrame, (n, (question, item))
    questionnaire : Questionnaire

    Returns
    -------
    bool array (n,) and float
    """
    again = responses.duplicated().to_numpy()
    if not again.any():
        return again, 0.0
    expected = np.full(len(responses), max(len(responses) - 1, 0), dtype=float)
    for answers in _answers(responses, questionnaire):
        answered = answers >= 0
        counts = np.bincount(answers[answered])  # of each answer
        expected[answered] *= counts[answers[answered]] / answered.sum()
    rare = expected < RARE
    return again & rare, float(expected[rare].sum() / 2)


def _answers(responses: pd.DataFrame, questionnaire: Questionnaire) -> Iterator[Array]:
    """For each question, and each text beside one, a number for each answer, -1 for blank."""
    columns: dict[str, dict[str, Array]] = {}
    for (name, item), column in responses.items():
        columns.setdefault(name, {})[item] = _codes(column.array)
    for question in questionnaire.in_file:
        found = columns.get(question.id, {})
        own = [codes for item, codes in found.items() if item in question.items]
        beside = [codes for item, codes in found.items() if item not in question.items]
        yield from map(_numbered, ([own] if own else []) + [[codes] for codes in beside])


def _codes(column: Any) -> Array:
    """A number for each value of a column, -1 for blank."""
    if isinstance(column, pd.Categorical):
        return column.codes.astype(np.int64)
    if isinstance(column, pd.arrays.BooleanArray):
        return column.to_numpy(dtype=np.int64, na_value=-1)
    return pd.factorize(column)[0]


def _numbered(columns: Sequence[Array]) -> Array:
    """Which rows are equal in all columns, by number; -1 where all of a row is blank."""
    found, most = columns[0], int(columns[0].max(initial=0))
    for codes in columns[1:]:
        several = int(codes.max(initial=0)) + 2
        if (most + 2) * several > _MOST_NUMBERS:
            found = pd.factorize(found)[0]
            most = int(found.max(initial=0))
        found = found * several + codes + 1
        most = (most + 1) * several
    blank = np.logical_and.reduce([codes < 0 for codes in columns])
    return np.where(blank, -1, pd.factorize(found)[0])
