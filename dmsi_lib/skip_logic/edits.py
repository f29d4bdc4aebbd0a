"""Bringing answers and gates into agreement: edits, each a row in a log.

`none` leaves every answer as it is. `gate` trusts the gate: an off-route answer is removed, and
where that answer was itself a gate its dependents are looked at again, until nothing changes.
`follow_up` trusts the follow-up: as few gates as possible are changed, so that every answer stands
where it may; a gate is only set where exactly one smallest change explains the answers. Ties and
contradictions are left as they are and listed. Derived questions are made again of the edited
answers; what changes in them is no edit of its own.

Source: Fellegi & Holt (1976), "A systematic approach to automatic edit and imputation", JASA
71(353), 17-35.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dmsi_lib.errors import UsageError
from dmsi_lib.questionnaire import Questionnaire
from dmsi_lib.reading import derived_answers
from dmsi_lib.skip_logic.follow_up import UNDECIDED_COLUMNS, Reasons, trust_follow_up
from dmsi_lib.skip_logic.routing import GATE_UNKNOWN, OFF_ROUTE, Routing, route
from dmsi_lib.skip_logic.routing_tables import answer_texts, stacked
from dmsi_lib.wording import unknown

EDITS = ("none", "gate", "follow_up")
LOG_COLUMNS = ["respondent", "question", "before", "after", "rule"]
# Statuses of the answers that an edit does not let stand.
_REFUSED: Mapping[str, tuple[int, ...]] = {
    "none": (),
    "gate": (OFF_ROUTE,),
    "follow_up": (OFF_ROUTE, GATE_UNKNOWN),
}


@dataclass(frozen=True)
class Reconciled:
    """Edited responses with their routing.

    Attributes
    ----------
    responses : (n, (question, item)); a new frame, the one put in is never changed
    routing : of the edited responses
    log : columns respondent, question, before, after, rule; questions in routing order
    undecided : columns respondent, gates, because_of, reason
        The gates, or rows of them ("views.soup"), that an answer contradicts but that `follow_up`
        could not set; they and the questions answered are joined by "|".
    """

    responses: pd.DataFrame
    routing: Routing
    log: pd.DataFrame
    undecided: pd.DataFrame


def reconcile(
    responses: pd.DataFrame,
    questionnaire: Questionnaire,
    edit: str = "none",
    reached: "pd.Series[int] | np.ndarray | None" = None,
    routing: Routing | None = None,
) -> Reconciled:
    """Route the responses and apply one of the EDITS.

    Parameters
    ----------
    responses : DataFrame, (n, (question, item))
    questionnaire : Questionnaire
    edit : "none", "gate" or "follow_up"
    reached : int (n,), optional
        As in `route`.
    routing : Routing, optional
        Of these responses as they are, where it is known.

    Returns
    -------
    Reconciled

    Raises
    ------
    UsageError
        For an unknown edit.
    """
    if edit not in EDITS:
        raise UsageError(unknown("edit", edit, EDITS))
    routing = routing or route(responses, questionnaire, reached)
    # Only records with an answer out of place are looked at again; no other can change.
    rows = routing.rows_with_answer(*_REFUSED[edit])
    small, part = responses.iloc[rows], routing.at(rows)
    edited, undecided = small, stacked([], UNDECIDED_COLUMNS)
    reasons: Reasons = {}
    if edit == "gate":
        edited, reasons = _trust_gate(small, part)
    elif edit == "follow_up":
        edited, reasons, undecided = trust_follow_up(small, part)
    log = _log(small, edited, reasons, questionnaire)
    if reasons:
        responses = derived_answers(_put_back(responses, edited, rows, reasons), questionnaire)
        routing = route(responses, questionnaire, reached)
    return Reconciled(responses.copy(deep=False), routing, log, undecided)


def _put_back(
    responses: pd.DataFrame, edited: pd.DataFrame, rows: np.ndarray, reasons: Reasons
) -> pd.DataFrame:
    """The responses with the questions that were edited as they are now in some rows."""
    whole = responses.copy(deep=False)
    for name in (name for name in responses.columns if name[0] in reasons):
        column = responses[name].array.copy()
        column[rows] = edited[name].array
        whole[name] = column
    return whole


def _trust_gate(responses: pd.DataFrame, routing: Routing) -> tuple[pd.DataFrame, Reasons]:
    """Remove off-route answers, round after round.

    A gate whose answer is removed becomes a legitimate skip, so its dependents are routed past too:
    nobody enters a universe by it, and the rounds end with the longest chain of gates.
    """
    reasons: Reasons = {}
    while off_route := _off_route_answers(routing):
        edited = responses.copy(deep=False)
        for name in (name for name in responses.columns if name[0] in off_route):
            edited[name] = responses[name].mask(off_route[name[0]])
        for question, who in off_route.items():
            rule = routing.questionnaire[question].ask_if
            gates = dict.fromkeys(each.subject for alternative in rule for each in alternative)
            why = reasons.setdefault(question, np.full(len(responses), "", dtype=object))
            why[who] = "off-route answer removed: decided by " + "|".join(gates)
        responses, routing = edited, route(edited, routing.questionnaire)
    return responses, reasons


def _off_route_answers(routing: Routing) -> dict[str, np.ndarray]:
    """Who has an off-route answer, bool (n,), to each question that has any and is not derived."""
    asked = (question.id for question in routing.questionnaire.in_file)
    found = {name: routing.of(name) == OFF_ROUTE for name in asked}
    return {name: who for name, who in found.items() if who.any()}


def _log(
    before: pd.DataFrame, after: pd.DataFrame, reasons: Reasons, questionnaire: Questionnaire
) -> pd.DataFrame:
    blocks = []
    for question in (q for q in questionnaire.routing_order if q.id in reasons):
        rows = np.flatnonzero(reasons[question.id] != "")
        texts = [answer_texts(frame, question, rows) for frame in (before, after)]
        blocks.append([before.index[rows], question.id, *texts, reasons[question.id][rows]])
    return stacked(blocks, LOG_COLUMNS)
