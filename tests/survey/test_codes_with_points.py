"""A matrix whose codes hold points, so that "row.option" could be read in more ways than one."""

import pandas as pd
import pytest
from drawn_texts import bars
from small_survey import write_survey

from dmsi_lib import Survey
from dmsi_lib.disclosure.plan import LINE, Plan
from dmsi_lib.published.sensitivity import NAMES
from dmsi_lib.report.public_release import plan_release
from dmsi_lib.survey import as_public

POINTS = """\
title: Pace
questions:
  - id: role
    text: Are you a cook or a guest?
    type: single
    page: 1
    options: {cook: Cook, guest: Guest}
  - id: pace
    text: How fast?
    type: matrix
    page: 2
    ask_if: {role: [cook]}
    rows: {walk: On foot, speed: With v, speed.1: With v.1}
    options: {"1.5": Slow, "5": Fast, "1.5.5": Faster}
"""
# r1 to r6 are cooks; of them r6 says nothing, and r5 nothing about walking.
ANSWERS = {
    ("role", ""): [*["cook"] * 6, "guest", "guest"],
    ("pace", "walk"): ["1.5", "1.5", "1.5", "5", None, None, None, None],
    ("pace", "speed"): ["1.5", "1.5", "1.5.5", "5", "1.5", None, None, None],
    ("pace", "speed.1"): ["5", "5", "5", "5", "1.5", None, None, None],
}
COUNTS = {  # of walk, speed, speed.1
    "answered": [3, 1, 0, 3, 1, 1, 1, 4, 0],
    "universe": [3, 1, 0, 2, 3, 1, 1, 1, 1, 4, 0, 1],
}


@pytest.fixture(scope="module", params=["answered", "universe"])
def pace(request, tmp_path_factory):
    files = write_survey(tmp_path_factory.mktemp("points"), POINTS, ANSWERS)
    return Survey.load(*files, base=request.param)


def test_lines_have_their_row_and_their_option(pace):
    table = pace._counted("pace")
    codes = ["1.5", "5", "1.5.5"] + ["not_stated"] * (pace.base == "universe")
    rows = ["walk", "speed", "speed.1"]
    assert list(zip(table["row"], table["item"], strict=True)) == [
        (row, code) for row in rows for code in codes
    ]
    assert table["count"].tolist() == COUNTS[pace.base]
    assert table["label"].tolist()[0] == "On foot: Slow"
    assert set(table["base"]) == ({4, 5} if pace.base == "answered" else {6})


def test_tables_write_row_and_option_as_one_item(pace):
    table = pace.table("pace")
    assert table["item"].tolist()[:2] == ["walk.1.5", "walk.5"]
    assert not {"row", "kind"} & set(table.columns)
    pd.testing.assert_frame_equal(pace.tables()[-len(table) :].reset_index(drop=True), table)


def test_groups_count_the_same_lines(pace):
    groups = pace._counted("pace", "role")
    cooks = groups[groups["group"] == "cook"]["count"].tolist()
    assert cooks == COUNTS[pace.base]


def test_readings_keep_the_silent_of_each_row(pace):
    readings = pace.readings
    assert len(readings.percents) == len(readings.bounds) == 2 + 9
    walk = readings.bounds.loc[("pace", "walk.1.5")]
    ends = walk[["open_low", "open_high"]].tolist()
    assert ends == pytest.approx([50.0, 100 * 5 / 6]) and walk["settled"] == 6
    labels = readings.percents["label"] == "With v.1: Fast"  # beside "With v: Faster", one item
    assert readings.percents[labels][NAMES[1]].tolist() == [100 * 4 / 6]


def test_a_table_and_a_figure_show_every_line(pace):
    count = len(COUNTS[pace.base])
    labels = pace.show("pace").frame["Answer"].tolist()
    assert labels == pace._counted("pace")["label"].tolist()
    assert len(bars(pace.plot("pace"))) == count
    assert len(pace.show("pace", "role").frame) == count


def test_a_plan_names_every_line_once(pace):
    plan = plan_release(pace, [], 2)
    assert not plan.cells.duplicated(["group", *LINE]).any()
    plan = Plan.from_csv(plan.to_csv())
    table = as_public(pace, plan)._counted("pace")
    full = pace._counted("pace")
    assert table[["row", "item"]].equals(full[["row", "item"]])
    small = (full["count"] < 2) | (full["base"] - full["count"] < 2)
    assert (table.loc[small, "suppressed"] != "").all()
    assert table.loc[small, "count"].isna().all()
