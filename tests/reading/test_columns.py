"""Which columns answer which question: titles, repeated titles, companions, options."""

# ruff: noqa: E501 (a row of a table stays on its line)
from pathlib import Path

import pandas as pd
import pytest
from sample_exports import (
    MEALS,
    MEALS_BODY,
    MEALS_ONE_ROW,
    MEALS_SUBTITLES,
    MEALS_TITLES,
    MEALS_TWO_ROWS,
    counts,
    one_row,
    questionnaire,
    read_rows_as,
    refused_export,
    replaced,
    single_line,
    survey,
)

from dmsi_lib.reading.change_log import Refused
from dmsi_lib.reading.export import interpreted
from dmsi_lib.reading.rows.rows import Rows

# ---- titles as they arrive


@pytest.mark.parametrize(
    "title",
    [
        "DO YOU EAT LUNCH",
        "Do you <b>eat</b>&nbsp;lunch?<br>",
        "Do you\r\neat lunch?",
        "Do youeat lunch?",
        "  Do you eat lunch ?  ",
        "“Do you eat lunch?”",
        "Do you eatÊlunch?",
        "Do you eat lunch?Œæ",
        "\ufeffDo you eat lunch?",
    ],
)
def test_read_export_finds_a_title_however_it_is_written(tmp_path, title):
    for rows in (MEALS_TWO_ROWS, MEALS_ONE_ROW):
        export = read_rows_as(tmp_path, replaced(rows, 0, 5, title))
        assert counts(export.responses, "eats") == {"yes": 4, "no": 1}


def test_read_export_finds_a_title_by_its_alias(tmp_path):
    text = MEALS.replace("text: Do you eat lunch?,", "text: Do you eat lunch?, aliases: [Lunch],")
    export = read_rows_as(tmp_path, replaced(MEALS_TWO_ROWS, 0, 5, "LUNCH:"), text)
    assert counts(export.responses, "eats") == {"yes": 4, "no": 1}


def test_read_export_suggests_a_near_title_but_never_takes_it(tmp_path):
    for rows in (MEALS_TWO_ROWS, MEALS_ONE_ROW):
        (fault,) = refused_export(tmp_path, replaced(rows, 0, 5, "Do you eat a lunch?"))
        assert fault == (
            "question 'eats' (line 6): no column 'Do you eat lunch?'; near to it is 'Do you eat a "
            "lunch?'."
        )


def test_read_export_suggests_a_near_title_of_option_columns(tmp_path):
    rows = [
        [cell.replace("What do you eat?", "What did you eat?") for cell in row]
        for row in MEALS_ONE_ROW
    ]
    (fault,) = refused_export(tmp_path, rows)
    assert "near to it is 'What did you eat? Choose all that apply.'" in fault


def test_read_export_names_a_question_without_any_column(tmp_path):
    rows = [row[:5] + row[6:] for row in map(list, MEALS_TWO_ROWS)]
    assert refused_export(tmp_path, rows) == [
        "question 'eats' (line 6): no column 'Do you eat lunch?'. If the file lacks it, export all "
        "questions, or say `optional: true`."
    ]


@pytest.mark.parametrize("separator", [" - ", " – ", ": ", " | ", "  -  ", "- ", " -- "])
def test_read_export_splits_one_row_titles_at_any_separator(tmp_path, separator):
    rows = [[cell.replace(" - ", separator) for cell in MEALS_ONE_ROW[0]], *MEALS_BODY]
    assert counts(read_rows_as(tmp_path, rows).responses, "food", "bread") == {True: 1, False: 2}


def test_read_export_splits_where_the_question_is_known(tmp_path):
    text = survey(
        "  - {id: a, text: Costs - all of them, type: multiple, page: 1, options: {x: Food - cheap, y: Rent}}\n",
        "  - {id: b, text: Costs, type: multiple, page: 1, options: {x: Fun}}\n",
    )
    rows = [
        ["id", "Costs - all of them - Food - cheap", "Costs - all of them - Rent", "Costs - Fun"],
        ["1", "Food - cheap", "", "Fun"],
    ]
    responses = read_rows_as(tmp_path, rows, text).responses
    assert responses.loc["1"].to_dict() == {("a", "x"): True, ("a", "y"): False, ("b", "x"): True}


