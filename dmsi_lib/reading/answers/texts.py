"""The texts of a column, each once: what questions are told apart by, and what is decoded."""

from collections.abc import Callable, Iterable, Mapping, Sequence
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

    @property
    def filled(self) -> int:
        """How many respondents have a text in the column."""
        return int((self.codes >= 0).sum())

    def spread(self, values: Iterable[Any], blank: Any, dtype: Any = None) -> Array:
        """A value for each respondent from one for each text, and one for blanks."""
        return np.array([*values, blank], dtype=dtype)[self.codes]

    def meanings(
        self, meaning: Callable[[str], Any], blank: Any, refuse: Callable[[str, int], None]
    ) -> Array:
        """What each respondent's text means, an array (n,); `blank` where there is none.

        A text that `meaning` says None of goes to `refuse`, with its count, and is blank.
        """
        found = [meaning(text) for text in self.texts]
        for text, value, count in zip(self.texts, found, self.counts, strict=True):
            if value is None:
                refuse(text, int(count))
        return self.spread([blank if value is None else value for value in found], blank)


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


def blank_texts(respondents: int) -> Texts:
    """A column that the file lacks."""
    codes = np.full(respondents, -1, dtype=np.intp)
    return Texts("", [], codes, np.zeros(respondents, dtype=bool))


def with_texts(column: Texts, texts: Mapping[str, str]) -> Texts:
    """The column with some of its texts replaced by others, and those left out blank."""
    kept = list(dict.fromkeys(texts.values()))
    place = {text: n for n, text in enumerate(kept)}
    codes = column.spread([place[texts[t]] if t in texts else -1 for t in column.texts], -1, int)
    return Texts(column.name, kept, codes, column.trimmed & (codes >= 0))


def joined_texts(columns: Sequence[Texts]) -> tuple[Texts, int]:
    """Several columns as one, the first that is filled counting; how often two say different."""
    first, *others = columns
    texts = list(dict.fromkeys(text for column in columns for text in column.texts))
    place = {text: n for n, text in enumerate(texts)}
    codes, trimmed = _placed(first, place), first.trimmed
    differ = np.zeros(len(codes), dtype=bool)
    for column in others:
        own = _placed(column, place)
        differ |= (codes >= 0) & (own >= 0) & (codes != own)
        trimmed = np.where(codes < 0, column.trimmed, trimmed)
        codes = np.where(codes < 0, own, codes)
    return Texts(first.name, texts, codes, trimmed), int(differ.sum())


def _placed(column: Texts, place: Mapping[str, int]) -> Array:
    return column.spread([place[text] for text in column.texts], -1, np.intp)
