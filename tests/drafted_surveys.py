"""Random surveys with skip logic, noise, blanks and break-off, and what their rules are."""

import csv
import io
from dataclasses import dataclass, field

import numpy as np

SHAPES = ("one", "run", "cascade", "ticks", "not", "two", "any")


@dataclass
class Asked:
    """A question: its type, options, and rule: conditions of gate and labels, all of which must
    hold; () asks everybody, no labels stand for an answer at all."""

    text: str
    type: str
    options: tuple[str, ...] = ()
    rule: tuple[tuple[int, frozenset[str]], ...] = ()
    shares: np.ndarray | None = None


@dataclass
class DrawnSurvey:
    """A survey with the answers of its respondents: lists of texts by question."""

    questions: list[Asked] = field(default_factory=list)
    answers: list[list[list[str]]] = field(default_factory=list)

    def csv(self):
        """The export with two header rows."""
        titles, labels, columns = ["Respondent ID"], [""], []
        for question, given in zip(self.questions, self.answers, strict=True):
            if question.type == "multiple":
                for number, option in enumerate(question.options):
                    titles.append("" if number else question.text)
                    labels.append(option)
                    columns.append([option if option in each else "" for each in given])
            else:
                titles.append(question.text)
                labels.append("Open-Ended Response" if question.type == "open" else "Response")
                columns.append([each[0] if each else "" for each in given])
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerows([titles, labels])
        writer.writerows([str(9000 + n), *row] for n, row in enumerate(zip(*columns, strict=True)))
        return text.getvalue()

    def rules(self):
        """The rule of each question by its wording; only those that it has."""
        return {q.text: self._named(q.rule) for q in self.questions if q.rule}

    def _named(self, rule):
        return frozenset((self.questions[gate].text, labels) for gate, labels in rule)


def draw(random, noise, n=None):
    """A random survey; `noise` is how often a rule is not kept, either way."""
    n = n or int(random.integers(300, 1200))
    survey = DrawnSurvey()
    while len(survey.questions) < 14:
        _draw_block(random, survey.questions)
    survey.questions.append(_single(random, len(survey.questions), (), 4))
    reached = _reached(random, n, len(survey.questions))
    silence = random.uniform(0, 0.08)
    for place, question in enumerate(survey.questions):
        asked = np.ones(n, dtype=bool)
        for gate, labels in question.rule:
            given = survey.answers[gate]
            asked &= np.array([bool(labels & {*each}) if labels else bool(each) for each in given])
        broken = random.random(n) < noise if question.rule else np.zeros(n, dtype=bool)
        there = (asked ^ broken) & (random.random(n) >= silence) & (reached > place)
        survey.answers.append([_answer(random, question) if one else [] for one in there])
    return survey


def _reached(random, n, size):
    """How many questions each respondent came to: some leave, at any place."""
    leaves = random.random(n) < random.uniform(0, 0.25)
    return np.where(leaves, random.integers(1, size, n), size + 1)


def _draw_block(random, questions):
    """A gate and what hangs on it, or a question for everybody."""
    start, shape = len(questions), str(random.choice([*SHAPES, "none", "none"]))
    if shape in ("none", "one", "run", "cascade", "not", "two"):
        questions.append(_single(random, start, (), int(random.integers(2, 6))))
    elif shape == "ticks":
        questions.append(_multiple(random, start, ()))
    else:
        questions.append(Asked(f"Question {start} in your own words?", "open"))
    if shape in ("one", "run", "not", "cascade", "ticks"):
        rule = ((start, _some(random, questions[start], shape)),)
        for _ in range(int(random.integers(2, 4)) if shape == "run" else 1):
            questions.append(_any_type(random, len(questions), rule, shape == "cascade"))
    if shape == "cascade":
        below = len(questions) - 1
        rule = ((below, _some(random, questions[below], "one")),)
        questions.append(_any_type(random, len(questions), rule))
    if shape == "two":
        questions.append(_single(random, start + 1, (), 3))
        gates = questions[start], questions[start + 1]
        rule = tuple((start + n, _some(random, gate, "one")) for n, gate in enumerate(gates))
        questions.append(_any_type(random, len(questions), rule))
    if shape == "any":
        questions.append(_any_type(random, len(questions), ((start, frozenset()),)))


def _some(random, question, shape):
    """Options that lead on: some, all but one, or of ticks one."""
    options = question.options
    if shape == "not" and len(options) > 2:
        return frozenset(options) - {str(random.choice(options))}
    most = 1 if shape == "ticks" else max(1, len(options) // 2)
    return frozenset(map(str, random.choice(options, int(random.integers(1, most + 1)), False)))


def _single(random, place, rule, size):
    options = tuple(f"answer {place} {chr(97 + n)}" for n in range(size))
    shares = random.dirichlet([4] * size) * 0.8 + 0.2 / size
    return Asked(f"Question number {place}?", "single", options, rule, shares)


def _multiple(random, place, rule):
    options = tuple(f"tick {place} {chr(97 + n)}" for n in range(int(random.integers(3, 7))))
    shares = random.uniform(0.15, 0.6, len(options))
    return Asked(
        f"Question number {place}? Select all that apply.", "multiple", options, rule, shares
    )


def _any_type(random, place, rule, single=False):
    kind = "single" if single else str(random.choice(["single", "single", "multiple", "open"]))
    if kind == "single":
        return _single(random, place, rule, int(random.integers(2, 5)))
    if kind == "multiple":
        return _multiple(random, place, rule)
    return Asked(f"Question {place} in your own words?", "open", (), rule)


def _answer(random, question):
    if question.type == "open":
        return [f"text {random.integers(10**9)} {random.integers(10**9)}"]
    if question.type == "single":
        return [str(random.choice(question.options, p=question.shares))]
    ticked = [
        o
        for o, share in zip(question.options, question.shares, strict=True)
        if random.random() < share
    ]
    return ticked or [question.options[0]]


def drafted_rules(draft):
    """The rules of a draft in the form of `DrawnSurvey.rules`."""
    known, found = draft.questionnaire, {}
    for name, route in draft.routes.items():
        for gates in route.alternatives[:1]:
            rule = set()
            for gate in gates:
                question = known[gate.question]
                codes = {*gate.codes}
                codes = {*question.choices} - codes if gate.negative and codes else codes
                rule.add((question.text, frozenset(question.choices[code] for code in codes)))
            found[known[name].text] = frozenset(rule)
    return found
