"""Ticks: what cells hold where each option has a column of its own."""

from collections.abc import Iterable

import numpy as np

from dmsi_lib.questionnaire import Question
from dmsi_lib.reading.answers.labels import cut_short
from dmsi_lib.reading.answers.texts import Texts, nowhere
from dmsi_lib.reading.change_log import ChangeLog, Proposal
from dmsi_lib.reading.header.column_names import shortened
from dmsi_lib.reading.rows.rows import Array
from dmsi_lib.wording import same

CHECKED = {"1", "yes", "true", "selected", "checked", "x"}
UNCHECKED = {"0", "no", "false", "not selected", "unselected", "unchecked"}


def is_tick(text: str, *labels: str) -> bool:
    """Whether a cell says that the option of its column was ticked, most often by its label."""
    if any(same(text, label) for label in labels) or text.casefold() in CHECKED:
        return True
    return any(cut_short(text, label) for label in labels)


def is_tick_or_none(text: str, *labels: str) -> bool:
    """Whether a cell says that the option of its column was ticked, or that it was not."""
    return is_tick(text, *labels) or text.casefold() in UNCHECKED


def only_ticks(texts: Iterable[str], *labels: str) -> bool:
    """Whether a column holds ticks. Nothing but "No" is what somebody wrote into a text field."""
    folded = set(map(str.casefold, texts))
    return folded not in (set(), {"no"}) and all(is_tick_or_none(text, *labels) for text in folded)


def tick_states(
    column: Texts, labels: Iterable[str], question: Question, changes: ChangeLog
) -> Array:
    """1 ticked, 0 explicitly not ticked, -1 blank, for each respondent; the rest are faults."""
    label, *more = labels
    proposals = [Proposal("type", "ranking", question.id)] if question.type == "multiple" else []

    def state(text: str) -> int | None:
        ticked = is_tick(text, label, *more)
        return int(ticked) if ticked or text.casefold() in UNCHECKED else None

    def refuse(text: str, count: int) -> None:
        changes.fault(
            f"{column.name}: '{shortened(text, 80)}' ({count} times) stands in the column of "
            f"option '{shortened(label, 60)}' of '{question.id}'; expected the option's text or a "
            "blank.",
            *(proposals if text.isdigit() else ()),
        )

    return column.meanings(state, -1, refuse, np.int8)


def tick_column(name: str, label: str, states: Array) -> Texts:
    """The column that has these states, with no more than a tick can say."""
    codes = np.array([-1, 1, 0], dtype=np.int8).take(states + 1)
    return Texts(name, [label, "0"], codes, nowhere(len(states)))
