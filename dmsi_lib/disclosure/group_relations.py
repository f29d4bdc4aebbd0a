"""What every reader knows inside one group of respondents: how the figures of its tables hang
together, whatever they are.

Every figure is a *slot*: (question, kind, item). `size` is the number of respondents; of a table
`base` and `count`; of a ranking also `first` (how many ranked the item first: rank_1_percent of the
base) and `ranks` (the sum of the ranks given: mean_rank times count). Knowledge is a list of linear
relations between slots, and of pairs of slots that are one number.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from dmsi_lib.disclosure.plan import SIZE
from dmsi_lib.questionnaire import NOT_STATED
from dmsi_lib.skip_logic import rule_key

THEMES = ":themes"  # ends the question id of a theme table


@dataclass(frozen=True)
class Knowledge:
    """Slots and what holds between them.

    Attributes
    ----------
    slots : tuple of (question, kind, item)
        The same for every group.
    values : float array (groups, slots)
    matrix : csr array (relations, slots)
    low, high : float arrays (relations,)
        low <= matrix @ slots of any group <= high.
    same : int array (pairs, 2)
        Positions of slots that are one number.
    rows : tuple of (question, item, position of count, position of base)
        The rows of a group's tables, in their order.
    question_of_relation : tuple of question ids (relations,)
    """

    slots: tuple
    values: np.ndarray
    matrix: sparse.csr_array
    low: np.ndarray
    high: np.ndarray
    same: np.ndarray
    rows: tuple
    question_of_relation: tuple

    @cached_property
    def position(self):
        """Position of each slot."""
        return {slot: n for n, slot in enumerate(self.slots)}

    def along(self, count):
        """Positions of a ranking's figures that stand in the same row as a count."""
        question, _, item = self.slots[count]
        names = [(question, kind, item) for kind in ("first", "ranks")]
        return [self.position[name] for name in names if name in self.position]

    def is_base(self, count, base):
        """Whether a count is always its base: the row "answered" of an open question."""
        pair = sorted((count, base))
        return any(sorted(same) == pair for same in self.same.tolist())


@dataclass(frozen=True)
class _Table:
    """One list of options that share a base: a question, or a row of a matrix."""

    question: str
    prefix: str  # "row." of a matrix, else ""
    kind: str  # the question's type, or "themes"
    items: tuple

    @property
    def base(self):
        return (self.question, "base", self.prefix)

    @property
    def missing(self):
        """The item of those in the universe who gave no answer, where the table has one."""
        name = self.prefix + NOT_STATED
        return name if name in self.items else None

    @property
    def options(self):
        return [item for item in self.items if item != self.missing]

    def count(self, item):
        return (self.question, "count", item)


