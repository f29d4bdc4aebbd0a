"""Trusting the follow-up: whose gates change, found for whole columns at once.

In play are the rules of the questions that a respondent answered and, behind a blank gate of such a
rule, the gate's own rule. A subject, which is a gate or a row of a matrix, is *open* if some rule
in play asks it to be other than it is. A demand is *lost* if it is not met and no change may meet
it; an alternative with a lost demand counts for nothing. A rule that subjects which are not open
fulfil is settled and leaves the game, which may close further subjects. What remains falls into a
handful of parts; `minimum_change` decides each of them once.

Derived questions are no evidence: their parts are. A gate that the file lacks is taken to have been
answered as every rule wants it, since nothing contradicts that.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from dmsi_lib.questionnaire import Condition, Question, Rule, gate_holds, has_answer, holds
from dmsi_lib.skip_logic.minimum_change import (
    GIVEN,
    Answers,
    Demand,
    Demands,
    Part,
    decide,
    demands_of,
    flat,
    is_in_file,
    split_record,
)
from dmsi_lib.skip_logic.routing import Routing
from dmsi_lib.skip_logic.routing_tables import stacked

# By gate id: why each respondent's gate was changed, an object array (n,); "" where it was not.
Reasons = dict[str, np.ndarray]
Masks = dict[str, np.ndarray]  # by subject: bool arrays (n,)
Ticks = dict[tuple[str, str], np.ndarray]  # the same by subject and code
UNDECIDED_COLUMNS = ["respondent", "gates", "because_of", "reason"]
_BITS = 31  # columns packed at a time: the number of a pattern so far and its new bits fit an int64


@dataclass(frozen=True)
class _Record:
    """What the rules say about every respondent; each mask is a bool array (n,).

    Attributes
    ----------
    subjects : the gate and the row of each, in routing order
    rules : what each rule of the questionnaire demands
    needed : an answer needs the demands to be met
    blank : the gate has no answer, by its id
    ticked : the code, of those that rules ask for or bar, is the subject's answer or part of it
    """

    subjects: dict[str, tuple[Question, str]]
    rules: dict[Rule, Demands]
    needed: dict[Demands, np.ndarray]
    blank: Masks
    ticked: Ticks

    @cached_property
    def lacks(self) -> dict[Demand, np.ndarray]:
        """Whether a demand is not met."""
        found = {}
        for demand in {demand: None for rule in self.needed for demand in flat(rule)}:
            codes, barred = (
                [self.ticked[demand.subject, code] for code in codes]
                for codes in (demand.codes, demand.barred)
            )
            found[demand] = np.logical_or.reduce([~np.logical_or.reduce(codes), *barred])
        return found

    @cached_property
    def lost(self) -> dict[Demand, np.ndarray]:
        """Whether a demand can never be met, of those that may be so: what is ticked stays."""
        lost = {demand: lacks for demand, lacks in self.lacks.items() if not demand.ways}
        for demand in (demand for demand in self.lacks if demand.ways and demand.barred):
            lost[demand] = self.lacks[demand] & self.ticked[demand.subject, GIVEN]
        return lost

    def _alive(self, alternative: Iterable[Demand]) -> np.ndarray:
        """Whether an alternative has no lost demand."""
        lost = [self.lost[demand] for demand in alternative if demand in self.lost]
        return ~np.logical_or.reduce(lost)  # for no demand that may be lost, a single True

    @cached_property
    def asked_of(self) -> dict[str, list[tuple[Demands, np.ndarray]]]:
        """For each subject that can change: a rule, and whether an alternative that is alive asks
        the subject to be otherwise; for every demand on it."""
        found: dict[str, list[tuple[Demands, np.ndarray]]]
        found = {name: [] for name in self.subjects}  # in their order
        for rule in self.needed:
            for alternative in rule:
                alive = self._alive(alternative)
                for demand in (demand for demand in alternative if not demand.is_fixed):
                    found[demand.subject].append((rule, alive & self.lacks[demand]))
        return {name: asked for name, asked in found.items() if asked}

    def settles(self, rule: Demands, opened: Masks) -> np.ndarray:
        """Whether some alternative of a rule is alive and all its subjects are closed."""
        return np.logical_or.reduce(
            [
                self._alive(each)
                & ~np.logical_or.reduce(
                    [opened[demand.subject] for demand in each if not demand.is_fixed]
                )
                for each in rule
            ]
        )


def trust_follow_up(
    responses: pd.DataFrame, routing: Routing
) -> tuple[pd.DataFrame, Reasons, pd.DataFrame]:
    """Change the fewest gates that turn every answer into one that was to be given.

    The edited responses, the reasons of the gates that changed, and a table of UNDECIDED_COLUMNS.
    """
    record = _read_record(responses, routing)
    reasons: Reasons = {}
    chosen: Ticks = {}
    undecided = []
    for part, members in _parts(record):
        because = _because(part, record, routing, members)
        changes, reason = decide(part)
        for subject, codes in changes.items():
            gate, _ = record.subjects[subject]
            why = reasons.setdefault(gate.id, np.full(len(responses), "", dtype=object))
            why[members] = _joined(why[members], because)
            for code in codes - {GIVEN}:
                who = chosen.setdefault((subject, code), np.zeros(len(responses), dtype=bool))
                who[members] = True
        if reason:
            gates = "|".join(part.subjects)
            undecided.append([members, routing.index[members], gates, because, reason])
    edited = responses.copy(deep=False)
    for subject in dict.fromkeys(subject for subject, _ in chosen):
        given = {code: who for (name, code), who in chosen.items() if name == subject}
        _set_answer(edited, *record.subjects[subject], given)
    table = stacked(undecided, ["position", *UNDECIDED_COLUMNS])
    table = table.sort_values("position", kind="stable", ignore_index=True)
    explained = "gate set: explained by answers to "
    reasons = {name: np.where(why != "", explained + why, "") for name, why in reasons.items()}
    return edited, reasons, table[UNDECIDED_COLUMNS]


def _read_record(responses: pd.DataFrame, routing: Routing) -> _Record:
    questionnaire = routing.questionnaire
    rules: dict[Rule, Demands] = {}
    needed: dict[Demands, np.ndarray] = {}
    for question in (q for q in questionnaire.routing_order if q.ask_if and not q.derivation):
        if question.ask_if not in rules:
            rules[question.ask_if] = demands_of(question.ask_if, questionnaire.by_id)
        demands = rules[question.ask_if]
        needed[demands] = routing.has_answer(question.id) | needed.get(demands, False)
    ticked: Ticks = {}
    mentioned = {}
    for rule, demands in rules.items():
        for condition, demand in zip(flat(rule), flat(demands), strict=True):
            gate = questionnaire[condition.gate]
            mentioned[gate.id, condition.row] = demand.subject
            for code in (*demand.codes, *demand.barred):
                if (demand.subject, code) not in ticked:
                    is_ticked = _is_ticked(responses, gate, condition, demand, code)
                    ticked[demand.subject, code] = is_ticked
    subjects = {
        mentioned[gate.id, row]: (gate, row)
        for gate in questionnaire.routing_order
        for row in ("", *gate.rows)
        if (gate.id, row) in mentioned
    }
    blank = {gate.id: ~routing.has_answer(gate.id) for gate, _ in subjects.values()}
    return _Record(subjects, rules, needed, blank, ticked)


def _is_ticked(
    responses: pd.DataFrame, gate: Question, condition: Condition, demand: Demand, code: str
) -> np.ndarray:
    """Whether one of the codes that a demand is about is in each respondent's answer."""
    if not is_in_file(condition, gate):
        return np.ones(len(responses), dtype=bool)
    if demand.is_fixed:
        return holds(responses, gate, condition)
    if code == GIVEN:
        return has_answer(responses, gate, condition.row)
    return gate_holds(responses, gate, [code], condition.row)


