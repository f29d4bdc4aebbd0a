"""What is published together, as one linear system: the tables of everybody and of groups.

Quantities are numbers of people (of a ranking also the sums of the ranks given). A reader who
combines tables knows

- within a group (see `group_relations`): a count is at most its base, a base at most the group's
  size n; options of a single question, or of a matrix's row, sum to the base; those of a multiple
  question, of a ranking and the themes of coded answers sum to the base at least, since the base is
  whoever ticked anything; first places sum to the base; ranks lie between 1 and the number of
  items. Where the base is the universe, questions with one rule have one universe, a question
  without a rule has n, and a rule of one gate has the sum of the gate's counts;
- between groups (see `group_lattice`): groups make up one another, in every figure;
- a group's n is the count of its option in the table of the group without that condition; of a
  group by several options of one question each has in both tables the same count, and others none.

What of this does not hold in the tables at hand (an edit may move answers between universes) is no
knowledge and is left out. The rest of a group has no table and is not protected itself.

Sources: Hundepool et al., Statistical Disclosure Control (2012), chapter 4 (linked tables);
Fischetti & Salazar-González (2001), "Solving the cell suppression problem on tabular data with
linear constraints", Management Science 47(7), 1008-1027 (the general linear system).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from dmsi_lib.disclosure.group_lattice import Lattice, is_option, lattice_of, rows_of
from dmsi_lib.disclosure.group_relations import SIZE, Knowledge, Slot, knowledge_of
from dmsi_lib.disclosure.plan import LINE, Group, group_name
from dmsi_lib.errors import InputError
from dmsi_lib.questionnaire import Questionnaire
from dmsi_lib.tables import TableName


@dataclass(frozen=True)
class Release:
    """Tables published together and what is known of how they hang together."""

    questionnaire: Questionnaire
    tables: Mapping[Group, pd.DataFrame]  # of each group its tidy tables, one under the other
    sizes: Mapping[Group, int]  # numbers of respondents

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups that have tables, coarse ones first."""
        return tuple(sorted(self.tables, key=lambda group: (len(group), group)))

    @cached_property
    def levels(self) -> tuple[int, ...]:
        """Numbers of conditions that occur, in ascending order."""
        return tuple(sorted({len(group) for group in self.tables}))

    def up_to(self, level: int) -> "Release":
        """The release without the groups of more conditions than `level`."""
        kept = {group: table for group, table in self.tables.items() if len(group) <= level}
        return Release(self.questionnaire, kept, self.sizes)

    @cached_property
    def knowledge(self) -> Knowledge:
        """What holds inside every group."""
        tables = [self.tables[group] for group in self.groups]
        return knowledge_of(self.questionnaire, tables, [self.sizes[g] for g in self.groups])

    @cached_property
    def system(self) -> "System":
        """The linear system of all groups."""
        return _system(self)


@dataclass(frozen=True)
class System:
    """Linear relations `low <= matrix @ x <= high` between non-negative unknowns x."""

    matrix: sparse.csr_array  # (relations, variables)
    low: np.ndarray  # float (relations,)
    high: np.ndarray
    # float (variables,): the truth; NaN for what no table tells.
    values: np.ndarray
    # int (groups, slots): slots that are one and the same number share a variable. The groups are
    # those with tables, in the order of `Release.groups`, then the virtual ones.
    variable: np.ndarray
    # bool (groups with tables, slots): slots that go without saying: that everybody in Ontario, and
    # nobody there, lives in Ontario, or elsewhere.
    trivial: np.ndarray
    # bool (variables,): what is nothing whatever the tables say.
    zero: np.ndarray
    # int (relations,): number of the table that each is about; see `Knowledge.tables`.
    table_of_relation: np.ndarray
    # int (variables, 2): numbers of the group and the table that each belongs to, the first.
    place: np.ndarray


