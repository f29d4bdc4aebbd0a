"""The ledger of published figures: reading it, its contradictions, and reproducing it."""

import csv
import html
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dmsi_lib.errors import InputError
from dmsi_lib.published.ledger import COLUMNS, read_published, round_half_up
from dmsi_lib.published.ledger_checks import check_arithmetic
from dmsi_lib.published.reproduction import our_figures, side_by_side
from dmsi_lib.published.route_bounds import least_off_route
from dmsi_lib.questionnaire.model import read_questionnaire
from dmsi_lib.questionnaire.question import Question
from dmsi_lib.questionnaire.rules import Condition

ROOT = Path(__file__).parents[2]
LEDGER = ROOT / "data" / "published_figures.csv"
REPORT = ROOT.parent / "shared" / "report" / "dmsi-survey-report.txt"
DEFAULTS = {
    "section": "Steak",
    "kind": "table",
    "source_line": 1,
    "question": "eats",
    "item": "",
    "measure": "option",
    "label": "Yes",
    "count": pd.NA,
    "percent": np.nan,
    "base": pd.NA,
    "relation": "=",
    "rank": pd.NA,
    "reading": "",
}


def reproduce(published, table, **sources):
    """Every published figure beside the one that the tables give."""
    return side_by_side(published, our_figures(published, table, **sources))


def ledger(*rows):
    """Published figures from the columns that matter; the rest as in DEFAULTS."""
    rows = [{"figure": n} | DEFAULTS | row for n, row in enumerate(rows, 1)]
    whole = dict.fromkeys(("figure", "source_line", "count", "base", "rank"), "Int64")
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(whole)


def question(name, type="single", options=(), ask_if=(), other=None):
    labels = {code: code.title() for code in options}
    rule = tuple(tuple(Condition(*pair) for pair in each.items()) for each in ask_if)
    return Question(name, name, type, 1, labels, ask_if=rule, other=other)


class Stub:
    """A questionnaire with nothing but its questions."""

    def __init__(self, *questions):
        self.questions = questions

    def __getitem__(self, name):
        return next(question for question in self.questions if question.id == name)


STEAK = Stub(
    question("consent", options=("agree", "decline")),
    question("eats", options=("yes", "no"), ask_if=({"consent": ("agree",)},)),
    question("doneness", options=("rare", "well"), ask_if=({"eats": ("yes",)},)),
    question("why_not", type="open", ask_if=({"eats": ("no",)},)),
)


def findings(*rows, questionnaire=None):
    table = check_arithmetic(ledger(*rows), questionnaire)
    return list(table[["check", "found", "expected"]].itertuples(index=False, name=None))


def answered(count, **more):
    return {"measure": "answered", "kind": "total", "label": "TOTAL", "count": count} | more


# ---- reading


def write(path, *rows, header=COLUMNS):
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows([header, *rows])
    return path


def line(**changes):
    """The cells of one sound row, in the file's order."""
    cells = DEFAULTS | {"figure": 1, "item": "yes", "count": 3, "percent": "60.00", "base": 5}
    return [("" if pd.isna(cell) else cell) for cell in ((cells | changes)[c] for c in COLUMNS)]


def test_read_published_types(tmp_path):
    frame = read_published(write(tmp_path / "figures.csv", line(), line(figure=2, kind="prose")))
    assert list(frame.columns) == list(COLUMNS)
    assert frame["count"].tolist() == [3, 3]
    assert frame["rank"].isna().all()
    whole = ["figure", "source_line", "count", "base", "rank"]
    assert [str(dtype) for dtype in frame.dtypes[whole]] == ["Int64"] * 5
    assert frame["percent"].tolist() == [60.0, 60.0]


