"""Dates: how a file writes them, and what they are.

One way of writing holds for a whole column. Of the usual ones that is taken which reads every date
of the column; where two do and the dates differ, as 01/02/2018 does, nothing is guessed.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from dmsi_lib.questionnaire import Question
from dmsi_lib.reading.change_log import ChangeLog, Proposal
from dmsi_lib.reading.column_names import shortened
from dmsi_lib.reading.texts import Texts

# As Python's strptime has them; the time may follow in any of its forms.
FORMATS = (
    *("%Y-%m-%d", "%Y/%m/%d", "%m/%d/%Y", "%d/%m/%Y", "%m-%d-%Y", "%d-%m-%Y", "%d.%m.%Y"),
    *("%m/%d/%y", "%d/%m/%y", "%d.%m.%y"),
)
_TIMES = (
    *("", " %I:%M:%S %p", " %I:%M %p", " %H:%M:%S", " %H:%M", " %H:%M:%S.%f"),
    *("T%H:%M:%S", "T%H:%M"),
)
_SAMPLE = 50  # dates that show which ways of writing are worth a try on all


def read_dates(texts: Sequence[str], written: str) -> "pd.Series[Any]":
    """The dates that texts are if they are written in one way, NaT where one is not."""
    series = pd.Series(list(texts), dtype=object)
    dates = pd.Series(pd.NaT, index=series.index, dtype="datetime64[ns]")
    for time in _TIMES if "%H" not in written and "%I" not in written else ("",):
        left = dates.isna()
        if not left.any():
            break
        found = pd.to_datetime(series[left], format=written + time, errors="coerce")
        inside = found.between("1678-01-01", "2262-01-01")  # what nanoseconds can count
        dates[left] = found.where(inside).astype("datetime64[ns]")
    return dates


def readings(texts: Sequence[str], among: Iterable[str] = FORMATS) -> dict[str, Any]:
    """The dates by each way of writing that reads all texts."""
    found = {}
    for written in among:
        if read_dates(texts[:_SAMPLE], written).notna().all():
            dates = read_dates(texts, written)
            if dates.notna().all():
                found[written] = dates
    return found


def decode_dates(question: Question, column: Texts, changes: ChangeLog) -> Any:
    """The date of each respondent, datetime64[ns] (n,); a column that can't be read is a fault."""
    among: Sequence[str] = FORMATS
    if question.format and not _is_format(question.format):
        message = f"'{question.format}' is no way to write dates; expected one as {FORMATS[0]}"
        changes.fault(f"question '{question.id}' (line {question.line}): format {message}.")
    elif question.format:
        among = [question.format]
    found = readings(column.texts, among)
    if not found:
        found = _refuse_unreadable(question, column, among, changes)
    (written, dates), *others = found.items()
    for other, rival in others:
        differs = ~dates.eq(rival).to_numpy()
        if differs.any():
            text = column.texts[int(differs.argmax())]
            changes.fault(
                f"{column.name}: '{text}' is {_day(dates[differs].iloc[0])} or "
                f"{_day(rival[differs].iloc[0])}, and no other date here tells which; say it "
                f'with format: "{written}" or format: "{other}".'
            )
            break
    values = pd.DatetimeIndex([*dates, pd.NaT]).as_unit("ns")
    return values.take(column.codes)


def _is_format(written: str) -> bool:
    """Whether a date that is written so can be read back."""
    example = datetime(2018, 11, 23)
    try:
        return datetime.strptime(example.strftime(written), written).date() == example.date()
    except (ValueError, re.error):  # re.error where a part stands twice
        return False


def _day(date: Any) -> str:
    return f"{date.day} {date:%B %Y}"


def _refuse_unreadable(
    question: Question, column: Texts, among: Iterable[str], changes: ChangeLog
) -> dict[str, Any]:
    """The dates as the best way of writing reads them, each of the rest a fault."""
    tried = {written: read_dates(column.texts, written) for written in among}
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
