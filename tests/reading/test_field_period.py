"""When a survey was in the field."""

from datetime import date

import pytest
from sample_exports import read_rows_as, single_line, survey

from dmsi_lib.reading.findings.field_period import FieldPeriod, field_period
from dmsi_lib.reading.rows.rows import Rows

TITLES = ["Respondent ID", "Start Date", "End Date"]


def period(*rows, titles=TITLES):
    return field_period(titles, Rows.of(["1", *row] for row in rows))


def test_field_period_is_from_the_first_to_the_last_day_with_the_median_of_minutes():
    assert period(
        ("10/12/2018 10:00:00 AM", "10/12/2018 10:10:00 AM"),
        ("10/13/2018 11:59:00 PM", "10/14/2018 12:29:00 AM"),
        ("10/13/2018 09:00:00 AM", ""),
        ("10/12/2018 01:00:00 PM", "10/12/2018 01:16:00 PM"),
    ) == FieldPeriod(date(2018, 10, 12), date(2018, 10, 14), 16.0)


def test_field_period_takes_the_reading_in_which_nobody_ends_before_the_start():
    # by the day first, the first respondent would have taken from November back to October
    assert period(("01/11/2018", "02/10/2018"), ("01/12/2018", "01/12/2018")) == FieldPeriod(
        date(2018, 1, 11), date(2018, 2, 10), pytest.approx(21600)
    )


@pytest.mark.parametrize("rows", [[("01/02/2018", "01/02/2018")], [("", "")], [("soon", "later")]])
def test_field_period_is_unknown_where_it_is_not_certain(rows):
    assert period(*rows) is None


def test_field_period_does_with_one_column():
    titles = ["id", "StartDate"]
    assert period(("2018-10-12",), ("2018-10-13",), titles=titles) == FieldPeriod(
        date(2018, 10, 12), date(2018, 10, 13)
    )
    assert field_period(["id", "Age"], Rows.of([["1", "30"]])) is None


def test_read_export_says_the_field_period_without_those_it_excludes(tmp_path):
    rows = [
        ["id", "Start Date", "End Date", "a"],
        ["1", "2018-10-12 10:00:00", "2018-10-12 10:10:00", "Yes"],
        ["2", "2017-01-01 10:00:00", "2017-01-01 10:10:00", "Yes"],
    ]
    export = read_rows_as(tmp_path, rows, "exclude: ['2']\n" + survey(single_line("a")))
    assert export.field_period == FieldPeriod(date(2018, 10, 12), date(2018, 10, 12), 10.0)