def _parts(record: _Record) -> list[tuple[Part, np.ndarray]]:
    """What has to be decided: each Part with the positions of the respondents who show it.

    In the order of their first subjects, which for a respondent differ, and of their rules.
    """
    needed, own, opened, lost = _in_play(record)
    columns = [
        *(*needed.values(), *own.values(), *opened.values(), *lost.values()),
        *(opened[name] & mask for (name, _), mask in record.ticked.items() if name in opened),
    ]
    found: dict[Part, list[np.ndarray]] = {}
    for members in _patterns(columns):
        row = members[0]
        answers: Answers = {}
        for subject in (subject for subject, mask in opened.items() if mask[row]):
            codes = (
                c for (name, c), mask in record.ticked.items() if name == subject and mask[row]
            )
            answers[subject] = frozenset(codes)
        parts = split_record(
            [rule for rule, mask in needed.items() if mask[row]],
            {
                subject: record.rules[record.subjects[subject][0].ask_if]
                for subject, mask in own.items()
                if mask[row]
            },
            answers,
            frozenset(demand for demand, mask in lost.items() if mask[row]),
        )
        for part in parts:
            found.setdefault(part, []).append(members)
    order = {subject: n for n, subject in enumerate(record.subjects)}
    rank = {rule: n for n, rule in enumerate(record.needed)}

    def place(part: Part) -> tuple[int, int]:
        return order[part.subjects[0]], rank[part.failing[0]]

    return [(part, np.concatenate(found[part])) for part in sorted(found, key=place)]


