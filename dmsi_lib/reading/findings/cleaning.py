"""The answers of all questions side by side, and entries that are, or look like, none of a person.

Entries that the questionnaire excludes are left out. Entries that only look like a test or a double
are named, never removed.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from dmsi_lib.questionnaire import Questionnaire
from dmsi_lib.reading.answers.answers import Columns, decode
from dmsi_lib.reading.change_log import ChangeLog
from dmsi_lib.reading.findings.contradictions import note_contradictions
from dmsi_lib.reading.findings.doubles import doubles
from dmsi_lib.reading.rows.rows import Array

TEST_ENTRY, DUPLICATE = SUSPECTS = ("test entry?", "duplicate?")  # kinds of findings
_HARDLY_ANY = 0.1  # of a pair
TEST_WORDS = {"test", "testing", "tester", "asdf", "qwerty", "test test", "this is a test"}


def clean_columns(
    columns: Mapping[str, Columns], questionnaire: Questionnaire, changes: ChangeLog
) -> pd.DataFrame:
    """The responses, respondents x (question, item), out of the columns of each question.

    Questions without columns have been refused already; the rest is decoded all the same, so that
    its faults are told in the same round.
    """
    arrays = {
        (question.id, item): array
        for question in questionnaire.questions
        if question.id in columns
        for item, array in decode(question, columns[question.id], changes).items()
    }
    responses = pd.DataFrame(arrays, index=changes.ids, copy=False)
    responses.columns = pd.MultiIndex.from_tuples(list(arrays), names=["question", "item"])
    excluded = responses.index.isin(list(questionnaire.exclude))
    changes.record(excluded, "", "", "", "", "excluded by the questionnaire")
    responses = responses[~excluded]
    note_contradictions(responses, questionnaire, changes)
    for kind, what, ids in suspects(responses, questionnaire):
        # How many they are, not who: findings are shown in reports.
        changes.note(kind, "", len(ids), f"{len(ids)} {what}; `dmsi check` says which")
    return responses


def suspects(
    responses: pd.DataFrame, questionnaire: Questionnaire
) -> list[tuple[str, str, "pd.Index[str]"]]:
    """Entries that look like a test or a double.

    Parameters
    ----------
    responses : DataFrame, respondents x (question, item)
    questionnaire : Questionnaire

    Returns
    -------
    list of (kind, what they do, Index of the ids of all of them)
    """
    found = []
    written = [(q.id, "") for q in questionnaire.questions if q.type == "open"]
    written = [name for name in written if name in responses]
    if written:
        tests = _only_test_words(responses[name].array for name in written)
        found.append((TEST_ENTRY, "write only test words", responses.index[tests]))
    double, chance = doubles(responses, questionnaire)
    pairs = f"about {chance:.2g}" if chance >= _HARDLY_ANY else "hardly any"
    what = f"repeat an earlier entry (of such pairs chance would make {pairs})"
    found.append((DUPLICATE, what, responses.index[double]))
    return [entry for entry in found if len(entry[2])]


def _only_test_words(columns: Iterable[Any]) -> Array:
    """Whether each respondent (n,) wrote a test word in one of the columns, and nothing else in
    any."""
    tests: Array = np.zeros(1, dtype=bool)
    others = tests
    for column in columns:
        codes, texts = pd.factorize(column)  # -1 for blank is the last
        is_test = np.array([*(text.casefold() in TEST_WORDS for text in texts), False])
        tests = tests | is_test[codes]
        others = others | (~is_test[codes] & (codes >= 0))
    only: Array = tests & ~others
    return only
