"""The attacker's programme, and that a second, plain attacker finds the same."""

import pandas as pd
import pytest
import reference_attack
from random_releases import random_release
from small_tables import table_release

from dmsi_lib.disclosure.attack import recover_cells
from dmsi_lib.disclosure.plan import SIZE_ITEM, Plan
from dmsi_lib.disclosure.printed_before import KNOWN_COLUMNS
from dmsi_lib.disclosure.suppression import plan_suppression, primary_only


def hide(release, *cells):
    """A plan that hides some (question, item) of everybody's tables."""
    rows = [("", SIZE_ITEM), *((row[0], row[1]) for row in release.knowledge.rows)]
    cells = [("", *row, "primary" if row in cells else "", "", "") for row in rows]
    columns = ["group", "question", "item", "status", "base_status", "mean_status"]
    return Plan(pd.DataFrame(cells, columns=columns))


def test_attack_recovers_the_only_hidden_option_of_a_single_question():
    release = table_release({"a": 30, "b": 20, "c": 4})
    found = recover_cells(release, hide(release, ("q", "c")))
    assert found.to_dict("records") == [
        {"group": "", "question": "q", "item": "c", "figure": "count", "low": 4.0, "high": 4.0}
    ]


def test_attack_finds_two_hidden_options_safe_only_if_they_may_vary_enough():
    release = table_release({"a": 30, "b": 20, "c": 4, "d": 5})
    plan = hide(release, ("q", "c"), ("q", "d"))
    assert recover_cells(release, plan, min_cell=9).empty  # from 0 to 4 + 5
    assert list(recover_cells(release, plan, min_cell=10)["item"]) == ["c", "d"]
    assert recover_cells(release, hide(release, ("q", "b"), ("q", "c"))).empty


def test_attack_with_an_older_report_recovers_what_that_leaves_over():
    release = table_release({"a": 30, "b": 20, "c": 4})
    plan = hide(release, ("q", "b"), ("q", "c"))
    known = pd.DataFrame([("", "q", "count", "b")], columns=KNOWN_COLUMNS)
    assert list(recover_cells(release, plan, known=known)["item"]) == ["c"]
    assert recover_cells(release, plan_suppression(release, known=known), known=known).empty


def test_attack_does_not_count_what_the_older_report_tells_alone():
    release = table_release({"a": 30, "b": 20, "c": 4})
    names = [("", "q", "count", "a"), ("", "q", "count", "b"), ("", "q", "base", "")]
    known = pd.DataFrame(names, columns=KNOWN_COLUMNS)
    plan = hide(release, ("q", "b"), ("q", "c"))
    assert recover_cells(release, plan, known=known).empty


@pytest.mark.parametrize("seed", [0, 2])
@pytest.mark.parametrize("make_plan", [primary_only, plan_suppression])
def test_attack_agrees_with_the_plain_attacker(seed, make_plan):
    release = random_release(seed, most=50, plain=True)
    plan = make_plan(release)
    found = recover_cells(release, plan)
    mine = set(found[["group", "question", "figure", "item"]].itertuples(index=False, name=None))
    mine = {(g, q, kind, "" if kind == "size" else item) for g, q, kind, item in mine}
    plain = reference_attack.recovered(release, plan, "region", 10)
    # One figure may stand in two places; the plain attacker names both.
    assert mine <= plain
    assert values(release, plain) == values(release, mine)


def values(release, names):
    """The variables behind names."""
    place = {reference_attack.group_name(group): n for n, group in enumerate(release.groups)}
    slot = release.knowledge.position
    return {int(release.system.variable[place[g], slot[q, kind, i]]) for g, q, kind, i in names}
