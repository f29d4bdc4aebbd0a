"""From the texts of a question's columns to its codes, one decoder for each type of question.

A blank cell means no answer, except in a choose-all-that-apply question: there a blank option was
not ticked if any other option of the question was. Where nothing at all is ticked, the respondent
counts as not having answered; only an export that says "Not selected" (or 0) in so many words shows
that the question was answered by ticking nothing.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from dmsi_lib.questionnaire import OTHER_TEXT, Question
from dmsi_lib.reading.change_log import ChangeLog, Proposal
from dmsi_lib.reading.texts import Array, Texts
from dmsi_lib.wording import Wordings, same

Columns = Mapping[str, Texts]  # by item, see DESIGN.md, "Responses"; some may lack
Arrays = dict[str, Any]  # by item, an array (n,)

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


def decode(question: Question, columns: Columns, changes: ChangeLog) -> Arrays:
    """Decode the columns of one question; what can't be decoded is a fault."""
    return _DECODERS[question.type](question, columns, changes)


def is_tick(text: str, label: str) -> bool:
    """Whether a cell says that the option of its column was ticked, most often by its label."""
    return same(text, label) or text.casefold() in CHECKED


def is_tick_or_none(text: str, label: str) -> bool:
    """Whether a cell says that the option of its column was ticked, or that it was not."""
    return is_tick(text, label) or text.casefold() in UNCHECKED


def _values(
    column: Texts,
    meaning: Callable[[str], Any],
    blank: Any,
    fault: Callable[[str], str | tuple[str, Proposal]],
    changes: ChangeLog,
) -> Array:
    """What each respondent's text means, an array (n,); `blank` where there is none.

    A text that `meaning` says None of is a fault, and blank.
    """
    found = [meaning(text) for text in column.texts]
    for text, value, count in zip(column.texts, found, column.counts, strict=True):
        if value is None:
            said = fault(text)
            message, *proposals = (said,) if isinstance(said, str) else said
            changes.fault(f"{column.name}: '{text}' ({count} times) {message}", *proposals)
    return column.spread([blank if value is None else value for value in found], blank)


# ---- single and matrix


def _chosen(
    column: Texts, options: Mapping[str, str], question: Question, item: str, changes: ChangeLog
) -> Array:
    """The place of each answer among the options' labels, -1 for blank; faults for the rest."""
    labels = [*options.values()]
    known = Wordings(
        (text, n)
        for n, (code, label) in enumerate(options.items())
        for text in (label, *question.option_aliases.get(code, ()))
    )

    def fault(text: str) -> str | tuple[str, Proposal]:
        message = f"is no option of '{question.id}'"
        if label := _label_behind_date(text, labels):
            return (
                f"{message}: it looks like a date that Excel made of '{label}'. Export again and "
                "do not open the file in Excel before reading it."
            )
        if near := known.suggest(text):
            code = list(options)[known.find(near) or 0]
            found = Proposal("options", text, question.id, code)
            return f"{message} (line {question.line}); near to '{near}'.", found
        return f"{message} (line {question.line}).", Proposal("options", text, question.id)

    places = _values(column, known.find, -1, fault, changes)
    written = column.spread(column.texts, "", object)
    official = np.array([*labels, ""], dtype=object)[places]
    changes.record(column.trimmed, question.id, item, "", written, "white space removed")
    differs = (places >= 0) & (written != official)
    rule = "wording matched after normalising"
    changes.record(differs, question.id, item, written, official, rule)
    return places


def _label_behind_date(text: str, labels: Iterable[str]) -> str | None:
    """The option such as "1-5" that a spreadsheet turned into a date, or None."""
    if not _MADE_DATE.fullmatch(text):
        return None
    parts = re.findall(r"\d+|[a-z]+", text.casefold())
    numbers = {int(part) % 100 for part in parts if part.isdigit()}  # "Nov-20" may be a year
    numbers |= {_MONTHS.index(part[:3]) + 1 for part in parts if part[:3] in _MONTHS}
    for label in labels:
        ends = _RANGE.match(label)
        if ends and {int(ends[1]), int(ends[2])} <= numbers:
            return label
    return None


