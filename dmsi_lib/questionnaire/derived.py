"""Derived questions: what is made of the answers to others, as the questionnaire declares it.

Whoever was to be asked any part of a derived question is in its universe. What else follows from
the parts (type, page, rows, whether the file has it) is in `made_of`.
"""

from collections.abc import Callable, Container, Iterable, Iterator
from collections.abc import Mapping as Map
from dataclasses import replace
from itertools import chain, combinations, pairwise
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel

from dmsi_lib.questionnaire.checks import misfits
from dmsi_lib.questionnaire.derivation import (
    BANDS,
    COALESCE,
    COMBINE,
    COUNT,
    KINDS,
    NET,
    RECODE,
    Bounds,
    Derivation,
)
from dmsi_lib.questionnaire.entries import misfits_of_options, order_of
from dmsi_lib.questionnaire.formats import (
    BandsKeys,
    CoalesceKeys,
    CombineKeys,
    CountKeys,
    Fault,
    NetKeys,
    RecodeKeys,
    shown,
    take,
)
from dmsi_lib.questionnaire.question import ROW_TYPES, Question
from dmsi_lib.questionnaire.rules import SIGNS, Condition, rule_of
from dmsi_lib.questionnaire.strict_yaml import Mapping
from dmsi_lib.wording import key, unknown

_BY_CODE = {"options": "code", "rows": "code", "stated_scores": "score of"}
_MODELS: dict[str, type[BaseModel]] = dict(
    zip(KINDS, (CoalesceKeys, RecodeKeys, NetKeys, CountKeys, BandsKeys, CombineKeys), strict=True)
)
_EXPECTED = f"expected one of {', '.join(KINDS)}"
_SEVERAL = ("multiple", "matrix_multiple")
_SOURCES = {  # the types of which each kind is made
    RECODE: ("single", "matrix"),
    NET: ("single", "matrix", *_SEVERAL),
    COUNT: _SEVERAL,
    BANDS: ("numeric",),
}
T = TypeVar("T")
Misfits = Iterator[tuple[str, str]]  # pairs of the key to look at and a text


class _Said(NamedTuple):
    """What an entry says: its kind, its keys, and the questions it names."""

    kind: str
    values: dict[str, Any]
    parts: list[Question]
    known: Map[str, Question]


def derived_question(
    entry: Any,
    line: int,
    questions: Map[str, Question],
    unsound: set[str | None],
    later: Container[str],
) -> tuple[Question | None, list[Fault]]:
    """The question that an entry of `derived` makes, None where it can't be made; its faults.

    `questions` are those above it; `later` the ids of those below.
    """
    if not isinstance(entry, Mapping):
        text = f"{shown(entry)} is no derived question; expected a map with id, text and how."
        return None, [Fault(line, text)]
    name = entry.get("id")
    owner = f"derived question {shown(name)}: " if name else "derived question without id: "
    kinds = [kind for kind in KINDS if kind in entry]
    if len(kinds) != 1:
        found = " and ".join(f"'{kind}'" for kind in kinds) + " stand together"
        text = f"{found if kinds else 'it does not say how it is made'}; {_EXPECTED}."
        return None, [Fault(line, owner + text)]
    [kind] = kinds
    values, faults = take(_MODELS[kind], entry, owner)
    names = values.get(kind, ())
    names = (names,) if isinstance(names, str) else names
    place = entry.lines[kind]
    for part in (part for part in names if part not in questions and part not in unsound):
        text = f"{kind}: {unknown('question', part, questions)}"
        if part == name:
            text = f"{kind}: '{part}' is the question itself; expected one above it."
        elif part in later:
            text = f"{kind}: '{part}' is derived below; move it above."
        faults.append(Fault(place, owner + text))
    if faults or unsound & {*names}:
        return None, faults
    said = _Said(kind, values, [questions[part] for part in names], questions)
    wrong = [*_misfitting_parts(said)] or [*_MISFITS[kind](said)]
    draft = None if wrong else replace(_draft(said), line=line)
    if draft and kind != COALESCE:
        wrong = [*misfits_of_options(draft)]
    faults = [Fault(entry.lines.get(where, line), owner + text) for where, text in wrong]
    return None if faults else draft, faults


def made_of(derived: Question, parts: list[Question]) -> Question:
    """A derived question with what follows from its parts as they are now.

    A file may show a part otherwise than the questionnaire says: without an option, with rows, as a
    matrix of several answers a row, or not at all.
    """
    rules = [part.ask_if for part in parts]
    assert derived.derivation is not None
    return replace(
        derived,
        page=max(part.page for part in parts),
        ask_if=tuple(dict.fromkeys(each for rule in rules for each in rule)) if all(rules) else (),
        asked=any(part.asked for part in parts),
        **_SHAPES[derived.derivation.kind](derived, parts),
    )


