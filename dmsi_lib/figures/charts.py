"""Charts for particular kinds of question: stacked answers, ranks, combinations of options, maps.

Like all figures they carry their base, say when the data are synthetic, and describe themselves in
an alt text computed from what they show.
"""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch, Patch

from dmsi_lib.errors import InputError
from dmsi_lib.figures.bars import (
    COLOURS,
    INK,
    Picture,
    add_legend,
    finished,
    frame_figure,
    hide_frame,
    new_figure,
    plain_text,
    style_axes,
    wrapped,
)
from dmsi_lib.figures.ranking_tables import Panel
from dmsi_lib.figures.reader_tables import (
    HIDDEN,
    NO_FIGURE,
    Source,
    formatted,
    hidden_rows,
    said,
    sizes,
    with_mark,
)
from dmsi_lib.questionnaire import Question
from dmsi_lib.wording import how_many

_GREY = (0.62, 0.62, 0.62)
_UNDECIDED = ("dont_know", "not_stated")  # codes drawn in grey, at the end of the bar
_LUMINANCE = (0.2126, 0.7152, 0.0722)  # relative, of red, green, blue (WCAG 2, without gamma)
_MIDDLE: dict[str, Any] = {"ha": "center", "va": "center"}
_NO_LINE = {"percent": np.nan, "count": 0, "base": 0}
_Colour = tuple[float, float, float]


def plot_survival(table: pd.DataFrame, survey: Source) -> Picture:
    """How many are still there after each page: Kaplan-Meier steps with their intervals.

    Parameters
    ----------
    table : as from `skip_logic.break_off_table`
    survey : for the mark
    """
    figure = new_figure(3.6)
    axes = figure.subplots()
    axes.step(table["page"], table["remaining"], where="post", color=COLOURS[0], linewidth=2)
    has_band = table["ci_low"].notna().any()
    if has_band:
        band = table["page"], table["ci_low"], table["ci_high"]
        axes.fill_between(*band, step="post", color=COLOURS[0], alpha=0.2, linewidth=0)
    axes.set_ylim(0, 102)
    axes.set_xlabel("Page", fontsize=8)
    axes.set_ylabel("Percent going on", fontsize=8)
    style_axes(axes)
    title = "Respondents who go on beyond each page, Kaplan-Meier estimate"
    title += " with 95 % interval" if has_band else ""
    started = how_many(int(table["reached"].max()), "respondent")
    note = with_mark(f"Base: {started} who started.", survey)
    frame_figure(figure, title, survey, note)
    steps = [
        f"after page {row.page} {row.remaining:.1f} %"
        for row in table[table["stopped_here"] > 0].itertuples()
    ]
    alt = f"Step curve, {title}. {note} {'; '.join(steps) or 'Nobody left'}."
    return Picture("survival", figure, alt, note)


def plot_stacked(
    table: pd.DataFrame,
    question: Question,
    survey: Source,
    group_labels: Mapping[str, str] | None = None,
) -> Picture:
    """One stacked bar a group: the shares of all options of a single-choice question.

    Parameters
    ----------
    table, question, survey, group_labels : see `show_table`

    Raises
    ------
    InputError
        For a question of another type: its shares are not parts of one whole.
    """
    if question.type != "single":
        raise InputError(f"'{question.id}' is of type {question.type}; expected single.")
    groups = dict(list(table.groupby("group", sort=False)))
    labels = group_labels or {}
    options = table.drop_duplicates("item")  # of all groups: twins may offer different ones
    colours = {
        item: _GREY if item in _UNDECIDED else COLOURS[n % len(COLOURS)]
        for n, item in enumerate(options["item"])
    }
    names = [
        f"{labels.get(group, group)} (n = {sizes(rows['base'])})".strip()
        for group, rows in groups.items()
    ]
    figure = new_figure(1.5 + 0.55 * len(groups))
    axes = figure.subplots()
    for y, rows in enumerate(groups.values()):
        _stack(axes, y, rows, colours)
    axes.set_yticks(range(len(groups)), [wrapped(name) for name in names], fontsize=8)
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.set_xlabel("Percent of the base", fontsize=8)
    style_axes(axes, "left")
    patches = [Patch(color=colours[item]) for item in options["item"]]
    add_legend(figure, patches, [wrapped(label) for label in options["label"]])
    bars = zip(names, groups.values(), strict=True)
    shown = ". ".join(f"{name}: {said(rows, question)}" for name, rows in bars)
    table = table.assign(group=table["group"].replace(labels))
    return finished(figure, table, question, survey, "Stacked bars", shown)


