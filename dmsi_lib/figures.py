"""What a reader sees: tables with captions, and figures with alt text computed from the data.

Every table and figure names its base and says when the data are synthetic. Figures are drawn on a
plain matplotlib Figure, so that nothing depends on a notebook's front end.
"""

import base64
import html
import io
import textwrap
from dataclasses import dataclass

import matplotlib
import matplotlib.figure
import pandas as pd
import seaborn as sns

from dmsi_lib.questionnaire import NOT_STATED

SYNTHETIC_MARK = "Synthetic data"
NO_FIGURE = "–"  # where nobody is there to count
_WIDTH, _BAR, _DPI = 7.6, 0.36, 150  # inches, inches a bar, dots an inch
_LABEL = 42  # characters a line of an axis label
_COLOURS = sns.color_palette("colorblind")
_INK, _PALE = "#222222", "#555555"


@dataclass(frozen=True)
class ShownTable:
    """A table with its caption; shows itself in a notebook, everything from the data escaped."""

    frame: pd.DataFrame
    caption: str

    def _repr_html_(self):
        body = self.frame.to_html(index=False, escape=True, border=0, na_rep="", classes="figures")
        return body.replace("<thead>", f"<caption>{html.escape(self.caption)}</caption><thead>", 1)

    def __repr__(self):
        return f"{self.caption}\n{self.frame.to_string(index=False)}"


def show(frame, caption):
    """Any frame as a table for readers: plain column names, blanks for what is missing."""
    shown = frame.rename(columns=lambda name: str(name).replace("_", " ").capitalize())
    for name, column in shown.items():
        form = "{:.2f}" if column.dtype == "float64" else "{}"
        shown[name] = ["" if pd.isna(value) else form.format(value) for value in column]
    return ShownTable(shown, caption)


@dataclass(frozen=True)
class Sentences:
    """Sentences with computed numbers; whatever they take from the data is escaped."""

    texts: tuple

    def _repr_html_(self):
        return "".join(f"<p>{html.escape(text)}</p>" for text in self.texts)

    def __repr__(self):
        return " ".join(self.texts)


def say(*texts):
    """Show sentences below a table or figure."""
    return Sentences(texts)


@dataclass(frozen=True)
class Wording:
    """A question as it was put, who it was put to, and how many of them answered."""

    text: str
    asked: str
    answered: str

    def _repr_html_(self):
        return (
            f"<blockquote><p>{html.escape(self.text)}</p></blockquote>"
            f"<p>Asked of: {html.escape(self.asked)}. {html.escape(self.answered)}</p>"
        )

    def __repr__(self):
        return f"{self.text}\nAsked of: {self.asked}. {self.answered}"


@dataclass(frozen=True)
class Quotations:
    """Answers in the respondents' own words, as far as a reviewer has allowed it."""

    texts: tuple
    synthetic: bool = False

    def _repr_html_(self):
        quotes = "".join(f"<blockquote><p>{html.escape(t)}</p></blockquote>" for t in self.texts)
        return quotes + (f"<p>{SYNTHETIC_MARK}.</p>" if quotes and self.synthetic else "")

    def __repr__(self):
        mark = [f"{SYNTHETIC_MARK}."] if self.texts and self.synthetic else []
        return "\n".join([*(f"“{text}”" for text in self.texts), *mark])


@dataclass(frozen=True)
class Picture:
    """A drawn figure with its name and alt text; shows itself in a notebook as PNG, or, where lines
    and small print matter, as SVG."""

    name: str
    figure: matplotlib.figure.Figure
    alt: str
    vector: bool = False

    def svg(self):
        """The figure as SVG bytes, the same for the same figure."""
        drawn = io.BytesIO()
        with matplotlib.rc_context({"svg.hashsalt": self.name}):
            self.figure.savefig(drawn, format="svg", metadata={"Date": None})
        return drawn.getvalue()

    def png(self):
        """The figure as PNG bytes, colours reduced to what a chart needs."""
        from PIL import Image

        drawn = io.BytesIO()
        self.figure.savefig(drawn, format="png", dpi=_DPI)
        small = io.BytesIO()
        image = Image.open(drawn).convert("RGB").quantize(64, method=Image.Quantize.MEDIANCUT)
        image.save(small, format="png", optimize=True)
        return small.getvalue()

    def _repr_mimebundle_(self, include=None, exclude=None):
        metadata = {"alt": self.alt, "name": self.name}
        if not self.vector:
            data = {"image/png": base64.b64encode(self.png()).decode(), "text/plain": self.alt}
            return data, {"image/png": metadata}
        # As an image, not inline: a browser runs nothing inside it.
        source = "data:image/svg+xml;base64," + base64.b64encode(self.svg()).decode()
        image = f'<img src="{source}" alt="{html.escape(self.alt)}">'
        return {"text/html": image, "text/plain": self.alt}, {"text/html": metadata}


