"""Skip logic and edits once more, plainly: one record at a time, every possibility tried.

A record is a dict of question id to answer: None for blank, a code for a single question, a
frozenset of codes for a multiple one, a text for an open one, for a numeric one a float or
NO_NUMBER, and a dict of the rows that were answered for a question with rows. A *subject* is what
one condition is about: a gate, or a row of it.
"""

from collections import Counter
from itertools import product

import pandas as pd

from dmsi_lib.questionnaire.model import build_questionnaire
from dmsi_lib.questionnaire.strict_yaml import parse_yaml

NO_NUMBER = "about three"  # an answer to a numeric question
IMPOSSIBLE = "impossible: no earlier answers would explain it"
SEVERAL = ("multiple", "matrix_multiple")
SETTABLE = ("single", "matrix", *SEVERAL)


def questionnaire_of(text, derived=""):
    """A questionnaire from the YAML of its list of questions; a missing text is the id."""
    document = parse_yaml("questions:\n" + text + ("derived:\n" + derived if derived else ""))
    for entry in [*document["questions"], *document.get("derived", [])]:
        entry.setdefault("text", entry["id"])
        entry.lines.setdefault("text", entry.line)
    return build_questionnaire(document)


def frame_of(questionnaire, records, index=None):
    """Responses, as the export's reader would return them."""
    columns = {}
    records = [complete(questionnaire, record) for record in records]
    for question in questionnaire.questions:
        for row in [*question.rows] or [""]:
            answers = [answer_to(record, question.id, row) for record in records]
            columns |= columns_of(question, row, answers)
        if question.derivation and question.type == "numeric":  # its part may have the marker alone
            for row in [*question.rows] or [""]:
                marker = f"{row}.not_a_number" if row else "not_a_number"
                if any((part, marker) in columns for part in question.parts):
                    nobody = pd.array([None] * len(records), dtype="boolean")
                    columns.setdefault((question.id, marker), nobody)
    index = [f"r{n}" for n in range(1, len(records) + 1)] if index is None else index
    frame = pd.DataFrame(columns, index=pd.Index(index, dtype="str"))
    frame.columns = pd.MultiIndex.from_tuples(list(columns), names=["question", "item"])
    return frame


def columns_of(question, row, answers):
    """The columns of a question, or of a row of it."""
    name = (question.id, row)
    if question.type in SEVERAL:
        return {
            (question.id, f"{row}.{code}" if row else code): pd.array(
                [None if a is None else code in a for a in answers], dtype="boolean"
            )
            for code in question.choices
        }
    if question.type in ("single", "matrix"):
        return {name: pd.Categorical(answers, categories=list(question.choices))}
    if question.type == "numeric":
        odd = [True if a == NO_NUMBER else None for a in answers]
        numbers = [None if a == NO_NUMBER else a for a in answers]
        columns = {name: pd.array(numbers, dtype="Float64")}
        marker = (question.id, f"{row}.not_a_number" if row else "not_a_number")
        return columns | ({marker: pd.array(odd, dtype="boolean")} if any(odd) else {})
    return {name: pd.array(answers, dtype="string")}


def records_of(questionnaire, frame):
    """Back from responses to records."""
    records = []
    for place in range(len(frame)):
        line = frame.iloc[place]
        record = {}
        for question in questionnaire.questions:
            answers = {row: read_back(question, row, line) for row in [*question.rows] or [""]}
            given = {row: answer for row, answer in answers.items() if answer is not None}
            record[question.id] = (given or None) if question.rows else answers[""]
        records.append(record)
    return records


def read_back(question, row, line):
    if question.type in SEVERAL:
        names = {code: f"{row}.{code}" if row else code for code in question.choices}
        ticks = {code: line[question.id, name] for code, name in names.items()}
        blank = all(tick is pd.NA for tick in ticks.values())
        return None if blank else frozenset(code for code in ticks if ticks[code])
    marker = (question.id, f"{row}.not_a_number" if row else "not_a_number")
    if marker in line and line[marker] is not pd.NA:
        return NO_NUMBER
    value = line[question.id, row]
    return None if pd.isna(value) else value


def person(**answers):
    """A record; ticks may be given as a set."""
    return {name: frozenset(a) if isinstance(a, set) else a for name, a in answers.items()}


def answer_to(record, gate, row=""):
    """The answer to a gate, or to a row of it; None for a blank."""
    answer = record.get(gate)
    return answer.get(row) if row and answer is not None else answer


