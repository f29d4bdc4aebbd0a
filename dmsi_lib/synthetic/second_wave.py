"""A synthetic second wave: the first one's respondents drawn anew, with changes that are planted.

Drawing with replacement moves every share a little by chance, as a new sample would; weights make
another mix of respondents. Whoever was drawn more than once hands answers around with others of
the kind, so that hardly two respondents are the same. Then the planted changes are made, each by
exactly so many points, and what the second questionnaire asks otherwise is put to whom it asks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from dmsi_lib.choices import Choices
from dmsi_lib.errors import InputError, problems
from dmsi_lib.files import Place, write_text
from dmsi_lib.published import Pair, match_waves
from dmsi_lib.questionnaire import (
    OTHER_TEXT,
    Question,
    Questionnaire,
    read_questionnaire,
    read_yaml,
)
from dmsi_lib.survey import Survey, read_survey
from dmsi_lib.synthetic.export import check_export_place, export_text, tried
from dmsi_lib.synthetic.population import Booleans, Floats, Objects, Population, Settings, led_to
from dmsi_lib.wording import unknown

_SETTINGS = ("seed", "mark", "first_day", "days", "first_id", "mix", "moved", "new", "gone")
_TYPES = ("single", "multiple", "ranking", "open")
_OF_MOVED = ("question", "option", "points", "from", "among")
_ROUNDS = 50  # of fitting weights to one question after the other
Answers = Mapping[tuple[str, str], Objects]


def write_second_wave(path: Place, planted: Place) -> None:
    """Make a second wave of the synthetic survey, and keep it if its questionnaire reads it.

    Parameters
    ----------
    path : path of the CSV file
    planted : path of the YAML file that lists the changes; the wave's questionnaire lies beside it

    Raises
    ------
    InputError
        Where a change can't be made, or the place is taken; nothing is written then.
    """
    path, planted = Path(path), Path(planted)
    check_export_place(path)
    settings, own = read_yaml(planted), planted.parent / "questionnaire.yaml"
    text = second_wave(read_survey(Choices()), read_questionnaire(own), settings, str(planted))
    tried(text, {}, str(own))
    write_text(path, text)


def second_wave(
    first: Survey, questionnaire: Questionnaire, settings: Settings, place: str = "planted"
) -> str:
    """The export of a second wave as CSV.

    Parameters
    ----------
    first : the survey of the first wave, a synthetic one
    questionnaire : of the second wave
    settings : mapping as read from data/synthetic/second_wave/planted.yaml
    place : where they stand, for messages

    Raises
    ------
    InputError
        For names that do not exist, and changes that can't be made.
    """
    if not first.synthetic:  # what real people answered would be passed off as invented
        raise InputError("A second wave is made from a synthetic first one alone.")
    faults = list(_faults(settings, first.questionnaire, questionnaire))
    if faults:
        raise InputError(problems(f"{place}: the changes can't be planted.", faults))
    random = np.random.RandomState(int(settings["seed"]))  # its stream is frozen for good (NEP 19)
    gone = {name: replace(questionnaire[name], asked=False) for name in settings["gone"]}
    questionnaire = questionnaire.with_questions(gone)
    pairs = match_waves(first.questionnaire, questionnaire)[0]
    before, copies = _drawn(first, settings["mix"], random)
    people = _like(before, {k: a for pair in pairs for k, a in _translated(pair, before)})
    _hand_around(people, questionnaire, list(settings["mix"]), copies)
    for change in settings["moved"]:
        _move(questionnaire[change["question"]], people, change)
    _come_so_far(people, questionnaire)
    for pair in pairs:
        _put_to_others(pair, people, led_to(pair.before, before))
    for name, settled in settings["new"].items():
        _ask(questionnaire[name], people, settled)
    _come_so_far(people, questionnaire)
    steps = random.randint(1_000, 90_000, len(people.stop))
    ids = [str(n) for n in int(settings["first_id"]) + np.cumsum(steps)]
    return export_text(questionnaire, people, ids, settings)


# ---- who is drawn


def _drawn(first: Survey, mix: Settings, random: np.random.RandomState) -> tuple[Population, Any]:
    """As many respondents as there were, and who of them repeats an earlier one."""
    everybody = _people(first, random)
    size = len(everybody.stop)
    places = random.choice(size, size, p=_weights(everybody, mix))
    repeats = np.ones(size, dtype=bool)
    repeats[np.unique(places, return_index=True)[1]] = False
    drawn = {name: answers[places] for name, answers in everybody.answers.items()}
    return _like(everybody, drawn), repeats


def _people(survey: Survey, random: np.random.RandomState) -> Population:
    """The respondents of a survey, with labels where they ticked, as an export has them."""
    responses, answers = survey.responses, dict[tuple[str, str], Objects]()
    for name, item in responses:
        question, column = survey.questionnaire[name], responses[name, item]
        given: list[Any] = [
            None if blank else one for one, blank in zip(column, column.isna(), strict=True)
        ]
        if question.type == "multiple" and item in question.choices:
            given = [question.choices[item] if ticked else None for ticked in given]
        elif question.type == "ranking":
            given = [None if rank is None else str(rank) for rank in given]
        answers[name, item] = np.array(given, dtype=object)
    nobody = np.zeros(len(responses), dtype=int)
    return Population(random, {}, {}, nobody, nobody.copy(), answers)


def _like(people: Population, answers: Answers) -> Population:
    """As many people with other answers."""
    nobody = np.zeros(len(people.stop), dtype=int)
    return Population(people.random, {}, {}, nobody, nobody.copy(), dict(answers))


def _weights(people: Population, mix: Settings) -> Floats:
    """The chance of each respondent to be drawn, so that the shares of the answers move by so many
    points: iterative proportional fitting (W. E. Deming, F. F. Stephan, 1940)."""
    weights = np.ones(len(people.stop)) / len(people.stop)
    wanted = {
        (question, code): np.mean(people.chose(question, code)[people.answered(question)])
        + float(points) / 100
        for question, moves in mix.items()
        for code, points in moves.items()
    }
    for _ in range(_ROUNDS):
        for question, moves in mix.items():
            answered = people.answered(question)
            total, rest = weights[answered].sum(), answered.copy()
            for code in moves:
                chose = people.chose(question, code)
                weights[chose] *= wanted[question, code] * total / weights[chose].sum()
                rest &= ~chose
            left = total * (1 - sum(wanted[question, code] for code in moves))
            if rest.any():
                weights[rest] *= left / weights[rest].sum()
    return weights / weights.sum()


def _hand_around(
    people: Population, questionnaire: Questionnaire, mix: Sequence[str], copies: Booleans
) -> None:
    """Pass the answers of those who repeat others around among them, within the groups of the mix;
    no share moves. What leads to other questions stays."""
    kinds = np.array(list(zip(*(people.answers[name, ""] for name in mix), strict=True)))
    fixed = {*mix, *_gates(questionnaire)}
    for question in (q for q in questionnaire.in_file if q.id not in fixed):
        columns = _columns(people, question)
        if not columns:
            continue
        among = np.flatnonzero(copies & people.answered(question.id))
        own = [tuple(kinds[place]) if mix else () for place in among]
        for kind in dict.fromkeys(own):
            places = among[[each == kind for each in own]]
            taken = people.random.permutation(places)
            for column in columns:
                column[places] = column[taken]


# ---- what the second questionnaire asks otherwise


def _translated(pair: Pair, people: Population) -> Iterator[tuple[tuple[str, str], Objects]]:
    """The answers to a question under the ids, codes and labels of the second wave."""
    before, after, codes = pair.before, pair.after, dict(pair.options)
    for (name, item), answer in people.answers.items():
        if name != before.id:
            continue
        if item == OTHER_TEXT:
            yield (after.id, OTHER_TEXT), answer.copy()
        elif after.type == "single":
            yield (after.id, ""), np.array([codes.get(code) for code in answer], dtype=object)
        elif after.type == "multiple" and item in codes:
            label = after.choices[codes[item]]
            ticks = [None if tick is None else label for tick in answer]
            yield (after.id, codes[item]), np.array(ticks, dtype=object)
        elif after.type in ("open", "ranking"):
            yield (after.id, codes.get(item, item)), answer.copy()
    known = {codes.get(code) for code in before.choices}
    for code in (code for code in after.choices if code not in known):
        if after.type == "multiple":
            yield (after.id, code), np.full(len(people.stop), None, dtype=object)


def _put_to_others(pair: Pair, people: Population, was_led: Booleans) -> None:
    """Where the rules have changed: whom they lead here now answers as somebody did who was asked
    before, and whom they no longer lead here does not."""
    question, columns = pair.after, _columns(people, pair.after)
    is_led, answered = led_to(question, people), people.answered(question.id)
    came = people.last_page >= question.page
    led, past = is_led & ~was_led & came & ~answered, was_led & ~is_led
    donors = np.flatnonzero(answered & was_led)
    if led.any():
        taken = people.random.choice(donors, int(led.sum()))
        for column in columns:
            column[led] = column[taken]
    for column in columns:
        column[past] = None


def _ask(question: Question, people: Population, settled: Settings) -> None:
    """Put a new question of one answer to those who came so far."""
    asked = np.flatnonzero(led_to(question, people) & (people.last_page >= question.page))
    count = round(len(asked) * float(settled["answered"]) / 100)
    chosen = people.random.permutation(asked)[:count]
    shares = np.array([float(settled["options"].get(code, 0)) for code in question.choices])
    ends = np.round(np.cumsum(shares) * count / shares.sum()).astype(int)
    answer = np.full(len(people.stop), None, dtype=object)
    for code, begin, end in zip(question.choices, [0, *ends[:-1]], ends, strict=True):
        answer[chosen[begin:end]] = code
    people.answers[question.id, ""] = answer


def _come_so_far(people: Population, questionnaire: Questionnaire) -> None:
    """Set the last page on which each answered anything."""
    for question in questionnaire.in_file:
        if _columns(people, question):
            reached = np.where(people.answered(question.id), question.page, 0)
            people.last_page = np.maximum(people.last_page, reached)


# ---- answers that move


def _move(question: Question, people: Population, change: Settings) -> None:
    """Move the share of an option by so many points of those who answered."""
    base = people.answered(question.id) & people.holds(change.get("among", {}).items())
    count = round(int(base.sum()) * float(change["points"]) / 100)
    if question.type == "single":
        _change_answers(question, people, base, count, change)
    else:
        _change_ticks(question, people, base, count, change)


def _change_answers(
    question: Question, people: Population, base: Booleans, count: int, change: Settings
) -> None:
    others = change.get("from") or [one for one in question.choices if one != change["option"]]
    given = people.answers[question.id, ""]
    candidates = np.flatnonzero(base & np.isin(given.astype(str), list(others)))
    given[_some(people, candidates, count, change)] = change["option"]


def _change_ticks(
    question: Question, people: Population, base: Booleans, count: int, change: Settings
) -> None:
    """Set ticks, or take some away, of nobody the only one."""
    ticks = people.answers[question.id, change["option"]]
    ticked = people.chose(question.id, change["option"])
    if count >= 0:
        chosen = _some(people, np.flatnonzero(base & ~ticked), count, change)
        ticks[chosen] = question.choices[change["option"]]
        return
    several = sum(people.chose(question.id, code).astype(int) for code in question.choices) > 1
    ticks[_some(people, np.flatnonzero(base & ticked & several), -count, change)] = None


def _some(people: Population, candidates: Any, count: int, change: Settings) -> Any:
    if not 0 <= count <= len(candidates):
        raise InputError(
            f"{change['question']}.{change['option']}: {change['points']} points are {count} "
            f"respondents, of whom only {len(candidates)} can change; expected fewer points."
        )
    return people.random.permutation(candidates)[:count]


# ---- names


def _gates(questionnaire: Questionnaire) -> set[str]:
    rules = (rule for question in questionnaire.in_file for rule in question.ask_if)
    return {condition.gate for rule in rules for condition in rule}


def _columns(people: Population, question: Question) -> list[Objects]:
    return [answer for (name, _), answer in people.answers.items() if name == question.id]


def _faults(settings: Settings, before: Questionnaire, after: Questionnaire) -> Iterator[str]:
    """Every setting that stands for nothing or can't be planted, as a text."""
    yield from (unknown("setting", one, _SETTINGS) for one in settings if one not in _SETTINGS)
    missing = [name for name in _SETTINGS if name not in settings]
    yield from (f"'{name}' is missing." for name in missing)
    if missing:
        return
    for name, moves in settings["mix"].items():
        yield from _not_offered(name, moves, before, ("single",))
    for change in settings["moved"]:
        yield from (unknown("setting", n, _OF_MOVED) for n in change if n not in _OF_MOVED)
        named = [change["option"], *change.get("from", ())]
        yield from _not_offered(change["question"], named, after, ("single", "multiple"))
        if change["question"] in _gates(after):
            yield f"'{change['question']}' leads to other questions, so it can't be moved."
        for gate, codes in change.get("among", {}).items():
            yield from _not_offered(gate, codes, after, ("single", "multiple"))
    for name, settled in settings["new"].items():
        yield from _not_offered(name, settled["options"], after, ("single",))
    for name in settings["gone"]:
        yield from _not_offered(name, (), after, _TYPES)


def _not_offered(
    name: str, codes: Any, questionnaire: Questionnaire, types: Sequence[str]
) -> Iterator[str]:
    if name not in questionnaire:
        yield unknown("question", name, questionnaire.by_id)
        return
    question = questionnaire[name]
    if question.type not in types:
        yield f"'{name}' is of type {question.type}; expected {' or '.join(types)}."
        return
    yield from (
        unknown(f"option of '{name}' with code", code, question.choices)
        for code in codes
        if code not in question.choices
    )
