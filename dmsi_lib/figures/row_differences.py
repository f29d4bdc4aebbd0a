"""How groups differ in a row of a question, in plain words with its numbers and their bases.

Only for a row whose test passes: what is said of a gap is then no accident.
"""

from collections.abc import Mapping

import pandas as pd

from dmsi_lib.questionnaire import NOT_STATED, Question
from dmsi_lib.tables import OrderedTest, RowTest


def row_name(question: Question, row: str) -> str:
    """A row's label, or a ranked item's, before what is said of it; "" where the question has one
    answer."""
    labels = question.options if question.type == "ranking" else question.rows
    return f"“{labels[row]}”: " if row in labels else ""


def what_differs(
    row: RowTest,
    question: Question,
    labels: Mapping[str, str],
    table: pd.DataFrame,
    means: pd.DataFrame | None,
) -> str:
    """How the groups differ in a row, in a sentence.

    Parameters
    ----------
    row : whose test passes
    question : whose row it is
    labels : label of each group
    table : tidy, with groups
    means : as from `tables.group_means`; None where shares are shown
    """
    lines = table[(table["row"] == row.row) & (table["item"] != NOT_STATED)]
    if means is not None:
        kept = means[(means["row"] == row.row) & means["group"].isin(list(row.sizes))]
        text = _in_means(kept.sort_values("mean"), question, labels)
    elif isinstance(row.test, OrderedTest):
        text = _in_order(lines, row.sizes, question, labels)
    else:
        text = _in_answers(lines, row.sizes, question, labels)
    return f"{row_name(question, row.row)}{text}" if row.row else text[0].upper() + text[1:]


def _in_means(means: pd.DataFrame, question: Question, labels: Mapping[str, str]) -> str:
    """The groups with the highest and the lowest mean, of places the best and the worst first."""
    ends = [means.iloc[-1], means.iloc[0]]
    what, verb = "mean", "has more than"
    if question.type == "ranking":
        ends.reverse()
        what, verb = "mean place", "ranks it higher than"
    elif question.type == "matrix":
        verb = "stands higher than"
    names = [f"“{labels[line['group']]}”" for line in ends]
    figures = [f"{line['mean']:,.1f} (n = {line['n']})" for line in ends]
    if len(means) > 2:  # that they differ is tested, and not which pair
        ranges = [f"{figure} in {name}" for figure, name in zip(figures, names, strict=True)]
        return f"the groups differ, from {what} {' to '.join(ranges)}."
    return f"{names[0]} {verb} {names[1]}: {what} {' against '.join(figures)}."


def _in_order(
    lines: pd.DataFrame, sizes: Mapping[str, int], question: Question, labels: Mapping[str, str]
) -> str:
    """The shares from the place in the order upwards at which the groups are furthest apart."""
    order = list(question.ordered)
    lines = lines[lines["item"].isin(order)]
    counts = lines.pivot_table(index="group", columns="item", values="count").loc[
        list(sizes), order
    ]
    upwards = counts.iloc[:, ::-1].cumsum(axis=1).iloc[:, -2::-1]
    shares = 100 * upwards.div(counts.sum(axis=1), axis=0)
    cut = str((shares.max() - shares.min()).idxmax())
    first, last = shares[cut].idxmax(), shares[cut].idxmin()
    options = " to ".join(f"“{question.options[code]}”" for code in dict.fromkeys((cut, order[-1])))
    figures = [
        f"{shares[cut][code]:.0f} % of {sizes[code]} in “{labels[code]}”" for code in (first, last)
    ]
    if len(sizes) > 2:
        return f"the groups differ; {options} was answered by {' to '.join(figures[::-1])}."
    return f"{options} was answered by {' against '.join(figures)}."


def _in_answers(
    lines: pd.DataFrame, sizes: Mapping[str, int], question: Question, labels: Mapping[str, str]
) -> str:
    """What each group answered most."""
    texts = []
    for code in sizes:
        top = lines[lines["group"] == code].nlargest(1, "count").iloc[0]
        answer, share = question.options[top["item"]], f"{top['percent']:.0f} % of {top['base']}"
        texts.append(f"“{labels[code]}” most often “{answer}” ({share})")
    return f"the groups answered differently, {', '.join(texts)}."
