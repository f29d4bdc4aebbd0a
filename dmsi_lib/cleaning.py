"""From texts to codes, every change a row in a log.

A blank cell means no answer, except in a choose-all-that-apply question: there a blank option was
not ticked if any other option of the question was. Where nothing at all is ticked, the respondent
counts as not having answered; only an export that says "Not selected" (or 0) in so many words shows
that the question was answered by ticking nothing.
"""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dmsi_lib.questionnaire import OTHER_TEXT
from dmsi_lib.wording import Wordings, key

CHECKED = {"1", "yes", "true", "selected", "checked", "x"}
UNCHECKED = {"0", "no", "false", "not selected", "unselected", "unchecked"}
TEST_WORDS = {"test", "testing", "tester", "asdf", "qwerty", "test test", "this is a test"}
LOG_COLUMNS = ["respondent", "question", "item", "before", "after", "rule"]

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MADE_DATE = re.compile(
    rf"(?P<day>\d{{1,2}})[-/ ](?P<month>{'|'.join(_MONTHS)})[a-z]*"
    rf"|(?P<month2>{'|'.join(_MONTHS)})[a-z]*[-/ ](?P<day2>\d{{1,2}})"
    r"|\d{4}-(?P<month3>\d\d)-(?P<day3>\d\d)([ T]00:00(:00)?)?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?([eE][+-]?\d+)?")


@dataclass(frozen=True)
class Column:
    """One column of the export: its name for messages and its texts, one a respondent."""

    name: str
    texts: tuple


def looks_ticked(text, label):
    """Whether a cell repeats the label of its own column, as an export does for a tick."""
    return key(text) == key(label) != ""


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
    work = _Work(ids, {""} | {text.strip() for text in questionnaire.blank})
    decoders = {
        "single": _decode_single,
        "multiple": _decode_multiple,
        "ranking": _decode_ranking,
        "matrix": _decode_matrix,
        "open": _decode_open,
        "numeric": _decode_numeric,
    }
    arrays = {}
    for question in questionnaire.questions:
        own = {item: column for (name, item), column in columns.items() if name == question.id}
        for item, array in decoders[question.type](question, own, work).items():
            arrays[question.id, item] = array
    responses = pd.DataFrame(arrays, index=ids)
    responses.columns = pd.MultiIndex.from_tuples(list(arrays), names=["question", "item"])
    responses, log = _exclude(responses, work.log_frame(), questionnaire.exclude)
    return responses, log, work.faults, work.findings + _suspects(responses, questionnaire)


class _Work:
    """What accumulates while columns are decoded: log, faults, findings."""

    def __init__(self, ids, blank):
        self.ids, self.blank = ids, blank
        self.logs, self.faults, self.findings = [], [], []

    def factorize(self, column):
        """Codes (-1 for blank) and distinct texts of a column, white space around them removed."""
        codes, texts = pd.factorize(np.array(column.texts, dtype=object))
        stripped = [text.strip() for text in texts]
        kept, distinct = pd.factorize(np.array(stripped, dtype=object))
        if "" in self.blank or self.blank:
            blanks = np.array([text in self.blank for text in distinct], dtype=bool)
            renumber = np.where(blanks, -1, np.cumsum(~blanks) - 1)
            kept = renumber[kept]
            distinct = distinct[~blanks]
        changed = np.array([a != b for a, b in zip(texts, stripped, strict=True)], dtype=bool)
        return kept[codes], list(distinct), changed[codes]

    def record(self, mask, question, item, before, after, rule):
        """Log a change for the respondents in a boolean mask; before and after: text or array."""
        if mask.any():
            self.logs.append(
                pd.DataFrame(
                    {
                        "respondent": self.ids[mask],
                        "question": question,
                        "item": item,
                        "before": before[mask] if isinstance(before, np.ndarray) else before,
                        "after": after[mask] if isinstance(after, np.ndarray) else after,
                        "rule": rule,
                    }
                )
            )

    def log_frame(self):
        return (
            pd.concat(self.logs, ignore_index=True)
            if self.logs
            else pd.DataFrame(columns=LOG_COLUMNS)
        )


