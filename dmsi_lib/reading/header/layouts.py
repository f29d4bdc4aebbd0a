"""The programs whose exports are read, and what each writes otherwise than SurveyMonkey.

`layout:` of the questionnaire says which. Where the file shows another one, that is a fault that
proposes it, and the file is read on by that one, so that its other faults are right.

- condensed: SurveyMonkey with all answers to a question in one cell.
- google_forms: one header row, `Timestamp` first, several answers in one cell, `Question [Row]`.
- qualtrics: three header rows: names, texts and ImportIds as JSON; `Question - Option`.
- limesurvey: `Question [Subquestion]`; N/A where a question was not shown to somebody.

Sources: Qualtrics, "Understanding Your Dataset"; the LimeSurvey manual, "Export responses"; exports
of each program.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from dmsi_lib.questionnaire import Question, Questionnaire
from dmsi_lib.reading.change_log import Fault, Proposal
from dmsi_lib.reading.header.coded_titles import is_coded
from dmsi_lib.reading.header.column_names import shortened
from dmsi_lib.reading.header.headers import Header, Pair, column_labels, is_response, split_title
from dmsi_lib.reading.header.respondent_ids import TIMESTAMPS, id_column
from dmsi_lib.wording import Wordings, key, plain, same

SURVEYMONKEY, CONDENSED, GOOGLE_FORMS = "surveymonkey", "condensed", "google_forms"
QUALTRICS, LIMESURVEY = "qualtrics", "limesurvey"
PROGRAMS = {
    SURVEYMONKEY: "SurveyMonkey",
    CONDENSED: "SurveyMonkey with condensed columns",
    GOOGLE_FORMS: "Google Forms",
    QUALTRICS: "Qualtrics",
    LIMESURVEY: "LimeSurvey",
}
_NOT_SHOWN = "N/A"  # LimeSurvey's word
_SEARCHED = 12  # rows, for ImportIds
_IMPORT_ID = re.compile(r'\s*\{\s*"ImportId"\s*:')
_SELECTED = re.compile(r"\s+-\s+Selected Choice\b", re.IGNORECASE)  # beside a choice with a text
_TEXT = re.compile(r"\s+-\s+Text$", re.IGNORECASE)  # and that text itself
_BETWEEN_ANSWERS = (",", ";", "|", "\n")
_BEGINNING = 200  # respondents who are looked at
_MOST_CODES = 99
_SHOWN = 60  # characters of a title
_AS_TEXT = {  # what the programs call the export of the options' texts
    SURVEYMONKEY: "SurveyMonkey 'Actual answer text', not 'Numerical value'",
    QUALTRICS: "Qualtrics 'Use choice text', not 'Use numeric values'",
    LIMESURVEY: "LimeSurvey 'Full answers', not 'Answer codes'",
}

Beginning = Sequence[Sequence[str]]  # rows
Texts = Callable[..., set[str]]  # the answers in the column at a position, of the first so many


# ---- Qualtrics


def import_id_row(rows: Beginning) -> int | None:
    """The position of the row with Qualtrics' ImportIds; None where there is none."""
    for number, row in enumerate(rows[:_SEARCHED]):
        filled = [text for text in row if text.strip()]
        if number and filled and all(map(_IMPORT_ID.match, filled)):
            return number
    return None


def qualtrics_header(
    rows: Beginning,
    first: int,
    imported: int | None,
    questionnaire: Questionnaire,
    known: Wordings[str],
) -> Header | None:
    """Names, texts and ImportIds; one of the two last may have been removed.

    `first` is the position of the names, `imported` that of the ImportIds. None where the texts
    are those of no question.
    """
    last = first + 1 if imported is None else imported
    texts = rows[min(first + 1, len(rows) - 1)] if last - first != 1 or imported is None else ()

    if imported is None and not any(_is_known(plain(text), known) for text in texts):
        return None
    names = [plain(text) for text in rows[first]]
    titles = [
        _qualtrics_title(name, plain(text), known, questionnaire)
        for name, text in zip(names, texts or names, strict=True)
    ]
    return Header(
        titles,
        first=first,
        more=last - first,
        id_column=id_column((titles, names), questionnaire),
        layout=QUALTRICS,
    )


def _qualtrics_title(
    name: str, text: str, known: Wordings[str], questionnaire: Questionnaire
) -> str:
    """The text over a column, or its name where the questionnaire knows only that."""
    cut = split_title(text, known)
    asked = [questionnaire[one] for one in known.find_all(cut[0])] if cut else []
    if cut and (not cut[1] or any(column_labels(one).find_all(cut[1]) for one in asked)):
        return text
    bare = _TEXT.sub("", _SELECTED.sub("", text))
    return next((title for title in (bare, name) if _is_known(title, known)), bare or name)


def _is_known(title: str, known: Wordings[str]) -> bool:
    return split_title(title, known) is not None or is_coded(title, known)


# ---- what a file shows of its program


class Columns(NamedTuple):
    """The columns of the questions, with the position of each.

    Attributes
    ----------
    plain : those without an option or a row above them.
    itemed : those that have one; what was written beside the answer is left out.
    """

    plain: list[tuple[int, Question]]
    itemed: list[tuple[int, Question]]


def columns_of(
    pairs: Iterable[Pair], known: Wordings[str], questionnaire: Questionnaire
) -> Columns:
    """The columns of the questions, by their titles and subtitles."""
    found = Columns([], [])
    asked: list[Question] = []
    for position, (title, subtitle) in enumerate(pairs):
        if title:
            asked = [questionnaire[name] for name in known.find_all(title)]
        kind = found.plain if title and is_response(subtitle) else found.itemed
        kind.extend((position, q) for q in asked if not _is_beside(q, subtitle))
    return found


