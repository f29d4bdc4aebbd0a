"""The instrument as a codebook: what was asked of whom, and what became of every question."""

from collections.abc import Iterable, Iterator

import pandas as pd

from dmsi_lib.exporting.answer_counts import answer_counts, blank_counts
from dmsi_lib.exporting.dataset import REASONS, STATUS, TICK, Column, question_columns
from dmsi_lib.questionnaire import question_remarks, yaml_text
from dmsi_lib.survey import Survey
from dmsi_lib.tables import audience, how_made

CODEBOOK_COLUMNS = [
    *("question", "page", "type", "text", "asked_of", "asked_if", "made_of", "remarks"),
    *("item", "code", "label", "count", "answered", "off_route", "gate_unknown"),
]
_WITH_AN_ANSWER = ("answered", "off_route", "gate_unknown")


def codebook(survey: Survey) -> pd.DataFrame:
    """Every question with its options, and how many of whom gave each answer.

    Parameters
    ----------
    survey : Survey

    Returns
    -------
    DataFrame with CODEBOOK_COLUMNS, a row for each answer and for each reason of a blank
        asked_of : who is asked, in words
        asked_if : the same as a rule of ids and codes, "" of everybody
        made_of : of a derived question, how it is made of others; else ""
    remarks : the comments beside the question in the questionnaire's file
        item : of several columns the one that the row is about
        code : of the answer; of a blank its reason, in brackets
        count : respondents, in all; answered, off_route, gate_unknown : how many of them were to be
        asked, were led past all the same, or left the answer blank that decides

    Examples
    --------
    >>> book = codebook(survey).set_index(["question", "code"])
    >>> int(book.loc[("role", "management"), "count"])
    99
    """
    responses, status = survey.responses, survey.status
    remarks = question_remarks(yaml_text(survey.choices.questionnaire_path))
    rows = []
    for question in survey.questionnaire.questions:
        about = [
            question.id,
            question.page,
            question.type,
            question.text,
            audience(question, survey.questionnaire),
            " or ".join(" and ".join(map(str, rule)) for rule in question.ask_if),
            how_made(question, survey.questionnaire),
            remarks.get(question.id, ""),
        ]
        # One question after the other, since all of them as a data set take much memory.
        columns = question_columns(question, responses, status[question.id])
        rows += [[*about, *row] for row in _of_question(columns)]
    return pd.DataFrame(rows, columns=CODEBOOK_COLUMNS)


def _of_question(columns: Iterable[Column]) -> Iterator[list[object]]:
    """Rows of a question's columns; of ticks, which are blank together, the reasons once."""
    blanks: list[list[object]] = []
    for column in columns:
        variable = column.variable
        if variable.kind == STATUS:
            continue
        yield from _answers(column)
        if variable.kind != TICK:
            yield from _blanks(column, variable.item)
        else:
            blanks = blanks or [*_blanks(column, "")]
    yield from blanks


def _answers(column: Column) -> Iterator[list[object]]:
    variable = column.variable
    for answer in answer_counts(column):
        label = answer.label
        if variable.kind == TICK:
            if answer.code == "0":
                continue
            label = variable.label.rpartition(" - ")[2] if variable.item else "Answered"
        by_status = [answer.by_status[name] for name in _WITH_AN_ANSWER]
        yield [variable.item, answer.code, label, answer.count, *by_status]


def _blanks(column: Column, item: str) -> Iterator[list[object]]:
    for name, count in blank_counts(column).items():
        yield [item, f"({name})", REASONS[name], count, pd.NA, pd.NA, pd.NA]
