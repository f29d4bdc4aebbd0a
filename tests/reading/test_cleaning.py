"""Responses put together from their columns, the log of changes, and suspicious entries."""

from random import Random

import pandas as pd
import pytest
from sample_exports import questionnaire

from dmsi_lib.reading.answers.texts import column_texts
from dmsi_lib.reading.change_log import LOG_COLUMNS, ChangeLog, Finding
from dmsi_lib.reading.findings.cleaning import clean_columns, suspects
from dmsi_lib.reading.rows.rows import Column

SURVEY = """
exclude: [{excluded}]
questions:
  - {{id: b, text: B?, type: single, page: 2, options: {{yes: "Yes", no: "No"}}, other: Else}}
  - {{id: a, text: A?, type: multiple, page: 1, options: {{x: X, y: Y}}}}
  - {{id: r, text: R?, type: ranking, page: 2, options: {{x: X, y: Y}}}}
  - {{id: o, text: O?, type: open, page: 3}}
  - {{id: n, text: N?, type: numeric, page: 3}}
"""


def clean(columns, ids, survey):
    """Responses, log, faults and findings of columns given as (question, item) to texts."""
    named = {}
    for n, ((question, item), texts) in enumerate(columns.items()):
        column = column_texts(f"column {n}", Column.of(texts), survey.blank)
        named.setdefault(question, {})[item] = column
    changes = ChangeLog(pd.Index(ids, name="respondent"))
    responses = clean_columns(named, survey, changes)
    return responses, changes.frame(), changes.faults, changes.findings


def cleaned(rows, excluded=""):
    """Clean respondents given as rows of (b, its companion, a.x, a.y, r.x, r.y, o, n)."""
    items = [
        ("b", ""),
        ("b", "other_text"),
        ("a", "x"),
        ("a", "y"),
        ("r", "x"),
        ("r", "y"),
        ("o", ""),
        ("n", ""),
    ]
    columns = {item: [row[n] for row in rows.values()] for n, item in enumerate(items)}
    return clean(columns, list(rows), questionnaire(SURVEY.format(excluded=excluded)))


ROWS = {
    "p1": ("Yes", "", "X", "", "1", "2", "fine", "3"),
    "p2": ("", "so so", "", "", "", "", "", ""),
    "p3": ("NO", "", "X", "Y", "2", "1", " well ", "1,000"),
    "p4": ("", "", "", "", "", "", "", ""),
}


def test_clean_columns_has_the_shape_of_the_two_header_rows():
    responses, _, faults, findings = cleaned(ROWS)
    assert list(responses.columns) == [
        *(("b", ""), ("b", "other_text"), ("a", "x"), ("a", "y")),
        *(("r", "x"), ("r", "y"), ("o", ""), ("n", "")),
    ]
    assert responses.columns.names == ["question", "item"]
    assert list(responses.index) == ["p1", "p2", "p3", "p4"]
    assert [str(dtype) for dtype in responses.dtypes] == [
        *("category", "string", "boolean", "boolean", "Int64", "Int64", "string", "Float64")
    ]
    assert faults == findings == []
    assert responses["b", ""].astype(object).fillna("").tolist() == ["yes", "other", "no", ""]
    assert responses["a", "y"].fillna(False).tolist() == [False, False, True, False]
    assert responses["a", "y"].notna().tolist() == [True, False, True, False]
    assert responses.loc["p4"].isna().all()


def test_clean_columns_logs_every_change():
    log = cleaned(ROWS)[1]
    assert list(log.columns) == LOG_COLUMNS
    assert log.values.tolist() == [
        ["p3", "b", "", "NO", "No", "wording matched after normalising"],
        ["p2", "b", "", "", "other", "companion text, no option"],
        ["p3", "o", "", "", "", "white space removed"],
    ]


def test_clean_columns_has_an_empty_log_where_nothing_changed():
    log = cleaned({"p1": ROWS["p1"]})[1]
    assert log.empty and list(log.columns) == LOG_COLUMNS


def test_clean_columns_collects_the_faults_of_all_questions():
    bad = ("Perhaps", "", "Z", "", "9", "1", "", "many")
    faults = cleaned({"p1": ROWS["p1"], "p2": bad})[2]
    assert [fault.text.split(" (")[0] for fault in faults] == [
        *("column 0: 'Perhaps'", "column 2: 'Z'", "column 4: '9'")
    ]


def test_clean_columns_leaves_out_excluded_respondents_and_logs_it():
    responses, log, _, _ = cleaned(ROWS, excluded="p3, p9")
    assert list(responses.index) == ["p1", "p2", "p4"]
    assert log.iloc[-1].tolist() == ["p3", "", "", "", "", "excluded by the questionnaire"]
    assert list(log["rule"]).count("excluded by the questionnaire") == 1


