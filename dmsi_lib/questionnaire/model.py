"""The instrument: questions, options, pages and routing rules, read from YAML and checked.

A rule is kept as the list of its alternatives, each a map from gate to the codes that open it: all
gates of one alternative must hold, and any alternative will do. No alternative means everybody.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from dmsi_lib.errors import InputError
from dmsi_lib.questionnaire.checks import GATE_TYPES, check_together
from dmsi_lib.questionnaire.formats import Fault, HeadKeys, QuestionKeys, refuse, shown, take
from dmsi_lib.questionnaire.strict_yaml import Mapping, Sequence, read_yaml
from dmsi_lib.wording import key, plain, unknown

OTHER, OTHER_TEXT, NOT_STATED = "other", "other_text", "not_stated"


@dataclass(frozen=True)
class Question:
    """One question as it was put to the respondents.

    Attributes
    ----------
    options : dict of code to label, without the "Other" companion; empty for open and numeric.
    rows : dict of code to label, the statements of a matrix.
    ask_if : tuple of dict of gate id to tuple of codes; () for everybody.
    other : label of the free-text companion, or None.
    line : line in the questionnaire file, for messages.
    """

    id: str
    text: str
    type: str
    page: int
    options: dict[str, str] = field(default_factory=dict)
    rows: dict[str, str] = field(default_factory=dict)
    ask_if: tuple[dict[str, tuple[str, ...]], ...] = ()
    other: str | None = None
    aliases: tuple[str, ...] = ()
    concept: str | None = None
    line: int = 0

    @cached_property
    def other_code(self) -> str | None:
        """Code of the option that the companion belongs to; None without a companion.

        The companion's label may be one of the options' own labels; else its code is "other".
        """
        if self.other is None:
            return None
        same = [code for code, label in self.options.items() if key(label) == key(self.other)]
        return same[0] if same else OTHER

    @cached_property
    def choices(self) -> dict[str, str]:
        """Codes and labels of every option, the companion's included."""
        if self.other is None or self.other_code in self.options:
            return self.options
        return self.options | {OTHER: self.other}

    @property
    def gates(self) -> tuple[str, ...]:
        """Ids of the questions whose answers decide this one's universe."""
        return tuple(dict.fromkeys(gate for rule in self.ask_if for gate in rule))

    @property
    def wordings(self) -> tuple[str, ...]:
        """The title and its aliases."""
        return (self.text, *self.aliases)


@dataclass(frozen=True)
class Questionnaire:
    """A checked questionnaire; questions in the file's order, `routing_order` gates first."""

    title: str
    wave: str
    id_column: str
    blank: tuple[str, ...]
    identity_columns: tuple[str, ...]
    exclude: tuple[str, ...]
    questions: tuple[Question, ...]
    path: str = ""

    @cached_property
    def by_id(self) -> dict[str, Question]:
        return {question.id: question for question in self.questions}

    def __getitem__(self, question_id: str) -> Question:
        """The question of that id; an unknown id is an InputError that suggests the nearest."""
        try:
            return self.by_id[question_id]
        except KeyError:
            raise InputError(unknown("question", question_id, self.by_id)) from None

    def __contains__(self, question_id: object) -> bool:
        return question_id in self.by_id

    @cached_property
    def routing_order(self) -> tuple[Question, ...]:
        """The questions by page, a page in the file's order: every gate before its dependents."""
        return tuple(sorted(self.questions, key=lambda question: question.page))


def read_questionnaire(path: str | Path) -> Questionnaire:
    """Read and check a questionnaire.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Questionnaire

    Raises
    ------
    InputError
        One message with a line for every fault: question, line, found, expected.
    """
    return build_questionnaire(read_yaml(path), Path(path))


def build_questionnaire(document: Any, path: str | Path = "questionnaire") -> Questionnaire:
    """Make a Questionnaire of a parsed document (`strict_yaml.Mapping`), or raise InputError."""
    if not isinstance(document, Mapping):
        raise InputError(f"{path}: found {shown(document)}; expected a map that has 'questions'.")
    head, faults = take(HeadKeys, document)
    entries = document["questions"] if "questions" in head else Sequence()
    questions: list[Question] = []
    unsound: set[str | None] = set()
    for entry, line in zip(entries, entries.lines, strict=True):
        question, found = _question(entry, line)
        questions.append(question)
        if found:
            unsound.add(question.id)
            faults += found
    faults += check_together(questions, unsound)
    refuse(f"{path}: the questionnaire can't be used.", faults)
    head["title"] = head["title"] or Path(path).stem
    head["blank"] = tuple({"": None} | dict.fromkeys(head["blank"]))
    return Questionnaire(**head | {"questions": tuple(questions), "path": str(path)})


def _question(entry: Any, line: int) -> tuple[Question, list[Fault]]:
    """A question as far as it is well formed, None for what it has to have; and its faults."""
    missing: dict[str, Any] = dict.fromkeys(("id", "text", "type", "page"))
    if not isinstance(entry, Mapping):
        text = f"{shown(entry)} is no question; expected a map with id, text, type and page."
        return Question(**missing, line=line), [Fault(line, text)]
    name = entry.get("id")
    owner = f"question {shown(name)}: " if name else "question without id: "
    values, faults = take(QuestionKeys, entry, owner)
    values.pop("required", None)  # a note, without effect
    question = Question(**missing | values, line=line)
    for name, text in _misfits(question, entry) if question.type else ():
        faults.append(Fault(entry.lines.get(name, line), owner + text))
    return question, faults


def _misfits(question: Question, entry: Mapping) -> Iterator[tuple[str, str]]:
    """What does not go together within a question: pairs of the key to look at and a text."""
    kind, other = question.type, question.other
    if kind in ("open", "numeric"):
        if question.options:
            yield "options", f"a question of type {kind} has no options."
    elif not entry.get("options"):
        yield "options", f"a {kind} question needs 'options' (code: label)."
    if kind == "matrix" and not entry.get("rows"):
        yield "rows", "a matrix needs 'rows' (code: label)."
    if kind != "matrix" and question.rows:
        yield "rows", "only a matrix has 'rows'."
    if other and kind not in GATE_TYPES:
        yield "other", f"only a single or multiple question has an 'other', not a {kind}."
    yield from _misfitting_labels(question)


def _misfitting_labels(question: Question) -> Iterator[tuple[str, str]]:
    other = question.other
    if other and key(question.options.get(OTHER, other)) != key(other):
        text = f"option '{OTHER}' and the companion '{other}' differ; give the option a code."
        yield "options", text
    for name, labels in (("options", question.options), ("rows", question.rows)):
        seen: dict[str, str] = {}
        for code, label in labels.items():
            if code in (OTHER_TEXT, NOT_STATED):
                yield name, f"the code '{code}' is reserved."
            same = seen.setdefault(plain(label).casefold(), code)
            if same != code:
                yield name, f"the {name} '{same}' and '{code}' have the same label '{label}'."
