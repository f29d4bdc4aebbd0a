"""Means of groups as dots with their intervals, a line for each row of a question."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dmsi_lib.figures.bars import (
    COLOURS,
    INK,
    Picture,
    add_legend,
    frame_figure,
    new_figure,
    plain_text,
    style_axes,
    wrapped,
)
from dmsi_lib.figures.reader_tables import Source
from dmsi_lib.questionnaire import Question

_LINE = 0.34  # inches a dot
_SPREAD = 0.6  # of the room for a row that its groups take


def plot_means(
    means: pd.DataFrame,
    rows: Mapping[str, str],
    labels: Mapping[str, str],
    question: Question,
    survey: Source,
    note: str,
    what: str,
) -> Picture:
    """A dot a row and group, with the mean beside it.

    Parameters
    ----------
    means : as from `tables.group_means`
    rows, labels : label of each row and of each group, by code
    question, survey : where they come from
    note : base and source, in words
    what : what the axis measures
    """
    figure = new_figure(1.5 + _LINE * len(rows) * len(labels))
    axes = figure.subplots()
    for n, (code, label) in enumerate(labels.items()):
        lines = means[means["group"] == code].set_index("row").reindex(list(rows))
        shift = _SPREAD * (n - (len(labels) - 1) / 2) / len(labels)
        at = [place + shift for place in range(len(rows))]
        colour = COLOURS[n % len(COLOURS)]
        axes.hlines(at, lines["ci_low"], lines["ci_high"], color=colour, linewidth=1.5)
        axes.plot(lines["mean"], at, "o", color=colour, markersize=6, label=plain_text(label))
        ends = lines["ci_high"].fillna(lines["mean"])
        style: dict[str, Any] = {"va": "center", "fontsize": 8, "color": INK}
        for y, end, mean in zip(at, ends, lines["mean"], strict=True):
            if not pd.isna(mean):
                axes.annotate(f"{mean:,.2f}", (end, y), (5, 0), textcoords="offset points", **style)
    axes.set_yticks(range(len(rows)), [wrapped(label) for label in rows.values()])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.margins(x=0.12)
    axes.set_xlabel(what, fontsize=8)
    style_axes(axes, "left")
    add_legend(figure, *axes.get_legend_handles_labels())
    frame_figure(figure, question.text, survey, note)
    alt = f"Dots for means, {question.text} {note} {_said(means, rows, labels)}."
    return Picture(question.id, figure, alt, note)


def _said(means: pd.DataFrame, rows: Mapping[str, str], labels: Mapping[str, str]) -> str:
    """The means in words, for the alternative text."""
    parts = [
        f"{rows[line.row]}, {labels[line.group]}: {line.mean:,.2f} (n = {line.n})"
        for line in means[means["group"].isin(list(labels))].itertuples()
        if line.n
    ]
    return "; ".join(parts)