def _is_beside(question: Question, subtitle: str) -> bool:
    """Whether a column is that of a text beside the answer."""
    beside = (*question.all_others, question.comment)
    return bool(subtitle) and any(same(subtitle, label or "") for label in beside)


def by_program(
    header: Header, columns: Columns, questionnaire: Questionnaire, texts: Texts
) -> Header:
    """The header, read on by the layout that the file shows, if it is another one."""
    said = questionnaire.layout
    for layout, why in (
        _qualtrics_shown(header),
        _misfit(header, columns, said),
        _lists(header, columns, texts),
        _not_shown(header, columns, texts),
    ):
        if layout and layout != said:
            text = f"{why}; the questionnaire's layout is {said}."
            fault = Fault(text, (Proposal("layout", layout),))
            return replace(header, layout=layout, faults=(*header.faults, fault))
    return header


Shown = tuple[str, str]  # a layout, and what shows it
_NOTHING = ("", "")


def _qualtrics_shown(header: Header) -> Shown:
    if header.layout != QUALTRICS:
        return _NOTHING
    return QUALTRICS, "the header is that of Qualtrics, names of columns above the questions' texts"


def _misfit(header: Header, columns: Columns, said: str) -> Shown:
    """SurveyMonkey, where the file can't be of the layout that the questionnaire says."""
    if said == QUALTRICS and header.layout != QUALTRICS:
        return SURVEYMONKEY, "there is no row of ImportIds, nor a second row of questions' texts"
    if said in (GOOGLE_FORMS, LIMESURVEY) and header.subtitles is not None:
        return SURVEYMONKEY, f"the header has two rows, where {PROGRAMS[said]} writes one"
    multiple = [question.id for _, question in columns.itemed if question.type == "multiple"]
    spread = [name for n, name in enumerate(multiple) if name in multiple[:n]]
    if said == CONDENSED and spread:
        return SURVEYMONKEY, f"'{spread[0]}' has a column for each option, not one for all"
    return _NOTHING


def _lists(header: Header, columns: Columns, texts: Texts) -> Shown:
    """A layout with lists in cells, where another has a column for each option."""
    if header.layout not in (SURVEYMONKEY, LIMESURVEY):
        return _NOTHING
    layout = GOOGLE_FORMS if key(header.titles[0]) in TIMESTAMPS else CONDENSED
    for position, question in columns.plain:
        if question.type == "multiple" and _holds_lists(question, texts(position)):
            where = _where(position, header)
            why = f"{where}: cells hold several answers to '{question.id}', as from"
            return layout, f"{why} {PROGRAMS[layout]}"
    return _NOTHING


def _holds_lists(question: Question, texts: Iterable[str]) -> bool:
    aliases = (text for each in question.option_aliases.values() for text in each)
    labels = [label.casefold() for label in (*question.choices.values(), *aliases)]
    begun = tuple(label + mark for label in labels for mark in _BETWEEN_ANSWERS)
    known = set(labels)
    folded = map(str.casefold, texts)
    return any(text.startswith(begun) and text not in known for text in folded)


def _not_shown(header: Header, columns: Columns, texts: Texts) -> Shown:
    """LimeSurvey, where its word for a question that was not shown stands among the answers."""
    brackets = any(title.endswith("]") for title in header.titles)
    if header.layout != SURVEYMONKEY or not brackets:
        return _NOTHING
    for position, question in (*columns.plain, *columns.itemed):
        is_answer = key(_NOT_SHOWN) in map(key, question.choices.values())
        if question.options and not is_answer and _NOT_SHOWN in texts(position, _BEGINNING):
            why = f"cells hold '{_NOT_SHOWN}', which is no answer to '{question.id}', as from"
            return LIMESURVEY, f"{_where(position, header)}: {why} {PROGRAMS[LIMESURVEY]}"
    return _NOTHING


# ---- numbers instead of texts


def numbers_instead(header: Header, columns: Columns, texts: Texts) -> str:
    """What to say of an export of options' numerical values; "" where it is none.

    Most questions with one answer have nothing but small whole numbers that are no labels.
    """
    others = {position for position, question in columns.plain if question.type != "single"}
    answered = {
        position: _are_codes(question, found)
        for position, question in columns.plain
        if position not in others and (found := texts(position, _BEGINNING))
    }
    coded = [position for position, are_codes in answered.items() if are_codes]
    if 2 * len(coded) <= len(answered) or not coded:
        return ""
    programs = [header.layout] if header.layout in (QUALTRICS, LIMESURVEY) else _AS_TEXT
    return (
        f"{_where(coded[0], header)}: numbers instead of answers, as in {len(coded)} of "
        f"{len(answered)} questions with one answer; expected the options' texts. The file holds "
        "their numerical values: export it again. The setting is in "
        f"{'; in '.join(_AS_TEXT[program] for program in programs)}."
    )


def _are_codes(question: Question, texts: Iterable[str]) -> bool:
    aliases = [(text, code) for code, more in question.option_aliases.items() for text in more]
    known = Wordings([*((label, code) for code, label in question.choices.items()), *aliases])
    return all(
        text.isdecimal() and int(text) <= _MOST_CODES and not known.find_all(text) for text in texts
    )


def _where(position: int, header: Header) -> str:
    return f"column {position + 1} '{shortened(header.titles[position], _SHOWN)}'"
