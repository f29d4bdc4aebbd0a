"""A synthetic export that meets every published figure exactly.

Respondents walk through the questionnaire page by page. Each has a few hidden traits; for every
option, the highest scores (loading x trait + noise) among those who answer get it, as many as were
published: sorting makes any margin exact and lets the traits alone create the associations. Who
leaves, who leaves a question blank and who answers although the rules route them past it is drawn
in the same way, with the numbers of the calibration file. Whatever does not add up is an error.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from dmsi_lib.errors import InputError
from dmsi_lib.questionnaire import OTHER_TEXT, Condition, Question, Questionnaire
from dmsi_lib.synthetic.calibration import BLANK, read_targets
from dmsi_lib.wording import unknown

Booleans = npt.NDArray[np.bool_]  # one for everybody
Floats = npt.NDArray[np.float64]
Objects = npt.NDArray[np.object_]
Settings = Mapping[str, Any]  # as read from a YAML file
_NEVER = 10**6  # the page after which somebody leaves who does not leave


@dataclass
class Population:
    """Everybody's traits and answers while they are being made."""

    random: np.random.RandomState
    loadings: Settings
    traits: dict[str, Floats]
    stop: npt.NDArray[np.int_]  # the page after which somebody leaves
    last_page: npt.NDArray[np.int_]
    answers: dict[tuple[str, str], Objects] = field(default_factory=dict)
    tags: list[tuple[str, str, npt.NDArray[np.intp]]] = field(default_factory=list)

    def answered(self, question: str) -> Booleans:
        """Who gave an answer to a question."""
        columns = [a for (name, _), a in self.answers.items() if name == question]
        found: Booleans = np.logical_or.reduce([[one is not None for one in a] for a in columns])
        return found

    def chose(self, gate: str, code: str) -> Booleans:
        """Who gave one answer to a gate, or left it blank."""
        if (gate, "") in self.answers:
            wanted = None if code == BLANK else code
            return np.array([value == wanted for value in self.answers[gate, ""]])
        if code == BLANK:
            return ~self.answered(gate)
        return np.array([value is not None for value in self.answers[gate, code]])

    def holds(self, wanted: Iterable[tuple[str, Iterable[str]]]) -> Booleans:
        """Who answered all of some gates with one of their codes."""
        holds = np.ones(len(self.stop), dtype=bool)
        for gate, codes in wanted:
            holds &= np.logical_or.reduce([self.chose(gate, code) for code in codes])
        return holds

    def score(self, question: str, option: str = "") -> Floats:
        """Score of everybody for one option: loading x trait + standard normal noise."""
        names = (f"{question}.{option}", question, "default")
        weights = next(self.loadings[name] for name in names if name in self.loadings)
        noise = self.random.standard_normal(len(self.stop))
        return noise + sum(float(w) * self.traits[trait] for trait, w in weights.items())

    def spread(self, values: Sequence[object], chosen: Booleans) -> Objects:
        """The values over the chosen respondents, in their order; None elsewhere."""
        answer = np.full(len(chosen), None, dtype=object)
        answer[chosen] = values
        return answer

    def shuffled(self, texts: Sequence[str], chosen: Booleans, question: str) -> Objects:
        """Texts in random order over the chosen respondents, each as often as the others."""
        count = int(chosen.sum())
        if count and not len(texts):
            raise InputError(f"open answers: no texts for {question}.")
        order = self.random.permutation(count)
        return self.spread([texts[n % len(texts)] for n in order], chosen)


