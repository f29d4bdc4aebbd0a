"""Faults of a questionnaire that only show between its questions.

Also unsound questions, those with faults of their own, take part as far as they are known: all
faults are told at once, save those that would only follow from another.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import chain, pairwise, product
from typing import TYPE_CHECKING, Any

from dmsi_lib.files import is_reserved
from dmsi_lib.questionnaire.formats import Fault
from dmsi_lib.questionnaire.rules import Condition
from dmsi_lib.wording import key, unknown

if TYPE_CHECKING:
    from dmsi_lib.questionnaire.question import Question

GATE_TYPES = ("single", "multiple")  # whose answers make groups
_ANSWERED = "{answered: true}"
_WITH_CODES = (*GATE_TYPES, "matrix", "matrix_multiple")
ById = dict[str, "Question"]
Found = Iterator[tuple["Question", str]]
Demand = frozenset[tuple[Hashable, frozenset[Any]]]  # answers that a gate may have
_NOTHING: Demand = frozenset()


def check_together(questions: Sequence["Question"], unsound: set[str | None]) -> list[Fault]:
    """Every fault between the questions, which are in the file's order.

    `unsound` are the ids of those with faults of their own; what is wrong in one has its default or
    is None.
    """
    by_id: ById = {}
    found = []
    for question in (question for question in questions if question.id):
        first = by_id.setdefault(question.id, question)
        if first is not question:
            found.append((question, f"the id is taken by line {first.line}."))
        if is_reserved(question.id):
            text = "Windows makes no file of that name; choose another id."
            found.append((question, text))
    found += _look_alikes(question for question in questions if question.id not in unsound)
    found += _wrong_gates(questions, by_id, unsound)
    known = {name: question for name, question in by_id.items() if name not in unsound}
    found += _unreachable(questions, known, unsound | {question.id for question, _ in found})
    return [Fault(question.line, f"question '{question.id}': {text}") for question, text in found]


def _look_alikes(questions: Iterable["Question"]) -> Found:
    """Two questions with one title need something else that tells their columns apart."""
    seen: dict[object, Question] = {}
    for question in (question for question in questions if not question.derivation):
        for title in dict.fromkeys(map(key, question.wordings)):
            labels = frozenset(map(key, (question.rows or question.choices).values()))
            place = question.occurrence
            signature = (title, place, question.page, question.type, labels, question.ask_if)
            same = seen.setdefault(signature if place is None else (title, place), question)
            if same is question:
                continue
            if place is None:
                text = f"same text, page, options and rule as '{same.id}' (line {same.line}); no "
                yield (
                    question,
                    f"{text}way to tell them apart in a file. Give them an 'occurrence'.",
                )
            else:
                text = f"occurrence {place} of its title is '{same.id}' (line {same.line}); "
                yield question, f"{text}expected another number."


def _wrong_gates(questions: Sequence["Question"], by_id: ById, unsound: set[str | None]) -> Found:
    position = {question.id: n for n, question in reversed([*enumerate(questions)])}
    circular = set()
    for cycle in _cycles(by_id):
        circular |= {*cycle}
        yield by_id[cycle[0]], f"cycle: {' -> '.join(cycle)}."
    asked = [
        question for question in questions if not question.derivation
    ]  # those before the others
    for n, question in enumerate(asked):
        for condition in (each for rule in question.ask_if for each in rule):
            gate = by_id.get(condition.gate)
            if gate is None:
                yield question, f"ask_if: {unknown('question', condition.subject, by_id)}"
            elif gate.derivation:
                text = f"gate '{gate.id}' is derived; name the questions that it is made of"
                yield question, f"ask_if: {text}, as alternatives."
            elif gate.id in unsound:
                continue  # what it is may be what is wrong with it
            else:
                later = question.page and (gate.page, position[gate.id]) > (question.page, n)
                if later and not {gate.id, question.id} <= circular:
                    text = f"gate '{gate.id}' comes later (line {gate.line}, page {gate.page})"
                    yield question, f"ask_if: {text} than the question (page {question.page})."
                for text in misfits(condition, gate):
                    yield question, f"ask_if: {text}"


def misfits(condition: Condition, gate: "Question") -> Iterator[str]:
    """Why a gate can't be answered as a condition wants it."""
    row, asks_for = condition.row, condition.codes or condition.bounds
    if row and not gate.rows:
        yield f"gate '{gate.id}' has no rows; expected '{gate.id}', without '.{row}'."
        return
    if row not in ("", *gate.rows):
        yield unknown(f"row of {gate.id} with code", row, gate.rows)
    elif gate.rows and not row and asks_for:
        rows = ", ".join(f"{gate.id}.{code}" for code in gate.rows)
        yield f"gate '{gate.id}' has rows; expected one of {rows}, or {{answered: true}}."
    if condition.bounds and gate.type != "numeric":
        yield f"gate '{gate.id}' is {gate.type}; only a numeric question is compared to a number."
    elif condition.codes and gate.type not in _WITH_CODES:
        instead = "{at_least: 1} or {answered: true}" if gate.type == "numeric" else _ANSWERED
        yield f"gate '{gate.id}' is {gate.type}, which no code answers; expected {instead}."
    for code in condition.codes if gate.type in _WITH_CODES else ():
        if code not in gate.choices:
            yield unknown(f"option of {condition.subject} with code", code, gate.choices)


