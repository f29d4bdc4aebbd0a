"""One answer that two groups gave unequally often, in numbers and in plain words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from dmsi_lib.figures.group_names import GroupNames, capitalised
from dmsi_lib.figures.shares import whole_percent
from dmsi_lib.tables import lines_of

# What respondents do with an answer, by the type of the question, and what is done with it.
_VERBS = {
    "single": ("answer", "answered"),
    "multiple": ("name", "named"),
    "open": ("mention", "mentioned"),
}


@dataclass(frozen=True)
class Gap:
    """How much more often one group gave an answer than another.

    Attributes
    ----------
    item, label : of the answer
    groups : codes of the groups, the one that gave it more often first
    counts, bases, percents : of the two (percents 0 to 100)
    names : what the groups are called
    type : of the question
    """

    item: str
    label: str
    groups: tuple[str, str]
    counts: tuple[int, int]
    bases: tuple[int, int]
    percents: tuple[float, float]
    names: GroupNames
    type: str

    @property
    def difference(self) -> float:
        """Percentage points, never below 0."""
        return self.percents[0] - self.percents[1]

    @property
    def points(self) -> str:
        """The difference in whole points, in words."""
        rounded = round(self.difference)
        if rounded == 0:
            return "under 1 point" if self.difference else "0 points"
        return f"{rounded} point{'' if rounded == 1 else 's'}"

    @property
    def shares(self) -> str:
        """Both shares: "66 % against 39 %"."""
        return " against ".join(map(whole_percent, self.percents))

    def __str__(self) -> str:
        """Both shares with their bases: "66 % of 77 against 39 % of 94"."""
        shares = zip(self.percents, self.bases, strict=True)
        return " against ".join(f"{whole_percent(percent)} of {base:,}" for percent, base in shares)


def gap_sentences(gaps: Sequence[Gap]) -> list[str]:
    """Who gave which answers more often, with both shares, in a sentence for each two groups; a
    group that leads in several answers is named once."""
    by_groups: dict[tuple[str, str], list[Gap]] = {}
    for gap in gaps:
        by_groups.setdefault(gap.groups, []).append(gap)
    return [_one(*own) if len(own) == 1 else _several(own) for own in by_groups.values()]


def _one(gap: Gap) -> str:
    more, less = gap.groups
    verb, participle = _VERBS[gap.type]
    shares = gap.names.of(less, str(gap), gap.bases[1])
    if more in gap.names.plurals:
        who = capitalised(gap.names.among(more))
        return f"{who} {verb} “{gap.label}” more often: {shares}."
    return f"“{gap.label}” is {participle} more often among {gap.names.among(more)}: {shares}."


def _several(gaps: Sequence[Gap]) -> str:
    first, names = gaps[0], gaps[0].names
    more, less = map(names.among, first.groups)
    verb, participle = _VERBS[first.type]
    said = [f"“{first.label}” ({first})"]
    said += [
        f"“{gap.label}” ({gap.shares if gap.bases == first.bases else gap})" for gap in gaps[1:]
    ]
    listed = f"{', '.join(said[:-1])} and {said[-1]}"
    if first.groups[0] in names.plurals:
        return f"{capitalised(more)} {verb} these more often than {less}: {listed}."
    return f"More often {participle} among {more} than among {less}: {listed}."


def gaps_of(
    pairs: pd.DataFrame, labels: Mapping[str, str], names: GroupNames, type_: str
) -> list[Gap]:
    """The gaps of options between two groups each, the largest first.

    Parameters
    ----------
    pairs : rows as from `tables.compare_options` or `tables.compare_pairs`
    labels : of the options
    names : of the groups
    type_ : of the question
    """
    gaps = []
    for row in lines_of(pairs):
        sides = [
            (row.group_1, row.count_1, row.base_1, row.percent_1),
            (row.group_2, row.count_2, row.base_2, row.percent_2),
        ]
        groups, counts, bases, percents = zip(
            *sorted(sides, key=lambda side: -side[3]), strict=True
        )
        label = labels[row.item]
        gaps.append(Gap(row.item, label, groups, counts, bases, percents, names, type_))
    return sorted(gaps, key=lambda gap: -gap.difference)
