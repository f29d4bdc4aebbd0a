import pytest
from sample_exports import MEALS_ONE_ROW, MEALS_TWO_ROWS

from dmsi_lib.drafting.columns import Column, find_columns
from dmsi_lib.reading.rows.rows import Rows


def titles(rows):
    found = find_columns(Rows.of(rows))
    return [(group.title, [column.label for column in group.columns]) for group in found.groups]


@pytest.mark.parametrize("rows", [MEALS_TWO_ROWS, MEALS_ONE_ROW])
def test_one_and_two_header_rows_give_the_same_groups(rows):
    found = dict(titles(rows))
    assert found["What do you eat? Choose all that apply."][:3] == ["Soup", "Bread", "Fruit"]
    assert found["How do you find these?"] == ["Soup", "Bread"]
    assert found["Where do you eat lunch?"] == ["", "Other (please specify)"]
    assert found["Do you eat lunch?"] == [""]
    assert "Collector ID" not in found and find_columns(Rows.of(rows)).id_column == "Respondent ID"


def test_a_title_above_the_header_is_none():
    rows = [["Our survey", "", ""], ["Respondent ID", "Eats?", "Where?"], ["1", "Yes", "Home"]]
    assert titles(rows) == [("Eats?", [""]), ("Where?", [""])]


def test_texts_for_no_answer_are_blank_where_several_columns_have_them():
    rows = [["Respondent ID", "Eats?", "Where?"], ["1", "Yes", "-"], ["2", "-", "Home"]]
    found = find_columns(Rows.of(rows))
    assert found.blank == ("-",)
    assert [column.texts for group in found.groups for column in group.columns] == [
        *(("Yes", ""), ("", "Home")),
    ]
    rows[2][1] = "Yes"  # now one column alone has it, which may mean something
    assert find_columns(Rows.of(rows)).blank == ()


def test_without_ids_a_row_of_labels_is_told_by_the_cells_below():
    rows = [["Toys?", ""], ["Ball", "Rope"], ["Ball", ""], ["", "Rope"]]
    found = find_columns(Rows.of(rows))
    assert found.id_column is None and titles(rows) == [("Toys?", ["Ball", "Rope"])]
    assert titles([["Toys?", "Pets?"], ["Ball", "Dog"], ["Rope", "Cat"]]) == [
        *(("Toys?", [""]), ("Pets?", [""])),
    ]


def test_qualtrics_headers_give_the_texts():
    rows = [
        ["StartDate", "ResponseId", "Q1", "Q2_1", "Q2_2"],
        ["Start Date", "Response ID", "Which team?", "Race - White", "Race - Black"],
        ['{"ImportId":"startDate"}', '{"ImportId":"_recordId"}']
        + [f'{{"ImportId":"QID{n}"}}' for n in (1, 2, 3)],
        ["2020-01-01", "R_1", "Sales", "White", ""],
        ["2020-01-01", "R_2", "Help", "", "Black"],
    ]
    found = find_columns(Rows.of(rows))
    assert found.layout == "qualtrics" and found.id_column == "Response ID"
    assert titles(rows) == [("Which team?", [""]), ("Race", ["White", "Black"])]


def test_other_programs_are_told_by_their_first_title_and_by_brackets():
    assert (
        find_columns(Rows.of([["Timestamp", "Tools?"], ["2019", "A, B"]])).layout == "google_forms"
    )
    rows = [["Response ID", "Like? [One]", "Like? [Two]"], ["1", "Yes", "No"], ["2", "No", "No"]]
    assert find_columns(Rows.of(rows)).layout == "limesurvey"
    assert titles(rows) == [("Like?", ["One", "Two"])]


def test_a_companion_s_bare_label_belongs_to_the_question_left_of_it():
    rows = [["Respondent ID", "Which?", "An app (name it)"]]
    rows += [
        [str(n), "An app (name it)" if n % 2 else "Radio", "X" if n % 2 else ""] for n in range(9)
    ]
    assert titles(rows) == [("Which?", ["", "An app (name it)"])]


def test_columns_with_numbers_of_one_code_are_named_by_what_they_tick():
    rows = [["", "q0001", "q0004_0001", "q0004_0002", "q0005_0001", "weight"]]
    for number in range(40):
        ticks = ("Tea" if number % 2 else "Not selected", "Milk" if number % 3 else "Not selected")
        rows.append([str(number), "Yes", *ticks, "Other words" * (number % 5), "1.5"])
    assert titles(rows) == [
        ("q0001", [""]),
        ("q0004", ["Tea", "Milk"]),
        ("q0005_0001", [""]),  # a text alone is no tick of several
        ("weight", [""]),
    ]


def test_a_column_without_a_title_is_no_question():
    rows = [["", "Eats?", "Where?", "Who?"], *[[str(n), "Yes", "Home", "Me"] for n in range(9)]]
    assert [title for title, _ in titles(rows)] == ["Eats?", "Where?", "Who?"]
    assert find_columns(Rows.of(rows)).id_column == ""  # the rows' own numbers


