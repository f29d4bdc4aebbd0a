"""A text as the rules of identities read it, however it was typed.

Arabic, Persian, Indic and full-width digits become 0 to 9, full-width letters and signs plain ones,
hyphens one hyphen and blanks one blank; what can't be seen, such as a zero-width space or a mark of
direction, is left out. What is found is where it was in the text as it is written.
"""

import unicodedata
from collections.abc import Sequence
from functools import cache
from itertools import chain

_HYPHENS = dict.fromkeys("\u2010\u2011\u2212\ufe63\uff0d", "-")


def readable(text: str) -> tuple[str, Sequence[int]]:
    """The text that is searched, and the place in the given one of each of its characters."""
    if text.isascii():
        return text, range(len(text))
    pieces = [_plain(character) for character in text]
    places = ([place] * len(piece) for place, piece in enumerate(pieces))
    return "".join(pieces), [*chain.from_iterable(places)]


@cache
def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Zs":
        return " "
    if category == "Cf":
        return ""
    if 0xFE50 <= ord(character) <= 0xFE6F or 0xFF01 <= ord(character) <= 0xFF5E:
        return _HYPHENS.get(character, unicodedata.normalize("NFKC", character))
    return _HYPHENS.get(character, character)
