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
    columns = (responses.get((question.id, item)) for item in question.answer_items(row))
    answered = [column.notna().to_numpy() for column in columns if column is not None]
    return reduce(np.logical_or, answered) if answered else _nobody(responses)


def decides(
    responses: pd.DataFrame, question: Question, condition: Condition
) -> np.ndarray[Any, Any]:
    """Whether a gate's answer tells if a condition holds.

    Every answer does, but for one that is to be compared with a number and is none ("about 30").

    Parameters
    ----------
    responses : DataFrame, (n, (question, item))
    question : Question, the condition's gate
    condition : Condition

    Returns
    -------
    bool array (n,), False where the gate is blank
    """
    if not condition.bounds:
        return has_answer(responses, question, condition.row)
    column = responses.get((question.id, condition.row))
    return _nobody(responses) if column is None else column.notna().to_numpy()


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
    bool array (n,), False where the gate is blank, or no number where one is compared
    """
    if condition.bounds:
        column = responses.get((question.id, condition.row))
        if column is None:
            return _nobody(responses)
        met: np.ndarray[Any, Any] = condition.admits(column.to_numpy(dtype=float, na_value=np.nan))
        return met
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
    row : code of a row of a matrix; one that the file lacks was answered by nobody

    Returns
    -------
    bool array (n,), False where the question is blank
    """
    if gate.type in ("single", "matrix"):
        column = responses.get((gate.id, row))
        if column is None:
            return _nobody(responses)
        chosen = column.array
        is_wanted = np.append(chosen.categories.isin(wanted), False)  # -1 for blank is the last
        return is_wanted[chosen.codes]
    columns = (responses.get((gate.id, gate.item(row, code))) for code in wanted)
    ticks = [c.to_numpy(dtype=bool, na_value=False) for c in columns if c is not None]
    return reduce(np.logical_or, ticks) if ticks else _nobody(responses)


def _nobody(responses: pd.DataFrame) -> np.ndarray[Any, Any]:
    return np.zeros(len(responses), dtype=bool)
