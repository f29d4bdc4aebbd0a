"""Which of the questions with one title a block of columns belongs to.

The number that the questionnaire gives (`occurrence`) settles it. Else the columns do, where only
one question has such options, and then the answers: an answer speaks for a question that its
respondent was asked, by the gates, and against one that they were routed past or that has no such
option. The order in the file decides only where no answer can: between questions with equal rules
and options, or blocks that nobody filled. Where the answers could tell and do not, nothing is
guessed.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial, reduce
from itertools import permutations

import numpy as np
import pandas as pd

from dmsi_lib.questionnaire import (
    FALSE,
    TRUE,
    UNKNOWN,
    Condition,
    Question,
    Questionnaire,
    Truth,
    condition_truth,
    decides,
    holds,
    rule_truth,
)
from dmsi_lib.reading.answers.labels import option_labels
from dmsi_lib.reading.answers.texts import Texts
from dmsi_lib.reading.answers.ticks import UNCHECKED, is_tick_or_none
from dmsi_lib.reading.header.headers import Block, fits, is_response
from dmsi_lib.reading.rows.rows import Array
from dmsi_lib.wording import key

Blocks = Mapping[str, Block]  # by question
Read = Callable[[Question, Block], tuple[Question, pd.DataFrame]]  # a gate and its responses
_MOST_WAYS = 5040  # of giving blocks to questions that are compared: seven to seven


@dataclass(frozen=True)
class Votes:
    """How many answers of a block come from those who were asked a question, and how many from
    others or are none of its options."""

    inside: int = 0
    outside: int = 0

    def __add__(self, other: "Votes") -> "Votes":
        return Votes(self.inside + other.inside, self.outside + other.outside)

    @property
    def balance(self) -> int:
        return self.inside - self.outside


@dataclass(frozen=True)
class Choice:
    """Which blocks the questions of one title have.

    Attributes
    ----------
    blocks : by id, of the questions that have one
    reasons : of "occurrence", "columns", "answers" and "order", those by which it was decided
    votes : by id, where the answers were counted
    tied : whether the answers could tell, and do not
    """

    blocks: dict[str, Block]
    reasons: tuple[str, ...] = ()
    votes: dict[str, Votes] = field(default_factory=dict)
    tied: bool = False


class Evidence:
    """What the answers in blocks say about the questions that they belong to.

    Parameters
    ----------
    questionnaire : Questionnaire
    texts : gives the texts of the column at a position
    read : gives the responses of a gate out of its block
    """

    def __init__(
        self, questionnaire: Questionnaire, texts: Callable[[int], Texts], read: Read
    ) -> None:
        self.questionnaire = questionnaire
        self._texts, self._read = texts, read
        self._gates: dict[object, tuple[Question, pd.DataFrame]] = {}
        self._truths: dict[object, Truth] = {}
        self._votes: dict[object, Votes] = {}
        self._answered: dict[object, Array] = {}

    def answered(self, question: Question, block: Block) -> Array:
        """Whether each respondent (n,) has an answer in a block; ticking nothing is none."""
        none = UNCHECKED if question.type == "multiple" else set()
        name = (*block.columns, bool(none))
        if name not in self._answered:
            columns = [self._texts(position) for position in block.columns]
            self._answered[name] = reduce(
                np.logical_or,
                (
                    c.spread([t.casefold() not in none for t in c.texts], False, bool)
                    for c in columns
                ),
            )
        return self._answered[name]

    def only_ticks(self, block: Block, label: str) -> bool:
        """Whether the filled cells of a block, of which there are some, tick an option."""
        texts = {text for position in block.columns for text in self._texts(position).texts}
        return bool(texts) and all(is_tick_or_none(text, label) for text in texts)

    def is_filled(self, question: Question, block: Block) -> bool:
        return bool(self.answered(question, block).any())

    def votes(self, question: Question, block: Block, blocks: Blocks) -> Votes:
        """The votes of a block's answers, while other questions have these blocks."""
        name = (question.id, *block.columns, self._ancestry(question, blocks))
        if name not in self._votes:
            answered = self.answered(question, block)
            truth = self._asked(question, blocks) if answered.any() else answered
            strange = self._strange(question, block)
            outside = answered & ((truth == FALSE) | strange)
            inside = answered & (truth == TRUE) & ~strange
            self._votes[name] = Votes(int(inside.sum()), int(outside.sum()))
        return self._votes[name]

    def _strange(self, question: Question, block: Block) -> Array:
        """Whether each respondent (n,) has an answer that the question does not know."""
        found = np.zeros_like(self.answered(question, block))
        known = _KNOWN.get(question.type)
        if known is None:
            return found
        is_known = known(question)
        for position, subtitle in block.columns.items():
            if is_response(subtitle) or question.type == "matrix":
                column = self._texts(position)
                found |= column.spread([not is_known(text) for text in column.texts], False, bool)
        return found

    def _ancestry(self, question: Question, blocks: Blocks) -> tuple[object, ...]:
        """What the universe of a question depends on: the columns of its gates, and of theirs."""
        found: dict[str, tuple[int, ...]] = {}
        waiting = [*question.gates]
        while waiting:
            gate = waiting.pop()
            if gate not in found:
                found[gate] = tuple(blocks[gate].columns) if gate in blocks else ()
                waiting += self.questionnaire[gate].gates
        return tuple(sorted(found.items()))

    def _asked(self, question: Question, blocks: Blocks) -> Truth:
        """TRUE, UNKNOWN or FALSE (n,): whether the question was put to each respondent."""
        name = (question.ask_if, self._ancestry(question, blocks))
        if name not in self._truths:
            met = partial(self._met, blocks=blocks)
            self._truths[name] = rule_truth(question.ask_if, met)
        return self._truths[name]

    def _met(self, condition: Condition, blocks: Blocks) -> Truth:
        gate = self.questionnaire[condition.gate]
        if gate.id not in blocks:
            return np.array(UNKNOWN, dtype=np.uint8)
        name = (gate.id, *blocks[gate.id].columns)
        if name not in self._gates:
            self._gates[name] = self._read(gate, blocks[gate.id])
        gate, responses = self._gates[name]
        met, told = (each(responses, gate, condition) for each in (holds, decides))
        return condition_truth(met, told, self._asked(gate, blocks) == FALSE)


