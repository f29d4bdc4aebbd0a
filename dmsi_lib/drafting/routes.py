"""Skip logic drawn from the pattern of blanks.

A question that was put to some alone is blank for the others although they went on: they answered
something further down. Its rule is the earlier answer that parts those who answered it from those
who did not with the fewest mistakes; of several that do it equally well the nearest, so that each
follow-up hangs on the question right above it, and not on that one's own gate. A rule needs
support: from one to four respondents a perfect separator is chance. Whoever left is no evidence,
since leaving makes blanks, too; at the end of a survey, where nobody can be seen to go on, both
sides of a rule are compared among those who came as far as its gate.

The likelihood ratio G of a two-by-two table is that of Sokal and Rohlf, "Biometry", chapter 17.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from dmsi_lib.questionnaire import Question, has_answer

SUPPORT = 5  # respondents who answered the gate otherwise, and as many who did not
_LEAST_G = 24.0  # p < 1e-6 on one degree of freedom: many gates are tried
_LEAST_GAP = 0.3  # between the shares that answered, inside a rule and outside it
_MOST_OUTSIDE = 0.55  # of the share inside: above, the wording may ask what the platform does not
_HARD = 0.05  # answered outside, so few that the platform enforces the rule
_ENDS = 0.15  # the same at the end of a survey, where leaving is no excuse
_BETTER = 0.7  # of the mistakes, that "answered at all" or a second gate must at most leave
_IN_A_RUN = 10.0  # G that suffices between two questions with the same rule
_HINTS = 6  # gates tried as the first of two
_OF_ANY = 0.15  # answered although the gate is blank, at most
_STAYED = 0.7  # of those who passed a gate over, who answered what stands around it

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Gate:
    """A condition: codes of an earlier question, or a number that its answer reaches; neither for
    an answer at all.

    `negative` stands for any answer but these codes.
    """

    question: str
    codes: tuple[str, ...] = ()
    negative: bool = False
    at_least: float | None = None
    at_most: float | None = None

    @property
    def tells(self) -> bool:
        """Whether it matters what was answered."""
        return bool(self.codes) or self.at_least is not None or self.at_most is not None


@dataclass(frozen=True)
class Evidence:
    """A rule with who followed it and who broke it.

    Attributes
    ----------
    gates : all of which must hold
    asked, answered : respondents whom the rule asks, and those of them who answered
    others, others_answered : those whom their answer to a gate leads past, and those who answered
    blank, blank_answered : those of whom a gate is blank
    mistakes : asked and blank, or not asked and answered
    """

    gates: tuple[Gate, ...]
    asked: int
    answered: int
    others: int
    others_answered: int
    blank: int = 0
    blank_answered: int = 0

    @property
    def mistakes(self) -> int:
        return self.asked - self.answered + self.others_answered + self.blank_answered

    @property
    def inside(self) -> float:
        """The share that answered of those asked."""
        return self.answered / self.asked if self.asked else 0.0

    @property
    def outside(self) -> float:
        """The share that answered of those whom the gate leads past."""
        return self.others_answered / self.others if self.others else 0.0

    @property
    def hard(self) -> bool:
        """Whether hardly anybody else answered."""
        return self.outside <= _HARD

    @cached_property
    def g(self) -> float:
        """The likelihood ratio of answered by asked, without those of whom the gate is blank."""
        table = np.array(
            [
                [self.answered, self.asked - self.answered],
                [self.others_answered, self.others - self.others_answered],
            ],
            dtype=float,
        )
        total = table.sum()
        expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / max(total, 1)
        used = table > 0
        return float(2 * (table[used] * np.log(table[used] / expected[used])).sum())

    def convinces(self, least_g: float = _LEAST_G, most_outside: float = _MOST_OUTSIDE) -> bool:
        """Whether a rule has the support and the effect that chance does not give."""
        return (
            min(self.asked, self.others) >= SUPPORT
            and self.others - self.others_answered >= SUPPORT
            and self.inside - self.outside >= _LEAST_GAP
            and self.outside <= most_outside * self.inside
            and self.g >= least_g
        )


@dataclass(frozen=True)
class Found:
    """The rule of a question: alternatives of gates, the evidence, and the next best rules."""

    question: str
    alternatives: tuple[tuple[Gate, ...], ...] = ()
    evidence: Evidence | None = None
    candidates: tuple[Evidence, ...] = ()
    at_the_end: bool = False

    @property
    def gates(self) -> set[str]:
        """Ids of the questions whose answers decide."""
        return {gate.question for gates in self.alternatives for gate in gates}

    def renamed(self, gate: Callable[[Gate], Gate]) -> "Found":
        """The rule with other names of its gates, without the next best ones."""
        rules = tuple(tuple(map(gate, gates)) for gates in self.alternatives)
        return replace(self, alternatives=rules, candidates=())


@dataclass(frozen=True)
class _Feature:
    """A question that may be a gate: who answered it, who with each code, and the numbers given
    (NaN for none) of a question with one."""

    question: Question
    place: int
    answered: Array
    chosen: Mapping[str, Array] = field(default_factory=dict)
    numbers: Array | None = None


def find_routes(
    responses: pd.DataFrame, questions: Sequence[Question], plain: Iterable[str] = ()
) -> dict[str, Found]:
    """The rules of questions, by their ids; of one that everybody is asked no alternatives.

    Parameters
    ----------
    responses : DataFrame, respondents x (question, item)
    questions : in the order of the file
    plain : ids of questions that are never put to some alone, as age and income
    """
    plain = set(plain)
    answered = np.column_stack([has_answer(responses, question) for question in questions])
    last = np.where(
        answered.any(axis=1), answered.shape[1] - 1 - answered[:, ::-1].argmax(axis=1), -1
    )
    features = [
        _Feature(
            question,
            place,
            answered[:, place],
            dict(_chosen(responses, question)),
            _numbers(responses, question),
        )
        for place, question in enumerate(questions)
    ]
    found = {}
    for place, question in enumerate(questions):
        seek = _Search(features, answered, last, place)
        found[question.id] = Found(question.id) if question.id in plain else seek.found()
    return _harmonised(found, questions, features, answered, last, plain)


def _chosen(responses: pd.DataFrame, question: Question) -> Iterator[tuple[str, Array]]:
    """Who chose which option of a question with one answer or with ticks."""
    if question.type == "single":
        given = responses[question.id, ""].to_numpy(object)
        yield from ((code, given == code) for code in question.choices)
    elif question.type == "multiple":
        for code in question.choices:
            ticked = responses[question.id, code]
            yield code, ticked.fillna(False).to_numpy(bool)


def _numbers(responses: pd.DataFrame, question: Question) -> Array | None:
    """The numbers given to a question with one box."""
    if question.type != "numeric" or question.rows:
        return None
    return responses[question.id, ""].to_numpy(float, na_value=np.nan)


class _Search:
    """The search for the rule of one question."""

    def __init__(
        self, features: Sequence[_Feature], answered: Array, last: Array, place: int
    ) -> None:
        self.features, self.answered, self.last, self.place = features, answered, last, place
        self.given = answered[:, place]
        self.by_id = {feature.question.id: feature for feature in features}

    def found(self) -> Found:
        """The rule, by those who went on; else by those who came as far as its gate."""
        base = self.last >= self.place
        mine = self.features[self.place].question.id
        if (base & ~self.given).sum() >= SUPPORT:
            rule = self._rule(base, mine)
            if rule.alternatives:
                return rule
        near_the_end = (self.last > self.place).sum() < SUPPORT or not (base & ~self.given).any()
        return self._at_the_end(mine) if self._is_last(base) or near_the_end else Found(mine)

    def _is_last(self, base: Array) -> bool:
        """Whether nearly all who went on answered, so that those led past can't be seen."""
        return (base & ~self.given).sum() < max(SUPPORT, 0.02 * base.sum())

    def _rule(self, base: Array, mine: str) -> Found:
        ranked = self._ranked(base)
        convincing = [each for each in ranked if each.convinces()]
        best = _best(convincing, self.features, int((base & ~self.given).sum()))
        best = best if best and self._stayed(best, base) else None
        best = self._with_second(best, base) if best else self._pair(ranked, base)
        if best is None:
            return Found(mine, candidates=tuple(ranked[:5]))
        more = self._alternative(best, base)
        alternatives = (best.gates, more.gates) if more else (best.gates,)
        others = tuple(each for each in ranked if each.gates != best.gates)
        return Found(mine, alternatives, best, others[:5])

    def _at_the_end(self, mine: str) -> Found:
        """A rule of the last questions, among those who answered the gate."""
        found = []
        for feature in self.features[: self.place]:
            base = feature.answered
            if (base & ~self.given).sum() < SUPPORT:
                continue  # nobody of whom it could be seen
            for gates in self._options(feature, base):
                each = self._evidence((gates,), base)
                if each.convinces(most_outside=_ENDS) and each.others_answered <= 0.1 * each.others:
                    found.append(each)
        best = _best(found, self.features, len(self.given))
        if best is None:
            return Found(mine)
        return Found(mine, (best.gates,), best, tuple(found[:5]), at_the_end=True)

    def _ranked(self, base: Array) -> list[Evidence]:
        """Every gate with the codes that part best, the fewest mistakes first."""
        found = [
            self._evidence((gate,), base)
            for feature in reversed(self.features[: self.place])
            for gate in self._options(feature, base)
        ]
        return sorted(found, key=lambda each: each.mistakes)  # stable: the nearest first

    def _options(self, feature: _Feature, base: Array) -> Iterator[Gate]:
        """The conditions on a question that may be the rule."""
        name = feature.question.id
        if feature.question.type == "single":
            counts = {c: int((m & base).sum()) for c, m in feature.chosen.items()}
            shares = {
                code: (mask & base & self.given).sum() / counts[code]
                for code, mask in feature.chosen.items()
                if counts[code]
            }
            if shares:
                least = 0.5 * max(max(shares.values()), 0.3) + 0.5 * min(shares.values())
                codes = tuple(code for code, share in shares.items() if share > least)
                if 0 < len(codes) < len(shares):
                    yield _shorter(name, codes, tuple(shares))
        elif feature.question.type == "multiple":
            yield from self._ticks(feature, base)
        elif feature.numbers is not None:
            yield from self._bounds(name, feature.numbers, base)
        if feature.question.type != "single":
            yield Gate(name)

    def _ticks(self, feature: _Feature, base: Array) -> Iterator[Gate]:
        """Single options ticked, options added as long as they help, and one not ticked."""
        name, here = feature.question.id, base & feature.answered
        singles = {
            code: self._evidence((Gate(name, (code,)),), base)
            for code, mask in feature.chosen.items()
            if SUPPORT <= (mask & here).sum() <= here.sum() - SUPPORT
        }
        if not singles:
            return
        best = min(singles.values(), key=lambda each: each.mistakes)
        helpful = sorted(singles, key=lambda code: singles[code].mistakes)
        for code in helpful:
            codes = best.gates[0].codes
            if code in codes:
                continue
            wider = self._evidence((Gate(name, (*codes, code)),), base)
            if wider.mistakes <= best.mistakes - max(3, 0.1 * best.mistakes):
                best = wider
        yield replace(best.gates[0], codes=_sorted(best.gates[0].codes, feature))
        yield from (Gate(name, (code,), negative=True) for code in singles)

    def _bounds(self, name: str, numbers: Array, base: Array) -> Iterator[Gate]:
        """The number from which on, and the one up to which, answers part best."""
        here = base & ~np.isnan(numbers)
        values, places = np.unique(numbers[here], return_inverse=True)
        if len(values) < 2:
            return
        given = np.bincount(places, self.given[here], len(values))
        blank = np.bincount(places, minlength=len(values)) - given
        # Mistakes of a cut behind each value but the last, by which side is asked.
        above = np.cumsum(given)[:-1] + blank.sum() - np.cumsum(blank)[:-1]
        below = np.cumsum(blank)[:-1] + given.sum() - np.cumsum(given)[:-1]
        yield Gate(name, at_least=float(_first_above(values, int(above.argmin()))))
        yield Gate(name, at_most=float(values[below.argmin()]))

    def holds(self, gate: Gate) -> tuple[Array, Array]:
        """Who meets a condition, and who is known to meet it or not."""
        feature = self.by_id[gate.question]
        if gate.tells and feature.numbers is not None:
            least, most = gate.at_least, gate.at_most
            met = feature.numbers >= (-np.inf if least is None else least)
            met &= feature.numbers <= (np.inf if most is None else most)
            return met, ~np.isnan(feature.numbers)
        if not gate.codes:
            return feature.answered, np.ones(len(feature.answered), dtype=bool)
        chosen = np.logical_or.reduce([feature.chosen[code] for code in gate.codes])
        return (feature.answered & ~chosen if gate.negative else chosen), feature.answered

    def _evidence(self, gates: tuple[Gate, ...], base: Array) -> Evidence:
        (holds, known), *more = [self.holds(gate) for gate in gates]
        denied = known & ~holds
        for also, told in more:
            holds, known, denied = holds & also, known & told, denied | (told & ~also)
        asked, others = base & holds, base & denied
        blank = base & ~(asked | others)
        counts = ((part.sum(), (part & self.given).sum()) for part in (asked, others, blank))
        return Evidence(gates, *(int(n) for pair in counts for n in pair))

    def _stayed(self, rule: Evidence, base: Array) -> bool:
        """Whether a rule by an answer at all is no page that was passed over: those who left the
        gate blank answered what stands around it."""
        (gate, *more) = rule.gates
        if gate.tells or more:
            return True
        holds, _ = self.holds(gate)
        away = base & ~holds
        place = self.by_id[gate.question].place
        around = [*range(place - 1, -1, -1)][:3], [*range(self.place + 1, len(self.features))][:3]
        usual = [n for side in around for n in side if self.answered[base & holds, n].mean() >= 0.8]
        if rule.outside > _OF_ANY or not usual:
            return False
        return bool(np.mean([self.answered[away, n].mean() for n in usual]) >= _STAYED)

    def _with_second(self, rule: Evidence, base: Array) -> Evidence:
        """The rule with a second gate, where those asked who are blank answered that otherwise."""
        inside = base & np.logical_and.reduce([self.holds(gate)[0] for gate in rule.gates])
        if (inside & ~self.given).sum() < SUPPORT:
            return rule
        used = {gate.question for gate in rule.gates}
        for each in self._ranked(inside):
            gate = each.gates[0]
            if gate.question in used or not gate.tells or not each.convinces():
                continue
            both = self._evidence((*rule.gates, gate), base)
            if both.mistakes <= _BETTER * rule.mistakes:
                alone = self._evidence((gate,), base)
                return alone if alone.mistakes <= 1.1 * both.mistakes + 2 else both
        return rule

    def _pair(self, ranked: Sequence[Evidence], base: Array) -> Evidence | None:
        """Two gates of which neither convinces alone, since few meet both."""
        hints = sorted((each for each in ranked if each.gates[0].tells), key=lambda each: -each.g)
        pairs = [self._with_second(each, base) for each in hints[:_HINTS] if each.g >= _IN_A_RUN]
        found = [pair for pair in pairs if len(pair.gates) > 1 and pair.convinces()]
        best = min(found, key=lambda each: each.mistakes, default=None)
        return best if best and best.mistakes < (base & ~self.given).sum() else None

    def _alternative(self, rule: Evidence, base: Array) -> Evidence | None:
        """A second rule by which others were asked, if it explains who answered off the first."""
        holds = np.logical_and.reduce([self.holds(gate)[0] for gate in rule.gates])
        outside = base & ~holds
        if (outside & self.given).sum() < SUPPORT or rule.hard:
            return None
        used = {gate.question for gate in rule.gates}
        for each in self._ranked(outside):
            gate = each.gates[0]
            if gate.question in used or not gate.tells:
                continue
            if each.convinces() and each.inside >= 0.6 and each.outside <= 0.15:
                return each
        return None


