"""Trusting the follow-up: whose gates change, found for whole columns at once.

In play are the rules of the questions that a respondent answered and, behind a blank gate of such a
rule, the gate's own rule. A gate is *open* if some rule in play asks it to be other than it is. A
rule that gates which are not open fulfil is settled and leaves the game, which may close further
gates. What remains falls into a handful of parts; `minimum_change` decides each of them once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dmsi_lib.questionnaire import Question, gate_holds
from dmsi_lib.skip_logic.minimum_change import (
    Answers,
    Part,
    RuleKey,
    decide,
    rule_key,
    split_record,
)
from dmsi_lib.skip_logic.routing import Routing
from dmsi_lib.skip_logic.routing_tables import stacked

# By gate id: why each respondent's gate was changed, an object array (n,); "" where it was not.
Reasons = dict[str, np.ndarray]
Masks = dict[str, np.ndarray]  # by gate id: bool arrays (n,)
Ticks = dict[tuple[str, str], np.ndarray]  # the same by gate id and code
UNDECIDED_COLUMNS = ["respondent", "gates", "because_of", "reason"]
_BITS = 31  # columns packed at a time: the number of a pattern so far and its new bits fit an int64


@dataclass(frozen=True)
class _Record:
    """What the rules say about every respondent; each mask is a bool array (n,).

    Attributes
    ----------
    gates : in routing order
    needed : an answer needs the rule to hold
    blank : the gate has no answer
    ticked : the code, of those that rules ask for, is the gate's answer or part of it
    """

    gates: list[Question]
    needed: dict[RuleKey, np.ndarray]
    blank: Masks
    ticked: Ticks

    def lacks(self, gate: str, codes: Sequence[str]) -> np.ndarray:
        """Whether a gate does not hold for a rule that asks for these codes."""
        return ~np.logical_or.reduce([self.ticked[gate, code] for code in codes])


def trust_follow_up(
    responses: pd.DataFrame, routing: Routing
) -> tuple[pd.DataFrame, Reasons, pd.DataFrame]:
    """Change the fewest gates that turn every answer into one that was to be given.

    The edited responses, the reasons of the gates that changed, and a table of UNDECIDED_COLUMNS.
    """
    record = _read_record(responses, routing)
    reasons: Reasons = {gate.id: np.full(len(responses), "", object) for gate in record.gates}
    chosen = {literal: np.zeros(len(responses), dtype=bool) for literal in record.ticked}
    multiple = {gate.id for gate in record.gates if gate.type == "multiple"}
    order = {gate.id: n for n, gate in enumerate(record.gates)}
    undecided = []
    for part, members in _parts(record).items():
        because = _because(part, routing, members)
        changes, reason = decide(part, multiple)
        for gate, codes in changes.items():
            reasons[gate][members] = "gate set: explained by answers to " + because
            for code in codes:
                chosen[gate, code][members] = True
        if reason:
            gates = [gate for gate, _ in part.answers]
            block = [routing.index[members], "|".join(gates), because, reason]
            undecided.append([members, order[gates[0]], *block])
    edited = responses.copy(deep=False)
    changed = {name: why for name, why in reasons.items() if (why != "").any()}
    for name, why in changed.items():
        _set_gate(edited, routing.questionnaire[name], why != "", chosen)
    table = stacked(undecided, ["position", "first_gate", *UNDECIDED_COLUMNS])
    table = table.sort_values(["position", "first_gate"], ignore_index=True)
    return edited, changed, table[UNDECIDED_COLUMNS]


def _read_record(responses: pd.DataFrame, routing: Routing) -> _Record:
    questions = routing.questionnaire.routing_order
    needed: dict[RuleKey, np.ndarray] = {}
    for question in (question for question in questions if question.ask_if):
        key = rule_key(question.ask_if)
        needed[key] = routing.has_answer(question.id) | needed.get(key, False)
    asked = [literal for rule in needed for alternative in rule for literal in alternative]
    codes = {(gate, code) for gate, codes in asked for code in codes}
    gates = [question for question in questions if question.id in dict(asked)]
    return _Record(
        gates=gates,
        needed=needed,
        blank={gate.id: ~routing.has_answer(gate.id) for gate in gates},
        ticked={
            (gate.id, code): gate_holds(responses, gate, [code])
            for gate in gates
            for code in gate.choices
            if (gate.id, code) in codes
        },
    )


def _parts(record: _Record) -> dict[Part, np.ndarray]:
    """What has to be decided: each Part with the positions of the respondents who show it."""
    needed, own, opened = _in_play(record)
    columns = [
        *(*needed.values(), *own.values(), *opened.values()),
        *(opened[gate] & mask for (gate, _), mask in record.ticked.items()),
    ]
    rules = {gate.id: rule_key(gate.ask_if) for gate in record.gates}
    found: dict[Part, list[np.ndarray]] = {}
    for members in _patterns(columns):
        row = members[0]
        open_gates: Answers = {}
        for gate in (gate for gate, mask in opened.items() if mask[row]):
            codes = (c for (g, c), mask in record.ticked.items() if g == gate and mask[row])
            open_gates[gate] = frozenset(codes)
        parts = split_record(
            [rule for rule, mask in needed.items() if mask[row]],
            {gate: rules[gate] for gate, mask in own.items() if mask[row]},
            open_gates,
        )
        for part in parts:
            found.setdefault(part, []).append(members)
    return {part: np.concatenate(members) for part, members in found.items()}


def _in_play(record: _Record) -> tuple[dict[RuleKey, np.ndarray], Masks, Masks]:
    """What is left to decide once everything that is settled has left the game.

    Masks of the rules in play for an answer's sake; of the gates that are blank and whose rule is
    in play in case they are set; and of the gates that are open, in routing order.
    """
    needed, size = dict(record.needed), len(next(iter(record.blank.values()), ()))
    settled = {rule: np.zeros(size, dtype=bool) for rule in needed}
    while True:
        in_play, own, opened = dict(needed), {}, {}
        for gate in reversed(record.gates):  # so that whatever asks something of it came before
            mentioned, opened[gate.id] = np.zeros((2, size), dtype=bool)
            for rule in needed:
                for codes in (c for alternative in rule for g, c in alternative if g == gate.id):
                    mentioned |= in_play[rule]
                    opened[gate.id] |= in_play[rule] & record.lacks(gate.id, codes)
            if gate.ask_if:
                rule = rule_key(gate.ask_if)
                own[gate.id] = mentioned & record.blank[gate.id] & ~settled[rule]
                in_play[rule] = in_play[rule] | own[gate.id]
        newly = {rule: mask & _closed(rule, opened) for rule, mask in in_play.items()}
        if not any(mask.any() for mask in newly.values()):
            return needed, own, dict(reversed(opened.items()))
        settled = {rule: mask | newly[rule] for rule, mask in settled.items()}
        needed = {rule: mask & ~newly[rule] for rule, mask in needed.items()}


def _closed(rule: RuleKey, opened: Masks) -> np.ndarray:
    """Whether the gates of some alternative of a rule are all closed."""
    return ~np.logical_and.reduce(
        [np.logical_or.reduce([opened[gate] for gate, _ in alternative]) for alternative in rule]
    )


def _patterns(columns: list[np.ndarray]) -> list[np.ndarray]:
    """Positions of the rows that agree in all columns, an array for each pattern."""
    if not columns or not len(columns[0]):
        return []
    number = np.zeros(len(columns[0]), dtype=np.int64)
    for start in range(0, len(columns), _BITS):
        for column in columns[start : start + _BITS]:
            number = 2 * number + column
        number = pd.factorize(number)[0]
    order = np.argsort(number, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(number[order])) + 1)


def _because(part: Part, routing: Routing, members: np.ndarray) -> np.ndarray:
    """For some respondents: the questions they answered whose rule fails, joined by "|"."""
    names = np.full(len(members), "", dtype=object)
    for question in routing.questionnaire.questions:
        if rule_key(question.ask_if) in part.failing:
            has = routing.has_answer(question.id)[members]
            names[has] += np.where(names[has] != "", "|", "").astype(object) + question.id
    return names


def _set_gate(edited: pd.DataFrame, gate: Question, changed: np.ndarray, chosen: Ticks) -> None:
    """Put a gate's new answer into its columns where it changed. Other ticks, and what was written
    beside the answer, stay."""
    codes = [code for code in gate.choices if (gate.id, code) in chosen]
    if gate.type == "single":
        column = edited[gate.id, ""].array.copy()
        for code in codes:
            column[changed & chosen[gate.id, code]] = code
        edited[gate.id, ""] = column
        return
    for code in gate.choices:
        column = edited[gate.id, code].array.copy()
        column[changed & column.isna()] = False
        if code in codes:
            column[changed & chosen[gate.id, code]] = True
        edited[gate.id, code] = column
