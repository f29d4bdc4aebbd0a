"""Columns whose titles do not say what they hold: which option each one is, its cells tell.

Two kinds. *Coded*: a known title and a number (`q0004_0001`, `q4.1`, `Q4r1`, `Q4[SQ001]`), or one
title over several columns. *Cut*: SPSS keeps 256 bytes of a label, so that of a long title's option
there may be nothing left.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dmsi_lib.questionnaire import Question, Questionnaire
from dmsi_lib.reading.answers import CHECKED, UNCHECKED
from dmsi_lib.reading.change_log import Fault, Finding
from dmsi_lib.reading.headers import Pair, is_response
from dmsi_lib.wording import Wordings, key

CUT_AT = 250  # bytes; SPSS keeps 256 of a label, and no letter is cut in two
_LONGEST_CODED = 200  # characters of a title that is looked at for a number
_CODED = re.compile(r"(?P<stem>.+?)(?:[_.-]|(?<=\d)[rRcC])(?P<number>\d+)(?:[_.-]TEXT)?")
_CODE = re.compile(r"[A-Za-z]{0,3}\d+")
_BY_ORDER = ("ranking", "matrix", "open", "numeric")  # their cells tell no option or row
_MOST_NAMED = 3

Texts = Callable[[int], Iterable[str]]  # the answers in a column, by its position


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
    groups: dict[str, dict[int, str]] = {}
    for position, name, item in _cut_columns(titles, pairs, known, questionnaire):
        if item is None:
            groups.setdefault(name, {})[position] = ""
        else:
            told.pairs[position] = (questionnaire[name].text, item)
    for position, name, number in _coded_columns(pairs, known, questionnaire):
        if position not in told.pairs:
            groups.setdefault(name, {}).setdefault(position, number)
    for name, numbers in groups.items():
        _tell(questionnaire[name], numbers, titles, texts, told)
    return told


# ---- which columns


def is_coded(title: str, known: Wordings[str]) -> bool:
    """Whether a title is that of one question and a number."""
    match = _CODED.fullmatch(title) if len(title) <= _LONGEST_CODED else None
    return match is not None and len(known.find_all(match["stem"])) == 1


def _coded_columns(
    pairs: Sequence[Pair], known: Wordings[str], questionnaire: Questionnaire
) -> Iterator[tuple[int, str, str]]:
    """Position, question and number of each coded column."""
    plain_columns: dict[str, list[int]] = {}
    for position, (title, subtitle) in enumerate(pairs):
        names = known.find_all(title)
        match = _CODED.fullmatch(title) if len(title) <= _LONGEST_CODED and not names else None
        if match and is_response(subtitle):
            names = known.find_all(match["stem"])
            if len(names) == 1:
                yield position, names[0], match["number"]
        elif len(names) == 1 and is_response(subtitle):
            plain_columns.setdefault(names[0], []).append(position)
        elif len(names) == 1 and _CODE.fullmatch(subtitle):
            question = questionnaire[names[0]]
            if question.type != "single" and _labels(question).find(subtitle) is None:
                yield position, names[0], subtitle
    for name, positions in plain_columns.items():
        goes_on = any(n + 1 < len(pairs) and not pairs[n + 1][0] for n in positions)
        if len(positions) > 1 and not goes_on and questionnaire[name].type == "multiple":
            yield from ((position, name, "") for position in positions)


def _cut_columns(
    titles: Sequence[str],
    pairs: Sequence[Pair],
    known: Wordings[str],
    questionnaire: Questionnaire,
) -> Iterator[tuple[int, str, str | None]]:
    """Position, question and subtitle of each column whose title was cut; None: not to be told."""
    long = [n for n, title in enumerate(titles) if len(title.encode()) >= CUT_AT]
    if not long:
        return
    full = {
        (question.id, label): [key(f"{text} - {label}") for text in question.wordings]
        for question in questionnaire.questions
        for label in _expected(question)
    }
    for position in long:
        title, subtitle = pairs[position]
        names = known.find_all(title)
        if any(subtitle in _expected(questionnaire[name]) for name in names):
            continue
        # The last letter may be what is left of one, or of a number.
        start = key(titles[position][:-1])
        found = [each for each, keys in full.items() if any(k.startswith(start) for k in keys)]
        if len(found) == 1:
            yield position, *found[0]
        elif len({name for name, _ in found}) == 1:
            yield position, found[0][0], None


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


def _tell(
    question: Question,
    numbers: Mapping[int, str],
    titles: Sequence[str],
    texts: Texts,
    told: Told,
) -> None:
    """Add a group's pairs to what is told, and what is to be said of them."""
    items = _items(question)
    if len(numbers) == 1 or not items:
        bare = len(numbers) == 1
        for position, number in numbers.items():
            told.pairs[position] = (question.text, "" if bare else number)
        return
    codes, texts_beside, contrary = _codes_of_cells(question, numbers, texts)
    untold = [n for n in numbers if n not in codes and n not in texts_beside]
    rest = [code for code in items if code not in codes.values()]
    if len(rest) == len(untold) + 1 and question.other_code in rest:
        rest.remove(question.other_code)  # its column is that of the text, or is not there
    in_order = dict(zip(untold, rest, strict=False))
    labels = {n: items[code] for n, code in (codes | in_order).items()}
    labels |= dict.fromkeys(texts_beside, question.other or "")
    for position in numbers:
        told.pairs[position] = (question.text, labels.get(position, titles[position]))
    first = titles[min(numbers)]
    if contrary or len(rest) != len(untold):
        told.faults.append(Fault(_untold_message(question, titles, untold, contrary, len(rest))))
    else:
        how = f"{len(codes)} by the options in their cells" if codes else ""
        order = f"{len(untold)} by their order" if untold else ""
        message = f"{question.id}: {' and '.join(filter(None, (how, order)))}"
        told.findings.append(Finding("coded columns", first, len(numbers), message))


def _codes_of_cells(
    question: Question, numbers: Iterable[int], texts: Texts
) -> tuple[dict[int, str], list[int], list[int]]:
    """The option of each column that tells it; the companions' texts; what contradicts itself."""
    codes: dict[int, str] = {}
    beside: list[int] = []
    contrary: list[int] = []
    if question.type in _BY_ORDER:
        return codes, beside, contrary
    labels = _labels(question)
    for position in numbers:
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


def _untold_message(
    question: Question,
    titles: Sequence[str],
    untold: Sequence[int],
    contrary: Sequence[int],
    rest: int,
) -> str:
    named = [f"column {n + 1} '{titles[n][:40]}'" for n in (contrary or untold)[:_MOST_NAMED]]
    where = ", ".join(named) or "the header"
    if contrary:
        found = "cells hold texts of several options, or what another column holds"
    else:
        found = f"{len(untold)} columns do not tell by their cells which option each is"
    return (
        f"{where}: coded titles of question '{question.id}' (line {question.line}): {found}; "
        f"expected the text of one option in each, or one such column for each of the {rest} "
        "others. Export with the options' texts in the header."
    )
