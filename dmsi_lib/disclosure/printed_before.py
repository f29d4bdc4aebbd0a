"""What an older report printed of a release's figures: known to every reader, hidden or not.

A figure is known where the old report printed the very number: the count, or the percentage of the
same base. Figures that differ (another edit, other groups) are no knowledge of these tables.
"""

from typing import Any

import pandas as pd

from dmsi_lib.disclosure.group_lattice import NATION
from dmsi_lib.disclosure.release import Release
from dmsi_lib.disclosure.slots import SIZE, Slot
from dmsi_lib.published import round_half_up
from dmsi_lib.tables import ANSWERS, THEMES, TableName, written_item

_COUNTED = ("option", "theme")  # measures that are a row's count


def known_figures(published: pd.DataFrame, release: Release) -> set[Slot]:
    """The figures of everybody's tables that an older report printed: counts, bases and the size.

    Parameters
    ----------
    published : DataFrame as of `published.read_published`
    release : Release
    """
    known: set[Slot] = set()
    if NATION not in release.tables:
        return known
    knowledge = release.knowledge
    values = dict(zip(knowledge.slots, knowledge.values[release.groups.index(NATION)], strict=True))
    lines: dict[TableName, dict[str, tuple[Slot, Slot]]] = {}
    for line in knowledge.lines:
        count, base = knowledge.slots[line.count], knowledge.slots[line.base]
        lines.setdefault(count.table, {})[written_item(count.row, count.item)] = count, base
    columns = ["question", "item", "measure", "count", "percent", "base"]
    for question, item, measure, *printed in published[columns].itertuples(index=False):
        of_table = lines.get(TableName(question, THEMES if measure == "theme" else ANSWERS), {})
        if measure == "answered":  # how many answered is the base, whatever the item
            item = next(iter(of_table), "")
            printed = [pd.NA, pd.NA, printed[0]]
        if item not in of_table:
            continue
        count, base = of_table[item]
        if _equal(printed[2], values[base]):
            known.add(base)
        if measure in _COUNTED and _prints(printed, values[count], values[base]):
            known.add(count)
    if any(values[slot] == values[SIZE] for slot in known):
        known.add(SIZE)  # a base of everybody is their number
    return known


def _prints(printed: list[Any], count: float, base: float) -> bool:
    """Whether a printed count, or percentage of the same base, is a row's."""
    printed_count, percent, printed_base = printed
    if pd.notna(printed_count):
        return _equal(printed_count, count)
    of_base = _equal(printed_base, base) and base > 0 and pd.notna(percent)
    return bool(of_base and round_half_up(100 * count / base) == percent)


def _equal(printed: Any, figure: float) -> bool:
    return bool(pd.notna(printed) and printed == figure)
