"""Columns whose titles do not say what they hold: which option each one is, its cells tell.

Two kinds. *Coded*: a known title and a number (`q0004_0001`, `q4.1`, `Q4r1`, `Q4[SQ001]`), or one
title over several columns. *Cut*: SPSS keeps 256 bytes of a label, so that of a long title's option
there may be nothing left.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from dmsi_lib.questionnaire import Question, Questionnaire
from dmsi_lib.reading.answers.ticks import CHECKED, UNCHECKED
from dmsi_lib.reading.change_log import Fault, Finding
from dmsi_lib.reading.header.column_names import shortened
from dmsi_lib.reading.header.headers import Pair, is_response
from dmsi_lib.wording import Wordings, key

CUT_AT = 250  # bytes; SPSS keeps 256 of a label, and no letter is cut in two
_LONGEST_CODED = 200  # characters of a title that is looked at for a number
_CODED = re.compile(r"(?P<stem>.+?)(?:[_.-]|(?<=\d)[rRcC])(?P<number>\d+)(?P<text>[_.-]TEXT)?")
_CODE = re.compile(r"[A-Za-z]{0,3}\d+")
_BY_ORDER = ("ranking", "matrix", "open", "numeric")  # their cells tell no option or row
_MOST_NAMED = 3

Texts = Callable[[int], Iterable[str]]  # the answers in a column, by its position


@dataclass(frozen=True)
class Coded:
    """A column of a question that does not say which one it is.

    Attributes
    ----------
    title : of the question, as the file has it.
    number : that of the column; "" where it has none.
    """

    position: int
    question: Question
    title: str
    number: str = ""


@dataclass
class Told:
    """What the cells tell: title and subtitle by column, and what is to be said of it."""

    pairs: dict[int, Pair] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def told_by_cells(
    titles: Sequence[str],
    pairs: Sequence[Pair],
    known: Wordings[str],
    questionnaire: Questionnaire,
    texts: Texts,
) -> Told:
    """Title and subtitle of the coded and cut columns.

    `titles` are those of the file, `pairs` what could be made of them, `known` the titles of the
    questionnaire.
    """
    told = Told()
    groups: dict[str, list[Coded]] = {}
    for column, label in (
        *_cut_columns(titles, pairs, known, questionnaire),
        *_coded_columns(pairs, known, questionnaire),
    ):
        if column.position in told.pairs:
            continue
        if label is None:
            groups.setdefault(column.question.id, []).append(column)
        else:
            told.pairs[column.position] = (column.title, label)
    for columns in groups.values():
        _tell(columns, titles, texts, told)
    return told


# ---- which columns


def is_coded(title: str, known: Wordings[str]) -> bool:
    """Whether a title is that of one question and a number."""
    match = _CODED.fullmatch(title) if len(title) <= _LONGEST_CODED else None
    return match is not None and len(known.find_all(match["stem"])) == 1


Found = tuple[Coded, str | None]  # with its subtitle; None where the cells have to tell it


def _coded_columns(
    pairs: Sequence[Pair], known: Wordings[str], questionnaire: Questionnaire
) -> Iterator[Found]:
    """The columns of a known title and a number, and those that share a title."""
    plain: dict[str, list[Coded]] = {}
    itemed: dict[str, list[Coded]] = {}
    labelled: set[str] = set()
    for position, (title, subtitle) in enumerate(pairs):
        names = known.find_all(title)
        if not names and title and is_response(subtitle):
            yield from _numbered_title(position, title, known, questionnaire)
        if len(names) != 1:
            continue
        column = Coded(position, questionnaire[names[0]], title, subtitle)
        if is_response(subtitle):
            plain.setdefault(names[0], []).append(column)
        elif _CODE.fullmatch(subtitle) and _labels(column.question).find(subtitle) is None:
            itemed.setdefault(names[0], []).append(column)
        else:
            labelled.add(names[0])
    for columns in plain.values():
        ends = [n.position + 1 for n in columns if n.position + 1 < len(pairs)]
        alone = all(pairs[end][0] for end in ends)
        if len(columns) > 1 and alone and columns[0].question.type == "multiple":
            yield from ((replace(column, number=""), None) for column in columns)
    for name, columns in itemed.items():
        if name not in labelled and len(columns) > 1:
            yield from ((column, None) for column in columns)


def _numbered_title(
    position: int, title: str, known: Wordings[str], questionnaire: Questionnaire
) -> Iterator[Found]:
    """The column of a title such as `q0004_0001`, or `Q4_3_TEXT` of a companion."""
    match = _CODED.fullmatch(title) if len(title) <= _LONGEST_CODED else None
    names = known.find_all(match["stem"]) if match else []
    if not match or len(names) != 1:
        return
    question = questionnaire[names[0]]
    column = Coded(position, question, match["stem"], match["number"])
    if not match["text"]:
        yield column, None
    elif question.other is not None:
        yield column, question.other


def _cut_columns(
    titles: Sequence[str],
    pairs: Sequence[Pair],
    known: Wordings[str],
    questionnaire: Questionnaire,
) -> Iterator[Found]:
    """The columns whose titles are the beginning of an expected one."""
    long = [n for n, title in enumerate(titles) if len(title.encode()) >= CUT_AT]
    if not long:
        return
    full = [
        (question, text, label, key(f"{text} - {label}"))
        for question in questionnaire.questions
        for text in question.wordings
        for label in _expected(question)
    ]
    for position in long:
        title, subtitle = pairs[position]
        names = known.find_all(title)
        if any(subtitle in _expected(questionnaire[name]) for name in names):
            continue
        start = key(titles[position][:-1])  # the last letter may be what is left of one
        found = [each for each in full if each[3].startswith(start)]
        labels = {label for _, _, label, _ in found}
        if found and len({question.id for question, *_ in found}) == 1:
            question, text, label, _ = found[0]
            column = Coded(position, question, title if names else text)
            yield column, label if len(labels) == 1 else None


def _expected(question: Question) -> list[str]:
    """The subtitles of a question's columns."""
    if question.type in ("single", "open", "numeric", "date") and not question.rows:
        return ["", *question.all_others]
    if question.type == "matrix_multiple":
        labels = question.options.values()
        return [f"{row} - {label}" for row in question.rows.values() for label in labels]
    return [*_items(question).values()]


