"""From the texts of a question's columns to its codes, one decoder for each type of question.

A blank cell means no answer, except in a choose-all-that-apply question: there a blank option was
not ticked if any other option of the question was. Where nothing at all is ticked, the respondent
counts as not having answered; only an export that says "Not selected" (or 0) in so many words shows
that the question was answered by ticking nothing.
"""

import re

import numpy as np
import pandas as pd

from dmsi_lib.questionnaire import OTHER_TEXT
from dmsi_lib.reading.change_log import Finding
from dmsi_lib.wording import Wordings, same

CHECKED = {"1", "yes", "true", "selected", "checked", "x"}
UNCHECKED = {"0", "no", "false", "not selected", "unselected", "unchecked"}

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MADE_DATE = re.compile(
    rf"\d{{1,2}}[-/ ]({'|'.join(_MONTHS)})[a-z]*"  # 5-Jan
    rf"|({'|'.join(_MONTHS)})[a-z]*[-/ ]\d{{1,2}}"  # Nov-20
    r"|\d{4}-\d\d-\d\d([ T]00:00(:00)?)?"  # 2018-01-05 00:00:00
    r"|\d{1,2}/\d{1,2}/(\d\d)?\d\d",  # 1/5/2018
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s*(\d{1,2})\s*[-–/]\s*(\d{1,2})\b")
_NUMBER = re.compile(
    r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
)
_RANK = re.compile(r"0*([0-9]{1,4})(?:\.0+)?")


def decode(question, columns, changes):
    """Decode the columns of one question.

    Parameters
    ----------
    question : Question
    columns : dict of item to Column; items as in DESIGN.md, "Responses", of which some may lack
    changes : ChangeLog, which takes up every change, fault and finding

    Returns
    -------
    dict of item to array (n,)
    """
    return _DECODERS[question.type](question, columns, changes)


def is_tick(text, label):
    """Whether a cell says that the option of its column was ticked, most often by its label."""
    return same(text, label) or text.casefold() in CHECKED


def is_tick_or_none(text, label):
    """Whether a cell says that the option of its column was ticked, or that it was not."""
    return is_tick(text, label) or text.casefold() in UNCHECKED


def _meanings(texts, meaning, blank, fault, changes):
    """What each text of a column means; one that `meaning` says None of is a fault, and `blank`."""
    found = [meaning(text) for text in texts.texts]
    for text, value, count in zip(texts.texts, found, texts.counts, strict=True):
        if value is None:
            changes.fault(texts, text, count, fault(text))
    return [blank if value is None else value for value in found]


def _values(column, meaning, blank, message, changes):
    """What each respondent's text means, an array (n,); blanks and faults are `blank`."""
    texts = changes.texts(column)
    return texts.spread(_meanings(texts, meaning, blank, lambda text: message, changes), blank)


# ---- single and matrix


def _labelled(column, labels, question, item, changes):
    """Positions of each answer among `labels` (code: label), -1 for blank; faults for the rest."""
    texts, names = changes.texts(column), [*labels.values()]
    known = Wordings((label, n) for n, label in enumerate(names))

    def fault(text):
        return _unknown_text(text, question, labels, known)

    places = _meanings(texts, known.find, -1, fault, changes)
    pairs = list(zip(texts.texts, places, strict=True))
    differs = texts.spread([n >= 0 and text != names[n] for text, n in pairs], False)
    official = texts.spread([names[n] for n in places], "", object)
    written = texts.spread(texts.texts, "", object)
    changes.record(texts.trimmed, question, item, "", written, "white space removed")
    rule = "wording matched after normalising"
    changes.record(differs, question, item, written, official, rule)
    return texts.spread(places, -1)


def _unknown_text(text, question, labels, known):
    message = f"is no option of '{question.id}'"
    if label := _label_behind_date(text, labels):
        return (
            f"{message}: it looks like a date that Excel made of '{label}'. Export again and do "
            "not open the file in Excel before reading it."
        )
    if near := known.suggest(text):
        return f"{message}; near to '{near}'. If it is the same, change the label to: \"{text}\""
    return f"{message} (line {question.line}). Add it to the options, or correct the export."


def _label_behind_date(text, labels):
    """The option such as "1-5" that a spreadsheet turned into a date, or None."""
    if not _MADE_DATE.fullmatch(text):
        return None
    parts = re.findall(r"\d+|[a-z]+", text.casefold())
    numbers = {int(part) % 100 for part in parts if part.isdigit()}  # "Nov-20" may be a year
    numbers |= {_MONTHS.index(part[:3]) + 1 for part in parts if part[:3] in _MONTHS}
    for label in labels.values():
        ends = _RANGE.match(label)
        if ends and {int(ends[1]), int(ends[2])} <= numbers:
            return label
    return None


def _categorical(codes, categories):
    return pd.Categorical.from_codes(codes, categories=list(categories), ordered=False)


def _decode_single(question, columns, changes):
    codes = _labelled(columns[""], question.choices, question, "", changes)
    if question.other is None:
        return {"": _categorical(codes, question.choices)}
    text = _texts(columns.get(OTHER_TEXT), question, OTHER_TEXT, changes)
    only_text = (codes < 0) & ~np.asarray(text.isna())
    changes.record(only_text, question, "", "", question.other_code, "companion text, no option")
    codes = np.where(only_text, list(question.choices).index(question.other_code), codes)
    return {"": _categorical(codes, question.choices), OTHER_TEXT: text}


def _decode_matrix(question, columns, changes):
    return {
        row: _categorical(
            _labelled(columns[row], question.options, question, row, changes), question.options
        )
        for row in question.rows
        if row in columns
    }


# ---- multiple


def _decode_multiple(question, columns, changes):
    arrays, said = {}, np.zeros(len(changes.ids), dtype=bool)
    text = None
    if question.other is not None:
        text = _texts(columns.get(OTHER_TEXT), question, OTHER_TEXT, changes)
    for code, label in question.choices.items():
        states = np.full(len(changes.ids), -1, dtype=np.int8)
        if code in columns:
            states = _ticks(columns[code], label, question, changes)
        if code == question.other_code:
            only_text = (states != 1) & ~np.asarray(text.isna())
            if code in columns:
                changes.record(only_text, question, code, "", code, "companion text, no tick")
            states[only_text] = 1
        said |= states >= 0
        arrays[code] = states == 1
    arrays = {code: pd.arrays.BooleanArray(ticks, ~said) for code, ticks in arrays.items()}
    return arrays if text is None else arrays | {OTHER_TEXT: text}


def _ticks(column, label, question, changes):
    """1 ticked, 0 explicitly not ticked, -1 blank, for each respondent."""
    message = (
        f"stands in the column of option '{label[:60]}' of '{question.id}'; expected the option's "
        "text or a blank."
    )

    def state(text):
        return int(is_tick(text, label)) if is_tick_or_none(text, label) else None

    return _values(column, state, -1, message, changes)


# ---- ranking and numeric


def _decode_ranking(question, columns, changes):
    most = len(question.options)
    message = f"is no rank of '{question.id}'; expected 1 to {most}, N/A or a blank."

    def rank(text):
        if text.casefold() in ("n/a", "na"):
            return 0
        match = _RANK.fullmatch(text)
        return int(match[1]) if match and 1 <= int(match[1]) <= most else None

    ranks = {
        code: _values(columns[code], rank, 0, message, changes)
        for code in question.options
        if code in columns
    }
    ordered = np.sort([*ranks.values()], axis=0)
    tied = int(((ordered[1:] == ordered[:-1]) & (ordered[1:] > 0)).any(axis=0).sum())
    if tied:
        message = f"one rank for two items of {question.id}"
        changes.findings.append(Finding("rank given twice", question.text, tied, message))
    return {code: pd.arrays.IntegerArray(given, given == 0) for code, given in ranks.items()}


def _decode_numeric(question, columns, changes):
    message = (
        f"is no number, as '{question.id}' expects; correct it, or make the question's type open."
    )

    def number(text):
        value = float(text.replace(",", "")) if _NUMBER.fullmatch(text) else np.nan
        return value if np.isfinite(value) else None

    numbers = _values(columns[""], number, np.nan, message, changes)
    return {"": pd.array(numbers, dtype="Float64")}


# ---- open


def _texts(column, question, item, changes):
    if column is None:
        return pd.array([None] * len(changes.ids), dtype="string")
    texts = changes.texts(column)
    # What people wrote stays out of the log.
    changes.record(texts.trimmed, question, item, "", "", "white space removed")
    return pd.array(texts.spread(texts.texts, None, object), dtype="string")


def _decode_open(question, columns, changes):
    return {"": _texts(columns[""], question, "", changes)}


_DECODERS = {
    "single": _decode_single,
    "multiple": _decode_multiple,
    "ranking": _decode_ranking,
    "matrix": _decode_matrix,
    "open": _decode_open,
    "numeric": _decode_numeric,
}
