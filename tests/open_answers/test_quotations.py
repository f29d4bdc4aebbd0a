"""Reviewed quotations: no answer leaves unless its very text was allowed."""

import hashlib
import re
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest
from small_survey import ANSWERS, make_questionnaire, write_survey

from dmsi_lib.choices import DATA
from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.open_answers.quotations import (
    QUOTATION_COLUMNS,
    read_quotations,
    review_entry,
    reviewed_answers,
    text_hash,
)
from dmsi_lib.survey.survey import Survey

ROOT = Path(__file__).resolve().parents[2]
TEXTS = pd.Series({"r1": "hunger", "r3": "taste", "r6": "taste"}, dtype=str)


def reviewed(*entries):
    return pd.DataFrame(entries, columns=QUOTATION_COLUMNS, dtype=str)


def test_text_hash_is_that_of_the_stripped_utf8_text():
    assert text_hash(" é\n") == hashlib.sha256("é".encode()).hexdigest()


def test_reviewed_answers_returns_what_was_reviewed():
    entries = [review_entry("why", "r3", " taste\n", "eve")]
    found = reviewed_answers(TEXTS, reviewed(*entries), "why")
    assert found.to_dict() == {"r1": "", "r3": "taste", "r6": ""}


@pytest.mark.parametrize(
    "entry",
    [
        review_entry("why_not", "r3", "taste", "eve"),  # another question
        review_entry("why", "r1", "taste", "eve"),  # another respondent
        review_entry("why", "r3", "Taste", "eve"),  # another text
        review_entry("why", "r3", "tast", "eve"),  # a part of it
    ],
)
def test_reviewed_answers_holds_back_anything_else(entry):
    assert set(reviewed_answers(TEXTS, reviewed(entry), "why")) == {""}


def test_reviewed_answers_of_no_list_is_blank():
    assert set(reviewed_answers(TEXTS, reviewed(), "why")) == {""}


# ---- the list


def write_list(folder, *rows, header=QUOTATION_COLUMNS):
    path = folder / "quotations.csv"
    path.write_text("".join(",".join(row) + "\n" for row in [header, *rows]), encoding="utf-8")
    return path


def test_read_quotations_returns_the_list(tmp_path):
    entry = review_entry("why", "r1", "hunger", "eve")
    path = write_list(tmp_path, entry.values())
    assert read_quotations(path, make_questionnaire()).to_dict("records") == [entry]


def test_read_quotations_of_nothing_is_empty(tmp_path):
    found = read_quotations(tmp_path / "quotations.csv", make_questionnaire())
    assert found.empty and list(found.columns) == QUOTATION_COLUMNS


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (["wy", "r1", "0" * 64, "eve"], "row 2: 'wy' is no question with answers in own words"),
        (["role", "r1", "0" * 64, "eve"], "row 2: 'role' is no question with answers in own words"),
        (["why", "r1", "0" * 63, "eve"], "row 2: '" + "0" * 63 + "' is no SHA-256"),
        (["why", "r1", "0" * 64, " "], "row 2: expected a respondent and a reviewer"),
        (["why", "", "0" * 64, "eve"], "row 2: expected a respondent and a reviewer"),
        (["why", "r1", "0" * 64], "row 2: 3 fields; expected 4"),
    ],
)
def test_read_quotations_refuses(tmp_path, row, message):
    path = write_list(tmp_path, row)
    with pytest.raises(InputError) as error:
        read_quotations(path, make_questionnaire())
    assert message in str(error.value) and str(path) in str(error.value)


def test_read_quotations_refuses_other_columns(tmp_path):
    path = write_list(tmp_path, header=["question", "respondent", "text", "reviewer"])
    with pytest.raises(InputError, match="row 1: expected the columns question, respondent, sha"):
        read_quotations(path, make_questionnaire())


# ---- the survey


