"""What a group's definition says of its own tables: of Ontario, that everybody lives in Ontario,
and was asked for the province.

The questions that lead to a grouping question are told as well: whoever gave a province had agreed
to answer, if only those who agreed were asked for it. Gates are known so where it is true of all
groups, since answers may stray from the rules.
"""

from collections.abc import Iterable, Iterator

import numpy as np

from dmsi_lib.disclosure.group_lattice import Lattice, is_option
from dmsi_lib.disclosure.group_relations import Knowledge
from dmsi_lib.disclosure.slots import SIZE, Slot
from dmsi_lib.questionnaire import Condition, Questionnaire
from dmsi_lib.tables import TableName


def said_by_definition(
    questionnaire: Questionnaire,
    knowledge: Knowledge,
    lattice: Lattice,
    index: np.ndarray,
    values: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """What groups say of the tables of their own questions: pairs of indices that are one number,
    pairs of which the first is at most the second, and indices of what is nothing together.

    `index` and `values`, (groups, slots), number the figures and tell them, as far as anybody can.
    """
    same, below, nothing = [], [], []
    flat = values.ravel()
    names = sorted({name for group in lattice.groups for name, _ in group})
    for name in (name for name in names if Slot(TableName(name), "base") in knowledge.position):
        above, inside, others = _about_question(name, knowledge, lattice, index)
        for pairs in (above, inside):
            one, other = flat[np.array(pairs)].T
            known = ~np.isnan(one + other)
            if (one == other)[known].all():
                same += pairs
            elif (one <= other)[known].all():
                below += pairs
        if not any((flat[indices] > 0).any() for indices in others):
            nothing += others
        for condition in _gates_of(name, questionnaire):
            inside, others = _about_gate(name, condition, knowledge, lattice, index)
            one, other = flat[np.array(inside, int).reshape(-1, 2)].T
            if (one == other)[~np.isnan(one + other)].all():
                same += [pair for pair in inside if not np.isnan(flat[list(pair)]).any()]
                nothing += [indices for indices in others if not flat[indices].any()]
    return np.array(same, int).reshape(-1, 2), np.array(below, int).reshape(-1, 2), nothing


def _gates_of(name: str, questionnaire: Questionnaire) -> Iterator[Condition]:
    """The conditions that whoever answers a question has met: its own, and those of its gates."""
    rule = questionnaire[name].ask_if
    for condition in rule[0] if len(rule) == 1 else ():
        if questionnaire[condition.gate].type == "single":
            yield condition
        yield from _gates_of(condition.gate, questionnaire)


def _about_gate(
    name: str, condition: Condition, knowledge: Knowledge, lattice: Lattice, index: np.ndarray
) -> tuple[list[tuple[int, int]], list[np.ndarray]]:
    """Of a gate of a grouping question inside its groups: pairs of indices that are one number, and
    the counts of the codes that do not lead on."""
    gate = Slot(TableName(condition.gate), "base")
    inside: list[tuple[int, int]] = []
    others: list[np.ndarray] = []
    counts = counts_of(condition.gate, knowledge)
    if gate not in knowledge.position or not counts:
        return inside, others
    leading = [
        n
        for code, n in counts.items()
        if not condition.codes or (code in condition.codes) != condition.negated
    ]
    closed = [n for n in counts.values() if n not in leading]
    for n in _groups_by(name, lattice):
        size = index[n, knowledge.position[SIZE]]
        inside.append((index[n, knowledge.position[gate]], size))
        if len(leading) == 1:
            inside.append((index[n, leading[0]], size))
        others.append(index[n, closed])
    return inside, others


def _groups_by(name: str, lattice: Lattice) -> Iterable[int]:
    """Positions of the groups of those who gave an answer to a question."""
    for n, group in enumerate(lattice.groups):
        if any(other == name and is_option(codes) for other, codes in group):
            yield n


def _about_question(
    name: str, knowledge: Knowledge, lattice: Lattice, index: np.ndarray
) -> tuple[list[tuple[int, int]], list[tuple[int, int]], list[np.ndarray]]:
    """Indices in groups by one question: pairs between a group and the one without the condition,
    pairs inside a group, and the counts inside a group of several codes that are not its own."""
    size, base = knowledge.position[SIZE], knowledge.position[Slot(TableName(name), "base")]
    counts = counts_of(name, knowledge)
    place = {group: n for n, group in enumerate(lattice.groups)}
    above: list[tuple[int, int]] = []
    inside, others = [], []
    for group, n in place.items():
        for codes in (codes for other, codes in group if other == name and is_option(codes)):
            parent = index[place[tuple(pair for pair in group if pair != (name, codes))]]
            own = [counts[code] for code in codes]
            told = index[n, own]
            if len(own) == 1:  # then the count is the size
                inside.append((told[0], index[n, size]))
                told = index[n, [size]]
            else:
                others.append(index[n, [slot for slot in counts.values() if slot not in own]])
            inside.append((index[n, base], index[n, size]))
            if all(is_option(other) for _, other in group):
                above += zip(parent[own], told, strict=True)
    return above, inside, others


def counts_of(name: str, knowledge: Knowledge) -> dict[str, int]:
    """Positions of the counts of a question's table by item."""
    table = TableName(name)
    return {
        slot.item: n
        for slot, n in knowledge.position.items()
        if slot.table == table and slot.figure == "count"
    }