def test_read_export_reads_what_pandas_has_written(tmp_path):
    titles = [title or f"Unnamed: {n}" for n, title in enumerate(MEALS_TITLES)]
    straight = read_rows_as(tmp_path, MEALS_TWO_ROWS).responses
    again = read_rows_as(tmp_path, [titles, MEALS_SUBTITLES, *MEALS_BODY]).responses
    pd.testing.assert_frame_equal(again, straight)


def test_read_export_reads_titles_that_pandas_has_numbered(tmp_path):
    text = survey(
        "  - {id: a, text: Which?, type: multiple, page: 1, options: {x: X}, other: Other}\n",
        "  - {id: b, text: Comments, type: open, page: 1}\n",
        "  - {id: c, text: Comments, type: open, page: 2}\n",
    )
    rows = [
        ["id", "Which? - X", "Which? - Other", "Which? - Other.1", "Comments", "Comments.1"],
        ["1", "", "Other", "so", "p", "q"],
    ]
    responses = read_rows_as(tmp_path, rows, text).responses
    assert responses.loc["1"].to_dict() == {
        **{("a", "x"): False, ("a", "other"): True, ("a", "other_text"): "so"},
        **{("b", ""): "p", ("c", ""): "q"},
    }


def test_read_export_reads_titles_that_are_filled_in(tmp_path):
    filled, last = [], ""
    for title in MEALS_TITLES:
        last = title or last
        filled.append(last)
    straight = read_rows_as(tmp_path, MEALS_TWO_ROWS).responses
    again = read_rows_as(tmp_path, [filled, MEALS_SUBTITLES, *MEALS_BODY]).responses
    pd.testing.assert_frame_equal(again, straight)


def test_read_export_finds_a_second_header_without_any_response_column(tmp_path):
    text = survey("  - {id: a, text: Which?, type: multiple, page: 1, options: {x: X, y: Y}}\n")
    for titles in (["id", "Which?", ""], ["id", "Which?", "Which?"]):
        responses = read_rows_as(tmp_path, [titles, ["", "X", "Y"], ["1", "X", ""]], text).responses
        assert responses.loc["1"].to_dict() == {("a", "x"): True, ("a", "y"): False}


def test_read_export_does_not_take_a_respondent_without_id_for_a_header(tmp_path):
    rows = replaced(MEALS_ONE_ROW, 1, 0, "")
    assert refused_export(tmp_path, rows) == ["row 2: the respondent id is blank; expected an id."]


# ---- repeated titles

BLOCKS = survey(
    single_line("role", 1),
    "  - {id: why_1, text: How did you decide?, type: multiple, page: 2, options: {x: Asked, y: Trend}, other: Other}\n",
    "  - {id: note_1, text: Comments, type: open, page: 2}\n",
    "  - {id: policy_1, text: Do you have policies?, type: single, page: 2, options: {yes: 'Yes', no: 'No'}}\n",
    "  - {id: why_2, text: How did you decide?, type: multiple, page: 3, options: {x: Told, y: Trend}, other: Other}\n",
    "  - {id: note_2, text: Comments, type: open, page: 3}\n",
    "  - {id: policy_2, text: Do you have policies?, type: single, page: 3, options: {yes: 'Yes', no: 'No'}}\n",
)
BLOCK_TITLES = [
    "id",
    "role",
    *(["How did you decide?", "", "", "Comments", "Do you have policies?"] * 2),
]
BLOCK_SUBTITLES = [
    "",
    "Response",
    *("Asked", "Trend", "Other", "Open-Ended Response", "Response"),
    *("Told", "Trend", "Other", "Open-Ended Response", "Response"),
]
BLOCK_BODY = [
    ["1", "Yes", "Asked", "", "", "first", "Yes", "", "", "", "", ""],
    ["2", "No", "", "", "", "", "", "Told", "Trend", "", "second", "No"],
    ["3", "Yes", "", "Trend", "else", "", "No", "", "", "", "", ""],
]


