"""The smallest change of the gates of one record that lets all its answers stand.

The principle is that of Fellegi & Holt (1976), "A systematic approach to automatic edit and
imputation", JASA 71(353), 17-35: change the fewest fields. Here the answers to follow-up questions
are trusted, so only gates may change, and the edits to satisfy are the rules of the questions that
were answered. A gate that gets an answer was asked, so its own rule has to hold as well.

What changes is a *subject*: a gate, or one row of a matrix. A single answer may become any other;
an answer of several codes only ever gets more of them, so a gate that gives every rule what it asks
for never has to change. A rule may also ask that some codes were not ticked: what is ticked stays
so, and a further tick may break it. One change is smaller than another if it touches fewer
subjects, and among equally many if it sets fewer codes.

What no change can give is never looked for: numbers, free texts and ranks are not made up.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush
from itertools import product
from typing import NamedTuple, TypeVar

from dmsi_lib.questionnaire import Condition, Question, Rule

GIVEN = ""  # beside the codes of an answer of several: that there is one, whatever is ticked

_Asked = TypeVar("_Asked", Condition, "Demand")
_MOST_STEPS = 5_000  # changes looked at in one part before it is listed as undecided


class Demand(NamedTuple):
    """A condition as the search for changes sees it.

    Attributes
    ----------
    subject : the gate, or row of it, whose answer decides
    codes : one of them must be in the answer
    ways : codes that may be set so that it is
    barred : codes that must not be in the answer
    several : whether an answer of the subject can have several codes
    """

    subject: str
    codes: tuple[str, ...]
    ways: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
    several: bool = False

    @property
    def is_fixed(self) -> bool:
        """Whether no change can meet or break it: its one code is the condition itself."""
        return not self.ways and not self.barred


Demands = tuple[tuple[Demand, ...], ...]  # of a rule: any of the alternatives, each of them whole
# By subject: the codes in the answer that rules ask for or bar, and GIVEN; none for a blank.
Answers = dict[str, frozenset[str]]


def demands_of(rule: Rule, gates: Mapping[str, Question]) -> Demands:
    """What a rule asks of its gates. Rules that come to the same, however said, are equal."""
    return tuple(
        tuple(_demand(each, gates[each.gate]) for each in alternative) for alternative in rule
    )


def _demand(condition: Condition, gate: Question) -> Demand:
    several = gate.type in ("multiple", "matrix_multiple")
    settable = several or gate.type in ("single", "matrix")
    wanted = condition.wanted(gate)
    if settable and is_in_file(condition, gate):
        if several and (condition.negated or not condition.codes):
            return Demand(condition.subject, (GIVEN,), wanted, condition.codes, several)
        if wanted:
            return Demand(condition.subject, wanted, wanted, several=several)
    return Demand(condition.subject, (str(condition),))


def is_in_file(condition: Condition, gate: Question) -> bool:
    """Whether the file at hand has the gate of a condition, and the row that it is about."""
    return gate.asked and (not condition.row or condition.row in gate.rows)


@dataclass(frozen=True)
class Part:
    """Subjects that hang together, and what is asked of them.

    Attributes
    ----------
    answers : of each subject, in routing order
    needed : rules that must hold
    own_rules : of each subject whose gate is blank, the rule that must hold if it is set
    lost : demands of these rules that fail whatever is changed
    """

    answers: tuple[tuple[str, frozenset[str]], ...]
    needed: tuple[Demands, ...]
    own_rules: tuple[tuple[str, Demands], ...] = ()
    lost: frozenset[Demand] = frozenset()

    @cached_property
    def failing(self) -> tuple[Demands, ...]:
        """The needed rules that do not hold."""
        return tuple(rule for rule in self.needed if not self.holds(rule, dict(self.answers)))

    @cached_property
    def subjects(self) -> tuple[str, ...]:
        """The subjects to decide on; if none can be, those that let the answers down."""
        subjects = [subject for subject, _ in self.answers]
        lost = (each.subject for rule in self.needed for each in flat(rule) if each in self.lost)
        return tuple(subjects or dict.fromkeys(lost))

    def holds(self, rule: Demands, answers: Answers) -> bool:
        """Whether the answers meet all demands of some alternative of a rule."""
        return any(
            not any(self.lacks(demand, answers) for demand in alternative) for alternative in rule
        )

    def lacks(self, demand: Demand, answers: Answers) -> bool:
        """Whether a demand is not met; those on other subjects are, save the lost ones."""
        if demand in self.lost or demand.subject not in answers:
            return demand in self.lost
        answer = answers[demand.subject]
        return answer.isdisjoint(demand.codes) or not answer.isdisjoint(demand.barred)


def split_record(
    needed: Sequence[Demands],
    own_rules: Mapping[str, Demands],
    opened: Answers,
    lost: frozenset[Demand],
) -> list[Part]:
    """The parts of a record that can be decided one by one, the earliest subject first.

    Two open subjects hang together if a needed rule mentions both, or if the gate of one is blank
    and its own rule mentions the other. What one part decides can't disturb another. Open are the
    subjects that might have to change, in routing order; all others give each rule what it asks
    for, save where a demand is lost: the alternative of such a demand counts for nothing. Parts in
    which no needed rule fails are left out; a rule without other alternatives is a part of its own.
    """
    mentioned = {rule: _mentioned(rule, lost) for rule in (*needed, *own_rules.values())}
    links = [mentioned[rule] for rule in needed]
    links += [{subject} | mentioned[rule] for subject, rule in own_rules.items()]
    groups: list[set[str]] = []
    for link in (link & opened.keys() for link in links):
        joined = link.union(*(group for group in groups if group & link))
        groups = [*(group for group in groups if not group & link), joined]
    parts = []
    for first in opened:
        group = next((group for group in groups if first in group), set())
        groups = [other for other in groups if other is not group]
        parts.append(
            Part(
                tuple((name, answer) for name, answer in opened.items() if name in group),
                *_about(
                    [rule for rule in needed if group & mentioned[rule]],
                    {name: rule for name, rule in own_rules.items() if name in group},
                    lost,
                ),
            )
        )
    parts += [Part((), *_about([rule], {}, lost)) for rule in needed if not _live(rule, lost)]
    return [part for part in parts if part.failing]


def _about(
    needed: Sequence[Demands], own_rules: Mapping[str, Demands], lost: frozenset[Demand]
) -> tuple[tuple[Demands, ...], tuple[tuple[str, Demands], ...], frozenset[Demand]]:
    """The rules of a part, and which of their demands are lost."""
    asked = {demand for rule in (*needed, *own_rules.values()) for demand in flat(rule)}
    return tuple(needed), tuple(own_rules.items()), lost & asked


def flat(rule: tuple[tuple[_Asked, ...], ...]) -> Iterator[_Asked]:
    """All conditions, or demands, of a rule."""
    return (each for alternative in rule for each in alternative)


def _live(rule: Demands, lost: frozenset[Demand]) -> Demands:
    """The alternatives of a rule that have no lost demand."""
    return tuple(alternative for alternative in rule if lost.isdisjoint(alternative))


def _mentioned(rule: Demands, lost: frozenset[Demand]) -> set[str]:
    return {demand.subject for demand in flat(_live(rule, lost))}


def decide(part: Part) -> tuple[Answers, str]:
    """The answers of the one smallest change of a part and "", or none and why it is undecided."""
    found = _search(part)
    if found is None:
        return {}, "too many possibilities to decide"
    if not found:
        return {}, "impossible: no earlier answers would explain it"
    if len(found) > 1:
        return {}, f"tie: {len(found)} equally small changes"
    return found[0], ""


def _search(part: Part) -> list[Answers] | None:
    """All smallest changes of a part; None if there are too many possibilities.

    From no change at all, and from the smaller changes to the larger, the first rule that fails is
    repaired in every way there is. A change without needless parts can't be missed: it repairs that
    rule too.
    """
    answers = dict(part.answers)
    found: list[Answers] = []
    best, seen = None, set()
    queue: list[tuple[tuple[int, int], int, Answers]] = [((0, 0), 0, {})]
    while queue:
        size, _, changes = heappop(queue)
        if best is not None and size > best:
            break
        rules = (*part.needed, *(rule for name, rule in part.own_rules if name in changes))
        failing = next((rule for rule in rules if not part.holds(rule, answers | changes)), None)
        if failing is None:
            best = size
            found.append(changes)
            continue
        for further in _repairs(part, failing, changes):
            known = frozenset(further.items())
            if known not in seen:
                seen.add(known)
                heappush(queue, (_size(further, answers), len(seen), further))
            if len(seen) > _MOST_STEPS:
                return None
    return found


def _size(changes: Answers, answers: Answers) -> tuple[int, int]:
    """Subjects changed, codes set."""
    return len(changes), sum(len(new - answers[name] - {GIVEN}) for name, new in changes.items())


def _repairs(part: Part, rule: Demands, changes: Answers) -> Iterator[Answers]:
    """Every way to make a failing rule hold by changing its subjects further."""
    now = dict(part.answers) | changes
    for alternative in _live(rule, part.lost):
        lacking: dict[str, list[Demand]] = {}
        for demand in alternative:
            if part.lacks(demand, now):
                lacking.setdefault(demand.subject, []).append(demand)
        settings = [
            _settings(demands, now[name], name in changes) for name, demands in lacking.items()
        ]
        for way in product(*settings):
            yield changes | dict(zip(lacking, way, strict=True))


def _settings(demands: list[Demand], now: frozenset[str], is_set: bool) -> list[frozenset[str]]:
    """Every answer without needless codes that a subject can get to meet what it lacks."""
    several = demands[0].several
    if not all(now.isdisjoint(demand.barred) for demand in demands) or (is_set and not several):
        return []  # a tick stays, and a single answer that was just set can't be set again
    named = [demand for demand in demands if several and GIVEN not in demand.codes]
    if named:  # by which the question is answered, too
        return [now | {GIVEN, *way} for way in product(*(demand.ways for demand in named))]
    common = set(demands[0].ways).intersection(*(demand.ways for demand in demands))
    more = {GIVEN} if several else set()
    return [frozenset({code} | more) for code in demands[0].ways if code in common]
