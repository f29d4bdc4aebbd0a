"""Tables: counts with the base they stand on, one tidy row an option.

The base is either everybody who answered the question ("answered", as survey tools and the
published report have it) or everybody it applied to ("universe"; who gave no answer is shown as
"Not stated"). Every row carries the base's size and its name in words. Each row of a matrix has a
base of its own; the boxes of one question share theirs, whoever filled any of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, SupportsInt

import numpy as np
import pandas as pd

from dmsi_lib.errors import UsageError
from dmsi_lib.questionnaire import (
    NOT_STATED,
    Condition,
    Question,
    Questionnaire,
    gate_holds,
    has_answer,
)
from dmsi_lib.skip_logic import Routing
from dmsi_lib.tables.groups import members_by_group
from dmsi_lib.tables.inference import wilson_interval
from dmsi_lib.tables.names import ANSWERS, REACH
from dmsi_lib.tables.scales import NET_PROMOTER, is_promoter_scale, middles, scale_measures
from dmsi_lib.wording import unknown

BASES = ("answered", "universe")
# The first two name the table, `row` and `item` a line of it; `row` is "" but for a matrix and for
# several boxes. `measured` is how many answers mean and median stand on, `left_out` how many to a
# numeric question are no numbers.
COLUMNS = [
    *("question", "kind", "row", "item", "label", "measured", "left_out", "group"),
    *("count", "base", "base_name", "percent", "ci_low", "ci_high"),
    *("mean_rank", "rank_1_percent", "mean", "median"),
]
UNWRITTEN = ["kind", "row", "measured", "left_out"]  # in files and to other programs
ALL_NAME, NOT_ASKED_NAME = "all respondents", "not asked in this file"
_FEW = 4  # times as many respondents as are counted: then theirs are picked out first
_BOX_TYPES = ("open", "numeric", "date")  # of which only whether they were answered is counted

Line = dict[str, Any]  # of a table, before there is a frame


def question_tables(
    questions: Sequence[Question],
    responses: pd.DataFrame,
    routing: Routing,
    base: str = "answered",
    by: Question | Sequence[Question] | None = None,
) -> pd.DataFrame:
    """The tables of several questions, one under the other.

    Parameters
    ----------
    questions : sequence of Question
    responses : DataFrame, (n, (question, item))
    routing : Routing of the same responses
    base : "answered" or "universe"
    by : Question or sequence of Question, optional
        Single or multiple questions whose options become the groups, those of several one within
        the other (see `groups`); respondents who did not answer one of them are in no group, and
        those who ticked several are in several.

    Returns
    -------
    DataFrame
        One line an option (single, multiple, ranking), a row and option (matrix) or one line
        "answered" (open, numeric, date; of several boxes one for each), for each group; the columns
        of COLUMNS, and `net_promoter` where the questionnaire has a scale from 0 to 10. Percent and
        interval are 0 to 100, the interval Wilson's at 95 %. A ranking's count is how many ranked
        the item; `mean_rank` is over those, `rank_1_percent` over the base. `mean` and `median` are
        those of numbers, and of a scale's scores (see `scales`), then on every line of the scale. A
        question that the file lacks has counts and bases of 0.

    Raises
    ------
    UsageError
        For an unknown base, or a `by` that has no options to group by.
    InputError
        For a `by` that the file lacks, or several that nobody answered together.
    """
    groups = members_by_group([by] if isinstance(by, Question) else by or (), responses)
    return tables_of_groups(questions, responses, routing, base, groups)


def tables_of_groups(
    questions: Sequence[Question],
    responses: pd.DataFrame,
    routing: Routing,
    base: str,
    groups: Sequence[tuple[str, np.ndarray]],
) -> pd.DataFrame:
    """The tables of several questions for groups that are there already: pairs of code and boolean
    members (n,). For the rest see `question_tables`."""
    if base not in BASES:
        raise UsageError(unknown("base", base, BASES))
    # One frame made of the lines of all questions is much quicker than a frame each.
    lines = [
        line
        for question in questions
        for line in _question_lines(question, responses, routing, base, groups)
    ]
    scales = any(map(is_promoter_scale, routing.questionnaire.questions))
    return finish(pd.DataFrame(lines), *[NET_PROMOTER] * scales)


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
    if not question.asked:
        groups = [(group, np.zeros_like(members)) for group, members in groups]
        name = NOT_ASKED_NAME
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
        A line's row and option are one item "row.option", and its label says of a mean which
        answers it leaves out; `row`, `kind`, `measured` and `left_out` are not written.
    """
    items = map(written_item, table["row"], table["item"])
    table = table.assign(
        item=pd.Series(items, table.index, dtype=str), label=labels_with_notes(table)
    )
    return table.drop(columns=UNWRITTEN)


