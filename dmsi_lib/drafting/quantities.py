"""How much an option says: its first number with its unit, "6 months" below "2 years"."""

import re
from collections.abc import Sequence

from dmsi_lib.wording import key

_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve"),
)
_NUMBER_WORDS = {word: number for number, word in enumerate(_WORDS)}
_NUMBER_WORDS |= {"a": 1, "an": 1, "once": 1, "twice": 2}
_NOTHING = {"none", "never", "zero", "noneatall", "notatall"}
_DAYS = {  # how many a unit of time has
    **{"second": 1 / 86400, "sec": 1 / 86400, "minute": 1 / 1440, "min": 1 / 1440},
    **{"hour": 1 / 24, "hr": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.4, "quarter": 91.3},
    **{"year": 365.25, "yr": 365.25, "decade": 3652.5},
}
_TIMES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mio": 1e6, "million": 1e6, "billion": 1e9}
_UNIT = r"(?P<unit>[a-z]+?)s?(?![a-z])"
_QUANTITY = re.compile(
    rf"(?P<sign>(?<![\w)\]])[-\N{{MINUS SIGN}}])?\s*[$€£]?\s*(?P<number>{_NUMBER})"
    rf"(?:\s*(?:-|–|to|and)\s*[$€£]?\s*{_NUMBER})?\s*\+?\s*(?:{_UNIT})?",
    re.IGNORECASE,
)
_HEIGHT = re.compile(r"(?P<feet>\d+)\s*(?:'|′|’|ft\b\.?|feet\b)\s*(?P<inches>\d+)?", re.IGNORECASE)
_WORD = re.compile(rf"\b(?P<number>{'|'.join(_NUMBER_WORDS)})\b\s*(?:{_UNIT})?", re.IGNORECASE)
_VERSION = re.compile(r"(?P<name>\D*?)\s*v?(?P<number>\d+(?:\.\d+)+)", re.IGNORECASE)
_BELOW = re.compile(
    r"^\s*(<|under|less than|fewer than|below|up to|moins de)|(or (younger|less|fewer|under))\b",
    re.I,
)
_ABOVE = re.compile(
    r"^\s*(>|over|more than|above|plus de)|\+"
    r"|\b(and (up|over|above|older)|or (more|over|older|above))\b",
    re.I,
)


def by_number(options: Sequence[str]) -> list[float | None]:
    """The place of each option by its number; None of one that has none."""
    versions = _versions(options)
    if versions:
        return versions
    heights = [_HEIGHT.search(option) for option in options]
    if all(heights):
        return [_height(option) for option in options]
    return [_place(option) for option in options]


def _place(option: str) -> float | None:
    amount = 0.0 if key(option) in _NOTHING else _amount(option)
    return None if amount is None else _beside(option, amount)


def _beside(option: str, amount: float) -> float:
    """A little below a number that is only reached, a little above one that is passed."""
    step = abs(amount) * 1e-3 + 1e-9
    return amount - step if _BELOW.search(option) else amount + step * bool(_ABOVE.search(option))


def _amount(option: str) -> float | None:
    found = _QUANTITY.search(option)
    if found:
        amount = float(found["number"].replace(",", ""))
        unit = (found["unit"] or "").lower()
        return (-amount if found["sign"] else amount) * (_DAYS | _TIMES).get(unit, 1.0)
    word = _WORD.search(option)
    if word is None or (word["number"].lower() in ("a", "an") and not _is_time(word["unit"])):
        return None
    return _NUMBER_WORDS[word["number"].lower()] * _DAYS.get((word["unit"] or "").lower(), 1.0)


def _is_time(unit: str | None) -> bool:
    return (unit or "").lower() in _DAYS


def _height(option: str) -> float:
    found = _HEIGHT.search(option)
    assert found is not None
    return _beside(option, 12.0 * int(found["feet"]) + int(found["inches"] or 0))


def _versions(options: Sequence[str]) -> list[float | None]:
    """The places of versions of one thing, "3.9" below "3.10"; [] where they are none."""
    found = [_VERSION.fullmatch(option.strip()) for option in options]
    names = {match["name"].strip().lower() for match in found if match}
    if not all(found) or len(names) != 1 or "" in names:
        return []
    numbers = [tuple(map(int, match["number"].split("."))) for match in found if match]
    return [float(sorted(numbers).index(number)) for number in numbers]
