"""Which shape a question has in the file, brought to one column for each of its items.

Programs and their settings spread one question in different ways: a single choice over a column
for each option, several answers over a column for each or listed in one cell, a matrix over a
column for each row, or for each row and option. Whatever the file has, the decoders get one column
for each item (DESIGN.md, "Responses"). Where the file shows more of a question than the
questionnaire says, the question is refined, and a finding says so.
"""

from collections.abc import Mapping
from dataclasses import replace

from dmsi_lib.questionnaire import COMMENT, Question, Questionnaire
from dmsi_lib.reading.answers.answers import Columns
from dmsi_lib.reading.answers.texts import column_texts
from dmsi_lib.reading.change_log import ChangeLog
from dmsi_lib.reading.header.column_names import called
from dmsi_lib.reading.header.headers import Block
from dmsi_lib.reading.rows.rows import Rows
from dmsi_lib.reading.shapes.boxes import boxes, date
from dmsi_lib.reading.shapes.choices_spread import multiple, ranking, single
from dmsi_lib.reading.shapes.found_block import FoundBlock, Shape
from dmsi_lib.reading.shapes.grids import matrix
from dmsi_lib.reading.shapes.misfits import sort_rest
from dmsi_lib.wording import same

_SHAPES = {
    "single": single,
    "multiple": multiple,
    "ranking": ranking,
    "matrix": matrix,
    "matrix_multiple": matrix,
    "open": boxes,
    "numeric": boxes,
    "date": date,
}
_NOT_SHOWN = "N/A"  # what LimeSurvey writes where a question was not shown


def read_shapes(
    matched: Mapping[str, Block],
    questionnaire: Questionnaire,
    body: Rows,
    changes: ChangeLog,
) -> tuple[Questionnaire, dict[str, Columns]]:
    """The questionnaire as the file shows it, and the columns of each question's items by its id.

    `body` are the respondents' rows. Options without a column, and answered columns without an
    option, are faults; an optional question without a block was not asked.
    """
    refined: dict[str, Question] = {}
    columns: dict[str, Columns] = {}
    for question in questionnaire.in_file:
        block = matched.get(question.id)
        if block is not None:
            blank = _blank(question, questionnaire)
            texts = {
                position: column_texts(called(position, block.title), body.columns[position], blank)
                for position in block.columns
            }
            found = FoundBlock(question, block, texts, questionnaire.layout, changes)
            shape = _SHAPES[question.type](found)
            sort_rest(found, shape)
            _note_taken(found, shape, changes)
            _note_missing_texts(shape, changes)
            refined[question.id], columns[question.id] = shape.question, shape.columns
        elif question.optional:
            changes.note("not in the file", question.text, None, f"{question.id} was not asked")
            refined[question.id], columns[question.id] = replace(question, asked=False), {}
    shown = questionnaire.with_questions(refined)
    _refuse_gates_of_boxes(shown, changes)
    return shown, columns


def _refuse_gates_of_boxes(questionnaire: Questionnaire, changes: ChangeLog) -> None:
    """A fault for each gate that is compared with a number, and has several in the file."""
    for question in questionnaire.in_file:
        conditions = {each for alternative in question.ask_if for each in alternative}
        compared = {each.gate for each in conditions if each.bounds and not each.row}
        for name in compared:
            rows = questionnaire[name].rows if name in questionnaire else {}
            if rows:
                listed = ", ".join(f'{code}: "{label}"' for code, label in rows.items())
                changes.fault(
                    f"question '{question.id}' (line {question.line}): its gate '{name}' is "
                    "compared with a number, but has several boxes in the file. Write them to "
                    f"'{name}' as rows: {{{listed}}} and say which one counts, as "
                    f"{name}.{next(iter(rows))}."
                )


def _note_taken(found: FoundBlock, shape: Shape, changes: ChangeLog) -> None:
    items = {column.name: item for item, column in shape.columns.items()}
    for position in found.block.columns:
        if position not in shape.rest:
            item = items.get(found.texts[position].name, "")
            changes.take(position, found.question.id, item)


def _blank(question: Question, questionnaire: Questionnaire) -> set[str]:
    """The texts of a question's cells that mean no answer."""
    blank = {text.strip() for text in questionnaire.blank}
    if questionnaire.layout == "limesurvey":
        labels = question.choices.values()
        if not any(same(label, _NOT_SHOWN) for label in labels):
            blank.add(_NOT_SHOWN)
    return blank


def _note_missing_texts(shape: Shape, changes: ChangeLog) -> None:
    """A finding for each text beside the answer that the file lacks."""
    question = shape.question
    wanted = {item: question.companions[code] for code, item in question.text_items.items()}
    if question.comment is not None:
        wanted[COMMENT] = question.comment
    for item, label in wanted.items():
        if item not in shape.columns:
            message = f"what respondents of {question.id} wrote there is not in the export"
            changes.note("companion without a column", label, None, message)