def labels_with_notes(table: pd.DataFrame) -> pd.Series:
    """The labels of a table, those of numbers with how many answers are none (Series of str)."""
    out = table["left_out"].fillna(0).astype(int)
    if not out.any():
        return table["label"]
    note = " (" + out.astype(str) + " without a number, left out of mean and median)"
    return table["label"].where(out == 0, table["label"].astype(str) + note)


def written_item(row: str, item: str) -> str:
    """A line's row and option as one text, as tables and ledgers write it."""
    return f"{row}.{item}" if row else item


def reach_table(questions: Sequence[Question], routing: Routing) -> pd.DataFrame:
    """How many of all respondents answered each question, on route or off it.

    Parameters
    ----------
    questions : sequence of Question
        Each is counted once. Those that the file lacks are left out, and so is a derived question
        beside all that it is made of.
    routing : Routing

    Returns
    -------
    DataFrame, one row a question (item: its id), columns as in COLUMNS
    """
    base, named = len(routing.index), {q.id: q for q in questions}
    counted = [q for q in named.values() if q.asked and not (q.parts and {*q.parts} <= {*named})]
    lines = [_line(q.id, q.text, routing.has_answer(q.id).sum(), base) for q in counted]
    table = pd.DataFrame(lines, columns=["item", "label", "count", "base"]).assign(
        question="reach", kind=REACH, row="", group=""
    )
    return finish(table.assign(base_name=ALL_NAME))


