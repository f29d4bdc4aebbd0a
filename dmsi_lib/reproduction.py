"""Every published figure beside the one that the data give.

A figure counts as reproduced at the precision at which it was printed, no finer and no coarser.
"""

import re
from functools import cache

import pandas as pd

from dmsi_lib.arithmetic import statement_findings
from dmsi_lib.published import ERROR, RELATIONS, plain_number, round_half_up


def reproduce(published, table, themes=None, other_texts=None, answered=None, lost=None):
    """Set every published figure beside the one that the data give.

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

    Returns
    -------
    DataFrame, one row a figure, in the order given. `match` is True where all that was printed is
    met: counts, bases and ranks equal, percentages equal once rounded half-up to the printed
    decimals, or in the stated relation. `remark` says why not; a figure that is the report's own
    error never matches.
    """
    sources = {"theme": themes, "themes": themes, "other_text": other_texts}
    sources |= {"option": table, "rank": table, "answered": answered or table, "lost": lost}
    once = {source: cache(_looked_up(source)) for source in set(sources.values()) - {None}}
    figures = [_ours(row, once.get(sources[row.measure])) for row in published.itertuples()]
    ours = pd.DataFrame(figures, columns=["count", "percent", "base", "rank"])
    ours = ours.set_axis(published.index).astype(
        {"count": "Int64", "percent": float, "base": "Int64", "rank": "Int64"}
    )
    agrees = _agreement(published, ours)
    match = agrees.all(axis=1) & ~published["reading"].str.startswith(ERROR)
    shown = published[["section", "question", "label", "count", "percent", "base"]]
    return shown.rename(columns=lambda c: f"published_{c}" if c in ours else c).assign(
        **ours[["count", "percent", "base"]],
        match=match,
        kind=published["kind"],
        relation=published["relation"],
        remark=_remarks(published, ours, agrees).where(~match, ""),
        source_line=published["source_line"],
        published_rank=published["rank"],
        rank=ours["rank"],
    )


def _looked_up(source):
    """A source whose tables come as dict of item to dict of column to value, ranks besides."""

    def look_up(question_id):
        found = source(question_id)
        if not isinstance(found, pd.DataFrame):
            return found
        figures = {name: found[name] for name in ("count", "base", "percent")}
        figures["by_count"] = found["count"].rank(method="min", ascending=False)
        if "mean_rank" in found:
            figures["by_mean"] = found["mean_rank"].rank(method="min")
        rows = pd.DataFrame(figures).to_dict("records")
        return dict(zip(found["item"], rows, strict=True))

    return look_up


def _ours(row, source):
    """Our count, percent, base and rank for one published figure, as far as there are any."""
    if source is None:
        return {}
    found = source(row.question)
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


def _agreement(published, ours):
    """Per figure and column: nothing printed, or ours is what was printed (booleans)."""
    equal = {c: published[c].eq(ours[c]).fillna(False) for c in ("count", "base", "rank")}
    pairs = zip(published["relation"], ours["percent"], published["percent"], strict=True)
    equal["percent"] = [bool(RELATIONS[relation](*values)) for relation, *values in pairs]
    return published[list(equal)].isna() | pd.DataFrame(equal, index=published.index).astype(bool)


def _remarks(published, ours, agrees):
    """Why a figure is not met: the report's error, its contradiction, or the difference."""
    remarks = pd.Series("", index=published.index)
    ours = ours.assign(percent=round_half_up(ours["percent"]))
    for name in agrees:
        stated = published.loc[~agrees[name], name].map(plain_number)
        if name == "percent":
            stated = (published["relation"].replace("=", "") + " ").str.lstrip() + stated
        found = ours[name].map(lambda value: "nothing" if pd.isna(value) else plain_number(value))
        text = f"{name}: ours " + found + ", published " + stated + "; "
        remarks += text.reindex(remarks.index).fillna("")
    remarks = remarks.str.removesuffix("; ")
    remarks.update(statement_findings(published)["message"])
    return remarks.mask(published["reading"].str.startswith(ERROR), published["reading"])
