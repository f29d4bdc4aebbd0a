"""What kind of question a group of columns is, by its labels and by what its cells hold.

Options that nobody chose show only where each has a column of its own.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from dmsi_lib.drafting.columns import Column, Group
from dmsi_lib.drafting.lists import fewest_of_an_option, find_listing
from dmsi_lib.drafting.orders import in_natural_order
from dmsi_lib.reading import UNCHECKED, date_readings, is_tick_or_none, places_of
from dmsi_lib.wording import key, same

_MOST_OPTIONS = 60
_FEWEST_EACH = 4  # respondents an option has on average, where a column is of options
_MOST_LETTERS = 200  # of an option, most often
_FEWEST_NUMBERS = 12  # different ones, that are no scale
_NEARLY_ALL = 0.95
_HARDLY_ANY = 0.01
_FEW_TEXTS = 5  # answers so few that nothing shows whether they are options
_PLAIN_NUMBER = re.compile(r"[-+]?(\d{1,12}|\d{1,3}(,\d{3}){1,3})(\.\d{1,20})?")
_WRITTEN_NUMBER = re.compile(r"[-+]?\s*[$€£]?\s*\d[\d.,]*\s*([^\W\d]{1,10}\.?|%|°C?)?")
_DATE = re.compile(r"(\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})([ T].*)?")
_ALL_THAT_APPLY = re.compile(
    r"\b(all|any) (that|which) apply|\bselect all|\bcheck all|\bchoose all|tout ce qui s",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"^(other|autre|otro|andere)|\b(specify|pr[ée]ciser|please (provide|name))\b", re.I
)
_OPEN = re.compile(
    r"in your own words|please (describe|explain|comment|tell)|^why\b|comments?\b", re.I
)
_NONE = re.compile(
    r"^(none|nothing|nobody|no one|never|no|n/?a|not applicable|not sure|prefer not|aucune?"
    r"|(i )?(don.?t|do not|have not|haven.?t|am not|did not|didn.?t))\b",
    re.I,
)
_ALONE = 10  # respondents who chose an option that goes with no other
_OWN = "What fewer than {:.0f} wrote is taken for words of their own."
_OWN_WORDS = "Other"  # the companion of what people wrote into the column of answers
_KNOWN = 0.75  # of the answers must be options then
_POSTAL = re.compile(r"\b(zip|postal|post) ?code|\bzip\b|\bpostcode|\bplz\b", re.IGNORECASE)
_LEADING_ZERO = re.compile(r"0\d+")


@dataclass(frozen=True)
class Drafted:
    """A question as the file shows it.

    Attributes
    ----------
    text, type : as in a questionnaire
    options, rows : labels, in their order
    other : labels of the texts beside the options
    comment : label of a text that belongs to no option
    exclusive : options that go with no other
    ordered : whether the options stand in an order, from low to high
    spread : whether each option has a column, so that those nobody chose are seen
    listed : whether cells hold several answers
    doubt : what is to be looked at, in a sentence
    format : one of several ways in which the dates may be written; None where there is one
    positions : of its columns
    """

    text: str
    type: str
    positions: tuple[int, ...]
    options: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    comment: str | None = None
    exclusive: tuple[str, ...] = ()
    ordered: bool = False
    spread: bool = False
    listed: bool = False
    doubt: str = ""
    format: str | None = None


def drafted(group: Group, own_words: bool = False) -> Iterator[Drafted]:
    """The question or, where columns only share a beginning of their titles, the questions.

    Parameters
    ----------
    own_words : whether a text beside the options stands in the column of answers, as Google Forms
        writes it
    """
    columns, positions = group.columns, tuple(column.position for column in group.columns)
    if not columns[0].label:
        alone = _alone(group.title, columns[0], own_words and len(columns) == 1)
        yield _with_texts(alone, columns[1:])
    elif whole := _together(group, positions):
        yield whole
    else:
        for column in columns:
            yield _alone(f"{group.title} - {column.label}", column, own_words)


# ---- one column


def _alone(title: str, column: Column, own_words: bool = False) -> Drafted:
    """A question whose answer stands in one column."""
    counts, here = column.counts, (column.position,)
    if not column.filled:
        return Drafted(title, "open", here)
    if _share(counts, _DATE.fullmatch) == 1 and (written := date_readings(list(counts))):
        first, *more = written.values()
        doubtful = any((first != other).any() for other in more)
        return Drafted(title, "date", here, format=next(iter(written)) if doubtful else None)
    if _POSTAL.search(title) or any(map(_LEADING_ZERO.fullmatch, counts)):
        return Drafted(title, "open", here)  # digits, of which there is no mean
    numbers = _are_numbers(counts)
    if numbers and len(counts) >= _FEWEST_NUMBERS:
        return Drafted(title, "numeric", here)
    unread = _unread(counts)
    if unread and len(counts) >= 2 * _FEWEST_NUMBERS:
        return Drafted(title, "open", here, doubt=unread)
    own = _choice_or_own(title, counts, here) if own_words else None
    chosen = _list(title, column, own_words) or own or _choice(title, counts, here)
    return chosen or Drafted(title, "numeric" if numbers else "open", here, doubt=unread)


def _are_numbers(counts: Counter[str]) -> bool:
    return _share(counts, _PLAIN_NUMBER.fullmatch) >= _NEARLY_ALL


def _unread(counts: Counter[str]) -> str:
    """What is to be said of numbers that the reader takes for words."""
    if _are_numbers(counts) or _share(counts, _WRITTEN_NUMBER.fullmatch) < _NEARLY_ALL:
        return ""
    return "Numbers with a unit or a decimal comma: as 73 or 3.5 they would be read as numbers."


def _list(title: str, column: Column, own_words: bool) -> Drafted | None:
    """A question of which a cell lists all answers."""
    counts, here = column.counts, (column.position,)
    listing = find_listing(counts, own_words or None)
    if listing is None or _OPEN.search(title):
        return None
    if len(counts) <= 1.5 * len(listing.options) and _are_options(title, counts):
        return None
    options, _ = in_natural_order(listing.options)
    other = (_OWN_WORDS,) if listing.own else ()
    doubts = [_OWN.format(fewest_of_an_option(counts.total()))] if listing.own else []
    doubts += [
        "An option may be cut at the sign between two, or two may be one."
    ] * listing.doubtful
    doubt = " ".join(doubts)
    return Drafted(title, "multiple", here, options, other=other, listed=True, doubt=doubt)


def _choice(title: str, counts: Counter[str], here: tuple[int, ...]) -> Drafted | None:
    """A question with one answer out of several."""
    if not _are_options(title, counts):
        return None
    options, ordered = in_natural_order(list(counts))
    letters = Counter(map(key, options))
    doubt = "Some options differ by signs alone." if letters and max(letters.values()) > 1 else ""
    return Drafted(title, "single", here, options, ordered=ordered, doubt=doubt)


def _choice_or_own(title: str, counts: Counter[str], here: tuple[int, ...]) -> Drafted | None:
    """A question with one answer, where some wrote words of their own instead; None where all
    gave one of the options, as far as can be seen."""
    least = fewest_of_an_option(counts.total())
    often = Counter({text: n for text, n in counts.items() if n >= least})
    if len(often) == len(counts) or in_natural_order(list(counts))[1]:
        return None
    if len(often) < 2 or often.total() < _KNOWN * counts.total() or not _are_options(title, often):
        return None
    options, ordered = in_natural_order(list(often))
    doubt = _OWN.format(least)
    return Drafted(
        title, "single", here, options, other=(_OWN_WORDS,), ordered=ordered, doubt=doubt
    )


def _share(counts: Counter[str], test: Callable[[str], object]) -> float:
    """The share of respondents whose text passes a test."""
    return sum(n for text, n in counts.items() if test(text)) / max(counts.total(), 1)


def _are_options(title: str, counts: Counter[str]) -> bool:
    """Whether the texts repeat themselves as options do."""
    filled, once = counts.total(), sum(n == 1 for n in counts.values())
    if _OPEN.search(title) and len(counts) > _FEW_TEXTS:
        return False
    long = sum(len(text) > _MOST_LETTERS for text in counts)
    if filled <= _FEW_TEXTS or len(counts) > _MOST_OPTIONS or 2 * long > len(counts):
        return False
    return filled >= _FEWEST_EACH * len(counts) and 3 * once <= len(counts) + 2


def _with_texts(question: Drafted, beside: Sequence[Column]) -> Drafted:
    """A question with the texts that stand beside its answer."""
    for column in beside:
        named = [option for option in question.options if same(option, column.label)]
        question = replace(question, positions=(*question.positions, column.position))
        if question.options and (named or _OTHER.search(column.label)):
            question = replace(question, other=(*question.other, column.label))
        elif question.comment is None:
            question = replace(question, comment=column.label)
    return question


# ---- several columns


def _together(group: Group, positions: tuple[int, ...]) -> Drafted | None:
    """The question that several labelled columns make; None where they make none."""
    columns = group.columns
    ticks = [column for column in columns if _only_ticks(column)]
    texts = [column for column in columns if not _only_ticks(column)]
    if ticks and len(texts) <= max(1, len(columns) // 5):
        return _ticked(group, ticks, texts)
    answered = [column for column in columns if column.filled]
    base = Drafted(group.title, "open", positions, rows=tuple(column.label for column in columns))
    if len(set(base.rows)) < len(base.rows):
        return None
    if len(answered) > 1 and _are_ranks(answered, len(columns)):
        return replace(base, type="ranking", options=base.rows, rows=())
    together: Counter[str] = Counter()
    for column in answered:
        together.update(column.counts)
    if len(answered) > 1 and places_of(base.rows) and _once_each(answered):
        return replace(base, type="ranking", options=tuple(together), rows=())
    numbers = _are_numbers(together)
    listing = find_listing(together, own_words=False)
    if listing and len(together) > 1.5 * len(listing.options):
        options, ordered = in_natural_order(listing.options)
        kind = "matrix_multiple"
        return replace(base, type=kind, options=options, ordered=ordered, listed=True)
    shared = _shared_options(answered)
    if shared and not (numbers and len(together) >= _FEWEST_NUMBERS):
        options, ordered = in_natural_order(shared)
        return replace(base, type="matrix", options=options, ordered=ordered)
    if numbers:
        return replace(base, type="numeric")
    return None if any(_are_options("", column.counts) for column in answered) else base


def _only_ticks(column: Column) -> bool:
    """Whether a column has nothing but ticks of its label, or of the option in it ("Bath - Mop");
    one that nobody filled may have."""
    labels = (column.label, column.label.rpartition(" - ")[2])
    return all(is_tick_or_none(text, *labels) for text in column.counts)


def _ticked(group: Group, ticks: Sequence[Column], texts: Sequence[Column]) -> Drafted | None:
    """A question each of whose options has a column; what else stands there are texts beside."""
    positions = tuple(column.position for column in group.columns)
    labels = tuple(dict.fromkeys(column.label for column in ticks))
    grid = _grid(labels)
    if grid and not texts:
        return _ticked_grid(group, *grid)
    labelled = [column.label for column in group.columns]
    chosen = Counter(
        sum(_is_chosen(text, label) for text, label in zip(each, labelled, strict=True))
        for each in zip(*(column.texts for column in group.columns), strict=True)
    )
    answered = chosen.total() - chosen[0]
    several = sum(n for size, n in chosen.items() if size > 1)
    single = several <= _HARDLY_ANY * answered and not _ALL_THAT_APPLY.search(group.title)
    beside = tuple(column.label for column in texts)
    others = tuple(label for label in beside if _OTHER.search(label) or label in labels)
    comments = [label for label in beside if label not in others]
    if len(comments) > 1:
        return None
    made = Drafted(
        group.title,
        "single" if single and len(labels) > 1 else "multiple",
        positions,
        labels,
        other=others or tuple(comments[:1] if not labels else ()),
        comment=comments[0] if comments else None,
        spread=True,
    )
    if made.type == "single":
        return replace(made, ordered=in_natural_order(list(labels))[1])
    return replace(made, exclusive=tuple(_exclusive(ticks)))


def _ticked_grid(group: Group, rows: tuple[str, ...], labels: Sequence[str]) -> Drafted:
    """A question with a column for each row and option."""
    positions = tuple(column.position for column in group.columns)
    options, ordered = in_natural_order(labels)
    several = _ALL_THAT_APPLY.search(group.title) or _ticks_several(group, rows)
    kind = "matrix_multiple" if several else "matrix"
    return Drafted(group.title, kind, positions, options, rows, ordered=ordered, spread=True)


def _is_chosen(text: str, label: str) -> bool:
    """Whether a cell says more than that its option was not chosen."""
    return bool(text) and (same(text, label) or text.casefold() not in UNCHECKED)


def _grid(labels: Sequence[str]) -> tuple[tuple[str, ...], list[str]] | None:
    """Rows and options of labels that are all "Row - Option"; None where they are not."""
    cuts = [label.rpartition(" - ") for label in labels]
    rows = tuple(dict.fromkeys(row for row, _, _ in cuts))
    options = list(dict.fromkeys(option for _, _, option in cuts))
    whole = all(row and option for row, _, option in cuts)
    if whole and len(rows) > 1 and len(options) > 1 and len(rows) * len(options) == len(labels):
        return rows, options
    return None


def _ticks_several(group: Group, rows: Sequence[str]) -> bool:
    """Whether some tick two options in a row, or too few answered to tell that nobody does."""
    answered = several = 0
    for row in rows:
        own = [column for column in group.columns if column.label.rpartition(" - ")[0] == row]
        chosen = [[_is_chosen(text, each.label) for text in each.texts] for each in own]
        ticks = [sum(each) for each in zip(*chosen, strict=True)]
        answered += sum(n > 0 for n in ticks)
        several += sum(n > 1 for n in ticks)
    return several > _HARDLY_ANY * answered or answered < _ALONE


def _exclusive(ticks: Sequence[Column]) -> Iterator[str]:
    """Options that say none, and stand alone."""
    chosen = [[_is_chosen(text, column.label) for text in column.texts] for column in ticks]
    each = list(zip(*chosen, strict=True))
    for number, column in enumerate(ticks):
        own = sum(chosen[number])
        if _NONE.search(column.label) and own >= _ALONE:
            beside = sum(sum(row) > 1 for row in each if row[number])
            if beside <= _HARDLY_ANY * own:
                yield column.label


def _are_ranks(columns: Iterable[Column], most: int) -> bool:
    """Whether the columns hold the places of an order, each of a respondent's once."""
    columns = list(columns)
    places = {str(n) for n in range(1, most + 1)}
    if any(not set(column.counts) <= places for column in columns) or most < 2:
        return False
    return _once_each(columns)


def _once_each(columns: Sequence[Column]) -> bool:
    """Whether respondents gave no answer in two of the columns."""
    rows = [list(filter(None, row)) for row in zip(*(c.texts for c in columns), strict=True)]
    rows = [row for row in rows if len(row) > 1]
    distinct = sum(len(set(row)) == len(row) for row in rows)
    return len(rows) > 0 and distinct >= 0.9 * len(rows)


def _shared_options(columns: Sequence[Column]) -> list[str]:
    """The options that all columns share; [] where they share none."""
    if not columns:
        return []
    counts: Counter[str] = Counter()
    for column in columns:
        counts.update(column.counts)
    most = max(len(column.counts) for column in columns)
    folded = {key(text) for text in counts}
    common = [c for c in columns if 2 * sum(key(t) in folded for t in c.counts) >= most]
    if len(counts) > min(_MOST_OPTIONS, most + 3) or len(common) < len(columns):
        return []
    return list(counts) if _are_options("", counts) or len(counts) <= _FEW_TEXTS else []
