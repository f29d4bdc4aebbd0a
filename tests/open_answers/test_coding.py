"""Coding open answers: suggestions, the sheet, and reading it back without losing anything."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_survey import make_questionnaire

from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.open_answers.coding import (
    SHEET_COLUMNS,
    check_coder,
    codebook_sheet,
    coded_answers,
    coding_sheet,
    merge_tags,
    suggest_themes,
)
from dmsi_lib.open_answers.tags import TAG_COLUMNS
from dmsi_lib.questionnaire.codebook import Theme
from dmsi_lib.tables.themes import settled_tags, theme_table

THEMES = (
    Theme("body", "For the body", "Hunger, health.", ("hunger", "health", "can't")),
    Theme("taste", "For the taste", "", ("tast", "no salt")),
    Theme("na", "Not applicable", "", ("na", "n/a", "n.a.", "?")),
)
ANSWERS = pd.Series(
    {"r1": "Hunger!", "r2": "the taste,\nmy health", "r3": "n/a", "r4": "=1+1", "r5": "bananas"}
)


def tags(*rows):
    return pd.DataFrame(rows, columns=TAG_COLUMNS, dtype=str)


# ---- suggestions


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("HUNGER", ["body"]),
        ("tasty and unhealthy", ["body", "taste"]),  # longer keywords also inside a word
        ("bananas", []),  # short ones only as whole words
        ("(na)", ["na"]),
        ("N/A.", ["na"]),
        ("n.a.", ["na"]),
        ("plan.a.", []),
        ("?", ["na"]),
        ("why?", []),
        ("no\r\n  salt", ["taste"]),
        ("I can’t", ["body"]),
        ("", []),
    ],
)
def test_suggest_themes(text, codes):
    assert suggest_themes(text, THEMES) == codes


def test_suggest_themes_without_keywords():
    assert suggest_themes("anything", (Theme("a", "A"), Theme("b", "B", "", ("",)))) == []


# ---- the sheet


def test_coding_sheet_holds_what_the_coder_has_not_coded():
    known = tags(("r1", "body", "ann"), ("r2", "taste", "bob"))
    sheet = coding_sheet(ANSWERS, THEMES, known, "ann")
    assert list(sheet.columns) == SHEET_COLUMNS
    assert sheet.to_numpy().tolist() == [
        ["r2", "the taste,\nmy health", "body; taste", ""],
        ["r3", "n/a", "na", ""],
        ["r4", "=1+1", "", ""],
        ["r5", "bananas", "", ""],
    ]


def test_coding_sheet_may_be_empty():
    known = tags(*((name, "na", "ann") for name in ANSWERS.index))
    sheet = coding_sheet(ANSWERS, THEMES, known, "ann")
    assert sheet.empty and list(sheet.columns) == SHEET_COLUMNS


def test_codebook_sheet_lists_the_themes():
    assert codebook_sheet(THEMES[:2]).to_numpy().tolist() == [
        ["body", "For the body", "Hunger, health.", "hunger, health, can't"],
        ["taste", "For the taste", "", "tast, no salt"],
    ]


@pytest.mark.parametrize("name", ["", " ", "=ann", "@ann", "ann;bob", "ann,bob"])
def test_check_coder_refuses(name):
    with pytest.raises(UsageError, match="no coder's name"):
        check_coder(name, tags())


def test_check_coder_holds_to_one_way_of_writing_a_name():
    known = tags(("r1", "body", "Ann"))
    assert check_coder("  Ann ", known) == "Ann"
    assert check_coder("Zoë  O'Neil-Ng", known) == "Zoë O'Neil-Ng"
    with pytest.raises(UsageError, match="a coder 'Ann' already"):
        check_coder("ann", known)


# ---- reading back


def read(*rows, header=SHEET_COLUMNS, answers=ANSWERS):
    numbers = list(range(1, len(rows) + 2))
    return coded_answers([header, *rows], numbers, answers, THEMES, "sheet.csv")


def test_coded_answers_reads_themes_and_nothing_else():
    found = read(
        ["r1", "Hunger!", "body", ""],  # suggested, not decided
        ["r3", "n/a", "", " na ;; na;"],
        ["r2", "the taste,\r\nmy health ", "made up", "taste; body"],
    )
    assert found == {"r3": ["na"], "r2": ["taste", "body"]}


def test_coded_answers_takes_moved_and_added_columns():
    found = read(
        ["taste", "a note", "n/a", "r3"],
        header=["Themes", "mine", "answer", " respondent"],
    )
    assert found == {"r3": ["taste"]}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (["r9", "n/a", "", "na"], "row 3: there is no answer of a respondent 'r9'"),
        (["", "n/a", "", "na"], "row 3: there is no answer of a respondent ''"),
        (["r2", "the taste, my wealth", "", ""], "row 3: the answer is not what respondent 'r2'"),
        (["r2", "n/a", "", "na"], "row 3: the answer is not what respondent 'r2' wrote"),
        (["r3", "n/a", "", "na; tste"], "row 3: There is no theme 'tste'. Did you mean 'taste'?"),
        (["r3", "n/a", "", "na, taste"], "row 3: There is no theme 'na, taste'."),
        (["r1", "Hunger!", "", "body"], "row 3: respondent 'r1' stands in row 2 already"),
    ],
)
def test_coded_answers_refuses_a_row(row, message):
    with pytest.raises(InputError) as error:
        read(["r1", "Hunger!", "", "body"], row)
    assert str(error.value).startswith("sheet.csv: nothing was read.")
    assert message in str(error.value)
    assert "the taste" not in str(error.value)  # no message repeats an answer


def test_coded_answers_names_every_fault():
    with pytest.raises(InputError) as error:
        read(["r9", "x", "", "na"], ["r1", "no", "", "nna"])
    rows = [line.strip("- ").partition(":")[0] for line in str(error.value).splitlines()[1:]]
    assert rows == ["row 2", "row 3", "row 3"]


@pytest.mark.parametrize("header", [["respondent", "answer", "x", "y"], ["themes"] * 4])
def test_coded_answers_refuses_other_columns(header):
    with pytest.raises(InputError, match=r"sheet\.csv, row 1: expected one column '"):
        read(["r1", "Hunger!", "", ""], header=header)


# ---- merging


def test_merge_tags_replaces_only_what_the_coder_coded_anew():
    known = tags(
        *(("r1", "body", "ann"), ("r1", "taste", "ann"), ("r1", "na", "bob")),
        *(("r2", "na", "ann"), ("gone", "na", "ann")),
    )
    merged = merge_tags(known, {"r1": ["taste", "na"], "r3": ["body"]}, "ann")
    assert merged.to_numpy().tolist() == [
        *(["r1", "taste", "ann"], ["r1", "na", "bob"], ["r2", "na", "ann"], ["gone", "na", "ann"]),
        *(["r1", "na", "ann"], ["r3", "body", "ann"]),
    ]
    assert len(known) == 5  # the input stays as it was


_ROWS = st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz"), st.sampled_from(["ann", "bob"]))
_CODED = st.dictionaries(
    st.sampled_from("abcd"), st.lists(st.sampled_from("xyz"), min_size=1, unique=True)
)


@given(st.lists(_ROWS, unique=True), _CODED)
def test_merge_tags_loses_nothing_and_settles_at_once(rows, coded):
    merged = merge_tags(tags(*rows), coded, "ann")
    found = list(merged.itertuples(index=False, name=None))
    wanted = {(name, code, "ann") for name, codes in coded.items() for code in codes}
    untouched = [row for row in rows if row[2] == "bob" or row[0] not in coded]
    assert [row for row in found if row in untouched] == untouched
    assert set(found) == wanted | set(untouched) and len(found) == len(set(found))
    pd.testing.assert_frame_equal(merge_tags(merged, coded, "ann"), merged)


# ---- which tags count


def test_settled_tags_keeps_every_coders_tags():
    known = tags(("r1", "body", "ann"), ("r1", "taste", "bob"), ("r2", "na", "bob"))
    pd.testing.assert_frame_equal(settled_tags(known), known)


def test_settled_tags_lets_the_final_coder_decide():
    known = tags(
        *(("r1", "body", "ann"), ("r1", "taste", "bob"), ("r1", "taste", "final")),
        *(("r2", "na", "bob"), ("r3", "na", "Final")),
    )
    assert settled_tags(known).to_numpy().tolist() == [
        *(["r1", "taste", "final"], ["r2", "na", "bob"], ["r3", "na", "Final"]),
    ]
    assert settled_tags(tags()).empty


@given(st.lists(st.tuples(*(st.sampled_from(s) for s in ("abc", "xy", ["ann", "final"])))))
def test_settled_tags_leaves_no_answer_without_tags(rows):
    settled = settled_tags(tags(*rows))
    assert set(settled["respondent"]) == {row[0] for row in rows}


def test_theme_table_counts_settled_tags():
    known = tags(
        *(("r1", "body", "ann"), ("r1", "taste", "bob"), ("r1", "taste", "final")),
        *(("r2", "body", "ann"), ("r2", "taste", "bob")),
    )
    table = theme_table(make_questionnaire()["why"], THEMES, settled_tags(known))
    assert table["count"].tolist() == [1, 2, 0]
    assert table["base"].tolist() == [2, 2, 2]
