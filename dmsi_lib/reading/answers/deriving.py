"""The answers to derived questions, made of those to their parts as the questionnaire says.

Of questions read as one the answer is that of the first part, in the order in which they are
listed, that was answered; whoever answered several of them differently is counted, since all but
one of the answers are then not shown. What the parts do not decide is blank: a number that is none
or in no band, a combination that a blank leaves open, or that none of the options fits.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, reduce
from typing import Any

import numpy as np
import pandas as pd

from dmsi_lib.errors import InputError
from dmsi_lib.questionnaire import (
    BANDS,
    COALESCE,
    COMBINE,
    COUNT,
    FALSE,
    NET,
    RECODE,
    TRUE,
    Condition,
    Derivation,
    Question,
    Questionnaire,
    Truth,
    condition_truth,
    decides,
    gate_holds,
    has_answer,
    holds,
    not_a_number,
    rule_truth,
)
from dmsi_lib.reading.rows.rows import Array

Columns = Mapping[str, "pd.Series"]  # by item, of respondents
_MADE_OF_OPTIONS = (BANDS, COUNT, COMBINE)  # whose options need not take everybody


def derived_answers(responses: pd.DataFrame, questionnaire: Questionnaire) -> pd.DataFrame:
    """The responses with the answers to the derived questions, made of those to their parts.

    Parameters
    ----------
    responses : DataFrame, (n, (question, item))
        Columns of derived questions are made anew.
    questionnaire : Questionnaire

    Returns
    -------
    DataFrame
        The derived questions have the same items and types as other questions of their type. An
        option that one of several parts lacks was not ticked by those who answered that part.

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
        for item, column in _columns(whole, questionnaire, derived).items():
            whole[derived.id, item] = column
    return whole


def answered_differently(responses: pd.DataFrame, questionnaire: Questionnaire) -> dict[str, int]:
    """How many respondents answered several parts of a derived question differently, by its id.

    The responses have the derived questions, as of `derived_answers`.
    """
    counts = {}
    for derived in questionnaire.derived:
        if _derivation(derived).kind != COALESCE:
            continue
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


def in_no_option(responses: pd.DataFrame, questionnaire: Questionnaire) -> dict[str, int]:
    """How many answers to the parts of a derived question are known and in none of its options, by
    its id; of those with rows, answers to a row each."""
    counts = {}
    for derived in questionnaire.derived:
        if _derivation(derived).kind in _MADE_OF_OPTIONS and derived.options:
            masks = [
                known & ~_any_of(chosen.values(), len(responses))
                for known, chosen in _by_row(responses, questionnaire, derived).values()
            ]
            counts[derived.id] = int(np.sum(masks))
    return counts


def _derivation(question: Question) -> Derivation:
    assert question.derivation is not None
    return question.derivation


def _columns(responses: pd.DataFrame, questionnaire: Questionnaire, derived: Question) -> Columns:
    """The columns of a derived question, by item."""
    kind = _derivation(derived).kind
    if kind == COALESCE:
        return _coalesced(responses, questionnaire, derived)
    if derived.type == "numeric":
        return _counted(responses, questionnaire, derived)
    columns: dict[str, pd.Series] = {}
    for row, (known, chosen) in _by_row(responses, questionnaire, derived).items():
        if derived.type in ("single", "matrix"):
            places = np.select([*chosen.values()], range(len(chosen)), -1)
            columns[row] = pd.Series(
                pd.Categorical.from_codes(places, categories=[*derived.choices]), responses.index
            )
            continue
        for code, ticked in chosen.items():
            ticks = pd.arrays.BooleanArray(ticked, ~known)
            columns[derived.item(row, code)] = pd.Series(ticks, responses.index)
    return columns


Chosen = tuple[Array, dict[str, Array]]  # whose answer is known, and who is in which option


def _by_row(
    responses: pd.DataFrame, questionnaire: Questionnaire, derived: Question
) -> dict[str, Chosen]:
    """For each row of a derived question with options, "" where it has none: bool arrays (n,)."""
    choose = _CHOOSE[_derivation(derived).kind]
    return {row: choose(responses, questionnaire, derived, row) for row in derived.rows or [""]}


def _any_of(masks: Any, size: int) -> Array:
    return reduce(np.logical_or, masks, np.zeros(size, dtype=bool))


# ---- options that take some answers, numbers, or whom a rule holds for


