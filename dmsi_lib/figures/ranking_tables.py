"""A ranking question for readers: who is put first, mean ranks and places, and in the details what
each item is worth and how far the respondents agree.

Whoever ranks the first three of six has said something of the other three as well: that they come
after. The mean rank, as it is usually printed, leaves them out. The mean place and the worth count
them: as sharing the places left, and as behind all that were ranked. So the two may order the items
otherwise than the mean rank, and the table says so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dmsi_lib.errors import InputError
from dmsi_lib.figures.reader_tables import (
    HIDDEN,
    HIDDEN_NOTE,
    Instead,
    Sentences,
    ShownTable,
    Source,
    all_hidden,
    formatted,
    hidden_rows,
    say,
    sizes,
)
from dmsi_lib.figures.shares import whole_percent
from dmsi_lib.figures.told_tests import equation
from dmsi_lib.questionnaire import NOT_STATED, Question
from dmsi_lib.tables import FEWEST, friedman, rank_summary, worth_intervals
from dmsi_lib.wording import how_many

if TYPE_CHECKING:  # drawing is loaded by those who draw
    from dmsi_lib.figures.pictures import Picture

PSEUDO = 0.5  # keeps the worths of small groups finite; see `plackett_luce.plackett_luce`
SUMMARY = ["group", "item", "label", "count", "base", "mean_rank", "mean_place", "rank_1_count"]
SUMMARY += ["rank_1_percent", "suppressed", "position"]
# By its name the head of a column, and how its figures are written.
_FIGURES = {
    "rank_1_percent": ("Ranked first, %", "{:.1f}"),
    "mean_rank": ("Mean rank", "{:.2f}"),
    "mean_place": ("Mean place", "{:.2f}"),
}
_WORTHS = ["group", "item", "label", "worth", "ci_low", "ci_high"]


@dataclass(frozen=True)
class Panel:
    """The rankings of one group: its label (empty where there are no groups), ranks (n, items) as
    nullable integers, and the label of each item."""

    title: str
    ranks: pd.DataFrame
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Ranking:
    """The rankings of one or more groups; shows itself as a table.

    Attributes
    ----------
    question : the one whose items are shown
    survey : where it comes from
    summary : a row a group and item: group, item, label, count (who ranked it), base (who ranked
        any), mean_rank over the count, mean_place over the base, rank_1_count, rank_1_percent (0 to
        100), suppressed ("" where the row is shown), position (1 for the best mean rank)
    panels : the rankings of each group; () in a public report, which has tables alone
    table : in a public report the tables of the groups
    note : what is to be said below the table besides
    """

    question: Question
    survey: Source
    summary: pd.DataFrame
    panels: tuple[Panel, ...] = ()
    table: pd.DataFrame | None = None
    note: str = ""

    @cached_property
    def worths(self) -> pd.DataFrame:
        """How likely each item is to be put first: group, item, label, worth, ci_low, ci_high (0 to
        1); without the groups whose rankings can't tell, and those of fewer than FEWEST."""
        tables = [table for panel in self.panels if (table := _worths(panel)) is not None]
        if not tables:
            return pd.DataFrame(columns=_WORTHS)
        return pd.concat(tables, ignore_index=True)[_WORTHS]

    @cached_property
    def shown(self) -> ShownTable:
        """The summary as a table for readers, items in the order of the first group."""
        summary = self.summary
        first = summary[summary["group"] == summary["group"].iloc[0]].sort_values("position")
        columns = {("Answer", ""): first["label"].tolist()}
        names = [name for name in _FIGURES if name != "mean_place" or self._some_left_out]
        for group, rows in self._groups():
            base = sizes(rows["base"])
            head = f"{group} ({base})" if group else f"{base} answered"
            rows = rows.set_index("item").reindex(first["item"])
            columns |= {(head, _FIGURES[name][0]): _cells(rows, name) for name in names}
        return ShownTable(pd.DataFrame(columns), self._caption())

    @property
    def _some_left_out(self) -> bool:
        """Whether anybody ranked some items and not others, as far as that is shown."""
        left = self.summary["mean_place"].notna() & (self.summary["count"] < self.summary["base"])
        return bool(left.any())

    def _caption(self) -> str:
        texts = ["Mean rank: of those who ranked the item, 1 being first."]
        if self._some_left_out:
            texts.append(
                "Mean place: of all who ranked any; the items that somebody left out share the "
                "places behind those that they ranked. So the two may differ in order."
            )
        texts.append("Base: respondents who ranked any.")
        if hidden_rows(self.summary).any():
            texts.append(HIDDEN_NOTE)
        return " ".join(filter(None, [*texts, self.note]))

    def _groups(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """The rows of each group, best mean rank first."""
        for group, rows in self.summary.groupby("group", sort=False):
            yield str(group), rows.sort_values("position")

    def _repr_html_(self) -> str:
        return self.shown._repr_html_()

    def __repr__(self) -> str:
        return repr(self.shown)

    def plot(self) -> "Picture":
        """How often each item was given each rank, a panel a group; mean ranks alone in a public
        report."""
        if self.table is None:
            from dmsi_lib.figures.charts import plot_ranks

            return plot_ranks(self.panels, self.question, self.survey)
        from dmsi_lib.figures.bars import plot_table

        return plot_table(self.table, self.question, self.survey)

    def sentences(self) -> Sentences:
        """What is put first most often, and whether the groups agree on the order."""
        texts, orders = [], {}
        for group, rows in self._groups():
            texts.append(_of(group, _put_first(rows)))
            if rows["base"].min() >= FEWEST and not hidden_rows(rows).any():
                orders[group] = rows["item"].tolist()
        if len(orders) == 2 and len(set(map(frozenset, orders.values()))) == 1:
            texts.append(_agreement(*orders.values()))
        return say(*texts)

    def details(self) -> Sentences:
        """What the items are worth, with intervals, and how far the respondents agree."""
        if self.table is not None:
            return say(
                "Worths and tests rest on single rankings, which a public report leaves out."
            )
        texts = [text for panel in self.panels for text in self._details(panel)]
        if len(self.worths):
            texts.append(
                "Worth: the chance of being put first (Plackett-Luce), with single 95 % bootstrap "
                "intervals. What somebody left out counts as behind all that they ranked, and each "
                f"item has {PSEUDO:g} wins and losses besides, against an item that nobody saw."
            )
        return say(*texts)

    def _details(self, panel: Panel) -> Iterator[str]:
        yield _of(panel.title, _concordance(panel.ranks))
        worths = self.worths[self.worths["group"] == panel.title]
        if len(worths):
            listed = "; ".join(
                f"“{r.label}” {r.worth:.2f} ({r.ci_low:.2f} to {r.ci_high:.2f})"
                for r in worths.sort_values("worth", ascending=False, kind="stable").itertuples()
            )
            yield _of(panel.title, f"worth {listed}.")


def rank_panels(question: Question, survey: Source, panels: tuple[Panel, ...]) -> Ranking:
    """The ranking of some groups, counted from their rankings."""
    tables = []
    for panel in panels:
        table = rank_summary(panel.ranks)
        labels = table["item"].map(panel.labels)
        tables.append(table.assign(group=panel.title, label=labels, suppressed=""))
    return Ranking(question, survey, _summary(tables), panels)


def rank_tables(
    question: Question, survey: Source, tables: Mapping[str, pd.DataFrame]
) -> Ranking | Instead:
    """The ranking of some groups as far as their tables, by their titles, show it."""
    frames = []
    for title, table in tables.items():
        table = table[table["item"] != NOT_STATED]
        first = table["rank_1_percent"] * table["base"].astype(float) / 100
        frames.append(table.assign(group=title, mean_place=np.nan, rank_1_count=first.round()))
    table = pd.concat(frames, ignore_index=True)
    if hidden_rows(table).all():
        return all_hidden(question)
    return Ranking(question, survey, _summary(frames), table=table)


def _summary(tables: list[pd.DataFrame]) -> pd.DataFrame:
    place = {"method": "first", "na_option": "bottom"}
    ranked = [t.assign(position=t["mean_rank"].rank(**place).astype(int)) for t in tables]
    return pd.concat(ranked, ignore_index=True)[SUMMARY]


def _cells(rows: pd.DataFrame, name: str) -> list[str]:
    """A column of figures; a row that a group lacks has none."""
    form = formatted(_FIGURES[name][1])
    hidden = rows["suppressed"].fillna("") != ""
    return [HIDDEN if h else form(value) for h, value in zip(hidden, rows[name], strict=True)]


def _put_first(rows: pd.DataFrame) -> str:
    """What one group puts first most often, and what has the best mean rank if that is another."""
    if hidden_rows(rows).any():
        return "too much is suppressed to say what is put first."
    base = int(rows["base"].max())
    if base < FEWEST:
        ranked = f"only {how_many(base, 'respondent')}" if base else "nobody"
        return f"{ranked} ranked anything" + ("; too few to name a first." if base else ".")
    top = rows[rows["rank_1_count"] == rows["rank_1_count"].max()]
    names = " and ".join(f"“{label}”" for label in top["label"])
    first, each = top.iloc[0], "" if len(top) == 1 else " each"
    percent, verb = whole_percent(first["rank_1_percent"]), "is" if len(top) == 1 else "are"
    text = (
        f"{names} {verb} put first most often: by {first['rank_1_count']:,.0f} of {base:,} "
        f"({percent}){each}."
    )
    best = rows.iloc[0]
    if best["item"] in set(top["item"]):
        return text
    return f"{text} “{best['label']}” has the best mean rank ({best['mean_rank']:.2f})."


def _agreement(one: list[str], other: list[str]) -> str:
    same = sum(a == b for a, b in zip(one, other, strict=True))
    if same == len(one):
        return "Both groups put the items in the same order."
    return f"By mean rank the groups agree on {same} of {len(one)} places."


def _worths(panel: Panel) -> pd.DataFrame | None:
    """The worths of a group; None for fewer than FEWEST, ties, or nothing to compare."""
    if panel.ranks.notna().any(axis=1).sum() < FEWEST:
        return None
    try:
        table = worth_intervals(panel.ranks, pseudo=PSEUDO)
    except InputError:
        return None
    return table.assign(group=panel.title, label=table["item"].map(panel.labels))


def _concordance(ranks: pd.DataFrame) -> str:
    complete = int(ranks.notna().all(axis=1).sum())
    if complete < FEWEST:
        return f"with {how_many(complete, 'complete ranking')}, their agreement is not computed."
    try:
        test = friedman(ranks)
    except InputError:  # of two items
        return "agreement is computed for three items or more."
    return (
        f"over {test.n} complete rankings ({test.left_out} partial ones left out) Kendall's W is "
        f"{test.kendalls_w:.2f}, where 0 is no agreement and 1 the same order by all; Friedman's "
        f"chi-square {test.statistic:.1f} on {how_many(test.df, 'degree')} of freedom, "
        f"{equation(test.p_value)}."
    )


def _of(group: str, text: str) -> str:
    """A sentence about a group; about everybody, where there are none."""
    return f"{group}: {text}" if group else text[:1].upper() + text[1:]