def _labelled(column, labels, question, item, work):
    """Positions of each answer among `labels` (code: label), -1 for blank; faults for the rest."""
    codes, texts, trimmed = work.factorize(column)
    known = Wordings((label, code) for code, label in labels.items())
    order = {code: n for n, code in enumerate(labels)}
    found = [known.find(text) for text in texts]
    for n, (text, code) in enumerate(zip(texts, found, strict=True)):
        if code is None:
            count = int((codes == n).sum())
            work.faults.append(_unknown_text(column, question, text, count, labels, known))
    lookup = np.array([order.get(code, -1) for code in found] + [-1], dtype=np.int16)
    official = np.array([labels.get(code, "") for code in found] + [""], dtype=object)
    written = np.array([*texts, ""], dtype=object)
    work.record(trimmed & (codes >= 0), question.id, item, "", written[codes], "white space removed")
    differs = np.array([a != b for a, b in zip(written, official, strict=True)])
    work.record(
        differs[codes] & (lookup[codes] >= 0),
        *(question.id, item, written[codes], official[codes], "wording matched after normalising"),
    )
    return lookup[codes]


def _unknown_text(column, question, text, count, labels, known):
    where = f"{column.name}: '{text[:80]}' ({count} times) is no option of '{question.id}'"
    if label := _label_behind_date(text, labels):
        return (
            f"{where}: it looks like a date that Excel made of '{label}'. Export again and do not "
            "open the file in Excel before reading it."
        )
    near = known.suggest(text)
    if near:
        return f'{where}; near to \'{near}\'. If it is the same, change the label to: "{text[:80]}"'
    return f"{where} (line {question.line}). Add it to the options, or correct the export."


def _label_behind_date(text, labels):
    """The option such as "1-5" that a spreadsheet turned into a date, or None."""
    match = _MADE_DATE.fullmatch(text)
    if not match:
        return None
    day = int(match["day"] or match["day2"] or match["day3"])
    month = match["month"] or match["month2"]
    month = _MONTHS.index(month[:3].lower()) + 1 if month else int(match["month3"])
    for label in labels.values():
        numbers = re.match(r"\s*(\d{1,2})\s*[-–/]\s*(\d{1,2})\b", label)
        if numbers and {int(numbers[1]), int(numbers[2])} == {day, month}:
            return label
    return None


def _categorical(codes, categories):
    return pd.Categorical.from_codes(codes, categories=list(categories), ordered=False)


def _texts(column, question, item, work):
    codes, texts, trimmed = work.factorize(column)
    values = np.array([*texts, None], dtype=object)[codes]
    # What people wrote stays out of the log.
    work.record(trimmed & (codes >= 0), question.id, item, "", "", "white space removed")
    return pd.array(values, dtype="string")


def _no_text(work):
    return pd.array([None] * len(work.ids), dtype="string")


def _decode_single(question, own, work):
    codes = _labelled(own[""], question.choices, question, "", work)
    arrays = {}
    if question.other is not None:
        text = (
            _texts(own[OTHER_TEXT], question, OTHER_TEXT, work)
            if OTHER_TEXT in own
            else _no_text(work)
        )
        position = list(question.choices).index(question.other_code)
        only_text = (codes < 0) & ~np.asarray(text.isna())
        work.record(only_text, question.id, "", "", question.other_code, "companion text, no option")
        codes = np.where(only_text, position, codes)
        arrays[OTHER_TEXT] = text
    return {"": _categorical(codes, question.choices)} | arrays


def _decode_multiple(question, own, work):
    ticked, said = {}, np.zeros(len(work.ids), dtype=bool)
    text = None
    if question.other is not None:
        text = (
            _texts(own[OTHER_TEXT], question, OTHER_TEXT, work)
            if OTHER_TEXT in own
            else _no_text(work)
        )
    for code, label in question.choices.items():
        ticks = np.zeros(len(work.ids), dtype=bool)
        if code in own:
            states = _ticks(own[code], label, question, work)
            ticks, said = states == 1, said | (states >= 0)
        if code == question.other_code:
            only_text = ~ticks & ~np.asarray(text.isna())
            if code in own:
                work.record(only_text, question.id, code, "", label, "companion text, no tick")
            ticks, said = ticks | only_text, said | only_text
        ticked[code] = ticks
    arrays = {code: pd.arrays.BooleanArray(ticks, ~said) for code, ticks in ticked.items()}
    return arrays if text is None else arrays | {OTHER_TEXT: text}


