"""The attacker's programme, and that a second, plain attacker finds the same."""

import pandas as pd
import pytest
import reference_attack
from random_releases import random_release
from small_tables import primary_only, slot_of, table_release

from dmsi_lib.disclosure.attack import Recovered, recover_cells
from dmsi_lib.disclosure.plan import PLAN_COLUMNS, Plan, group_name
from dmsi_lib.disclosure.slots import SIZE
from dmsi_lib.disclosure.suppression import plan_suppression


def hide(release, *cells):
    """A plan that hides some (question, item) of everybody's tables."""

    def statuses(slot):
        return "primary" if (slot.table.question, slot.item) in cells else "", "", ""

    slots = [SIZE, *(release.knowledge.slots[line.count] for line in release.knowledge.lines)]
    rows = [
        ("", slot.table.question, slot.table.kind, slot.row, slot.item, *statuses(slot))
        for slot in slots
    ]
    return Plan(pd.DataFrame(rows, columns=PLAN_COLUMNS))


def test_attack_recovers_the_only_hidden_option_of_a_single_question():
    release = table_release({"a": 30, "b": 20, "c": 4})
    found = recover_cells(release, hide(release, ("q", "c")))
    assert found == [Recovered((), slot_of("q", "count", "c"), 4.0, 4.0)]
    assert str(found[0].slot) == "q, c (count)"


def test_attack_finds_two_hidden_options_safe_only_if_they_may_vary_enough():
    release = table_release({"a": 30, "b": 20, "c": 4, "d": 5})
    plan = hide(release, ("q", "c"), ("q", "d"))
    assert not recover_cells(release, plan, min_cell=9)  # from 0 to 4 + 5
    assert [one.slot.item for one in recover_cells(release, plan, min_cell=10)] == ["c", "d"]
    assert not recover_cells(release, hide(release, ("q", "b"), ("q", "c")))


def test_attack_with_an_older_report_recovers_what_that_leaves_over():
    release = table_release({"a": 30, "b": 20, "c": 4})
    plan = hide(release, ("q", "b"), ("q", "c"))
    known = {slot_of("q", "count", "b")}
    assert [one.slot.item for one in recover_cells(release, plan, known=known)] == ["c"]
    assert not recover_cells(release, plan_suppression(release, known=known), known=known)


def test_attack_does_not_count_what_the_older_report_tells_alone():
    release = table_release({"a": 30, "b": 20, "c": 4})
    known = {slot_of("q", "count", "a"), slot_of("q", "count", "b"), slot_of("q", "base")}
    plan = hide(release, ("q", "b"), ("q", "c"))
    assert not recover_cells(release, plan, known=known)


@pytest.mark.parametrize(("seed", "rare"), [(0, False), (2, False), (1, True), (4, True)])
@pytest.mark.parametrize("make_plan", [primary_only, plan_suppression])
def test_attack_agrees_with_the_plain_attacker(seed, rare, make_plan):
    release = random_release(seed, most=50, plain=True, rare=rare)
    plan = make_plan(release)
    mine = {
        (group_name(one.group), slot.table.question, slot.figure, slot.row, slot.item)
        for one in recover_cells(release, plan)
        for slot in (one.slot,)
    }
    plain = reference_attack.recovered(release, plan, "region", 10)
    # One figure may stand in two places; the plain attacker names both.
    assert mine <= plain
    assert values(release, plain) == values(release, mine)


def values(release, names):
    """The variables behind names."""
    place = {group_name(group): n for n, group in enumerate(release.groups)}
    slots = {
        (slot.table.question, slot.figure, slot.row, slot.item): n
        for slot, n in release.knowledge.position.items()
    }
    return {int(release.system.variable[place[name[0]], slots[name[1:]]]) for name in names}
