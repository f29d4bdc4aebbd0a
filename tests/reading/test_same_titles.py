"""Which of the questions with one title a block is, wherever it stands in the file."""

# ruff: noqa: E501 (a row of a table stays on its line)
import csv
import random

import pandas as pd
import pytest
from sample_exports import counts, one_row, read_rows_as, refused_export, survey, write_csv

from dmsi_lib import Survey
from dmsi_lib.choices import QUESTIONNAIRE, SYNTHETIC_EXPORT
from dmsi_lib.errors import InputError
from dmsi_lib.questionnaire.model import read_questionnaire
from dmsi_lib.reading.export import read_export

# ---- the shipped export, its columns in any order


@pytest.fixture(scope="module")
def shipped():
    """Titles, subtitles and respondents of the shipped export."""
    with SYNTHETIC_EXPORT.open(encoding="utf-8-sig", newline="") as file:
        titles, subtitles, *body = csv.reader(file)
    return titles, subtitles, body


@pytest.fixture(scope="module")
def instrument():
    return read_questionnaire(QUESTIONNAIRE)


@pytest.fixture(scope="module")
def straight(instrument):
    return read_export(SYNTHETIC_EXPORT, instrument)


def blocks_of(titles):
    """The positions of each title's columns."""
    blocks = []
    for position, title in enumerate(titles):
        if title or not blocks:
            blocks.append([])
        blocks[-1].append(position)
    return blocks


def written(path, shipped, order, header_rows=2):
    """The shipped export with its columns in another order, each block's title first in it."""
    titles, subtitles, body = shipped
    if header_rows == 1:
        header = [one_row(titles, subtitles)]
        return write_csv(path, [[row[n] for n in order] for row in [*header, *body]])
    owner = {n: block[0] for block in blocks_of(titles) for n in block}
    first = [
        titles[owner[n]] if not place or owner[order[place - 1]] != owner[n] else ""
        for place, n in enumerate(order)
    ]
    rows = [[row[n] for n in order] for row in [subtitles, *body]]
    return write_csv(path, [first, *rows])


def same_responses(found, expected):
    pd.testing.assert_frame_equal(found[expected.columns], expected)
    assert found.shape == expected.shape


@pytest.mark.parametrize("seed", range(12))
def test_read_export_reads_the_same_from_blocks_in_any_order(
    tmp_path, shipped, instrument, straight, seed
):
    drawn = random.Random(seed)
    blocks = blocks_of(shipped[0])
    drawn.shuffle(blocks)
    if seed % 2:  # and the columns in them, save that of a question with only one answer
        for block in blocks:
            if shipped[1][block[0]] not in ("", "Response", "Open-Ended Response"):
                drawn.shuffle(block)
    path = written(tmp_path / "export.csv", shipped, [n for block in blocks for n in block])
    same_responses(read_export(path, instrument).responses, straight.responses)


@pytest.mark.parametrize("seed", range(6))
def test_read_export_reads_the_same_from_columns_in_any_order(
    tmp_path, shipped, instrument, straight, seed
):
    order = list(range(len(shipped[0])))
    random.Random(seed).shuffle(order)
    path = written(tmp_path / "export.csv", shipped, order, header_rows=1)
    same_responses(read_export(path, instrument).responses, straight.responses)


def test_tables_are_the_same_with_the_management_before_the_front_line(tmp_path, shipped):
    blocks = blocks_of(shipped[0])
    begin = next(n for n, b in enumerate(blocks) if "tools do you use" in shipped[0][b[0]])
    middle = next(n for n, b in enumerate(blocks) if "tools does your" in shipped[0][b[0]])
    end = next(n for n, b in enumerate(blocks) if "In which province" in shipped[0][b[0]])
    turned = [*blocks[:begin], *blocks[middle:end], *blocks[begin:middle], *blocks[end:]]
    path = written(tmp_path / "export.csv", shipped, [n for block in turned for n in block])
    survey = Survey.load(path)
    [row] = survey.tables().query("question == 'policies_frontline' and item == 'yes'").itertuples()
    assert (row.count, row.base) == (26, 91)  # never 27 of 75, which are the managers'
    pd.testing.assert_frame_equal(survey.tables(), Survey.load().tables())
    found = survey.export.findings.query("kind == 'questions with one title'")
    assert len(found) == 9
    assert (
        "policies_frontline: 91 answers of whom it was asked, 0 others; policies_management: 75 "
        "answers of whom it was asked, 0 others"
    ) in found["message"].str.cat(sep="\n")


# ---- what decides

ROLE = "  - {id: role, text: Role?, type: single, page: 1, options: {cook: Cook, guest: Guest}}\n"


