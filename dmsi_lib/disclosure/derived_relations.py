"""What every reader knows of derived questions: their tables follow from those they are made of.

A recode, and a net over single answers, are sums. A net over several answers lies between the
largest and the sum of its parts, and so do nets within nets; options that go with no other add up.
Of questions read as one, at most as many answers are lost as people answered twice. These relations
leave a reader nothing more to find out: whatever fulfils them can be true.

Where they would not say all, since every combination of answers would have to be looked at, public
reports leave the derived question out (`left_out`): combinations, the number of ticks in bands,
questions of several answers or rows that are read as one, and nets and bands beside others of the
same answers that they cross.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import inf
from typing import NamedTuple

from dmsi_lib.disclosure.route_relations import Places, answered, minus, total
from dmsi_lib.disclosure.slots import Options, Relation, Slot, Terms
from dmsi_lib.questionnaire import (
    BANDS,
    COALESCE,
    COMBINE,
    COUNT,
    NET,
    Derivation,
    Question,
    Questionnaire,
)

_ONE_ANSWER = ("single", "open", "numeric", "date")
_SEVERAL = ("multiple", "matrix_multiple")
Codes = frozenset[str]


def same_as_source(
    questionnaire: Questionnaire, table: Options, places: Places
) -> Iterator[tuple[Slot, Slot]]:
    """Pairs of figures of a derived question and its source that may be one number."""
    how = questionnaire[table.name.question].derivation
    source = places.get((how.parts[0], table.row)) if how and len(how.parts) == 1 else None
    if how is None or source is None or source.is_box != table.is_box:
        return
    yield table.base, source.base
    yield from zip(table.not_stated, source.not_stated, strict=False)
    for option in table.options if how.codes else ():
        codes = _codes(how, option, source)
        if len(codes) == 1:
            yield table.count(option), source.count(*codes)


def without_numbers(
    questionnaire: Questionnaire, table: Options, places: Places
) -> Iterator[tuple[Slot, Slot]]:
    """Pairs of figures of bands and of their numbers, whose difference is how many answers are no
    numbers, or in no band."""
    how = questionnaire[table.name.question].derivation
    source = places.get((how.parts[0], table.row)) if how and how.kind == BANDS else None
    if source is None:
        return
    if table.not_stated and source.not_stated:
        yield from zip(table.not_stated, source.not_stated, strict=True)
    else:
        yield table.base, source.count(source.options[0])


def derived_relations(
    questionnaire: Questionnaire, table: Options, places: Places
) -> Iterator[Relation]:
    """What holds between the tables of a derived question and of those that it is made of."""
    question = questionnaire[table.name.question]
    how = question.derivation
    if how is None:
        return
    if how.kind == COALESCE:
        yield from _of_coalesced(question, how, table, places, questionnaire)
    else:
        source = places.get((how.parts[0], table.row))
        if source is not None:
            yield from _of_one_source(question, how, table, source, questionnaire, places)


def left_out(questionnaire: Questionnaire) -> frozenset[str]:
    """The ids of the derived questions that public reports leave out: those of which no linear
    relation says all that they tell beside the questions above them."""
    left: set[str] = set()
    kept: dict[str, _Made] = {}
    for question in questionnaire.derived:
        made = _made(question, questionnaire, kept)
        near = [other for other in kept.values() if made and made.sources & other.sources]
        if made and all(_fit(made, other) for other in (made, *near)):
            kept[question.id] = made
        else:
            left.add(question.id)
    return frozenset(left)


class _Made(NamedTuple):
    """What a derived question is made of in the end, and what of it is no sum: sources, the ids of
    the questions that nets take, or of those that are bands, and the codes of its nets."""

    sources: frozenset[str]
    roots: frozenset[str]
    nets: tuple[Codes, ...]


def _made(
    question: Question, questionnaire: Questionnaire, kept: Mapping[str, _Made]
) -> _Made | None:
    """None of a question that is left out whatever stands beside it."""
    how, parts = question.derivation, [questionnaire[part] for part in question.parts]
    unknown = any(part.derivation and part.id not in kept for part in parts)
    if how is None or unknown or how.kind == COMBINE or _is_ticks_in_bands(how, parts):
        return None
    if how.kind == COALESCE and (question.type not in _ONE_ANSWER or question.rows):
        return None  # who answered several parts, and what, ties all options together
    sources = frozenset(one.id for one in questionnaire.sources(question))
    roots = {root for part in parts if part.id in kept for root in kept[part.id].roots}
    if how.kind == BANDS:
        return _Made(sources, frozenset(roots | {question.id}), ())
    if how.kind == NET and parts[0].type in _SEVERAL:
        nets = tuple(map(frozenset, how.codes.values()))
        return _Made(sources, frozenset(roots | {parts[0].id}), nets)
    return _Made(sources, frozenset(roots), ())


def _is_ticks_in_bands(how: Derivation, parts: Sequence[Question]) -> bool:
    """Or bands of numbers that are made of others."""
    if how.kind == COUNT:
        return bool(how.bounds)
    return how.kind == BANDS and any(part.derivation for part in parts)


def _fit(one: _Made, other: _Made) -> bool:
    """Whether two questions of the same answers tell no more together than relations say."""
    crossing = any(_is_crossing(*pair) for pair in product(one.nets, other.nets))
    return len(one.roots | other.roots) <= 1 and not crossing


def is_net(question: Question, questionnaire: Questionnaire) -> bool:
    """Whether a question's options need not take everybody who answered: nets, and what is made of
    them."""
    how = question.derivation
    if how is None or question.type not in _SEVERAL:
        return False
    return how.kind == NET or any(is_net(questionnaire[p], questionnaire) for p in how.parts)


def _is_crossing(one: Codes, other: Codes) -> bool:
    return bool(one & other) and not (one <= other or other <= one)


def _codes(how: Derivation, option: str, source: Options) -> Codes:
    """The codes of an option that the source's table has."""
    return frozenset(how.codes[option]) & frozenset(source.options)


