"""What reports made separately tell together, in figures that can be counted by hand."""

import itertools

import numpy as np
import pytest

from dmsi_lib.disclosure import union_of_groups
from dmsi_lib.disclosure.shown import (
    ALL,
    FREE,
    LEAST,
    Publication,
    ShownLine,
    ShownReport,
    ShownTable,
)
from dmsi_lib.disclosure.union import learnt_together
from dmsi_lib.errors import InputError

REGIONS = ("north", "south", "east")


def table(question, counts, base, total=ALL, source=""):
    """A table of one list; None is hidden."""
    lines = {item: ShownLine(item.capitalize(), count, base) for item, count in counts.items()}
    return ShownTable(question, source, lines, [[total, [*counts]]])


def report(size, *tables, where=(), edit="none", base="answered", min_cell=10):
    named = {one.question + ("_themes" if one.source else ""): one for one in tables}
    return ShownReport(edit, base, min_cell, tuple(where), size, named)


def published(*reports, name="v0001", by=()):
    return Publication(name, reports, tuple(by))


def learnt(new, *before):
    if isinstance(new, ShownReport):
        new = published(new)
    new = Publication("this report", new.reports, new.by)
    before = [one if isinstance(one, Publication) else published(one) for one in before]
    return [str(one) for one in learnt_together(new, before)]


def eats(yes, no, base):
    return table("eats", {"yes": yes, "no": no}, base)


def regions(north, south, east, base):
    return table("region", dict(zip(REGIONS, (north, south, east), strict=True)), base)


# ---- one group, two reports


def test_learnt_together_is_nothing_where_the_same_is_shown():
    one = report(60, eats(40, None, 60))
    assert learnt(one, one) == []


def test_learnt_together_names_what_one_hides_and_the_other_shows():
    assert learnt(report(60, eats(40, None, 60)), report(60, eats(40, 20, 60))) == [
        "eats, No, count (everybody): hidden here, shown by v0001"
    ]
    assert learnt(report(60, eats(40, 20, 60)), report(None, eats(40, None, 60))) == [
        "respondents (everybody): shown here, hidden by v0001",
        "eats, No, count (everybody): shown here, hidden by v0001",
    ]


@pytest.mark.parametrize(("count", "is_learnt"), [(30, False), (31, True), (39, True), (40, False)])
def test_learnt_together_names_differences_below_the_minimum(count, is_learnt):
    found = learnt(report(60, eats(count, 20, 60), edit="gate"), report(60, eats(40, 20, 60)))
    text = "eats, Yes, count (everybody): differs by fewer than 10 from that of v0001"
    assert found == [text] * is_learnt


def test_learnt_together_takes_the_larger_minimum():
    two = report(60, eats(40, 20, 60)), report(60, eats(46, 20, 60), edit="gate", min_cell=5)
    assert learnt(*two) == learnt(*reversed(two)) != []


def test_learnt_together_compares_bases_of_two_kinds_by_their_difference():
    universe = report(60, eats(40, 20, None), base="universe")
    assert learnt(universe, report(60, eats(40, 20, 60))) == []
    assert len(learnt(report(60, eats(40, 20, 62), base="universe"), universe)) == 2
    universe = report(60, eats(40, 20, 63), base="universe")
    assert learnt(universe, report(60, eats(40, 20, 60))) == [
        f"eats, {label}, base (everybody): differs by fewer than 10 from that of v0001"
        for label in ("Yes", "No")
    ]


def test_learnt_together_looks_at_first_places_and_means():
    old = ShownTable("cuts", "", {"rib": ShownLine("Rib", 40, 60, 30, 1.5)})
    new = ShownTable("cuts", "", {"rib": ShownLine("Rib", 40, 60, 28, None)})
    assert learnt(report(60, new, edit="gate"), report(60, old)) == [
        "cuts, Rib, first places (everybody): differs by fewer than 10 from that of v0001",
        "cuts, Rib, mean (everybody): hidden here, shown by v0001",
    ]


def test_learnt_together_compares_themes_of_the_same_tags_alone():
    old, new, same = (
        table("why", {"time": count}, 60, LEAST, source)
        for count, source in ((40, "a"), (41, "b"), (41, "a"))
    )
    assert learnt(report(60, new), report(60, old)) == []
    assert len(learnt(report(60, same), report(60, old))) == 1


def test_learnt_together_leaves_out_what_a_report_before_shows_too():
    one, other = report(60, eats(40, 20, 60)), report(60, eats(41, 20, 60), edit="gate")
    assert learnt(other, one, other) == []


def test_learnt_together_knows_a_group_whatever_its_words():
    one = report(40, eats(20, 20, 40), where=["region!=east"])
    other = report(40, eats(20, None, 40), where=["region=south,north"])
    everybody = report(60, regions(20, 20, 20, 60))
    assert learnt(published(one, everybody), other) == [
        "eats, No, count (North or South): shown here, hidden by v0001"
    ]


# ---- groups within groups


def test_learnt_together_names_groups_that_differ_by_a_few_people():
    everybody = report(60, regions(30, None, None, 60))
    most = report(57, where=["region=north,south"])
    text = "respondents ({}): fewer than 10 more or less than {} of v0001"
    assert learnt(most, everybody) == [text.format("North or South", "everybody")]
    assert learnt(everybody, most) == [text.format("everybody", "North or South")]
    assert learnt(report(50, where=["region=north,south"]), everybody) == []
    other = report(57, where=["region=north,south"], edit="gate")
    assert learnt(other, everybody) == []  # they need not be the same people