def complete(questionnaire, record):
    """The record with the derived questions answered as their parts say."""
    record = dict(record)
    for question in questionnaire.questions:
        if question.derivation:
            made = {
                row: derived_answer(questionnaire, record, question, row)
                for row in [*question.rows] or [""]
            }
            given = {row: answer for row, answer in made.items() if answer is not None}
            record[question.id] = (given or None) if question.rows else made[""]
    return record


def derived_answer(questionnaire, record, question, row=""):
    """The answer to a derived question, or to a row of it; None where its parts leave it open."""
    how = question.derivation
    if how.kind == "coalesce":
        given = [record.get(part) for part in how.parts]
        whole = next((a for a in given if a is not None), None)
        return whole.get(row) if row and whole is not None else whole
    if how.kind == "combine":
        return combined(questionnaire, record, how)
    answer = answer_to(record, how.parts[0], row)
    if answer is None:
        return None
    if how.kind in ("recode", "net"):
        chosen = [o for o in question.options if ticks(answer) & {*how.codes[o]}]
        return frozenset(chosen) if question.type in SEVERAL else chosen[0]
    number = float(sum(code in answer for code in how.counted)) if how.kind == "count" else answer
    if not question.options or number == NO_NUMBER:
        return None if number == NO_NUMBER else number
    fitting = [o for o in question.options if all(within(number, *b) for b in how.bounds[o])]
    return fitting[0] if fitting else None


def combined(questionnaire, record, how):
    if all(record.get(part) is None for part in how.parts):
        return None
    for option, rule in how.rules.items():
        truth = any_of(
            [all_of([holds(questionnaire, record, c) for c in each]) for each in rule] or [True]
        )
        if truth is not False:
            return option if truth else None
    return None


def any_of(truths):
    if True in truths:
        return True
    return None if None in truths else False


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
        all_of([holds(questionnaire, record, condition) for condition in alternative])
        for alternative in question.ask_if
    ]
    if True in alternatives:
        return True
    return None if None in alternatives else False


def all_of(truths):
    if False in truths:
        return False
    return None if None in truths else True


def holds(questionnaire, record, condition):
    answer = answer_to(record, condition.gate, condition.row)
    if answer is None:
        gate = questionnaire[condition.gate]
        skipped = status(questionnaire, record, gate) == "legitimate_skip"
        return False if skipped else None
    return meets(answer, condition)


def meets(answer, condition):
    """Whether an answer meets a condition; None where it is no number but is to be compared."""
    if condition.bounds:
        return None if answer == NO_NUMBER else all(within(answer, *b) for b in condition.bounds)
    if not condition.codes:
        return True
    return ticks(answer).isdisjoint(condition.codes) == condition.negated


def within(value, name, bound):
    if name == "at_least":
        return value >= bound
    if name == "more_than":
        return value > bound
    return value <= bound if name == "at_most" else value < bound


def ticks(answer):
    return answer if isinstance(answer, frozenset) else frozenset([answer])


def status(questionnaire, record, question):
    answered = record[question.id] is not None
    applies = asked(questionnaire, record, question)
    if not question.asked:
        return "not_asked"
    if applies is None:
        return "gate_unknown"
    if applies is False:
        return "off_route" if answered else "legitimate_skip"
    if answered:
        return "answered"
    if question.parts:
        parts = [status(questionnaire, record, questionnaire[p]) for p in question.parts]
        for name in ("item_nonresponse", "break_off", "not_asked"):
            if name in parts:
                return name
    own = [q for q in questionnaire.questions if not q.parts]
    pages = [q.page for q in own if record[q.id] is not None]
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
        names += ["gate_unknown_answered", "gate_unknown_blank", "not_asked"]
        universe = found["answered"] + found["item_nonresponse"] + found["break_off"]
        row = {"question": question.id, "n": len(records), "universe": universe}
        rows.append(row | {name: found[name] for name in names})
    return rows


# ---- edit: trust the gate


def gate_edit(questionnaire, record):
    """The record without off-route answers, removed one at a time, the earliest first."""
    record = dict(record)
    for question in questionnaire.routing_order:
        off_route = status(questionnaire, record, question) == "off_route"
        if off_route and not question.parts:
            record[question.id] = None
    return complete(questionnaire, record)


# ---- edit: trust the follow-up


def stands(questionnaire, rule, record):
    """Whether a rule holds beyond doubt; no rule always does."""
    return not rule or any(
        all(is_met(questionnaire, condition, record) for condition in alternative)
        for alternative in rule
    )


