"""Routing rules: who is asked a question, by what they answered to its gates.

A rule is a tuple of alternatives, any of which will do; an alternative is a tuple of conditions,
all of which must hold. No alternative means everybody. Rules that are equal have equal universes.

A condition holds on an answer alone: whoever left the gate blank meets none, not even that of
having answered with "none of" some options.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dmsi_lib.questionnaire.formats import ConditionKeys
    from dmsi_lib.questionnaire.question import Question

SIGNS = {"at_least": "≥", "more_than": ">", "at_most": "≤", "less_than": "<"}
_COMPARE: dict[str, Callable[[Any, float], Any]] = {
    "at_least": operator.ge,
    "more_than": operator.gt,
    "at_most": operator.le,
    "less_than": operator.lt,
}


@dataclass(frozen=True)
class Condition:
    """What one gate must have been answered with.

    Attributes
    ----------
    gate : id of a question
    row : of a matrix or of a question with several boxes; "" of any other
    codes : any of these, or if negated none of them; () where any answer will do
    bounds : pairs of "at_least", "more_than", "at_most" or "less_than" and a number, of a numeric
        gate; all must hold
    """

    gate: str
    codes: tuple[str, ...] = ()
    row: str = ""
    negated: bool = False
    bounds: tuple[tuple[str, float], ...] = ()

    @property
    def subject(self) -> str:
        """The gate, or the row of it, whose answer decides: "tools", "views.soup"."""
        return f"{self.gate}.{self.row}" if self.row else self.gate

    def wanted(self, gate: "Question") -> tuple[str, ...]:
        """The codes of a single answer that meet it, in the gate's order; () of a gate without."""
        choices = gate.choices
        if not self.codes:
            return tuple(choices)
        return tuple(code for code in choices if (code in self.codes) != self.negated)

    def admits(self, numbers: Any) -> Any:
        """Whether a number, or each of an array, is within the bounds; NaN is not."""
        return reduce(operator.and_, (_COMPARE[name](numbers, n) for name, n in self.bounds))

    def __str__(self) -> str:
        if self.bounds:
            limits = " and ".join(f"{SIGNS[name]} {bound:.15g}" for name, bound in self.bounds)
            return f"{self.subject} {limits}"
        if not self.codes:
            return f"{self.subject} answered"
        return f"{self.subject} {'≠' if self.negated else '='} {' / '.join(self.codes)}"


Alternative = tuple[Condition, ...]
Rule = tuple[Alternative, ...]


def rule_of(
    alternatives: Sequence[Mapping[str, "ConditionKeys"]], questions: Mapping[str, Any]
) -> Rule:
    """The rule that `ask_if` says; `questions` by id tell "question.row" from an id with points."""
    return tuple(
        tuple(
            condition
            for name, keys in alternative.items()
            for condition in _conditions(*gate_and_row(name, questions), keys)
        )
        for alternative in alternatives
    )


def gate_and_row(name: str, questions: Mapping[str, Any]) -> tuple[str, str]:
    """Question and row that a rule names as one; a row that nobody has, where it names none.

    Ids and codes of rows may hold points themselves: the first way that there is counts.
    """
    if name in questions:
        return name, ""
    points = [point.start() for point in re.finditer(r"\.", name)]
    pairs = [(name[:n], name[n + 1 :]) for n in points if name[:n] in questions]
    known = [(gate, row) for gate, row in pairs if row in questions[gate].rows]
    return next(iter([*known, *pairs]), (name, ""))


def _conditions(gate: str, row: str, keys: "ConditionKeys") -> list[Condition]:
    """A condition for each code that must be among the answers, and for each other demand."""
    found = []
    if keys.any_of:
        found.append(Condition(gate, keys.any_of, row))
    found += [Condition(gate, (code,), row) for code in keys.all_of or ()]
    if keys.none_of:
        found.append(Condition(gate, keys.none_of, row, negated=True))
    bounds = [(name, getattr(keys, name)) for name in SIGNS]
    bounds = [(name, bound) for name, bound in bounds if bound is not None]
    if bounds:
        found.append(Condition(gate, (), row, bounds=tuple(bounds)))
    if keys.answered or not found:
        found.append(Condition(gate, (), row))
    return found