def _known_options(question: Question) -> Callable[[str], bool]:
    labels = option_labels(question)
    return lambda text: labels.find(text) is not None


def _has_digit(question: Question) -> Callable[[str], bool]:
    return lambda text: any(map(str.isdigit, text))


_KNOWN = {
    "single": _known_options,
    "matrix": _known_options,
    "numeric": _has_digit,
}


def choose(
    questions: Sequence[Question], blocks: Sequence[Block], evidence: Evidence, matched: Blocks
) -> Choice:
    """Give blocks to questions that share titles; both in the order of the file.

    `matched` are the blocks of the other questions. Of the occurrences only those are followed
    that there are.
    """
    settled = _by_occurrence(questions, blocks)
    free = [question for question in questions if question.id not in settled]
    left = [block for block in blocks if block not in settled.values()]
    reasons = ("occurrence",) if settled else ()
    free = [q for q in free if q.occurrence is None and any(q.id in block.asked for block in left)]
    if not free:
        return Choice(settled, reasons)
    if len(free) == len(left) == 1:
        return Choice(settled | {free[0].id: left[0]}, reasons)
    chosen = _by_evidence(free, left, evidence, {**matched, **settled})
    return Choice(settled | chosen.blocks, reasons + chosen.reasons, chosen.votes, chosen.tied)


def _by_occurrence(questions: Sequence[Question], blocks: Sequence[Block]) -> dict[str, Block]:
    settled: dict[str, Block] = {}
    for question in questions:
        own = [block for block in blocks if question.id in block.asked]
        if question.occurrence is not None and question.occurrence <= len(own):
            block = own[question.occurrence - 1]
            if block not in settled.values():
                settled[question.id] = block
    return settled


@dataclass(frozen=True)
class _Way:
    """One way of giving blocks to questions.

    Attributes
    ----------
    owners : whose each filled block is, an id or None
    shape : the same by what can be told of a question, its signature
    """

    blocks: dict[str, Block]
    owners: tuple[str | None, ...]
    shape: tuple[object, ...]
    votes: dict[str, Votes]

    @property
    def total(self) -> Votes:
        return sum(self.votes.values(), Votes())


