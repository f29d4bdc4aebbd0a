"""Entries that repeat an earlier one in so many answers that chance does not explain it.

A question is one answer, however many options it has; a text beside it is another. If answers to
different questions had nothing to do with each other, an entry would have (n - 1) times the product
of its answers' shares entries equal to it. The share is that among those who answered the
question: whoever was routed past it, or had left by then, is alike in that for another reason than
chance, and a blank makes no entry unlikely.

Real answers do depend on each other, so that coincidences are more frequent than that; an entry is
named only where far less than one is to be expected (`RARE`).
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from dmsi_lib.questionnaire import Questionnaire
from dmsi_lib.reading.rows.rows import Array, row_numbers

# Expected entries equal to one. Of 79 entries that repeat another in five public exports of 550 to
# 2,778 people this names 4 (chance would make 1 such pair); at a tenth it would be 19 (and 16).
RARE = 0.01


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
    expected = np.full(len(responses), max(len(responses) - 1, 0), dtype=float)
    entries = np.zeros(len(responses), dtype=np.int64)  # equal ones have one number
    for answers in _answers(responses, questionnaire):
        counts = np.bincount(np.add(answers, 1, dtype=np.intp))[1:]  # of each answer
        expected *= np.append(counts / max(counts.sum(), 1), 1.0).take(answers)  # -1 is the last
        entries = row_numbers([entries, answers])
    again = pd.Series(entries).duplicated().to_numpy()
    if not again.any():
        return again, 0.0
    rare = expected < RARE
    return again & rare, float(expected[rare].sum() / 2)


def _answers(responses: pd.DataFrame, questionnaire: Questionnaire) -> Iterator[Array]:
    """For each question, and each text beside one, a number for each answer, -1 for blank."""
    columns: dict[str, dict[str, Any]] = {}
    for (name, item), column in responses.items():
        columns.setdefault(name, {})[item] = column.array
    for question in questionnaire.in_file:
        found = columns.get(question.id, {})
        own = [_codes(column) for item, column in found.items() if item in question.items]
        if len(own) > 1:
            blank = np.logical_and.reduce([codes < 0 for codes in own])
            yield np.where(blank, -1, pd.factorize(row_numbers(own))[0])
        else:
            yield from own
        yield from (_codes(found[item]) for item in found if item not in question.items)


def _codes(column: Any) -> Array:
    """A number for each value of a column, -1 for blank."""
    if isinstance(column, pd.Categorical):
        return column.codes
    if isinstance(column, pd.arrays.BooleanArray):
        return column.to_numpy(dtype=np.int8, na_value=-1)
    return pd.factorize(column)[0]