def _in_play(
    record: _Record,
) -> tuple[dict[Demands, np.ndarray], Masks, Masks, dict[Demand, np.ndarray]]:
    """What is left to decide once everything that is settled has left the game.

    Masks of the rules in play for an answer's sake; of the subjects whose gate is blank and has a
    rule that is in play in case they are set; of the subjects that are open, in routing order; and
    of the lost demands.
    """
    needed, size = dict(record.needed), len(next(iter(record.blank.values()), ()))
    settled = {rule: np.zeros(size, dtype=bool) for rule in needed}
    while True:
        in_play, own, opened = dict(needed), {}, {}
        for subject in reversed(
            record.asked_of
        ):  # so that whatever asks something of it came before
            gate, _ = record.subjects[subject]
            opened[subject] = np.zeros(size, dtype=bool)
            for rule, lacks in record.asked_of[subject]:
                opened[subject] |= in_play[rule] & lacks
            if gate.ask_if:
                rule = record.rules[gate.ask_if]
                own[subject] = opened[subject] & record.blank[gate.id] & ~settled[rule]
                in_play[rule] = in_play[rule] | own[subject]
        newly = {rule: mask & record.settles(rule, opened) for rule, mask in in_play.items()}
        if not any(mask.any() for mask in newly.values()):
            break
        settled = {rule: mask | newly[rule] for rule, mask in settled.items()}
        needed = {rule: mask & ~newly[rule] for rule, mask in needed.items()}
    lost = {
        demand: mask & np.logical_or.reduce([in_play[r] for r in in_play if demand in flat(r)])
        for demand, mask in record.lost.items()
    }
    return needed, own, dict(reversed(opened.items())), lost


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


def _because(part: Part, record: _Record, routing: Routing, members: np.ndarray) -> np.ndarray:
    """For some respondents: the questions they answered whose rule fails, joined by "|"."""
    names = np.full(len(members), "", dtype=object)
    for question in routing.questionnaire.questions:
        if not question.derivation and record.rules.get(question.ask_if) in part.failing:
            names = _joined(
                names, np.where(routing.has_answer(question.id)[members], question.id, "")
            )
    return names


def _joined(names: np.ndarray, more: np.ndarray) -> np.ndarray:
    """Texts with further ones behind a "|" where there are both."""
    both = (names != "") & (more != "")
    return names + np.where(both, "|", "").astype(object) + more.astype(object)


def _set_answer(edited: pd.DataFrame, gate: Question, row: str, codes: Masks) -> None:
    """Put a gate's new answer, or that of a row of it, into its columns: who gets which code. Other
    ticks, and what was written beside the answer, stay."""
    if gate.type in ("single", "matrix"):
        column = edited[gate.id, row].array.copy()
        for code, who in codes.items():
            column[who] = code
        edited[gate.id, row] = column
        return
    changed = np.logical_or.reduce([*codes.values()])
    for code in gate.choices:
        name = gate.id, gate.item(row, code)
        column = edited[name].array.copy()
        column[changed & column.isna()] = False
        if code in codes:
            column[codes[code]] = True
        edited[name] = column
