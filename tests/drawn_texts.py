"""What can be read and seen in a figure, and where it stands."""

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from dmsi_lib.figures.pictures import DPI


def texts(picture):
    """Every text that is drawn, with its extent in pixels."""
    picture.figure.set_dpi(DPI)
    canvas = FigureCanvasAgg(picture.figure)
    with matplotlib.rc_context({"text.hinting": "none"}):  # as `Picture.png`
        canvas.draw()
    undrawn = set()
    for axes in picture.figure.axes:
        for axis in (axes.xaxis, axes.yaxis) if axes.axison else ():
            low, high = sorted(axis.get_view_interval())
            undrawn |= {
                tick.label1 for tick in axis.get_major_ticks() if not low <= tick.get_loc() <= high
            }
        if not axes.axison:
            undrawn |= {*axes.xaxis.findobj(Text), *axes.yaxis.findobj(Text)}
    with matplotlib.rc_context({"text.hinting": "none"}):
        return [
            (text.get_text(), text.get_window_extent(canvas.get_renderer()))
            for text in picture.figure.findobj(Text)
            if text.get_visible() and text.get_text() and text not in undrawn
        ]


def words(picture):
    """All that is drawn, white space folded, as a reader sees it."""
    return " ".join(" ".join(text.split()) for text, _ in texts(picture)).replace(r"\$", "$")


def collisions(picture):
    """Texts that leave the figure, and pairs of texts that overlap, by more than a pixel."""
    drawn, (width, height) = texts(picture), picture.figure.bbox.size
    found = [
        text
        for text, box in drawn
        if box.x0 < -1 or box.y0 < -1 or box.x1 > width + 1 or box.y1 > height + 1
    ]
    for n, (text, box) in enumerate(drawn):
        for other, its in drawn[n + 1 :]:
            wide = min(box.x1, its.x1) - max(box.x0, its.x0)
            high = min(box.y1, its.y1) - max(box.y0, its.y0)
            if wide > 1 and high > 1:
                found.append((text, other))
    return found


def from_top(picture, *names):
    """Those of some texts that are drawn, in the order in which they stand one under the other."""
    drawn = [(" ".join(text.split()).replace(r"\$", "$"), box) for text, box in texts(picture)]
    found = {name: box.y1 for text, box in drawn for name in names if text == name}
    return sorted(found, key=lambda name: -found[name])


def size_of_letters(picture):
    """The size of every text that is drawn, in points."""
    shown = {text for text, _ in texts(picture)}
    found = picture.figure.findobj(Text)
    return {text.get_fontsize() for text in found if text.get_text() in shown}


def bars(picture):
    """The bars, in inches, in the order in which they were drawn."""
    return [artist for artist in picture.figure.artists if isinstance(artist, Rectangle)]


def shares(picture):
    """How much of all bars' length each has."""
    lengths = np.array([bar.get_width() for bar in bars(picture)])
    return list(lengths / lengths.sum())


def dots(picture):
    """Where the marks of each group are, in inches from the left."""
    return [artist.get_xdata() for artist in picture.figure.artists if isinstance(artist, Line2D)]


def segments(picture):
    """The lines, a list of ends for each time some were drawn."""
    lines = [one for one in picture.figure.artists if isinstance(one, LineCollection)]
    return [one.get_segments() for one in lines]
