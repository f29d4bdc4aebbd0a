"""What a blank means: who should have been asked, who answered, and why the two differ.

A blank cell can mean five things, and a percentage is only right for one of them at a time. The
respondent was routed past the question (*legitimate skip*). They saw it and passed over it (*item
nonresponse*). They had left the survey before (*break-off*: everything after the last page on which
they answered anything). Or nobody can tell whether they should have been asked, because the gate
itself is blank (*gate unknown*). And an answer can stand where a blank belongs: an *off-route
answer*, given by somebody whom the rules route past the question.

Rules are evaluated on the answers as recorded, gates first. A gate holds if it was answered with one
of the rule's codes; it does not hold if it was answered otherwise or was itself legitimately
skipped; it is unknown if it is blank for any other reason. Alternatives and gates combine in
Kleene's three-valued logic, so one gate that holds settles an any-of rule, whatever is unknown.

Terms: NCES Statistical Standards 4-1 and glossary; AAPOR Standard Definitions (break-off).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from dmsi_lib.questionnaire import OTHER_TEXT

STATUSES = (
    *("answered", "legitimate_skip", "item_nonresponse", "break_off", "off_route"),
    "gate_unknown",
)
ANSWERED, LEGITIMATE_SKIP, ITEM_NONRESPONSE, BREAK_OFF, OFF_ROUTE, GATE_UNKNOWN = range(6)
IN_UNIVERSE = (ANSWERED, ITEM_NONRESPONSE, BREAK_OFF)
FALSE, UNKNOWN, TRUE = 0, 1, 2  # so that "all of" is the minimum and "any of" the maximum


@dataclass(frozen=True)
class Routing:
    """The routing status of every respondent and question.

    Attributes
    ----------
    questionnaire : Questionnaire
    index : Index of respondents, length n
    codes : uint8 array (n, questions), positions in STATUSES, columns in the questionnaire's order
    answered : bool array (n, questions)
    last_page : int array (n,), the last page with any answer, 0 where there is none
    """

    questionnaire: object
    index: pd.Index
    codes: np.ndarray
    answered: np.ndarray
    last_page: np.ndarray

    @cached_property
    def position(self):
        return {q.id: n for n, q in enumerate(self.questionnaire.questions)}

    def of(self, question_id):
        """Status codes (n,) of one question."""
        return self.codes[:, self.position[question_id]]

    def has_answer(self, question_id):
        """Whether each respondent answered the question, on route or off it."""
        return self.answered[:, self.position[question_id]]

    def in_universe(self, question_id):
        """Whether each respondent is known to be in the question's universe."""
        return np.isin(self.of(question_id), IN_UNIVERSE)

    @cached_property
    def status(self):
        """DataFrame respondents x questions of categoricals."""
        return pd.DataFrame(
            {
                q.id: pd.Categorical.from_codes(self.of(q.id), categories=list(STATUSES))
                for q in self.questionnaire.questions
            },
            index=self.index,
        )


def answered_matrix(responses, questionnaire):
    """Whether each respondent answered each question in any of its items.

    Parameters
    ----------
    responses : DataFrame, (n, (question, item))
    questionnaire : Questionnaire

    Returns
    -------
    bool array (n, questions)
    """
    matrix = np.zeros((len(responses), len(questionnaire.questions)), dtype=bool)
    for n, question in enumerate(questionnaire.questions):
        for item in items(question)[:1] if question.type == "multiple" else items(question):
            matrix[:, n] |= responses[question.id, item].notna().to_numpy()
    return matrix


def items(question):
    """The items of a question in `responses`, without the companion's text."""
    by_type = {"multiple": question.choices, "ranking": question.options, "matrix": question.rows}
    return list(by_type.get(question.type, [""]))


