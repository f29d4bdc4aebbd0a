"""Tables: counts with the base they stand on, one tidy row an option.

The base is either everybody who answered the question ("answered", as survey tools and the
published report have it) or everybody it applied to ("universe"; who gave no answer is shown as
"Not stated"). Every row carries the base's size and its name in words.
"""

from itertools import groupby

import numpy as np
import pandas as pd

from dmsi_lib.errors import UsageError
from dmsi_lib.questionnaire import NOT_STATED
from dmsi_lib.tables.inference import wilson_interval
from dmsi_lib.tables.names import ANSWERS, REACH
from dmsi_lib.wording import unknown

BASES = ("answered", "universe")
# The first two name the table, `row` and `item` a line of it; `row` is "" but for a matrix.
COLUMNS = [
    *("question", "kind", "row", "item", "label", "group", "count", "base", "base_name"),
    *("percent", "ci_low", "ci_high", "mean_rank", "rank_1_percent", "mean", "median"),
]
ANSWERED_NAME = "respondents who answered"
ALL_NAME = "all respondents"
GROUPED_TYPES = ("single", "multiple")


def question_tables(questions, responses, routing, base="answered", by=None):
    """The tables of several questions, one under the other.

    Parameters
    ----------
    questions : list of Question
    responses : DataFrame, (n, (question, item))
    routing : Routing of the same responses
    base : "answered" or "universe"
    by : Question, optional
        A single or multiple question whose options become the groups; respondents who did not
        answer it are in no group, and those who ticked several are in several.

    Returns
    -------
    DataFrame
        One line an option (single, multiple, ranking), a row and option (matrix) or one line
        "answered" (open, numeric), for each group; the columns of COLUMNS. Percent and
        interval are 0 to 100, the interval Wilson's at 95 %. A ranking's count is how many ranked
        the item; `mean_rank` is over those, `rank_1_percent` over the base.

    Raises
    ------
    UsageError
        For an unknown base, or a `by` that has no options to group by.
    """
    if base not in BASES:
        raise UsageError(unknown("base", base, BASES))
    groups = _groups(by, responses)
    rows = [
        row
        for question in questions
        for row in _question_rows(question, responses, routing, base, groups)
    ]
    return finish(pd.DataFrame(rows))


def _question_rows(question, responses, routing, base, groups):
    """The rows of one question's table as dicts: one frame made of all is much quicker."""
    has, name = routing.has_answer(question.id), base_name(question, routing.questionnaire, base)
    inside = routing.in_universe(question.id) if base == "universe" else True
    for group, members in groups:
        rows = _COUNTS[question.type](question, responses, members & inside & has)
        if base == "universe":
            rows = _with_not_stated(rows, int((members & inside).sum()), question)
        for row in rows:
            yield {
                "question": question.id,
                "kind": ANSWERS,
                "row": "",
                "group": group,
                "base_name": name,
            } | row


def as_written(table):
    """A table as it is written to files and shown to other programs: a line's row and option are
    one item "row.option"; `row` and `kind` are left out.

    Parameters
    ----------
    table : DataFrame with the columns of COLUMNS, and perhaps others

    Returns
    -------
    DataFrame
    """
    items = map(written_item, table["row"], table["item"])
    return table.assign(item=pd.Series(items, table.index, dtype=str)).drop(columns=["kind", "row"])


def written_item(row, item):
    """A line's row and option as one text, as tables and ledgers write it."""
    return f"{row}.{item}" if row else item


def reach_table(questions, routing):
    """How many of all respondents answered each question, on route or off it.

    Parameters
    ----------
    questions : list of Question
    routing : Routing

    Returns
    -------
    DataFrame, one row a question (item: its id), columns as in COLUMNS
    """
    rows = [
        {"item": q.id, "label": q.text, "count": int(routing.has_answer(q.id).sum())}
        for q in questions
    ]
    everybody = {
        "question": "reach",
        "kind": REACH,
        "row": "",
        "group": "",
        "base": len(routing.index),
        "base_name": ALL_NAME,
    }
    return finish(pd.DataFrame(rows).assign(**everybody))


