"""The columns of an export without a questionnaire: their titles, labels, and what they hold.

The reader knows titles from the questionnaire; here they are made out from the rows alone, in the
forms that the reader reads: two header rows, or one with `Question - Option`, `Question: Row` or
`Question [Row]`, and the three of Qualtrics.
"""

import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from dmsi_lib.reading import (
    PLATFORM,
    TIMESTAMPS,
    UNCHECKED,
    USUAL_IDS,
    Rows,
    import_id_row,
    is_response,
    platform_titles,
    title_cuts,
)
from dmsi_lib.wording import key, plain, same

_SEARCHED = 10  # rows, for the header
_LABELLED = 200  # rows in which a label is looked for
_BEGINNING = 20  # rows, more than any header has
_FEW = 2  # texts, which a row above the header may have
_MOST_OF = 0.7  # of names have no blank, and of texts one
_MICROSOFT = {"id", "starttime", "completiontime"}
_NO_ANSWERS = {"-", "--", "–", "—", ".", "NULL", "#NULL!", "NaN", "nan", "null"}
_NOT_SHOWN = "N/A"  # LimeSurvey's word
_NA = "NA"  # what R writes for no value
_FEWEST_BLANK = 2  # columns in which such a text stands beside answers
_LEFT_EMPTY = 0.1  # empty cells for each "NA", at most, where a program wrote "NA" for a blank
_OFTEN = 5  # respondents, and the share of them, with whom a spelling is an option of its own
_OFTEN_OF_ALL = 0.1
_ID_TITLE = re.compile(r"#|_?id|uuid|.*[_\s](id|ID|Id)|.*[a-z](ID|Id)")
_WEIGHT = re.compile(r"([a-z]+[\s_-])?(weight|wgt|wt)s?([\s_-][a-z]+|[\s_-]?\d+)?", re.IGNORECASE)
_DECIMAL = re.compile(r"\d{0,3}\.\d{2,}")
_MEAN_WEIGHT = (0.2, 5.0)  # weights are about 1 on average; kilograms are not
_NPS_GROUPS = {"promoter", "passive", "detractor"}
_CODED = re.compile(r"(?P<code>[A-Za-z]+\d+)_\d+")
_SELECTED = re.compile(r"\s+-\s+Selected Choice\b", re.IGNORECASE)
_QUESTION_ID = re.compile(r'"ImportId"\s*:\s*"(QID|_recordId)')


