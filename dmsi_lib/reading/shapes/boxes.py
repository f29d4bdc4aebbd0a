"""Open and numeric questions: one box, or several, each with a label of its own."""

from dataclasses import replace

import numpy as np

from dmsi_lib.questionnaire import Question
from dmsi_lib.reading.answers.codes import new_code
from dmsi_lib.reading.answers.labels import row_labels
from dmsi_lib.reading.answers.texts import Texts
from dmsi_lib.reading.change_log import Proposal
from dmsi_lib.reading.header.column_names import shortened, where
from dmsi_lib.reading.shapes.found_block import FoundBlock, Shape
from dmsi_lib.reading.shapes.misfits import without_missing
from dmsi_lib.reading.shapes.subtitles import Subtitles, read_subtitles
from dmsi_lib.wording import same


def boxes(found: FoundBlock) -> Shape:
    """A question whose answer is written; where it has several boxes, each is a row."""
    labels = row_labels(found.question)
    subtitles = read_subtitles(found.question, found.block, found.texts, labels, ticked=False)
    ticked = _ticked_options(found)
    if ticked:
        _refuse_options(found, ticked)
    if found.question.rows:
        return _declared(found, subtitles)
    if _are_several(found, subtitles) and not ticked:
        return _of_the_file(found, subtitles)
    return one_column(found, subtitles)


def date(found: FoundBlock) -> Shape:
    """A date: one column, whatever stands over it."""
    labels = row_labels(found.question)
    subtitles = read_subtitles(found.question, found.block, found.texts, labels, ticked=False)
    filled = [position for position in subtitles.rest if found.texts[position].texts]
    if len(filled) > 1 and _are_several(found, subtitles):
        found.changes.fault(
            f"{found.subject} is a date, but {where(found.block)} has {len(filled)} filled "
            f"columns, as {found.called(filled[-1])}; expected one.",
            Proposal("type", "open", found.question.id),
        )
    return one_column(found, subtitles)


def _are_several(found: FoundBlock, subtitles: Subtitles) -> bool:
    """Whether a question has several boxes, not one with something else beside it.

    One column that is called the response is the answer. One without a name may be a box among
    others, unless it alone has what is to be written there: what is beside numbers is a remark.
    """
    rest = subtitles.rest
    main = [position for position in found.responses if position in rest]
    if len(rest) < 2 or (len(main) == 1 and rest[main[0]]):
        return False
    if len(main) != 1 or found.question.type != "numeric":
        return True
    return any(_hold_numbers(found.texts[position]) for position in rest if position not in main)


def _hold_numbers(column: Texts) -> bool:
    """Whether at least half of a column's answers have a digit."""
    numbers = [any(map(str.isdigit, text)) for text in column.texts]
    return column.filled > 0 and 2 * int(column.counts[numbers].sum()) >= column.filled


def one_column(found: FoundBlock, subtitles: Subtitles) -> Shape:
    """The answer in the one column that says so, or in the first."""
    columns = found.beside(subtitles.beside)
    rest = dict(subtitles.rest)
    first = next((position for position in found.responses if position in rest), None)
    first = next(iter(rest), None) if first is None else first
    if first is not None:
        del rest[first]
        columns[""] = found.texts[first]
    return Shape(found.question, columns, rest)


def _declared(found: FoundBlock, subtitles: Subtitles) -> Shape:
    columns = found.joined(subtitles.labelled, "row")
    refined = without_missing(found, "rows", columns, subtitles.rest)
    return Shape(refined, columns | found.beside(subtitles.beside), subtitles.rest)


def _of_the_file(found: FoundBlock, subtitles: Subtitles) -> Shape:
    """Rows of the boxes' labels, in the file's order."""
    question, rows, columns = found.question, dict[str, str](), {}
    for number, (position, subtitle) in enumerate(subtitles.rest.items(), 1):
        label = subtitle or str(number)
        if label in rows.values():
            label = f"{label} ({number})"
        code = new_code(label, rows)
        rows[code], columns[code] = label, found.texts[position]
    listed = ", ".join(map(shortened, rows.values()))
    message = f"{question.id} has several boxes, read as its rows: {shortened(listed, 200)}"
    found.changes.note("several boxes", question.text, None, message)
    refined: Question = replace(question, rows=rows)
    return Shape(refined, columns | found.beside(subtitles.beside), {})


def _ticked_options(found: FoundBlock) -> list[str]:
    """The subtitles of the filled columns, where each holds nothing but its own, as ticks do."""
    filled = {
        subtitle: found.texts[position].texts
        for position, subtitle in found.block.columns.items()
        if found.texts[position].texts
    }
    ticks = all(same(text, subtitle) for subtitle, texts in filled.items() for text in texts)
    return [*filled] if ticks and len(found.block.columns) > 1 else []


def _refuse_options(found: FoundBlock, ticked: list[str]) -> None:
    question, codes = found.question, dict[str, str]()
    for subtitle in found.block.columns.values():
        codes[new_code(subtitle, codes)] = subtitle
    found.changes.fault(
        f"{found.subject} is {question.type}, but {where(found.block)} has a column for each "
        f"option ('{shortened(ticked[0])}').",
        Proposal("type", "multiple" if _several(found) else "single", question.id),
        *(Proposal("options", label, question.id, code) for code, label in codes.items()),
    )


def _several(found: FoundBlock) -> bool:
    """Whether anybody has filled several columns."""
    filled = np.array([found.texts[position].codes >= 0 for position in found.block.columns])
    return bool((filled.sum(axis=0) > 1).any())
