"""Edits, counted by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from reference_skip_logic import (
    CHAIN,
    NO_NUMBER,
    frame_of,
    person,
    questionnaire_of,
    records_of,
)

from dmsi_lib.errors import UsageError
from dmsi_lib.skip_logic.edits import EDITS, reconcile
from dmsi_lib.skip_logic.routing_tables import routing_table

LOG = ["respondent", "question", "before", "after", "rule"]
UNDECIDED = ["respondent", "gates", "because_of", "reason"]


def edited(questionnaire, records, edit):
    """What was changed, and left undecided, as plain lists; the rest is checked to be as before."""
    frame = frame_of(questionnaire, records)
    untouched = frame.copy(deep=True)
    done = reconcile(frame, questionnaire, edit)
    assert_frame_equal(frame, untouched)
    assert done.responses.index.equals(frame.index)
    assert list(done.log.columns) == LOG
    assert list(done.undecided.columns) == UNDECIDED
    before, after = (records_of(questionnaire, f) for f in (frame, done.responses))
    changed = {
        (f"r{n}", name)
        for n, (old, new) in enumerate(zip(before, after, strict=True), 1)
        for name in old
        if old[name] != new[name]
    }
    assert changed == set(done.log[["respondent", "question"]].itertuples(index=False, name=None))
    again = reconcile(done.responses, questionnaire, edit)
    assert_frame_equal(again.responses, done.responses)
    assert again.log.empty
    assert_frame_equal(again.undecided, done.undecided)
    return done


def rows(frame):
    return frame.to_numpy().tolist()


PEOPLE = [
    person(works="yes", remote="partly", tools={"chat"}, chat_quality="bad", comment="x"),
    person(works="no", remote="always", tools={"chat"}, chat_quality="good", comment="x"),
    person(works="no", remote="never", tools={"chat", "mail"}, comment="x"),
    person(works="yes", remote="never", chat_quality="bad"),
    person(remote="always", tools={"video"}, chat_quality="bad", comment="x"),
    person(works="yes", tools={"mail"}, comment="x"),
    person(chat_quality="good"),
    person(works="no"),
]


def test_reconcile_none_changes_nothing():
    done = edited(CHAIN, PEOPLE, "none")
    assert done.log.empty
    assert done.undecided.empty
    assert_frame_equal(done.responses, frame_of(CHAIN, PEOPLE))
    assert routing_table(done.routing)["off_route"].tolist() == [0, 2, 1, 2, 0]


def test_reconcile_refuses_an_unknown_edit():
    with pytest.raises(UsageError, match=r"no edit 'follow-up'\. Did you mean 'follow_up'"):
        reconcile(frame_of(CHAIN, PEOPLE), CHAIN, "follow-up")


# ---- gate


def test_gate_edit_cascades():
    done = edited(CHAIN, PEOPLE, "gate")
    removed = "off-route answer removed: decided by "
    assert rows(done.log) == [
        ["r2", "remote", "always", "", removed + "works"],
        ["r3", "remote", "never", "", removed + "works"],
        ["r2", "tools", "chat", "", removed + "remote"],
        ["r3", "tools", "chat|mail", "", removed + "remote"],
        ["r2", "chat_quality", "good", "", removed + "tools"],
        ["r4", "chat_quality", "bad", "", removed + "tools"],
        ["r5", "chat_quality", "bad", "", removed + "tools"],
    ]
    assert done.undecided.empty
    table = routing_table(done.routing).set_index("question")
    assert table["off_route"].sum() == 0
    # An answer behind a blank gate is not known to be off-route, so it stays.
    assert table["gate_unknown_answered"].tolist() == [0, 1, 1, 1, 0]
    assert table.loc["tools", "legitimate_skip"] == 4


def test_gate_edit_removes_every_column_of_a_question():
    questionnaire = questionnaire_of("""
  - {id: gate, type: single, page: 1, options: [x, y]}
  - {id: one, type: single, page: 2, options: [a, b], other: Other, ask_if: {gate: [x]}}
  - {id: grid, type: matrix, page: 2, options: [a, b], rows: [r, s], ask_if: {gate: [x]}}
  - {id: rank, type: ranking, page: 2, options: [a, b], ask_if: {gate: [x]}}
  - {id: amount, type: numeric, page: 2, ask_if: {gate: [x]}}
