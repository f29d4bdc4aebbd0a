"""The shapes in which one question comes, brought to one column for each item."""
# ruff: noqa: E501 (a row of a table stays on its line)

import pandas as pd
import pytest
from sample_exports import read_rows_as, refused_export, single_line, survey

from dmsi_lib.reading.change_log import ChangeLog


@pytest.fixture
def proposed(monkeypatch):
    """What the faults proposed so far: lists of key, code and value, one a fault."""
    found, fault = [], ChangeLog.fault

    def listen(changes, text, *proposals):
        found.append([(each.key, each.code, each.value) for each in proposals])
        fault(changes, text, *proposals)

    monkeypatch.setattr(ChangeLog, "fault", listen)
    return found


def line(kind, more="", text="Which?"):
    return survey(f"  - {{id: a, text: '{text}', type: {kind}, page: 1{more}}}\n")


def codes(export, item="", question="a"):
    """The answers to a question, blank ones as None."""
    column = export.responses[question, item]
    return [None if pd.isna(value) else value for value in column]


def findings(export):
    found = export.findings[["kind", "column", "count"]].fillna(0).values.tolist()
    return [each for each in found if each[1] != "z"]


def shown(rows):
    """The rows with a further column, whose `Response` shows the second one to be a header."""
    return [
        [*row, cell] for row, cell in zip(rows, ["z", "Response", *[""] * len(rows)], strict=False)
    ]


# ---- a single choice

GENDER = line("single", ", options: {m: Male, f: Female}")
SPREAD = [["1", "Male", ""], ["2", "", "Female"], ["3", "", ""], ["4", "1", "0"]]


@pytest.mark.parametrize(
    "header",
    [[["id", "Which?", ""], ["", "Male", "Female"]], [["id", "Which? - Male", "Which? - Female"]]],
)
def test_single_reads_a_column_for_each_option(tmp_path, header):
    export = read_rows_as(tmp_path, [*header, *SPREAD], GENDER)
    assert codes(export) == ["m", "f", None, "m"]
    assert export.responses["a", ""].cat.categories.tolist() == ["m", "f"]
    assert export.findings.empty and export.questionnaire["a"].type == "single"


def test_single_refuses_two_ticks_and_proposes_several_answers(tmp_path, proposed):
    rows = [["id", "Which?", ""], ["", "Male", "Female"], ["1", "Male", "Female"], *SPREAD[1:]]
    assert refused_export(tmp_path, rows, GENDER) == [
        "question 'a' (line 3) is single, but under column 2 (B) 'Which?' 1 respondents ticked "
        "several options; expected one."
    ]
    assert proposed == [[("type", "", "multiple")]]


def test_single_reads_the_companion_beside_spread_options(tmp_path):
    text = line("single", ", options: {m: Male, f: Female}, other: Other")
    titles, subtitles = ["id", "Which?", "", "", ""], ["", "Male", "Female", "Other", "Other"]
    body = [["1", "Male", "", "", ""], ["2", "", "", "Other", "so"], ["3", "", "", "", "thus"]]
    export = read_rows_as(tmp_path, [titles, subtitles, *body], text)
    assert codes(export) == ["m", "other", "other"]
    assert codes(export, "other_text") == [None, "so", "thus"]
    only_text = [[*row[:3], row[4]] for row in (titles, subtitles, *body)]
    assert codes(read_rows_as(tmp_path, only_text, text)) == ["m", "other", "other"]


def test_single_names_spread_options_without_a_column_and_columns_without_an_option(
    tmp_path, proposed
):
    rows = [["id", "Which?", ""], ["", "Male", "Femal"], ["1", "", "Femal"]]
    missing, extra = refused_export(tmp_path, rows, GENDER)
    assert missing.endswith(
        "option 'f' has no column 'Female' under column 2 (B) 'Which?'. Near to it is 'Femal'."
    )
    assert extra.startswith("column 3 (C) 'Femal': 1 answers to an option that 'a' (line 3)")
    assert proposed == [[("options", "f", "Femal")], [("options", "f", "Femal")]]


def test_single_leaves_columns_beside_its_response_alone(tmp_path):
    rows = [
        ["id", "Which?", "", ""],
        ["", "Response", "Male", "Why"],
        ["1", "Female", "so", "thus"],
    ]
    export = read_rows_as(tmp_path, rows, GENDER)
    assert codes(export) == ["f"]
    assert findings(export) == [["column ignored", "Male", 1], ["column ignored", "Why", 1]]


# ---- several choices

PROJECT = line("multiple", ", options: {a: Helm, b: Strimzi, c: Flux}")


