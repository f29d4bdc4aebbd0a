"""Faults of a questionnaire that only show between its questions.

Also unsound questions, those with faults of their own, take part as far as they are known: all
faults are told at once, save those that would only follow from another.
"""

from collections.abc import Iterable, Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from dmsi_lib.questionnaire.formats import Fault
from dmsi_lib.questionnaire.rules import Condition
from dmsi_lib.wording import key, unknown

if TYPE_CHECKING:
    from dmsi_lib.questionnaire.question import Question

GATE_TYPES = ("single", "multiple")  # whose answers make groups
_WITH_CODES = (*GATE_TYPES, "matrix", "matrix_multiple")
ById = dict[str, "Question"]
Found = Iterator[tuple["Question", str]]
Conditions = frozenset[tuple[str, frozenset[str]]]


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
    found += _look_alikes(question for question in questions if question.id not in unsound)
    found += _wrong_gates(questions, by_id, unsound)
    found += _unreachable(questions, by_id, unsound | {question.id for question, _ in found})
    return [Fault(question.line, f"question '{question.id}': {text}") for question, text in found]


def _look_alikes(questions: Iterable["Question"]) -> Found:
    """Two questions with one title need something else that tells their columns apart."""
    seen: dict[object, Question] = {}
    for question in questions:
        for text in question.wordings:
            labels = frozenset(map(key, (question.rows or question.choices).values()))
            asked = (question.page, question.ask_if, question.occurrence)
            signature = (key(text), question.type, labels, asked)
            same = seen.setdefault(signature, question)
            if same is not question:
                text = f"same text, page and options as '{same.id}' (line {same.line}); "
                yield question, text + "no way to tell them apart in the export."


def _wrong_gates(questions: Sequence["Question"], by_id: ById, unsound: set[str | None]) -> Found:
    position = {question.id: n for n, question in reversed([*enumerate(questions)])}
    circular = set()
    for cycle in _cycles(by_id):
        circular |= {*cycle}
        yield by_id[cycle[0]], f"cycle: {' -> '.join(cycle)}."
    for n, question in enumerate(questions):
        for condition in (each for rule in question.ask_if for each in rule):
            gate = by_id.get(condition.gate)
            if gate is None:
                yield question, f"ask_if: {unknown('question', condition.gate, by_id)}"
            elif gate.id in unsound:
                continue  # what it is may be what is wrong with it
            else:
                later = question.page and (gate.page, position[gate.id]) > (question.page, n)
                if later and not {gate.id, question.id} <= circular:
                    text = f"gate '{gate.id}' comes later (line {gate.line}, page {gate.page})"
                    yield question, f"ask_if: {text} than the question (page {question.page})."
                for text in _misfits(condition, gate):
                    yield question, f"ask_if: {text}"


def _misfits(condition: Condition, gate: "Question") -> Iterator[str]:
    """Why a gate can't be answered as a condition wants it."""
    if gate.coalesce:
        yield f"gate '{gate.id}' is derived; name the questions it is made of, as alternatives."
    elif gate.rows and not condition.row:
        yield f"gate '{gate.id}' has rows; expected one of {_names(gate)}."
    elif condition.bounds and gate.type != "numeric":
        yield f"gate '{gate.id}' is {gate.type}; only a numeric question is compared to a number."
    elif condition.codes and gate.type not in _WITH_CODES:
        expected = (
            "{at_least: 1} or {answered: true}" if gate.type == "numeric" else "{answered: true}"
        )
        yield f"gate '{gate.id}' is {gate.type}, without options; expected {expected}."
    for code in condition.codes if gate.type in _WITH_CODES else ():
        if code not in gate.choices:
            yield unknown(f"option of {condition.subject} with code", code, gate.choices)


def _names(gate: "Question") -> str:
    return ", ".join(f"{gate.id}.{row}" for row in gate.rows)


def _cycles(by_id: ById, most: int = 20) -> Iterator[list[str]]:
    """Cycles of gates, each with its first id repeated at the end; no more than are ever told."""
    gates = {name: question.gates for name, question in by_id.items()}
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
    by_id: ById,
    broken: set[str | None],
    most: int = 200,
    effort: int = 50_000,
) -> Found:
    """Universes that contradict themselves, so that nobody can ever be asked.

    A question can be reached if some alternative of its rule, together with the rules of all gates
    in it, asks no single-choice gate, or row of a matrix, for two answers at once. (A multiple gate
    can always be ticked twice, so it never contradicts.) The search stops at `most` combinations a
    question, and altogether once `effort` conditions have been compared; what is left counts as
    reachable, and so do the broken questions.
    """
    ways: dict[str, set[Conditions]] = {}
    for question in sorted((q for q in questions if q.page), key=lambda q: q.page):
        known = question.id not in broken and all(gate in ways for gate in question.gates)
        if not question.ask_if or not known:
            ways[question.id] = {frozenset()}
            continue
        found: set[Conditions] = set()
        for rule in question.ask_if:
            partial: set[Conditions] = {frozenset()}
            for condition in rule:
                gate = condition.gate
                own: Conditions = frozenset()
                if by_id[gate].type in ("single", "matrix") and condition.codes:
                    wanted = frozenset(condition.wanted(by_id[gate]))
                    own = frozenset({(condition.subject, wanted)})
                effort -= sum(map(len, ways[gate])) * len(partial)
                if effort < 0:
                    partial = {frozenset()}
                    continue
                partial = {
                    merged
                    for left in partial
                    for right in ways[gate]
                    if (merged := _both(left, right, own)) is not None
                }
                if len(partial) > most:
                    partial = {frozenset()}
            found |= partial
        if not found:
            text = "nobody can reach it; its gates ask for answers that exclude each other."
            yield question, text
            found = {frozenset()}
        ways[question.id] = found if len(found) <= most else {frozenset()}


def _both(*conditions: Conditions) -> Conditions | None:
    """The conditions joined, or None if one gate would need two answers."""
    joined: dict[str, frozenset[str]] = {}
    for gate, codes in (pair for condition in conditions for pair in condition):
        joined[gate] = joined.get(gate, codes) & codes
        if not joined[gate]:
            return None
    return frozenset(joined.items())
