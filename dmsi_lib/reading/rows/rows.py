"""The rows of a file, kept by columns: every text of a column once, and for each row its number.

The cells of a survey repeat themselves: a million respondents give a handful of answers to a
question. So whoever reads titles, options or ticks looks at each text once, and a column takes one
byte a row where it has no more than 256 texts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

import numpy as np
import pandas as pd

Array = np.ndarray[Any, Any]

_MOST_NUMBERS = 2**62  # that an int64 tells apart
_BUFFERED = 4096  # rows that are kept as such until their texts are numbered


@dataclass(frozen=True, eq=False)
class Column:
    """A column's cells.

    Attributes
    ----------
    texts : the distinct ones, in the order in which they first stand there
    codes : unsigned int array (n,), the place of each row's text among them
    """

    texts: Sequence[str]
    codes: Array

    @classmethod
    def of(cls, cells: Iterable[str]) -> "Column":
        """The column that has these cells."""
        builder = ColumnBuilder()
        builder.add(cells)
        return builder.column()

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, rows: "slice | Array") -> "Column":
        """The cells of some rows; of an array of booleans those that are true."""
        part = Column(self.texts, self.codes[rows])
        if len(part) < len(self.texts):
            return Column.of(part.cells)
        first = part.first_rows()
        if (first[1:] > first[:-1]).all() and (first < len(part)).all():
            return part
        order = np.argsort(first, kind="stable")[: np.count_nonzero(first < len(part))]
        places: Array = np.zeros(len(first), dtype=smallest(len(order)))
        places[order] = np.arange(len(order))
        return Column([self.texts[place] for place in order], places.take(part.codes))

    @property
    def cells(self) -> list[str]:
        """The text of every row."""
        return [self.texts[code] for code in self.codes.tolist()]

    def filled(self, rows: "slice | Array" = slice(None)) -> Array:
        """Whether each row (n,), or each of some, has more than white space."""
        return np.array([bool(text.strip()) for text in self.texts], dtype=bool)[self.codes[rows]]

    def beginning(self, most: int | None) -> Iterable[str]:
        """The distinct texts of the first so many rows, of all without a number."""
        if most is None or most >= len(self.codes):
            return self.texts
        return [self.texts[place] for place in np.unique(self.codes[:most])]

    def first_rows(self) -> Array:
        """The row (texts,) in which each text stands first; the number of rows where in none."""
        if self.codes.dtype == np.uint8:  # bytes are searched in next to no time
            whole = self.codes.tobytes()
            places = (whole.find(bytes([code])) for code in range(len(self.texts)))
            return np.array([len(whole) if place < 0 else place for place in places], dtype=int)
        found = np.full(len(self.texts), len(self.codes))
        found[self.codes[::-1]] = np.arange(len(self.codes) - 1, -1, -1)
        return found


class Rows(Sequence[list[str]]):
    """Rows of one width; as a sequence, lists of texts.

    Parameters
    ----------
    columns : of one length
    """

    def __init__(self, columns: Iterable[Column]) -> None:
        self.columns = [*columns]
        self._below: dict[int, Rows] = {}

    @classmethod
    def of(cls, rows: Iterable[Sequence[str]]) -> "Rows":
        """Rows of one width that are there as lists."""
        builder = RowsBuilder()
        for row in rows:
            builder.add([*row])
        return builder.rows()

    @classmethod
    def of_cells(cls, columns: Iterable[Iterable[str]]) -> "Rows":
        """Rows whose columns are there as the texts of their cells."""
        return cls(map(Column.of, columns))

    def __len__(self) -> int:
        return len(self.columns[0]) if self.columns else 0

    @overload
    def __getitem__(self, place: int) -> list[str]: ...
    @overload
    def __getitem__(self, place: "slice | Array") -> "Rows": ...
    def __getitem__(self, place: "int | slice | Array") -> "list[str] | Rows":
        if isinstance(place, slice) and place == slice(None):
            return self
        if isinstance(place, slice | np.ndarray):
            return Rows(column[place] for column in self.columns)
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        return [column.texts[column.codes[place]] for column in self.columns]

    def __iter__(self) -> Iterator[list[str]]:
        for start in range(0, len(self), _BUFFERED):
            some = slice(start, start + _BUFFERED)
            parts = (Column(each.texts, each.codes[some]).cells for each in self.columns)
            yield from map(list, zip(*parts, strict=True))

    def __eq__(self, other: object) -> bool:
        """Whether the other rows have the same texts, in whatever form."""
        return isinstance(other, Sequence) and [*self] == [*other]

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{len(self):,} rows of {len(self.columns):,} columns>"

    def first(self, most: int) -> list[list[str]]:
        """The first rows, at most so many."""
        return [self[place] for place in range(min(most, len(self)))]

    def below(self, header: int) -> "Rows":
        """The rows below the first so many; kept, since it is asked for again and again."""
        if header not in self._below:
            self._below[header] = self[header:]
        return self._below[header]

    def of_columns(self, positions: Iterable[int]) -> "Rows":
        """The rows with these columns alone."""
        return Rows(self.columns[position] for position in positions)

    def distinct(self) -> set[tuple[str, ...]]:
        """The rows that differ from one another."""
        if not self.columns:
            return set()
        numbers = pd.Series(row_numbers([column.codes for column in self.columns]))
        return {tuple(self[place]) for place in numbers.drop_duplicates().index}

    def filled(self) -> Array:
        """How many texts of each row (n,) are more than white space."""
        found = np.zeros(len(self), dtype=np.int32)
        for column in self.columns:
            found += column.filled()
        return found

    @cached_property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.columns)


class ColumnBuilder:
    """A column that grows block by block."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}
        self.blocks: list[Array] = []

    def add(self, texts: Iterable[str], codes: Array | None = None) -> None:
        """More cells: their distinct texts, and the place of each cell's among these; without
        `codes` the cells themselves."""
        known = self.places
        places = [known.setdefault(text, len(known)) for text in texts]
        numbers = _small(np.array(places, dtype=np.intp), len(known))
        self.blocks.append(numbers if codes is None else numbers.take(codes))

    def column(self) -> Column:
        """The column so far."""
        kind = smallest(len(self.places))
        codes: Array = np.concatenate([np.zeros(0, dtype=kind), *self.blocks], dtype=kind)
        return Column([*self.places], codes)


