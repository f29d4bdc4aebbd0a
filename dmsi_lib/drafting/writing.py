"""A drafted questionnaire as YAML: what was found as keys, what rests on what as comments."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dmsi_lib.drafting.columns import Columns
from dmsi_lib.drafting.names import option_codes
from dmsi_lib.drafting.orders import low_to_high
from dmsi_lib.drafting.questions import Drafted
from dmsi_lib.drafting.routes import Evidence, Found, Gate
from dmsi_lib.questionnaire import OTHER, flow
from dmsi_lib.wording import key

_HEAD = (
    "Drafted from an export. What rests on a guess is marked with (?): look at it first.",
    "Options that nobody chose are missing where they have no column of their own.",
    "A rule is hard where hardly anybody answered whom it leads past; where more did, it is soft:",
    "the wording asks some alone, and the platform let others answer, too.",
)
_CODES = (
    "(?) The titles of this file are codes. Write the wordings in their place, and each code into",
    "`aliases` of its question.",
)
_CODE = re.compile(r"[A-Za-z]{0,4}_?\d+([_.]\d+)*[a-z]?")
# Letters that an encoding has damaged: beyond ASCII in a run, beside no other letter before them.
_DAMAGED = re.compile(r"(?<![^\W\d_])[À-ɏ]{2}|[À-ɏ]_|�|â€|Ã[\x80-¿]")
_IN_LINE = 70  # characters of options that stand in one line


@dataclass(frozen=True)
class Named:
    """A drafted question with its id, the page it is taken to stand on, which of the questions
    with its title it is (0: there is no other), and the codes of its options and rows."""

    id: str
    question: Drafted
    page: int = 1
    occurrence: int = 0

    @property
    def options(self) -> dict[str, str]:
        """Labels by code; "other" is that of a text beside the options, where there is one."""
        coded, others = _coded(self.question.options), {*map(key, self.question.other)}
        return {
            f"{OTHER}_answer"
            if code == OTHER and others and key(label) not in others
            else code: label
            for code, label in coded.items()
        }

    @property
    def rows(self) -> dict[str, str]:
        """Labels by code."""
        return _coded(self.question.rows)


def _coded(labels: Sequence[str]) -> dict[str, str]:
    return dict(zip(option_codes(labels), labels, strict=True))


def questionnaire_text(
    title: str, columns: Columns, questions: Sequence[Named], routes: Mapping[str, Found]
) -> str:
    """The whole file.

    Parameters
    ----------
    title : of the survey
    columns : what the file shows by itself
    questions : in the order of the file
    routes : the rules found, by the ids of the questions; may lack any
    """
    lists = any(named.question.listed for named in questions)
    layout = "condensed" if lists and columns.layout == "surveymonkey" else columns.layout
    scales = _scales(questions)
    coded = [bool(_CODE.fullmatch(named.question.text)) for named in questions]
    head = (*_HEAD, *_CODES) if 2 * sum(coded) > len(coded) else _HEAD
    lines = [
        *(f"# {line}" for line in head),
        f"title: {flow(title)}",
        f"layout: {layout}",
        f"id_column: {'none' if columns.id_column is None else flow(columns.id_column)}",
    ]
    if columns.blank:
        lines.append(f"blank: {flow(list(columns.blank))}")
    if scales:
        lines += ["scales:", *(f"  {name}: {_map(dict(s))}" for s, name in scales.items())]
    lines.append("questions:")
    for named in questions:
        lines += question_lines(named, routes.get(named.id), scales)
    return "\n".join(lines) + "\n"


Labels = tuple[tuple[str, str], ...]


def _scales(questions: Sequence[Named]) -> dict[Labels, str]:
    """The options that several questions have, with a name each."""
    counted = Counter(
        tuple(named.options.items()) for named in questions if len(named.question.options) > 2
    )
    shared = [options for options, count in counted.items() if count > 1]
    return {options: f"scale_{number}" for number, options in enumerate(shared, 1)}


def question_lines(
    named: Named, found: Found | None, scales: Mapping[Labels, str] | None = None
) -> Iterator[str]:
    """The entry of a question in a list of them; its options are a scale where that has a name."""
    question = named.question
    yield f"  - id: {named.id}"
    yield f"    text: {flow(question.text)}"
    if _DAMAGED.search(question.text):
        yield "    # (?) Damaged letters: write the title right, and the file's into `aliases`."
    if question.doubt:
        yield f"    # (?) {question.doubt}"
    yield f"    type: {question.type}"
    yield f"    page: {named.page}"
    if named.occurrence:
        yield f"    occurrence: {named.occurrence}"
    if question.format:
        yield "    # (?) The dates may be written in more than one way."
        yield f"    format: {flow(question.format)}"
    yield from _answers(named, scales or {})
    if question.other:
        yield f"    other: {flow(list(question.other))}"
    if question.comment:
        yield f"    comment: {flow(question.comment)}"
    if found and found.alternatives:
        yield from (f"    # {line}" for line in remarks(found))
        yield f"    ask_if: {_rules(found.alternatives)}"


def _answers(named: Named, scales: Mapping[Labels, str]) -> Iterator[str]:
    """Options and rows, and what is known of the options."""
    question = named.question
    if question.options:
        scale = scales.get(tuple(named.options.items()))
        yield from [f"    options: {scale}"] if scale else _labels("options", named.options)
    if question.rows:
        yield from _labels("rows", named.rows)
    if question.ordered:
        yield from _ordered(named)
    if question.exclusive:
        codes = {label: code for code, label in named.options.items()}
        yield f"    exclusive: {flow([codes[label] for label in question.exclusive])}"


def _labels(name: str, labels: Mapping[str, str]) -> Iterator[str]:
    line = _map(labels)
    if len(line) <= _IN_LINE:
        yield f"    {name}: {line}"
        return
    yield f"    {name}:"
    yield from (f"      {flow({code: label})[1:-1]}" for code, label in labels.items())


def _map(labels: Mapping[str, str]) -> str:
    return flow(dict(labels))


def _ordered(named: Named) -> Iterator[str]:
    """The codes from low to high; `true` where all stand so."""
    codes = {label: code for code, label in named.options.items()}
    graded = low_to_high(named.question.options)
    if graded == named.question.options:
        yield "    ordered: true"
    else:
        yield f"    ordered: {flow([codes[label] for label in graded])}"


# ---- rules


def _rules(alternatives: Sequence[Sequence[Gate]]) -> str:
    rules = ["{" + ", ".join(map(_condition, gates)) + "}" for gates in alternatives]
    return rules[0] if len(rules) == 1 else "[" + ", ".join(rules) + "]"


def _condition(gate: Gate) -> str:
    if gate.codes:
        codes = flow(list(gate.codes))
        return f"{gate.question}: {f'{{none_of: {codes}}}' if gate.negative else codes}"
    bounds = [f"{name}: {number:.10g}" for name, number in _bounds(gate)]
    return f"{gate.question}: {{{', '.join(bounds) or 'answered: true'}}}"


def _bounds(gate: Gate) -> list[tuple[str, float]]:
    """The numbers that an answer must reach, by their keys in a questionnaire."""
    bounds = (("at_least", gate.at_least), ("at_most", gate.at_most))
    return [(name, number) for name, number in bounds if number is not None]


def rule_words(gates: Sequence[Gate]) -> str:
    """A rule in words: "eats = yes", "role not guest and eats answered", "children at least 1"."""
    return " and ".join(map(_gate_words, gates))


def _gate_words(gate: Gate) -> str:
    if gate.codes:
        return f"{gate.question} {'not' if gate.negative else '='} {' or '.join(gate.codes)}"
    bounds = [f"{name.replace('_', ' ')} {number:.10g}" for name, number in _bounds(gate)]
    return f"{gate.question} {' and '.join(bounds) or 'answered'}"


def remarks(found: Found) -> Iterator[str]:
    """Who followed a rule, who broke it, and the next best."""
    evidence = found.evidence
    if evidence is None:
        return
    mark = "" if is_sure(found) else "(?) "
    kind = "Hard" if evidence.hard else "Soft"
    yield f"{mark}{kind}: {counts(evidence)}."
    if found.at_the_end:
        yield "Nobody can be seen to go on from here; whoever left may look as if led past."
    other = next((c for c in found.candidates if c.gates != evidence.gates), None)
    if other is not None:
        mistakes = f"{other.mistakes} mistakes against {evidence.mistakes}"
        yield f"Next best: {rule_words(other.gates)} ({mistakes})."


def counts(evidence: Evidence) -> str:
    """Who followed a rule and who broke it."""
    text = f"{evidence.answered} of {evidence.asked} asked answered, {evidence.others_answered} of "
    text += f"{evidence.others} led past"
    if evidence.blank_answered:
        text += f", and {evidence.blank_answered} without an answer that decides"
    return text


def is_sure(found: Found) -> bool:
    """Whether a rule needs no second look: hard, with many behind it, and no other as good."""
    evidence = found.evidence
    if evidence is None or not evidence.hard or found.at_the_end or evidence.others < 20:
        return False
    # What is asked by the same rule parts respondents as well, if answered at all.
    rivals = [c.mistakes for c in found.candidates if c.gates[0].tells]
    return not rivals or min(rivals) > 1.5 * evidence.mistakes + 5
