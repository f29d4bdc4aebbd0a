"""A questionnaire drafted from an export: questions first, by what the columns hold; then, from the
responses that the reader makes of them, the pages and the skip logic."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from pathlib import Path

import numpy as np
import pandas as pd

from dmsi_lib.drafting.columns import Columns, find_columns
from dmsi_lib.drafting.names import question_ids
from dmsi_lib.drafting.questions import Drafted, drafted
from dmsi_lib.drafting.refusals import named_in, refusal
from dmsi_lib.drafting.routes import Found, find_routes
from dmsi_lib.drafting.writing import Named, counts, is_sure, questionnaire_text, rule_words
from dmsi_lib.errors import InputError
from dmsi_lib.files import Place
from dmsi_lib.questionnaire import (
    Question,
    Questionnaire,
    build_questionnaire,
    has_answer,
    parse_yaml,
)
from dmsi_lib.reading import (
    PLATFORM,
    Export,
    Header,
    KnownNames,
    Rows,
    column_lines,
    fixed_text,
    identity_columns,
    interpreted,
    mark_identities,
    read_rows,
)
from dmsi_lib.wording import how_many, key

_DEMOGRAPHIC = re.compile(
    r"\b(household|earn(ed)?|how old|zip|postal code|census|ethnicity|ethnic|marital|year .*born"
    r"|born in|citizenship|revenus?)\b",
    re.IGNORECASE,
)
_LONGEST_DEMOGRAPHIC = 90  # letters: longer titles ask for something else besides
_OF_A_WORD = re.compile(
    r"\b(age|gender|sex|income|education(al)?|degree|region|race|âge|sexe)\b|^state\b",
    re.IGNORECASE,
)
_LONGEST_OF_A_WORD = 45  # letters: "What is your age?", but not "the age cutoff at ..."
_LEFT_ON_A_PAGE = 0.004  # of all respondents, who end at a question, for a page to end there
_FEWEST_LEFT = 3

Numbered = tuple[Rows, list[int]]


@dataclass(frozen=True)
class Draft:
    """A drafted questionnaire.

    Attributes
    ----------
    text : YAML
    questionnaire : the same, read
    export : what the reader makes of the file with it
    routes : the rules, by the ids of the questions
    questions : as they were drafted, with the columns of each
    """

    text: str
    questionnaire: Questionnaire
    export: Export
    routes: dict[str, Found]
    questions: tuple[Named, ...]

    def lines(self) -> Iterator[str]:
        """What was taken and what not, and which rules are to be confirmed first."""
        yield from column_lines(self.export.columns)
        rules = [found for found in self.routes.values() if found.alternatives]
        doubtful = [found for found in rules if not is_sure(found)]
        questions = how_many(len(self.questionnaire.questions), "question")
        yield f"{questions}, {how_many(len(rules), 'rule')}"
        if doubtful:
            yield "to be confirmed first:"
        for found in sorted(doubtful, key=_doubt, reverse=True):
            yield f"  {_rule_line(found)}"

    def explain(self, question_id: str) -> Iterator[str]:
        """The rule of a question and the next best ones, with who followed and who broke them."""
        found = self.routes[self.questionnaire[question_id].id]
        yield mark_identities(self.questionnaire[question_id].text, self.export.identities)[0]
        if found.evidence is None:
            yield "No rule: no earlier answer parts those who answered from those who did not."
        else:
            yield f"taken: {_rule_line(found)}"
        for each in found.candidates:
            yield f"  {rule_words(each.gates)}: {counts(each)}; {each.mistakes} against it"


def _rule_line(found: Found) -> str:
    assert found.evidence is not None
    rules = " or ".join(rule_words(gates) for gates in found.alternatives)
    return f"{found.question} if {rules}: {counts(found.evidence)}"


def _doubt(found: Found) -> float:
    assert found.evidence is not None
    return found.evidence.outside + (1 - found.evidence.inside) + found.at_the_end


def draft_questionnaire(path: Place) -> Draft:
    """Draft a questionnaire for an export, which the reader then accepts as it is.

    Parameters
    ----------
    path : str or Path
        .csv, .xlsx or .sav; layout, header, ids and blanks are found by what the file holds.

    Returns
    -------
    Draft

    Raises
    ------
    InputError
        Where the file can't be read, has no respondents, or the reader does not accept the draft.

    Examples
    --------
    >>> draft = draft_questionnaire("data/synthetic/dmsi-2018-synthetic.csv")
    >>> draft.questionnaire["agency_interested_learning_use_digital"].type
    'single'
    """
    if not str(path).strip():
        raise InputError("The export has no name; expected a .csv, .xlsx or .sav file.")
    rows, path = read_rows(path), Path(path)
    columns = find_columns(rows[0])
    found, left = _without_identities(columns, rows[0])
    questions = _named(columns, found)
    if not questions:
        raise InputError(
            f"{path}: none of the {rows[0].width} columns is a question; expected a header, and "
            "below it answers beside the columns that say who answered."
        )
    sketch = Sketch(path.stem, columns, tuple(questions), left={**columns.left, **left})
    sketch, export = _accepted(sketch, rows, path)
    private = tuple(_without_names(named, export.identities) for named in sketch.questions)
    if private != sketch.questions:
        sketch, export = _accepted(replace(sketch, questions=private, fixed=""), rows, path)
    asked = [export.questionnaire[named.id] for named in sketch.questions]
    routes = find_routes(export.responses, asked, map(attrgetter("id"), filter(_is_plain, asked)))
    pages = _pages(export, asked)
    paged = tuple(replace(named, page=pages[named.id]) for named in sketch.questions)
    whole = replace(sketch, questions=paged, routes=routes, fixed="")
    sketch, export = _accepted(whole, rows, path)
    export = replace(export, columns=_with_reasons(export.columns, sketch.left))
    questionnaire = build_questionnaire(parse_yaml(sketch.text))
    return Draft(sketch.text, questionnaire, export, routes, sketch.questions)


@dataclass(frozen=True)
class Sketch:
    """A draft on its way: what is known until now, and what the reader had to have otherwise."""

    title: str
    columns: Columns
    questions: tuple[Named, ...]
    routes: Mapping[str, Found] = field(default_factory=dict)
    fixed: str = ""
    left: Mapping[int, str] = field(default_factory=dict)  # why columns are no questions

    @property
    def text(self) -> str:
        """As YAML."""
        return self.fixed or questionnaire_text(
            self.title, self.columns, self.questions, self.routes
        )


def _accepted(sketch: Sketch, rows: Numbered, path: Path) -> tuple[Sketch, Export]:
    """A sketch that the reader accepts: with what it proposes, and with the questions that it
    refuses all the same as open ones, or without them."""
    while True:
        try:
            fixed = fixed_text(sketch.text, rows, path)
            export = interpreted(rows, build_questionnaire(parse_yaml(fixed)), path)
        except InputError as refused:
            simpler = _simpler(sketch, named_in(str(refused)))
            if not simpler.questions or simpler == sketch:
                raise InputError(refusal(path, str(refused))) from None
            sketch = simpler
            continue
        grown = _with_own_words(sketch.questions, export)
        if not grown:
            return replace(sketch, fixed=fixed if fixed != sketch.text else ""), export
        sketch = _simpler(sketch, grown)


def _with_own_words(questions: Iterable[Named], export: Export) -> dict[str, str]:
    """The questions whose cells list answers, and of which the reader would have words of people's
    own as options: these are not to be published."""
    return {
        each.id: ""
        for each in questions
        if each.question.listed and export.questionnaire[each.id].options != each.options
    }


def _simpler(sketch: Sketch, why: Mapping[str, str]) -> Sketch:
    """A sketch with some questions as open ones, or without them where they are that already."""
    questions, left = [], dict(sketch.left)
    for named in sketch.questions:
        own = named.question
        if named.id not in why:
            questions.append(named)
        elif own.type != "open" and len(own.positions) == 1:
            doubt = f"Not everything in this column could be read as {own.type}."
            opened = Drafted(own.text, "open", own.positions, doubt=doubt)
            questions.append(replace(named, question=opened))
        else:
            left |= dict.fromkeys(own.positions, why[named.id])
    names = {each.id for each in questions}
    routes = {name: f for name, f in sketch.routes.items() if {name, *f.gates} <= names}
    return replace(sketch, questions=tuple(questions), routes=routes, fixed="", left=left)


def _with_reasons(columns: pd.DataFrame, left: Mapping[int, str]) -> pd.DataFrame:
    """The columns of an export, each that is no question with why the draft has none."""
    reader = zip(columns["position"], columns["why"], strict=True)
    told = [left.get(position - 1, PLATFORM) if why else "" for position, why in reader]
    return columns.assign(
        why=columns["why"].mask([why not in ("", PLATFORM) for why in told], told)
    )


def _is_plain(question: Question) -> bool:
    """Whether a question asks who the respondents are, which everybody is asked."""
    text = question.text
    named = len(text) <= _LONGEST_DEMOGRAPHIC and _DEMOGRAPHIC.search(text)
    return bool(named or (len(text) <= _LONGEST_OF_A_WORD and _OF_A_WORD.search(text)))


def _without_identities(columns: Columns, rows: Rows) -> tuple[list[Drafted], dict[int, str]]:
    """The questions without those that say who the respondents are, and why these are left out."""
    own_words = columns.layout == "google_forms"
    found = [question for group in columns.groups for question in drafted(group, own_words)]
    width = rows.width
    titles, labels = [""] * width, [""] * width
    for group in columns.groups:
        for column in group.columns:
            titles[column.position], labels[column.position] = group.title, column.label
    kept = {c.position: c for group in columns.groups for c in group.columns}
    respondents = len(next(iter(kept.values())).texts) if kept else 0
    body = Rows.of_cells(kept[n].texts if n in kept else [""] * respondents for n in range(width))
    nothing = build_questionnaire(
        parse_yaml('questions:\n- {id: q, text: "\\u2014\\u2014 q", type: open, page: 1}')
    )
    header = Header(titles, labels)
    identities = identity_columns(header, body, nothing) if respondents else {}
    kept_questions = [q for q in found if not set(q.positions) & set(identities)]
    gone = {n for question in found for n in question.positions if question not in kept_questions}
    return kept_questions, dict.fromkeys(gone - {*identities}, "stands beside an identity column")


def _without_names(named: Named, identities: KnownNames) -> Named:
    """The question as an open one where answers in one column name or reach a person: what is an
    option is published, and what is an answer in own words is not."""
    question = named.question
    if question.spread or not question.options:
        return named
    if not any(mark_identities(label, identities)[0] != label for label in question.options):
        return named
    kept = question.positions[:1]
    return replace(named, question=Drafted(question.text, "open", kept))


def _named(columns: Columns, questions: Sequence[Drafted]) -> list[Named]:
    """Questions with ids, and with numbers where a title stands several times."""
    questions = list(_in_one_order(questions))
    titles = Counter(key(question.text) for question in questions)
    seen: Counter[str] = Counter()
    named = []
    for name, question in zip(question_ids(q.text for q in questions), questions, strict=True):
        own = key(question.text)
        seen[own] += 1
        named.append(Named(name, question, 1, seen[own] if titles[own] > 1 else 0))
    return named


def _in_one_order(questions: Iterable[Drafted]) -> Iterator[Drafted]:
    """The questions, those with the same options with them in the order of the first one."""
    orders: dict[tuple[frozenset[str], bool], tuple[str, ...]] = {}
    for each in questions:
        wanted = frozenset(each.options), each.ordered
        own = each.options if each.spread else orders.setdefault(wanted, each.options)
        yield replace(each, options=own)


def _pages(export: Export, questions: Sequence[Question]) -> dict[str, int]:
    """Pages as far as leaving shows them: a survey is sent a page at a time, so a page ends where
    respondents end."""
    answered = np.column_stack(
        [
            has_answer(export.responses, question)
            & (question.type != "open")  # passed over by many
            for question in questions
        ]
    )
    last = np.where(answered.any(axis=1), answered.shape[1] - answered[:, ::-1].argmax(axis=1), 0)
    ends = np.bincount(last, minlength=len(questions) + 1)
    least = max(_FEWEST_LEFT, _LEFT_ON_A_PAGE * len(answered))
    page, pages = 1, {}
    for place, question in enumerate(questions):
        page += bool(place and ends[place] >= least)
        pages[question.id] = page
    return pages
