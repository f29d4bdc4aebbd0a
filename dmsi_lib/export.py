"""The export of a survey platform: which column belongs to which question.

SurveyMonkey writes either two header rows (the title over its first column, blank titles continuing
it; below them `Response`, `Open-Ended Response`, an option, a row of a matrix or the companion's
label) or one (`Question - Option`). Both are brought to *blocks*: a title with its columns. Blocks
are matched to questions by wording, exactly after normalising; two questions with one title take
the blocks in their order, each the first one whose columns fit its options.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from dmsi_lib.cells import read_rows
from dmsi_lib.cleaning import CHECKED, Column, clean_columns, looks_ticked
from dmsi_lib.errors import InputError, problems
from dmsi_lib.questionnaire import OTHER_TEXT
from dmsi_lib.wording import Wordings, key, plain

# Titles whose columns name a person; they are dropped before anything else sees the data.
IDENTITY_TITLES = (
    *("IP Address", "IP", "Email Address", "Email", "First Name", "Last Name", "Full Name", "Name"),
    *("Phone", "Phone Number", "Custom Data", "Custom Data 1"),
)
_RESPONSE_KEYS = ("response", "openendedresponse", "")


@dataclass(frozen=True)
class Export:
    """What was read from one file.

    Attributes
    ----------
    responses : DataFrame, respondents x (question, item); see DESIGN.md, "Responses".
    log : DataFrame with columns respondent, question, item, before, after, rule: every change made.
    findings : DataFrame with columns kind, column, count, message: what was ignored or looks odd.
    synthetic : whether the file's collector column says that the data are synthetic.
    """

    path: str
    responses: pd.DataFrame
    log: pd.DataFrame
    findings: pd.DataFrame
    synthetic: bool = False


@dataclass(frozen=True)
class Block:
    """Neighbouring columns under one title; `subtitles` has an entry a column."""

    title: str
    positions: tuple
    subtitles: tuple


def read_export(path, questionnaire):
    """Read an export and bring its texts to the questionnaire's codes.

    Parameters
    ----------
    path : str or Path
        .csv, .xlsx or .sav.
    questionnaire : Questionnaire

    Returns
    -------
    Export

    Raises
    ------
    InputError
        One message with every problem found: column, text, count and what to do.
    """
    path = Path(path)
    rows, numbers = read_rows(path)
    titles, subtitles, first = _split_header(rows, questionnaire, path)
    body = rows[first:]
    if not body:
        raise InputError(f"{path}: has a header but no respondents; expected a row for each.")
    id_position = _id_position(titles, questionnaire, path)
    ids = _ids([row[id_position] for row in body], numbers[first:], path)
    identity = _identity_positions(titles, questionnaire)
    blocks = _blocks(titles, subtitles, questionnaire, {id_position, *identity})
    matched, faults, findings = _match(blocks, questionnaire)
    columns, more_faults, more_findings = _columns(matched, questionnaire, body, blocks)
    faults += more_faults
    if faults:
        raise InputError(problems(f"{path}: the export does not fit the questionnaire.", faults))
    responses, log, faults, odd = clean_columns(columns, ids, questionnaire)
    if faults:
        raise InputError(problems(f"{path}: answers that the questionnaire does not know.", faults))
    findings = [
        *(("identity column dropped", titles[i], None, "never read") for i in sorted(identity)),
        *findings,
        *more_findings,
        *odd,
    ]
    findings = pd.DataFrame(findings, columns=["kind", "column", "count", "message"])
    findings = findings.astype({"count": "Int64"})
    return Export(str(path), responses, log, findings, _is_synthetic(titles, body))


# ---- header


def _split_header(rows, questionnaire, path):
    """Titles, subtitles (None where there is one header row) and the position of the first answer."""
    titles = [plain(text) for text in rows[0]]
    titles = ["" if title.startswith("Unnamed: ") else title for title in titles]
    if len(rows) > 1:
        id_position = _id_position(titles, questionnaire, path)
        if not plain(rows[1][id_position]):
            subtitles = [plain(text) for text in rows[1]]
            if _is_second_header(subtitles, questionnaire):
                return titles, subtitles, 2
    return titles, None, 1


def _is_second_header(subtitles, questionnaire):
    found = {key(text) for text in subtitles}
    if found & set(_RESPONSE_KEYS[:2]):
        return True
    labels = {
        key(label)
        for question in questionnaire.questions
        for label in (*question.choices.values(), *question.rows.values())
    }
    return bool(found & labels)


def _id_position(titles, questionnaire, path):
    found = [i for i, title in enumerate(titles) if key(title) == key(questionnaire.id_column)]
    if len(found) != 1:
        suggestion = Wordings((t, t) for t in titles if t).suggest(questionnaire.id_column)
        hint = f" Is it '{suggestion}'? Then set id_column to that." if suggestion else ""
        count = "no column" if not found else f"{len(found)} columns"
        raise InputError(
            f"{path}, row 1: {count} '{questionnaire.id_column}' (the questionnaire's id_column); "
            f"expected exactly one.{hint}"
        )
    return found[0]


def _is_synthetic(titles, body):
    """Whether any respondent came in through a collector that is marked as synthetic."""
    positions = [i for i, title in enumerate(titles) if key(title) == "collectorid"]
    return any("SYNTHETIC" in row[i].upper() for row in body for i in positions)


def _ids(texts, numbers, path):
    """Respondent ids: present, unique, and not shortened by a spreadsheet."""
    ids = [text.strip() for text in texts]
    for number, text in zip(numbers, ids, strict=True):
        if not text:
            raise InputError(f"{path}, row {number}: the respondent id is blank; expected an id.")
        if "E+" in text.upper() and text.upper().replace("E+", "").replace(".", "").isdigit():
            raise InputError(
                f"{path}, row {number}: the respondent id is '{text}': a spreadsheet has shortened "
                "it. Export again and do not open the file in a spreadsheet before reading it."
            )
    twice = [text for text, count in Counter(ids).items() if count > 1]
    if twice:
        where = [
            str(number) for number, text in zip(numbers, ids, strict=True) if text == twice[0]
        ]
        raise InputError(
            f"{path}: {len(twice)} respondent ids stand more than once, the first in rows "
            f"{', '.join(where[:5])}; expected every id once. Remove the repeated rows."
        )
    return pd.Index(ids, name="respondent")


def _identity_positions(titles, questionnaire):
    """Columns under an identity title, and the untitled ones that continue it."""
    named = {key(text) for text in (*IDENTITY_TITLES, *questionnaire.identity_columns)}
    positions, inside = set(), False
    for position, title in enumerate(titles):
        if title:
            inside = key(title) in named
        if inside:
            positions.add(position)
    return positions


def _blocks(titles, subtitles, questionnaire, skipped):
    """Group the columns under their titles."""
    known = Wordings((text, q.id) for q in questionnaire.questions for text in q.wordings)
    if subtitles is None:
        pairs = _split_titles(titles, known, questionnaire)
    else:
        pairs = list(zip(titles, subtitles, strict=True))
    blocks = []
    for position, (title, subtitle) in enumerate(pairs):
        if position in skipped:
            blocks.append(None)  # a title never continues across a dropped column
            continue
        last = blocks[-1] if blocks else None
        if last and _continues(last, title, subtitle, one_row=subtitles is None):
            blocks[-1] = Block(
                last.title, (*last.positions, position), (*last.subtitles, subtitle)
            )
        else:
            blocks.append(Block(title, (position,), (subtitle,)))
    return [block for block in blocks if block]


def _continues(block, title, subtitle, one_row):
    if not title:
        return True
    if key(title) != key(block.title) or key(subtitle) in _RESPONSE_KEYS:
        return False
    repeated = key(subtitle) in map(key, block.subtitles)
    # One header row names the companion twice: once for the tick, once for its text.
    return not repeated or (one_row and key(subtitle) == key(block.subtitles[-1]))


def _split_titles(titles, known, questionnaire):
    """One header row: split each `Question - Option` at the place where the question is known."""
    companions = {
        q.id: key(q.other) for q in questionnaire.questions if q.other and q.type == "single"
    }
    pairs, last = [], []
    for title in titles:
        found, subtitle = known.find_all(title), ""
        if found:
            pairs.append((title, ""))
        elif any(key(title) == companions.get(q) for q in last):
            pairs.append(("", title))  # the companion's bare label, right of its question
            continue
        else:
            head, subtitle, found = _split_title(title, known)
            pairs.append((head, subtitle))
        last = found
    return pairs


def _split_title(title, known):
    at = title.rfind(" - ")
    while at > 0:
        if found := known.find_all(title[:at]):
            return title[:at], title[at + 3 :], found
        at = title.rfind(" - ", 0, at)
    without_suffix = title.rpartition(".")  # pandas renames a repeated title to "title.1"
    if without_suffix[2].isdigit() and (found := known.find_all(without_suffix[0])):
        return without_suffix[0], "", found
    return title, "", []


# ---- matching


def _match(blocks, questionnaire):
    """Blocks by question id, the faults, and the findings about blocks nobody asked for."""
    known = Wordings((text, q.id) for q in questionnaire.questions for text in q.wordings)
    candidates = [known.find_all(block.title) for block in blocks]
    matched, used = {}, set()
    for fits in (_fits, lambda block, question: True):
        for question in questionnaire.routing_order:
            if question.id in matched:
                continue
            for n, block in enumerate(blocks):
                if n not in used and question.id in candidates[n] and fits(block, question):
                    matched[question.id] = block
                    used.add(n)
                    break
    faults = [
        _missing_message(question, blocks, candidates)
        for question in questionnaire.questions
        if question.id not in matched
    ]
    findings = []
    for n, block in enumerate(blocks):
        where = f"{_place(block.positions[0])} '{_short(block.title or block.subtitles[0])}'"
        if n in used:
            continue
        if candidates[n]:
            faults.append(
                f"{where}: a second column block with this title, but the questionnaire has only "
                f"{', '.join(candidates[n])} for it. Add the other question, or an alias."
            )
        else:
            near = known.suggest(block.title) if block.title else None
            hint = f"; near to '{_short(near)}': aliases: [\"{block.title}\"]" if near else ""
            findings.append(
                ("column ignored", block.title, len(block.positions), f"not in the questionnaire{hint}")
            )
    return matched, faults, findings


def _fits(block, question):
    if question.type in ("single", "open", "numeric"):
        companion = [s for s in block.subtitles[1:] if question.other and key(s) == key(question.other)]
        return key(block.subtitles[0]) in _RESPONSE_KEYS and len(block.subtitles) <= 1 + len(
            companion
        )
    labels = _column_labels(question)
    return all(labels.find(subtitle) for subtitle in block.subtitles)


def _column_labels(question):
    """The labels that stand over a question's columns, with their codes."""
    labels = question.rows if question.type == "matrix" else question.choices
    return Wordings((label, code) for code, label in labels.items())


