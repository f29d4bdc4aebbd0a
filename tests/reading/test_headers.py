"""One header row or two, brought to the same blocks of columns."""

from pathlib import Path

import pytest
from sample_exports import MEALS_BODY, MEALS_ONE_ROW, MEALS_TITLES, MEALS_TWO_ROWS, questionnaire

from dmsi_lib.errors import InputError
from dmsi_lib.reading.headers import (
    Block,
    Header,
    column_blocks,
    fits,
    id_position,
    is_response,
    read_header,
)
from dmsi_lib.reading.identities import identity_columns

PATH = Path("export.csv")
MEALS = questionnaire()


def blocks_of(rows, survey=MEALS):
    header = read_header([list(row) for row in rows], survey, PATH)
    skipped = {id_position(header.titles, survey, PATH), *identity_columns(header, [], survey)}
    return column_blocks(header, survey, skipped)


@pytest.mark.parametrize(
    ("rows", "first"),
    [
        (MEALS_TWO_ROWS, 2),
        (MEALS_ONE_ROW, 1),
        (MEALS_TWO_ROWS[:1], 1),
        (MEALS_TWO_ROWS[:2], 2),
        ([MEALS_ONE_ROW[0], *MEALS_BODY[1:]], 1),
    ],
)
def test_read_header_counts_the_header_rows(rows, first):
    header = read_header([list(row) for row in rows], MEALS, PATH)
    assert header.rows == first
    assert (header.subtitles is None) == (first == 1)
    assert len(header.titles) == len(rows[0])


def test_read_header_makes_titles_plain():
    rows = [
        ["Respondent ID", "Do you<br>eat&nbsp;lunch?", "Unnamed: 2", "Why?", "Why?.1", "Rev. 2.1"],
        ["1", *"abcde"],
    ]
    assert read_header(rows, MEALS, PATH).titles == [
        *("Respondent ID", "Do you eat lunch?", "", "Why?", "Why?", "Rev. 2.1")
    ]


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


def test_id_position_suggests_a_near_title():
    with pytest.raises(
        InputError, match=r"export\.csv, row 1: no column 'Respondent ID'.*Is it 'Respondents ID'\?"
    ):
        id_position(["Respondents ID", *MEALS_TITLES[1:]], MEALS, PATH)


def test_read_header_refuses_a_title_as_long_as_a_book():
    rows = [["Respondent ID", "a" * 10_001], ["1", "b"]]
    with pytest.raises(InputError, match=r"e\.csv, row 1, column 2: a title of 10,001 characters"):
        read_header(rows, MEALS, Path("e.csv"))


@pytest.mark.parametrize("between", [" - ", "- ", " -", " – ", ": ", " --- "])
def test_column_blocks_split_one_header_row_at_any_separator(between):
    titles = ["Respondent ID", f"What do you eat? Choose all that apply.{between}Soup"]
    (block,) = column_blocks(Header(titles), MEALS, {0})
    assert block.columns == {1: "Soup"}


def test_column_blocks_take_a_title_of_many_separators_as_it_is():
    title = "a - " * 2_000 + "-" * 2_000
    (block,) = column_blocks(Header(["Respondent ID", title]), MEALS, {0})
    assert block.title == title
