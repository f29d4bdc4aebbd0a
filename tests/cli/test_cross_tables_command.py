"""`dmsi tables` with groups as columns: what is written, what stays as it was, what is refused."""

import openpyxl
import pandas as pd
import pytest

from dmsi_lib.cli.commands import main

CONTRACT = [
    *("question", "item", "label", "group", "count", "base", "base_name", "percent"),
    *("ci_low", "ci_high", "mean_rank", "rank_1_percent", "mean", "median"),
]


def run(*arguments):
    return main(["tables", *map(str, arguments)])


def read(path):
    return pd.read_csv(path, dtype=str, keep_default_na=False)


@pytest.mark.parametrize(
    ("options", "more"),
    [
        ([], []),
        (["--percent", "column"], ["small_base"]),
        (["--side-by-side"], ["small_base"]),
        (["--min-base", "2"], ["small_base"]),
        (["--percent", "row"], ["row_total", "row_percent", "small_base"]),
        (["--letters"], ["letter", "higher_than", "not_tested", "small_base"]),
    ],
)
def test_further_columns_come_last_and_only_when_asked_for(steak, tmp_path, options, more):
    out = tmp_path / "t.csv"
    assert run(*steak, "--by", "role", *options, "--out", out) == 0
    assert list(read(out)) == [*CONTRACT, *more, "data"]


def test_groups_stand_side_by_side_or_nest(steak, tmp_path):
    by = ["--by", "role", "--by", "shops", "--letters"]
    out, nested = tmp_path / "side.csv", tmp_path / "nested.csv"
    assert run(*steak, *by, "--side-by-side", "--out", out) == 0
    assert run(*steak, *by, "--out", nested) == 0
    groups = read(out)["group"].drop_duplicates().tolist()
    assert groups == [
        *("(total)", "role=cook", "role=guest", "shops=market", "shops=butcher", "shops=other"),
    ]
    assert read(nested)["group"].drop_duplicates().tolist()[:2] == [
        *("(total)", "role=cook, shops=market"),
    ]
    assert not {"role", "shops"} & set(read(out)["question"])


def test_counts_of_groups_are_those_without_the_options(steak, tmp_path):
    plain, crossed = tmp_path / "plain.csv", tmp_path / "crossed.csv"
    assert run(*steak, "--by", "role", "--out", plain) == 0
    assert run(*steak, "--by", "role", "--percent", "both", "--out", crossed) == 0
    key = ["question", "item", "group"]
    both = read(plain).merge(read(crossed), on=key, suffixes=("", "_crossed"), validate="1:1")
    there = read(plain)["group"] != "critic"  # nobody: no column
    assert len(both) == there.sum()
    for name in ("label", "count", "base", "percent", "ci_low", "mean"):
        assert both[name].tolist() == both[f"{name}_crossed"].tolist()


def test_a_workbook_has_groups_across(steak, tmp_path):
    out = tmp_path / "t.xlsx"
    assert run(*steak, "--by", "role", "--letters", "--min-base", "2", "--out", out) == 0
    page = openpyxl.load_workbook(out)["Page 2"]
    heads = next(row for row in page.values if row[0] == "Question")
    assert heads[:6] == (
        *("Question", "Answer", "Total: count", "Total: %", "Cook [A]: count", "Cook [A]: %"),
    )


def test_two_runs_write_the_same_bytes(steak, tmp_path):
    for name in ("a.csv", "b.csv"):
        assert run(*steak, "--by", "role", "--letters", "--out", tmp_path / name) == 0
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--letters"], "go with --by QUESTION"),
        (["--side-by-side"], "go with --by QUESTION"),
        (["--by", "role", "--letters", "--percent", "row"], "column percentages, or for both"),
        (["--by", "role", "--by", "role", "--side-by-side"], "Columns by role twice"),
        (["--by", "rle", "--letters"], "Did you mean 'role'?"),
        (["--by", "views", "--letters"], "of type matrix"),
        (["--by", "role", "--percent", "rows"], "Did you mean 'row'?"),
        (["--by", "role", "--min-base", "0"], "expected a whole number from 1"),
        (["--by", "shops", "--audience", "public"], "group by single ones"),
    ],
)
def test_what_makes_no_table_is_refused_before_anything_is_written(
    steak, tmp_path, capsys, options, said
):
    assert run(*steak, *options, "--out", tmp_path / "new" / "t.csv") == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_columns_that_nobody_is_in_are_refused(steak, tmp_path, capsys):
    where = ["--where", "eats=no", "--where", "role=guest"]
    out = tmp_path / "t.csv"
    assert run(*steak, *where, "--by", "doneness", "--letters", "--out", out) == 1
    assert "makes no columns" in capsys.readouterr().err
    assert not out.exists()