def expected_of_blocks(responses):
    assert counts(responses, "why_1", "x") == {True: 1, False: 1}
    assert counts(responses, "why_1", "y") == {True: 1, False: 1}
    assert counts(responses, "why_2", "y") == {True: 1}
    assert responses["why_1", "other_text"].dropna().to_dict() == {"3": "else"}
    assert responses["note_1", ""].dropna().to_dict() == {"1": "first"}
    assert responses["note_2", ""].dropna().to_dict() == {"2": "second"}
    assert counts(responses, "policy_1") == {"yes": 1, "no": 1}
    assert counts(responses, "policy_2") == {"no": 1}


def test_read_export_gives_repeated_titles_to_the_questions_in_order(tmp_path):
    expected_of_blocks(
        read_rows_as(tmp_path, [BLOCK_TITLES, BLOCK_SUBTITLES, *BLOCK_BODY], BLOCKS).responses
    )
    header = one_row(BLOCK_TITLES, BLOCK_SUBTITLES)
    expected_of_blocks(read_rows_as(tmp_path, [header, *BLOCK_BODY], BLOCKS).responses)


def test_read_export_tells_repeated_titles_apart_by_their_options(tmp_path):
    # the management's block stands first: its options show whose it is
    order = [0, 1, 7, 8, 9, 2, 3, 4, 5, 6, 10, 11]
    for rows in (
        [BLOCK_TITLES, BLOCK_SUBTITLES, *BLOCK_BODY],
        [one_row(BLOCK_TITLES, BLOCK_SUBTITLES), *BLOCK_BODY],
    ):
        expected_of_blocks(
            read_rows_as(tmp_path, [[row[i] for i in order] for row in rows], BLOCKS).responses
        )


@pytest.mark.parametrize("labels", [("Asked", "Trend"), ("Told", "Trend")])
def test_read_export_parts_neighbouring_blocks_of_one_title(tmp_path, labels):
    text = survey(
        "  - {id: a, text: Which?, type: multiple, page: 1, options: {x: Asked, y: Trend}}\n",
        f"  - {{id: b, text: Which?, type: multiple, page: 2, options: {{x: {labels[0]}, y: {labels[1]}}}}}\n",
    )
    body = [["1", "Asked", "", labels[0], labels[1]]]
    titles, subtitles = ["id", "Which?", "", "Which?", ""], ["", "Asked", "Trend", *labels]
    for rows in ([titles, subtitles, *body], [one_row(titles, subtitles), *body]):
        responses = read_rows_as(tmp_path, rows, text).responses
        assert responses.loc["1"].tolist() == [True, False, True, True]


def test_read_export_refuses_a_block_that_no_question_is_left_for(tmp_path):
    rows = [[*row, *row[5:6]] for row in map(list, MEALS_TWO_ROWS)]
    (fault,) = refused_export(tmp_path, rows)
    assert fault.startswith(
        "column 21 (U) 'Do you eat lunch?': a second column block with this title"
    )


def test_read_export_names_the_question_whose_block_is_absent(tmp_path):
    rows = [row[:7] for row in [BLOCK_TITLES, BLOCK_SUBTITLES, *BLOCK_BODY]]
    assert [fault.split(" (")[0] for fault in refused_export(tmp_path, rows, BLOCKS)] == [
        f"question '{name}'" for name in ("why_2", "note_2", "policy_2")
    ]


# ---- companions

WHERE = survey(
    "  - {id: a, text: Where?, type: single, page: 1, options: {home: Home}, other: Elsewhere (please say)}\n"
)
WHICH = survey(
    "  - {id: a, text: Which?, type: multiple, page: 1, options: {x: X}, other: Other (please say)}\n"
)
SAY = "Other (please say)"


