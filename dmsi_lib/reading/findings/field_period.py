"""When a survey was in the field, by the export's own columns of start and end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from dmsi_lib.reading.answers.dates import date_readings
from dmsi_lib.reading.answers.texts import Texts, column_texts
from dmsi_lib.reading.rows.rows import Rows
from dmsi_lib.wording import key

# SurveyMonkey and Qualtrics; LimeSurvey; Microsoft Forms.
_STARTS = ("startdate", "datestarted", "starttime")
_ENDS = ("enddate", "datesubmitted", "completiontime")
_BLANK = pd.DatetimeIndex([pd.NaT]).as_unit("ns")


@dataclass(frozen=True)
class FieldPeriod:
    """The days on which the first and the last respondent came, and how long they took.

    Attributes
    ----------
    first, last : date
    median_minutes : float, from a respondent's start to the end; None where a column lacks
    """

    first: date
    last: date
    median_minutes: float | None = None

    def __str__(self) -> str:
        took = self.median_minutes
        half = "" if took is None else f"; half of the respondents took {took:.0f} minutes or less"
        return f"{self.first} to {self.last}{half}"


def field_period(titles: Sequence[str], body: Rows) -> FieldPeriod | None:
    """The field period; None where the file does not say it, or not in a way that is certain.

    A reading of the dates by which somebody ended before the start is none; two that are left and
    differ, as 01/02/2018 does where no day is above the 12th, make it uncertain.
    """
    found = [_texts(titles, body, names) for names in (_STARTS, _ENDS)]
    columns = [column for column in found if column is not None]
    texts = sorted({text for column in columns for text in column.texts})
    if not texts:
        return None
    place = {text: n for n, text in enumerate(texts)}
    codes = [column.spread([place[text] for text in column.texts], -1, int) for column in columns]
    periods = set()
    for dates in date_readings(texts).values():
        starts, *ends = [dates.append(_BLANK).take(each) for each in codes]
        minutes = ((ends[0] - starts) / pd.Timedelta(minutes=1)).dropna() if ends else []
        if not np.any(np.asarray(minutes) < 0):
            median = float(np.median(minutes)) if len(minutes) else None
            periods.add(FieldPeriod(dates.min().date(), dates.max().date(), median))
    return periods.pop() if len(periods) == 1 else None


def _texts(titles: Sequence[str], body: Rows, names: Sequence[str]) -> Texts | None:
    """The texts of the first column with one of the titles, None where there is none."""
    for position, title in enumerate(titles):
        if key(title) in names:
            return column_texts(title, body.columns[position], ())
    return None
