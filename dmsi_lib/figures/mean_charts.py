"""Means of groups as dots with their intervals, a line for each group below each row's label."""

from collections.abc import Mapping
from itertools import cycle

import pandas as pd

from dmsi_lib.figures.headings import Heading
from dmsi_lib.figures.lettering import PLAIN, broken, height_of, width_of
from dmsi_lib.figures.pictures import Picture, marked_data, redrawable
from dmsi_lib.figures.reader_tables import Source
from dmsi_lib.figures.sheets import new_sheet, text_width
from dmsi_lib.figures.styles import style_now
from dmsi_lib.questionnaire import Question

_LINE, _BETWEEN = 0.17, 0.1  # inches: a group's line, between rows
_SIGN = "●"


@redrawable
def plot_means(
    means: pd.DataFrame,
    rows: Mapping[str, str],
    labels: Mapping[str, str],
    question: Question,
    survey: Source,
    note: str,
) -> Picture:
    """A dot a row and group, with the mean at the right edge.

    Parameters
    ----------
    means : as from `tables.group_means`
    rows, labels : label of each row and of each group, by code
    question, survey : where they come from
    note : base and measure, in words
    """
    wording = [question.text] if question.text != question.short else []
    heading = Heading(question.short, (*wording, note))
    texts = [broken(label, text_width(survey)) for label in rows.values()]
    heights = [height_of(len(lines), PLAIN) + _LINE * len(labels) + _BETWEEN for lines in texts]
    colours = dict(zip(labels, cycle(style_now().palette.colours), strict=False))
    legend = [(_SIGN, colours[code], label) for code, label in labels.items()]
    sheet = new_sheet(heading, survey, sum(heights), legend)
    room = max(width_of(f"{mean:,.2f}", PLAIN) for mean in means["mean"].fillna(0)) + 0.1
    axes = sheet.axes(width=sheet.width - room)
    top = 0.0
    for row, lines, height in zip(rows, texts, heights, strict=True):
        sheet.write(0, top, "\n".join(lines), va="top")
        for n, code in enumerate(labels):
            y = top + height_of(len(lines), PLAIN) + (n + 0.5) * _LINE
            for line in means[(means["row"] == row) & (means["group"] == code)].itertuples():
                axes.hlines(y, line.ci_low, line.ci_high, color=colours[code], linewidth=1.5)
                axes.plot(line.mean, y, "o", color=colours[code], markersize=6)
                if line.n:
                    sheet.write(sheet.width, y, f"{line.mean:,.2f}", ha="right")
        top += height
    axes.margins(x=0.05)
    axes.set_ylim(sum(heights), 0)
    alt = heading.alt("Dots for means", _said(means, rows, labels), survey)
    return Picture(question.id, sheet.figure, alt, data=marked_data(means, survey))


def _said(means: pd.DataFrame, rows: Mapping[str, str], labels: Mapping[str, str]) -> str:
    """The means in words, for the alternative text."""
    parts = [
        f"{rows[line.row]}, {labels[line.group]}: {line.mean:,.2f} (n = {line.n})"
        for line in means[means["group"].isin(list(labels))].itertuples()
        if line.n
    ]
    return "; ".join(parts)
