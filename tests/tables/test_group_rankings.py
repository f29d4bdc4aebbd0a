"""Rankings of groups: each item by its places, all items by permutation."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kruskal, mannwhitneyu

from dmsi_lib.errors import InputError
from dmsi_lib.tables.group_rankings import rankings_test
from dmsi_lib.tables.ranking import places

NA = np.nan
RANKS = pd.DataFrame(
    {
        "soup": [1, 1, 2, 1, 3, 3, 2, NA],
        "bread": [2, 3, 1, 2, 1, 1, NA, NA],
        "salad": [3, 2, NA, NA, 2, 2, 1, NA],
    }
)
GROUP = np.array(["cook"] * 4 + ["guest"] * 4, dtype=object)


def drawn(random, n, items=5, first=5):
    ranks = pd.DataFrame(random.random((n, items)).argsort(axis=1).argsort(axis=1) + 1.0)
    return ranks.where(ranks <= first)


def test_rankings_test_of_an_item_is_that_of_its_places():
    found = rankings_test(GROUP, RANKS, ["cook", "guest"])
    table = places(RANKS)
    for item in RANKS:
        cook, guest = table[item][:4], table[item][4:7]
        test = mannwhitneyu(guest, cook)  # the smaller place is the higher
        assert found.items[item].effect == pytest.approx(test.statistic / 12)
        assert found.items[item].statistic == pytest.approx(kruskal(cook, guest).statistic)
    assert found.n == 7
    assert found.items["soup"].effect > 0.8  # cooks rank it higher
    smallest = min(test.p_value for test in found.items.values())
    assert min(found.p_holm.values()) == pytest.approx(min(1, 3 * smallest))


def test_rankings_test_joint_p_value_is_near_that_of_all_ways():
    table = places(RANKS).dropna()
    found = rankings_test(GROUP, RANKS, ["cook", "guest"], permutations=5000)

    def statistic(cooks):
        mask = np.isin(range(7), cooks)
        return sum(kruskal(table[item][mask], table[item][~mask]).statistic for item in table)

    observed = statistic((0, 1, 2, 3))
    ways = [statistic(cooks) for cooks in combinations(range(7), 4)]
    assert found.statistic == pytest.approx(observed)
    assert found.p_value == pytest.approx(np.mean(np.array(ways) >= observed - 1e-9), abs=0.02)


def test_rankings_test_compares_the_named_groups_alone():
    group = np.array(["cook", "cook", "guest", "guest", "critic", None, "guest", "critic"])
    found = rankings_test(group, RANKS, ["guest", "cook"])
    kept = np.isin(group.astype(str), ["guest", "cook"])
    assert found == rankings_test(group[kept], RANKS[kept], ["guest", "cook"])
    assert found.n == 5


def test_rankings_test_of_more_groups_has_no_direction():
    random = np.random.default_rng(1)
    group = np.repeat(np.array(["a", "b", "c"], dtype=object), 20)
    found = rankings_test(group, drawn(random, 60), ["a", "b", "c"])
    assert {test.effect_name for test in found.items.values()} == {"epsilon squared"}
    assert found.items["0"].df == 2


def test_rankings_test_where_all_rank_alike_finds_nothing():
    same = pd.DataFrame({"soup": [1] * 6, "bread": [2] * 6})
    found = rankings_test(np.repeat(["a", "b"], 3), same, ["a", "b"])
    assert np.isnan(found.p_value) and np.isnan(list(found.p_holm.values())).all()


@pytest.mark.parametrize("groups", [["cook"], ["cook", "critic"], []])
def test_rankings_test_needs_two_groups(groups):
    with pytest.raises(InputError, match="expected at least two"):
        rankings_test(GROUP, RANKS, groups)


def test_rankings_test_refuses_what_is_no_rank():
    with pytest.raises(InputError, match="expected whole numbers from 1"):
        rankings_test(GROUP, RANKS.replace(3, 0), ["cook", "guest"])


@pytest.mark.parametrize("first", [5, 2])
def test_rankings_test_keeps_its_size_under_the_null(first):
    # 200 draws at 5 %: no more than 9 % have any item after Holm, or all items together.
    random = np.random.default_rng(2)
    group, items, joint = np.repeat(["a", "b"], [60, 35]), 0, 0
    for i in range(200):
        found = rankings_test(group, drawn(random, 95, first=first), ["a", "b"], 99, seed=i)
        items += min(found.p_holm.values()) <= 0.05
        joint += found.p_value <= 0.05
    assert items / 200 < 0.09
    assert 0.01 < joint / 200 < 0.09


def test_rankings_test_finds_what_is_there():
    random = np.random.default_rng(3)
    ranks = drawn(random, 120)
    swapped = ranks.copy()
    better = ranks[0] < ranks[1]
    swapped.loc[60:, 0] = ranks[0].where(better, ranks[1])[60:]
    swapped.loc[60:, 1] = ranks[1].where(better, ranks[0])[60:]
    found = rankings_test(np.repeat(["a", "b"], 60), swapped, ["a", "b"])
    assert found.p_value < 0.05
    assert found.items["0"].effect < 0.5 < found.items["1"].effect
