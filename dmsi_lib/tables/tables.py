"""Tables: counts with the base they stand on, one tidy row an option.

The base is either everybody who answered the question ("answered", as survey tools and the
published report have it) or everybody it applied to ("universe"; who gave no answer is shown as
"Not stated"). Every row carries the base's size and its name in words.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd

from dmsi_lib.errors import UsageError
from dmsi_lib.questionnaire import NOT_STATED, Condition, Question, Questionnaire, gate_holds
from dmsi_lib.skip_logic import Routing
from dmsi_lib.tables.inference import wilson_interval
from dmsi_lib.tables.names import ANSWERS, REACH
from dmsi_lib.wording import unknown

BASES = ("answered", "universe")
# The first two name the table, `row` and `item` a line of it; `row` is "" but for a matrix.
COLUMNS = [
    *("question", "kind", "row", "item", "label", "group", "count", "base", "base_name"),
    *("percent", "ci_low", "ci_high", "mean_rank", "rank_1_percent", "mean", "median"),
]
ALL_NAME = "all respondents"
GROUPED_TYPES = ("single", "multiple")

Line = dict[str, Any]  # of a table, before there is a frame


def question_tables(
    questions: Sequence[Question],
    responses: pd.DataFrame,
    routing: Routing,
    base: str = "answered",
    by: Question | None = None,
) -> pd.DataFrame:
    """The tables of several questions, one under the other.

    Parameters
    ----------
    questions : sequence of Question
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
    # One frame made of the lines of all questions is much quicker than a frame each.
    lines = [
        line
        for question in questions
        for line in _question_lines(question, responses, routing, base, groups)
    ]
    return finish(pd.DataFrame(lines))


def _groups(by: Question | None, responses: pd.DataFrame) -> list[tuple[str, np.ndarray]]:
    """Pairs of group code and boolean members (n,); one nameless group without `by`."""
    if by is None:
        return [("", np.ones(len(responses), dtype=bool))]
    if by.type not in GROUPED_TYPES:
        raise UsageError(f"'{by.id}' is of type {by.type}; group by a single or multiple question.")
    return [(code, gate_holds(responses, by, [code])) for code in by.choices]


def _question_lines(
    question: Question,
    responses: pd.DataFrame,
    routing: Routing,
    base: str,
    groups: Iterable[tuple[str, np.ndarray]],
) -> Iterator[Line]:
    has, name = routing.has_answer(question.id), "respondents who answered"
    if base == "universe":
        inside = routing.in_universe(question.id)
        groups = [(group, members & inside) for group, members in groups]
        name = f"universe: {universe_name(question, routing.questionnaire)}"
    constant = {"question": question.id, "kind": ANSWERS, "row": "", "base_name": name}
    for group, members in groups:
        lines = _COUNTS[question.type](question, responses, members & has)
        if base == "universe":
            lines = _with_not_stated(lines, int(members.sum()), question)
        yield from (constant | {"group": group} | line for line in lines)


def as_written(table: pd.DataFrame) -> pd.DataFrame:
    """A table as it is written to files and shown to other programs.

    Parameters
    ----------
    table : DataFrame with the columns of COLUMNS, and perhaps others

    Returns
    -------
    DataFrame
        A line's row and option are one item "row.option"; `row` and `kind` are left out.
    """
    items = map(written_item, table["row"], table["item"])
    return table.assign(item=pd.Series(items, table.index, dtype=str)).drop(columns=["kind", "row"])


def written_item(row: str, item: str) -> str:
    """A line's row and option as one text, as tables and ledgers write it."""
    return f"{row}.{item}" if row else item


def reach_table(questions: Sequence[Question], routing: Routing) -> pd.DataFrame:
    """How many of all respondents answered each question, on route or off it.

    Parameters
    ----------
    questions : sequence of Question
    routing : Routing

    Returns
    -------
    DataFrame, one row a question (item: its id), columns as in COLUMNS
    """
    base = len(routing.index)
    lines = [_line(q.id, q.text, routing.has_answer(q.id).sum(), base) for q in questions]
    table = pd.DataFrame(lines).assign(question="reach", kind=REACH, row="", group="")
    return finish(table.assign(base_name=ALL_NAME))


