"""Small invented surveys and the files they come in, for the tests of reading."""
# ruff: noqa: E501 (a row of a table stays on its line)

import csv
import io
from textwrap import dedent

import pytest

from dmsi_lib.errors import InputError
from dmsi_lib.questionnaire.model import build_questionnaire
from dmsi_lib.questionnaire.strict_yaml import parse_yaml
from dmsi_lib.reading.export import read_export

# Every type of question once; `MEALS_TWO_ROWS` and `MEALS_ONE_ROW` are the same six respondents.
MEALS = """
title: Meals
wave: "2020"
id_column: Respondent ID
questions:
  - {id: eats, text: Do you eat lunch?, type: single, page: 1, options: {yes: "Yes", no: "No"}}
  - id: place
    text: Where do you eat lunch?
    type: single
    page: 2
    ask_if: {eats: [yes]}
    options: {home: At home, work: At work}
    other: Other (please specify)
  - id: food
    text: What do you eat? Choose all that apply.
    type: multiple
    page: 2
    ask_if: {eats: [yes]}
    options: {soup: Soup, bread: Bread, fruit: Fruit}
    other: Other (please specify)
  - {id: size, text: How large is it?, type: single, page: 2, options: {small: 1-5 bites, large: 6-10 bites}}
  - {id: order, text: Rank these (1 being best), type: ranking, page: 3, options: {soup: Soup, bread: Bread, fruit: Fruit}}
  - id: views
    text: How do you find these?
    type: matrix
    page: 3
    rows: {soup: Soup, bread: Bread}
    options: {good: Good, bad: Bad}
  - {id: minutes, text: How many minutes does it take?, type: numeric, page: 4}
  - {id: why, text: Why?, type: open, page: 4}
"""

OTHER = "Other (please specify)"
MEALS_TITLES = (
    *("Respondent ID", "Collector ID", "IP Address", "Email Address", "First Name"),
    "Do you eat lunch?",
    *("Where do you eat lunch?", ""),
    *("What do you eat? Choose all that apply.", "", "", ""),
    "How large is it?",
    *("Rank these (1 being best)", "", ""),
    *("How do you find these?", ""),
    "How many minutes does it take?",
    "Why?",
)
MEALS_SUBTITLES = (
    *("", "", "", "", ""),
    "Response",
    *("Response", OTHER),
    *("Soup", "Bread", "Fruit", OTHER),
    "Response",
    *("Soup", "Bread", "Fruit"),
    *("Soup", "Bread"),
    "Open-Ended Response",
    "Open-Ended Response",
)
_PERSON = ("77", "203.0.113.9", "ann@example.org", "Annabel")
MEALS_BODY = (
    # id      person    eats   place                    food                     size         order          views             minutes  why
    ("101", *_PERSON, "Yes", "At home", "", "Soup", "", "", "", "1-5 bites", "1", "2", "3", "Good", "Bad", "10", "Hungry"),
    ("102", *_PERSON, "Yes", OTHER, "In a park", "", "Bread", "Fruit", "", "6-10 bites", "3", "2", "1", "Good", "Good", "1,200", "NA"),
    ("103", *_PERSON, "Yes", "At work", "", "", "", "", "Cake", "1-5 bites", "1", "2", "N/A", "Bad", "", "2.5", ""),
    ("104", *_PERSON, "Yes", "", "", "", "", "", "", "", "", "", "", "", "", "", ""),
    ("105", *_PERSON, "No", "", "", "", "", "", "", "", "", "", "", "", "", "", "No time"),
    ("106", *_PERSON, "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""),
)  # fmt: skip
MEALS_TWO_ROWS = (MEALS_TITLES, MEALS_SUBTITLES, *MEALS_BODY)


def one_row(titles, subtitles):
    """Two header rows as the one of the other shape of export, `Question - Option`."""
    joined, last = [], ""
    for title, subtitle in zip(titles, subtitles, strict=True):
        last = title or last
        plain = subtitle in ("", "Response", "Open-Ended Response")
        joined.append(last if plain else f"{last} - {subtitle}")
    return tuple(joined)


MEALS_ONE_ROW = (one_row(MEALS_TITLES, MEALS_SUBTITLES), *MEALS_BODY)


def questionnaire(text=MEALS):
    """The questionnaire in a YAML text."""
    return build_questionnaire(parse_yaml(dedent(text)))


def csv_text(rows):
    """Rows as the text of a CSV file."""
    target = io.StringIO()
    csv.writer(target, lineterminator="\r\n").writerows(rows)
    return target.getvalue()


def write_csv(path, rows, encoding="utf-8"):
    """Write rows as a CSV file and return its path."""
    path.write_bytes(csv_text(rows).encode(encoding))
    return path


def write_xlsx(path, rows):
    """Write rows as the first sheet of a workbook and return its path."""
    import openpyxl

    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([None if cell == "" else cell for cell in row])
    book.save(path)
    return path


def read_rows_as(folder, rows, text=MEALS):
    """Write rows as CSV and read them back with a questionnaire's text."""
    return read_export(write_csv(folder / "export.csv", rows), questionnaire(text))


def replaced(rows, row, column, value):
    """The rows with one cell replaced."""
    changed = [list(cells) for cells in rows]
    changed[row][column] = value
    return changed


def counts(responses, question, item=""):
    """How often each code, rank or tick stands in one column; blanks left out."""
    return responses[question, item].value_counts().loc[lambda n: n > 0].to_dict()


def refused_export(folder, rows, text=MEALS):
    """The lines of the message that an export is refused with, the heading left out."""
    with pytest.raises(InputError) as error:
        read_rows_as(folder, rows, text)
    heading, *faults = str(error.value).splitlines()
    assert heading.startswith(str(folder / "export.csv"))
    message = heading.split("export.csv")[1].lstrip(":, ")
    return [fault.removeprefix("  - ") for fault in faults] or [message]


def single_line(name, page=1):
    """One line of YAML, a yes-no question, for `survey`."""
    return f'  - {{id: {name}, text: {name}, type: single, page: {page}, options: {{yes: "Yes", no: "No"}}}}\n'


def survey(*questions):
    """The text of a questionnaire with these lines of questions."""
    return "id_column: id\nquestions:\n" + "".join(questions)
