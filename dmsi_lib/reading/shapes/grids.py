"""Matrices: a column for each row, or one for each row and option ("Kitchen - Mop")."""

import re
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from dmsi_lib.reading.answers.codes import new_code
from dmsi_lib.reading.answers.labels import Labels, option_labels, row_labels
from dmsi_lib.reading.answers.texts import Texts, nowhere
from dmsi_lib.reading.answers.ticks import tick_column
from dmsi_lib.reading.change_log import Proposal
from dmsi_lib.reading.header.column_names import called, shortened, where
from dmsi_lib.reading.rows.rows import Array
from dmsi_lib.reading.shapes.found_block import FoundBlock, Shape
from dmsi_lib.reading.shapes.listed_answers import read_lists, refuse_lists
from dmsi_lib.reading.shapes.misfits import without_missing
from dmsi_lib.reading.shapes.subtitles import Subtitles, read_subtitles
from dmsi_lib.wording import Wordings

_SEPARATOR = re.compile(r"\s*[-–—:|]+\s*")
_MOST_SEPARATORS = 20  # in a subtitle, at which it is tried to be split

Cells = dict[str, dict[str, list[int]]]  # columns by row and option
Strangers = dict[tuple[str, str], list[int]]  # columns by "rows" or "options", and an unknown label


class _Ticks(NamedTuple):
    """The ticks of one option in one row."""

    column: Texts
    states: Array


def matrix(found: FoundBlock) -> Shape:
    """A question with rows, each answered with one option, or with several."""
    question = found.question
    rows, options = row_labels(question), option_labels(question)
    subtitles = read_subtitles(question, found.block, found.texts, rows)
    if found.responses and len(found.block.columns) == 1:
        found.changes.fault(
            f"{found.subject} is a matrix, but {where(found.block)} is one column; expected a "
            "column for each row.",
            Proposal("type", "single", question.id),
        )
        return Shape(question, {}, {})
    cells = _cells(subtitles, rows, options)
    if cells and not subtitles.labelled:
        return _spread(found, subtitles, cells)
    columns = found.joined(subtitles.labelled, "row")
    refined = without_missing(found, "rows", columns, subtitles.rest)
    shape = Shape(refined, columns, subtitles.rest)
    if question.type == "matrix_multiple" or found.lists:
        shape = _listed(found, shape, options)
    shape.columns.update(found.beside(subtitles.beside))
    return shape


def _cells(subtitles: Subtitles, rows: Labels, options: Labels) -> Cells:
    """The columns that stand for a row and an option."""
    cells: Cells = {}
    for position, subtitle in subtitles.rest.items():
        pairs = {(rows.find(left), options.find(right)) for left, right in _cuts(subtitle)}
        known = [(row, code) for row, code in pairs if row is not None and code is not None]
        if len(known) == 1:
            ((row, code),) = known
            cells.setdefault(row, {}).setdefault(code, []).append(position)
    return cells


def _cuts(subtitle: str) -> list[tuple[str, str]]:
    """The ways to cut a subtitle in two at a separator."""
    cuts = [*_SEPARATOR.finditer(subtitle)][:_MOST_SEPARATORS]
    return [(subtitle[: cut.start()], subtitle[cut.end() :]) for cut in cuts]


def _strangers(found: FoundBlock, rest: dict[int, str], rows: Labels, options: Labels) -> Strangers:
    """The ticked columns of which only the row or only the option is known."""
    strangers: Strangers = {}
    for position, subtitle in rest.items():
        for left, right in _cuts(subtitle) if found.texts[position].filled else ():
            row, code = rows.find(left), options.find(right)
            if (row is None) != (code is None):
                kind, label = ("rows", left) if row is None else ("options", right)
                strangers.setdefault((kind, label), []).append(position)
                break
    return strangers


def _refuse_strangers(
    found: FoundBlock, strangers: Strangers, labels: dict[str, Labels], have: Cells
) -> None:
    """A fault for each unknown row or option: it is another wording of a missing one, or new."""
    question = found.question
    known = {"rows": {*have}, "options": {code for row in have.values() for code in row}}
    taken = {"rows": {*question.rows}, "options": {*question.choices}}
    for (kind, label), positions in strangers.items():
        near = labels[kind].near(label)
        code = new_code(label, taken[kind])
        if near and near[0] not in known[kind]:
            code = near[0]
        taken[kind].add(code)
        filled = sum(found.texts[position].filled for position in positions)
        more = f" and {len(positions) - 1} more" if len(positions) > 1 else ""
        found.changes.fault(
            f"{called(positions[0], found.block.columns[positions[0]])}{more}: {filled} ticks of "
            f"{'a row' if kind == 'rows' else 'an option'} '{shortened(label)}' that "
            f"'{question.id}' (line {question.line}) does not have."
            f"{f' Near to {near[1]!r}.' if near else ''}",
            Proposal(kind, label, question.id, code),
        )


