"""Plans: nothing hidden can be worked out, and little more than needed is hidden."""

from itertools import combinations

import numpy as np
import pytest
from random_releases import random_release
from small_tables import linked_release, primary_only, table_release

from dmsi_lib.choices import MIN_CELL
from dmsi_lib.disclosure.attack import recover_cells
from dmsi_lib.disclosure.hidden_figures import Hiding
from dmsi_lib.disclosure.plan import COMPLEMENTARY, Plan
from dmsi_lib.disclosure.suppression import plan_suppression, show_again
from dmsi_lib.disclosure.widening import widen


def hidden(plan):
    return {row.item: row.status for row in plan.cells.itertuples() if row.status}


def test_plan_suppression_hides_nothing_where_no_cell_is_small():
    assert hidden(plan_suppression(table_release({"a": 30, "b": 20}))) == {}


def test_plan_suppression_hides_one_cell_to_protect_another():
    plan = plan_suppression(table_release({"a": 30, "b": 20, "c": 14, "d": 4}))
    assert sorted(hidden(plan).values()) == ["complementary", "primary"]
    assert hidden(plan)["d"] == "primary"


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


# Seeds whose coarser tables bound finer figures, whose groups overlap, whose gates have rules of
# their own, and whose rankings are hidden in part.
@pytest.mark.parametrize("seeds", [(35, 48, 91, 99, 143), (59, 96, 97, 154, 179), range(25)])
def test_plan_suppression_leaves_nothing_to_be_recovered(seeds):
    without = 0
    for seed in seeds:
        release = random_release(seed)
        assert not recover_cells(release, plan_suppression(release)), seed
        without += len(recover_cells(release, primary_only(release)))
    assert without > 10 * len(seeds)  # or the releases would prove nothing


def test_plan_suppression_protects_groups_of_several_options():
    without = 0
    for seed in range(20):
        release = random_release(seed, wide=True)
        assert any(len(codes) > 1 for group in release.groups for _, codes in group)
        assert not recover_cells(release, plan_suppression(release)), seed
        without += len(recover_cells(release, primary_only(release)))
    assert without > 200


def test_plan_suppression_protects_rows_with_several_answers_and_boxes():
    without, kinds = 0, set()
    for seed in range(20):
        release = random_release(seed, rare=True)
        kinds |= {(q.type, bool(q.rows)) for q in release.questionnaire.questions}
        assert not recover_cells(release, plan_suppression(release)), seed
        without += len(recover_cells(release, primary_only(release)))
    assert kinds >= {("matrix_multiple", True), ("open", True), ("numeric", True), ("date", False)}
    assert without > 100


@pytest.mark.parametrize("seed", [35, 59, 97])
def test_plan_suppression_hides_of_everybody_no_less_with_groups(seed):
    release = random_release(seed)
    alone = plan_suppression(release.up_to(0)).of(())
    with_groups = plan_suppression(release).of(())
    for name in ("status", "base_status", "mean_status"):
        assert (with_groups[name] != "")[alone[name] != ""].all()


@pytest.mark.parametrize("seed", [2, 5, 18])
def test_plan_suppression_of_everybody_is_the_same_where_groups_can_protect_one_another(seed):
    release = random_release(seed)
    alone = plan_suppression(release.up_to(0)).of(())
    assert plan_suppression(release).of(()).equals(alone)


def test_plan_suppression_hides_a_rankings_row_as_a_whole():
    release = random_release(179).up_to(0)
    variable, hiding = release.system.variable[0], Hiding(release, {}, MIN_CELL)
    widen(hiding)
    show_again(hiding)
    for line in release.knowledge.lines:
        row = variable[list(line.figures)]
        assert len(set(hiding.why[row] == 0)) == 1


def test_plan_suppression_protects_from_readers_with_and_without_an_older_report():
    for seed in (4, 7, 35):
        release = random_release(seed)
        known = {release.knowledge.slots[line.count] for line in release.knowledge.lines[::3]}
        plan = plan_suppression(release, known=known)
        assert not recover_cells(release, plan), seed
        assert not recover_cells(release, plan, known=known), seed


def test_plan_suppression_comes_back_from_csv_as_it_was():
    release = table_release({"a": 30, "b": 20, "c": 4})
    plan = plan_suppression(release)
    assert not recover_cells(release, Plan.from_csv(plan.to_csv()))


def fewest(release):
    """The least number of cells besides the primary ones that have to be hidden, all tried."""
    cells = primary_only(release).cells
    shown = cells.index[cells["status"] == ""]
    for size in range(len(shown) + 1):
        for chosen in combinations(shown, size):
            status = cells["status"].mask(cells.index.isin(chosen), "complementary")
            if not recover_cells(release, Plan(cells.assign(status=status))):
                return size
    return None  # only with the base


def compare_with_fewest(releases):
    """Complementary cells of the plans, and the fewest possible."""
    best = [fewest(release) for release in releases]
    pairs = [pair for pair in zip(releases, best, strict=True) if pair[1] is not None]
    found = [plan_suppression(release).cells["status"] for release, _ in pairs]
    return sum((status == COMPLEMENTARY).sum() for status in found), sum(n for _, n in pairs)


def test_plan_suppression_hides_hardly_more_than_the_fewest_cells():
    random = np.random.default_rng(0)
    counts = [dict(zip("abcdef", row, strict=True)) for row in random.integers(1, 40, (12, 6))]
    found, best = compare_with_fewest([table_release(row) for row in counts])
    assert best > 0
    assert found <= 1.1 * best


def test_plan_suppression_hides_hardly_more_than_the_fewest_cells_of_linked_tables():
    random, releases = np.random.default_rng(1), []
    for groups in ["xy"] * 6 + ["xyz"] * 2:
        counts = random.integers(4, 40, (len(groups), 3)).tolist()
        inside = [dict(zip("abc", row, strict=True)) for row in counts]
        releases.append(linked_release(dict(zip(groups, inside, strict=True))))
    found, best = compare_with_fewest(releases)
    assert best > 10
    assert found <= 1.2 * best
