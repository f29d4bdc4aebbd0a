"""What a cell means, for each type of question."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_exports import questionnaire

from dmsi_lib.reading.answers.answers import decode
from dmsi_lib.reading.answers.texts import column_texts
from dmsi_lib.reading.change_log import ChangeLog, Finding
from dmsi_lib.reading.rows.rows import Column

OPTIONS = 'options: {few: 1-5, some: 6-10, many: "11-20", no: "No"}'


def question(kind, more="", blank=""):
    """A question of one type and its questionnaire's blank texts."""
    survey = questionnaire(
        f"blank: [{blank}]\nquestions:\n  - {{id: q, text: Q?, type: {kind}, page: 1{more}}}\n"
    )
    return survey["q"], survey.blank


def decoded(kind, columns, more="", blank=""):
    """Arrays by item, and the change log with its frame, faults and findings."""
    asked, blanks = question(kind, more, blank)
    n = len(next(iter(columns.values())))
    changes = ChangeLog(pd.Index([f"p{i}" for i in range(n)]))
    named = {
        item: column_texts(f"column {item or 'q'}", Column.of(texts), blanks)
        for item, texts in columns.items()
    }
    return decode(asked, named, changes), changes


def told(changes):
    """The texts of the faults."""
    return [fault.text for fault in changes.faults]


def proposed(changes):
    """What the faults propose: key, code and value of each proposal."""
    return [(each.key, each.code, each.value) for f in changes.faults for each in f.proposals]


def values(array):
    return [None if pd.isna(value) else value for value in array]


# ---- single


def test_decode_single_gives_codes_in_the_order_of_the_options():
    arrays, changes = decoded("single", {"": ["11-20", "", "1-5", "No", "1-5"]}, f", {OPTIONS}")
    assert values(arrays[""]) == ["many", None, "few", "no", "few"]
    assert list(arrays[""].categories) == ["few", "some", "many", "no"]
    assert changes.faults == [] and changes.frame().empty


@pytest.mark.parametrize(
    "text", ["NA", "N/A", "nan", "None", "null", "NULL", "-", "#N/A", "0", "no answer"]
)
def test_decode_single_takes_no_text_for_missing(text):
    options = f", options: {{x: '{text}', y: 'Another answer'}}"
    arrays, changes = decoded("single", {"": [text, "Another answer", ""]}, options)
    assert values(arrays[""]) == ["x", "y", None]
    assert changes.faults == []
    _, changes = decoded(
        "single", {"": [text, "Another answer"]}, ", options: {y: 'Another answer'}"
    )
    assert len(changes.faults) == 1  # no option, so refused; never silently blank


def test_decode_single_takes_the_texts_for_blank_that_the_questionnaire_names():
    arrays, changes = decoded(
        "single", {"": ["-", " - ", "NA", "No", "", " "]}, f", {OPTIONS}", "'-', NA"
    )
    assert values(arrays[""]) == [None, None, None, "no", None, None]
    assert changes.faults == []
    assert changes.frame().empty


def test_decode_single_logs_what_it_normalised():
    arrays, changes = decoded("single", {"": ["6 – 10", "6-10", " 6-10", "no!"]}, f", {OPTIONS}")
    assert values(arrays[""]) == ["some", "some", "some", "no"]
    assert changes.frame().to_dict("records") == [
        {"respondent": "p2", "question": "q", "item": "", "before": "", "after": "6-10",
         "rule": "white space removed"},
        {"respondent": "p0", "question": "q", "item": "", "before": "6 – 10", "after": "6-10",
         "rule": "wording matched after normalising"},
        {"respondent": "p3", "question": "q", "item": "", "before": "no!", "after": "No",
         "rule": "wording matched after normalising"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("5-Jan", "1-5"),
        ("1-May", "1-5"),
        ("01-May", "1-5"),
        ("Jan-05", "1-5"),
        ("10-Jun", "6-10"),
        ("6-Oct", "6-10"),
        ("Nov-20", "11-20"),
        ("2018-01-05", "1-5"),
        ("2018-01-05 00:00:00", "1-5"),
        ("2020-11-01 00:00:00", "11-20"),
        ("1/5/2018", "1-5"),
        ("10/06/18", "6-10"),
        ("6-October", "6-10"),
    ],
)
def test_decode_single_names_the_option_behind_an_excel_date(text, label):
    _, changes = decoded("single", {"": [text, "No", text]}, f", {OPTIONS}")
    (fault,) = told(changes)
    assert fault.startswith(
        f"column q: '{text}' (2 times) is no option of 'q': it looks like a date"
    )
    assert f"that Excel made of '{label}'" in fault
    assert proposed(changes) == []


