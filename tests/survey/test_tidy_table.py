"""A table prints what is read of it, and is a DataFrame in everything else."""

import copy
import io
import pickle

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from dmsi_lib.survey.tidy_table import TidyTable

CONTRACT = ["question", "item", "label", "group", "count", "base", "base_name", "percent"]


def printed(table):
    """The heads that are printed, and the last line."""
    lines = repr(table).splitlines()
    return lines[0].split(), lines[-1]


@pytest.fixture
def plain(small):
    return pd.DataFrame(small.table("eats"))


def test_label_count_base_and_percent_are_printed_rounded(small):
    assert repr(small.table("doneness")).splitlines() == [
        "       label  count  base  percent",
        "0       Rare      3     5     60.0",
        "1     Medium      0     5      0.0",
        "2  Well done      2     5     40.0",
        "Not shown: question, item, group, base_name, ci_low, ci_high, mean_rank, rank_1_percent, "
        "mean, median",
    ]
    assert str(small.table("eats")).splitlines()[1].split()[-1] == "66.7"


def test_what_else_says_something_is_printed_too(small):
    by = ["label", "group", "count", "base", "percent"]
    assert printed(small.table("eats", by="role"))[0] == by
    ranked = ["label", "count", "base", "percent", "mean_rank", "rank_1_percent"]
    assert printed(small.table("cuts"))[0] == ranked
    assert printed(small.table("grams"))[0] == [
        "label",
        "count",
        "base",
        "percent",
        "mean",
        "median",
    ]
    assert printed(small.tables())[0] == ["question", "label", "count", "base", "percent"]
    crossed = small.crosstab("eats", "role", percent="both", letters=True).table
    assert printed(crossed)[0] == [*by, "row_percent", "letter", "not_tested"]


def test_what_was_added_is_printed_and_a_choice_of_columns_as_it_is(small):
    table = small.table("eats")
    assert printed(table.assign(mine=1))[0][-1] == "mine"
    chosen = table[["item", "count", "ci_low"]]
    assert repr(chosen) == repr(pd.DataFrame(chosen))
    assert printed(table.merge(table[["item"]].assign(more=2), on="item"))[0][-1] == "more"


def test_no_column_is_cut_out_of_the_middle(survey):
    for table in (
        survey.tables(),
        survey.tables("role"),
        survey.table("benefits_ranked_frontline"),
    ):
        assert "..." not in printed(table)[0]
        assert max(map(len, repr(table).splitlines()[:10])) <= 100


def test_a_notebook_shows_all_columns_as_before(plain):
    assert TidyTable(plain)._repr_html_() == plain._repr_html_()


def test_it_is_equal_to_a_plain_frame_on_either_side(small, plain):
    table = small.table("eats")
    assert_frame_equal(table, plain)
    assert_frame_equal(plain, table)
    assert table.equals(plain) and plain.equals(table)


def test_it_is_pickled_as_a_plain_frame(small, plain):
    again = pickle.loads(pickle.dumps(small.table("eats")))
    assert type(again) is pd.DataFrame
    assert_frame_equal(again, plain)


def test_copies_and_what_pandas_makes_of_it_print_the_same(small):
    table = small.table("eats")
    assert printed(table.set_index("item"))[0] == ["label", "count", "base", "percent"]
    for other in (table.copy(), copy.copy(table), copy.deepcopy(table), table.head(9)):
        assert repr(other) == repr(table)


def test_files_and_sums_are_those_of_a_plain_frame(small, plain, tmp_path):
    table = small.table("eats")
    assert table.to_csv() == plain.to_csv()
    assert table.to_json() == plain.to_json()
    table.to_parquet(tmp_path / "t.parquet")
    assert_frame_equal(pd.read_parquet(tmp_path / "t.parquet"), plain, check_dtype=False)
    buffers = io.BytesIO(), io.BytesIO()
    for frame, buffer in zip((table, plain), buffers, strict=True):
        frame.to_parquet(buffer)
    assert buffers[0].getvalue() == buffers[1].getvalue()
    sums = table.groupby("label")["count"].sum()
    assert type(sums) is pd.Series and sums.to_dict() == {"No": 2, "Yes": 4}


def test_pandas_goes_on_with_it(survey):
    table = survey.tables("role")
    wide = table[table["question"] == "usefulness"].pivot_table(
        index="label", columns="group", values="percent", sort=False
    )
    assert wide.index.tolist() == list(survey.question("usefulness").choices.values())
    both = table.merge(survey.tables(), on=["question", "item"], suffixes=("", "_all"))
    assert len(both) == len(table) and "count_all" in both
    assert len(pd.concat([table, survey.tables()])) == len(table) + len(survey.tables())


def test_a_table_without_its_columns_prints_as_pandas_does():
    assert repr(TidyTable({"a": [1]})) == repr(pd.DataFrame({"a": [1]}))
    assert repr(TidyTable()) == repr(pd.DataFrame())


def test_tables_of_a_public_survey_print_what_is_hidden(small):
    from dmsi_lib.report.public_release import plan_release
    from dmsi_lib.survey.public_survey import as_public

    public = as_public(small, plan_release(small, [], 2))
    heads, _ = printed(public.table("doneness"))
    assert heads == ["label", "count", "base", "percent", "suppressed"]
