"""The most frequent answer in a sentence: whatever was answered most, "Other" included."""

from collections.abc import Collection

import pandas as pd

from dmsi_lib.figures.reader_tables import hidden_rows
from dmsi_lib.tables import FEWEST


def most_frequent(
    table: pd.DataFrame, what: str = "answer", base: str = "", aside: Collection[str] = ()
) -> str:
    """The most frequent of the rows of a table, all of them where several are.

    Parameters
    ----------
    table : tidy, of one question and group, without "Not stated"
    what : what a row is
    base : what the base counts, as "coded answers"; the share then stands without an interval
    aside : items that stand for many answers in the respondents' own words; where one of them is
        the most frequent, the most frequent of the others is named besides
    """
    known = table["base"].dropna()
    if len(known) and 0 < known.max() < FEWEST:  # a public report may hide every base
        return f"Fewer than {FEWEST} {base or 'answers'}: no most frequent {what} is named."
    if hidden_rows(table).any():
        return _of_those_shown(table, what)
    if not table["count"].any():
        return "Nobody in the base chose any of the options."
    top = table[table["count"] == table["count"].max()]
    texts = [f"The most frequent {_named(top, what)}: {_share(top, base)}."]
    others = table[~table["item"].isin(list(aside))]
    if len(others) and others["count"].any() and top["item"].isin(list(aside)).any():
        listed = others[others["count"] == others["count"].max()]
        if not listed["item"].isin(top["item"]).any():
            texts.append(
                f"Of the listed ones the most frequent {_named(listed, what)}: "
                f"{_share(listed, base)}."
            )
    return " ".join(texts)


def _named(rows: pd.DataFrame, what: str) -> str:
    names = " and ".join(f"“{label}”" for label in rows["label"])
    return f"{what} is {names}" if len(rows) == 1 else f"{what}s are {names}"


def _share(rows: pd.DataFrame, base: str) -> str:
    first = rows.iloc[0]
    of = f"the {first['base']} {base}" if base else f"{first['base']}"
    interval = f", 95 % interval {first['ci_low']:.1f} to {first['ci_high']:.1f}"
    return f"{first['count']} of {of} ({first['percent']:.1f} %{'' if base else interval})"


def _of_those_shown(table: pd.DataFrame, what: str) -> str:
    """The most frequent of the rows that a public report shows."""
    shown = table[~hidden_rows(table)]
    text = f"{len(table) - len(shown)} of {len(table)} figures are suppressed."
    if shown.empty:
        return text
    top = shown.loc[shown["count"].idxmax()]
    return (
        f"The most frequent {what} shown is “{top['label']}”: {top['count']} of {top['base']} "
        f"({top['percent']:.1f} %). {text}"
    )