def _stack(axes: Axes, y: int, rows: pd.DataFrame, colours: Mapping[str, _Colour]) -> None:
    """One bar, with figures where they have room."""
    left = 0.0
    for row in rows.fillna({"percent": 0.0}).itertuples():
        width, colour = row.percent, colours[row.item]
        axes.barh(y, width, left=left, color=colour, edgecolor="white")
        if width >= 7:
            text = f"{row.count} ({width:.1f} %)" if width >= 14 else f"{row.count}"
            is_dark = np.dot(colour, _LUMINANCE) < 0.4
            ink = "white" if is_dark else INK
            axes.text(left + width / 2, y, text, fontsize=8, color=ink, **_MIDDLE)
        left += width
    if hidden_rows(rows).any():  # what is missing of the bar
        axes.text(min(left + 1, 97), y, HIDDEN, va="center", fontsize=8, color=INK)
    elif not rows["base"].iloc[0]:
        axes.text(1, y, "nobody answered", va="center", fontsize=8, color=INK)


def plot_ranks(panels: Sequence[Panel], question: Question, survey: Source) -> Picture:
    """How often each item was given each rank, best mean rank on top, a panel a group; all show the
    items of the first."""
    import seaborn as sns  # takes long, and draws nothing else

    labels = panels[0].labels
    order = panels[0].ranks.astype("Float64").mean().sort_values(kind="stable").index
    figure = new_figure(1.6 + 0.55 * len(order))
    all_axes = np.atleast_1d(figure.subplots(1, len(panels), sharey=True))
    parts = []
    for axes, panel in zip(all_axes, panels, strict=True):
        ranks = panel.ranks[panel.ranks.notna().any(axis=1)].reindex(columns=order)
        n = len(ranks)
        shares = pd.DataFrame(
            {rank: 100 * (ranks == rank).sum() / max(n, 1) for rank in range(1, len(order) + 1)}
        ).set_axis([wrapped(labels[item]) for item in order])
        shades = {"cmap": "Blues", "vmin": 0, "vmax": 100, "cbar": False, "linewidths": 1}
        figures = {"annot": True, "fmt": ".0f", "annot_kws": {"fontsize": 8}}
        sns.heatmap(shares.astype(float), ax=axes, **shades, **figures)
        title = f"{panel.title} (n = {n})".strip()
        axes.set_title(plain_text(title), fontsize=9)
        axes.set_xlabel("Rank; cells: percent", fontsize=8)
        axes.set_ylabel("")
        axes.tick_params(labelsize=8, colors=INK, left=False)
        means = ranks.astype("Float64").mean().map(formatted("{:.2f}"))
        listed = "; ".join(f"{labels[item]} {means[item]}" for item in order)
        parts.append(f"{title}, mean ranks: {listed}")
    note = with_mark("Base: respondents who ranked any item.", survey)
    frame_figure(figure, question.text, survey, note)
    alt = f"Heat map of ranks, {question.text} {note} {'. '.join(parts)}."
    return Picture(question.id, figure, alt, note)


