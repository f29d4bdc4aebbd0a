"""Which columns of an export answer which question.

Blocks of columns are matched to questions by wording, exactly after normalising; two questions with
one title take the blocks in their order, each the first one whose columns fit its options. Within a
block, a column belongs to the option, row or companion whose label stands over it.
"""

from collections.abc import Iterable, Mapping, Sequence

from dmsi_lib.questionnaire import OTHER_TEXT, Question, Questionnaire
from dmsi_lib.reading import headers
from dmsi_lib.reading.answers import Columns, is_tick_or_none
from dmsi_lib.reading.change_log import ChangeLog, Fault, Proposal
from dmsi_lib.reading.headers import Block
from dmsi_lib.reading.texts import Texts, column_texts
from dmsi_lib.wording import Wordings, same

Items = dict[str, int]  # of a question, each with the position of its column
Labels = dict[int, str]  # of columns that are no item's, by position


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
    for question in questionnaire.questions:
        if question.id not in matched:
            text, near = _missing_message(question, unknown)
            changes.fault(text, *([Proposal("aliases", near, question.id)] if near else []))
    known = headers.title_wordings(questionnaire)
    for block in free:
        if block.asked:
            changes.fault(
                f"{_where(block)}: a second column block with this title, but the questionnaire "
                f"has only {', '.join(block.asked)} for it. Add the other question, or an alias."
            )
            continue
        near = known.suggest(block.title) if block.title else None
        hint = f"; near to '{_short(near)}': aliases: [\"{block.title}\"]" if near else ""
        message = f"not in the questionnaire{hint}"
        changes.note("column ignored", block.name, len(block.columns), message)
    return matched


def _missing_message(question: Question, titles: list[str]) -> tuple[str, str | None]:
    text = _short(question.text)
    message = f"question '{question.id}' (line {question.line}): no column '{text}'"
    near = Wordings((title, title) for title in titles if title).suggest(question.text)
    if near:
        return f"{message}; near to it is '{near}'.", near
    return f"{message}. Export all questions, or remove it from the questionnaire.", None


def item_columns(
    matched: Mapping[str, Block],
    questionnaire: Questionnaire,
    body: Iterable[Sequence[str]],
    changes: ChangeLog,
) -> dict[str, Columns]:
    """Give every item of a question its column, by question id; `body` are the respondents' rows.

    Options without a column and answered columns without an option are faults.
    """
    blank = {text.strip() for text in questionnaire.blank}
    cells = list(zip(*body, strict=True))
    columns: dict[str, Columns] = {}
    for question in questionnaire.questions:
        if question.id not in matched:
            continue
        block = matched[question.id]
        texts = {
            position: column_texts(_called(position, block.title), cells[position], blank)
            for position in block.columns
        }
        if question.type in headers.PLAIN_TYPES:
            found, extra = _plain_columns(question, block)
            faults = _spread_options(question, block, texts)
        else:
            found, extra = _coded_columns(question, block, texts)
            faults = _missing_options(question, block, found, extra)
        for fault in faults:
            changes.fault(fault.text, *fault.proposals)
        if question.other is not None and OTHER_TEXT not in found:
            message = f"what respondents of {question.id} wrote there is not in the export"
            changes.note("companion without a column", question.other, None, message)
        for position, subtitle in extra.items():
            count = int(texts[position].counts.sum())
            if _is_answered(question, subtitle, texts[position].texts):
                kind = "rows" if question.type == "matrix" else "options"
                proposal = Proposal(kind, subtitle, question.id)
                changes.fault(_extra_message(question, position, subtitle, count), proposal)
            else:
                message = f"not among the options of {question.id}"
                changes.note("column ignored", subtitle, count, message)
                changes.leave(position, message)
        for item, position in found.items():
            changes.take(position, question.id, item)
        columns[question.id] = {item: texts[position] for item, position in found.items()}
    return columns


def _plain_columns(question: Question, block: Block) -> tuple[Items, Labels]:
    """The answer, and the companion's text beside it."""
    first, *others = block.columns
    found, extra = {"": first}, {}
    for position in others:
        subtitle = block.columns[position]
        if OTHER_TEXT not in found and same(subtitle, question.other or ""):
            found[OTHER_TEXT] = position
        else:
            extra[position] = subtitle
    return found, extra