def release_of(
    questionnaire: Questionnaire, tables: Mapping[Group, pd.DataFrame], sizes: Mapping[Group, int]
) -> Release:
    """Tables that are published together, checked.

    Parameters
    ----------
    questionnaire : Questionnaire
    tables
        Of each group all tables one under the other (`tables.COLUMNS`). Groups too small to be
        published belong here too: they are to be protected.
    sizes
        Number of respondents of every group.

    Raises
    ------
    InputError
        Where a group's tables have other rows than the rest.
    """
    first, *others = tables
    for group in others:
        if tables[group][LINE].to_numpy().tolist() != tables[first][LINE].to_numpy().tolist():
            raise InputError(
                f"{group_name(group) or 'everybody'}: its tables have other rows than those of "
                f"{group_name(first) or 'everybody'}; make all of them in one way."
            )
    return Release(questionnaire, tables, sizes)


# ---- the system of all groups


def _system(release: Release) -> System:
    knowledge, lattice = release.knowledge, lattice_of(release.questionnaire, release.groups)
    slots, groups = len(knowledge.slots), len(lattice.groups)
    index = np.arange(groups * slots).reshape(groups, slots)
    same, below, nothing = _said_by_definition(release, lattice, index)
    within = [index[:, pair] for pair in knowledge.same]
    count, variable = _joined(np.concatenate([same, *within]), index.size)
    merge = sparse.csr_array(
        (np.ones(index.size), (np.arange(index.size), variable)), shape=(index.size, count)
    )
    every_slot, of_size = sparse.eye_array(slots), knowledge.tables[SIZE.table]
    of_slot = np.array([knowledge.tables[slot.table] for slot in knowledge.slots])
    differences = rows_of([{one: 1, other: -1} for one, other in below], range(index.size))
    nobody = rows_of([dict.fromkeys(indices, 1) for indices in nothing], range(index.size))
    inside = sparse.kron(sparse.eye_array(groups), knowledge.matrix)
    parts = [
        (inside, knowledge.low, knowledge.high, knowledge.table_of_relation),
        (sparse.kron(lattice.sums, every_slot), 0, 0, of_slot),
        (sparse.kron(lattice.covers, every_slot), 0, np.inf, of_slot),
        (_unanswered(lattice, knowledge, index), -np.inf, 0, of_size),
        (differences, -np.inf, 0, of_size),
        (nobody, 0, 0, of_size),
    ]
    parts = [part for part in parts if part[0].shape[0]]
    low, high, table = (
        np.concatenate([np.resize(np.array(part[k]), part[0].shape[0]) for part in parts])
        for k in (1, 2, 3)
    )
    group, slot = np.divmod(np.unique(variable, return_index=True)[1], slots)
    place = np.column_stack([group, of_slot[slot]])
    variable, values = variable.reshape(index.shape), np.full(count, np.nan)
    values[variable[: len(release.groups)]] = knowledge.values
    matrix = sparse.csr_array(sparse.vstack([part[0] for part in parts]) @ merge)
    matrix.eliminate_zeros()
    zero = _nothing(matrix, low, high)
    values[zero] = 0
    trivial = _trivial(knowledge, variable[: len(release.groups)], zero)
    return System(matrix, low, high, values, variable, trivial, zero, table, place)


