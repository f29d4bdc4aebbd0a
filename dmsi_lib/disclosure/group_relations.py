"""What every reader knows inside one group of respondents: how the figures of its tables hang
together, whatever they are.

Every figure is a `Slot`. Knowledge is a list of linear relations between slots, and of pairs of
slots that are one number.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from dmsi_lib.disclosure.group_lattice import rows_of
from dmsi_lib.disclosure.plan import LINE, SIZE_TABLE
from dmsi_lib.questionnaire import NOT_STATED, Question, Questionnaire
from dmsi_lib.tables import THEMES, TableName, written_item


@dataclass(frozen=True)
class Slot:
    """One figure of a group's tables; `row` and `item` as in the table, a base has no item.

    The figure is "size", the number of respondents; of a table "base" and "count"; of a ranking
    also "first" (how many ranked the item first: rank_1_percent of the base) and "ranks" (the sum
    of the ranks given: mean_rank times count).
    """

    table: TableName
    figure: str
    row: str = ""
    item: str = ""

    def __str__(self) -> str:
        where = written_item(self.row, self.item) or self.figure
        return f"{self.table}, {where} ({self.figure})"


SIZE = Slot(SIZE_TABLE, "size")
_ANSWERED_ONLY = ("open", "numeric", "date")  # types of which nothing else is counted
_Relation = tuple[dict[Slot, float], float, float]  # weights, and what they sum to: least and most


@dataclass(frozen=True)
class Line:
    """One line of a table, as positions of its figures among the slots."""

    count: int
    base: int
    along: tuple[int, ...]  # what stands there besides: of a ranking's item "first" and "ranks"
    is_base: bool  # whether the count is always the base: "answered" of an open question

    @property
    def figures(self) -> tuple[int, ...]:
        """What is hidden together: all but the base."""
        return (self.count, *self.along)


@dataclass(frozen=True)
class Knowledge:
    """Slots, the same for every group, and what holds between them."""

    slots: tuple[Slot, ...]
    position: dict[Slot, int]
    tables: dict[TableName, int]  # each with its number; the first is that of the size
    values: np.ndarray  # float (groups, slots)
    matrix: sparse.csr_array  # (relations, slots)
    low: np.ndarray  # float (relations,): low <= matrix @ slots of any group <= high
    high: np.ndarray
    same: np.ndarray  # int (pairs, 2): positions of slots that are one number
    lines: tuple[Line, ...]  # those of a group's tables, in their order
    table_of_relation: np.ndarray  # int (relations,): number of the table that each is about


@dataclass(frozen=True)
class _Options:
    """One list of options that share a base: a table, a row of a matrix, one of several boxes."""

    name: TableName
    row: str
    type: str  # the question's, or THEMES
    items: tuple[str, ...]

    @property
    def base(self) -> Slot:
        return Slot(self.name, "base", self.row)

    @property
    def not_stated(self) -> dict[Slot, float]:
        """Those in the universe who gave no answer, where the table has them."""
        return {self.count(NOT_STATED): 1} if NOT_STATED in self.items else {}

    @property
    def options(self) -> list[str]:
        return [item for item in self.items if item != NOT_STATED]

    def count(self, item: str) -> Slot:
        return Slot(self.name, "count", self.row, item)

    def along(self, item: str) -> tuple[Slot, Slot]:
        """First places and sum of ranks, which rankings have."""
        return Slot(self.name, "first", self.row, item), Slot(self.name, "ranks", self.row, item)

    @property
    def is_box(self) -> bool:
        """Whether it is one of several boxes, which have one base: whoever filled any of them."""
        return self.type in _ANSWERED_ONLY and bool(self.row)

    @property
    def is_base(self) -> bool:
        """Whether its one count is its base."""
        return self.type in _ANSWERED_ONLY and not self.not_stated and not self.is_box

    @property
    def is_partition(self) -> bool:
        """Whether everybody in the base is counted once."""
        if self.is_box:
            return bool(self.not_stated)
        return self.type in ("single", "matrix", *_ANSWERED_ONLY)


def knowledge_of(
    questionnaire: Questionnaire, tables: Sequence[pd.DataFrame], sizes: Iterable[int]
) -> Knowledge:
    """The slots of some groups, whose tables have the same lines, and the relations that hold in
    all of them."""
    lists = _lists(questionnaire, tables[0])
    slots = _slots(lists)
    position = {slot: n for n, slot in enumerate(slots)}
    number = {table: n for n, table in enumerate(dict.fromkeys(slot.table for slot in slots))}
    lines = _lines(lists, position)
    values = np.array(
        [_values(frame, n, lines, len(slots)) for frame, n in zip(tables, sizes, strict=True)]
    )
    pairs = [pair for pair in _same(questionnaire, lists) if position.keys() >= set(pair)]
    same = np.array([[position[slot] for slot in pair] for pair in pairs], int).reshape(-1, 2)
    same = same[(values[:, same[:, 0]] == values[:, same[:, 1]]).all(axis=0)]
    relations = [
        (number[table.name], *relation)
        for table in lists
        for relation in _relations(questionnaire, table, lists)
    ]
    of, terms, low, high = map(list, zip(*relations, strict=True))
    matrix, least, most = rows_of(terms, position), np.array(low, float), np.array(high, float)
    found = (matrix @ values.T).T
    holds = ((found >= least - 1e-9) & (found <= most + 1e-9)).all(axis=0)
    matrix, least, most, table = (part[holds] for part in (matrix, least, most, np.array(of)))
    return Knowledge(slots, position, number, values, matrix, least, most, same, lines, table)


def _lists(questionnaire: Questionnaire, frame: pd.DataFrame) -> list[_Options]:
    """The lists of options of all tables."""
    lists = []
    for (name, kind, row), lines in frame.groupby(LINE[:3], sort=False):
        of_type = THEMES if kind == THEMES else questionnaire[name].type
        lists.append(_Options(TableName(name, kind), row, of_type, tuple(lines["item"])))
    return lists


def _slots(lists: Iterable[_Options]) -> tuple[Slot, ...]:
    slots = [SIZE]
    for table in lists:
        slots += [table.base, *map(table.count, table.items)]
        if table.type == "ranking":
            firsts, ranks = zip(*map(table.along, table.options), strict=True)
            slots += [*firsts, *ranks]
    return tuple(slots)


def _lines(lists: Iterable[_Options], position: dict[Slot, int]) -> tuple[Line, ...]:
    """The lines of a group's tables; those of one list stand together."""
    return tuple(
        Line(
            count=position[table.count(item)],
            base=position[table.base],
            along=tuple(position[slot] for slot in table.along(item) if slot in position),
            is_base=table.is_base,
        )
        for table in lists
        for item in table.items
    )