def test_multiple_joins_an_option_that_stands_twice(tmp_path):
    rows = [
        ["id", "Which?", "", "", ""],
        ["", "Helm", "Strimzi", "Flux", "Strimzi"],
        ["1", "Helm", "", "", ""],
        ["2", "", "Strimzi", "", ""],
        ["3", "", "", "", "Strimzi"],
        ["4", "", "No", "", "Yes"],
        ["5", "", "", "", ""],
    ]
    export = read_rows_as(tmp_path, rows, PROJECT)
    assert codes(export, "b") == [False, True, True, True, None]
    assert codes(export, "a") == [True, False, False, False, None]
    assert findings(export) == [["option in several columns", "Strimzi", 0]]


def test_multiple_knows_an_option_by_its_alias_over_the_column_and_in_it(tmp_path):
    text = line("multiple", ", options: {a: {label: Helm, aliases: [Barre]}, b: Strimzi}")
    rows = [
        ["id", "Which?", ""],
        ["", "Barre", "Strimzi"],
        ["1", "Barre", ""],
        ["2", "Helm", "Strimzi"],
    ]
    export = read_rows_as(tmp_path, rows, text)
    assert codes(export, "a") == [True, True] and codes(export, "b") == [False, True]


def test_multiple_does_without_an_optional_option(tmp_path):
    text = line("multiple", ", options: {a: Helm, b: {label: Strimzi, optional: true}}")
    export = read_rows_as(
        tmp_path, [["id", "Which?", ""], ["", "Helm", "Notes"], ["1", "Helm", "x y"]], text
    )
    assert export.responses.columns.tolist() == [("a", "a")]
    assert export.questionnaire["a"].options == {"a": "Helm"}
    assert findings(export) == [["not in the file", "Strimzi", 0], ["column ignored", "Notes", 1]]


def test_multiple_proposes_to_do_without_an_option_that_has_no_column(tmp_path, proposed):
    refused_export(
        tmp_path, [["id", "Which?", ""], ["", "Helm", "Flux"], ["1", "Helm", ""]], PROJECT
    )
    assert proposed == [[("optional", "b", "true")]]


def test_multiple_proposes_an_option_for_a_ticked_column(tmp_path, proposed):
    rows = [
        ["id", "Which?", "", "", ""],
        ["", "Helm", "Strimzi", "Flux", "Our own"],
        ["1", "", "", "", "Our own"],
    ]
    (fault,) = refused_export(tmp_path, rows, PROJECT)
    assert (
        fault == "column 5 (E) 'Our own': 1 answers to an option that 'a' (line 3) does not have."
    )
    assert proposed == [[("options", "our_own", "Our own")]]


def test_multiple_proposes_ranking_where_the_cells_are_ranks(tmp_path, proposed):
    rows = [["id", "Which?", "", ""], ["", "Helm", "Strimzi", "Flux"], ["1", "1", "2", "3"]]
    refused_export(tmp_path, rows, PROJECT)
    assert proposed == [[("type", "", "ranking")]] * 2


# ---- companions and comments

TWO = line("multiple", ", options: {x: X}, other: [Other (say), Another (say)]")


def test_multiple_has_a_text_for_each_companion(tmp_path):
    rows = [
        ["id", "Which?", "", "", ""],
        ["", "X", "Another (say)", "Other (say)", "Other (say)"],
        ["1", "X", "late", "", ""],
        ["2", "", "", "Other (say)", "early"],
    ]
    export = read_rows_as(tmp_path, rows, TWO)
    assert codes(export, "other") == [False, True] and codes(export, "other_2") == [True, False]
    assert codes(export, "other_text") == [None, "early"]
    assert codes(export, "other_text_2") == ["late", None]


def test_multiple_takes_companions_of_one_label_in_their_order(tmp_path):
    text = line("multiple", ", options: {x: X}, other: [Other (say), Other (say)]")
    rows = [
        ["id", "Which?", "", ""],
        ["", "X", "Other (say)", "Other (say)"],
        ["1", "X", "one", ""],
        ["2", "", "", "two"],
    ]
    export = read_rows_as(tmp_path, rows, text)
    assert codes(export, "other_text") == ["one", None]
    assert codes(export, "other_text_2") == [None, "two"]
    assert codes(export, "other") == [True, False] and codes(export, "other_2") == [False, True]


