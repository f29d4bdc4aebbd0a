"""Which column belongs to which question, in every shape of export, and what is refused."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_exports import (
    MEALS,
    MEALS_BODY,
    MEALS_ONE_ROW,
    MEALS_SUBTITLES,
    MEALS_TITLES,
    MEALS_TWO_ROWS,
    OTHER,
    counts,
    one_row,
    questionnaire,
    read_rows_as,
    replaced,
    write_csv,
    write_xlsx,
)

from dmsi_lib.errors import InputError
from dmsi_lib.export import read_export

YES_NO = 'options: {yes: "Yes", no: "No"}'


def refusal(folder, rows, text=MEALS):
    """The lines of the message that an export is refused with, the heading left out."""
    with pytest.raises(InputError) as error:
        read_rows_as(folder, rows, text)
    heading, *faults = str(error.value).splitlines()
    assert heading.startswith(str(folder / "export.csv"))
    return [fault.removeprefix("  - ") for fault in faults] or [
        heading.split("export.csv")[1].lstrip(":, ")
    ]


def single(name, page=1, more="", text=None):
    return f"  - {{id: {name}, text: {text or name}, type: single, page: {page}, {YES_NO}{more}}}\n"


def survey(*questions, head=""):
    return f"id_column: id\n{head}questions:\n" + "".join(questions)


def columns_of(export, question):
    return [item for name, item in export.responses.columns if name == question]


# ---- the same answers from both shapes and every format


@pytest.mark.parametrize(
    "rows", [MEALS_TWO_ROWS, MEALS_ONE_ROW], ids=["two header rows", "one header row"]
)
@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_read_export_brings_every_type_to_its_codes(tmp_path, rows, write):
    path = write(tmp_path / f"export.{write.__name__.removeprefix('write_')}", rows)
    export = read_export(path, questionnaire())
    responses = export.responses
    assert export.path == str(path)
    assert list(responses.index) == ["101", "102", "103", "104", "105", "106"]
    assert responses.index.name == "respondent"
    assert responses.columns.names == ["question", "item"]

    eats = responses["eats", ""]
    assert list(eats.cat.categories) == ["yes", "no"]
    assert eats.astype(object).where(eats.notna(), None).tolist() == [
        "yes",
        "yes",
        "yes",
        "yes",
        "no",
        None,
    ]
    assert counts(responses, "place") == {"home": 1, "other": 1, "work": 1}
    assert responses["place", "other_text"].dropna().to_dict() == {"102": "In a park"}

    assert columns_of(export, "food") == ["soup", "bread", "fruit", "other", "other_text"]
    answered = responses["food", "soup"].notna()
    assert list(responses.index[answered]) == ["101", "102", "103"]
    ticks = responses.loc[answered, "food"]
    assert ticks["soup"].tolist() == [True, False, False]
    assert ticks["bread"].tolist() == [False, True, False]
    assert ticks["fruit"].tolist() == [False, True, False]
    assert ticks["other"].tolist() == [False, False, True]
    assert ticks["other_text"].dropna().to_dict() == {"103": "Cake"}
    assert str(ticks["soup"].dtype) == "boolean"

    assert counts(responses, "size") == {"small": 2, "large": 1}
    assert responses["order", "soup"].dropna().tolist() == [1, 3, 1]
    assert responses["order", "fruit"].dropna().tolist() == [3, 1]  # N/A is no rank
    assert str(responses["order", "soup"].dtype) == "Int64"
    assert counts(responses, "views", "soup") == {"good": 2, "bad": 1}
    assert counts(responses, "views", "bread") == {"bad": 1, "good": 1}
    assert responses["minutes", ""].dropna().tolist() == [10.0, 1200.0, 2.5]
    assert responses["why", ""].dropna().to_dict() == {
        "101": "Hungry",
        "102": "NA",
        "105": "No time",
    }
    assert responses.loc["106"].isna().all()


def test_read_export_never_shows_an_identity_column(tmp_path):
    titles = [*MEALS_TITLES, "Pet's name", "Email address", "", "E-Mail:", "Name"]
    secrets = ["Rex", "a@example.org", "b@example.org", "c@example.org", "Zacharias"]
    rows = [
        titles,
        [*MEALS_SUBTITLES, "Open-Ended Response", "", "Work", "Response", "Response"],
        *([*row, *secrets] for row in MEALS_BODY),
    ]
    text = MEALS.replace("questions:", 'identity_columns: ["Pet\'s name"]\nquestions:', 1)
    export = read_rows_as(tmp_path, rows, text)
    with pd.option_context(
        "display.max_rows", None, "display.max_columns", None, "display.max_colwidth", None
    ):
        shown = "\n".join(
            frame.to_csv() + frame.to_string() + repr(frame.to_dict())
            for frame in (export.responses, export.log, export.findings)
        ) + repr(export)  # fmt: skip
    for secret in (*secrets, *MEALS_BODY[0][2:5], "@", "203.0"):
        assert secret not in shown
    dropped = export.findings.query("kind == 'identity column dropped'")
    assert dropped["column"].tolist() == [
        *("IP Address", "Email Address", "First Name"),
        *("Pet's name", "Email address", "", "E-Mail:", "Name"),
    ]


def test_read_export_lists_columns_that_the_questionnaire_does_not_name(tmp_path):
    rows = [
        [*MEALS_TITLES, "What is your favourite colour?", "Which pets?", "", "Do you eat lunches?"],
        [*MEALS_SUBTITLES, "Response", "Cat", "Dog", "Response"],
        *([*row, "Blue", "Cat", "", "Yes"] for row in MEALS_BODY),
    ]
    found = read_rows_as(tmp_path, rows).findings
    ignored = found[found["kind"] == "column ignored"].set_index("column")
    assert ignored["count"].to_dict() == {
        **{"Collector ID": 1, "What is your favourite colour?": 1, "Which pets?": 2},
        "Do you eat lunches?": 1,
    }
    assert ignored.loc["Which pets?", "message"] == "not in the questionnaire"
    # near to a title that another column has: suggested, not taken
    assert ignored.loc["Do you eat lunches?", "message"] == (
        "not in the questionnaire; near to 'Do you eat lunch?': aliases: [\"Do you eat lunches?\"]"
    )


def test_read_export_takes_questions_in_any_order_of_columns(tmp_path):
    order = [0, 19, 18, 16, 17, 13, 14, 15, 12, 8, 9, 10, 11, 6, 7, 5]
    export = read_rows_as(tmp_path, [[row[i] for i in order] for row in MEALS_TWO_ROWS])
    straight = read_rows_as(tmp_path, MEALS_TWO_ROWS)
    pd.testing.assert_frame_equal(export.responses, straight.responses)


def test_read_export_does_not_change_with_the_order_of_respondents(tmp_path):
    straight = read_rows_as(tmp_path, MEALS_TWO_ROWS).responses
    turned = read_rows_as(tmp_path, [*MEALS_TWO_ROWS[:2], *reversed(MEALS_BODY)]).responses
    pd.testing.assert_frame_equal(turned.loc[straight.index], straight)


def test_read_export_knows_synthetic_data_by_its_collector(tmp_path):
    assert read_rows_as(tmp_path, MEALS_TWO_ROWS).synthetic is False
    marked = replaced(MEALS_TWO_ROWS, 3, 1, "Synthetic-2018")
    assert read_rows_as(tmp_path, marked).synthetic is True


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
        (fault,) = refusal(tmp_path, replaced(rows, 0, 5, "Do you eat a lunch?"))
        assert fault == (
            "question 'eats' (line 6): no column 'Do you eat lunch?'; near to it is 'Do you eat a "
            'lunch?\'. If it is the same: aliases: ["Do you eat a lunch?"]'
        )


def test_read_export_suggests_a_near_title_of_option_columns(tmp_path):
    rows = [
        [cell.replace("What do you eat?", "What did you eat?") for cell in row]
        for row in MEALS_ONE_ROW
    ]
    (fault,) = refusal(tmp_path, rows)
    assert "near to it is 'What did you eat? Choose all that apply.'" in fault


def test_read_export_names_a_question_without_any_column(tmp_path):
    rows = [row[:5] + row[6:] for row in map(list, MEALS_TWO_ROWS)]
    assert refusal(tmp_path, rows) == [
        "question 'eats' (line 6): no column 'Do you eat lunch?'. Export all questions, or remove it "
        "from the questionnaire."
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
    assert refusal(tmp_path, rows) == ["row 2: the respondent id is blank; expected an id."]


# ---- repeated titles

BLOCKS = survey(
    single("role", 1),
    "  - {id: why_1, text: How did you decide?, type: multiple, page: 2, options: {x: Asked, y: Trend}, other: Other}\n",
    "  - {id: note_1, text: Comments, type: open, page: 2}\n",
    "  - {id: policy_1, text: Do you have policies?, type: single, page: 2, " + YES_NO + "}\n",
    "  - {id: why_2, text: How did you decide?, type: multiple, page: 3, options: {x: Told, y: Trend}, other: Other}\n",
    "  - {id: note_2, text: Comments, type: open, page: 3}\n",
    "  - {id: policy_2, text: Do you have policies?, type: single, page: 3, " + YES_NO + "}\n",
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
    (fault,) = refusal(tmp_path, rows)
    assert fault.startswith(
        "column 21 (U) 'Do you eat lunch?': a second column block with this title"
    )


def test_read_export_names_the_question_whose_block_is_absent(tmp_path):
    rows = [row[:7] for row in [BLOCK_TITLES, BLOCK_SUBTITLES, *BLOCK_BODY]]
    assert [fault.split(" (")[0] for fault in refusal(tmp_path, rows, BLOCKS)] == [
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
    responses = read_rows_as(tmp_path, rows, WHERE).responses
    assert responses["a", ""].tolist() == ["other", "home"]
    assert responses["a", "other_text"].isna().all()


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
            "message": "not among the options of a",
        }
    ]
    assert "fine" not in repr(export)


# ---- options and columns that do not fit


def test_read_export_names_an_option_without_a_column(tmp_path):
    for rows in (MEALS_TWO_ROWS, MEALS_ONE_ROW):
        (fault,) = refusal(tmp_path, [row[:9] + row[10:] for row in map(list, rows)])
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
    missing, extra = refusal(tmp_path, rows)
    assert missing.endswith("Near to it is 'Breads'; if it is the same: bread: \"Breads\"")
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
    (fault,) = refusal(tmp_path, rows)
    assert fault.startswith(
        "column 13 (M) 'Salad': 1 answers to an option that 'food' (line 14) does not have"
    )
    assert fault.endswith('Add it to its options: "Salad"')


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
    [(16, "Salad", "2", "order"), (18, "Salad", "Good", "views")],
)
def test_read_export_refuses_ranks_and_ratings_of_an_unknown_item(
    tmp_path, position, subtitle, cell, question
):
    extras = ["", subtitle, cell, *[""] * 5]
    rows = [
        [*row[:position], extra, *row[position:]]
        for row, extra in zip(MEALS_TWO_ROWS, extras, strict=True)
    ]
    (fault,) = refusal(tmp_path, rows)
    assert f"'{subtitle}': 1 answers to an option that '{question}'" in fault


def test_read_export_refuses_swapped_option_columns(tmp_path):
    subtitles = list(MEALS_SUBTITLES)
    subtitles[8], subtitles[9] = subtitles[9], subtitles[8]
    faults = refusal(tmp_path, [MEALS_TITLES, subtitles, *MEALS_BODY])
    assert faults == [
        f"column {n} 'What do you eat? Choose all that apply.': '{cell}' (1 times) stands in the "
        f"column of option '{option}' of 'food'; expected the option's text or a blank."
        for n, cell, option in (("10 (J)", "Bread", "Soup"), ("9 (I)", "Soup", "Bread"))
    ]


def test_read_export_refuses_swapped_question_columns(tmp_path):
    titles = list(MEALS_TITLES)
    titles[5], titles[12] = titles[12], titles[5]
    faults = refusal(tmp_path, [titles, MEALS_SUBTITLES, *MEALS_BODY])
    assert [fault.split(" is no option")[0] for fault in faults] == [
        "column 13 (M) 'Do you eat lunch?': '1-5 bites' (2 times)",
        "column 13 (M) 'Do you eat lunch?': '6-10 bites' (1 times)",
        "column 6 (F) 'How large is it?': 'Yes' (4 times)",
        "column 6 (F) 'How large is it?': 'No' (1 times)",
    ]


def test_read_export_suggests_a_near_answer_but_never_takes_it(tmp_path):
    (fault,) = refusal(tmp_path, replaced(MEALS_TWO_ROWS, 2, 12, "1-5 bite"))
    assert fault == (
        "column 13 (M) 'How large is it?': '1-5 bite' (1 times) is no option of 'size'; near to "
        "'1-5 bites'. If it is the same, change the label to: \"1-5 bite\""
    )


def test_read_export_counts_an_unknown_answer(tmp_path):
    rows = replaced(replaced(MEALS_TWO_ROWS, 2, 5, "Perhaps"), 3, 5, "Perhaps ")
    (fault,) = refusal(tmp_path, rows)
    assert fault == (
        "column 6 (F) 'Do you eat lunch?': 'Perhaps' (2 times) is no option of 'eats' (line 6). Add "
        "it to the options, or correct the export."
    )


def test_read_export_refuses_a_single_question_that_has_a_column_for_each_option(tmp_path):
    text = survey("  - {id: a, text: Which?, type: single, page: 1, options: {x: X, y: Y}}\n")
    for rows in (
        [["id", "Which?", ""], ["", "X", "Y"], ["1", "X", ""]],
        [["id", "Which? - X", "Which? - Y"], ["1", "X", "Y"]],
    ):
        (fault,) = refusal(tmp_path, rows, text)
        assert fault.startswith(
            "question 'a' (line 3) is single, but column 2 (B) 'Which?' has a column for each option"
        )


def test_read_export_refuses_a_multiple_question_that_has_one_column(tmp_path):
    text = survey("  - {id: a, text: Which?, type: multiple, page: 1, options: {x: X, y: Y}}\n")
    assert refusal(tmp_path, [["id", "Which?"], ["1", "X"]], text) == [
        "question 'a' (line 3) is multiple, but column 2 (B) 'Which?' is one column; expected a "
        "column for each option. Its type may be single."
    ]


def test_read_export_reports_all_faults_but_prints_twenty(tmp_path):
    body = [[str(n), f"answer {n:02}"] for n in range(30)]
    faults = refusal(tmp_path, [["id", "a"], *body], survey(single("a")))
    assert len(faults) == 21
    assert faults[-1] == "and 10 more"


# ---- respondents


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (["1", "2", "1"], "1 respondent ids stand more than once, the first in rows 2, 4"),
        (["1", "", "3"], "row 3: the respondent id is blank"),
        (["1", "  ", "3"], "row 3: the respondent id is blank"),
        (
            ["1", "3.23E+09", "3"],
            "row 3: the respondent id is '3.23E+09': a spreadsheet has shortened it",
        ),
        (
            ["1", "3,23E+09", "3"],
            "row 3: the respondent id is '3,23E+09': a spreadsheet has shortened it",
        ),
        (
            ["1.14e+16", "2", "3"],
            "row 2: the respondent id is '1.14e+16': a spreadsheet has shortened it",
        ),
    ],
)
def test_read_export_refuses_ids_that_do_not_name_one_respondent(tmp_path, ids, expected):
    (message,) = refusal(
        tmp_path, [["id", "a"], *([name, "Yes"] for name in ids)], survey(single("a"))
    )
    assert message.startswith(expected)


@pytest.mark.parametrize(
    "ids",
    [["007", "7"], ["E1", "e1"], ["1e", "e5"], ["98765432109876543210", "98765432109876543211"]],
)
def test_read_export_keeps_ids_as_they_are(tmp_path, ids):
    export = read_rows_as(
        tmp_path, [["id", "a"], *([name, "Yes"] for name in ids)], survey(single("a"))
    )
    assert list(export.responses.index) == ids


def test_read_export_needs_exactly_one_id_column(tmp_path):
    rows = [["Respondent ID", "a"], ["1", "Yes"]]
    (message,) = refusal(tmp_path, rows, "id_column: Respondents ID\nquestions:\n" + single("a"))
    assert message == (
        "row 1: no column 'Respondents ID' (the questionnaire's id_column); expected exactly one. "
        "Is it 'Respondent ID'? Then set id_column to that."
    )
    (message,) = refusal(tmp_path, [["id", "ID", "a"], ["1", "1", "Yes"]], survey(single("a")))
    assert message.startswith("row 1: 2 columns 'id'")


@pytest.mark.parametrize("header", [[["id", "a"]], [["id", "a"], ["", "Response"]]])
def test_read_export_refuses_an_export_without_respondents(tmp_path, header):
    assert refusal(tmp_path, header, survey(single("a"))) == [
        "has a header but no respondents; expected a row for each."
    ]


def test_read_export_reads_one_respondent(tmp_path):
    export = read_rows_as(tmp_path, [["id", "a"], ["1", ""]], survey(single("a")))
    assert export.responses.shape == (1, 1)
    assert export.responses.isna().all(axis=None)


def test_read_export_finds_the_id_column_anywhere(tmp_path):
    rows = [["a", "b", "id"], ["Response", "Response", ""], ["Yes", "No", "1"]]
    export = read_rows_as(tmp_path, rows, survey(single("a"), single("b")))
    assert export.responses.loc["1"].tolist() == ["yes", "no"]


# ---- any table comes back as it was written

CODES = ["one", "two", "three"]
LABELS = {"one": "One of them", "two": "2-3", "three": "Three, or more"}
RANDOM = survey(
    "  - {id: s, text: Pick one, type: single, page: 1, options: {one: One of them, two: 2-3, three: 'Three, or more'}, other: Other}\n",
    "  - {id: m, text: Pick any, type: multiple, page: 1, options: {one: One of them, two: 2-3, three: 'Three, or more'}, other: Other}\n",
    "  - {id: r, text: Rank, type: ranking, page: 1, options: {one: One of them, two: 2-3, three: 'Three, or more'}}\n",
    "  - {id: o, text: Say, type: open, page: 1}\n",
)
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8).map(str.strip)
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "s": st.sampled_from([None, *CODES, "other"]),
            "m": st.none() | st.sets(st.sampled_from([*CODES, "other"]), min_size=1),
            "r": st.none() | st.permutations([1, 2, 3]),
            "o": WORDS,
            "text": WORDS,
        }
    ),
    min_size=1,
    max_size=6,
)


@given(people=PEOPLE, in_one_row=st.booleans(), companion_texts=st.booleans())
@settings(deadline=None, max_examples=80)
def test_read_export_gives_back_any_answers(tmp_path_factory, people, in_one_row, companion_texts):
    labels = list(LABELS.values())
    titles = ["id", "Pick one", "", "Pick any", "", "", "", "", "Rank", "", "", "Say"]
    subtitles = ["", "Response", "Other", *labels, "Other", "Other", *labels, "Open-Ended Response"]
    body = []
    for n, person in enumerate(people):
        text = person["text"] if companion_texts else ""
        ticked = person["m"] or set()
        body.append(
            [
                f"p{n}",
                *(
                    LABELS.get(person["s"], "Other" if person["s"] else ""),
                    text if person["s"] == "other" else "",
                ),
                *(LABELS[code] if code in ticked else "" for code in CODES),
                *("Other" if "other" in ticked else "", text if "other" in ticked else ""),
                *(map(str, person["r"] or [""] * 3)),
                person["o"],
            ]
        )
    header = [one_row(titles, subtitles)] if in_one_row else [titles, subtitles]
    responses = read_rows_as(tmp_path_factory.mktemp("t"), [*header, *body], RANDOM).responses
    assert len(responses) == len(people)
    for person, (_, row) in zip(people, responses.iterrows(), strict=True):
        given_answer = {key: None if pd.isna(value) else value for key, value in row.items()}
        assert given_answer["s", ""] == person["s"]
        for code in [*CODES, "other"]:
            assert given_answer["m", code] == (code in person["m"] if person["m"] else None)
        assert [given_answer["r", code] for code in CODES] == list(person["r"] or [None] * 3)
        assert given_answer["o", ""] == (person["o"] or None)


@given(
    cells=st.lists(
        st.lists(
            st.sampled_from(["", "id", "a", "a - x", "Yes", "x", "Response", "1", " "]),
            min_size=3,
            max_size=3,
        ),
        max_size=4,
    )
)
@settings(deadline=None, max_examples=200)
def test_read_export_reads_or_refuses_any_table(tmp_path_factory, cells):
    text = survey(
        single("a"), "  - {id: b, text: a, type: multiple, page: 2, options: {x: x}, other: Yes}\n"
    )
    path = write_csv(tmp_path_factory.mktemp("t") / "export.csv", [["id", "a", "a - x"], *cells])
    try:
        export = read_export(path, questionnaire(text))
    except InputError as refused:
        assert str(path) in str(refused)
    else:
        assert export.responses.index.is_unique
