"""Real exports, read with short questionnaires of our own and counted once more with `csv` alone.

The files (fivethirtyeight/data, CC BY 4.0) are not part of the repository; see `SOURCES` for where
they are looked for.
"""

import csv
from collections import Counter
from pathlib import Path

import pytest

from dmsi_lib.questionnaire.model import read_questionnaire
from dmsi_lib.reading.export import read_export

HERE = Path(__file__).resolve().parents[1]
EXPORTS = HERE.parents[1] / "shared" / "exports"
SOURCES = {
    "steak": "steak-risk-survey.csv",
    "weather": "weather-check.csv",
    "thanksgiving": "thanksgiving-2015-poll-data.csv",
    "midwest": "midwest.csv",
    "religion": "religion.csv",
}
HEADER_ROWS = {"steak": 2, "weather": 1, "thanksgiving": 1, "midwest": 2, "religion": 2}
BLANK = dict.fromkeys(SOURCES, "") | {"weather": "-"}
RESPONDENTS = {
    **{"steak": 550, "weather": 928, "thanksgiving": 1058, "midwest": 2778, "religion": 1039}
}

# Every question with the position of its column in the file.
SINGLES = {
    "steak": {
        **{"lottery": 1, "smokes": 2, "drinks": 3, "gambles": 4, "skydived": 5, "speeds": 6},
        **{"cheated": 7, "eats_steak": 8, "doneness": 9, "gender": 10, "age": 11, "income": 12},
        **{"education": 13, "region": 14},
    },
    "weather": {
        **{"checks": 1, "source": 2, "smartwatch": 4, "age": 5, "gender": 6, "income": 7},
        "region": 8,
    },
    "thanksgiving": {
        **{
            "celebrates": 1,
            "main_dish": 2,
            "cooked": 4,
            "stuffing": 6,
            "cranberry": 8,
            "gravy": 10,
        },
        **{"prays": 51, "travel": 52, "kids_table": 54, "friends": 55, "friendsgiving": 56},
        **{"shops": 57, "retail": 58, "black_friday": 59, "home": 60, "age": 61, "gender": 62},
        **{"income": 63, "region": 64},
    },
    "religion": {
        **{"religion": 0, "evangelical": 2, "attends": 3},
        **{"age": 44, "gender": 45, "income": 46, "region": 47},
    },
}
# A single choice spread over a column for each option: the first, and the one after the last.
SPREAD = {
    "midwest": {
        **{"identifies": (2, 6), "gender": (27, 29), "age": (29, 34), "income": (34, 39)},
        **{"education": (39, 44), "region": (44, 53)},
    }
}
# The first of the columns of the rows, which stand one after the other.
MATRICES = {
    "religion": {
        **{"practice": 4, "own_comfort": 14, "outside_comfort": 24, "seeing_comfort": 34},
    }
}
TEXTS = {"midwest": {"home": 1, "zip": 26}}
# First column and the one after the last, in the order of the options, companion's tick included.
MULTIPLES = {
    "thanksgiving": {
        "sides": (11, 25),
        "pie": (26, 38),
        "desserts": (39, 50),
        "programs": (53, 54),
    },
    "midwest": {"states": (6, 26)},
}
COMPANIONS = {
    "weather": {"source": 3},
    "thanksgiving": {
        **{"main_dish": 3, "cooked": 5, "stuffing": 7, "cranberry": 9},
        **{"sides": 25, "pie": 38, "desserts": 50},
    },
    "religion": {"religion": 1},
}


TABLES = (SINGLES, SPREAD, MATRICES, TEXTS, MULTIPLES, COMPANIONS)
ROWS = 10  # of every matrix there is


def positions(table, found):
    """The columns of a question, by what its table says of it."""
    if isinstance(found, tuple):
        return range(*found)
    return range(found, found + (ROWS if table is MATRICES else 1))


def every(table):
    return [(name, question, place) for name in table for question, place in table[name].items()]


@pytest.fixture(scope="module")
def exports():
    """What `read_export` makes of each file, and the file's respondents as lists of texts."""
    read = {}

    def get(name):
        path = EXPORTS / SOURCES[name]
        if not path.exists():
            pytest.skip(f"the real export {SOURCES[name]} is not there (looked in {EXPORTS.name}/)")
        if name not in read:
            with path.open(encoding="utf-8", newline="") as file:
                people = list(csv.reader(file))[HEADER_ROWS[name] :]
            questionnaire = read_questionnaire(HERE / "data" / f"{name}.yaml")
            read[name] = (questionnaire, read_export(path, questionnaire), people)
        return read[name]

    return get