def _draft(said: _Said) -> Question:
    """The question that an entry without faults makes."""
    options = said.values.get("options", {})
    derivation = Derivation(
        said.kind,
        tuple(part.id for part in said.parts),
        **_DERIVATIONS[said.kind](said),
    )
    own: dict[str, Any] = {
        name: said.values[name] for name in ("id", "text", "concept", "same_question")
    }
    own |= {"stated_short": said.values["short"], "derivation": derivation}
    if said.kind == COALESCE:
        own |= {"aliases": (), "optional": False, "occurrence": None, "comment": None}
        draft = replace(said.parts[0], **own, asked_of=None)
    else:
        draft = Question(
            **own,
            type="",
            page=0,
            options={code: option.label for code, option in options.items()},
            stated_scores={c: o.score for c, o in options.items() if o.score is not None},
            plurals={code: option.plural for code, option in options.items() if option.plural},
            stated_order=order_of(said.values.get("ordered") or (), options, ()),
        )
    return made_of(draft, said.parts)


# ---- what follows from the parts: type, rows and options


def _coalesced(derived: Question, parts: list[Question]) -> dict[str, Any]:
    kinds = dict.fromkeys(part.type for part in parts)
    return {
        "type": next((kind for kind in kinds if kind == "matrix_multiple"), parts[0].type),
        "options": _joined(part.options for part in parts),
        "rows": _joined(part.rows for part in parts),
        "stated_scores": _joined(part.stated_scores for part in parts),
        "plurals": _joined(part.plurals for part in parts),
        "stated_order": _common([part.stated_order for part in parts]),
    }


def _recoded(derived: Question, parts: list[Question]) -> dict[str, Any]:
    [source] = parts
    return {"type": source.type, "rows": source.rows, "options": _offered(derived, source)}


def _netted(derived: Question, parts: list[Question]) -> dict[str, Any]:
    [source] = parts
    kind = "matrix_multiple" if source.type in ROW_TYPES else "multiple"
    return {"type": kind, "rows": source.rows, "options": _offered(derived, source)}


def _measured(derived: Question, parts: list[Question]) -> dict[str, Any]:
    [source] = parts
    kind = "matrix" if source.rows else "single"
    return {"type": kind if derived.options else "numeric", "rows": source.rows}


def _combined(derived: Question, parts: list[Question]) -> dict[str, Any]:
    return {"type": "single"}


_SHAPES: dict[str, Callable[[Question, list[Question]], dict[str, Any]]] = {
    COALESCE: _coalesced,
    RECODE: _recoded,
    NET: _netted,
    COUNT: _measured,
    BANDS: _measured,
    COMBINE: _combined,
}


def _offered(derived: Question, source: Question) -> dict[str, str]:
    """The options of which the source has some code."""
    assert derived.derivation is not None
    codes = derived.derivation.codes
    return {o: label for o, label in derived.options.items() if {*codes[o]} & {*source.choices}}


def _joined(maps: Iterable[dict[str, T]]) -> dict[str, T]:
    """What several questions say of their codes, of each what is said first."""
    joined: dict[str, T] = {}
    for each in maps:
        joined |= {code: value for code, value in each.items() if code not in joined}
    return joined


def _common(orders: list[tuple[str, ...]]) -> tuple[str, ...]:
    """The order of the options of all parts; none where they differ."""
    return orders[0] if len(set(orders)) == 1 else ()


# ---- what an entry says of its options, as fields of a Derivation


def _nothing_more(said: _Said) -> dict[str, Any]:
    return {}


def _codes(said: _Said) -> dict[str, Any]:
    return {"codes": {name: option.codes for name, option in said.values["options"].items()}}


def _bands(said: _Said) -> dict[str, Any]:
    return {"bounds": {name: _bounds(option) for name, option in said.values["options"].items()}}


def _bounds(option: Any) -> Bounds:
    found = ((name, getattr(option, name)) for name in SIGNS)
    return tuple((name, bound) for name, bound in found if bound is not None)


def _counted(said: _Said) -> dict[str, Any]:
    [source] = said.parts
    codes = said.values["codes"]
    rest = tuple(code for code in source.choices if code not in source.exclusive)
    return {"counted": rest if codes is None else codes, **_bands(said)}


def _rules(said: _Said) -> dict[str, Any]:
    options = said.values["options"].items()
    return {"rules": {name: rule_of(option.if_, said.known) for name, option in options}}


_DERIVATIONS: dict[str, Callable[[_Said], dict[str, Any]]] = {
    COALESCE: _nothing_more,
    RECODE: _codes,
    NET: _codes,
    COUNT: _counted,
    BANDS: _bands,
    COMBINE: _rules,
}


# ---- what does not go together


def _misfitting_parts(said: _Said) -> Misfits:
    kinds = _SOURCES.get(said.kind, ())
    for part in said.parts:
        if kinds and part.type not in kinds:
            text = f"'{part.id}' is of type {part.type}; expected {' or '.join(kinds)}."
            yield said.kind, f"{said.kind}: {text}"