def _cycles(by_id: ById, most: int = 20) -> Iterator[list[str]]:
    """Cycles of gates, each with its first id repeated at the end; no more than are ever told."""
    gates = {
        name: () if question.derivation else question.gates for name, question in by_id.items()
    }
    order = {name: n for n, name in enumerate(by_id)}
    for _ in range(most):
        try:
            TopologicalSorter(gates).prepare()
        except CycleError as error:
            loop = error.args[1][:0:-1]  # which names every gate before its question
            first = loop.index(min(loop, key=order.__getitem__))
            yield [*loop[first:], *loop[: first + 1]]
            gates |= dict.fromkeys(loop, ())
        else:
            return


def _unreachable(
    questions: Iterable["Question"],
    gates: ById,
    broken: set[str | None],
    most: int = 200,
    effort: int = 50_000,
) -> Found:
    """Universes that contradict themselves, so that nobody can ever be asked.

    A question can be reached if some alternative of its rule, together with the rules of all gates
    in it, asks no gate, or row of one, for answers that exclude each other. The search stops at
    `most` combinations a question, and altogether once `effort` conditions have been compared; what
    is left counts as reachable, and so do the broken questions. `gates` are those whose options are
    known.
    """
    ordered = sorted((q for q in questions if q.page and not q.derivation), key=lambda q: q.page)
    demands = _Demands([q for q in ordered if q.id not in broken], gates)
    ways: dict[str, set[Demand]] = {}
    for question in ordered:
        known = question.id not in broken and all(gate in ways for gate in question.gates)
        if not question.ask_if or not known:
            ways[question.id] = {_NOTHING}
            continue
        found: set[Demand] = set()
        for rule in question.ask_if:
            partial = {_NOTHING}
            for condition in rule:
                before, own = ways[condition.gate], demands.of(condition)
                effort -= sum(map(len, before)) * len(own) * len(partial)
                joined = _joined(partial, before, own) if effort >= 0 else {_NOTHING}
                partial = joined if len(joined) <= most else {_NOTHING}
            found |= partial
        if not found:
            text = "nobody can reach it; its gates ask for answers that exclude each other."
            yield question, text
        ways[question.id] = found if 0 < len(found) <= most else {_NOTHING}


class _Demands:
    """What conditions ask of their gates, in a form in which two are compared.

    A gate of one answer is to have one of some codes; a number is to be one of a few that stand for
    all, those that some condition names and those between; an option of several is to be ticked or
    not. Options that no condition wants left out can always be ticked: nothing is asked of them.
    """

    def __init__(self, questions: Iterable["Question"], gates: ById) -> None:
        self.gates = gates
        conditions = [each for q in questions for rule in q.ask_if for each in rule]
        named = sorted({bound for each in conditions for _, bound in each.bounds})
        between = [(low + high) / 2 for low, high in pairwise(named)]
        self.numbers = [n for bound in named for n in (bound - 1, bound, bound + 1)] + between
        self.left_out = {
            (each.subject, code) for each in conditions if each.negated for code in each.codes
        }

    def of(self, condition: Condition) -> set[Demand]:
        """The ways to meet a condition."""
        gate, subject = self.gates.get(condition.gate), condition.subject
        if gate is None or not (condition.codes or condition.bounds):
            return {_NOTHING}
        if condition.bounds:
            meeting = frozenset(n for n in self.numbers if condition.admits(n))
            return {frozenset({(subject, meeting)})}
        if gate.type in ("single", "matrix"):
            return {frozenset({(subject, frozenset(condition.wanted(gate)))})}
        ticks = [((subject, code), frozenset({not condition.negated})) for code in condition.codes]
        if condition.negated:
            return {frozenset(ticks)}
        free = any(option not in self.left_out for option, _ in ticks)
        return {_NOTHING} if free else {frozenset({tick}) for tick in ticks}


def _joined(*ways: set[Demand]) -> set[Demand]:
    """Every way to meet one demand of each, as far as they do not exclude each other."""
    both = (_both(*demands) for demands in product(*ways))
    return {demand for demand in both if demand is not None}


def _both(*demands: Demand) -> Demand | None:
    """The demands as one, or None if a gate would need two answers."""
    joined: dict[Hashable, frozenset[Any]] = {}
    for subject, answers in chain(*demands):
        joined[subject] = joined.get(subject, answers) & answers
        if not joined[subject]:
            return None
    return frozenset(joined.items())
