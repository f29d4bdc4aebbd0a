"""What a blank means: who should have been asked, who answered, and why the two differ.

A blank cell can mean one of five things. The respondent was routed past the question (*legitimate
skip*). They saw it and passed over it (*item nonresponse*). They had left the survey before
(*break-off*: every blank after the last page on which they answered anything). Or nobody can tell
whether they should have been asked, because the gate itself is blank (*gate unknown*). Or the file
lacks the question (*not asked*). Conversely, an answer can stand where a blank belongs: an
*off-route answer*, given by somebody whom the rules route past the question. A percentage is only
right once it is said which of these its base counts.

Rules are evaluated on the answers as recorded, gates first. A condition holds if its gate, or the
row of it that it names, was answered as it says; it does not hold if that was answered otherwise,
or was left blank because the gate itself was legitimately skipped; it is unknown if that is blank
for any other reason, or no number ("about 30") where numbers are compared. A gate that was
answered off its own route still counts with its answer. Alternatives and conditions combine as in
`questionnaire.conditions`.

A derived question was answered where the answers to its parts decide it (see `reading`). A blank in
its universe is item nonresponse if that of any part is, else break-off, or not asked where the file
lacks the part; where all parts were answered and still decide nothing, as "about 30" no band, it is
item nonresponse, or break-off, by the last page of its parts. Nobody sees it on a page, so it never
shows how far somebody came.

Sources: NCES Statistical Standards (2012), standards 4-1 and 4-2 and glossary; AAPOR Standard
Definitions (break-off).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np
import pandas as pd

from dmsi_lib.questionnaire import (
    Condition,
    Question,
    Questionnaire,
    Rule,
    condition_truth,
    decides,
    has_answer,
    holds,
    rule_truth,
)

STATUSES = (  # the codes are the places
    "answered",
    "legitimate_skip",
    "item_nonresponse",
    "break_off",
    "off_route",
    "gate_unknown",
    "not_asked",
)
ANSWERED, LEGITIMATE_SKIP, ITEM_NONRESPONSE, BREAK_OFF, OFF_ROUTE, GATE_UNKNOWN = range(6)
NOT_ASKED = 6  # of an optional question that the file lacks
IN_UNIVERSE = (ANSWERED, ITEM_NONRESPONSE, BREAK_OFF)

# The status by the rule's truth, whether answered, and whether the page lies after the last answer.
_STATUS = np.array(
    [
        [[LEGITIMATE_SKIP, LEGITIMATE_SKIP], [OFF_ROUTE, OFF_ROUTE]],
        [[GATE_UNKNOWN, GATE_UNKNOWN], [GATE_UNKNOWN, GATE_UNKNOWN]],
        [[ITEM_NONRESPONSE, BREAK_OFF], [ANSWERED, ANSWERED]],
    ],
    dtype=np.uint8,
).ravel()


@dataclass(frozen=True)
class Routing:
    """The routing status of every respondent and question.

    Attributes
    ----------
    questionnaire : Questionnaire
    index : of respondents, length n
    codes : uint8 (n, questions)
        Positions in STATUSES, columns in the questionnaire's order.
    answered : bool (n, questions)
    last_page : int32 (n,)
        The last page with any answer, or known to have been reached; 0 where there is none.
    """

    questionnaire: Questionnaire
    index: pd.Index
    codes: np.ndarray
    answered: np.ndarray
    last_page: np.ndarray

    @cached_property
    def position(self) -> dict[str, int]:
        """Column of each question id in `codes` and `answered`."""
        return {q.id: n for n, q in enumerate(self.questionnaire.questions)}

    def of(self, question_id: str) -> np.ndarray:
        """Status codes (n,) of one question."""
        return self.codes[:, self.position[question_id]]

    def has_answer(self, question_id: str) -> np.ndarray:
        """Whether each respondent (n,) answered the question, on route or off it."""
        return self.answered[:, self.position[question_id]]

    def in_universe(self, question_id: str) -> np.ndarray:
        """Whether each respondent (n,) is known to be in the question's universe."""
        return among(self.of(question_id), IN_UNIVERSE)

    def rows_with_answer(self, *statuses: int) -> np.ndarray:
        """Positions of the respondents who gave an answer that has one of these status codes."""
        return np.flatnonzero((self.answered & among(self.codes, statuses)).any(axis=1))

    def at(self, rows: np.ndarray) -> "Routing":
        """The routing of some respondents, by position."""
        arrays = (self.codes[rows], self.answered[rows], self.last_page[rows])
        return Routing(self.questionnaire, self.index[rows], *arrays)

    @cached_property
    def status(self) -> pd.DataFrame:
        """Respondents x questions, categoricals of STATUSES."""
        kind = pd.CategoricalDtype(list(STATUSES))
        columns = {
            q.id: pd.Categorical.from_codes(self.of(q.id).view(np.int8), dtype=kind)
            for q in self.questionnaire.questions
        }
        return pd.DataFrame(columns, index=self.index)


