"""The header of an export: one row or two, brought to blocks of columns.

SurveyMonkey writes either two header rows (the title over its first column, blank titles continuing
it; below them `Response`, `Open-Ended Response`, an option, a row of a matrix or the companion's
label) or one (`Question - Option`). Both become *blocks*: a title with its columns.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from dmsi_lib.errors import InputError
from dmsi_lib.wording import Wordings, key, plain, same, undamaged_key

# Titles whose columns name a person; they are dropped before anything else sees the data.
NAME_TITLES = ("First Name", "Last Name", "Full Name", "Name", "Email Address", "Email")
IDENTITY_TITLES = (
    *NAME_TITLES,
    *("IP Address", "IP", "Phone", "Phone Number", "Custom Data", "Custom Data 1"),
)
PLAIN_TYPES = ("single", "open", "numeric")  # one column of answers, besides the companion's
_RESPONSE_KEYS = {"response", "openendedresponse"}
_SEPARATOR = re.compile(r"(?<![-–—:|])[-–—:|]+\s|\s[-–—:|]+\s?")
_REPEATED = re.compile(r"(?P<title>.+)\.\d+")
_LONGEST_TITLE = 10_000  # characters; questions with their options stay under 1,000
_MOST_SEPARATORS = 10  # at which a title is tried to be split, from the right


@dataclass(frozen=True)
class Block:
    """Neighbouring columns under one title; `subtitles` has an entry a column."""

    title: str
    positions: tuple
    subtitles: tuple

    def __add__(self, other):
        positions = (*self.positions, *other.positions)
        return Block(self.title, positions, (*self.subtitles, *other.subtitles))


def split_header(rows, questionnaire, path):
    """Separate the header from the answers.

    Parameters
    ----------
    rows : list of list of str
    questionnaire : Questionnaire
    path : Path, for messages

    Returns
    -------
    titles : list of str, one a column, "" where the title to the left goes on
    subtitles : list of str, or None where there is one header row
    first : int, position of the first respondent's row
    """
    _check_titles(rows[0], path)
    titles = []
    for text in map(plain, rows[0]):
        repeated = _REPEATED.fullmatch(text)
        if text.startswith("Unnamed: "):  # what pandas writes for a blank title,
            text = ""
        elif repeated and repeated["title"] in titles:  # and for a second equal one
            text = repeated["title"]
        titles.append(text)
    if len(rows) > 1 and not plain(rows[1][id_position(titles, questionnaire, path)]):
        subtitles = [plain(text) for text in rows[1]]
        if _is_second_header(titles, subtitles, questionnaire):
            return titles, subtitles, 2
    return titles, None, 1


def _check_titles(texts, path):
    for column, text in enumerate(texts, 1):
        if len(text) > _LONGEST_TITLE:
            raise InputError(
                f"{path}, row 1, column {column}: a title of {len(text):,} characters; expected at "
                f"most {_LONGEST_TITLE:,}. Is the first row the header?"
            )


def _is_second_header(titles, subtitles, questionnaire):
    """`Response` somewhere, or option labels below titles that go on from the left.

    A respondent's row whose id is missing holds labels too, but below titles of their own.
    """
    if any(text and is_response(text) for text in subtitles):
        return True
    labels = {
        key(label)
        for question in questionnaire.questions
        for label in (*question.choices.values(), *question.rows.values())
    }
    is_label = [bool(text) and key(text) in labels for text in subtitles]
    columns = list(zip(titles, subtitles, is_label, strict=True))
    goes_on = [
        bool(text) and (not title or (title == left and labelled and " - " not in title))
        for (left, _, _), (title, text, labelled) in pairwise(columns)
    ]
    return any(is_label) and any(goes_on)


def is_response(subtitle):
    """Whether a subtitle only says that the answer stands below it."""
    return not subtitle or bool({key(subtitle), undamaged_key(subtitle)} & _RESPONSE_KEYS)


def id_position(titles, questionnaire, path):
    """Position of the column with the respondents' ids; InputError if there is not exactly one."""
    wanted = key(questionnaire.id_column)
    found = [i for i, title in enumerate(titles) if key(title) == wanted and (wanted or i == 0)]
    if len(found) != 1:
        suggestion = Wordings((t, t) for t in titles if t).suggest(questionnaire.id_column)
        hint = f" Is it '{suggestion}'? Then set id_column to that." if suggestion else ""
        count = "no column" if not found else f"{len(found)} columns"
        raise InputError(
            f"{path}, row 1: {count} '{questionnaire.id_column}' (the questionnaire's id_column); "
            f"expected exactly one.{hint}"
        )
    return found[0]


