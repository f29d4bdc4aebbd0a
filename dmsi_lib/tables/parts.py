"""Tables of a survey that is counted in parts: sums of what was counted in each.

Counts and bases add up, and percentages and intervals are made of the sums. So do ranks and the
scores of a scale, of which the counts are known. A median needs the numbers themselves: a part says
how often each occurs.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dmsi_lib.questionnaire import NOT_STATED, Question, Questionnaire, has_answer
from dmsi_lib.skip_logic import Routing
from dmsi_lib.tables.groups import group_labels, members_by_group
from dmsi_lib.tables.scales import NET_PROMOTER, is_promoter_scale, middles, scale_measures
from dmsi_lib.tables.tables import finish, question_tables

Numbers = Mapping[tuple[str, str, str], Mapping[float, int]]
_LINE = ["question", "kind", "row", "item", "group"]
_SAID = ["label", "base_name"]


@dataclass(frozen=True)
class Part:
    """What is counted in one part.

    Attributes
    ----------
    table : DataFrame with the columns of COLUMNS
    numbers : by question, row and group how often each number was answered
    """

    table: pd.DataFrame
    numbers: Numbers


def count_part(
    questions: Sequence[Question],
    responses: pd.DataFrame,
    routing: Routing,
    base: str = "answered",
    by: Sequence[Question] = (),
) -> Part:
    """The tables of one part, and the numbers behind its means; see `question_tables`."""
    table = question_tables(questions, responses, routing, base, by)
    numbers = dict(_numbers(questions, responses, routing, base, by))
    return Part(table, numbers)


def _numbers(
    questions: Sequence[Question],
    responses: pd.DataFrame,
    routing: Routing,
    base: str,
    by: Sequence[Question],
) -> Iterator[tuple[tuple[str, str, str], Counter[float]]]:
    groups = members_by_group(by, responses)
    for question in questions:
        if question.type != "numeric" or not question.asked:
            continue
        within = routing.has_answer(question.id)
        within = within & routing.in_universe(question.id) if base == "universe" else within
        for row in question.rows or [""]:
            values = responses[question.id, row].to_numpy(dtype=float, na_value=np.nan)
            counted = within & has_answer(responses, question, row) & ~np.isnan(values)
            for group, members in groups:
                yield (question.id, row, group), Counter(values[counted & members].tolist())


def sum_parts(
    parts: Iterable[Part], questionnaire: Questionnaire, by: Sequence[Question] = ()
) -> pd.DataFrame:
    """The tables of all parts together.

    Parameters
    ----------
    parts : one at least
    questionnaire : of all parts
    by : the questions by whose options the parts were counted

    Returns
    -------
    DataFrame
        As from `question_tables` of all respondents at once: every count and base is the same.
        Means may differ in their last digits, since numbers are added in another order.
    """
    found = [*parts]
    numbers: dict[tuple[str, str, str], Counter[float]] = {}
    for part in found:
        for place, counted in part.numbers.items():
            numbers.setdefault(place, Counter()).update(counted)
    table = pd.concat([_with_sums(part.table) for part in found], ignore_index=True)
    added = [name for name in table if name not in (*_LINE, *_SAID)]
    rules = {name: pd.NamedAgg(name, "first") for name in _SAID}
    sums = table.groupby(_LINE, sort=False)[added].sum(min_count=1)
    whole = table.groupby(_LINE, sort=False).agg(**rules).join(sums).reset_index()
    whole = _in_order(whole, questionnaire, by)
    whole["count"], whole["base"] = whole["count"].astype(int), whole["base"].astype(int)
    with np.errstate(invalid="ignore", divide="ignore"):
        whole["mean_rank"] = whole["ranks"] / whole["count"]
        whole["rank_1_percent"] = 100 * whole["firsts"] / whole["base"]
    measures = [_measured(lines, questionnaire, numbers) for _, lines in _blocks(whole)]
    scales = any(map(is_promoter_scale, questionnaire.questions))
    made = whole.drop(columns=["ranks", "firsts"]).join(pd.concat(measures))
    return finish(made, *[NET_PROMOTER] * scales)


def _with_sums(table: pd.DataFrame) -> pd.DataFrame:
    """A table with what adds up: sums of ranks, and how many ranked an item first."""
    sums = {
        "ranks": (table["mean_rank"].fillna(0) * table["count"]).round().where(_ranked(table)),
        "firsts": (table["rank_1_percent"] * table["base"] / 100).round(),
    }
    return table[[*_LINE, *_SAID, "count", "base", "left_out"]].assign(**sums)


def _ranked(table: pd.DataFrame) -> "pd.Series[bool]":
    return table["rank_1_percent"].notna()


def _in_order(
    table: pd.DataFrame, questionnaire: Questionnaire, by: Sequence[Question]
) -> pd.DataFrame:
    """Lines by question and group, each in its own order; those of one table stay as they are."""
    questions = {q.id: number for number, q in enumerate(questionnaire.questions)}
    groups = {code: number for number, code in enumerate(group_labels(by) or [""])}
    keys = {"question": questions, "group": groups}
    ordered = table.assign(**{f"by_{name}": table[name].map(order) for name, order in keys.items()})
    ordered = ordered.sort_values(["by_question", "by_group"], kind="stable")
    return ordered.drop(columns=["by_question", "by_group"]).reset_index(drop=True)


def _blocks(table: pd.DataFrame) -> Iterable[tuple[tuple[str, str, str], pd.DataFrame]]:
    return table.groupby(["question", "row", "group"], sort=False)


def _measured(lines: pd.DataFrame, questionnaire: Questionnaire, numbers: Numbers) -> pd.DataFrame:
    """Mean, median and what they stand on, for each line of a table, or of a row of it."""
    name, row, group = lines.iloc[0][["question", "row", "group"]]
    question = questionnaire[name]
    if question.type == "numeric":
        counted = numbers.get((name, row, group), {})
        values = np.repeat(sorted(counted), [counted[one] for one in sorted(counted)])
        measures = middles(values.astype(float))
    elif question.scores:
        counts = lines.set_index("item")["count"]
        codes = np.arange(len(question.choices))
        given = [int(counts.get(code, 0)) for code in question.choices]
        measures = scale_measures(question, np.repeat(codes, given))
    else:
        measures = {}
    kept = lines.index[~lines["item"].eq(NOT_STATED)]
    return pd.DataFrame(measures, index=kept).reindex(lines.index)
