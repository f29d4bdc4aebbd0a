"""What every reader knows inside one group of respondents: how the figures of its tables hang
together, whatever they are.

Every figure is a `Slot`. Knowledge is a list of linear relations between slots, and of pairs of
slots that are one number.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from dmsi_lib.disclosure.plan import LINE, SIZE_TABLE
from dmsi_lib.questionnaire import NOT_STATED
from dmsi_lib.skip_logic import rule_key
from dmsi_lib.tables import THEMES, TableName, written_item


@dataclass(frozen=True)
class Slot:
    """One figure of a group's tables.

    Attributes
    ----------
    table : TableName
    figure : str
        "size", the number of respondents; of a table "base" and "count"; of a ranking also "first"
        (how many ranked the item first: rank_1_percent of the base) and "ranks" (the sum of the
        ranks given: mean_rank times count).
    row, item : str
        As in the table; a base has no item.
    """

    table: TableName
    figure: str
    row: str = ""
    item: str = ""

    def __str__(self):
        where = written_item(self.row, self.item) or self.figure
        return f"{self.table}, {where} ({self.figure})"


SIZE = Slot(SIZE_TABLE, "size")


@dataclass(frozen=True)
class Line:
    """One line of a table, as positions of its figures among the slots.

    Attributes
    ----------
    count, base : int
    along : tuple of int
        What stands there besides: of a ranking's item `first` and `ranks`.
    is_base : bool
        Whether the count is always the base: "answered" of an open question.
    """

    count: int
    base: int
    along: tuple
    is_base: bool

    @property
    def figures(self):
        """What is hidden together: all but the base."""
        return (self.count, *self.along)


@dataclass(frozen=True)
class Knowledge:
    """Slots and what holds between them.

    Attributes
    ----------
    slots : tuple of Slot
        The same for every group.
    values : float array (groups, slots)
    matrix : csr array (relations, slots)
    low, high : float arrays (relations,)
        low <= matrix @ slots of any group <= high.
    same : int array (pairs, 2)
        Positions of slots that are one number.
    lines : tuple of Line
        The lines of a group's tables, in their order.
    table_of_relation : int array (relations,)
        Position in `tables` of the table that each is about.
    """

    slots: tuple
    values: np.ndarray
    matrix: sparse.csr_array
    low: np.ndarray
    high: np.ndarray
    same: np.ndarray
    lines: tuple
    table_of_relation: np.ndarray

    @cached_property
    def position(self):
        """Position of each slot."""
        return {slot: n for n, slot in enumerate(self.slots)}

    @cached_property
    def tables(self):
        """The tables, each with its number; the first is that of the size."""
        return _numbered(self.slots)

    @property
    def table_of_slot(self):
        """int array (slots,): number of the table that each slot stands in."""
        return np.array([self.tables[slot.table] for slot in self.slots])


@dataclass(frozen=True)
class _Options:
    """One list of options that share a base: a table, or a row of a matrix."""

    name: TableName
    row: str
    type: str  # the question's, or "themes"
    items: tuple

    @property
    def base(self):
        return Slot(self.name, "base", self.row)

    @property
    def missing(self):
        """The item of those in the universe who gave no answer, where the table has one."""
        return NOT_STATED if NOT_STATED in self.items else None

    @property
    def options(self):
        return [item for item in self.items if item != self.missing]

    def count(self, item):
        return Slot(self.name, "count", self.row, item)

    def along(self, item):
        """First places and sum of ranks, which rankings have."""
        return Slot(self.name, "first", self.row, item), Slot(self.name, "ranks", self.row, item)


def knowledge_of(questionnaire, tables, sizes):
    """The slots of some groups, and the relations that hold in all of them.

    Parameters
    ----------
    questionnaire : Questionnaire
    tables : list of DataFrame
        All tables of each group, with the same lines.
    sizes : list of int

    Returns
    -------
    Knowledge
    """
    lists = _lists(questionnaire, tables[0])
    slots = _slots(lists)
    position = {slot: n for n, slot in enumerate(slots)}
    lines = _lines(lists, position)
    values = np.array(
        [_values(frame, n, lines, len(slots)) for frame, n in zip(tables, sizes, strict=True)]
    )
    pairs = [
        (position[one], position[other])
        for one, other in _same(questionnaire, lists)
        if one in position and other in position
    ]
    pairs = [(a, b) for a, b in pairs if (values[:, a] == values[:, b]).all()]
    relations = [
        (table.name, *relation)
        for table in lists
        for relation in _relations(questionnaire, table, lists)
    ]
    matrix = sparse.lil_array((len(relations), len(slots)))
    for n, (_, terms, *_) in enumerate(relations):
        for slot, weight in terms.items():
            matrix[n, position[slot]] += weight
    low, high = np.array([bounds for _, _, *bounds in relations]).T
    matrix = sparse.csr_array(matrix)
    found = matrix @ values.T
    holds = ((found >= low[:, None] - 1e-9) & (found <= high[:, None] + 1e-9)).all(axis=1)
    same, number = np.array(pairs, dtype=int).reshape(-1, 2), _numbered(slots)
    of = np.array([number[name] for name, *_ in relations], dtype=int)
    return Knowledge(slots, values, matrix[holds], low[holds], high[holds], same, lines, of[holds])


def _numbered(slots):
    return {table: n for n, table in enumerate(dict.fromkeys(slot.table for slot in slots))}


def _lists(questionnaire, frame):
    """The lists of options of all tables (list of _Options)."""
    lists = []
    for (name, kind, row), lines in frame.groupby(LINE[:3], sort=False):
        of_type = THEMES if kind == THEMES else questionnaire[name].type
        lists.append(_Options(TableName(name, kind), row, of_type, tuple(lines["item"])))
    return lists


def _slots(lists):
    slots = [SIZE]
    for table in lists:
        slots.append(table.base)
        slots += [table.count(item) for item in table.items]
        if table.type == "ranking":
            firsts, ranks = zip(*map(table.along, table.options), strict=True)
            slots += [*firsts, *ranks]
    return tuple(slots)


def _lines(lists, position):
    """The lines of a group's tables (tuple of Line); those of one list stand together."""
    return tuple(
        Line(
            count=position[table.count(item)],
            base=position[table.base],
            along=tuple(position[slot] for slot in table.along(item) if slot in position),
            is_base=table.type in ("open", "numeric") and not table.missing,
        )
        for table in lists
        for item in table.items
    )