@pytest.mark.parametrize(
    ("changes", "found", "expected"),
    [
        ({"count": "3.5"}, "'3.5'", "a whole number"),
        ({"source_line": ""}, "''", "a whole number"),
        ({"percent": "60.001"}, "'60.001'", "0 to 100 with two decimals"),
        ({"percent": "101"}, "'101'", "0 to 100"),
        ({"kind": "chart"}, "'chart'", "one of table, total"),
        ({"measure": "mean"}, "'mean'", "one of option, answered"),
        ({"relation": "<="}, "'<='", "one of = > < ~"),
        ({"label": " "}, "' '", "a text"),
        ({"figure": 7}, "found 7", "expected 1"),
        ({"base": ""}, "column 'base': found nothing", "a number (kind table)"),
        ({"kind": "total", "count": ""}, "column 'count': found nothing", "a number (kind total)"),
        ({"kind": "prose", "count": "", "percent": ""}, "no figure", "a count, percent or rank"),
    ],
)
def test_read_published_refuses(tmp_path, changes, found, expected):
    path = write(tmp_path / "figures.csv", line(**changes))
    with pytest.raises(InputError) as error:
        read_published(path)
    for part in (str(path), "row 2", found, expected):
        assert part in str(error.value)


def test_read_published_refuses_other_columns(tmp_path):
    path = write(tmp_path / "figures.csv", line(), header=COLUMNS[::-1])
    with pytest.raises(InputError, match="row 1: found columns"):
        read_published(path)


def test_read_published_refuses_short_row(tmp_path):
    path = write(tmp_path / "figures.csv", line()[:-1])
    with pytest.raises(InputError, match="row 2: found 13 fields, expected 14"):
        read_published(path)


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe", ",".join(COLUMNS).encode()])
def test_read_published_refuses_no_ledger(tmp_path, content):
    path = tmp_path / "figures.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"figures\.csv"):
        read_published(path)


# ---- checks


def test_check_arithmetic_percent_within_half_of_last_digit():
    row = {"count": 10, "base": 64}  # 15.625 %
    assert findings(row | {"percent": 15.63}) == []
    assert findings(row | {"percent": 15.62}) == []
    assert findings(row | {"percent": 15.64}) == [("percent", "15.64", "15.63")]
    third = {"count": 1, "base": 3}  # 33.333 %: 0.0067 from one neighbour, 0.0133 from the other
    assert findings(third | {"percent": 33.33}) == []
    assert findings(third | {"percent": 33.34}) == [("percent", "33.34", "33.33")]
    assert findings(third | {"percent": 33.32}) == [("percent", "33.32", "33.33")]


def test_check_arithmetic_base_against_total():
    yes = {"item": "yes", "count": 3, "percent": 60.0, "base": 5}
    assert findings(yes, answered(5)) == []
    assert findings(yes, answered(6)) == [("base", "5", "6")]
    assert findings(yes, answered(6, section="Pork")) == []


def test_check_arithmetic_single_choice_adds_up():
    yes, no = {"item": "yes", "count": 3}, {"item": "no", "count": 2}
    assert findings(yes, no, answered(5), questionnaire=STEAK) == []
    assert findings(yes, no, answered(6), questionnaire=STEAK) == [("sum", "5", "6")]
    assert findings(yes, no, answered(6)) == []  # the type is not known


def test_check_arithmetic_multiple_choice_need_not_add_up():
    sauces = Stub(question("eats", type="multiple", options=("yes", "no")))
    rows = [{"item": "yes", "count": 3}, {"item": "no", "count": 3}, answered(5)]
    assert findings(*rows, questionnaire=sauces) == []


def test_check_arithmetic_role_adds_up_to_identified():
    yes, no = ({"kind": "prose", "item": i, "count": n} for i, n in (("yes", 3), ("no", 2)))
    identified = answered(6, kind="prose")
    assert findings(yes, no, identified, questionnaire=STEAK) == [("sum", "5", "6")]
    assert findings(yes, identified, questionnaire=STEAK) == []  # not all the options


