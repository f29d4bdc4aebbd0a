"""What the means of derived numbers tell: a mean number of ticks times its base is the sum of the
counts of all that was counted, and a mean over several questions that of one of them with the
others. So such a mean is shown only where all that it is made of is shown.

A median, and a mean of what is not below 0, tell of the tables beside them, too: where half of 40
people ticked one of two tools and half of them both, any of the two is known; where the middle of
12 numbers lies between two bands, each has 6. So neither is shown where a table made of the same
answers hides something."""

from collections.abc import Iterator

import numpy as np
from scipy import sparse

from dmsi_lib.disclosure.plan import LINE, SHOWN, Plan
from dmsi_lib.disclosure.release import Release, System
from dmsi_lib.disclosure.slots import Slot
from dmsi_lib.questionnaire import COUNT, NET, Question, Questionnaire
from dmsi_lib.tables import TableName


def telling_means(release: Release, hidden: np.ndarray) -> np.ndarray:
    """The lines of a group's tables whose mean tells of something hidden, bool (lines,).

    `hidden`, bool (lines,), are the lines that are hidden, or whose mean is.
    """
    slots = [release.knowledge.slots[line.count] for line in release.knowledge.lines]
    places = [(slot.table.question, slot.row) for slot in slots]
    without = {
        place
        for place, slot, blank in zip(places, slots, hidden, strict=True)
        if blank and not _takes_all(slot, release.questionnaire)
    }
    telling = {
        (question.id, row)
        for question in release.questionnaire.questions
        if question.type == "numeric"
        for row in question.items
        if any((other, row) in without for other in _of_the_same(question, release.questionnaire))
    }
    return np.array([place in telling for place in places], dtype=bool)


def _of_the_same(question: Question, questionnaire: Questionnaire) -> Iterator[str]:
    """The ids of what a number is made of, and of all others made of the same answers."""
    own = {one.id for one in questionnaire.sources(question)}
    yield from question.parts
    for other in questionnaire.derived:
        if other.id != question.id and own & {one.id for one in questionnaire.sources(other)}:
            yield other.id


def _takes_all(slot: Slot, questionnaire: Questionnaire) -> bool:
    """Whether an option is a net of all answers there are, so that it tells nothing."""
    how = questionnaire[slot.table.question].derivation
    if how is None or how.kind != NET or slot.item not in how.codes:
        return False
    return {*how.codes[slot.item]} >= {*questionnaire[how.parts[0]].options}


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
