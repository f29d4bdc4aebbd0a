"""What messages call columns, and how much of a text they show."""

import re
from functools import lru_cache

from dmsi_lib.reading.header.headers import Block
from dmsi_lib.reading.identities.finder import find_identities

_LONGEST_WORD = 30
_WORD_BEFORE = re.compile(r"(?<!\w)\w+\Z")


def called(position: int, title: str) -> str:
    """A column as people name it: number, spreadsheet letters and title."""
    letters, n = "", position + 1
    while n:
        n, rest = divmod(n - 1, 26)
        letters = chr(65 + rest) + letters
    return f"column {position + 1} ({letters}) '{shortened(title)}'"


def where(block: Block) -> str:
    """A block as people name it: by its first column."""
    return called(min(block.columns), block.name)


@lru_cache(maxsize=10_000)  # a file that does not fit is read again with every remedy
def shortened(text: str, most: int = 70) -> str:
    """A text of at most so many characters; where some are left out, it says so.

    No word is cut, nor an address or a number: half of it would no longer be known for what it is.
    """
    if len(text) <= most:
        return text
    cut = most - 1
    inside = [found.start for found in find_identities(text) if found.start < cut < found.end]
    word = _WORD_BEFORE.search(text[:cut])
    if word and text[cut].isalnum() and cut - word.start() <= _LONGEST_WORD:
        inside.append(word.start())
    return text[: min([cut, *inside])] + "…"
