"""Which rows are the header: titles above it, rows below it, files without ids."""

from dataclasses import replace
from pathlib import Path

import pytest
from sample_exports import (
    MEALS_BODY,
    MEALS_ONE_ROW,
    MEALS_SUBTITLES,
    MEALS_TITLES,
    MEALS_TWO_ROWS,
    counts,
    csv_text,
    questionnaire,
    read_rows_as,
    refused_export,
    single_line,
    survey,
    write_csv,
    write_xlsx,
)

from dmsi_lib.errors import InputError
from dmsi_lib.reading.change_log import Proposal
from dmsi_lib.reading.export import read_export
from dmsi_lib.reading.header.header_rows import read_header
from dmsi_lib.reading.rows.rows import Rows

PATH = Path("export.csv")
MEALS = questionnaire()
TOYS = """
id_column: {}
questions:
  - {{id: a, page: 1, type: multiple, text: Which toys?, options: {{ball: Ball, rope: Rope, bone: Bone}}}}
"""  # noqa: E501


def header_of(rows, survey=MEALS):
    return read_header(Rows.of(rows), survey, PATH)


def read_as_meals(folder, rows):
    """The responses of these rows, which are those of the meals' two header rows."""
    export = read_rows_as(folder, rows)
    expected = read_rows_as(folder, MEALS_TWO_ROWS)
    assert export.responses.equals(expected.responses)
    return export


def notes(export, kind):
    """The messages of the findings of a kind."""
    return export.findings.loc[export.findings["kind"] == kind, "message"].tolist()


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
    header = read_header(Rows.of(rows), MEALS, PATH)
    assert header.rows == first
    assert (header.subtitles is None) == (first == 1)
    assert len(header.titles) == len(rows[0])


def test_read_header_makes_titles_plain():
    rows = [
        ["Respondent ID", "Do you<br>eat&nbsp;lunch?", "Unnamed: 2", "Why?", "Why?.1", "Rev. 2.1"],
        ["1", *"abcde"],
    ]
    assert read_header(Rows.of(rows), MEALS, PATH).titles == [
        *("Respondent ID", "Do you eat lunch?", "", "Why?", "Why?", "Rev. 2.1")
    ]


def test_read_header_refuses_a_title_as_long_as_a_book():
    rows = [["Respondent ID", "a" * 10_001], ["1", "b"]]
    with pytest.raises(InputError, match=r"e\.csv, row 1, column 2: a title of 10,001 characters"):
        read_header(Rows.of(rows), MEALS, Path("e.csv"))


# ---- rows above the header


@pytest.mark.parametrize(
    "above",
    [
        [["My survey"]],
        [["My survey"], [], ["of 2020"]],
        [["", "My survey", "", "Exported on:", "2020-01-01"]],
        [[], []],
    ],
)
@pytest.mark.parametrize("shape", [MEALS_TWO_ROWS, MEALS_ONE_ROW])
def test_read_header_leaves_out_what_stands_above_it(tmp_path, above, shape):
    width = len(shape[0])
    rows = [[*row, *[""] * (width - len(row))] for row in above]
    export = read_as_meals(tmp_path, [*rows, *shape])
    which = "row 1 stands" if len(above) == 1 else f"rows 1 to {len(above)} stand"
    assert notes(export, "rows left out") == [f"{which} above the header"]
    assert export.findings.loc[0, "count"] == len(above)


def test_read_header_takes_no_header_for_a_title():
    rows = [["a", "b", "c", "d"], ["Respondent ID", "Why?", "e", "f"], ["1", "2", "3", "4"]]
    assert header_of(rows).first == 0


