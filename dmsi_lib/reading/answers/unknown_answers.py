"""Answers that are none of a question's options: one fault for each text, wherever it stands."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dmsi_lib.questionnaire import Question
from dmsi_lib.reading.answers.codes import new_code
from dmsi_lib.reading.answers.labels import Labels
from dmsi_lib.reading.change_log import ChangeLog, Proposal
from dmsi_lib.reading.header.column_names import shortened
from dmsi_lib.wording import key

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MADE_DATE = re.compile(
    rf"\d{{1,2}}[-/ ]({'|'.join(_MONTHS)})[a-z]*"  # 5-Jan
    rf"|({'|'.join(_MONTHS)})[a-z]*[-/ ]\d{{1,2}}"  # Nov-20
    r"|\d{4}-\d\d-\d\d([ T]00:00(:00)?)?"  # 2018-01-05 00:00:00
    r"|\d{1,2}/\d{1,2}/(\d\d)?\d\d",  # 1/5/2018
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s*(\d{1,2})\s*[-–/]\s*(\d{1,2})\b")


class Unknown(NamedTuple):
    """A text that is no option: in which column it stands, and how many times."""

    text: str
    column: str
    times: int


def refuse_unknown(
    question: Question, unknown: Iterable[Unknown], labels: Labels, changes: ChangeLog
) -> None:
    """A fault for each text, with what would make it an option."""
    by_text: dict[str, list[Unknown]] = {}
    for each in unknown:
        by_text.setdefault(each.text, []).append(each)
    taken = {*question.choices}
    for text, found in by_text.items():
        count = sum(each.times for each in found)
        column, rows = found[0].column, len(found)
        if rows > 1:
            column = f"{column} and {rows - 1} more"
        times = f"{count} times{f' in {rows} rows' * (rows > 1)}"
        message, proposals = _told(question, text, labels, taken)
        taken |= {proposal.code for proposal in proposals}
        changes.fault(f"{column}: '{shortened(text, 80)}' ({times}) {message}", *proposals)


def options_for(question: Question, texts: Iterable[str], labels: Labels) -> list[Proposal]:
    """What would make options of the texts that are none."""
    taken, proposals = {*question.choices}, list[Proposal]()
    for text in texts:
        if labels.find(text) is None:
            proposals += _told(question, text, labels, taken)[1]
            taken |= {proposal.code for proposal in proposals}
    return proposals


def _told(
    question: Question, text: str, labels: Labels, taken: set[str]
) -> tuple[str, list[Proposal]]:
    """Why a text is no option, and what of the questionnaire would make it one."""
    message = f"is no option of '{question.id}'"
    label = _label_behind_date(text, (each for texts in labels.texts.values() for each in texts))
    if label is not None:
        return (
            f"{message}: it looks like a date that Excel made of '{label}'. Export again and do "
            "not open the file in Excel before reading it."
        ), []
    if not key(text):  # neither letters nor digits
        expected = f"{message} (line {question.line}); it seems to stand for a blank."
        return expected, [Proposal("blank", text)]
    cut = labels.cut_to(text)
    if len(cut) > 1:
        codes = ", ".join(f"'{code}'" for code in cut)
        return (
            f"{message}: the file has cut it, and {codes} of '{question.id}' begin so. Save the "
            "export as .csv or .xlsx, which cut nothing."
        ), []
    near = labels.near(text)
    if near is not None:
        code, wording = near
        return f"{message}; near to '{wording}'.", [Proposal("options", text, question.id, code)]
    message = f"{message} (line {question.line}); expected one of its options, or a blank."
    return message, [Proposal("options", text, question.id, new_code(text, taken))]


def _label_behind_date(text: str, labels: Iterable[str]) -> str | None:
    """The option such as "1-5" that a spreadsheet turned into a date, or None."""
    if not _MADE_DATE.fullmatch(text):
        return None
    numbers = set(_numbers(text))
    for label in labels:
        ends = _RANGE.match(label)
        if ends and {int(ends[1]), int(ends[2])} <= numbers:
            return label
    return None


def _numbers(date: str) -> Iterator[int]:
    for part in re.findall(r"\d+|[a-z]+", date.casefold()):
        if part.isdigit():
            yield int(part) % 100  # "Nov-20" may be a year
        elif part[:3] in _MONTHS:
            yield _MONTHS.index(part[:3]) + 1
