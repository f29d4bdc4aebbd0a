"""The same responses from every shape of export, and respondents that are told apart."""

# ruff: noqa: E501 (a row of a table stays on its line)
import pandas as pd
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_exports import (
    MEALS,
    MEALS_BODY,
    MEALS_ONE_ROW,
    MEALS_SUBTITLES,
    MEALS_TITLES,
    MEALS_TWO_ROWS,
    counts,
    one_row,
    questionnaire,
    read_rows_as,
    refused_export,
    replaced,
    single_line,
    survey,
    write_csv,
    write_xlsx,
)

from dmsi_lib.errors import InputError
from dmsi_lib.reading.export import read_export


def columns_of(export, question):
    return [item for name, item in export.responses.columns if name == question]


# ---- the same answers from both shapes and every format


@pytest.mark.parametrize(
    "rows", [MEALS_TWO_ROWS, MEALS_ONE_ROW], ids=["two header rows", "one header row"]
)
@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_read_export_brings_every_type_to_its_codes(tmp_path, rows, write):
    path = write(tmp_path / f"export.{write.__name__.removeprefix('write_')}", rows)
    export = read_export(path, questionnaire())
    responses = export.responses
    assert export.path == str(path)
    assert list(responses.index) == ["101", "102", "103", "104", "105", "106"]
    assert responses.index.name == "respondent"
    assert responses.columns.names == ["question", "item"]

    eats = responses["eats", ""]
    assert list(eats.cat.categories) == ["yes", "no"]
    assert eats.astype(object).where(eats.notna(), None).tolist() == [
        "yes",
        "yes",
        "yes",
        "yes",
        "no",
        None,
    ]
    assert counts(responses, "place") == {"home": 1, "other": 1, "work": 1}
    assert responses["place", "other_text"].dropna().to_dict() == {"102": "In a park"}

    assert columns_of(export, "food") == ["soup", "bread", "fruit", "other", "other_text"]
    answered = responses["food", "soup"].notna()
    assert list(responses.index[answered]) == ["101", "102", "103"]
    ticks = responses.loc[answered, "food"]
    assert ticks["soup"].tolist() == [True, False, False]
    assert ticks["bread"].tolist() == [False, True, False]
    assert ticks["fruit"].tolist() == [False, True, False]
    assert ticks["other"].tolist() == [False, False, True]
    assert ticks["other_text"].dropna().to_dict() == {"103": "Cake"}
    assert str(ticks["soup"].dtype) == "boolean"

    assert counts(responses, "size") == {"small": 2, "large": 1}
    assert responses["order", "soup"].dropna().tolist() == [1, 3, 1]
    assert responses["order", "fruit"].dropna().tolist() == [3, 1]  # N/A is no rank
    assert str(responses["order", "soup"].dtype) == "Int64"
    assert counts(responses, "views", "soup") == {"good": 2, "bad": 1}
    assert counts(responses, "views", "bread") == {"bad": 1, "good": 1}
    assert responses["minutes", ""].dropna().tolist() == [10.0, 1200.0, 2.5]
    assert responses["why", ""].dropna().to_dict() == {
        "101": "Hungry",
        "102": "NA",
        "105": "No time",
    }
    assert responses.loc["106"].isna().all()


def test_read_export_reads_a_sav_like_a_csv(tmp_path):
    names = [f"V{n}" for n in range(len(MEALS_TITLES))]
    frame = pd.DataFrame(MEALS_BODY, columns=names)
    answers = {"Yes": 1.0, "No": 2.0}
    frame["V5"] = frame["V5"].map(answers)
    path = tmp_path / "export.sav"
    pyreadstat.write_sav(
        frame,
        str(path),
        column_labels=list(MEALS_ONE_ROW[0]),
        variable_value_labels={"V5": {code: label for label, code in answers.items()}},
    )
    straight = read_rows_as(tmp_path, MEALS_ONE_ROW).responses
    pd.testing.assert_frame_equal(read_export(path, questionnaire()).responses, straight)


