"""Routing as tables: statuses counted, and every answer that stands where none is expected."""

import numpy as np
import pandas as pd

from dmsi_lib.skip_logic import (
    ANSWERED,
    BREAK_OFF,
    FALSE,
    GATE_UNKNOWN,
    IN_UNIVERSE,
    ITEM_NONRESPONSE,
    LEGITIMATE_SKIP,
    OFF_ROUTE,
    STATUSES,
    UNKNOWN,
    alternative_truth,
    gate_truth,
    items,
)

OFF_ROUTE_COLUMNS = ["respondent", "question", "gate", "gate_answer", "cause"]


def routing_table(routing):
    """Statuses counted for every question.

    Parameters
    ----------
    routing : Routing

    Returns
    -------
    DataFrame
        Columns question, n, universe, answered, item_nonresponse, break_off, legitimate_skip,
        off_route, gate_unknown_answered, gate_unknown_blank. The last seven add up to n, and
        universe = answered + item_nonresponse + break_off.
    """
    rows = []
    for question in routing.questionnaire.questions:
        codes, has = routing.of(question.id), routing.has_answer(question.id)
        count = np.bincount(codes, minlength=len(STATUSES)).tolist()
        unknown_answered = int(np.count_nonzero((codes == GATE_UNKNOWN) & has))
        rows.append(
            {
                "question": question.id,
                "n": len(codes),
                "universe": sum(count[code] for code in IN_UNIVERSE),
                "answered": count[ANSWERED],
                "item_nonresponse": count[ITEM_NONRESPONSE],
                "break_off": count[BREAK_OFF],
                "legitimate_skip": count[LEGITIMATE_SKIP],
                "off_route": count[OFF_ROUTE],
                "gate_unknown_answered": unknown_answered,
                "gate_unknown_blank": count[GATE_UNKNOWN] - unknown_answered,
            }
        )
    return pd.DataFrame(rows)


def off_route_table(routing, responses):
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
        be told). The gate is the first, in the order of the rule, that makes it so; its answer is
        as in `answer_texts`.
    """
    frames = []
    for question in routing.questionnaire.routing_order:
        codes, has = routing.of(question.id), routing.has_answer(question.id)
        for status, truth, cause in (
            (OFF_ROUTE, FALSE, "gate contradicts"),
            (GATE_UNKNOWN, UNKNOWN, "gate blank"),
        ):
            rows = np.flatnonzero((codes == status) & has)
            if not len(rows):
                continue
            gate, answer = _deciding_gate(question, routing, responses, rows, truth)
            columns = [routing.index[rows], question.id, gate, answer, cause]
            frames.append(pd.DataFrame(dict(zip(OFF_ROUTE_COLUMNS, columns, strict=True))))
    return concatenate(frames, OFF_ROUTE_COLUMNS)


def _deciding_gate(question, routing, responses, rows, truth):
    """For some rows: the first gate with the rule's truth in an alternative with it, its answer."""
    gates = list(question.gates)
    routing = routing.at(rows)
    needed = [name for name in responses.columns if name[0] in gates]
    responses = responses[needed].iloc[rows]
    first = np.full(len(rows), "", dtype=object)
    for alternative in question.ask_if:
        decides = alternative_truth(routing, responses, alternative) == truth
        for gate, wanted in alternative.items():
            found = decides & (gate_truth(routing, responses, gate, wanted) == truth)
            first[found & (first == "")] = gate
    answer = np.full(len(rows), "", dtype=object)
    for gate in gates:
        mine = np.flatnonzero(first == gate)
        answer[mine] = answer_texts(responses.iloc[mine], routing.questionnaire[gate])
    return first, answer


def answer_texts(responses, question):
    """A question's answer as one text a respondent, "" for none: codes joined by "|".

    What people wrote is never repeated: a written answer shows as "(text)".

    Returns
    -------
    object array (n,) of str
    """
    shown = np.full(len(responses), "", dtype=object)
    for item in items(question):
        column = responses[question.id, item]
        has = column.notna().to_numpy()
        if question.type == "multiple":
            has = column.to_numpy(dtype=bool, na_value=False)
            part = item
        elif question.type == "open":
            part = "(text)"
        else:
            prefix = f"{item}=" if item else ""
            part = np.array([f"{prefix}{value}" for value in column], dtype=object)
        separator = np.where(has & (shown != ""), "|", "").astype(object)
        shown = shown + separator + np.where(has, part, "").astype(object)
    return shown


def concatenate(frames, columns):
    """The frames below one another; without any, an empty frame of text columns."""
    if frames:
        return pd.concat(frames, ignore_index=True)
    return pd.DataFrame({column: pd.Series(dtype="str") for column in columns})