""")
    columns = {
        ("gate", ""): pd.Categorical(["x", "y"], categories=["x", "y"]),
        ("one", ""): pd.Categorical(["other", "other"], categories=["a", "b", "other"]),
        ("one", "other_text"): pd.array(["private", "private"], dtype="string"),
        ("grid", "r"): pd.Categorical([None, "a"], categories=["a", "b"]),
        ("grid", "s"): pd.Categorical(["a", None], categories=["a", "b"]),
        ("rank", "a"): pd.array([1, 2], dtype="Int64"),
        ("rank", "b"): pd.array([2, 1], dtype="Int64"),
        ("amount", ""): pd.array([1.5, 2.5], dtype="Float64"),
    }
    frame = pd.DataFrame(columns, index=["r1", "r2"])
    done = reconcile(frame, questionnaire, "gate")
    assert done.responses.dtypes.equals(frame.dtypes)
    assert_frame_equal(done.responses.iloc[:1], frame.iloc[:1])
    assert done.responses.iloc[1].notna().tolist() == [True] + 7 * [False]
    assert done.log[["question", "before", "after"]].to_numpy().tolist() == [
        ["one", "other", ""],
        ["grid", "r=a", ""],
        ["rank", "a=2|b=1", ""],
        ["amount", "2.5", ""],
    ]


# ---- follow_up


def test_follow_up_edit_climbs_the_chain_of_gates():
    done = edited(CHAIN, PEOPLE, "follow_up")
    explained = "gate set: explained by answers to "
    assert rows(done.log) == [
        ["r2", "works", "no", "yes", explained + "remote"],
        ["r3", "works", "no", "yes", explained + "remote"],
        ["r5", "works", "", "yes", explained + "remote"],
        ["r5", "tools", "video", "chat|video", explained + "chat_quality"],
    ]
    tie = "tie: 2 equally small changes"  # remote: always or partly
    assert rows(done.undecided) == [
        ["r3", "remote", "tools", tie],
        ["r4", "remote|tools", "chat_quality", tie],  # tools is blank, so remote must allow it
        ["r6", "remote", "tools", tie],
        ["r7", "works|remote|tools", "chat_quality", tie],
    ]
    table = routing_table(done.routing).set_index("question")
    assert table["off_route"].tolist() == [0, 0, 1, 1, 0]
    assert table["gate_unknown_answered"].tolist() == [0, 0, 1, 1, 0]


def test_follow_up_edit_sets_a_whole_chain_of_blank_gates():
    questionnaire = questionnaire_of("""
  - {id: first, type: single, page: 1, options: [x, y]}
  - {id: second, type: multiple, page: 2, options: [x, y], ask_if: {first: [x]}}
  - {id: third, type: single, page: 3, options: [x, y], ask_if: {second: [y]}}
  - {id: answer, type: open, page: 4, ask_if: {third: [y]}}
  - {id: end, type: open, page: 5}