def base_sentence(table, question, survey):
    """Base and source of a table in one sentence, for captions."""
    sizes = _sizes(table["base"])
    name = table["base_name"].iloc[0]
    mark = f" {SYNTHETIC_MARK}." if survey.synthetic else ""
    edit = "" if survey.edit == "none" else f" Edit: {survey.edit}."
    return f"Base: {sizes} {name}.{edit}{mark}".replace(" universe:", " in the universe:")


def _sizes(bases):
    least, most = int(bases.min()), int(bases.max())
    return f"{least}" if least == most else f"{least} to {most}"


def in_order(table, question):
    """Rows as they are shown: choose-all-that-apply by count, the rest as in the questionnaire;
    the companion and "Not stated" last."""
    last = table["item"].isin([question.other_code, NOT_STATED])
    rank = -table.groupby("item")["count"].transform("sum") if question.type == "multiple" else 0
    if question.type == "ranking":  # over the groups, so that every group has one order
        rank = table.groupby("item")["mean_rank"].transform("mean")
    return (
        table.assign(_last=last, _rank=rank, _n=range(len(table)))
        .sort_values(["_last", "_rank", "_n"], kind="stable")
        .drop(columns=["_last", "_rank", "_n"])
    )


def show_table(table, question, survey):
    """A tidy table as a reader wants it.

    Parameters
    ----------
    table : DataFrame as from `tables.question_table`
    question : Question
    survey : Survey, for the caption

    Returns
    -------
    ShownTable
    """
    table = in_order(table, question)
    if (table["group"] != "").any():
        return _grouped(table, question, survey)
    shown = pd.DataFrame({"Answer": table["label"], "Count": table["count"].map("{:,}".format)})
    if question.type == "ranking":
        shown["Mean rank"] = table["mean_rank"].map(_number("{:.2f}"))
        shown["Ranked first, %"] = table["rank_1_percent"].map(_number("{:.1f}"))
    else:
        shown["Percent"] = table["percent"].map(_number("{:.1f}"))
        shown["95 % interval"] = [
            f"{low:.1f} to {high:.1f}" if low == low else NO_FIGURE
            for low, high in zip(table["ci_low"], table["ci_high"], strict=True)
        ]
    if question.type == "numeric":
        shown["Mean"] = table["mean"].map(_number("{:,.2f}"))
        shown["Median"] = table["median"].map(_number("{:,.2f}"))
    if question.type == "matrix":
        shown.insert(2, "Base", table["base"])
    return ShownTable(shown, base_sentence(table, question, survey))


def _number(form):
    """A format that leaves no NaN in a table."""
    return lambda value: NO_FIGURE if pd.isna(value) else form.format(value)


def _figures(row, question):
    """What stands at one bar and in one cell: a mean rank, or count and percent."""
    if not row.base:
        return "no base"
    if question.type == "ranking":
        return _number("{:.2f}")(row.mean_rank)
    return f"{row.count} ({row.percent:.1f} %)"


def _grouped(table, question, survey):
    columns = {"Answer": table.drop_duplicates("item")["label"].tolist()}
    for group, rows in table.groupby("group", sort=False):
        head = f"{group} (n = {_sizes(rows['base'])})"
        columns[head] = [_figures(row, question) for row in rows.itertuples()]
    return ShownTable(pd.DataFrame(columns), base_sentence(table, question, survey))


def plot_table(table, question, survey):
    """Horizontal bars with count and percent at the bar and Wilson intervals.

    Parameters
    ----------
    table : DataFrame as from `tables.question_table`
    question : Question
    survey : Survey, for captions and marks

    Returns
    -------
    Picture
    """
    table = in_order(table, question)
    groups = [g for g in table["group"].drop_duplicates() if g]
    labels = [_wrapped(label) for label in table.drop_duplicates("item")["label"]]
    lines = sum(max(label.count("\n") + 1, len(groups) or 1) for label in labels)
    height = 1.35 + _BAR * 0.72 * lines + 0.12 * len(labels)
    figure = matplotlib.figure.Figure(figsize=(_WIDTH, height), layout="constrained")
    axes = figure.subplots()
    ranking = question.type == "ranking"
    value = "mean_rank" if ranking else "percent"
    # A bar an item: two long labels may look alike once they are shortened.
    shown = table.assign(value=table[value].fillna(0), group=table["group"].map(_plain))
    sns.barplot(
        shown,
        x="value",
        y="item",
        hue="group" if groups else None,
        palette=_COLOURS[: len(groups)] if groups else None,
        color=None if groups else _COLOURS[0],
        errorbar=None,
        legend=bool(groups),
        ax=axes,
    )
    axes.set_yticks(range(len(labels)), labels)
    _annotate(axes, shown, question)
    _dress(axes, figure, table, question, survey, ranking)
    return Picture(question.id, figure, alt_text(table, question, survey))


