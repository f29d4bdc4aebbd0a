"""From what a file says of one question to a Question, and what is wrong with it."""

from collections.abc import Iterator
from collections.abc import Mapping as Map
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
_OWNERS = (  # a key, the types that may have it, and what they are called
    ("other", ("single", "multiple"), "a single or multiple question"),
    ("exclusive", ("multiple",), "a multiple question"),
    ("format", ("date",), "a date"),
)


class Draft(NamedTuple):
    """A question as far as it is well formed, its rule as it was written, and its faults.

    What all questions together tell is still to come: what the rule means.
    """

    question: Question
    ask_if: tuple[dict[str, ConditionKeys], ...]
    faults: list[Fault]


def read_question(entry: Any, line: int, scales: Map[str, Any]) -> Draft:
    """What an entry of the list of questions says; None for what a question has to have."""
    missing: dict[str, Any] = dict.fromkeys(("id", "text", "type", "page"))
    if not isinstance(entry, Mapping):
        text = f"{shown(entry)} is no question; expected a map with id, text, type and page."
        return Draft(Question(**missing, line=line), (), [Fault(line, text)])
    name = entry.get("id")
    owner = f"question {shown(name)}: " if name else "question without id: "
    entry, faults = _with_scales(entry, scales, owner)
    values, found = take(QuestionKeys, entry, owner)
    faults += found
    values.pop("required", None)  # a note, without effect
    ask_if = values.pop("ask_if", ())
    question = Question(**missing | _unpacked(values), line=line)
    for name, text in _misfits(question, entry) if question.type else ():
        faults.append(Fault(entry.lines.get(name, line), owner + text))
    return Draft(question, ask_if, faults)


def _with_scales(entry: Mapping, scales: Map[str, Any], owner: str) -> tuple[Mapping, list[Fault]]:
    """A question's entry with the options of the scale that it names."""
    named = [name for name in ("options", "rows") if isinstance(entry.get(name), str)]
    filled, faults = Mapping(entry.line), []
    filled.update(entry)
    filled.lines = entry.lines
    for name in named:
        filled[name] = scales.get(entry[name])
        if filled[name] is None:
            del filled[name]
            text = owner + unknown("scale", entry[name], scales)
            faults.append(Fault(entry.lines[name], text))
    return filled, faults


def _unpacked(values: dict[str, Any]) -> dict[str, Any]:
    """The keys of a question as the fields of a Question."""
    options: dict[str, OptionKeys] = values.pop("options", {})
    rows: dict[str, OptionKeys] = values.pop("rows", {})
    others = values.pop("other", ())
    both = [*options.items(), *rows.items()]
    return values | {
        "exclusive": values.get("exclusive") or (),
        "options": {code: option.label for code, option in options.items()},
        "rows": {code: row.label for code, row in rows.items()},
        "option_aliases": {code: o.aliases for code, o in options.items() if o.aliases},
        "row_aliases": {code: row.aliases for code, row in rows.items() if row.aliases},
        "optional_codes": frozenset(code for code, option in both if option.optional),
        "stated_scores": {c: o.score for c, o in options.items() if o.score is not None},
        "other": next(filter(None, others), None),
        "others": tuple(filter(None, others))[1:],
    }


def _misfits(question: Question, entry: Mapping) -> Iterator[tuple[str, str]]:
    """What does not go together within a question: pairs of the key to look at and a text."""
    kind = question.type
    if kind in _WITHOUT_OPTIONS:
        if question.options:
            yield "options", f"a question of type {kind} has no options."
    elif not entry.get("options"):
        yield "options", f"a {kind} question needs 'options' (code: label)."
    if kind in ROW_TYPES and not entry.get("rows"):
        yield "rows", "a matrix needs 'rows' (code: label)."
    if kind not in (*ROW_TYPES, *BOX_TYPES) and question.rows:
        yield "rows", "only a matrix, or a question of several boxes, has 'rows'."
    for name, kinds, owners in _OWNERS:
        if entry.get(name) and kind not in kinds:
            yield name, f"only {owners} has an '{name}', not a {kind}."
    if question.others and kind == "single":
        yield "other", "only a multiple question has more than one 'other'."
    for code in (code for code in question.exclusive if code not in question.choices):
        yield "exclusive", unknown("option with code", code, question.choices)
    yield from _misfitting_scores(question)
    yield from _misfitting_labels(question)


def _misfitting_scores(question: Question) -> Iterator[tuple[str, str]]:
    if question.stated_scores and question.type not in ("single", "matrix"):
        yield "options", f"only a single question or a matrix has a 'score', not a {question.type}."
    elif 0 < len(question.stated_scores) < len(question.options) - 1:
        yield "options", "expected a 'score' for every option, save one that is none of the scale."


def _misfitting_labels(question: Question) -> Iterator[tuple[str, str]]:
    other = question.other
    if other and key(question.options.get(OTHER, other)) != key(other):
        text = f"option '{OTHER}' and the companion '{other}' differ; give the option a code."
        yield "options", text
    for name, labels, aliases in (
        ("options", question.choices, question.option_aliases),
        ("rows", question.rows, question.row_aliases),
    ):
        seen: dict[str, str] = {}
        for code, label in labels.items():
            if code in (OTHER_TEXT, NOT_STATED, COMMENT, NOT_A_NUMBER):
                yield name, f"the code '{code}' is reserved."
            for text in (label, *aliases.get(code, ())):
                same = seen.setdefault(plain(text).casefold(), code)
                if same != code and not {same, code} <= {*question.companions}:
                    yield name, f"the {name} '{same}' and '{code}' have the same label '{text}'."
    items = [*question.items] if question.type == "matrix_multiple" else []
    for item in (item for n, item in enumerate(items) if item in items[:n]):
        yield "rows", f"two rows and options make one item '{item}'; give them other codes."
