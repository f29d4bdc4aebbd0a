"""Which blocks of columns answer which question.

Blocks are matched to questions by wording, exactly after normalising. Where several questions have
one title, `same_titles` tells whose each block is; columns of one question that are no neighbours
are put together first.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

import pandas as pd

from dmsi_lib.questionnaire import Question, Questionnaire
from dmsi_lib.reading.answers.answers import decode
from dmsi_lib.reading.answers.texts import Texts, column_texts
from dmsi_lib.reading.blocks.same_titles import Choice, Evidence, choose
from dmsi_lib.reading.blocks.scattered import scattered_choice
from dmsi_lib.reading.change_log import ChangeLog, Proposal
from dmsi_lib.reading.header.column_names import shortened, where
from dmsi_lib.reading.header.headers import Block, title_wordings
from dmsi_lib.reading.rows.rows import Rows
from dmsi_lib.reading.shapes.shapes import read_shapes
from dmsi_lib.wording import Wordings, continued, key, plain, same

_NAMED = 3  # titles that may be meant
_DISTINCT = 3  # answers of a question, for its title to be known by them
_WHOLE = 300  # characters of a title that somebody may have to copy
_LACKING = "If the file lacks it, export all questions, or say `optional: true`."
_REASONS = {
    "occurrence": "as the questionnaire says by `occurrence`",
    "columns": "by their options",
    "answers": "by who answered",
    "order": "by their order in the file, since no answer can tell",
}


@dataclass(frozen=True)
class _Group:
    """Questions that share titles, in routing order, and the blocks under these titles."""

    questions: tuple[Question, ...]
    blocks: tuple[Block, ...]


def match_blocks(
    blocks: Iterable[Block],
    questionnaire: Questionnaire,
    body: Rows,
    changes: ChangeLog,
    dropped: Collection[str] = (),
) -> dict[str, Block]:
    """Give every question its block, by id; `body` are the respondents' rows, `dropped` the titles
    of columns that say who they are.

    Questions without a block are faults, unless a file may lack them, and so are further blocks of
    a question's title; blocks that the questionnaire does not name are findings.
    """
    blocks = list(blocks)
    evidence = _evidence(questionnaire, body)
    matched: dict[str, Block] = {}
    undecided: set[str] = set()  # of which nothing more is to be told
    left = [block for block in blocks if not block.asked]
    for group in _gates_first(_groups(questionnaire, blocks), questionnaire):
        choice = scattered_choice(group.questions, group.blocks, evidence, matched) or choose(
            group.questions, group.blocks, evidence, matched
        )
        if choice.tied and len(group.questions) > 1:
            changes.fault(_tied_message(group, choice), *_by_order(group, choice))
            undecided |= {question.id for question in group.questions}
        else:
            matched |= choice.blocks
            _tell(group, choice, evidence, changes)
    as_alias = partial(_as_alias, questionnaire=questionnaire, body=body)
    by_answers = partial(_title_by_answers, questionnaire=questionnaire, body=body)
    is_same_survey = 2 * len(matched) >= len(questionnaire.in_file)
    for question in questionnaire.in_file:
        is_there = question.occurrence and any(question.id in block.asked for block in blocks)
        if question.id not in undecided | {*matched} and not is_there:  # which is told already
            _tell_missing(question, left, dropped, as_alias, by_answers, is_same_survey, changes)
    known = title_wordings(questionnaire)
    for block in left:
        near = known.suggest(block.title) if block.title else None
        message = "not in the questionnaire" + (f"; near to '{shortened(near)}'" if near else "")
        changes.note("column ignored", block.name, len(block.columns), message)
    return {q.id: matched[q.id] for q in questionnaire.in_file if q.id in matched}


def _groups(questionnaire: Questionnaire, blocks: Sequence[Block]) -> list[_Group]:
    """The questions that blocks tie together, and those blocks."""
    group_of = {question.id: {question.id} for question in questionnaire.in_file}
    for block in blocks:
        joined = set().union(*(group_of[name] for name in block.asked if name in group_of))
        group_of |= dict.fromkeys(joined, joined)
    names = {id(group): group for group in group_of.values()}.values()
    order = questionnaire.routing_order
    return [
        _Group(
            tuple(question for question in order if question.id in group),
            tuple(block for block in blocks if group & set(block.asked)),
        )
        for group in names
    ]


def _gates_first(groups: Sequence[_Group], questionnaire: Questionnaire) -> Iterable[_Group]:
    """The groups, each after those with the gates of its questions, as far as that can be."""
    waiting, known = list(groups), set[str]()
    while waiting:
        ready = (group for group in waiting if _ancestors(group, questionnaire) <= known)
        group = next(ready, waiting[0])
        waiting.remove(group)
        known |= {question.id for question in group.questions}
        yield group


def _ancestors(group: _Group, questionnaire: Questionnaire) -> set[str]:
    own = {question.id for question in group.questions}
    found: set[str] = set()
    new = {gate for question in group.questions for gate in question.gates}
    while new:
        found |= new
        new = {gate for name in new for gate in questionnaire[name].gates} - found
    return found - own


def _evidence(questionnaire: Questionnaire, body: Rows) -> Evidence:
    """What the respondents' answers say, looked up where it is asked for."""
    blank = {text.strip() for text in questionnaire.blank}

    @cache
    def texts(position: int) -> Texts:
        return column_texts("", body.columns[position], blank)

    def read(question: Question, block: Block) -> tuple[Question, pd.DataFrame]:
        return _read(question, block, questionnaire, body)[:2]

    return Evidence(questionnaire, texts, read)


