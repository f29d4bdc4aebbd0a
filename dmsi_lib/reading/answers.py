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
    columns : dict of item to Column; items as in DESIGN.md, "Responses"
    changes : ChangeLog, which takes up every change, fault and finding

    Returns
    -------
    dict of item to array (n,)
    """
    return _DECODERS[question.type](question, columns, changes)


def looks_ticked(text, label):
    """Whether a cell repeats the label of its own column, as an export does for a tick."""
    return same(text, label)


def is_tick(text, label):
    """Whether a cell says that the option of its column was ticked."""
    return looks_ticked(text, label) or text.casefold() in CHECKED


def is_tick_or_none(text, label):
    """Whether a cell says that the option of its column was ticked, or that it was not."""
    return is_tick(text, label) or text.casefold() in UNCHECKED


# ---- single and matrix


def _labelled(column, labels, question, item, changes):
    """Positions of each answer among `labels` (code: label), -1 for blank; faults for the rest."""
    codes, texts, trimmed = changes.factorize(column)
    known = Wordings((label, code) for code, label in labels.items())
    order = {code: n for n, code in enumerate(labels)}
    found = [known.find(text) for text in texts]
    counts = np.bincount(codes[codes >= 0], minlength=len(texts))
    for text, code, count in zip(texts, found, counts, strict=True):
        if code is None:
            changes.fault(column, text, count, _unknown_text(text, question, labels, known))
    lookup = np.array([order.get(code, -1) for code in found] + [-1], dtype=np.intp)
    official = np.array([labels.get(code, "") for code in found] + [""], dtype=object)
    written = np.array([*texts, ""], dtype=object)
    changes.record(trimmed, question, item, "", written[codes], "white space removed")
    differs = np.array([a != b for a, b in zip(written, official, strict=True)], dtype=bool)
    changes.record(
        differs[codes] & (lookup[codes] >= 0),
        *(question, item, written[codes], official[codes], "wording matched after normalising"),
    )
    return lookup[codes]


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
    codes, texts, _ = changes.factorize(column)
    counts = np.bincount(codes[codes >= 0], minlength=len(texts))
    states = []
    for text, count in zip(texts, counts, strict=True):
        if not is_tick_or_none(text, label):
            changes.fault(
                *(column, text, count),
                f"stands in the column of option '{label[:60]}' of '{question.id}'; expected the "
                "option's text or a blank.",
            )
        states.append(int(is_tick(text, label)))
    return np.array([*states, -1], dtype=np.int8)[codes]


# ---- ranking and numeric


def _decode_ranking(question, columns, changes):
    arrays, ranks, most = {}, [], len(question.options)
    for code in question.options:
        column = columns[code]
        codes, texts, _ = changes.factorize(column)
        counts = np.bincount(codes[codes >= 0], minlength=len(texts))
        values = []
        for text, count in zip(texts, counts, strict=True):
            match = _RANK.fullmatch(text)
            values.append(int(match[1]) if match else 0)
            if text.casefold() not in ("n/a", "na") and not 1 <= values[-1] <= most:
                message = f"is no rank of '{question.id}'; expected 1 to {most}, N/A or a blank."
                changes.fault(column, text, count, message)
        ranks.append(np.array([*values, 0], dtype=np.int64)[codes])
        arrays[code] = pd.arrays.IntegerArray(ranks[-1], ranks[-1] == 0)
    ordered = np.sort(np.column_stack(ranks), axis=1)
    tied = int(((ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] > 0)).any(axis=1).sum())
    if tied:
        message = f"one rank for two items of {question.id}"
        changes.findings.append(("rank given twice", question.text, tied, message))
    return arrays


def _decode_numeric(question, columns, changes):
    column = columns[""]
    codes, texts, _ = changes.factorize(column)
    counts = np.bincount(codes[codes >= 0], minlength=len(texts))
    values = []
    for text, count in zip(texts, counts, strict=True):
        number = float(text.replace(",", "")) if _NUMBER.fullmatch(text) else np.nan
        values.append(number if np.isfinite(number) else np.nan)
        if np.isnan(values[-1]):
            message = (
                f"is no number, as '{question.id}' expects; correct it, or make the question's "
                "type open."
            )
            changes.fault(column, text, count, message)
    return {"": pd.array(np.array([*values, np.nan])[codes], dtype="Float64")}


# ---- open


def _texts(column, question, item, changes):
    if column is None:
        return pd.array([None] * len(changes.ids), dtype="string")
    codes, texts, trimmed = changes.factorize(column)
    # What people wrote stays out of the log.
    changes.record(trimmed, question, item, "", "", "white space removed")
    return pd.array(np.array([*texts, None], dtype=object)[codes], dtype="string")


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