def finish(table: pd.DataFrame) -> pd.DataFrame:
    """Add percent and interval to counts and bases, and bring the columns in order."""
    counts, bases = table["count"].to_numpy(float), table["base"].to_numpy(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        percent = np.where(bases > 0, 100 * counts / bases, np.nan)
    low, high = wilson_interval(counts, bases)
    table = table.assign(percent=percent, ci_low=100 * low, ci_high=100 * high)
    return table.reindex(columns=COLUMNS)


def universe_name(question: Question, questionnaire: Questionnaire) -> str:
    """Who was to be asked, in words: "those who answered “Yes” (use)", or "all respondents".

    Parameters
    ----------
    question : Question
    questionnaire : Questionnaire

    Returns
    -------
    str
    """
    if not question.ask_if:
        return ALL_NAME
    return ", or ".join(
        "those who answered "
        + " and ".join(_condition_name(each, questionnaire[each.gate]) for each in alternative)
        for alternative in question.ask_if
    )


def _condition_name(condition: Condition, gate: Question) -> str:
    """A condition in words: “Yes” or “No” (use)."""
    where = f"({condition.subject})"
    if condition.bounds:
        words = {"at_least": "at least", "more_than": "more than"}
        words |= {"at_most": "at most", "less_than": "less than"}
        limits = " and ".join(f"{words[name]} {bound:g}" for name, bound in condition.bounds)
        return f"{limits} {where}"
    if not condition.codes:
        return f"anything {where}"
    sign = "anything but " if condition.negated else ""
    labels = " or ".join(f"“{gate.choices[code]}”" for code in condition.codes)
    return f"{sign}{labels} {where}"


def _with_not_stated(lines: Iterable[Line], universe: int, question: Question) -> list[Line]:
    """Put counts on the universe, with a line for those in it who gave no answer.

    Each row of a matrix is a question of its own here, with its own "Not stated".
    """
    placed = []
    for row, block in groupby(lines, lambda line: str(line.get("row", ""))):
        stated = list(block)
        label = f"{question.rows[row]}: Not stated" if row else "Not stated"
        missing = universe - stated[0]["base"]
        placed += [_on_universe(line, universe) for line in stated]
        placed.append(_line(NOT_STATED, label, missing, universe, row=row))
    return placed


def _on_universe(line: Line, universe: int) -> Line:
    """A line with the universe as its base; shares of a ranking were those of whoever answered."""
    if universe and "rank_1_percent" in line:
        line = line | {"rank_1_percent": line["rank_1_percent"] * (line["base"] / universe)}
    return line | {"base": universe}


# ---- what is counted, by type of question: lines of those whom a mask (n,) keeps


def _line(item: str, label: str, count: int, base: int, **more: Any) -> Line:
    return {"item": item, "label": label, "count": int(count), "base": int(base)} | more


def _count_single(question: Question, responses: pd.DataFrame, mask: np.ndarray) -> list[Line]:
    codes, base = responses[question.id, ""].cat.codes.to_numpy()[mask], mask.sum()
    choices = enumerate(question.choices.items())
    return [_line(code, label, (codes == n).sum(), base) for n, (code, label) in choices]


def _count_multiple(question: Question, responses: pd.DataFrame, mask: np.ndarray) -> list[Line]:
    lines = []
    for code, label in question.choices.items():
        ticked = responses[question.id, code].to_numpy(dtype=bool, na_value=False)[mask]
        lines.append(_line(code, label, ticked.sum(), mask.sum()))
    return lines


def _count_ranking(question: Question, responses: pd.DataFrame, mask: np.ndarray) -> list[Line]:
    base, lines = int(mask.sum()), []
    for code, label in question.options.items():
        ranks = responses[question.id, code].to_numpy(dtype=float, na_value=np.nan)[mask]
        ranks = ranks[~np.isnan(ranks)]
        mean = ranks.mean() if len(ranks) else np.nan
        first = 100 * float((ranks == 1).sum()) / base if base else np.nan
        lines.append(_line(code, label, len(ranks), base, mean_rank=mean, rank_1_percent=first))
    return lines


def _count_matrix(question: Question, responses: pd.DataFrame, mask: np.ndarray) -> list[Line]:
    lines = []
    for row, statement in question.rows.items():
        codes = responses[question.id, row].cat.codes.to_numpy()[mask]
        base = (codes >= 0).sum()
        for n, (code, label) in enumerate(question.options.items()):
            lines.append(_line(code, f"{statement}: {label}", (codes == n).sum(), base, row=row))
    return lines


def _count_answered(question: Question, responses: pd.DataFrame, mask: np.ndarray) -> list[Line]:
    n, measures = mask.sum(), {}
    if question.type == "numeric" and n:
        values = responses[question.id, ""].to_numpy(dtype=float, na_value=np.nan)[mask]
        measures = {"mean": values.mean(), "median": np.median(values)}
    return [_line("answered", "Answered", n, n, **measures)]


_COUNTS = {
    "single": _count_single,
    "multiple": _count_multiple,
    "ranking": _count_ranking,
    "matrix": _count_matrix,
    "open": _count_answered,
    "numeric": _count_answered,
}
