"""The table that a public report shows, and the plan as a file."""

import pandas as pd
import pytest
from small_survey import make_questionnaire, make_table

from dmsi_lib.disclosure.plan import PLAN_COLUMNS, Plan, group_name, group_of, suppress_table
from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.tables.names import TableName
from dmsi_lib.where import Where

ONTARIO = (("province", ("ontario",)),)
HEADER = b"group,question,kind,row,item,status,base_status,mean_status\n"


def plan_of(*rows):
    """A plan from rows of item, status, base_status, mean_status of one question of everybody."""
    return Plan(
        pd.DataFrame([("", "eats", "answers", "", *row) for row in rows], columns=PLAN_COLUMNS)
    )


def test_suppress_table_blanks_the_figures_of_hidden_cells_alone():
    table, _ = make_table("eats")
    plan = plan_of(("yes", "", "", ""), ("no", "primary", "", ""))
    public = suppress_table(table, plan.of((), TableName("eats")))
    assert list(public.columns) == [*table.columns, "suppressed"]
    assert list(public["suppressed"]) == ["", "suppressed"]
    assert public["count"].tolist() == [4, pd.NA]
    assert public["base"].tolist() == [6, 6]
    figures = ["count", "percent", "ci_low", "ci_high", "mean_rank", "rank_1_percent"]
    assert public.loc[1, figures].isna().all()
    assert public.loc[0, ["percent", "ci_low", "ci_high"]].notna().all()
    assert "suppressed" not in table.columns


@pytest.mark.parametrize("why", ["primary", "complementary"])
def test_suppress_table_says_of_a_hidden_cell_no_reason(why):
    table, _ = make_table("eats")
    plan = plan_of(("yes", why, "", ""), ("no", "primary", "", ""))
    public = suppress_table(table, plan.of((), TableName("eats")))
    assert list(public["suppressed"]) == ["suppressed", "suppressed"]


def test_suppress_table_blanks_a_hidden_base():
    table, _ = make_table("eats")
    plan = plan_of(*((item, "complementary", "complementary", "") for item in ("yes", "no")))
    public = suppress_table(table, plan.of((), TableName("eats")))
    assert public[["count", "base", "percent"]].isna().all(axis=None)
    assert list(public["suppressed"]) == ["suppressed", "suppressed"]


def test_suppress_table_blanks_means_alone():
    table, _ = make_table("grams")
    plan = Plan(pd.DataFrame([("", "grams", "answers", "", "answered", "", "", "complementary")]))
    plan.cells.columns = PLAN_COLUMNS
    public = suppress_table(table, plan.of((), TableName("grams")))
    assert public["count"].tolist() == [3]
    assert public[["mean", "median"]].isna().all(axis=None)
    assert list(public["suppressed"]) == [""]  # the cell's count is there


def test_suppress_table_refuses_the_plan_of_another_table():
    table, _ = make_table("eats", base="universe")  # has a row "Not stated"
    plan = plan_of(("yes", "", "", ""), ("no", "primary", "", ""))
    with pytest.raises(InputError, match="same export, edit and base"):
        suppress_table(table, plan.of((), TableName("eats")))


def test_plan_comes_back_from_csv():
    plan = plan_of(("yes", "", "", ""), ("1-5", "primary", "complementary", ""))
    again = Plan.from_csv(plan.to_csv())
    assert again.cells.equals(plan.cells.astype(again.cells.dtypes))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a,b\n", "has the columns a, b"),
        (HEADER + b",q,answers,,a,small,,\n", "row 2.*'small'"),
        (HEADER + b",q,answers,,a,,,\nx,,q,answers,,a,,,\n", "row 3: found 9 fields, expected 8"),
        (HEADER + b"x,,q,answers,,a,,,\n", "row 2: found 9 fields, expected 8"),
        (HEADER + b",q,answers,,a,,\n", "row 2: found 7 fields, expected 8"),
        (HEADER + b',"q,a,,,\n', "no CSV file"),
        (b"", "has the columns \\(none\\)"),
        (b"\xff\xfe\xff", "no CSV file"),
    ],
)
def test_plan_from_csv_refuses_what_is_no_plan(data, message):
    with pytest.raises(InputError, match=message):
        Plan.from_csv(data)


def test_plan_of_refuses_an_unknown_group():
    with pytest.raises(InputError, match="lacks province=ontario"):
        plan_of(("yes", "", "", "")).of(ONTARIO)


@pytest.mark.parametrize(
    ("where", "group"),
    [
        (["eats=yes", "role=guest"], (("eats", ("yes",)), ("role", ("guest",)))),
        ("role=guest,cook", (("role", ("cook", "guest")),)),
        ("role!=cook", (("role", ("guest", "critic")),)),
        (["role!=cook", "role=cook,guest"], (("role", ("guest",)),)),
        (["shops=market", "shops=butcher"], (("shops", ("butcher",)), ("shops", ("market",)))),
        (None, ()),
    ],
)
def test_group_of_gives_the_same_respondents_one_name(where, group):
    assert group_of(Where.of(where), make_questionnaire()) == group


@pytest.mark.parametrize("text", ["shops=market,butcher", "shops!=market"])
def test_group_of_takes_one_code_of_a_multiple_choice_question(text):
    with pytest.raises(UsageError, match=f"'{text}': of a multiple-choice question .* alone"):
        group_of(Where.of(text), make_questionnaire())


def test_group_name_sorts_conditions():
    assert group_name((("role", ("cook",)), *ONTARIO)) == "province=ontario, role=cook"
    assert group_name(()) == ""


def test_group_name_tells_apart_codes_that_hold_its_own_signs():
    one, other = (("a", ("x, b=y",)),), (("a", ("x",)), ("b", ("y",)))
    assert group_name(other) == "a=x, b=y"
    assert group_name(one) == 'a="x, b=y"'
    assert group_name((("a", ("x", "y")),)) == "a=x,y" != group_name((("a", ("x,y",)),))
