"""One bar a group, or a row of a matrix, cut into the shares of all options."""

from collections.abc import Mapping
from typing import Any

import matplotlib
import numpy as np
import pandas as pd

from dmsi_lib.errors import InputError
from dmsi_lib.figures.headings import heading_of
from dmsi_lib.figures.lettering import PLAIN, SMALL, broken, height_of, width_of
from dmsi_lib.figures.pictures import Picture, marked_data, redrawable
from dmsi_lib.figures.reader_tables import (
    HIDDEN,
    Source,
    bar_text,
    hidden_rows,
    keeps_its_order,
    said,
    sizes,
    table_files,
)
from dmsi_lib.figures.sheets import (
    BAR_SIGN,
    INK,
    PALE,
    Sheet,
    new_sheet,
    text_width,
)
from dmsi_lib.figures.styles import Colour, style_now
from dmsi_lib.questionnaire import Question
from dmsi_lib.tables import as_written, lines_of

_KINDS = ("single", "matrix")
_UNDECIDED = ("dont_know", "not_stated")  # codes that did not decide
_LUMINANCE = (0.2126, 0.7152, 0.0722)  # relative, of red, green, blue (WCAG 2, without gamma)
_BAR, _BETWEEN, _PAD = 0.28, 0.12, 0.05  # inches: a bar, between bars, around figures in it


@redrawable
def plot_stacked(
    table: pd.DataFrame,
    question: Question,
    survey: Source,
    group_labels: Mapping[str, str] | None = None,
) -> Picture:
    """One stacked bar a group and row: the shares of all options of a single-choice question.

    Parameters
    ----------
    table, question, survey, group_labels : see `show_table`

    Raises
    ------
    InputError
        For a question of another type: its shares are not parts of one whole.
    """
    if question.type not in _KINDS:
        raise InputError(f"'{question.id}' is of type {question.type}; expected single or matrix.")
    bars = _bars(table, question, group_labels or {})
    options = table.drop_duplicates("item")  # of all groups: twins may offer different ones
    colours = _colours(list(options["item"]), keeps_its_order(question))
    heading, width = heading_of(table, question, survey, group_labels), text_width(survey)
    names = [broken(name, width) if name else [] for name, _ in bars]
    outside = [broken(_outside(rows, question, width), width, SMALL) for _, rows in bars]
    heights = [
        height_of(len(name), PLAIN)
        + _BAR
        + height_of(len(lines), SMALL) * bool(lines[0])
        + _BETWEEN
        for name, lines in zip(names, outside, strict=True)
    ]
    plain = options["item"].map(question.choices).fillna(options["label"])  # without its row
    labels = zip(options["item"], plain, strict=True)
    legend = [(BAR_SIGN, colours[item], label) for item, label in labels]
    sheet = new_sheet(heading, survey, sum(heights), legend)
    top = 0.0
    for (_, rows), name, lines, height in zip(bars, names, outside, heights, strict=True):
        sheet.write(0, top, "\n".join(name), va="top")
        at = top + height_of(len(name), PLAIN)
        _draw(sheet, at, rows, colours, question)
        below = at + _BAR + 0.02
        sheet.write(0, below, "\n".join(lines), va="top", fontsize=SMALL, color=PALE)
        top += height
    shown = ". ".join(
        f"{name}: {said(rows, question)}" if name else said(rows, question) for name, rows in bars
    )
    alt = heading.alt("Stacked bars. Counts and percents", shown, survey)
    files, data = table_files(table, survey), marked_data(as_written(table), survey)
    return Picture(question.id, sheet.figure, alt, tables=files, data=data)


def _bars(
    table: pd.DataFrame, question: Question, labels: Mapping[str, str]
) -> list[tuple[str, pd.DataFrame]]:
    """The rows of each bar, and what it is called: row of a matrix and group, with its base."""
    found = []
    for (row, group), rows in table.groupby(["row", "group"], sort=False):
        names = [question.rows.get(row, ""), labels.get(group, group)]
        named = ", ".join(filter(None, names))
        plain = rows.assign(label=rows["item"].map(question.choices).fillna(rows["label"]))
        found.append((f"{named} ({sizes(rows['base'])})" if named else "", plain))
    return found


def _colours(items: list[str], in_order: bool) -> dict[str, Colour]:
    """A colour for each option: shades of one where they stand in an order, another for who did
    not decide."""
    decided = [item for item in items if item not in _UNDECIDED]
    used = style_now().palette
    shades = matplotlib.colormaps[used.shades](np.linspace(0.25, 0.9, max(len(decided), 2)))
    palette = [tuple(shade[:3]) for shade in shades] if in_order else used.colours
    colours = {item: palette[n % len(palette)] for n, item in enumerate(decided)}
    return dict.fromkeys(items, used.undecided) | colours


def _inside(row: Any, question: Question, width: float) -> str:
    """What is written in a part of a bar, as much as has room; "" for nothing."""
    room = width * row.percent / 100 - 2 * _PAD
    forms = (bar_text(row, question), bar_text(row, question, count=False))
    return next((text for text in forms if width_of(text, PLAIN) <= room), "")


def _outside(rows: pd.DataFrame, question: Question, width: float) -> str:
    """What is written below a bar: the parts that are too small for their figures."""
    return "; ".join(
        f"{row.label}: {bar_text(row, question)}"
        for row in lines_of(rows[rows["percent"].notna() & ~hidden_rows(rows)])
        if row.count and not _inside(row, question, width)
    )


def _draw(
    sheet: Sheet,
    top: float,
    rows: pd.DataFrame,
    colours: Mapping[str, Colour],
    question: Question,
) -> None:
    """One bar, with figures where they have room."""
    left, middle = 0.0, top + _BAR / 2
    for row in lines_of(rows.fillna({"percent": 0.0})):
        colour, width = colours[row.item], sheet.width * row.percent / 100
        sheet.bar(left, top, width, _BAR, colour, edge="white")
        text = _inside(row, question, sheet.width) if width else ""
        if text:
            ink = "white" if np.dot(colour, _LUMINANCE) < 0.4 else INK
            sheet.write(left + width / 2, middle, text, ha="center", color=ink)
        left += width
    if hidden_rows(rows).any():  # what is missing of the bar
        sheet.write(min(left + 0.01 * sheet.width, 0.97 * sheet.width), middle, HIDDEN)
    elif not rows["base"].iloc[0]:
        sheet.write(_PAD, middle, "nobody answered")
