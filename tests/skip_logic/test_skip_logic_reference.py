"""The vectorised skip logic against the plain one, on random questionnaires and responses."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from reference_skip_logic import (
    follow_up_edit,
    frame_of,
    gate_edit,
    questionnaire_of,
    records_of,
    status,
    table,
    ticks,
    whole_record_changes,
)

from dmsi_lib.errors import InputError
from dmsi_lib.skip_logic.edits import EDITS, reconcile
from dmsi_lib.skip_logic.routing import route
from dmsi_lib.skip_logic.routing_tables import off_route_table, routing_table

# Derandomised: the same examples on every run. Seconds for a hundred examples: about one.
PLAIN = settings(
    deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], max_examples=150
)
THOROUGH = settings(PLAIN, max_examples=600)


@st.composite
def questionnaires(draw, most=8):
    """Questions with rules on earlier ones; a rule that the questionnaire refuses is left out."""
    lines, page, gates = [], 1, {}
    for number in range(draw(st.integers(2, most))):
        kinds = ["single", "single", "multiple", "open"] if gates else ["single", "multiple"]
        kind, codes = draw(st.sampled_from(kinds)), "abc"[: draw(st.integers(2, 3))]
        page += draw(st.integers(0, 1))
        entry = f"  - {{id: q{number}, type: {kind}, page: {page}"
        entry += "" if kind == "open" else f", options: [{', '.join(codes)}]"
        plain = f"{entry}}}\n"
        if gates and draw(st.integers(0, 4)):
            entry += f", ask_if: [{', '.join(draw(rules(gates)))}]"
        try:
            questionnaire_of("".join([*lines, f"{entry}}}\n"]))
            lines.append(f"{entry}}}\n")
        except InputError:
            lines.append(plain)
        if kind != "open":
            gates[f"q{number}"] = codes
    return questionnaire_of("".join(lines))


@st.composite
def rules(draw, gates):
    """One or two alternatives of one or two gates, late gates preferred so that chains grow."""
    alternatives = []
    for _ in range(draw(st.integers(1, 2))):
        names = draw(st.lists(st.sampled_from([*gates, *list(gates)[-2:]]), min_size=1, max_size=2))
        parts = []
        for name in dict.fromkeys(names):
            some = draw(st.lists(st.sampled_from(gates[name]), min_size=1, max_size=2, unique=True))
            parts.append(f"{name}: [{', '.join(some)}]")
        alternatives.append(f"{{{', '.join(parts)}}}")
    return alternatives


def answers(question):
    if question.type == "single":
        return st.sampled_from([None, *question.choices])
    if question.type == "multiple":
        return st.none() | st.frozensets(st.sampled_from(list(question.choices)))
    return st.sampled_from([None, "text"])


@st.composite
def surveys(draw, most=8, people=6):
    questionnaire = draw(questionnaires(most))
    record = st.fixed_dictionaries({q.id: answers(q) for q in questionnaire.questions})
    return questionnaire, draw(st.lists(record, min_size=1, max_size=people))


@PLAIN
@given(surveys())
def test_route_equals_reference(survey):
    questionnaire, records = survey
    routing = route(frame_of(questionnaire, records), questionnaire)
    expected = [
        [status(questionnaire, record, question) for question in questionnaire.questions]
        for record in records
    ]
    assert routing.status.to_numpy().tolist() == expected
    assert routing_table(routing).to_dict("records") == table(questionnaire, records)


@PLAIN
@given(surveys())
def test_off_route_table_lists_each_answer_out_of_place(survey):
    questionnaire, records = survey
    frame = frame_of(questionnaire, records)
    routing = route(frame, questionnaire)
    found = off_route_table(routing, frame)
    causes = {"off_route": "gate contradicts", "gate_unknown": "gate blank"}
    expected = {
        (respondent, question.id, causes[name])
        for respondent, record in zip(frame.index, records, strict=True)
        for question in questionnaire.questions
        if record[question.id] is not None
        and (name := status(questionnaire, record, question)) in causes
    }
    assert (
        set(found[["respondent", "question", "cause"]].itertuples(index=False, name=None))
        == expected
    )
    assert len(found) == len(expected)
    for row in found.itertuples():
        record = records[list(frame.index).index(row.respondent)]
        assert row.gate in questionnaire[row.question].gates
        answer = record[row.gate]
        choices = questionnaire[row.gate].choices
        shown = "" if answer is None else "|".join(c for c in choices if c in ticks(answer))
        assert row.gate_answer == shown
        if row.cause == "gate blank":
            assert answer is None


@PLAIN
@given(surveys())
def test_gate_edit_equals_reference(survey):
    questionnaire, records = survey
    done = reconcile(frame_of(questionnaire, records), questionnaire, "gate")
    expected = [gate_edit(questionnaire, record) for record in records]
    assert records_of(questionnaire, done.responses) == expected
    assert changes_in(done.log) == changes_between(questionnaire, records, expected)
    assert done.undecided.empty


@THOROUGH
@given(surveys())
def test_follow_up_edit_equals_reference(survey):
    questionnaire, records = survey
    frame = frame_of(questionnaire, records)
    done = reconcile(frame, questionnaire, "follow_up")
    expected = [follow_up_edit(questionnaire, record) for record in records]
    edited = [record for record, _ in expected]
    assert records_of(questionnaire, done.responses) == edited
    assert changes_in(done.log) == changes_between(questionnaire, records, edited)
    assert list(done.undecided.itertuples(index=False, name=None)) == [
        (respondent, *entry)
        for respondent, (_, undecided) in zip(frame.index, expected, strict=True)
        for entry in undecided
    ]


@PLAIN
@given(surveys(most=4, people=3))
def test_follow_up_edit_is_the_smallest_change_of_the_whole_record(survey):
    """Deciding part by part loses nothing: all gates at once, every assignment tried."""
    questionnaire, records = survey
    frame = frame_of(questionnaire, records)
    done = reconcile(frame, questionnaire, "follow_up")
    edited = records_of(questionnaire, done.responses)
    for respondent, before, after in zip(frame.index, records, edited, strict=True):
        reasons = done.undecided.loc[done.undecided["respondent"] == respondent, "reason"]
        ties = [int(r.split()[1]) for r in reasons if r.startswith("tie")]
        best = whole_record_changes(questionnaire, before)
        if len(ties) < len(reasons):
            assert not best  # some part is impossible, so the whole is
            continue
        count = 1
        for tie in ties:
            count *= tie
        assert len(best) == count
        changed = {q for q in before if before[q] != after[q]}
        assert all(option[q] == after[q] for option in best for q in changed)


@PLAIN
@given(surveys(), st.sampled_from(EDITS))
def test_reconcile_keeps_its_promises(survey, edit):
    questionnaire, records = survey
    frame = frame_of(questionnaire, records)
    untouched = frame.copy(deep=True)
    done = reconcile(frame, questionnaire, edit)
    assert_frame_equal(frame, untouched)  # the input is not changed
    assert done.responses.index.equals(frame.index)  # nobody is lost
    assert done.responses.columns.equals(frame.columns)
    assert (done.responses.dtypes == frame.dtypes).all()
    fresh = route(done.responses, questionnaire)  # the routing is that of the edited answers
    assert_frame_equal(done.routing.status, fresh.status)
    assert (done.routing.answered == fresh.answered).all()
    assert (done.routing.last_page == fresh.last_page).all()
    counts = routing_table(done.routing)  # the statuses partition
    assert (counts.iloc[:, 3:].sum(axis=1) == counts["n"]).all()
    assert (
        counts[["answered", "item_nonresponse", "break_off"]].sum(axis=1) == counts["universe"]
    ).all()
    again = reconcile(done.responses, questionnaire, edit)  # twice changes nothing
    assert_frame_equal(again.responses, done.responses)
    assert again.log.empty
    assert_frame_equal(again.undecided, done.undecided)
    if edit == "gate":
        assert counts["off_route"].sum() == 0
    if edit == "follow_up" and done.undecided.empty:
        assert counts[["off_route", "gate_unknown_answered"]].to_numpy().sum() == 0


def changes_in(log):
    return {(row.respondent, row.question, row.before, row.after) for row in log.itertuples()}


def changes_between(questionnaire, before, after):
    found = set()
    for number, (old, new) in enumerate(zip(before, after, strict=True), 1):
        for question in questionnaire.questions:
            if old[question.id] != new[question.id]:
                shown = [shown_as(question, record[question.id]) for record in (old, new)]
                found.add((f"r{number}", question.id, *shown))
    return found


def shown_as(question, answer):
    if answer is None:
        return ""
    if question.type == "open":
        return "(text)"
    return "|".join(code for code in question.choices if code in ticks(answer))
