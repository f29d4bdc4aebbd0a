"""Bringing answers and gates into agreement: edits, each a row in a log.

`gate` trusts the gate: an off-route answer is removed, and where that answer was itself a gate its
dependents are looked at again, until nothing changes. Gates come before their dependents, so one
pass in routing order reaches that fixed point.

`follow_up` trusts the follow-up: the gates are changed, as few as possible, so that every answer
stands where it may (the principle of Fellegi & Holt 1976, "A systematic approach to automatic edit
and imputation", JASA 71: change the fewest fields). A gate is only set where exactly one set of
values does it; ties and contradictions are left as they are and listed.
"""

from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import pandas as pd

from dmsi_lib.errors import UsageError
from dmsi_lib.questionnaire import unknown
from dmsi_lib.skip_logic import (
    LEGITIMATE_SKIP,
    OFF_ROUTE,
    Gates,
    answer_texts,
    answered_matrix,
    blank_out,
    route,
    rule_key,
    rule_truth,
)

EDITS = ("none", "gate", "follow_up")
LOG_COLUMNS = ["respondent", "question", "before", "after", "rule"]
UNDECIDED_COLUMNS = ["respondent", "gates", "because_of", "reason"]
_MOST_TRIALS = 5000  # assignments tried for one pattern before it is listed as undecided


@dataclass(frozen=True)
class Reconciled:
    """Edited responses with their routing.

    Attributes
    ----------
    responses : DataFrame, a new frame; the input is never changed
    routing : Routing of the edited responses
    log : DataFrame with columns respondent, question, before, after, rule
    undecided : DataFrame with columns respondent, gates, because_of, reason
    """

    responses: pd.DataFrame
    routing: object
    log: pd.DataFrame
    undecided: pd.DataFrame


def reconcile(responses, questionnaire, edit="none"):
    """Route the responses and apply one of the EDITS.

    Parameters
    ----------
    responses : DataFrame, (n, (question, item))
    questionnaire : Questionnaire
    edit : "none", "gate" or "follow_up"

    Returns
    -------
    Reconciled

    Raises
    ------
    UsageError
        For an unknown edit.
    """
    steps = {"none": _edit_none, "gate": _edit_gate, "follow_up": _edit_follow_up}
    if edit not in steps:
        raise UsageError(unknown("edit", edit, EDITS))
    changed, logs, undecided = steps[edit](responses, questionnaire)
    edited = responses.copy(deep=False)
    for name, column in changed.items():
        edited[name] = column
    return Reconciled(
        edited,
        route(edited, questionnaire),
        _frame(logs, LOG_COLUMNS),
        _frame(undecided, UNDECIDED_COLUMNS),
    )


def _frame(frames, columns):
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def _edit_none(responses, questionnaire):
    return {}, [], []


# ---- trust the gate


def _edit_gate(responses, questionnaire):
    """Remove off-route answers, gates first, so that removing one cascades to its dependents."""
    answered = answered_matrix(responses, questionnaire)
    codes = np.zeros(answered.shape, dtype=np.uint8)
    position = {q.id: n for n, q in enumerate(questionnaire.questions)}
    gates = Gates(responses, questionnaire)
    changed, logs = {}, []
    for question in questionnaire.routing_order:
        n = position[question.id]
        truth = rule_truth(question, gates, answered, codes, position)
        off_route = (truth == 0) & answered[:, n]
        # Only "legitimate skip or not" matters to the gates that follow.
        codes[:, n] = np.where(truth == 0, LEGITIMATE_SKIP, OFF_ROUTE)
        if off_route.any():
            answered[off_route, n] = False
            changed |= blank_out(responses, question, off_route)
            logs.append(
                pd.DataFrame(
                    {
                        "respondent": responses.index[off_route],
                        "question": question.id,
                        "before": answer_texts(responses.loc[off_route], question),
                        "after": "",
                        "rule": "off-route answer removed: " + " or ".join(question.gates),
                    }
                )
            )
    return changed, logs, []


# ---- trust the follow-up


