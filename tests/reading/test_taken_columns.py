"""Which columns were taken, and why the others were not."""

from sample_exports import MEALS_ONE_ROW, MEALS_TWO_ROWS, read_rows_as

from dmsi_lib.choices import QUESTIONNAIRE, SYNTHETIC_EXPORT
from dmsi_lib.questionnaire.model import read_questionnaire
from dmsi_lib.reading.export import read_export
from dmsi_lib.reading.findings.taken_columns import column_lines


def with_column(rows, title, subtitle, cells):
    """The rows with a further column at their end."""
    head = [title, subtitle] if len(rows) == len(MEALS_TWO_ROWS) else [title]
    return [[*row, cell] for row, cell in zip(rows, [*head, *cells], strict=True)]


def test_every_column_is_taken_once_or_has_a_reason(tmp_path):
    for rows in (MEALS_TWO_ROWS, MEALS_ONE_ROW):
        columns = read_rows_as(tmp_path, rows).columns
        assert columns["position"].tolist() == [*range(1, len(rows[0]) + 1)]
        taken = columns[columns["why"] == ""]
        assert not taken[["question", "item"]].duplicated().any()
        assert columns.loc[columns["why"] != "", "title"].tolist() == [
            *("Collector ID", "IP Address", "Email Address", "First Name"),
        ]
        assert taken["item"].tolist()[0] == "respondent"
        assert taken[["question", "item"]].to_numpy().tolist()[2:5] == [
            *(["place", ""], ["place", "other_text"], ["food", "soup"]),
        ]


def test_column_lines_count_and_join_neighbours(tmp_path):
    rows = with_column(MEALS_TWO_ROWS, "Weather", "Response", ["", "rain", "", "", "", ""])
    assert [*column_lines(read_rows_as(tmp_path, rows).columns)] == [
        "16 of 21 columns taken; these not:",
        "column 2 'Collector ID': what the platform notes about the response",
        "columns 3 to 5, from 'IP Address' on: identity column, dropped",
        "column 21 'Weather': not in the questionnaire",
    ]


def test_column_lines_name_what_is_no_option(tmp_path):
    rows = [[*row[:12], cell, *row[12:]] for row, cell in zip(
        MEALS_TWO_ROWS, ["", "Remarks", "fine", "", "", "", "", ""], strict=True
    )]  # fmt: skip
    lines = [*column_lines(read_rows_as(tmp_path, rows).columns)]
    assert (
        "column 13 'What do you eat? Choose all that apply. - Remarks': "
        "not among the options of food"
    ) in lines


def test_the_shipped_export_is_taken_whole():
    export = read_export(SYNTHETIC_EXPORT, read_questionnaire(QUESTIONNAIRE))
    left = export.columns[export.columns["why"] != ""]
    assert (len(export.columns), len(left)) == (245, 8)
    assert not left["why"].str.contains("not in the questionnaire").any()
