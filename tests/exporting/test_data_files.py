"""Reconciled answers as files: what is read back is what was written, the reasons of blanks too."""

import re

import openpyxl
import pandas as pd
import pyreadstat
import pytest
from read_back import cells, decoded
from sample_exports import MEALS, MEALS_TWO_ROWS, write_csv
from small_survey import make_questionnaire, make_responses

from dmsi_lib import Survey
from dmsi_lib.cli.commands import main
from dmsi_lib.errors import InputError
from dmsi_lib.exporting.data_files import short_names, write_data_set
from dmsi_lib.exporting.dataset import REASONS, Variable, data_set, missing_codes
from dmsi_lib.exporting.reconciled import reconciled_data


@pytest.fixture
def meals(tmp_path):
    """Every type of question once, with a number that is none and an answer off its route."""
    place = tmp_path / "q.yaml"
    text = f"{MEALS.rstrip()}\n  - {{id: when, text: When?, type: date, page: 5}}\n"
    text += "  - {id: more, text: More?, type: single, page: 5, options: [A, B], optional: true}\n"
    place.write_text(text, encoding="utf-8")
    days = ["When?", "Open-Ended Response", "2020-03-01", "", "2020-03-20", "", "", ""]
    rows = [[*row, day] for row, day in zip(MEALS_TWO_ROWS, days, strict=True)]
    rows[4][-3] = "about 30"
    rows[6][6] = "At work"
    return Survey.load(write_csv(tmp_path / "e.csv", rows), place)


@pytest.mark.parametrize("edit", ["none", "gate"])
def test_spss_reads_back_what_was_written(meals, tmp_path, edit):
    made = reconciled_data(meals.with_(edit=edit), texts=True)
    write_data_set(tmp_path / "d.sav", made)
    frame, meta = pyreadstat.read_sav(tmp_path / "d.sav", user_missing=True)
    assert decoded(frame, made, missing_codes(made), meta.variable_value_labels) == cells(made)
    assert meta.column_names_to_labels["place"] == "Where do you eat lunch?"
    assert meta.missing_ranges["place"] == [{"lo": -96.0, "hi": -91.0}]
    assert meta.variable_value_labels["place"][-91.0] == "Routed past"
    assert set(frame["data"]) == {"export"}


@pytest.mark.parametrize("edit", ["none", "gate"])
def test_stata_reads_back_what_was_written(meals, tmp_path, edit):
    made = reconciled_data(meals.with_(edit=edit), texts=True)
    write_data_set(tmp_path / "d.dta", made)
    frame, meta = pyreadstat.read_dta(tmp_path / "d.dta", user_missing=True)
    codes = {name: "abcdef"[n] for n, name in enumerate(REASONS)}
    assert decoded(frame, made, codes, meta.variable_value_labels) == cells(made)
    plain, _ = pyreadstat.read_dta(tmp_path / "d.dta")
    assert plain["place"].notna().sum() == made.values["place"].notna().sum()


def test_parquet_has_types_and_reads_back_what_was_written(meals, tmp_path):
    made = reconciled_data(meals, texts=True)
    write_data_set(tmp_path / "d.parquet", made)
    frame = pd.read_parquet(tmp_path / "d.parquet")
    for variable in made.variables:
        expected = made.values[variable.name].reset_index(drop=True)
        same = frame[variable.name].astype(object).fillna("-").tolist()
        assert same == expected.astype(object).fillna("-").tolist(), variable.name
    assert list(frame["place"].cat.categories) == ["home", "work", "other"]


