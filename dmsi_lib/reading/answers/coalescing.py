"""Derived questions: the answers to several questions read as one, where the questionnaire says so.

Everybody's answer is that of the first of the parts, in the order in which the questionnaire lists
them, that they answered. Whoever answered several of them differently is counted, since all but one
of the answers are then not shown.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from dmsi_lib.errors import InputError
from dmsi_lib.questionnaire import (
    Question,
    Questionnaire,
    gate_holds,
    has_answer,
    not_a_number,
)
from dmsi_lib.reading.rows.rows import Array

Columns = Mapping[str, "pd.Series"]  # by item, of respondents


def coalesced(responses: pd.DataFrame, questionnaire: Questionnaire) -> pd.DataFrame:
    """The responses with the answers to the derived questions, made of those to their parts.

    Parameters
    ----------
    responses : DataFrame, (n, (question, item))
        Columns of derived questions are made anew.
    questionnaire : Questionnaire

    Returns
    -------
    DataFrame
        The derived questions have the same items and types as other questions of their type; an
        option that a part lacks was not ticked by those who answered that part.

    Raises
    ------
    InputError
        Where a question that has several boxes in the file is to be read as one with another that
        has a single box.
    """
    if not questionnaire.derived:
        return responses
    whole = responses.copy(deep=False)
    for derived in questionnaire.derived:
        columns: dict[str, pd.Series] = {}
        given = np.zeros(len(responses), dtype=bool)
        for has, answers in _answers_to_parts(responses, questionnaire, derived):
            for item, answer in answers.items():
                columns[item] = answer.mask(given, columns[item]) if item in columns else answer
            given |= has
        for item, column in columns.items():
            whole[derived.id, item] = column
    return whole


def answered_differently(responses: pd.DataFrame, questionnaire: Questionnaire) -> dict[str, int]:
    """How many respondents answered several parts of a derived question differently, by its id."""
    counts = {}
    for derived in questionnaire.derived:
        beside = {*derived.text_items.values()}
        differs = np.zeros(len(responses), dtype=bool)
        answers_so_far: list[tuple[Array, Columns]] = []
        for has, answers in _answers_to_parts(responses, questionnaire, derived):
            for had, others in answers_so_far:
                for item in answers.keys() - beside:
                    differs |= had & has & _differ(answers[item], others[item])
            answers_so_far.append((has, answers))
        counts[derived.id] = int(differs.sum())
    return counts


def _differ(one: "pd.Series", other: "pd.Series") -> Array:
    """Where two columns differ; two blanks do not."""
    both = (one.notna() & other.notna()).to_numpy()
    unlike = (one != other).fillna(False).to_numpy(dtype=bool)
    only_one = (one.isna() != other.isna()).to_numpy()
    differs: Array = only_one | (both & unlike)
    return differs


def _answers_to_parts(
    responses: pd.DataFrame, questionnaire: Questionnaire, derived: Question
) -> Iterator[tuple[Array, Columns]]:
    """For each part that the file has: who answered it, and the answers in the derived shape."""
    parts = [part for name in derived.coalesce if (part := questionnaire[name]).asked]
    boxes = {part.id: len(part.rows) for part in parts}
    if derived.type in ("open", "numeric") and 0 in boxes.values() and any(boxes.values()):
        found = ", ".join(f"'{name}' has {count or 1}" for name, count in boxes.items())
        raise InputError(
            f"derived question '{derived.id}': the file has different numbers of boxes, {found}; "
            "expected the same boxes in every part. Take it out of 'derived' in the questionnaire."
        )
    kinds = _kinds(responses, derived, parts)
    for part in parts:
        yield has_answer(responses, part), _as_derived(responses, part, derived, kinds)


def _kinds(responses: pd.DataFrame, derived: Question, parts: list[Question]) -> dict[str, Any]:
    """The dtype of each item whose values are taken as they are, of those that some part has."""
    items = [*derived.items, *derived.text_items.values()]
    items += map(not_a_number, derived.rows or [""]) if derived.type == "numeric" else []
    return {
        item: responses[part.id, item].dtype
        for item in items
        for part in reversed(parts)
        if (part.id, item) in responses
    }


def _as_derived(
    responses: pd.DataFrame, part: Question, derived: Question, kinds: dict[str, Any]
) -> dict[str, "pd.Series"]:
    """A part's answers in the items and codes of the derived question."""
    # One companion has a code of its own where its label is also that of an option.
    own = dict(zip(derived.companions, part.companions, strict=True))
    codes = {code: own.get(code, code) for code in derived.choices}
    answers = {}
    for item, kind in kinds.items():
        name = part.id, item
        blank = pd.Series(index=responses.index, dtype=kind)
        answers[item] = responses[name].copy() if name in responses else blank
    for row in derived.rows or [""]:
        if derived.type in ("single", "matrix"):
            answers[row] = _chosen(responses, part, row, codes)
        elif derived.type in ("multiple", "matrix_multiple"):
            blank = ~has_answer(responses, part, row)
            for code, own_code in codes.items():
                ticked = gate_holds(responses, part, [own_code], row)
                ticks = pd.arrays.BooleanArray(ticked, blank)
                answers[derived.item(row, code)] = pd.Series(ticks, index=responses.index)
    return answers


def _chosen(
    responses: pd.DataFrame, part: Question, row: str, codes: Mapping[str, str]
) -> "pd.Series":
    """A single answer to a part, or a row of it, in the codes of the derived question."""
    place = {own_code: n for n, own_code in enumerate(codes.values())}
    places = np.full(len(responses), -1)
    if (part.id, row) in responses:
        column = responses[part.id, row].cat
        found = [*(place[code] for code in column.categories), -1]  # -1 for blank is the last
        places = np.array(found)[column.codes.to_numpy()]
    chosen = pd.Categorical.from_codes(places, categories=[*codes])
    return pd.Series(chosen, index=responses.index)