@pytest.mark.parametrize("text", ["5-Feb", "12-Dec", "2018", "13/13/2018", "Jan", "Octopus-10"])
def test_decode_single_takes_only_dates_of_an_option_for_such(text):
    _, changes = decoded("single", {"": [text]}, f", {OPTIONS}")
    assert "Excel" not in told(changes)[0]


def test_decode_single_proposes_nothing_where_a_cut_text_may_be_two_options():
    long = "I agree with all of it, since I have seen it often enough myself, and would do it " * 2
    more = f", options: {{a: '{long}today', b: '{long}tomorrow'}}"
    _, changes = decoded("single", {"": [long[:119]]}, more)
    (fault,) = changes.faults
    assert "the file has cut it, and 'a', 'b' of 'q' begin so" in fault.text
    assert not fault.proposals


def test_decode_single_names_an_unknown_text_once_with_its_count():
    _, changes = decoded("single", {"": ["Maybe", "No", "Maybe ", "x" * 200]}, f", {OPTIONS}")
    assert [fault.split(" is no")[0] for fault in told(changes)] == [
        "column q: 'Maybe' (2 times)",
        f"column q: '{'x' * 79}…' (1 times)",
    ]
    assert proposed(changes) == [("options", "maybe", "Maybe"), ("options", "x" * 40, "x" * 200)]


def test_decode_single_does_not_take_one_number_for_another():
    _, changes = decoded(
        "single", {"": ["15", "-1", "1", "<5"]}, ", options: {a: 1-5, b: '5', c: '≤1'}"
    )
    assert len(changes.faults) == 4


def test_decode_single_refuses_what_could_be_either_of_two_options():
    options = ", options: {a: 'kind and loyal', b: 'kind, and loyal'}"
    arrays, changes = decoded("single", {"": ["kind and loyal", "Kind, and loyal"]}, options)
    assert values(arrays[""]) == ["a", "b"] and not changes.faults
    _, changes = decoded("single", {"": ["kind; and loyal"]}, options)
    assert len(changes.faults) == 1


# ---- matrix


def test_decode_matrix_has_an_array_for_each_row():
    more = ", rows: {a: A, b: B}, options: {good: Good, na: Unfamiliar (N/A)}"
    arrays, changes = decoded(
        "matrix", {"a": ["Good", "", "Unfamiliar (N/A)"], "b": ["", "", "Good"]}, more
    )
    assert {row: values(array) for row, array in arrays.items()} == {
        "a": ["good", None, "na"],
        "b": [None, None, "good"],
    }
    _, changes = decoded("matrix", {"a": ["Great"], "b": ["Good"]}, more)
    assert told(changes)[0].startswith("column a: 'Great' (1 times) is no option of 'q'")


# ---- multiple

TOOLS = ", options: {sms: SMS, mail: E-mail, no: 'No'}"


