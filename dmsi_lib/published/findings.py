"""What a finding about a published report looks like, and which of its figures is the reference."""

import pandas as pd

from dmsi_lib.published.ledger import KINDS, plain_number

FINDINGS = ("check", "section", "question", "source_line", "found", "expected", "message", "basis")
ARITHMETIC, READING = "arithmetic", "reading"  # what a finding rests on: numbers, or our reading


def findings(check: str | pd.Series, rows: pd.DataFrame, message: str) -> pd.DataFrame:
    """Rows with `found` and `expected` as findings; the message is filled in from each row."""
    texts = [message.format_map(row) for row in rows.to_dict("records")]
    plain = {name: [plain_number(value) for value in rows[name]] for name in ("found", "expected")}
    basis = rows.get("basis", ARITHMETIC)
    rows = rows.assign(check=check, message=texts, basis=basis, **plain)
    return rows.reindex(columns=list(FINDINGS))


def by_authority(published: pd.DataFrame) -> pd.DataFrame:
    """The figures with tables before prose."""
    return published.sort_values("kind", key=lambda kind: kind.map(KINDS.index), kind="stable")


def exact_options(published: pd.DataFrame) -> pd.DataFrame:
    """The figures that print how many chose an option."""
    exact = published["measure"].eq("option") & published["relation"].eq("=")
    return published[exact & published["count"].notna()]


def answered(published: pd.DataFrame) -> pd.Series:
    """How many answered each question, the table's total before the prose."""
    rows = by_authority(published[published["measure"] == "answered"])
    return rows.groupby("question")["count"].first()
