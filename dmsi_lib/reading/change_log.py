"""What is noted while a file is read: changes, findings and faults.

A *change* is an answer that was brought to its code, or trimmed; a *finding* is what was left out,
or looks odd but was left as it is; for a *fault* the file is refused.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dmsi_lib.errors import InputError, problems
from dmsi_lib.reading.rows.rows import Array

LOG_COLUMNS = ["respondent", "question", "item", "before", "after", "rule"]
Value = str | Array


@dataclass(frozen=True)
class Proposal:
    """A change of the questionnaire after which a fault may be gone.

    Attributes
    ----------
    key : "aliases", "options", "rows", "type", "occurrence", ... of the question, or of the head
    value : what the key gets; of "aliases" one more of them; of "options" and "rows" the label
        of a new code or, where there is the code already, one more text of it
    question : id, or "" for the head
    code : of the option or row
    """

    key: str
    value: Any
    question: str = ""
    code: str = ""


@dataclass(frozen=True)
class Fault:
    """Why a file is refused, and what of the questionnaire may be changed so that it is not.

    The proposals belong together: either all of them help, or none is offered.
    """

    text: str
    proposals: tuple[Proposal, ...] = ()


class Refused(InputError):
    """A file that does not fit its questionnaire.

    Attributes
    ----------
    heading : what is wrong as a whole
    faults : what is wrong in particular
    early : whether nothing but this was looked at, as where there is no column of ids
    marked : gives the words of a fault as they may be shown; the message has them so
    """

    heading: str
    faults: tuple[Fault, ...]
    early: bool
    marked: Callable[[str], str]

    @classmethod
    def of(
        cls,
        heading: str,
        faults: Iterable[Fault],
        lines: Sequence[str] = (),
        end: str = "",
        early: bool = False,
        marked: Callable[[str], str] = str,
    ) -> "Refused":
        """The error; its message has the faults' texts, or a line for each, and an end."""
        faults = tuple(faults)
        message = problems(heading, lines or [fault.text for fault in faults], marked=marked)
        error = cls("\n".join([message, end] if end else [message]))
        error.heading, error.faults, error.early = heading, faults, early
        error.marked = marked
        return error

    def __reduce__(self) -> tuple[type[InputError], tuple[str]]:
        """To another process goes the message alone: the faults quote the file as it is."""
        return InputError, (str(self),)


@dataclass(frozen=True)
class Finding:
    """What was ignored or looks odd, in which column, and how often (None: not counted)."""

    kind: str
    column: str
    count: int | None
    message: str


class ChangeLog:
    """Every change, fault and finding about these respondents, in the order of reading."""

    def __init__(self, ids: "pd.Index[Any]") -> None:
        self.ids = ids
        self.changes: list[pd.DataFrame] = []
        self.faults: list[Fault] = []
        self.findings: list[Finding] = []
        self.taken: dict[int, tuple[str, str]] = {}  # question and item by a column's position
        self.left: dict[int, str] = {}  # why a column was not taken

    def record(
        self,
        mask: Array,
        question: str,
        item: str,
        before: Value,
        after: Value,
        rule: str,
    ) -> None:
        """Log a change for the respondents in a boolean mask; before and after: text or array."""
        if mask.any():
            values = (question, item, before, after, rule)
            cells = [v[mask] if isinstance(v, np.ndarray) else v for v in values]
            frame = dict(zip(LOG_COLUMNS, [self.ids[mask], *cells], strict=True))
            self.changes.append(pd.DataFrame(frame))

    def fault(self, text: str, *proposals: Proposal) -> None:
        """Note why the file is to be refused (see Fault)."""
        self.faults.append(Fault(text, proposals))

    def note(self, kind: str, column: str, count: int | None, message: str) -> None:
        """Note a finding (see Finding)."""
        self.findings.append(Finding(kind, column, count, message))

    def take(self, position: int, question: str, item: str) -> None:
        """Note what a column of the file is."""
        self.taken[position] = (question, item)

    def leave(self, position: int, why: str) -> None:
        """Note why a column of the file is nothing that the questionnaire asks."""
        self.left[position] = why

    def frame(self) -> pd.DataFrame:
        """Every change so far, as a DataFrame with LOG_COLUMNS."""
        if not self.changes:
            return pd.DataFrame(columns=LOG_COLUMNS)
        return pd.concat(self.changes, ignore_index=True)
