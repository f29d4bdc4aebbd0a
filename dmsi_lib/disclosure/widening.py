"""Hiding more until every hidden figure may vary enough.

For a figure that can be told too closely, the cheapest way to move it far enough is found: a linear
programme in which figures shown may move at a cost, the number of table rows that hiding them
blanks, and hidden ones move freely. It is solved again with lower costs of what moved far, so that
few figures move far rather than many a little. What moves is hidden. Where outer bounds or joint
programmes find figures open, first only the relations about their own tables are looked at; what is
open when that ends gets a programme over all relations.

Figures of the finest groups are hidden for one another. Coarser ones are hidden too, where all
figures of the finest groups together could not move a figure far enough. With everything hidden
relations leave every figure free, since whatever fulfils them does so at any multiple, or as free
as an older report does: so this ends, and nothing is left open but what relations alone tell.

Sources: Kelly, Golden & Assad (1992), "Cell suppression: disclosure protection for sensitive
tabular data", Networks 22(4), 397-417 (the programme); Castro (2007), "A shortest-paths heuristic
for statistical data protection in positive tables", INFORMS Journal on Computing 19(4), 520-533
(costs, hidden cells free); Candès, Wakin & Boyd (2008), "Enhancing sparsity by reweighted l1
minimization", Journal of Fourier Analysis and Applications 14, 877-905 (solving again).
"""

from dataclasses import replace

import numpy as np
from scipy import sparse

from dmsi_lib.disclosure.attack import asked_variables, enough_at_most, enough_with
from dmsi_lib.disclosure.bounds import (
    CLOSE,
    Unknowns,
    bounding_relations,
    outer_bounds,
    ranges,
    unknowns_of,
)
from dmsi_lib.disclosure.hidden_figures import SHOWN, Hiding
from dmsi_lib.disclosure.release import System
from dmsi_lib.disclosure.slots import SIZE
from dmsi_lib.tables import TableName

_TIMES = 2  # that each programme is solved


def widen(hiding: Hiding, known: np.ndarray | None = None) -> bool:
    """Hide until every hidden figure may vary enough; whether anything more is hidden. `known`,
    bool (variables,), is what an older report printed."""
    before = hiding.why.copy()
    _Widening(hiding, known).run()
    return bool((hiding.why != before).any())


class _Widening:
    """`enough` is how far each figure must be able to vary, and `exact`, whether that is known
    exactly; `settled`, the figures that no hiding protects; `bounded`, whether outer bounds find
    what is open."""

    def __init__(self, hiding: Hiding, known: np.ndarray | None):
        self.hiding, self.system = hiding, hiding.system
        self.known = np.zeros(len(hiding.why), dtype=bool) if known is None else known
        self.settled = np.zeros(len(hiding.why), dtype=bool)
        tabled = hiding.tabled & ~self.known & ~self.system.zero
        self.enough = enough_at_most(self.system, self.known, tabled, hiding.min_cell)
        self.exact = np.full(len(hiding.why), not self.known.any())
        if self.known.any():
            hiding.forget()  # what has been seen to vary need not vary any more

    def run(self) -> None:
        while len(open_ := self._open()):
            self.hiding.told("hidden figures to protect", len(open_))
            if not self._widen_tables(open_):
                self._widen_one(open_)

    def _open(self) -> np.ndarray:
        """Figures that can be told too closely, first those for which the least need be hidden."""
        hiding, unknown = self.hiding, self.hiding.unknown & ~self.known
        asked = asked_variables(hiding.release, unknown) & ~self.settled & ~self._wide
        width = self._width(self.system)
        narrow = asked & (width < self.enough - CLOSE)
        self.bounded = narrow.any()
        if asked.any() and not self.bounded:
            seen = ranges(
                unknowns_of(self.system, unknown),
                asked[unknown],
                self.enough[unknown],
                self.system.place[unknown],
                seen=(hiding.low[unknown], hiding.high[unknown]),
                told=hiding.told,
            )
            hiding.low[unknown], hiding.high[unknown] = seen
            narrow = asked & ~self._wide
        open_ = np.flatnonzero(narrow)
        return open_[np.argsort(-width[open_], kind="stable")]

    def _width(self, system: System) -> np.ndarray:
        """float (variables,): how far outer bounds let unknown figures vary; inf elsewhere."""
        unknown = self.hiding.unknown & ~self.known
        unknown &= np.bincount(system.matrix.indices, minlength=len(unknown)) > 0
        width = np.full(len(unknown), np.inf)
        least, most = outer_bounds(unknowns_of(system, unknown))
        width[unknown] = most - least
        return width

    @property
    def _wide(self) -> np.ndarray:
        """bool (variables,): what has been seen to vary enough."""
        return self.hiding.high - self.hiding.low >= self.enough - CLOSE

    def _widen_tables(self, open_: np.ndarray) -> bool:
        """In every table hide for one figure by its own relations; whether anything is hidden."""
        tables, hidden = self.system.place[open_, 1], False
        for table in dict.fromkeys(tables.tolist()):
            around, targets = self._around(table), open_[tables == table]
            narrow = targets[self._width(around)[targets] < self.enough[targets] - CLOSE]
            # Where bounds tell nothing, programmes may; where they do, the cause lies elsewhere.
            if not self.bounded:
                narrow = targets
            hidden |= any(self._hide_for(one, around, self.hiding.new) for one in narrow)
        return hidden

    def _widen_one(self, open_: np.ndarray) -> None:
        """Hide for the first figure that needs it, by all relations."""
        hiding = self.hiding
        for target in open_:
            # What bounds alone tell can be hidden by the few relations that they follow.
            few = [self._bounding(target)] if self.bounded else []
            for movable in (hiding.new, hiding.new | hiding.old):
                if any(self._hide_for(target, one, movable) for one in (*few, self.system)):
                    return
                if self._wide[target]:
                    break
            if self.exact[target] or self._wide[target]:
                self.settled[target] = True  # wide, or told whatever is hidden
            else:  # an older report may leave it less than bounds tell
                one = np.arange(len(self.exact)) == target
                enough = enough_with(self.system, self.known, one, hiding.min_cell)
                self.enough[target], self.exact[target] = enough[target], True

    def _around(self, table: int) -> System:
        """The relations about a table (its number), sizes and the tables that tell sizes."""
        release = self.hiding.release
        grouping = {TableName(name) for group in release.groups for name, _ in group}
        numbers = release.knowledge.tables
        around = {table, numbers[SIZE.table]} | {numbers[name] for name in grouping & set(numbers)}
        return self._only(np.flatnonzero(np.isin(self.system.table_of_relation, list(around))))

    def _bounding(self, target: int) -> System:
        """The relations by which outer bounds tell a figure."""
        unknown = self.hiding.unknown & ~self.known
        return self._only(bounding_relations(self.system, unknown, target))

    def _only(self, rows: np.ndarray) -> System:
        """Some of the relations."""
        low, high = self.system.low[rows], self.system.high[rows]
        return replace(self.system, matrix=self.system.matrix[rows], low=low, high=high)

    def _hide_for(self, target: int, system: System, movable: np.ndarray) -> bool:
        """Hide what the cheapest movement of one figure needs; whether anything is hidden.

        Where nothing need be hidden, and the system is whole, the movement has been seen.
        """
        hiding = self.hiding
        if self._wide[target]:
            return False
        shown = movable & (hiding.why == SHOWN) & ~self.known
        vary = (hiding.unknown | shown) & ~self.known
        vary &= np.bincount(system.matrix.indices, minlength=len(vary)) > 0
        if not vary[target]:
            return False
        unknowns = unknowns_of(system, vary)
        unknowns = unknowns.where(unknowns.part == unknowns.part[unknowns.variables == target])
        cost = np.where(shown, hiding.cost, 0)[unknowns.variables]
        found = _cheapest_movement(unknowns, cost, system.values, target, self.enough[target])
        if found is None:
            return False
        moved, solutions = found
        if len(moved):
            hiding.hide(moved)
        elif system is self.system:
            at = unknowns.variables
            hiding.low[at] = np.minimum(hiding.low[at], solutions.min(axis=0))
            hiding.high[at] = np.maximum(hiding.high[at], solutions.max(axis=0))
        return bool(len(moved))


