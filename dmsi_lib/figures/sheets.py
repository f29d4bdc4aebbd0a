"""The paper that a chart is drawn on: as narrow as a telephone, heading on top, then the drawing.

A figure that is scaled down to a telephone's width takes its letters with it. So all are drawn as
narrow as that, with letters of 11 pixels at least, and a wide page shows them larger. Everything
is placed in inches from what is written, which needs no trial drawing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from dmsi_lib.figures.headings import Heading
from dmsi_lib.figures.lettering import (
    PLAIN,
    SMALL,
    TITLE,
    broken,
    height_of,
    plain_text,
    width_of,
)
from dmsi_lib.figures.reader_tables import Source
from dmsi_lib.figures.styles import Colour, style_now
from dmsi_lib.wording import SYNTHETIC_MARK

INK, PALE, LINE = "#222222", "#555555", "#cccccc"
_MARGIN, _GAP = 0.04, 0.08  # inches around and between the parts
_STRIP = 0.17  # inches at the right edge, for the mark
BAR_SIGN, POINT_SIGNS = "■", "●◆"  # before a name in a legend
Legend = Sequence[tuple[str, Colour, str]]


@dataclass(frozen=True)
class Sheet:
    """A figure with its heading; `width` and `height` are the drawing's, `top` is what lies above
    it, all in inches; `stretch` is how many times as high the drawing is made.

    What is put on it stands at places in inches from the drawing's upper left corner: it needs no
    axes, which take long to make.
    """

    figure: Figure
    width: float
    height: float
    top: float
    stretch: float = 1

    def _lower(self, y: Any) -> Any:
        """How much further down places are once the drawing is stretched."""
        return (self.stretch - 1) * np.clip(y, 0, self.height)

    def _up(self, y: Any) -> Any:
        """How far places are from the paper's lower edge."""
        return self.figure.get_size_inches()[1] - self.top - y - self._lower(y)

    def write(self, x: float, y: float, text: str, **style: Any) -> None:
        """Text at a place."""
        wide, high = self.figure.get_size_inches()
        style = dict[str, Any](fontsize=PLAIN, color=INK, va="center") | style
        self.figure.text((_MARGIN + x) / wide, self._up(y) / high, plain_text(text), **style)

    def bar(
        self, x: float, y: float, width: float, height: float, colour: Any, edge: str = "none"
    ) -> None:
        """A bar whose upper left corner is at a place."""
        lower = self._up(y + height)
        corner = (_MARGIN + x, lower)
        bar = Rectangle(corner, width, self._up(y) - lower, facecolor=colour, edgecolor=edge)
        self._put(bar)

    def lines(
        self, x: Any, y: Any, to_x: Any, colour: Any, thick: float, to_y: Any | None = None
    ) -> None:
        """Lines from places to others, level ones without `to_y`; none where any is NaN."""
        places = np.broadcast_arrays(x, y, to_x, y if to_y is None else to_y)
        left, upper, right, lower = map(np.ravel, places)
        ends = (_MARGIN + left, self._up(upper), _MARGIN + right, self._up(lower))
        drawn = np.column_stack(ends).reshape(-1, 2, 2)
        drawn = drawn[np.isfinite(drawn).all(axis=(1, 2))]
        self._put(LineCollection(drawn, colors=colour, linewidths=thick))

    def dots(self, x: Any, y: Any, sign: str, colour: Any, size: float) -> None:
        """Marks of so many points at places."""
        marks = Line2D(_MARGIN + x, self._up(y), linestyle="none", marker=sign, markersize=size)
        marks.set_color(colour)
        self._put(marks)

    def _put(self, artist: Any) -> None:
        artist.set_transform(self.figure.dpi_scale_trans)
        self.figure.add_artist(artist)

    def axes(self, left: float = 0, top: float = 0, width: float = 0, height: float = 0) -> Axes:
        """Axes without lines on a part of the drawing, to its right and lower edge by default, that
        count inches from their upper edge."""
        wide, high = self.figure.get_size_inches()
        width, height = width or self.width - left, height or self.height - top
        upper, lower = self._lower(top), self._lower(top + height)
        below, tall = high - self.top - top - height - lower, height + lower - upper
        place = ((_MARGIN + left) / wide, below / high, width / wide, tall / high)
        axes = self.figure.add_axes(place)
        axes.set_axis_off()
        axes.set_ylim(height or 1, 0)  # nothing drawn is as high as nothing
        return axes


def text_width(survey: Source) -> float:
    """The width of a drawing in inches: what the mark at the edge leaves."""
    return style_now().width - 2 * _MARGIN - _STRIP * survey.synthetic


def new_sheet(heading: Heading, survey: Source, height: float, legend: Legend = ()) -> Sheet:
    """A figure with its heading, and room for a drawing so many inches high.

    Parameters
    ----------
    heading : Heading
    survey : for the mark
    height : of the drawing, in inches
    legend : sign, colour and name of each entry
    """
    width = text_width(survey)
    blocks = [
        ("\n".join(broken(heading.title, width, TITLE, bold=True)), TITLE, INK),
        *(("\n".join(broken(line, width, SMALL)), SMALL, PALE) for line in heading.lines),
    ]
    foot = broken(heading.note, width, SMALL) if heading.note else []
    entries, rows = _flow(legend, width)
    head = sum(height_of(text.count("\n") + 1, size) for text, size, _ in blocks)
    top = _MARGIN + head + 0.03 + (height_of(rows, PLAIN) + _GAP if legend else 0) + _GAP
    below = height_of(len(foot), SMALL) + _GAP if foot else 0
    needed, wanted = top + height + below + _MARGIN, style_now().height
    total = max(needed, 1.3 if survey.synthetic else 0, wanted or 0)
    stretch = 1 + (total - needed) / height if wanted and height else 1
    sheet = Sheet(Figure(figsize=(style_now().width, total)), width, height, top, stretch)
    y = _MARGIN - top
    for text, size, colour in blocks:
        weight = "bold" if size == TITLE else "normal"
        sheet.write(0, y, text, va="top", fontsize=size, color=colour, fontweight=weight)
        y += height_of(text.count("\n") + 1, size) + (0.03 if size == TITLE else 0)
    for x, row, sign, shade, name in entries:
        at = y + _GAP + height_of(row, PLAIN)
        sheet.write(x, at, sign, va="top", color=shade)
        sheet.write(x + width_of(f"{sign} ", PLAIN), at, name, va="top")
    if foot:
        sheet.write(0, height + _GAP, "\n".join(foot), va="top", fontsize=SMALL, color=PALE)
    if survey.synthetic:
        place: dict[str, Any] = {"rotation": 90, "ha": "right", "va": "center"}
        place["color"] = style_now().palette.alarm
        sheet.figure.text(0.995, 0.5, SYNTHETIC_MARK.upper(), fontsize=SMALL, **place)
    return sheet


def _flow(legend: Legend, width: float) -> tuple[list[tuple[float, int, str, Colour, str]], int]:
    """Where the entries of a legend stand: place and line of each, and how many lines it has."""
    placed, x, row, used = [], 0.0, 0, 0
    for sign, colour, name in legend:
        before = width_of(f"{sign} ", PLAIN)
        lines = broken(name, width - before)
        wide = before + max(width_of(line, PLAIN) for line in lines)
        if x and x + wide > width:
            x, row = 0.0, used
        placed.append((x, row, sign, colour, "\n".join(lines)))
        x, used = x + wide + 0.15, max(used, row + len(lines))
    return placed, used
