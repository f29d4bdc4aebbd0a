"""Telephone numbers in a text: those that `phonenumbers` knows, and what is written like one.

Sources: the numbering plans of libphonenumber; ITU-T E.164 (a country's code and at most 15 digits,
behind + or the prefix 00, from North America 011); the North American plan (3-3-4 digits, an
exchange never begins with 0 or 1).
"""

import re
from functools import cache
from itertools import chain

Span = tuple[int, int]
_CUE = (
    r"(?i)(?:\b(?:call|phone|tel|text|cell|fax|number|mobile|whatsapp|viber|imo|appele[rz]|tél|"
    r"téléphone|cellulaire|portable|numéro)\W{1,3}(?:\w{1,12}\s){0,3})"
)
_SHAPES = (
    # Behind a country's code; three noughts and three noughts again are rather a quantity.
    r"(?<![\w.,+])(?:\+\s?|00[ -]?|011[ -]?)(?!\d{1,3}(?:[ ,]000)+(?!\d))"
    r"[1-9](?:[ ().\-/]{0,3}\d){7,14}(?!\d)",
    r"(?<![\w.-])(?:1[-. ])?(?:\(\d{3}\)\s?|\d{3}(?P<sep>[-.]))\d{3}(?(sep)(?P=sep)|[-. ])"
    r"\d{4}(?![\w-])",
    # Three noughts at the end are rather those of a range.
    r"(?<![\d-])[2-9]\d{2}-(?!\d000)\d{4}(?![\d-])",
    # As they are dialled within many other countries: behind a nought.
    r"(?<![\d.,-])0\d(?:[ .-]\d\d){4}(?![\d-])",
    r"(?<![\d.,-])(?:0\d{2,4}[ -]\d{6,8}|0\d\d[ -]\d{3,4}[ -]\d{4}|"
    r"0\d{3,4}[ -]\d{3}[ -]\d{3,4})(?![\d-])",
    # Only where the words before say so.
    rf"{_CUE}(?P<span>[2-9]\d{{2}}[ .]\d{{4}})(?!\d)",
    rf"{_CUE}(?P<span>0\d{{2,4}}(?:[ .-]?\d){{6,9}}|[1-9]\d{{9,14}})(?!\d)",
    r"(?i)\b(?:ext|extension|poste)\b\.?\s?#?\d{2,6}\b(?!\s(?:day|week|month|year|hour))",
)
_DIGIT = re.compile(r"\d")
_FEWEST = 7  # digits of a number that is looked up


def find_telephones(text: str) -> list[Span]:
    """Where telephone numbers stand in a text, with their extensions; places may overlap."""
    if not _DIGIT.search(text):
        return []
    matches = chain.from_iterable(shape.finditer(text) for shape in _compiled())
    found = [m.span("span" if "span" in m.re.groupindex else 0) for m in matches]
    return found + _known_numbers(text)


@cache
def _compiled() -> list[re.Pattern[str]]:
    """The shapes, compiled when the first text with a digit is searched."""
    return [re.compile(shape) for shape in _SHAPES]


def _known_numbers(text: str) -> list[Span]:
    """Numbers that are valid in Canada or behind + and a country's code."""
    if sum(map(str.isdigit, text)) < _FEWEST:
        return []
    from phonenumbers import Leniency, PhoneNumberMatcher

    tries = len(text) + 1  # the default gives up on long texts
    matcher = PhoneNumberMatcher(text, "CA", leniency=Leniency.VALID, max_tries=tries)
    return [(match.start + _opens(match.raw_string), match.end) for match in matcher]


def _opens(number: str) -> int:
    """1 for a bracket in front that is closed behind the number, as in "(604-555-0142, always)"."""
    return int(number.startswith("(") and ")" not in number)