def is_met(questionnaire, condition, record):
    """Whether a condition holds beyond doubt; what the file lacks contradicts nothing."""
    if not questionnaire[condition.gate].asked:
        return True
    answer = answer_to(record, condition.gate, condition.row)
    return answer is not None and meets(answer, condition) is True


def can_change(questionnaire, condition):
    """Whether a condition may come to hold, or cease to, by a change of answers."""
    gate = questionnaire[condition.gate]
    may_break = gate.type in SEVERAL and condition.negated  # by a further tick
    wanted = bool(condition.wanted(gate)) or may_break
    return gate.type in SETTABLE and gate.asked and wanted


def is_lost(questionnaire, condition, record):
    """Whether a condition does not hold and never can: ticks stay."""
    if is_met(questionnaire, condition, record):
        return False
    if not can_change(questionnaire, condition):
        return True
    gate = questionnaire[condition.gate]
    given = answer_to(record, condition.gate, condition.row) is not None
    return gate.type in SEVERAL and condition.negated and (given or not condition.wanted(gate))


def alive(questionnaire, rule, record):
    """The alternatives of a rule without a lost condition."""
    return [a for a in rule if not any(is_lost(questionnaire, c, record) for c in a)]


def movable(questionnaire, rule, record):
    """The conditions of the alternatives that are alive, of those on answers that can be set."""
    alternatives = alive(questionnaire, rule, record)
    return [c for a in alternatives for c in a if can_change(questionnaire, c)]


def rules_in_play(questionnaire, record, settled):
    """Triples of a question, why its rule counts ("answer", or "if set" for a blank gate), and of a
    blank gate the subject that may be set."""
    own = [q for q in questionnaire.questions if q.ask_if and not q.parts]
    play = [(q.id, "answer", "") for q in own if record[q.id] is not None]
    play = [entry for entry in play if entry not in settled]
    for name, *_ in play:  # grows while it is walked
        for condition in movable(questionnaire, questionnaire[name].ask_if, record):
            entry = (condition.gate, "if set", condition.subject)
            unsettled = questionnaire[condition.gate].ask_if and entry not in settled
            if record[condition.gate] is None and unsettled and entry not in play:
                play.append(entry)
    return play


def open_subjects(questionnaire, record, play):
    """Subjects that some rule in play asks to be otherwise."""
    return {
        condition.subject
        for name, *_ in play
        for condition in movable(questionnaire, questionnaire[name].ask_if, record)
        if not is_met(questionnaire, condition, record)
    }


def order_of(questionnaire):
    """Every subject there may be, in routing order."""
    return [
        f"{question.id}.{row}" if row else question.id
        for question in questionnaire.routing_order
        for row in ("", *question.rows)
    ]


def parts(questionnaire, record):
    """Pairs of (subjects, rules in play) that hang together; and all that is left in play."""
    settled = set()
    while True:
        play = rules_in_play(questionnaire, record, settled)
        opened = open_subjects(questionnaire, record, play)
        newly = {
            entry
            for entry in play
            for alternative in alive(questionnaire, questionnaire[entry[0]].ask_if, record)
            if not any(c.subject in opened for c in alternative if can_change(questionnaire, c))
        }
        if not newly:
            break
        settled |= newly

    def link(entry):
        conditions = movable(questionnaire, questionnaire[entry[0]].ask_if, record)
        return ({c.subject for c in conditions} & opened) | ({entry[2]} - {""})

    found, rest = [], set(opened)
    while rest:
        group, before = {min(rest)}, None
        while group != before:
            before = set(group)
            for entry in play:
                group |= link(entry) if link(entry) & group else set()
        rest -= group
        found.append((group, [entry for entry in play if link(entry) & group]))
    return found, play


def possible_answers(question, answer):
    """The answer itself, and all it could be changed to; a tick is never taken away."""
    if question.type in ("single", "matrix"):
        return [answer, *(code for code in question.choices if code != answer)]
    sets = product(*[[frozenset(), frozenset([code])] for code in question.choices])
    others = [frozenset().union(*each) for each in sets]
    if answer is None:
        return [None, *(other for other in others if other)]
    return [answer, *(other for other in others if other > answer)]


def changed(record, answers):
    """The record with the answers of some subjects, by gate and row, in the place of its own."""
    record = dict(record)
    for (gate, row), answer in answers.items():
        if row and answer is not None:
            record[gate] = (record[gate] or {}) | {row: answer}
        elif not row:
            record[gate] = answer
    return record