""")
    records = [
        person(answer="t"),
        person(first="x", answer="t"),
        person(first="y", answer="t"),  # skipped legitimately all the way, but answered
        person(first="x", second={"x"}, answer="t"),
        person(second=set(), third="y", answer="t"),
        person(third="x", end="t"),
    ]
    done = edited(questionnaire, records, "follow_up")
    assert done.undecided.empty
    assert rows(done.log[["respondent", "question", "before", "after"]]) == [
        ["r1", "first", "", "x"],
        ["r3", "first", "y", "x"],
        ["r5", "first", "", "x"],
        ["r6", "first", "", "x"],
        ["r1", "second", "", "y"],
        ["r2", "second", "", "y"],
        ["r3", "second", "", "y"],
        ["r4", "second", "x", "x|y"],
        ["r5", "second", "", "y"],
        ["r6", "second", "", "y"],
        ["r1", "third", "", "y"],
        ["r2", "third", "", "y"],
        ["r3", "third", "", "y"],
        ["r4", "third", "", "y"],
    ]
    rules = done.log.groupby("respondent")["rule"].unique()
    assert rules["r1"].tolist() == ["gate set: explained by answers to answer"]
    assert rules["r5"].tolist() == [
        "gate set: explained by answers to second",
        "gate set: explained by answers to third",
    ]


TWO_GATES = questionnaire_of("""
  - {id: role, type: single, page: 1, options: [staff, lead, neither]}
  - {id: apps, type: multiple, page: 1, options: [sms, chat, mail], other: Other}
  - {id: staff_time, type: open, page: 2, ask_if: {role: [staff]}}
  - {id: staff_cost, type: open, page: 2, ask_if: {role: [staff]}}
  - {id: lead_budget, type: open, page: 2, ask_if: {role: [lead]}}
  - {id: working, type: open, page: 2, ask_if: {role: [staff, lead]}}
  - {id: sms_cost, type: open, page: 2, ask_if: {apps: [sms]}}
  - {id: fast_cost, type: open, page: 2, ask_if: {apps: [sms, chat]}}
  - {id: end, type: open, page: 3}
""")


def test_follow_up_edit_unique_tie_and_impossible():
    records = [
        person(role="lead", staff_time="t"),
        person(role="neither", staff_time="t", staff_cost="t"),
        person(role="lead", staff_time="t", lead_budget="t"),
        person(role="neither", working="t"),
        person(role="neither", working="t", lead_budget="t"),
        person(apps={"mail"}, sms_cost="t"),
        person(apps={"mail"}, fast_cost="t"),
        person(sms_cost="t", fast_cost="t"),
        person(staff_time="t", apps={"other"}, fast_cost="t"),
        person(role="lead", lead_budget="t", apps=set(), sms_cost="t", end="t"),
    ]
    done = edited(TWO_GATES, records, "follow_up")
    explained = "gate set: explained by answers to "
    assert rows(done.log) == [
        ["r1", "role", "lead", "staff", explained + "staff_time"],
        ["r2", "role", "neither", "staff", explained + "staff_time|staff_cost"],
        ["r5", "role", "neither", "lead", explained + "lead_budget|working"],
        ["r9", "role", "", "staff", explained + "staff_time"],
        ["r6", "apps", "mail", "sms|mail", explained + "sms_cost"],
        ["r8", "apps", "", "sms", explained + "sms_cost|fast_cost"],
        ["r10", "apps", "", "sms", explained + "sms_cost"],
    ]
    assert rows(done.undecided) == [
        ["r3", "role", "staff_time", "impossible: no earlier answers would explain it"],
        ["r4", "role", "working", "tie: 2 equally small changes"],
        ["r7", "apps", "fast_cost", "tie: 2 equally small changes"],
        ["r9", "apps", "fast_cost", "tie: 2 equally small changes"],
    ]
    # A multiple gate that was blank is answered now, in every option.
    assert done.responses.loc["r8", "apps"].tolist() == [True, False, False, False]


def test_follow_up_edit_any_of_rules():
    questionnaire = questionnaire_of("""
  - {id: a, type: single, page: 1, options: [x, y]}
  - {id: b, type: single, page: 1, options: [x, y]}
  - {id: c, type: single, page: 1, options: [x, y]}
  - {id: either, type: open, page: 2, ask_if: [{a: [x]}, {b: [x], c: [x]}]}
  - {id: a_is_y, type: open, page: 2, ask_if: {a: [y]}}
  - {id: b_is_y, type: open, page: 2, ask_if: {b: [y]}}