def _items(question: Question) -> dict[str, str]:
    """Code and label of what a question has a column for each of."""
    return question.rows or question.choices


def _labels(question: Question) -> Wordings[str]:
    """The labels and their other texts, with their codes."""
    aliases = question.row_aliases if question.rows else question.option_aliases
    return Wordings(
        (text, code)
        for code, label in _items(question).items()
        for text in (label, *aliases.get(code, ()))
    )


# ---- what they are


def _tell(columns: list[Coded], titles: Sequence[str], texts: Texts, told: Told) -> None:
    """Add the pairs of one question's columns to what is told, and what is to be said of them."""
    question, items = columns[0].question, _items(columns[0].question)
    if len(columns) == 1 or not items or question.type == "matrix_multiple":
        bare = len(columns) == 1
        told.pairs |= {c.position: (c.title, "" if bare else c.number) for c in columns}
        return
    codes, beside, contrary = _told_codes(columns, texts)
    untold = [c.position for c in columns if c.position not in {*codes, *beside}]
    rest = [code for code in items if code not in codes.values()]
    if len(rest) == len(untold) + 1 and question.other_code in rest:
        rest.remove(question.other_code)  # its column is that of the text, or is not there
    in_order = dict(zip(untold, rest, strict=False))
    labels = {position: items[code] for position, code in (codes | in_order).items()}
    labels |= dict.fromkeys(beside, question.other or "")
    told.pairs |= {c.position: (c.title, labels.get(c.position, c.number)) for c in columns}
    if contrary or len(rest) != len(untold):
        told.faults.append(_untold_fault(question, titles, untold, contrary, len(rest)))
        return
    how = f"{len(codes)} by the options in their cells" if codes else ""
    order = f"{len(untold)} by their order" if untold else ""
    message = f"{question.id}: {' and '.join(filter(None, (how, order)))}"
    first = titles[columns[0].position]
    told.findings.append(Finding("coded columns", first, len(columns), message))


def _told_codes(columns: list[Coded], texts: Texts) -> tuple[dict[int, str], list[int], list[int]]:
    """The option of each column that tells it; the companion's text; what contradicts itself."""
    question = columns[0].question
    codes: dict[int, str] = {}
    beside: list[int] = []
    contrary: list[int] = []
    if question.type in _BY_ORDER:
        return codes, beside, contrary
    labels = _labels(question)
    for position in (column.position for column in columns):
        ticks = {text for text in texts(position) if _says_more(text, labels)}
        found = {labels.find(text) for text in ticks}
        code = next(iter(found), None)
        if len(found) == 1 and code is not None and code not in codes.values():
            codes[position] = code
        elif None in found and question.other is not None and not beside:
            beside.append(position)
        elif ticks:
            contrary.append(position)
    return codes, beside, contrary


def _says_more(text: str, labels: Wordings[str]) -> bool:
    """Whether a text is more than a tick, or a word for none, that every option could have."""
    return labels.find(text) is not None or text.casefold() not in CHECKED | UNCHECKED


def _untold_fault(
    question: Question,
    titles: Sequence[str],
    untold: Sequence[int],
    contrary: Sequence[int],
    rest: int,
) -> Fault:
    named = [
        f"column {n + 1} '{shortened(titles[n], 40)}'" for n in (contrary or untold)[:_MOST_NAMED]
    ]
    where = ", ".join(named) or "the header"
    found = f"{len(untold)} columns do not tell by their cells which option each is"
    if contrary:
        found = "cells hold texts of several options, or what another column holds"
    return Fault(
        f"{where}: coded titles of question '{question.id}' (line {question.line}): {found}; "
        f"expected the text of one option in each, or one such column for each of the {rest} "
        "others. Export with the options' texts in the header."
    )
