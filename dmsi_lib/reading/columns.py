"""Which columns of an export answer which question.

Blocks of columns are matched to questions by wording, exactly after normalising; two questions with
one title take the blocks in their order, each the first one whose columns fit its options. Within a
block, a column belongs to the option, row or companion whose label stands over it.
"""

from dataclasses import dataclass

from dmsi_lib.questionnaire import OTHER_TEXT
from dmsi_lib.reading import headers
from dmsi_lib.reading.answers import is_tick_or_none
from dmsi_lib.reading.change_log import Finding
from dmsi_lib.wording import Wordings, same


@dataclass(frozen=True)
class Column:
    """One column of the export: its name for messages and its texts, one a respondent."""

    name: str
    texts: tuple


def match_blocks(blocks, questionnaire):
    """Give every question its block.

    Parameters
    ----------
    blocks : list of headers.Block
    questionnaire : Questionnaire

    Returns
    -------
    matched : dict of question id to Block
    faults : list of str, questions without a block and blocks without a question of their title
    ignored : list of Finding, blocks that the questionnaire does not name
    """
    known = headers.title_wordings(questionnaire)
    candidates = [known.find_all(block.title) for block in blocks]
    matched, used = {}, set()
    for may_take in (headers.fits, lambda block, question: True):
        for question in questionnaire.routing_order:
            if question.id in matched:
                continue
            for n, block in enumerate(blocks):
                if n not in used and question.id in candidates[n] and may_take(block, question):
                    matched[question.id] = block
                    used.add(n)
                    break
    free = [block.title for n, block in enumerate(blocks) if block.title and not candidates[n]]
    faults = [
        _missing_message(question, free)
        for question in questionnaire.questions
        if question.id not in matched
    ]
    ignored = []
    for n, block in enumerate(blocks):
        if n in used:
            continue
        if candidates[n]:
            faults.append(
                f"{_where(block)}: a second column block with this title, but the questionnaire "
                f"has only {', '.join(candidates[n])} for it. Add the other question, or an alias."
            )
            continue
        near = known.suggest(block.title) if block.title else None
        hint = f"; near to '{_short(near)}': aliases: [\"{block.title}\"]" if near else ""
        message = f"not in the questionnaire{hint}"
        ignored.append(Finding("column ignored", _name(block), len(block.positions), message))
    return matched, faults, ignored


def _missing_message(question, free):
    text = _short(question.text)
    message = f"question '{question.id}' (line {question.line}): no column '{text}'"
    heads = [title.rpartition(" - ")[0] for title in free]
    near = Wordings((title, title) for title in [*free, *heads] if title).suggest(question.text)
    if near:
        return f"{message}; near to it is '{near}'. If it is the same: aliases: [\"{near}\"]"
    return f"{message}. Export all questions, or remove it from the questionnaire."


def item_columns(matched, questionnaire, body):
    """Give every item of a question its column.

    Parameters
    ----------
    matched : dict of question id to Block
    questionnaire : Questionnaire
    body : list of list of str, the respondents' rows

    Returns
    -------
    columns : dict of (question id, item) to Column; items as in DESIGN.md, "Responses"
    faults : list of str, options without a column and answered columns without an option
    ignored : list of Finding
    """
    columns, faults, ignored = {}, [], []
    blank = {"", *(text.strip() for text in questionnaire.blank)}
    texts = list(zip(*body, strict=True))
    for question in questionnaire.questions:
        if question.id not in matched:
            continue
        block = matched[question.id]
        answers = {
            position: [text for text in map(str.strip, texts[position]) if text not in blank]
            for position in block.positions
        }
        if question.type in headers.PLAIN_TYPES:
            found, extra = _plain_columns(question, block)
            faults += _spread_options(question, block, answers)
        else:
            found, extra = _coded_columns(question, block, answers)
            faults += _missing_options(question, block, found, extra)
        if question.other is not None and OTHER_TEXT not in found:
            message = f"what respondents of {question.id} wrote there is not in the export"
            ignored.append(Finding("companion without a column", question.other, None, message))
        for item, position in found.items():
            name = f"{_place(position)} '{_short(block.title)}'"
            columns[question.id, item] = Column(name, texts[position])
        for position, subtitle in extra:
            if _is_answered(question, subtitle, answers[position]):
                faults.append(_extra_message(question, position, subtitle, len(answers[position])))
            else:
                message = f"not among the options of {question.id}"
                ignored.append(Finding("column ignored", subtitle, len(answers[position]), message))
    return columns, faults, ignored