""")
    records = [
        person(a="y", b="y", c="y", either="t"),  # one gate is less than two
        person(a="y", b="x", c="y", either="t"),
        person(a="y", b="x", either="t"),
        person(b="x", c="x", either="t"),  # nothing wrong
        person(a="y", b="x", c="y", either="t", a_is_y="t"),  # a has to stay
        person(a="y", b="y", c="y", either="t", a_is_y="t"),
        person(a="y", b="y", c="y", either="t", a_is_y="t", b_is_y="t"),
        person(a="y", b="y", c="x", either="t", b_is_y="t"),
    ]
    done = edited(questionnaire, records, "follow_up")
    assert rows(done.log[["respondent", "question", "before", "after"]]) == [
        ["r1", "a", "y", "x"],
        ["r8", "a", "y", "x"],
        ["r6", "b", "y", "x"],
        ["r5", "c", "y", "x"],
        ["r6", "c", "y", "x"],
    ]
    assert rows(done.undecided) == [
        ["r2", "a|c", "either", "tie: 2 equally small changes"],
        ["r3", "a|c", "either", "tie: 2 equally small changes"],
        ["r7", "a|b|c", "either", "impossible: no earlier answers would explain it"],
    ]


def test_follow_up_edit_changes_what_another_answer_leant_on():
    """The gate that has to change carried a second answer, which then needs a second gate."""
    questionnaire = questionnaire_of("""
  - {id: a, type: single, page: 1, options: [x, y]}
  - {id: b, type: single, page: 1, options: [x, y]}
  - {id: needs_x, type: open, page: 2, ask_if: {a: [x]}}
  - {id: either, type: open, page: 2, ask_if: [{a: [y]}, {b: [x]}]}
""")
    done = edited(questionnaire, [person(a="y", b="y", needs_x="t", either="t")], "follow_up")
    assert rows(done.log[["question", "before", "after"]]) == [["a", "y", "x"], ["b", "y", "x"]]


def test_follow_up_edit_decides_apart_what_only_a_settled_rule_joins():
    """Both b and c stand in the rule of "either", but a=x fulfils it whatever they are."""
    questionnaire = questionnaire_of("""
  - {id: a, type: single, page: 1, options: [x, y]}
  - {id: b, type: single, page: 1, options: [x, y, z]}
  - {id: c, type: single, page: 1, options: [x, y, z]}
  - {id: either, type: open, page: 2, ask_if: [{a: [x]}, {b: [x], c: [x]}]}
  - {id: needs_b, type: open, page: 2, ask_if: {b: [x, y]}}
  - {id: needs_c, type: open, page: 2, ask_if: {c: [y]}}
""")
    records = [person(a="x", b="z", c="z", either="t", needs_b="t", needs_c="t")]
    done = edited(questionnaire, records, "follow_up")
    assert rows(done.log[["question", "before", "after"]]) == [["c", "z", "y"]]
    assert rows(done.undecided) == [["r1", "b", "needs_b", "tie: 2 equally small changes"]]


def test_follow_up_edit_keeps_to_its_page():
    """docs/decisions/follow-up-edit.md: part by part, ticks only added, nothing made up."""
    questionnaire = questionnaire_of("""
  - {id: asks, type: single, page: 1, options: [x, y]}
  - {id: apps, type: multiple, page: 1, options: [sms, chat]}
  - {id: size, type: numeric, page: 1}
  - {id: when, type: open, page: 2, ask_if: {asks: [x]}}
  - {id: why_not, type: open, page: 2, ask_if: {asks: [y]}}
  - {id: of_sms, type: open, page: 2, ask_if: {apps: [sms]}}
  - {id: no_chat, type: open, page: 2, ask_if: {apps: {none_of: [chat]}}}
  - {id: of_large, type: open, page: 2, ask_if: {size: {more_than: 10}}}
""")
    records = [
        person(asks="x", when="t", why_not="t", apps={"chat"}, of_sms="t"),  # both kinds of part
        person(apps={"chat"}, no_chat="t"),  # a tick would have to go
        person(no_chat="t"),  # a blank gate may be answered
        person(size=5, of_large="t", asks="y", when="t"),
    ]
    done = edited(questionnaire, records, "follow_up")
    assert rows(done.log[["respondent", "question", "before", "after"]]) == [
        ["r4", "asks", "y", "x"],
        ["r1", "apps", "chat", "sms|chat"],
        ["r3", "apps", "", "sms"],
    ]
    assert rows(done.undecided[["respondent", "gates", "because_of", "reason"]]) == [
        ["r1", "asks", "why_not", IMPOSSIBLE],
        ["r2", "apps", "no_chat", IMPOSSIBLE],
        ["r4", "size", "of_large", IMPOSSIBLE],
    ]


def test_follow_up_edit_prefers_fewer_ticks_in_one_gate():
    questionnaire = questionnaire_of("""
  - {id: apps, type: multiple, page: 1, options: [sms, chat, mail]}
  - {id: left, type: open, page: 2, ask_if: {apps: [sms, chat]}}
  - {id: right, type: open, page: 2, ask_if: {apps: [chat, mail]}}
