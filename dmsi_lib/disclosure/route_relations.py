"""What the routing rules tell every reader: the pages print who was asked each question.

Who is asked a question has met its rule, so that its base, be it the universe or those who
answered, is at most the counts of the answers that lead on, and of those that lead to their gates.
Where the base is the universe, it is also at least that: whoever gave such an answer is in it.

Answers may stray from the rules (off-route answers in "answered" bases; gates that were themselves
answered off route, which their tables leave out but which open the questions behind them all the
same), and nobody need believe the rules of a survey in which they do. So "at most" is known where
it is true of all tables at hand, see `group_relations`. "At least" is always true: an answer that
stands in its gate's table leads on.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, product

import numpy as np

from dmsi_lib.disclosure.slots import SIZE, Options, Relation, Slot, Terms
from dmsi_lib.questionnaire import Condition, Question, Questionnaire, Rule
from dmsi_lib.tables import THEMES, TableName

_WAYS = 16  # to bound a rule of several alternatives; there may be very many
Places = Mapping[tuple[str, str], Options]  # by question and row


def places_of(lists: Iterable[Options]) -> Places:
    """The lists of options that gates may be: not the themes of coded answers."""
    return {(one.name.question, one.row): one for one in lists if one.name.kind != THEMES}


def route_terms(questionnaire: Questionnaire, places: Places) -> Iterator[tuple[TableName, Terms]]:
    """Sums that are at most 0 where all answers follow the rules, and the table each is about."""
    for (name, _), table in places.items():
        bounds = _most_by_rule(questionnaire[name].ask_if, questionnaire, places)
        for bound in dict.fromkeys(frozenset(bound.items()) for bound in bounds):
            yield table.name, minus({table.base: 1}, dict(bound))


def universe_of_one_code(question: Question, table: Options) -> Iterator[tuple[Slot, Slot]]:
    """A universe and the gate's count that it may be, where the rule asks for one code."""
    if len(question.ask_if) == 1 and len(question.ask_if[0]) == 1:
        [condition] = question.ask_if[0]
        if len(condition.codes) == 1 and not condition.negated and not condition.row:
            yield table.base, _gate_count(condition, condition.codes[0])


def universe_relations(
    questionnaire: Questionnaire, table: Options, places: Places
) -> Iterator[Relation]:
    """What a universe is at least, by each alternative of its rule: of a single condition the
    counts that lead on, of several those that no way of overlapping leaves out.

    Where one condition on one answer makes the universe it may be just that. More are in it where
    gates were answered off route; nobody is ever missing, so that what holds of everybody holds of
    any group.
    """
    rule = questionnaire[table.name.question].ask_if
    for alternative in rule:
        ways = [least(condition, questionnaire, places) for condition in alternative]
        for chosen in islice(product(*ways), _WAYS):
            surplus: Terms = {SIZE: len(chosen) - 1.0} if len(chosen) > 1 else {}
            fewest = total([*chosen, minus({}, surplus)])
            yield minus(fewest, {table.base: 1}), -np.inf, 0
            if len(rule) == len(chosen) == 1 and _is_exact(alternative[0], questionnaire):
                yield minus(fewest, {table.base: 1}), 0, 0


def _gate_count(condition: Condition, code: str) -> Slot:
    return Slot(TableName(condition.gate), "count", condition.row, code)


def answered(table: Options) -> Terms:
    """Who answered: the base without those who did not; of several boxes, who filled this one."""
    if table.is_box:
        return {table.count(table.options[0]): 1}
    return minus({table.base: 1}, table.not_stated)


def minus(terms: Terms, others: Terms) -> Terms:
    """One sum less another."""
    return total([terms, {slot: -weight for slot, weight in others.items()}])


def total(sums: Iterable[Terms]) -> Terms:
    """Sums added up."""
    found: Terms = {}
    for terms in sums:
        for slot, weight in terms.items():
            found[slot] = found.get(slot, 0) + weight
    return found


def _overlaps(condition: Condition, questionnaire: Questionnaire) -> bool:
    """Whether somebody may have given several of the gate's answers."""
    return questionnaire[condition.gate].type not in ("single", "matrix")


def _is_exact(condition: Condition, questionnaire: Questionnaire) -> bool:
    """Whether counts of a gate tell how many meet a condition on it."""
    return bool(condition.codes) and not _overlaps(condition, questionnaire)


def _codes(condition: Condition, table: Options) -> list[str]:
    """The codes of a single answer that lead on."""
    return [code for code in table.options if (code in condition.codes) != condition.negated]


def _most_by_rule(rule: Rule, questionnaire: Questionnaire, places: Places) -> Iterator[Terms]:
    """Sums that those who meet a rule are at most: by its own gates and those behind them."""
    ways = [
        [bound for condition in each for bound in most(condition, questionnaire, places)]
        for each in rule
    ]
    for chosen in islice(product(*ways), _WAYS if len(ways) > 1 else None) if rule else ():
        if all(weight > 0 for bound in chosen for weight in bound.values()):
            # Whoever meets any alternative is counted in one of its slots.
            yield {slot: 1.0 for bound in chosen for slot in bound}
        else:
            yield total(chosen)


def most(condition: Condition, questionnaire: Questionnaire, places: Places) -> Iterator[Terms]:
    """Sums that those who meet a condition are at most, the closest first."""
    gate = questionnaire[condition.gate]
    table = places.get((gate.id, condition.row))
    if table is not None:
        if condition.negated and _overlaps(condition, questionnaire):
            # Whoever ticked none of the codes ticked not this one.
            for code in condition.codes:
                yield minus(answered(table), {_gate_count(condition, code): 1})
        elif condition.codes:
            yield {_gate_count(condition, code): 1.0 for code in _codes(condition, table)}
        yield answered(table)
    yield from _most_by_rule(gate.ask_if, questionnaire, places)


def least(condition: Condition, questionnaire: Questionnaire, places: Places) -> list[Terms]:
    """Sums that those who meet a condition are at least."""
    table = places.get((condition.gate, condition.row))
    if table is None or condition.bounds:
        return []
    if not condition.codes:
        return [answered(table)]
    counts: Terms = {_gate_count(condition, code): 1.0 for code in _codes(condition, table)}
    if not _overlaps(condition, questionnaire):
        return [counts]
    if condition.negated:  # perhaps nobody ticked two of the codes
        ticked: Terms = {_gate_count(condition, code): 1.0 for code in condition.codes}
        return [minus(answered(table), ticked)]
    return [{slot: 1.0} for slot in counts]
