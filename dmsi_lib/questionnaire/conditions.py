"""Whether a condition holds for each respondent: the meaning of the rules in answers."""

from functools import reduce
from typing import Any

import numpy as np
import pandas as pd

from dmsi_lib.questionnaire.question import Question
from dmsi_lib.questionnaire.rules import Condition


def has_answer(responses: pd.DataFrame, question: Question, row: str = "") -> np.ndarray[Any, Any]:
    """Whether each respondent answered a question, or a row of it.

    Parameters
    ----------
    responses : DataFrame, (n, (question, item))
    question : Question
    row : code of a row; "" for the question as a whole

    Returns
    -------
    bool array (n,)
    """
    answered = np.zeros(len(responses), dtype=bool)
    for item in question.answer_items(row):
        if (question.id, item) in responses:
            answered |= responses[question.id, item].notna().to_numpy()
    return answered


def holds(
    responses: pd.DataFrame, question: Question, condition: Condition
) -> np.ndarray[Any, Any]:
    """Whether a gate's answer meets a condition.

    Parameters
    ----------
    responses : DataFrame, (n, (question, item))
    question : Question, the condition's gate
    condition : Condition

    Returns
    -------
    bool array (n,), False where the gate is blank
    """
    if condition.bounds:
        values = responses[question.id, condition.row].to_numpy(dtype=float, na_value=np.nan)
        return condition.admits(values)
    if not condition.codes:
        return has_answer(responses, question, condition.row)
    chosen = gate_holds(responses, question, condition.codes, condition.row)
    return has_answer(responses, question, condition.row) & ~chosen if condition.negated else chosen


def gate_holds(
    responses: pd.DataFrame, gate: Question, wanted: tuple[str, ...] | list[str], row: str = ""
) -> np.ndarray[Any, Any]:
    """Whether a question was answered with one of the wanted codes.

    Parameters
    ----------
    responses : DataFrame, (n, (question, item))
    gate : Question of a type that has options, but no ranking
    wanted : codes; one that the file lacks was chosen by nobody
    row : code of a row of a matrix

    Returns
    -------
    bool array (n,), False where the question is blank
    """
    if gate.type in ("single", "matrix"):
        column = responses[gate.id, row].cat
        is_wanted = np.append(column.categories.isin(wanted), False)  # -1 for blank is the last
        return is_wanted[column.codes.to_numpy()]
    items = [(gate.id, gate.item(row, code)) for code in wanted]
    ticks = [
        responses[item].to_numpy(dtype=bool, na_value=False) for item in items if item in responses
    ]
    return reduce(np.logical_or, ticks, np.zeros(len(responses), dtype=bool))
