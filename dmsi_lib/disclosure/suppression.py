"""Which cells to hide besides the small ones, so that nothing hidden can be worked out.

Level by level, from everybody to ever finer groups: what is hidden on one level stays hidden. On
each level:

1. Hide the primary cells and everything about groups below the minimum (see `hidden_figures`).
2. Hide more, until every hidden figure may vary enough (see `widening`).
3. Show hidden cells again, the costliest first, where everything stays protected.

The national report hides the same with groups as without, except where no figure of the groups
could protect another: then coarser figures are hidden in addition, never fewer. That is rare, and
happens above all with overlapping groups, whose figures the coarser ones bound from both sides.

What an older report printed is known all the same: step 2 is repeated with it, and without, until
neither hides more; first it is left aside: nothing may rest on its being out of print.

Sources: Kelly, Golden & Assad (1992), "Cell suppression: disclosure protection for sensitive
tabular data", Networks 22(4), 397-417 (the clean-up of step 3); Fischetti & Salazar-González
(2000), JASA 95(451), 916-928 (the linear system, joint protection).
"""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from dmsi_lib.choices import MIN_CELL
from dmsi_lib.disclosure.attack import asked_variables, known_variables
from dmsi_lib.disclosure.bounds import CLOSE, outer_bounds, ranges, unknowns_of
from dmsi_lib.disclosure.derived_means import telling_means
from dmsi_lib.disclosure.hidden_figures import (
    COMPLEMENTARY,
    PRIMARY,
    SHOWN,
    Hiding,
    primary_slots,
)
from dmsi_lib.disclosure.patience import Told, nobody
from dmsi_lib.disclosure.plan import PLAN_COLUMNS, STATUSES, Group, Plan, group_name
from dmsi_lib.disclosure.release import Release
from dmsi_lib.disclosure.slots import SIZE, Slot
from dmsi_lib.disclosure.widening import widen
from dmsi_lib.tables import ANSWERS

_LARGE = 3000  # unknown figures that hang together; more are too slow


def plan_suppression(
    release: Release,
    min_cell: int = MIN_CELL,
    known: Collection[Slot] | None = None,
    told: Told = nobody,
) -> Plan:
    """The plan of what a release hides.

    Parameters
    ----------
    release : Release
    min_cell
        The least count that is shown, and how far every hidden figure must be able to vary.
    known
        What an older report printed of everybody's tables.
    told
        See `patience`.
    """
    hidden: dict[Group, np.ndarray] = {}
    for level in release.levels:
        part = release.up_to(level)
        hiding = Hiding(part, hidden, min_cell, told)
        widen(hiding)
        show_again(hiding)
        printed = known_variables(part, known)
        while printed.any() and widen(hiding, printed) and widen(hiding):
            pass  # what is hidden in addition is protected from both readers
        hidden = hiding.statuses()
    return plan_of(release, hidden, min_cell)


def show_again(hiding: Hiding) -> None:
    """Show complementary cells where everything stays protected."""
    again = hiding.again
    for left, variable in zip(range(len(again), 0, -1), again, strict=True):
        hiding.told("figures to show again", left)
        row = hiding.row_of(variable)
        if len(row) and _is_safe_without(hiding, row):
            hiding.why[row] = SHOWN


def _is_safe_without(hiding: Hiding, row: np.ndarray) -> bool:
    """Whether every hidden figure near a row's may vary enough with the row shown."""
    unknowns = unknowns_of(hiding.system, hiding.unknown)
    near = np.isin(unknowns.part, unknowns.part[np.isin(unknowns.variables, row)])
    if near.sum() > _LARGE:
        return False
    left, trial = hiding.unknown, np.zeros(len(hiding.why), dtype=bool)
    trial[unknowns.variables[near]] = True
    left[row] = trial[row] = False
    unknowns = unknowns_of(hiding.system, left)
    unknowns = unknowns.where(trial[unknowns.variables])
    at = unknowns.variables
    asked = asked_variables(hiding.release, trial)[at]
    enough = np.full(len(at), float(hiding.min_cell))
    least, most = outer_bounds(unknowns)
    if not (most - least >= enough - CLOSE)[asked].all():
        return False
    low, high = ranges(unknowns, asked, enough, hiding.system.place[at])
    return bool((high - low >= enough - CLOSE)[asked].all())


def plan_of(release: Release, hidden: Mapping[Group, np.ndarray], min_cell: int) -> Plan:
    """The plan that hides figures as `Hiding.statuses` gives them."""
    knowledge, frames, primary = release.knowledge, [], primary_slots(release, min_cell)
    names, size = np.array(STATUSES), knowledge.position[SIZE]
    counts = [line.count for line in knowledge.lines]
    bases = [line.base for line in knowledge.lines]
    slots = [SIZE, *(knowledge.slots[count] for count in counts)]
    lines = [(slot.table.question, slot.table.kind, slot.row, slot.item) for slot in slots]
    numeric = np.array(
        [
            table.kind == ANSWERS and release.questionnaire[table.question].type == "numeric"
            for table in (slot.table for slot in slots[1:])
        ]
    )
    for n, group in enumerate(release.groups):
        # What goes without saying is blank where it is small, though it need not be protected.
        why = np.where(primary[n], PRIMARY, hidden[group])
        finer = len(group) > release.levels[0]
        # A count that a coarser group's table shows is blank here all the same without its base.
        figures = np.where(why[counts] > SHOWN, why[counts], COMPLEMENTARY * (why[bases] > SHOWN))
        few = (release.tables[group]["measured"] < min_cell).fillna(False).to_numpy(dtype=bool)
        telling = telling_means(release, (figures > SHOWN) | few)
        blank = COMPLEMENTARY * (finer | few | telling)
        means = np.where(figures > SHOWN, figures, blank) * numeric
        hidden_bases = [why[size], *why[bases]]
        status = names[np.array([[why[size], *figures], hidden_bases, [SHOWN, *means]])]
        rows = [(group_name(group), *line, *row) for line, row in zip(lines, status.T, strict=True)]
        frames.append(pd.DataFrame(rows, columns=PLAN_COLUMNS))
    return Plan(pd.concat(frames, ignore_index=True))
