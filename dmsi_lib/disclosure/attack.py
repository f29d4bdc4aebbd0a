"""The attacker's programme: what a reader of all public tables together can work out.

The reader knows every figure shown, in every table of every group, the relations of `release`, and,
if given, what an older report printed. For every hidden figure the least and the largest possible
value are found; it is *recovered* where they lie closer together than the minimum cell. Figures of
groups too small to have tables of their own are hidden figures too. What the older report alone
tells as closely is not counted: it was published already.

Whether a small figure is known to be small (the label "primary") is not used, as is usual.

Source: Fischetti & Salazar-González (2000), "Models and algorithms for optimizing cell suppression
in tabular data with linear constraints", JASA 95(451), 916-928 (protection level: here the sliding
one, that the range be as wide as the minimum cell).
"""

from dataclasses import dataclass

import numpy as np

from dmsi_lib.choices import MIN_CELL
from dmsi_lib.disclosure.bounds import CLOSE, exact_ranges, outer_bounds, ranges, unknowns_of
from dmsi_lib.disclosure.group_lattice import NATION
from dmsi_lib.disclosure.group_relations import SIZE, Slot
from dmsi_lib.disclosure.plan import LINE, SHOWN


@dataclass(frozen=True)
class Recovered:
    """A hidden figure that the public tables give away.

    Attributes
    ----------
    group : tuple of (question, code) pairs
    slot : Slot
    low, high : float
        It is not below `low` and not above `high`; some can be told more closely still.
    """

    group: tuple
    slot: Slot
    low: float
    high: float


def recover_cells(release, plan, min_cell=MIN_CELL, known=None):
    """The hidden figures that the public tables give away.

    Parameters
    ----------
    release : release.Release
    plan : disclosure.Plan
        Of all groups of the release.
    min_cell : int
        A figure is safe where it may vary by as much, in people.
    known : set of Slot, optional
        What an older report printed of everybody's tables.

    Returns
    -------
    list of Recovered; empty: safe
    """
    system = release.system
    known = known_variables(release, known)
    hidden = np.array([hidden_slots(release, plan.of(group)) for group in release.groups])
    unknown = unknown_variables(release, hidden) & ~known
    asked = asked_variables(release, unknown)
    low, high, least, most = np.zeros((4, len(system.values)))
    enough = enough_at_most(system, known, asked, min_cell)
    unknowns, place = unknowns_of(system, unknown), system.place[unknown]
    low[unknown], high[unknown] = ranges(unknowns, asked[unknown], enough[unknown], place)
    found = asked & (high - low < enough - CLOSE)
    # What outer bounds alone tell was not looked at further.
    least[unknown], most[unknown] = outer_bounds(unknowns)
    outside = most - least < enough - CLOSE
    low[outside], high[outside] = least[outside], most[outside]
    if found.any() and known.any():
        enough = enough_with(system, known, found, min_cell)
        found &= high - low < enough - CLOSE
    recovered = {}  # by variable: one figure may stand in several tables
    for group, variables in zip(release.groups, system.variable, strict=False):
        for slot, variable in zip(release.knowledge.slots, variables, strict=True):
            if found[variable]:
                figure = Recovered(group, slot, float(low[variable]), float(high[variable]))
                recovered.setdefault(variable, figure)
    return list(recovered.values())


def hidden_slots(release, rows):
    """bool (slots,): what a plan hides of one group; `rows` are the plan's rows of it."""
    slots = release.knowledge.slots
    hidden = np.zeros(len(slots), dtype=bool)
    names = rows[LINE].itertuples(index=False, name=None)
    statuses = (rows[["status", "base_status"]] != SHOWN).to_numpy()
    is_hidden = dict(zip(names, statuses, strict=True))

    def of(slot):
        return is_hidden[slot.table.question, slot.table.kind, slot.row, slot.item]

    hidden[release.knowledge.position[SIZE]] = of(SIZE)[0]
    for line in release.knowledge.lines:
        figures, base = of(slots[line.count])
        hidden[line.base] |= base
        hidden[list(line.figures)] |= figures | base
    return hidden


def unknown_variables(release, hidden):
    """bool (variables,): what no table shows; `hidden` is bool (groups with tables, slots)."""
    unknown = ~release.system.zero
    unknown[release.system.variable[: len(hidden)][~hidden]] = False
    return unknown


def asked_variables(release, unknown):
    """bool (variables,): the unknown figures of groups that have tables."""
    asked = np.zeros(len(unknown), dtype=bool)
    asked[release.system.variable[: len(release.groups)]] = True
    return asked & unknown


def known_variables(release, known):
    """bool (variables,): what an older report printed; see `known_figures`."""
    variables = np.zeros(len(release.system.values), dtype=bool)
    if known and NATION in release.groups:
        slots = [n for slot, n in release.knowledge.position.items() if slot in known]
        variables[release.system.variable[release.groups.index(NATION), slots]] = True
    return variables


def enough_at_most(system, known, asked, min_cell):
    """How far figures must be able to vary: the minimum, or at most what an older report alone
    leaves, as far as that is seen without programmes.

    Parameters
    ----------
    system : release.System
    known : bool array (variables,), what the older report printed
    asked : bool array (variables,)
    min_cell : int

    Returns
    -------
    float array (variables,), 0 where not asked
    """
    enough = np.where(asked, float(min_cell), 0)
    if known.any():
        unknown = ~known & ~system.zero
        least, most = outer_bounds(unknowns_of(system, unknown))
        enough[unknown] = np.minimum(enough[unknown], most - least)
    return enough


def enough_with(system, known, asked, min_cell):
    """The same exactly, by two programmes for each figure asked."""
    unknown = ~known & ~system.zero
    enough = np.where(asked, float(min_cell), 0)
    low, high = exact_ranges(unknowns_of(system, unknown), asked[unknown])
    enough[unknown & asked] = np.minimum(min_cell, (high - low)[asked[unknown]])
    return enough