def _by_evidence(
    questions: Sequence[Question], blocks: Sequence[Block], evidence: Evidence, matched: Blocks
) -> Choice:
    alike = len({_signature(question) for question in questions}) == 1
    filled = any(evidence.is_filled(questions[0], block) for block in blocks)
    if not filled or (alike and len(blocks) <= len(questions)):
        return Choice(_in_order(questions, blocks), ("order",))
    many, few = sorted((len(questions), len(blocks)), reverse=True)
    if math.perm(many, few) > _MOST_WAYS:
        return Choice(_in_order(questions, blocks), tied=True)
    every = _assignments(questions, blocks)
    by_id = {question.id: question for question in questions}
    fitting = [sum(fits(block, by_id[name]) for name, block in way.items()) for way in every]
    kept = [way for way, count in zip(every, fitting, strict=True) if count == max(fitting)]
    ways = [_way(each, by_id, blocks, evidence, matched) for each in kept]
    best: dict[object, _Way] = {}
    for way in ways:  # the first of equals stays, which is that of the file's order
        before = best.setdefault(way.shape, way)
        if way.total.balance > before.total.balance:
            best[way.shape] = way
    first, *others = sorted(best.values(), key=lambda way: -way.total.balance)
    reasons = ["columns"] if len(kept) < len(every) else []
    reasons += ["answers"] if others else []
    same = [way for way in ways if way.shape == first.shape]
    same = [way for way in same if way.total.balance == first.total.balance]
    reasons += ["order"] if len({way.owners for way in same}) > 1 else []
    ahead = first.total.balance - max((way.total.balance for way in others), default=-math.inf)
    # At least twice as many answers must speak for it as against it.
    return Choice(first.blocks, tuple(reasons), first.votes, ahead <= 2 * first.total.outside)


def _way(
    blocks: dict[str, Block],
    by_id: Mapping[str, Question],
    every: Sequence[Block],
    evidence: Evidence,
    matched: Blocks,
) -> _Way:
    owner = {min(block.columns): name for name, block in blocks.items()}
    any_question = next(iter(by_id.values()))
    owners = [
        name
        for block, name in ((block, owner.get(min(block.columns))) for block in every)
        if evidence.is_filled(by_id[name] if name else any_question, block)
    ]
    shape = (_signature(by_id[name]) if name else None for name in owners)
    taken = {**matched, **blocks}
    votes = {name: evidence.votes(by_id[name], block, taken) for name, block in blocks.items()}
    return _Way(blocks, tuple(owners), tuple(shape), votes)


def _assignments(questions: Sequence[Question], blocks: Sequence[Block]) -> list[dict[str, Block]]:
    """Every way to give as many questions as can be a block of their title, that of the file's
    order first, and before it those that leave no question without that must have one."""
    gaps = [None] * max(0, len(questions) - len(blocks))
    found = []
    for order in permutations([*blocks, *gaps], len(questions)):
        pairs = zip(questions, order, strict=True)
        found.append({q.id: b for q, b in pairs if b is not None and q.id in b.asked})
    most = max(map(len, found))
    unique = {tuple((n, min(b.columns)) for n, b in way.items()): way for way in found}
    needed = {question.id for question in questions if not question.optional}
    kept = [way for way in unique.values() if len(way) == most]
    return sorted(kept, key=lambda way: len(needed - set(way)))


def _in_order(questions: Sequence[Question], blocks: Sequence[Block]) -> dict[str, Block]:
    """Each question the first block that fits it, and if none does the first; those that a file
    may lack come last."""
    given: dict[str, Block] = {}
    for has_to_fit in (True, False):
        for question in sorted(questions, key=lambda question: question.optional):
            for block in blocks if question.id not in given else ():
                free = question.id in block.asked and block not in given.values()
                if free and (not has_to_fit or fits(block, question)):
                    given[question.id] = block
                    break
    return given


def _signature(question: Question) -> tuple[object, ...]:
    """What of a question its answers can show."""
    labels = [frozenset(map(key, each.values())) for each in (question.choices, question.rows)]
    return (question.ask_if, question.type, *labels)
