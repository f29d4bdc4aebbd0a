"""Lists that people keep by hand as CSV files: tags, reviewed quotations, published figures."""

import csv
import io

from dmsi_lib.errors import InputError
from dmsi_lib.files import Place, content_of

_LARGEST = 100_000_000  # bytes; a list of a hundred thousand respondents' tags has a few million


def read_lines(path: Place) -> list[tuple[int, list[str]]]:
    """Read a CSV file strictly: UTF-8, with or without a byte order mark, quotation marks in pairs.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    list of (int, list of str): the number of the line a row ends on, and its fields

    Raises
    ------
    InputError
        Where the file can't be read.
    """
    content = content_of(path, _LARGEST)
    try:
        reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        return [(reader.line_num, row) for row in reader]
    except (csv.Error, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not a readable UTF-8 CSV file ({error}).") from None


def read_list(path: Place, columns: list[str]) -> list[list[str]]:
    """Read a CSV file with these columns: its rows as lists of texts, without the header.

    Parameters
    ----------
    path : str or Path
    columns : list of str

    Returns
    -------
    list of list of str

    Raises
    ------
    InputError
        Where the file can't be read or its columns are not exactly the expected ones.
    """
    rows = [row for _, row in read_lines(path)]
    if not rows or rows[0] != columns:
        raise InputError(f"{path}, row 1: expected the columns {', '.join(columns)}.")
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(columns):
            raise InputError(f"{path}, row {number}: {len(row)} fields; expected {len(columns)}.")
    return rows[1:]