# ---- groups of several publications


def by_region(*yes, sizes=(20, 20, None)):
    """A batch of those regions that have a size."""
    reports = [
        report(size, eats(count, size - count, size), regions(None, None, None, None),
               where=[f"region={region}"])
        for region, count, size in zip(REGIONS, yes, sizes, strict=False)
        if size
    ]  # fmt: skip
    return published(*reports, by=["region"])


def test_learnt_together_finds_a_small_group_that_another_report_adds_to_others():
    both = report(None, eats(13, 13, 26), where=["region=south,east"])
    assert learnt(both, by_region(10, 10)) == [
        f"eats, {figure} (East): follows from all groups together"
        for figure in ("base", "Yes, count", "No, count")
    ]


def test_learnt_together_says_nothing_where_what_is_added_is_wide_enough():
    both = report(None, eats(30, 30, 60), where=["region=south,east"])
    regions_alone = published(report(20, eats(10, 10, 20), where=["region=north"]), by=["region"])
    assert learnt(both, regions_alone) == []


def test_learnt_together_does_not_try_again_what_was_planned_together(monkeypatch):
    monkeypatch.setattr(union_of_groups, "ranges", lambda *arguments: pytest.fail("tried"))
    everybody = report(46, eats(23, 23, 46), regions(20, 20, None, None))
    assert learnt(everybody, by_region(10, 10)) == []
    assert learnt(by_region(10, 10), everybody) == []


def test_learnt_together_leaves_to_each_report_what_it_tells_alone():
    """Everybody less the regions is told by any two of these."""
    everybody = report(46, eats(23, 23, 46), min_cell=5)
    assert learnt(everybody, by_region(10, 10)) != []
    assert learnt(everybody, by_region(10, 10), everybody) == []


def test_learnt_together_says_where_figures_do_not_fit():
    places = regions(None, None, None, None)
    both = report(None, eats(20, 5, None), places, where=["region=north,south"])
    south = report(None, eats(10, None, None), places, where=["region=south"])
    north = report(None, eats(10, 10, None), places, where=["region=north"])
    assert learnt(both, north, south) == [
        "eats: counted otherwise than before, so that nobody knows what follows"
    ]


def test_learnt_together_does_not_insist_on_what_an_edit_may_undo():
    """Of the north live fewer in the table of regions than are in the group."""
    everybody = report(None, eats(60, 60, 120), regions(15, None, None, 100), min_cell=5)
    north = report(30, eats(None, None, 30), where=["region=north"])
    assert learnt(north, everybody) == []


def test_learnt_together_refuses_more_groups_than_it_can_try(monkeypatch):
    monkeypatch.setattr(union_of_groups, "_MOST_KINDS", 3)
    both = report(40, eats(20, 20, 40), where=["region=north,south"])
    with pytest.raises(InputError, match="too many to be tried together"):
        learnt(both, by_region(10, 10))


# ---- whatever the data


def drawn_people(random):
    """Regions, ticks of a multiple question and answers of some people."""
    return random.integers(0, 3, 60), random.random(60) < 0.5, random.integers(0, 2, 60)


def counted(people, chosen, hidden, where):
    """A report of those chosen; `hidden` are figures that it hides."""
    region, ticked, answer = people
    n = int(chosen.sum())
    lists = [
        ("eats", {"yes": (answer == 0) & chosen, "no": (answer == 1) & chosen}, ALL),
        ("region", {name: (region == k) & chosen for k, name in enumerate(REGIONS)}, ALL),
        ("shops", {"market": ticked & chosen}, FREE),
    ]
    tables = [
        table(name, {i: None if (name, i) in hidden else int(w.sum()) for i, w in counts.items()},
              n, total)
        for name, counts, total in lists
    ]  # fmt: skip
    return report(n, *tables, where=where, min_cell=3)


@pytest.mark.parametrize("seed", range(12))
def test_learnt_together_is_right_about_drawn_people(seed):
    """The figures do fit together, so that nothing is said to be counted otherwise, and what is
    learnt of a group from it and its parts is what was hidden."""
    random = np.random.default_rng(seed)
    people = drawn_people(random)
    region, ticked, _ = people
    hidden = {("eats", "yes"), ("eats", "no")}
    groups = [
        (np.isin(region, places), [f"region={','.join(REGIONS[k] for k in places)}"])
        for places in ([0], [1], [2], [0, 1], [1, 2])
    ]
    groups.append((ticked, ["shops=market"]))
    groups.append((ticked & (region == 0), ["shops=market", "region=north"]))
    for one, other in itertools.combinations(groups, 2):
        found = learnt(
            counted(people, *one[:1], hidden, one[1]), counted(people, other[0], (), other[1])
        )
        assert not any("counted otherwise" in text for text in found)
    # All three regions are shown, and with them everybody who lives in any.
    regions_shown = published(*(counted(people, chosen, (), where) for chosen, where in groups[:3]))
    found = learnt(counted(people, groups[3][0], hidden, groups[3][1]), regions_shown)
    assert {text.split(" (")[0] for text in found if "follows" in text} == {
        "eats, Yes, count", "eats, No, count"
    }  # fmt: skip
