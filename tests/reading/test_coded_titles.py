"""Columns whose titles say a question and a number: which option each is, its cells tell."""
# ruff: noqa: E501 (a row of a table stays on its line)

from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from sample_exports import counts, questionnaire, read_rows_as, refused_export

from dmsi_lib.reading.export import read_export
from dmsi_lib.reading.header.header_rows import read_header
from dmsi_lib.reading.rows.rows import Rows

FAMILY = """
id_column: id
blank: ["NA"]
questions:
  - {id: who, page: 1, type: multiple, text: Whom do you live with?, aliases: [q4], options: {f: Father, m: {label: Mother, aliases: [Mum]}, s: Sister}}
"""
WITH_OTHER = FAMILY.replace("s: Sister}", "s: Sister}, other: Somebody else")
NO = "Not selected"


def told(rows, text=FAMILY):
    return read_header(Rows.of(rows), questionnaire(text), Path("export.csv"))


@pytest.mark.parametrize(
    "titles",
    [
        ["q4_0001", "q4_0002", "q4_0003"],
        ["q4.1", "q4.2", "q4.3"],
        ["Q4_1", "Q4_2", "Q4_3"],
        ["Q4r1", "Q4r2", "Q4r3"],
        ["q4-1", "q4-2", "q4-9"],
        ["q4[SQ001]", "q4[SQ002]", "q4[SQ003]"],
        ["q4[1]", "q4[2]", "q4[3]"],
        ["q4", "q4", "q4"],
        ["q4", "q4.1", "q4.2"],  # as pandas writes the same
    ],
)
def test_told_by_cells_takes_the_option_of_a_column_from_its_ticks(tmp_path, titles):
    """The columns stand in another order than the questionnaire's options."""
    rows = [
        ["id", *titles],
        ["1", "Mother", NO, "Sister"],
        ["2", NO, "Father", NO],
        ["3", NO, NO, NO],
        ["4", "NA", "NA", "NA"],
    ]
    export = read_rows_as(tmp_path, rows, FAMILY)
    ticks = {code: export.responses["who", code].astype(object).tolist() for code in "fms"}
    assert ticks == {
        "f": [False, True, False, pd.NA],
        "m": [True, False, False, pd.NA],
        "s": [True, False, False, pd.NA],
    }
    found = export.findings.set_index("kind").loc["coded columns"]
    assert (found["count"], found["message"]) == (3, "who: 3 by the options in their cells")


def test_told_by_cells_knows_an_option_by_its_other_texts():
    rows = [["id", "q4_1", "q4_2", "q4_3"], ["1", "Mum", "Father", "Sister"]]
    assert [told(rows).told[n][1] for n in (1, 2, 3)] == ["Mother", "Father", "Sister"]


def test_told_by_cells_gives_untold_columns_what_remains_in_order(tmp_path):
    rows = [["id", "q4_1", "q4_2", "q4_3"], ["1", NO, "Father", ""], ["2", NO, NO, ""]]
    header = told(rows)
    assert [header.told[n] for n in (1, 2, 3)] == [
        ("q4", "Mother"),
        ("q4", "Father"),
        ("q4", "Sister"),
    ]
    assert header.findings[0].message == "who: 1 by the options in their cells and 2 by their order"
    responses = read_rows_as(tmp_path, rows, FAMILY).responses
    assert counts(responses, "who", "f") == {True: 1, False: 1}
    assert counts(responses, "who", "m") == {False: 2}


def test_told_by_cells_gives_columns_of_yes_and_no_the_options_in_order(tmp_path):
    rows = [["id", "q4_1", "q4_2", "q4_3"], ["1", "1", "0", "0"], ["2", "1", "1", "0"]]
    export = read_rows_as(tmp_path, rows, FAMILY)
    assert [counts(export.responses, "who", code).get(True, 0) for code in "fms"] == [2, 1, 0]
    assert export.findings.loc[0, "message"] == "who: 3 by their order"


@pytest.mark.parametrize(
    ("titles", "cells", "found"),
    [
        (["q4_1", "q4_2"], ["Father", ""], "1 columns do not tell by their cells"),
        (["q4_1", "q4_2"], ["1", "0"], "2 columns do not tell by their cells"),
        (["q4_1", "q4_2", "q4_3", "q4_4"], ["", "", "", "x"], "4 columns do not tell"),
        (["q4_1", "q4_2", "q4_3"], ["Father", "Father", ""], "or what another column holds"),
        (["q4_1", "q4_2", "q4_3"], ["Uncle", "Father", ""], "cells hold texts of several options"),
    ],
)
def test_told_by_cells_refuses_what_cells_do_not_tell(tmp_path, titles, cells, found):
    rows = [["id", *titles], ["1", *cells]]
    fault = refused_export(tmp_path, rows, FAMILY)[0]
    assert "coded titles of question 'who' (line 5)" in fault
    assert found in fault


