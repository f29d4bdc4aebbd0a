"""Skip logic and edits once more, plainly: one record at a time, every possibility tried.

A record is a dict of question id to answer: None for blank, a code for a single question, a
frozenset of codes for a multiple one, a text for an open one.
"""

from collections import Counter
from itertools import product

import pandas as pd

from dmsi_lib.questionnaire.model import build_questionnaire
from dmsi_lib.questionnaire.strict_yaml import parse_yaml


def questionnaire_of(text):
    """A questionnaire from the YAML of its list of questions; a missing text is the id."""
    document = parse_yaml("questions:\n" + text)
    for entry in document["questions"]:
        entry.setdefault("text", entry["id"])
        entry.lines.setdefault("text", entry.line)
    return build_questionnaire(document)


def frame_of(questionnaire, records, index=None):
    """Responses, as the export's reader would return them."""
    columns = {}
    for question in questionnaire.questions:
        answers = [record.get(question.id) for record in records]
        if question.type == "multiple":
            for code in question.choices:
                ticks = [None if a is None else code in a for a in answers]
                columns[question.id, code] = pd.array(ticks, dtype="boolean")
        elif question.type == "single":
            columns[question.id, ""] = pd.Categorical(answers, categories=list(question.choices))
        else:
            columns[question.id, ""] = pd.array(answers, dtype="string")
    index = [f"r{n}" for n in range(1, len(records) + 1)] if index is None else index
    frame = pd.DataFrame(columns, index=pd.Index(index, dtype="str"))
    frame.columns = pd.MultiIndex.from_tuples(list(columns), names=["question", "item"])
    return frame


def records_of(questionnaire, frame):
    """Back from responses to records."""
    records = []
    for row in range(len(frame)):
        record = {}
        for question in questionnaire.questions:
            if question.type == "multiple":
                ticks = {code: frame[question.id, code].iloc[row] for code in question.choices}
                blank = all(tick is pd.NA for tick in ticks.values())
                answer = None if blank else frozenset(code for code in ticks if ticks[code])
            else:
                value = frame[question.id, ""].iloc[row]
                answer = None if pd.isna(value) else value
            record[question.id] = answer
        records.append(record)
    return records


def person(**answers):
    """A record; ticks may be given as a set."""
    return {name: frozenset(a) if isinstance(a, set) else a for name, a in answers.items()}


# Three gates deep: works -> remote -> tools -> chat_quality; everybody gets the comment.
CHAIN = questionnaire_of("""
  - {id: works, type: single, page: 1, options: [yes, no]}
  - {id: remote, type: single, page: 2, options: [always, partly, never],
     ask_if: {works: [yes]}}
  - {id: tools, type: multiple, page: 3, options: [chat, video, mail],
     ask_if: {remote: [always, partly]}}
  - {id: chat_quality, type: single, page: 4, options: [good, bad], ask_if: {tools: [chat]}}
  - {id: comment, type: open, page: 5}
""")


# ---- routing


def asked(questionnaire, record, question):
    """True, False or None (unknown): does the question apply?"""
    if not question.ask_if:
        return True
    alternatives = [
        all_of([holds(questionnaire, record, questionnaire[g], c) for g, c in rule.items()])
        for rule in question.ask_if
    ]
    if True in alternatives:
        return True
    return None if None in alternatives else False


def all_of(truths):
    if False in truths:
        return False
    return None if None in truths else True


def holds(questionnaire, record, gate, codes):
    answer = record[gate.id]
    if answer is None:
        return False if asked(questionnaire, record, gate) is False else None
    return bool(ticks(answer) & set(codes))


def ticks(answer):
    return answer if isinstance(answer, frozenset) else frozenset([answer])


def status(questionnaire, record, question):
    answered = record[question.id] is not None
    applies = asked(questionnaire, record, question)
    if applies is None:
        return "gate_unknown"
    if applies is False:
        return "off_route" if answered else "legitimate_skip"
    if answered:
        return "answered"
    pages = [q.page for q in questionnaire.questions if record[q.id] is not None]
    return "break_off" if question.page > max(pages, default=0) else "item_nonresponse"


def table(questionnaire, records):
    """The routing table as a list of dicts."""
    rows = []
    for question in questionnaire.questions:
        found = Counter()
        for record in records:
            name = status(questionnaire, record, question)
            if name == "gate_unknown":
                name += "_blank" if record[question.id] is None else "_answered"
            found[name] += 1
        names = ["answered", "item_nonresponse", "break_off", "legitimate_skip", "off_route"]
        names += ["gate_unknown_answered", "gate_unknown_blank"]
        universe = found["answered"] + found["item_nonresponse"] + found["break_off"]
        row = {"question": question.id, "n": len(records), "universe": universe}
        rows.append(row | {name: found[name] for name in names})
    return rows


# ---- edit: trust the gate


def gate_edit(questionnaire, record):
    """The record without off-route answers, removed one at a time, the earliest first."""
    record = dict(record)
    for question in questionnaire.routing_order:
        if status(questionnaire, record, question) == "off_route":
            record[question.id] = None
    return record


