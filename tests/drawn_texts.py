"""What can be read in a figure, and where it stands."""

import matplotlib.text
from matplotlib.backends.backend_agg import FigureCanvasAgg


def texts(picture):
    """Every text that is drawn, with its extent in pixels."""
    canvas = FigureCanvasAgg(picture.figure)
    canvas.draw()
    undrawn = set()
    for axes in picture.figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            undrawn |= {
                tick.label1 for tick in axis.get_major_ticks() if not low <= tick.get_loc() <= high
            }
    return [
        (text.get_text(), text.get_window_extent(canvas.get_renderer()))
        for text in picture.figure.findobj(matplotlib.text.Text)
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


def from_top(axes):
    """The labels of the vertical axis, in the order in which they stand one under the other."""
    at = [axes.transData.transform((0, tick))[1] for tick in axes.get_yticks()]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    return [label for _, label in sorted(zip(at, labels, strict=True), reverse=True)]