@pytest.mark.parametrize("name", SOURCES)
def test_every_column_of_a_real_export_is_counted_below(exports, name):
    """What the tests below say of their columns is then said of all: they are read as they are."""
    _, _, people = exports(name)
    counted = {n for t in TABLES for found in t.get(name, {}).values() for n in positions(t, found)}
    ids = set() if name == "religion" else {0}
    assert counted | ids == set(range(len(people[0])))


def squeezed(text):
    """A label without spaces: the one respect in which file and questionnaire may differ."""
    return text.replace(" ", "")


@pytest.mark.parametrize("name", SOURCES)
def test_read_export_reads_every_respondent_and_every_question(exports, name):
    questionnaire, export, people = exports(name)
    assert len(people) == RESPONDENTS[name]
    ids = [person[0] for person in people]
    if questionnaire.id_column == "none":
        ids = [str(n) for n in range(1, len(people) + 1)]
    assert list(export.responses.index) == ids
    asked = {q for table in TABLES for q in table.get(name, {})}
    assert asked == set(questionnaire.by_id) == set(export.responses.columns.get_level_values(0))
    assert not (export.findings["kind"] == "column ignored").any()


@pytest.mark.parametrize(("name", "question", "column"), every(SINGLES))
def test_read_export_counts_a_single_question_as_its_column_does(exports, name, question, column):
    questionnaire, export, people = exports(name)
    expected = Counter(squeezed(person[column]) for person in people)
    blank = expected.pop(BLANK[name], 0)
    answers = export.responses[question, ""]
    labels = questionnaire[question].choices
    got = {squeezed(labels[code]): n for code, n in answers.value_counts().items() if n}
    assert got == dict(expected)
    assert int(answers.isna().sum()) == blank


@pytest.mark.parametrize(("name", "question", "columns"), every(SPREAD))
def test_read_export_counts_a_single_question_spread_over_columns(exports, name, question, columns):
    questionnaire, export, people = exports(name)
    given = ["".join(person[slice(*columns)]) for person in people]
    labels = questionnaire[question].options
    codes = export.responses[question, ""].astype(object)
    assert [labels.get(code, "") for code in codes] == given
    assert len(labels) == columns[1] - columns[0]


@pytest.mark.parametrize(("name", "question", "first"), every(MATRICES))
def test_read_export_counts_the_rows_of_a_matrix(exports, name, question, first):
    questionnaire, export, people = exports(name)
    rows, labels = questionnaire[question].rows, questionnaire[question].options
    assert len(rows) == ROWS
    for column, row in enumerate(rows, first):
        codes = export.responses[question, row].astype(object)
        assert [labels.get(code, "") for code in codes] == [person[column] for person in people]


@pytest.mark.parametrize(("name", "question", "column"), every(TEXTS))
def test_read_export_keeps_texts(exports, name, question, column):
    _, export, people = exports(name)
    texts = export.responses[question, ""].fillna("").tolist()
    assert texts == [person[column].strip() for person in people]


@pytest.mark.parametrize(("name", "question", "columns"), every(MULTIPLES))
def test_read_export_counts_a_multiple_question_as_its_columns_do(exports, name, question, columns):
    questionnaire, export, people = exports(name)
    first, end = columns
    codes = list(questionnaire[question].choices)
    assert len(codes) == end - first
    answered = [any(person[first:end]) for person in people]
    for code, column in zip(codes, range(first, end), strict=True):
        ticks = export.responses[question, code]
        assert int(ticks.sum()) == sum(person[column] != "" for person in people)
        assert ticks.notna().tolist() == answered


@pytest.mark.parametrize(("name", "question", "column"), every(COMPANIONS))
def test_read_export_keeps_the_texts_of_a_companion(exports, name, question, column):
    _, export, people = exports(name)
    expected = {
        respondent: person[column].strip()
        for respondent, person in zip(export.responses.index, people, strict=True)
        if person[column].strip() not in ("", BLANK[name])
    }
    texts = export.responses[question, "other_text"].dropna().to_dict()
    assert texts == expected
    assert expected


def test_read_export_leaves_the_answers_of_two_whose_gate_is_blank(exports):
    _, export, people = exports("steak")
    prepared = {person[0]: person[8] for person in people if person[9]}
    answers = export.responses["doneness", ""].dropna()
    assert set(answers.index) == set(prepared)
    assert Counter(prepared.values()) == {"Yes": 430, "": 2}


def test_read_export_logs_the_labels_that_the_file_spells_otherwise(exports):
    _, export, people = exports("thanksgiving")
    changed = export.log[export.log["rule"] == "wording matched after normalising"]
    assert set(changed["question"]) == {"age"}
    assert len(changed) == sum(" - " in person[61] for person in people)
