"""How groups differ in a row of a question, in plain words with its numbers and their bases.

Only for a row whose test passes: what is said of a gap is then no accident.
"""

from collections.abc import Mapping

import pandas as pd

from dmsi_lib.figures.group_names import GroupNames
from dmsi_lib.figures.shares import whole_percent
from dmsi_lib.questionnaire import NOT_STATED, Question
from dmsi_lib.tables import OrderedTest, RowTest

_HIGHER = {"ranking": "is ranked higher", "matrix": "is rated higher", "numeric": "is higher"}


def row_name(question: Question, row: str) -> str:
    """A row's label, or a ranked item's, in quotation marks; "" where the question has one
    answer."""
    labels = question.options if question.type == "ranking" else question.rows
    return f"“{labels[row]}”" if row in labels else ""


def what_differs(
    row: RowTest,
    question: Question,
    names: GroupNames,
    table: pd.DataFrame,
    means: pd.DataFrame | None,
) -> str:
    """How the groups differ in a row, in a sentence.

    Parameters
    ----------
    row : whose test passes
    question : whose row it is
    names : of the groups
    table : tidy, with groups
    means : as from `tables.group_means`; None where shares are shown
    """
    name = row_name(question, row.row)
    if means is not None:
        kept = means[(means["row"] == row.row) & means["group"].isin(list(row.sizes))]
        return _in_means(name, kept.sort_values("mean"), question, names)
    lines = table[(table["row"] == row.row) & (table["item"] != NOT_STATED)]
    ordered = isinstance(row.test, OrderedTest)
    tell = _in_order if ordered else _in_answers
    return f"{name}: {tell(lines, row.sizes, question, names)}"


def _in_means(name: str, means: pd.DataFrame, question: Question, names: GroupNames) -> str:
    """The groups with the highest and the lowest mean, of places the best and the worst first."""
    first, second = means.iloc[-1], means.iloc[0]
    higher, place = _HIGHER[question.type], ""
    if question.type == "ranking":
        first, second, place = second, first, "place "
    figures = [f"{line['mean']:,.1f} ({line['n']} answers)" for line in (first, second)]
    among = [f"among {names.among(line['group'])}" for line in (first, second)]
    if len(means) > 2:  # that they differ is tested, and not which pair
        ends = " to ".join(f"{number} {who}" for number, who in zip(figures, among, strict=True))
        return f"{name or 'The number'} differs between the groups, on average {place}{ends}."
    return (
        f"{name or 'The number'} {higher} {' than '.join(among)}: on average "
        f"{place}{' against '.join(figures)}."
    )


def _in_order(
    lines: pd.DataFrame, sizes: Mapping[str, int], question: Question, names: GroupNames
) -> str:
    """The shares from the place in the order upwards at which the groups are furthest apart."""
    order, groups = list(question.ordered), list(sizes)
    counts = lines.pivot_table(index="group", columns="item", values="count").loc[groups, order]
    upwards = counts.iloc[:, ::-1].cumsum(axis=1).iloc[:, -2::-1]
    shares = 100 * upwards.div(counts.sum(axis=1), axis=0)
    cut = str((shares.max() - shares.min()).idxmax())
    first, last = shares[cut].idxmax(), shares[cut].idxmin()
    options = " to ".join(f"“{question.options[code]}”" for code in dict.fromkeys((cut, order[-1])))
    figures = [
        names.of(code, f"{whole_percent(shares[cut][code])} of {sizes[code]:,}", sizes[code])
        for code in (first, last)
    ]
    between = "the groups differ, " if len(sizes) > 2 else ""
    return f"{between}{options} was the answer of {' against '.join(figures)}."


def _in_answers(
    lines: pd.DataFrame, sizes: Mapping[str, int], question: Question, names: GroupNames
) -> str:
    """What each group answered most."""
    texts = []
    for code in sizes:
        top = lines[lines["group"] == code].nlargest(1, "count").iloc[0]
        share = f"{whole_percent(top['percent'])} of {top['base']:,}"
        of_whom = names.of(code, share, int(top["base"]))
        texts.append(f"“{question.options[top['item']]}” by {of_whom}")
    return f"the groups answered differently, most often {', '.join(texts)}."
