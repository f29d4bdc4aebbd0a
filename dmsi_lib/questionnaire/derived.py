"""Derived questions: one question that was asked in several branches, read as one.

Its answer is that of the first of its parts that was answered; whoever was to be asked any of them
is in its universe.
"""

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Map
from dataclasses import replace
from itertools import chain
from typing import Any, TypeVar

from dmsi_lib.questionnaire.formats import DerivedKeys, Fault, shown, take
from dmsi_lib.questionnaire.question import Question
from dmsi_lib.questionnaire.strict_yaml import Mapping
from dmsi_lib.wording import key, unknown

_BY_CODE = {"options": "code", "rows": "code", "stated_scores": "score of"}
T = TypeVar("T")


def derived_question(
    entry: Any, line: int, questions: Map[str, Question], unsound: set[str | None]
) -> tuple[Question | None, list[Fault]]:
    """The question that the answers to several make up, None where it can't be made; its faults."""
    if not isinstance(entry, Mapping):
        text = f"{shown(entry)} is no derived question; expected a map with id, text and coalesce."
        return None, [Fault(line, text)]
    name = entry.get("id")
    owner = f"derived question {shown(name)}: " if name else "derived question without id: "
    values, faults = take(DerivedKeys, entry, owner)
    values["stated_short"] = values.pop("short", None)
    names = values.get("coalesce", ())
    place = entry.lines.get("coalesce", line)
    for part in (part for part in names if part not in questions):
        faults.append(Fault(place, owner + "coalesce: " + unknown("question", part, questions)))
    if faults or unsound & {*names}:
        return None, faults
    parts = [questions[part] for part in names]
    text = _misfit_of_parts(parts)
    if text:
        return None, [Fault(place, owner + text)]
    draft = replace(
        parts[0],
        **values,
        aliases=(),
        optional=False,
        occurrence=None,
        comment=None,
        asked_of=None,
        line=line,
    )
    return made_of(draft, parts), []


def made_of(derived: Question, parts: list[Question]) -> Question:
    """A derived question with what follows from its parts as they are now.

    A file may show a part otherwise than the questionnaire says: without an option, with rows, as a
    matrix of several answers a row, or not at all.
    """
    rules = [part.ask_if for part in parts]
    kinds = dict.fromkeys(part.type for part in parts)
    return replace(
        derived,
        type=next((kind for kind in kinds if kind == "matrix_multiple"), parts[0].type),
        page=max(part.page for part in parts),
        options=_joined(part.options for part in parts),
        rows=_joined(part.rows for part in parts),
        stated_scores=_joined(part.stated_scores for part in parts),
        plurals=_joined(part.plurals for part in parts),
        stated_order=_common([part.stated_order for part in parts]),
        ask_if=tuple(dict.fromkeys(each for rule in rules for each in rule)) if all(rules) else (),
        asked=any(part.asked for part in parts),
    )


def _joined(maps: Iterable[dict[str, T]]) -> dict[str, T]:
    """What several questions say of their codes, of each what is said first."""
    joined: dict[str, T] = {}
    for each in maps:
        joined |= {code: value for code, value in each.items() if code not in joined}
    return joined


def _common(orders: list[tuple[str, ...]]) -> tuple[str, ...]:
    """The order of the options of all parts; none where they differ."""
    return orders[0] if len(set(orders)) == 1 else ()


def _misfit_of_parts(parts: list[Question]) -> str:
    """Why questions can't be read as one, or ""."""
    if len(parts) < 2 or len({part.id for part in parts}) < len(parts):
        return "coalesce: expected two different questions at least."
    if any(part.coalesce for part in parts):
        return "coalesce: a derived question can't be part of another."
    if len({part.type for part in parts}) > 1:
        types = " and ".join(f"'{part.id}' is {part.type}" for part in parts)
        return f"coalesce: {types}; expected questions of one type."
    if len({part.all_others for part in parts}) > 1:
        return "coalesce: the questions differ in their 'other'; expected the same, or none."
    clashes = chain(*(_clashes(parts, name) for name in _BY_CODE))
    return next(clashes, "")


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
