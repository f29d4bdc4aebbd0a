"""Cross tables counted by hand: totals, blocks side by side, shares of rows, letters."""

import numpy as np
import pandas as pd
import pytest
from small_survey import make_questionnaire, make_responses

from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.skip_logic.routing import route
from dmsi_lib.tables.banners import banner_of
from dmsi_lib.tables.cross_tables import BASE, Layout, base_lines, cross_tables
from dmsi_lib.tables.tables import question_tables
from dmsi_lib.tables.totals import TOTAL

QUESTIONNAIRE = make_questionnaire()
RESPONSES = make_responses(QUESTIONNAIRE)
ROUTING = route(RESPONSES, QUESTIONNAIRE)
EVERYBODY = np.ones(len(RESPONSES), dtype=bool)


def banner(*columns, base=EVERYBODY):
    return banner_of(columns, QUESTIONNAIRE, RESPONSES, base)


def crossed(name, *columns, base="answered", **how):
    layout = Layout(**{"min_base": 1} | how)
    return cross_tables([QUESTIONNAIRE[name]], RESPONSES, ROUTING, base, banner(*columns), layout)


def cells(table, *columns):
    return {
        (row.group, row.item): tuple(getattr(row, name) for name in columns)
        for row in table.itertuples()
    }


# ---- the columns


def test_the_total_comes_first_and_is_everybody_in_any_column():
    table = crossed("eats", "role")
    # cooks r1, r2, r5; guests r3, r4, r6 (r8 did not say whether they eat); r7 has no role
    assert table["group"].drop_duplicates().tolist() == [TOTAL, "cook", "guest"]
    assert cells(table, "count", "base") == {
        (TOTAL, "yes"): (4, 6), (TOTAL, "no"): (2, 6),
        ("cook", "yes"): (2, 3), ("cook", "no"): (1, 3),
        ("guest", "yes"): (2, 3), ("guest", "no"): (1, 3),
    }  # fmt: skip


def test_columns_of_one_question_are_those_of_the_table_by_it():
    for name in ("eats", "doneness", "sauces", "cuts", "views", "why", "grams"):
        for base in ("answered", "universe"):
            by = question_tables(
                [QUESTIONNAIRE[name]], RESPONSES, ROUTING, base, QUESTIONNAIRE["role"]
            )
            table = crossed(name, "role", base=base)
            own = table[table["group"] != TOTAL].drop(columns="small_base")
            by = by[by["group"] != "critic"]  # nobody is one
            pd.testing.assert_frame_equal(own.reset_index(drop=True), by.reset_index(drop=True))


def test_blocks_stand_side_by_side_and_are_named_by_conditions():
    table = crossed("doneness", "role", ["shops", "eats"])
    groups = table["group"].drop_duplicates().tolist()
    assert groups[:3] == [TOTAL, "role=cook", "role=guest"]
    assert groups[3:] == [
        *("shops=market, eats=yes", "shops=market, eats=no", "shops=butcher, eats=yes"),
        "shops=other, eats=no",
    ]
    # in any column: r1, r2, r3, r5 (r7 answered, but is neither cook nor guest)
    assert cells(table, "count", "base")[TOTAL, "rare"] == (3, 4)


def test_who_ticked_several_is_in_several_columns_and_once_in_the_total():
    table = crossed("eats", "shops", letters=True, percent="both")
    found = cells(table, "count", "base", "row_total", "letter")
    assert found[TOTAL, "yes"] == (4, 6, 4, "")
    assert found["market", "yes"] == (3, 4, 4, "")
    assert found["butcher", "yes"] == (3, 3, 4, "")
    assert (table[["higher_than", "not_tested"]] == "").all(axis=None)  # they have people in common
    assert cells(table, "row_percent")["butcher", "yes"] == (75.0,)  # 75 + 75 + 0


def test_multiple_by_multiple_stands_on_those_who_answered_both():
    table = crossed("sauces", "shops")
    # r7 ticked sauces but no shop; r1, r2, r3, r5 answered both
    assert cells(table, "count", "base", "percent")[TOTAL, "pepper"] == (3, 4, 75.0)
    assert cells(table, "count", "base")["butcher", "pepper"] == (2, 2)


# ---- what is measured


def test_row_shares_add_up_over_the_columns_of_each_block():
    table = crossed("eats", "role", "doneness", percent="both")
    shares = table[table["group"] != TOTAL].assign(by=table["group"].str.split("=").str[0])
    assert shares.groupby(["by", "item"])["row_percent"].sum().tolist() == pytest.approx([100] * 4)
    total = table[table["group"] == TOTAL]
    assert total["row_total"].tolist() == total["count"].tolist()
    assert total["row_percent"].tolist() == [100.0, 100.0]


def test_rows_of_a_matrix_have_their_own_bases():
    table = crossed("views", "role")
    bases = table.drop_duplicates(["group", "row"]).set_index(["group", "row"])["base"]
    assert bases.to_dict() == {
        (TOTAL, "dear"): 4, (TOTAL, "tasty"): 2,
        ("cook", "dear"): 3, ("cook", "tasty"): 1,
        ("guest", "dear"): 1, ("guest", "tasty"): 1,
    }  # fmt: skip