def _missing_message(question, blocks, candidates):
    message = f"question '{question.id}' (line {question.line}): no column '{_short(question.text)}'"
    free = Wordings(
        (block.title, block.title)
        for block, found in zip(blocks, candidates, strict=True)
        if block.title and not found
    )
    near = free.suggest(question.text) if free.known else None
    if near:
        return f"{message}; near to it is '{near}'. If it is the same: aliases: [\"{near}\"]"
    return f"{message}. Export all questions, or remove it from the questionnaire."


def _columns(matched, questionnaire, body, blocks):
    """Columns with their codes: {(question, item): Column}; faults; findings."""
    columns, faults, findings = {}, [], []
    blank = {text.strip() for text in questionnaire.blank}
    texts = list(zip(*body, strict=True))
    for question in questionnaire.questions:
        if question.id not in matched:
            continue
        block = matched[question.id]
        if question.type in ("single", "open", "numeric"):
            found, extra = _plain_columns(question, block)
        else:
            found, extra = _coded_columns(question, block, texts, blank)
            faults += _missing_options(question, block, found, extra)
        for item, position in found.items():
            name = f"{_place(position)} '{_short(block.title)}'"
            columns[question.id, item] = Column(name, texts[position])
        for position, subtitle in extra:
            answers = [text.strip() for text in texts[position] if text.strip() not in blank]
            where = f"{_place(position)} '{_short(block.title)}' - '{_short(subtitle)}'"
            if question.type != "single" and any(looks_ticked(text, subtitle) for text in answers):
                near = _column_labels(question).suggest(subtitle)
                hint = f" Near to '{near}'." if near else ""
                faults.append(
                    f"{where}: {len(answers)} answers to an option that '{question.id}' "
                    f"(line {question.line}) does not have.{hint} Add it to its options: "
                    f'"{subtitle}"'
                )
            else:
                findings.append(
                    ("column ignored", subtitle, len(answers), f"not among the options of {question.id}")
                )
    return columns, faults, findings


