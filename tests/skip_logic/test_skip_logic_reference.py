"""The vectorised skip logic against the plain one, on random questionnaires and responses."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from reference_skip_logic import (
    NO_NUMBER,
    SEVERAL,
    answer_to,
    complete,
    follow_up_edit,
    frame_of,
    gate_edit,
    holds,
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


KINDS = ["single", "single", "multiple", "matrix", "matrix_multiple"]
BOXES = ["open", "numeric", "numeric"]
BOUNDS = ["{at_least: 2}", "{less_than: 2}", "{more_than: 1, at_most: 2}", "{answered: true}"]
NUMBERS = [None, 1.0, 2.0, 3.0, NO_NUMBER]


@st.composite
def questionnaires(draw, most=8):
    """Questions with rules on earlier ones; a rule that the questionnaire refuses is left out.

    Now and then one is made of two others, and one is not in the file.
    """
    lines, page, gates = [], 1, {}
    for number in range(draw(st.integers(2, most))):
        kind = draw(st.sampled_from([*KINDS, *BOXES] if gates else [*KINDS, "numeric"]))
        codes = "abc"[: draw(st.integers(2, 3))]
        rows = draw(st.booleans()) if kind in BOXES else kind.startswith("matrix")
        page += draw(st.integers(0, 1))
        entry = f"  - {{id: q{number}, type: {kind}, page: {page}"
        entry += "" if kind in BOXES else f", options: [{', '.join(codes)}]"
        entry += ", rows: [r, s]" if rows else ""
        plain = entry
        if gates and draw(st.integers(0, 4)):
            entry += f", ask_if: [{', '.join(draw(rules(gates)))}]"
            try:
                questionnaire_of("".join([*lines, f"{entry}}}\n"]))
            except InputError:
                entry = plain
        lines.append(f"{entry}}}\n")
        gates |= {
            f"q{number}.{row}" if row else f"q{number}": (kind, codes) for row in rows_of(rows)
        }
    return draw(as_the_file_has_it("".join(lines)))


def rows_of(rows):
    return ["r", "s"] if rows else [""]


@st.composite
def as_the_file_has_it(draw, text):
    """The questionnaire, perhaps with a derived question, perhaps without one of the questions."""
    questionnaire = questionnaire_of(text)
    shapes = {}
    for question in questionnaire.questions:
        shapes.setdefault((question.type, *question.rows), []).append(question.id)
    alike = [names for names in shapes.values() if len(names) > 1]
    if alike and draw(st.booleans()):
        names = draw(st.permutations(draw(st.sampled_from(alike))))[:2]
        derived = f"  - {{id: joined, coalesce: [{', '.join(names)}]}}\n"
        questionnaire = questionnaire_of(text, derived)
    elif draw(st.booleans()):
        source = draw(st.sampled_from(questionnaire.questions))
        kinds = [kind for kind, types in MADE_OF.items() if source.type in types]
        if kinds:
            kind = draw(st.sampled_from(kinds))
            questionnaire = questionnaire_of(text, "".join(draw(derived_lines(kind, source, text))))
    if not draw(st.integers(0, 4)):
        absent = draw(st.sampled_from([q for q in questionnaire.questions if not q.parts]))
        return questionnaire.with_questions({absent.id: replace(absent, asked=False)})
    return questionnaire


MADE_OF = {
    "recode": ("single", "matrix"),
    "net": ("single", "matrix", *SEVERAL),
    "count": SEVERAL,
    "bands": ("numeric",),
    "combine": ("single", "multiple", "open"),
}
BANDS = "few: {label: Few, at_most: 1}, more: {label: More, more_than: 1, less_than: 4}"


@st.composite
def derived_lines(draw, kind, source, text):
    """A derived question of a kind, and perhaps another that is made of it."""
    codes, head = [*source.choices], f"  - {{id: made, {kind}: {source.id}"
    if kind == "recode":
        first = draw(st.lists(st.sampled_from(codes), min_size=1, unique=True))
        parts = {"x": first, "y": [code for code in codes if code not in first]}
    else:
        some = st.lists(st.sampled_from(codes or ["_"]), min_size=1, unique=True)
        parts = {"x": draw(some), "y": draw(some)}
    listed = {o: f"[{', '.join(found)}]" for o, found in parts.items() if found}
    if kind in ("recode", "net"):
        options = ", ".join(f"{o}: {{label: {o}, codes: {found}}}" for o, found in listed.items())
        return [f"{head}, options: {{{options}}}}}\n"]
    if kind == "bands":
        return [f"{head}, options: {{{BANDS}}}}}\n"]
    if kind == "count":
        lines = [f"{head}{draw(st.sampled_from(['', ', codes: ' + listed['x']]))}}}\n"]
        return [*lines, f"  - {{id: again, bands: made, options: {{{BANDS}}}}}\n"]
    other = draw(st.sampled_from([q for q in questionnaire_of(text).questions]))
    mine = listed["x"] if codes else "{answered: true}"
    one, two = f"{source.id}: {mine}", f"{other.id}: {{answered: true}}"
    forms = [f"{{{one}}}", f"[{{{one}}}, {{{two}}}]", f"{{{one}, {two}}}"]
    rule = draw(st.sampled_from(forms[: 3 if other.id != source.id else 1]))
    names = dict.fromkeys([source.id, *([other.id] if f"{other.id}:" in rule else [])])
    rest = draw(st.sampled_from(["", ", y: {label: y, otherwise: true}"]))
    return [
        f"  - {{id: made, combine: [{', '.join(names)}], "
        f"options: {{x: {{label: x, if: {rule}}}{rest}}}}}\n"
    ]


@st.composite
def rules(draw, gates):
    """One or two alternatives of one or two gates, late gates preferred so that chains grow."""
    alternatives = []
    for _ in range(draw(st.integers(1, 2))):
        names = draw(st.lists(st.sampled_from([*gates, *list(gates)[-2:]]), min_size=1, max_size=2))
        parts = [f"{name}: {draw(conditions(*gates[name]))}" for name in dict.fromkeys(names)]
        alternatives.append(f"{{{', '.join(parts)}}}")
    return alternatives


@st.composite
def conditions(draw, kind, codes):
    """What a gate has to have been answered with."""
    if kind in BOXES:
        return draw(st.sampled_from(BOUNDS)) if kind == "numeric" else "{answered: true}"
    some = st.lists(st.sampled_from(codes), min_size=1, max_size=2, unique=True)
    listed = some.map(lambda found: f"[{', '.join(found)}]")
    forms = [listed, listed, listed.map("{{none_of: {}}}".format), st.just("{answered: true}")]
    if kind in SEVERAL:
        forms.append(listed.map("{{all_of: {}}}".format))
        forms.append(
            st.tuples(listed, listed).map(lambda two: "{{any_of: {}, none_of: {}}}".format(*two))
        )
        forms.append(
            st.tuples(listed, listed).map(lambda two: "{{all_of: {}, none_of: {}}}".format(*two))
        )
    return draw(st.one_of(forms))


def answers(question):
    if not question.asked:
        return st.none()
    if question.rows:
        rows = st.fixed_dictionaries({row: one_answer(question) for row in question.rows})
        given = rows.map(lambda found: {r: a for r, a in found.items() if a is not None})
        return given.map(lambda found: found or None)
    return one_answer(question)


def one_answer(question):
    if question.type in ("single", "matrix"):
        return st.sampled_from([None, *question.choices])
    if question.type in SEVERAL:
        return st.none() | st.frozensets(st.sampled_from(list(question.choices)))
    return st.sampled_from(NUMBERS if question.type == "numeric" else [None, "text"])


@st.composite
def surveys(draw, most=8, people=6):
    questionnaire = draw(questionnaires(most))
    asked = [q for q in questionnaire.questions if not q.parts]
    record = st.fixed_dictionaries({q.id: answers(q) for q in asked})
    records = draw(st.lists(record, min_size=1, max_size=people))
    return questionnaire, [complete(questionnaire, record) for record in records]


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
        and not question.parts
        and (name := status(questionnaire, record, question)) in causes
    }
    assert (
        set(found[["respondent", "question", "cause"]].itertuples(index=False, name=None))
        == expected
    )
    assert len(found) == len(expected)
    for row in found.itertuples():
        record = records[list(frame.index).index(row.respondent)]
        rule = questionnaire[row.question].ask_if
        conditions = [c for alternative in rule for c in alternative if c.subject == row.gate]
        gate = questionnaire[conditions[0].gate]
        answer = answer_to(record, gate.id, conditions[0].row)
        assert row.gate_answer == shown_as(gate, answer)
        truths = {holds(questionnaire, record, condition) for condition in conditions}
        assert (None if row.cause == "gate blank" else False) in truths


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
        for name in ((q.id, row) for q in questionnaire.in_file for row in q.rows or [""]):
            if answer_to(before, *name) != answer_to(after, *name):
                assert all(answer_to(option, *name) == answer_to(after, *name) for option in best)


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
    all_asked = all(question.asked for question in questionnaire.questions)
    if edit == "follow_up" and done.undecided.empty and all_asked:
        assert counts[["off_route", "gate_unknown_answered"]].to_numpy().sum() == 0


def changes_in(log):
    return {(row.respondent, row.question, row.before, row.after) for row in log.itertuples()}


def changes_between(questionnaire, before, after):
    found = set()
    for number, (old, new) in enumerate(zip(before, after, strict=True), 1):
        for question in (q for q in questionnaire.questions if not q.parts):
            if old[question.id] != new[question.id]:
                shown = [shown_as(question, record[question.id]) for record in (old, new)]
                found.add((f"r{number}", question.id, *shown))
    return found


def shown_as(question, answer, before=""):
    if answer is None:
        return ""
    if isinstance(answer, dict):
        rows = [row for row in question.rows if row in answer]
        return "|".join(shown_as(question, answer[row], f"{row}=") for row in rows).strip("|")
    if answer == NO_NUMBER:
        return before + "(no number)"
    if question.type in ("open", "numeric"):
        return before + ("(text)" if question.type == "open" else str(answer))
    return "|".join(before + code for code in question.choices if code in ticks(answer))
