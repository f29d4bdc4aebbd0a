"""What tables are called: by their question and kind, never by a piece of text that says both."""

from dataclasses import dataclass

from dmsi_lib.files import distinct
from dmsi_lib.questionnaire import Questionnaire

ANSWERS, THEMES, REACH = "answers", "themes", "reach"


@dataclass(frozen=True)
class TableName:
    """The table of a question's answers (kind ANSWERS), or of the themes of its coded answers."""

    question: str
    kind: str = ANSWERS

    def __str__(self) -> str:
        return self.question if self.kind == ANSWERS else f"{self.question} ({self.kind})"


ROUTING = TableName("", "routing")  # the statuses of all questions
_WAVES = "compared_waves"


def file_names(questionnaire: Questionnaire) -> dict[TableName, str]:
    """The file of each table that a survey with this questionnaire may have.

    Parameters
    ----------
    questionnaire : Questionnaire

    Returns
    -------
    dict of TableName to str, without ending; no two are one file on any system
    """
    questions = questionnaire.questions
    wanted = {ROUTING: "routing"} | {TableName(q.id): q.id for q in questions}
    wanted |= {TableName(q.id, THEMES): f"{q.id}_themes" for q in questions if q.type == "open"}
    return dict(zip(wanted, distinct(wanted.values()), strict=True))


def waves_file(questionnaire: Questionnaire) -> str:
    """The file, without ending, of the table that sets a survey beside an earlier wave."""
    return distinct([*file_names(questionnaire).values(), _WAVES])[-1]
