"""Every published figure beside the one that the data give.

A figure counts as reproduced at the precision at which it was printed, no finer and no coarser.
"""

import math
import re
from bisect import bisect_left
from collections.abc import Callable, Collection
from functools import cache
from typing import Any

import pandas as pd

from dmsi_lib.published.ledger import (
    ERROR,
    RELATIONS,
    STATEMENT,
    plain_number,
    round_half_up,
)
from dmsi_lib.published.statements import sign_remarks, statement_findings
from dmsi_lib.questionnaire import Questionnaire

# A relation in words: in a file, "=" would have to be kept from being taken for a formula.
IN_WORDS = {"=": "equal", ">": "above", "<": "below", "~": "almost"}
NOT_COMPARABLE = "not comparable: the question was not asked in this wave"
Source = Callable[[str], Any]  # of a question id


def our_figures(
    published: pd.DataFrame,
    table: Source,
    themes: Source | None = None,
    other_texts: Source | None = None,
    answered: Source | None = None,
    lost: Source | None = None,
    not_asked: Collection[str] = (),
) -> pd.DataFrame:
    """The figures that the data give where the report printed some.

    Parameters
    ----------
    published : DataFrame
        From `read_published`.
    table : callable of question id to DataFrame
        The tidy table (`item`, `count`, `base`, `percent`; for a ranking also `mean_rank`).
    themes : callable of question id to DataFrame, optional
        The same shape, an item being a theme's code.
    other_texts : callable of question id to Series of str, optional
        What was written beside "Other".
    answered, lost : callable of question id to int, optional
        How many answered the question; how many of them answered nothing after it. Without
        `answered` the table's base is taken.
    not_asked : ids of questions that the file lacks
        Of these the data give no figure, not even 0.

    Returns
    -------
    DataFrame, one row a figure, in the order given: `count`, `percent`, `base`, `rank`
    """
    sources = {"theme": themes, "themes": themes, "other_text": other_texts}
    sources |= {"option": table, "rank": table, "answered": answered or table, "lost": lost}

    @cache
    def look_up(source: Source | None, question_id: str) -> Any:
        found = source(question_id) if source else None
        return _rows(found) if isinstance(found, pd.DataFrame) else found

    figures = [
        {} if row.question in not_asked else _ours(row, look_up(sources[row.measure], row.question))
        for row in published.itertuples()
    ]
    ours = pd.DataFrame(figures, columns=["count", "percent", "base", "rank"])
    return ours.set_axis(published.index).astype(
        {"count": "Int64", "percent": float, "base": "Int64", "rank": "Int64"}
    )


def matches(published: pd.DataFrame, ours: pd.DataFrame) -> pd.Series:
    """Which published figures the data reproduce.

    Parameters
    ----------
    published : DataFrame as from `read_published`
    ours : DataFrame as from `our_figures`

    Returns
    -------
    Series of bool
        True where all that was printed is met: counts, bases and ranks equal, percentages equal
        once rounded half-up to the printed decimals, or in the stated relation. A figure that is
        the report's own error never matches.
    """
    met = _agreement(published, ours).all(axis=1)
    return met & ~published["reading"].str.startswith(ERROR)


def side_by_side(
    published: pd.DataFrame,
    ours: pd.DataFrame,
    not_asked: Collection[str] = (),
    questionnaire: Questionnaire | None = None,
) -> pd.DataFrame:
    """Every published figure beside ours.

    Parameters
    ----------
    published, ours : see `matches`
    not_asked : ids of questions that the file lacks, whose figures can't be compared
    questionnaire : Questionnaire, optional
        Tells which questions are twins, so that a share compared with that of another group can be
        tested against it.

    Returns
    -------
    DataFrame, one row a figure, in the order given; `match` as from `matches`, `relation` one of
    "equal", "above", "below" and "almost", `remark` says why a figure is not met and, where it is
    met by its sign alone, how the words are read, against which figure, and how uncertain that is.
    A statement has no `published_percent`: the number that it is held against is our reading.
    """
    match, remarks = matches(published, ours), _remarks(published, ours)
    remarks = remarks.mask(published["question"].isin(list(not_asked)), NOT_COMPARABLE)
    shown = published[["section", "question", "label", "count", "percent", "base"]]
    shown = shown.assign(percent=shown["percent"].mask(published["kind"] == STATEMENT))
    return shown.rename(columns=lambda c: f"published_{c}" if c in ours else c).assign(
        **ours[["count", "percent", "base"]],
        match=match,
        kind=published["kind"],
        relation=published["relation"].map(IN_WORDS),
        remark=remarks.where(~match, sign_remarks(published, ours, questionnaire)),
        source_line=published["source_line"],
        published_rank=published["rank"],
        rank=ours["rank"],
    )


