"""Charts for particular kinds of question: going on and stopping, ranks, combinations of options,
maps.

Like all figures they carry their base, say when the data are synthetic, and describe themselves in
an alt text computed from what they show.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.patches import FancyBboxPatch

from dmsi_lib.figures.headings import Heading, heading_of
from dmsi_lib.figures.lettering import PLAIN, SMALL, broken, height_of, plain_text, shortened
from dmsi_lib.figures.pictures import Picture, marked_data, redrawable
from dmsi_lib.figures.ranking_tables import Panel
from dmsi_lib.figures.reader_tables import (
    HIDDEN,
    Source,
    bar_text,
    formatted,
    hidden_rows,
    said,
    table_files,
)
from dmsi_lib.figures.sheets import INK, LINE, Sheet, new_sheet, text_width
from dmsi_lib.figures.styles import style_now
from dmsi_lib.questionnaire import NOT_STATED, Question
from dmsi_lib.tables import as_written
from dmsi_lib.wording import how_many

_LABELS = 1.45  # inches of labels at the left
_MIDDLE: dict[str, Any] = {"ha": "center", "va": "center"}
_SHARES = ["group", "item", "label", "rank", "count", "base", "percent"]
_NO_LINE = {"percent": np.nan, "count": 0, "base": 0}


@redrawable
def plot_survival(table: pd.DataFrame, survey: Source) -> Picture:
    """How many are still there after each page: Kaplan-Meier steps with their intervals.

    Parameters
    ----------
    table : as from `skip_logic.break_off_table`
    survey : for the mark
    """
    has_band = bool(table["ci_low"].notna().any())
    how = "Percent who went on beyond each page (Kaplan-Meier estimate"
    how += "; the band is its 95 % interval)." if has_band else ")."
    started = how_many(int(table["reached"].max()), "person")
    heading = Heading("Where people left", (how, f"{started} started."))
    sheet = new_sheet(heading, survey, 2.4)
    axes = sheet.axes(left=0.5, height=1.95)
    axes.set_axis_on()
    colour = style_now().palette.colours[0]
    axes.step(table["page"], table["remaining"], where="post", color=colour, linewidth=2)
    if has_band:
        band = table["page"], table["ci_low"], table["ci_high"]
        axes.fill_between(*band, step="post", color=colour, alpha=0.2, linewidth=0)
    axes.set_ylim(0, 102)
    axes.tick_params(labelsize=SMALL, colors=INK)
    axes.spines[["top", "right"]].set_visible(False)
    sheet.write(0.5 + (sheet.width - 0.5) / 2, 2.33, "Page", fontsize=SMALL, ha="center")
    sheet.write(0.06, 0.97, "Percent going on", fontsize=SMALL, rotation=90, ha="center")
    steps = [
        f"after page {row.page} {row.remaining:.1f} %"
        for row in table[table["stopped_here"] > 0].itertuples()
    ]
    alt = heading.alt("Step curve", "; ".join(steps) or "Nobody left", survey)
    return Picture("survival", sheet.figure, alt, data=marked_data(table, survey))


@redrawable
def plot_ranks(panels: Sequence[Panel], question: Question, survey: Source) -> Picture:
    """How often each item was given each rank, best mean rank on top, a panel a group; all show the
    items of the first."""
    labels = panels[0].labels
    order = panels[0].ranks.astype("Float64").mean().sort_values(kind="stable").index
    lines = [broken(labels[item], _LABELS) for item in order]
    step = height_of(max(len(one) for one in lines), PLAIN) + 0.08
    names = "Shares of those who ranked any item that gave it each rank, in percent."
    wording = [] if question.short == question.text else [question.text]
    heading = Heading(question.short, (*wording, names))
    block = 2 * height_of(1, PLAIN) + 0.04 + step * len(order) + 0.12
    sheet = new_sheet(heading, survey, block * len(panels))
    parts = []
    for n, panel in enumerate(panels):
        ranks = panel.ranks[panel.ranks.notna().any(axis=1)].reindex(columns=order)
        answered = f"{len(ranks):,} answered"
        title = f"{panel.title} ({answered})" if panel.title else answered
        _draw_ranks(sheet, n * block, ranks, ["\n".join(one) for one in lines], step, title)
        means = ranks.astype("Float64").mean().map(formatted("{:.2f}"))
        listed = "; ".join(f"{labels[item]} {means[item]}" for item in order)
        parts.append(f"{title}, mean ranks: {listed}")
    alt = heading.alt("Heat map of ranks", ". ".join(parts), survey)
    return Picture(question.id, sheet.figure, alt, data=marked_data(_shares(panels, order), survey))


def _shares(panels: Sequence[Panel], order: pd.Index) -> pd.DataFrame:
    """What a heat map of ranks shows: a row a group, item and rank."""
    rows = []
    for panel in panels:
        ranks = panel.ranks[panel.ranks.notna().any(axis=1)]
        for item in order.intersection(ranks.columns, sort=False):
            for rank in range(1, len(order) + 1):
                count, base = int((ranks[item] == rank).sum()), len(ranks)
                percent = 100 * count / base if base else np.nan
                rows.append([panel.title, item, panels[0].labels[item], rank, count, base, percent])
    return pd.DataFrame(rows, columns=_SHARES)


def _draw_ranks(
    sheet: Sheet, top: float, ranks: pd.DataFrame, labels: list[str], step: float, title: str
) -> None:
    """One group's shares, an item a line of so many inches, under its title and the ranks."""
    import seaborn as sns  # takes long, and draws nothing else

    line, count = height_of(1, PLAIN), len(labels)
    shares = {
        rank: 100 * (ranks == rank).sum() / max(len(ranks), 1) for rank in range(1, count + 1)
    }
    sheet.write(0, top, title, va="top", fontweight="bold")
    below = top + 2 * line + 0.04
    axes = sheet.axes(_LABELS + 0.06, below, height=step * count)
    shades = {"cmap": style_now().palette.shades, "vmin": 0, "vmax": 100, "cbar": False}
    figures = {"annot": True, "fmt": ".0f", "annot_kws": {"fontsize": PLAIN}, "linewidths": 1}
    table = pd.DataFrame(shares).astype(float)
    sns.heatmap(table, ax=axes, xticklabels=False, yticklabels=False, **shades, **figures)
    axes.set(xlabel="", ylabel="")
    wide = (sheet.width - _LABELS - 0.06) / count
    for n, label in enumerate(labels):
        sheet.write(0, below + step * (n + 0.5), label)
        at = _LABELS + 0.06 + wide * (n + 0.5)
        sheet.write(at, top + 1.5 * line, _ordinal(n + 1), fontsize=SMALL, ha="center")