@pytest.mark.parametrize(
    ("titles", "subtitles"),
    [
        (["id", "Where?", ""], ["", "Response", "Elsewhere (please say)"]),
        (["id", "Where?", "Where?"], ["", "Response", "Elsewhere (please say)"]),
        (["id", "Where?", "Where? - Elsewhere (please say)"], None),
        (["id", "Where?", "Elsewhere (please say)"], None),  # the bare label
        (["id", "Where?", "ElsewhereÊ(please say)"], None),
    ],
)
def test_read_export_reads_the_companion_of_a_single_question(tmp_path, titles, subtitles):
    body = [
        ["1", "Home", ""],
        ["2", "Elsewhere (please say)", "Garden"],
        ["3", "", "Roof"],  # the text alone says it too
        ["4", "", ""],
    ]
    export = read_rows_as(tmp_path, [titles, *([subtitles] if subtitles else []), *body], WHERE)
    assert export.responses["a", ""].astype(object).fillna("").tolist() == [
        "home",
        "other",
        "other",
        "",
    ]
    assert export.responses["a", "other_text"].dropna().to_dict() == {"2": "Garden", "3": "Roof"}
    assert export.log.to_dict("records") == [
        {"respondent": "3", "question": "a", "item": "", "before": "", "after": "other",
         "rule": "companion text, no option"},
    ]  # fmt: skip


def test_read_export_does_without_the_companion_of_a_single_question(tmp_path):
    rows = [["id", "Where?"], ["1", "Elsewhere (please say)"], ["2", "Home"]]
    export = read_rows_as(tmp_path, rows, WHERE)
    assert export.responses["a", ""].tolist() == ["other", "home"]
    assert export.responses["a", "other_text"].isna().all()
    assert export.findings["kind"].tolist() == ["companion without a column"]
    near = [["id", "Where?", "Elswhere (please say)"], ["1", "Elsewhere (please say)", "Garden"]]
    found = read_rows_as(tmp_path, near, WHERE).findings
    assert found["kind"].tolist() == ["column ignored", "companion without a column"]
    assert found["column"].tolist() == ["Elswhere (please say)", "Elsewhere (please say)"]


def test_read_export_keeps_the_option_that_stands_beside_a_companion_text(tmp_path):
    rows = [
        ["id", "Where?", "Where? - Elsewhere (please say)"],
        ["1", "Home", "sometimes the garden"],
    ]
    responses = read_rows_as(tmp_path, rows, WHERE).responses
    assert responses.loc["1"].tolist() == ["home", "sometimes the garden"]


@pytest.mark.parametrize(
    ("titles", "subtitles", "body", "ticks", "texts"),
    [
        # tick and text, in two header rows and in one
        (["id", "Which?", "", ""], ["", "X", SAY, SAY],
         [["1", "X", "", ""], ["2", "", SAY, "Z"]], [False, True], {"2": "Z"}),
        (["id", "Which? - X", f"Which? - {SAY}", f"Which? - {SAY}"], None,
         [["1", "X", "", ""], ["2", "", SAY, "Z"]], [False, True], {"2": "Z"}),
        # text before tick
        (["id", "Which? - X", f"Which? - {SAY}", f"Which? - {SAY}"], None,
         [["1", "X", "", ""], ["2", "", "Z", SAY]], [False, True], {"2": "Z"}),
        # the text column alone
        (["id", "Which?", ""], ["", "X", SAY], [["1", "X", ""], ["2", "", "Z"]], [False, True], {"2": "Z"}),
        (["id", "Which? - X", f"Which? - {SAY}"], None, [["1", "X", "Z"], ["2", "X", ""]], [True, False], {"1": "Z"}),
        # the bare label
        (["id", "Which? - X", SAY], None, [["1", "X", "Z"], ["2", "X", ""]], [True, False], {"1": "Z"}),
        (["id", "Which? - X", f"Which? - {SAY}", SAY], None,
         [["1", "X", SAY, "Z"], ["2", "X", "", ""]], [True, False], {"1": "Z"}),
        # the tick column alone
        (["id", "Which?", ""], ["", "X", SAY], [["1", "X", ""], ["2", "", SAY]], [False, True], {}),
        (["id", "Which?", ""], ["", "X", SAY], [["1", "1", "0"], ["2", "0", "1"]], [False, True], {}),
        # a text without its tick
        (["id", "Which?", "", ""], ["", "X", SAY, SAY],
         [["1", "X", "", "Z"], ["2", "", SAY, ""]], [True, True], {"1": "Z"}),
        # nobody said anything else
        (["id", "Which?", "", ""], ["", "X", SAY, SAY], [["1", "X", "", ""], ["2", "X", "", ""]], [False, False], {}),
    ],
)  # fmt: skip
def test_read_export_reads_the_companion_of_a_multiple_question(
    tmp_path, titles, subtitles, body, ticks, texts
):
    responses = read_rows_as(
        tmp_path, [titles, *([subtitles] if subtitles else []), *body], WHICH
    ).responses
    assert responses["a", "other"].tolist() == ticks
    assert responses["a", "other_text"].dropna().to_dict() == texts


