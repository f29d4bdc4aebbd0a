"""Routing as tables: statuses counted, and every answer that stands where none is expected."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from dmsi_lib.questionnaire import Question, Questionnaire, not_a_number
from dmsi_lib.skip_logic.routing import (
    FALSE,
    GATE_UNKNOWN,
    IN_UNIVERSE,
    LEGITIMATE_SKIP,
    NOT_ASKED,
    OFF_ROUTE,
    STATUSES,
    UNKNOWN,
    Routing,
    alternative_truth,
    gate_truth,
)

OFF_ROUTE_COLUMNS = ["respondent", "question", "gate", "gate_answer", "cause"]


def routing_table(routing: Routing) -> pd.DataFrame:
    """Statuses counted for every question.

    Parameters
    ----------
    routing : Routing

    Returns
    -------
    DataFrame
        Columns question, n, universe, answered, item_nonresponse, break_off, legitimate_skip,
        off_route, gate_unknown_answered, gate_unknown_blank, not_asked. The last eight add up to
        n, and universe = answered + item_nonresponse + break_off.
    """
    rows = []
    for question in routing.questionnaire.questions:
        codes, has = routing.of(question.id), routing.has_answer(question.id)
        counts = np.bincount(codes, minlength=len(STATUSES)).tolist()
        unknown_answered = int(np.count_nonzero((codes == GATE_UNKNOWN) & has))
        rows.append(
            {
                "question": question.id,
                "n": len(codes),
                "universe": sum(counts[code] for code in IN_UNIVERSE),
                **{
                    STATUSES[code]: counts[code]
                    for code in (*IN_UNIVERSE, LEGITIMATE_SKIP, OFF_ROUTE)
                },
                "gate_unknown_answered": unknown_answered,
                "gate_unknown_blank": counts[GATE_UNKNOWN] - unknown_answered,
                "not_asked": counts[NOT_ASKED],
            }
        )
    return pd.DataFrame(rows)


def off_route_table(routing: Routing, responses: pd.DataFrame) -> pd.DataFrame:
    """Every answer that stands where the rules expect none, with the gate that says so.

    Parameters
    ----------
    routing : Routing
        Of `responses`.
    responses : DataFrame, (n, (question, item))

    Returns
    -------
    DataFrame
        Columns respondent, question, gate, gate_answer, cause; questions in routing order. The
        cause is "gate contradicts" (the answer is off-route) or "gate blank" (whether it is can't
        be told). The gate, or the row of one ("views.soup"), is the first, in the order of the
        rule, that makes it so; its answer is as in `answer_texts`. A derived question's answer
        stands with the question that it was given to.
    """
    rows = routing.rows_with_answer(OFF_ROUTE, GATE_UNKNOWN)
    responses, routing = responses.iloc[rows], routing.at(rows)
    blocks = []
    for question in (q for q in routing.questionnaire.routing_order if not q.coalesce):
        codes, has = routing.of(question.id), routing.has_answer(question.id)
        for status, truth, cause in (
            (OFF_ROUTE, FALSE, "gate contradicts"),
            (GATE_UNKNOWN, UNKNOWN, "gate blank"),
        ):
            mine = np.flatnonzero((codes == status) & has)
            if len(mine):
                gate, answer = _deciding_gate(question, routing, responses, mine, truth)
                blocks.append([routing.index[mine], question.id, gate, answer, cause])
    return stacked(blocks, OFF_ROUTE_COLUMNS)


def off_route_patterns(off_route: pd.DataFrame, questionnaire: Questionnaire) -> pd.DataFrame:
    """Off-route answers grouped by what the gate says, with the likely cause.

    Parameters
    ----------
    off_route : DataFrame as from `off_route_table`
    questionnaire : Questionnaire

    Returns
    -------
    DataFrame
        Columns question, gate, gate_answer, respondents, likely_cause.
    """
    groups = off_route.groupby(["question", "gate", "gate_answer", "cause"], sort=False)
    table = groups.size().rename("respondents").reset_index()
    causes = [_likely_cause(row, questionnaire) for row in table.itertuples()]
    return table.assign(likely_cause=pd.Series(causes, dtype=object)).drop(columns="cause")


def _likely_cause(row: Any, questionnaire: Questionnaire) -> str:
    question = questionnaire[row.question]
    conditions = (each for alternative in question.ask_if for each in alternative)
    gate = next(questionnaire[each.gate] for each in conditions if each.subject == row.gate)
    if not gate.asked:
        return "the file lacks the gate"
    if row.cause == "gate blank":
        return "the gate's answer is no number" if row.gate_answer else "the gate was passed over"
    if question.page == gate.page:
        return "the page showed the question to everybody"
    return "the gate was changed on going back"


def _deciding_gate(
    question: Question, routing: Routing, responses: pd.DataFrame, rows: np.ndarray, truth: int
) -> tuple[np.ndarray, np.ndarray]:
    """For some rows: the first gate that has the rule's truth in an alternative that has it."""
    name, answer = np.full((2, len(rows)), "", dtype=object)
    for alternative in question.ask_if:
        decides = alternative_truth(routing, responses, alternative)[rows] == truth
        for condition in alternative:
            same = gate_truth(routing, responses, condition)[rows] == truth
            found = np.flatnonzero(decides & same & (name == ""))
            gate = routing.questionnaire[condition.gate]
            name[found] = condition.subject
            answer[found] = answer_texts(responses, gate, rows[found], condition.row)
    return name, answer


def answer_texts(
    responses: pd.DataFrame, question: Question, rows: np.ndarray, row: str = ""
) -> np.ndarray:
    """A question's answer, or that of a row of it, by the respondents in these positions as one
    text, "" for none.

    Codes are joined by "|". What people wrote is never repeated: it shows as "(text)", and where it
    is no number but should be as "(no number)".
    """
    shown = np.full(len(rows), "", dtype=object)
    for item, prefix, text in _shown_items(question, row):
        if (question.id, item) not in responses:
            continue
        column = responses[question.id, item].array[rows]
        has = ~np.asarray(column.isna())
        if isinstance(column.dtype, pd.BooleanDtype):
            has = column.to_numpy(dtype=bool, na_value=False)
        if text is None:
            parts = np.array([f"{prefix}{value}" for value in column], dtype=object)
        else:
            parts = np.full(len(rows), prefix + text, dtype=object)
        separator = np.where(has & (shown != ""), "|", "").astype(object)
        shown = shown + separator + np.where(has, parts, "").astype(object)
    return shown


def _shown_items(question: Question, only: str) -> Iterator[tuple[str, str, str | None]]:
    """The items of a question, or of one row: each with what is shown before its answer, and what
    is shown instead of it."""
    for row in [only] if only else [*question.rows] or [""]:
        prefix = f"{row}=" if row and not only else ""
        if question.type in ("multiple", "matrix_multiple"):
            yield from ((question.item(row, code), prefix, code) for code in question.choices)
        elif question.type == "ranking":
            yield from ((code, f"{code}=", None) for code in question.options)
        else:
            yield row, prefix, "(text)" if question.type == "open" else None
        if question.type == "numeric":
            yield not_a_number(row), prefix, "(no number)"


def stacked(blocks: Sequence[Sequence[Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Blocks of columns below one another; without any, an empty frame of text columns."""
    frames = [pd.DataFrame(dict(zip(columns, block, strict=True))) for block in blocks]
    if frames:
        return pd.concat(frames, ignore_index=True)
    return pd.DataFrame({column: pd.Series(dtype="str") for column in columns})
