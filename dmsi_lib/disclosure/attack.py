"""The attacker's programme: what a reader of all public tables together can work out.

The reader knows every figure shown, in every table of every group, the relations of `release`, and,
if given, what an older report printed. For every hidden figure the least and the largest possible
value are found; it is *recovered* where they lie closer together than the minimum cell. Figures of
groups too small to have tables of their own are hidden figures too. What the older report alone
tells as closely is not counted: it was published already.

Nothing printed says why a figure is hidden. How many left a question blank is a figure only where
a table has it ("Not stated"): docs/decisions/small-cells.md says why.

Source: Fischetti & Salazar-González (2000), "Models and algorithms for optimizing cell suppression
in tabular data with linear constraints", JASA 95(451), 916-928 (protection level: here the sliding
one, that the range be as wide as the minimum cell).
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dmsi_lib.choices import MIN_CELL
from dmsi_lib.disclosure.bounds import CLOSE, exact_ranges, outer_bounds, ranges, unknowns_of
from dmsi_lib.disclosure.derived_means import with_told_means
from dmsi_lib.disclosure.group_lattice import NATION
from dmsi_lib.disclosure.patience import Told, nobody
from dmsi_lib.disclosure.plan import LINE, SHOWN, Group, Plan
from dmsi_lib.disclosure.release import Release, System
from dmsi_lib.disclosure.slots import SIZE, Slot


@dataclass(frozen=True)
class Recovered:
    """A hidden figure that the public tables give away: it is not below `low` and not above `high`;
    some can be told more closely still."""

    group: Group
    slot: Slot
    low: float
    high: float


def recover_cells(
    release: Release,
    plan: Plan,
    min_cell: int = MIN_CELL,
    known: Collection[Slot] | None = None,
    told: Told = nobody,
) -> list[Recovered]:
    """The hidden figures that the public tables give away; none: safe.

    Parameters
    ----------
    release : Release
    plan : Plan
        Of all groups of the release.
    min_cell
        A figure is safe where it may vary by as much, in people.
    known
        What an older report printed of everybody's tables.
    told
        See `patience`.
    """
    system = with_told_means(release, plan)
    printed = known_variables(release, known)
    hidden = np.array([_hidden_slots(release, plan.of(group)) for group in release.groups])
    unknown = ~system.zero & ~printed
    unknown[system.variable[: len(hidden)][~hidden]] = False
    asked = asked_variables(release, unknown)
    low, high, least, most = np.zeros((4, len(system.values)))
    enough = enough_at_most(system, printed, asked, min_cell)
    unknowns, place = unknowns_of(system, unknown), system.place[unknown]
    seen = ranges(unknowns, asked[unknown], enough[unknown], place, told=told)
    low[unknown], high[unknown] = seen
    found = asked & (high - low < enough - CLOSE)
    # What outer bounds alone tell was not looked at further.
    least[unknown], most[unknown] = outer_bounds(unknowns)
    outside = most - least < enough - CLOSE
    low[outside], high[outside] = least[outside], most[outside]
    if found.any() and printed.any():
        found &= high - low < enough_with(system, printed, found, min_cell) - CLOSE
    recovered: dict[int, Recovered] = {}  # by variable: one figure may stand in several tables
    for group, variables in zip(release.groups, system.variable, strict=False):
        for slot, variable in zip(release.knowledge.slots, variables, strict=True):
            if found[variable]:
                figure = Recovered(group, slot, float(low[variable]), float(high[variable]))
                recovered.setdefault(variable, figure)
    return list(recovered.values())


def _hidden_slots(release: Release, rows: pd.DataFrame) -> np.ndarray:
    """bool (slots,): what a plan hides of one group; `rows` are the plan's rows of it."""
    knowledge = release.knowledge
    hidden = np.zeros(len(knowledge.slots), dtype=bool)
    names = rows[LINE].itertuples(index=False, name=None)
    statuses = (rows[["status", "base_status"]] != SHOWN).to_numpy()
    is_hidden = dict(zip(names, statuses, strict=True))

    def of(slot: Slot) -> np.ndarray:
        return is_hidden[slot.table.question, slot.table.kind, slot.row, slot.item]

    hidden[knowledge.position[SIZE]] = of(SIZE)[0]
    for line in knowledge.lines:
        figures, base = of(knowledge.slots[line.count])
        hidden[line.base] |= base
        hidden[list(line.figures)] |= figures | base
    return hidden


def asked_variables(release: Release, unknown: np.ndarray) -> np.ndarray:
    """bool (variables,): the unknown figures of groups that have tables."""
    asked = np.zeros(len(unknown), dtype=bool)
    asked[release.system.variable[: len(release.groups)]] = True
    return asked & unknown


def known_variables(release: Release, known: Collection[Slot] | None) -> np.ndarray:
    """bool (variables,): what an older report printed; see `known_figures`."""
    variables = np.zeros(len(release.system.values), dtype=bool)
    if known and NATION in release.groups:
        slots = [n for slot, n in release.knowledge.position.items() if slot in known]
        variables[release.system.variable[release.groups.index(NATION), slots]] = True
    return variables


def enough_at_most(
    system: System, known: np.ndarray, asked: np.ndarray, min_cell: int
) -> np.ndarray:
    """How far figures must be able to vary, float (variables,), 0 where not asked: the minimum, or
    at most what an older report alone leaves, as far as that is seen without programmes."""
    enough = np.where(asked, float(min_cell), 0)
    if known.any():
        unknown = ~known & ~system.zero
        least, most = outer_bounds(unknowns_of(system, unknown))
        enough[unknown] = np.minimum(enough[unknown], most - least)
    return enough


def enough_with(system: System, known: np.ndarray, asked: np.ndarray, min_cell: int) -> np.ndarray:
    """The same exactly, by two programmes for each figure asked."""
    unknown = ~known & ~system.zero
    enough = np.where(asked, float(min_cell), 0)
    low, high = exact_ranges(unknowns_of(system, unknown), asked[unknown])
    enough[unknown & asked] = np.minimum(min_cell, (high - low)[asked[unknown]])
    return enough