def test_read_export_joins_a_companion_that_is_ticked_in_two_columns(tmp_path):
    body = [["1", "", SAY, SAY, "Z"], ["2", "X", "", SAY, ""], ["3", "X", "", "", ""]]
    export = read_rows_as(
        tmp_path, [["id", "Which?", "", "", ""], ["", "X", SAY, SAY, SAY], *body], WHICH
    )
    assert export.responses["a", "other"].tolist() == [True, True, False]
    assert export.responses["a", "other_text"].dropna().to_dict() == {"1": "Z"}
    assert export.findings["kind"].tolist() == ["option in several columns"]


def test_read_export_reads_a_companion_that_is_an_option_itself(tmp_path):
    text = survey(
        "  - {id: a, text: Which?, type: multiple, page: 1, options: {e: Other (please say), x: X}, other: Other (please say)}\n",
        "  - {id: b, text: Where?, type: single, page: 1, options: {e: Other (please say), x: X}, other: Other (please say)}\n",
    )
    rows = [
        ["id", "Which?", "", "", "Where?", ""],
        ["", SAY, SAY, "X", "Response", SAY],
        ["1", SAY, "so", "X", SAY, "there"],
    ]
    responses = read_rows_as(tmp_path, rows, text).responses
    assert responses.loc["1"].to_dict() == {
        **{("a", "e"): True, ("a", "x"): True, ("a", "other_text"): "so"},
        **{("b", ""): "e", ("b", "other_text"): "there"},
    }


def test_read_export_lists_a_companion_that_the_questionnaire_does_not_name(tmp_path):
    text = WHICH.replace(", other: Other (please say)", "")
    rows = [["id", "Which?", ""], ["", "X", "Remarks"], ["1", "X", "fine"], ["2", "", "well"]]
    export = read_rows_as(tmp_path, rows, text)
    assert export.findings.to_dict("records") == [
        {
            "kind": "column ignored",
            "column": "Remarks",
            "count": 2,
            "message": "not among the options of a; filled by 2",
        }
    ]
    assert "fine" not in repr(export)


# ---- options and columns that do not fit


def test_read_export_names_an_option_without_a_column(tmp_path):
    for rows in (MEALS_TWO_ROWS, MEALS_ONE_ROW):
        (fault,) = refused_export(tmp_path, [row[:9] + row[10:] for row in map(list, rows)])
        assert fault == (
            "question 'food' (line 14): option 'bread' has no column 'Bread' under column 9 (I) "
            "'What do you eat? Choose all that apply.'."
        )


