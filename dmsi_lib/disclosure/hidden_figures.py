"""What is hidden while a plan is made: figures of one level of groups, and what they drag along.

Where a base is hidden so are its counts, and the figures of a ranking's row are hidden together.
What coarser levels hide stays hidden.
"""

from collections.abc import Mapping
from itertools import permutations

import numpy as np

from dmsi_lib.disclosure.patience import Told, nobody
from dmsi_lib.disclosure.plan import Group
from dmsi_lib.disclosure.release import Release
from dmsi_lib.disclosure.slots import SIZE

SHOWN, PRIMARY, COMPLEMENTARY = range(3)  # positions in plan.STATUSES


class Hiding:
    """The figures of the groups of one level, and of the coarser ones before it.

    Attributes
    ----------
    release : Release, up to the level
    why : int8 array (variables,)
        Positions in `plan.STATUSES`.
    tabled, new, old : bool arrays (variables,)
        Figures of groups with tables; those of this level and of coarser ones that may be hidden:
        what stands in both is old.
    pairs : int array (pairs, 2)
        The one, and what is hidden with it: base and row, figures of one row.
    low, high : float arrays (variables,)
        The least and the largest value that each unknown figure has been seen to be able to take.
    told : see `patience`
    """

    def __init__(
        self,
        release: Release,
        settled: Mapping[Group, np.ndarray],
        min_cell: int,
        told: Told = nobody,
    ):
        """`settled`: what coarser groups hide, int8 arrays (slots,) as from `statuses`."""
        self.release, self.system, self.min_cell = release, release.system, min_cell
        self.told = told
        groups = release.groups
        variable = self.system.variable[: len(groups)]  # then come the virtual ones
        self.why = np.zeros(len(self.system.values), dtype=np.int8)
        self.tabled, self.old = np.zeros((2, len(self.why)), dtype=bool)
        self.tabled[variable] = True
        small = primary_slots(release, min_cell) & ~self.system.trivial
        for group, variables in zip(groups, variable, strict=True):
            if group in settled:
                self.old[variables] = True
                self.why[variables] = settled[group]
        for group, variables, primary in zip(groups, variable, small, strict=True):
            if group not in settled:
                mine = variables[primary]
                self.why[mine[~self.old[mine]]] = PRIMARY
        self.old &= ~self.system.zero
        self.new = self.tabled & ~self.old & ~self.system.zero
        self.before = self.why.copy()
        self.pairs = _pairs(release, variable)
        self.forget()
        self._drag_along()

    def forget(self) -> None:
        """Only the truth has been seen to be possible."""
        self.low, self.high = self.system.values.copy(), self.system.values.copy()
        self.low[~self.tabled], self.high[~self.tabled] = np.inf, -np.inf

    @property
    def unknown(self) -> np.ndarray:
        """bool (variables,): what no table shows."""
        return (~self.tabled | (self.why != SHOWN)) & ~self.system.zero

    @property
    def cost(self) -> np.ndarray:
        """float (variables,): the table rows that hiding each figure blanks.

        A row of many respondents counts up to twice: of two rows that would do, the one that tells
        of fewer is hidden.
        """
        told = np.nan_to_num(self.system.values) / max(self.release.sizes.values())
        shown = (self.why == SHOWN) * (1 + np.minimum(told, 1))
        cost = shown.copy()
        first, then = self.pairs.T
        np.add.at(cost, first, shown[then])
        return cost

    @property
    def again(self) -> np.ndarray:
        """Positions of what this level hid to protect others, the costliest first: what blanks most
        rows, then what tells of most respondents."""
        hidden = (self.why == COMPLEMENTARY) & (self.new | (self.old & (self.before == SHOWN)))
        rows = np.bincount(self.pairs[:, 0], minlength=len(self.why))
        found = np.flatnonzero(hidden)
        people = np.nan_to_num(self.system.values)
        return found[np.lexsort([-people[found], -rows[found]])]

    def hide(self, variables: np.ndarray) -> None:
        """Hide some shown figures to protect others, with what they drag along."""
        self.why[variables] = COMPLEMENTARY
        self._drag_along()

    def _drag_along(self) -> None:
        first, then = self.pairs.T
        while len(more := then[(self.why[first] != SHOWN) & (self.why[then] == SHOWN)]):
            self.why[more] = COMPLEMENTARY

    def row_of(self, variable: int) -> np.ndarray:
        """The figures that can be shown again only together; empty where none can."""
        first, then = self.pairs.T
        above, below = first[then == variable], then[first == variable]
        row = np.append(np.intersect1d(above, below), variable)
        bases = np.setdiff1d(above, below)
        if (self.why[row] != COMPLEMENTARY).any() or (self.why[bases] != SHOWN).any():
            return row[:0]
        return row

    def statuses(self) -> dict[Group, np.ndarray]:
        """`why` of each group, int8 (slots,)."""
        groups = self.release.groups
        return dict(zip(groups, self.why[self.system.variable[: len(groups)]], strict=True))


def _pairs(release: Release, variable: np.ndarray) -> np.ndarray:
    slots: list[tuple[int, int]] = []
    for line in release.knowledge.lines:
        slots += [(line.base, slot) for slot in line.figures]
        slots += permutations(line.figures, 2)
    pairs = variable[:, np.array(slots)].reshape(-1, 2)
    # A count that stands in a coarser group's table too is hidden there only for its base there.
    first, then = release.system.place[pairs, 0].T
    pairs = pairs[then >= first]
    return np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)


def primary_slots(release: Release, min_cell: int) -> np.ndarray:
    """The figures that are small themselves, bool (groups with tables, slots).

    What goes without saying is none the less blank where it is small, but need not be protected.
    """
    knowledge = release.knowledge
    values = knowledge.values
    primary = np.zeros(values.shape, dtype=bool)
    for line in knowledge.lines:
        count, base = values[:, line.count], values[:, line.base]
        small = base < min_cell
        primary[:, line.base] |= small
        if not line.is_base:
            small = small | _is_small(count, base, min_cell)
        if line.along:
            first, ranks = values[:, line.along].T
            last = len(release.questionnaire[knowledge.slots[line.count].table.question].options)
            small |= _is_small(first, base, min_cell) | (ranks == count) | (ranks == last * count)
        primary[:, line.figures] |= small[:, None]
    for one, other in knowledge.apart:
        few = np.abs(values[:, one] - values[:, other])
        primary[:, one] |= (few > 0) & (few < min_cell)
    primary[values[:, knowledge.position[SIZE]] < min_cell] = True
    return primary


def _is_small(count: np.ndarray, base: np.ndarray, min_cell: int) -> np.ndarray:
    return (count < min_cell) | (base - count < min_cell)