@pytest.mark.parametrize("labels", [False, True])
def test_csv_and_workbook_hold_codes_or_labels(meals, tmp_path, labels):
    made = reconciled_data(meals)
    write_data_set(tmp_path / "d.csv", made, labels)
    write_data_set(tmp_path / "d.xlsx", made, labels)
    frame = pd.read_csv(tmp_path / "d.csv", dtype=str, keep_default_na=False)
    page = openpyxl.load_workbook(tmp_path / "d.xlsx")["Data"]
    rows = [["" if c is None else str(c) for c in row] for row in page.values][1:]
    heads, *body = rows
    assert heads == list(frame.columns)
    same = frame.map(lambda text: re.sub(r"\.0$", "", text)).values.tolist()
    assert [[re.sub(r"\.0$", "", text) for text in row] for row in body] == same
    assert frame["place"].tolist()[::5] == ["At home" if labels else "home", ""]
    off = "Answered, though the skip logic leads past" if labels else "off_route"
    assert frame["place__status"].tolist()[4] == off


def test_every_count_of_the_shipped_export_comes_out_of_the_file(tmp_path):
    assert main(["data", "--out", str(tmp_path / "d.csv")]) == 0
    frame = pd.read_csv(tmp_path / "d.csv", dtype=str, keep_default_na=False)
    survey = Survey.load()
    for question in survey.questionnaire.questions:
        table = survey.table(question.id).set_index("item")
        if question.type == "single":
            counted = frame[question.id].value_counts()
            counts = {code: int(counted.get(code, 0)) for code in question.choices}
        elif question.type == "multiple":
            counts = {c: int((frame[f"{question.id}__{c}"] == "1").sum()) for c in question.choices}
        else:
            continue
        assert counts == {code: int(table.loc[code, "count"]) for code in question.choices}
        routed = survey.routing().set_index("question").loc[question.id]
        statuses = frame[f"{question.id}__status"].value_counts()
        for name in ("answered", "legitimate_skip", "item_nonresponse", "break_off", "off_route"):
            assert statuses.get(name, 0) == routed[name], (question.id, name)
    assert set(frame["data"]) == {"synthetic"}


