"""How far a reader can tell unknown numbers: least and largest values under linear relations.

Every solution of a linear programme is one possible truth, a *witness* for all numbers at once. So
the least and largest value seen of every number is kept, programmes first ask for many numbers
together, and only what has not been seen to vary enough gets programmes of its own. Relations fall
into parts that share no unknown number; each part is a programme for itself.

Sources: the attacker's two programmes for each cell are those of Fischetti & Salazar-González
(2001), Management Science 47(7), section 2; solved by HiGHS (Huangfu & Hall 2018, Mathematical
Programming Computation 10, 119-142).
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.csgraph import connected_components

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


def solve(unknowns: Unknowns, cost: np.ndarray) -> np.ndarray | None:
    """A solution of least cost, float (unknowns,); None where no numbers fulfil all relations."""
    equal = unknowns.low == unknowns.high
    below, above = np.isfinite(unknowns.high) & ~equal, np.isfinite(unknowns.low) & ~equal
    found = linprog(
        cost,
        A_ub=sparse.vstack([unknowns.matrix[below], -unknowns.matrix[above]]),
        b_ub=np.concatenate([unknowns.high[below], -unknowns.low[above]]),
        A_eq=unknowns.matrix[equal],
        b_eq=unknowns.low[equal],
        bounds=np.column_stack([unknowns.least, unknowns.most]),
        method="highs",
    )
    return found.x


def outer_bounds(unknowns: Unknowns) -> tuple[np.ndarray, np.ndarray]:
    """Bounds that no possible value exceeds, float (unknowns,): relation after relation, without
    programmes. Perhaps wider than what can be reached, never narrower."""
    least, most, matrix = unknowns.least.copy(), unknowns.most.copy(), unknowns.matrix.tocoo()
    row, column = matrix.coords
    weight = matrix.data
    for _ in range(_ROUNDS):
        ends = weight * least[column], weight * most[column]
        lower, upper = np.minimum(*ends), np.maximum(*ends)
        lowest, highest = (np.bincount(row, end, len(unknowns.low)) for end in (lower, upper))
        # What a relation leaves for one number while the others are at their bounds.
        up = (unknowns.high[row] - (lowest[row] - lower)) / weight
        down = (unknowns.low[row] - (highest[row] - upper)) / weight
        before = most.sum() - least.sum()
        np.minimum.at(most, column, np.where(weight > 0, up, down))
        np.maximum.at(least, column, np.where(weight > 0, down, up))
        if before - (most.sum() - least.sum()) < CLOSE:
            break
    return least, most


def ranges(
    unknowns: Unknowns,
    asked: np.ndarray,
    enough: np.ndarray,
    place: np.ndarray,
    singly: bool = True,
    seen: tuple[np.ndarray, np.ndarray] | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Least and largest values that can be reached, float (unknowns,), as far as they matter.

    Joint programmes ask for open numbers of one group of respondents in each table: groups compete
    for the same few people, tables hardly do. What outer bounds keep from varying enough is not
    asked for. Where asked, and `singly`, the two lie less than `enough` apart only where no two
    possible values lie further apart. An InputError where no numbers fulfil all relations.

    Parameters
    ----------
    asked : bool array (unknowns,)
        The numbers that matter.
    enough : float array (unknowns,)
        A number that has been seen to vary by as much is not looked at any more.
    place : int array (unknowns, 2)
        The group and the table that each number belongs to.
    singly
        Whether numbers that joint programmes leave open get programmes of their own.
    seen
        Least and largest values that are known to be possible.
    """
    least, most = outer_bounds(unknowns)
    found = _Seen(unknowns, asked & (most - least >= enough - CLOSE), enough, seen)
    random = np.random.default_rng(_SEED)
    if (found.low[found.open] > CLOSE).any():
        found.ask(unknowns, asked.astype(float))
    cell = np.ravel_multi_index(tuple(place.T), place.max(axis=0, initial=0) + 1)
    idle = np.zeros(cell.max(initial=0) + 1)  # programmes that settled nothing of a group's table
    while len(left := found.open[idle[cell[found.open]] < _PATIENCE]) > _JOINT:
        inside = left[_one_group_a_table(place[left])]
        for sign in (-1.0, 1.0):
            if sign < 0 or (found.low[inside] > CLOSE).any():
                found.ask(unknowns, sign * _joint_cost(found, inside, random))
        settled = cell[np.setdiff1d(inside, found.open)]
        idle[np.setdiff1d(cell[inside], settled)] += 1
    if singly:
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
    ):
        self.unknowns, self.asked, self.enough = unknowns, asked, enough
        nothing = np.full(len(asked), np.inf)
        low, high = (nothing, -nothing) if seen is None else seen
        self.low, self.high = low.copy(), high.copy()

    @property
    def open(self) -> np.ndarray:
        """Positions of the numbers that matter and have not varied enough."""
        return np.flatnonzero(self.asked & ~(self.high - self.low >= self.enough - CLOSE))

    def ask(self, unknowns: Unknowns, cost: np.ndarray, at: Any = slice(None)) -> None:
        """Solve for a cost over some of the unknowns and keep what is seen."""
        solution = solve(unknowns, cost)
        if solution is None:
            raise InputError(
                "The tables to be published do not fit together (no numbers fulfil all their "
                "sums). Make the tables of all groups with the same export, edit and base."
            )
        self.low[at] = np.minimum(self.low[at], solution)
        self.high[at] = np.maximum(self.high[at], solution)

    def ask_singly(self) -> None:
        """Two programmes for each open number, part by part."""
        for number in np.unique(self.unknowns.part[self.open]):
            inside = self.unknowns.part == number
            at, part = np.flatnonzero(inside), self.unknowns.where(inside)
            done = np.zeros(len(inside), dtype=bool)
            while len(left := self.open[(inside & ~done)[self.open]]):
                done[left[0]] = True
                for sign in (1.0, -1.0):
                    self.ask(part, sign * (at == left[0]), at)


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