class RowsBuilder:
    """Rows that come one after the other, perhaps of different width."""

    def __init__(self) -> None:
        self.width = 0
        self._columns: list[ColumnBuilder] = []
        self._numbered = 0
        self._last: list[list[str]] = []

    def __len__(self) -> int:
        return self._numbered + len(self._last)

    @property
    def last(self) -> Sequence[Sequence[str]]:
        """The last rows, or all where they are few."""
        return self._last

    def add(self, row: list[str]) -> None:
        """One more row; what it lacks is blank, and where it is wider all get blank cells."""
        self.width = max(self.width, len(row))
        self._last.append(row)
        if len(self._last) >= _BUFFERED:
            self._number()

    def _number(self) -> None:
        while len(self._columns) < self.width:
            self._columns.append(ColumnBuilder())
            if self._numbered:
                blank = np.zeros(self._numbered, dtype=np.uint8)
                self._columns[-1].add([""], blank)
        last = [row + [""] * (self.width - len(row)) for row in self._last]
        for builder, cells in zip(self._columns, zip(*last, strict=True), strict=bool(last)):
            builder.add(cells)
        self._numbered += len(last)
        self._last = []

    def rows(self) -> Rows:
        """The rows so far."""
        self._number()
        return Rows(builder.column() for builder in self._columns)


def row_numbers(columns: Sequence[Array]) -> Array:
    """A number (n,) for each row of codes (from -1 on), the same for equal rows."""
    found, most = columns[0], int(columns[0].max(initial=0))
    for codes in columns[1:]:
        several = int(codes.max(initial=0)) + 2
        if (most + 2) * several > _MOST_NUMBERS:
            found = pd.factorize(found)[0]
            most = int(found.max(initial=0))
        found = np.multiply(found, several, dtype=np.int64) + codes + 1
        most = (most + 1) * several
    return found


def filled_texts(row: Sequence[str]) -> int:
    """How many texts of a row are not blank."""
    return sum(1 for text in row if text.strip())


def smallest(texts: int) -> type:
    """The smallest unsigned type that numbers so many texts."""
    return next(
        kind
        for kind in (np.uint8, np.uint16, np.uint32, np.uint64)
        if texts <= np.iinfo(kind).max + 1
    )


def _small(numbers: Array, texts: int) -> Array:
    return numbers.astype(smallest(texts), copy=False)