def twins(one="", other="", options='{yes: "Yes", no: "No"}', options_2=""):
    """Two questions titled "Fun?", after the role; `one` and `other` are further keys of theirs."""
    return survey(
        ROLE,
        f"  - {{id: a, text: Fun?, type: single, page: 2, options: {options}{one}}}\n",
        f"  - {{id: b, text: Fun?, type: single, page: 3, options: {options_2 or options}{other}}}\n",
    )


COOKS, GUESTS = ", ask_if: {role: [cook]}", ", ask_if: {role: [guest]}"
GUESTS_FIRST = [
    ["id", "Role?", "Fun?", "Fun?"],
    ["1", "Cook", "", "Yes"],
    ["2", "Cook", "", "Yes"],
    ["3", "Guest", "No", ""],
    ["4", "Cook", "", "Yes"],
    ["5", "", "Yes", "Yes"],  # nobody knows whether they were asked
]


def told(export):
    found = export.findings.query("kind == 'questions with one title'")
    return found["message"].tolist()


def test_read_export_tells_blocks_apart_by_who_was_asked(tmp_path):
    export = read_rows_as(tmp_path, GUESTS_FIRST, twins(COOKS, GUESTS))
    assert counts(export.responses, "a") == {"yes": 4}
    assert counts(export.responses, "b") == {"no": 1, "yes": 1}
    assert told(export) == [
        "told apart by who answered: a: 3 answers of whom it was asked, 0 others; b: 1 answers of "
        "whom it was asked, 0 others"
    ]


def test_read_export_tells_blocks_apart_by_the_gates_of_their_gates(tmp_path):
    # who was routed past the gate can't have been asked; a gate that is blank says no more
    text = survey(
        ROLE,
        f'  - {{id: g, text: Salt?, type: single, page: 2, options: {{yes: "Yes"}}{COOKS}}}\n',
        f'  - {{id: h, text: Wine?, type: single, page: 2, options: {{yes: "Yes"}}{GUESTS}}}\n',
        "  - {id: a, text: Why?, type: open, page: 3, ask_if: {g: [yes]}}\n",
        "  - {id: b, text: Why?, type: open, page: 3, ask_if: {h: [yes]}}\n",
    )
    rows = [
        ["id", "Why?", "Why?", "Wine?", "Salt?", "Role?"],
        ["1", "", "tasty", "", "Yes", "Cook"],
        ["2", "thirsty", "", "Yes", "", "Guest"],
    ]
    responses = read_rows_as(tmp_path, rows, text).responses
    assert responses["a", ""].dropna().to_dict() == {"1": "tasty"}
    assert responses["b", ""].dropna().to_dict() == {"2": "thirsty"}


def test_read_export_tells_a_gate_from_the_question_it_opens(tmp_path):
    text = twins("", ", ask_if: {a: [yes]}")
    rows = [["id", "Role?", "Fun?", "Fun?"]]
    rows += [[str(n), "Cook", "Yes" if n < 2 else "", "Yes" if n < 3 else "No"] for n in range(6)]
    responses = read_rows_as(tmp_path, rows, text).responses
    assert counts(responses, "a") == {"yes": 3, "no": 3}
    assert counts(responses, "b") == {"yes": 2}


def test_read_export_tells_blocks_apart_by_answers_that_only_one_question_has(tmp_path):
    text = twins(options='{yes: "Yes", no: "No"}', options_2='{yes: "Yes", no: "No", both: Both}')
    rows = [
        ["id", "Role?", "Fun?", "Fun?"],
        *(["1", "Cook", "Both", "Yes"], ["2", "Cook", "No", "No"], ["3", "Cook", "Yes", "No"]),
    ]
    export = read_rows_as(tmp_path, rows, text)
    assert counts(export.responses, "a") == {"yes": 1, "no": 2}
    assert counts(export.responses, "b") == {"both": 1, "no": 1, "yes": 1}


def test_read_export_follows_the_order_only_where_no_answer_can_tell(tmp_path):
    for text in (twins(), twins(COOKS, COOKS)):
        export = read_rows_as(tmp_path, GUESTS_FIRST, text)
        assert counts(export.responses, "a") == {"no": 1, "yes": 1}
        assert told(export) == ["told apart by their order in the file, since no answer can tell"]
    nobody = [[*row[:2], "", ""] for row in GUESTS_FIRST[1:]]
    export = read_rows_as(tmp_path, [GUESTS_FIRST[0], *nobody], twins(COOKS, GUESTS))
    assert told(export) == ["told apart by their order in the file, since no answer can tell"]


