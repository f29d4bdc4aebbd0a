"""The ledger of a published report: every figure it prints, where, and in what relation."""

import operator
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dmsi_lib.errors import InputError, problems
from dmsi_lib.reading import read_lines

# In the order of authority: where two places disagree, the table is the reference.
STATEMENT = "statement"  # of words alone: the number that they are held against is our reading
KINDS = ("table", "total", "ranking", "prose", STATEMENT)
MEASURES = ("option", "answered", "rank", "theme", "themes", "other_text", "lost")
DECIMALS = 2
ERROR = "report's error"


def round_half_up(percent: Any) -> Any:
    """A percentage as the report prints it; 10 of 64 is 15.63, which round() makes 15.62.

    Parameters
    ----------
    percent : float, array or Series, 0 to 100

    Returns
    -------
    the same, rounded to DECIMALS
    """
    return np.floor(percent * 10**DECIMALS + 0.5 + 1e-9) / 10**DECIMALS


# How a figure relates to what is stated of it; "almost" is below, by one point at the most.
RELATIONS = {
    "=": lambda percent, stated: round_half_up(percent) == stated,
    ">": operator.gt,
    "<": operator.lt,
    "~": lambda percent, stated: stated - 1 <= percent < stated,
}
_TEXT, _WHOLE = (r".*\S.*", "a text"), (r"[0-9]{1,9}", "a whole number")
_OPTIONAL = (r"([0-9]{1,9})?", "a whole number or nothing")
_SHAPES = {
    "figure": _WHOLE,
    "section": _TEXT,
    "kind": ("|".join(KINDS), f"one of {', '.join(KINDS)}"),
    "source_line": _WHOLE,
    "question": _TEXT,
    "item": (r".*", "a code or nothing"),
    "measure": ("|".join(MEASURES), f"one of {', '.join(MEASURES)}"),
    "label": _TEXT,
    "count": _OPTIONAL,
    "percent": (r"((100|[0-9]{1,2})(\.[0-9]{1,2})?)?", "0 to 100 with two decimals, or nothing"),
    "base": _OPTIONAL,
    "relation": ("|".join(RELATIONS), f"one of {' '.join(RELATIONS)}"),
    "rank": _OPTIONAL,
    "reading": (r".*", "a note or nothing"),
}
COLUMNS = tuple(_SHAPES)
WAVE = "wave"  # a last column that a ledger may have: the wave that its figures are of
_NEEDED = {"table": ("count", "percent", "base"), "total": ("count",), "ranking": ("rank",)}


def read_published(path: str | Path) -> pd.DataFrame:
    """Read the figures of a published report.

    Parameters
    ----------
    path : str or Path
        UTF-8 comma-separated text with the columns of `COLUMNS`, in that order, and perhaps `wave`
        as a last one, the same in every row; see `is_of_wave`.

    Returns
    -------
    DataFrame, one row a figure; `figure`, `source_line`, `count`, `base` and `rank` are Int64,
    `percent` is a float from 0 to 100, the rest are texts ("" for nothing).

    Raises
    ------
    InputError
        One message: file, and for each fault the row, what was found and what was expected.
    """
    (_, header), *rows = read_lines(path) or [(1, [])]
    if not _is_header(header):
        raise InputError(f"{path}: row 1: found columns {header}, expected {list(COLUMNS)}.")
    faults = [
        fault
        for number, (line, cells) in enumerate(rows, 1)
        for fault in _row_faults(number, line, cells, len(header))
    ]
    waves = {cells[-1].strip() for _, cells in rows if WAVE in header and cells}
    if len(waves) > 1 and not faults:
        found = ", ".join(map(repr, sorted(waves)))
        faults = [f"column '{WAVE}': found {found}; expected one wave in all rows."]
    if faults or not rows:
        faults = faults or ["row 2: found the end of the file, expected at least one figure."]
        raise InputError(problems(f"{path}: the published figures can't be used.", faults))
    frame = pd.DataFrame([cells[: len(COLUMNS)] for _, cells in rows], columns=list(COLUMNS))
    for name in ("figure", "source_line", "count", "base", "rank"):
        frame[name] = pd.array([int(text) if text else pd.NA for text in frame[name]], "Int64")
    frame["percent"] = [float(text) if text else np.nan for text in frame["percent"]]
    return frame


def is_ledger(path: str | Path) -> bool:
    """Whether a file has the columns of a ledger; an export has others."""
    if Path(path).suffix.lower() != ".csv":
        return False
    try:
        lines = read_lines(path)
    except InputError:
        return False
    return bool(lines) and _is_header(lines[0][1])


def is_of_wave(path: str | Path, wave: str) -> bool:
    """Whether there is a ledger whose figures are of a wave; one without a wave is of any.

    Examples
    --------
    >>> is_of_wave("data/published_figures.csv", "2018")
    True
    """
    if not Path(path).is_file():
        return False
    try:
        (_, header), *rows = read_lines(path) or [(1, [])]
    except InputError:  # whoever reads it all says what is wrong with it
        return True
    return WAVE not in header or not rows or rows[0][1][-1].strip() in ("", wave.strip())


def _is_header(cells: list[str]) -> bool:
    return tuple(cells) in (COLUMNS, (*COLUMNS, WAVE))


def _row_faults(number: int, line: int, cells: list[str], width: int) -> list[str]:
    """What is wrong with one row, a text each; `number` is the figure it should be."""
    if len(cells) != width:
        return [f"row {line}: found {len(cells)} fields, expected {width}."]
    row = dict(zip(COLUMNS, cells, strict=False))
    faults = [
        f"row {line}: column '{name}': found '{row[name]}', expected {expected}."
        for name, (pattern, expected) in _SHAPES.items()
        if not re.fullmatch(pattern, row[name])
    ]
    if not faults and int(row["figure"]) != number:
        faults.append(f"row {line}: column 'figure': found {row['figure']}, expected {number}.")
    faults += [
        f"row {line}: column '{name}': found nothing, expected a number (kind {row['kind']})."
        for name in _NEEDED.get(row["kind"], ())
        if not row[name]
    ]
    if not (row["count"] or row["percent"] or row["rank"]):
        faults.append(f"row {line}: found no figure, expected a count, percent or rank.")
    return faults


def plain_number(value: str | float) -> str:
    """A figure as text, without a decimal point where it needs none."""
    return value if isinstance(value, str) else f"{value:.10g}"