def _nothing(matrix: sparse.csr_array, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """bool (variables,): what must be 0, because what it is a part of is 0."""
    zero = np.zeros(matrix.shape[1], dtype=bool)
    rows = sparse.vstack([matrix[high == 0], -matrix[low == 0]])  # each row @ x <= 0
    parts, wholes = rows > 0, rows < 0
    while True:
        nothing = ~(wholes @ ~zero)
        more = (parts[np.flatnonzero(nothing)].sum(axis=0) > 0) & ~zero
        if not more.any():
            return zero
        zero |= more


def _trivial(knowledge: Knowledge, variable: np.ndarray, zero: np.ndarray) -> np.ndarray:
    trivial = zero[variable]
    for line in knowledge.lines:
        if not line.is_base:
            trivial[:, line.count] |= variable[:, line.count] == variable[:, line.base]
    return trivial


def _joined(pairs: np.ndarray, size: int) -> tuple[int, np.ndarray]:
    """Number of variables and the variable of each index, where pairs are one variable."""
    links = sparse.coo_array((np.ones(len(pairs)), tuple(pairs.T)), shape=(size, size))
    return connected_components(links, directed=False)


def _said_by_definition(
    release: Release, lattice: Lattice, index: np.ndarray
) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """What groups say of the tables of their own questions: pairs of indices that are one number,
    pairs of which the first is at most the second, and indices of what is nothing together."""
    same, below, nothing = [], [], []
    flat = np.full(index.size, np.nan)
    flat[: release.knowledge.values.size] = release.knowledge.values.ravel()
    for name in sorted({name for group in release.groups for name, _ in group}):
        if Slot(TableName(name), "base") not in release.knowledge.position:
            continue
        above, inside, others = _about_question(name, release.knowledge, lattice, index)
        for pairs in (above, inside):
            one, other = flat[np.array(pairs)].T
            known = ~np.isnan(one + other)
            if (one == other)[known].all():
                same += pairs
            elif (one <= other)[known].all():
                below += pairs
        if not any((flat[indices] > 0).any() for indices in others):
            nothing += others
    return np.array(same, int).reshape(-1, 2), np.array(below, int).reshape(-1, 2), nothing


def _about_question(
    name: str, knowledge: Knowledge, lattice: Lattice, index: np.ndarray
) -> tuple[list[tuple[int, int]], list[tuple[int, int]], list[np.ndarray]]:
    """Indices in groups by one question: pairs between a group and the one without the condition,
    pairs inside a group, and the counts inside a group of several codes that are not its own."""
    size, base = knowledge.position[SIZE], knowledge.position[Slot(TableName(name), "base")]
    counts = _counts_of(name, knowledge)
    place = {group: n for n, group in enumerate(lattice.groups)}
    above: list[tuple[int, int]] = []
    inside, others = [], []
    for group, n in place.items():
        for codes in (codes for other, codes in group if other == name and is_option(codes)):
            parent = index[place[tuple(pair for pair in group if pair != (name, codes))]]
            own = [counts[code] for code in codes]
            told = index[n, own]
            if len(own) == 1:  # then the count is the size
                inside.append((told[0], index[n, size]))
                told = index[n, [size]]
            else:
                others.append(index[n, [slot for slot in counts.values() if slot not in own]])
            inside.append((index[n, base], index[n, size]))
            if all(is_option(other) for _, other in group):
                above += zip(parent[own], told, strict=True)
    return above, inside, others


def _counts_of(name: str, knowledge: Knowledge) -> dict[str, int]:
    """Positions of the counts of a question's table by item."""
    table = TableName(name)
    return {
        slot.item: n
        for slot, n in knowledge.position.items()
        if slot.table == table and slot.figure == "count"
    }


def _unanswered(lattice: Lattice, knowledge: Knowledge, index: np.ndarray) -> sparse.csr_array:
    """Rows: the rest of a multiple question's groups is at most those who ticked none of their
    codes, which the question's own table tells."""
    slot = knowledge.position
    place = {group: n for n, group in enumerate(lattice.groups)}
    rows: list[dict[Any, float]] = []
    for parent, name, codes, rest in lattice.rests:
        base = Slot(TableName(name), "base")
        if base not in slot:
            continue
        table = index[place[parent]]
        others = [n for item, n in _counts_of(name, knowledge).items() if item not in codes]
        rows.append(
            dict.fromkeys(table[others], -1)
            | {index[place[rest], slot[SIZE]]: 1, table[slot[SIZE]]: -1, table[slot[base]]: 1}
        )
    return rows_of(rows, range(index.size))
