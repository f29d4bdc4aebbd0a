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

import numpy as np
import pandas as pd

from dmsi_lib.questionnaire import Questionnaire
from dmsi_lib.reading.answers.texts import Array

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
    for question in questionnaire.in_file:
        own: list[tuple[str, str]] = []
        beside: list[tuple[str, str]] = []
        for name in responses.columns[responses.columns.get_level_values(0) == question.id]:
            (own if name[1] in question.items else beside).append(name)
        for columns in [own, *([name] for name in beside)]:
            yield _numbered(responses[columns])


def _numbered(answers: pd.DataFrame) -> Array:
    """Which rows are equal, by number; -1 where all of a row is blank."""
    found = np.zeros(len(answers), dtype=np.int64)
    for _, column in answers.items():
        codes, values = pd.factorize(column)
        found = pd.factorize(found * (len(values) + 1) + codes + 1)[0]
    return np.where(answers.notna().any(axis=1), found, -1)