def _cheapest_movement(
    unknowns: Unknowns, cost: np.ndarray, values: np.ndarray, target: int, enough: float
) -> tuple[np.ndarray, np.ndarray] | None:
    """Two solutions in which one variable is far enough apart, and that move shown ones least: the
    shown variables that move, and the solutions, float (2, unknowns); None where there are none.

    `unknowns` are the unknown variables and those that are shown but may be hidden; `cost`, float
    (unknowns,), is that of moving a shown one by 1 in either solution or in both, 0 for unknown
    ones; `values`, float (variables,), is the truth.
    """
    shown = np.flatnonzero(cost)
    size, extra = len(cost), len(shown)
    truth = values[unknowns.variables[shown]]
    pick = sparse.csr_array((np.ones(extra), (np.arange(extra), shown)), shape=(extra, size))
    of = sparse.csr_array((unknowns.variables == target).astype(float)[None, :])
    eye, relations = sparse.eye_array(extra), unknowns.matrix
    endless, far = np.full(extra, np.inf), np.array([enough])
    # Of each shown variable there is a third column, that it moves at most so far.
    blocks = [
        ([relations, None, None], unknowns.low, unknowns.high),
        ([None, relations, None], unknowns.low, unknowns.high),
        ([of, -of, None], far, np.array([np.inf])),
        ([pick, None, -eye], -endless, truth),
        ([pick, None, eye], truth, endless),
        ([None, pick, -eye], -endless, truth),
        ([None, pick, eye], truth, endless),
    ]
    pair = Unknowns(
        sparse.csr_array(sparse.block_array([block for block, _, _ in blocks])),
        np.concatenate([low for _, low, _ in blocks]),
        np.concatenate([high for _, _, high in blocks]),
        np.concatenate([unknowns.least, unknowns.least, np.zeros(extra)]),
        np.concatenate([unknowns.most, unknowns.most, endless]),
        unknowns.variables,
        unknowns.part,
    )
    programme, price, fewest = pair.programme, cost[shown], np.inf
    for _ in range(_TIMES):
        found = programme.solve(np.concatenate([np.zeros(2 * size), price]))
        if found is None:
            return None
        moves = found[2 * size :]
        moved = shown[moves > CLOSE]
        rows = cost[moved].sum()
        if rows < fewest:
            fewest, best = rows, (unknowns.variables[moved], found[: 2 * size].reshape(2, size))
        if rows == 0:
            break
        price = cost[shown] / (1 + np.maximum(moves, 0))  # what moves already is hidden already
    return best