def _wrapped(text):
    shortened = textwrap.shorten(text, 3 * _LABEL, placeholder=" …")
    return _plain(textwrap.fill(shortened, _LABEL))


def _plain(text):
    """Text for matplotlib, which takes what stands between two dollar signs for a formula."""
    return text.replace("$", r"\$")


def _annotate(axes, shown, question):
    """Interval and figures at each bar. Bars come group by group, each in the items' order."""
    order = shown["item"].drop_duplicates()
    groups = shown["group"].drop_duplicates()
    for group, bars in zip(groups, axes.containers, strict=True):
        rows = shown[shown["group"] == group].set_index("item").loc[order]
        for bar, row in zip(bars, rows.itertuples(), strict=True):
            y, end = bar.get_y() + bar.get_height() / 2, row.value
            if question.type != "ranking" and row.base:
                axes.plot([row.ci_low, row.ci_high], [y, y], color=_INK, linewidth=1, alpha=0.7)
                end = row.ci_high
            axes.annotate(
                _figures(row, question),
                (end, y),
                (4, 0),
                textcoords="offset points",
                va="center",
                fontsize=8,
                color=_INK,
            )


def _dress(axes, figure, table, question, survey, ranking):
    # The title starts at the figure's edge, not at the axis, so that long titles have room.
    title = _plain(textwrap.fill(question.text, 84))
    figure.suptitle(title, x=0.005, ha="left", fontsize=10, fontweight="bold", color=_INK)
    axes.set_ylabel("")
    axes.set_xlabel("Mean rank (1 is first)" if ranking else "Percent of the base", fontsize=8)
    axes.tick_params(labelsize=8, colors=_INK)
    longest = table["mean_rank" if ranking else "ci_high"].fillna(1).max()
    axes.set_xlim(0, 1.22 * max(float(longest), 1))  # room for the figures at the bars
    if not ranking:
        axes.set_xticks(
            [tick for tick in axes.get_xticks() if 0 <= tick <= min(100, 1.1 * longest)]
        )
    sns.despine(ax=axes, left=True)
    if axes.get_legend():
        handles, names = axes.get_legend_handles_labels()
        axes.get_legend().remove()
        figure.legend(handles, names, loc="outside lower right", ncols=4, fontsize=8, frameon=False)
    note = _plain(textwrap.fill(base_sentence(table, question, survey), 110))
    figure.supxlabel(note, x=0.005, ha="left", fontsize=7.5, color=_PALE)
    if survey.synthetic:
        figure.get_layout_engine().set(rect=(0, 0, 0.975, 1))
        figure.text(
            *(0.995, 0.5, SYNTHETIC_MARK.upper()),
            rotation=90,
            ha="right",
            va="center",
            fontsize=7,
            color="#b04a00",
        )


def plot_survival(table, survey):
    """How many are still there after each page: Kaplan-Meier steps with their intervals.

    Parameters
    ----------
    table : DataFrame as from `dispositions.break_off_table`
    survey : Survey, for the mark

    Returns
    -------
    Picture
    """
    figure = matplotlib.figure.Figure(figsize=(_WIDTH, 3.6), layout="constrained")
    axes = figure.subplots()
    axes.step(table["page"], table["remaining"], where="post", color=_COLOURS[0], linewidth=2)
    band = {"step": "post", "color": _COLOURS[0], "alpha": 0.2, "linewidth": 0}
    axes.fill_between(table["page"], table["ci_low"], table["ci_high"], **band)
    axes.set_ylim(0, 102)
    axes.set_xlabel("Page", fontsize=8)
    axes.set_ylabel("Percent going on", fontsize=8)
    axes.tick_params(labelsize=8, colors=_INK)
    sns.despine(ax=axes)
    title = "Respondents who go on beyond each page (Kaplan-Meier)"
    figure.suptitle(title, x=0.005, ha="left", fontsize=10, fontweight="bold", color=_INK)
    started = int(table["reached"].max())
    note = f"Base: {started} respondents who started. Band: 95 % interval."
    note += f" {SYNTHETIC_MARK}." if survey.synthetic else ""
    figure.supxlabel(note, x=0.005, ha="left", fontsize=7.5, color=_PALE)
    steps = [
        f"after page {row.page} {row.remaining:.1f} %"
        for row in table[table["stopped_here"] > 0].itertuples()
    ]
    return Picture("survival", figure, f"Step curve, {title}. {note} {'; '.join(steps)}.")


def alt_text(table, question, survey):
    """What the figure shows, in words: every bar with its figures."""
    parts = []
    for group, rows in table.groupby("group", sort=False):
        bars = [f"{row.label} {_figures(row, question)}" for row in rows.itertuples()]
        parts.append(f"{group}: {'; '.join(bars)}" if group else "; ".join(bars))
    kind = "mean ranks" if question.type == "ranking" else "counts and percents"
    base = base_sentence(table, question, survey)
    return f"Bar chart of {kind}, {question.text} {base} " + ". ".join(parts) + "."