def _by_codes(
    responses: pd.DataFrame, questionnaire: Questionnaire, derived: Question, row: str
) -> Chosen:
    how = _derivation(derived)
    source = questionnaire[how.parts[0]]
    chosen = {o: gate_holds(responses, source, how.codes[o], row) for o in derived.choices}
    return has_answer(responses, source, row), chosen


def _by_number(
    responses: pd.DataFrame, questionnaire: Questionnaire, derived: Question, row: str
) -> Chosen:
    how = _derivation(derived)
    source = questionnaire[how.parts[0]]
    if how.kind == COUNT:
        numbers = _ticks(responses, source, how, row)
    else:
        numbers = np.full(len(responses), np.nan)
        if (source.id, row) in responses:
            numbers = responses[source.id, row].to_numpy(dtype=float, na_value=np.nan)
    bands = {o: Condition(source.id, bounds=how.bounds[o]) for o in derived.choices}
    return ~np.isnan(numbers), {o: band.admits(numbers) for o, band in bands.items()}


def _by_rule(
    responses: pd.DataFrame, questionnaire: Questionnaire, derived: Question, row: str
) -> Chosen:
    """An option is known where its rule holds and all before it are known not to. Whoever answered
    none of the parts is blank: also whom the rules lead past them all."""
    how = _derivation(derived)
    truth = _truths(responses, questionnaire)
    parts = (has_answer(responses, questionnaire[part]) for part in how.parts)
    left = known = _any_of(parts, len(responses))
    chosen = {}
    for option in derived.choices:
        found = rule_truth(how.rules[option], truth)
        chosen[option] = left & (found == TRUE)
        left = left & (found == FALSE)
    return known & _any_of([left, *chosen.values()], len(responses)), chosen


_CHOOSE: dict[str, Callable[[pd.DataFrame, Questionnaire, Question, str], Chosen]] = {
    RECODE: _by_codes,
    NET: _by_codes,
    COUNT: _by_number,
    BANDS: _by_number,
    COMBINE: _by_rule,
}


def _truths(responses: pd.DataFrame, questionnaire: Questionnaire) -> Callable[[Condition], Truth]:
    """What gives the truth of a condition; see `questionnaire.conditions`."""

    @cache
    def skipped(name: str) -> Truth:
        """Whom the rules lead past a question; nobody, where the file lacks it."""
        gate = questionnaire[name]
        past = rule_truth(gate.ask_if, truth) == FALSE
        return np.broadcast_to(past & gate.asked, len(responses))

    def truth(condition: Condition) -> Truth:
        gate = questionnaire[condition.gate]
        met, told = holds(responses, gate, condition), decides(responses, gate, condition)
        return condition_truth(met, told, skipped(gate.id))

    return truth


def _counted(
    responses: pd.DataFrame, questionnaire: Questionnaire, derived: Question
) -> dict[str, "pd.Series"]:
    how = _derivation(derived)
    columns = {}
    for row in derived.items:
        ticks = _ticks(responses, questionnaire[how.parts[0]], how, row)
        numbers = pd.arrays.FloatingArray(np.nan_to_num(ticks), np.isnan(ticks))
        columns[row] = pd.Series(numbers, responses.index)
    return columns


def _ticks(responses: pd.DataFrame, source: Question, how: Derivation, row: str) -> Array:
    """How many of the counted options each respondent ticked, NaN where nothing was answered."""
    ticked = [gate_holds(responses, source, [code], row) for code in how.counted]
    number: Array = np.sum(ticked, axis=0, dtype=float) + np.zeros(len(responses))
    number[~has_answer(responses, source, row)] = np.nan
    return number


# ---- several questions read as one


def _coalesced(
    responses: pd.DataFrame, questionnaire: Questionnaire, derived: Question
) -> dict[str, "pd.Series"]:
    columns: dict[str, pd.Series] = {}
    given = np.zeros(len(responses), dtype=bool)
    for has, answers in _answers_to_parts(responses, questionnaire, derived):
        for item, answer in answers.items():
            columns[item] = _earlier(columns[item], given, answer) if item in columns else answer
        given |= has
    return columns


def _earlier(answers: "pd.Series", given: Array, later: "pd.Series") -> "pd.Series":
    """Answers where they were given, and later ones elsewhere: `Series.mask`, but for the labels,
    of which pandas makes a copy each time."""
    column = later.array.copy()
    column[given] = answers.array[given]
    return pd.Series(column, later.index)


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
    parts = [part for name in derived.parts if (part := questionnaire[name]).asked]
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
        name, index = (part.id, item), responses.index
        has = name in responses
        answers[item] = responses[name].copy() if has else pd.Series(index=index, dtype=kind)
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
