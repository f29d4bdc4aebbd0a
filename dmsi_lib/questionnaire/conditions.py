"""Whether a condition, an alternative or a rule holds: the meaning of the rules in answers.

What a blank leaves open is unknown, and unknown combines as in S. C. Kleene's three-valued logic
(Introduction to Metamathematics, 1952, section 64): one alternative that holds settles a rule,
and one condition that does not settles an alternative, whatever else is unknown.
"""

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd

from dmsi_lib.questionnaire.question import Question
from dmsi_lib.questionnaire.rules import Alternative, Condition, Rule

FALSE, UNKNOWN, TRUE = 0, 1, 2  # so that "all of" is the minimum and "any of" the maximum

Truth = np.ndarray[Any, Any]  # uint8 (n,) of these; () where it is the same for everybody


def rule_truth(rule: Rule, of_condition: Callable[[Condition], Truth]) -> Truth:
    """Whether a rule leads to its question: TRUE of everybody where there is none.

    Parameters
    ----------
    rule : Rule
    of_condition : gives the truth of each condition, as `condition_truth` does

    Returns
    -------
    uint8 array (n,) of TRUE, UNKNOWN and FALSE, or () where it is the same for everybody
    """
    truths = [alternative_truth(each, of_condition) for each in rule]
    return reduce(np.maximum, truths) if truths else np.array(TRUE, dtype=np.uint8)


def alternative_truth(
    alternative: Alternative, of_condition: Callable[[Condition], Truth]
) -> Truth:
    """Whether all conditions of an alternative hold; see `rule_truth`."""
    return reduce(np.minimum, map(of_condition, alternative))


def condition_truth(met: Truth, told: Truth, skipped: Truth) -> Truth:
    """Whether a condition holds, is unknown, or does not hold.

    A blank gate that was skipped by the rules meets no condition; any other tells nothing.

    Parameters
    ----------
    met, told : bool (n,), as from `holds` and `decides`
    skipped : bool (n,) or (), whom the rules lead past the gate

    Returns
    -------
    uint8 array (n,)
    """
    # False and true are 0 and 1, so that twice "met" is FALSE or TRUE, and "not skipped" of a blank
    # FALSE or UNKNOWN.
    return np.where(told, TRUE * met.view(np.uint8), (~skipped).view(np.uint8))


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
    answered = [~column.array.isna() for column in columns if column is not None]
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
        is_wanted = [code in wanted for code in chosen.categories]
        return np.array([*is_wanted, False])[chosen.codes]  # -1 for blank is the last
    columns = (responses.get((gate.id, gate.item(row, code))) for code in wanted)
    ticks = [c.to_numpy(dtype=bool, na_value=False) for c in columns if c is not None]
    return reduce(np.logical_or, ticks) if ticks else _nobody(responses)


def _nobody(responses: pd.DataFrame) -> np.ndarray[Any, Any]:
    return np.zeros(len(responses), dtype=bool)