@pytest.mark.parametrize(
    ("more", "subtitles", "answers"),
    [
        ("single, page: 1, options: {x: X}", ["Response", "Please explain"], ["X"]),
        ("multiple, page: 1, options: {x: X, y: Y}", ["X", "Y", "Please explain"], ["X", ""]),
        ("ranking, page: 1, options: {x: X, y: Y}", ["X", "Y", "Please explain"], ["1", "2"]),
        ("matrix, page: 1, rows: {x: X}, options: {y: Y}", ["X", "Please explain"], ["Y"]),
        ("numeric, page: 1", ["Response", "Please explain"], ["4"]),
    ],
)
def test_a_comment_is_a_text_of_its_own_and_never_an_option(tmp_path, more, subtitles, answers):
    rows = [
        ["id", "Which?", *[""] * len(answers)],
        ["", *subtitles],
        ["1", *answers, "secret words"],
        ["2", *answers, ""],
    ]
    text = "  - {id: a, text: Which?, type: " + more
    export = read_rows_as(tmp_path, rows, survey(text + ", comment: Please explain}\n"))
    assert codes(export, "comment") == ["secret words", None]
    assert str(export.responses["a", "comment"].dtype) == "string"
    assert export.findings.empty
    without = read_rows_as(tmp_path, rows, survey(text + "}\n"))
    assert findings(without) == [["column ignored", "Please explain", 1]]
    assert "secret" not in repr(without.findings.values.tolist())
    assert [item for _, item in without.responses] == [
        item for _, item in export.responses if item != "comment"
    ]


def test_a_comment_that_the_file_lacks_is_blank_and_said_so(tmp_path):
    text = line("single", ", options: {x: X}, comment: Please explain")
    export = read_rows_as(tmp_path, [["id", "Which?"], ["1", "X"]], text)
    assert codes(export, "comment") == [None]
    assert findings(export) == [["companion without a column", "Please explain", 0]]


# ---- several boxes


def test_boxes_become_rows_of_a_numeric_question(tmp_path):
    rows = [
        ["id", "Which?", "", ""],
        ["", "Desk tops", "Laptops", "Laptops"],
        ["1", "2", "3", ""],
        ["2", "", "about 4", "5"],
    ]
    export = read_rows_as(tmp_path, shown(rows), line("numeric"))
    assert export.questionnaire["a"].rows == {
        "desk_tops": "Desk tops",
        "laptops": "Laptops",
        "laptops_3": "Laptops (3)",
    }
    assert export.responses.columns.tolist() == [
        ("a", "desk_tops"),
        *(("a", "laptops"), ("a", "laptops.not_a_number"), ("a", "laptops_3")),
    ]
    assert codes(export, "laptops") == [3, None] and codes(export, "laptops_3") == [None, 5]
    assert codes(export, "laptops.not_a_number") == [None, True]
    assert findings(export) == [
        ["several boxes", "Which?", 0],
        ["not a number", "Which? - Laptops", 1],
    ]


def test_boxes_become_rows_of_an_open_question(tmp_path):
    rows = [
        ["id", "Which?", "", ""],
        ["", "1.", "2.", "!"],
        ["1", "", "Slack", ""],
        ["2", "Zoom", "", "Word"],
    ]
    export = read_rows_as(tmp_path, shown(rows), line("open"))
    assert export.questionnaire["a"].rows == {"1": "1.", "2": "2.", "unnamed": "!"}
    assert codes(export, "2") == ["Slack", None] and codes(export, "unnamed") == [None, "Word"]


def test_boxes_are_matched_to_the_rows_that_the_questionnaire_names(tmp_path, proposed):
    text = line(
        "open",
        ", rows: {l: Laptops, d: {label: Desktops, aliases: [Towers]}, p: {label: Phones, optional: true}}",
    )
    rows = [["id", "Which?", ""], ["", "Towers", "Laptops"], ["1", "t", ""], ["2", "", "l"]]
    export = read_rows_as(tmp_path, shown(rows), text)
    assert export.responses.columns.tolist() == [("a", "l"), ("a", "d")]
    assert codes(export, "d") == ["t", None] and codes(export, "l") == [None, "l"]
    assert findings(export) == [["not in the file", "Phones", 0]]
    rows = [["id", "Which?", ""], ["", "Towers", "Radios"], ["1", "t", "r"]]
    missing, extra = refused_export(tmp_path, shown(rows), text)
    assert "row 'l' has no column 'Laptops'" in missing
    assert extra.startswith("column 3 (C) 'Radios': 1 answers to a row that 'a' (line 3) does not")
    assert proposed[1] == [("rows", "radios", "Radios")]


