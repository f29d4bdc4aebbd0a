"""Dates: how a file writes them, and what they are.

One way of writing holds for a whole column. Of the usual ones that is taken which reads every date
of the column; where two do and the dates differ, as 01/02/2018 does, nothing is guessed.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from dmsi_lib.questionnaire import Question
from dmsi_lib.reading.answers.texts import Texts
from dmsi_lib.reading.change_log import ChangeLog, Proposal
from dmsi_lib.reading.header.column_names import shortened

# As Python's strptime has them; the time may follow in any of its forms.
FORMATS = (
    *("%Y-%m-%d", "%Y/%m/%d", "%m/%d/%Y", "%d/%m/%Y", "%m-%d-%Y", "%d-%m-%Y", "%d.%m.%Y"),
    *("%m/%d/%y", "%d/%m/%y", "%d.%m.%y"),
)
_TIMES = (
    *("", " %I:%M:%S %p", " %I:%M %p", " %H:%M:%S", " %H:%M", " %H:%M:%S.%f"),
    *("T%H:%M:%S", "T%H:%M"),
)
_YEARS = (1678, 2261)  # what nanoseconds can count


def read_dates(texts: Sequence[str], written: str, patient: bool = False) -> "pd.DatetimeIndex":
    """The dates that texts are if they are written in one way, NaT where one is not.

    Only with patience is the rest read once one is not.
    """
    timed = "%H" in written or "%I" in written
    ways = [written + time for time in (("",) if timed else _TIMES)]
    dates = pd.DatetimeIndex([pd.NaT] * len(texts)).as_unit("ns").to_numpy(copy=True)
    left = np.arange(len(texts))
    while len(left):
        first = texts[int(left[0])]
        way = next((way for way in ways if _reads(first, way)), None)
        if way is not None:
            found = pd.to_datetime([texts[int(n)] for n in left], format=way, errors="coerce")
            found = found.where((found.year >= _YEARS[0]) & (found.year <= _YEARS[1]))
            dates[left] = found.as_unit("ns").to_numpy()
        elif not patient:
            break
        left = left[1:][np.isnat(dates[left[1:]])]
    return pd.DatetimeIndex(dates)


def date_readings(
    texts: Sequence[str], among: Iterable[str] = FORMATS
) -> "dict[str, pd.DatetimeIndex]":
    """The dates by each way of writing that reads all texts."""
    found = {written: read_dates(texts, written) for written in among}
    return {written: dates for written, dates in found.items() if not dates.isna().any()}


def _reads(text: str, way: str) -> bool:
    try:
        datetime.strptime(text, way)
    except ValueError:
        return False
    return True


def decode_dates(question: Question, column: Texts, changes: ChangeLog) -> Any:
    """The date of each respondent, datetime64[ns] (n,); a column that can't be read is a fault."""
    among = [question.format] if question.format else FORMATS
    found = date_readings(column.texts, among)
    if not found:
        found = _refuse_unreadable(question, column, among, changes)
    (written, dates), *others = found.items()
    for other, rival in others:
        differs = dates != rival
        if differs.any():
            first = int(differs.argmax())
            changes.fault(
                f"{column.name}: '{column.texts[first]}' is {_day(dates[first])} or "
                f"{_day(rival[first])}, and no other date here tells which; say it "
                f'with format: "{written}" or format: "{other}".'
            )
            break
    return dates.append(pd.DatetimeIndex([pd.NaT]).as_unit("ns")).take(column.codes)


def _day(date: Any) -> str:
    return f"{date.day} {date:%B %Y}"


def _refuse_unreadable(
    question: Question, column: Texts, among: Iterable[str], changes: ChangeLog
) -> "dict[str, pd.DatetimeIndex]":
    """The dates as the best way of writing reads them, each of the rest a fault."""
    tried = {written: read_dates(column.texts, written, patient=True) for written in among}
    written = max(tried, key=lambda each: tried[each].notna().sum())
    left = tried[written].isna()
    proposals = [Proposal("type", "open", question.id)] if left.all() else []
    for text, count, unread in zip(column.texts, column.counts, left, strict=True):
        if unread:
            changes.fault(
                f"{column.name}: '{shortened(text, 80)}' ({count} times) is no date; expected one "
                f"written as {written}.",
                *proposals,
            )
    return {written: tried[written]}
