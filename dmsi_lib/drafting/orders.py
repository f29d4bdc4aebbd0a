"""The order of options: by the numbers in them, or by what they say of how much and how often.

Where neither tells, the order is that in which they first stand in the file.
"""

import re
from collections.abc import Sequence

from dmsi_lib.drafting.quantities import by_number
from dmsi_lib.drafting.scale_words import by_words
from dmsi_lib.wording import key

_FEWEST_GRADED = 3
_FEWEST_NUMBERED = 4  # beside which one option may have no number
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
    numbers = by_number(options)
    placed = [
        (place, option) for place, option in zip(numbers, options, strict=True) if place is not None
    ]
    without = [
        o
        for o, place in zip(options, numbers, strict=True)
        if place is None and not _APART.search(o)
    ]
    few = len(without) <= (len(placed) >= _FEWEST_NUMBERED)
    if few and len(placed) > 1 and len({place for place, _ in placed}) == len(placed):
        return _sorted(placed), len(placed) >= _FEWEST_GRADED
    graded = [option for option in options if not _APART.search(option)]
    places, shared = by_words(graded)
    if len(graded) < 2 or not places:
        return (), False
    found = _sorted(list(zip(places, graded, strict=True)))
    if {key(option) for option in graded} <= {"yes", "no"}:
        return found[::-1], False
    return found, len(graded) >= _FEWEST_GRADED and not shared


def _sorted(placed: Sequence[tuple[float, str]]) -> tuple[str, ...]:
    return tuple(option for _, option in sorted(placed, key=lambda each: each[0]))