def _first_above(values: Array, place: int) -> float:
    """The number from which on a cut behind a value counts: the next whole one, where all are."""
    whole = bool((values == np.round(values)).all())
    return float(values[place] + 1 if whole else values[place + 1])


def _sorted(codes: Iterable[str], feature: _Feature) -> tuple[str, ...]:
    wanted = set(codes)
    return tuple(code for code in feature.question.choices if code in wanted)


def _shorter(name: str, codes: tuple[str, ...], known: tuple[str, ...]) -> Gate:
    """Codes that lead to a question, or those that lead past it where these are far fewer."""
    past = tuple(code for code in known if code not in codes)
    return Gate(name, past, negative=True) if 2 * len(past) < len(codes) else Gate(name, codes)


def _best(
    convincing: Sequence[Evidence], features: Sequence[_Feature], blanks: int
) -> Evidence | None:
    """The rule with the fewest mistakes, if they are fewer than without any. An answer at all must
    be clearly better than an answer that says something."""
    places = {feature.question.id: feature.place for feature in features}
    said = [each for each in convincing if each.gates[0].tells]
    whole = [each for each in convincing if not each.gates[0].tells]
    best = _nearest(said, places)
    bare = _nearest(whole, places)
    if bare and (best is None or bare.mistakes < _BETTER * best.mistakes - 3):
        best = bare
    return best if best and best.mistakes < blanks else None


