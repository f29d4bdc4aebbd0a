"""Which cells to hide besides the small ones, so that nothing hidden can be worked out.

Level by level, from everybody to ever finer groups: what is decided on one level stays, so that the
national report is the same with groups and without. On each level:

1. Hide the primary cells and everything about groups below the minimum.
2. For a hidden figure that can be told too closely, find the cheapest way to move it far enough: a
   linear programme in which figures shown may move at a cost, the number of table rows that hiding
   them blanks, and hidden ones move freely. What moves is hidden. Repeat until nothing is open.
3. Show hidden cells again, the costliest first, where everything stays protected.

Where coarser levels alone bound a finer group's figure more closely than the minimum, as may happen
with overlapping groups, nothing on its own level protects it: `attack` lists it.

What an older report printed is known all the same: step 2 is repeated with it; first it is
left aside: nothing may rest on its being out of print.

Sources: Kelly, Golden & Assad (1992), "Cell suppression: disclosure protection for sensitive
tabular data", Networks 22(4), 397-417 (programme of step 2, clean-up of step 3); Fischetti &
Salazar-González (2000), JASA 95(451), 916-928 (the linear system, joint protection); Castro (2007),
"A shortest-paths heuristic for statistical data protection in positive tables", INFORMS Journal on
Computing 19(4), 520-533 (costs, hidden cells free).
"""

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import sparse

from dmsi_lib.attack import asked_variables, enough_at_most, enough_with, known_variables, told
from dmsi_lib.bounds import CLOSE, cheapest_flow, ranges, solve, unknowns_of
from dmsi_lib.disclosure import PLAN_COLUMNS, SIZE_ITEM, STATUSES, Plan, group_name
from dmsi_lib.inputs import MIN_CELL
from dmsi_lib.knowledge import SIZE
from dmsi_lib.small_cells import primary_slots

_SHOWN, _PRIMARY, _COMPLEMENTARY = range(3)  # positions in STATUSES
_LARGE = 3000  # unknown figures that hang together; more are too slow


def plan_suppression(release, min_cell=MIN_CELL, known=None):
    """The plan of what a release hides.

    Parameters
    ----------
    release : release.Release
    min_cell : int
        The least count that is shown, and how far every hidden figure must be able to vary.
    known : DataFrame with the columns of `older_report.KNOWN_COLUMNS`, optional
        What an older report printed.

    Returns
    -------
    disclosure.Plan
    """
    status = {}
    for level in release.levels:
        part = release.up_to(level)
        state = _Level(part, status, min_cell)
        state.protect()
        state.show_again()
        if known is not None:
            state.protect(known_variables(part, known))
        status |= state.statuses()
    return Plan(_cells(release, status))


def primary_only(release, min_cell=MIN_CELL):
    """The plan that hides small cells alone: what complementary suppression is measured against.

    Parameters
    ----------
    release : release.Release
    min_cell : int

    Returns
    -------
    disclosure.Plan
    """
    status = {}
    for level in release.levels:
        status |= _Level(release.up_to(level), status, min_cell).statuses()
    return Plan(_cells(release, status))