def test_check_arithmetic_follow_up_above_its_gate():
    rows = [{"item": "yes", "count": 3}, {"item": "no", "count": 2}]
    for name, limit in (("doneness", 3), ("why_not", 2)):
        at_limit = answered(limit, question=name, section="More")
        assert findings(*rows, at_limit, questionnaire=STEAK) == []
        above = answered(4, question=name, section="More")
        assert findings(*rows, above, questionnaire=STEAK) == [("gate", "4", f"at most {limit}")]


def test_check_arithmetic_follow_up_against_both_counts_of_its_gate():
    rows = [
        {"item": "no", "count": 3},
        {"item": "no", "count": 2, "kind": "prose"},
        answered(4, question="why_not"),
    ]
    assert findings(*rows, questionnaire=STEAK) == [
        ("repeat", "2", "3"),
        ("gate", "4", "at most 3"),  # one contradiction, though there are two limits
    ]
    message = check_arithmetic(ledger(*rows), STEAK)["message"].iloc[-1]
    assert message.endswith("(eats = no); by another printed count of the gate only 2.")


def test_check_arithmetic_follow_up_between_the_counts_of_its_gate():
    rows = [
        {"item": "no", "count": 4},
        {"item": "no", "count": 2, "kind": "prose"},
        answered(4, question="why_not"),
    ]
    assert findings(*rows, questionnaire=STEAK)[1:] == [("gate", "4", "at most 2")]


def test_check_arithmetic_counts_a_table_on_another_base_once():
    yes, no = ({"item": i, "count": 3, "percent": 60.0, "base": 5} for i in ("yes", "no"))
    assert findings(yes, no, answered(6)) == [("base", "5", "6")]


LATER = Stub(
    *(replace(each, page=page) for each, page in zip(STEAK.questions, (1, 2, 2, 2), strict=True))
)


@pytest.mark.parametrize(
    ("doneness", "why_not", "lost", "expected"),
    [
        (6, 5, None, [("union", "11", "at most 9")]),
        (6, 5, 2, [("union", "11", "at most 7")]),
        (4, 5, None, []),
        (5, 5, 1, [("union", "10", "at most 8")]),
    ],
)
def test_check_arithmetic_exclusive_follow_ups_by_too_few(doneness, why_not, lost, expected):
    rows = [
        answered(9, question="consent", kind="prose"),
        answered(doneness, question="doneness"),
        answered(why_not, question="why_not"),
    ]
    if lost:
        rows.append({"question": "consent", "kind": "prose", "measure": "lost", "count": lost})
    found = check_arithmetic(ledger(*rows), LATER)
    found = found[found["check"] == "union"]
    assert [*found[["check", "found", "expected"]].itertuples(index=False, name=None)] == expected


def test_check_arithmetic_follow_ups_that_may_both_be_asked():
    both = replace(LATER["why_not"], ask_if=((Condition("eats", ("yes", "no")),),))
    kitchen = Stub(*LATER.questions[:3], both)
    rows = [answered(9, question=name) for name in ("consent", "doneness", "why_not")]
    assert findings(*rows, questionnaire=kitchen) == []


def test_least_off_route_adds_up_what_each_gate_proves():
    rows = ledger(
        {"item": "yes", "count": 3},
        {"item": "no", "count": 2},
        {"item": "no", "count": 4, "kind": "prose"},
        answered(5, question="doneness"),
        answered(5, question="why_not"),
    )
    assert least_off_route(rows, STEAK).to_numpy().tolist() == [
        ["doneness", 5, 3, 2],
        ["why_not", 5, 4, 1],  # by the largest count of the gate: no less is proved
    ]
    assert least_off_route(rows.iloc[3:], STEAK).empty  # the gate's counts are not printed