""")
    records = [person(left="t", right="t"), person(left="t")]
    done = edited(questionnaire, records, "follow_up")
    assert rows(done.log[["respondent", "after"]]) == [["r1", "chat"]]
    assert rows(done.undecided)[0][3] == "tie: 2 equally small changes"


def test_follow_up_edit_gives_up_on_too_many_possibilities():
    gates = "".join(
        f"  - {{id: g{n}, type: single, page: 1, options: [a, b, c, d]}}\n" for n in range(12)
    )
    rule = ", ".join(f"g{n}: [a, b, c]" for n in range(12))
    questionnaire = questionnaire_of(
        f"{gates}  - {{id: q, type: open, page: 2, ask_if: {{{rule}}}}}\n"
    )
    done = edited(questionnaire, [person(q="t")], "follow_up")
    assert done.log.empty
    assert done.undecided["reason"].tolist() == ["too many possibilities to decide"]


def test_follow_up_edit_keeps_other_ticks_and_written_words():
    questionnaire = questionnaire_of("""
  - {id: one, type: single, page: 1, options: [x, y], other: Other}
  - {id: q, type: open, page: 2, ask_if: {one: [x]}}
""")
    columns = {
        ("one", ""): pd.Categorical(["other"], categories=["x", "y", "other"]),
        ("one", "other_text"): pd.array(["written"], dtype="string"),
        ("q", ""): pd.array(["t"], dtype="string"),
    }
    done = reconcile(pd.DataFrame(columns, index=["r1"]), questionnaire, "follow_up")
    assert done.responses.iloc[0].tolist() == ["x", "written", "t"]


# ---- gates of more kinds

GRID = questionnaire_of("""
  - {id: views, type: matrix, page: 1, options: [good, fair, bad], rows: [soup, fish]}
  - {id: uses, type: matrix_multiple, page: 1, options: [home, work, away], rows: [car, bus]}
  - {id: soup_good, type: open, page: 2, ask_if: {views.soup: [good]}}
  - {id: soup_bad, type: open, page: 2, ask_if: {views.soup: {none_of: [good, fair]}}}
  - {id: fish_rated, type: open, page: 2, ask_if: {views.fish: {answered: true}}}
  - {id: both, type: open, page: 2, ask_if: {uses.car: {all_of: [home, work]}}}
  - {id: not_away, type: open, page: 2, ask_if: {uses.car: {none_of: [away]}}}
  - {id: bus_home, type: open, page: 2, ask_if: {uses.bus: [home]}}
""")
IMPOSSIBLE = "impossible: no earlier answers would explain it"
EXPLAINED = "gate set: explained by answers to "


def test_follow_up_edit_sets_a_row_of_a_matrix():
    records = [
        person(views={"soup": "bad", "fish": "good"}, soup_good="t"),
        person(views={"soup": "good", "fish": "fair"}, soup_bad="t"),
        person(views={"fish": "fair"}, soup_good="t"),  # the row alone is blank
        person(views={"soup": "good"}, soup_good="t", soup_bad="t"),
        person(fish_rated="t"),  # any of three answers
        person(soup_bad="t", uses={"bus": frozenset({"work"})}, bus_home="t"),
    ]
    done = edited(GRID, records, "follow_up")
    assert rows(done.log) == [
        ["r1", "views", "soup=bad|fish=good", "soup=good|fish=good", EXPLAINED + "soup_good"],
        ["r2", "views", "soup=good|fish=fair", "soup=bad|fish=fair", EXPLAINED + "soup_bad"],
        ["r3", "views", "fish=fair", "soup=good|fish=fair", EXPLAINED + "soup_good"],
        ["r6", "views", "", "soup=bad", EXPLAINED + "soup_bad"],
        ["r6", "uses", "bus=work", "bus=home|bus=work", EXPLAINED + "bus_home"],
    ]
    assert rows(done.undecided) == [
        ["r4", "views.soup", "soup_bad", IMPOSSIBLE],
        ["r5", "views.fish", "fish_rated", "tie: 3 equally small changes"],
    ]


def test_follow_up_edit_logs_two_rows_of_a_gate_as_one_change():
    questionnaire = questionnaire_of("""
  - {id: views, type: matrix, page: 1, options: [good, bad], rows: [soup, fish]}
  - {id: soup, type: open, page: 2, ask_if: {views.soup: [good]}}
  - {id: fish, type: open, page: 2, ask_if: {views.fish: [bad]}}