def plot_combinations(
    chosen: pd.DataFrame, question: Question, survey: Source, most: int = 12
) -> Picture:
    """Bars of the most frequent combinations of options, over a grid that shows which they are.

    Parameters
    ----------
    chosen : bool (n, options), respondents who answered
    question, survey : where it comes from
    most : combinations shown
    """
    counts = chosen.value_counts().reset_index()  # the most frequent first
    shown, labels = counts.head(most), question.choices
    used = [code for code in chosen.columns if shown[code].any()]
    used.sort(key=lambda code: -int(chosen[code].sum()))
    figure = new_figure(2.9 + 0.3 * len(used))
    bars, grid = figure.subplots(
        2, 1, sharex=True, gridspec_kw={"height_ratios": [2, 0.35 * max(len(used), 2)]}
    )
    bars.bar(range(len(shown)), shown["count"], color=COLOURS[0])
    for x, count in enumerate(shown["count"]):
        above = {"xytext": (0, 2), "textcoords": "offset points", "ha": "center"}
        bars.annotate(str(count), (x, count), fontsize=8, **above)
    bars.set_ylabel("Respondents", fontsize=8)
    bars.tick_params(labelsize=8, colors=INK, bottom=False)
    hide_frame(bars)
    ticked = shown[used].to_numpy(dtype=bool).T
    for places, colour in ((np.ones_like(ticked), "#d9d9d9"), (ticked, INK)):
        grid.scatter(*np.nonzero(places)[::-1], s=26, color=colour)
    short = [textwrap.shorten(labels[code], 48, placeholder=" …") for code in used]
    grid.set_yticks(range(len(used)), map(plain_text, short), fontsize=8)
    grid.set_xticks([])
    grid.invert_yaxis()
    grid.tick_params(left=False)
    hide_frame(grid, "left", "bottom")
    title = f"Options ticked together: {question.text}"
    note = with_mark(f"Base: {how_many(len(chosen), 'respondent')} who answered.", survey)
    frame_figure(figure, title, survey, note)
    listed = "; ".join(
        f"{' + '.join(labels[code] for code in used if row[code]) or 'none'} {row['count']}"
        for _, row in shown.iterrows()
    )
    alt = f"{title} {note} {how_many(len(counts), 'combination')}, by how many chose it: {listed}."
    return Picture(f"{question.id}_combinations", figure, alt, note)


def plot_tile_map(
    table: pd.DataFrame,
    tiles: Mapping[str, tuple[str, int, int]],
    question: Question,
    survey: Source,
) -> Picture:
    """A map of equal tiles, one an area, shaded by percent.

    Parameters
    ----------
    table : as from `tables.question_tables`, without groups
    tiles : abbreviation, column and row of each item; one that the table lacks has an empty tile
    question, survey : where the table comes from
    """
    rows = table[table["item"].isin(tiles)].set_index("item")
    hidden = hidden_rows(rows)
    figure = new_figure(4.2)
    axes = figure.subplots()
    most = max(float(rows["percent"].fillna(0).max()), 1e-9)
    colours = matplotlib.colormaps["Blues"]
    edge: dict[str, Any] = {"edgecolor": "#777777", "linewidth": 0.6}
    edge["boxstyle"] = "round,pad=0,rounding_size=0.08"
    for item, (short, x, y) in tiles.items():
        row = rows.loc[item] if item in rows.index else _NO_LINE
        fraction = 0.0 if np.isnan(row["percent"]) else row["percent"] / most
        colour = colours(0.08 + 0.85 * fraction)
        tile = FancyBboxPatch((x - 0.46, -y - 0.46), 0.92, 0.92, facecolor=colour, **edge)
        axes.add_patch(tile)
        style: dict[str, Any] = {"color": "white" if fraction > 0.55 else INK, **_MIDDLE}
        figures = NO_FIGURE if item in rows.index else "not\noffered"
        if hidden.get(item, False):
            figures = HIDDEN
        elif row["base"]:
            figures = f"{row['count']}\n{row['percent']:.1f} %"
        axes.text(x, -y + 0.22, short, fontsize=9, fontweight="bold", **style)
        axes.text(x, -y - 0.14, figures, fontsize=8, **style)
    places = np.array([(x, y) for _, x, y in tiles.values()], dtype=float)
    axes.set_xlim(places[:, 0].min() - 0.6, places[:, 0].max() + 0.6)
    axes.set_ylim(-places[:, 1].max() - 0.6, -places[:, 1].min() + 0.6)
    axes.set_aspect("equal")
    axes.set_axis_off()
    made = finished(figure, table, question, survey, "Tile map", said(rows, question))
    return replace(made, name=f"{question.id}_map")