def route(responses, questionnaire):
    """Evaluate the routing rules for everybody.

    Parameters
    ----------
    responses : DataFrame, (n, (question, item))
    questionnaire : Questionnaire

    Returns
    -------
    Routing
    """
    answered = answered_matrix(responses, questionnaire)
    last_page = _last_page(answered, questionnaire)
    codes = np.empty(answered.shape, dtype=np.uint8)
    position = {q.id: n for n, q in enumerate(questionnaire.questions)}
    gates = Gates(responses, questionnaire)
    truths = {}  # questions that share a rule share its truth
    for question in questionnaire.routing_order:
        n = position[question.id]
        rule = rule_key(question)
        if rule not in truths:
            truths[rule] = rule_truth(question, gates, answered, codes, position)
        codes[:, n] = _statuses(truths[rule], answered[:, n], question.page > last_page)
    return Routing(questionnaire, responses.index, codes, answered, last_page)


def rule_key(question):
    """A rule in a form that can be compared: equal keys, equal universes."""
    return tuple(tuple(sorted(alternative.items())) for alternative in question.ask_if)


def rule_truth(question, gates, answered, codes, position):
    """TRUE, UNKNOWN or FALSE for each respondent: does the question apply to them?"""
    size = len(answered)
    if not question.ask_if:
        return np.full(size, TRUE, dtype=np.uint8)
    any_of = np.full(size, FALSE, dtype=np.uint8)
    for alternative in question.ask_if:
        all_of = np.full(size, TRUE, dtype=np.uint8)
        for gate, wanted in alternative.items():
            g = position[gate]
            truth = np.where(codes[:, g] == LEGITIMATE_SKIP, FALSE, UNKNOWN).astype(np.uint8)
            has = answered[:, g]
            truth[has] = np.where(gates.holds(gate, wanted)[has], TRUE, FALSE)
            np.minimum(all_of, truth, out=all_of)
        np.maximum(any_of, all_of, out=any_of)
    return any_of


class Gates:
    """The answers of the gate questions, as arrays made once."""

    def __init__(self, responses, questionnaire):
        self._responses, self._questionnaire, self._codes = responses, questionnaire, {}

    def holds(self, gate, wanted):
        """bool (n,): the gate was answered with one of the wanted codes."""
        question = self._questionnaire[gate]
        if question.type == "single":
            return np.isin(self.single(gate), [list(question.choices).index(c) for c in wanted])
        return np.logical_or.reduce([self.ticked(gate, code) for code in wanted])

    def single(self, gate):
        """int (n,): position of the chosen code, -1 for blank."""
        if gate not in self._codes:
            column = self._responses[gate, ""]
            self._codes[gate] = column.cat.codes.to_numpy()
        return self._codes[gate]

    def ticked(self, gate, code):
        """bool (n,): the option was ticked; False where the question is blank."""
        if (gate, code) not in self._codes:
            column = self._responses[gate, code]
            self._codes[gate, code] = column.to_numpy(dtype=bool, na_value=False)
        return self._codes[gate, code]


def _last_page(answered, questionnaire):
    last = np.zeros(len(answered), dtype=np.int32)
    for n, question in enumerate(questionnaire.questions):
        np.maximum(last, np.where(answered[:, n], question.page, 0), out=last)
    return last


def _statuses(truth, answered, past_the_end):
    """Status codes (n,) of one question from its rule's truth."""
    blank = np.where(past_the_end, BREAK_OFF, ITEM_NONRESPONSE)
    in_universe = np.where(answered, ANSWERED, blank)
    outside = np.where(answered, OFF_ROUTE, LEGITIMATE_SKIP)
    return np.select([truth == TRUE, truth == FALSE], [in_universe, outside], GATE_UNKNOWN)


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
        count = np.bincount(codes, minlength=len(STATUSES))
        unknown_answered = int(((codes == GATE_UNKNOWN) & has).sum())
        rows.append(
            {
                "question": question.id,
                "n": len(codes),
                "universe": int(count[list(IN_UNIVERSE)].sum()),
                "answered": int(count[ANSWERED]),
                "item_nonresponse": int(count[ITEM_NONRESPONSE]),
                "break_off": int(count[BREAK_OFF]),
                "legitimate_skip": int(count[LEGITIMATE_SKIP]),
                "off_route": int(count[OFF_ROUTE]),
                "gate_unknown_answered": unknown_answered,
                "gate_unknown_blank": int(count[GATE_UNKNOWN]) - unknown_answered,
            }
        )
    return pd.DataFrame(rows)


