"""Which rows of an export are its header, and what the columns below it are.

A survey's title may stand above the header; below the titles may stand a row of options, one that
only repeats the titles, or what a program needs for itself. See `headers` for what is made of the
titles, and `layouts` for the programs.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from dmsi_lib.errors import InputError
from dmsi_lib.files import Place
from dmsi_lib.questionnaire import Questionnaire
from dmsi_lib.reading.change_log import Fault, Finding
from dmsi_lib.reading.header.coded_titles import is_coded, told_by_cells
from dmsi_lib.reading.header.headers import (
    Header,
    column_pairs,
    is_response,
    split_title,
    title_wordings,
)
from dmsi_lib.reading.header.layouts import (
    QUALTRICS,
    SURVEYMONKEY,
    by_program,
    columns_of,
    import_id_row,
    numbers_instead,
    qualtrics_header,
)
from dmsi_lib.reading.header.respondent_ids import (
    id_column,
    id_column_faults,
    id_positions,
    numbered_finding,
)
from dmsi_lib.reading.identities.discretion import discreet
from dmsi_lib.reading.rows.rows import Rows, filled_texts
from dmsi_lib.wording import Wordings, key, plain, same

_REPEATED = re.compile(r"(?P<title>.+)\.\d+")
_LONGEST_TITLE = 10_000  # characters; questions with their options stay under 1,000
_LONGEST_ID_TITLE = 200
_SEARCHED = 10  # rows, for the header

_BEGINNING = 30  # rows, more than any header has

Beginning = Sequence[Sequence[str]]  # rows


def read_header(
    rows: Rows, questionnaire: Questionnaire, path: Place, numbers: Sequence[int] | None = None
) -> Header:
    """Separate the header from the answers, and find out what its columns are.

    Parameters
    ----------
    rows : Rows
    questionnaire : Questionnaire
    path : for messages
    numbers : of the rows in the file, for messages; None where nothing is left out of it

    Returns
    -------
    Header

    Raises
    ------
    InputError
        Where a title is far too long, or the cells hold numbers instead of options.
    """
    numbers = numbers or range(1, len(rows) + 1)
    known = title_wordings(questionnaire)
    header = _shape(rows.first(_BEGINNING), questionnaire, known)
    _check_lengths(rows.first(header.rows), numbers, path)
    body = rows.below(header.rows)
    blank = {"", *map(str.strip, questionnaire.blank)}

    def texts(position: int, most: int | None = None) -> set[str]:
        return {text.strip() for text in body.columns[position].beginning(most)} - blank

    pairs = column_pairs(header, known, questionnaire)
    told = told_by_cells(header.titles, pairs, known, questionnaire, texts)
    header = replace(
        header,
        told=told.pairs,
        faults=(*_id_faults(header, rows, questionnaire, numbers), *told.faults),
        findings=(*_row_findings(header, rows, numbers), *told.findings),
    )
    pairs = [told.pairs.get(position, pair) for position, pair in enumerate(pairs)]
    columns = columns_of(pairs, known, questionnaire)
    if header.faults and not any(columns):
        text = header.faults[0].text
        raise InputError(
            f"{path}, {discreet(text)} Nor is there a title of a question; is that the header?"
        )
    message = numbers_instead(header, columns, texts)
    if message:
        raise InputError(f"{path}, {discreet(message)}")
    return by_program(header, columns, questionnaire, texts)


def _check_lengths(header: Beginning, numbers: Sequence[int], path: Place) -> None:
    for number, row in zip(numbers, header, strict=False):
        for column, text in enumerate(row, 1):
            if len(text) > _LONGEST_TITLE:
                raise InputError(
                    f"{path}, row {number}, column {column}: a title of {len(text):,} characters; "
                    f"expected at most {_LONGEST_TITLE:,}. Is the first row the header?"
                )


# ---- where it begins


def _first(rows: Beginning, questionnaire: Questionnaire, known: Wordings[str]) -> int:
    """The position of the row of titles: that with the title of the ids, or of a question."""

    def has_id(row: Sequence[str]) -> bool:
        short = (text for text in row if len(text) <= _LONGEST_ID_TITLE)
        return bool(key(questionnaire.id_column)) and bool(id_positions(short, questionnaire))

    if not rows or has_id(rows[0]):
        return 0
    beginning = rows[:_SEARCHED]
    for number, row in enumerate(beginning):
        if _knows(row, known) or has_id(row):
            return number if _are_titles_of_a_survey(beginning[:number], row) else 0
    return 0


def _knows(row: Sequence[str], known: Wordings[str]) -> bool:
    """Whether a row has the title of a question."""
    titles = (plain(text) for text in row if len(text) <= _LONGEST_TITLE)
    return any(split_title(title, known) or is_coded(title, known) for title in titles)


def _are_titles_of_a_survey(above: Beginning, header: Sequence[str]) -> bool:
    """Whether the rows above a row have so few texts that they are no header."""
    most = max(1, filled_texts(header) // 2)
    return all(filled_texts(row) <= most for row in above)


# ---- its shapes


def _shape(rows: Beginning, questionnaire: Questionnaire, known: Wordings[str]) -> Header:
    """The header as the program writes it; that of Qualtrics is known by itself."""
    imported = import_id_row(rows)
    first = _first(rows, questionnaire, known) if imported is None else max(imported - 2, 0)
    may_be = imported is not None or questionnaire.layout == QUALTRICS
    if may_be or _are_texts_below(rows[first : first + 2], questionnaire, known):
        found = qualtrics_header(rows, first, imported, questionnaire, known)
        if found:
            return found
    return _header(rows, first, questionnaire)


def _are_texts_below(rows: Beginning, questionnaire: Questionnaire, known: Wordings[str]) -> bool:
    """Whether the second of two rows has the titles of most questions, and the first has none."""
    if len(rows) == 1 or _knows(rows[0], known):
        return False
    cuts = [split_title(plain(text), known) for text in rows[1] if len(text) <= _LONGEST_TITLE]
    found = {name for cut in cuts if cut for name in known.find_all(cut[0])}
    return 2 * len(found) > len(questionnaire.in_file)


def _header(rows: Beginning, first: int, questionnaire: Questionnaire) -> Header:
    """One row of titles, or two."""
    titles = _titles(rows[first])
    below = [plain(text) for row in rows[first + 1 : first + 2] for text in row]
    position = id_column((titles, below), questionnaire)
    said = questionnaire.layout
    layout = SURVEYMONKEY if said == QUALTRICS else said
    header = Header(titles, None, first, id_column=position, layout=layout)
    of_id = "" if position is None or not below else below[position]
    if not below or (of_id and key(of_id) != (key(questionnaire.id_column) or None)):
        return header  # that is the id of the first respondent
    if _repeats(titles, below, position):
        subtitles = _without_titles(titles, below, position)
        return replace(header, subtitles=subtitles) if any(subtitles) else replace(header, more=1)
    if _is_second_header(titles, below, questionnaire, position):
        return replace(header, subtitles=below)
    return header


def _titles(row: Sequence[str]) -> list[str]:
    """The titles as a reader sees them, without what pandas has made of some."""
    titles: list[str] = []
    seen: set[str] = set()
    for text in row:
        title = plain(text)
        repeated = _REPEATED.fullmatch(title)
        if title.startswith("Unnamed: "):  # what pandas writes for a blank title,
            title = ""
        elif repeated and repeated["title"] in seen:  # and for a second equal one
            title = repeated["title"]
        titles.append(title)
        seen.add(title)
    return titles


def _repeats(titles: list[str], below: list[str], position: int | None) -> bool:
    """Whether a row says again what stands above it: the title of the ids, or most titles."""
    if position is not None:
        return bool(below[position])
    both = [(title, text) for title, text in zip(titles, below, strict=True) if title and text]
    return 2 * sum(same(title, text) for title, text in both) > len(both)


def _without_titles(titles: list[str], below: list[str], position: int | None) -> list[str]:
    """The subtitles of a row that repeats titles: "" where it says nothing else."""
    alone = [bool(title) for title in [*titles[1:], "end"]]
    return [
        "" if n == position or (alone[n] and same(titles[n], text)) else text
        for n, text in enumerate(below)
    ]


def _is_second_header(
    titles: list[str], subtitles: list[str], questionnaire: Questionnaire, position: int | None
) -> bool:
    """`Response` somewhere, or option labels below titles that go on from the left.

    A respondent's row whose id is missing holds labels too, but below titles of their own.
    """
    if any(text and is_response(text) for text in subtitles):
        return True
    labels = {
        key(label)
        for question in questionnaire.questions
        for texts in (question.choices, question.rows)
        for code, text in texts.items()
        for label in (text, *question.option_aliases.get(code, ()))
    }
    labels |= {
        key(f"{row} - {option}")
        for question in questionnaire.questions
        for row in question.rows.values()
        for option in question.options.values()
    }
    if _names_rows(titles, subtitles, questionnaire):
        return True
    wordings = Wordings((label, label) for label in labels)
    is_label = [
        bool(text) and (key(text) in labels or (not title and bool(wordings.suggest(key(text)))))
        for title, text in zip(titles, subtitles, strict=True)
    ]
    columns = list(zip(titles, subtitles, is_label, strict=True))
    if position is None and not _are_all_labelled(columns):
        return False
    goes_on = [
        bool(text) and (not title or (title == left and labelled and " - " not in title))
        for (left, _, _), (title, text, labelled) in pairwise(columns)
    ]
    return any(is_label) and any(goes_on)


def _names_rows(titles: list[str], subtitles: list[str], questionnaire: Questionnaire) -> bool:
    """Whether below the title of a question with rows stands one of them, which nobody answers."""
    known = title_wordings(questionnaire)
    return any(
        same(text, row)
        for title, text in zip(titles, subtitles, strict=True)
        if title and text
        for name in known.find_all(title)
        for row in questionnaire[name].rows.values()
    )


def _are_all_labelled(columns: Sequence[tuple[str, str, bool]]) -> bool:
    """Whether no title stands above a text alone, and all of some above several columns' labels.

    Without ids there is no other way to tell a row of options from a respondent's answers.
    `columns` are those of two rows: title, text, whether that is a label.
    """
    groups: list[list[tuple[str, bool]]] = []
    left = ""
    for title, text, is_label in columns:
        if not groups or (title and title != left):
            groups.append([])
        groups[-1].append((text, is_label))
        left = title or left
    alone = [group for group in groups if len(group) == 1]
    several = [group for group in groups if len(group) > 1]
    return not any(text for ((text, _),) in alone) and any(
        all(is_label for _, is_label in group) for group in several
    )


# ---- what is said of it


def _id_faults(
    header: Header, rows: Rows, questionnaire: Questionnaire, numbers: Sequence[int]
) -> list[Fault]:
    """What is wrong where not exactly one column is that of the ids."""
    beginning = rows.first(header.first + 2)[header.first :]
    candidates = [header.titles, *([plain(t) for t in row] for row in beginning)]
    titles = next((row for row in candidates if id_positions(row, questionnaire)), header.titles)
    return id_column_faults(titles, rows.below(header.rows), questionnaire, numbers[header.first])


def _row_findings(header: Header, rows: Rows, numbers: Sequence[int]) -> list[Finding]:
    """Which rows were left out, and whether the respondents are numbered."""
    findings = []
    above = numbers[header.first] - 1
    if above:
        which = "row 1 stands" if above == 1 else f"rows 1 to {above} stand"
        findings.append(Finding("rows left out", "", above, f"{which} above the header"))
    if header.more and header.layout != QUALTRICS:  # whose own rows these are
        skipped = numbers[header.rows - header.more : header.rows]
        which = "row {} is" if len(skipped) == 1 else "rows {} are"
        message = f"{which.format(', '.join(map(str, skipped)))} neither titles nor answers"
        findings.append(Finding("rows left out", "", len(skipped), message))
    if header.id_column is None:
        findings.append(numbered_finding(len(rows) - header.rows))
    return findings