def test_read_header_reads_a_workbook_with_a_title(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", [["My survey"], *MEALS_TWO_ROWS])
    expected = read_rows_as(tmp_path, MEALS_TWO_ROWS)
    assert read_export(path, MEALS).responses.equals(expected.responses)


# ---- rows below it


def test_read_header_reads_a_second_row_that_repeats_titles(tmp_path):
    """Where a title stands alone the row repeats it, elsewhere it has the options."""
    alone = [bool(title) for title in [*MEALS_TITLES[1:], "end"]]
    repeated = [
        title if title and is_alone else text
        for title, text, is_alone in zip(MEALS_TITLES, MEALS_SUBTITLES, alone, strict=True)
    ]
    export = read_as_meals(tmp_path, [MEALS_TITLES, repeated, *MEALS_BODY])
    assert notes(export, "rows left out") == []


def test_read_header_reads_a_second_row_that_repeats_the_title_of_the_ids_alone(tmp_path):
    repeated = ["RespondentID", *MEALS_SUBTITLES[1:]]
    read_as_meals(tmp_path, [MEALS_TITLES, repeated, *MEALS_BODY])


def test_read_header_leaves_out_a_second_row_that_only_repeats_the_titles(tmp_path):
    titles, *body = MEALS_ONE_ROW
    export = read_as_meals(tmp_path, [titles, titles, *body])
    assert notes(export, "rows left out") == ["row 2 is neither titles nor answers"]


def test_read_header_takes_the_ids_where_the_second_row_names_them(tmp_path):
    rows = [["", *MEALS_TITLES[1:]], ["Respondent ID", *MEALS_SUBTITLES[1:]], *MEALS_BODY]
    read_as_meals(tmp_path, rows)


@pytest.mark.parametrize("name", ["-", "Soup"])
def test_read_header_takes_no_respondent_for_a_header(tmp_path, name):
    rows = [["id", "a"], [name, "Yes"], ["2", "No"]]
    export = read_rows_as(tmp_path, rows, survey(single_line("a")))
    assert list(export.responses.index) == [name, "2"]


# ---- no ids


def without_ids(rows):
    return [row[1:] if len(row) > 1 else row for row in rows]


@pytest.mark.parametrize("rows", [MEALS_TWO_ROWS, MEALS_ONE_ROW, [["My survey"], *MEALS_TWO_ROWS]])
def test_read_export_numbers_rows_without_ids(tmp_path, rows):
    text = csv_text(without_ids(rows))
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    export = read_export(tmp_path / "a.csv", replace(MEALS, id_column="none"))
    expected = read_rows_as(tmp_path, MEALS_TWO_ROWS).responses
    assert list(export.responses.index) == ["1", "2", "3", "4", "5", "6"]
    assert export.responses.reset_index(drop=True).equals(expected.reset_index(drop=True))
    assert export.findings.loc[
        export.findings["kind"] == "respondents numbered", "count"
    ].tolist() == [6]
    assert "hold for this file only" in notes(export, "respondents numbered")[0]


def test_read_export_reads_a_row_of_options_without_ids(tmp_path):
    rows = [
        ["Which toys?", "", ""],
        ["Ball", "Rope", "Bone"],
        ["Ball", "", ""],
        ["", "Rope", "Bone"],
    ]
    responses = read_rows_as(tmp_path, rows, TOYS.format("none")).responses
    assert counts(responses, "a", "ball") == {True: 1, False: 1}
    assert counts(responses, "a", "bone") == {True: 1, False: 1}
    assert list(responses.index) == ["1", "2"]


def test_read_export_takes_no_respondent_without_id_for_a_header(tmp_path):
    text = "id_column: none\nquestions:\n" + single_line("a") + single_line("b")
    rows = [["a", "b", ""], ["Yes", "No", "x"], ["No", "No", ""]]
    responses = read_rows_as(tmp_path, rows, text).responses
    assert counts(responses, "a") == {"yes": 1, "no": 1}


def test_read_header_proposes_to_number_rows_and_reads_on():
    rows = [
        ["Which toys?", "", ""],
        ["Ball", "Rope", "Bone"],
        ["Ball", "", ""],
        ["Ball", "", "Bone"],
    ]
    header = header_of(rows, questionnaire(TOYS.format("Respondent ID")))
    assert (header.rows, header.id_column) == (2, None)
    (fault,) = header.faults
    assert fault.text == (
        "row 1: no column 'Respondent ID' (the questionnaire's id_column); expected exactly one. "
        "None of the 3 titles looks like it."
    )
    assert fault.proposals == (Proposal("id_column", "none"),)


@pytest.mark.parametrize("title", ["Respondents ID", "ResponseId", "id", "Timestamp"])
def test_read_header_proposes_the_column_that_has_an_id_in_every_row(title):
    rows = [[title, *MEALS_TITLES[1:]], MEALS_SUBTITLES, *MEALS_BODY]
    (fault,) = header_of(rows).faults
    assert fault.text.endswith(f"expected exactly one. Is it '{title}'?")
    assert fault.proposals == (Proposal("id_column", title),)
    (fault,) = header_of([*rows, rows[-1]]).faults
    assert fault.proposals == (Proposal("id_column", "none"),)


def test_read_export_tells_a_missing_column_of_ids_and_the_other_faults_at_once(tmp_path):
    rows = [["a", "b"], ["Yes", "Maybe"]]
    faults = refused_export(tmp_path, rows, survey(single_line("a"), single_line("b")))
    assert faults[0].startswith("row 1: no column 'id'")
    assert "'Maybe' (1 times) is no option of 'b'" in faults[1]


def test_read_export_proposes_to_number_people_who_answered_in_one_second(tmp_path):
    text = "id_column: Timestamp\nquestions:\n" + single_line("a")
    rows = [["Timestamp", "a"], ["2020/01/01 9:00:00", "Yes"], ["2020/01/01 9:00:00", "No"]]
    (fault,) = refused_export(tmp_path, rows, text)
    assert fault.endswith("expected every id once. A time is no id.")


def test_read_header_refuses_a_file_without_header_at_once_and_names_nobody():
    with pytest.raises(InputError) as error:
        header_of(MEALS_BODY)
    assert str(error.value) == (
        "export.csv, row 1: no column 'Respondent ID' (the questionnaire's id_column); expected "
        "exactly one. None of the 20 titles looks like it. Nor is there a title of a question; "
        "is that the header?"
    )


def test_read_header_says_nothing_of_ordinary_files():
    for rows in (MEALS_TWO_ROWS, MEALS_ONE_ROW):
        header = header_of(rows)
        assert (header.faults, header.findings, header.told) == ((), (), {})
        assert (header.first, header.id_column, header.layout) == (0, 0, "surveymonkey")


def test_read_header_is_the_same_for_semicolons(tmp_path):
    path = write_csv(tmp_path / "a.csv", MEALS_TWO_ROWS)
    text = "\r\n".join(";".join(row) for row in MEALS_TWO_ROWS)
    (tmp_path / "b.csv").write_text(text, encoding="utf-8")
    one, other = (read_export(each, MEALS).responses for each in (path, tmp_path / "b.csv"))
    assert one.equals(other)