def _plain_columns(question, block):
    """The answer, and the companion's text beside it."""
    found, extra = {"": block.positions[0]}, []
    for position, subtitle in zip(block.positions[1:], block.subtitles[1:], strict=True):
        if OTHER_TEXT not in found and same(subtitle, question.other or ""):
            found[OTHER_TEXT] = position
        else:
            extra.append((position, subtitle))
    return found, extra


def _spread_options(question, block, answers):
    """The fault of a question said to have one column whose options have one each."""
    ticked = [
        subtitle
        for position, subtitle in zip(block.positions, block.subtitles, strict=True)
        if len(block.positions) > 1
        and not same(subtitle, question.other or "")
        and any(same(text, subtitle) for text in set(answers[position]))
    ]
    if not ticked:
        return []
    return [
        f"question '{question.id}' (line {question.line}) is {question.type}, but {_where(block)} "
        f"has a column for each option ('{_short(ticked[0])}'). Its type should be multiple."
    ]


def _coded_columns(question, block, answers):
    """A column for each option, rank or row; the companion as a tick, a text, or both."""
    labels, found, extra, companions = headers.column_labels(question), {}, [], []
    for position, subtitle in zip(block.positions, block.subtitles, strict=True):
        code = labels.find(subtitle)
        if code is not None and code == question.other_code:
            companions.append(position)
        elif code is None or code in found:
            extra.append((position, subtitle))
        else:
            found[code] = position
    ticks = [position for position in companions if _only_ticks(answers[position], question.other)]
    if len(companions) > 1:
        tick = (ticks or companions)[0]
        beside = [position for position in companions if position != tick]
        text = next((position for position in beside if position not in ticks), beside[0])
        found |= {question.other_code: tick, OTHER_TEXT: text}
        extra += [(position, question.other) for position in beside if position != text]
    elif companions:
        found[question.other_code if ticks else OTHER_TEXT] = companions[0]
    return found, extra


def _only_ticks(answers, label):
    """Whether a column holds ticks. Nothing but "No" is what somebody wrote into a text field."""
    texts = set(map(str.casefold, answers))
    return texts not in (set(), {"no"}) and all(is_tick_or_none(text, label) for text in texts)


def _missing_options(question, block, found, extra):
    if len(block.positions) == 1 and headers.is_response(block.subtitles[0]):
        return [
            f"question '{question.id}' (line {question.line}) is {question.type}, but "
            f"{_where(block)} is one column; expected a column for each option. Its type may be "
            "single."
        ]
    names = question.rows if question.type == "matrix" else question.choices
    free = Wordings((subtitle, subtitle) for _, subtitle in extra)
    faults = []
    for code, label in names.items():
        if code in found or (code == question.other_code and OTHER_TEXT in found):
            continue
        near = free.suggest(label)
        hint = f" Near to it is '{near}'; if it is the same: {code}: \"{near}\"" if near else ""
        faults.append(
            f"question '{question.id}' (line {question.line}): option '{code}' has no column "
            f"'{_short(label)}' under {_where(block)}.{hint}"
        )
    return faults


def _is_answered(question, subtitle, answers):
    """Whether a column without an option holds answers, not the remarks of a comment field."""
    if headers.is_response(subtitle):
        return False
    if question.type == "multiple":
        return any(same(text, subtitle) for text in set(answers)) or _only_ticks(answers, subtitle)
    if question.type == "ranking":
        return bool(answers) and all(text.isdigit() for text in set(answers))
    if question.type == "matrix":
        known = Wordings((label, code) for code, label in question.options.items())
        return any(known.find(text) is not None for text in set(answers))
    return False


def _extra_message(question, position, subtitle, count):
    near = headers.column_labels(question).suggest(subtitle)
    hint = f" Near to '{near}'." if near else ""
    return (
        f"{_place(position)} '{_short(subtitle)}': {count} answers to an option that "
        f"'{question.id}' (line {question.line}) does not have, or has in another column.{hint} "
        f'Add it to its options: "{subtitle}"'
    )


def _where(block):
    return f"{_place(block.positions[0])} '{_short(_name(block))}'"


def _name(block):
    return block.title or block.subtitles[0]


def _place(position):
    """A column as people name it: number and spreadsheet letters."""
    letters, n = "", position + 1
    while n:
        n, rest = divmod(n - 1, 26)
        letters = chr(65 + rest) + letters
    return f"column {position + 1} ({letters})"


def _short(text, most=70):
    return text if len(text) <= most else text[: most - 1] + "…"