def _nearest(found: Sequence[Evidence], places: Mapping[str, int]) -> Evidence | None:
    """The nearest of the rules that make hardly more mistakes than the best."""
    if not found:
        return None
    least = min(each.mistakes for each in found)
    near = [each for each in found if each.mistakes <= least + 0.02 * least]
    return max(near, key=lambda each: (-each.mistakes, places[each.gates[0].question]))


# ---- whole runs of questions


def _harmonised(
    found: dict[str, Found],
    questions: Sequence[Question],
    features: Sequence[_Feature],
    answered: Array,
    last: Array,
    plain: set[str],
) -> dict[str, Found]:
    """Rules of neighbours made one: a question between two with the same rule has it, too, where
    its own blanks do not speak against it; and codes that few chose follow their neighbours."""
    names = [question.id for question in questions]
    changed = dict(found)
    for place in range(1, len(names) - 1):
        left, own, right = (changed[names[n]] for n in (place - 1, place, place + 1))
        if own.alternatives or not left.alternatives or left.alternatives != right.alternatives:
            continue
        if own.question in plain or len(left.alternatives) != 1:
            continue
        search = _Search(features, answered, last, place)
        evidence = search._evidence(left.alternatives[0], last >= place)
        if evidence.outside <= _HARD and evidence.g >= _IN_A_RUN:
            changed[own.question] = replace(own, alternatives=left.alternatives, evidence=evidence)
    return {name: _without_kin(one, changed) for name, one in changed.items()}


def _without_kin(found: Found, all_found: Mapping[str, Found]) -> Found:
    """A rule without the candidates that have the very same rule: they part nobody otherwise."""
    if not found.alternatives:
        return found
    kept = tuple(
        each
        for each in found.candidates
        if all_found[each.gates[0].question].alternatives != found.alternatives
    )
    return replace(found, candidates=kept)
