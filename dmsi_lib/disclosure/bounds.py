"""How far a reader can tell unknown numbers: least and largest values under linear relations.

Every solution of a linear programme is one possible truth, a *witness* for all numbers at once. So
the least and largest value seen of every number is kept, programmes first ask for many numbers
together, and only what has not been seen to vary enough gets programmes of its own. Relations fall
into parts that share no unknown number; each part is a programme for itself.

Sources: the attacker's two programmes for each cell are those of Fischetti & Salazar-González
(2001), Management Science 47(7), section 2; solved by HiGHS (Huangfu & Hall 2018, Mathematical
Programming Computation 10, 119-142).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from dmsi_lib.disclosure.patience import Told, nobody
from dmsi_lib.disclosure.programmes import Programme
from dmsi_lib.errors import InputError

CLOSE = 1e-6  # programmes are solved to this precision
_ROUNDS = 10  # of outer bounds
_JOINT = 3  # no more numbers than this are asked for singly
_PATIENCE = 2  # so is what is left of a table, once so many programmes settled nothing of it
_SEED = 1


class Relations(Protocol):
    """Linear relations `low <= matrix @ x <= high` between non-negative numbers, and their values,
    NaN where there is none; such as a `release.System`."""

    @property
    def matrix(self) -> sparse.csr_array: ...
    @property
    def low(self) -> np.ndarray: ...
    @property
    def high(self) -> np.ndarray: ...
    @property
    def values(self) -> np.ndarray: ...


@dataclass(frozen=True)
class Unknowns:
    """The relations that are left between unknown numbers once the known ones are put in."""

    matrix: sparse.csr_array  # (relations, unknowns)
    low: np.ndarray  # float (relations,): low <= matrix @ x <= high
    high: np.ndarray
    least: np.ndarray  # float (unknowns,)
    most: np.ndarray
    variables: np.ndarray  # int (unknowns,): their positions among the system's variables
    part: np.ndarray  # int (unknowns,): number of the part that each belongs to

    @property
    def programme(self) -> Programme:
        """The relations, to be solved for any costs."""
        return Programme(self.matrix, self.low, self.high, self.least, self.most)

    def where(self, chosen: np.ndarray) -> "Unknowns":
        """The unknowns of some whole parts; `chosen` bool (unknowns,)."""
        matrix = self.matrix[:, np.flatnonzero(chosen)]
        rows = np.flatnonzero(np.diff(matrix.indptr))
        columns = (self.least, self.most, self.variables, self.part)
        least, most, variables, part = (column[chosen] for column in columns)
        low, high = self.low[rows], self.high[rows]
        return Unknowns(matrix[rows], low, high, least, most, variables, part)


def unknowns_of(system: Relations, unknown: np.ndarray) -> Unknowns:
    """Put the known numbers into a system of relations; `unknown` is bool (variables,)."""
    known_part = system.matrix[:, np.flatnonzero(~unknown)] @ system.values[~unknown]
    matrix = system.matrix[:, np.flatnonzero(unknown)]
    low, high = system.low - known_part, system.high - known_part
    each = np.diff(matrix.indptr)
    least = np.zeros(matrix.shape[1])
    # Far above all numbers there are, so that every programme has a solution.
    most = np.full(matrix.shape[1], 4 * np.nanmax(system.values) + 100)
    alone = np.flatnonzero(each == 1)  # relations of one number are its bounds
    at, weight = (found[matrix.indptr[alone]] for found in (matrix.indices, matrix.data))
    ends = low[alone] / weight, high[alone] / weight
    np.maximum.at(least, at, np.minimum(*ends))
    np.minimum.at(most, at, np.maximum(*ends))
    rows = np.flatnonzero(each > 1)
    matrix = matrix[rows]
    links = sparse.block_array([[None, matrix], [matrix.T, None]])
    part = connected_components(links, directed=False)[1][len(rows) :]
    return Unknowns(matrix, low[rows], high[rows], least, most, np.flatnonzero(unknown), part)


def outer_bounds(unknowns: Unknowns) -> tuple[np.ndarray, np.ndarray]:
    """Bounds that no possible value exceeds, float (unknowns,): relation after relation, without
    programmes. Perhaps wider than what can be reached, never narrower."""
    for *_, least, most in _closer(unknowns):  # noqa: B007
        pass
    return least, most


def _closer(unknowns: Unknowns) -> Iterator[tuple[np.ndarray, ...]]:
    """Round after round of outer bounds: what each relation leaves for each of its numbers while
    the others are at their bounds, least and most, float (nonzeros,), and the bounds then."""
    least, most, matrix = unknowns.least.copy(), unknowns.most.copy(), unknowns.matrix.tocoo()
    row, column = matrix.coords
    weight = matrix.data
    for _ in range(_ROUNDS):
        ends = weight * least[column], weight * most[column]
        lower, upper = np.minimum(*ends), np.maximum(*ends)
        lowest, highest = (np.bincount(row, end, len(unknowns.low)) for end in (lower, upper))
        up = (unknowns.high[row] - (lowest[row] - lower)) / weight
        down = (unknowns.low[row] - (highest[row] - upper)) / weight
        down, up = np.where(weight > 0, down, up), np.where(weight > 0, up, down)
        before = most.sum() - least.sum()
        np.minimum.at(most, column, up)
        np.maximum.at(least, column, down)
        yield down, up, least, most
        if before - (most.sum() - least.sum()) < CLOSE:
            return


def bounding_relations(system: Relations, unknown: np.ndarray, target: int) -> np.ndarray:
    """The relations by which outer bounds tell a variable: those that tell it, those that tell what
    stands in these, and so on; int (n,). `unknown` is bool (variables,)."""
    least = np.where(unknown, 0, system.values)
    most = np.where(unknown, 4 * np.nanmax(system.values) + 100, system.values)
    every = np.arange(len(least))
    whole = Unknowns(system.matrix, system.low, system.high, least, most, every, every)
    row, column = system.matrix.tocoo().coords
    last = np.full((2, len(least)), -1)  # the relation that told the least, and the most
    before = least, most
    for down, up, *now in _closer(whole):
        for side, told in enumerate((down, up)):
            new = (np.abs(now[side] - before[side]) > CLOSE)[column] & (told == now[side][column])
            last[side, column[new]] = row[new]
        before = now[0].copy(), now[1].copy()
    return _told_by(last, system.matrix, target)


def _told_by(last: np.ndarray, matrix: sparse.csr_array, target: int) -> np.ndarray:
    """Follow relations back, from the least and the most of a variable."""
    left, seen = [(0, target), (1, target)], set()
    relations: set[int] = set()
    while left:
        side, variable = left.pop()
        relation = int(last[side, variable])
        if relation < 0 or (side, variable) in seen:
            continue
        seen.add((side, variable))
        relations.add(relation)
        inside = slice(matrix.indptr[relation], matrix.indptr[relation + 1])
        weights = dict(zip(matrix.indices[inside], matrix.data[inside], strict=True))
        by_least = (side == 1) == (weights.pop(variable) > 0)
        left += [(int((weight > 0) != by_least), other) for other, weight in weights.items()]
    return np.array(sorted(relations), dtype=int)


def ranges(
    unknowns: Unknowns,
    asked: np.ndarray,
    enough: np.ndarray,
    place: np.ndarray,
    seen: tuple[np.ndarray, np.ndarray] | None = None,
    told: Told = nobody,
) -> tuple[np.ndarray, np.ndarray]:
    """Least and largest values that can be reached, float (unknowns,), as far as they matter.

    Joint programmes ask for open numbers of one group of respondents in each table: groups compete
    for the same few people, tables hardly do. What outer bounds keep from varying enough is not
    asked for. Where asked, the two lie less than `enough` apart only where no two possible values
    lie further apart. An InputError where no numbers fulfil all relations.

    Parameters
    ----------
    asked : bool array (unknowns,)
        The numbers that matter.
    enough : float array (unknowns,)
        A number that has been seen to vary by as much is not looked at any more.
    place : int array (unknowns, 2)
        The group and the table that each number belongs to.
    seen
        Least and largest values that are known to be possible.
    told
        See `patience`.
    """
    least, most = outer_bounds(unknowns)
    found = _Seen(unknowns, asked & (most - least >= enough - CLOSE), enough, seen, told)
    random = np.random.default_rng(_SEED)
    if (found.low[found.open] > CLOSE).any():
        found.ask(asked.astype(float))
    cell = np.ravel_multi_index(tuple(place.T), place.max(axis=0, initial=0) + 1)
    idle = np.zeros(cell.max(initial=0) + 1)  # programmes that settled nothing of a group's table
    while len(left := found.open[idle[cell[found.open]] < _PATIENCE]) > _JOINT:
        inside = left[_one_group_a_table(place[left])]
        for sign in (-1.0, 1.0):
            if sign < 0 or (found.low[inside] > CLOSE).any():
                found.ask(sign * _joint_cost(found, inside, random))
        settled = cell[np.setdiff1d(inside, found.open)]
        idle[np.setdiff1d(cell[inside], settled)] += 1
    found.ask_singly()
    return found.low, found.high


def exact_ranges(unknowns: Unknowns, asked: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Least and largest possible values, float (unknowns,), exact where `asked`, bool (unknowns,):
    by two programmes for each."""
    found = _Seen(unknowns, asked, np.inf)
    found.ask_singly()
    return found.low, found.high