@dataclass(frozen=True)
class Column:
    """A column: its label below or beside the question's title ("" where the answer itself stands
    in it), and the text of each respondent, "" for none."""

    position: int
    label: str
    texts: tuple[str, ...]

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each text stands in it, in the order of the file; texts that the reader takes
        for one wording are one, in their most frequent spelling. Two that differ by signs and are
        frequent, as with a comma or without, are two."""
        spelled: dict[str, Counter[str]] = {}
        for text, count in Counter(filter(None, self.texts)).items():
            spelled.setdefault(key(text) or text.casefold(), Counter())[text] += count
        return Counter(dict(one for own in spelled.values() for one in _wordings(own)))

    @property
    def filled(self) -> int:
        """How many respondents have a text here."""
        return self.counts.total()


def _wordings(spellings: Counter[str]) -> Iterator[tuple[str, int]]:
    """The wordings among spellings of the same letters, each with how often it stands there."""
    signed: dict[str, Counter[str]] = {}
    for text, count in spellings.items():
        straight = text.casefold().replace("’", "'").replace("‘", "'")
        signed.setdefault(" ".join(straight.split()), Counter())[text] += count
    least = max(_OFTEN, _OFTEN_OF_ALL * spellings.total())
    frequent = [own for own in signed.values() if own.total() >= least]
    first = max(signed.values(), key=Counter.total)
    rest = spellings.total() - sum(own.total() for own in frequent if own is not first)
    for own in frequent or [first]:
        yield own.most_common(1)[0][0], rest if own is first else own.total()


@dataclass(frozen=True)
class Group:
    """The neighbouring columns of one title."""

    title: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Columns:
    """What a file shows by itself.

    Attributes
    ----------
    layout : see the questionnaire's `layout`
    id_column : its title; None where the rows are numbered
    blank : texts that stand for no answer
    groups : in the order of the file, without the ids and what the platform notes
    left : why the other columns are no questions, by their positions
    """

    layout: str
    id_column: str | None
    blank: tuple[str, ...]
    groups: tuple[Group, ...]
    left: Mapping[int, str] = field(default_factory=dict)


def find_columns(rows: Rows) -> Columns:
    """The columns of the rows of a file, as from `reading.read_rows`."""
    imported = import_id_row(rows.first(_BEGINNING))
    first = max(imported - 2, 0) if imported is not None else _first(rows)
    titles, labels, below = _header(rows, first, imported)
    body, named_twice = rows.below(below), imported is None and labels is None and below > first + 1
    ids = _id_position(titles, body)
    left = {n: why for n, why in _no_questions(titles, labels, body) if n != ids}
    if imported is not None:
        asked = map(_QUESTION_ID.search, rows[imported])
        left = {n: PLATFORM for n, known in enumerate(asked) if not known} | left
    kept = [n for n in range(len(titles)) if n != ids and n not in left]
    layout = "qualtrics" if imported is not None or named_twice else _layout(titles, labels)
    none = {*_NO_ANSWERS, _NOT_SHOWN} if layout == "limesurvey" else _NO_ANSWERS
    blank = _blanks([_texts(body, n) for n in kept], none)
    columns = {n: tuple(_without(text, blank) for text in _texts(body, n)) for n in kept}
    groups = _groups(_named(titles, labels, kept), columns, flat=labels is None)
    return Columns(layout, None if ids is None else titles[ids], blank, groups, left)


def _layout(titles: Sequence[str], labels: Sequence[str] | None) -> str:
    """How a file without Qualtrics' header is to be read; Microsoft Forms writes as Google does."""
    if key(titles[0]) in TIMESTAMPS or {*map(key, titles)} >= _MICROSOFT:
        return "google_forms"
    brackets = sum(title.endswith("]") for title in titles)
    return "limesurvey" if labels is None and brackets > 1 else "surveymonkey"


def _no_questions(
    titles: Sequence[str], labels: Sequence[str] | None, body: Rows
) -> Iterator[tuple[int, str]]:
    """The positions of columns that are no questions, with why."""
    platform = platform_titles(titles)
    for position, title in enumerate(titles):
        texts = _texts(body, position)
        if title in platform:
            yield position, PLATFORM
        elif _is_id(title) and key(title) not in TIMESTAMPS:
            unlike = all(texts) and len(set(texts)) == len(texts)
            yield position, "ids" if unlike else "ids, blank or repeated in some rows"
        elif not (title or (labels and labels[position]) or any(texts)):
            yield position, "has neither a title nor answers"
        elif _WEIGHT.fullmatch(title) and _are_weights(list(filter(None, texts))):
            yield position, "weights; answers are counted as they are"
        elif title.endswith(" - Group") and {*map(str.casefold, texts)} - {""} <= _NPS_GROUPS:
            yield position, "made by the platform of another column"


def _is_id(title: str) -> bool:
    """Whether a column is called as ids are."""
    return key(title) in USUAL_IDS or bool(_ID_TITLE.fullmatch(title))


def _are_weights(texts: Sequence[str]) -> bool:
    """Whether texts are decimal numbers about 1."""
    if not texts or not all(map(_DECIMAL.fullmatch, texts)):
        return False
    low, high = _MEAN_WEIGHT
    return low <= sum(map(float, texts)) / len(texts) <= high


def _texts(body: Rows, position: int) -> list[str]:
    """The cells of a column, without white space around them."""
    column = body.columns[position]
    stripped = [text.strip() for text in column.texts]
    return [stripped[code] for code in column.codes.tolist()]


def _without(text: str, blank: Sequence[str]) -> str:
    return "" if text in blank else plain(text)


# ---- the header


def _first(rows: Rows) -> int:
    """The position of the row of titles: a survey's own title may stand above it."""
    for number, row in enumerate(rows.first(_SEARCHED)):
        filled = [text for text in row if text.strip()]
        if len(filled) > _FEW or len(row) <= _FEW or any(key(t) in USUAL_IDS for t in filled):
            return number
    return 0