def test_read_export_never_shows_an_identity_column(tmp_path):
    titles = [*MEALS_TITLES, "Pet's name", "Email address", "", "E-Mail:", "Name"]
    secrets = ["Rex", "a@example.org", "b@example.org", "c@example.org", "Zacharias"]
    rows = [
        titles,
        [*MEALS_SUBTITLES, "Open-Ended Response", "", "Work", "Response", "Response"],
        *([*row, *secrets] for row in MEALS_BODY),
    ]
    text = MEALS.replace("questions:", 'identity_columns: ["Pet\'s name"]\nquestions:', 1)
    export = read_rows_as(tmp_path, rows, text)
    with pd.option_context(
        "display.max_rows", None, "display.max_columns", None, "display.max_colwidth", None
    ):
        shown = "\n".join(
            frame.to_csv() + frame.to_string() + repr(frame.to_dict())
            for frame in (export.responses, export.log, export.findings)
        ) + repr(export)  # fmt: skip
    for secret in (*secrets, *MEALS_BODY[0][2:5], "@", "203.0"):
        assert secret not in shown and secret.casefold() not in shown.casefold()
    dropped = export.findings.query("kind == 'identity column dropped'")
    assert dropped["column"].tolist() == [
        *("IP Address", "Email Address", "First Name"),
        *("Pet's name", "Email address", "Work", "E-Mail:", "Name"),
    ]


def test_read_export_knows_the_names_of_its_identity_columns(tmp_path):
    titles = [*MEALS_TITLES, "Pet's name", "Custom Data 1", "Last Name"]
    rows = [
        titles,
        [*MEALS_SUBTITLES, "", "", ""],
        *([*row, "Rex Lunch", "Harbour House", "Quill"] for row in MEALS_BODY),
    ]
    text = MEALS.replace("questions:", 'identity_columns: ["Pet\'s name"]\nquestions:', 1)
    names = read_rows_as(tmp_path, rows, text).identities

    def found(words):
        return [words[start:end] for start, end in names.find(words)]

    assert found("annabel or Annabel Quill or ann") == ["annabel", "Annabel Quill", "ann"]
    assert found("the Harbour House, not a harbour house") == ["Harbour House"]
    assert found("Rex ate; Rex Lunch ate") == ["Rex Lunch"]
    assert found("lunch at 203.0.113.9 with bread") == []  # no address, no word of a question


def test_read_export_takes_no_word_of_the_questionnaire_for_a_name(tmp_path):
    rows = replaced(MEALS_TWO_ROWS, 2, 4, "Soup Hungry")
    names = read_rows_as(tmp_path, rows).identities
    assert names.find("soup") == [] and names.find("hungry") == [(0, 6)]


def test_read_export_without_identity_columns_knows_no_names(tmp_path):
    export = read_rows_as(tmp_path, [["id", "a"], ["1", "Yes"]], survey(single_line("a")))
    assert export.identities.find("Annabel Quill says Yes") == []


def test_read_export_lists_columns_that_the_questionnaire_does_not_name(tmp_path):
    rows = [
        [*MEALS_TITLES, "What is your favourite colour?", "Which pets?", "", "Do you eat lunches?"],
        [*MEALS_SUBTITLES, "Response", "Cat", "Dog", "Response"],
        *([*row, "Blue", "Cat", "", "Yes"] for row in MEALS_BODY),
    ]
    found = read_rows_as(tmp_path, rows).findings
    ignored = found[found["kind"] == "column ignored"].set_index("column")
    assert ignored["count"].to_dict() == {
        **{"Collector ID": 1, "What is your favourite colour?": 1, "Which pets?": 2},
        "Do you eat lunches?": 1,
    }
    assert ignored.loc["Which pets?", "message"] == "not in the questionnaire"
    # near to a title that another column has: suggested, not taken
    assert ignored.loc["Do you eat lunches?", "message"] == (
        "not in the questionnaire; near to 'Do you eat lunch?'"
    )


