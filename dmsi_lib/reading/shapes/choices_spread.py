"""Choices and ranks: in one column, in a column for each option, or listed in one cell."""

from collections.abc import Sequence

import numpy as np

from dmsi_lib.questionnaire import OTHER_TEXT
from dmsi_lib.reading.answers.labels import Labels, option_labels
from dmsi_lib.reading.answers.texts import Texts, nowhere, with_texts
from dmsi_lib.reading.answers.ticks import tick_column
from dmsi_lib.reading.answers.unknown_answers import options_for
from dmsi_lib.reading.change_log import Proposal
from dmsi_lib.reading.header.column_names import where
from dmsi_lib.reading.shapes.found_block import FoundBlock, Shape
from dmsi_lib.reading.shapes.listed_answers import Listed, read_lists, refuse_lists
from dmsi_lib.reading.shapes.misfits import without_missing
from dmsi_lib.reading.shapes.ranks_by_place import places_of, ranks_by_place
from dmsi_lib.reading.shapes.subtitles import Subtitles, read_subtitles

_MOST_OPTIONS = 20  # that are proposed for one question; more are texts of people

# ---- one answer


def single(found: FoundBlock) -> Shape:
    """A question with one answer."""
    labels = option_labels(found.question)
    codes = {labels.find(subtitle) for subtitle in found.block.columns.values()}
    spread = not found.responses and bool(codes - {None, found.question.other_code})
    subtitles = read_subtitles(found.question, found.block, found.texts, labels, ticked=spread)
    return _spread_single(found, subtitles) if spread else _plain_single(found, subtitles, labels)


def _plain_single(found: FoundBlock, subtitles: Subtitles, labels: Labels) -> Shape:
    """One column of answers; in Google Forms what is no option was written beside "Other"."""
    columns = found.beside(subtitles.beside)
    taken = {position for positions in subtitles.beside.values() for position in positions}
    free = [position for position in found.block.columns if position not in taken]
    if not free:
        found.changes.fault(
            f"{found.subject}: {where(found.block)} holds only a text beside the answer; expected "
            "a column of answers, too."
        )
        return Shape(found.question, columns, {})
    first = next((position for position in free if position in found.responses), free[0])
    columns[""] = found.texts[first]
    if found.layout == "google_forms" and found.question.other and OTHER_TEXT not in columns:
        known = {text for text in columns[""].texts if labels.find(text) is not None}
        texts = columns[""].texts
        columns[OTHER_TEXT] = with_texts(columns[""], {t: t for t in texts if t not in known})
        columns[""] = with_texts(columns[""], {t: t for t in texts if t in known})
    rest = {position: found.block.columns[position] for position in free if position != first}
    return Shape(found.question, columns, rest)


def _spread_single(found: FoundBlock, subtitles: Subtitles) -> Shape:
    """A column for each option, of which a respondent ticked one."""
    question = found.question
    columns = found.beside(subtitles.beside)
    states = {
        code: found.states(positions, _labels(found, code), f"option '{code}'")
        for code, positions in subtitles.labelled.items()
    }
    ticked = np.array([*states.values()]) == 1
    several = int((ticked.sum(axis=0, dtype=np.int16) > 1).sum())
    if several:
        found.changes.fault(
            f"{found.subject} is single, but under {where(found.block)} {several} respondents "
            "ticked several options; expected one.",
            Proposal("type", "multiple", question.id),
        )
    codes = np.where(ticked.any(axis=0), ticked.argmax(axis=0), -1)
    labels = [question.choices[code] for code in states]
    columns[""] = Texts(where(found.block), labels, codes, nowhere(len(codes)))
    have = {*states, *(question.text_items if OTHER_TEXT in columns else ())}
    refined = without_missing(found, "options", have, subtitles.rest)
    return Shape(refined, columns, subtitles.rest)


# ---- several answers


def multiple(found: FoundBlock) -> Shape:
    """A question with several answers."""
    question, labels = found.question, option_labels(found.question)
    subtitles = read_subtitles(question, found.block, found.texts, labels)
    if _is_one_cell(found, subtitles):
        return _listed(found, subtitles, labels)
    columns = found.beside(subtitles.beside)
    for code, positions in subtitles.labelled.items():
        columns[code] = found.texts[positions[0]]
        if len(positions) > 1:
            texts = _labels(found, code)
            states = found.states(positions, texts, f"option '{code}'")
            columns[code] = tick_column(columns[code].name, texts[0], states)
    told = {code for code, item in question.text_items.items() if item in columns}
    refined = without_missing(found, "options", {*subtitles.labelled} | told, subtitles.rest)
    return Shape(refined, columns, subtitles.rest)


