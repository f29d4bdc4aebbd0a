"""Cross tables as sheets of a workbook: answers down, groups across, bases above the answers."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dmsi_lib.exporting.tables_book import notes_of, title_of
from dmsi_lib.exporting.workbooks import Sheet, workbook_bytes
from dmsi_lib.questionnaire import Question
from dmsi_lib.survey import Survey
from dmsi_lib.tables import Banner, Layout, as_written, base_lines

_MEASURES = {
    "count": "count",
    "percent": "%",
    "higher_than": "higher than",
    "row_percent": "row %",
    "mean_rank": "mean rank",
    "mean": "mean",
    "median": "median",
}
_KEYS = ["question", "row", "item"]
_LOOK: dict[str, Any] = {"frozen": 2, "narrow": True}  # question and answer stay in view
_SMALL = "Columns with a small base"


def cross_workbook(survey: Survey, counted: pd.DataFrame, banner: Banner, layout: Layout) -> bytes:
    """The cross tables of all questions as an .xlsx file: the contents, a sheet for each page of
    the questionnaire, and the figures as other programs read them.

    Parameters
    ----------
    survey : Survey
    counted, banner : the figures and their columns, as from `Survey.counted_across`
    layout : tables.Layout, with which they were counted

    Returns
    -------
    bytes

    Raises
    ------
    InputError
        For a table or a text that a sheet does not hold.

    Examples
    --------
    >>> from dmsi_lib.tables import Layout
    >>> cross_workbook(survey, *survey.counted_across(["role"], Layout()), Layout())[:2]
    b'PK'
    """
    questions = {question.id: question for question in survey.questionnaire.questions}
    wide = _across(counted, banner, layout, questions)
    pages = wide.index.get_level_values("question").map(lambda name: questions[name].page)
    whose, shares, *_ = notes_of(survey)
    notes = (whose, shares, *_notes(banner, layout))
    sheets = [
        Sheet(f"Page {n}", f"Page {n}", _filled(wide[pages == n]), notes, **_LOOK)
        for n in sorted(set(pages))
    ]
    whole = Sheet("All figures", "Every figure, as CSV files have them", as_written(counted), notes)
    return workbook_bytes(title_of(survey), [*sheets, whole], survey.synthetic)


def _across(
    counted: pd.DataFrame, banner: Banner, layout: Layout, questions: Mapping[str, Question]
) -> pd.DataFrame:
    """A row for each answer, and above them for each base: the question's title, the answer, and
    what is measured of each column, with names of one line."""
    lines = base_lines(counted, list(questions.values()))
    lines.loc[~lines["is_base"], ["mean", "median"]] = float("nan")
    first = lines.drop_duplicates(_KEYS).set_index(_KEYS)
    titles = first.index.get_level_values("question").map(lambda name: questions[name].text)
    wide = pd.DataFrame({"Question": titles, "Answer": first["label"]}, index=first.index)
    for code, name in _names(banner, layout).items():
        rows = lines[lines["group"] == code].set_index(_KEYS)
        for measure in _measures(layout):
            wide[f"{name}: {_MEASURES[measure]}"] = rows[measure].reindex(wide.index)
    return wide.assign(**{_SMALL: _small(lines, banner).reindex(wide.index)})


def _measures(layout: Layout) -> list[str]:
    left_out = {"column": "row_percent", "row": "percent"}.get(layout.percent, "")
    letters = [] if layout.letters else ["higher_than"]
    return [name for name in _MEASURES if name not in (left_out, *letters)]


def _names(banner: Banner, layout: Layout) -> dict[str, str]:
    """The name of each column by its code: what it is by, its label and its letter."""
    titles = banner.titles if len(banner.blocks) > 1 else {}
    letters = banner.letters if layout.letters else {}
    named = {}
    for code, label in banner.labels.items():
        by = f"{titles[code]}, " if code in titles else ""
        named[code] = f"{by}{label} [{letters[code]}]" if code in letters else f"{by}{label}"
    return named


def _small(lines: pd.DataFrame, banner: Banner) -> pd.Series:
    """Which columns have a small base, on the lines of bases."""
    rows = lines[lines["is_base"] & lines["small_base"]]
    labels = rows["group"].map(banner.labels)
    return labels.groupby([rows[name] for name in _KEYS], sort=False).agg("; ".join)


def _filled(wide: pd.DataFrame) -> pd.DataFrame:
    """Without the columns that are blank throughout."""
    return wide[[name for name in wide if wide[name].notna().any() and (wide[name] != "").any()]]


def _notes(banner: Banner, layout: Layout) -> list[str]:
    """What the columns and the letters mean."""
    notes = [
        "The first column of figures is everybody in any column. A line “Base” has the base of "
        f"each column. Columns with a base below {layout.min_base} are named at the end of it."
    ]
    if any(block.overlapping for block in banner.blocks):
        notes.append("Who gave several answers to what the columns are by is in several columns.")
    if layout.percent != "column":
        notes.append(
            "Row %: of all in these columns who gave the answer, how many are in this one."
        )
    if layout.letters:
        notes.append(
            "“Higher than” has the letters of those columns whose percentage is lower, by more "
            "than chance would give: two-sided z test at 5 %, Holm's correction within the row. "
            "Not compared: the total, columns with a small base or with people in common, and "
            "where fewer than 5 were to be expected."
        )
    return notes