def _spread_options(question: Question, block: Block, texts: Mapping[int, Texts]) -> list[Fault]:
    """The fault of a question said to have one column whose options have one each."""
    ticked = [
        subtitle
        for position, subtitle in block.columns.items()
        if len(block.columns) > 1
        and not same(subtitle, question.other or "")
        and any(same(text, subtitle) for text in texts[position].texts)
    ]
    if not ticked:
        return []
    text = (
        f"question '{question.id}' (line {question.line}) is {question.type}, but {_where(block)} "
        f"has a column for each option ('{_short(ticked[0])}')."
    )
    return [Fault(text, (Proposal("type", "multiple", question.id),))]


def _coded_columns(
    question: Question, block: Block, texts: Mapping[int, Texts]
) -> tuple[Items, Labels]:
    """A column for each option, rank or row; the companion as a tick, a text, or both."""
    labels, companions = headers.column_labels(question), []
    found: Items = {}
    extra: Labels = {}
    for position, subtitle in block.columns.items():
        code = labels.find(subtitle)
        if code is None or code in found:
            extra[position] = subtitle
        elif code == question.other_code:
            companions.append(position)
        else:
            found[code] = position
    if question.other is None or question.other_code is None or not companions:
        return found, extra
    ticks = [p for p in companions if _only_ticks(texts[p].texts, question.other)]
    if len(companions) == 1:
        found[question.other_code if ticks else OTHER_TEXT] = companions[0]
        return found, extra
    tick = (ticks or companions)[0]
    beside = [position for position in companions if position != tick]
    text = next((position for position in beside if position not in ticks), beside[0])
    found |= {question.other_code: tick, OTHER_TEXT: text}
    return found, extra | {position: question.other for position in beside if position != text}


def _only_ticks(texts: Iterable[str], label: str) -> bool:
    """Whether a column holds ticks. Nothing but "No" is what somebody wrote into a text field."""
    folded = set(map(str.casefold, texts))
    return folded not in (set(), {"no"}) and all(is_tick_or_none(text, label) for text in folded)


def _missing_options(question: Question, block: Block, found: Items, extra: Labels) -> list[Fault]:
    first, *others = block.columns.values()
    if not others and headers.is_response(first):
        text = (
            f"question '{question.id}' (line {question.line}) is {question.type}, but "
            f"{_where(block)} is one column; expected a column for each option."
        )
        return [Fault(text, (Proposal("type", "single", question.id),))]
    kind = "rows" if question.type == "matrix" else "options"
    names = question.rows if kind == "rows" else question.choices
    free = Wordings((subtitle, subtitle) for subtitle in extra.values())
    faults = []
    for code, label in names.items():
        if code in found or (code == question.other_code and OTHER_TEXT in found):
            continue
        near = free.suggest(label)
        hint = f" Near to it is '{near}'." if near else ""
        text = (
            f"question '{question.id}' (line {question.line}): option '{code}' has no column "
            f"'{_short(label)}' under {_where(block)}.{hint}"
        )
        proposals = (Proposal(kind, near, question.id, code),) if near else ()
        faults.append(Fault(text, proposals))
    return faults


def _is_answered(question: Question, subtitle: str, texts: list[str]) -> bool:
    """Whether a column without an option holds answers, not the remarks of a comment field."""
    if headers.is_response(subtitle):
        return False
    if question.type == "multiple":
        return any(same(text, subtitle) for text in texts) or _only_ticks(texts, subtitle)
    if question.type == "ranking":
        return bool(texts) and all(text.isdigit() for text in texts)
    if question.type == "matrix":
        known = Wordings((label, code) for code, label in question.options.items())
        return any(known.find(text) is not None for text in texts)
    return False


def _extra_message(question: Question, position: int, subtitle: str, count: int) -> str:
    near = headers.column_labels(question).suggest(subtitle)
    hint = f" Near to '{near}'." if near else ""
    return (
        f"{_called(position, subtitle)}: {count} answers to an option that "
        f"'{question.id}' (line {question.line}) does not have, or has in another column.{hint}"
    )


def _where(block: Block) -> str:
    return _called(min(block.columns), block.name)


def _called(position: int, title: str) -> str:
    """A column as people name it: number, spreadsheet letters and title."""
    letters, n = "", position + 1
    while n:
        n, rest = divmod(n - 1, 26)
        letters = chr(65 + rest) + letters
    return f"column {position + 1} ({letters}) '{_short(title)}'"


def _short(text: str, most: int = 70) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