def _values(frame: pd.DataFrame, size: int, lines: Iterable[Line], slots: int) -> np.ndarray:
    """The numbers behind one group's tables, float (slots,)."""
    values = np.zeros(slots)
    values[0] = size
    columns = frame[["count", "base", "mean_rank", "rank_1_percent"]].itertuples(index=False)
    for line, (count, base, mean, percent) in zip(lines, columns, strict=True):
        values[line.count], values[line.base] = count, base
        if line.along and count > 0:
            values[list(line.along)] = round(percent * base / 100), round(mean * count)
    return values


def _same(questionnaire: Questionnaire, lists: Iterable[_Options]) -> Iterator[tuple[Slot, Slot]]:
    """Pairs of slots that may be one number."""
    universes: dict[object, Slot] = {}
    boxes: dict[TableName, Slot] = {}
    for table in lists:
        if table.is_box:
            yield table.base, boxes.setdefault(table.name, table.base)
        if table.is_base:
            yield table.base, table.count(table.items[0])
        if table.not_stated:
            question = questionnaire[table.name.question]
            rule = question.ask_if
            yield table.base, universes.setdefault(rule, table.base) if rule else SIZE
            yield from _universe_of_one_code(question, table)


def _universe_of_one_code(question: Question, table: _Options) -> Iterator[tuple[Slot, Slot]]:
    if len(question.ask_if) == 1 and len(question.ask_if[0]) == 1:
        [condition] = question.ask_if[0]
        if len(condition.codes) == 1 and not condition.negated and not condition.row:
            yield table.base, _gate_count(condition.gate, condition.codes[0])