def test_read_export_takes_questions_in_any_order_of_columns(tmp_path):
    order = [0, 19, 18, 16, 17, 13, 14, 15, 12, 8, 9, 10, 11, 6, 7, 5]
    export = read_rows_as(tmp_path, [[row[i] for i in order] for row in MEALS_TWO_ROWS])
    straight = read_rows_as(tmp_path, MEALS_TWO_ROWS)
    pd.testing.assert_frame_equal(export.responses, straight.responses)


def test_read_export_does_not_change_with_the_order_of_respondents(tmp_path):
    straight = read_rows_as(tmp_path, MEALS_TWO_ROWS).responses
    turned = read_rows_as(tmp_path, [*MEALS_TWO_ROWS[:2], *reversed(MEALS_BODY)]).responses
    pd.testing.assert_frame_equal(turned.loc[straight.index], straight)


def test_read_export_knows_synthetic_data_by_its_collector(tmp_path):
    assert read_rows_as(tmp_path, MEALS_TWO_ROWS).synthetic is False
    marked = replaced(MEALS_TWO_ROWS, 3, 1, "Synthetic-2018")
    assert read_rows_as(tmp_path, marked).synthetic is True


# ---- respondents


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (["1", "2", "1"], "1 respondent ids stand more than once, the first in rows 2, 4"),
        (["1", "", "3"], "row 3: the respondent id is blank"),
        (["1", "  ", "3"], "row 3: the respondent id is blank"),
        (
            ["1", "3.23E+09", "3"],
            "row 3: the respondent id is '3.23E+09': a spreadsheet has shortened it",
        ),
        (
            ["1", "3,23E+09", "3"],
            "row 3: the respondent id is '3,23E+09': a spreadsheet has shortened it",
        ),
        (
            ["1.14e+16", "2", "3"],
            "row 2: the respondent id is '1.14e+16': a spreadsheet has shortened it",
        ),
    ],
)
def test_read_export_refuses_ids_that_do_not_name_one_respondent(tmp_path, ids, expected):
    (message,) = refused_export(
        tmp_path, [["id", "a"], *([name, "Yes"] for name in ids)], survey(single_line("a"))
    )
    assert message.startswith(expected)


def test_read_export_tells_every_id_that_names_no_respondent(tmp_path):
    rows = [["id", "a"], *([name, "Yes"] for name in ("1", "", "3.23E+09", "1", " "))]
    text = survey(single_line("a"))
    assert [line.split(";")[0] for line in refused_export(tmp_path, rows, text)] == [
        "row 3: the respondent id is blank",
        "row 4: the respondent id is '3.23E+09': a spreadsheet has shortened it. Export again and "
        "do not open the file in a spreadsheet before reading it.",
        "row 6: the respondent id is blank",
        "1 respondent ids stand more than once, the first in rows 2, 5",
    ]


@pytest.mark.parametrize(
    "ids",
    [["007", "7"], ["E1", "e1"], ["1e5", "e5"], ["98765432109876543210", "98765432109876543211"]],
)
def test_read_export_keeps_ids_as_they_are(tmp_path, ids):
    export = read_rows_as(
        tmp_path, [["id", "a"], *([name, "Yes"] for name in ids)], survey(single_line("a"))
    )
    assert list(export.responses.index) == ids


def test_read_export_needs_exactly_one_id_column(tmp_path):
    rows = [["Respondent ID", "a"], ["1", "Yes"]]
    (message,) = refused_export(
        tmp_path, rows, "id_column: Respondents ID\nquestions:\n" + single_line("a")
    )
    assert message == (
        "row 1: no column 'Respondents ID' (the questionnaire's id_column); expected exactly one. "
        "Is it 'Respondent ID'?"
    )
    (message,) = refused_export(
        tmp_path, [["id", "ID", "a"], ["1", "1", "Yes"]], survey(single_line("a"))
    )
    assert message.startswith("row 1: 2 columns 'id'")


