"""From an export's columns to responses, every change a row in a log.

What a cell means is decided in `answers`, question by question. Here the answers of all questions
are put side by side, and entries that the questionnaire excludes are left out. Entries that only
look like a test or a double are named, never removed.
"""

import pandas as pd

from dmsi_lib.reading.answers import decode
from dmsi_lib.reading.change_log import ChangeLog, Finding

TEST_ENTRY, DUPLICATE = SUSPECTS = ("test entry?", "duplicate?")  # kinds of findings
TEST_WORDS = {"test", "testing", "tester", "asdf", "qwerty", "test test", "this is a test"}


def clean_columns(columns, ids, questionnaire):
    """Decode every column of an export.

    Parameters
    ----------
    columns : dict of (question id, item) to Column
        Items as in DESIGN.md, "Responses". What is missing has been refused already; the rest is
        decoded all the same, so that its faults are told in the same round.
    ids : Index of str, one a respondent
    questionnaire : Questionnaire

    Returns
    -------
    responses : DataFrame, (respondents, (question, item))
    log : DataFrame with columns respondent, question, item, before, after, rule
    faults : list of str
        Cell texts that are no option, no rank or no number, each with column and count.
    findings : list of Finding
    """
    changes = ChangeLog(ids, questionnaire.blank)
    by_question = {}
    for (question_id, item), column in columns.items():
        by_question.setdefault(question_id, {})[item] = column
    arrays = {
        (question.id, item): array
        for question in questionnaire.questions
        if question.id in by_question
        for item, array in decode(question, by_question[question.id], changes).items()
    }
    responses = pd.DataFrame(arrays, index=ids)
    responses.columns = pd.MultiIndex.from_tuples(list(arrays), names=["question", "item"])
    responses, log = _exclude(responses, changes.frame(), questionnaire.exclude)
    return responses, log, changes.faults, changes.findings + _odd_entries(responses, questionnaire)


def _exclude(responses, log, excluded):
    """Leave out the respondents that the questionnaire lists as test or duplicate entries."""
    known = responses.index.isin(list(excluded))
    if not known.any():
        return responses, log
    rows = pd.DataFrame(
        {
            "respondent": responses.index[known],
            **dict.fromkeys(("question", "item", "before", "after"), ""),
            "rule": "excluded by the questionnaire",
        }
    )
    return responses[~known], pd.concat([log, rows], ignore_index=True)


def suspects(responses, questionnaire):
    """Entries that look like a test or a double.

    Parameters
    ----------
    responses : DataFrame, respondents x (question, item)
    questionnaire : Questionnaire

    Returns
    -------
    list of (kind, what they do, Index of respondent ids)
    """
    found = []
    written = [(q.id, "") for q in questionnaire.questions if q.type == "open"]
    written = [name for name in written if name in responses]
    if written:
        texts = responses[written]
        is_test = texts.apply(lambda column: column.str.casefold().isin(TEST_WORDS))
        tests = (is_test.any(axis=1) & (is_test | texts.isna()).all(axis=1)).to_numpy()
        found.append((TEST_ENTRY, "write only test words", responses.index[tests]))
    answered = responses.notna().to_numpy().sum(axis=1)
    many = answered >= max(10, len(questionnaire.questions) // 2)
    double = responses.duplicated().to_numpy() & many
    found.append((DUPLICATE, "repeat an earlier entry", responses.index[double]))
    return [entry for entry in found if len(entry[2])]


def _odd_entries(responses, questionnaire):
    """The suspects as findings: how many they are, not who; findings are shown in reports."""
    return [
        Finding(kind, "", len(ids), f"{len(ids)} {what}; `dmsi check` says which")
        for kind, what, ids in suspects(responses, questionnaire)
    ]
