"""One header row or two, brought to the same blocks of columns."""

from pathlib import Path

import pytest
from sample_exports import MEALS_ONE_ROW, MEALS_TWO_ROWS, questionnaire

from dmsi_lib.reading.header.header_rows import read_header
from dmsi_lib.reading.header.headers import (
    Block,
    Header,
    column_blocks,
    fits,
    is_response,
)
from dmsi_lib.reading.identities.identities import identity_columns
from dmsi_lib.reading.rows.rows import Rows

PATH = Path("export.csv")
MEALS = questionnaire()


def blocks_of(rows, survey=MEALS):
    header = read_header(Rows.of(rows), survey, PATH)
    nobody = Rows.of_cells([[]] * len(header.titles))
    skipped = {header.id_column, *identity_columns(header, nobody, survey)}
    return column_blocks(header, survey, skipped)


def test_column_blocks_are_the_same_for_one_header_row_and_two():
    two, one = blocks_of(MEALS_TWO_ROWS), blocks_of(MEALS_ONE_ROW)
    assert [(*block.columns,) for block in one] == [(*block.columns,) for block in two] == [
        *((1,), (5,), (6, 7), (8, 9, 10, 11), (12,), (13, 14, 15), (16, 17), (18,), (19,))
    ]  # fmt: skip
    for block, other in zip(one[1:], two[1:], strict=True):
        assert block.title == other.title
        assert [s for s in block.columns.values() if s] == [
            s for s in other.columns.values() if not is_response(s)
        ]


def test_column_blocks_never_go_on_across_an_identity_column():
    titles = ["Respondent ID", "Which?", "", "IP Address", "", "Why?", ""]
    subtitles = ["", "A", "B", "", "", "C", "D"]
    blocks = column_blocks(Header(titles, subtitles), MEALS, {0, 3, 4})
    assert blocks == [
        Block("Which?", {1: "A", 2: "B"}),
        Block("Why?", {5: "C", 6: "D"}, ("why",)),
    ]
    blocks = column_blocks(Header([*titles[:5], "", ""], subtitles), MEALS, {0, 3, 4})
    assert blocks[1] == Block("", {5: "C", 6: "D"})  # nobody's, so it is ignored and listed


@pytest.mark.parametrize("text", ["", "Response", "RESPONSE:", "Open-Ended Response", "ResponseÊ"])
def test_is_response_knows_what_says_nothing(text):
    assert is_response(text)


@pytest.mark.parametrize("text", ["Responses", "No response", "Yes", "回答", "–"])
def test_is_response_takes_nothing_else_for_it(text):
    assert not is_response(text)


@pytest.mark.parametrize(
    ("question", "subtitles", "fitting"),
    [
        ("eats", ("Response",), True),
        ("eats", ("",), True),
        ("eats", ("Yes",), False),
        ("eats", ("Response", "Other (please specify)"), False),
        ("place", ("Response", "Other (please specify)"), True),
        ("place", ("Response", "Other"), False),
        ("food", ("Soup", "Fruit"), True),
        ("food", ("Soup", "Salad"), False),
        ("food", ("Soup", "Other (please specify)", "Other (please specify)"), True),
        ("views", ("Soup", "Bread"), True),
        ("views", ("Good", "Bad"), False),
    ],
)
def test_fits_compares_the_columns_with_the_question(question, subtitles, fitting):
    block = Block("?", dict(enumerate(subtitles)))
    assert fits(block, MEALS[question]) is fitting


@pytest.mark.parametrize("between", [" - ", "- ", " -", " – ", ": ", " --- "])
def test_column_blocks_split_one_header_row_at_any_separator(between):
    titles = ["Respondent ID", f"What do you eat? Choose all that apply.{between}Soup"]
    (block,) = column_blocks(Header(titles), MEALS, {0})
    assert block.columns == {1: "Soup"}


def test_column_blocks_take_a_title_of_many_separators_as_it_is():
    title = "a - " * 2_000 + "-" * 2_000
    (block,) = column_blocks(Header(["Respondent ID", title]), MEALS, {0})
    assert block.title == title


@pytest.mark.parametrize(
    ("title", "subtitle"),
    [
        ("What do you eat? Choose all that apply. [Soup]", "Soup"),
        ("What do you eat? Choose all that apply. [Soup [hot]]", "Soup [hot]"),
        ("What do you eat? Choose all that apply. [Soup][Other]", "Soup - Other"),
    ],
)
def test_column_blocks_split_one_header_row_at_brackets(title, subtitle):
    (block,) = column_blocks(Header(["Respondent ID", title]), MEALS, {0})
    assert block.columns == {1: subtitle}
    assert block.asked == ("food",)


@pytest.mark.parametrize("between", [": ", " - ", " – "])
def test_column_blocks_split_titles_above_a_row_that_says_response(between):
    titles = [
        "Respondent ID",
        *(f"How do you find these?{between}{row}" for row in ("Soup", "Bread")),
    ]
    (block,) = column_blocks(Header(titles, ["", "Response", "Response"]), MEALS, {0})
    assert block == Block("How do you find these?", {1: "Soup", 2: "Bread"}, ("views",))


def test_column_blocks_leave_a_longer_title_alone_beside_the_question_itself():
    titles = ["Respondent ID", "Why?", "Why? - for interviewers"]
    why, other = column_blocks(Header(titles, ["", "Response", "Response"]), MEALS, {0})
    assert why == Block("Why?", {1: "Response"}, ("why",))
    assert other.asked == ()
