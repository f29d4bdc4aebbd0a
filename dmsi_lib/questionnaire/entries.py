"""From what a file says of one question to a Question, and what is wrong with it."""

import re
from collections.abc import Container, Iterable, Iterator
from collections.abc import Mapping as Map
from datetime import datetime
from itertools import product
from typing import Any, NamedTuple

from dmsi_lib.questionnaire.formats import (
    ConditionKeys,
    Fault,
    OptionKeys,
    QuestionKeys,
    shown,
    take,
)
from dmsi_lib.questionnaire.question import (
    BOX_TYPES,
    COMMENT,
    NOT_A_NUMBER,
    NOT_STATED,
    OTHER,
    OTHER_TEXT,
    ROW_TYPES,
    Question,
)
from dmsi_lib.questionnaire.strict_yaml import Mapping
from dmsi_lib.wording import key, plain, unknown

_WITHOUT_OPTIONS = ("open", "numeric", "date")
_LISTS = ("options", "rows")
_OF_OPTIONS = {"score": "count in a mean", "plural": "make groups"}
_SCALED = ("single", "matrix")  # whose options a mean can be made of, or stand in an order
_ALL = ("true",)  # in the place of the codes
_RESERVED = re.compile(rf"({OTHER_TEXT}(_\d+)?|{NOT_STATED}|{COMMENT}|{NOT_A_NUMBER})")
_OWNERS = (  # a key, the types that may have it, and what they are called
    ("other", ("single", "multiple"), "a single or multiple question has an 'other'"),
    ("exclusive", ("multiple",), "a multiple question has 'exclusive' options"),
    ("ordered", _SCALED, "a single question or a matrix has 'ordered' options"),
    ("format", ("date",), "a date has a 'format'"),
)
_SOME_DAY = datetime(2018, 12, 31, 23, 59)
Misfits = Iterator[tuple[str, str]]  # pairs of the key to look at and a text


class Draft(NamedTuple):
    """A question as far as it is well formed, its rule as it was written, and its faults.

    What all questions together tell is still to come: what the rule means. `sound` is whether all
    of it is known: it has no fault, nor has a scale that it names.
    """

    question: Question
    ask_if: tuple[dict[str, ConditionKeys], ...]
    faults: list[Fault]
    sound: bool


def read_question(entry: Any, line: int, scales: Map[str, Any]) -> Draft:
    """What an entry of the list of questions says; None for what a question has to have.

    `scales` are options by name as they are written, each None where something is wrong with them.
    """
    missing: dict[str, Any] = dict.fromkeys(("id", "text", "type", "page"))
    if not isinstance(entry, Mapping):
        text = f"{shown(entry)} is no question; expected a map with id, text, type and page."
        return Draft(Question(**missing, line=line), (), [Fault(line, text)], False)
    name = entry.get("id")
    owner = f"question {shown(name)}: " if name else "question without id: "
    filled, faults = _with_scales(entry, scales, owner)
    values, found = take(QuestionKeys, filled, owner)
    faults += found
    values.pop("required", None)  # a note, without effect
    ask_if = values.pop("ask_if", ())
    lost = {name for name in _LISTS if name in entry and not (name in filled and name in values)}
    rows = values.get("rows", {}).items()
    in_rows = [(code, n) for code, row in rows for n in _OF_OPTIONS if getattr(row, n) is not None]
    question = Question(**missing | _unpacked(values), line=line)
    for name, text in _misfits(question, entry, lost) if question.type else ():
        faults.append(Fault(entry.lines.get(name, line), owner + text))
    for code, name in in_rows[:1]:
        text = f"the row '{code}' has a '{name}'; only options {_OF_OPTIONS[name]}."
        faults.append(Fault(entry.lines["rows"], owner + text))
    return Draft(question, ask_if, faults, not faults and not lost)


def _with_scales(entry: Mapping, scales: Map[str, Any], owner: str) -> tuple[Mapping, list[Fault]]:
    """A question's entry with the options of the scale that it names, and a fault if it is none."""
    filled, faults = Mapping(entry.line), []
    filled.update(entry)
    filled.lines = entry.lines
    for name in (name for name in _LISTS if scales and isinstance(entry.get(name), str)):
        filled[name] = scales.get(entry[name])
        if filled[name] is None:
            del filled[name]
        if entry[name] not in scales:
            text = f"{owner}{name}: {unknown('scale', entry[name], scales)}"
            faults.append(Fault(entry.lines[name], text))
    return filled, faults


def _unpacked(values: dict[str, Any]) -> dict[str, Any]:
    """The keys of a question as the fields of a Question."""
    options: dict[str, OptionKeys] = values.pop("options", {})
    rows: dict[str, OptionKeys] = values.pop("rows", {})
    other, *others = [label for label in values.pop("other", ()) if label] or [None]
    return values | {
        "stated_short": values.pop("short", None),
        "exclusive": values.get("exclusive") or (),
        "options": {code: option.label for code, option in options.items()},
        "rows": {code: row.label for code, row in rows.items()},
        "option_aliases": {code: o.aliases for code, o in options.items() if o.aliases},
        "row_aliases": {code: row.aliases for code, row in rows.items() if row.aliases},
        "optional_codes": frozenset(
            code for labels in (options, rows) for code, one in labels.items() if one.optional
        ),
        "stated_scores": {c: o.score for c, o in options.items() if o.score is not None},
        "plurals": {code: option.plural for code, option in options.items() if option.plural},
        "stated_order": order_of(values.pop("ordered", None) or (), options, (other, *others)),
        "other": other,
        "others": tuple(others),
    }


