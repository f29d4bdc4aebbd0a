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

import numpy as np
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.csgraph import connected_components

from dmsi_lib.errors import InputError

CLOSE = 1e-6  # programmes are solved to this precision
_JOINT = 3  # no more numbers than this are asked for singly
_FEW = 0.03  # so is the rest of a group, once programmes settle no more than this share of it
_PATIENCE = 2  # so many times
_SEED = 1


@dataclass(frozen=True)
class Unknowns:
    """The relations that are left between unknown numbers once the known ones are put in.

    Attributes
    ----------
    matrix : csr array (relations, unknowns)
    low, high : float arrays (relations,)
        low <= matrix @ x <= high.
    least, most : float arrays (unknowns,)
    variables : int array (unknowns,)
        Their positions among the system's variables.
    part : int array (unknowns,)
        Number of the part that each belongs to.
    """

    matrix: sparse.csr_array
    low: np.ndarray
    high: np.ndarray
    least: np.ndarray
    most: np.ndarray
    variables: np.ndarray
    part: np.ndarray

    def where(self, chosen):
        """The unknowns of some whole parts; `chosen` bool (unknowns,)."""
        matrix = self.matrix[:, np.flatnonzero(chosen)]
        rows = np.flatnonzero(np.diff(matrix.indptr))
        return Unknowns(
            matrix[rows],
            *(each[rows] for each in (self.low, self.high)),
            *(each[chosen] for each in (self.least, self.most, self.variables, self.part)),
        )


def unknowns_of(system, unknown):
    """Put the known numbers into a system of relations.

    Parameters
    ----------
    system : release.System
    unknown : bool array (variables,)
        What the reader does not know; the rest has the values of the system.

    Returns
    -------
    Unknowns
    """
    known_part = system.matrix[:, np.flatnonzero(~unknown)] @ system.values[~unknown]
    matrix = system.matrix[:, np.flatnonzero(unknown)]
    low, high = system.low - known_part, system.high - known_part
    each = np.diff(matrix.indptr)
    least = np.zeros(matrix.shape[1])
    # Far above all numbers there are, so that every programme has a solution.
    most = np.full(matrix.shape[1], 4 * np.nanmax(system.values) + 100)
    for row in np.flatnonzero(each == 1):  # relations of one number are its bounds
        at, weight = matrix.indices[matrix.indptr[row]], matrix.data[matrix.indptr[row]]
        one, other = sorted((low[row] / weight, high[row] / weight))
        least[at], most[at] = max(least[at], one), min(most[at], other)
    rows = np.flatnonzero(each > 1)
    matrix = matrix[rows]
    links = sparse.block_array([[None, matrix], [matrix.T, None]])
    part = connected_components(links, directed=False)[1][len(rows) :]
    return Unknowns(matrix, low[rows], high[rows], least, most, np.flatnonzero(unknown), part)


def solve(unknowns, cost):
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


def outer_bounds(unknowns, rounds=10):
    """Bounds that no possible value exceeds: relation after relation, without programmes.

    Parameters
    ----------
    unknowns : Unknowns
    rounds : int

    Returns
    -------
    least, most : float arrays (unknowns,)
        Perhaps wider than what can be reached, never narrower.
    """
    least, most, matrix = unknowns.least.copy(), unknowns.most.copy(), unknowns.matrix.tocoo()
    row, column, weight = *matrix.coords, matrix.data
    for _ in range(rounds):
        ends = weight * least[column], weight * most[column]
        lower, upper = np.minimum(*ends), np.maximum(*ends)
        lowest, highest = (np.bincount(row, end, len(unknowns.low)) for end in (lower, upper))
        # What a relation leaves for one number while the others are at their bounds.
        room = (
            unknowns.high[row] - (lowest[row] - lower),
            unknowns.low[row] - (highest[row] - upper),
        )
        up, down = room[0] / weight, room[1] / weight
        before = most.sum() - least.sum()
        np.minimum.at(most, column, np.where(weight > 0, up, down))
        np.maximum.at(least, column, np.where(weight > 0, down, up))
        if before - (most.sum() - least.sum()) < CLOSE:
            break
    return least, most