def _misfits_of_coalesced(said: _Said) -> Misfits:
    parts = said.parts
    if len(parts) < 2 or len({part.id for part in parts}) < len(parts):
        yield COALESCE, "coalesce: expected two different questions at least."
    elif len({part.type for part in parts}) > 1:
        types = " and ".join(f"'{part.id}' is {part.type}" for part in parts)
        yield COALESCE, f"coalesce: {types}; expected questions of one type."
    elif len({part.all_others for part in parts}) > 1:
        text = "coalesce: the questions differ in their 'other'; expected the same, or none."
        yield COALESCE, text
    else:
        clashes = chain(*(_clashes(parts, name) for name in _BY_CODE))
        yield from ((COALESCE, text) for text in [*clashes][:1])


def _clashes(parts: list[Question], name: str) -> Iterator[str]:
    """Codes of which two parts say different things."""
    seen: dict[str, tuple[str, Any]] = {}
    for part in parts:
        for code, value in getattr(part, name).items():
            first, found = seen.setdefault(code, (part.id, value))
            if key(str(found)) != key(str(value)):
                yield (
                    f"coalesce: the {_BY_CODE[name]} '{code}' is '{found}' in '{first}' and "
                    f"'{value}' in '{part.id}'; give different options different codes."
                )


def _misfits_of_codes(said: _Said) -> Misfits:
    [source] = said.parts
    for name, option in said.values["options"].items():
        for code in (code for code in option.codes if code not in source.choices):
            text = unknown(f"option of {source.id} with code", code, source.choices)
            yield "options", f"'{name}': {text}"


def _misfits_of_recoded(said: _Said) -> Misfits:
    yield from _misfits_of_codes(said)
    [source] = said.parts
    taken: dict[str, str] = {}
    for name, option in said.values["options"].items():
        for code in option.codes:
            first = taken.setdefault(code, name)
            if first != name:
                text = f"'{code}' stands in '{first}' and '{name}'; expected it in one option."
                yield "options", text
    left = [code for code in source.choices if code not in taken]
    if left:
        text = f"no option takes {', '.join(left)} of '{source.id}'; expected each in one option."
        yield "options", text


def _misfits_of_count(said: _Said) -> Misfits:
    [source] = said.parts
    codes = said.values["codes"] or ()
    for code in dict.fromkeys(codes):
        if code not in source.choices:
            yield "codes", unknown(f"option of {source.id} with code", code, source.choices)
        elif codes.count(code) > 1:
            yield "codes", f"codes: '{code}' stands there twice; expected each once."
    yield from _misfits_of_bands(said)


def _misfits_of_bands(said: _Said) -> Misfits:
    bounds = _bands(said)["bounds"]
    for name in (name for name in bounds if not bounds[name]):
        yield "options", f"'{name}' has no bound; expected one of {', '.join(SIGNS)}."
    numbers = _numbers_between(bound for each in bounds.values() for _, bound in each)
    inside = {
        name: {n for n in numbers if Condition("", bounds=own).admits(n)}
        for name, own in bounds.items()
        if own
    }
    for name in (name for name, own in inside.items() if not own):
        yield "options", f"'{name}' takes no number; its bounds exclude each other."
    for one, other in combinations(inside, 2):
        both = inside[one] & inside[other]
        if both:
            text = f"'{one}' and '{other}' both take {min(both, key=abs):g}; expected one of them."
            yield "options", text


def _numbers_between(named: Iterable[float]) -> list[float]:
    """The numbers that bounds name, and one between each two and beyond them."""
    bounds = sorted({*named})
    between = [(low + high) / 2 for low, high in pairwise(bounds)]
    ends = [bounds[0] - 1, bounds[-1] + 1] if bounds else []
    return [*bounds, *between, *ends]


def _misfits_of_combined(said: _Said) -> Misfits:
    options, names = said.values["options"], [part.id for part in said.parts]
    for n, (name, option) in enumerate(options.items(), 1):
        if bool(option.if_) == bool(option.otherwise):
            yield "options", f"'{name}' needs either 'if' or 'otherwise: true'."
        elif option.otherwise and n < len(options):
            yield "options", f"'{name}' has 'otherwise', which only the last option may have."
    rules = _rules(said)["rules"]
    conditions = [(name, c) for name, rule in rules.items() for each in rule for c in each]
    for name, condition in conditions:
        if condition.gate in names:
            wrong = [*misfits(condition, said.known[condition.gate])]
        else:
            wrong = [f"'{condition.subject}' is not among the questions of 'combine'."]
        yield from (("options", f"'{name}': if: {text}") for text in wrong)
    named = {condition.gate for _, condition in conditions}
    for part in (part for part in names if part not in named):
        yield COMBINE, f"combine: no condition names '{part}'; take it out."


_MISFITS: dict[str, Callable[[_Said], Misfits]] = {
    COALESCE: _misfits_of_coalesced,
    RECODE: _misfits_of_recoded,
    NET: _misfits_of_codes,
    COUNT: _misfits_of_count,
    BANDS: _misfits_of_bands,
    COMBINE: _misfits_of_combined,
}