@pytest.mark.parametrize("word", ["test", "Testing", "ASDF"])
def test_clean_columns_names_test_entries_but_keeps_them(word):
    rows = ROWS | {
        "p5": ("Yes", "", "X", "", "1", "2", word, "3"),
        "p6": ("Yes", "", "", "", "", "", f"a {word} of it", ""),
    }
    responses, _, _, findings = cleaned(rows)
    assert len(responses) == 6
    assert findings == [
        Finding("test entry?", "", 1, "1 write only test words; `dmsi check` says which")
    ]
    [(kind, _, ids)] = suspects(responses, questionnaire(SURVEY.format(excluded="")))
    assert (kind, list(ids)) == ("test entry?", ["p5"])


LETTERS = "ABCDEFGH"


def answered(entries):
    """The answers of people to single questions of eight options, " " for blank, cleaned."""
    questions = len(next(iter(entries.values())))
    options = ", ".join(LETTERS)
    survey = questionnaire(
        "questions:\n"
        + "".join(
            f"  - {{id: q{n}, text: Q{n}, type: single, page: 1, options: [{options}]}}\n"
            for n in range(questions)
        )
    )
    columns = {
        (f"q{n}", ""): [row[n].strip() for row in entries.values()] for n in range(questions)
    }
    return *clean(columns, list(entries), survey), survey


def strangers(people, questions, seed=0):
    """Entries whose answers have nothing to do with each other."""
    drawn = Random(seed)
    return {f"s{n}": "".join(drawn.choices(LETTERS, k=questions)) for n in range(people)}


def test_suspects_name_every_double_of_many_answers_but_keep_them():
    entries = strangers(100, 10)
    entries |= {f"d{n}": entries[f"s{n}"] for n in range(20)}
    responses, _, _, findings, survey = answered(entries)
    assert len(responses) == 120
    [(kind, what, ids)] = suspects(responses, survey)
    assert (kind, list(ids)) == ("duplicate?", [f"d{n}" for n in range(20)])
    assert what == "repeat an earlier entry (of such pairs chance would make hardly any)"
    assert [(found.kind, found.count) for found in findings] == [("duplicate?", 20)]


def test_suspects_leave_alone_what_chance_explains():
    # two answers of eight options each: of 400 people nearly all repeat somebody
    responses, _, _, findings, survey = answered(strangers(400, 2))
    assert responses.duplicated().sum() > 300
    assert suspects(responses, survey) == findings == []


def test_suspects_count_a_question_once_however_many_options_it_has():
    options = ", ".join(f"o{n}" for n in range(20))
    survey = questionnaire(
        f"questions:\n  - {{id: m, text: M, type: multiple, page: 1, options: [{options}]}}\n"
    )
    columns = {("m", f"o{n}"): ["o0" * (n == 0)] * 15 for n in range(20)}
    responses, _, _, findings = clean(columns, [f"p{n}" for n in range(15)], survey)
    assert findings == suspects(responses, survey) == []


def test_suspects_take_no_blank_for_an_answer():
    # those who left after two questions are alike in all the others
    entries = {name: row[:2] + " " * 8 for name, row in strangers(60, 10).items()}
    entries |= {f"w{name}": row for name, row in strangers(60, 10, seed=1).items()}
    responses, _, _, findings, survey = answered(entries)
    assert responses.duplicated().any()
    assert suspects(responses, survey) == findings == []


def test_suspects_tell_by_what_was_written():
    survey = questionnaire("questions:\n  - {id: o, text: O, type: open, page: 1}\n")
    texts = [f"what {n} said" for n in range(300)]
    columns = {("o", ""): [*texts, "no", "no", "no"]}
    responses, _, _, _ = clean(columns, [f"p{n}" for n in range(303)], survey)
    assert suspects(responses, survey) == []  # one answer alone is never enough


def test_clean_columns_does_not_change_with_the_order_of_columns_given():
    survey = questionnaire(SURVEY.format(excluded=""))
    items = [("b", ""), ("a", "x"), ("a", "y"), ("r", "x"), ("r", "y"), ("o", ""), ("n", "")]
    texts = ["Yes", "X", "", "1", "2", "fine", "3"]
    columns = {item: [text] for item, text in zip(items, texts, strict=True)}
    turned = dict(reversed(columns.items()))
    pd.testing.assert_frame_equal(
        clean(columns, ["p1"], survey)[0], clean(turned, ["p1"], survey)[0]
    )
