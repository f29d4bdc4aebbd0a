"""What the routing rules tell of hidden figures: every range is worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from random_releases import all_tables, members
from reference_skip_logic import questionnaire_of
from small_tables import slot_of

from dmsi_lib.disclosure.attack import recover_cells
from dmsi_lib.disclosure.plan import PLAN_COLUMNS, Plan, group_name
from dmsi_lib.disclosure.release import release_of, unpublished
from dmsi_lib.disclosure.slots import SIZE
from dmsi_lib.disclosure.suppression import plan_suppression

GATES = """\
  - {id: uses, type: single, page: 1, options: [yes, no, perhaps]}
  - {id: role, type: single, page: 2, ask_if: {uses: [yes]}, options: [cook, guest]}
  - {id: shops, type: multiple, page: 3, options: [market, web]}
  - {id: views, type: matrix, page: 4, rows: [soup], options: [agree, disagree]}
  - {id: why, type: open, page: 5}
"""
N = 100


def responses_of(q):
    """A hundred respondents: 60 use it, 25 do not, 15 perhaps; of the 60 cook 35 and are guests 20;
    `q`, bool (N,), is who wrote something."""
    order = np.arange(N)
    uses = np.repeat(["yes", "no", "perhaps"], [60, 25, 15])
    role = np.where(order < 35, "cook", np.where(order < 55, "guest", None))
    return columns(
        {
            ("uses", ""): pd.Categorical(uses, categories=["yes", "no", "perhaps"]),
            ("role", ""): pd.Categorical(role, categories=["cook", "guest"]),
            ("shops", "market"): pd.arrays.BooleanArray(order < 50, order >= 80),
            ("shops", "web"): pd.arrays.BooleanArray(order >= 40, order >= 80),
            ("views", "soup"): pd.Categorical(np.where(order < 70, "agree", "disagree")),
            ("why", ""): pd.array(np.where(order < 45, "so", None), dtype="string"),
            ("q", ""): pd.array(np.where(q, "words", None), dtype="string"),
        }
    )


def columns(by_item):
    frame = pd.DataFrame(by_item)
    frame.columns = pd.MultiIndex.from_tuples(list(by_item), names=["question", "item"])
    return frame


def release(rule, wrote, base="answered"):
    """Everybody's tables, where the first so many wrote something."""
    questionnaire = questionnaire_of(f"{GATES}  - {{id: q, type: open, page: 6, ask_if: {rule}}}\n")
    tables = all_tables(responses_of(np.arange(N) < wrote), questionnaire, base)
    return release_of(questionnaire, {(): tables}, sizes={(): N})


def least(found, question, *items, row=""):
    """The least that the first of some hidden counts can be."""
    slots = [SIZE, *(found.knowledge.slots[line.count] for line in found.knowledge.lines)]
    hidden = {(question, row, item) for item in items}
    rows = [
        ("", s.table.question, s.table.kind, s.row, s.item, why, "", "")
        for s in slots
        for why in ["primary" if (s.table.question, s.row, s.item) in hidden else ""]
    ]
    plan = Plan(pd.DataFrame(rows, columns=PLAN_COLUMNS))
    ranges = {one.slot.item: one.low for one in recover_cells(found, plan, min_cell=10**6)}
    return round(ranges[items[0]], 6)


def test_a_base_is_at_most_the_counts_of_its_gate():
    # 30 of the 35 cooks wrote: of the 55 who are either, so many are cooks at least.
    assert least(release("{role: [cook]}", 30), "role", "cook", "guest") == 30


def test_a_universe_is_at_least_the_count_of_its_gate():
    # Some would have been asked who are no cooks: the universe is at least the 35 who are.
    found = release("[{role: [cook]}, {why: {answered: true}}]", 30, "universe")
    knowledge = found.knowledge
    at = [knowledge.position[slot_of(*s)] for s in (("role", "count", "cook"), ("q", "base"))]
    inside = knowledge.matrix[np.flatnonzero(~knowledge.routing)].toarray()
    assert [1, -1] in inside[:, at][(inside != 0).sum(axis=1) == 2].tolist()


def test_a_rule_that_answers_stray_from_is_no_knowledge():
    assert least(release("{role: [cook]}", 36), "role", "cook", "guest") == 0


def test_a_base_is_at_most_the_counts_of_the_gates_behind_its_gate():
    # More than the 55 with a role wrote, and yet none of those who do not use it.
    found = release("{role: [cook, guest]}", 58)
    assert least(found, "role", "cook", "guest") == 0
    assert least(found, "uses", "yes", "no") == 58


@pytest.mark.parametrize(
    ("rule", "wrote", "where", "known"),
    [
        ("{role: [cook], shops: [market]}", 30, ("role", "cook", "guest"), 30),
        ("{role: {none_of: [guest]}}", 30, ("role", "cook", "guest"), 30),
        ("{role: {answered: true}}", 50, ("uses", "yes", "no"), 55),  # the base of role is shown
        ("{views.soup: [agree]}", 66, ("views", "agree", "disagree", "soup"), 66),
        ("{views.soup: {none_of: [disagree]}}", 66, ("views", "agree", "disagree", "soup"), 66),
        ("[{role: [cook]}, {role: [guest]}]", 50, ("role", "cook", "guest"), 0),
        ("[{uses: [yes]}, {why: {answered: true}}]", 60, ("uses", "yes", "no"), 55),
        ("[{uses: [yes]}, {role: [cook]}]", 59, ("uses", "yes", "no"), 59),
    ],
)
def test_bounds_follow_from_conditions_of_every_kind(rule, wrote, where, known):
    question, one, other, *row = where
    found = release(rule, wrote)
    assert least(found, question, one, other, row=row[0] if row else "") == known