# ---- edit: trust the follow-up


def stands(rule, record):
    """Whether a rule holds beyond doubt; no rule always does."""
    return not rule or any(
        all(record[gate] is not None and ticks(record[gate]) & set(a[gate]) for gate in a)
        for a in rule
    )


def mentioned(rule):
    return {gate for alternative in rule for gate in alternative}


def rules_in_play(questionnaire, record, settled):
    """Pairs of a question and why its rule counts ("answer", or "if set" for a blank gate)."""
    play = [(q.id, "answer") for q in questionnaire.questions if record[q.id] is not None]
    play = [p for p in play if questionnaire[p[0]].ask_if and p not in settled]
    for name, _ in play:  # grows while it is walked
        for gate in mentioned(questionnaire[name].ask_if):
            entry = (gate, "if set")
            unsettled = questionnaire[gate].ask_if and entry not in settled
            if record[gate] is None and unsettled and entry not in play:
                play.append(entry)
    return play


def open_gates(questionnaire, record, play):
    """Gates that some rule in play asks to be otherwise."""
    return {
        gate
        for name, _ in play
        for alternative in questionnaire[name].ask_if
        for gate, codes in alternative.items()
        if record[gate] is None or not ticks(record[gate]) & set(codes)
    }


def parts(questionnaire, record):
    """Lists of (gates, rules in play) that hang together."""
    settled = set()
    while True:
        play = rules_in_play(questionnaire, record, settled)
        opened = open_gates(questionnaire, record, play)
        rules = {entry: questionnaire[entry[0]].ask_if for entry in play}
        newly = {e for e in play if any(not opened & a.keys() for a in rules[e])}
        if not newly:
            break
        settled |= newly
    found = []
    while opened:
        gates, before = {min(opened)}, None
        while gates != before:
            before = set(gates)
            for name, why in play:
                link = mentioned(questionnaire[name].ask_if) & opened
                link |= {name} if why == "if set" else set()
                gates |= link if link & gates else set()
        opened -= gates
        own = [(n, w) for n, w in play if mentioned(questionnaire[n].ask_if) & gates]
        found.append((gates, own))
    order = [q.id for q in questionnaire.routing_order]
    return sorted(found, key=lambda part: min(map(order.index, part[0])))


def possible_answers(question, answer):
    """The answer itself, and all it could be changed to; a tick is never taken away."""
    if question.type == "single":
        return [answer, *(code for code in question.choices if code != answer)]
    sets = product(*[[frozenset(), frozenset([code])] for code in question.choices])
    others = [frozenset().union(*each) for each in sets]
    if answer is None:
        return [None, *(other for other in others if other)]
    return [answer, *(other for other in others if other > answer)]


def size_of(before, after):
    """How many gates a change touches, and how many codes it sets."""
    changed = [gate for gate in before if before[gate] != after[gate]]
    old = {gate: frozenset() if before[gate] is None else ticks(before[gate]) for gate in changed}
    return len(changed), sum(len(ticks(after[gate]) - old[gate]) for gate in changed)


def smallest(questionnaire, record, gates, is_right):
    """All smallest changes of some gates that make a record right: every assignment is tried."""
    gates = sorted(gates)
    answers = [possible_answers(questionnaire[gate], record[gate]) for gate in gates]
    right = []
    for trial in product(*answers):
        after = record | dict(zip(gates, trial, strict=True))
        if is_right(after):
            right.append((size_of(record, after), after))
    least = min((size for size, _ in right), default=None)
    return [after for size, after in right if size == least]


def follow_up_edit(questionnaire, record):
    """The edited record, and a list of (gates, because_of, reason) of what stayed undecided."""
    edited, undecided = dict(record), []
    order = [q.id for q in questionnaire.routing_order]
    for gates, play in parts(questionnaire, record):
        needed = [name for name, why in play if why == "answer"]
        failing = [name for name in needed if not stands(questionnaire[name].ask_if, record)]
        if not failing:
            continue

        def is_right(after, play=play):
            return all(
                stands(questionnaire[name].ask_if, after)
                for name, why in play
                if why == "answer" or after[name] is not None
            )

        found = smallest(questionnaire, record, gates, is_right)
        if len(found) == 1:
            edited |= {gate: found[0][gate] for gate in gates}
        else:
            because = [q.id for q in questionnaire.questions if q.id in failing]
            reason = f"tie: {len(found)} equally small changes"
            reason = reason if found else "impossible: no answers of the gates explain it"
            names = "|".join(sorted(gates, key=order.index))
            undecided.append((names, "|".join(because), reason))
    return edited, undecided


def whole_record_changes(questionnaire, record):
    """All smallest changes of all gates together that leave no answer without its rule."""
    gates = {gate for q in questionnaire.questions for gate in q.gates}

    def is_right(after):
        return all(after[q.id] is None or stands(q.ask_if, after) for q in questionnaire.questions)

    return smallest(questionnaire, record, gates, is_right)