def test_read_export_finds_ids_in_a_first_column_without_title(tmp_path):
    text = "id_column: ''\nquestions:\n" + single_line("a")
    assert list(read_rows_as(tmp_path, [["", "a"], ["1", "Yes"]], text).responses.index) == ["1"]
    (message,) = refused_export(tmp_path, [["a", ""], ["Yes", "1"]], text)
    assert message.startswith("row 1: no column ''")


@pytest.mark.parametrize("header", [[["id", "a"]], [["id", "a"], ["", "Response"]]])
def test_read_export_refuses_an_export_without_respondents(tmp_path, header):
    assert refused_export(tmp_path, header, survey(single_line("a"))) == [
        "has a header but no respondents; expected a row for each."
    ]


def test_read_export_reads_one_respondent(tmp_path):
    export = read_rows_as(tmp_path, [["id", "a"], ["1", ""]], survey(single_line("a")))
    assert export.responses.shape == (1, 1)
    assert export.responses.isna().all(axis=None)


def test_read_export_finds_the_id_column_anywhere(tmp_path):
    rows = [["a", "b", "id"], ["Response", "Response", ""], ["Yes", "No", "1"]]
    export = read_rows_as(tmp_path, rows, survey(single_line("a"), single_line("b")))
    assert export.responses.loc["1"].tolist() == ["yes", "no"]


# ---- all that can be told is told at once


def test_read_export_tells_faults_of_ids_titles_options_and_answers_in_one_round(tmp_path):
    rows = replaced(MEALS_TWO_ROWS, 0, 5, "Do you have lunch?")  # no title of a question
    rows = replaced(rows, 1, 10, "Cheese")  # no option, and yet ticked
    rows = replaced(rows, 3, 10, "Cheese")
    rows = replaced(rows, 1, 15, "Nuts")  # no item of the ranking
    rows = replaced(rows, 2, 13, "9")  # no rank of another one
    rows = replaced(rows, 2, 12, "Huge")  # no answer of a question whose columns fit
    rows = replaced(rows, 4, 17, "Fine")
    rows = replaced(rows, 4, 18, "long")
    rows = replaced(rows, 5, 0, "103")  # an id that stands above already
    with pytest.raises(InputError) as error:
        read_rows_as(tmp_path, rows)
    heading, *faults = str(error.value).splitlines()
    assert heading.endswith("export.csv: the export does not fit the questionnaire.")
    expected = [
        "1 respondent ids stand more than once",
        "question 'eats' (line 6): no column",
        "question 'food' (line 14): option 'fruit' has no column",
        "column 11 (K) 'Cheese': 1 answers to an option",
        "question 'order' (line 22): option 'fruit' has no column",
        "column 13 (M) 'How large is it?': 'Huge' (1 times) is no option",
        "column 14 (N) 'Rank these (1 being best)': '9' (1 times) is no rank",
        "column 18 (R) 'How do you find these?': 'Fine' (1 times) is no option",
    ]
    for fault, begins in zip(faults, expected, strict=True):
        assert fault.startswith(f"  - {begins}")


def test_read_export_of_unknown_answers_alone_says_so(tmp_path):
    with pytest.raises(InputError, match="answers that the questionnaire does not know"):
        read_rows_as(tmp_path, replaced(MEALS_TWO_ROWS, 2, 12, "Huge"))


@pytest.mark.parametrize("column", [n for n in range(5, 20) if n != 7])  # 7: only a finding
def test_read_export_without_any_one_title_tells_of_the_other_columns(tmp_path, column):
    rows = replaced(replaced(MEALS_TWO_ROWS, 0, column, "Else"), 1, column, "Else")
    for row in (2, 3, 4):
        for other in (5, 6, 12, 16, 17, 18):
            rows = replaced(rows, row, other, "???")
    faults = refused_export(tmp_path, rows)
    assert any("'???' (3 times)" in fault for fault in faults)
    assert any(not fault.startswith("column") for fault in faults)