def off_route_table(routing, responses):
    """Every answer that stands where the rules expect none, with the gate that says so.

    Parameters
    ----------
    routing : Routing
    responses : DataFrame, (n, (question, item))

    Returns
    -------
    DataFrame
        Columns respondent, question, gate, gate_answer, cause; cause is "gate contradicts" (the
        answer is off-route) or "gate blank" (whether it is can't be told). The gate is the first
        one, in the order of the rule, that does not hold; several ticked codes are joined by "|".
    """
    frames = []
    for question in routing.questionnaire.routing_order:
        codes, has = routing.of(question.id), routing.has_answer(question.id)
        for wanted, cause in ((OFF_ROUTE, "gate contradicts"), (GATE_UNKNOWN, "gate blank")):
            mask = (codes == wanted) & has
            if mask.any():
                gate, answer = _failing_gate(question, routing, responses, mask, cause)
                frames.append(
                    pd.DataFrame(
                        {
                            "respondent": routing.index[mask],
                            "question": question.id,
                            "gate": gate,
                            "gate_answer": answer,
                            "cause": cause,
                        }
                    )
                )
    columns = ["respondent", "question", "gate", "gate_answer", "cause"]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def _failing_gate(question, routing, responses, mask, cause):
    """For the respondents in a mask: the first gate that fails, and its answer as text."""
    gates = Gates(responses, routing.questionnaire)
    name = np.full(mask.sum(), "", dtype=object)
    answer = np.full(mask.sum(), "", dtype=object)
    for alternative in question.ask_if:
        for gate, wanted in alternative.items():
            has = routing.has_answer(gate)[mask]
            fails = ~gates.holds(gate, wanted)[mask]
            if cause == "gate blank":
                fails &= ~has & (routing.of(gate)[mask] != LEGITIMATE_SKIP)
            new = fails & (name == "")
            name[new] = gate
            shown = answer_texts(responses.loc[mask], routing.questionnaire[gate])
            answer[new] = shown[new]
    return name, answer


def answer_texts(responses, question):
    """A question's answer as one text a respondent, "" for none: codes joined by "|".

    What people wrote is never repeated: a written answer shows as "(text)".
    """
    shown = np.full(len(responses), "", dtype=object)
    for item in items(question):
        column = responses[question.id, item]
        has = column.notna().to_numpy()
        if question.type == "single":
            part = column.astype(object).where(has, "").to_numpy()
        elif question.type == "multiple":
            part = np.where(column.fillna(False).to_numpy(dtype=bool), item, "")
        elif question.type == "open":
            part = np.where(has, "(text)", "")
        else:
            prefix = f"{item}=" if item else ""
            part = np.array([f"{prefix}{v}" if h else "" for v, h in zip(column, has, strict=True)])
        part = part.astype(object)
        joint = np.where((shown != "") & (part != ""), "|", "").astype(object)
        shown = shown + joint + part
    return shown


def blank_out(responses, question, mask):
    """A copy of the columns of one question with the answers in the mask removed."""
    own = [question.id] if question.id in responses else []
    names = [name for name in responses.columns if name[0] in own]
    return {name: responses[name].mask(pd.Series(mask, index=responses.index)) for name in names}


__all__ = [
    *("STATUSES", "Routing", "answered_matrix", "route", "routing_table", "off_route_table"),
    *("answer_texts", "blank_out", "items", "OTHER_TEXT"),
]