def test_check_arithmetic_gate_rules_any_of_all_of():
    rules = ({"eats": ("yes",), "cooks": ("often", "never")}, {"eats": ("no",)})
    kitchen = Stub(
        question("eats", options=("yes", "no")),
        question("cooks", options=("often", "never")),
        question("tools", type="multiple", options=("grill",), ask_if=rules),
    )
    rows = [{"item": "yes", "count": 9}, {"item": "no", "count": 2}]
    cooks = [{"question": "cooks", "item": i, "count": n} for i, n in (("often", 3), ("never", 4))]
    tools = answered(10, question="tools")
    # min(9, 3 + 4) + 2
    assert findings(*rows, *cooks, tools, questionnaire=kitchen) == [("gate", "10", "at most 9")]
    assert findings(*rows, *cooks[:1], tools, questionnaire=kitchen) == []


def test_check_arithmetic_multiple_gate_sets_no_limit():
    grill = Stub(
        question("eats", type="multiple", options=("yes", "no")),
        question("why_not", type="open", ask_if=({"eats": ("no",)},)),
    )
    rows = [{"item": "no", "count": 2}, answered(4, question="why_not")]
    assert findings(*rows, questionnaire=grill) == []


def test_check_arithmetic_prose_against_table():
    table = {"item": "yes", "count": 3, "percent": 60.0, "source_line": 2}
    prose = table | {"kind": "prose", "source_line": 1}
    assert findings(table, prose) == []
    found = check_arithmetic(ledger(prose | {"count": 4}, table)).iloc[0]
    assert (found["check"], found["found"], found["expected"]) == ("repeat", "4", "3")
    assert (found["question"], found["source_line"]) == ("eats", 1)
    assert "the table in line 2 prints 3" in found["message"]
    assert findings(table, prose | {"percent": 61.0}) == [("repeat", "61", "60")]


def test_check_arithmetic_same_share_twice():
    row = {"item": "yes", "percent": 60.0}
    assert findings(row, row | {"percent": 61.0}) == [("twice", "61", "60")]
    assert findings(row, row | {"percent": 61.0, "item": "no"}) == []
    names = {"item": "other", "measure": "other_text"}
    assert findings(names | {"label": "a", "count": 1}, names | {"label": "b", "count": 2}) == []
    ranks = {"item": "yes", "measure": "rank", "kind": "ranking"}
    assert findings(ranks | {"rank": 1}, ranks | {"rank": 2}) == [("twice", "2", "1")]


KINDS_OF_WORDS = {"kind": "statement"}, {"kind": "prose"}  # read into the words, or printed


@pytest.mark.parametrize(
    ("relation", "stated", "contradicts"),
    [("<", 50, True), (">", 50, False), ("<", 90, False), ("~", 84, False), ("~", 85, True)],
)
def test_check_arithmetic_words_against_figure(relation, stated, contradicts):
    printed = {"kind": "prose", "item": "yes", "percent": 83.33}
    words = {"kind": "statement", "label": "the comments", "reading": "our reading"}
    words |= {"item": "yes", "percent": stated, "relation": relation}
    expected = [("statement", "83.33", f"{relation} {stated}")] if contradicts else []
    assert findings(printed, words) == expected
    basis = [check_arithmetic(ledger(printed, words | k))["basis"].tolist() for k in KINDS_OF_WORDS]
    assert basis == ([["reading"], ["arithmetic"]] if contradicts else [[], []])
    assert findings(words) == []


def test_check_arithmetic_flow():
    start = answered(9, question="consent", kind="prose")
    lost = {"question": "consent", "kind": "prose", "measure": "lost", "count": 4}
    assert findings(start, lost, answered(5), questionnaire=STEAK) == []
    assert findings(start, lost, answered(6), questionnaire=STEAK) == [("flow", "6", "5")]
    assert findings(start, lost, questionnaire=STEAK) == []


def test_check_arithmetic_leaves_its_input_alone():
    rows = ledger({"item": "yes", "count": 3, "percent": 61.0, "base": 5}, answered(6))
    before = rows.copy(deep=True)
    check_arithmetic(rows, STEAK)
    pd.testing.assert_frame_equal(rows, before)


# ---- reproducing


