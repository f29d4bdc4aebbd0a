"""Columns of one question that are no neighbours, put together under their title.

Somebody may have sorted the columns of an export. Columns of one title whose labels complement each
other for one question are that question. Where several questions have both title and label, each
label's columns are told apart by who answered, as whole blocks are; but never by their order, which
says nothing any more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from dmsi_lib.questionnaire import OTHER_TEXT, Question
from dmsi_lib.reading.blocks.same_titles import Blocks, Choice, Evidence, Votes, choose
from dmsi_lib.reading.header.headers import PLAIN_TYPES, Block, column_labels, fits, is_response
from dmsi_lib.wording import key, same

Owners = tuple[tuple[str, str], ...]  # ids of questions, each with one of its items
_ANSWER = "answer"  # the item of a question that has no more than one


def scattered_choice(
    questions: Sequence[Question], blocks: Sequence[Block], evidence: Evidence, matched: Blocks
) -> Choice | None:
    """Which of the scattered columns each question has; None where whole blocks stand there."""
    mixed = len(questions) > 1 and any(_is_mixed(q, b) for q in questions for b in blocks)
    if len(blocks) <= len(questions) and not mixed:
        return None
    known = all(len(b.columns) == 1 or any(_knows(q, b) for q in questions) for b in blocks)
    if not known or all(any(_is_whole(q, b) for q in questions) for b in blocks):
        return None
    columns = [
        Block(block.title, {position: subtitle}, block.asked)
        for block in blocks
        for position, subtitle in block.columns.items()
    ]
    by_item: dict[Owners, list[Block]] = {}
    for column in columns:
        by_item.setdefault(_owners(column, questions), []).append(column)
    by_id = {question.id: question for question in questions}
    choices = [
        _chosen([by_id[name] for name, _ in owners], part, evidence, matched)
        for owners, every in by_item.items()
        for part in _ticks_and_texts(every, by_id[owners[0][0]], owners[0][1], evidence)
    ]
    return _together(questions, choices)


def _item(question: Question, subtitle: str) -> str:
    """What of a question stands under a subtitle; "" where it has no such thing."""
    if question.type not in PLAIN_TYPES:
        return column_labels(question).find(subtitle) or ""
    if is_response(subtitle):
        return _ANSWER
    return OTHER_TEXT if any(same(subtitle, other) for other in question.all_others) else ""


def _owners(column: Block, questions: Iterable[Question]) -> Owners:
    """The questions that may have a column, each with the item that it would be.

    A label that none of them knows, as of a comment, may be any question's.
    """
    (subtitle,) = column.columns.values()
    titled = [question for question in questions if question.id in column.asked]
    found = tuple((q.id, item) for q in titled if (item := _item(q, subtitle)))
    return found or tuple((question.id, key(subtitle)) for question in titled)


def _is_mixed(question: Question, block: Block) -> bool:
    """Whether two columns of one label stand side by side that are no tick and text."""
    found = [_item(question, subtitle) for subtitle in block.columns.values()]
    found = [item for item in found if item and item not in question.companions]
    return len(found) > len(set(found))


def _knows(question: Question, block: Block) -> bool:
    """Whether a block has any column of a question."""
    return any(_item(question, subtitle) for subtitle in block.columns.values())


def _is_whole(question: Question, block: Block) -> bool:
    """Whether a block has all columns of a question that it must have."""
    if question.id not in block.asked or not fits(block, question):
        return False
    if question.type in PLAIN_TYPES:
        return True
    needed = {*(question.rows or question.choices)} - {*question.companions}
    found = {_item(question, subtitle) for subtitle in block.columns.values()}
    return needed - question.optional_codes <= found


def _ticks_and_texts(
    columns: list[Block], question: Question, item: str, evidence: Evidence
) -> list[list[Block]]:
    """The columns of a companion in two parts where there is a tick and a text, else in one."""
    if item not in question.companions:
        return [columns]
    ticks = [c for c in columns if evidence.only_ticks(c, question.companions[item])]
    return [part for part in (ticks, [c for c in columns if c not in ticks]) if part]


def _chosen(
    owners: Sequence[Question], columns: Sequence[Block], evidence: Evidence, matched: Blocks
) -> Choice:
    choice = choose(owners, columns, evidence, matched)
    filled = any(evidence.is_filled(owners[0], column) for column in columns)
    return replace(choice, tied=choice.tied or ("order" in choice.reasons and filled))


def _together(questions: Sequence[Question], choices: Sequence[Choice]) -> Choice:
    """The columns that a question was given, its answer first, as one block."""
    blocks, votes = {}, {}
    for question in questions:
        own = [choice.blocks[question.id] for choice in choices if question.id in choice.blocks]
        columns = [item for block in own for item in block.columns.items()]
        columns.sort(key=lambda item: (not is_response(item[1]), item[0]))
        if own:
            blocks[question.id] = replace(own[0], columns=dict(columns))
        counted = [choice.votes[question.id] for choice in choices if question.id in choice.votes]
        if counted:
            votes[question.id] = sum(counted, Votes())
    reasons = dict.fromkeys(reason for choice in choices for reason in choice.reasons)
    decided = tuple(reason for reason in reasons if reason != "order")
    return Choice(blocks, decided, votes, any(choice.tied for choice in choices))