def _read(
    question: Question,
    block: Block,
    questionnaire: Questionnaire,
    body: Rows,
) -> tuple[Question, pd.DataFrame, ChangeLog]:
    """A question as its block shows it, the responses to it, and what does not fit."""
    changes = ChangeLog(pd.RangeIndex(len(body)))
    alone = Block(block.title, dict(enumerate(block.columns.values())), block.asked)
    cells = body.of_columns(block.columns)
    one = replace(questionnaire, questions=(question,))
    refined, columns = read_shapes({question.id: alone}, one, cells, changes)
    shown = refined[question.id]
    arrays = {
        (question.id, item): array
        for item, array in decode(shown, columns[question.id], changes).items()
    }
    return shown, pd.DataFrame(arrays), changes


def _as_alias(
    question: Question,
    title: str,
    block: Block,
    questionnaire: Questionnaire,
    body: Rows,
) -> list[Proposal]:
    """What is to be changed if a block of another title is the question's.

    Nothing where most of its answers are none of the question's, not even in other words: then it
    may well be another one.
    """
    _, responses, changes = _read(question, block, questionnaire, body)
    blank = {*map(str.strip, questionnaire.blank)}
    columns = [column_texts("", body.columns[position], blank) for position in block.columns]
    filled = sum(column.filled for column in columns)
    fitting = sum(
        int((answers if answers.dtype == "boolean" else answers.notna()).sum())
        for _, answers in responses.items()
    )
    further = [proposal for fault in changes.faults for proposal in fault.proposals]
    known = {*question.choices, *question.rows}
    if 2 * fitting < filled and not all(proposal.code in known for proposal in further):
        return []
    return [Proposal("aliases", title, question.id), *further]


def _title_by_answers(
    question: Question,
    left: Sequence[Block],
    questionnaire: Questionnaire,
    body: Rows,
) -> str | None:
    """The only title under which a question's answers stand, and nothing else; None if there is
    none, or if other questions have the same options, as "Yes" and "No"."""
    labels = {*question.choices.values(), *question.rows.values()}
    others = (q for q in questionnaire.questions if q.text != question.text)
    if any(labels <= {*q.choices.values(), *q.rows.values()} for q in others):
        return None
    known, found = Wordings((label, label) for label in labels), set[str]()
    for block in left:
        texts = {text.strip() for place in block.columns for text in body.columns[place].texts}
        seen = {known.find(text) for text in (*texts, *block.columns.values())} - {None}
        if block.title and len(seen) >= _DISTINCT:
            *_, changes = _read(question, block, questionnaire, body)
            found |= set() if changes.faults else {block.title}
    return found.pop() if len(found) == 1 else None


