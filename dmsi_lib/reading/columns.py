"""Which columns of an export answer which question.

Blocks of columns are matched to questions by wording, exactly after normalising; two questions with
one title take the blocks in their order, each the first one whose columns fit its options.
"""

from collections.abc import Iterable

from dmsi_lib.questionnaire import Question, Questionnaire
from dmsi_lib.reading import headers
from dmsi_lib.reading.change_log import ChangeLog
from dmsi_lib.reading.column_names import shortened, where
from dmsi_lib.reading.headers import Block
from dmsi_lib.wording import Wordings


def match_blocks(
    blocks: Iterable[Block], questionnaire: Questionnaire, changes: ChangeLog
) -> dict[str, Block]:
    """Give every question its block, by id.

    Questions without a block are faults, and so are further blocks of a question's title; blocks
    that the questionnaire does not name are findings.
    """
    matched: dict[str, Block] = {}
    free = list(blocks)
    for has_to_fit in (True, False):
        for question in questionnaire.routing_order:
            for block in free if question.id not in matched else ():
                fitting = not has_to_fit or headers.fits(block, question)
                if question.id in block.asked and fitting:
                    matched[question.id] = block
                    free.remove(block)
                    break
    unknown = [block.title for block in free if block.title and not block.asked]
    for question in questionnaire.in_file:
        if question.id not in matched and not question.optional:
            changes.fault(_missing_message(question, unknown))
    known = headers.title_wordings(questionnaire)
    for block in free:
        if block.asked:
            changes.fault(
                f"{where(block)}: a second column block with this title, but the questionnaire "
                f"has only {', '.join(block.asked)} for it. Add the other question, or an alias."
            )
            continue
        near = known.suggest(block.title) if block.title else None
        hint = f"; near to '{shortened(near)}': aliases: [\"{block.title}\"]" if near else ""
        message = f"not in the questionnaire{hint}"
        changes.note("column ignored", block.name, len(block.columns), message)
    return matched


def _missing_message(question: Question, titles: list[str]) -> str:
    text = shortened(question.text)
    message = f"question '{question.id}' (line {question.line}): no column '{text}'"
    heads = [title.rpartition(" - ")[0] for title in titles]
    near = Wordings((title, title) for title in [*titles, *heads] if title).suggest(question.text)
    if near:
        return f"{message}; near to it is '{near}'. If it is the same: aliases: [\"{near}\"]"
    return f"{message}. Export all questions, or remove it from the questionnaire."
