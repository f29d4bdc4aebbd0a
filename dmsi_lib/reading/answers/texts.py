"""The texts of a column, each once: what questions are told apart by, and what is decoded."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from dmsi_lib.reading.rows.rows import Array, Column


@dataclass(frozen=True)
class Texts:
    """The distinct texts of a column, without the white space around them and without blanks.

    Attributes
    ----------
    name : what messages call the column.
    texts : in the order in which they first stand there.
    codes : signed int array (n,), the place of each respondent's text, -1 for blank.
    trimmed : bool array (n,), whether white space was removed.
    """

    name: str
    texts: list[str]
    codes: Array
    trimmed: Array

    @cached_property
    def counts(self) -> Array:
        """How often each text stands in the column."""
        from_blank = np.add(self.codes, 1, dtype=np.intp)
        return np.bincount(from_blank, minlength=len(self.texts) + 1)[1:]

    @property
    def filled(self) -> int:
        """How many respondents have a text in the column."""
        return int(np.count_nonzero(self.codes >= 0))

    def spread(self, values: Iterable[Any], blank: Any, dtype: Any = None) -> Array:
        """A value for each respondent from one for each text, and one for blanks."""
        return np.array([*values, blank], dtype=dtype).take(self.codes)

    def meanings(
        self,
        meaning: Callable[[str], Any],
        blank: Any,
        refuse: Callable[[str, int], None],
        dtype: Any = None,
    ) -> Array:
        """What each respondent's text means, an array (n,); `blank` where there is none.

        A text that `meaning` says None of goes to `refuse`, with its count, and is blank.
        """
        found = [meaning(text) for text in self.texts]
        for place, value in enumerate(found):
            if value is None:
                refuse(self.texts[place], int(self.counts[place]))
        return self.spread([blank if value is None else value for value in found], blank, dtype)


def column_texts(name: str, column: Column, blank: Iterable[str]) -> Texts:
    """The texts of a column's cells; those in `blank` mean no answer, as nothing does."""
    stripped = [text.strip() for text in column.texts]
    none = {"", *blank}
    answers = dict.fromkeys(text for text in stripped if text not in none)
    place = {text: n for n, text in enumerate(answers)}
    places = [place.get(text, -1) for text in stripped]
    codes: Array = np.array(places, dtype=_signed(len(place))).take(column.codes)
    changed = [
        text != written and code >= 0
        for text, written, code in zip(stripped, column.texts, places, strict=True)
    ]
    trimmed = np.array(changed)[column.codes] if any(changed) else nowhere(len(codes))
    return Texts(name, list(answers), codes, trimmed)


def nowhere(respondents: int) -> Array:
    """A mask (n,) in which nobody is, for reading alone."""
    return np.broadcast_to(np.False_, respondents)


def _signed(texts: int) -> type:
    """The smallest type that numbers so many texts, and has -1."""
    kinds = (np.int8, np.int16, np.int32, np.int64)
    return next(kind for kind in kinds if texts <= np.iinfo(kind).max)


def blank_texts(respondents: int) -> Texts:
    """A column that the file lacks."""
    return Texts("", [], np.full(respondents, -1, dtype=np.int8), nowhere(respondents))


def with_texts(column: Texts, texts: Mapping[str, str]) -> Texts:
    """The column with some of its texts replaced by others, and those left out blank."""
    kept = list(dict.fromkeys(texts.values()))
    place = {text: n for n, text in enumerate(kept)}
    places = [place[texts[text]] if text in texts else -1 for text in column.texts]
    codes = column.spread(places, -1, _signed(len(kept)))
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
    return column.spread([place[text] for text in column.texts], -1, _signed(len(place)))
