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

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from dmsi_lib.disclosure.group_definitions import counts_of, said_by_definition
from dmsi_lib.disclosure.group_lattice import Lattice, is_option, lattice_of, rows_of
from dmsi_lib.disclosure.group_relations import Knowledge, knowledge_of, satisfied
from dmsi_lib.disclosure.plan import LINE, Group, group_name
from dmsi_lib.disclosure.slots import SIZE, Slot
from dmsi_lib.errors import InputError
from dmsi_lib.questionnaire import Questionnaire
from dmsi_lib.tables import TableName


@dataclass(frozen=True)
class Release:
    """Tables published together and what is known of how they hang together."""

    questionnaire: Questionnaire
    tables: Mapping[Group, pd.DataFrame]  # of each group its tidy tables, one under the other
    sizes: Mapping[Group, int]  # numbers of respondents
    # The tables of groups that lie between others and are not published: see `unpublished`.
    between: Mapping[Group, pd.DataFrame] = field(default_factory=dict)

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
        return replace(self, tables=kept)

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
    questionnaire: Questionnaire,
    tables: Mapping[Group, pd.DataFrame],
    sizes: Mapping[Group, int],
    between: Mapping[Group, pd.DataFrame] | None = None,
) -> Release:
    """Tables that are published together, checked.

    Parameters
    ----------
    questionnaire : Questionnaire
    tables
        Of each group all tables one under the other (`tables.COLUMNS`). Groups too small to be
        published belong here too: they are to be protected.
    sizes
        Number of respondents of every group, those between included.
    between
        The tables of the groups of `unpublished`. Nobody sees them; they tell whether a routing
        rule is true of a group. Without them none is taken for known there.

    Raises
    ------
    InputError
        Where a group's tables have other rows than the rest.
    """
    first, *others = every = {**tables, **(between or {})}
    for group in others:
        if every[group][LINE].to_numpy().tolist() != every[first][LINE].to_numpy().tolist():
            raise InputError(
                f"{group_name(group) or 'everybody'}: its tables have other rows than those of "
                f"{group_name(first) or 'everybody'}; make all of them in one way."
            )
    return Release(questionnaire, tables, sizes, between or {})


def unpublished(questionnaire: Questionnaire, groups: Collection[Group]) -> list[Group]:
    """The groups that lie between published ones: a province, where only province x role has
    tables."""
    lattice = lattice_of(questionnaire, list(groups))
    options = [all(is_option(codes) for _, codes in group) for group in lattice.groups]
    named = [group for group, is_one in zip(lattice.groups, options, strict=True) if is_one]
    return named[len(groups) :]


# ---- the system of all groups


def _system(release: Release) -> System:
    knowledge, lattice = release.knowledge, lattice_of(release.questionnaire, release.groups)
    slots, groups = len(knowledge.slots), len(lattice.groups)
    index = np.arange(groups * slots).reshape(groups, slots)
    truth = _truth(release, lattice)
    same, below, nothing = said_by_definition(
        release.questionnaire, knowledge, lattice, index, truth
    )
    pairs = np.concatenate([same, *(index[:, pair] for pair in knowledge.same)])
    parts = [
        *_relations(knowledge, lattice, index, truth),
        (rows_of([{one: 1, other: -1} for one, other in below], range(index.size)), -np.inf, 0, 0),
        (rows_of([dict.fromkeys(indices, 1) for indices in nothing], range(index.size)), 0, 0, 0),
    ]
    parts = [part for part in parts if part[0].shape[0]]
    low, high, table = (
        np.concatenate([np.resize(np.array(part[k]), part[0].shape[0]) for part in parts])
        for k in (1, 2, 3)
    )
    rows = sparse.csr_array(sparse.vstack([part[0] for part in parts]))
    matrix, variable = _merged(rows, pairs)
    told = _everybody(release, index, variable, _not_above(matrix, low, high))
    matrix, variable = _merged(rows, np.concatenate([pairs, told]))
    zero = _nothing(matrix, low, high)
    of_slot = np.array([knowledge.tables[slot.table] for slot in knowledge.slots])
    group, slot = np.divmod(np.unique(variable, return_index=True)[1], slots)
    place = np.column_stack([group, of_slot[slot]])
    variable, values = variable.reshape(index.shape), np.full(len(zero), np.nan)
    values[variable[: len(release.groups)]] = knowledge.values
    values[zero] = 0
    trivial = _trivial(knowledge, variable[: len(release.groups)], zero)
    return System(matrix, low, high, values, variable, trivial, zero, table, place)


