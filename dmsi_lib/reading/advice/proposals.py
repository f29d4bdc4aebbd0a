"""What proposals come to in the questionnaire: as a change of its text, and as YAML to be shown."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from dmsi_lib.questionnaire import OTHER, flow
from dmsi_lib.reading.answers.codes import RESERVED, code_of, free_code
from dmsi_lib.reading.change_log import Proposal

_LABELS = ("options", "rows")
_LISTS = ("aliases", "blank", "exclude", "exclusive", "identity_columns", "other")
_NO_TEXT = re.compile(r"true|false|0|[1-9][0-9]{0,5}")

Changes = dict[str, Any]  # see `questionnaire.amended`


def change_of(document: Mapping[str, Any], proposals: Iterable[Proposal]) -> Changes:
    """The change of a questionnaire that several proposals make up.

    What two of them propose is in it once. Options of a scale are changed in the scale.
    """
    change: Changes = {}
    for proposal in proposals:
        owner: Any = _question(document, proposal.question) if proposal.question else document
        path: tuple[str, ...] = ("questions", proposal.question) if proposal.question else ()
        if proposal.key in _LABELS:
            _add_labels(change, path, document, owner, proposal)
            continue
        if proposal.code:
            path = (*_labels_with(document, owner, path, proposal.code), proposal.code)
            owner = {}
        if proposal.key in _LISTS:
            _add_texts(change, (*path, proposal.key), proposal.value, owner.get(proposal.key, ()))
        else:
            _inner(change, path)[proposal.key] = _stated(proposal.value)
    _add_recoded(document, change)
    return change


def _add_recoded(document: Mapping[str, Any], change: Changes) -> None:
    """A new answer to a question that is recoded is an option there, too: each has to be in one,
    and only a person can say that it belongs to another."""
    gained = {entry.get("id"): _gained(document, entry, change) for entry in document["questions"]}
    for entry in document.get("derived", ()):
        parts = _listed(entry.get("coalesce", entry.get("recode", ())))
        new = {code: label for part in parts for code, label in gained.get(part, {}).items()}
        gained[entry.get("id")] = new
        if "recode" in entry:
            options = _inner(change, ("derived", entry["id"], "options")) if new else {}
            for code, label in new.items():
                there = {*entry["options"], *options}
                options[free_code(code, there, RESERVED)] = {"label": label, "codes": code}
            gained[entry["id"]] = {c: one["label"] for c, one in options.items()}


def _gained(
    document: Mapping[str, Any], entry: Mapping[str, Any], change: Changes
) -> dict[str, str]:
    """The codes and labels of the answers that a change adds to a question."""
    labels, mine = entry.get("options", ()), change.get("questions", {}).get(entry.get("id"), {})
    added = mine.get("options", {})
    if isinstance(labels, str):
        added = change.get("scales", {}).get(labels, {})
        labels = document["scales"][labels]
    found = {code: label for code, label in added.items() if code not in labels}
    if mine.get("other") and not entry.get("other"):
        found[OTHER] = _listed(mine["other"])[0]
    return found


def _labels_with(
    document: Mapping[str, Any], owner: Mapping[str, Any], path: tuple[str, ...], code: str
) -> tuple[str, ...]:
    """Where a code of a question stands: among its rows, its options, or those of a scale."""
    for name in _LABELS[::-1]:
        labels = owner.get(name, ())
        place: tuple[str, ...] = (*path, name)
        if isinstance(labels, str):
            place, labels = ("scales", labels), document["scales"][labels]
        if code in labels:
            return place
    return (*path, "options")


def is_wording(document: Mapping[str, Any], proposal: Proposal) -> bool:
    """Whether a proposal is but another wording of what the questionnaire has already."""
    if proposal.key not in _LABELS:
        return proposal.key == "aliases"
    labels = _question(document, proposal.question).get(proposal.key, ())
    labels = document["scales"][labels] if isinstance(labels, str) else labels
    codes = proposal.value if isinstance(proposal.value, Mapping) else [proposal.code]
    return all(code in labels for code in codes)


def shown_change(document: Mapping[str, Any], change: Changes) -> Iterator[tuple[str, str]]:
    """The id of each question that a change is about, "" for the rest, and the YAML for it.

    Lists are shown whole, of options and rows those that change.
    """
    for name, inner in change.get("questions", {}).items():
        yield name, _entries(_question(document, name), inner)
    rest = {name: inner for name, inner in change.items() if name != "questions"}
    if rest:
        yield "", _entries(document, rest)


def _entries(owner: Mapping[str, Any], change: Changes) -> str:
    after = {name: _after(owner.get(name), inner) for name, inner in change.items()}
    return flow(after).removeprefix("{").removesuffix("}")


def _after(value: Any, change: Any) -> Any:
    """What a change makes of a value; of several labels, of those alone that it is about."""
    if isinstance(change, list):
        return [*_listed(value or ()), *change]
    if not isinstance(change, dict):
        return change
    if isinstance(value, str):
        return {"label": value, **change}
    if isinstance(value, Mapping):
        inner = {name: _after(value.get(name), each) for name, each in change.items()}
        return {**value, **inner} if "label" in value else inner
    labels = value or ()
    if labels and all(code == label for code, label in change.items()):
        return [*change]
    return {c: _after(c if c in labels else None, inner) for c, inner in change.items()}


def _question(document: Mapping[str, Any], name: str) -> Any:
    return next(entry for entry in document["questions"] if entry.get("id") == name)


def _listed(texts: str | Iterable[str]) -> list[str]:
    return [texts] if isinstance(texts, str) else [*texts]


def _inner(change: Changes, path: Iterable[str]) -> Changes:
    """The part of a change at a path; what is only a label there becomes a map with it."""
    for name in path:
        inner = change.get(name, {})
        change[name] = {"label": inner} if isinstance(inner, str) else inner
        change = change[name]
    return change


def _add_texts(
    change: Changes, path: Sequence[str], new: str | Iterable[str], there: str | Iterable[str]
) -> None:
    texts = _inner(change, path[:-1]).setdefault(path[-1], [])
    known = {*_listed(there), *texts}
    texts += [text for text in dict.fromkeys(_listed(new)) if text not in known]


def _add_labels(
    change: Changes,
    path: Sequence[str],
    document: Mapping[str, Any],
    owner: Mapping[str, Any],
    proposal: Proposal,
) -> None:
    """An alias where the code is there already, else a new option or row."""
    path, labels = (*path, proposal.key), owner.get(proposal.key, {})
    if isinstance(labels, str):
        path, labels = ("scales", labels), document["scales"][labels]
    new = proposal.value if isinstance(proposal.value, dict) else {proposal.code: proposal.value}
    for code, label in new.items():
        if code in labels:
            option = labels[code] if isinstance(labels, Mapping) else code
            there = option.get("aliases", ()) if isinstance(option, Mapping) else ()
            _add_texts(change, (*path, code, "aliases"), label, there)
        elif label not in (added := _inner(change, path)).values():
            reserved = RESERVED if owner.get("other") else RESERVED - {OTHER}
            taken = {*labels, *added, *reserved}
            # The codes of a list of labels are the labels.
            code = label if isinstance(labels, list) else free_code(code or code_of(label), taken)
            # A column of its own, which the scale's other questions may lack.
            lacking = path[0] == "scales" and proposal.key == "rows"
            added[code] = {"label": label, "optional": True} if lacking else label


def _stated(value: Any) -> Any:
    """A value as YAML has it: flags and whole numbers without quotation marks."""
    if isinstance(value, str) and _NO_TEXT.fullmatch(value):
        return int(value) if value.isdigit() else value == "true"
    return value