def tidy(question_id, counts, base):
    rows = [
        {"question": question_id, "item": item, "count": n, "base": base, "percent": 100 * n / base}
        for item, n in counts.items()
    ]
    return pd.DataFrame(rows).assign(group="", base_name="answered")


TABLES = {
    "eats": tidy("eats", {"yes": 10, "no": 54}, 64),
    "size": tidy("size", {"1-5": 1, "51+": 3}, 4),
    "why_not": tidy("why_not", {"answered": 7}, 7),
    "ways": tidy("ways", {"grill": 2, "pan": 2, "oven": 2}, 2).assign(mean_rank=[2.5, 1.5, 2.0]),
}
THEMES = {"why_not": tidy("why_not", {"cost": 2, "taste": 4, "na": 1}, 7)}
TEXTS = {"eats": pd.Series(["Duo", "google duo, imo", "Timor", pd.NA], dtype="str")}


def got(row, **sources):
    return reproduce(ledger(row), TABLES.__getitem__, **sources).iloc[0]


def test_reproduce_option():
    result = got({"item": "yes", "count": 10, "percent": 15.63, "base": 64})
    assert (result["count"], result["percent"], result["base"]) == (10, 15.625, 64)
    assert result["match"]
    assert result["remark"] == ""


@pytest.mark.parametrize(
    ("changes", "remark"),
    [
        ({"count": 11}, "count: ours 10, published 11"),
        ({"percent": 15.62}, "percent: ours 15.63, published 15.62"),
        ({"base": 63}, "base: ours 64, published 63"),
        ({"item": "maybe"}, "count: ours nothing, published 10"),
        ({"percent": 15, "relation": "<"}, "percent: ours 15.63, published < 15"),
    ],
)
def test_reproduce_says_what_differs(changes, remark):
    result = got({"item": "yes", "count": 10, "percent": 15.63, "base": 64} | changes)
    assert not result["match"]
    assert remark in result["remark"]


@pytest.mark.parametrize(
    ("relation", "stated", "match"),
    [
        (">", 15, True),
        (">", 15.625, False),
        ("<", 16, True),
        ("<", 15, False),
        ("~", 16, True),
        ("~", 16.7, False),
        ("~", 15.5, False),
    ],
)
def test_reproduce_relation(relation, stated, match):
    row = {"item": "yes", "percent": stated, "relation": relation, "kind": "prose"}
    assert got(row)["match"] == match


def test_reproduce_relation_in_words():
    rows = ledger({"item": "yes", "count": 10}, {"item": "yes", "percent": 50, "relation": "<"})
    assert reproduce(rows, TABLES.__getitem__)["relation"].tolist() == ["equal", "below"]


def test_reproduce_by_sign_says_by_which_figure_and_how_uncertain():
    asked = {"concept": "c", "same_question": True}
    twins = Stub(*(replace(question(n, options=("yes",)), **asked) for n in ("a", "b")))
    tables = {"a": tidy("a", {"yes": 38}, 92), "b": tidy("b", {"yes": 26}, 75)}
    printed = {"question": "b", "item": "yes", "count": 26, "percent": 34.67, "base": 75}
    own = {"question": "a", "item": "yes", "count": 38}
    more = {"question": "a", "item": "yes", "relation": ">", "kind": "statement"}
    more |= {"reading": "our reading: more"}
    half = more | {"relation": "<", "percent": 50}
    none = more | {"percent": 0}
    rows = ledger(printed, own, more | {"percent": 34.67}, half, none)
    result = side_by_side(rows, our_figures(rows, tables.__getitem__), questionnaire=twins)
    # Pearson's chi-square: 167 * (38 * 49 - 54 * 26)**2 / (92 * 75 * 64 * 103) = 0.770, 1 df
    start = "our reading: more; by its sign alone: ours 38 of 92 (41.30 %) against "
    assert result["remark"].tolist() == [
        *("", ""),
        start + "26 of 75 (34.67 %, b), p = 0.38 (chi-square)",
        start + "50 %, p = 0.12 (exact binomial test)",
        start + "0 %",
    ]
    # what the words are held against was never printed
    assert result["published_percent"].fillna(-1).tolist() == [34.67, -1, -1, -1, -1]