@pytest.mark.parametrize("subtitle", ["Date / Time", "Open-Ended Response", "Miles", ""])
def test_one_box_stays_one_column(tmp_path, subtitle):
    rows = [["id", "b", "Which?"], ["", "Response", subtitle], ["1", "Yes", "01/02/2018"]]
    text = survey(single_line("b"), "  - {id: a, text: Which?, type: open, page: 1}\n")
    export = read_rows_as(tmp_path, rows, text)
    assert codes(export) == ["01/02/2018"] and not export.questionnaire["a"].rows


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("kind", ["open", "numeric"])
def test_boxes_are_all_read_where_one_has_no_label(tmp_path, kind, place):
    labels = ["Cats", "Dogs"]
    labels.insert(place, "")
    rows = [["id", "b", "Which?", "", ""], ["", "Response", *labels], ["1", "Yes", "1", "", ""]]
    rows += [["2", "Yes", "", "2", ""], ["3", "Yes", "", "", "3"]]
    text = survey(single_line("b"), f"  - {{id: a, text: Which?, type: {kind}, page: 1}}\n")
    export = read_rows_as(tmp_path, rows, text)
    boxes = export.questionnaire["a"].rows
    assert [*boxes.values()] == [label or str(place + 1) for label in labels]
    answers = [[None if each is None else str(each)[0] for each in codes(export, b)] for b in boxes]
    assert answers == [["1", None, None], [None, "2", None], [None, None, "3"]]


def test_a_gate_that_is_a_number_has_one_box(tmp_path):
    rows = [["id", "Which?", "", "b"], ["", "Cats", "Dogs", "Response"], ["1", "2", "3", "Yes"]]
    gated = single_line("b").replace("page: 1", "page: 1, ask_if: {a: {at_least: 3}}")
    text = survey("  - {id: a, text: Which?, type: numeric, page: 1}\n", gated)
    (fault,) = refused_export(tmp_path, rows, text)
    assert "its gate 'a' is compared with a number, but has several boxes in the file" in fault
    assert 'rows: {cats: "Cats", dogs: "Dogs"} and say which one counts, as a.cats.' in fault
    said = text.replace("numeric", 'numeric, rows: {cats: "Cats", dogs: "Dogs"}')
    said = said.replace("ask_if: {a:", "ask_if: {a.dogs:")
    assert codes(read_rows_as(tmp_path, rows, said), "dogs") == [3]


def test_a_remark_beside_numbers_is_no_box(tmp_path):
    rows = [["id", "b", "Which?", ""], ["", "Response", "", "Why?"], ["1", "Yes", "4", "by guess"]]
    text = survey(single_line("b"), "  - {id: a, text: Which?, type: numeric, page: 1}\n")
    export = read_rows_as(tmp_path, rows, text)
    assert codes(export) == [4] and not export.questionnaire["a"].rows
    assert findings(export) == [["column ignored", "Why?", 1]]


def test_a_date_of_two_columns_is_refused(tmp_path, proposed):
    rows = [["id", "Which?", ""], ["", "Came", "Left"], ["1", "2018-05-01", ""]]
    export = read_rows_as(tmp_path, shown(rows), line("date"))
    assert [str(day)[:10] for day in codes(export)] == ["2018-05-01"]
    (fault,) = refused_export(tmp_path, shown([*rows, ["2", "", "2018-05-02"]]), line("date"))
    assert fault == (
        "question 'a' (line 3) is a date, but column 2 (B) 'Which?' has 2 filled columns, as "
        "column 3 (C) 'Left'; expected one."
    )
    assert proposed == [[("type", "", "open")]]


def test_open_question_with_ticked_columns_is_one_of_several_choices(tmp_path, proposed):
    rows = [["id", "Which?", ""], ["", "Helm", "Flux"], ["1", "Helm", ""], ["2", "Helm", "Flux"]]
    (fault,) = refused_export(tmp_path, shown(rows), line("open"))
    assert fault.startswith(
        "question 'a' (line 3) is open, but column 2 (B) 'Which?' has a column for each option"
    )
    assert proposed == [
        [("type", "", "multiple"), ("options", "helm", "Helm"), ("options", "flux", "Flux")]
    ]


# ---- matrices

ROOMS = ", rows: {k: Kitchen, b: Bath}, options: {mop: Mop, broom: Broom}"
GRID = [
    ["id", "Which?", "", "", ""],
    ["", "Kitchen - Mop", "Kitchen - Broom", "Bath - Mop", "Bath - Broom"],
]


