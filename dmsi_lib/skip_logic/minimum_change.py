"""The smallest change of the gates of one record that lets all its answers stand.

The principle is that of Fellegi & Holt (1976), "A systematic approach to automatic edit and
imputation", JASA 71(353), 17-35: change the fewest fields. Here the answers to follow-up questions
are trusted, so only gates may change, and the edits to satisfy are the rules of the questions that
were answered. A gate that gets an answer was asked, so its own rule has to hold as well.

Rules ask for answers and ticks, never for their absence. So a tick is only ever added, and a gate
that gives every rule what it asks for never has to change. One change is smaller than another if it
touches fewer gates, and among equally many if it sets fewer codes.

A rule is given as in `rule_key`: a tuple of alternatives, each a tuple of (gate, codes).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush
from itertools import product

from dmsi_lib.questionnaire import Rule

RuleKey = tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]
Answers = dict[str, frozenset[str]]  # by gate id: the codes that rules ask for, none for a blank

_MOST_STEPS = 5_000  # changes looked at in one part before it is listed as undecided


def rule_key(rule: Rule) -> RuleKey:
    """A rule as pairs of a gate and the codes that meet it."""
    return tuple(tuple((each.gate, each.codes) for each in alternative) for alternative in rule)


@dataclass(frozen=True)
class Part:
    """Gates that hang together, and what is asked of them.

    Attributes
    ----------
    answers : of each gate, in routing order
    needed : rules that must hold
    own_rules : of each blank gate, the rule that must hold if it is set
    """

    answers: tuple[tuple[str, frozenset[str]], ...]
    needed: tuple[RuleKey, ...]
    own_rules: tuple[tuple[str, RuleKey], ...]

    @cached_property
    def failing(self) -> tuple[RuleKey, ...]:
        """The needed rules that do not hold."""
        answers = dict(self.answers)
        return tuple(rule for rule in self.needed if not _holds(rule, answers))


def split_record(
    needed: Sequence[RuleKey], own_rules: Mapping[str, RuleKey], open_gates: Answers
) -> list[Part]:
    """The parts of a record that can be decided one by one, the earliest gate first.

    Two open gates hang together if a needed rule mentions both, or if one is blank and its own rule
    mentions the other. What one part decides can't disturb another. Open are the gates that might
    have to change, in routing order; all others give each rule what it asks for. Parts in which no
    needed rule fails are left out.
    """
    links = [_mentioned(rule) for rule in needed]
    links += [{gate} | _mentioned(rule) for gate, rule in own_rules.items()]
    groups: list[set[str]] = []
    for link in (link & open_gates.keys() for link in links):
        joined = link.union(*(group for group in groups if group & link))
        groups = [*(group for group in groups if not group & link), joined]
    parts = []
    for first in open_gates:
        group = next((group for group in groups if first in group), set())
        groups = [other for other in groups if other is not group]
        part = Part(
            tuple((gate, answer) for gate, answer in open_gates.items() if gate in group),
            tuple(rule for rule in needed if group & _mentioned(rule)),
            tuple((gate, rule) for gate, rule in own_rules.items() if gate in group),
        )
        if part.failing:
            parts.append(part)
    return parts


def decide(part: Part, multiple: set[str]) -> tuple[Answers, str]:
    """The answers of the one smallest change of a part and "", or none and why it is undecided.

    `multiple` are the gates that can have several codes ticked.
    """
    found = _search(part, multiple)
    if found is None:
        return {}, "too many possibilities to decide"
    if not found:
        return {}, "impossible: no answers of the gates explain it"
    if len(found) > 1:
        return {}, f"tie: {len(found)} equally small changes"
    return found[0], ""


def _mentioned(rule: RuleKey) -> set[str]:
    return {gate for alternative in rule for gate, _ in alternative}


def _lacks(gate: str, codes: Iterable[str], answers: Answers) -> bool:
    """Whether a gate of a rule does not hold; gates that are not open always do."""
    return gate in answers and answers[gate].isdisjoint(codes)


def _holds(rule: RuleKey, answers: Answers) -> bool:
    return any(
        not any(_lacks(gate, codes, answers) for gate, codes in alternative) for alternative in rule
    )


def _search(part: Part, multiple: set[str]) -> list[Answers] | None:
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
        rules = (*part.needed, *(rule for gate, rule in part.own_rules if gate in changes))
        failing = next((rule for rule in rules if not _holds(rule, answers | changes)), None)
        if failing is None:
            best = size
            found.append(changes)
            continue
        for further in _repairs(failing, answers, changes, multiple):
            known = frozenset(further.items())
            if known not in seen:
                seen.add(known)
                heappush(queue, (_size(further, answers), len(seen), further))
            if len(seen) > _MOST_STEPS:
                return None
    return found


def _size(changes: Answers, answers: Answers) -> tuple[int, int]:
    """Gates changed, codes set."""
    return len(changes), sum(len(new - answers[gate]) for gate, new in changes.items())


def _repairs(
    rule: RuleKey, answers: Answers, changes: Answers, multiple: set[str]
) -> Iterator[Answers]:
    """Every way to make a failing rule hold by changing its gates further."""
    now = answers | changes
    for alternative in rule:
        lacking = {gate: codes for gate, codes in alternative if _lacks(gate, codes, now)}
        settings = []
        for gate, codes in lacking.items():
            if gate in multiple:
                settings.append([now[gate] | {code} for code in codes])
            else:  # a single answer that was just set can't be set again
                settings.append([] if gate in changes else [frozenset([c]) for c in codes])
        for way in product(*settings):
            yield changes | dict(zip(lacking, way, strict=True))