def test_numbers_and_ranks_have_a_mean_for_each_column():
    numbers = crossed("grams", "role").set_index("group")
    assert numbers["mean"].to_dict()[TOTAL] == numbers["mean"].to_dict()["cook"] == 200.0
    assert np.isnan(numbers["mean"]["guest"])
    ranks = crossed("cuts", "role", letters=True)
    assert cells(ranks, "mean_rank")["cook", "rump"] == (pytest.approx(4 / 3),)
    assert (ranks[["higher_than", "not_tested"]] == "").all(axis=None)


def test_small_bases_are_marked_and_their_columns_named_as_not_tested():
    table = crossed("eats", "role", letters=True, min_base=4)
    assert table.drop_duplicates("group").set_index("group")["small_base"].to_dict() == {
        TOTAL: False, "cook": True, "guest": True,
    }  # fmt: skip
    assert cells(table, "letter", "higher_than", "not_tested")["cook", "yes"] == ("A", "", "B")


def test_letters_point_to_lower_columns_of_the_same_block():
    counts = {"a": (20, 100), "b": (60, 100), "c": (30, 100)}
    layout = Layout(letters=True)
    responses = answers(counts)
    made = banner_of(["side", "half"], LETTERED, responses, np.ones(300, dtype=bool))
    routing = route(responses, LETTERED)
    table = cross_tables([LETTERED["says"]], responses, routing, "answered", made, layout)
    assert made.letters == {
        "side=a": "A", "side=b": "B", "side=c": "C", "half=x": "D", "half=y": "E",
    }  # fmt: skip
    found = cells(table, "letter", "higher_than", "not_tested")
    assert found["side=b", "yes"] == ("B", "A C", "")
    assert found["side=a", "no"] == ("A", "B", "")
    assert found["side=c", "no"] == ("C", "B", "")
    assert found["side=a", "yes"] == ("A", "", "")
    assert found["half=x", "yes"] == ("D", "", "")
    assert found[TOTAL, "yes"] == ("", "", "")


LETTERED = make_questionnaire(
    """\
title: Letters
wave: "1"
questions:
  - {id: side, text: Side?, type: single, page: 1, options: {a: A, b: B, c: C}}
  - {id: half, text: Half?, type: single, page: 1, options: {x: X, y: Y}}
  - {id: says, text: Says?, type: single, page: 1, options: {yes: "Yes", no: "No"}}
"""
)


def answers(counts):
    side = [code for code, (_, base) in counts.items() for _ in range(base)]
    says = ["yes" if n < count else "no" for count, base in counts.values() for n in range(base)]
    half = ["x" if n % 2 else "y" for n in range(len(side))]
    found = {("side", ""): side, ("half", ""): half, ("says", ""): says}
    return make_responses(LETTERED, found)


# ---- lines of bases


def test_base_lines_stand_above_each_question_and_each_row():
    table = cross_tables(
        [QUESTIONNAIRE["eats"], QUESTIONNAIRE["views"]],
        RESPONSES, ROUTING, "answered", banner("role"), Layout(min_base=1),
    )  # fmt: skip
    lines = base_lines(table, QUESTIONNAIRE.questions)
    one = lines[lines["group"] == "cook"]
    assert one["label"].tolist() == [
        *("Base", "Yes", "No", "It is dear: base", "It is dear: Agree", "It is dear: Disagree"),
        *("It is tasty: base", "It is tasty: Agree", "It is tasty: Disagree"),
    ]
    bases = one[one["is_base"]]
    assert bases["item"].unique().tolist() == [BASE]
    assert bases["count"].tolist() == bases["base"].tolist() == [3, 3, 1]
    assert bases[["percent", "ci_low", "ci_high"]].isna().all(axis=None)
    assert len(lines) == len(table) + 3 * 3


# ---- refusals


@pytest.mark.parametrize(
    ("columns", "error", "said"),
    [
        ([], UsageError, "needs a question for its columns"),
        ([[]], UsageError, "needs a question for its columns"),
        (["role", ["role"]], UsageError, "role twice"),
        ([["role", "role"]], UsageError, "twice"),
        (["why"], UsageError, "of type open"),
        (["views"], UsageError, "of type matrix"),
        (["rle"], UsageError, "Did you mean 'role'?"),
    ],
)
def test_columns_that_make_no_table_are_refused(columns, error, said):
    with pytest.raises(error) as refused:
        banner(*columns)
    assert said in str(refused.value)


def test_columns_without_anybody_are_left_out_and_a_block_without_any_is_refused():
    assert list(banner("role").labels.values()) == ["Total", "Cook", "Guest"]
    nobody = np.zeros(len(RESPONSES), dtype=bool)
    with pytest.raises(InputError, match="so it makes no columns"):
        banner("role", base=nobody)