@pytest.mark.parametrize("kind", ["matrix", "matrix_multiple"])
def test_matrix_of_several_answers_in_a_row(tmp_path, kind):
    body = [
        ["1", "Mop", "Broom", "", ""],
        ["2", "", "Broom", "Mop", "Broom"],
        ["3", "", "", "", "1"],
    ]
    export = read_rows_as(tmp_path, shown([*GRID, *body]), line(kind, ROOMS))
    assert export.questionnaire["a"].type == "matrix_multiple"
    assert export.responses.columns.tolist() == [
        ("a", item) for item in export.questionnaire["a"].items
    ]
    assert codes(export, "k.mop") == [True, False, None]
    assert codes(export, "k.broom") == [True, True, None]
    assert codes(export, "b.mop") == [None, True, False]
    assert codes(export, "b.broom") == [None, True, True]
    assert {str(dtype) for dtype in export.responses.dtypes} == {"boolean"}
    expected = [["several answers in a row", "Which?", 2]] if kind == "matrix" else []
    assert findings(export) == expected


def test_matrix_spread_over_columns_stays_a_matrix_where_a_row_has_one_answer(tmp_path):
    body = [["1", "Mop", "", "", ""], ["2", "", "Broom", "Mop", ""]]
    one_row = [["id", *(f"Which? - {text}" for text in GRID[1][1:])]]
    for rows in (shown([*GRID, *body]), [*one_row, *body]):
        export = read_rows_as(tmp_path, rows, line("matrix", ROOMS))
        assert export.questionnaire["a"].type == "matrix"
        assert codes(export, "k") == ["mop", "broom"] and codes(export, "b") == [None, "mop"]
        assert findings(export) == []


def test_matrix_spread_over_columns_names_a_cell_without_a_column(tmp_path):
    rows = [row[:4] for row in [*GRID, ["1", "Mop", "", "", ""]]]
    (fault,) = refused_export(tmp_path, shown(rows), line("matrix", ROOMS))
    assert "no column 'Bath - Broom' under column 2 (B) 'Which?'" in fault


def test_matrix_of_several_answers_is_refused_where_rows_have_one_column(tmp_path, proposed):
    rows = [["id", "Which?", ""], ["", "Kitchen", "Bath"], ["1", "Mop", "Broom"]]
    refused_export(tmp_path, rows, line("matrix_multiple", ROOMS))
    refused_export(tmp_path, [*rows, ["2", "Mop, Broom", ""]], line("matrix_multiple", ROOMS))
    assert proposed == [[("type", "", "matrix")], [("layout", "", "condensed")]]


def test_matrix_proposes_a_row_for_a_column_that_has_none(tmp_path, proposed):
    text = line("matrix", ", rows: {r: Reviews, t: Tests}, options: {g: Good, p: Poor}")
    rows = [
        ["id", "Which?", "", ""],
        ["", "Reviews", "Tests", "Our CI"],
        ["1", "Good", "Poor", "Good"],
    ]
    assert refused_export(tmp_path, rows, text) == [
        "column 4 (D) 'Our CI': 1 answers to a row that 'a' (line 3) does not have."
    ]
    assert proposed == [[("rows", "our_ci", "Our CI")]]


def test_matrix_joins_a_row_that_stands_twice(tmp_path):
    text = line("matrix", ", rows: {r: Reviews}, options: {g: Good, p: Poor}")
    rows = [["id", "Which?", ""], ["", "Reviews", "Reviews"], ["1", "Good", ""], ["2", "", "Poor"]]
    export = read_rows_as(tmp_path, rows, text)
    assert codes(export, "r") == ["g", "p"]
    (fault,) = refused_export(tmp_path, [*rows, ["3", "Good", "Poor"]], text)
    assert "which hold different answers for 1 respondents" in fault


def test_matrix_tells_an_unknown_answer_once(tmp_path, proposed):
    rows = "{" + ", ".join(f"r{n}: Row {n}" for n in range(14)) + "}"
    header = [["id", "Which?", *[""] * 13], ["", *(f"Row {n}" for n in range(14))]]
    body = [["1", *["Fine"] * 14], ["2", "Fine", *["Good"] * 13]]
    text = line("matrix", f", rows: {rows}, options: {{g: Good, p: Poor}}")
    assert refused_export(tmp_path, [*header, *body], text) == [
        "column 2 (B) 'Which?' and 13 more: 'Fine' (15 times in 14 rows) is no option of 'a' (line 3); "
        "expected one of its options, or a blank."
    ]
    assert proposed == [[("options", "fine", "Fine")]]


# ---- lists in one cell


def in_layout(layout, text):
    return f"layout: {layout}\n{text}"


TOOLS = line("multiple", ", options: {a: Ansible, c: 'Controller (ODL, DNAC, NSX)', n: Nornir}")
OTHERS = line("multiple", ", options: {a: Ansible, n: Nornir}, other: Other")


