"""Codes for options and rows that only the file names."""

import re
from collections.abc import Container

from dmsi_lib.questionnaire import COMMENT, NOT_A_NUMBER, NOT_STATED, OTHER, OTHER_TEXT
from dmsi_lib.wording import plain, without_marks

RESERVED = {COMMENT, NOT_A_NUMBER, NOT_STATED, OTHER, OTHER_TEXT}
_LONGEST = 40
_BETWEEN_WORDS = re.compile(r"\W+")


def new_code(label: str, taken: Container[str]) -> str:
    """A code made of a label's letters and digits that is not taken yet."""
    words = _BETWEEN_WORDS.sub("_", without_marks(plain(label)).casefold()).strip("_")
    code = words[:_LONGEST].rstrip("_") or "unnamed"
    number, found = 1, code
    while found in taken or found in RESERVED:
        number += 1
        found = f"{code}_{number}"
    return found
