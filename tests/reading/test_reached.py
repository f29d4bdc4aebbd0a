"""How far respondents came, by filled columns that the questionnaire ignores."""

import pytest
from sample_exports import read_rows_as, single_line, survey

# pages 1, 2 and 4 are modelled; "p3" and "p5" stand for questions that are not
TITLES = ["id", "Collector", "before", "a", "b", "p3", "c", "p5"]
ROWS = [
    TITLES,
    ["1", "77", "x", "Yes", "Yes", "x", "Yes", "x"],
    ["2", "77", "x", "Yes", "", "", "", "x"],
    ["3", "77", "", "", "", "x", "", ""],
    ["4", "77", "x", "Yes", "", "", "", " "],
    ["5", "77", "", "", "", "", "", ""],
]
THREE = survey(single_line("a", 1), single_line("b", 2), single_line("c", 4))


def reached(folder, rows, text=THREE):
    found = read_rows_as(folder, rows, text).reached
    assert found.index.name == "respondent"
    return found.to_dict()


def test_reached_is_the_page_left_of_an_ignored_column_that_is_filled(tmp_path):
    assert reached(tmp_path, ROWS) == {"1": 4, "2": 4, "3": 2, "4": 0, "5": 0}


def test_reached_is_zero_where_the_questionnaire_has_every_column(tmp_path):
    rows = [[row[0], *row[3:5], row[6]] for row in ROWS]
    assert set(reached(tmp_path, rows).values()) == {0}


def test_reached_does_not_count_a_column_that_is_filled_for_everybody(tmp_path):
    rows = [[*row[:7], "x" if n else "Ended"] for n, row in enumerate(ROWS)]
    assert reached(tmp_path, rows) == {"1": 2, "2": 0, "3": 2, "4": 0, "5": 0}


def test_reached_does_not_count_the_columns_that_say_who_it_was(tmp_path):
    rows = [
        [*row[:7], "Email" if n == 0 else row[7] and "x@example.org"] for n, row in enumerate(ROWS)
    ]
    assert set(reached(tmp_path, rows).values()) == {0, 2}


def test_reached_goes_no_further_than_the_pages_that_all_stand_left(tmp_path):
    # b, of page 2, stands right of everything: p3 and p5 show no more than page 1
    order = [0, 1, 2, 3, 5, 6, 7, 4]
    rows = [[row[n] for n in order] for row in ROWS]
    assert reached(tmp_path, rows) == {"1": 1, "2": 1, "3": 1, "4": 0, "5": 0}


@pytest.mark.parametrize("blank", ["-", "N/A"])
def test_reached_knows_what_the_questionnaire_calls_blank(tmp_path, blank):
    rows = [[*row[:7], row[7].strip() or blank] for row in ROWS]
    rows[0] = TITLES
    text = THREE.replace("questions:", f'blank: ["{blank}"]\nquestions:', 1)
    assert reached(tmp_path, rows, text) == {"1": 4, "2": 4, "3": 2, "4": 0, "5": 0}


def test_reached_leaves_out_whom_the_questionnaire_excludes(tmp_path):
    text = THREE.replace("questions:", 'exclude: ["2"]\nquestions:', 1)
    assert reached(tmp_path, ROWS, text) == {"1": 4, "3": 2, "4": 0, "5": 0}


@pytest.mark.parametrize("declared", ["", ", comment: Remarks"])
def test_reached_counts_a_remark_beside_an_answer(tmp_path, declared):
    two = single_line("b", 2).replace("}\n", f"{declared}}}\n")
    assert declared in two
    rows = [["id", "a", "b", ""], ["", "Response", "Response", "Remarks"]]
    rows += [["1", "Yes", "", "hm"], ["2", "Yes", "Yes", "ah"]]
    assert reached(tmp_path, rows, survey(single_line("a", 1), two)) == {"1": 2, "2": 2}
    rows[2][3] = ""
    assert reached(tmp_path, rows, survey(single_line("a", 1), two)) == {"1": 0, "2": 2}
