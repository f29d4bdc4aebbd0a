"""The order of options: by the numbers in them, or by what they say of how much and how often.

Where neither tells, the order is that in which they first stand in the file.
"""

import re
from collections.abc import Sequence

from dmsi_lib.drafting.quantities import by_number
from dmsi_lib.drafting.scale_words import by_words
from dmsi_lib.wording import key

_FEWEST_GRADED = 3
_WHOLE = re.compile(r"-?\d{1,9}")
_FEWEST_NUMBERED = 4  # beside which one option may have no number
# Numbers that files have for no answer, where they stand away from the others.
_NO_ANSWER = {"-1", "-9", "-99", "-999", "98", "99", "998", "999"}
_APART = re.compile(
    r"don.?t know|do not know|not sure|unsure|prefer not|rather not|not applicable|\bn/?a\b|"
    r"unfamiliar|no opinion|no answer|i don.?t do|does ?n.t apply|^other|^none",
    re.I,
)


def in_natural_order(options: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    """Options in their order, and whether it is one from low to high.

    Parameters
    ----------
    options : labels, in the order of the file

    Examples
    --------
    >>> in_natural_order(["> 60", "18-29", "45-60", "30-44"])
    (('18-29', '30-44', '45-60', '> 60'), True)
    >>> in_natural_order(["Steak", "Fish"])
    (('Steak', 'Fish'), False)
    """
    low_to_high, is_scale = _graded(options)
    rest = [option for option in options if option not in low_to_high]
    first = [option for option in rest if not _APART.search(option)]
    last = [option for option in rest if _APART.search(option)]
    if low_to_high:
        return (*low_to_high, *first, *last), is_scale
    return (*first, *last) if len(first) > 1 else tuple(options), False


def low_to_high(options: Sequence[str]) -> tuple[str, ...]:
    """The options that have a place on a scale, the lowest first; () where they make none."""
    found, is_scale = _graded(options)
    return found if is_scale else ()


def _graded(options: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    """The options with a place in an order, and whether each has its own and they are a scale."""
    return _by_number(options) or _by_words(options)


def _by_number(options: Sequence[str]) -> tuple[tuple[str, ...], bool] | None:
    """The options by their numbers; None where too many have none, or two have the same."""
    none = _numbers_for_none(options)
    numbers = zip(by_number(options), options, strict=True)
    placed = [(place, o) for place, o in numbers if place is not None and o not in none]
    with_place = {option for _, option in placed} | none
    without = [o for o in options if o not in with_place and not _APART.search(o)]
    few = len(without) <= (len(placed) >= _FEWEST_NUMBERED)
    if few and len(placed) > 1 and len({place for place, _ in placed}) == len(placed):
        return _sorted(placed), len(placed) >= _FEWEST_GRADED
    return None


def _by_words(options: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    """The options by what they say of how much; () where they say nothing of it."""
    graded = [option for option in options if not _APART.search(option)]
    places, shared = by_words(graded)
    if len(graded) < 2 or not places:
        return (), False
    found = _sorted(list(zip(places, graded, strict=True)))
    if {key(option) for option in graded} <= {"yes", "no"}:
        return found[::-1], False
    return found, len(graded) >= _FEWEST_GRADED and not shared


def _numbers_for_none(options: Sequence[str]) -> set[str]:
    """Those of whole numbers that stand for no answer, as -1 beside 1 to 5."""
    if not all(_WHOLE.fullmatch(option) for option in options):
        return set()
    there = set(map(int, options))
    near = {number + step for number in there for step in (-1, 1)}
    apart = {option for option in options if option in _NO_ANSWER and int(option) not in near}
    return apart if len(options) - len(apart) >= _FEWEST_GRADED - 1 else set()


def _sorted(placed: Sequence[tuple[float, str]]) -> tuple[str, ...]:
    return tuple(option for _, option in sorted(placed, key=lambda each: each[0]))