def _rows(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """A table as dict of item to its figures and places, the least place where several share it."""
    columns = {name: table[name].tolist() for name in ("count", "base", "percent")}
    columns["by_count"] = _places([-count for count in columns["count"]])
    if "mean_rank" in table:
        columns["by_mean"] = _places(table["mean_rank"].tolist())
    lines = zip(*columns.values(), strict=True)
    return {
        item: dict(zip(columns, line, strict=True))
        for item, line in zip(table["item"].tolist(), lines, strict=True)
    }


def _places(values: list[float]) -> list[float]:
    """The place of each value, the smallest first; of a missing one none (NaN)."""
    ordered = sorted(value for value in values if not pd.isna(value))
    return [math.nan if pd.isna(v) else 1 + bisect_left(ordered, v) for v in values]


def _ours(row: Any, found: Any) -> dict[str, Any]:
    """Our count, percent, base and rank for one published figure, as far as there are any."""
    if found is None:
        return {}
    if row.measure == "other_text":
        named = found.str.contains(rf"(?<!\w){re.escape(row.label)}(?!\w)", case=False)
        return {"count": int(named.fillna(False).sum())}
    if not isinstance(found, dict):
        return {"count": found}
    if row.measure == "answered":
        column = "count" if set(found) == {"answered"} else "base"
        return {"count": next(iter(found.values()))[column]} if found else {}
    items = row.item.split("+") if row.measure == "themes" else [row.item]
    if any(item not in found for item in items):
        return {}
    rows = [found[item] for item in items]
    if row.measure == "rank":
        return {"rank": rows[0]["by_mean"]}
    ours = {"base": rows[0]["base"]} | {c: sum(r[c] for r in rows) for c in ("count", "percent")}
    if pd.notna(row.rank):
        ours["rank"] = rows[0]["by_count"]
    return ours


def _agreement(published: pd.DataFrame, ours: pd.DataFrame) -> pd.DataFrame:
    """Per figure and column: nothing printed, or ours is what was printed (booleans)."""
    equal = {c: published[c].eq(ours[c]).fillna(False) for c in ("count", "base", "rank")}
    pairs = zip(published["relation"], ours["percent"], published["percent"], strict=True)
    equal["percent"] = [bool(RELATIONS[relation](*values)) for relation, *values in pairs]
    return published[list(equal)].isna() | pd.DataFrame(equal, index=published.index).astype(bool)


def _remarks(published: pd.DataFrame, ours: pd.DataFrame) -> pd.Series:
    """Why a figure is not met: the report's error, its contradiction, or the difference."""
    agrees, remarks = _agreement(published, ours), pd.Series("", index=published.index)
    ours = ours.assign(percent=round_half_up(ours["percent"]))
    for name in agrees:
        stated = published.loc[~agrees[name], name].map(plain_number).astype(str)
        if name == "percent":
            stated = (published["relation"].replace("=", "") + " ").str.lstrip() + stated
        found = ours[name].map(lambda value: "nothing" if pd.isna(value) else plain_number(value))
        text = f"{name}: ours " + found.astype(str) + ", published " + stated + "; "
        remarks += text.reindex(remarks.index).fillna("")
    remarks = remarks.str.removesuffix("; ")
    remarks.update(statement_findings(published)["message"])
    return remarks.mask(published["reading"].str.startswith(ERROR), published["reading"])