def _gate_count(gate: str, code: str) -> Slot:
    return Slot(TableName(gate), "count", item=code)


def _relations(
    questionnaire: Questionnaire, table: _Options, lists: Iterable[_Options]
) -> Iterator[_Relation]:
    """What holds of one list of options."""
    counts: dict[Slot, float] = {table.count(item): 1 for item in table.items}
    yield {table.base: 1, SIZE: -1}, -np.inf, 0
    for slot in counts:
        yield {slot: 1, table.base: -1}, -np.inf, 0
    if table.is_partition:
        yield counts | {table.base: -1}, 0, 0
    elif table.is_box:
        boxes = [other for other in lists if other.name == table.name]
        filled = {box.count(box.options[0]): 1.0 for box in boxes}
        yield filled | {table.base: -1}, 0, np.inf
    else:
        yield counts | {table.base: -1}, 0, np.inf
        for item in table.options if table.not_stated else ():
            yield {table.count(item): 1, table.base: -1} | table.not_stated, -np.inf, 0
    if table.type == "ranking":
        yield from _ranking_relations(table)
    if table.type == THEMES:  # only answers can be coded
        for other in lists:
            if other.name == TableName(table.name.question):
                answers = other.base if other.is_box else other.count(other.options[0])
                yield {table.base: 1, answers: -1}, -np.inf, 0
    elif table.not_stated:
        known = {other.name.question for other in lists}
        yield from _universe_relations(questionnaire, table, known)


def _ranking_relations(table: _Options) -> Iterator[_Relation]:
    most = len(table.options)
    firsts: dict[Slot, float] = {table.along(item)[0]: 1 for item in table.options}
    for least in (0, -np.inf):  # the tables at hand may show that only the second holds
        yield firsts | table.not_stated | {table.base: -1}, least, 0
    for item in table.options:
        first, ranks = table.along(item)
        yield {first: 1, table.count(item): -1}, -np.inf, 0
        # Whoever did not rank the item first gave it a rank from 2 to the last.
        yield {ranks: 1, table.count(item): -2, first: 1}, 0, np.inf
        yield {ranks: 1, table.count(item): -most, first: most - 1}, -np.inf, 0


def _universe_relations(
    questionnaire: Questionnaire, table: _Options, known: Collection[str]
) -> Iterator[_Relation]:
    """The universe follows from the gates: the sum of a single gate's counts; of a multiple gate,
    whose counts overlap, or of several gates, at most that. Of gates that ask for numbers, for
    answers in a row, or for any answer nothing follows from counts, nor of one without a table.

    "At most" is known only of gates that everybody is asked. Answers of others may stand outside
    their universe: their table leaves them out, and yet they open the questions behind them,
    whatever the edit, since it may let answers stand whose own gate is blank or undecided. Where
    the tables at hand do not show this, the rest of a group may.
    """
    rules = questionnaire[table.name.question].ask_if
    if len(rules) != 1:
        return
    for condition in rules[0]:
        gate = questionnaire[condition.gate]
        overlaps = gate.type != "single"
        if not condition.codes or condition.row or (condition.negated and overlaps):
            continue
        if gate.id not in known:
            continue
        codes = condition.wanted(gate)
        counts: dict[Slot, float] = {_gate_count(gate.id, code): 1 for code in codes}
        if not gate.ask_if:
            yield counts | {table.base: -1}, 0, np.inf
        if len(rules[0]) == 1 and not overlaps:
            yield counts | {table.base: -1}, 0, 0
        elif len(rules[0]) == 1:
            for slot in counts:
                yield {table.base: 1, slot: -1}, 0, np.inf
