"""What is noted while a file is read: changes, findings and faults.

A *change* is an answer that was brought to its code, or trimmed; a *finding* is what was left out,
or looks odd but was left as it is; for a *fault* the file is refused.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

LOG_COLUMNS = ["respondent", "question", "item", "before", "after", "rule"]


@dataclass(frozen=True)
class Finding:
    """What was ignored or looks odd, in which column, and how often (None: not counted)."""

    kind: str
    column: str
    count: int | None
    message: str


@dataclass(frozen=True)
class Texts:
    """The distinct texts of a column, white space around them removed.

    Attributes
    ----------
    name : str, the column's
    codes : int array (n,), the position of each respondent's text, -1 for blank
    texts : list of str
    trimmed : bool array (n,), whether white space was removed
    """

    name: str
    codes: np.ndarray
    texts: list
    trimmed: np.ndarray

    @property
    def counts(self):
        """How often each text stands in the column."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.texts))

    def spread(self, values, blank, dtype=None):
        """A value for each respondent from one for each text, and one for blanks."""
        return np.array([*values, blank], dtype=dtype)[self.codes]


class ChangeLog:
    """Every change, fault and finding, noted in the order in which columns are decoded.

    Parameters
    ----------
    ids : Index of respondents
    blank : set of str, the texts that mean no answer
    """

    def __init__(self, ids, blank):
        self.ids, self.blank = ids, {"", *(text.strip() for text in blank)}
        self.logs, self.faults, self.findings = [], [], []

    def texts(self, column):
        """The distinct texts of a column (Texts), those that mean no answer left out."""
        codes, written = pd.factorize(np.array(column.texts, dtype=object))
        stripped = list(map(str.strip, written))
        position = {}
        for text in stripped:
            if text not in self.blank:
                position.setdefault(text, len(position))
        kept = np.array([position.get(text, -1) for text in stripped], dtype=np.intp)[codes]
        trimmed = np.array([a != b for a, b in zip(written, stripped, strict=True)], dtype=bool)
        return Texts(column.name, kept, list(position), trimmed[codes] & (kept >= 0))

    def record(self, mask, question, item, before, after, rule):
        """Log a change for the respondents in a boolean mask; before and after: text or array."""
        if mask.any():
            self.logs.append(
                pd.DataFrame(
                    {
                        "respondent": self.ids[mask],
                        "question": question.id,
                        "item": item,
                        "before": before[mask] if isinstance(before, np.ndarray) else before,
                        "after": after[mask] if isinstance(after, np.ndarray) else after,
                        "rule": rule,
                    }
                )
            )

    def fault(self, column, text, count, message):
        """Note a cell text that can't stand where it does; the message follows column and text."""
        self.faults.append(f"{column.name}: '{text[:80]}' ({count} times) {message}")

    def frame(self):
        """Every change so far, as a DataFrame with LOG_COLUMNS."""
        if not self.logs:
            return pd.DataFrame(columns=LOG_COLUMNS)
        return pd.concat(self.logs, ignore_index=True)