def _ticks(column, label, question, work):
    """1 ticked, 0 explicitly not ticked, -1 blank, for each respondent."""
    codes, texts, _ = work.factorize(column)
    states = []
    known = Wordings([(label, 1)])
    for n, text in enumerate(texts):
        state = 1 if known.find(text) else None
        if state is None and text.casefold() in CHECKED | UNCHECKED:
            state = int(text.casefold() in CHECKED)
        if state is None:
            count = int((codes == n).sum())
            work.faults.append(
                f"{column.name}: '{text[:80]}' ({count} times) stands in the column of option "
                f"'{label[:60]}' of '{question.id}'; expected the option's text or a blank."
            )
        states.append(-1 if state is None else state)
    return np.array([*states, -1], dtype=np.int8)[codes]


def _decode_ranking(question, own, work):
    arrays, ranks = {}, {}
    most = len(question.options)
    for code in question.options:
        codes, texts, _ = work.factorize(own[code])
        values = []
        for n, text in enumerate(texts):
            number = int(text) if text.isascii() and text.isdigit() else None
            if text.casefold() in ("n/a", "na"):
                values.append(0)
            elif number is None or not 1 <= number <= most:
                count = int((codes == n).sum())
                work.faults.append(
                    f"{own[code].name}: '{text[:80]}' ({count} times) is no rank of "
                    f"'{question.id}'; expected 1 to {most}, N/A or a blank."
                )
                values.append(0)
            else:
                values.append(number)
        ranks[code] = np.array([*values, 0], dtype=np.int16)[codes]
        arrays[code] = pd.arrays.IntegerArray(ranks[code].astype("int64"), ranks[code] == 0)
    given = np.column_stack(list(ranks.values()))
    tied = np.zeros(len(work.ids), dtype=bool)
    for rank in range(1, most + 1):
        tied |= (given == rank).sum(axis=1) > 1
    if tied.any():
        work.findings.append(
            ("rank given twice", question.text, int(tied.sum()), f"one rank for two items of {question.id}")
        )
    return arrays


def _decode_matrix(question, own, work):
    return {
        row: _categorical(
            _labelled(own[row], question.options, question, row, work), question.options
        )
        for row in question.rows
    }


def _decode_open(question, own, work):
    return {"": _texts(own[""], question, "", work)}


def _decode_numeric(question, own, work):
    column = own[""]
    codes, texts, _ = work.factorize(column)
    values = []
    for n, text in enumerate(texts):
        if _NUMBER.fullmatch(text) and any(c.isdigit() for c in text):
            values.append(float(text.replace(",", "")))
        else:
            count = int((codes == n).sum())
            work.faults.append(
                f"{column.name}: '{text[:80]}' ({count} times) is no number, as '{question.id}' "
                "expects; correct it, or make the question's type open."
            )
            values.append(np.nan)
    return {"": pd.array(np.array([*values, np.nan])[codes], dtype="Float64")}


def _exclude(responses, log, excluded):
    """Leave out the respondents that the questionnaire lists as test or duplicate entries."""
    known = responses.index.isin(list(excluded))
    if not known.any():
        return responses, log
    rows = pd.DataFrame(
        {
            "respondent": responses.index[known],
            "question": "",
            "item": "",
            "before": "",
            "after": "",
            "rule": "excluded by the questionnaire",
        }
    )
    return responses[~known], pd.concat([log, rows], ignore_index=True)


def _suspects(responses, questionnaire):
    """Entries that look like a test or a double; they are named, never removed."""
    findings = []
    written = [q.id for q in questionnaire.questions if q.type == "open" and q.id in responses]
    if written:
        texts = responses[[(q, "") for q in written]]
        is_test = texts.apply(lambda column: column.str.casefold().isin(TEST_WORDS))
        tests = (is_test.any(axis=1) & (is_test | texts.isna()).all(axis=1)).to_numpy()
        if tests.any():
            findings.append(_suspect("test entry?", responses.index[tests], "write only test words"))
    answered = responses.notna().to_numpy().sum(axis=1)
    many = max(10, len(questionnaire.questions) // 2)
    candidates = responses[answered >= many]
    hashes = pd.util.hash_pandas_object(candidates.astype("string").fillna(""), index=False)
    double = hashes.duplicated().to_numpy()
    if double.any():
        findings.append(_suspect("duplicate?", candidates.index[double], "repeat an earlier entry"))
    return findings


def _suspect(kind, ids, what):
    shown = ", ".join(map(str, ids[:5]))
    return (kind, "", len(ids), f"{len(ids)} {what}: {shown}. To leave them out: exclude: [{shown}]")