def _edit_follow_up(responses, questionnaire):
    """Change the fewest gates, pattern by pattern: respondents who agree in all gates and in which
    rules their answers need are decided together."""
    gate_ids = [
        q.id for q in questionnaire.routing_order if any(q.id in d.gates for d in questionnaire.questions)
    ]
    if not gate_ids or not len(responses):
        return {}, [], []
    answered = answered_matrix(responses, questionnaire)
    gates = Gates(responses, questionnaire)
    rules, needed = _needed_rules(questionnaire, answered)
    held = {g: _gate_values(questionnaire[g], gates, answered, questionnaire) for g in gate_ids}
    patterns = np.column_stack([needed.astype(np.int64), *held.values()])
    _, first, inverse = np.unique(patterns, axis=0, return_index=True, return_inverse=True)
    inverse = inverse.reshape(-1)
    setters, logs, undecided = {}, [], []
    order = np.argsort(inverse, kind="stable")
    bounds = np.searchsorted(inverse[order], np.arange(len(first) + 1))
    for number, row in enumerate(first):
        record = {g: _record_value(questionnaire[g], held[g][row], questionnaire) for g in gate_ids}
        wanted = [rule for rule, need in zip(rules, needed[row], strict=True) if need]
        for change in _decide(record, wanted, questionnaire):
            members = order[bounds[number] : bounds[number + 1]]
            if change.values is None:
                undecided.append(_undecided_rows(change, responses.index[members]))
            else:
                for gate, value in change.values.items():
                    setters.setdefault(gate, []).append((members, value, change.because))
    changed = {}
    for gate, decisions in setters.items():
        changed |= _set_gate(responses, questionnaire[gate], decisions, logs)
    return changed, logs, undecided


@dataclass(frozen=True)
class Change:
    """The decision on one group of gates that hang together: their new values, or a reason."""

    gates: tuple
    because: str
    values: dict | None = None
    reason: str = ""


def _needed_rules(questionnaire, answered):
    """The distinct rules, and for each respondent whether an answer of theirs needs it to hold."""
    by_key, columns = {}, {}
    for n, question in enumerate(questionnaire.questions):
        if question.ask_if:
            name = rule_key(question)
            by_key[name] = question.ask_if
            columns.setdefault(name, []).append(n)
    needed = np.column_stack([answered[:, columns[name]].any(axis=1) for name in by_key])
    return list(by_key.values()), needed


def _gate_codes(question, questionnaire):
    """Codes of a multiple gate that any rule mentions, in the questionnaire's order."""
    used = {
        code
        for dependent in questionnaire.questions
        for alternative in dependent.ask_if
        for code in alternative.get(question.id, ())
    }
    return [code for code in question.choices if code in used]


def _gate_values(question, gates, answered, questionnaire):
    """One integer a respondent that stands for the gate's answer; -1 for blank."""
    if question.type == "single":
        return gates.single(question.id).astype(np.int64)
    position = [q.id for q in questionnaire.questions].index(question.id)
    total = np.zeros(len(answered), dtype=np.int64)
    for bit, code in enumerate(_gate_codes(question, questionnaire)):
        total |= gates.ticked(question.id, code).astype(np.int64) << bit
    return np.where(answered[:, position], total, -1)


def _record_value(question, value, questionnaire):
    """The gate's answer as a frozenset of codes, or None for blank."""
    if value < 0:
        return None
    if question.type == "single":
        return frozenset([list(question.choices)[value]])
    codes = _gate_codes(question, questionnaire)
    return frozenset(code for bit, code in enumerate(codes) if value >> bit & 1)


def _holds(rule, record):
    """Whether a rule is TRUE on a record of gate answers; blank counts as not."""
    return not rule or any(
        all(record[gate] is not None and record[gate] & set(codes) for gate, codes in a.items())
        for a in rule
    )


def _decide(record, wanted, questionnaire):
    """The changes for one pattern, one for each group of gates that hang together."""
    violated = [rule for rule in wanted if not _holds(rule, record)]
    if not violated:
        return []
    groups = []
    for rule in violated:
        involved = _involved_gates(rule, record, questionnaire)
        joined = [g for g in groups if g & involved]
        groups = [g for g in groups if not g & involved] + [involved.union(*joined)]
    groups = _join_through_needed(groups, wanted)
    return [_smallest_change(group, record, wanted, violated, questionnaire) for group in groups]


