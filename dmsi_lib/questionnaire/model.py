"""The instrument: questions, options, pages and routing rules, read from YAML and checked.

A rule is kept as the list of its alternatives, each a map from gate to the codes that open it: all
gates of one alternative must hold, and any alternative will do. No alternative means everybody.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from dmsi_lib.errors import InputError, problems
from dmsi_lib.questionnaire.checks import GATE_TYPES, check_together
from dmsi_lib.questionnaire.strict_yaml import Mapping, Sequence, read_yaml
from dmsi_lib.wording import key, plain, unknown

TYPES = ("single", "multiple", "ranking", "matrix", "open", "numeric")
OTHER, OTHER_TEXT, NOT_STATED = "other", "other_text", "not_stated"
_HEAD_KEYS = ("title", "wave", "id_column", "blank", "identity_columns", "exclude", "questions")
_QUESTION_KEYS = (
    *("id", "text", "aliases", "type", "page", "required", "options"),
    *("rows", "ask_if", "other", "concept"),
)
_ID = re.compile(r"[A-Za-z]\w*(?:[-.]\w+)*")
_PAGE = re.compile(r"0*[1-9][0-9]{0,5}")


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
    options: dict = field(default_factory=dict)
    rows: dict = field(default_factory=dict)
    ask_if: tuple = ()
    other: str | None = None
    aliases: tuple = ()
    concept: str | None = None
    required: bool = False
    line: int = 0

    @cached_property
    def other_code(self):
        """Code of the option that the companion belongs to; None without a companion.

        The companion's label may be one of the options' own labels; else its code is "other".
        """
        if self.other is None:
            return None
        same = [code for code, label in self.options.items() if key(label) == key(self.other)]
        return same[0] if same else OTHER

    @cached_property
    def choices(self):
        """Codes and labels of every option, the companion's included."""
        if self.other is None or self.other_code in self.options:
            return self.options
        return self.options | {self.other_code: self.other}

    @property
    def gates(self):
        """Ids of the questions whose answers decide this one's universe."""
        return tuple(dict.fromkeys(gate for rule in self.ask_if for gate in rule))

    @property
    def wordings(self):
        """The title and its aliases."""
        return (self.text, *self.aliases)


@dataclass(frozen=True)
class Questionnaire:
    """A checked questionnaire; questions in the file's order, `routing_order` gates first."""

    title: str
    wave: str
    id_column: str
    blank: tuple
    identity_columns: tuple
    exclude: tuple
    questions: tuple
    path: str = ""

    @cached_property
    def by_id(self):
        return {question.id: question for question in self.questions}

    def __getitem__(self, question_id):
        """The question of that id; an unknown id is an InputError that suggests the nearest."""
        try:
            return self.by_id[question_id]
        except KeyError:
            raise InputError(unknown("question", question_id, self.by_id)) from None

    def __contains__(self, question_id):
        return question_id in self.by_id

    @cached_property
    def routing_order(self):
        """The questions by page, a page in the file's order: every gate before its dependents."""
        return tuple(sorted(self.questions, key=lambda question: question.page))


def read_questionnaire(path):
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


def build_questionnaire(document, path="questionnaire"):
    """Make a Questionnaire of a parsed document (`strict_yaml.Mapping`), or raise InputError."""
    if not isinstance(document, Mapping):
        raise InputError(f"{path}: expected a mapping that has 'questions', found no mapping.")
    faults = [
        f"line {document.lines[k]}: {unknown('key', k, _HEAD_KEYS)}"
        for k in document
        if k not in _HEAD_KEYS
    ]
    entries = document.get("questions")
    if not isinstance(entries, Sequence) or not entries:
        raise InputError(f"{path}: 'questions' must be a list with at least one question.")
    questions = [
        _question(entry, line, faults) for entry, line in zip(entries, entries.lines, strict=True)
    ]
    questions = [question for question in questions if question]
    head = {
        k: _texts(document, k, "the questionnaire", faults)
        for k in ("blank", "identity_columns", "exclude")
    }
    for k in ("title", "wave", "id_column"):
        if not isinstance(document.get(k, ""), str):
            faults.append(f"line {document.lines[k]}: '{k}' must be a text.")
    if not faults:  # rules about rules only make sense once every question is well formed
        faults += check_together(questions)
    if faults:
        raise InputError(problems(f"{path}: the questionnaire can't be used.", faults))
    return Questionnaire(
        title=document.get("title") or Path(path).stem,
        wave=document.get("wave", ""),
        id_column=document.get("id_column", "Respondent ID"),  # "": the first column, untitled
        blank=tuple({"": None} | dict.fromkeys(head["blank"])),
        identity_columns=head["identity_columns"],
        exclude=head["exclude"],
        questions=tuple(questions),
        path=str(path),
    )


def _texts(mapping, name, owner, faults):
    """A list of texts (or one text) under a key, as a tuple."""
    value = mapping.get(name, [])
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        faults.append(f"line {mapping.lines[name]}: '{name}' of {owner} must be a list of texts.")
        return ()
    return tuple(value)