def _header(
    rows: Rows, first: int, imported: int | None
) -> tuple[list[str], list[str] | None, int]:
    """Titles, labels of a second row if there is one, and the position of the first respondent."""
    if imported is not None:
        titles = [_SELECTED.sub("", plain(text)) for text in rows[imported - 1]]
        return titles, None, imported + 1
    titles = [plain(text) for text in rows[first]]
    titles = ["" if title.startswith("Unnamed: ") else title for title in titles]
    below = [plain(text) for text in rows[first + 1]] if len(rows) > first + 1 else []
    if below and _are_texts(titles, below, rows.below(first + 2)):
        return [_SELECTED.sub("", text) for text in below], None, first + 2
    if below and _is_second(titles, below, rows.below(first + 2)):
        return titles, below, first + 2
    return titles, None, first + 1


def _are_texts(names: Sequence[str], texts: Sequence[str], body: Rows) -> bool:
    """Whether a row has the questions' texts below their names, as Qualtrics writes it above the
    ImportIds, which somebody may have taken out."""
    enough = _MOST_OF * len(names)
    unlike = sum(text not in map(str.strip, body.columns[n].texts) for n, text in enumerate(texts))
    return (
        len(names) > _FEW
        and len(body) > _FEW
        and sum(bool(name) and " " not in name for name in names) >= enough
        and sum(" " in text for text in texts) >= enough
        and sum("?" in text or bool(_SELECTED.search(text)) for text in texts) * 3 >= len(names)
        and unlike == len(names)
    )


def _is_second(titles: Sequence[str], below: Sequence[str], body: Rows) -> bool:
    """Whether a row is of labels: it says "Response", or what the cells below it repeat."""
    if any(text and is_response(text) for text in below):
        return True
    ids = [n for n, title in enumerate(titles) if key(title) in USUAL_IDS]
    if ids:
        return not below[ids[0]]
    goes_on = [n for n, title in enumerate(titles) if n and not title and below[n]]
    above = {n: filter(None, body.columns[n].beginning(_LABELLED)) for n in goes_on}
    repeated = [n for n, texts in above.items() if any(same(text, below[n]) for text in texts)]
    return 2 * len(repeated) > len(goes_on) > 0


def _id_position(titles: Sequence[str], body: Rows) -> int | None:
    """The column of ids: usually called so, with another text in every row."""
    for position, title in enumerate(titles):
        texts = _texts(body, position)
        usual = _is_id(title) and key(title) not in TIMESTAMPS
        numbered = not position and not title and all(map(str.isdigit, texts))
        if (usual or numbered) and all(texts) and len(set(texts)) == len(texts):
            return position
    return None


def _blanks(columns: Sequence[Sequence[str]], none: Container[str]) -> tuple[str, ...]:
    """The texts that stand for no answer in several columns: those known as such, and "NA" where a
    program wrote it into every blank."""
    found: Counter[str] = Counter()
    cells = Counter(text for texts in columns for text in texts if text in ("", _NA))
    if cells[""] <= _LEFT_EMPTY * cells[_NA]:
        found[_NA] = sum(_NA in texts for texts in columns)
    for texts in columns:
        there = set(texts)
        found.update(text for text in there if text in none and len(there) > 1)
    return tuple(sorted(text for text, count in found.items() if count >= _FEWEST_BLANK))


# ---- titles and labels


def _named(
    titles: Sequence[str], labels: Sequence[str] | None, kept: Sequence[int]
) -> list[tuple[int, str, str]]:
    """Position, title and label of each column; the title goes on over blank ones."""
    found, left, wanted = [], "", set(kept)
    for position, title in enumerate(titles):
        left = title or left
        label = labels[position] if labels else ""
        if position in wanted and left:
            found.append((position, left, "" if is_response(label) else label))
    return found


