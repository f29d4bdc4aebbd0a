"""What is noted while a file is read: changes, findings and faults.

A *change* is an answer that was brought to its code, or trimmed; a *finding* is what was left out,
or looks odd but was left as it is; for a *fault* the file is refused.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dmsi_lib.reading.texts import Array

LOG_COLUMNS = ["respondent", "question", "item", "before", "after", "rule"]
Value = str | Array


@dataclass(frozen=True)
class Finding:
    """What was ignored or looks odd, in which column, and how often (None: not counted)."""

    kind: str
    column: str
    count: int | None
    message: str


class ChangeLog:
    """Every change, fault and finding about these respondents, in the order of reading."""

    def __init__(self, ids: "pd.Index[str]") -> None:
        self.ids = ids
        self.changes: list[pd.DataFrame] = []
        self.faults: list[str] = []
        self.findings: list[Finding] = []

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

    def note(self, kind: str, column: str, count: int | None, message: str) -> None:
        """Note a finding (see Finding)."""
        self.findings.append(Finding(kind, column, count, message))

    def frame(self) -> pd.DataFrame:
        """Every change so far, as a DataFrame with LOG_COLUMNS."""
        if not self.changes:
            return pd.DataFrame(columns=LOG_COLUMNS)
        return pd.concat(self.changes, ignore_index=True)
