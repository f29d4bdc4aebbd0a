"""Dates: how a file writes them, and what they are."""
# ruff: noqa: E501 (a row of a table stays on its line)

import pandas as pd
import pytest
from sample_exports import read_rows_as, refused_export, survey


def dated(more=""):
    return survey(f"  - {{id: d, text: When?, type: date, page: 1{more}}}\n")


def rows(*texts):
    return [["id", "When?"], *([str(n), text] for n, text in enumerate(texts))]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("2018-02-01", "2018-12-31"), ("2018-02-01", "2018-12-31")),
        (("2018-02-01 13:05:00", "2018-02-01T08:00:00"), ("2018-02-01 13:05", "2018-02-01 08:00")),
        (("01/13/2018", "1/2/2018"), ("2018-01-13", "2018-01-02")),
        (("13/01/2018", "1/2/2018"), ("2018-01-13", "2018-02-01")),
        (("01/02/2018 03:04:05 PM", "12/31/2018 12:00:01 AM"), ("2018-01-02 15:04:05", "2018-12-31 00:00:01")),
        (("2019/11/18 9:00:00 AM", "2019/11/18 10:30"), ("2019-11-18 09:00", "2019-11-18 10:30")),
        (("31.12.2018", "1.2.2018"), ("2018-12-31", "2018-02-01")),
        (("3/3/2018", "4/4/2018"), ("2018-03-03", "2018-04-04")),  # read alike in two ways
        (("12/31/18", "1/2/18"), ("2018-12-31", "2018-01-02")),
    ],
)  # fmt: skip
def test_dates_are_read_in_the_one_way_that_reads_all(tmp_path, texts, expected):
    export = read_rows_as(tmp_path, rows(*texts, ""), dated())
    dates = export.responses["d", ""]
    assert str(dates.dtype) == "datetime64[ns]"
    assert dates.tolist() == [*map(pd.Timestamp, expected), pd.NaT]


def test_dates_that_can_be_read_in_two_ways_are_refused_until_the_format_is_said(tmp_path):
    texts = ("01/01/2018", "01/02/2018", "11/12/2018 10:00")
    assert refused_export(tmp_path, rows(*texts), dated()) == [
        "column 2 (B) 'When?': '01/02/2018' is 2 January 2018 or 1 February 2018, and no other date "
        'here tells which; say it with format: "%m/%d/%Y" or format: "%d/%m/%Y".'
    ]
    for written, day in (("%m/%d/%Y", "2018-01-02"), ("%d/%m/%Y", "2018-02-01")):
        export = read_rows_as(tmp_path, rows(*texts), dated(f", format: '{written}'"))
        assert export.responses["d", ""].iloc[1] == pd.Timestamp(day)


def test_a_date_that_can_not_be_read_is_refused_with_its_count(tmp_path):
    texts = ("2018-02-01", "soon", "soon", "2018-02-31", "9999-01-01")
    assert refused_export(tmp_path, rows(*texts), dated()) == [
        f"column 2 (B) 'When?': '{text}' ({n} times) is no date; expected one written as %Y-%m-%d."
        for text, n in (("soon", 2), ("2018-02-31", 1), ("9999-01-01", 1))
    ]
    (fault,) = refused_export(tmp_path, rows("2018-02-01"), dated(", format: '%d/%m/%Y'"))
    assert fault.endswith("is no date; expected one written as %d/%m/%Y.")