def _groups(
    named: Sequence[tuple[int, str, str]], columns: dict[int, tuple[str, ...]], flat: bool
) -> tuple[Group, ...]:
    """The columns under their titles; what one header row says of several is cut apart."""
    runs: list[tuple[str, list[Column]]] = []
    for position, title, label in named:
        column = Column(position, label, columns[position])
        if (
            runs
            and runs[-1][0] == title
            and (label or not flat)
            and not _begins(runs[-1][1], label)
        ):
            runs[-1][1].append(column)
        else:
            runs.append((title, [column]))
    return tuple(_joined([Group(title, tuple(found)) for title, found in runs]))


def _begins(run: Sequence[Column], label: str) -> bool:
    """Whether a column begins another question of the same title: its first label again."""
    return not label or (len(run) > 1 and label == run[0].label)


def _joined(groups: Sequence[Group]) -> Iterator[Group]:
    """Groups of one column whose titles have a beginning in common are one question."""
    number = 0
    while number < len(groups):
        run, title = _coded_run(groups, number)
        if title:
            ticked = [group.columns[0] for group in run if _ticked(group.columns[0])]
            yield Group(title, tuple(map(_named_by_ticks, ticked)))
            number += len(run)
            continue
        run, title = _run(groups, number)
        if title:
            yield Group(title, tuple(_relabelled(group, title) for group in run))
        else:
            yield groups[number]
        number += len(run)


def _coded_run(groups: Sequence[Group], start: int) -> tuple[list[Group], str]:
    """The groups from a place on whose titles are numbers of one code, as q0004_0001, and whose
    columns each tick an answer."""
    code = _CODED.fullmatch(groups[start].title)
    if not code:
        return [], ""
    run: list[Group] = []
    for group in groups[start:]:
        own = _CODED.fullmatch(group.title)
        if not own or own["code"] != code["code"] or not _may_tick(group.columns[0]):
            break
        run.append(group)
    labels = [label for group in run for label in _ticked(group.columns[0])]
    return (run, code["code"]) if len({*labels}) == len(labels) > 1 else ([], "")


def _may_tick(column: Column) -> bool:
    """Whether a column ticks one option, or says of one that nobody chose it."""
    return len(_ticked(column)) == 1 or (column.filled > 0 and not _ticked(column))


def _ticked(column: Column) -> list[str]:
    """What a column holds besides that its option was not chosen."""
    return [text for text in column.counts if text.casefold() not in UNCHECKED]


def _named_by_ticks(column: Column) -> Column:
    return Column(column.position, _ticked(column)[0], column.texts)


def _run(groups: Sequence[Group], start: int) -> tuple[list[Group], str]:
    """The groups from a place on that belong together, and the beginning that they share."""
    first = groups[start]
    if len(first.columns) > 1:
        return [first], ""
    nexts = groups[start + 1 : start + 2]
    right = nexts[0] if nexts and len(nexts[0].columns) == 1 else None
    if right and _is_bare_companion(first, right):
        return [first, right], first.title
    cuts = [cut for cut, rest in title_cuts(first.title) if rest]
    alone = [
        cut
        for cut, rest in title_cuts(first.title)
        if rest
        and first.columns[0].counts
        and set(map(key, first.columns[0].counts)) == {key(rest)}
    ]
    shared = [first.title, *cuts]
    theirs = {cut for cut, rest in title_cuts(right.title) if rest} if right else set()
    for beginning in shared:
        if beginning in theirs:
            run = [first]
            for group in groups[start + 1 :]:
                ours = {cut for cut, rest in title_cuts(group.title) if rest}
                if len(group.columns) > 1 or beginning not in ours:
                    break
                run.append(group)
            return run, beginning
    return ([first], alone[0]) if alone else ([first], "")


def _is_bare_companion(left: Group, right: Group) -> bool:
    """Whether a column's title is one of the options left of it, whose text it holds."""
    options = left.columns[0].counts
    return len(options) < left.columns[0].filled and any(same(right.title, o) for o in options)


def _relabelled(group: Group, title: str) -> Column:
    """The group's column with what its own title has beyond the common one."""
    column = group.columns[0]
    if group.title == title:
        return column
    rest = next((rest for cut, rest in title_cuts(group.title) if cut == title), group.title)
    return Column(column.position, rest, column.texts)