def among(codes: np.ndarray, statuses: Iterable[int]) -> np.ndarray:
    """Where a status code is one of these: a byte for each, which `numpy.isin` takes nine for."""
    return reduce(np.logical_or, (codes == code for code in statuses), np.zeros_like(codes, bool))


def answered_matrix(responses: pd.DataFrame, questionnaire: Questionnaire) -> np.ndarray:
    """Whether each respondent answered each question in any of its items: bool (n, questions)."""
    matrix = np.zeros((len(responses), len(questionnaire.questions)), dtype=bool, order="F")
    for n, question in enumerate(questionnaire.questions):
        matrix[:, n] = has_answer(responses, question)
    return matrix


def route(
    responses: pd.DataFrame,
    questionnaire: Questionnaire,
    reached: "pd.Series[int] | np.ndarray | None" = None,
) -> Routing:
    """Evaluate the routing rules for everybody.

    Parameters
    ----------
    responses : DataFrame, (n, (question, item))
    questionnaire : Questionnaire
    reached : int (n,), optional
        The last page that each respondent is known to have reached by something else than these
        answers, 0 where nothing is known; see `reading.Export`.

    Returns
    -------
    Routing
    """
    answered = answered_matrix(responses, questionnaire)
    codes = np.empty_like(answered, dtype=np.uint8)
    last_page = np.zeros(len(answered), dtype=np.int32)
    routing = Routing(questionnaire, responses.index, codes, answered, last_page)
    for question in questionnaire.routing_order:  # pages ascend, so the last one stays
        if not question.derivation:
            last_page[routing.has_answer(question.id)] = question.page
    if reached is not None:
        # Asked by numpy what it is, a Series would look for the answer among its labels.
        pages = reached.to_numpy() if isinstance(reached, pd.Series) else reached
        last_page[:] = np.maximum(last_page, pages)
    truths: dict[Rule, np.ndarray] = {}  # questions that share a rule share the work
    for question in questionnaire.routing_order:
        rule = question.ask_if
        if rule not in truths:
            truths[rule] = 4 * truth_of_rule(routing, responses, rule)
        has = routing.has_answer(question.id).view(np.uint8)
        past = (question.page > last_page).view(np.uint8)
        status = _STATUS[truths[rule] + 2 * has + past]
        codes[:, routing.position[question.id]] = _of_file(question, routing, status)
    return routing


def _of_file(question: Question, routing: Routing, status: np.ndarray) -> np.ndarray:
    """The status codes (n,) of a question, which the file may lack, and which may be derived."""
    if not question.asked:
        return np.full_like(status, NOT_ASKED)
    if not question.derivation:
        return status
    parts = np.column_stack([routing.of(part) for part in question.parts])
    why = [*np.array([ITEM_NONRESPONSE, BREAK_OFF, NOT_ASKED], dtype=np.uint8)]
    found = [(parts == code).any(axis=1) for code in why]
    is_blank = among(status, (ITEM_NONRESPONSE, BREAK_OFF))
    return np.where(is_blank, np.select(found, why, status), status)


def truth_of_rule(routing: Routing, responses: pd.DataFrame, rule: Rule) -> np.ndarray:
    """TRUE, UNKNOWN or FALSE (n,): does a question with this rule apply to each respondent?

    Of the routing, which is that of the responses, only the rule's gates count.
    """
    return np.broadcast_to(rule_truth(rule, gate_truths(routing, responses)), len(routing.index))


def gate_truths(routing: Routing, responses: pd.DataFrame) -> Callable[[Condition], np.ndarray]:
    """What gives TRUE, UNKNOWN or FALSE (n,) for a condition: was its gate answered so?

    Unknown is also what an answer that is no number comes to where numbers are compared.
    """

    def truth(condition: Condition) -> np.ndarray:
        gate = routing.questionnaire[condition.gate]
        plain = not (condition.row or condition.bounds)  # then it is known already who answered
        told = routing.has_answer(gate.id) if plain else decides(responses, gate, condition)
        skipped = routing.of(gate.id) == LEGITIMATE_SKIP
        return condition_truth(holds(responses, gate, condition), told, skipped)

    return truth