def test_multiple_reads_ticks_listed_in_one_cell(tmp_path):
    body = [["1", "Ansible, Controller (ODL, DNAC, NSX)"], ["2", "Nornir"], ["3", ""]]
    for layout in ("condensed", "google_forms"):
        export = read_rows_as(tmp_path, [["id", "Which?"], *body], in_layout(layout, TOOLS))
        assert codes(export, "a") == [True, False, None]
        assert codes(export, "c") == [True, False, None]
        assert codes(export, "n") == [False, True, None]
        assert export.findings.empty


def test_multiple_names_the_layout_where_one_cell_lists_several(tmp_path, proposed):
    (fault,) = refused_export(tmp_path, [["id", "Which?"], ["1", "Ansible, Nornir"]], TOOLS)
    assert "several answers to 'a', as from SurveyMonkey with condensed columns" in fault
    refused_export(tmp_path, [["id", "Which?"], ["1", "Ansible"]], TOOLS)
    assert proposed == [[("type", "", "single")]]


def test_multiple_takes_the_unknown_rest_of_a_list_for_the_companions_text(tmp_path):
    body = [["1", "Ansible, my own, mostly"], ["2", "Something else"], ["3", "Nornir"], ["4", ""]]
    export = read_rows_as(tmp_path, [["id", "Which?"], *body], in_layout("google_forms", OTHERS))
    assert codes(export, "a") == [True, False, False, None]
    assert codes(export, "other") == [True, True, False, None]
    assert codes(export, "other_text") == ["my own, mostly", "Something else", None, None]


def test_multiple_refuses_an_unknown_text_of_a_list_and_shows_the_cell(tmp_path, proposed):
    body = [["1", "Ansible, Pulp, Nornir"], ["2", "Pulp"], ["3", "Nornirr"]]
    text = in_layout("condensed", TOOLS)
    assert refused_export(tmp_path, [["id", "Which?"], *body], text) == [
        "column 2 (B) 'Which?', in the cell 'Ansible, Pulp, Nornir': 'Pulp' (2 times) is no option of 'a' "
        "(line 4); expected one of its options, or a blank.",
        "column 2 (B) 'Which?', in the cell 'Nornirr': 'Nornirr' (1 times) is no option of 'a'; near to "
        "'Nornir'.",
    ]
    assert proposed == [[("options", "pulp", "Pulp")], [("options", "n", "Nornirr")]]


def test_multiple_refuses_a_list_that_reads_in_two_ways(tmp_path):
    text = in_layout("condensed", line("multiple", ", options: {a: Red, b: Blue, c: 'Red, Blue'}"))
    (fault,) = refused_export(tmp_path, [["id", "Which?"], ["1", "Red, Blue"], ["2", "Red"]], text)
    assert "'Red, Blue' (1 times) lists options of 'a' in two ways" in fault


def test_single_takes_what_is_no_option_for_the_companions_text_in_google_forms(tmp_path):
    text = line("single", ", options: {x: X}, other: Other")
    rows = [["id", "Which?"], ["1", "X"], ["2", "thus"], ["3", ""]]
    export = read_rows_as(tmp_path, rows, in_layout("google_forms", text))
    assert codes(export) == ["x", "other", None]
    assert codes(export, "other_text") == [None, "thus", None]
    assert len(refused_export(tmp_path, rows, text)) == 1


def test_ranking_reads_options_listed_in_their_order(tmp_path):
    text = in_layout("condensed", line("ranking", ", options: {x: X, y: Y, z: Z}"))
    export = read_rows_as(
        tmp_path, [["id", "Which?"], ["1", "Y;Z;X;"], ["2", "X;Y;Z;"], ["3", ""]], text
    )
    assert codes(export, "x") == [3, 1, None] and codes(export, "z") == [2, 3, None]
    assert findings(export) == [["ranks by order", "Which?", 2]]


@pytest.mark.parametrize("kind", ["matrix", "matrix_multiple"])
def test_matrix_reads_lists_in_the_cells_of_its_rows(tmp_path, kind):
    rows = [
        ["id", "Which? [Kitchen]", "Which? [Bath]"],
        ["1", "Mop, Broom", ""],
        ["2", "Broom", "Mop"],
    ]
    export = read_rows_as(tmp_path, rows, in_layout("google_forms", line(kind, ROOMS)))
    assert export.questionnaire["a"].type == "matrix_multiple"
    assert codes(export, "k.mop") == [True, False] and codes(export, "k.broom") == [True, True]
    assert codes(export, "b.mop") == [None, True]
    plain = read_rows_as(
        tmp_path, [rows[0], rows[2]], in_layout("google_forms", line("matrix", ROOMS))
    )
    assert codes(plain, "k") == ["broom"]


