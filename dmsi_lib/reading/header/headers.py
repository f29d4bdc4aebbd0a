"""The header of an export: one row or two, brought to blocks of columns.

SurveyMonkey writes either two header rows (the title over its first column, blank titles continuing
it; below them `Response`, `Open-Ended Response`, an option, a row of a matrix or the companion's
label) or one (`Question - Option`); other programs write `Question [Option]`. All become *blocks*:
a title with its columns. Which rows are the header is told by `header_rows`.
"""

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace

from dmsi_lib.questionnaire import Question, Questionnaire
from dmsi_lib.reading.change_log import Fault, Finding
from dmsi_lib.wording import Wordings, key, same, undamaged_key

PLAIN_TYPES = ("single", "open", "numeric")  # one column of answers, besides the companion's
_RESPONSE_KEYS = {"response", "openendedresponse"}
_SEPARATOR = re.compile(r"(?<![-–—:|])[-–—:|]+\s|\s[-–—:|]+\s?")
_MOST_SEPARATORS = 10  # at which a title is tried to be split, from the right

Pair = tuple[str, str]  # title and subtitle of a column


@dataclass(frozen=True)
class Header:
    """What stands above the answers.

    Attributes
    ----------
    titles : one a column, "" where the title to the left goes on.
    subtitles : those of the second row, one a column; None where there is none.
    first : the position of its first row; the rows above it are a title, and no header.
    more : how many rows below it are neither header nor answers.
    id_column : the position of the column of ids; None where the rows are numbered.
    layout : by which the file is read; see `layouts`.
    told : title and subtitle of the columns of which only the cells tell them, by position.
    faults, findings : what reading the header came upon.
    """

    titles: list[str]
    subtitles: list[str] | None = None
    first: int = 0
    more: int = 0
    id_column: int | None = None
    layout: str = "surveymonkey"
    told: Mapping[int, Pair] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows there are up to its last, and so the position of the first respondent's."""
        return self.first + (1 if self.subtitles is None else 2) + self.more


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


def is_response(subtitle: str) -> bool:
    """Whether a subtitle only says that the answer stands below it."""
    return not subtitle or bool({key(subtitle), undamaged_key(subtitle)} & _RESPONSE_KEYS)


def column_blocks(
    header: Header, questionnaire: Questionnaire, skipped: Container[int | None]
) -> list[Block]:
    """Group the columns under their titles, save the skipped ones, which belong to no question."""
    known = title_wordings(questionnaire)
    blocks: list[Block] = []
    goes_on, left, dropped = False, "", ""
    for position, (title, subtitle) in enumerate(column_pairs(header, known, questionnaire)):
        if position in skipped:
            if title and not (goes_on and key(title) == key(blocks[-1].title)):
                # Over the columns to its right it goes on only if it is a question's.
                goes_on, dropped = False, title if known.find_all(title) else ""
            continue
        title_over = title or ("" if goes_on else dropped)
        new = Block(title_over, {position: subtitle}, tuple(known.find_all(title_over)))
        candidates = [questionnaire[name] for name in new.asked]
        if goes_on and (not title or (left and _continues(blocks[-1], new, candidates, header))):
            blocks[-1] += new
        else:
            blocks.append(new)
        goes_on, left = True, title
    return blocks


def titles_over(header: Header, questionnaire: Questionnaire) -> list[str]:
    """The title that stands over each column, be it that of a column further left."""
    found = [""]
    for title, _ in column_pairs(header, title_wordings(questionnaire), questionnaire):
        found.append(title or found[-1])
    return found[1:]


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
        # One header row names the companion twice: once for the tick, once for its text. Any option
        # may stand there twice, but not the first: with it the next question of this title begins.
        twice = header.subtitles is None and key(subtitle) == subtitles[-1]
        return twice or (len(candidates) == 1 and key(subtitle) != subtitles[0])
    if any(fits(block + new, question) for question in candidates):
        return True
    # Both fit a question, but not the same one: the next question of this title begins.
    return not all(any(fits(part, q) for q in candidates) for part in (block, new))


def column_pairs(header: Header, known: Wordings[str], questionnaire: Questionnaire) -> list[Pair]:
    """Title and subtitle of each column, whatever the shape of the header.

    `known` are the titles of the questionnaire (`title_wordings`).
    """
    if header.subtitles is None:
        found = _split_titles(header.titles, known, questionnaire)
    else:
        found = _split_flattened(header.titles, header.subtitles, known)
    return [header.told.get(position, pair) for position, pair in enumerate(found)]


def split_title(title: str, known: Wordings[str]) -> Pair | None:
    """A title cut at the place where a question is known, perhaps at its end; else None."""
    return next((cut for cut in title_cuts(title) if known.find_all(cut[0])), None)


def title_cuts(title: str) -> Iterator[Pair]:
    """The ways to cut a title: not at all, at brackets, at separators; from the right."""
    yield title, ""
    if title.endswith("]"):
        brackets = [n for n, letter in enumerate(title) if letter == "["][-_MOST_SEPARATORS:]
        for n in reversed(brackets):
            yield title[:n].rstrip(), title[n + 1 : -1].replace("][", " - ")
    for cut in reversed(list(_SEPARATOR.finditer(title))[-_MOST_SEPARATORS:]):
        yield title[: cut.start()], title[cut.end() :]


def _split_titles(
    titles: list[str], known: Wordings[str], questionnaire: Questionnaire
) -> list[Pair]:
    """One header row: split each `Question - Option` at the place where the question is known."""
    pairs: list[Pair] = []
    asked: list[str] = []
    for title in titles:
        others = [other for name in asked for other in questionnaire[name].all_others]
        if not known.find_all(title) and any(same(title, other) for other in others):
            pairs.append(("", title))  # the companion's bare label, right of its question
        else:
            pairs.append(split_title(title, known) or (title, ""))
            asked = known.find_all(pairs[-1][0])
    return pairs


def _split_flattened(titles: list[str], subtitles: list[str], known: Wordings[str]) -> list[Pair]:
    """Two header rows: `Question: Row` above `Response` is split, too.

    Not where the question has a column of its own: what is named after it is another.
    """
    whole = {name for title in titles for name in known.find_all(title)}
    pairs: list[Pair] = []
    for title, subtitle in zip(titles, subtitles, strict=True):
        cut = None
        if title and is_response(subtitle) and not known.find_all(title):
            cut = split_title(title, known)
        pairs.append(cut if cut and not whole & {*known.find_all(cut[0])} else (title, subtitle))
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
    labels = question.rows if question.type == "matrix" else question.choices
    return Wordings((label, code) for code, label in labels.items())