def identity_positions(titles, questionnaire):
    """Columns under an identity title, and the untitled ones that continue it."""
    return _positions_under((*IDENTITY_TITLES, *questionnaire.identity_columns), titles)


def name_positions(titles):
    """Those of the identity columns that hold a person's names or e-mail address."""
    return _positions_under(NAME_TITLES, titles)


def _positions_under(wanted, titles):
    named = set(map(key, wanted))
    positions, inside = set(), False
    for position, title in enumerate(titles):
        if title:
            inside = key(title) in named or undamaged_key(title) in named
        if inside:
            positions.add(position)
    return positions


def column_blocks(titles, subtitles, questionnaire, skipped):
    """Group the columns under their titles.

    Parameters
    ----------
    titles, subtitles : as `split_header` returns them
    questionnaire : Questionnaire
    skipped : set of int, positions of the columns that belong to no question

    Returns
    -------
    list of Block
    """
    known = title_wordings(questionnaire)
    one_row = subtitles is None
    if one_row:
        pairs = _split_titles(titles, known, questionnaire)
    else:
        pairs = list(zip(titles, subtitles, strict=True))
    blocks, left = [], ""
    for position, (title, subtitle) in enumerate(pairs):
        if position in skipped:
            blocks.append(None)  # a title never continues across a dropped column
            continue
        last, new = blocks[-1] if blocks else None, Block(title, (position,), (subtitle,))
        candidates = [questionnaire[q] for q in known.find_all(title)]
        if last and (not title or (left and _continues(last, new, candidates, one_row))):
            blocks[-1] = last + new
        else:
            blocks.append(new)
        left = title
    return [block for block in blocks if block]


def title_wordings(questionnaire):
    """The titles and aliases of all questions, with the questions' ids."""
    return Wordings((text, q.id) for q in questionnaire.questions for text in q.wordings)


def _continues(block, new, candidates, one_row):
    """Whether a column that repeats the title of the block on its left belongs to it."""
    subtitle = new.subtitles[0]
    if key(new.title) != key(block.title) or is_response(subtitle):
        return False
    if key(subtitle) in map(key, block.subtitles):
        # One header row names the companion twice: once for the tick, once for its text.
        return one_row and key(subtitle) == key(block.subtitles[-1])
    if any(fits(block + new, q) for q in candidates):
        return True
    # Both fit a question, but not the same one: the next question of this title begins.
    return not all(any(fits(part, q) for q in candidates) for part in (block, new))


def _split_titles(titles, known, questionnaire):
    """One header row: split each `Question - Option` at the place where the question is known."""
    pairs, last = [], []
    for title in titles:
        found, subtitle = known.find_all(title), ""
        if not found and any(same(title, questionnaire[q].other or "") for q in last):
            pairs.append(("", title))  # the companion's bare label, right of its question
            continue
        if not found:
            title, subtitle, found = _split_title(title, known)
        pairs.append((title, subtitle))
        last = found
    return pairs


def _split_title(title, known):
    separators = list(_SEPARATOR.finditer(title))[-_MOST_SEPARATORS:]
    for separator in reversed(separators):
        head = title[: separator.start()]
        if found := known.find_all(head):
            return head, title[separator.end() :], found
    return title, "", []


def fits(block, question):
    """Whether a block has the columns that a question would have."""
    if question.type in PLAIN_TYPES:
        companions = [s for s in block.subtitles[1:] if same(s, question.other or "")]
        return is_response(block.subtitles[0]) and len(block.subtitles) == 1 + len(companions)
    labels = column_labels(question)
    return all(labels.find(subtitle) for subtitle in block.subtitles)


def column_labels(question):
    """The labels that stand over a question's columns, with their codes."""
    labels = question.rows if question.type == "matrix" else question.choices
    return Wordings((label, code) for code, label in labels.items())