def test_limesurvey_writes_what_was_not_shown(tmp_path):
    text = in_layout("limesurvey", line("multiple", ", options: {x: One, y: Two}"))
    rows = [
        ["id", "Which? [One]", "Which? [Two]"],
        ["1", "Yes", "No"],
        ["2", "No", "No"],
        ["3", "N/A", "N/A"],
    ]
    export = read_rows_as(tmp_path, rows, text)
    assert codes(export, "x") == [True, False, None] and codes(export, "y") == [False, False, None]
    text = in_layout("limesurvey", line("single", ", options: {x: One, n: N/A}"))
    assert codes(read_rows_as(tmp_path, [["id", "Which?"], ["1", "N/A"]], text)) == ["n"]
    text = in_layout("limesurvey", line("open"))
    assert codes(read_rows_as(tmp_path, [["id", "Which?"], ["1", "N/A"]], text)) == [None]


# ---- questions that the file lacks


def test_an_optional_question_that_the_file_lacks_was_not_asked(tmp_path):
    kinds = {
        "single": (", options: {x: X}, other: Other", ["category", "string"]),
        "multiple": (", options: {x: X, y: Y}", ["boolean", "boolean"]),
        "ranking": (", options: {x: X}", ["Int64"]),
        "matrix": (", rows: {r: R}, options: {x: X}", ["category"]),
        "matrix_multiple": (", rows: {r: R}, options: {x: X}", ["boolean"]),
        "open": ("", ["string"]),
        "numeric": (", rows: {r: R}", ["Float64"]),
        "date": (", comment: C", ["datetime64[ns]", "string"]),
    }
    text = survey(single_line("b")) + "".join(
        f"  - {{id: q_{kind}, text: '{kind}?', type: {kind}, page: 2, optional: true{more}}}\n"
        for kind, (more, _) in kinds.items()
    )
    export = read_rows_as(tmp_path, [["id", "b"], ["1", "Yes"], ["2", "No"]], text)
    for kind, (_, dtypes) in kinds.items():
        assert not export.questionnaire[f"q_{kind}"].asked
        answers = export.responses.loc[:, [f"q_{kind}"]]
        assert [str(dtype) for dtype in answers.dtypes] == dtypes
        assert answers.isna().all(axis=None)
    assert export.questionnaire["b"].asked
    assert findings(export) == [["not in the file", f"{kind}?", 0] for kind in kinds]


# ---- a row or an option that the questionnaire lacks, where each pair has a column


@pytest.mark.parametrize(
    ("more", "subtitles", "proposal"),
    [
        (
            ", rows: {k: Kitchen, b: Bath}, options: {mop: Mop}",
            ["Kitchen - Mop", "Kitchen - Rag", "Bath - Mop", "Bath - Rag"],
            ("options", "rag", "Rag"),
        ),
        (
            ", rows: {k: Kitchen}, options: {mop: Mop, rag: Rag}",
            ["Kitchen - Mop", "Kitchen - Rag", "Hall - Mop", "Hall - Rag"],
            ("rows", "hall", "Hall"),
        ),
    ],
)
@pytest.mark.parametrize("kind", ["matrix", "matrix_multiple"])
def test_matrix_refuses_ticks_of_an_unknown_row_or_option(
    tmp_path, kind, more, subtitles, proposal, proposed
):
    rows = [["id", "Which?", "", "", ""], ["", *subtitles], ["1", "x", "", "", "x"]]
    rows = [*rows, ["2", "", "x", "x", ""]]
    (fault,) = refused_export(tmp_path, rows, line(kind, more))
    assert f"and 1 more: 2 ticks of a{'n option' * (proposal[0] == 'options')}" in fault
    assert proposed == [[proposal]]


@pytest.mark.parametrize(
    ("more", "place"),
    [
        (", rows: {k: Kitchn, b: Bath}, options: {mop: Mop, rag: Rag}", ("rows", "k", "Kitchen")),
        (
            ", rows: {k: Kitchen, b: Bath}, options: {mop: Mopp, rag: Rag}",
            ("options", "mop", "Mop"),
        ),
    ],
)
def test_matrix_takes_what_is_near_to_a_missing_row_or_option_for_its_alias(
    tmp_path, more, place, proposed
):
    subtitles = ["Kitchen - Mop", "Kitchen - Rag", "Bath - Mop", "Bath - Rag"]
    rows = [["id", "Which?", "", "", ""], ["", *subtitles], ["1", "x", "", "", "x"]]
    rows = [*rows, ["2", "", "x", "x", ""]]
    refused_export(tmp_path, rows, line("matrix", more))
    assert {each for (each,) in proposed} == {place}


# ---- an option twice, in one header row