class _Seen:
    """The least and largest value seen of every number."""

    def __init__(
        self,
        unknowns: Unknowns,
        asked: np.ndarray,
        enough: np.ndarray | float,
        seen: tuple[np.ndarray, np.ndarray] | None = None,
        told: Told = nobody,
    ):
        self.asked, self.enough, self.told = asked, enough, told
        nothing = np.full(len(asked), np.inf)
        low, high = (nothing, -nothing) if seen is None else seen
        self.low, self.high = low.copy(), high.copy()
        self.inside = np.isin(unknowns.part, unknowns.part[self.open])
        self.programme = unknowns.where(self.inside).programme

    @property
    def open(self) -> np.ndarray:
        """Positions of the numbers that matter and have not varied enough."""
        return np.flatnonzero(self.asked & ~(self.high - self.low >= self.enough - CLOSE))

    def ask(self, cost: np.ndarray) -> None:
        """Solve for a cost, float (unknowns,), and keep what is seen."""
        self.told("hidden figures to try", len(self.open))
        solution = self.programme.solve(cost[self.inside])
        if solution is None:
            raise InputError(
                "The tables to be published do not fit together (no numbers fulfil all their "
                "sums). Make the tables of all groups with the same export, edit and base."
            )
        self.low[self.inside] = np.minimum(self.low[self.inside], solution)
        self.high[self.inside] = np.maximum(self.high[self.inside], solution)

    def ask_singly(self) -> None:
        """Two programmes for each open number."""
        positions = np.arange(len(self.asked))
        for one in self.open:
            if one in self.open:
                for sign in (1.0, -1.0):
                    self.ask(sign * (positions == one))


def _one_group_a_table(place: np.ndarray) -> np.ndarray:
    """bool (numbers,): of each table, those of the group that has most; `place` (numbers, 2)."""
    count = np.zeros(place.max(axis=0) + 1, dtype=int)
    np.add.at(count, tuple(place.T), 1)
    return place[:, 0] == count.argmax(axis=0)[place[:, 1]]


def _joint_cost(found: _Seen, inside: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Weights so different that each table moves one of its numbers."""
    cost = np.zeros(len(found.asked))
    cost[found.open] = 1e-3 * random.random(len(found.open))
    cost[inside] = 0.1 + random.random(len(inside)) ** 3
    return cost