def test_reproduce_by_sign_says_where_the_report_prints_no_count():
    rows = ledger({"item": "yes", "percent": 10, "relation": ">", "kind": "prose"})
    assert reproduce(rows, TABLES.__getitem__)["remark"].tolist() == [
        "by its sign alone: ours 10 of 64 (15.63 %), a share that the report does not print, "
        "against 10 %, p = 0.14 (exact binomial test)"
    ]
    assert reproduce(rows, TABLES.__getitem__)["published_percent"].tolist() == [10]


def test_reproduce_by_sign_makes_no_test_of_two_different_questions():
    twins = Stub(*(replace(question(n, options=("yes",)), concept="c") for n in ("a", "b")))
    tables = {"a": tidy("a", {"yes": 38}, 92), "b": tidy("b", {"yes": 26}, 75)}
    printed = {"question": "b", "item": "yes", "count": 26, "percent": 34.67, "base": 75}
    more = {"question": "a", "item": "yes", "relation": ">", "kind": "statement", "percent": 34.67}
    rows = ledger(printed, more)
    result = side_by_side(rows, our_figures(rows, tables.__getitem__), questionnaire=twins)
    assert result["remark"].tolist()[1] == (
        "by its sign alone: ours 38 of 92 (41.30 %), a share that the report does not print, "
        "against 26 of 75 (34.67 %, b); the two were asked different questions"
    )


def test_reproduce_code_with_plus():
    assert got({"question": "size", "item": "51+", "count": 3, "percent": 75.0, "base": 4})["match"]


def test_reproduce_answered():
    assert got(answered(64))["match"]
    assert got(answered(7, question="why_not"))["match"]
    assert got(answered(60), answered=lambda name: 60)["match"]


def test_reproduce_lost():
    row = {"measure": "lost", "kind": "prose", "count": 4}
    assert got(row, lost=lambda name: 4)["match"]
    assert not got(row, lost=lambda name: 5)["match"]
    assert got(row)["remark"] == "count: ours nothing, published 4"


def test_reproduce_rank():
    rows = [
        {"question": "ways", "kind": "ranking", "measure": "rank", "item": item, "rank": rank}
        for item, rank in (("pan", 1), ("oven", 2), ("grill", 2))
    ]
    result = reproduce(ledger(*rows), TABLES.__getitem__)
    assert result["published_rank"].tolist() == [1, 2, 2]
    assert result["rank"].tolist() == [1, 2, 3]
    assert result["match"].tolist() == [True, True, False]
    assert result[["count", "percent", "base"]].isna().all(axis=None)


def test_reproduce_themes():
    rows = [
        {"measure": "theme", "item": "na", "count": 1, "percent": 14.29, "base": 7},
        {"measure": "themes", "item": "cost+taste", "percent": 50, "relation": ">"},
        {"measure": "theme", "item": "taste", "rank": 1},
        {"measure": "themes", "item": "cost+price", "percent": 1, "relation": ">"},
    ]
    rows = ledger(*(row | {"question": "why_not", "kind": "prose"} for row in rows))
    result = reproduce(rows, TABLES.__getitem__, themes=THEMES.__getitem__)
    assert result["match"].tolist() == [True, True, True, False]
    assert result["count"].iloc[1] == 6
    assert result["percent"].iloc[1] == pytest.approx(600 / 7)
    assert not reproduce(rows, TABLES.__getitem__)["match"].any()


def test_reproduce_other_text():
    row = {"measure": "other_text", "kind": "prose", "item": "other"}
    for label, count in (("Duo", 2), ("imo", 1), ("Apptoto", 0)):
        named = row | {"label": label, "count": count}
        assert got(named, other_texts=TEXTS.__getitem__)["match"]