def counted(*texts):
    return dict(Column(0, "", texts).counts)


def test_spellings_are_one_option_and_frequent_ones_that_differ_by_signs_are_two():
    assert counted(*["Yes", "yes", "YES "] * 9, *["No"] * 9) == {"Yes": 27, "No": 9}
    kind = ["honest, kind and loyal."] * 40 + ["honest, kind, and loyal."] * 60
    assert counted(*kind) == {"honest, kind and loyal.": 40, "honest, kind, and loyal.": 60}
    rare = ["honest, kind and loyal."] * 96 + ["honest, kind, and loyal."] * 4
    assert counted(*rare) == {"honest, kind and loyal.": 100}
    assert counted(*["I don't know"] * 20, *["I don’t know"] * 20) == {"I don't know": 40}


def test_na_is_a_blank_where_a_program_wrote_it_into_every_blank():
    rows = [["Respondent ID", "Eats?", "Where?"], *[["1", "Yes", "NA"], ["2", "NA", "Home"]] * 9]
    assert find_columns(Rows.of(rows)).blank == ("NA",)
    rows[1:] = [["1", "Yes", ""], ["2", "NA", "Home"]] * 9  # beside blank cells it is an answer
    assert find_columns(Rows.of(rows)).blank == ()


def test_an_answer_like_no_answer_or_n_a_is_an_option():
    rows = [["Respondent ID", "Eats?", "Where?"], *[["1", "No answer", "N/A"]] * 9, ["2", "", ""]]
    assert find_columns(Rows.of(rows)).blank == ()


@pytest.mark.parametrize(
    ("title", "is_id"),
    [("RespId", True), ("User ID", True), ("case_id", True), ("Covid", False), ("Paid", False)],
)
def test_a_column_of_ids_is_known_by_its_title(title, is_id):
    rows = [[title, "Eats?"], *[[str(n), "Yes"] for n in range(9)]]
    assert (find_columns(Rows.of(rows)).id_column == title) == is_id


def test_what_the_platform_made_is_no_question_and_the_reason_is_kept():
    group = "How likely? - Group"
    rows = [["Respondent ID", "Seed", "Status", "How likely?", group, "weight", "Weight"]]
    rows += [[str(n), str(n), "Single", str(n % 10), "Passive", "1.25", "70.5"] for n in range(20)]
    found = find_columns(Rows.of(rows))
    assert [each.title for each in found.groups] == ["How likely?", "Weight"]
    assert found.left == {
        1: "what the platform notes about the response",
        2: "what the platform notes about the response",
        4: "made by the platform of another column",
        5: "weights; answers are counted as they are",
    }


def test_a_word_of_platforms_alone_is_a_question():
    rows = [["Respondent ID", "Status"], *[[str(n), "Single"] for n in range(9)]]
    assert [each.title for each in find_columns(Rows.of(rows)).groups] == ["Status"]


def test_coded_columns_that_nobody_ticked_do_not_part_a_question():
    rows = [["", "q0004_0001", "q0004_0002", "q0004_0003"]]
    rows += [[str(n), "Tea" if n % 2 else "Not selected", "Not selected", "Milk"] for n in range(9)]
    assert titles(rows) == [("q0004", ["Tea", "Milk"])]


def test_names_above_texts_are_qualtrics_without_its_ids_of_import():
    what = "Which do you use? - Selected Choice - "
    rows = [["Q1", "Q2_Part_1", "Q2_Part_2"], ["What is your age?", f"{what}Tea", f"{what}Milk"]]
    rows += [["18-29", "Tea", ""], ["30-44", "", "Milk"]] * 9
    assert find_columns(Rows.of(rows)).layout == "qualtrics"
    assert titles(rows) == [("What is your age?", [""]), ("Which do you use?", ["Tea", "Milk"])]
    rows[1:2] = []  # the names alone
    assert [title for title, _ in titles(rows)] == ["Q1", "Q2_Part_1", "Q2_Part_2"]


def test_microsoft_forms_writes_lists_as_google_does():
    rows = [["ID", "Start time", "Completion time", "Eats?"], ["1", "9:00", "9:05", "Fish;"]]
    found = find_columns(Rows.of(rows))
    assert found.layout == "google_forms" and found.id_column == "ID"
    assert [each.title for each in found.groups] == ["Eats?"]


def test_what_limesurvey_did_not_show_is_no_answer():
    rows = [
        ["Response ID", "Like? [One]", "Like? [Two]"],
        *[["1", "Yes", "N/A"], ["2", "N/A", "No"]],
    ]
    assert find_columns(Rows.of(rows)).blank == ("N/A",)
    rows[0] = ["Response ID", "Like one?", "Like two?"]
    assert find_columns(Rows.of(rows)).blank == ()