# ---- what is told


def _left_over(group: _Group, choice: Choice) -> Iterable[Block]:
    used = {position for block in choice.blocks.values() for position in block.columns}
    for block in group.blocks:
        rest = {position: text for position, text in block.columns.items() if position not in used}
        if rest:
            yield replace(block, columns=rest)


def _tell(group: _Group, choice: Choice, evidence: Evidence, changes: ChangeLog) -> None:
    """How blocks came to their questions, and which are left over."""
    _tell_occurrences(group, choice, changes)
    if choice.reasons:
        how = ", then ".join(_REASONS[reason] for reason in choice.reasons)
        votes = "; ".join(_counted(choice))
        message = f"told apart {how}{': ' * bool(votes)}{votes}"
        names = ", ".join(question.id for question in group.questions)
        changes.note("questions with one title", names, len(group.blocks), message)
    settled = all(question.occurrence is not None for question in group.questions)
    for block in _left_over(group, choice):
        names = ", ".join(block.asked)
        question = group.questions[0]
        if settled:
            message = f"`occurrence` of {names} says another column"
            changes.note("column ignored", block.name, len(block.columns), message)
        elif not evidence.is_filled(question, block):
            message = f"nobody answered it, and {names} has another column"
            changes.note("column ignored", block.name, len(block.columns), message)
        else:
            changes.fault(
                f"{where(block)}: a second column block with this title, but the questionnaire has "
                f"only {names} for it. Add the other question, or say by `occurrence` which of "
                "them it is.",
                *_by_order(group, choice),
            )


def _counted(choice: Choice) -> list[str]:
    return [
        f"{name}: {votes.inside} answers of whom it was asked, {votes.outside} others"
        for name, votes in choice.votes.items()
    ]


def _by_order(group: _Group, choice: Choice) -> list[Proposal]:
    """What would settle whose the blocks are, as they are chosen now."""
    proposals = []
    for question in group.questions:
        own = [block for block in group.blocks if question.id in block.asked]
        block = choice.blocks.get(question.id)
        if block is None or question.occurrence is not None:
            continue
        alike = [q for q in group.questions if {q.id, question.id} <= {*block.asked}]
        place = own.index(block) if block in own else alike.index(question)
        proposals.append(Proposal("occurrence", place + 1, question.id))
    return proposals


def _tied_message(group: _Group, choice: Choice) -> str:
    names = ", ".join(question.id for question in group.questions)
    blocks = ", ".join(where(block) for block in group.blocks[:4])
    more = f" and {len(group.blocks) - 4} more" if len(group.blocks) > 4 else ""
    counted = "; ".join(_counted(choice))
    best = f" (at best {counted})" if counted else ""
    remedy = "say it by `occurrence`: 1 for the first of this title from the left."
    if len(group.blocks) < len(group.questions):
        remedy = "export all questions, or make one of those that stand in one place."
    return (
        f"{blocks}{more}: the answers do not tell which of them belongs to which of {names}{best}; "
        f"{remedy}"
    )


def _tell_occurrences(group: _Group, choice: Choice, changes: ChangeLog) -> None:
    for question in group.questions:
        if question.occurrence is None or question.id in choice.blocks:
            continue
        own = [block for block in group.blocks if question.id in block.asked]
        taken = [q.id for q in group.questions if q.occurrence == question.occurrence]
        also = f", which {taken[0]} has" if question.occurrence <= len(own) else ""
        if own:
            used = [*choice.blocks.values()]
            free = [number for number, block in enumerate(own, 1) if block not in used]
            changes.fault(
                f"question '{question.id}' (line {question.line}): its occurrence is "
                f"{question.occurrence}{also}; the file has {len(own)} column blocks with its "
                f"title '{shortened(question.text)}'.",
                *(Proposal("occurrence", number, question.id) for number in free[:1]),
            )


