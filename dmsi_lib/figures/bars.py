"""What a reader sees: figures, with alt text computed from the data they show.

Figures are drawn on a plain matplotlib Figure, so that nothing depends on a notebook's front end.
"""

import base64
import colorsys
import html
import io
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.transforms import ScaledTranslation
from PIL import Image

from dmsi_lib.figures.reader_tables import (
    Source,
    base_sentence,
    cell_text,
    in_order,
    said,
    scale_sentence,
    table_files,
    with_intervals,
)
from dmsi_lib.questionnaire import Question
from dmsi_lib.wording import SYNTHETIC_MARK

WIDTH, _BAR, _DPI = 7.6, 0.36, 150  # inches, inches a bar, dots an inch
_LABEL = 42  # characters a line of an axis label
_FILLED, _SATURATION = 0.8, 0.75  # fractions: of the room for an item, of a colour
# Seaborn's palette "colorblind", told apart by all readers; seaborn itself takes long to import.
_PALETTE = "#0173b2 #de8f05 #029e73 #d55e00 #cc78bc #ca9161 #fbafe4 #949494 #ece133 #56b4e9"
COLOURS = tuple(map(to_rgb, _PALETTE.split()))
INK, _PALE, _ALARM = "#222222", "#555555", "#b04a00"


@dataclass(frozen=True)
class Picture:
    """A drawn figure with its name and alt text; shows itself in a notebook as PNG, or, where lines
    and small print matter, as SVG (`vector`).

    `alt` is what it shows in words, `caption` its base sentence, `tables` are the names of the
    report's tables that hold its figures.
    """

    name: str
    figure: Figure
    alt: str
    caption: str = ""
    tables: tuple[str, ...] = ()
    vector: bool = False

    def svg(self) -> bytes:
        """The figure as SVG bytes, the same for the same figure."""
        drawn = io.BytesIO()
        with matplotlib.rc_context({"svg.hashsalt": self.name}):
            self.figure.savefig(drawn, format="svg", metadata={"Date": None})
        return drawn.getvalue()

    def png(self) -> bytes:
        """The figure as PNG bytes, colours reduced to what a chart needs."""
        # Pictures take more of a report's time than everything else. So not by savefig, which draws
        # a figure with constrained layout twice; letters are not fitted to pixels, and the palette
        # is pillow's quickest.
        self.figure.set_dpi(_DPI)
        canvas = FigureCanvasAgg(self.figure)
        with matplotlib.rc_context({"text.hinting": "none"}):
            canvas.draw()
        size = canvas.get_width_height(physical=True)
        image = Image.frombuffer("RGBA", size, canvas.buffer_rgba()).convert("RGB")
        image = image.quantize(256, method=Image.Quantize.FASTOCTREE)
        palette = image.getpalette() or []
        image.putpalette([255 if value > 250 else value for value in palette])  # white
        small = io.BytesIO()
        image.save(small, format="png", compress_level=6)
        return small.getvalue()

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, Any]]:
        metadata = {"alt": self.alt, "name": self.name, "tables": list(self.tables)}
        metadata |= {"caption": self.caption} if self.caption else {}
        if self.vector:
            form, content = "image/svg+xml", self.svg().decode()
            encoded = base64.b64encode(content.encode()).decode()
        else:
            form, content = "image/png", base64.b64encode(self.png()).decode()
            encoded = content
        # nbconvert's usual template has no alternative text for images, and none has it for SVG.
        image = f'<img src="data:{form};base64,{encoded}" alt="{html.escape(self.alt)}">'
        return {form: content, "text/html": image, "text/plain": self.alt}, {form: metadata}


def plot_table(
    table: pd.DataFrame,
    question: Question,
    survey: Source,
    group_labels: Mapping[str, str] | None = None,
) -> Picture:
    """Horizontal bars with count and percent at the bar, Wilson intervals where enough answered.

    Parameters
    ----------
    table, question, survey, group_labels : see `show_table`
    """
    is_ranking = question.type == "ranking"
    table = in_order(table, question)
    table = table.assign(group=table["group"].replace(group_labels or {}))
    items = table.drop_duplicates(["row", "item"]).set_index(["row", "item"])["label"].map(wrapped)
    groups = table["group"].drop_duplicates()
    lines = sum(max(label.count("\n") + 1, len(groups)) for label in items)
    figure = new_figure(1.35 + _BAR * 0.72 * lines + 0.12 * len(items))
    axes = figure.subplots()
    # A bar an item: two long labels may look alike once they are shortened.
    place, thick = dict(zip(items.index, range(len(items)), strict=True)), _FILLED / len(groups)
    for n, (group, rows) in enumerate(table.groupby("group", sort=False)):
        places = [place[line] for line in zip(rows["row"], rows["item"], strict=True)]
        at = pd.Series(places, rows.index) + thick * (n - (len(groups) - 1) / 2)
        value = rows["mean_rank" if is_ranking else "percent"].fillna(0)
        colour = _muted(COLOURS[n % len(COLOURS)])
        axes.barh(at, value, thick, color=colour, label=plain_text(group))
        _annotate(axes, rows, at, value, question)
    axes.set_yticks(range(len(items)), items)
    axes.set_ylim(len(items) - 0.5, -0.5)
    _scale(axes, table, is_ranking)
    style_axes(axes, "left")
    if (table["group"] != "").any():
        add_legend(figure, *axes.get_legend_handles_labels())
    kind = "Bar chart of mean ranks" if is_ranking else "Bar chart of counts and percents"
    bars = [(group, said(rows, question)) for group, rows in table.groupby("group", sort=False)]
    shown = ". ".join(f"{group}: {bar}" if group else bar for group, bar in bars)
    return finished(figure, table, question, survey, kind, shown)


