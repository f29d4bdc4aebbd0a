"""What the report says in words: whether its figures bear it out, and by how much.

A word such as "more" or "less" is reproduced by its sign alone; how far chance could have turned
that sign is said with it. The tests take respondents for independent draws.
"""

from typing import Any

import numpy as np
import pandas as pd

from dmsi_lib.published.findings import ARITHMETIC, READING, by_authority, findings
from dmsi_lib.published.ledger import RELATIONS, STATEMENT, plain_number, round_half_up
from dmsi_lib.published.sensitivity import concept_pairs
from dmsi_lib.questionnaire import Questionnaire
from dmsi_lib.tables import enough, shares_test

_SAME = ["question", "item", "measure", "text"]


def with_references(published: pd.DataFrame, name: str) -> pd.DataFrame:
    """The rows with the first and most authoritative exact figure `name` for the same thing."""
    rows = by_authority(published)
    rows = rows.assign(text=rows["label"].where(rows["measure"] == "other_text", ""))
    exact = rows[rows[name].notna() & (rows["relation"] == "=")].drop_duplicates(_SAME)
    titles = {name: "reference"} | {c: f"reference_{c}" for c in ("kind", "source_line", "label")}
    references = exact[[*_SAME, *titles]].rename(columns=titles)
    return rows.merge(references, on=_SAME, how="left").set_axis(rows.index)


def statement_findings(published: pd.DataFrame) -> pd.DataFrame:
    """Findings about words ("<", ">", "~") that the printed percentage of the same thing denies.

    Where the report prints the number that it compares with, the contradiction is one of numbers;
    where we took it from the words ("statement"), it is one of our reading.
    """
    rows = with_references(published, "percent")
    rows = rows[rows["relation"].ne("=") & rows["percent"].notna() & rows["reference"].notna()]
    holds = [RELATIONS[row.relation](row.reference, row.percent) for row in rows.itertuples()]
    rows = rows[~np.array(holds, dtype=bool)]
    stated = rows["relation"] + " " + rows["percent"].map(plain_number).astype(str)
    rows = rows.assign(found=rows["reference"], expected=stated, basis=ARITHMETIC)
    judged = rows["kind"] == STATEMENT
    text = "'{reference_label}' is printed as {found:.2f} % (line {reference_source_line})"
    return pd.concat(
        [
            findings("statement", rows[~judged], text + ", which contradicts {label}; {reading}."),
            findings(
                "statement",
                rows[judged].assign(basis=READING),
                text + "; {label} can be read otherwise; {reading}.",
            ),
        ]
    )


def sign_remarks(
    published: pd.DataFrame, ours: pd.DataFrame, questionnaire: Questionnaire | None
) -> pd.Series:
    """Of each figure that stands in a relation ("<", ">", "~"): how its words are read, what of it
    is reproduced, by which figures, and how likely chance alone is to make as large a difference;
    "" for the others.

    A share that the report compares with the printed one of a twin (the same option of the same
    question to another group) is tested against the twin's, unless the two were asked different
    things; any other against the stated number, by the exact binomial test. Where the report prints
    neither count nor percent, so that ours is one of these data alone, that is said.
    """
    twins = {} if questionnaire is None else _twins(questionnaire)
    frame = published.assign(**{f"our_{name}": ours[name] for name in ("count", "base", "percent")})
    return pd.Series(
        ["" if r.relation == "=" else _remark(r, frame, twins) for r in frame.itertuples()],
        index=published.index,
    )


def _twins(questionnaire: Questionnaire) -> dict[str, tuple[str, bool]]:
    """The twin of each question that has one, and whether it asks the same."""
    twins: dict[str, tuple[str, bool]] = {}
    for _, *ids in concept_pairs(questionnaire):
        one, other = (questionnaire[name] for name in ids)
        same = one.asks_the_same_as(other)
        twins |= {one.id: (other.id, same), other.id: (one.id, same)}
    return twins


def _remark(row: Any, frame: pd.DataFrame, twins: dict[str, tuple[str, bool]]) -> str:
    if pd.isna(row.our_base) or not row.our_base or pd.isna(row.percent):
        return ""
    count, base = int(row.our_count), int(row.our_base)
    reading = f"{row.reading}; " if row.kind == STATEMENT and row.reading else ""
    percent = round_half_up(100 * count / base)
    text = f"{reading}by its sign alone: ours {count} of {base} ({percent:.2f} %)"
    exact = frame[frame["item"].eq(row.item) & frame["relation"].eq("=")]
    own = exact["question"] == row.question
    if exact.loc[own, ["count", "percent"]].isna().all(axis=None):
        text += ", a share that the report does not print,"
    if row.relation == "~":
        return f"{text} below {row.percent:g} % by at most one point"
    twin_id, same = twins.get(row.question, ("", True))
    twin = exact[
        exact["question"].eq(twin_id)
        & exact["percent"].eq(row.percent)
        & exact["our_base"].fillna(0).gt(0)
    ]
    if twin.empty:
        test = _exact(count, base, row.percent)
        return f"{text} against {row.percent:g} %{_chance(test, base)}"
    other = twin.iloc[0]
    other_base = int(other["our_base"])
    test = shares_test(count, base, int(other["our_count"]), other_base)
    chance = _chance(test, base, other_base) if same else "; the two were asked different questions"
    percent = round_half_up(other["our_percent"])
    return (
        f"{text} against {other['our_count']} of {other_base} ({percent:.2f} %, "
        f"{other['question']}){chance}"
    )


def _exact(count: int, base: int, percent: float) -> tuple[str, float]:
    from scipy.stats import binomtest

    if not 0 < percent < 100:
        return "", np.nan  # one answer decides: there is nothing to test
    return "exact binomial test", float(binomtest(count, base, percent / 100).pvalue)


def _chance(test: tuple[str, float], *bases: int) -> str:
    """The p-value of a test, where it has one and the bases are large enough."""
    name, p_value = test
    if np.isnan(p_value) or not enough(bases).all():
        return ""
    shown = "p < 0.001" if p_value < 0.001 else f"p = {p_value:.2g}"
    return f", {shown} ({name})"
