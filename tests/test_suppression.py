"""Plans: nothing hidden can be worked out, and little more than needed is hidden."""

from itertools import combinations

import numpy as np
import pytest
from random_releases import random_release
from small_tables import table_release

from dmsi_lib.attack import attack
from dmsi_lib.disclosure import Plan
from dmsi_lib.suppression import plan_suppression, primary_only


def hidden(plan):
    return {row.item: row.status for row in plan.cells.itertuples() if row.status}


def test_plan_suppression_hides_nothing_where_no_cell_is_small():
    assert hidden(plan_suppression(table_release({"a": 30, "b": 20}))) == {}


def test_plan_suppression_hides_one_cell_to_protect_another():
    plan = plan_suppression(table_release({"a": 30, "b": 20, "c": 14, "d": 4}))
    assert sorted(hidden(plan).values()) == ["complementary", "primary"]
    assert hidden(plan)["d"] == "primary"
    assert (plan.primary, plan.complementary) == (1, 1)


def test_plan_suppression_takes_nobody_and_everybody_for_small():
    plan = plan_suppression(table_release({"a": 40, "b": 0}))
    assert hidden(plan) == {"a": "primary", "b": "primary"}


def test_plan_suppression_hides_a_small_base_with_its_table():
    plan = plan_suppression(table_release({"a": 4, "b": 5}))
    assert set(plan.cells["base_status"]) == {"primary"}
    assert set(plan.cells["status"]) == {"primary"}


def test_plan_suppression_follows_the_minimum():
    release = table_release({"a": 30, "b": 20, "c": 4})
    assert hidden(plan_suppression(release, min_cell=4)) == {}
    assert len(hidden(plan_suppression(release, min_cell=5))) == 2


def test_plan_suppression_leaves_nothing_to_be_recovered():
    without = 0
    for seed in (*range(8), 9, 11):
        release = random_release(seed, most=70)
        assert attack(release, plan_suppression(release)).empty, seed
        without += len(attack(release, primary_only(release)))
    assert without > 50  # or the releases would prove nothing


@pytest.mark.parametrize("seed", [2])
def test_plan_suppression_of_everybody_is_the_same_without_groups(seed):
    release = random_release(seed, most=80)
    alone = plan_suppression(release.up_to(0)).of(())
    assert plan_suppression(release).of(()).equals(alone)


def test_plan_suppression_comes_back_from_csv_as_it_was():
    release = table_release({"a": 30, "b": 20, "c": 4})
    plan = plan_suppression(release)
    assert attack(release, Plan.from_csv(plan.to_csv())).empty


def fewest(release):
    """The least number of cells besides the primary ones that have to be hidden, all tried."""
    plan = primary_only(release)
    items = [row.item for row in plan.cells.itertuples() if row.question and not row.status]
    for size in range(len(items) + 1):
        for chosen in combinations(items, size):
            cells = plan.cells.copy()
            cells.loc[cells["item"].isin(chosen), "status"] = "complementary"
            if attack(release, Plan(cells)).empty:
                return size
    return None  # only with the base


def test_plan_suppression_hides_hardly_more_than_the_fewest_cells():
    random, found, best = np.random.default_rng(0), 0, 0
    for _ in range(12):
        counts = dict(zip("abcdef", random.integers(1, 40, 6).tolist(), strict=True))
        release = table_release(counts)
        least = fewest(release)
        if least is not None:
            found += plan_suppression(release).complementary
            best += least
    assert best > 0
    assert found <= 1.1 * best
