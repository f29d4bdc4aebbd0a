"""What the means of derived numbers tell: a mean number of ticks times its base is the sum of the
counts of all that was counted, and a mean over several questions that of one of them with the
others. So such a mean is shown only where all that it is made of is shown."""

import numpy as np
from scipy import sparse

from dmsi_lib.disclosure.plan import LINE, SHOWN, Plan
from dmsi_lib.disclosure.release import Release, System
from dmsi_lib.disclosure.slots import Slot
from dmsi_lib.questionnaire import COUNT
from dmsi_lib.tables import TableName


def telling_means(release: Release, hidden: np.ndarray) -> np.ndarray:
    """The lines of a group's tables whose mean tells of something hidden, bool (lines,).

    `hidden`, bool (lines,), are the lines that are hidden, or whose mean is.
    """
    slots = [release.knowledge.slots[line.count] for line in release.knowledge.lines]
    places = [(slot.table.question, slot.row) for slot in slots]
    without = {place for place, blank in zip(places, hidden, strict=True) if blank}
    telling = set()
    for question in release.questionnaire.derived:  # what each is made of comes before it
        if question.type == "numeric":
            for row in question.items:
                if any((part, row) in without for part in question.parts):
                    telling.add((question.id, row))
                    without.add((question.id, row))
    return np.array([place in telling for place in places], dtype=bool)


def with_told_means(release: Release, plan: Plan) -> System:
    """The linear system of a release, and what the means tell that a plan shows."""
    rows, sums, tables = [], [], []
    system, slots = release.system, release.knowledge.position
    for group, variables in zip(release.groups, system.variable, strict=False):
        shown = plan.of(group)
        names = shown.loc[shown["mean_status"] == SHOWN, LINE].itertuples(index=False, name=None)
        for name, kind, row, _ in names:
            how = release.questionnaire[name].derivation if name else None
            is_numeric = how and release.questionnaire[name].type == "numeric"
            if how is None or not is_numeric or how.kind != COUNT:
                continue
            source = TableName(how.parts[0], kind)
            counted = [Slot(source, "count", row, code) for code in how.counted]
            terms = np.zeros(len(system.values))
            np.add.at(terms, variables[[slots[slot] for slot in counted if slot in slots]], 1)
            rows.append(terms)
            sums.append(terms[terms > 0] @ system.values[terms > 0])
            tables.append(release.knowledge.tables[source])
    if not rows:
        return system
    return System(
        **vars(system)
        | {
            "matrix": sparse.csr_array(sparse.vstack([system.matrix, np.array(rows)])),
            "low": np.append(system.low, sums),
            "high": np.append(system.high, sums),
            "table_of_relation": np.append(system.table_of_relation, tables),
        }
    )
