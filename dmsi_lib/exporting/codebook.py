"""The instrument as a codebook: what was asked of whom, and what became of every question."""

from collections.abc import Iterator

import pandas as pd

from dmsi_lib.exporting.answer_counts import answer_counts, blank_counts
from dmsi_lib.exporting.dataset import REASONS, STATUS, TICK, DataSet, Variable, data_set
from dmsi_lib.questionnaire import Question, question_remarks, yaml_text
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
    made = data_set(survey.responses, survey.status, survey.questionnaire, survey.synthetic)
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
        rows += [[*about, *row] for row in _of_question(question, made)]
    return pd.DataFrame(rows, columns=CODEBOOK_COLUMNS)


def _of_question(question: Question, made: DataSet) -> Iterator[list[object]]:
    """Rows of a question's columns; of ticks, which are blank together, the reasons once."""
    variables = [v for v in made.variables if v.question == question.id and v.kind != STATUS]
    for variable in variables:
        yield from _answers(variable, made)
        if variable.kind != TICK:
            yield from _blanks(variable, made, variable.item)
    if variables and variables[0].kind == TICK:
        yield from _blanks(variables[0], made, "")


def _answers(variable: Variable, made: DataSet) -> Iterator[list[object]]:
    for answer in answer_counts(variable, made):
        label = answer.label
        if variable.kind == TICK:
            if answer.code == "0":
                continue
            label = variable.label.rpartition(" - ")[2] if variable.item else "Answered"
        by_status = [answer.by_status[name] for name in _WITH_AN_ANSWER]
        yield [variable.item, answer.code, label, answer.count, *by_status]


def _blanks(variable: Variable, made: DataSet, item: str) -> Iterator[list[object]]:
    for name, count in blank_counts(variable, made).items():
        yield [item, f"({name})", REASONS[name], count, pd.NA, pd.NA, pd.NA]