def test_whoever_ticked_none_of_some_codes_ticked_not_this_one():
    # 30 of the 80 who ticked anything did not tick the market; 50 is its count.
    order = np.arange(N)
    wrote = (order >= 50) & (order < 75)
    questionnaire = questionnaire_of(
        f"{GATES}  - {{id: q, type: open, page: 6, ask_if: {{shops: {{none_of: [market]}}}}}}\n"
    )
    tables = all_tables(responses_of(wrote), questionnaire)
    knowledge = release_of(questionnaire, {(): tables}, sizes={(): N}).knowledge
    slots = [slot_of("q", "base"), slot_of("shops", "base"), slot_of("shops", "count", "market")]
    at = [knowledge.position[slot] for slot in slots]
    rows = knowledge.matrix[np.flatnonzero(knowledge.routing)].toarray()
    assert [1, -1, 1] in rows[:, at].tolist()  # at most the base less those of the market


# ---- groups


PLACES = """\
  - {id: consent, type: single, page: 1, options: [agree, decline]}
  - {id: place, type: single, page: 2, ask_if: {consent: [agree]}, options: [north, south]}
  - {id: role, type: single, page: 3, ask_if: {consent: [agree]}, options: [cook, guest]}
  - {id: q, type: single, page: 4, ask_if: {role: [cook]}, options: [a, b]}
"""


def places(strayed=0, by=("place",)):
    """Everybody and groups of 100, where some in no place answered q though they are guests."""
    n = 120
    order = np.arange(n)
    place = np.where(order < 60, "north", np.where(order < 100, "south", None))
    role = np.where((order % 3 > 0), "cook", "guest").astype(object)
    q = np.where(role == "cook", np.where(order % 2, "a", "b"), None)
    q[np.flatnonzero((role == "guest") & (order >= 100))[:strayed]] = "a"
    responses = columns(
        {
            ("consent", ""): pd.Categorical(["agree"] * n, categories=["agree", "decline"]),
            ("place", ""): pd.Categorical(place, categories=["north", "south"]),
            ("role", ""): pd.Categorical(role, categories=["cook", "guest"]),
            ("q", ""): pd.Categorical(q, categories=["a", "b"]),
        }
    )
    questionnaire = questionnaire_of(PLACES)
    pairs = [[("place", (code,))] for code in ("north", "south")]
    if "role" in by:
        pairs = [[*one, ("role", (code,))] for one in pairs for code in ("cook", "guest")]
    groups = [(), *(tuple(sorted(one)) for one in pairs)]
    inner = unpublished(questionnaire, groups)
    parts = {group: members(responses, questionnaire, group) for group in [*groups, *inner]}
    frames = {group: all_tables(part, questionnaire) for group, part in parts.items()}
    return release_of(
        questionnaire,
        {group: frames[group] for group in groups},
        {group: len(part) for group, part in parts.items()},
        {group: frames[group] for group in inner},
    )


def routes_of(found):
    """How many groups there are in the system with q's base at most the cooks."""
    slots = len(found.knowledge.slots)
    base, cooks = (
        found.knowledge.position[slot]
        for slot in (slot_of("q", "base"), slot_of("role", "count", "cook"))
    )
    variables = found.system.variable.reshape(-1, slots)
    pairs = {(one[base], one[cooks]) for one in variables}
    rows = [row.indices[np.argsort(-row.data)] for row in found.system.matrix if row.nnz == 2]
    return len({tuple(row) for row in rows} & pairs)


def test_groups_that_nobody_sees_have_the_rules_that_are_true_of_them():
    assert unpublished(places().questionnaire, places().groups) == []
    assert routes_of(places()) == 4  # everybody, two places, and those in none
    assert places(strayed=0, by=("place", "role")).between.keys() == {
        *((("place", (code,)),) for code in ("north", "south")),
        *((("role", (code,)),) for code in ("cook", "guest")),
    }


def test_the_rest_has_no_rule_that_its_answers_stray_from():
    # of the 40 guests and 80 cooks 85 answered; 80 cooks are too few for everybody, too
    assert routes_of(places(strayed=5)) == 0


def test_a_group_tells_of_the_gates_of_its_own_question():
    found = places()
    north = found.groups.index((("place", ("north",)),))
    at = {item: slot_of("consent", "count", item) for item in ("agree", "decline")}
    variable = {
        item: found.system.variable[north, found.knowledge.position[slot]]
        for item, slot in at.items()
    }
    assert variable["agree"] == found.system.variable[north, found.knowledge.position[SIZE]]
    assert found.system.zero[variable["decline"]]


@pytest.mark.parametrize("by", [("place",), ("place", "role")])
def test_plans_protect_from_readers_who_know_the_rules(by):
    found = places(by=by)
    assert {group_name(one.group) for one in recover_cells(found, plan_suppression(found))} == set()