def synthesize(
    questionnaire: Questionnaire,
    published: pd.DataFrame,
    calibration: Settings,
    open_answers: Settings,
    other_answers: Settings,
) -> Population:
    """Make the synthetic export.

    Parameters
    ----------
    questionnaire : Questionnaire
    published : DataFrame, see `published.read_published`
    calibration : mapping as read from data/synthetic/calibration.yaml
    open_answers : mapping of question id to list of {theme, share, answers}
    other_answers : mapping of question id to list of companion texts

    Returns
    -------
    Population

    Raises
    ------
    InputError
        Where the figures can't be met: question, wanted, available.
    """
    targets = read_targets(questionnaire, published, calibration)
    for name in (*open_answers, *other_answers):
        if name not in questionnaire:
            raise InputError(f"synthetic answers: {unknown('question', name, questionnaire.by_id)}")
    size = targets[questionnaire.routing_order[0].id]["answered"]
    # RandomState's stream is frozen for good (NEP 19), so the file stays the same byte for byte.
    random = np.random.RandomState(int(calibration["seed"]))
    people = Population(
        random,
        calibration["loadings"],
        _traits(calibration["traits"], size, random),
        stop=np.full(size, _NEVER),
        last_page=np.zeros(size, dtype=int),
    )
    for page in sorted({q.page for q in questionnaire.in_file}):
        for question in (q for q in questionnaire.in_file if q.page == page):
            target = targets[question.id]
            answering = _answering(question, people, target)
            people.last_page[answering] = page
            if question.type == "open":
                _fill_open(question, people, answering, target, open_answers.get(question.id, []))
            else:
                _answer(question, people, answering, target)
            if question.other_code is not None:
                chosen = answering & people.chose(question.id, question.other_code)
                texts = other_answers.get(question.id, ())
                people.answers[question.id, OTHER_TEXT] = people.shuffled(
                    texts, chosen, question.id
                )
        for stop in (each for each in calibration["stops"] if int(each["after"]) == page):
            _leave(people, page, stop)
    return people


def _traits(spec: Settings, size: int, random: np.random.RandomState) -> dict[str, Floats]:
    traits: dict[str, Floats] = {}
    for name, correlations in spec.items():
        weights = {other: float(weight) for other, weight in correlations.items()}
        own = np.sqrt(1 - sum(weight**2 for weight in weights.values()))
        traits[name] = own * random.standard_normal(size)
        for other, weight in weights.items():
            traits[name] += weight * traits[other]
    return traits


def _top(score: Floats, candidates: Booleans, count: int, what: str) -> Booleans:
    """The candidates (boolean) with the `count` highest scores, as a boolean array."""
    if count < 0:
        raise InputError(f"calibration: {what}: {-count} fewer wanted than there are already.")
    if candidates.sum() < count:
        raise InputError(
            f"calibration: {what}: {count} wanted, only {candidates.sum()} can be found."
        )
    chosen = np.zeros(len(score), dtype=bool)
    order = np.argsort(np.where(candidates, -score, np.inf), kind="stable")
    chosen[order[:count]] = True
    return chosen


def _answering(question: Question, people: Population, target: Settings) -> Booleans:
    """Who answers: on route as many as are left once the off-route answers are counted."""
    present = people.stop >= question.page
    on_route = present & led_to(question, people)
    score = people.score("answering")
    answering = np.zeros(len(present), dtype=bool)
    for kind, pool in (("off_route", present & ~on_route), ("answered_by", on_route)):
        for gate, counts in target.get(kind, {}).items():
            for code, count in counts.items():
                what = f"{kind} answers to {question.id} with {gate} {code}"
                answering |= _top(score, pool & people.chose(gate, code), int(count), what)
    rest = target["answered"] - int(answering.sum())
    return answering | _top(score, on_route & ~answering, rest, f"answers to {question.id}")


def led_to(question: Question, people: Population) -> Booleans:
    """Whom the rules lead to a question."""
    if not question.ask_if:
        return np.ones(len(people.stop), dtype=bool)
    rules = [[_gate_and_codes(each) for each in rule] for rule in question.ask_if]
    return np.logical_or.reduce([people.holds(rule) for rule in rules])


def _gate_and_codes(condition: Condition) -> tuple[str, tuple[str, ...]]:
    if condition.negated or condition.row or not condition.codes:
        raise InputError(f"calibration: can't invent answers under the condition '{condition}'.")
    return condition.gate, condition.codes


def _leave(people: Population, page: int, stop: Settings) -> None:
    candidates = (people.stop == _NEVER) & (people.last_page == page)
    candidates &= people.holds(stop.get("where", {}).items())
    score = -people.score("staying")
    leaving = _top(score, candidates, int(stop["count"]), f"leaving after page {page}")
    people.stop[leaving] = page