""")
    done = edited(questionnaire, [person(fish="t", soup="t")], "follow_up")
    assert rows(done.log) == [["r1", "views", "", "soup=good|fish=bad", EXPLAINED + "soup|fish"]]


def test_follow_up_edit_ticks_all_and_answers_with_none_of():
    car = {"uses": {"car": frozenset({"home"})}}
    records = [
        person(**car, both="t"),
        person(both="t"),  # home and work, which is also "not away"
        person(both="t", not_away="t"),
        person(uses={"car": frozenset({"away"})}, both="t"),
        person(uses={"car": frozenset({"away"})}, not_away="t"),  # what is ticked stays
        person(uses={"car": frozenset({"away"})}, not_away="t", both="t"),
        person(not_away="t"),  # home or work
        person(uses={"car": frozenset()}, not_away="t"),  # answered, nothing ticked: as it says
    ]
    done = edited(GRID, records, "follow_up")
    assert rows(done.log[["respondent", "before", "after"]]) == [
        ["r1", "car=home", "car=home|car=work"],
        ["r2", "", "car=home|car=work"],
        ["r3", "", "car=home|car=work"],
        ["r4", "car=away", "car=home|car=work|car=away"],
        ["r6", "car=away", "car=home|car=work|car=away"],
    ]
    assert rows(done.undecided) == [
        ["r5", "uses.car", "not_away", IMPOSSIBLE],
        ["r6", "uses.car", "not_away", IMPOSSIBLE],
        ["r7", "uses.car", "not_away", "tie: 2 equally small changes"],
    ]
    # The row is answered now in every option; the other row is as blank as it was.
    assert done.responses.loc["r2", "uses"].tolist() == [True, True, False, pd.NA, pd.NA, pd.NA]


def test_follow_up_edit_does_not_break_none_of_by_a_tick():
    """What "left" wants ticked, "right" bars; only the second way leaves both standing."""
    questionnaire = questionnaire_of("""
  - {id: apps, type: multiple, page: 1, options: [sms, chat, mail]}
  - {id: left, type: open, page: 2, ask_if: {apps: [sms, chat]}}
  - {id: right, type: open, page: 2, ask_if: {apps: {none_of: [sms]}}}
  - {id: third, type: open, page: 2, ask_if: {apps: [sms]}}
""")
    records = [
        person(apps={"mail"}, left="t", right="t"),
        person(apps={"mail"}, left="t"),
        person(apps={"mail"}, right="t", third="t"),
        person(right="t", left="t"),
    ]
    done = edited(questionnaire, records, "follow_up")
    assert rows(done.log[["respondent", "before", "after"]]) == [
        ["r1", "mail", "chat|mail"],
        ["r4", "", "chat"],
    ]
    assert rows(done.undecided) == [
        ["r2", "apps", "left", "tie: 2 equally small changes"],
        ["r3", "apps", "third", IMPOSSIBLE],
    ]


def test_follow_up_edit_makes_up_no_numbers_and_no_texts():
    questionnaire = questionnaire_of("""
  - {id: age, type: numeric, page: 1}
  - {id: why, type: open, page: 1}
  - {id: parent, type: single, page: 1, options: [yes, no]}
  - {id: owner, type: single, page: 1, options: [yes, no]}
  - {id: adult, type: open, page: 2, ask_if: {age: {at_least: 18}}}
  - {id: old, type: open, page: 2, ask_if: {age: {at_least: 65}}}
  - {id: more, type: open, page: 2, ask_if: {why: {answered: true}}}
  - {id: guardian, type: open, page: 2,
     ask_if: [{age: {at_least: 18}, owner: [yes]}, {parent: [yes]}]}
  - {id: minor, type: open, page: 2, ask_if: {age: {less_than: 18}, parent: [no]}}
  - {id: end, type: open, page: 3}