def finish(table: pd.DataFrame, *more: str) -> pd.DataFrame:
    """Add percent and interval to counts and bases, and bring the columns in order, those of
    COLUMNS and `more`."""
    counts, bases = table["count"].to_numpy(float), table["base"].to_numpy(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        percent = np.where(bases > 0, 100 * counts / bases, np.nan)
    low, high = wilson_interval(counts, bases)
    table = table.assign(percent=percent, ci_low=100 * low, ci_high=100 * high)
    return table.reindex(columns=[*COLUMNS, *more])


def audience(question: Question, questionnaire: Questionnaire) -> str:
    """Who was to be asked, for readers: as the questionnaire says it in its `asked_of`, or by the
    answers that lead to the question.

    Parameters
    ----------
    question : Question
    questionnaire : Questionnaire

    Returns
    -------
    str, to follow "Asked of"
    """
    if not question.ask_if:
        return "everybody"
    return questionnaire.asked_of(question) or universe_name(question, questionnaire)


def universe_name(question: Question, questionnaire: Questionnaire) -> str:
    """Who was to be asked, in words: "those who answered “Yes” to “Do you cook?”", "those asked “Do
    you bake?” or “Do you fry?”" of a derived question, or "all respondents".

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
    if len(question.parts) == 1:
        return universe_name(questionnaire[question.parts[0]], questionnaire)
    if question.parts:
        asked = questionnaire.sources(question)
        texts = dict.fromkeys(f"“{each.text}”" for each in asked)
        return f"those asked {' or '.join(texts)}"
    return ", or ".join(
        "those who answered "
        + " and ".join(condition_name(each, questionnaire[each.gate]) for each in alternative)
        for alternative in question.ask_if
    )


def condition_name(condition: Condition, gate: Question) -> str:
    """A condition in words: “Yes” or “No” to “Do you cook?”."""
    row = f" (“{gate.rows[condition.row]}”)" if condition.row else ""
    where = f"to “{gate.text}”{row}"
    if condition.bounds:
        return f"{limits(condition)} {where}"
    if not condition.codes:
        return f"anything {where}"
    labels = " or ".join(f"“{gate.choices[code]}”" for code in condition.codes)
    if not condition.negated:
        return f"{labels} {where}"
    # Of several answers others may stand beside: "anything but" would be met by whoever has both.
    several = gate.type in ("multiple", "matrix_multiple")
    return f"{'without' if several else 'anything but'} {labels} {where}"


def limits(condition: Condition) -> str:
    """The bounds of a condition in words: "at least 2 and less than 5"."""
    words = {"at_least": "at least", "more_than": "more than"}
    words |= {"at_most": "at most", "less_than": "less than"}
    return " and ".join(f"{words[name]} {bound:.15g}" for name, bound in condition.bounds)


def _with_not_stated(lines: Iterable[Line], universe: int, question: Question) -> list[Line]:
    """Put counts on the universe, with a line for those in it who gave no answer.

    Each row of a matrix, and each of several boxes, is a question of its own here, with its own
    "Not stated".
    """
    placed = []
    answered = "count" if question.type in _BOX_TYPES else "base"
    for row, block in groupby(lines, lambda line: str(line.get("row", ""))):
        stated = list(block)
        label = f"{question.rows[row]}: Not stated" if row else "Not stated"
        missing = universe - stated[0][answered]
        placed += [_on_universe(line, universe) for line in stated]
        placed.append(_line(NOT_STATED, label, missing, universe, row=row))
    return placed


def _on_universe(line: Line, universe: int) -> Line:
    """A line with the universe as its base; shares of a ranking were those of whoever answered."""
    if universe and "rank_1_percent" in line:
        line = line | {"rank_1_percent": line["rank_1_percent"] * (line["base"] / universe)}
    return line | {"base": universe}


# ---- what is counted, by type of question: lines of those whom a mask (n,) keeps


def _line(item: str, label: str, count: SupportsInt, base: SupportsInt, **more: Any) -> Line:
    return {"item": item, "label": label, "count": int(count), "base": int(base)} | more


def _count_single(question: Question, responses: pd.DataFrame, mask: np.ndarray) -> list[Line]:
    codes = responses[question.id, ""].cat.codes.to_numpy()[mask]
    choices, scale = enumerate(question.choices.items()), scale_measures(question, codes)
    return [
        _line(code, label, np.count_nonzero(codes == n), len(codes), **scale)
        for n, (code, label) in choices
    ]


def _count_multiple(question: Question, responses: pd.DataFrame, mask: np.ndarray) -> list[Line]:
    members = np.flatnonzero(mask)
    few = _FEW * len(members) < len(mask)  # then only theirs are looked at
    lines = []
    for code, label in question.choices.items():
        ticks = responses[question.id, code].array
        ticked = (ticks[members] if few else ticks).to_numpy(dtype=bool, na_value=False)
        count = np.count_nonzero(ticked if few else ticked & mask)
        lines.append(_line(code, label, count, len(members)))
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
        base, more = np.count_nonzero(codes >= 0), scale_measures(question, codes) | {"row": row}
        for n, (code, label) in enumerate(question.options.items()):
            count = np.count_nonzero(codes == n)
            lines.append(_line(code, f"{statement}: {label}", count, base, **more))
    return lines


def _count_matrix_multiple(
    question: Question, responses: pd.DataFrame, mask: np.ndarray
) -> list[Line]:
    lines = []
    for row, statement in question.rows.items():
        answered = mask & has_answer(responses, question, row)
        base = np.count_nonzero(answered)
        for code, label in question.options.items():
            count = np.count_nonzero(gate_holds(responses, question, [code], row) & answered)
            lines.append(_line(code, f"{statement}: {label}", count, base, row=row))
    return lines


def _count_answered(question: Question, responses: pd.DataFrame, mask: np.ndarray) -> list[Line]:
    base, lines = mask.sum(), []
    for row, label in (question.rows or {"": "Answered"}).items():
        answered = mask & has_answer(responses, question, row)
        measures: dict[str, Any] = {"row": row}
        if question.type == "numeric":
            values = responses[question.id, row].to_numpy(dtype=float, na_value=np.nan)[answered]
            measures |= middles(values[~np.isnan(values)])
            measures["left_out"] = int(np.isnan(values).sum())
        lines.append(_line("answered", label, answered.sum(), base, **measures))
    return lines


_COUNTS = {
    "single": _count_single,
    "multiple": _count_multiple,
    "ranking": _count_ranking,
    "matrix": _count_matrix,
    "matrix_multiple": _count_matrix_multiple,
    "open": _count_answered,
    "numeric": _count_answered,
    "date": _count_answered,
}
