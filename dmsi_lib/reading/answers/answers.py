"""From the texts of a question's columns to its codes, one decoder for each type of question.

A blank cell means no answer, except in a choose-all-that-apply question: there a blank option was
not ticked if any other option of the question was. Where nothing at all is ticked, the respondent
counts as not having answered; only an export that says "Not selected" (or 0) in so many words shows
that the question was answered by ticking nothing.

A column that is not there is blank: whether it may be missing is for `shapes` to say.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from dmsi_lib.questionnaire import COMMENT, OTHER_TEXT, Question, not_a_number
from dmsi_lib.reading.answers.dates import decode_dates
from dmsi_lib.reading.answers.labels import option_labels
from dmsi_lib.reading.answers.texts import Texts, blank_texts
from dmsi_lib.reading.answers.ticks import tick_states
from dmsi_lib.reading.answers.unknown_answers import Unknown, refuse_unknown
from dmsi_lib.reading.change_log import ChangeLog
from dmsi_lib.reading.header.column_names import shortened
from dmsi_lib.reading.rows.rows import Array

Columns = Mapping[str, Texts]  # by item, see DESIGN.md, "Responses"; some may lack
Arrays = dict[str, Any]  # by item, an array (n,)

_NUMBER = re.compile(
    r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
)
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})")
_RANK = re.compile(r"0*([0-9]{1,4})(?:\.0+)?")


def decode(question: Question, columns: Columns, changes: ChangeLog) -> Arrays:
    """Decode the columns of one question; what can't be decoded is a fault."""
    arrays = _DECODERS[question.type](question, columns, changes)
    if question.comment is not None:
        arrays[COMMENT] = _texts(question, columns, COMMENT, changes)
    return arrays


def _column(columns: Columns, item: str, changes: ChangeLog) -> Texts:
    return columns[item] if item in columns else blank_texts(len(changes.ids))


# ---- single and matrix


def _decode_single(question: Question, columns: Columns, changes: ChangeLog) -> Arrays:
    codes = list(question.choices)
    places = _chosen(question, columns, changes)[""]
    if question.other_code is None:
        return {"": pd.Categorical.from_codes(places, codes)}
    text = _texts(question, columns, OTHER_TEXT, changes)
    only_text = (places < 0) & ~np.asarray(text.isna())
    rule = "companion text, no option"
    changes.record(only_text, question.id, "", "", question.other_code, rule)
    places = np.where(only_text, codes.index(question.other_code), places)
    return {"": pd.Categorical.from_codes(places, codes), OTHER_TEXT: text}


def _decode_matrix(question: Question, columns: Columns, changes: ChangeLog) -> Arrays:
    codes = list(question.options)
    chosen = _chosen(question, columns, changes)
    return {row: pd.Categorical.from_codes(places, codes) for row, places in chosen.items()}


def _chosen(question: Question, columns: Columns, changes: ChangeLog) -> dict[str, Array]:
    """The place of each answer among the question's choices, -1 for blank, by item.

    The rest are faults.
    """
    labels = option_labels(question)
    order = {code: n for n, code in enumerate(question.choices)}
    places, unknown = {}, []
    for item in question.items:
        column = _column(columns, item, changes)
        read = [labels.read(text) for text in column.texts]
        unknown += [
            Unknown(text, column.name, int(count))
            for text, (code, _), count in zip(column.texts, read, column.counts, strict=True)
            if code is None
        ]
        found = [-1 if code is None else order[code] for code, _ in read]
        places[item] = column.spread(found, -1, np.intp)
        _record(question, item, column, read, changes)
    refuse_unknown(question, unknown, labels, changes)
    return places


def _record(
    question: Question,
    item: str,
    column: Texts,
    read: list[tuple[str | None, str]],
    changes: ChangeLog,
) -> None:
    """Log the answers that were not written as an option is, by the rule that knew them."""
    rules = dict.fromkeys(rule for _, rule in read if rule)
    if not rules and not column.trimmed.any():
        return
    written = column.spread(column.texts, "", object)
    changes.record(column.trimmed, question.id, item, "", written, "white space removed")
    labels = ["" if code is None else question.choices[code] for code, _ in read]
    official = column.spread(labels, "", object)
    for rule in rules:
        by_it = column.spread([rule == each for _, each in read], False, bool)
        changes.record(by_it, question.id, item, written, official, rule)


# ---- multiple


def _decode_multiple(question: Question, columns: Columns, changes: ChangeLog) -> Arrays:
    texts = {
        code: _texts(question, columns, item, changes) for code, item in question.text_items.items()
    }
    states = {}
    for code in question.choices:
        states[code] = _states(question, columns, code, code, changes)
        if code in texts:
            only_text = (states[code] != 1) & ~np.asarray(texts[code].isna())
            if code in columns:
                rule = "companion text, no tick"
                changes.record(only_text, question.id, code, "", code, rule)
            states[code][only_text] = 1
    return _ticked(states) | {question.text_items[code]: text for code, text in texts.items()}