class _Level:
    """The groups of one level while their plan is made; coarser levels are settled.

    `why` has the position in STATUSES of every variable.
    """

    def __init__(self, release, settled, min_cell):
        self.release, self.system, self.min_cell = release, release.system, min_cell
        groups = release.groups
        self.new = [n for n, group in enumerate(groups) if group not in settled]
        old = [n for n, group in enumerate(groups) if group in settled]
        variable = self.system.variable
        self.why = np.zeros(len(self.system.values), dtype=np.int8)
        self.tabled = np.zeros(len(self.why), dtype=bool)
        self.tabled[variable[: len(groups)]] = True
        fixed = np.zeros(len(self.why), dtype=bool)
        for n in old:
            fixed[variable[n]] = True
            self.why[variable[n]] = settled[groups[n]]
        primary = np.zeros(len(self.why), dtype=bool)
        self.primary = primary_slots(release, min_cell)
        for n in self.new:
            primary[variable[n][self.primary[n] & ~self.system.trivial[n]]] = True
        self.why[primary & ~fixed] = _PRIMARY
        self.movable = np.zeros(len(self.why), dtype=bool)
        for n in self.new:
            self.movable[variable[n]] = True
        self.movable &= ~fixed & ~self.system.zero
        self._set_rows()
        self._hide_cells_of_hidden_bases()
        shape = len(self.why)
        self.low, self.high = np.full(shape, np.inf), np.full(shape, -np.inf)

    def _set_rows(self):
        """Pairs of variables (the one, what is hidden with it): base and count, count and ranks."""
        knowledge, pairs = self.release.knowledge, []
        for _, _, count, base in knowledge.rows:
            pairs += [(base, count), *((count, slot) for slot in knowledge.along(count))]
            pairs += [(slot, count) for slot in knowledge.along(count)]
        variable = self.system.variable[self.new]
        pairs = variable[:, np.array(pairs)].reshape(-1, 2)
        self.pairs = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)

    def _hide_cells_of_hidden_bases(self):
        first, then = self.pairs.T
        while len(more := then[(self.why[first] != _SHOWN) & (self.why[then] == _SHOWN)]):
            self.why[more] = _COMPLEMENTARY

    @property
    def unknown(self):
        return (~self.tabled | (self.why != _SHOWN)) & ~self.system.zero

    @property
    def cost(self):
        """Rows that hiding each variable blanks (variables,)."""
        shown = (self.why == _SHOWN).astype(float)
        cost = shown.copy()
        first, then = self.pairs.T
        np.add.at(cost, first, shown[then])
        return cost

    # ---- hiding

    def protect(self, known=None):
        """Hide until every hidden figure may vary enough; `known` is what an older report printed
        (bool, variables)."""
        known = np.zeros(len(self.why), dtype=bool) if known is None else known
        if known.any():  # what has been seen to vary need not vary any more
            self.low[:], self.high[:] = np.inf, -np.inf
        settled = np.zeros(len(self.why), dtype=bool)
        while len(open_ := self._open(known, settled)):
            before = self.why.copy()
            for target in open_:
                self._widen(target, known, self._around(target))
            if (before != self.why).any():
                continue
            # Only all relations together tell these; one hidden cell often protects many.
            for target in open_:
                if not self._is_wide(target) and self._widen(target, known, self.system):
                    break
                settled[target] = True  # wide after all, or coarser levels give it away

    def _open(self, known, settled):
        """Variables that can be told too closely, the most closely told first."""
        unknown = self.unknown & ~known
        asked = asked_variables(self.release, unknown) & ~settled
        self.enough = enough_at_most(self.system, known, asked, self.min_cell)
        asked &= ~self._is_wide(slice(None))
        if asked.any():
            low, high = told(self.system, unknown, asked, self.enough, singly=False)
            self.low[unknown] = np.minimum(self.low[unknown], low)
            self.high[unknown] = np.maximum(self.high[unknown], high)
            asked &= ~self._is_wide(slice(None))
        if asked.any() and known.any():
            self.enough[asked] = enough_with(self.system, known, asked, self.min_cell)[asked]
            asked &= ~self._is_wide(slice(None))
        open_ = np.flatnonzero(asked)
        return open_[np.argsort((self.high - self.low)[open_], kind="stable")]

    def _is_wide(self, target):
        return self.high[target] - self.low[target] >= self.enough[target] - CLOSE

    def _widen(self, target, known, system):
        """Hide what the cheapest movement of one variable needs; whether anything is hidden.

        Where nothing need be hidden, and the system is whole, the movement has been seen.
        """
        shown = self.movable & (self.why == _SHOWN) & ~known
        vary = (self.unknown | shown) & ~known
        vary &= np.diff(sparse.csc_array(system.matrix).indptr) > 0
        if not vary[target]:
            return False
        unknowns, cost = unknowns_of(system, vary), np.where(shown, self.cost, 0)

        def flow(least, most):
            return cheapest_flow(unknowns, cost, system.values, (target, least, most))

        found = self._one_way(flow, target) or self._both_ways(flow, target, unknowns)
        moved = np.unique([variable for variables, _ in found for variable in variables])
        if len(moved):
            moved = moved.astype(int)
            self.why[moved] = _COMPLEMENTARY
            self.low[moved] = self.high[moved] = self.system.values[moved]
            self._hide_cells_of_hidden_bases()
        elif system is self.system:
            for _, solution in found:
                self.low[vary] = np.minimum(self.low[vary], solution)
                self.high[vary] = np.maximum(self.high[vary], solution)
        return bool(len(moved))

    def _one_way(self, flow, target):
        """The cheaper of moving a variable far enough up and down; empty where neither goes."""
        wanted, found = self.enough[target], []
        for bounds in ((self.low[target] + wanted, np.inf), (0, self.high[target] - wanted)):
            one = flow(*bounds)
            if one is not None and not len(one[0]):
                return [one]
            found += [] if one is None else [one]
        return sorted(found, key=lambda one: self.cost[one[0]].sum())[:1]

    def _both_ways(self, flow, target, unknowns):
        """Moving a variable as far up as it goes and as far down as is left."""
        highest = solve(unknowns, -(unknowns.variables == target).astype(float))
        highest = highest[unknowns.variables == target][0]
        lowest = highest - self.enough[target]
        found = [flow(0, lowest), flow(highest - CLOSE, np.inf)]
        return [] if any(one is None for one in found) else found

    def _around(self, target):
        """The relations about a variable's table, sizes and the tables that tell sizes."""
        names = {name for group in self.release.groups for name, _ in group}
        names |= {"", self.release.question_of_variable[target]}
        rows = np.flatnonzero(np.isin(self.system.question_of_relation, list(names)))
        return replace(
            self.system,
            matrix=self.system.matrix[rows],
            low=self.system.low[rows],
            high=self.system.high[rows],
        )

    # ---- showing again

    def show_again(self):
        """Show complementary cells where everything stays protected."""
        cost = np.bincount(self.pairs[:, 0], minlength=len(self.why))
        hidden = np.flatnonzero(self.movable & (self.why == _COMPLEMENTARY))
        for variable in hidden[np.argsort(-cost[hidden], kind="stable")]:
            self._show_if_safe(variable)

    def _show_if_safe(self, variable):
        """Show one figure, with the others of a ranking's row, unless its base is hidden."""
        first, then = self.pairs.T
        above, below = first[then == variable], then[first == variable]
        row = np.append(np.intersect1d(above, below), variable)
        if (self.why[row] != _COMPLEMENTARY).any():
            return
        if (self.why[np.setdiff1d(above, below)] != _SHOWN).any():
            return
        unknowns = unknowns_of(self.system, self.unknown)
        near = np.isin(unknowns.part, unknowns.part[np.isin(unknowns.variables, row)])
        if near.sum() > _LARGE:
            return
        trial = np.zeros(len(self.why), dtype=bool)
        trial[unknowns.variables[near]] = True
        trial[row] = False
        left = self.unknown
        left[row] = False
        unknowns = unknowns_of(self.system, left)
        unknowns = unknowns.where(trial[unknowns.variables])
        at = unknowns.variables
        asked = asked_variables(self.release, trial)[at]
        low, high = ranges(unknowns, asked, self.min_cell, self.system.place[at])
        if (high - low >= self.min_cell - CLOSE)[asked].all():
            self.why[row] = _SHOWN

    def statuses(self):
        """Dict of new group to int8 array (slots,)."""
        why = self.why[self.system.variable]
        return {
            self.release.groups[n]: np.where(self.primary[n], _PRIMARY, why[n]) for n in self.new
        }


def _cells(release, status):
    """The plan's frame."""
    knowledge, frames = release.knowledge, []
    names = np.array(STATUSES)
    questions = [row[0] for row in knowledge.rows]
    items = [row[1] for row in knowledge.rows]
    counts, bases = ([row[k] for row in knowledge.rows] for k in (2, 3))
    numeric = np.array([release.is_numeric(question) for question in questions])
    for group in release.groups:
        why, size = status[group], status[group][knowledge.position[SIZE]]
        of_base, figures = why[bases], why[counts]
        finer = len(group) > release.levels[0]
        means = np.where(numeric, np.where(figures > 0, figures, _COMPLEMENTARY * finer), 0)
        frames.append(
            pd.DataFrame(
                {
                    "group": group_name(group),
                    "question": ["", *questions],
                    "item": [SIZE_ITEM, *items],
                    "status": names[[size, *figures]],
                    "base_status": names[[size, *of_base]],
                    "mean_status": names[[0, *means]],
                }
            )
        )
    return pd.concat(frames, ignore_index=True)[PLAN_COLUMNS]
