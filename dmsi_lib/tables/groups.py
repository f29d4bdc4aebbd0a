"""Groups of respondents by the options of a question, or of several, one within the other.

The code of a group is the option's own where one question makes the groups; of several it is a
condition for each, "role=management, province=ontario", in the one grammar of `where`.
"""

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
import pandas as pd

from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.questionnaire import Question, gate_holds
from dmsi_lib.where import Condition, Where

GROUPED_TYPES = ("single", "multiple")
By = str | Sequence[str] | None  # the ids of the questions whose options become groups


def by_names(by: By) -> tuple[str, ...]:
    """The ids of the questions that groups are made by.

    Raises
    ------
    UsageError
        For an id that is there twice.
    """
    names = (by,) if isinstance(by, str) else tuple(by or ())
    if len(set(names)) < len(names):
        raise UsageError(f"Groups by a question twice: {', '.join(names)}.")
    return names


def members_by_group(
    by: Sequence[Question], responses: pd.DataFrame
) -> list[tuple[str, np.ndarray]]:
    """Pairs of group code and boolean members (n,); one nameless group without `by`.

    Of one question every option, of several those combinations that anybody gave.

    Raises
    ------
    UsageError
        For a question without options to group by.
    InputError
        For a question that the file lacks, or where nobody answered all of them.
    """
    for question in by:
        if question.type not in GROUPED_TYPES:
            raise UsageError(
                f"'{question.id}' is of type {question.type}; group by a single or multiple "
                "question."
            )
        if not question.asked:
            raise InputError(
                f"'{question.id}' was not asked in this file; group by another question."
            )
    everybody = np.ones(len(responses), dtype=bool)
    if not by:
        return [("", everybody)]
    if len(by) == 1:
        return [(code, gate_holds(responses, by[0], [code])) for code in by[0].choices]
    nested = [(group_code(by, codes), who) for codes, who in _nested(by, responses, everybody)]
    if not nested:
        raise InputError(f"Nobody answered all of {', '.join(q.id for q in by)}; no groups.")
    return nested


def _nested(
    by: Sequence[Question], responses: pd.DataFrame, within: np.ndarray
) -> Iterator[tuple[tuple[str, ...], np.ndarray]]:
    """The codes of each combination that anybody within a group gave, and who did."""
    if not by:
        yield (), within
        return
    for code in by[0].choices:
        members = within & gate_holds(responses, by[0], [code])
        if members.any():
            for codes, who in _nested(by[1:], responses, members):
                yield (code, *codes), who


def group_code(by: Sequence[Question], codes: Sequence[str]) -> str:
    """The code of the group that gave these answers, the option's own where `by` is one."""
    if len(by) == 1:
        return codes[0]
    conditions = [Condition(question.id, (code,)) for question, code in zip(by, codes, strict=True)]
    return str(Where(tuple(conditions)))


def group_labels(by: Sequence[Question]) -> dict[str, str]:
    """The label of every group that the options of these questions can make, by its code."""
    if not by:
        return {}
    return {
        group_code(by, codes): ", ".join(
            question.choices[code] for question, code in zip(by, codes, strict=True)
        )
        for codes in product(*(question.choices for question in by))
    }