def order_of(
    codes: tuple[str, ...], options: Map[str, Any], companions: Iterable[str | None]
) -> tuple[str, ...]:
    """The codes of an order; of one of all options, those that are no companion's."""
    if codes != _ALL or "true" in options:
        return codes
    others = {key(label) for label in companions if label}
    return tuple(code for code, option in options.items() if key(option.label) not in others)


def _misfits(question: Question, entry: Mapping, lost: Container[str]) -> Misfits:
    """What does not go together within a question; `lost` are lists that are there, but wrong."""
    yield from _misfitting_type(question, entry)
    if "options" not in lost:
        for code in (code for code in question.exclusive if code not in question.choices):
            yield "exclusive", unknown("option with code", code, question.choices)
        yield from _misfitting_order(question)
    yield from _misfitting_scores(question)
    if question.same_question and not question.concept:
        yield "same_question", "'same_question' needs a 'concept', which names the pair."
    yield from _misfitting_companions(question)
    yield from _misfitting_labels(question)
    yield from _misfitting_codes(question)
    if question.format and not _is_date_format(question.format):
        text = f"'format' is {shown(question.format)}; expected how a date is written, as %d/%m/%Y."
        yield "format", text


def misfits_of_options(question: Question) -> Misfits:
    """What does not go together in a question that has a type: options, their order, scores."""
    yield from _misfitting_order(question)
    yield from _misfitting_scores(question)
    yield from _misfitting_labels(question)
    yield from _misfitting_codes(question)


def _misfitting_type(question: Question, entry: Mapping) -> Misfits:
    """Keys that a type has to have, or may not have."""
    kind = question.type
    if kind in _WITHOUT_OPTIONS:
        if question.options:
            yield "options", f"a question of type {kind} has no options."
    elif not entry.get("options"):
        yield "options", f"a {kind} question needs 'options' (code: label)."
    if kind in ROW_TYPES and not entry.get("rows"):
        yield "rows", "a matrix needs 'rows' (code: label)."
    if kind not in (*ROW_TYPES, *BOX_TYPES) and question.rows:
        yield "rows", "only a matrix, or an open or numeric question of several boxes, has 'rows'."
    for name, kinds, owners in _OWNERS:
        if entry.get(name) and kind not in kinds:
            yield name, f"only {owners}; this is of type {kind}."


def _misfitting_order(question: Question) -> Misfits:
    """An order of options that there are not, or of too few."""
    codes = question.stated_order
    for code in (code for code in codes if code not in question.options):
        yield "ordered", unknown("option with code", code, question.options)
    if codes and len(set(codes)) < max(2, len(codes)):
        yield "ordered", "expected two different options at least, each once, from low to high."


def _misfitting_scores(question: Question) -> Misfits:
    if question.stated_scores and question.type not in _SCALED:
        yield "options", f"only a single question or a matrix has a 'score', not a {question.type}."
    elif len(question.stated_scores) == 1:  # those without ("Don't know") are none of the scale
        yield (
            "options",
            "one option alone has a 'score'; expected one for every point of the scale.",
        )


def _is_date_format(text: str) -> bool:
    """Whether a date that is written so can be read again, with its year."""
    try:
        return datetime.strptime(_SOME_DAY.strftime(text), text).year == _SOME_DAY.year
    except (ValueError, re.error):  # the latter where a part stands twice
        return False


def _misfitting_companions(question: Question) -> Misfits:
    """Free texts beside the answers that can't be told apart, or from the options."""
    others, first = question.all_others, question.other
    if len(others) > 1 and question.type == "single":
        yield "other", "only a multiple question has more than one 'other'."
    elif len(question.companions) < len(others):
        yield "other", "two 'other' have the same label, which is that of an option."
    if first and key(question.options.get(OTHER, first)) != key(first):
        text = f"option '{OTHER}' and the companion '{first}' differ; give the option a code."
        yield "options", text
    for code, label in question.companions.items():
        if code != OTHER and key(question.options.get(code, label)) != key(label):
            text = f"the code '{code}' is that of the companion '{label}'; give the option another."
            yield "options", text
    if question.comment:
        named = question.choices | question.rows
        same = [code for code, text in named.items() if key(text) == key(question.comment)]
        if same:
            yield "comment", f"'comment' and '{same[0]}' have the same label '{question.comment}'."


def _misfitting_labels(question: Question) -> Misfits:
    for name, labels, aliases in (
        ("options", question.choices, question.option_aliases),
        ("rows", question.rows, question.row_aliases),
    ):
        seen: dict[str, str] = {}
        for code, label in labels.items():
            for text in (label, *aliases.get(code, ())):
                same = seen.setdefault(plain(text).casefold(), code)
                if same != code and not {same, code} <= {*question.companions}:  # known by order
                    yield name, f"the {name} '{same}' and '{code}' have the same label '{text}'."


def _misfitting_codes(question: Question) -> Misfits:
    """Codes that `responses` or tables use for something else."""
    for name, codes in (("options", question.choices), ("rows", question.rows)):
        for code in (code for code in codes if _RESERVED.fullmatch(code)):
            yield name, f"the code '{code}' is reserved."
    if question.optional_codes & {*question.options}:
        for code in (code for code in question.options if code in question.rows):
            yield "rows", f"'{code}' is a row and an option, one of them optional; rename one."
    if question.type != "matrix_multiple":
        return
    rows: dict[str, str] = {}
    for row, code in product(question.rows, question.options):
        item = question.item(row, code)
        if rows.setdefault(item, row) != row:
            text = f"the rows '{rows[item]}' and '{row}' have an item '{item}' in common"
            yield "rows", f"{text}; give one of them another code."