""")
    records = [
        person(age=15.0, adult="t", old="t"),
        person(age=30.0, adult="t", old="t"),
        person(more="t"),
        person(age=NO_NUMBER, adult="t"),
        person(age=15.0, guardian="t"),  # not the owner: at that age it does not matter
        person(age=30.0, parent="no", owner="no", guardian="t"),
        person(age=15.0, minor="t"),
        person(age=30.0, minor="t"),
        person(age=15.0, adult="t", guardian="t", owner="no"),  # the one without the other
    ]
    done = edited(questionnaire, records, "follow_up")
    assert rows(done.log[["respondent", "question", "before", "after"]]) == [
        ["r5", "parent", "", "yes"],
        ["r7", "parent", "", "no"],
        ["r9", "parent", "", "yes"],
    ]
    assert rows(done.undecided) == [
        ["r1", "age", "adult", IMPOSSIBLE],
        ["r1", "age", "old", IMPOSSIBLE],
        ["r2", "age", "old", IMPOSSIBLE],
        ["r3", "why", "more", IMPOSSIBLE],
        ["r4", "age", "adult", IMPOSSIBLE],
        ["r6", "parent|owner", "guardian", "tie: 2 equally small changes"],
        ["r8", "age", "minor", IMPOSSIBLE],
        ["r9", "age", "adult", IMPOSSIBLE],
    ]


def test_follow_up_edit_opens_the_way_to_a_row():
    """A blank matrix that gets an answer was asked, so its own gate has to be set as well."""
    questionnaire = questionnaire_of("""
  - {id: gate, type: single, page: 1, options: [x, y]}
  - {id: views, type: matrix, page: 2, options: [good, bad], rows: [soup, fish],
     ask_if: {gate: [x]}}
  - {id: why, type: open, page: 3, ask_if: {views.soup: [good]}}
""")
    records = [person(gate="y", why="t"), person(views={"fish": "bad"}, why="t")]
    done = edited(questionnaire, records, "follow_up")
    assert rows(done.log) == [
        ["r1", "gate", "y", "x", EXPLAINED + "why"],
        ["r2", "gate", "", "x", EXPLAINED + "views"],
        ["r1", "views", "", "soup=good", EXPLAINED + "why"],
        ["r2", "views", "fish=bad", "soup=good|fish=bad", EXPLAINED + "why"],
    ]


def test_follow_up_edit_lets_stand_what_stands_behind_a_gate_that_the_file_lacks():
    lacking = CHAIN.with_questions({"remote": replace(CHAIN["remote"], asked=False)})
    records = [
        person(works="no", tools={"mail"}, chat_quality="bad", comment="x"),
        person(works="yes", chat_quality="bad", comment="x"),
    ]
    done = edited(lacking, records, "follow_up")
    assert rows(done.log[["respondent", "question", "after"]]) == [
        ["r1", "tools", "chat|mail"],
        ["r2", "tools", "chat"],
    ]
    assert done.undecided.empty


def test_gate_edit_by_rows_and_numbers():
    questionnaire = questionnaire_of("""
  - {id: views, type: matrix, page: 1, options: [good, bad], rows: [soup, fish]}
  - {id: age, type: numeric, page: 1}
  - {id: soup, type: single, page: 2, options: [x, y], ask_if: {views.soup: [good]}}
  - {id: after_soup, type: numeric, page: 2, ask_if: {soup: {none_of: [y]}}}
  - {id: adult, type: open, page: 2, ask_if: {age: {at_least: 18}}}
