"""Cells that list several answers: "Apples, Bread", perhaps with somebody's own words at the end.

A label may hold the sign between two answers itself ("Tablet, large"): pieces that always follow
each other, or that a bracket holds together, are one label. What few wrote is no option: it stays
an own text, since what is an option is published.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_MARKS = (";", ", ", "|", "\n", ",")
_MOST_OPTIONS = 60
_FEWEST_EACH = 4  # respondents an option has on average
_OFTEN = 5  # respondents, of whom pieces that always stand together are one
_CHOSEN_BY = (2.0, 5.0)  # respondents who choose an option beside which some write, at least,
_SHARE_OF_FEW = 0.05  # by the number of respondents: this share until it is the greater number,
_SHARE_OF_MANY = 0.01  # and from there on this one
_KNOWN = 0.75  # of what is listed must be options, where some write words of their own
_SEVERAL = 0.05  # of the cells must list two options or more


@dataclass(frozen=True)
class Listing:
    """What the cells of a column list.

    Attributes
    ----------
    options : in the order in which they first stand there
    own : whether some wrote words of their own besides
    doubtful : whether an option may be a piece of one, or several in one
    """

    options: tuple[str, ...]
    own: bool = False
    doubtful: bool = False


def fewest_of_an_option(respondents: int) -> float:
    """How many choose an option at least, where what fewer say may be words of their own."""
    lowest, usual = _CHOSEN_BY
    return max(lowest, min(usual, _SHARE_OF_FEW * respondents), _SHARE_OF_MANY * respondents)


def find_listing(counts: Counter[str], own_words: bool | None = None) -> Listing | None:
    """What a column lists, by how often each text stands there; None where it lists nothing.

    Parameters
    ----------
    counts : respondents by text
    own_words : whether words of one's own stand at the end, as Google Forms writes them; None
        where nothing is known of it
    """
    for mark in _MARKS:
        if any(mark in text for text in counts):
            found = _listing(counts, mark, own_words)
            if found:
                return found
    return None


def _listing(counts: Counter[str], mark: str, own_words: bool | None) -> Listing | None:
    cut = {text: list(_pieces(text, mark)) for text in counts}
    joined = _joined(cut, counts, mark)
    pieces: Counter[str] = Counter()
    for text, parts in joined.items():
        pieces.update({part: counts[text] for part in parts})
    least = fewest_of_an_option(counts.total())
    whole = not own_words or min(pieces.values(), default=0) >= least
    if whole and _repeat(pieces) and len(pieces) < len(counts):
        return Listing(tuple(pieces), doubtful=_is_doubtful(list(pieces), mark))
    often = {piece for piece, n in pieces.items() if n >= least}
    own = _behind_others(joined, counts, often)
    options = tuple(piece for piece in pieces if piece in often and 2 * own[piece] <= pieces[piece])
    known = sum(pieces[piece] for piece in options)
    several = sum(n for text, n in counts.items() if len({*joined[text]} & {*options}) > 1)
    if own_words is False or not 1 < len(options) <= _MOST_OPTIONS:
        return None
    if known < _KNOWN * pieces.total() or several < _SEVERAL * counts.total():
        return None
    return Listing(options, own=True, doubtful=_is_doubtful(options, mark))


def _behind_others(
    joined: dict[str, list[str]], counts: Counter[str], often: set[str]
) -> Counter[str]:
    """How often each frequent piece stands behind one that is not: in somebody's own words."""
    found: Counter[str] = Counter()
    for text, parts in joined.items():
        first = next((n for n, part in enumerate(parts) if part not in often), len(parts))
        found.update({part: counts[text] for part in parts[first:]})
    return found


def _repeat(pieces: Counter[str]) -> bool:
    """Whether pieces repeat themselves as options do."""
    once = sum(n == 1 for n in pieces.values())
    return (
        1 < len(pieces) <= _MOST_OPTIONS
        and pieces.total() >= _FEWEST_EACH * len(pieces)
        and 3 * once <= len(pieces) + 2
    )


def _pieces(text: str, mark: str) -> Iterator[str]:
    """The pieces of a text between marks; a bracket is not cut."""
    whole = ""
    for piece in text.split(mark):
        whole = f"{whole}{mark}{piece}" if whole else piece
        if whole.count("(") <= whole.count(")"):
            if whole.strip():
                yield whole.strip()
            whole = ""
    if whole.strip():
        yield whole.strip()


def _joined(cut: dict[str, list[str]], counts: Counter[str], mark: str) -> dict[str, list[str]]:
    """The pieces of each text, those that always follow each other as one."""
    while True:
        left: Counter[str] = Counter()
        follows: Counter[tuple[str, str]] = Counter()
        for text, parts in cut.items():
            for number, part in enumerate(parts):
                left[part] += counts[text]
                follows[part, "".join(parts[number + 1 : number + 2])] += counts[text]
        always = {pair for pair, n in follows.items() if pair[1] and n == left[pair[0]] >= _OFTEN}
        before: Counter[str] = Counter()
        for pair in always:
            before[pair[1]] += follows[pair]
        one = {pair for pair in always if before[pair[1]] == left[pair[1]]}
        if not one:
            return cut
        cut = {text: list(_together(parts, one, mark)) for text, parts in cut.items()}


def _together(parts: Sequence[str], one: set[tuple[str, str]], mark: str) -> Iterator[str]:
    number = 0
    while number < len(parts):
        pair = (parts[number], parts[number + 1]) if number + 1 < len(parts) else None
        yield mark.join(pair) if pair in one and pair else parts[number]
        number += 2 if pair in one else 1


def _is_doubtful(pieces: Sequence[str], mark: str) -> bool:
    """Whether one was put together, or some, not all, begin with a small letter, as the rest of a
    label does."""
    small = sum(bool(re.match(r"[a-zß-ÿ]", piece)) for piece in pieces)
    return any(mark in piece for piece in pieces) or 0 < small < len(pieces)