@pytest.mark.parametrize("last", ["q4_4_TEXT", "q4_5"])
def test_told_by_cells_finds_the_companions_text(tmp_path, last):
    titles = ["id", "q4_1", "q4_2", "q4_3", "q4_4", last]
    rows = [
        titles,
        ["1", "Father", "Mother", NO, "Somebody else", "An aunt"],
        ["2", NO, NO, "Sister", NO, ""],
    ]
    responses = read_rows_as(tmp_path, rows, WITH_OTHER).responses
    assert counts(responses, "who", "other") == {True: 1, False: 1}
    assert responses["who", "other_text"].fillna("").tolist() == ["An aunt", ""]
    without_tick = [[*row[:4], row[5]] for row in rows]
    responses = read_rows_as(tmp_path, without_tick, WITH_OTHER).responses
    assert counts(responses, "who", "other") == {True: 1, False: 1}


OTHERS = """
id_column: id
questions:
  - {id: rank, page: 1, type: ranking, text: Rank, options: {a: Apples, p: Pears}}
  - {id: rate, page: 1, type: matrix, text: Rate, rows: {a: Apples, p: Pears}, options: {g: Good, b: Bad}}
  - {id: one, page: 1, type: single, text: One, options: {a: Apples, p: Pears}}
  - {id: why, page: 1, type: open, text: Why}
"""


def test_told_by_cells_takes_ranks_and_rows_by_their_order(tmp_path):
    rows = [
        ["id", "Rank_1", "Rank_2", "Rate_1", "Rate_2", "One_1", "Why_1"],
        ["1", "2", "1", "Good", "Bad", "Pears", "So"],
    ]
    responses = read_rows_as(tmp_path, rows, OTHERS).responses
    assert responses.iloc[0].to_dict() == {
        ("rank", "a"): 2, ("rank", "p"): 1, ("rate", "a"): "g", ("rate", "p"): "b",
        ("one", ""): "p", ("why", ""): "So",
    }  # fmt: skip


def test_told_by_cells_leaves_what_is_named_after_a_question_alone():
    rows = [
        ["id", "Whom do you live with? - Father", "q4 2019", "q42", "q4_x", "q5_1"],
        ["1", *"abcde"],
    ]
    assert told(rows).told == {}
    rows = [["id", "q4 - Father", "q4 - 2019", "q4 - 2020"], ["1", "Father", "", ""]]
    assert told(rows).told == {}  # years among labels are options that the questionnaire lacks


# ---- SPSS


LONG = (
    "Which of these do you think of first when somebody asks you about "
    + "the very same matter, " * 7
)
LONG_TITLES = f"""
id_column: id
questions:
  - {{id: cut, page: 1, type: multiple, text: "{LONG} and a little more", options: {{a: Apples and other fruit, b: Bread}}}}
  - {{id: gone, page: 1, type: multiple, text: "In short: {LONG} and also, after so many words, what?", options: {{a: Apples, b: Bread}}}}
"""


def long_sav(path, labels):
    names = ["id", "v1", "v2", "v3", "v4"]
    frame = pd.DataFrame([["1", 1, None, None, 1], ["2", None, 1, 1, None]], columns=names)
    values = [None, {1: "Apples and other fruit"}, {1: "Bread"}, {1: "Bread"}, {1: "Apples"}]
    pyreadstat.write_sav(
        frame,
        str(path),
        column_labels=dict(zip(names, labels, strict=True)),
        variable_value_labels={n: v for n, v in zip(names, values, strict=True) if v},
    )
    return path


def test_told_by_cells_completes_titles_that_spss_has_cut(tmp_path):
    survey = questionnaire(LONG_TITLES)
    full = [
        f"{question.text} - {label}"
        for question, label in zip(
            [survey["cut"]] * 2 + [survey["gone"]] * 2,
            ["Apples and other fruit", "Bread", "Bread", "Apples"],
            strict=True,
        )
    ]
    cut = [title.encode()[:256].decode(errors="ignore") for title in full]
    assert cut[0] != full[0] and cut[2] == cut[3] != full[2]
    responses = read_export(long_sav(tmp_path / "a.sav", ["id", *cut]), survey).responses
    assert {name: responses[name].astype(object).tolist() for name in responses} == {
        ("cut", "a"): [True, False],
        ("cut", "b"): [False, True],
        ("gone", "a"): [True, False],
        ("gone", "b"): [False, True],
    }
