"""What stands between the fields of a CSV file: commas, or semicolons or tabs where that is sure.

Excel writes semicolons where the comma is the decimal mark (French, German), and may say so in a
first line `sep=;`. Only the beginning of a file is looked at.
"""

import csv
import io
import re
from itertools import islice

from dmsi_lib.errors import InputError
from dmsi_lib.files import Place

COMMA = ","
_OTHERS = {";": "semicolons", "\t": "tabs"}
_SAID = re.compile(r'"?sep=([,;\t])"?[;,\t]*(\r\n|\r|\n)', re.IGNORECASE)
BEGINNING = 200_000  # characters; a header of 16,384 columns has them
_RECORDS = 20


def separator(text: str, path: Place) -> tuple[str, int]:
    """The separator of a file's text, and how many characters of a line say so (mostly 0).

    Where the fields seem to be separated otherwise than by commas, but it is not sure how, the
    file is refused.
    """
    said = _SAID.match(text)
    if said:
        return said[1], said.end()
    beginning = text[:BEGINNING]
    found = {mark: _records(beginning, mark) for mark in (COMMA, *_OTHERS)}
    commas = found[COMMA]
    for mark, name in _OTHERS.items():
        if not _seems(found[mark], commas):
            continue
        if _width(found[mark]) and not _width(commas):
            return mark, 0
        number = next((n for n, row in enumerate(found[mark], 1) if any(map(str.strip, row))), 1)
        raise InputError(
            f"{path}, row {number}: fields seem to be separated by {name}, but it is not sure: "
            "commas or rows of different length are in the way. Save the file as comma-separated "
            f"CSV, or write the line sep={mark} above the first."
        )
    return COMMA, 0


def _records(text: str, mark: str) -> list[list[str]]:
    """The first records of a text, if `mark` separates the fields; the last may be cut off."""
    found: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    try:
        found.extend(islice(reader, _RECORDS))
    except csv.Error:  # not for this mark, or a cell that is cut off
        return found
    return found[:-1] if len(text) == BEGINNING and len(found) < _RECORDS else found


def _below_the_title(records: list[list[str]]) -> list[list[str]]:
    """The records from the header on: blank ones, and a title in one cell, may stand above it."""
    filled = [row for row in records if any(map(str.strip, row))]
    while filled and len(filled[0]) == 1 and not set(filled[0][0]) & {COMMA, *_OTHERS}:
        filled.pop(0)
    return filled


def _seems(records: list[list[str]], commas: list[list[str]]) -> bool:
    """Whether a header has more fields by this mark, which is in its first one by commas."""
    header, by_commas = (next(iter(_below_the_title(each)), []) for each in (records, commas))
    if not by_commas:
        return len(header) > 1
    return header[:1] != by_commas[:1] and len(header) > max(len(by_commas), 1)


def _width(records: list[list[str]]) -> int:
    """How many fields every record has; 0 where they differ, or have but one."""
    widths = {len(row) for row in _below_the_title(records)}
    return max(widths) if len(widths) == 1 and max(widths) > 1 else 0
