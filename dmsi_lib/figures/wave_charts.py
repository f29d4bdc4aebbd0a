"""Charts of two waves: how far shares moved, and what each move is made of."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dmsi_lib.figures.bars import Items, place_items, plot_two, write_labels
from dmsi_lib.figures.headings import Heading
from dmsi_lib.figures.lettering import PLAIN, width_of
from dmsi_lib.figures.pictures import Picture, marked_data, redrawable
from dmsi_lib.figures.shares import whole_percent
from dmsi_lib.figures.sheets import (
    BAR_SIGN,
    PALE,
    Legend,
    Sheet,
    new_sheet,
    text_width,
)
from dmsi_lib.figures.styles import Colour, style_now
from dmsi_lib.questionnaire import Questionnaire
from dmsi_lib.tables import waves_file, wilson_interval

_SIDES = ("before", "after")
_SPACE = 0.06  # inches beside text
_SMALLEST = 0.05  # points; smaller parts are not drawn


@dataclass
class WavesSource:
    """What captions and marks say of two waves: synthetic where either is."""

    synthetic: bool
    edit: str
    base: str
    questionnaire: Questionnaire
    n: int | None

    @property
    def tables(self) -> tuple[str, ...]:
        """The name of the report's table that holds their figures."""
        return (waves_file(self.questionnaire),)


@redrawable
def plot_waves(rows: pd.DataFrame, waves: tuple[str, str], source: WavesSource) -> Picture:
    """Shares in two waves: a point each with its interval, and a line between.

    Parameters
    ----------
    rows : a row a share, with the columns told, and count, base and percent each with `_before` and
        `_after`
    waves : what the earlier and the later one are called
    source : for marks and the name of the table
    """
    sides = {name: _side(rows, side) for name, side in zip(waves, _SIDES, strict=True)}
    heading = Heading(
        f"What changed from {waves[0]} to {waves[1]}",
        ("Percent of those who answered. The lines through the points are 95 % intervals.",),
    )
    figure = plot_two(heading, list(rows["told"]), sides, source)
    shown = "; ".join(
        f"{row.told} {row.count_before} of {row.base_before} ({row.percent_before:.1f} %), then "
        f"{row.count_after} of {row.base_after} ({row.percent_after:.1f} %)"
        for row in rows.itertuples()
    )
    alt = heading.alt("Dot plot", shown, source)
    data = marked_data(rows, source)
    return Picture("waves", figure, alt, "What changed.", source.tables, data=data)


def _side(rows: pd.DataFrame, side: str) -> pd.DataFrame:
    counts, bases = (rows[f"{name}_{side}"].to_numpy(int) for name in ("count", "base"))
    low, high = wilson_interval(counts, bases)
    percents = rows[f"percent_{side}"].astype(float)
    texts = [whole_percent(percent) for percent in percents]
    return pd.DataFrame(
        {"value": percents, "ci_low": 100 * low, "ci_high": 100 * high, "text": texts}
    )


@redrawable
def plot_parts(
    rows: pd.DataFrame, parts: dict[str, str], waves: tuple[str, str], source: WavesSource
) -> Picture:
    """What changes are made of: for each a bar to either side of nothing, cut into parts, and the
    change itself in figures.

    Parameters
    ----------
    rows, waves, source : see `plot_waves`; with a column `difference`, and one for each part
    parts : what each part is called, by its column
    """
    heading = Heading(
        f"What the changes from {waves[0]} to {waves[1]} are made of",
        ("In points; the parts of a bar add up to the number beside it.",),
    )
    known = zip(parts, style_now().palette.colours, strict=False)
    colours = {name: colour for name, colour in known if _is_drawn(rows[name])}
    legend: Legend = [(BAR_SIGN, colour, parts[name]) for name, colour in colours.items()]
    placed = place_items(list(rows["told"]), text_width(source), 1)
    sheet = new_sheet(heading, source, placed.height, legend)
    write_labels(sheet, placed)
    _draw_parts(sheet, placed, rows, colours)
    shown = "; ".join(f"{row['told']} {_made_of(row, parts)}" for _, row in rows.iterrows())
    alt = heading.alt("Stacked bars", shown, source)
    caption, data = "What the changes are made of.", marked_data(rows, source)
    return Picture("waves_parts", sheet.figure, alt, caption, source.tables, data=data)


def _draw_parts(
    sheet: Sheet, items: Items, rows: pd.DataFrame, colours: Mapping[str, Colour]
) -> None:
    """The bars: parts that raise a share to the right, others to the left."""
    texts = [f"{total:+.0f}" for total in rows["difference"]]
    room = max(width_of(text, PLAIN) for text in texts) + 2 * _SPACE
    drawn = rows[list(colours)]
    ends = pd.DataFrame({"low": drawn.clip(upper=0).sum(axis=1)})
    ends["high"] = drawn.clip(lower=0).sum(axis=1)
    low, width = ends["low"].min(), sheet.width - items.left
    scale = ((ends["high"].max() - low) or 1.0) / (width - 2 * room)  # points an inch
    axes = sheet.axes(items.left)
    axes.set_xlim(low - scale * room, low - scale * room + scale * width)
    for middle, text, (place, row) in zip(items.middles, texts, rows.iterrows(), strict=True):
        left = {True: 0.0, False: 0.0}
        for name, colour in colours.items():
            raises = row[name] > 0
            axes.barh(middle, row[name], items.thick * 0.94, left=left[raises], color=colour)
            left[raises] += row[name]
        more = row["difference"] >= 0
        x = items.left + room + (ends.loc[place, "high" if more else "low"] - low) / scale
        sheet.write(x + (_SPACE if more else -_SPACE), middle, text, ha="left" if more else "right")
    middles, half = np.array(items.middles), items.thick / 2
    # Nothing is a line beside the bars alone, since labels stand between them.
    axes.vlines([0] * len(rows), middles - half, middles + half, colors=PALE, linewidth=0.8)


def _is_drawn(part: "pd.Series[float]") -> bool:
    return bool((part.abs() >= _SMALLEST).any())


def _made_of(row: "pd.Series[float]", parts: dict[str, str]) -> str:
    told = [f"{words} {row[name]:+.1f}" for name, words in parts.items() if row[name]]
    return f"{row['difference']:+.1f} points: {', '.join(told)}"
