"""Frames in words: no id and no code is left for a reader."""

import re

import pandas as pd
import pytest
from small_survey import STEAK, make_questionnaire
from twin_survey import TWINS

from dmsi_lib.skip_logic.dispositions import DISPOSITIONS
from dmsi_lib.skip_logic.routing import STATUSES
from dmsi_lib.survey.naming import STATUS_WORDS, named, question_titles


def words(**columns):
    return named(pd.DataFrame(columns), make_questionnaire(STEAK)).iloc[0].tolist()


def test_named_has_words_for_every_status_and_outcome():
    assert {*STATUSES, *DISPOSITIONS} <= set(STATUS_WORDS)


def test_named_puts_cells_into_words():
    assert words(question=["eats"], item=["yes"]) == ["Do you eat steak?", "Yes"]
    assert words(question=["views"], item=["dear.agree"]) == ["Do you agree?", "It is dear: Agree"]
    assert words(gate=["views.dear"], gate_answer=["agree"]) == [
        *("Do you agree?: It is dear", "Agree"),
    ]
    assert words(question=["shops"], before=["market|other"], after=[""]) == [
        *("Where do you buy? Choose all that apply.", "Market; Other (please specify)", ""),
    ]
    assert words(question=["cuts"], before=["rump=1|rib=2"])[1] == "Rump: 1; Rib: 2"
    assert words(gates=["eats|role"], page=[3]) == [
        *("Do you eat steak?; Are you a cook or a guest?", "Page 3"),
    ]
    assert words(status=["break_off"], match=[True], n=[4]) == ["left before", "yes", 4]


def test_named_says_which_readings_reproduce_a_figure():
    assert words(reproduced_by=["answered: none, gate; universe: every edit"]) == [
        "of those who answered: as answered, earlier answers trusted; of all to be asked: every "
        "edit"
    ]
    assert words(reproduced_by=["every edit and base"]) == ["every edit and base"]


def test_named_leaves_what_is_no_id_or_code():
    frame = pd.DataFrame({"rank": [1.5, None], "text": ["own words", None]})
    shown = named(frame, make_questionnaire())
    assert shown["Rank"].equals(frame["rank"].rename("Rank"))
    assert shown["Text"].tolist()[0] == "own words" and pd.isna(shown["Text"].tolist()[1])


def test_named_puts_ids_in_a_text_into_words():
    text = "3 answered, but only 2 could be asked (eats = yes); eats = x, role"
    assert words(message=[text]) == [
        "3 answered, but only 2 could be asked (“Do you eat steak?” = “Yes”); eats = x, role"
    ]


def test_question_titles_tell_twins_apart():
    titles = question_titles(make_questionnaire(TWINS))
    assert len(set(titles.values())) == len(titles)


def test_named_keeps_columns_of_one_name():
    frame = pd.DataFrame({"question": ["eats"], "gate": ["eats"], "n": [1], "respondents": [2]})
    assert named(frame, make_questionnaire()).shape == (1, 4)


FRAMES = {
    "routing": lambda survey: survey.routing(),
    "patterns": lambda survey: survey.flow.off_route_patterns(),
    "edits": lambda survey: survey.with_(edit="gate").flow.edits,
    "undecided": lambda survey: survey.with_(edit="follow_up").flow.undecided,
    "outcomes": lambda survey: survey.flow.disposition_table(),
    "pages": lambda survey: survey.flow.break_off_table(),
    "ledger": lambda survey: survey.published.reproduction(),
    "contradictions": lambda survey: survey.published.arithmetic(),
    "least": lambda survey: survey.published.least_off_route(),
    "percents": lambda survey: survey.readings.percents.reset_index(),
    "orders": lambda survey: survey.readings.orders,
    "comparisons": lambda survey: survey.readings.comparisons,
}


@pytest.mark.parametrize("name", FRAMES)
def test_named_leaves_no_id_or_code_in_a_frame_of_the_report(survey, name):
    frame = FRAMES[name](survey)
    shown = survey.named(frame)
    assert shown.shape == frame.shape
    cells = {*shown.columns, *(text for column in shown for text in map(str, shown[column]))}
    codes = {code for q in survey.questionnaire.questions for code in q.choices if "_" in code}
    unwanted = {q.id for q in survey.questionnaire.questions if "_" in q.id} | codes
    assert {word for cell in cells for word in re.findall(r"\w+", cell)} & unwanted == set()
    assert not [cell for cell in shown.columns if "_" in cell]


def test_break_off_model_names_questions_and_answers(survey):
    model = survey.flow.break_off_model(["clients_ask"]).frame
    assert set(model["Question"]) == {survey.question("clients_ask").short}
    assert set(model["Item"]) == set(survey.question("clients_ask").options.values())
