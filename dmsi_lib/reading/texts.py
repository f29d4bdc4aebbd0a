"""The texts of a column, each once: what questions are told apart by, and what is decoded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Texts:
    """The distinct texts of a column, without the white space around them and without blanks.

    Attributes
    ----------
    name : what messages call the column.
    texts : in the order in which they first stand there.
    codes : int array (n,), the place of each respondent's text, -1 for blank.
    trimmed : bool array (n,), whether white space was removed.
    """

    name: str
    texts: list[str]
    codes: Array
    trimmed: Array

    @property
    def counts(self) -> Array:
        """How often each text stands in the column."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.texts))

    def spread(self, values: Iterable[Any], blank: Any, dtype: Any = None) -> Array:
        """A value for each respondent from one for each text, and one for blanks."""
        return np.array([*values, blank], dtype=dtype)[self.codes]


def column_texts(name: str, cells: Sequence[str], blank: Iterable[str]) -> Texts:
    """The texts of a column's cells; those in `blank` mean no answer, as nothing does."""
    codes, written = pd.factorize(np.array(cells, dtype=object))
    stripped = [text.strip() for text in written]
    none = {"", *blank}
    answers = dict.fromkeys(text for text in stripped if text not in none)
    place = {text: n for n, text in enumerate(answers)}
    kept = np.array([place.get(text, -1) for text in stripped], dtype=np.intp)[codes]
    trimmed = np.array([a != b for a, b in zip(written, stripped, strict=True)], dtype=bool)
    return Texts(name, list(answers), kept, trimmed[codes] & (kept >= 0))
