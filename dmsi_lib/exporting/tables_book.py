"""The tables of a survey as sheets of a workbook, for people who read them there."""

from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from dmsi_lib.exporting.workbooks import Sheet, workbook_bytes
from dmsi_lib.questionnaire import Questionnaire
from dmsi_lib.survey import PublicSurvey, Survey
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
    "suppressed": "Hidden",
}
_HIDDEN = (
    "Where the last column says “suppressed”, the figures are hidden, so that nobody can be "
    "recognised."
)
Section = tuple[str, str, list[pd.DataFrame]]
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
    tidy = survey.tables(by)
    pages = {question.id: question.page for question in survey.questionnaire.questions}
    numbers = tidy["question"].map(pages)
    parts = [(f"Page {n}", f"Page {n}", [tidy[numbers == n]]) for n in sorted(numbers.unique())]
    whole = Sheet("All figures", "Every figure, as CSV files have them", tidy, notes_of(survey))
    sheets = [*_sheets(parts, survey, by_names(by)), whole]
    return workbook_bytes(title_of(survey), sheets, survey.synthetic)


def sections_workbook(sections: Iterable[Section], survey: Survey | PublicSurvey) -> bytes:
    """The tables that the sections of a report show as an .xlsx file, a sheet a section.

    Parameters
    ----------
    sections : name and title of each, and its tables in the columns of `Survey.table`
    survey : the report's; what it hides from the public is hidden here

    Returns
    -------
    bytes
    """
    return workbook_bytes(title_of(survey), list(_sheets(sections, survey)), survey.synthetic)


def title_of(survey: Survey | PublicSurvey) -> str:
    """The title of the survey and its wave."""
    return f"{survey.questionnaire.title} {survey.questionnaire.wave}".strip()


def notes_of(survey: Survey | PublicSurvey) -> tuple[str, ...]:
    """What stands above every table."""
    counted = [] if survey.n is None else [how_many(survey.n, "respondent")]
    reading = f"Edit {survey.edit}, base {survey.base}."
    hidden = (_HIDDEN,) if survey.public else ()
    return ("; ".join([*counted, reading]), *hidden, *_NOTES)


def _sheets(
    sections: Iterable[Section], survey: Survey | PublicSurvey, by: Sequence[str] = ()
) -> Iterator[Sheet]:
    """A sheet for each section that shows any table."""
    for name, title, tables in sections:
        if tables:
            rows = _in_words(pd.concat(tables, ignore_index=True), survey.questionnaire, by)
            yield Sheet(name, title, rows, notes_of(survey))


def _in_words(tidy: pd.DataFrame, questionnaire: Questionnaire, by: Sequence[str]) -> pd.DataFrame:
    """Rows with titles and groups in words; columns that are blank throughout are left out."""
    titles = {question.id: question.text for question in questionnaire.questions}
    words = tidy.assign(
        title=tidy["question"].map(titles),
        group=tidy["group"].map(lambda group: _group(group, questionnaire, by)),
    )
    rows = words[[name for name in _HEADS if name in words]]
    used = [name for name in rows if rows[name].notna().any() and (rows[name] != "").any()]
    return rows[used].rename(columns=_HEADS)


def _group(group: str, questionnaire: Questionnaire, by: Sequence[str]) -> str:
    """A group by the labels of its answers: "Management, Ontario" of "role=management, ..."."""
    pairs = [part.split("=", 1) for part in group.split(", ")] if len(by) > 1 else [[*by, group]]
    if not group or any(len(pair) < 2 for pair in pairs):
        return group
    return ", ".join(questionnaire[name].choices.get(code, code) for name, code in pairs)