""")
    records = [
        person(views={"soup": "bad"}, soup="x", after_soup=2.0, age=17.0, adult="t"),
        person(views={"soup": "good"}, soup="y", after_soup=NO_NUMBER, age=NO_NUMBER, adult="t"),
        person(views={"fish": "good"}, soup="x", after_soup=2.0),  # the row is blank
    ]
    done = edited(questionnaire, records, "gate")
    removed = "off-route answer removed: decided by "
    assert rows(done.log) == [
        ["r1", "soup", "x", "", removed + "views.soup"],
        ["r1", "after_soup", "2.0", "", removed + "soup"],
        ["r2", "after_soup", "(no number)", "", removed + "soup"],
        ["r1", "adult", "(text)", "", removed + "age"],
    ]


# ---- derived questions

ROLES = questionnaire_of(
    """
  - {id: role, type: single, page: 1, options: [staff, lead]}
  - {id: staff_view, type: single, page: 2, options: [good, bad], ask_if: {role: [staff]}}
  - {id: lead_view, type: single, page: 3, options: [good, bad], ask_if: {role: [lead]}}
  - {id: end, type: open, page: 4}
""",
    "  - {id: view, coalesce: [staff_view, lead_view]}\n",
)


@pytest.mark.parametrize("edit", EDITS)
def test_edits_make_derived_questions_again(edit):
    """The log names the parts; what follows from them is no edit."""
    records = [
        person(role="lead", staff_view="good", lead_view="bad", end="t"),
        person(role="lead", staff_view="good", end="t"),
        person(role="staff", staff_view="good"),
    ]
    done = reconcile(frame_of(ROLES, records), ROLES, edit)
    view = done.responses["view", ""].astype(object).where(lambda answer: answer.notna(), None)
    if edit == "gate":
        assert rows(done.log[["respondent", "question"]]) == [
            ["r1", "staff_view"],
            ["r2", "staff_view"],
        ]
        assert view.tolist() == ["bad", None, "good"]
        assert done.routing.status["view"].tolist() == ["answered", "item_nonresponse", "answered"]
    else:
        assert view.tolist() == ["good", "good", "good"]
        assert done.routing.status["view"].tolist() == ["answered", "answered", "answered"]
    if edit == "follow_up":  # one person's answers contradict each other
        assert rows(done.log[["respondent", "question", "after"]]) == [["r2", "role", "staff"]]
        assert rows(done.undecided) == [["r1", "role", "staff_view", IMPOSSIBLE]]


def test_reconcile_hands_on_what_pages_were_reached():
    records = [person(role="lead", staff_view="good"), person(role="lead")]
    reached = np.array([0, 3])
    for edit, words in (("none", "break_off"), ("gate", "break_off")):
        done = reconcile(frame_of(ROLES, records), ROLES, edit, reached)
        assert done.routing.status["lead_view"].tolist() == [words, "item_nonresponse"]
    assert done.routing.last_page.tolist() == [1, 3]


# ---- any edit


@pytest.mark.parametrize("edit", EDITS)
def test_reconcile_of_nobody_and_of_a_questionnaire_without_gates(edit):
    assert edited(CHAIN, [], edit).log.empty
    plain = questionnaire_of("""
  - {id: one, type: single, page: 1, options: [x, y]}
  - {id: two, type: open, page: 2}
""")
    assert edited(plain, [person(one="x"), person(two="t")], edit).log.empty


@pytest.mark.parametrize("edit", EDITS)
def test_reconcile_does_not_mind_a_changed_frame(edit):
    """A filtered frame whose index has gaps, in another order of columns."""
    frame = frame_of(CHAIN, PEOPLE)
    part = frame.iloc[[6, 1, 4]][sorted(frame.columns, reverse=True)]
    done = reconcile(part, CHAIN, edit)
    whole = reconcile(frame, CHAIN, edit)
    assert_frame_equal(done.responses, whole.responses.loc[part.index, part.columns])
    kept = whole.log[whole.log["respondent"].isin(part.index)]
    assert sorted(rows(done.log)) == sorted(rows(kept))