def test_reproduce_report_error_never_matches():
    row = {"item": "yes", "count": 10, "reading": "report's error: the table prints 11"}
    result = got(row)
    assert not result["match"]
    assert result["remark"] == "report's error: the table prints 11"


def test_reproduce_statement_against_figures():
    rows = [
        {"kind": "prose", "item": "yes", "percent": 15.63, "label": "yes"},
        {"kind": "statement", "item": "yes", "percent": 50, "relation": ">", "reading": "most",
         "label": "the comments"},
    ]  # fmt: skip
    result = reproduce(ledger(*rows), TABLES.__getitem__)
    assert result["match"].tolist() == [True, False]
    assert "(line 1); the comments can be read otherwise; most." in result["remark"].iloc[1]


def test_reproduce_columns_and_order():
    result = reproduce(ledger(answered(64), {"item": "no", "count": 54}), TABLES.__getitem__)
    assert list(result.columns) == [
        *("section", "question", "label", "published_count", "published_percent"),
        *("published_base", "count", "percent", "base", "match", "kind", "relation"),
        *("remark", "source_line", "published_rank", "rank"),
    ]
    assert result["label"].tolist() == ["TOTAL", "Yes"]
    assert result["match"].dtype == bool


def test_reproduce_asks_each_table_once():
    asked = []

    def table(name):
        asked.append(name)
        return TABLES[name]

    reproduce(ledger({"item": "yes", "count": 10}, {"item": "no", "count": 54}), table)
    assert asked == ["eats"]


def test_round_half_up():
    assert round_half_up(pd.Series([15.625, 0.285, 66.0, 2 / 3])).tolist() == [
        15.63, 0.29, 66.0, 0.67,
    ]  # fmt: skip


# ---- the published report


@pytest.fixture(scope="module")
def published():
    return read_published(LEDGER)


@pytest.fixture(scope="module")
def questionnaire():
    return read_questionnaire(ROOT / "data" / "questionnaire.yaml")


@pytest.fixture(scope="module")
def report():
    if not REPORT.exists():
        pytest.skip(f"needs the published report, {REPORT.name}, which is not in the repository")
    return REPORT.read_text(encoding="utf-8").splitlines()


def printed_rows(lines):
    """Line number, label, percent and count of each table row; label "" if on the next line."""
    for number, text in enumerate(lines, 1):
        plain = " ".join(html.unescape(re.sub("<[^>]*>", "", text)).replace("▼", " ").split())
        cells = re.fullmatch(r"(.*?) ?(?:Responses )?([0-9]+\.[0-9]{2})% ([0-9]+)", plain)
        if cells and "\t" in text:
            yield number, cells[1].removesuffix("Responses"), cells[2], int(cells[3])


def test_published_counts_of_rows(published):
    kinds = published["kind"].value_counts()
    assert kinds["table"] == 231
    assert kinds["total"] == 35
    tables = published[published["kind"] == "table"].groupby(["section", "question"])
    assert len(tables) == 36
    assert kinds["ranking"] == 2 * 4 + 2 * 6


def test_published_file_ends_lines_plainly_and_follows_the_report(published):
    assert b"\r" not in LEDGER.read_bytes()
    assert published["source_line"].is_monotonic_increasing


def test_published_rows_as_printed(report):
    with LEDGER.open(encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row["kind"] == "table"]
    ours = [(int(r["source_line"]), r["label"], r["percent"], int(r["count"])) for r in rows]
    printed = [
        (number, label or report[number].replace("▼", "").strip(), percent, count)
        for number, label, percent, count in printed_rows(report)
    ]
    assert len(printed) == 231
    assert ours == printed


def test_published_totals_as_printed(report, published):
    printed = [
        (number, cells[1], int(cells[2]))
        for number, text in enumerate(report, 1)
        if (cells := re.match(r"<b>(TOTAL|Total Respondents)\W.*?([0-9]+)", text))
    ]
    totals = published[published["kind"] == "total"]
    ours = zip(totals["source_line"], totals["label"], totals["count"], strict=True)
    assert list(ours) == printed


