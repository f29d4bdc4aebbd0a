"""What a published report says against itself, found without any data."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from dmsi_lib.published.findings import answered, exact_options, findings
from dmsi_lib.published.ledger import DECIMALS, round_half_up
from dmsi_lib.published.route_bounds import gate_findings, union_findings
from dmsi_lib.published.statements import statement_findings, with_references
from dmsi_lib.questionnaire import Question, Questionnaire


def check_arithmetic(
    published: pd.DataFrame, questionnaire: Questionnaire | None = None
) -> pd.DataFrame:
    """Where the published figures contradict themselves or one another.

    Parameters
    ----------
    published : DataFrame
        From `read_published`.
    questionnaire : Questionnaire, optional
        Its types and routing rules; without it only what needs neither is checked.

    Returns
    -------
    DataFrame with the columns `FINDINGS`, a row a contradiction, in the report's order. `check` is
    `percent` (not its count of its base, within half of the last printed digit), `base` (a table's
    rows against its total), `repeat` (prose against table), `twice` (one share printed twice),
    `statement` (words against figures), `sum` (a single choice against its total), `gate` (more
    answers than the routing rule lets through), `union` (more answers to questions that exclude
    each other than there are people) or `flow` (start less drop-off). `basis` is "arithmetic", or
    "reading" where the number that is contradicted is our reading of the report's words.
    """
    tables = [
        _percent_findings(published),
        _base_findings(published),
        *(_repeat_findings(published, name) for name in ("count", "percent", "rank")),
        statement_findings(published),
    ]
    if questionnaire is not None:
        questions = {question.id: question for question in questionnaire.questions}
        tables += [
            _sum_findings(published, questions),
            gate_findings(published, questionnaire),
            union_findings(published, questionnaire),
            _flow_findings(published, list(questions)),
        ]
    table = pd.concat(tables).astype({"source_line": "Int64"})
    return table.sort_values("source_line", kind="stable", ignore_index=True)


def _percent_findings(published: pd.DataFrame) -> pd.DataFrame:
    rows = published[published["relation"] == "="].dropna(subset=["count", "percent", "base"])
    share = 100 * rows["count"].astype(float) / rows["base"].astype(float)
    wrong = (share - rows["percent"]).abs() > 0.5 / 10**DECIMALS + 1e-9
    rows = rows.assign(found=rows["percent"], expected=round_half_up(share))[wrong]
    text = "'{label}' is printed as {found:.2f} %, but {count} of {base} is {expected:.2f} %."
    return findings("percent", rows, text)


def _base_findings(published: pd.DataFrame) -> pd.DataFrame:
    place = ["section", "question"]
    totals = published[published["kind"] == "total"].groupby(place)["count"].first()
    rows = published[published["kind"] == "table"].join(totals.rename("expected"), on=place)
    rows = rows.assign(found=rows["base"])[rows["base"].ne(rows["expected"]).fillna(False)]
    rows = rows.drop_duplicates([*place, "found"])  # one contradiction, however many rows it has
    return findings("base", rows, "'{label}' stands on {found}, its table's total is {expected}.")


def _repeat_findings(published: pd.DataFrame, name: str) -> pd.DataFrame:
    rows = with_references(published[published["relation"] == "="], name)
    rows = rows.assign(name=name, found=rows[name], expected=rows["reference"])
    rows = rows[rows["found"].ne(rows["expected"]).fillna(False) & rows["found"].notna()]
    check = (rows["kind"] == rows["reference_kind"]).map({True: "twice", False: "repeat"})
    text = "'{label}': {name} {found}, but the {reference_kind} in line "
    return findings(check, rows, text + "{reference_source_line} prints {expected}.")


def _sum_findings(published: pd.DataFrame, questions: Mapping[str, Question]) -> pd.DataFrame:
    """Options of a single-choice question against the number who answered, place by place."""
    single = {
        name: {*question.choices}
        for name, question in questions.items()
        if question.type == "single"
    }
    place = ["section", "question", "kind"]
    rows = exact_options(published).drop_duplicates([*place, "item"])
    rows = rows[rows["question"].isin(list(single))].groupby(place, sort=False, as_index=False)
    rows = rows.agg(
        source_line=("source_line", "first"), found=("count", "sum"), items=("item", set)
    )
    # Prose that names some of the options only adds up to nothing in particular.
    whole = [row.kind == "table" or single[row.question] <= row.items for row in rows.itertuples()]
    rows = rows.assign(expected=rows["question"].map(answered(published)))
    rows = rows[np.array(whole, dtype=bool) & rows["found"].ne(rows["expected"]).fillna(False)]
    return findings("sum", rows, "the answers in the {kind} make {found}; {expected} answered.")


def _flow_findings(published: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    """Start less drop-off against the next question that has a published base."""
    numbers = answered(published)
    following = numbers.reindex([name for name in order if name in numbers.index]).shift(-1)
    rows = published[published["measure"] == "lost"].drop_duplicates(["question", "count"])
    rows = rows.assign(start=rows["question"].map(numbers), found=rows["question"].map(following))
    rows = rows.assign(expected=rows["start"] - rows["count"])
    rows = rows[rows["found"].ne(rows["expected"]).fillna(False)]
    text = "{start} less {count} is {expected}, but {found} answered the next question."
    return findings("flow", rows, text)
