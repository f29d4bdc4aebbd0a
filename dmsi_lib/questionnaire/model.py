"""The instrument: questions, options, pages and routing rules, read from YAML and checked."""

from collections.abc import Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.files import Place
from dmsi_lib.questionnaire.checks import check_together
from dmsi_lib.questionnaire.derived import derived_question, made_of
from dmsi_lib.questionnaire.entries import read_question
from dmsi_lib.questionnaire.formats import SAMPLING, Fault, HeadKeys, refuse, shown, take
from dmsi_lib.questionnaire.question import Question
from dmsi_lib.questionnaire.rules import rule_of
from dmsi_lib.questionnaire.strict_yaml import Mapping, Sequence, read_yaml
from dmsi_lib.wording import how_many, unknown

NO_ID_COLUMN = "none"


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
    layout: str = "surveymonkey"
    about: str = ""
    sampling: str = SAMPLING

    @cached_property
    def by_id(self) -> dict[str, Question]:
        return {question.id: question for question in self.questions}

    def __getitem__(self, question_id: str) -> Question:
        """The question of that id; an unknown id is a UsageError that suggests the nearest."""
        try:
            return self.by_id[question_id]
        except KeyError:
            raise UsageError(unknown("question", question_id, self.by_id)) from None

    def __contains__(self, question_id: object) -> bool:
        return question_id in self.by_id

    def asked_of(self, question: Question) -> str | None:
        """Who is asked, in the questionnaire's words: said once for all questions of one rule, and
        for a derived one by those that it is made of."""
        words = [q.asked_of for q in self.questions if q.ask_if == question.ask_if]
        if question.derivation and not any(words):
            words = [self.asked_of(one) for one in self.sources(question)]
            return " or ".join(dict.fromkeys(filter(None, words))) if all(words) else None
        return question.asked_of or next(filter(None, words), None)

    @cached_property
    def routing_order(self) -> tuple[Question, ...]:
        """The questions by page, a page in the file's order: every gate before its dependents."""
        return tuple(sorted(self.questions, key=lambda question: question.page))

    @cached_property
    def in_file(self) -> tuple[Question, ...]:
        """The questions that have columns in the file: asked in it, and not derived."""
        return tuple(q for q in self.questions if q.asked and not q.derivation)

    @cached_property
    def derived(self) -> tuple[Question, ...]:
        """The questions that are made of the answers to others."""
        return tuple(question for question in self.questions if question.derivation)

    @property
    def extent(self) -> str:
        """How many questions there are, in words."""
        asked = how_many(len(self.questions) - len(self.derived), "question")
        return f"{asked} and {len(self.derived)} derived" if self.derived else asked

    def sources(self, question: Question) -> tuple[Question, ...]:
        """The questions that were asked, of which a question is made in the end: itself, or those
        of its parts."""
        if not question.derivation:
            return (question,)
        found = (each for part in question.parts for each in self.sources(self[part]))
        return tuple({each.id: each for each in found}.values())

    def with_questions(self, changed: Map[str, Question]) -> "Questionnaire":
        """The same with other questions in the place of some, by id; derived ones follow."""
        by_id = self.by_id | dict(changed)
        for derived in self.derived:  # those that it is made of come before
            by_id[derived.id] = made_of(derived, [by_id[part] for part in derived.parts])
        return replace(self, questions=tuple(by_id[q.id] for q in self.questions))


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


def build_questionnaire(document: Any, path: Place = "questionnaire") -> Questionnaire:
    """Make a Questionnaire of a parsed document (`strict_yaml.Mapping`), or raise InputError."""
    if not isinstance(document, Mapping):
        raise InputError(f"{path}: found {shown(document)}; expected a map that has 'questions'.")
    head, faults = take(HeadKeys, document)
    scales = document.get("scales")
    scales = scales if isinstance(scales, Mapping) else {}
    if "scales" not in head:  # told once is enough
        scales = dict.fromkeys(scales)
    drafts = [read_question(*each, scales) for each in _entries(document, head, "questions")]
    by_id = {draft.question.id: draft.question for draft in drafts if draft.question.id}
    questions = [replace(d.question, ask_if=rule_of(d.ask_if, by_id)) for d in drafts]
    by_id = {question.id: question for question in questions if question.id}
    unsound: set[str | None] = {draft.question.id for draft in drafts if not draft.sound}
    faults += [fault for draft in drafts for fault in draft.faults]
    derived, found = _derived_questions([*_entries(document, head, "derived")], by_id, unsound)
    questions += derived
    faults += found
    faults += check_together(questions, unsound)
    refuse(f"{path}: the questionnaire can't be used.", faults)
    head["title"] = head["title"] or Path(path).stem
    head["blank"] = tuple({"": None} | dict.fromkeys(head["blank"]))
    for name in ("scales", "derived"):
        head.pop(name)
    return Questionnaire(**head | {"questions": tuple(questions), "path": str(path)})


def _derived_questions(
    entries: list[tuple[Any, int]], asked: Map[str, Question], unsound: set[str | None]
) -> tuple[list[Question], list[Fault]]:
    """The derived questions, each made of asked ones and of those above it, and all faults."""
    by_id, unsound = dict(asked), set(unsound)
    names: list[Any] = [
        entry.get("id") if isinstance(entry, Mapping) else None for entry, _ in entries
    ]
    made, faults = [], []
    for n, (entry, line) in enumerate(entries):
        derived, found = derived_question(entry, line, by_id, unsound, names[n:])
        faults += found
        if derived:
            made.append(derived)
            by_id.setdefault(derived.id, derived)
        elif names[n] not in by_id:
            unsound.add(names[n])
    return made, faults


def _entries(document: Mapping, head: Map[str, Any], name: str) -> Iterator[tuple[Any, int]]:
    """The entries of a list with their lines; none where the list is not there or is none."""
    entries = document.get(name, Sequence()) if name in head else Sequence()
    return zip(entries, entries.lines, strict=True)