def size_of(before, after):
    """How many subjects a change touches, and how many codes it sets; both by gate and row."""
    names = [name for name in before if before[name] != after[name]]
    old = {n: frozenset() if before[n] is None else ticks(before[n]) for n in names}
    return len(names), sum(len(ticks(after[n]) - old[n]) for n in names)


def smallest(questionnaire, record, subjects, is_right):
    """All smallest changes of some subjects, given by gate and row, that make a record right: every
    assignment is tried."""
    now = {name: answer_to(record, *name) for name in sorted(subjects)}
    choices = [possible_answers(questionnaire[name[0]], answer) for name, answer in now.items()]
    right = []
    for trial in product(*choices):
        answers = dict(zip(now, trial, strict=True))
        after = changed(record, answers)
        if is_right(after):
            right.append((size_of(now, answers), after))
    least = min((size for size, _ in right), default=None)
    return [after for size, after in right if size == least]


def conditions_of(questionnaire):
    """All conditions of the questions that were asked, by subject."""
    own = [q for q in questionnaire.routing_order if not q.parts]
    return {c.subject: c for q in own for alternative in q.ask_if for c in alternative}


def meaning(questionnaire, question):
    """A rule in a form in which rules that come to the same are equal."""

    def plain(condition):
        gate = questionnaire[condition.gate]
        if not can_change(questionnaire, condition):
            return condition.subject, str(condition)
        whole = gate.type in SEVERAL and (condition.negated or not condition.codes)
        return condition.subject, condition.wanted(gate), whole

    return tuple(tuple(map(plain, alternative)) for alternative in question.ask_if)


def follow_up_edit(questionnaire, record):
    """The edited record, and a list of (gates, because_of, reason) of what stayed undecided."""
    edited, undecided = dict(record), []
    order, about = order_of(questionnaire), conditions_of(questionnaire)
    groups, play = parts(questionnaire, record)
    for group, entries in groups:
        needed = [name for name, why, _ in entries if why == "answer"]
        failing = [n for n in needed if not stands(questionnaire, questionnaire[n].ask_if, record)]
        if not failing:
            continue

        def is_right(after, entries=entries):
            return all(
                stands(questionnaire, questionnaire[name].ask_if, after)
                for name, why, _ in entries
                if why == "answer" or after[name] is not None
            )

        names = [(about[subject].gate, about[subject].row) for subject in group]
        found = smallest(questionnaire, record, names, is_right)
        if len(found) == 1:
            edited = changed(edited, {name: answer_to(found[0], *name) for name in names})
        else:
            reason = f"tie: {len(found)} equally small changes" if found else IMPOSSIBLE
            undecided.append((sorted(group, key=order.index), failing, reason))
    undecided += [(*entry, IMPOSSIBLE) for entry in hopeless_answers(questionnaire, record, play)]
    return complete(questionnaire, edited), in_order(questionnaire, undecided)


def hopeless_answers(questionnaire, record, play):
    """Pairs of (subjects, questions): the answers that no change can explain, by what they need."""
    found = {}
    for name in (name for name, why, _ in play if why == "answer"):
        question = questionnaire[name]
        if not alive(questionnaire, question.ask_if, record):
            found.setdefault(meaning(questionnaire, question), []).append(name)
    for names in found.values():
        rule = questionnaire[names[0]].ask_if
        lost = [c.subject for a in rule for c in a if is_lost(questionnaire, c, record)]
        yield list(dict.fromkeys(lost)), names


def in_order(questionnaire, undecided):
    """The undecided as texts, those first whose first subject, and then whose rule, comes first."""
    order, places = order_of(questionnaire), []
    rules = [meaning(questionnaire, question) for question in questionnaire.routing_order]
    for subjects, failing, reason in undecided:
        because = [q.id for q in questionnaire.questions if q.id in failing]
        rank = min(rules.index(meaning(questionnaire, questionnaire[name])) for name in failing)
        entry = ("|".join(subjects), "|".join(because), reason)
        places.append((order.index(subjects[0]), rank, entry))
    return [entry for *_, entry in sorted(places)]


def whole_record_changes(questionnaire, record):
    """All smallest changes of all gates together that leave no answer without its rule."""
    about = [c for q in questionnaire.in_file for a in q.ask_if for c in a]
    subjects = {(c.gate, c.row) for c in about if can_change(questionnaire, c)}

    def is_right(after):
        return all(
            after[q.id] is None or stands(questionnaire, q.ask_if, after)
            for q in questionnaire.questions
            if not q.parts
        )

    return smallest(questionnaire, record, subjects, is_right)