def finished(
    figure: Figure, table: pd.DataFrame, question: Question, survey: Source, kind: str, shown: str
) -> Picture:
    """A figure of a table with title, base and mark, and with its alt text: what kind of figure it
    is, and what is shown in words."""
    note = base_sentence(table, survey) + scale_sentence(table, question)
    frame_figure(figure, question.text, survey, note)
    alt = f"{kind}, {question.text} {note} {shown}."
    return Picture(question.id, figure, alt, note, table_files(table, survey))


def new_figure(height: float) -> Figure:
    """An empty figure as wide as the text, so many inches high."""
    return Figure(figsize=(WIDTH, height), layout="constrained")


def _muted(colour: tuple[float, float, float]) -> tuple[float, float, float]:
    """A colour for large areas: less of it, as light as before."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*colour)
    return colorsys.hls_to_rgb(hue, lightness, _SATURATION * saturation)


def style_axes(axes: Axes, *sides: str) -> None:
    """Small labels; no lines around a drawing on these sides, on top and at the right."""
    axes.tick_params(labelsize=8, colors=INK)
    hide_frame(axes, *sides)


def hide_frame(axes: Axes, *sides: str) -> None:
    """Leave out the lines around a drawing on these sides, always those on top and at the right."""
    axes.spines[["top", "right", *sides]].set_visible(False)


def wrapped(text: str) -> str:
    """Text in lines that have room beside an axis."""
    shortened = textwrap.shorten(text, 3 * _LABEL, placeholder=" …")
    return plain_text(textwrap.fill(shortened, _LABEL))


def plain_text(text: str) -> str:
    """Text for matplotlib, which takes what stands between two dollar signs for a formula."""
    return text.replace("$", r"\$")


def _annotate(
    axes: Axes, rows: pd.DataFrame, at: pd.Series, value: pd.Series, question: Question
) -> None:
    """Interval and figures at each bar of a group, which lie `at` and are as long as `value`."""
    has = with_intervals(rows) & (question.type != "ranking")
    low, high = (rows.loc[has, end].astype(float) for end in ("ci_low", "ci_high"))
    axes.hlines(at[has], low, high, colors=INK, linewidth=1, alpha=0.7)
    # Room for them is left by the axis, so the layout need not measure them time and again.
    style: dict[str, Any] = {"va": "center", "fontsize": 8, "color": INK, "in_layout": False}
    gap = ScaledTranslation(4 / 72, 0, axes.figure.dpi_scale_trans)  # 4 points
    style["transform"] = axes.transData + gap
    for y, end, row in zip(at, value.mask(has, rows["ci_high"]), rows.itertuples(), strict=True):
        axes.text(end, y, cell_text(row, question), **style)


def _scale(axes: Axes, table: pd.DataFrame, is_ranking: bool) -> None:
    axes.set_xlabel("Mean rank (1 is first)" if is_ranking else "Percent of the base", fontsize=8)
    longest = table["mean_rank" if is_ranking else "ci_high"].fillna(1).max()
    axes.set_xlim(0, 1.22 * max(float(longest), 1))  # room for the figures at the bars
    if not is_ranking:
        end = min(100, 1.1 * longest)
        axes.set_xticks([tick for tick in axes.get_xticks() if 0 <= tick <= end])


def add_legend(figure: Figure, handles: Sequence[Artist], names: Sequence[str]) -> None:
    """Put a legend at the foot of a figure, in as few lines as its width allows."""
    style: dict[str, Any] = {"loc": "outside lower left", "fontsize": 8, "frameon": False}
    legend = figure.legend(handles, names, **style)
    columns = int(0.95 * figure.bbox.width / legend.get_window_extent().width)
    columns = max(1, min(columns, len(names)))
    if columns > 1:
        legend.remove()
        figure.legend(handles, names, ncols=columns, **style)
    lines = -(-len(names) // columns)
    figure.set_figheight(figure.get_figheight() + 0.2 * lines)


def frame_figure(figure: Figure, title: str, survey: Source, note: str) -> None:
    """Put title, base and, where it applies, the synthetic mark on a figure with constrained
    layout."""
    # The title starts at the figure's edge, not at the axis, so that long titles have room.
    wide = plain_text(textwrap.fill(title, 84))
    figure.suptitle(wide, x=0.005, ha="left", fontsize=10, fontweight="bold", color=INK)
    small = plain_text(textwrap.fill(note, 110))
    style: dict[str, Any] = {"ha": "left", "fontsize": 7.5, "color": _PALE}
    foot = 0.0
    if figure.legends:  # constrained layout would draw the note across it
        above = figure.legends[0].get_window_extent().y1 / figure.bbox.height
        written = figure.text(0.005, above, small, va="bottom", **style)
        foot = written.get_window_extent().height / figure.bbox.height + 0.01
    else:
        figure.supxlabel(small, x=0.005, **style)
    room = (0, foot, 0.975 if survey.synthetic else 1, 1 - foot)
    figure.set_layout_engine("constrained", rect=room)
    if survey.synthetic:
        place: dict[str, Any] = {"rotation": 90, "ha": "right", "va": "center"}
        figure.text(0.995, 0.5, SYNTHETIC_MARK.upper(), fontsize=7, color=_ALARM, **place)
