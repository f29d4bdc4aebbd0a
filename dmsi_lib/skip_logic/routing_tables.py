"""Routing as tables: statuses counted, and every answer that stands where none is expected."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from dmsi_lib.questionnaire import (
    FALSE,
    UNKNOWN,
    Question,
    Questionnaire,
    alternative_truth,
    not_a_number,
)
from dmsi_lib.skip_logic.routing import (
    GATE_UNKNOWN,
    IN_UNIVERSE,
    LEGITIMATE_SKIP,
    NOT_ASKED,
    OFF_ROUTE,
    STATUSES,
    Routing,
    gate_truths,
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
    for question in (q for q in routing.questionnaire.routing_order if not q.derivation):
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
    """Off-route answers grouped by what the gate says, with what is observed and what would fit.

    The data alone can't tell one explanation from another: that takes knowledge of how the form
    worked. A page number that was itself concluded from these answers is no such knowledge.

    Parameters
    ----------
    off_route : DataFrame as from `off_route_table`
    questionnaire : Questionnaire

    Returns
    -------
    DataFrame
        Columns question, gate, gate_answer, respondents, observed, explanations_that_fit.
    """
    groups = off_route.groupby(["question", "gate", "gate_answer", "cause"], sort=False)
    table = groups.size().rename("respondents").reset_index()
    told = [_observed_and_fitting(row, questionnaire) for row in table.itertuples()]
    columns = ["observed", "explanations_that_fit"]
    told = pd.DataFrame(told, columns=columns, dtype=object)
    return pd.concat([table.drop(columns="cause"), told], axis=1)


def _observed_and_fitting(row: Any, questionnaire: Questionnaire) -> tuple[str, str]:
    question = questionnaire[row.question]
    conditions = (each for alternative in question.ask_if for each in alternative)
    gate = next(questionnaire[each.gate] for each in conditions if each.subject == row.gate)
    if not gate.asked:
        return "answered; the file lacks the earlier question", "it is in another part of the data"
    together = question.page == gate.page
    place = "on one page" if together else "on different pages"
    if row.cause == "gate blank":
        if row.gate_answer:
            return (
                f"answered, and the earlier answer is no number ({place})",
                "a number was meant; the earlier question was misunderstood",
            )
        shown = "shown whatever was answered before" if together else "led to without it"
        return (
            f"answered, and the earlier question left blank ({place})",
            f"the earlier one was passed over; its answer was taken back; this one was {shown}",
        )
    shown = "the page showed the question to everybody" if together else "the form led on otherwise"
    return (
        f"answered, though the earlier answer says otherwise ({place})",
        f"{shown}; the earlier answer was changed afterwards, or was a mistake; the form's rule "
        "was another than the questionnaire's",
    )


def _deciding_gate(
    question: Question, routing: Routing, responses: pd.DataFrame, rows: np.ndarray, truth: int
) -> tuple[np.ndarray, np.ndarray]:
    """For some rows: the first gate that has the rule's truth in an alternative that has it."""
    name, answer = np.full((2, len(rows)), "", dtype=object)
    truth_of = gate_truths(routing, responses)
    for alternative in question.ask_if:
        decides = alternative_truth(alternative, truth_of)[rows] == truth
        for condition in alternative:
            same = truth_of(condition)[rows] == truth
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
