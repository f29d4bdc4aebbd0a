"""Codes for options and rows that only the file names."""

import re
from collections.abc import Container
from itertools import chain, count

from dmsi_lib.questionnaire import COMMENT, NOT_A_NUMBER, NOT_STATED, OTHER, OTHER_TEXT
from dmsi_lib.wording import plain, without_marks

RESERVED = {COMMENT, NOT_A_NUMBER, NOT_STATED, OTHER, OTHER_TEXT}
_LONGEST = 40
_BETWEEN_WORDS = re.compile(r"\W+")


def new_code(label: str, taken: Container[str]) -> str:
    """A code made of a label that is neither taken yet nor reserved."""
    return free_code(code_of(label), taken, RESERVED)


def code_of(label: str) -> str:
    """A code made of a label's letters and digits."""
    words = _BETWEEN_WORDS.sub("_", without_marks(plain(label)).casefold()).strip("_")
    return words[:_LONGEST].rstrip("_") or "unnamed"


def free_code(code: str, *taken: Container[str]) -> str:
    """A code, with a number behind it where it is taken."""
    candidates = chain([code], (f"{code}_{number}" for number in count(2)))
    return next(each for each in candidates if not any(each in codes for codes in taken))