def _sum(slots: Iterable[Slot]) -> Terms:
    return total({slot: 1.0} for slot in slots)


def _at_most(terms: Terms, bound: Terms) -> Relation:
    """That one sum is not above another."""
    return minus(terms, bound), -inf, 0


def _equal(terms: Terms, others: Terms) -> Relation:
    return minus(terms, others), 0, 0


# ---- several questions read as one


def _of_coalesced(
    question: Question,
    how: Derivation,
    table: Options,
    places: Places,
    questionnaire: Questionnaire,
) -> Iterator[Relation]:
    there = [(part, places.get((part, table.row))) for part in how.parts]
    parts = [(questionnaire[part], one) for part, one in there if one is not None]
    if not parts:
        return
    every = total(answered(one) for _, one in parts)
    mine, first = answered(table), parts[0][1]
    lost = minus(every, mine)  # whoever answered several parts
    yield _equal(every, mine)
    yield _at_most(mine, every)
    yield _at_most({table.base: 1}, _sum(one.base for _, one in parts))
    for _, one in parts:
        yield _at_most(answered(one), mine)
    for option in table.options:
        own = {
            part.id: dict(zip(question.companions, part.companions, strict=True)).get(
                option, option
            )
            for part, _ in parts
        }
        given = [(one, own[part.id]) for part, one in parts if own[part.id] in one.options]
        counts = _sum(one.count(code) for one, code in given)
        yield _at_most({table.count(option): 1}, counts)
        yield _at_most(minus(counts, {table.count(option): 1}), lost)
        if first is given[0][0] if given else False:
            yield _at_most({first.count(given[0][1]): 1}, {table.count(option): 1})


# ---- made of one question


def _of_one_source(
    question: Question,
    how: Derivation,
    table: Options,
    source: Options,
    questionnaire: Questionnaire,
    places: Places,
) -> Iterator[Relation]:
    yield _equal(answered(table), answered(source))  # unless numbers are missing
    yield _at_most(answered(table), answered(source))
    if how.codes and source.type not in _SEVERAL:
        for option in table.options:
            codes = _codes(how, option, source)
            yield _equal(_sum(map(source.count, codes)), {table.count(option): 1})
    elif how.codes:
        yield from _of_nets(table, source, questionnaire, places)


def _nets_of(source: str, questionnaire: Questionnaire) -> Iterator[tuple[str, str, Codes]]:
    """All nets over a question: the derived question, its option, and the codes."""
    for derived in questionnaire.derived:
        how = derived.derivation
        if how and how.codes and derived.asked and how.parts == (source,):
            for option in derived.options:
                yield derived.id, option, frozenset(how.codes[option])


def _of_nets(
    table: Options, source: Options, questionnaire: Questionnaire, places: Places
) -> Iterator[Relation]:
    """Of nets over several answers: all that is known where none crosses another."""
    there = frozenset(source.options)
    sets = _sets(table, source, questionnaire, places)
    mine = {slot: codes for slot, codes in sets.items() if slot.table == table.name}
    alone = frozenset(questionnaire[source.name.question].exclusive) & there
    everybody = answered(source)
    for net, codes in mine.items():
        within = {slot: own for slot, own in sets.items() if own < codes}
        yield _at_most({net: 1}, _covering(codes, within))
        yield from (_at_most({net: 1}, _covering(codes, within, slot)) for slot in within)
        apart = _sum(source.count(code) for code in alone - codes)
        yield _at_most(total([{net: 1}, apart]), everybody)
        own_alone = _sum(source.count(code) for code in alone & codes)
        for slot, own in within.items():
            free = {} if own & alone else own_alone
            yield _at_most(total([{slot: 1}, free]), {net: 1})
        yield from (_at_most({net: 1}, {s: 1}) for s, own in sets.items() if codes < own)
        yield from (_equal({net: 1}, {s: 1}) for s, own in sets.items() if codes == own)
        # Whoever answered ticked something.
        yield _at_most(everybody, _covering(there, sets, net))


def _sets(
    table: Options, source: Options, questionnaire: Questionnaire, places: Places
) -> dict[Slot, Codes]:
    """Who ticked any of some codes, as far as a table counts them: single codes, and all nets."""
    sets: dict[Slot, Codes] = {source.count(code): frozenset([code]) for code in source.options}
    for name, option, codes in _nets_of(source.name.question, questionnaire):
        known = codes & frozenset(source.options)
        if known and (name, table.row) in places:
            sets[places[name, table.row].count(option)] = known
    return sets


def _covering(codes: Codes, within: Mapping[Slot, Codes], first: Slot | None = None) -> Terms:
    """A sum that those who ticked any of the codes are at most: of a few sets, the largest first,
    that have no code in common."""
    order = sorted(within, key=lambda slot: -len(within[slot]))
    chosen: list[Slot] = []
    left = codes
    for slot in [*([first] if first else []), *order]:
        if within[slot] <= left:
            chosen.append(slot)
            left -= within[slot]
    return _sum(chosen)