def test_read_export_refuses_where_the_answers_could_tell_and_do_not(tmp_path):
    unknown = [[row[0], "", *row[2:]] for row in GUESTS_FIRST[1:]]
    (fault,) = refused_export(tmp_path, [GUESTS_FIRST[0], *unknown], twins(COOKS, GUESTS))
    assert fault == (
        "column 3 (C) 'Fun?', column 4 (D) 'Fun?': the answers do not tell which of them belongs "
        "to which of a, b (at best a: 0 answers of whom it was asked, 0 others; b: 0 answers of "
        "whom it was asked, 0 others); say it by `occurrence`: 1 for the first of this title from "
        "the left."
    )
    # one answer more for it than against it is chance
    even = [["id", "Role?", "Fun?", "Fun?"]]
    even += [[str(n), "Cook" if n % 2 else "Guest", "Yes", "No"] for n in range(5)]
    (fault,) = refused_export(tmp_path, even, twins(COOKS, GUESTS))
    assert "the answers do not tell" in fault


def test_read_export_follows_the_occurrence_that_the_questionnaire_says(tmp_path):
    for one, other in ((", occurrence: 2", ""), ("", ", occurrence: 1")):
        export = read_rows_as(tmp_path, GUESTS_FIRST, twins(COOKS + one, GUESTS + other))
        assert counts(export.responses, "a") == {"yes": 4}
        assert told(export) == ["told apart as the questionnaire says by `occurrence`"]
    against = read_rows_as(tmp_path, GUESTS_FIRST, twins(COOKS + ", occurrence: 1", GUESTS))
    assert counts(against.responses, "a") == {"no": 1, "yes": 1}


def test_read_export_refuses_an_occurrence_that_the_file_lacks(tmp_path):
    faults = refused_export(tmp_path, GUESTS_FIRST, twins(COOKS + ", occurrence: 3", GUESTS))
    assert faults[0] == (
        "question 'a' (line 4): its occurrence is 3; the file has 2 column blocks with its title "
        "'Fun?'."
    )
    assert not [fault for fault in faults if "no column" in fault]  # there are two


def test_read_export_offers_the_occurrence_that_is_left(tmp_path):
    path = tmp_path / "questionnaire.yaml"
    path.write_text(twins(COOKS + ", occurrence: 3", GUESTS), encoding="utf-8")
    export = write_csv(tmp_path / "export.csv", GUESTS_FIRST)
    with pytest.raises(InputError) as error:
        read_export(export, read_questionnaire(path))
    assert "In question 'a' (line 4): occurrence: 2" in str(error.value)
    assert "the file is accepted then" in str(error.value)


def test_read_export_tells_which_question_of_a_title_the_file_lacks(tmp_path):
    rows = [[*row[:2], row[2]] for row in GUESTS_FIRST]  # the guests' alone
    optional = ", optional: true"
    export = read_rows_as(tmp_path, rows, twins(COOKS + optional, GUESTS + optional))
    assert counts(export.responses, "b") == {"no": 1, "yes": 1}
    assert told(export)
    (fault,) = refused_export(tmp_path, rows, twins(COOKS, GUESTS))
    assert fault.startswith("question 'a' (line 4): no column 'Fun?'")


def test_read_export_takes_the_block_whose_people_were_asked(tmp_path):
    text = survey(
        ROLE,
        f'  - {{id: a, text: Fun?, type: single, page: 2, options: {{yes: "Yes", no: "No"}}{COOKS}}}\n',
    )
    (fault,) = refused_export(tmp_path, GUESTS_FIRST, text)
    assert fault.startswith("column 3 (C) 'Fun?': a second column block with this title")
    empty = [[*row[:2], "Fun?" if n == 0 else "", row[3]] for n, row in enumerate(GUESTS_FIRST)]
    export = read_rows_as(tmp_path, empty, text)
    assert counts(export.responses, "a") == {"yes": 4}
    chosen = text.replace("page: 2,", "page: 2, occurrence: 2,")
    assert counts(read_rows_as(tmp_path, GUESTS_FIRST, chosen).responses, "a") == {"yes": 4}


def test_read_export_refuses_more_blocks_than_it_can_compare(tmp_path):
    lines = [
        f"  - {{id: q{n}, text: Why?, type: open, page: {n + 2}, ask_if: {{role: [{role}]}}}}\n"
        for n, role in enumerate(["cook", "guest"] * 4)
    ]
    rows = [["id", "Role?", *["Why?"] * 8], ["1", "Cook", *"abcdefgh"]]
    (fault,) = refused_export(tmp_path, rows, survey(ROLE, *lines))
    assert "and 4 more: the answers do not tell" in fault
    free = [line.replace("guest", "cook") for line in lines]
    responses = read_rows_as(tmp_path, rows, survey(ROLE, *free)).responses
    assert responses.loc["1"].tolist()[1:] == list("abcdefgh")


# ---- columns that are no neighbours