def _decode_matrix_multiple(question: Question, columns: Columns, changes: ChangeLog) -> Arrays:
    arrays: Arrays = {}
    for row in question.rows:
        items = {code: question.item(row, code) for code in question.options}
        arrays |= _ticked(
            {item: _states(question, columns, item, code, changes) for code, item in items.items()}
        )
    return arrays


def _states(
    question: Question, columns: Columns, item: str, code: str, changes: ChangeLog
) -> Array:
    labels = (question.choices[code], *question.option_aliases.get(code, ()))
    return tick_states(_column(columns, item, changes), labels, question, changes)


def _ticked(states: Mapping[str, Array]) -> Arrays:
    """Ticks of one question or row, blank together where there is no word of any."""
    blank = ~np.logical_or.reduce([each >= 0 for each in states.values()])  # one, held by all
    return {item: pd.arrays.BooleanArray(each == 1, blank) for item, each in states.items()}


# ---- ranking and numeric


def _decode_ranking(question: Question, columns: Columns, changes: ChangeLog) -> Arrays:
    most = len(question.options)

    def rank(text: str) -> int | None:
        if text.casefold() in ("n/a", "na"):
            return 0
        match = _RANK.fullmatch(text)
        return int(match[1]) if match and 1 <= int(match[1]) <= most else None

    def ranks(column: Texts) -> Array:
        def refuse(text: str, count: int) -> None:
            changes.fault(
                f"{column.name}: '{shortened(text, 80)}' ({count} times) is no rank of "
                f"'{question.id}'; expected 1 to {most}, N/A or a blank."
            )

        return column.meanings(rank, 0, refuse)

    given = {code: ranks(_column(columns, code, changes)) for code in question.options}
    small = np.min_scalar_type(most)
    ordered = np.sort([each.astype(small) for each in given.values()], axis=0)
    tied = int(((ordered[1:] == ordered[:-1]) & (ordered[1:] > 0)).any(axis=0).sum())
    if tied:
        message = f"one rank for two items of {question.id}"
        changes.note("rank given twice", question.text, tied, message)
    return {code: pd.arrays.IntegerArray(each, each == 0) for code, each in given.items()}


def _decode_numeric(question: Question, columns: Columns, changes: ChangeLog) -> Arrays:
    """Numbers; what is written otherwise ("about 30") is an answer, but has no value.

    Where somebody wrote "1,5", nobody knows what "1,500" is in the same column.
    """
    arrays: Arrays = {}
    for row in question.items:
        column = _column(columns, row, changes)
        pointed = any(map(_DECIMAL_COMMA.fullmatch, column.texts))
        texts = ["" if pointed and "," in text else text for text in column.texts]
        numbers = column.spread(list(map(_number, texts)), np.nan, float)
        arrays[row] = pd.array(numbers, dtype="Float64")
        strange = np.isnan(numbers) & (column.codes >= 0)
        if strange.any():
            arrays[not_a_number(row)] = pd.arrays.BooleanArray(strange, ~strange)
            label = f" - {question.rows[row]}" if row else ""
            count = int(strange.sum())
            message = f"{count} of {question.id} are no numbers; answered, but without a value"
            if np.isnan(numbers).all():
                message += ". There is no number at all: is its type another one?"
            changes.note("not a number", question.text + label, count, message)
    return arrays


def _number(text: str) -> float:
    value = float(text.replace(",", "")) if _NUMBER.fullmatch(text) else np.nan
    return value if np.isfinite(value) else np.nan


# ---- texts and dates


def _texts(question: Question, columns: Columns, item: str, changes: ChangeLog) -> Any:
    """What was written, a string array (n,); that itself stays out of the log."""
    column = _column(columns, item, changes)
    changes.record(column.trimmed, question.id, item, "", "", "white space removed")
    texts = pa.array(column.texts, pa.large_string())
    return pd.arrays.ArrowStringArray(texts.take(pa.array(column.codes, mask=column.codes < 0)))


def _decode_open(question: Question, columns: Columns, changes: ChangeLog) -> Arrays:
    return {row: _texts(question, columns, row, changes) for row in question.items}


def _decode_date(question: Question, columns: Columns, changes: ChangeLog) -> Arrays:
    return {"": decode_dates(question, _column(columns, "", changes), changes)}


_DECODERS: dict[str, Callable[[Question, Columns, ChangeLog], Arrays]] = {
    "single": _decode_single,
    "multiple": _decode_multiple,
    "ranking": _decode_ranking,
    "matrix": _decode_matrix,
    "matrix_multiple": _decode_matrix_multiple,
    "open": _decode_open,
    "numeric": _decode_numeric,
    "date": _decode_date,
}
