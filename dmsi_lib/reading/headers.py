"""The header of an export: one row or two, brought to blocks of columns.

SurveyMonkey writes either two header rows (the title over its first column, blank titles continuing
it; below them `Response`, `Open-Ended Response`, an option, a row of a matrix or the companion's
label) or one (`Question - Option`). Both become *blocks*: a title with its columns.
"""

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from dmsi_lib.errors import InputError
from dmsi_lib.files import Place
from dmsi_lib.questionnaire import Question, Questionnaire
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
class Header:
    """What stands above the answers.

    Attributes
    ----------
    titles : one a column, "" where the title to the left goes on.
    subtitles : those of the second row, one a column; None where there is none.
    """

    titles: list[str]
    subtitles: list[str] | None = None

    @property
    def rows(self) -> int:
        """How many rows it has, and so the position of the first respondent's."""
        return 1 if self.subtitles is None else 2


@dataclass(frozen=True)
class Block:
    """Neighbouring columns under one title.

    Attributes
    ----------
    columns : the subtitle of each column by its position in the file.
    asked : ids of the questions that have this title.
    """

    title: str
    columns: dict[int, str]
    asked: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What messages call the block."""
        return self.title or next(iter(self.columns.values()))

    def __add__(self, right: "Block") -> "Block":
        return replace(self, columns=self.columns | right.columns)


def read_header(rows: Sequence[Sequence[str]], questionnaire: Questionnaire, path: Place) -> Header:
    """Separate the header from the answers.

    Parameters
    ----------
    rows : list of list of str
    questionnaire : Questionnaire
    path : for messages

    Returns
    -------
    Header

    Raises
    ------
    InputError
        Where a title is far too long, or not exactly one column is that of the ids.
    """
    titles: list[str] = []
    for column, text in enumerate(rows[0], 1):
        if len(text) > _LONGEST_TITLE:
            raise InputError(
                f"{path}, row 1, column {column}: a title of {len(text):,} characters; expected at "
                f"most {_LONGEST_TITLE:,}. Is the first row the header?"
            )
        title = plain(text)
        repeated = _REPEATED.fullmatch(title)
        if title.startswith("Unnamed: "):  # what pandas writes for a blank title,
            title = ""
        elif repeated and repeated["title"] in titles:  # and for a second equal one
            title = repeated["title"]
        titles.append(title)
    if len(rows) > 1 and not plain(rows[1][id_position(titles, questionnaire, path)]):
        subtitles = [plain(text) for text in rows[1]]
        if _is_second_header(titles, subtitles, questionnaire):
            return Header(titles, subtitles)
    return Header(titles)


def _is_second_header(
    titles: list[str], subtitles: list[str], questionnaire: Questionnaire
) -> bool:
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


def is_response(subtitle: str) -> bool:
    """Whether a subtitle only says that the answer stands below it."""
    return not subtitle or bool({key(subtitle), undamaged_key(subtitle)} & _RESPONSE_KEYS)


def id_position(titles: list[str], questionnaire: Questionnaire, path: Place) -> int:
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


def identity_positions(titles: Iterable[str], questionnaire: Questionnaire) -> set[int]:
    """Columns under an identity title, and the untitled ones that continue it.

    Parameters
    ----------
    titles : list of str
        Those of a Header.
    questionnaire : Questionnaire

    Returns
    -------
    set of int
    """
    return _positions_under((*IDENTITY_TITLES, *questionnaire.identity_columns), titles)


def name_positions(titles: Iterable[str]) -> set[int]:
    """Those of the identity columns that hold a person's names or e-mail address."""
    return _positions_under(NAME_TITLES, titles)


def _positions_under(wanted: Iterable[str], titles: Iterable[str]) -> set[int]:
    named = set(map(key, wanted))
    positions, inside = set(), False
    for position, title in enumerate(titles):
        if title:
            inside = key(title) in named or undamaged_key(title) in named
        if inside:
            positions.add(position)
    return positions


def column_blocks(
    header: Header, questionnaire: Questionnaire, skipped: Container[int]
) -> list[Block]:
    """Group the columns under their titles, save the skipped ones, which belong to no question."""
    known = title_wordings(questionnaire)
    if header.subtitles is None:
        pairs = _split_titles(header.titles, known, questionnaire)
    else:
        pairs = list(zip(header.titles, header.subtitles, strict=True))
    blocks: list[Block | None] = []
    left = ""
    for position, (title, subtitle) in enumerate(pairs):
        if position in skipped:
            blocks.append(None)  # a title never continues across a dropped column
            continue
        last = blocks[-1] if blocks else None
        new = Block(title, {position: subtitle}, tuple(known.find_all(title)))
        candidates = [questionnaire[name] for name in new.asked]
        if last and (not title or (left and _continues(last, new, candidates, header))):
            blocks[-1] = last + new
        else:
            blocks.append(new)
        left = title
    return [block for block in blocks if block]


def title_wordings(questionnaire: Questionnaire) -> Wordings[str]:
    """The titles and aliases of all questions, with the questions' ids."""
    return Wordings((text, q.id) for q in questionnaire.questions for text in q.wordings)


def _continues(block: Block, new: Block, candidates: list[Question], header: Header) -> bool:
    """Whether a column that repeats the title of the block on its left belongs to it."""
    (subtitle,) = new.columns.values()
    subtitles = [*map(key, block.columns.values())]
    if key(new.title) != key(block.title) or is_response(subtitle):
        return False
    if key(subtitle) in subtitles:
        # One header row names the companion twice: once for the tick, once for its text.
        return header.subtitles is None and key(subtitle) == subtitles[-1]
    if any(fits(block + new, question) for question in candidates):
        return True
    # Both fit a question, but not the same one: the next question of this title begins.
    return not all(any(fits(part, q) for q in candidates) for part in (block, new))


def _split_titles(
    titles: list[str], known: Wordings[str], questionnaire: Questionnaire
) -> list[tuple[str, str]]:
    """One header row: split each `Question - Option` at the place where the question is known."""
    pairs: list[tuple[str, str]] = []
    asked: list[str] = []
    for title in titles:
        others = [questionnaire[name].other or "" for name in asked]
        if not known.find_all(title) and any(same(title, other) for other in others):
            pairs.append(("", title))  # the companion's bare label, right of its question
        else:
            separators = list(_SEPARATOR.finditer(title))[-_MOST_SEPARATORS:]
            cuts = [(title[: cut.start()], title[cut.end() :]) for cut in reversed(separators)]
            cuts = [(title, ""), *cuts]
            pairs.append(next((cut for cut in cuts if known.find_all(cut[0])), cuts[0]))
            asked = known.find_all(pairs[-1][0])
    return pairs


def fits(block: Block, question: Question) -> bool:
    """Whether a block has the columns that a question would have."""
    first, *others = block.columns.values()
    if question.type in PLAIN_TYPES:
        return is_response(first) and all(same(text, question.other or "") for text in others)
    labels = column_labels(question)
    return all(labels.find(subtitle) for subtitle in (first, *others))


def column_labels(question: Question) -> Wordings[str]:
    """The labels that stand over a question's columns, with their codes."""
    labels, aliases = question.choices, question.option_aliases
    if question.type == "matrix":
        labels, aliases = question.rows, question.row_aliases
    return Wordings(
        (text, code) for code, label in labels.items() for text in (label, *aliases.get(code, ()))
    )
