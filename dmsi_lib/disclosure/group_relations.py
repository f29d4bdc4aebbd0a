"""What every reader knows inside one group of respondents: how the figures of its tables hang
together, whatever they are.

Every figure is a `Slot`. Knowledge is a list of linear relations between slots, and of pairs of
slots that are one number.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from dmsi_lib.disclosure.derived_relations import (
    derived_relations,
    is_net,
    same_as_source,
    without_numbers,
)
from dmsi_lib.disclosure.group_lattice import rows_of
from dmsi_lib.disclosure.plan import LINE
from dmsi_lib.disclosure.route_relations import (
    Places,
    places_of,
    route_terms,
    universe_of_one_code,
    universe_relations,
)
from dmsi_lib.disclosure.slots import SIZE, Options, Relation, Slot, Terms
from dmsi_lib.questionnaire import Questionnaire
from dmsi_lib.tables import THEMES, TableName


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
    # bool (relations,): what rules say, of routing and of derived questions, from which answers may
    # stray, so that it holds only of the groups in which it is seen to hold.
    routing: np.ndarray
    # int (pairs, 2): slots of which the first is hidden where the second is a few people away.
    apart: np.ndarray

    def values_of(self, tables: pd.DataFrame, size: int) -> np.ndarray:
        """The numbers behind a group's tables, float (slots,)."""
        return _values(tables, size, self.lines, len(self.slots))


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
    places = places_of(lists)
    pairs = [pair for pair in _same(questionnaire, lists, places) if position.keys() >= set(pair)]
    same = np.array([[position[slot] for slot in pair] for pair in pairs], int).reshape(-1, 2)
    same = same[(values[:, same[:, 0]] == values[:, same[:, 1]]).all(axis=0)]
    inside = [
        (number[table.name], *relation)
        for table in lists
        for relation in _relations(questionnaire, table, lists, places)
    ]
    by_rules: list[tuple[int, Terms, float, float]] = [
        (number[name], terms, -np.inf, 0.0) for name, terms in route_terms(questionnaire, places)
    ]
    by_rules += [
        (number[table.name], *relation)
        for table in places.values()
        for relation in derived_relations(questionnaire, table, places)
    ]
    routing = np.arange(len(inside) + len(by_rules)) >= len(inside)
    of, terms, low, high = map(list, zip(*inside, *by_rules, strict=True))
    matrix, least, most = rows_of(terms, position), np.array(low, float), np.array(high, float)
    holds = satisfied(matrix, least, most, values).all(axis=0)
    matrix, least, most, table, routing = (
        part[holds] for part in (matrix, least, most, np.array(of), routing)
    )
    apart = [
        [position[slot] for slot in pair]
        for one in places.values()
        for pair in without_numbers(questionnaire, one, places)
    ]
    known = matrix, least, most, same, lines, table, routing, np.array(apart, int).reshape(-1, 2)
    return Knowledge(slots, position, number, values, *known)


def satisfied(
    matrix: sparse.csr_array, low: np.ndarray, high: np.ndarray, values: np.ndarray
) -> np.ndarray:
    """Which relations hold in which groups, bool (groups, relations); `values` is (groups, slots),
    and of a group without values none holds."""
    found = (matrix @ values.T).T
    return (found >= low - 1e-9) & (found <= high + 1e-9)


def _lists(questionnaire: Questionnaire, frame: pd.DataFrame) -> list[Options]:
    """The lists of options of all tables."""
    lists = []
    for (name, kind, row), lines in frame.groupby(LINE[:3], sort=False):
        of_type = THEMES if kind == THEMES else questionnaire[name].type
        lists.append(Options(TableName(name, kind), row, of_type, tuple(lines["item"])))
    return lists


def _slots(lists: Iterable[Options]) -> tuple[Slot, ...]:
    slots = [SIZE]
    for table in lists:
        slots += [table.base, *map(table.count, table.items)]
        if table.type == "ranking":
            firsts, ranks = zip(*map(table.along, table.options), strict=True)
            slots += [*firsts, *ranks]
    return tuple(slots)


def _lines(lists: Iterable[Options], position: dict[Slot, int]) -> tuple[Line, ...]:
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


def _same(
    questionnaire: Questionnaire, lists: Iterable[Options], places: Places
) -> Iterator[tuple[Slot, Slot]]:
    """Pairs of slots that may be one number."""
    universes: dict[object, Slot] = {}
    boxes: dict[TableName, Slot] = {}
    for table in lists:
        if table.type != THEMES:
            yield from same_as_source(questionnaire, table, places)
        if table.is_box:
            yield table.base, boxes.setdefault(table.name, table.base)
        if table.is_base:
            yield table.base, table.count(table.items[0])
        if table.not_stated:
            question = questionnaire[table.name.question]
            rule = question.ask_if
            yield table.base, universes.setdefault(rule, table.base) if rule else SIZE
            yield from universe_of_one_code(question, table)


def _relations(
    questionnaire: Questionnaire, table: Options, lists: Iterable[Options], places: Places
) -> Iterator[Relation]:
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
        if not is_net(questionnaire[table.name.question], questionnaire):
            yield counts | {table.base: -1}, 0, np.inf
        yield from _apart_from(questionnaire[table.name.question].exclusive, table)
    if table.type == "ranking":
        yield from _ranking_relations(table)
    if table.type == THEMES:
        yield from _coded_relations(table, lists)
    elif table.not_stated:
        yield from universe_relations(questionnaire, table, places)


def _apart_from(exclusive: Iterable[str], table: Options) -> Iterator[Relation]:
    """Whoever ticked an option has not left the question blank, and has ticked none of those that
    go with no other."""
    alone = [code for code in exclusive if code in table.options]
    for item in table.options:
        others: Terms = {} if item in alone else {table.count(code): 1 for code in alone}
        if others or table.not_stated:
            counts = {table.count(item): 1.0, table.base: -1.0}
            yield counts | others | table.not_stated, -np.inf, 0


def _coded_relations(table: Options, lists: Iterable[Options]) -> Iterator[Relation]:
    """Only answers can be coded."""
    for other in lists:
        if other.name == TableName(table.name.question):
            answers = other.base if other.is_box else other.count(other.options[0])
            yield {table.base: 1, answers: -1}, -np.inf, 0


def _ranking_relations(table: Options) -> Iterator[Relation]:
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