def _answer(question: Question, people: Population, answering: Booleans, target: Settings) -> None:
    fill = {"single": _fill_single, "multiple": _fill_multiple, "ranking": _fill_ranking}
    if question.type not in fill:
        raise InputError(f"calibration: can't invent answers of type {question.type}.")
    fill[question.type](question, people, answering, target)


def _fill_single(
    question: Question, people: Population, answering: Booleans, target: Settings
) -> None:
    answer, left = np.full(len(answering), None, dtype=object), answering.copy()
    if sum(target["counts"].values()) != answering.sum():
        raise InputError(
            f"calibration: the counts of {question.id} add up to "
            f"{sum(target['counts'].values())}, expected {answering.sum()}."
        )
    # An ordered question draws one score, from its last option down; else each option its own.
    apart = any(name.startswith(f"{question.id}.") for name in people.loadings)
    ordered = question.id in people.loadings and not apart
    shared = people.score(question.id) if ordered else None
    for code in reversed(question.choices) if ordered else question.choices:
        score = people.score(question.id, code) if shared is None else shared
        chosen = _top(score, left, target["counts"].get(code, 0), f"{question.id}.{code}")
        answer[chosen] = code
        left &= ~chosen
    people.answers[question.id, ""] = answer


def _fill_multiple(
    question: Question, people: Population, answering: Booleans, target: Settings
) -> None:
    scores, ticked = [], []
    for code in question.choices:
        scores.append(people.score(question.id, code))
        count = target["counts"].get(code, 0)
        ticked.append(_top(scores[-1], answering, count, f"{question.id}.{code}"))
    covered = _cover(np.array(scores), np.array(ticked), answering, question)
    for (code, label), ticks in zip(question.choices.items(), covered, strict=True):
        people.answers[question.id, code] = people.spread([label] * ticks.sum(), ticks)


def _cover(scores: Floats, ticked: Booleans, answering: Booleans, question: Question) -> Booleans:
    """Give everybody who answered at least one tick, each taken from whoever it fits least among
    those with two or more, so that no option's count changes."""
    for person in np.flatnonzero(answering & ~ticked.any(axis=0)):
        spare = ticked & (ticked.sum(axis=0) > 1)
        loss = np.where(spare, scores - scores[:, [person]], np.inf)
        option, giver = np.unravel_index(np.argmin(loss), loss.shape)
        if not np.isfinite(loss[option, giver]):
            raise InputError(f"calibration: too few ticks in {question.id} for its base.")
        ticked[option, giver], ticked[option, person] = False, True
    return ticked


def _fill_ranking(
    question: Question, people: Population, answering: Booleans, target: Settings
) -> None:
    """Plackett-Luce: worth plus Gumbel noise, sorted; `partial` respondents rank three items."""
    worths = np.array([float(worth) for worth in target["worths"]])
    utility = worths[:, None] + people.random.gumbel(size=(len(worths), len(people.stop)))
    ranks = np.argsort(np.argsort(-utility, axis=0, kind="stable"), axis=0, kind="stable") + 1
    partial = np.zeros(len(people.stop), dtype=bool)
    partial[people.random.permutation(np.flatnonzero(answering))[: int(target["partial"])]] = True
    for code, rank in zip(question.options, ranks, strict=True):
        given = answering & ~(partial & (rank > 3))
        people.answers[question.id, code] = people.spread(rank[given].astype(str), given)


def _fill_open(
    question: Question,
    people: Population,
    answering: Booleans,
    target: Settings,
    groups: Sequence[Settings],
) -> None:
    if sum(int(group["share"]) for group in groups) != answering.sum():
        raise InputError(f"open answers: the shares of {question.id} must be {answering.sum()}.")
    answer, left = np.full(len(answering), None, dtype=object), answering.copy()
    wheres = target.get("theme_where", {})
    for group in sorted(groups, key=lambda group: group["theme"] not in wheres):
        candidates = left & people.holds(wheres.get(group["theme"], {}).items())
        score = people.random.standard_normal(len(left))
        chosen = _top(score, candidates, int(group["share"]), f"{question.id}: {group['theme']}")
        answer[chosen] = people.shuffled(group["answers"], chosen, question.id)[chosen]
        people.tags.append((question.id, group["theme"], np.flatnonzero(chosen)))
        left &= ~chosen
    people.answers[question.id, ""] = answer