def _involved_gates(rule, record, questionnaire):
    """The gates of a rule, and behind each blank one the gates of its own rule, if that fails."""
    involved, queue = set(), [gate for alternative in rule for gate in alternative]
    while queue:
        gate = queue.pop()
        if gate in involved:
            continue
        involved.add(gate)
        own = questionnaire[gate].ask_if
        if record[gate] is None and not _holds(own, record):
            queue += [g for alternative in own for g in alternative]
    return involved


def _join_through_needed(groups, wanted):
    """Groups that some needed rule mentions together must be decided together."""
    for rule in wanted:
        mentioned = {gate for alternative in rule for gate in alternative}
        touched = [g for g in groups if g & mentioned]
        if len(touched) > 1:
            groups = [g for g in groups if not g & mentioned] + [set().union(*touched)]
    return groups


def _smallest_change(group, record, wanted, violated, questionnaire):
    """Try one gate, then two, ...: the first size at which anything works decides."""
    gates = tuple(q.id for q in questionnaire.routing_order if q.id in group)
    because = _because(group, violated, questionnaire)
    concerned = [rule for rule in wanted if any(g in group for a in rule for g in a)]
    trials = 0
    for size in range(1, len(gates) + 1):
        found = []
        for chosen in combinations(gates, size):
            values = [_candidates(questionnaire[g], record[g], questionnaire) for g in chosen]
            for trial in product(*values):
                trials += 1
                if trials > _MOST_TRIALS:
                    return Change(gates, because, reason="too many possibilities to decide")
                new = record | dict(zip(chosen, trial, strict=True))
                set_now = [questionnaire[g].ask_if for g in chosen]
                if all(_holds(rule, new) for rule in (*concerned, *set_now)):
                    found.append(dict(zip(chosen, trial, strict=True)))
        found = _without_needless_ticks(found)
        if len(found) == 1:
            return Change(gates, because, values=found[0])
        if found:
            return Change(gates, because, reason=f"tie: {len(found)} equally small changes")
    return Change(gates, because, reason="impossible: no values of the gates explain the answers")


def _candidates(question, current, questionnaire):
    """The answers a gate could be changed to. A tick is never taken away: rules only ask for ticks."""
    if question.type == "single":
        return [v for c in question.choices if (v := frozenset([c])) != current]
    now = current or frozenset()
    open_codes = [code for code in _gate_codes(question, questionnaire) if code not in now]
    return [
        now | set(extra)
        for size in range(1, min(len(open_codes), 4) + 1)
        for extra in combinations(open_codes, size)
    ]


def _without_needless_ticks(found):
    """Drop every change that only adds ticks to another one that suffices."""
    return [
        a
        for a in found
        if not any(
            b is not a and b.keys() == a.keys() and b != a and all(b[g] <= a[g] for g in a)
            for b in found
        )
    ]


def _because(group, violated, questionnaire):
    """Ids of the questions whose rule fails and mentions the group."""
    keys = [r for r in violated if any(g in group for a in r for g in a)]
    return "|".join(q.id for q in questionnaire.questions if q.ask_if and q.ask_if in keys)


def _undecided_rows(change, ids):
    return pd.DataFrame(
        {
            "respondent": ids,
            "gates": "|".join(change.gates),
            "because_of": change.because,
            "reason": change.reason,
        }
    )


def _set_gate(responses, question, decisions, logs):
    """New columns for one gate; a log row for each respondent changed."""
    before = answer_texts(responses, question)
    names = [name for name in responses.columns if name[0] == question.id]
    columns = {name: responses[name].copy() for name in names}
    for members, value, because in decisions:
        if question.type == "single":
            (code,) = value
            columns[question.id, ""].iloc[members] = code
        else:
            for code in question.choices:
                column = columns[question.id, code]
                column.iloc[members] = column.iloc[members].fillna(False) | (code in value)
        logs.append(
            pd.DataFrame(
                {
                    "respondent": responses.index[members],
                    "question": question.id,
                    "before": before[members],
                    "after": "|".join(sorted(value)),
                    "rule": f"gate set: explained by answers to {because}",
                }
            )
        )
    return columns