def test_decode_multiple_tells_not_ticked_from_not_answered():
    columns = {"sms": ["SMS", "", ""], "mail": ["", "E-mail", ""], "no": ["", "", ""]}
    arrays, _ = decoded("multiple", columns, TOOLS)
    assert {code: values(array) for code, array in arrays.items()} == {
        "sms": [True, False, None],
        "mail": [False, True, None],
        "no": [False, False, None],
    }
    assert {str(array.dtype) for array in arrays.values()} == {"boolean"}


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        ("1", "0"),
        ("Selected", "Not selected"),
        ("TRUE", "FALSE"),
        ("Yes", "No"),
        ("Checked", "Unchecked"),
        ("x", "0"),
    ],
)
def test_decode_multiple_reads_both_words_of_other_platforms(yes, no):
    columns = {"sms": [yes, no, ""], "mail": [no, no, ""]}
    arrays, changes = decoded("multiple", columns, ", options: {sms: SMS, mail: E-mail}")
    assert values(arrays["sms"]) == [True, False, None]
    assert values(arrays["mail"]) == [False, False, None]  # answered by ticking nothing
    assert not changes.faults


def test_decode_multiple_takes_an_option_called_no_for_a_tick():
    arrays, _ = decoded("multiple", {"sms": ["", "SMS"], "mail": ["", ""], "no": ["No", ""]}, TOOLS)
    assert values(arrays["no"]) == [True, False]


@pytest.mark.parametrize("text", ["E-mail", "Sometimes", "2", "NA"])
def test_decode_multiple_refuses_what_is_no_tick(text):
    _, changes = decoded(
        "multiple", {"sms": [text, "SMS"], "mail": ["", ""], "no": ["", ""]}, TOOLS
    )
    assert told(changes) == [
        f"column sms: '{text}' (1 times) stands in the column of option 'SMS' of 'q'; expected the "
        "option's text or a blank."
    ]


def test_decode_multiple_ticks_the_companion_where_only_its_text_stands():
    columns = {
        "sms": ["SMS", "", ""],
        "other": ["", "Other", ""],
        "other_text": ["pager", "fax", ""],
    }
    arrays, changes = decoded("multiple", columns, ", options: {sms: SMS}, other: Other")
    assert values(arrays["other"]) == [True, True, None]
    assert values(arrays["other_text"]) == ["pager", "fax", None]
    assert changes.frame().to_dict("records") == [
        {"respondent": "p0", "question": "q", "item": "other", "before": "", "after": "other",
         "rule": "companion text, no tick"},
    ]  # fmt: skip
    assert "pager" not in repr(changes.frame())


# ---- ranking

RANKED = ", options: {a: A, b: B, c: C}"


def test_decode_ranking_gives_ranks():
    columns = {"a": ["1", "2", "", "N/A"], "b": ["2", "1.0", "", "n/a"], "c": ["3", "", "", "1"]}
    arrays, changes = decoded("ranking", columns, RANKED)
    assert {code: values(array) for code, array in arrays.items()} == {
        "a": [1, 2, None, None],
        "b": [2, 1, None, None],
        "c": [3, None, None, 1],
    }
    assert not changes.faults and not changes.findings


@pytest.mark.parametrize("text", ["0", "4", "-1", "1.5", "first", "²", "٣", "9" * 5000, "1,2"])
def test_decode_ranking_refuses_what_is_no_rank(text):
    _, changes = decoded("ranking", {"a": [text, "1"], "b": ["", ""], "c": ["", ""]}, RANKED)
    shown = text if len(text) < 80 else text[:79] + "…"
    assert told(changes) == [
        f"column a: '{shown}' (1 times) is no rank of 'q'; expected 1 to 3, N/A or a blank."
    ]


def test_decode_ranking_notes_a_rank_given_twice():
    columns = {"a": ["1", "1", "2"], "b": ["1", "2", "2"], "c": ["2", "3", ""]}
    arrays, changes = decoded("ranking", columns, RANKED)
    assert values(arrays["b"]) == [1, 2, 2]
    assert changes.findings == [Finding("rank given twice", "Q?", 2, "one rank for two items of q")]


# ---- numeric and open


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("-3", -3),
        ("+4", 4),
        ("2.50", 2.5),
        (".5", 0.5),
        ("5.", 5),
        ("1,234,567.8", 1234567.8),
        ("1e3", 1000),
        ("007", 7),
    ],
)
def test_decode_numeric_reads_numbers(text, number):
    arrays, changes = decoded("numeric", {"": [text, "", f" {text} "]})
    assert values(arrays[""]) == [number, None, number]
    assert str(arrays[""].dtype) == "Float64"
    assert not changes.faults


