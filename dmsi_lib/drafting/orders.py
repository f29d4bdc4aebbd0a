"""The order of options: by the numbers in them, or by what they say of how much and how often.

Where neither tells, the order is that in which they first stand in the file.
"""

import re
from collections.abc import Sequence

from dmsi_lib.wording import key

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_BELOW = re.compile(
    r"^\s*(<|under|less than|fewer than|below|up to|moins de)|(or (younger|less|fewer|under))\b",
    re.I,
)
_ABOVE = re.compile(
    r"^\s*(>|over|more than|above|plus de)|\+"
    r"|\b(and (up|over|above|older)|or (more|over|older|above))\b",
    re.I,
)
_FEWEST_NUMBERED = 3
# Words of scales, from low to high; an option has the place of the first that it begins with or is.
_SCALES = (
    "never|hardly ever|rarely|seldom|once a year or less|once a year|a few times a year"
    "|once a month or less|occasionally|sometimes|once a month|a few times per month"
    "|a few times a month|once a week|weekly or more|weekly|once in a while|a few times per week"
    "|a few times a week|about half the time|often|usually|frequently|most of the time|once a day"
    "|daily|every day|every night|several times a day|always",
    "strongly disagree|disagree strongly|somewhat disagree|disagree somewhat|disagree"
    "|neither agree nor disagree|neither|neutral|somewhat agree|agree somewhat|agree"
    "|strongly agree|agree strongly",
    "not at all|not very|not so|not much|not too|a little|slightly|somewhat|some|moderately"
    "|fairly|quite|very|a lot|extremely|completely",
    "very unlikely|extremely unlikely|somewhat unlikely|unlikely|neither likely nor unlikely"
    "|somewhat likely|likely|very likely|extremely likely",
    "very dissatisfied|extremely dissatisfied|somewhat dissatisfied|dissatisfied"
    "|neither satisfied nor dissatisfied|somewhat satisfied|satisfied|very satisfied"
    "|extremely satisfied",
    "very unfavorably|somewhat unfavorably|neither favorably nor unfavorably"
    "|somewhat favorably|very favorably",
    "very poor|poor|fair|good|very good|excellent",
    "much worse|worse|about the same|the same|better|much better",
    "less than high school|some high school|high school|some college|associate|bachelor"
    "|graduate degree|master|doctor",
    "no|yes",
)
_PLACES = [{key(word): place for place, word in enumerate(words.split("|"))} for words in _SCALES]
_AGREE = len(_SCALES) - 1  # "yes" and "no" are no scale
_APART = re.compile(
    r"don.?t know|do not know|not sure|unsure|prefer not|rather not|not applicable|\bn/?a\b|"
    r"unfamiliar|no opinion|i don.?t do|does ?n.t apply|^other|^none",
    re.I,
)


def stands_apart(option: str) -> bool:
    """Whether an option has no place in an order, as "I don't know"."""
    return bool(_APART.search(option))


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
    apart = [option for option in options if stands_apart(option)]
    graded = [option for option in options if option not in apart]
    if len(graded) < 2:
        return tuple(options), False
    for places in (_by_number(graded), *(_by_words(graded, words) for words in _PLACES)):
        if places and len(set(places)) == len(places):
            low_to_high = [option for _, option in sorted(zip(places, graded, strict=True))]
            if _is_yes_no(graded):
                return (*reversed(low_to_high), *apart), False
            return (*low_to_high, *apart), len(graded) >= _FEWEST_NUMBERED
    return tuple([*graded, *apart]), False


def _is_yes_no(options: Sequence[str]) -> bool:
    return {key(option) for option in options} <= {"yes", "no"}


def _by_number(options: Sequence[str]) -> list[float]:
    """The place of each option by its first number; [] where one has none."""
    found = []
    for option in options:
        number = _NUMBER.search(option)
        if not number:
            return []
        place = float(number[0].replace(",", ""))
        found.append(
            place - 0.5 if _BELOW.search(option) else place + 0.5 * bool(_ABOVE.search(option))
        )
    return found


def _by_words(options: Sequence[str], places: dict[str, int]) -> list[float]:
    """The place of each option on a scale of words; [] where one is not on it."""
    found = []
    for option in options:
        text = key(option)
        fitting = [word for word in places if text == word] or [
            word for word in places if text.startswith(word)
        ]
        if not fitting:
            return []
        found.append(float(places[max(fitting, key=len)]))
    return found
