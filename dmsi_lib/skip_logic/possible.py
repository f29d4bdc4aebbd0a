"""What each respondent may truly be, where gates are blank or answers stand against them.

A record with a blank gate or an off-route answer has several explanations. Here every explanation
stays open: whoever's gate is blank may belong to the universe or not; an off-route answer may be
true, or the gate may be. What stands in the record and is contradicted by nothing is true.

Two passes settle it, for whole columns at once. *Upwards*, from the last question to the first, an
answer that its rule does not let stand says what its gates would have had to be; so does a gate
that is wanted in this way of the gates before it. *Downwards* a gate may be what was answered or
what is wanted of it, or, where it is blank, anything; of this follows who may be in a universe and
who may be outside. Alternatives and conditions combine as in `questionnaire.conditions`, "unknown"
being what may be both. A rule that names one gate twice may so be left open where only one answer
is possible; nothing that is possible is ever left out.

A derived question may be whatever its parts leave it: one read from several whatever a part of it
may be, a recode or a net what the codes in its options may be. Of numbers and combinations all is
taken for possible where the record leaves anything of a part open, which may be more than is.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from typing import Any

import numpy as np
import pandas as pd

from dmsi_lib.questionnaire import (
    COALESCE,
    FALSE,
    TRUE,
    UNKNOWN,
    Condition,
    Derivation,
    Question,
    Questionnaire,
    Truth,
    decides,
    gate_holds,
    has_answer,
    holds,
    rule_truth,
)
from dmsi_lib.skip_logic.routing import Routing, route, truth_of_rule

Pair = tuple[np.ndarray, np.ndarray]  # bool (n,) each: it may be so, it may be otherwise
_ONE_CODE = ("single", "matrix")


@dataclass(frozen=True)
class Wants:
    """What answers that stand against their gates want of these; bool arrays (n,).

    Attributes
    ----------
    ticked, unticked : by gate, row and code: the code would have to be in the answer, or not
    measured : by gate and row: a number would have to be another
    applies : by question: it would have to have been asked
    """

    ticked: dict[tuple[str, str, str], np.ndarray] = field(default_factory=dict)
    unticked: dict[tuple[str, str, str], np.ndarray] = field(default_factory=dict)
    measured: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)
    applies: dict[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class Possible:
    """What each respondent may be in each question; see the module.

    Attributes
    ----------
    responses : (n, (question, item))
    questionnaire : Questionnaire
    inside, outside : by question, bool (n,): may be in its universe, may be outside it
    wants : Wants
    blank : of a question's id and a row, bool (n,), who left it blank
    """

    responses: pd.DataFrame
    questionnaire: Questionnaire
    inside: Mapping[str, np.ndarray]
    outside: Mapping[str, np.ndarray]
    wants: Wants
    blank: Callable[[str, str], np.ndarray]

    def choice(self, question: Question, row: str, code: str) -> Pair:
        """Whether those who may be in the universe may have chosen an option, or not: two bool
        arrays (n,), of which both are False outside the universe."""
        if question.derivation:
            return self._derived_choice(question, question.derivation, row, code)
        inside = self.inside[question.id]
        if code not in question.choices:
            return np.zeros_like(inside), inside
        blank = self.blank(question.id, row)
        chosen = gate_holds(self.responses, question, [code], row)
        instead = [c for c in question.choices if c != code and question.type in _ONE_CODE]
        ticked = [self.wants.ticked.get((question.id, row, c)) for c in (code, *instead)]
        unticked = self.wants.unticked.get((question.id, row, code))
        may = _any(mask for mask in (blank, chosen, ticked[0]) if mask is not None)
        may_not = _any(m for m in (blank, ~chosen, unticked, *ticked[1:]) if m is not None)
        return inside & may, inside & may_not

    def _derived_choice(
        self, question: Question, derivation: Derivation, row: str, code: str
    ) -> Pair:
        parts = [self.questionnaire[part] for part in derivation.parts]
        if derivation.kind == COALESCE:
            pairs = [self.choice(part, row, code) for part in parts]
            return _any([pair[0] for pair in pairs]), _any([pair[1] for pair in pairs])
        if derivation.codes:
            return self._any_code(parts[0], row, derivation.codes.get(code, ()))
        inside = self.inside[question.id]
        chosen = gate_holds(self.responses, question, [code], row)
        asked = self.questionnaire.sources(question)
        open_ = _any([self.blank(question.id, row), *map(self._is_open, asked)])
        return inside & (chosen | open_), inside & (~chosen | open_)

    def _is_open(self, question: Question) -> np.ndarray:
        """Whether the record leaves anything open of what each respondent (n,) answered."""
        inside, wants = self.inside[question.id], self.wants
        blank = _any([self.blank(question.id, row) for row in question.rows or [""]])
        wanted = (
            mask
            for masks in (wants.ticked, wants.unticked, wants.measured)
            for name, mask in masks.items()
            if name[0] == question.id
        )
        return _any([inside & (blank | self.outside[question.id]), *wanted])

    def _any_code(self, question: Question, row: str, codes: Collection[str]) -> Pair:
        """Whether those who may be in the universe may have given any of the codes, or none."""
        nobody = np.zeros(len(self.responses), dtype=bool)
        named = [self.choice(question, row, code) for code in question.choices if code in codes]
        may = _any([nobody, *(pair[0] for pair in named)])
        if question.type in _ONE_CODE:  # it is another code that is chosen instead
            others = [code for code in question.choices if code not in codes]
            instead = (self.choice(question, row, code)[0] for code in others)
            return may, _any([nobody, *instead])
        return may, _all([~nobody, *(pair[1] for pair in named)])

    def of(self, condition: Condition) -> Truth:
        """Whether a condition holds for each respondent (n,); UNKNOWN where it may and may not."""
        gate = self.questionnaire[condition.gate]
        inside, outside = self.inside[gate.id], self.outside[gate.id]
        if condition.codes:
            true, false = self._of_codes(condition, gate)
        elif condition.bounds:
            told = decides(self.responses, gate, condition)
            met = holds(self.responses, gate, condition)
            unsure = ~told | self.wants.measured.get((gate.id, condition.row), False)
            true, false = met | unsure, ~met | unsure
        else:
            true, false = inside, self.blank(gate.id, condition.row)
        may, may_not = inside & true, outside | (inside & false)
        return UNKNOWN + may.view(np.uint8) - may_not.view(np.uint8)

    def _of_codes(self, condition: Condition, gate: Question) -> Pair:
        may, may_not = self._any_code(gate, condition.row, condition.codes)
        return (may_not, may) if condition.negated else (may, may_not)


def possible(responses: pd.DataFrame, questionnaire: Questionnaire) -> Possible:
    """What each respondent may truly be in each question.

    Parameters
    ----------
    responses : DataFrame, (n, (question, item))
    questionnaire : Questionnaire

    Returns
    -------
    Possible
        Of a question, everybody is in `inside`, in `outside` or in both; in both, or in `inside`
        with an open `choice`, are those of whom the record does not tell.

    Notes
    -----
    Whoever answered may be in the universe with that answer, so that a share of those who answered
    is always among what is possible.
    """
    routing = route(responses, questionnaire)
    inside: dict[str, np.ndarray] = {}
    outside: dict[str, np.ndarray] = {}

    @lru_cache(maxsize=2)  # for the options of a question, and of one that it is compared with
    def blank(question: str, row: str) -> np.ndarray:
        return ~has_answer(responses, questionnaire[question], row)

    found = Possible(responses, questionnaire, inside, outside, _wants(responses, routing), blank)
    for question in questionnaire.routing_order:
        if question.derivation:
            inside[question.id] = _any([inside[part] for part in question.parts])
            outside[question.id] = _all([outside[part] for part in question.parts])
        else:
            truth = np.broadcast_to(rule_truth(question.ask_if, found.of), len(responses))
            inside[question.id], outside[question.id] = truth != FALSE, truth != TRUE
    return found


def _wants(responses: pd.DataFrame, routing: Routing) -> Wants:
    """The pass upwards."""
    questionnaire, wants = routing.questionnaire, Wants()
    for question in questionnaire.in_file:
        wants.applies[question.id] = routing.has_answer(question.id)
    for question in reversed(questionnaire.routing_order):
        if question.id not in wants.applies:  # of a derived one, its parts are wanted
            continue
        truth = truth_of_rule(routing, responses, question.ask_if)
        who = wants.applies[question.id] & (truth != TRUE)
        for condition in {c: None for each in question.ask_if for c in each}:
            gate = questionnaire[condition.gate]
            _want(wants, responses, gate, condition, who)
    return wants


def _want(
    wants: Wants, responses: pd.DataFrame, gate: Question, condition: Condition, who: np.ndarray
) -> None:
    """Put down what a condition wants of its gate, for some respondents."""
    _add(wants.applies, gate.id, who)
    lacking = who & ~holds(responses, gate, condition)
    if condition.bounds:
        _add(wants.measured, (gate.id, condition.row), lacking)
    one = gate.type in _ONE_CODE
    codes = condition.wanted(gate) if one and condition.codes else condition.codes
    to = wants.unticked if condition.negated and not one else wants.ticked
    for code in codes:
        _add(to, (gate.id, condition.row, code), lacking)


def _add(masks: dict[Any, np.ndarray], name: Any, who: np.ndarray) -> None:
    masks[name] = masks[name] | who if name in masks else who


def _any(masks: Iterable[np.ndarray]) -> np.ndarray:
    return reduce(np.logical_or, masks)


def _all(masks: Iterable[np.ndarray]) -> np.ndarray:
    return reduce(np.logical_and, masks)
