"""What an older report printed of a release's figures: known to every reader, hidden or not.

A figure is known where the old report printed the very number: the count, or the percentage of the
same base. Figures that differ (another edit, other groups) are no knowledge of these tables.
"""

import pandas as pd

from dmsi_lib.disclosure.group_lattice import NATION
from dmsi_lib.disclosure.group_relations import THEMES
from dmsi_lib.disclosure.plan import SIZE, group_name
from dmsi_lib.published import round_half_up

KNOWN_COLUMNS = ["group", "question", "figure", "item"]
_COUNTED = ("option", "theme")  # measures that are a row's count


def known_figures(published, release):
    """The figures of everybody's tables that an older report printed.

    Parameters
    ----------
    published : DataFrame as of `published.read_published`
    release : release.Release

    Returns
    -------
    DataFrame with the columns of KNOWN_COLUMNS, each row once; `figure` is "count" or "base"
    """
    known = {}
    if NATION in release.tables:
        knowledge = release.knowledge
        values = knowledge.values[release.groups.index(NATION)]
        rows = {row[:2]: row[2:] for row in knowledge.rows}
        columns = ["question", "item", "measure", "count", "percent", "base"]
        for question, item, measure, *printed in published[columns].itertuples(index=False):
            name = question + THEMES if measure == "theme" else question
            if measure == "answered":  # how many answered is the base, whatever the item
                item = next((of[1] for of in rows if of[0] == question), "")
                printed = [pd.NA, pd.NA, printed[0]]
            if (name, item) not in rows:
                continue
            count, base = rows[name, item]
            if _equal(printed[2], values[base]):
                known[knowledge.slots[base]] = True
            if measure in _COUNTED and _prints(printed, values[count], values[base]):
                known[knowledge.slots[count]] = True
        size = values[knowledge.position[SIZE]]
        if any(values[knowledge.position[slot]] == size for slot in known):
            known[SIZE] = True  # a base of everybody is their number
    frame = pd.DataFrame(list(known), columns=KNOWN_COLUMNS[1:])
    return frame.assign(group=group_name(NATION))[KNOWN_COLUMNS]


def _prints(printed, count, base):
    """Whether a printed count, or percentage of the same base, is a row's."""
    printed_count, percent, printed_base = printed
    if pd.notna(printed_count):
        return _equal(printed_count, count)
    of_base = _equal(printed_base, base) and base > 0 and pd.notna(percent)
    return bool(of_base and round_half_up(100 * count / base) == percent)


def _equal(printed, figure):
    return bool(pd.notna(printed) and printed == figure)
