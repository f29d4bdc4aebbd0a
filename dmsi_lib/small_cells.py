"""Which figures of a release are too small to show; the rule is that of `disclosure`."""

import numpy as np

from dmsi_lib.knowledge import SIZE


def primary_slots(release, min_cell):
    """The figures that are small themselves, bool (groups with tables, slots).

    What goes without saying is none the less blank where it is small, but need not be protected.

    Parameters
    ----------
    release : release.Release
    min_cell : int
    """
    knowledge = release.knowledge
    values, position = knowledge.values, knowledge.position
    primary = np.zeros(values.shape, dtype=bool)
    for question, _, count, base in knowledge.rows:
        small = values[:, base] < min_cell
        primary[:, base] |= small
        if not knowledge.is_base(count, base):
            small = small | _is_small(values[:, count], values[:, base], min_cell)
            if ranking := knowledge.along(count):
                first, ranks = values[:, ranking].T
                small |= _is_small(first, values[:, base], min_cell)
                last = len(release.questionnaire[question].options)
                small |= (ranks == values[:, count]) | (ranks == last * values[:, count])
        for slot in (count, *knowledge.along(count)):
            primary[:, slot] |= small
    primary[:, position[SIZE]] |= values[:, position[SIZE]] < min_cell
    primary[values[:, position[SIZE]] < min_cell] = True
    return primary


def _is_small(count, base, min_cell):
    return (count < min_cell) | (base - count < min_cell)
