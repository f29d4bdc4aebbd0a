"""What is known of the figures of a ranking: planner and attacker both rely on these relations, so
that neither would notice if one were missing. Every range here is worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from small_tables import ranking_release, slot_of

from dmsi_lib.disclosure.attack import recover_cells
from dmsi_lib.disclosure.plan import PLAN_COLUMNS, Plan
from dmsi_lib.disclosure.slots import SIZE

# Ten respondents. b: three firsts, four seconds, one third; c: nobody's first.
GIVEN = {"a": (9, 7, 13), "b": (8, 3, 14), "c": (5, 0, 13)}


def ranges(release, *hidden):
    """Least and largest value of each hidden figure, by figure and item."""
    slots = [SIZE, *(release.knowledge.slots[line.count] for line in release.knowledge.lines)]
    cells = [
        ("", table.question, table.kind, slot.row, slot.item, *(why, "", ""))
        for slot in slots
        for table, why in [(slot.table, "primary" if slot.item in hidden else "")]
    ]
    plan = Plan(pd.DataFrame(cells, columns=PLAN_COLUMNS))
    found = recover_cells(release, plan, min_cell=10**6)  # so wide that every figure is named
    return {
        (one.slot.figure, one.slot.item): (round(one.low, 6), round(one.high, 6)) for one in found
    }


def test_ranking_first_places_make_up_the_base():
    # b and c were put first by 3 of the 10, so that a was by 7, and ranked by 7 at least. If by 7,
    # all of them gave it rank 1 (7 in all); if by 10, three gave it rank 3 (7 + 9).
    assert ranges(ranking_release(GIVEN, 10), "a") == {
        **{("first", "a"): (7, 7), ("count", "a"): (7, 10), ("ranks", "a"): (7, 16)},
    }


def test_ranking_first_places_make_up_the_base_with_those_who_ranked_nothing():
    release = ranking_release(GIVEN, 12, not_stated=2)
    assert ranges(release, "a")["first", "a"] == (7, 7)
    # and nobody who ranked a is among the two
    assert ranges(release, "a")["count", "a"] == (7, 10)


def test_ranking_first_places_are_at_most_the_base_where_some_began_with_rank_2():
    # Of the ten, nine put an item first: not more than 10 - 3 put a first, if anybody did.
    given = GIVEN | {"a": (9, 6, 14)}
    assert ranges(ranking_release(given, 10), "a")["first", "a"] == (0, 7)
    assert ranges(ranking_release(given, 12, not_stated=2), "a")["first", "a"] == (0, 7)


def test_ranking_two_hidden_items_share_the_first_places_that_are_left():
    # Ten between them, so that either may have none or all.
    assert ranges(ranking_release(GIVEN, 10), "a", "b") == {
        **{("first", item): (0, 10) for item in "ab"},
        **{("count", item): (0, 10) for item in "ab"},
        # none ranked it, or all ten, and last
        **{("ranks", item): (0, 30) for item in "ab"},
    }


@pytest.mark.parametrize(("first", "low", "high"), [(0, 10, 15), (2, 8, 11), (5, 5, 5)])
def test_ranking_who_does_not_put_an_item_first_ranks_it_from_2_to_the_last(first, low, high):
    # Five ranked c: those who did not put it first gave 2 or 3. The relations hold at both ends.
    for ranks in (low, high):
        knowledge = ranking_release(GIVEN | {"c": (5, first, ranks)}, 10).knowledge
        slots = np.zeros(len(knowledge.slots))
        slots[[knowledge.position[slot_of("q", kind, "c")] for kind in ("count", "first")]] = (
            5,
            first,
        )
        for wrong, holds in ((0, True), (-1, ranks > low), (1, ranks < high)):
            slots[knowledge.position[slot_of("q", "ranks", "c")]] = ranks + wrong
            assert about(knowledge, "c", slots) == holds


def about(knowledge, item, slots):
    """Whether numbers agree with the relations about nothing but one item's row."""
    mine = [knowledge.position[slot_of("q", kind, item)] for kind in ("count", "first", "ranks")]
    others = np.delete(np.arange(len(knowledge.slots)), mine)
    only = np.flatnonzero(abs(knowledge.matrix[:, others]).sum(axis=1) == 0)
    found = knowledge.matrix[only] @ slots
    return bool((found >= knowledge.low[only]).all() and (found <= knowledge.high[only]).all())
