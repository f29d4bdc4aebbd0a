"""Charts of counts and shares: a bar an item, of two groups two points on a line.

A label stands beside its bar where all of them are short, else above it, so that bars keep their
room on a telephone. What nobody chose is a line of text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, repeat
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from dmsi_lib.figures.headings import Heading, heading_of
from dmsi_lib.figures.lettering import PLAIN, broken, height_of, shortened, width_of
from dmsi_lib.figures.pictures import Picture, marked_data, redrawable
from dmsi_lib.figures.reader_tables import (
    Source,
    bar_text,
    group_names,
    hidden_rows,
    in_order,
    keeps_its_order,
    said,
    table_files,
    with_intervals,
)
from dmsi_lib.figures.sheets import (
    BAR_SIGN,
    INK,
    LINE,
    PALE,
    POINT_SIGNS,
    Sheet,
    new_sheet,
    text_width,
)
from dmsi_lib.figures.styles import style_now
from dmsi_lib.questionnaire import Question
from dmsi_lib.tables import as_written, lines_of

_BESIDE, _LINES = 1.4, 2  # inches and lines of a label beside its bar
_MOST_LINES = 4  # of a label above it
_BAR, _BETWEEN, _SPACE = 0.16, 0.09, 0.06  # inches: a bar, between items, beside text
_POINTS = 2  # groups that are drawn as points


@dataclass(frozen=True)
class Items:
    """Where the items of a chart stand: all in inches from the drawing's upper edge.

    `left` is how much of the width the labels take, 0 where they stand above; `labels` are lines;
    `middles` is where each item's bars have their middle, `thick` how high all bars of one are.
    """

    left: float
    labels: tuple[str, ...]
    middles: tuple[float, ...]
    thick: float
    height: float


@dataclass(frozen=True)
class Marks:
    """What is drawn of a group: its values and the ends of their intervals, (3, items), NaN for
    nothing, and what stands beside each, "" of what the group lacks."""

    numbers: np.ndarray
    texts: tuple[str, ...]

    @property
    def value(self) -> np.ndarray:
        return self.numbers[0]

    @property
    def low(self) -> np.ndarray:
        return self.numbers[1]

    @property
    def high(self) -> np.ndarray:
        return self.numbers[2]


@redrawable
def plot_table(
    table: pd.DataFrame,
    question: Question,
    survey: Source,
    group_labels: Mapping[str, str] | None = None,
    intervals: bool = False,
) -> Picture:
    """Horizontal bars with count and percent at each; of two groups a line from point to point.

    Parameters
    ----------
    table, question, survey, group_labels : see `show_table`
    intervals : whether Wilson's intervals are drawn, too
    """
    data, table = as_written(table), in_order(table, question)
    labels = dict(group_labels or {})
    heading = heading_of(table, question, survey, labels)
    shown, heading = _without_unchosen(table, question, heading)
    names = group_names(table, labels)
    groups = [shown[shown["group"] == code] for code in names]
    items = shown.drop_duplicates(["row", "item"]).set_index(["row", "item"])["label"]
    points = len(groups) == _POINTS
    placed = place_items(list(items), text_width(survey), 1 if points else len(groups))
    signs, colours = POINT_SIGNS if points else repeat(BAR_SIGN), cycle(style_now().palette.colours)
    legend = list(zip(signs, colours, names.values(), strict=False)) if len(groups) > 1 else []
    sheet = new_sheet(heading, survey, placed.height, legend)
    write_labels(sheet, placed)
    marks = [_marks(rows, [*items.index], question, count=not points) for rows in groups]
    (_draw_points if points else _draw_bars)(sheet, placed, marks, intervals)
    kind = "Mean ranks" if question.type == "ranking" else "Counts and percents"
    form = f"{'Dot plot' if points else 'Bar chart'}. {kind}"
    alt = heading.alt(form, _said(table, names, question), survey)
    files = table_files(table, survey)
    return Picture(question.id, sheet.figure, alt, tables=files, data=marked_data(data, survey))


def _said(table: pd.DataFrame, names: Mapping[str, str], question: Question) -> str:
    bars = [(name, said(table[table["group"] == code], question)) for code, name in names.items()]
    return ". ".join(f"{name}: {bar}" if name else bar for name, bar in bars)


def plot_two(
    heading: Heading, labels: Sequence[str], sides: Mapping[str, pd.DataFrame], survey: Source
) -> Figure:
    """Two points an item with their intervals and a line between, whatever the items are.

    Parameters
    ----------
    heading, survey : see `new_sheet`
    labels : of the items
    sides : by the name of each of the two, frames with the columns value, ci_low, ci_high and text,
        a row an item
    """
    placed = place_items(labels, text_width(survey), 1)
    legend = list(zip(POINT_SIGNS, style_now().palette.colours, sides, strict=False))
    sheet = new_sheet(heading, survey, placed.height, legend)
    write_labels(sheet, placed)
    columns = ("value", "ci_low", "ci_high")
    marks = [
        Marks(rows[[*columns]].to_numpy(dtype=float, na_value=np.nan).T, tuple(rows["text"]))
        for rows in sides.values()
    ]
    _draw_points(sheet, placed, marks, intervals=True)
    return sheet.figure


def _without_unchosen(
    table: pd.DataFrame, question: Question, heading: Heading
) -> tuple[pd.DataFrame, Heading]:
    """A table without the items that nobody chose, and a heading that says which these are.

    Where the order of the items means something, a gap does, too.
    """
    if keeps_its_order(question) or (table["row"] != "").any():
        return table, heading
    # Of what is hidden nobody is told whether anybody chose it.
    chosen = (table["count"].to_numpy(dtype=float, na_value=1) > 0) | hidden_rows(table)
    shown = table["item"].isin(table.loc[chosen, "item"])
    if shown.all() or not shown.any():
        return table, heading
    unchosen = "; ".join(table[~shown].drop_duplicates("item")["label"])
    note = f"Nobody chose: {unchosen}. {heading.note}".rstrip()
    return table[shown], replace(heading, note=note)


def place_items(labels: Sequence[str], width: float, bars: int) -> Items:
    """Where items with these labels stand, each with so many bars."""
    beside = [broken(label, _BESIDE) for label in labels]
    thick = _BAR if bars == 1 else 0.85 * _BAR * bars
    if all(len(lines) <= _LINES for lines in beside):
        widest = max(width_of(line, PLAIN) for lines in beside for line in lines)
        heights = [max(thick, height_of(len(lines), PLAIN)) + _BETWEEN for lines in beside]
        above, lines, left = [0.0] * len(labels), beside, widest + _SPACE
    else:
        lines = [shortened(broken(label, width), _MOST_LINES) for label in labels]
        above = [height_of(len(one), PLAIN) + 0.02 for one in lines]
        heights, left = [height + thick + _BETWEEN for height in above], 0.0
    middles, y = [], 0.0
    for height, label in zip(heights, above, strict=True):
        middles.append(y + label + (height - label - _BETWEEN) / 2)
        y += height
    return Items(left, tuple(map("\n".join, lines)), tuple(middles), thick, y)


def write_labels(sheet: Sheet, items: Items) -> None:
    for label, middle in zip(items.labels, items.middles, strict=True):
        if items.left:
            sheet.write(0, middle, label)
        else:
            sheet.write(0, middle - items.thick / 2 - 0.02, label, va="bottom")


def _marks(
    rows: pd.DataFrame, items: Sequence[tuple[str, str]], question: Question, count: bool
) -> Marks:
    """What is drawn of a group: no value where none may be shown, or there is none. Where there is
    no interval, as for few, both ends are the value."""
    is_ranking, hidden = question.type == "ranking", hidden_rows(rows).to_numpy()
    value = rows["mean_rank" if is_ranking else "percent"].to_numpy(dtype=float, na_value=np.nan)
    value = np.where(hidden, np.nan, value)
    has = with_intervals(rows).to_numpy() & (not is_ranking) & ~np.isnan(value)
    low, high = (
        np.where(has, rows[end].to_numpy(dtype=float, na_value=np.nan), value)
        for end in ("ci_low", "ci_high")
    )
    places = {item: place for place, item in enumerate(items)}
    at = [places[item] for item in zip(rows["row"], rows["item"], strict=True)]
    numbers = np.full((3, len(items)), np.nan)
    numbers[:, at] = value, low, high
    texts = [""] * len(items)
    for place, row in zip(at, lines_of(rows), strict=True):
        texts[place] = bar_text(row, question, count)
    return Marks(numbers, tuple(texts))


def _scale(marks: Sequence[Marks], intervals: bool, width: float) -> float:
    """How much of the value an inch is, if the longest is so many inches long."""
    drawn = np.array([group.high if intervals else group.value for group in marks])
    return max(float(np.nan_to_num(drawn).max()), 1.0) / width


def _room(marks: Sequence[Marks]) -> float:
    """The room that figures take at the end of a bar, in inches."""
    return max(width_of(text, PLAIN) for group in marks for text in group.texts) + 2 * _SPACE


def _draw_bars(sheet: Sheet, items: Items, marks: Sequence[Marks], intervals: bool) -> None:
    """A bar for each group, the first on top, with its figures at the end."""
    width = sheet.width - items.left
    scale = _scale(marks, intervals, width - _room(marks))
    step, colours = items.thick / len(marks), style_now().palette.colours
    for n, group in enumerate(marks):
        at = np.array(items.middles) + step * (n - (len(marks) - 1) / 2)
        lengths = np.nan_to_num(group.value) / scale
        ends = np.nan_to_num(group.high) / scale if intervals else lengths
        for y, length, end, text in zip(at, lengths, ends, group.texts, strict=True):
            if text:
                top = y - 0.47 * step
                sheet.bar(items.left, top, length, 0.94 * step, colours[n % len(colours)])
                sheet.write(items.left + end + _SPACE, y, text)
        if intervals:
            _draw_intervals(sheet, items.left, at, group, scale)
    if items.left:  # else it would touch the labels
        sheet.lines(items.left, 0, items.left, PALE, 0.4, to_y=items.height)


def _draw_intervals(sheet: Sheet, zero: float, at: Any, group: Marks, scale: float) -> None:
    """Intervals on a white ground, so that they are seen within a bar and beyond it."""
    has = group.low < group.high
    low, high = zero + group.low[has] / scale, zero + group.high[has] / scale
    for thick, colour in ((2.6, "white"), (1.2, INK)):
        sheet.lines(low, at[has], high, colour, thick)


def _draw_points(sheet: Sheet, items: Items, marks: Sequence[Marks], intervals: bool) -> None:
    """Two points an item with a line between, and their figures on the outer sides."""
    width, room, heights = sheet.width - items.left, _room(marks), np.array(items.middles)
    zero, longest = items.left + room, width - 2 * room
    scale = _scale(marks, intervals, longest)
    values, lows, highs = (
        np.array([getattr(group, name) for group in marks]) / scale
        for name in (("value", "low", "high") if intervals else ("value", "value", "value"))
    )
    before = np.maximum(np.nan_to_num(lows).min(axis=0) - room, 0)  # what figures leave of it
    behind = np.minimum(np.nan_to_num(highs).max(axis=0) + room, longest)
    sheet.lines(zero, heights, zero + before, LINE, 0.6)
    sheet.lines(zero + behind, heights, zero + longest, LINE, 0.6)
    least, most = np.fmin.reduce(values), np.fmax.reduce(values)
    sheet.lines(zero + least, heights, zero + most, "#999999", 2)
    for n, group in enumerate(marks):
        if intervals:
            _draw_intervals(sheet, zero, heights + (n - 0.5) * 0.07, group, scale)
        colour = style_now().palette.colours[n]
        sheet.dots(zero + values[n], heights, "oD"[n], colour, 6.5 - n)
        own, other = np.nan_to_num(values[n]), np.nan_to_num(values[1 - n], nan=0 if n else np.inf)
        on_left = own < other if n else own <= other
        outside = np.nan_to_num(np.where(on_left, lows[n], highs[n]))
        for y, end, text, left in zip(heights, outside, group.texts, on_left, strict=True):
            if text:
                x = zero + end + (-1 if left else 1) * 1.6 * _SPACE
                sheet.write(x, y, text, ha="right" if left else "left")