def _plain_columns(question, block):
    """The answer, and the companion's text beside it."""
    found, extra = {"": block.positions[0]}, []
    for position, subtitle in zip(block.positions[1:], block.subtitles[1:], strict=True):
        if question.other and OTHER_TEXT not in found and key(subtitle) == key(question.other):
            found[OTHER_TEXT] = position
        else:
            extra.append((position, subtitle))
    return found, extra


def _coded_columns(question, block, texts, blank):
    """A column for each option, rank or row; the companion as a tick, a text, or both."""
    labels, found, extra, companions = _column_labels(question), {}, [], []
    for position, subtitle in zip(block.positions, block.subtitles, strict=True):
        code = labels.find(subtitle)
        if code is not None and code == question.other_code:
            companions.append(position)
        elif code is None or code in found:
            extra.append((position, subtitle))
        else:
            found[code] = position
    if len(companions) > 1:
        found[question.other_code], found[OTHER_TEXT] = companions[:2]
    elif companions:
        position = companions[0]
        answers = {text.strip() for text in texts[position]} - blank - {""}
        only_ticks = answers and all(
            looks_ticked(text, question.other) or text.casefold() in CHECKED for text in answers
        )
        found[question.other_code if only_ticks else OTHER_TEXT] = position
    return found, extra


def _missing_options(question, block, found, extra):
    names = question.rows if question.type == "matrix" else question.choices
    free = Wordings((subtitle, subtitle) for _, subtitle in extra)
    faults = []
    for code, label in names.items():
        if code in found or (code == question.other_code and OTHER_TEXT in found):
            continue
        near = free.suggest(label) if free.known else None
        hint = f" Near to it is '{near}'; if it is the same: {code}: \"{near}\"" if near else ""
        faults.append(
            f"question '{question.id}' (line {question.line}): option '{code}' has no column "
            f"'{_short(label)}' under {_place(block.positions[0])} '{_short(block.title)}'.{hint}"
        )
    return faults


def _place(position):
    """A column as people name it: number and spreadsheet letters."""
    letters, n = "", position + 1
    while n:
        n, rest = divmod(n - 1, 26)
        letters = chr(65 + rest) + letters
    return f"column {position + 1} ({letters})"


def _short(text, most=70):
    return text if len(text) <= most else text[: most - 1] + "…"
