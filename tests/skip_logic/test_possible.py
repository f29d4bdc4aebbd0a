"""What respondents may be: against every completion of a record, and on random questionnaires."""

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from reference_skip_logic import frame_of, questionnaire_of
from test_skip_logic_reference import PLAIN, surveys

from dmsi_lib.questionnaire.conditions import gate_holds, has_answer
from dmsi_lib.skip_logic.edits import EDITS, reconcile
from dmsi_lib.skip_logic.possible import possible

CODES = "abc"
# id of each question, and the gate and codes that lead to it
TREE = {
    "consent": None,
    "ask": ("consent", "a"),
    "when": ("ask", "a"),
    "why": ("ask", "b"),
    "role": ("ask", "ab"),
    "cook": ("role", "a"),
    "guest": ("role", "bc"),
}
QUESTIONNAIRE = questionnaire_of(
    "".join(
        f"  - {{id: {name}, type: single, page: {page}, options: [a, b, c]"
        + (f", ask_if: {{{rule[0]}: [{', '.join(rule[1])}]}}" if rule else "")
        + "}\n"
        for page, (name, rule) in enumerate(TREE.items(), 1)
    )
)
RECORDS = st.fixed_dictionaries({name: st.sampled_from([None, *CODES]) for name in TREE})


def asked(world, name):
    rule = TREE[name]
    return rule is None or (world[rule[0]] is not None and world[rule[0]] in rule[1])


def allowed(record):
    """The answers of each question that may be true: what was answered or is wanted of it by an
    answer that its rule does not let stand; any, where it is blank."""
    values = {name: set(CODES) if a is None else {a} for name, a in record.items()}
    wanted = {name for name, answer in record.items() if answer is not None}
    for name in reversed(TREE):
        if name in wanted and not asked(record, name):
            gate, codes = TREE[name]
            wanted.add(gate)
            if record[gate] is None or record[gate] not in codes:
                values[gate] |= set(codes)
    return values


def completions(record):
    """Every record that may be true: each question answered if, and only if, it was to be asked."""
    names, values = list(TREE), allowed(record)
    for answers in product(*([None, *sorted(values[name])] for name in names)):
        world = dict(zip(names, answers, strict=True))
        if all((world[name] is not None) == asked(world, name) for name in names):
            yield world


@PLAIN
@given(st.lists(RECORDS, min_size=1, max_size=3))
def test_possible_is_what_some_completion_is(records):
    found = possible(frame_of(QUESTIONNAIRE, records), QUESTIONNAIRE)
    for place, record in enumerate(records):
        worlds = list(completions(record))
        for question in QUESTIONNAIRE.questions:
            answers = {world[question.id] for world in worlds}
            assert found.outside[question.id][place] == (None in answers)
            assert found.inside[question.id][place] == bool(answers - {None})
            for code in CODES:
                pair = [side[place] for side in found.choice(question, "", code)]
                assert pair == [code in answers, bool(answers - {None, code})]


def choices_of(questionnaire):
    return [
        (question, row, code)
        for question in questionnaire.questions
        if question.choices and question.asked
        for row in question.rows or [""]
        for code in question.choices
    ]


@PLAIN
@given(surveys())
def test_whoever_answered_may_be_inside_with_that_answer(survey):
    questionnaire, records = survey
    frame = frame_of(questionnaire, records)
    found = possible(frame, questionnaire)
    for question, row, code in choices_of(questionnaire):
        inside, outside = found.inside[question.id], found.outside[question.id]
        assert (inside | outside).all()
        chosen = gate_holds(frame, question, [code], row)
        answered = has_answer(frame, question, row)
        may, may_not = found.choice(question, row, code)
        assert may[chosen].all() and may_not[answered & ~chosen].all()
        assert not ((may | may_not) & ~inside).any()


@PLAIN
@given(surveys(), st.sampled_from(EDITS))
def test_each_edit_is_among_what_is_possible(survey, edit):
    """So that the bounds under each assumption lie inside those under the weakest."""
    questionnaire, records = survey
    frame = frame_of(questionnaire, records)
    widest = possible(frame, questionnaire)
    done = reconcile(frame, questionnaire, edit)
    found = possible(done.responses, questionnaire)
    for question in questionnaire.in_file:
        assert not (found.inside[question.id] & ~widest.inside[question.id]).any()
        assert not (found.outside[question.id] & ~widest.outside[question.id]).any()
        universe = done.routing.in_universe(question.id)
        assert widest.inside[question.id][universe].all()
    for question, row, code in choices_of(questionnaire):
        pairs = (one.choice(question, row, code) for one in (found, widest))
        for narrow, wide in zip(*pairs, strict=True):
            assert not (np.asarray(narrow) & ~wide).any()