def _decode_single(question: Question, columns: Columns, changes: ChangeLog) -> Arrays:
    codes = list(question.choices)
    places = _chosen(columns[""], question.choices, question, "", changes)
    if question.other_code is None:
        return {"": pd.Categorical.from_codes(places, codes)}
    text = _texts(columns.get(OTHER_TEXT), question, OTHER_TEXT, changes)
    only_text = (places < 0) & ~np.asarray(text.isna())
    rule = "companion text, no option"
    changes.record(only_text, question.id, "", "", question.other_code, rule)
    places = np.where(only_text, codes.index(question.other_code), places)
    return {"": pd.Categorical.from_codes(places, codes), OTHER_TEXT: text}


def _decode_matrix(question: Question, columns: Columns, changes: ChangeLog) -> Arrays:
    places = {
        row: _chosen(columns[row], question.options, question, row, changes)
        for row in question.rows
        if row in columns
    }
    codes = list(question.options)
    return {row: pd.Categorical.from_codes(found, codes) for row, found in places.items()}


# ---- multiple


def _decode_multiple(question: Question, columns: Columns, changes: ChangeLog) -> Arrays:
    ticked, said = {}, np.zeros(len(changes.ids), dtype=bool)
    text = _texts(columns.get(OTHER_TEXT), question, OTHER_TEXT, changes)
    for code, label in question.choices.items():
        states = np.full(len(changes.ids), -1)
        if code in columns:
            states = _ticks(columns[code], label, question, changes)
        if code == question.other_code:
            only_text = (states != 1) & ~np.asarray(text.isna())
            if code in columns:
                rule = "companion text, no tick"
                changes.record(only_text, question.id, code, "", code, rule)
            states[only_text] = 1
        said |= states >= 0
        ticked[code] = states == 1
    arrays = {code: pd.arrays.BooleanArray(ticks, ~said) for code, ticks in ticked.items()}
    return arrays if question.other is None else arrays | {OTHER_TEXT: text}


def _ticks(column: Texts, label: str, question: Question, changes: ChangeLog) -> Array:
    """1 ticked, 0 explicitly not ticked, -1 blank, for each respondent."""
    message = (
        f"stands in the column of option '{label[:60]}' of '{question.id}'; expected the option's "
        "text or a blank."
    )

    def state(text: str) -> int | None:
        return int(is_tick(text, label)) if is_tick_or_none(text, label) else None

    return _values(column, state, -1, lambda text: message, changes)


# ---- ranking and numeric


def _decode_ranking(question: Question, columns: Columns, changes: ChangeLog) -> Arrays:
    most = len(question.options)
    message = f"is no rank of '{question.id}'; expected 1 to {most}, N/A or a blank."

    def rank(text: str) -> int | None:
        if text.casefold() in ("n/a", "na"):
            return 0
        match = _RANK.fullmatch(text)
        return int(match[1]) if match and 1 <= int(match[1]) <= most else None

    ranks = {
        code: _values(columns[code], rank, 0, lambda text: message, changes)
        for code in question.options
        if code in columns
    }
    ordered = np.sort([*ranks.values()], axis=0)
    tied = int(((ordered[1:] == ordered[:-1]) & (ordered[1:] > 0)).any(axis=0).sum())
    if tied:
        message = f"one rank for two items of {question.id}"
        changes.note("rank given twice", question.text, tied, message)
    return {code: pd.arrays.IntegerArray(given, given == 0) for code, given in ranks.items()}


def _decode_numeric(question: Question, columns: Columns, changes: ChangeLog) -> Arrays:
    message = (
        f"is no number, as '{question.id}' expects; correct it, or make the question's type open."
    )

    def number(text: str) -> float | None:
        value = float(text.replace(",", "")) if _NUMBER.fullmatch(text) else np.nan
        return value if np.isfinite(value) else None

    numbers = _values(columns[""], number, np.nan, lambda text: message, changes)
    return {"": pd.array(numbers, dtype="Float64")}


# ---- open


def _texts(column: Texts | None, question: Question, item: str, changes: ChangeLog) -> Any:
    """What was written, a string array (n,); that itself stays out of the log."""
    if column is None:
        return pd.array([None] * len(changes.ids), dtype="string")
    changes.record(column.trimmed, question.id, item, "", "", "white space removed")
    return pd.array(column.spread(column.texts, None, object), dtype="string")


def _decode_open(question: Question, columns: Columns, changes: ChangeLog) -> Arrays:
    return {"": _texts(columns[""], question, "", changes)}


_DECODERS: dict[str, Callable[[Question, Columns, ChangeLog], Arrays]] = {
    "single": _decode_single,
    "multiple": _decode_multiple,
    "ranking": _decode_ranking,
    "matrix": _decode_matrix,
    "open": _decode_open,
    "numeric": _decode_numeric,
}