def test_no_identity_leaves_and_no_text_unasked(meals, tmp_path, capsys):
    plain = "".join(map(str, cells(reconciled_data(meals)).values()))
    asked = "".join(map(str, cells(reconciled_data(meals, texts=True)).values()))
    assert "Hungry" not in plain and "In a park" not in plain
    assert "Hungry" in asked and "In a park" in asked
    for text in (plain, asked):
        assert not re.search(r"example\.org|203\.0|Annabel|\b10[1-6]\b", text)
    assert main(["data", "--audience", "public", "--out", str(tmp_path / "d.csv")]) == 2
    assert "never for the public" in capsys.readouterr().err
    assert not (tmp_path / "d.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--out", "d.txt"], "ends in .csv, .parquet, .sav, .dta, .xlsx"),
        (["--out", "d.sav", "--labels"], "--labels is for .csv and .xlsx"),
    ],
)
def test_other_files_are_refused_by_name(arguments, message, capsys):
    assert main(["data", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_codes_of_blanks_lie_below_whatever_was_answered(tmp_path):
    rows = [["Respondent ID", "Degrees?"], ["1", "-95"], ["2", ""], ["3", "12"]]
    place = tmp_path / "q.yaml"
    place.write_text(
        'questions: [{id: degrees, text: "Degrees?", type: numeric, page: 1}]', encoding="utf-8"
    )
    made = reconciled_data(Survey.load(write_csv(tmp_path / "e.csv", rows), place))
    assert max(missing_codes(made).values()) == -991
    write_data_set(tmp_path / "d.sav", made)
    frame, _ = pyreadstat.read_sav(tmp_path / "d.sav")
    assert frame["degrees"].fillna(0).tolist() == [-95.0, 0.0, 12.0]


def test_names_that_are_cut_stay_different():
    names = ["a" * 70, "a" * 70 + "b", "short", "Short"]
    found = short_names(tuple(Variable(name, "", "", "", "text") for name in names), 27)
    assert len({name.casefold() for name in found.values()}) == 4 and found["short"] == "short"
    assert max(map(len, found.values())) <= 27


@pytest.mark.parametrize("ending", [".sav", ".dta"])
def test_long_ids_have_room_in_every_file(tmp_path, ending):
    name = "a_question_with_an_id_that_says_all_of_what_it_asks_about_" + "x" * 20
    place = tmp_path / "q.yaml"
    place.write_text(f"questions: [{{id: {name}, text: Why?, type: open, page: 1}}]", "utf-8")
    made = reconciled_data(
        Survey.load(write_csv(tmp_path / "e.csv", [["Respondent ID", "Why?"], ["1", "x"]]), place)
    )
    write_data_set(tmp_path / f"d{ending}", made)
    read = pyreadstat.read_sav if ending == ".sav" else pyreadstat.read_dta
    frame, meta = read(tmp_path / f"d{ending}")
    assert frame.iloc[0, 1] == 1 and meta.column_labels[1] == "Why?"


def test_a_text_that_stata_does_not_hold_is_refused(meals, tmp_path):
    made = reconciled_data(meals, texts=True)
    made.values["why"] = made.values["why"].mask(made.values["why"].notna(), "x" * 3000)
    with pytest.raises(Exception, match=r"an answer of 3,000 bytes; a \.dta file holds 2,045"):
        write_data_set(tmp_path / "d.dta", made)
    assert list(tmp_path.glob("*.dta")) == []


def test_a_workbook_that_needs_more_memory_than_there_is_is_refused(meals, tmp_path, monkeypatch):
    made = reconciled_data(meals)
    monkeypatch.setattr("dmsi_lib.exporting.data_files.available_memory", lambda: 2**10)
    with pytest.raises(InputError, match=r"d\.xlsx: 6 respondents on .* Write \.parquet or \.csv"):
        write_data_set(tmp_path / "d.xlsx", made)
    assert list(tmp_path.glob("d.xlsx")) == []
    write_data_set(tmp_path / "d.csv", made)


def test_an_order_is_kept_where_the_format_knows_one(tmp_path):
    questionnaire = make_questionnaire(SIZES)
    responses = make_responses(questionnaire, SIZE_ANSWERS)
    names = [question.id for question in questionnaire.questions]
    status = pd.DataFrame("answered", responses.index, names).astype("category")
    made = data_set(responses, status, questionnaire, False)
    write_data_set(tmp_path / "d.sav", made)
    write_data_set(tmp_path / "d.parquet", made)
    _, meta = pyreadstat.read_sav(tmp_path / "d.sav")
    measures = {name: meta.variable_measure[name] for name in ("size", "down", "odd", "often")}
    assert measures == {"size": "ordinal", "down": "ordinal", "odd": "nominal", "often": "nominal"}
    frame = pd.read_parquet(tmp_path / "d.parquet")
    assert {name: frame[name].cat.ordered for name in measures} == {
        "size": True, "down": True, "odd": True, "often": False,
    }  # fmt: skip
    assert frame["size"].max() == "many" and frame["down"].max() == "much"
    assert frame["size"].tolist() == SIZE_ANSWERS["size", ""]


SIZES = """\
title: Sizes
wave: "1"
questions:
  - id: size
    text: How many?
    type: single
    page: 1
    options: {few: Few, some: Some, many: Many}
    ordered: true
  - id: down
    text: How much?
    type: single
    page: 1
    options: {much: Much, little: Little}
    ordered: [little, much]
  - id: odd
    text: How odd?
    type: single
    page: 1
    options: {some: Some, none: None at all, all: All}
    ordered: [none, some, all]
  - id: often
    text: How often?
    type: single
    page: 1
    options: {never: Never, often: Often, unsure: Unsure}
    ordered: [never, often]
"""
SIZE_ANSWERS = {
    ("size", ""): ["many", "few", "some"],
    ("down", ""): ["much", "little", "much"],
    ("odd", ""): ["none", "all", "some"],
    ("often", ""): ["never", "unsure", "often"],
}
