"""All groups together: counted by hand, and the same as counting everybody at once."""

import numpy as np
import pandas as pd
import pytest
from small_survey import ANSWERS, make_table

from dmsi_lib.tables.totals import TOTAL, totals

FIGURES = ["count", "base", "percent", "ci_low", "ci_high"]
ALL = {
    **ANSWERS,
    ("role", ""): ["cook", "cook", "guest", "guest", "cook", "guest", "critic", "cook"],
}


@pytest.mark.parametrize("name", ["doneness", "sauces", "eats", "views", "cuts", "grams"])
def test_totals_are_what_everybody_together_gives(name):
    # everybody has a role, so that the groups by it are all there are
    groups, _ = make_table(name, by="role", answers=ALL)
    everybody, _ = make_table(name, answers=ALL)
    found = totals(groups)
    assert (found["group"] == TOTAL).all()
    assert found[["row", "item"]].equals(everybody[["row", "item"]])
    np.testing.assert_allclose(found[FIGURES].astype(float), everybody[FIGURES].astype(float))
    for measure in ("mean_rank", "rank_1_percent", "mean"):
        np.testing.assert_allclose(found[measure].astype(float), everybody[measure].astype(float))


def test_a_line_with_a_suppressed_group_is_suppressed():
    table = pd.DataFrame(
        {
            "row": "",
            "item": ["a", "b"] * 2,
            "group": ["x", "x", "y", "y"],
            "count": [3, 4, np.nan, 5],
            "base": [9, 9, 9, 9],
            "suppressed": ["", "", "suppressed", ""],
        }
    )
    found = totals(table)
    assert found["suppressed"].tolist() == ["suppressed", ""]
    assert found[["count", "base", "percent"]].isna().all(axis=1).tolist() == [True, False]
    assert found.loc[1, ["count", "base"]].tolist() == [9, 18]


def test_totals_of_nobody_have_no_percent():
    table = pd.DataFrame(
        {"row": "", "item": "a", "group": ["x", "y"], "count": [0, 0], "base": [0, 0]}
    )
    assert totals(table)["percent"].isna().all()