WHICH = survey(
    ROLE,
    f"  - {{id: a, text: Which?, type: multiple, page: 2, options: {{x: X, y: Y}}, other: Other{COOKS}}}\n",
    f"  - {{id: b, text: Which?, type: multiple, page: 2, options: {{x: X, y: Y}}, other: Other{GUESTS}}}\n",
)


@pytest.mark.parametrize("header_rows", [1, 2])
def test_read_export_puts_scattered_columns_together(tmp_path, header_rows):
    labels = ["Other", "X", "Y", "X", "Other", "Y", "Other", "Other"]
    header = [["id", *(f"Which? - {label}" for label in labels), "Role?"]]
    if header_rows == 2:
        header = [["id", *["Which?"] * 8, "Role?"], ["", *labels, "Response"]]
    body = [  # Other: guests' text, X: guests, Y: nobody, X: cooks, tick, Y: cooks, tick, text
        ["1", "", "", "", "X", "Other", "Y", "", "so", "Cook"],
        ["2", "", "", "", "", "", "Y", "", "", "Cook"],
        ["3", "and so", "X", "", "", "", "", "Other", "", "Guest"],
    ]
    responses = read_rows_as(tmp_path, [*header, *body], WHICH).responses
    assert responses["a"].loc["1"].tolist() == [True, True, True, "so"]
    assert responses["a"].loc["2"].fillna("").tolist() == [False, True, False, ""]
    assert responses["b"].loc["3"].tolist() == [True, False, True, "and so"]
    assert responses["b"].loc[["1", "2"]].isna().all(axis=None)


def test_read_export_refuses_scattered_columns_that_nothing_tells_apart(tmp_path):
    text = (
        WHICH.replace(COOKS, "")
        .replace(GUESTS, "")
        .replace(
            "{id: b, text: Which?, type: multiple, page: 2",
            "{id: b, text: Which?, type: multiple, page: 3",
        )
    )
    rows = [
        [
            "id",
            "Which? - X",
            "Role?",
            *(f"Which? - {label}" for label in "XYY"),
            *["Which? - Other"] * 2,
        ],
        ["1", "X", "Cook", "", "Y", "", "so", ""],
    ]
    (fault,) = refused_export(tmp_path, rows, text)
    assert "the answers do not tell which of them belongs to which of a, b" in fault


def test_read_export_puts_a_companion_beside_its_answer(tmp_path):
    text = survey(
        "  - {id: a, text: Where?, type: single, page: 1, options: {home: Home}, other: Other}\n",
        "  - {id: why, text: Why?, type: open, page: 1}\n",
    )
    rows = [["id", "Where? - Other", "Why?", "Where?"], ["1", "Roof", "so", "Other"]]
    responses = read_rows_as(tmp_path, rows, text).responses
    assert responses.loc["1"].tolist() == ["other", "Roof", "so"]


def test_read_export_does_not_send_two_questions_of_one_column_to_their_occurrence(tmp_path):
    rows = [["id", "Role?", "Fun?"], ["1", "Cook", "Yes"], ["2", "Guest", "No"]]
    (fault,) = refused_export(tmp_path, rows, twins(COOKS, GUESTS))
    assert fault.endswith("export all questions, or make one of those that stand in one place.")


def test_read_export_takes_the_numbers_of_a_question_with_another_one_for_no_codes(tmp_path):
    text = survey(
        "  - {id: n, text: Fun?, type: numeric, page: 1}\n",
        "  - {id: s, text: Fun?, type: single, page: 1, options: {a: Yes, b: No}}\n",
    )
    rows = [["id", "Fun?", "Fun?"], ["1", "", "3"], ["2", "", "4"]]
    assert read_rows_as(tmp_path, rows, text).responses["n", ""].tolist() == [3, 4]


def test_read_export_takes_a_gate_without_a_number_for_one_that_tells_nothing(tmp_path):
    # "about 30" answers the gate, but not whether it is over ten: as the routing has it
    text = survey(
        "  - {id: n, text: How many?, type: numeric, page: 1}\n",
        "  - {id: a, text: Fun?, type: open, page: 2, ask_if: {n: {more_than: 10}}}\n",
        "  - {id: b, text: Fun?, type: open, page: 2, ask_if: {n: {at_most: 10}}}\n",
    )
    rows = [["id", "How many?", "Fun?", "Fun?"], ["1", "20", "", "yes"], ["2", "5", "no", ""]]
    rows.append(["3", "about 30", "", "often"])
    export = read_rows_as(tmp_path, rows, text)
    assert export.responses["a", ""].dropna().to_dict() == {"1": "yes", "3": "often"}
    assert told(export) == [
        "told apart by who answered: a: 1 answers of whom it was asked, 0 others; b: 1 answers of "
        "whom it was asked, 0 others"
    ]