@pytest.mark.parametrize(
    "text",
    [
        "about 5",
        "1,23",
        "12,34,567",
        "e5",
        "+",
        ".",
        "-",
        "1e999",
        "9" * 400,
        "nan",
        "inf",
        "1_000",
        "0x1",
        "$5",
        "½",
        "٣",
        "1 000",
    ],
)
def test_decode_numeric_counts_what_is_no_number_as_an_answer_without_a_value(text):
    arrays, changes = decoded("numeric", {"": [text, "7", "", text]})
    assert values(arrays[""]) == [None, 7, None, None]
    assert values(arrays["not_a_number"]) == [True, None, None, True]
    assert str(arrays["not_a_number"].dtype) == "boolean"
    assert not changes.faults
    assert changes.findings == [
        Finding(
            "not a number",
            "Q?",
            2,
            "2 of q are no numbers; answered, but without a value",
        )
    ]


def test_decode_numeric_does_not_guess_what_a_comma_means():
    arrays, _ = decoded("numeric", {"": ["1,500", "2", "1,250.5"]})
    assert values(arrays[""]) == [1500, 2, 1250.5]
    arrays, changes = decoded("numeric", {"": ["1,500", "2", "1,5"]})
    assert values(arrays[""]) == [None, 2, None]
    assert [each.count for each in changes.findings] == [2]


def test_decode_numeric_keeps_its_boxes_apart():
    more = ", rows: {desk: Desktops, lap: Laptops}"
    arrays, changes = decoded("numeric", {"desk": ["2", "", ""], "lap": ["3", "many", ""]}, more)
    assert {item: values(array) for item, array in arrays.items()} == {
        "desk": [2, None, None],
        "lap": [3, None, None],
        "lap.not_a_number": [None, True, None],
    }
    assert [(each.column, each.count) for each in changes.findings] == [("Q? - Laptops", 1)]


def test_decode_open_keeps_texts_and_logs_only_that_space_was_removed():
    arrays, changes = decoded("open", {"": ["NA", " two\nlines ", "", "-", "  "]})
    assert values(arrays[""]) == ["NA", "two\nlines", None, "-", None]
    assert str(arrays[""].dtype).startswith("str")
    assert changes.frame()[["respondent", "before", "after", "rule"]].values.tolist() == [
        ["p1", "", "", "white space removed"]
    ]


# ---- any text


TEXTS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=5), min_size=1, max_size=8
)


@given(
    texts=TEXTS,
    kind=st.sampled_from(["single", "multiple", "ranking", "matrix", "open", "numeric"]),
)
@settings(deadline=None, max_examples=200)
def test_decode_answers_faults_or_leaves_blank_but_never_invents(texts, kind):
    more = {
        "single": ", options: {a: A, b: 1-5}",
        "multiple": ", options: {a: A}",
        "ranking": ", options: {a: A}",
        "matrix": ", options: {x: A}, rows: {a: Row}",
    }.get(kind, "")
    item = "" if kind in ("single", "open", "numeric") else "a"
    arrays, changes = decoded(kind, {item: texts}, more)
    assert len(arrays[item]) == len(texts)
    blank = np.array([not text.strip() for text in texts])
    missing = np.asarray(pd.isna(arrays[item]))
    assert missing[blank].all()
    if "not_a_number" in arrays:
        missing &= np.asarray(pd.isna(arrays["not_a_number"]))
    if not changes.faults and kind != "ranking":
        assert not missing[~blank].any()


def test_decode_single_takes_more_options_than_a_short_number_counts():
    options = ", ".join(f"c{n}: Town {n}" for n in range(33_000))
    arrays, changes = decoded("single", {"": ["Town 32999"]}, f", options: {{{options}}}")
    assert values(arrays[""]) == ["c32999"] and not changes.faults