def finish(table):
    """Add percent and interval to counts and bases, and bring the columns in order."""
    counts, bases = table["count"].to_numpy(float), table["base"].to_numpy(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        percent = np.where(bases > 0, 100 * counts / bases, np.nan)
    low, high = wilson_interval(counts, bases)
    table = table.assign(percent=percent, ci_low=100 * low, ci_high=100 * high)
    return table.reindex(columns=COLUMNS)


def base_name(question, questionnaire, base):
    """The base of a question in words."""
    return (
        ANSWERED_NAME
        if base == "answered"
        else f"universe: {universe_name(question, questionnaire)}"
    )


def universe_name(question, questionnaire):
    """Who was to be asked, in words: "those who answered “Yes” (use)", or "all respondents"."""
    if not question.ask_if:
        return ALL_NAME
    alternatives = []
    for rule in question.ask_if:
        parts = [
            " or ".join(f"“{questionnaire[gate].choices[code]}”" for code in codes) + f" ({gate})"
            for gate, codes in rule.items()
        ]
        alternatives.append("those who answered " + " and ".join(parts))
    return ", or ".join(alternatives)


def _groups(by, responses):
    """Pairs of group code and boolean members (n,); one nameless group without `by`."""
    if by is None:
        return [("", np.ones(len(responses), dtype=bool))]
    if by.type not in GROUPED_TYPES:
        raise UsageError(f"'{by.id}' is of type {by.type}; group by a single or multiple question.")
    if by.type == "single":
        chosen = responses[by.id, ""]
        return [(code, (chosen == code).to_numpy(dtype=bool)) for code in by.choices]
    return [
        (code, responses[by.id, code].to_numpy(dtype=bool, na_value=False)) for code in by.choices
    ]


def _with_not_stated(rows, universe, question):
    """Put counts on the universe, with a row for those in it who gave no answer.

    Each row of a matrix is a question of its own here, with its own "Not stated".
    """
    placed = []
    for code, block in groupby(rows, lambda row: row.get("row", "")):
        block = list(block)
        missing = {
            "row": code,
            "item": NOT_STATED,
            "label": f"{question.rows[code]}: Not stated" if code else "Not stated",
            "count": universe - block[0]["base"],
        }
        placed += [_on_universe(row, universe) for row in (*block, missing)]
    return placed


def _on_universe(row, universe):
    """A row with the universe as its base; shares of a ranking were those of whoever answered."""
    if universe and "rank_1_percent" in row:
        row = row | {"rank_1_percent": row["rank_1_percent"] * (row["base"] / universe)}
    return row | {"base": universe}


def _count_single(question, responses, mask):
    codes = responses[question.id, ""].cat.codes.to_numpy()[mask]
    counts = np.bincount(codes[codes >= 0], minlength=len(question.choices))
    return _rows(question.choices, counts, int(mask.sum()))


def _count_multiple(question, responses, mask):
    counts = [
        int(responses[question.id, code].to_numpy(dtype=bool, na_value=False)[mask].sum())
        for code in question.choices
    ]
    return _rows(question.choices, counts, int(mask.sum()))


def _rows(labels, counts, base):
    return [
        {"item": code, "label": label, "count": int(count), "base": base}
        for (code, label), count in zip(labels.items(), counts, strict=True)
    ]


def _count_ranking(question, responses, mask):
    base = int(mask.sum())
    rows = []
    for code, label in question.options.items():
        ranks = responses[question.id, code].to_numpy(dtype=float, na_value=np.nan)[mask]
        ranks = ranks[~np.isnan(ranks)]
        rows.append(
            {
                "item": code,
                "label": label,
                "count": len(ranks),
                "base": base,
                "mean_rank": ranks.mean() if len(ranks) else np.nan,
                "rank_1_percent": 100 * float((ranks == 1).sum()) / base if base else np.nan,
            }
        )
    return rows


def _count_matrix(question, responses, mask):
    rows = []
    for row, statement in question.rows.items():
        codes = responses[question.id, row].cat.codes.to_numpy()[mask]
        counts = np.bincount(codes[codes >= 0], minlength=len(question.options))
        labels = {code: f"{statement}: {label}" for code, label in question.options.items()}
        lines = _rows(labels, counts, int((codes >= 0).sum()))
        rows += [line | {"row": row} for line in lines]
    return rows


def _count_open(question, responses, mask):
    n = int(mask.sum())
    return [{"item": "answered", "label": "Answered", "count": n, "base": n}]


def _count_numeric(question, responses, mask):
    values = responses[question.id, ""].to_numpy(dtype=float, na_value=np.nan)[mask]
    n = len(values)
    row = {"item": "answered", "label": "Answered", "count": n, "base": n}
    return [row | {"mean": values.mean(), "median": np.median(values)}] if n else [row]


_COUNTS = {
    "single": _count_single,
    "multiple": _count_multiple,
    "ranking": _count_ranking,
    "matrix": _count_matrix,
    "open": _count_open,
    "numeric": _count_numeric,
}