def test_read_export_suggests_a_near_option_column_but_never_takes_it(tmp_path):
    rows = replaced(MEALS_TWO_ROWS, 1, 9, "Breads")
    rows = [
        [cell if n != 9 or cell != "Bread" else "Breads" for n, cell in enumerate(row)]
        for row in rows
    ]
    missing, extra = refused_export(tmp_path, rows)
    assert missing.endswith("Near to it is 'Breads'.")
    assert extra.startswith(
        "column 10 (J) 'Breads': 1 answers to an option that 'food' (line 14) does not have"
    )
    assert "Near to 'Bread'." in extra


@pytest.mark.parametrize("cell", ["Salad", "1", "Selected"])
def test_read_export_refuses_ticks_in_a_column_without_an_option(tmp_path, cell):
    rows = [
        [*row[:12], extra, *row[12:]]
        for row, extra in zip(MEALS_TWO_ROWS, ["", "Salad", cell, *[""] * 5], strict=True)
    ]
    (fault,) = refused_export(tmp_path, rows)
    assert fault.startswith(
        "column 13 (M) 'Salad': 1 answers to an option that 'food' (line 14) does not have"
    )


def test_read_export_only_lists_an_option_column_that_nobody_ticked(tmp_path):
    rows = [
        [*row[:12], extra, *row[12:]]
        for row, extra in zip(MEALS_TWO_ROWS, ["", "Salad", *[""] * 6], strict=True)
    ]
    found = read_rows_as(tmp_path, rows).findings
    assert ("column ignored", "Salad", 0) in found[["kind", "column", "count"]].itertuples(
        index=False, name=None
    )


@pytest.mark.parametrize(
    ("position", "subtitle", "cell", "question"),
    [(16, "Salad", "2", "an option that 'order'"), (18, "Salad", "Good", "a row that 'views'")],
)
def test_read_export_refuses_ranks_and_ratings_of_an_unknown_item(
    tmp_path, position, subtitle, cell, question
):
    extras = ["", subtitle, cell, *[""] * 5]
    rows = [
        [*row[:position], extra, *row[position:]]
        for row, extra in zip(MEALS_TWO_ROWS, extras, strict=True)
    ]
    (fault,) = refused_export(tmp_path, rows)
    assert f"'{subtitle}': 1 answers to {question}" in fault


def test_read_export_refuses_swapped_option_columns(tmp_path):
    subtitles = list(MEALS_SUBTITLES)
    subtitles[8], subtitles[9] = subtitles[9], subtitles[8]
    faults = refused_export(tmp_path, [MEALS_TITLES, subtitles, *MEALS_BODY])
    assert faults == [
        f"column {n} 'What do you eat? Choose all that apply.': '{cell}' (1 times) stands in the "
        f"column of option '{option}' of 'food'; expected the option's text or a blank."
        for n, cell, option in (("10 (J)", "Bread", "Soup"), ("9 (I)", "Soup", "Bread"))
    ]


def test_read_export_refuses_swapped_question_columns(tmp_path):
    titles = list(MEALS_TITLES)
    titles[5], titles[12] = titles[12], titles[5]
    faults = refused_export(tmp_path, [titles, MEALS_SUBTITLES, *MEALS_BODY])
    assert [fault.split(" is no option")[0] for fault in faults] == [
        "column 13 (M) 'Do you eat lunch?': '1-5 bites' (2 times)",
        "column 13 (M) 'Do you eat lunch?': '6-10 bites' (1 times)",
        "column 6 (F) 'How large is it?': 'Yes' (4 times)",
        "column 6 (F) 'How large is it?': 'No' (1 times)",
    ]


def test_read_export_suggests_a_near_answer_but_never_takes_it(tmp_path):
    (fault,) = refused_export(tmp_path, replaced(MEALS_TWO_ROWS, 2, 12, "1-5 bite"))
    assert fault == (
        "column 13 (M) 'How large is it?': '1-5 bite' (1 times) is no option of 'size'; near to "
        "'1-5 bites'."
    )