def _tell_missing(
    question: Question,
    left: Sequence[Block],
    dropped: Iterable[str],
    as_alias: Callable[[Question, str, Block], list[Proposal]],
    by_answers: Callable[[Question, Sequence[Block]], str | None],
    is_same_survey: bool,
    changes: ChangeLog,
) -> None:
    """A fault for a question without a block, and what may be done about it.

    That the file lacks it is proposed only where it is the file of the questionnaire's survey.
    """
    if question.optional:
        return  # that it was not asked is told where its columns are made
    if any(same(title, wording) for title in dropped for wording in question.wordings):
        changes.fault(
            f"question '{question.id}' (line {question.line}): what stands under "
            f"'{shortened(question.text)}' says who the respondents are, and is dropped while "
            "reading. Remove the question from the questionnaire."
        )
        return
    titles = [block.title for block in left if block.title]
    message = f"question '{question.id}' (line {question.line}): no column "
    message += f"'{shortened(question.text)}'"
    near = _near(question, titles)
    if near is not None:
        message += f"; near to it is '{shortened(near, _WHOLE)}'."
        changes.fault(message, *as_alias(question, near, _block_of(near, left)))
        return
    alike = _alike(question.text, [*_shared_heads(titles), *titles])
    if not alike and (title := by_answers(question, left)):
        message += f"; what stands under '{shortened(title, _WHOLE)}' are its answers."
        changes.fault(message, Proposal("aliases", title, question.id))
        return
    if alike:
        quoted = " or ".join(f"'{shortened(title, _WHOLE)}'" for title in alike[:_NAMED])
        message += f"; no question has {quoted}. If that is it, write it in the aliases"
    lacking = [Proposal("optional", "true", question.id)] if is_same_survey else []
    changes.fault(f"{message}. {_LACKING}", *lacking)


def _near(question: Question, titles: list[str]) -> str | None:
    """The title that a question's text was probably meant for, or None.

    That is one that slips tell from it, or the only one that goes on where the text ends, as with a
    remark in brackets; also what titles have before their last hyphen, if it is several or if one
    of the question's labels follows, since a question with several columns has it over each.
    """
    labels = Wordings(
        (label, label) for label in [*question.choices.values(), *question.rows.values()]
    )
    cuts = [title.rpartition(" - ") for title in titles]
    heads = [*_shared_heads(titles), *(head for head, _, tail in cuts if labels.find(tail))]
    heads = [*dict.fromkeys(head for head in heads if head)]
    near = Wordings((title, title) for title in [*titles, *heads]).suggest(question.text)
    return continued(question.text, heads) or near or continued(question.text, titles)


def _shared_heads(titles: Iterable[str]) -> list[str]:
    """What several titles have before their last hyphen."""
    heads = Counter(title.rpartition(" - ")[0] for title in titles)
    return [head for head, count in heads.items() if head and count > 1]


def _block_of(title: str, left: Iterable[Block]) -> Block:
    """The columns under a title, which may stand in front of their options."""
    columns: dict[int, str] = {}
    for block in left:
        head, _, tail = block.title.rpartition(" - ")
        if block.title == title:
            return block
        if head == title:
            columns |= dict.fromkeys(block.columns, tail)
    return Block(title, columns)


def _alike(text: str, titles: Iterable[str]) -> list[str]:
    """The titles that have all words of a text, or whose words the text has all."""
    words = _words(text)
    found = {title: _words(title) for title in titles}
    alike = [title for title, own in found.items() if own and (words <= own or own <= words)]
    # A title in front of its options stands for all of them.
    return [t for t in alike if t.rpartition(" - ")[0] not in alike]


def _words(text: str) -> set[str]:
    return {*map(key, plain(text).split())} - {""}