def _labels(mapping, name, owner, faults):
    """A map of codes to labels under a key; a list of labels stands for its own codes."""
    value = mapping.get(name, {})
    if isinstance(value, list) and all(isinstance(text, str) for text in value):
        if len(set(value)) < len(value):
            faults.append(f"line {mapping.lines[name]}: '{name}' of {owner} names one label twice.")
        value = {text: text for text in value}
    if not isinstance(value, dict) or not all(
        code and isinstance(label, str) and label for code, label in value.items()
    ):
        faults.append(
            f"line {mapping.lines[name]}: '{name}' of {owner} must map codes to labels "
            "(code: label)."
        )
        return {}
    return dict(value)


def _question(entry, line, faults):
    """One question of the list; None, with the fault noted, where it has no shape at all."""
    if not isinstance(entry, Mapping):
        faults.append(f"line {line}: a question must be a mapping with id, text, type and page.")
        return None
    name = entry.get("id")
    owner = f"question '{name}'"
    before = len(faults)

    def fault(text, at=None):
        faults.append(f"line {entry.lines.get(at, line)}: {owner}: {text}")

    for k in entry:
        if k not in _QUESTION_KEYS:
            fault(unknown("key", k, _QUESTION_KEYS), k)
    for k in ("id", "text", "type", "page"):
        if not isinstance(entry.get(k), str) or not entry[k].strip():
            fault(f"'{k}' is missing or not a text.", k)
    if len(faults) > before:
        return None
    if not _ID.fullmatch(name):
        fault("an id is made of letters, digits and _, and starts with a letter.", "id")
    if entry["type"] not in TYPES:
        fault(f"type '{entry['type']}' is none of {', '.join(TYPES)}.", "type")
    if not _PAGE.fullmatch(entry["page"]):
        fault(f"page '{entry['page']}' is not a whole number from 1.", "page")
    if entry.get("required", "false") not in ("true", "false"):
        fault(f"required is '{entry['required']}'; expected true or false.", "required")
    options = _labels(entry, "options", owner, faults)
    rows = _labels(entry, "rows", owner, faults)
    other = entry.get("other") or None
    _check_options(entry, options, rows, other, fault)
    ask_if = _rules(entry.get("ask_if", Mapping(line)), fault)
    aliases = _texts(entry, "aliases", owner, faults)
    for k in ("other", "concept"):
        if not isinstance(entry.get(k, ""), str):
            fault(f"'{k}' must be a text.", k)
    if len(faults) > before:
        return None
    return Question(
        id=name,
        text=entry["text"],
        type=entry["type"],
        page=int(entry["page"]),
        options=options,
        rows=rows,
        ask_if=ask_if,
        other=other,
        aliases=aliases,
        concept=entry.get("concept") or None,
        required=entry.get("required") == "true",
        line=line,
    )


def _check_options(entry, options, rows, other, fault):
    kind = entry["type"]
    wants_options = kind in ("single", "multiple", "ranking", "matrix")
    if wants_options and not options:
        fault(f"a {kind} question needs 'options' (code: label).", "options")
    if not wants_options and options:
        fault(f"a question of type {kind} has no options.", "options")
    if kind == "matrix" and not rows:
        fault("a matrix needs 'rows' (code: label).", "rows")
    if kind != "matrix" and rows:
        fault("only a matrix has 'rows'.", "rows")
    if other and kind not in GATE_TYPES:
        fault(f"only a single or multiple question has an 'other', not a {kind}.", "other")
    for name, labels in (("options", options), ("rows", rows)):
        seen = {}
        for code, label in labels.items():
            if code in (OTHER_TEXT, NOT_STATED):
                fault(f"the code '{code}' is reserved.", name)
            same = seen.setdefault(plain(label).casefold(), code)
            if same != code:
                fault(f"the {name} '{same}' and '{code}' have the same label '{label}'.", name)
    if isinstance(other, str) and OTHER in options and key(options[OTHER]) != key(other):
        fault(f"option '{OTHER}' and the companion '{other}' differ; give the option a code.")


def _rules(value, fault):
    """`ask_if` as a tuple of alternatives."""
    alternatives = value if isinstance(value, list) else [value]
    rules = []
    for rule in alternatives:
        if not isinstance(rule, dict) or (isinstance(value, list) and not rule):
            fault("ask_if must map gates to lists of codes, or be a list of such maps.", "ask_if")
            return ()
        found = {}
        for gate, codes in rule.items():
            codes = [codes] if isinstance(codes, str) else codes
            if not isinstance(codes, list) or not codes or not all(map(_is_code, codes)):
                fault(f"ask_if: gate '{gate}' needs a list of codes.", "ask_if")
                return ()
            found[gate] = tuple(codes)
        if found:
            rules.append(found)
    return tuple(rules)


def _is_code(value):
    return isinstance(value, str) and value != ""
