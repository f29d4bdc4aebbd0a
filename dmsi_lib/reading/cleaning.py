"""From an export's columns to responses, every change a row in a log.

What a cell means is decided in `decoding`, question by question. Here the answers of all questions
are put side by side, and entries that the questionnaire excludes are left out. Entries that only
look like a test or a double are named, never removed.
"""

import numpy as np
import pandas as pd

from dmsi_lib.reading.answers import decode

TEST_WORDS = {"test", "testing", "tester", "asdf", "qwerty", "test test", "this is a test"}


def clean_columns(columns, ids, questionnaire):
    """Decode every column of an export.

    Parameters
    ----------
    columns : dict of (question id, item) to Column
        Items as in DESIGN.md, "Responses".
    ids : Index of str, one a respondent
    questionnaire : Questionnaire

    Returns
    -------
    responses : DataFrame, (respondents, (question, item))
    log : DataFrame with columns respondent, question, item, before, after, rule
    faults : list of str
        Cell texts that are no option, no rank or no number, each with column and count.
    findings : list of (kind, column, count, message)
        What looks odd but was left as it is.
    """
    changes = ChangeLog(ids, questionnaire.blank)
    by_question = {}
    for (question_id, item), column in columns.items():
        by_question.setdefault(question_id, {})[item] = column
    arrays = {
        (question.id, item): array
        for question in questionnaire.questions
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
    if written:
        texts = responses[written]
        is_test = np.column_stack([_are_test_words(texts[name]) for name in written])
        tests = is_test.any(axis=1) & (is_test | texts.isna().to_numpy()).all(axis=1)
        found.append(("test entry?", "write only test words", responses.index[tests]))
    answered = responses.notna().to_numpy().sum(axis=1)
    many = max(10, len(questionnaire.questions) // 2)
    candidates = responses[answered >= many]
    double = candidates.duplicated().to_numpy()
    found.append(("duplicate?", "repeat an earlier entry", candidates.index[double]))
    return [entry for entry in found if len(entry[2])]


def _are_test_words(texts):
    """bool array (n,): which texts are nothing but a test word."""
    return np.fromiter(
        (isinstance(text, str) and text.casefold() in TEST_WORDS for text in texts),
        dtype=bool,
        count=len(texts),
    )


def _odd_entries(responses, questionnaire):
    """The suspects as findings: how many they are, not who; findings are shown in reports."""
    return [
        (kind, "", len(ids), f"{len(ids)} {what}; `dmsi check` says which")
        for kind, what, ids in suspects(responses, questionnaire)
    ]


LOG_COLUMNS = ["respondent", "question", "item", "before", "after", "rule"]


class ChangeLog:
    """Every change, fault and finding, noted in the order in which columns are decoded.

    Parameters
    ----------
    ids : Index of respondents
    blank : set of str, the texts that mean no answer
    """

    def __init__(self, ids, blank):
        self.ids, self.blank = ids, {"", *(text.strip() for text in blank)}
        self.logs, self.faults, self.findings = [], [], []

    def factorize(self, column):
        """Codes (-1 for blank) and distinct texts of a column, white space around them removed.

        Returns
        -------
        codes : int array (n,), positions in `texts`
        texts : list of str
        trimmed : bool array (n,), whether white space was removed
        """
        codes, written = pd.factorize(np.array(column.texts, dtype=object))
        texts, position = [], {}
        for text in map(str.strip, written):
            if text not in self.blank and text not in position:
                position[text] = len(texts)
                texts.append(text)
        kept = np.array([position.get(text.strip(), -1) for text in written], dtype=np.intp)
        trimmed = np.array([text != text.strip() for text in written], dtype=bool)
        return kept[codes], texts, trimmed[codes] & (kept[codes] >= 0)

    def record(self, mask, question, item, before, after, rule):
        """Log a change for the respondents in a boolean mask; before and after: text or array."""
        if mask.any():
            self.logs.append(
                pd.DataFrame(
                    {
                        "respondent": self.ids[mask],
                        "question": question.id,
                        "item": item,
                        "before": before[mask] if isinstance(before, np.ndarray) else before,
                        "after": after[mask] if isinstance(after, np.ndarray) else after,
                        "rule": rule,
                    }
                )
            )

    def fault(self, column, text, count, message):
        """Note a cell text that can't stand where it does; the message follows column and text."""
        self.faults.append(f"{column.name}: '{text[:80]}' ({count} times) {message}")

    def frame(self):
        """Every change so far, as a DataFrame with LOG_COLUMNS."""
        if not self.logs:
            return pd.DataFrame(columns=LOG_COLUMNS)
        return pd.concat(self.logs, ignore_index=True)
