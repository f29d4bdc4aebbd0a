"""Derived questions: one question that was asked in several branches, read as one.

Its answer is that of the first of its parts that was answered; whoever was to be asked any of them
is in its universe.
"""

from collections.abc import Mapping as Map
from dataclasses import replace
from typing import Any

from dmsi_lib.questionnaire.formats import DerivedKeys, Fault, shown, take
from dmsi_lib.questionnaire.question import Question
from dmsi_lib.questionnaire.strict_yaml import Mapping
from dmsi_lib.wording import key, unknown


def derived_question(
    entry: Any, line: int, questions: Map[str, Question], unsound: set[str | None]
) -> tuple[Question | None, list[Fault]]:
    """The question that the answers to several make up, None where it can't be made; its faults."""
    if not isinstance(entry, Mapping):
        text = f"{shown(entry)} is no derived question; expected a map with id, text and coalesce."
        return None, [Fault(line, text)]
    owner = f"derived question {shown(entry.get('id') or '')}: "
    values, faults = take(DerivedKeys, entry, owner)
    names = values.get("coalesce", ())
    place = entry.lines.get("coalesce", line)
    for name in (name for name in names if name not in questions):
        faults.append(Fault(place, owner + "coalesce: " + unknown("question", name, questions)))
    if faults or unsound & {*names}:
        return None, faults
    parts = [questions[name] for name in names]
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
        ask_if=tuple(dict.fromkeys(each for rule in rules for each in rule)) if all(rules) else (),
        asked=any(part.asked for part in parts),
    )


def _joined(labels: Any) -> dict[str, str]:
    """Codes and labels of several questions, each code with its first label."""
    joined: dict[str, str] = {}
    for each in labels:
        joined = joined | {code: label for code, label in each.items() if code not in joined}
    return joined


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
    for name in ("options", "rows"):
        seen: dict[str, tuple[str, str]] = {}
        for part in parts:
            for code, label in getattr(part, name).items():
                first, text = seen.setdefault(code, (part.id, label))
                if key(text) != key(label):
                    return (
                        f"coalesce: the code '{code}' is '{text}' in '{first}' and '{label}' in "
                        f"'{part.id}'; give different options different codes."
                    )
    return ""