def test_multiple_joins_an_option_that_stands_twice_in_one_header_row(tmp_path):
    titles = ["id", "Which? - A", "Which? - B", "Which? - C", "Which? - B"]
    rows = [titles, ["1", "A", "", "", ""], ["2", "", "B", "", ""], ["3", "", "", "", "B"]]
    export = read_rows_as(tmp_path, rows, line("multiple", ", options: {a: A, b: B, c: C}"))
    assert codes(export, "b") == [False, True, True]
    assert findings(export) == [["option in several columns", "B", 0]]


# ---- a second header row whose labels are misspelt


@pytest.mark.parametrize(
    ("more", "subtitles"),
    [
        (", rows: {d: Desktop, l: Laptop}", ["Desktops", "Laptops"]),
        (", rows: {d: Desktops, l: Laptops}", ["Desktops"]),
    ],
)
def test_a_second_header_row_is_known_by_labels_that_are_nearly_right(tmp_path, more, subtitles):
    rows = [["id", "Which?", ""], ["", *subtitles, ""], ["1", "2", "3"]]
    rows = [row[: len(subtitles) + 1] for row in rows]
    faults = refused_export(tmp_path, rows, line("numeric", more))
    assert not any("respondent id" in fault for fault in faults)
    assert all("row '" in fault or "to a row" in fault for fault in faults)


# ---- what is proposed


def test_one_column_of_unknown_answers_is_single_with_them_as_options(tmp_path, proposed):
    rows = [["id", "Which?"], ["1", "A"], ["2", "B"], ["3", "-"]]
    more = ", options: {a: A}, other: Other (please specify)"
    refused_export(tmp_path, rows, line("multiple", more))
    assert proposed[0] == [("type", "", "single"), ("options", "b", "B"), ("blank", "", "-")]


def test_what_is_neither_letter_nor_digit_is_proposed_as_blank(tmp_path, proposed):
    rows = [["id", "Which?"], ["1", "A"], ["2", "--"]]
    refused_export(tmp_path, rows, line("single", ", options: {a: A}"))
    assert proposed == [[("blank", "", "--")]]


@pytest.mark.parametrize(("second", "kind"), [("", "single"), ("B", "multiple")])
def test_options_of_a_numeric_question_say_whether_it_is_single(tmp_path, second, kind, proposed):
    rows = [["id", "Which?", ""], ["", "A", "B"], ["1", "A", second], ["2", "", "B"]]
    refused_export(tmp_path, shown(rows), line("numeric") + single_line("z"))
    assert ("type", "", kind) in proposed[0]


def test_a_row_may_go_on_in_the_file(tmp_path, proposed):
    label = "Pray in public with visible motions"
    rows = [["id", "Which?", ""], ["", f"{label} (bowing)", "Bath"], ["1", "x", "y"]]
    refused_export(
        tmp_path, rows, line("matrix", f", rows: {{p: {label}, b: Bath}}, options: [x, y]")
    )
    assert proposed == [[("rows", "p", f"{label} (bowing)")]] * 2


def test_a_subtitle_is_near_to_one_missing_row_alone(tmp_path, proposed):
    rows = [["id", "Which?", ""], ["", "Ask you about faith", "Bath"], ["1", "x", "y"]]
    more = ", rows: {o: Ask them about faith, a: Ask you about faiths, b: Bath}, options: [x, y]"
    refused_export(tmp_path, rows, line("matrix", more))
    assert proposed[0] == [("optional", "o", "true")]
    assert proposed[1] == [("rows", "a", "Ask you about faith")]


def test_a_text_beside_an_unknown_answer_is_proposed_as_its_companion(tmp_path, proposed):
    rows = [["id", "Which?", ""], ["", "Response", "Other"], ["1", "A", ""], ["2", "Other", "b c"]]
    refused_export(tmp_path, rows, line("single", ", options: {a: A}"))
    assert proposed == [[("other", "", "Other")], [("options", "other_2", "Other")]]


def test_a_text_beside_an_unknown_tick_is_proposed_as_its_companion(tmp_path, proposed):
    rows = [["id", "Which? - A", "Which? - Other", "Which? - Other"]]
    rows += [["1", "A", "", ""], ["2", "", "Other", "b c"]]
    refused_export(tmp_path, rows, line("multiple", ", options: {a: A}"))
    assert [("other", "", "Other")] in proposed


@pytest.mark.parametrize(("answer", "asked"), [("30-44", True), ("30", False)])
def test_numeric_asks_whether_the_type_is_right_where_there_is_no_number(tmp_path, answer, asked):
    export = read_rows_as(
        tmp_path, [["id", "Which?"], ["1", "18-29"], ["2", answer]], line("numeric")
    )
    (message,) = export.findings["message"]
    assert message.endswith("is its type another one?") == asked
