"""What an older report gives away: only figures that are the very same, and of everybody."""

from dataclasses import replace

import pandas as pd
import pytest
from small_tables import linked_release, table_release

from dmsi_lib.disclosure.printed_before import known_figures
from dmsi_lib.disclosure.release import release_of
from dmsi_lib.tables.names import THEMES

COUNTS = {"a": 30, "b": 20, "c": 4}  # of 54
NOTHING = []


def printed(item="a", measure="option", count=None, percent=None, base=None, question="q"):
    row = {"question": question, "item": item, "measure": measure, "percent": percent}
    frame = pd.DataFrame([row | {"count": count, "base": base}])
    return frame.astype({"count": "Int64", "base": "Int64", "percent": float})


def known(published, release=None):
    """Figure and item of all that is known of everybody's table of q."""
    found = known_figures(published, release or table_release(COUNTS))
    return sorted((slot.figure, slot.item) for slot in found)


COUNT_A, BASE, SIZE = ("count", "a"), ("base", ""), ("size", "")


@pytest.mark.parametrize(("count", "found"), [(30, [COUNT_A]), (31, NOTHING), (None, NOTHING)])
def test_known_figures_of_a_count_only_where_it_is_the_same(count, found):
    assert known(printed(count=count)) == found


@pytest.mark.parametrize(
    ("percent", "base", "found"),
    [
        (55.56, 54, [BASE, COUNT_A, SIZE]),  # 30 of 54
        (55.55, 54, [BASE, SIZE]),
        (55.56, 53, NOTHING),  # a percentage of another base is another figure
        (55.56, None, NOTHING),
        (None, 54, [BASE, SIZE]),
    ],
)
def test_known_figures_of_a_percentage_only_where_it_stands_on_the_same_base(percent, base, found):
    assert known(printed(percent=percent, base=base)) == found


def test_known_figures_of_a_count_do_not_go_by_its_percentage():
    assert known(printed(count=31, percent=55.56, base=54)) == [BASE, SIZE]


@pytest.mark.parametrize(("size", "found"), [(54, [BASE, SIZE]), (60, [BASE])])
def test_known_figures_of_a_base_of_everybody_are_their_number(size, found):
    release = table_release(COUNTS)
    release = release_of(release.questionnaire, release.tables, sizes={(): size})
    assert known(printed(count=1, base=54), release) == found


@pytest.mark.parametrize(("count", "found"), [(54, [BASE, SIZE]), (30, NOTHING)])
def test_known_figures_of_how_many_answered_are_the_base(count, found):
    assert known(printed(item="", measure="answered", count=count)) == found


@pytest.mark.parametrize("measure", ["rank", "lost", "other_text"])
def test_known_figures_leave_out_counts_of_something_else(measure):
    assert known(printed(measure=measure, count=30)) == NOTHING


def test_known_figures_of_a_theme_are_those_of_the_theme_table():
    release = table_release(COUNTS)
    themes = {(): release.tables[()].assign(kind=THEMES)}
    release = replace(release, tables=themes)
    assert known(printed(measure="theme", count=30), release) == [COUNT_A]
    assert known(printed(measure="option", count=30), release) == NOTHING


@pytest.mark.parametrize("other", [{"item": "d"}, {"question": "p"}])
def test_known_figures_leave_out_what_no_table_holds(other):
    assert known(printed(count=30, base=54, **other)) == NOTHING


def test_known_figures_are_those_of_everybody_alone():
    counts = {"north": {"a": 10, "b": 5}, "south": {"a": 3, "b": 7}}
    release = linked_release(counts)
    assert known(printed(count=10), release) == NOTHING
    assert known(printed(count=13), release) == [COUNT_A]
    of_groups = replace(release, tables={g: t for g, t in release.tables.items() if g})
    assert known(printed(count=10), of_groups) == known(printed(count=13), of_groups) == NOTHING