def cheapest_flow(unknowns, cost, values, wanted):
    """The cheapest way to move one variable.

    Parameters
    ----------
    unknowns : Unknowns
        Of the variables that are unknown and those that are shown but may be hidden.
    cost : float array (variables,)
        Of moving a shown variable by one; 0 for unknown ones.
    values : float array (variables,)
    wanted : tuple of variable, its least and its most

    Returns
    -------
    moved : int array, the shown variables that move
    solution : float array (unknowns,)
        None instead of both where nothing moves the variable so far.
    """
    variable, least, most = wanted
    cost = cost[unknowns.variables]
    shown = np.flatnonzero(cost)
    at = np.flatnonzero(unknowns.variables == variable)[0]
    lower, upper = unknowns.least.copy(), unknowns.most.copy()
    lower[at], upper[at] = max(lower[at], least), min(upper[at], most)
    if lower[at] > upper[at]:
        return None
    size, extra = len(cost), len(shown)
    pick = sparse.csr_array((np.ones(extra), (np.arange(extra), shown)), shape=(extra, size))
    eye, truth = sparse.eye_array(extra), values[unknowns.variables[shown]]
    # A shown variable is its value, plus what it moves up, less what it moves down.
    moving = Unknowns(
        sparse.csr_array(sparse.block_array([[unknowns.matrix, None, None], [pick, -eye, eye]])),
        np.concatenate([unknowns.low, truth]),
        np.concatenate([unknowns.high, truth]),
        np.concatenate([lower, np.zeros(2 * extra)]),
        np.concatenate([upper, np.full(2 * extra, np.inf)]),
        unknowns.variables,
        unknowns.part,
    )
    found = solve(moving, np.concatenate([np.zeros(size), cost[shown], cost[shown]]))
    if found is None:
        return None
    moves = found[size : size + extra] + found[size + extra :]
    return unknowns.variables[shown[moves > CLOSE]], found[:size]


def ranges(unknowns, asked, enough, place, singly=True):
    """Least and largest possible values, as far as they matter.

    Joint programmes ask for all open numbers of one group of respondents: groups compete for the
    same few people, the tables of one group do not.

    Parameters
    ----------
    unknowns : Unknowns
    asked : bool array (unknowns,)
        The numbers that matter.
    enough : float or float array (unknowns,)
        A number that has been seen to vary by as much is not looked at any more.
    place : int array (unknowns, 2)
        The group and the table that each number belongs to.
    singly : bool
        Whether numbers that joint programmes leave open get programmes of their own; without, their
        ranges may be too narrow.

    Returns
    -------
    low, high : float arrays (unknowns,)
        Exact where asked, narrower than `enough` and `singly`; else values that can be reached.

    Raises
    ------
    InputError
        Where no numbers fulfil all relations.
    """
    seen = _Seen(unknowns, asked, enough)
    random = np.random.default_rng(_SEED)
    if asked.any():
        seen.ask(unknowns, asked.astype(float))
    idle = np.zeros(place[:, 0].max(initial=0) + 1)  # programmes that settled little of a group
    while len(left := [n for n in seen.open if idle[place[n, 0]] < _PATIENCE]) > _JOINT:
        left = np.array(left)
        group = np.bincount(place[left, 0]).argmax()
        before = len(seen.open)
        for sign in (-1.0, 1.0):
            cost = _joint_cost(seen, left, place, group, random)
            if sign < 0 or (seen.low[left[place[left, 0] == group]] > CLOSE).any():
                seen.ask(unknowns, sign * cost)
        if before - len(seen.open) <= _FEW * (place[left, 0] == group).sum():
            idle[group] += 1
    if singly:
        for n in np.unique(unknowns.part[seen.open]):
            _ask_singly(seen, np.flatnonzero(unknowns.part == n))
    return seen.low, seen.high


class _Seen:
    """The least and largest value seen of every number."""

    def __init__(self, unknowns, asked, enough):
        self.unknowns, self.asked, self.enough = unknowns, asked, enough
        self.low = np.full(len(asked), np.inf)
        self.high = np.full(len(asked), -np.inf)

    @property
    def open(self):
        """Positions of the numbers that matter and have not varied enough."""
        return np.flatnonzero(self.asked & ~(self.high - self.low >= self.enough - CLOSE))

    def ask(self, unknowns, cost, at=slice(None)):
        """Solve for a cost over some of the unknowns and keep what is seen."""
        solution = solve(unknowns, cost)
        if solution is None:
            raise InputError(
                "The tables to be published do not fit together (no numbers fulfil all their "
                "sums). Make the tables of all groups with the same export, edit and base."
            )
        self.low[at] = np.minimum(self.low[at], solution)
        self.high[at] = np.maximum(self.high[at], solution)


def _joint_cost(seen, left, place, group, random):
    """Weights of the open numbers of a group, so different that each table moves one of them."""
    cost = np.zeros(len(seen.asked))
    cost[left] = 1e-3 * random.random(len(left))
    inside = left[place[left, 0] == group]
    cost[inside] = 0.1 + random.random(len(inside)) ** 3
    return cost


def _ask_singly(seen, at):
    """Two programmes for each open number of one part."""
    inside = np.zeros(len(seen.asked), dtype=bool)
    inside[at] = True
    part, position = seen.unknowns.where(inside), {n: k for k, n in enumerate(at)}
    done = set()
    while left := [n for n in seen.open if n in position and n not in done]:
        done.add(left[0])
        for sign in (1.0, -1.0):
            cost = np.zeros(len(at))
            cost[position[left[0]]] = sign
            seen.ask(part, cost, at)