def _ordinal(rank: int) -> str:
    """A rank as it is said: "1st"."""
    return f"{rank}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(rank, 'th') }"


@redrawable
def plot_combinations(
    chosen: pd.DataFrame, question: Question, survey: Source, most: int = 8
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
    lines = [shortened(broken(labels[code], _LABELS), 2) for code in used]
    step, high, wide = height_of(2, PLAIN) + 0.04, 1.1, max(len(shown), 1)
    tallest = max([1, *shown["count"]])
    base = f"Answers ticked together. {how_many(len(chosen), 'respondent')} answered."
    wording = [] if question.short == question.text else [question.text]
    heading = Heading(question.short, (*wording, base))
    sheet = new_sheet(heading, survey, 0.2 + high + step * max(len(used), 1))
    bars = sheet.axes(_LABELS, 0.2, height=high)
    bars.set(xlim=(-0.5, wide - 0.5), ylim=(0, tallest))
    bars.bar(range(len(shown)), shown["count"], color=style_now().palette.colours[0])
    column = (sheet.width - _LABELS) / wide
    for x, count in enumerate(shown["count"]):
        above = 0.18 + high * (1 - count / tallest)
        sheet.write(_LABELS + column * (x + 0.5), above, str(count), ha="center", va="bottom")
    grid = sheet.axes(_LABELS, 0.2 + high)
    grid.set(xlim=(-0.5, wide - 0.5), ylim=(max(len(used), 1) - 0.5, -0.5))
    ticked = shown[used].to_numpy(dtype=bool).T
    for places, colour in ((np.ones_like(ticked), LINE), (ticked, INK)):
        down, across = np.nonzero(places)
        grid.scatter(across, down, s=22, color=colour)
    for n, label in enumerate(lines):
        sheet.write(0, 0.2 + high + step * (n + 0.5), "\n".join(label))
    listed = "; ".join(
        f"{' + '.join(labels[code] for code in used if row[code]) or 'none'} {row['count']}"
        for _, row in shown.iterrows()
    )
    listed = f"{how_many(len(counts), 'combination')}, by how many chose it: {listed}"
    alt = heading.alt("Combinations of options", listed, survey)
    name, data = f"{question.id}_combinations", marked_data(shown, survey)
    return Picture(name, sheet.figure, alt, data=data)


@redrawable
def plot_tile_map(
    table: pd.DataFrame,
    tiles: Mapping[str, tuple[str, int, int]],
    question: Question,
    survey: Source,
) -> Picture:
    """A map of equal tiles, one an area, shaded by percent; below it who is on none of them.

    Parameters
    ----------
    table : as from `tables.question_tables`, without groups
    tiles : abbreviation, column and row of each item; one that the table lacks has an empty tile
    question, survey : where the table comes from
    """
    rows = table[table["item"].isin(tiles)].set_index("item")
    heading = heading_of(table, question, survey)
    notes = [heading.note, on_no_tile(table, tiles, survey)]
    heading = replace(heading, note=" ".join(filter(None, notes)))
    places = np.array([(x, y) for _, x, y in tiles.values()], dtype=float)
    (first, top), (last, bottom) = places.min(axis=0), places.max(axis=0)
    size = text_width(survey) / (last - first + 1)
    sheet = new_sheet(heading, survey, size * (bottom - top + 1))
    axes = sheet.axes()
    axes.set(xlim=(first - 0.5, last + 0.5), ylim=(bottom + 0.5, top - 0.5))
    most = max(float(rows["percent"].fillna(0).max()), 1e-9)
    colours = matplotlib.colormaps[style_now().palette.shades]
    edge: dict[str, Any] = {"edgecolor": "#777777", "linewidth": 0.6}
    edge["boxstyle"] = "round,pad=0,rounding_size=0.08"
    for item, (short, x, y) in tiles.items():
        row = rows.loc[item] if item in rows.index else _NO_LINE
        fraction = 0.0 if np.isnan(row["percent"]) else row["percent"] / most
        colour = colours(0.08 + 0.85 * fraction)
        axes.add_patch(FancyBboxPatch((x - 0.46, y - 0.46), 0.92, 0.92, facecolor=colour, **edge))
        style: dict[str, Any] = {"color": "white" if fraction > 0.55 else INK, **_MIDDLE}
        axes.text(x, y - 0.2, plain_text(short), fontsize=PLAIN, fontweight="bold", **style)
        axes.text(x, y + 0.2, _tile_text(rows, item, question), fontsize=SMALL, **style)
    alt = heading.alt("Tile map. Counts and percents", said(rows, question), survey)
    files, data = table_files(table, survey), marked_data(as_written(table), survey)
    return Picture(f"{question.id}_map", sheet.figure, alt, tables=files, data=data)


def on_no_tile(table: pd.DataFrame, tiles: Container[str], survey: Source) -> str:
    """Who is on no tile of a map, and why, in a sentence; "" where everybody is on one.

    A public report says it without numbers: what is on no tile could tell of what is hidden.
    """
    stated = table[table["item"] != NOT_STATED]
    elsewhere = stated[~stated["item"].isin(tiles)]
    if "suppressed" in table or survey.n is None:
        labels = f", or an answer that has no tile ({_quoted(elsewhere)})" * (len(elsewhere) > 0)
        return f"On no tile: whoever gave no answer{labels}."
    silent = table.loc[table["item"] == NOT_STATED, "count"].sum()
    answered, others = int(table["base"].iloc[0] - silent), elsewhere[elsewhere["count"] > 0]
    parts = []
    if len(others):
        said = f"whose answer has none ({_quoted(others)})"
        parts.append(f"{others['count'].sum()} of {answered} who answered, {said}")
    if answered < survey.n:
        everybody = how_many(survey.n, "respondent")
        why = "gave no answer" if survey.base == "answered" else "were not asked or gave no answer"
        parts.append(f"{survey.n - answered} of {everybody}, who {why}")
    return f"On no tile: {'; '.join(parts)}." if parts else ""


def _quoted(rows: pd.DataFrame) -> str:
    return ", ".join(f"“{label}”" for label in rows["label"])


def _tile_text(rows: pd.DataFrame, item: str, question: Question) -> str:
    """What stands in a tile: a whole percent, or why there is none."""
    if item not in rows.index:
        return "–"
    if hidden_rows(rows)[item]:
        return HIDDEN
    row = next(rows.loc[[item]].itertuples())
    return bar_text(row, question, count=False) if row.base else "–"