def test_read_export_counts_an_unknown_answer(tmp_path):
    rows = replaced(replaced(MEALS_TWO_ROWS, 2, 5, "Perhaps"), 3, 5, "Perhaps ")
    (fault,) = refused_export(tmp_path, rows)
    assert fault == (
        "column 6 (F) 'Do you eat lunch?': 'Perhaps' (2 times) is no option of 'eats' (line 6); "
        "expected one of its options, or a blank."
    )


def test_read_export_refuses_a_multiple_question_that_has_one_column(tmp_path):
    text = survey("  - {id: a, text: Which?, type: multiple, page: 1, options: {x: X, y: Y}}\n")
    assert refused_export(tmp_path, [["id", "Which?"], ["1", "X"]], text) == [
        "question 'a' (line 3) is multiple, but column 2 (B) 'Which?' is one column; expected a "
        "column for each option."
    ]


def test_read_export_reports_all_faults_but_prints_twenty(tmp_path):
    body = [[str(n), f"answer {n:02}"] for n in range(30)]
    faults = refused_export(tmp_path, [["id", "a"], *body], survey(single_line("a")))
    assert len(faults) == 21
    assert faults[-1] == "and 10 more"


# ---- titles that are not quite those of the questionnaire


def proposals(rows, text):
    """What each fault of these rows proposes: key, code and value."""
    with pytest.raises(Refused) as caught:
        interpreted((Rows.of(rows), [*range(1, len(rows) + 1)]), questionnaire(text), Path("x.csv"))
    return [[(p.key, p.code, p.value) for p in fault.proposals] for fault in caught.value.faults]


def test_an_alias_comes_with_the_options_that_it_asks_for():
    rows = [["id", "Will you vot?"], ["1", "Yes"], ["2", "No"], ["3", "Perhaps"]]
    vote = "  - {id: a, text: Will you vote?, type: single, page: 1, options: {y: Yes, n: No}}\n"
    expected = [("aliases", "", "Will you vot?"), ("options", "perhaps", "Perhaps")]
    assert proposals(rows, survey(vote)) == [expected]


def test_no_alias_is_proposed_where_most_answers_are_of_another_question():
    rows = [["id", "Will you vot?"], ["1", "Red"], ["2", "Blue"], ["3", "Yes"]]
    vote = "  - {id: a, text: Will you vote?, type: single, page: 1, options: {y: Yes, n: No}}\n"
    assert proposals(rows, survey(vote)) == [[]]


@pytest.mark.parametrize(
    ("title", "options"),
    [("Which? Please select all.", ["A", "B"]), ("Which? Please select all.", ["A"])],
)
def test_an_alias_is_what_stands_before_the_options(title, options):
    rows = [["id", *(f"{title} - {o}" for o in options)], ["1", *options]]
    listed = ", ".join(options)
    which = f"  - {{id: a, text: Which?, type: multiple, page: 1, options: [{listed}]}}\n"
    head = "Which of these do you use at home? Please select all."
    rows[0] = ["id", *(f"{head} - {o}" for o in options)]
    which = which.replace("Which?", "Which of these do you use at home?")
    assert proposals(rows, survey(which)) == [[("aliases", "", head)]]


def test_a_title_may_go_on_in_brackets_after_few_letters():
    rows = [["id", "Age (years)"], ["1", "30"]]
    age = "  - {id: a, text: Age, type: numeric, page: 1}\n"
    assert proposals(rows, survey(age)) == [[("aliases", "", "Age (years)")]]


def test_a_missing_question_is_told_with_the_titles_that_have_its_words(tmp_path):
    rows = [["id", "Do you ever gamble?", "Your town"], ["1", "Yes", "X"]]
    gamble = "  - {id: a, text: Do you gamble?, type: single, page: 1, options: [Yes]}\n"
    assert refused_export(tmp_path, rows, survey(gamble)) == [
        "question 'a' (line 3): no column 'Do you gamble?'; no question has 'Do you ever gamble?'. "
        "If that is it, write it in the aliases. If the file lacks it, export all questions, or say "
        "`optional: true`."
    ]