def _relations(
    knowledge: Knowledge, lattice: Lattice, index: np.ndarray, truth: np.ndarray
) -> Iterator[tuple[sparse.csr_array, Any, Any, Any]]:
    """Relations inside groups and between them: rows, least and most, and their tables."""
    groups, slots = index.shape
    inside = sparse.csr_array(sparse.kron(sparse.eye_array(groups), knowledge.matrix))
    # Answers may stray from rules: of groups that nobody sees these need be seen to hold.
    seen = satisfied(knowledge.matrix, knowledge.low, knowledge.high, truth)
    true = np.flatnonzero(seen | ~knowledge.routing)
    about = [knowledge.low, knowledge.high, knowledge.table_of_relation]
    least, most, table = (np.tile(part, groups)[true] for part in about)
    yield inside[true], least, most, table
    of_slot = np.array([knowledge.tables[slot.table] for slot in knowledge.slots])
    yield sparse.kron(lattice.sums, sparse.eye_array(slots)), 0, 0, of_slot
    yield sparse.kron(lattice.covers, sparse.eye_array(slots)), 0, np.inf, of_slot
    yield _unanswered(lattice, knowledge, index), -np.inf, 0, knowledge.tables[SIZE.table]


def _truth(release: Release, lattice: Lattice) -> np.ndarray:
    """The figures of all groups, float (groups, slots); NaN for those of which nobody knows."""
    knowledge = release.knowledge
    values = np.full((len(lattice.groups), len(knowledge.slots)), np.nan)
    values[: len(release.groups)] = knowledge.values
    for n, group in enumerate(lattice.groups[len(release.groups) :], len(release.groups)):
        if group in release.between:
            values[n] = knowledge.values_of(release.between[group], release.sizes[group])
    _add_rests(lattice.sums, values)
    return values


def _add_rests(sums: sparse.csr_array, values: np.ndarray) -> None:
    """Fill in the groups, rows of NaN, that sums leave: each row of `sums` is 0 in every slot."""
    for row in sums:
        weights = row.toarray().ravel()
        members = np.flatnonzero(weights)
        left = members[np.isnan(values[members, 0])]
        if len(left) == 1:
            others = np.setdiff1d(members, left)
            values[left[0]] = -(weights[others] @ values[others]) / weights[left[0]]


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


def _merged(rows: sparse.csr_array, pairs: np.ndarray) -> tuple[sparse.csr_array, np.ndarray]:
    """Relations between indices as those between variables, and the variable of each index, where
    pairs of indices are one variable."""
    size = rows.shape[1]
    count, variable = _joined(pairs, size)
    columns = (np.arange(size), variable)
    matrix = sparse.csr_array(rows @ sparse.csr_array((np.ones(size), columns), (size, count)))
    matrix.eliminate_zeros()
    return matrix, variable


def _not_above(matrix: sparse.csr_array, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """int (variables,): variables of one number are equal, since each is not above the other."""
    zero = _nothing(matrix, low, high)
    rows = sparse.csr_array(sparse.vstack([matrix[high == 0], -matrix[low == 0]]))
    rows = sparse.csr_array(rows @ sparse.diags_array((~zero).astype(float)))
    rows.eliminate_zeros()
    two = rows[np.flatnonzero(np.diff(rows.indptr) == 2)]
    ends, weights = two.indices.reshape(-1, 2), two.data.reshape(-1, 2)
    ends = ends[(weights.sum(axis=1) == 0)]
    weights = weights[(weights.sum(axis=1) == 0)]
    ends = np.where(weights[:, :1] > 0, ends, ends[:, ::-1])  # the first is not above the second
    links = sparse.coo_array((np.ones(len(ends)), tuple(ends.T)), shape=(len(zero), len(zero)))
    return connected_components(links, directed=True, connection="strong")[1]


def _everybody(
    release: Release, index: np.ndarray, variable: np.ndarray, equal: np.ndarray
) -> np.ndarray:
    """Pairs of indices that go without saying: of derived questions, the options in which everybody
    is by a group's definition, as Alberta in the Prairies."""
    found = []
    slots = release.knowledge.slots
    for line in release.knowledge.lines:
        if release.questionnaire[slots[line.count].table.question].derivation:
            pairs = index[: len(release.groups), [line.count, line.base]]
            one, other = equal[variable[pairs]].T
            found.append(pairs[one == other])
    return np.concatenate(found) if found else np.empty((0, 2), int)


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
        others = [n for item, n in counts_of(name, knowledge).items() if item not in codes]
        rows.append(
            dict.fromkeys(table[others], -1)
            | {index[place[rest], slot[SIZE]]: 1, table[slot[SIZE]]: -1, table[slot[base]]: 1}
        )
    return rows_of(rows, range(index.size))
