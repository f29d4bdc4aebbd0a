"""A ranking question for readers: mean ranks, shares ranked first, worths, agreement."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from dmsi_lib.errors import InputError
from dmsi_lib.figures.reader_tables import (
    NO_FIGURE,
    Sentences,
    ShownTable,
    Source,
    formatted,
    say,
)
from dmsi_lib.questionnaire import Question
from dmsi_lib.tables import friedman, rank_summary, worth_intervals

if TYPE_CHECKING:  # drawing is loaded by those who draw
    from dmsi_lib.figures.pictures import Picture

PSEUDO = 0.5  # keeps the worths of small groups finite; see `worths.plackett_luce`


@dataclass(frozen=True)
class Panel:
    """The rankings of one group: its label (empty where there are no groups), ranks (n, items) as
    nullable integers, and the label of each item."""

    title: str
    ranks: pd.DataFrame
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Ranking:
    """The rankings of one or more groups; shows itself as a table."""

    question: Question
    survey: Source
    panels: tuple[Panel, ...]

    @cached_property
    def summary(self) -> pd.DataFrame:
        """A row a group and item: group, item, label, count, base, mean_rank, rank_1_percent,
        worth, worth_low, worth_high (0 to 1), position (1 for the best mean rank)."""
        return pd.concat(map(_summary, self.panels), ignore_index=True)

    @cached_property
    def shown(self) -> ShownTable:
        """The summary as a table for readers, items in the order of the first group."""
        summary = self.summary
        columns: dict[tuple[str, str], list[str]] = {}
        first = summary[summary["group"] == summary["group"].iloc[0]].sort_values("position")
        columns["Item", ""] = first["label"].tolist()
        for group, rows in summary.groupby("group", sort=False):
            base = int(rows["base"].iloc[0])
            name = f"{group} ({base})" if group else f"{base} answered"
            rows = rows.set_index("item").reindex(first["item"])
            columns[name, "Mean rank"] = rows["mean_rank"].map(formatted("{:.2f}")).tolist()
            columns[name, "Ranked first, %"] = (
                rows["rank_1_percent"].map(formatted("{:.1f}")).tolist()
            )
            columns[name, "Worth"] = [
                NO_FIGURE
                if pd.isna(r.worth)
                else f"{r.worth:.2f} ({r.worth_low:.2f} to {r.worth_high:.2f})"
                for r in rows.itertuples()
            ]
        caption = (
            "Mean rank (1 is first) over those who ranked the item, leaving out who ranked others "
            "only; worth: the chance of being put first (Plackett-Luce), with bootstrap intervals, "
            "counting what somebody left unranked as behind all that they ranked, and with "
            f"{PSEUDO:g} wins and losses of each item against one that nobody saw. So the two may "
            "order the items differently. Base: respondents who ranked any."
        )
        return ShownTable(pd.DataFrame(columns), caption)

    def _repr_html_(self) -> str:
        return self.shown._repr_html_()

    def __repr__(self) -> str:
        return repr(self.shown)

    def plot(self) -> "Picture":
        """How often each item was given each rank, a panel a group."""
        from dmsi_lib.figures.charts import plot_ranks

        return plot_ranks(self.panels, self.question, self.survey)

    def sentences(self) -> Sentences:
        """What is first, how far the respondents agree, and whether the groups do."""
        texts, orders = [], []
        ranks = {panel.title: panel.ranks for panel in self.panels}
        for group, rows in self.summary.groupby("group", sort=False):
            rows = rows.sort_values("position")
            if rows["count"].all():
                orders.append(rows["item"].tolist())
            best = rows.iloc[0]
            if not best["count"]:
                texts.append(f"{group or 'All'}: nobody ranked anything.")
                continue
            texts.append(
                f"{group or 'All'}: “{best['label']}” has the best mean rank "
                f"({best['mean_rank']:.2f}) and is ranked first by {best['rank_1_percent']:.1f} %."
                f"{_concordance(ranks[group])}"
            )
        if len(orders) == 2 and set(orders[0]) == set(orders[1]):
            same = sum(a == b for a, b in zip(*orders, strict=True))
            texts.append(
                "Both groups put the items in the same order."
                if orders[0] == orders[1]
                else f"The groups agree on {same} of {len(orders[0])} places."
            )
        return say(*texts)


def _summary(panel: Panel) -> pd.DataFrame:
    table = rank_summary(panel.ranks)
    try:
        worths = worth_intervals(panel.ranks, pseudo=PSEUDO).set_index("item")
    except InputError:  # nothing to compare, or ties
        worths = pd.DataFrame(columns=["worth", "ci_low", "ci_high"], dtype=float)
    worths = worths.reindex(table["item"]).reset_index()
    table = table.assign(
        group=panel.title,
        label=table["item"].map(panel.labels),
        worth=worths["worth"],
        worth_low=worths["ci_low"],
        worth_high=worths["ci_high"],
        position=table["mean_rank"].rank(method="first", na_option="bottom").astype(int),
    )
    first = ["group", "item", "label", "count", "base", "mean_rank", "rank_1_percent"]
    return table[[*first, "worth", "worth_low", "worth_high", "position"]]


def _concordance(ranks: pd.DataFrame) -> str:
    try:
        test = friedman(ranks)
    except InputError:
        return ""
    return (
        f" Over {test.n} complete rankings ({test.left_out} partial ones left out) Kendall's W is "
        f"{test.kendalls_w:.2f}, where 0 is no agreement and 1 the same order by all."
    )
