"""What accumulates while an export's columns are decoded: a log, faults and findings."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

LOG_COLUMNS = ["respondent", "question", "item", "before", "after", "rule"]


@dataclass(frozen=True)
class Column:
    """One column of the export: its name for messages and its texts, one a respondent."""

    name: str
    texts: tuple


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

    def factorize(self, column):
        """Codes (-1 for blank) and distinct texts of a column, white space around them removed.

        Returns
        -------
        codes : int array (n,), positions in `texts`
        texts : list of str
        trimmed : bool array (n,), whether white space was removed
        """
        codes, written = pd.factorize(np.array(column.texts, dtype=object))
        texts, position = [], {}
        for text in map(str.strip, written):
            if text not in self.blank and text not in position:
                position[text] = len(texts)
                texts.append(text)
        kept = np.array([position.get(text.strip(), -1) for text in written], dtype=np.intp)
        trimmed = np.array([text != text.strip() for text in written], dtype=bool)
        return kept[codes], texts, trimmed[codes] & (kept[codes] >= 0)

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