def _labels(found: FoundBlock, code: str) -> Sequence[str]:
    question = found.question
    return (question.choices[code], *question.option_aliases.get(code, ()))


def _is_one_cell(found: FoundBlock, subtitles: Subtitles) -> bool:
    """Whether all answers stand in one column."""
    return len(found.responses) == 1 and not subtitles.labelled.keys() - {
        *found.question.companions
    }


def _listed(found: FoundBlock, subtitles: Subtitles, labels: Labels) -> Shape:
    """All ticks of a respondent in one cell."""
    question, columns = found.question, found.beside(subtitles.beside)
    (position,) = found.responses
    column = found.texts[position]
    item = next(iter(question.text_items.values()), "")
    with_rest = bool(item) and item not in columns
    lists = read_lists(column.texts, labels, with_rest)
    rest = {p: text for p, text in subtitles.rest.items() if p != position}
    if not found.lists:
        _refuse_one_column(found, position, labels, lists)
        return Shape(question, columns, rest)
    refuse_lists(question, column, lists, labels, found.changes)
    for code, label in question.choices.items():
        states = column.spread([1 if code in each.codes else -1 for each in lists], -1, int)
        columns[code] = tick_column(column.name, label, states)
    if with_rest:
        cells = zip(column.texts, lists, strict=True)
        columns[item] = with_texts(column, {cell: each.rest for cell, each in cells if each.rest})
    return Shape(question, columns, rest)


def _refuse_one_column(
    found: FoundBlock, position: int, labels: Labels, lists: Sequence[Listed]
) -> None:
    """Say that a column for each option was expected, and what the one column is."""
    question, texts = found.question, found.texts[position].texts
    proposals = [Proposal("type", "single", question.id)]
    listed = ""
    unknown = [text for text in texts if labels.find(text) is None]
    if len(unknown) <= _MOST_OPTIONS:
        proposals += options_for(question, unknown, labels)
    if any(len(each.codes) > 1 for each in lists) and all(each.sound for each in lists):
        proposals = [Proposal("layout", "condensed")]
        listed = ", whose cells list several options"
    found.changes.fault(
        f"{found.subject} is {question.type}, but {where(found.block)} is one column{listed}; "
        "expected a column for each option.",
        *proposals,
    )


# ---- ranks


def ranking(found: FoundBlock) -> Shape:
    """Options put in order: a rank in the column of each, an option in the column of each place,
    or all listed in their order."""
    question, labels = found.question, option_labels(found.question)
    subtitles = read_subtitles(question, found.block, found.texts, labels)
    if _is_one_cell(found, subtitles):
        return _listed_ranks(found, subtitles, labels)
    places = [] if subtitles.labelled else places_of(subtitles.rest.values())
    if places:
        by_position = dict(zip(subtitles.rest, places, strict=True))
        return Shape(question, ranks_by_place(found, by_position, labels), {})
    columns = found.joined(subtitles.labelled, "option") | found.beside(subtitles.beside)
    refined = without_missing(found, "options", columns, subtitles.rest)
    return Shape(refined, columns, subtitles.rest)


def _listed_ranks(found: FoundBlock, subtitles: Subtitles, labels: Labels) -> Shape:
    question, columns = found.question, found.beside(subtitles.beside)
    (position,) = found.responses
    column = found.texts[position]
    lists = read_lists(column.texts, labels)
    rest = {p: text for p, text in subtitles.rest.items() if p != position}
    if not found.lists:
        _refuse_one_column(found, position, labels, lists)
        return Shape(question, columns, rest)
    refuse_lists(question, column, lists, labels, found.changes)
    message = f"the options of {question.id} are listed in a cell; the first has rank 1"
    found.changes.note("ranks by order", question.text, column.filled, message)
    for code in question.options:
        ranks = {
            text: str(each.codes.index(code) + 1)
            for text, each in zip(column.texts, lists, strict=True)
            if code in each.codes
        }
        columns[code] = with_texts(column, ranks)
    return Shape(question, columns, rest)
