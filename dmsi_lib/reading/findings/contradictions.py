"""Answers that contradict themselves: "none of the above", and something above."""

import re

import numpy as np
import pandas as pd

from dmsi_lib.questionnaire import Question, Questionnaire
from dmsi_lib.reading.change_log import ChangeLog
from dmsi_lib.wording import plain, without_marks

CONTRADICTION = "none with others"
# Found without being told; "None of my clients have a telephone" is no such option.
_NONE = re.compile(
    r"(no\W+)?(none|neither)( at all| apply| applies)?"
    r"(\W+of (the )?(above|these|those|them|following|options|answers|statements)\b.*)?"
    r"|(non\W+)?aucune?s?( de ces\b.*| des\b.*| de celles\b.*| de ceux\b.*| ci-dess.*)?"
    r"|ningun[oa]s?( de (l[oa]s|est[oa]s)\b.*)?"
    r"|keine?[rs]?( (der|davon|von)\b.*)?"
)


def exclusive_codes(question: Question) -> tuple[str, ...]:
    """The options that go with no other: as the questionnaire says, or as their labels do."""
    if question.exclusive or question.type not in ("multiple", "matrix_multiple"):
        return question.exclusive
    return tuple(code for code, label in question.options.items() if _is_none(label))


def _is_none(label: str) -> bool:
    text = without_marks(plain(label)).casefold().strip(" .!()")
    return _NONE.fullmatch(text) is not None


def contradictory(
    responses: pd.DataFrame, questionnaire: Questionnaire
) -> list[tuple[str, str, "pd.Index[str]"]]:
    """Who ticked an option that goes with no other, and another one of the same question.

    Nothing is edited: which of the two was meant only the respondent knows.

    Parameters
    ----------
    responses : DataFrame, respondents x (question, item)
    questionnaire : Questionnaire

    Returns
    -------
    list of (question id, code of the option, Index of respondent ids), without empty ones
    """
    found = []
    for question in questionnaire.in_file:
        for code in exclusive_codes(question):
            ids = responses.index[_with_others(responses, question, code)]
            if len(ids):
                found.append((question.id, code, ids))
    return found


def _with_others(
    responses: pd.DataFrame, question: Question, code: str
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether each respondent ticked an option and another one, in some row where there are any."""
    contradicts = np.zeros(len(responses), dtype=bool)
    for row in question.rows or ("",):
        ticks = {
            each: responses[item].to_numpy(dtype=bool, na_value=False)
            for each in question.choices
            if (item := (question.id, question.item(row, each))) in responses
        }
        alone = ticks.pop(code, None)
        if alone is not None and ticks:
            contradicts |= alone & np.logical_or.reduce([*ticks.values()])
    return contradicts


def note_contradictions(
    responses: pd.DataFrame, questionnaire: Questionnaire, changes: ChangeLog
) -> None:
    """A finding for each option that stands beside others, with the count."""
    for name, code, ids in contradictory(responses, questionnaire):
        question = questionnaire[name]
        message = (
            f"{len(ids)} ticked '{question.choices[code]}' of {name} beside other options, which "
            "it excludes; left as answered, `dmsi check` says who"
        )
        changes.note(CONTRADICTION, question.text, len(ids), message)