def test_survey_quotations_are_escaped_and_each_text_stands_once(tmp_path):
    texts = ["<b>hunger</b> & co", None, "taste", None, None, "taste", "secret", None]
    export, instrument = write_survey(tmp_path, answers=ANSWERS | {("why", ""): texts})
    allowed = {"r1": texts[0], "r3": "taste", "r6": "taste", "r7": "another secret"}
    entries = [review_entry("why", name, text, "eve").values() for name, text in allowed.items()]
    write_list(tmp_path, *entries)
    quotations = Survey.load(export, instrument).quotations("why")
    assert quotations.texts == (texts[0], "taste")
    assert quotations._repr_html_() == (
        "<blockquote><p>&lt;b&gt;hunger&lt;/b&gt; &amp; co</p></blockquote>"
        "<blockquote><p>taste</p></blockquote>"
    )
    assert repr(quotations) == "“<b>hunger</b> & co”\n“taste”"


def test_survey_quotations_of_nothing_reviewed_shows_nothing(tmp_path):
    survey = Survey.load(*write_survey(tmp_path))
    assert survey.quotations("why")._repr_html_() == repr(survey.quotations("why")) == ""


def test_survey_quotations_refuse_a_closed_question(tmp_path):
    with pytest.raises(UsageError, match="'role' is a single question"):
        Survey.load(*write_survey(tmp_path)).quotations("role")


def test_synthetic_quotations_are_answers_of_the_export():
    survey = Survey.load()
    listed = read_quotations(DATA / "synthetic" / "quotations.csv", survey.questionnaire)
    types = {survey.question(name).type for name in listed["question"]}
    assert types == {"open", "multiple"}  # the latter's texts stand beside "Other"
    for question, rows in listed.groupby("question"):
        quotations = survey.quotations(question)
        assert len(quotations.texts) == len(rows) in (2, 3)  # every entry fits an answer
        assert quotations.synthetic  # which the page says once, on top
        beside = survey.question(question).type != "open"
        texts = survey.other_texts(question) if beside else survey.answers(question)
        for row in rows.itertuples(index=False):
            entry = review_entry(question, row.respondent, texts[row.respondent], "synthetic")
            assert row._asdict() == entry


# ---- the reviewer's program

HIDING = '-5 said "\x1b[8mno",\nno'  # a terminal would not show the second half


@pytest.fixture
def review(tmp_path, monkeypatch):
    """Run the program of docs/coding-open-answers.md on the small survey; what it showed."""
    text = (ROOT / "docs" / "coding-open-answers.md").read_text(encoding="utf-8")
    [program] = [
        code for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "yes" in code
    ]
    texts = ["hunger", None, "taste", None, None, "taste", HIDING, None]
    export, instrument = write_survey(tmp_path, answers=ANSWERS | {("why", ""): texts})
    program = program.replace(
        'load("data/raw/export.csv")', f"load({str(export)!r}, {str(instrument)!r})"
    )
    program = program.replace("data/raw/quotations.csv", (tmp_path / "quotations.csv").as_posix())
    program = program.replace('"why_not_using"', '"why"')

    def review(*replies):
        left, shown = list(replies), []

        def reply(prompt):
            shown.append(prompt.removesuffix("\n\nMay all of it be quoted? "))
            if not left:
                raise KeyboardInterrupt
            return left.pop(0)

        monkeypatch.setattr("builtins.input", reply)
        with suppress(KeyboardInterrupt):
            exec(program, {})
        return shown, Survey.load(export, instrument).quotations("why").texts

    return review


def test_review_allows_the_very_texts_that_were_confirmed(review):
    shown, quoted = review("yes", "no", "yes", "")
    assert shown == ["hunger", "taste", "taste", '-5 said "\\x1b[8mno",\nno']
    assert quoted == ("hunger", "taste")


@pytest.mark.parametrize("reply", ["", "no", "y", "Yes", "yes ", "yess", "ja"])
def test_review_allows_nothing_without_a_plain_yes(review, reply, tmp_path):
    assert review(reply, reply, reply, reply)[1] == ()
    assert not (tmp_path / "quotations.csv").exists()


def test_review_goes_on_where_it_was_interrupted(review, tmp_path):
    assert review("yes")[1] == ("hunger",)
    first = (tmp_path / "quotations.csv").read_text()
    shown, quoted = review("no", "no", "yes")
    assert "hunger" not in shown and quoted == ("hunger", HIDING)
    assert (tmp_path / "quotations.csv").read_text().startswith(first)
    assert not any(text in first for text in ("hunger", "taste"))