# ---- any table comes back as it was written

CODES = ["one", "two", "three"]
LABELS = {"one": "One of them", "two": "2-3", "three": "Three, or more"}
RANDOM = survey(
    "  - {id: s, text: Pick one, type: single, page: 1, options: {one: One of them, two: 2-3, three: 'Three, or more'}, other: Other}\n",
    "  - {id: m, text: Pick any, type: multiple, page: 1, options: {one: One of them, two: 2-3, three: 'Three, or more'}, other: Other}\n",
    "  - {id: r, text: Rank, type: ranking, page: 1, options: {one: One of them, two: 2-3, three: 'Three, or more'}}\n",
    "  - {id: o, text: Say, type: open, page: 1}\n",
)
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8).map(str.strip)
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "s": st.sampled_from([None, *CODES, "other"]),
            "m": st.none() | st.sets(st.sampled_from([*CODES, "other"]), min_size=1),
            "r": st.none() | st.permutations([1, 2, 3]),
            "o": WORDS,
            "text": WORDS,
        }
    ),
    min_size=1,
    max_size=6,
)


@given(people=PEOPLE, in_one_row=st.booleans(), companion_texts=st.booleans())
@settings(deadline=None, max_examples=80)
def test_read_export_gives_back_any_answers(tmp_path_factory, people, in_one_row, companion_texts):
    labels = list(LABELS.values())
    titles = ["id", "Pick one", "", "Pick any", "", "", "", "", "Rank", "", "", "Say"]
    subtitles = ["", "Response", "Other", *labels, "Other", "Other", *labels, "Open-Ended Response"]
    body = []
    for n, person in enumerate(people):
        text = person["text"] if companion_texts else ""
        ticked = person["m"] or set()
        body.append(
            [
                f"p{n}",
                *(
                    LABELS.get(person["s"], "Other" if person["s"] else ""),
                    text if person["s"] == "other" else "",
                ),
                *(LABELS[code] if code in ticked else "" for code in CODES),
                *("Other" if "other" in ticked else "", text if "other" in ticked else ""),
                *(map(str, person["r"] or [""] * 3)),
                person["o"],
            ]
        )
    header = [one_row(titles, subtitles)] if in_one_row else [titles, subtitles]
    responses = read_rows_as(tmp_path_factory.mktemp("t"), [*header, *body], RANDOM).responses
    assert len(responses) == len(people)
    for person, (_, row) in zip(people, responses.iterrows(), strict=True):
        given_answer = {key: None if pd.isna(value) else value for key, value in row.items()}
        assert given_answer["s", ""] == person["s"]
        for code in [*CODES, "other"]:
            assert given_answer["m", code] == (code in person["m"] if person["m"] else None)
        assert [given_answer["r", code] for code in CODES] == list(person["r"] or [None] * 3)
        assert given_answer["o", ""] == (person["o"] or None)


@given(
    cells=st.lists(
        st.lists(
            st.sampled_from(["", "id", "a", "a - x", "Yes", "x", "Response", "1", " "]),
            min_size=3,
            max_size=3,
        ),
        max_size=4,
    )
)
@settings(deadline=None, max_examples=200)
def test_read_export_reads_or_refuses_any_table(tmp_path_factory, cells):
    text = survey(
        single_line("a"),
        "  - {id: b, text: a, type: multiple, page: 2, options: {x: x}, other: Yes}\n",
    )
    path = write_csv(tmp_path_factory.mktemp("t") / "export.csv", [["id", "a", "a - x"], *cells])
    try:
        export = read_export(path, questionnaire(text))
    except InputError as refused:
        assert str(path) in str(refused)
    else:
        assert export.responses.index.is_unique