def _values(frame, size, lines, slots):
    """The numbers behind one group's tables, float (slots,)."""
    values = np.zeros(slots)
    values[0] = size
    columns = frame[["count", "base", "mean_rank", "rank_1_percent"]].itertuples(index=False)
    for line, (count, base, mean, percent) in zip(lines, columns, strict=True):
        values[line.count], values[line.base] = count, base
        if line.along and count > 0:
            values[list(line.along)] = round(percent * base / 100), round(mean * count)
    return values


def _same(questionnaire, lists):
    """Pairs of slots that may be one number."""
    universes = {}
    for table in lists:
        if table.type in ("open", "numeric") and not table.missing:
            yield table.base, table.count(table.items[0])
        if table.missing:
            question = questionnaire[table.name.question]
            rule = rule_key(question.ask_if)
            yield table.base, universes.setdefault(rule, table.base) if rule else SIZE
            yield from _universe_of_one_code(question, table)


def _universe_of_one_code(question, table):
    if len(question.ask_if) == 1 and len(question.ask_if[0]) == 1:
        [(gate, codes)] = question.ask_if[0].items()
        if len(codes) == 1:
            yield table.base, _gate_count(gate, codes[0])


def _gate_count(gate, code):
    return Slot(TableName(gate), "count", item=code)


def _relations(questionnaire, table, lists):
    """Triples of terms (dict of slot to weight), low and high, about one list of options."""
    counts = {table.count(item): 1 for item in table.items}
    yield {table.base: 1, SIZE: -1}, -np.inf, 0
    for slot in counts:
        yield {slot: 1, table.base: -1}, -np.inf, 0
    if table.type in ("single", "matrix", "open", "numeric"):
        yield counts | {table.base: -1}, 0, 0
    else:
        yield counts | {table.base: -1}, 0, np.inf
        for item in table.options if table.missing else ():
            pair = {table.count(item): 1, table.count(table.missing): 1}
            yield pair | {table.base: -1}, -np.inf, 0
    if table.type == "ranking":
        yield from _ranking_relations(table)
    if table.type == THEMES:
        yield from _theme_relations(table, lists)
    elif table.missing:
        yield from _universe_relations(questionnaire, table)


def _ranking_relations(table):
    most = len(table.options)
    firsts = {table.along(item)[0]: 1 for item in table.options}
    missing = {table.count(table.missing): 1} if table.missing else {}
    yield firsts | missing | {table.base: -1}, 0, 0
    yield firsts | missing | {table.base: -1}, -np.inf, 0
    for item in table.options:
        first, ranks = table.along(item)
        yield {first: 1, table.count(item): -1}, -np.inf, 0
        # Whoever did not rank the item first gave it a rank from 2 to the last.
        yield {ranks: 1, table.count(item): -2, first: 1}, 0, np.inf
        yield {ranks: 1, table.count(item): -most, first: most - 1}, -np.inf, 0


def _theme_relations(table, lists):
    """Only answers can be coded."""
    answers = TableName(table.name.question)
    for question in (other for other in lists if other.name == answers):
        yield {table.base: 1, question.count(question.options[0]): -1}, -np.inf, 0


def _universe_relations(questionnaire, table):
    """The universe follows from the gates: the sum of a single gate's counts; of a multiple gate,
    whose counts overlap, or of several gates, at most that.

    "At most" is known only of gates that everybody is asked. Answers of others may stand outside
    their universe: their table leaves them out, and yet they open the questions behind them,
    whatever the edit, since it may let answers stand whose own gate is blank or undecided. Where
    the tables at hand do not show this, the rest of a group may.
    """
    rules = questionnaire[table.name.question].ask_if
    if len(rules) != 1:
        return
    for gate, codes in rules[0].items():
        counts = {_gate_count(gate, code): 1 for code in codes}
        if not questionnaire[gate].ask_if:
            yield counts | {table.base: -1}, 0, np.inf
        if len(rules[0]) == 1 and questionnaire[gate].type == "single":
            yield counts | {table.base: -1}, 0, 0
        elif len(rules[0]) == 1:
            for slot in counts:
                yield {table.base: 1, slot: -1}, 0, np.inf