def _spread(found: FoundBlock, subtitles: Subtitles, cells: Cells) -> Shape:
    """A column for each row and option; a plain matrix where nobody ticked two in a row."""
    question = found.question
    labels = {"rows": row_labels(question), "options": option_labels(question)}
    taken = {place for row in cells.values() for positions in row.values() for place in positions}
    rest = {place: text for place, text in subtitles.rest.items() if place not in taken}
    strangers = _strangers(found, rest, *labels.values())
    _refuse_strangers(found, strangers, labels, cells)
    names = {place: label for (_, label), places in strangers.items() for place in places}
    ticks = {row: _row_ticks(found, row, each, names) for row, each in cells.items()}
    refined = without_missing(found, "rows", cells, rest | names)
    rest = {place: text for place, text in rest.items() if place not in names}
    several = _several(ticks)
    if question.type == "matrix_multiple" or several:
        columns = {
            question.item(row, code): tick_column(
                each.column.name, question.options[code], each.states
            )
            for row, options in ticks.items()
            for code, each in options.items()
        }
        if question.type == "matrix":
            refined = replace(refined, type="matrix_multiple")
            message = f"{question.id} is read as matrix_multiple: several answers in a row"
            found.changes.note("several answers in a row", question.text, several, message)
    else:
        columns = {row: _chosen(found, options) for row, options in ticks.items()}
    return Shape(refined, columns | found.beside(subtitles.beside), rest)


def _row_ticks(
    found: FoundBlock, row: str, cells: dict[str, list[int]], names: dict[int, str]
) -> dict[str, _Ticks]:
    """The ticks of a row's options; an option without a column is a fault.

    `names` are the unknown rows and options over other columns.
    """
    question, ticks = found.question, {}
    unknown = Wordings((name, name) for name in names.values())
    for code, label in question.options.items():
        if code in cells:
            labels = (label, *question.option_aliases.get(code, ()))
            what = f"option '{code}' in row '{row}'"
            texts = (*labels, *(found.block.columns[place] for place in cells[code]))
            ticks[code] = _Ticks(
                found.texts[cells[code][0]], found.states(cells[code], texts, what)
            )
        elif code not in question.optional_codes:
            near = unknown.suggest(label)
            proposal = Proposal("optional", "true", question.id, code)
            if near is not None:
                proposal = Proposal("options", near, question.id, code)
            found.changes.fault(
                f"{found.subject}: no column '{shortened(question.rows[row])} - "
                f"{shortened(label)}' under {where(found.block)}; expected one for each row and "
                "option.",
                proposal,
            )
    return ticks


def _several(ticks: dict[str, dict[str, _Ticks]]) -> int:
    """How many respondents ticked several options in a row."""
    several = [
        np.sum([each.states == 1 for each in options.values()], axis=0) > 1
        for options in ticks.values()
        if options
    ]
    return int(np.logical_or.reduce(several).sum()) if several else 0


def _chosen(found: FoundBlock, ticks: dict[str, _Ticks]) -> Texts:
    """One column of the options ticked in a row, of which each respondent ticked one at most."""
    ticked = np.array([each.states for each in ticks.values()]) == 1
    codes = np.where(ticked.any(axis=0), ticked.argmax(axis=0), -1)
    name = next(each.column.name for each in ticks.values())
    labels = [found.question.options[code] for code in ticks]
    return Texts(name, labels, codes, nowhere(len(codes)))


def _listed(found: FoundBlock, shape: Shape, options: Labels) -> Shape:
    """Rows whose cells may list several options."""
    question = shape.question
    lists = {row: read_lists(column.texts, options) for row, column in shape.columns.items()}
    each = [listed for found_lists in lists.values() for listed in found_lists]
    several = any(len(listed.codes) > 1 for listed in each)
    if question.type == "matrix" and not several:
        return shape
    if not found.lists:
        proposal = Proposal("layout", "condensed")
        if not several:
            proposal = Proposal("type", "matrix", question.id)
        found.changes.fault(
            f"{found.subject} is matrix_multiple, but {where(found.block)} has one column for each "
            "row; expected one for each row and option.",
            proposal,
        )
        return Shape(question, {}, shape.rest)
    columns = {}
    for row, column in shape.columns.items():
        refuse_lists(question, column, lists[row], options, found.changes)
        for code, label in question.options.items():
            ticked = [1 if code in listed.codes else -1 for listed in lists[row]]
            states = column.spread(ticked, -1, np.int8)
            columns[question.item(row, code)] = tick_column(column.name, label, states)
    if question.type == "matrix":
        message = f"{question.id} is read as matrix_multiple: cells list several options"
        found.changes.note("several answers in a row", question.text, None, message)
        question = replace(question, type="matrix_multiple")
    return Shape(question, columns, shape.rest)