def knowledge_of(questionnaire, tables, sizes):
    """The slots of some groups, and the relations that hold in all of them.

    Parameters
    ----------
    questionnaire : Questionnaire
    tables : list of DataFrame
        All tables of each group, with the same rows.
    sizes : list of int

    Returns
    -------
    Knowledge
    """
    lists = _lists(questionnaire, tables[0])
    slots, rows = _slots(lists, tables[0])
    position = {slot: n for n, slot in enumerate(slots)}
    values = np.array([_values(frame, n, position) for frame, n in zip(tables, sizes, strict=True)])
    pairs = [
        (position[one], position[other])
        for one, other in _same(questionnaire, lists)
        if one in position and other in position
    ]
    pairs = [(a, b) for a, b in pairs if (values[:, a] == values[:, b]).all()]
    relations = [
        (table.question, *relation)
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
    same = np.array(pairs, dtype=int).reshape(-1, 2)
    of = tuple(name for (name, *_), kept in zip(relations, holds, strict=True) if kept)
    return Knowledge(slots, values, matrix[holds], low[holds], high[holds], same, rows, of)


def _lists(questionnaire, frame):
    """The lists of options of all tables (list of _Table)."""
    lists = []
    for name, table in frame.groupby("question", sort=False):
        kind = questionnaire[name].type if name in questionnaire else "themes"
        of = table["item"].str.rpartition(".")[0] + "." if kind == "matrix" else ""
        for prefix in dict.fromkeys(of) if kind == "matrix" else [""]:
            items = table["item"] if kind != "matrix" else table.loc[of == prefix, "item"]
            lists.append(_Table(name, prefix, kind, tuple(items)))
    return lists


def _slots(lists, frame):
    slots, base_of = [SIZE], {}
    for table in lists:
        slots.append(table.base)
        slots += [table.count(item) for item in table.items]
        if table.kind == "ranking":
            for kind in ("first", "ranks"):
                slots += [(table.question, kind, item) for item in table.options]
        base_of |= {table.count(item): table.base for item in table.items}
    position = {slot: n for n, slot in enumerate(slots)}
    counts = [(q, "count", i) for q, i in zip(frame["question"], frame["item"], strict=True)]
    rows = tuple((c[0], c[2], position[c], position[base_of[c]]) for c in counts)
    return tuple(slots), rows


def _values(frame, size, position):
    """The numbers behind one group's tables, float (slots,)."""
    values = np.zeros(len(position))
    values[position[SIZE]] = size
    columns = ("question", "item", "count", "base", "mean_rank", "rank_1_percent")
    for name, item, count, base, mean, percent in frame[list(columns)].itertuples(index=False):
        values[position[name, "count", item]] = count
        values[position[_base_slot(name, item, position)]] = base
        if (name, "first", item) in position and count > 0:
            values[position[name, "first", item]] = round(percent * base / 100)
            values[position[name, "ranks", item]] = round(mean * count)
    return values


def _base_slot(name, item, position):
    plain = (name, "base", "")
    return plain if plain in position else (name, "base", item.rpartition(".")[0] + ".")


def _same(questionnaire, lists):
    """Pairs of slots that may be one number."""
    universes = {}
    for table in lists:
        if table.kind in ("open", "numeric") and not table.missing:
            yield table.base, table.count(table.items[0])
        if table.missing:
            rule = rule_key(questionnaire[table.question].ask_if)
            yield table.base, universes.setdefault(rule, table.base) if rule else SIZE
            yield from _universe_of_one_code(questionnaire[table.question], table)


def _universe_of_one_code(question, table):
    if len(question.ask_if) == 1 and len(question.ask_if[0]) == 1:
        [(gate, codes)] = question.ask_if[0].items()
        if len(codes) == 1:
            yield table.base, (gate, "count", codes[0])


def _relations(questionnaire, table, lists):
    """Triples of terms (dict of slot to weight), low and high, about one list of options."""
    counts = {table.count(item): 1 for item in table.items}
    yield {table.base: 1, SIZE: -1}, -np.inf, 0
    for slot in counts:
        yield {slot: 1, table.base: -1}, -np.inf, 0
    if table.kind in ("single", "matrix", "open", "numeric"):
        yield counts | {table.base: -1}, 0, 0
    else:
        yield counts | {table.base: -1}, 0, np.inf
        for item in table.options if table.missing else ():
            pair = {table.count(item): 1, table.count(table.missing): 1}
            yield pair | {table.base: -1}, -np.inf, 0
    if table.kind == "ranking":
        yield from _ranking_relations(table)
    if table.kind == "themes":
        yield from _theme_relations(table, lists)
    elif table.missing:
        types = {other.question: other.kind for other in lists}
        yield from _universe_relations(questionnaire, table, types)


def _ranking_relations(table):
    most = len(table.options)
    firsts = {(table.question, "first", item): 1 for item in table.options}
    missing = {table.count(table.missing): 1} if table.missing else {}
    yield firsts | missing | {table.base: -1}, 0, 0
    yield firsts | missing | {table.base: -1}, -np.inf, 0
    for item in table.options:
        first, ranks = (table.question, "first", item), (table.question, "ranks", item)
        yield {first: 1, table.count(item): -1}, -np.inf, 0
        # Whoever did not rank the item first gave it a rank from 2 to the last.
        yield {ranks: 1, table.count(item): -2, first: 1}, 0, np.inf
        yield {ranks: 1, table.count(item): -most, first: most - 1}, -np.inf, 0


def _theme_relations(table, lists):
    """Only answers can be coded."""
    for question in (other for other in lists if other.question + THEMES == table.question):
        yield {table.base: 1, question.count(question.options[0]): -1}, -np.inf, 0


def _universe_relations(questionnaire, table, types):
    """The universe follows from the gates: the sum of a single gate's counts; of a multiple gate,
    whose counts overlap, or of several gates, at most that.

    "At most" is known only of gates that everybody is asked. Answers of others may stand outside
    their universe: their table leaves them out, and yet they open the questions behind them,
    whatever the edit, since it may let answers stand whose own gate is blank or undecided. Where
    the tables at hand do not show this, the rest of a group may.
    """
    rules = questionnaire[table.question].ask_if
    if len(rules) != 1:
        return
    for gate, codes in rules[0].items():
        counts = {(gate, "count", code): 1 for code in codes}
        if not questionnaire[gate].ask_if:
            yield counts | {table.base: -1}, 0, np.inf
        if len(rules[0]) == 1 and types[gate] == "single":
            yield counts | {table.base: -1}, 0, 0
        elif len(rules[0]) == 1:
            for slot in counts:
                yield {table.base: 1, slot: -1}, 0, np.inf
