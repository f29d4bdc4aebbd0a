"""The tables of a survey as sheets of a workbook, for people who read them there."""

from collections.abc import Iterator, Sequence

import pandas as pd

from dmsi_lib.exporting.workbooks import Sheet, workbook_bytes
from dmsi_lib.questionnaire import Questionnaire
from dmsi_lib.survey import Survey
from dmsi_lib.tables import by_names
from dmsi_lib.wording import how_many

_HEADS = {
    "title": "Question",
    "label": "Answer",
    "group": "Group",
    "count": "Count",
    "base": "Base",
    "base_name": "Base: who",
    "percent": "Percent",
    "ci_low": "95 % interval, low",
    "ci_high": "95 % interval, high",
    "mean_rank": "Mean rank",
    "rank_1_percent": "Ranked first, %",
    "mean": "Mean",
    "median": "Median",
    "question": "Question's id",
    "item": "Answer's code",
}
_NOTES = (
    "Each percentage is a share of the base in its row. Where people could choose several "
    "answers, the percentages of a question add up to more than 100.",
    "The interval says how far a percentage could move by chance (Wilson, 95 %). It does not "
    "cover people who were never asked or chose not to answer.",
    "A blank cell means that the figure does not exist for that kind of question, or that nobody "
    "was asked.",
)


def tables_workbook(survey: Survey, by: str | list[str] | None = None) -> bytes:
    """The tables of all questions as an .xlsx file: the contents, a sheet for each page of the
    questionnaire, and the figures as other programs read them.

    Parameters
    ----------
    survey : Survey
    by : as in `Survey.tables`

    Returns
    -------
    bytes

    Raises
    ------
    InputError, UsageError
        As from `Survey.tables`.

    Examples
    --------
    >>> tables_workbook(survey)[:2]
    b'PK'
    """
    questionnaire, tidy = survey.questionnaire, survey.tables(by)
    title = f"{questionnaire.title} {questionnaire.wave}".strip()
    counted = how_many(survey.n, "respondent")
    notes = (f"{counted}; edit {survey.edit}, base {survey.base}.", *_NOTES)
    sheets = [
        Sheet(f"Page {page}", f"{title}: page {page}", table, notes)
        for page, table in _pages(tidy, questionnaire, by_names(by))
    ]
    whole = Sheet("All figures", "Every figure, as `dmsi tables` writes it as CSV", tidy, notes)
    return workbook_bytes(title, [*sheets, whole], survey.synthetic)


def _pages(
    tidy: pd.DataFrame, questionnaire: Questionnaire, by: Sequence[str]
) -> Iterator[tuple[int, pd.DataFrame]]:
    """The rows of each page's questions, with titles and groups in words; columns that are blank on
    a whole page are left out."""
    questions = {question.id: question for question in questionnaire.questions}
    pages = tidy["question"].map(lambda name: questions[name].page)
    words = tidy.assign(
        title=tidy["question"].map(lambda name: questions[name].text),
        group=tidy["group"].map(lambda group: _group(group, questionnaire, by)),
    )
    for page in sorted(pages.unique()):
        rows = words.loc[pages == page, [name for name in _HEADS if name in words]]
        used = [name for name in rows if rows[name].notna().any() and (rows[name] != "").any()]
        yield page, rows[used].rename(columns=_HEADS)


def _group(group: str, questionnaire: Questionnaire, by: Sequence[str]) -> str:
    """A group by the labels of its answers: "Management, Ontario" of "role=management, ..."."""
    pairs = [part.split("=", 1) for part in group.split(", ")] if len(by) > 1 else [[*by, group]]
    if not group or any(len(pair) < 2 for pair in pairs):
        return group
    return ", ".join(questionnaire[name].choices.get(code, code) for name, code in pairs)