def test_published_rankings_as_printed(report, published):
    for row in published[published["kind"] == "ranking"].itertuples():
        assert report[row.source_line - 1] == f"{row.rank}. {row.label}"


def test_published_prose_figures_stand_in_their_line(report, published):
    prose = published[published["kind"] == "prose"]
    for row in prose.itertuples():
        text = report[row.source_line - 1]
        if pd.notna(row.count):
            assert re.search(rf"\b{row.count}\b", text), row
        if pd.notna(row.percent):
            assert re.search(rf"\b{row.percent:{'.2f' if row.relation == '=' else 'g'}}%", text), (
                row
            )


def test_published_sections_are_headings(report, published):
    headings = "\n".join(report[:75])
    assert [s for s in published["section"].unique() if s not in headings] == []


def test_published_holds_no_sentence_of_the_report(report, published):
    sentences = {text for line in report for text in re.split(r"(?<=[.!?])\s", line) if "." in text}
    own = published[published["kind"].isin(["prose", "statement"])]
    assert not (set(own["label"]) | set(published["reading"])) & sentences


def test_published_codes_are_the_questionnaire_s(published, questionnaire):
    options = published[published["measure"].isin(["option", "rank"])]
    for row in options.itertuples():
        question = questionnaire[row.question]
        assert row.item in question.choices
        if row.kind in ("table", "ranking"):
            assert row.label == question.choices[row.item]
    assert set(published["question"]) <= set(questionnaire.by_id)


def test_published_tables_are_complete(published, questionnaire):
    rows = published[published["kind"].eq("table") & published["measure"].eq("option")]
    for (_, name), table in rows.groupby(["section", "question"]):
        assert sorted(table["item"]) == sorted(questionnaire[name].choices)


def test_published_findings(published, questionnaire):
    found = check_arithmetic(published, questionnaire)
    assert list(found[["check", "question", "found", "expected"]].itertuples(index=False)) == [
        ("gate", "when_ask_preference", "275", "at most 239"),
        ("gate", "why_not_ask_preference", "113", "at most 76"),
        ("union", "why_not_ask_preference", "388", "at most 332"),
        ("gate", "how_evaluate", "223", "at most 207"),
        ("repeat", "evaluate_communication", "117", "119"),
        ("gate", "why_not_evaluate", "125", "at most 119"),
        ("union", "why_not_evaluate", "348", "at most 332"),
        ("statement", "impact_management", "80.26", "< 50"),
    ]
    assert found["basis"].tolist() == ["arithmetic"] * 7 + ["reading"]
    messages = found["message"].tolist()
    assert "at least 56 answered both" in messages[2]
    assert "at least 16 answered both" in messages[6]
    assert "(443 answered the first question, 111 of them nothing after it)" in messages[2]
    assert (
        "the comments beside it (not thought of, too recent or informal) can be read"
        in (messages[7])
    )


def test_published_figures_alone_prove_some_answers_off_route(published, questionnaire):
    least = least_off_route(published, questionnaire)
    assert least.set_index("question")["at_least"].to_dict() == {
        "when_ask_preference": 36,
        "why_not_ask_preference": 37,
        "how_evaluate": 16,
        "why_not_evaluate": 6,
    }


def test_published_findings_without_questionnaire(published):
    assert check_arithmetic(published)["found"].tolist() == ["117", "80.26"]


def test_published_figures_reproduce_themselves(published):
    """Tables made of the printed counts give every table row back."""
    rows = published[published["kind"].eq("table")]
    tables = {
        name: tidy(
            name, dict(zip(table["item"], table["count"], strict=True)), table["base"].iloc[0]
        )
        for name, table in rows.groupby("question")
    }
    result = reproduce(rows, tables.__getitem__, themes=tables.__getitem__)
    assert result["match"].all()
    assert len(result) == 231
