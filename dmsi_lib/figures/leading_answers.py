"""The most frequent answer in a sentence: whatever was answered most, "Other" included."""

from collections.abc import Collection

import pandas as pd

from dmsi_lib.figures.reader_tables import hidden_rows, with_intervals
from dmsi_lib.figures.shares import whole_percent
from dmsi_lib.tables import FEWEST, enough


def most_frequent(
    table: pd.DataFrame,
    what: str = "answer",
    base: str = "",
    aside: Collection[str] = (),
    did: str = "",
) -> str:
    """The most frequent of the rows of a table, all of them where several are.

    Parameters
    ----------
    table : tidy, of one question and group, without "Not stated"
    what : what a row is
    base : what the base counts, as "coded answers"
    aside : items that stand for many answers in the respondents' own words; where one of them is
        the most frequent, the most frequent of the others is named besides
    did : what the respondents did, "said" or "chose"; "most said" stands for more than half of them
    """
    known = table["base"].dropna()
    if len(known) and not enough(known.max()):  # a public report may hide every base
        return _too_few(int(known.max()), what, base)
    if hidden_rows(table).any():
        return _of_those_shown(table, what)
    if not table["count"].any():
        return "Nobody in the base chose any of the options."
    top = table[table["count"] == table["count"].max()]
    texts = [f"{_leading(top, what, did)}: {_share(top, base)}."]
    others = table[~table["item"].isin(list(aside))]
    if len(others) and others["count"].any() and top["item"].isin(list(aside)).any():
        listed = others[others["count"] == others["count"].max()]
        if not listed["item"].isin(top["item"]).any():
            texts.append(
                f"Of the listed ones the most frequent {_named(listed, what)}: "
                f"{_share(listed, base)}."
            )
    return " ".join(texts)


def interval_sentence(table: pd.DataFrame) -> str:
    """The interval of the most frequent answer, for the details; "" where too few answered, or a
    public report hides answers, any of which may be the most frequent."""
    shown = table[with_intervals(table)]
    if shown.empty or hidden_rows(table).any():
        return ""
    top = shown.loc[shown["count"].idxmax()]
    return (
        f"“{top['label']}”: {top['percent']:.1f} % of {top['base']:,}, 95 % interval "
        f"{top['ci_low']:.1f} to {top['ci_high']:.1f}."
    )


def _too_few(n: int, what: str, base: str) -> str:
    if not n:
        return "Nobody answered."
    counted = base.capitalize() if base else "Answers"
    return f"{counted}: {n:,}. That is under {FEWEST}, too few to name the most frequent {what}."


def _leading(top: pd.DataFrame, what: str, did: str) -> str:
    first = top.iloc[0]
    if did and len(top) == 1 and 2 * first["count"] > first["base"]:
        return f"{'All' if first['count'] == first['base'] else 'Most'} {did} “{first['label']}”"
    return f"The most frequent {_named(top, what)}"


def _named(rows: pd.DataFrame, what: str) -> str:
    names = " and ".join(f"“{label}”" for label in rows["label"])
    return f"{what} is {names}" if len(rows) == 1 else f"{what}s are {names}"


def _share(rows: pd.DataFrame, base: str = "") -> str:
    """Count, base and percent of the first of some rows that have the same."""
    first = rows.iloc[0]
    of = f"the {first['base']:,} {base}" if base else f"{first['base']:,}"
    percent, each = whole_percent(first["percent"]), " each" * (len(rows) > 1)
    return f"{first['count']:,} of {of} ({percent}){each}"


def _of_those_shown(table: pd.DataFrame, what: str) -> str:
    """The most frequent of the rows that a public report shows."""
    shown = table[~hidden_rows(table)]
    text = f"Suppressed figures: {len(table) - len(shown)} of {len(table)}."
    if shown.empty:
        return text
    top = shown.loc[[shown["count"].idxmax()]]
    return f"The most frequent {what} shown is “{top.iloc[0]['label']}”: {_share(top)}. {text}"
