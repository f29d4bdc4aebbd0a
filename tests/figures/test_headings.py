"""What stands above a chart: each thing once, in words."""

from small_survey import STEAK, make_questionnaire, make_table, stub_survey

from dmsi_lib.figures.headings import heading_of
from dmsi_lib.figures.reader_tables import HIDDEN_NOTE

REAL = stub_survey()


def test_heading_says_question_audience_and_base_once():
    table, question = make_table("doneness")
    found = heading_of(table, question, REAL)
    assert found.title == "How do you like it?"  # no shorter one: so it is not said again below
    assert found.lines == (
        "Asked of those who answered “Yes” to “Do you eat steak?”.",
        "5 answered.",
    )
    assert found.note == ""


def test_heading_has_the_short_title_and_the_words_for_the_audience():
    short = "text: How do you like it?\n    short: Doneness\n    asked_of: people who eat steak"
    text = STEAK.replace("text: How do you like it?", short)
    table, question = make_table("doneness", text)
    survey = stub_survey()
    survey.questionnaire = make_questionnaire(text)
    found = heading_of(table, question, survey)
    assert (found.title, found.lines[0]) == ("Doneness", "How do you like it?")
    assert found.lines[1] == "Asked of people who eat steak."


def test_heading_of_groups_leaves_the_bases_to_their_names():
    table, question = make_table("doneness", by="role")
    assert not [line for line in heading_of(table, question, REAL).lines if "answered." in line]
    table, question = make_table("doneness", base="universe")
    assert heading_of(table, question, REAL).lines[-1] == "Shares of all 4 asked."


def test_heading_of_twins_says_a_wording_once_or_both(survey):
    once, both = (survey.chart(name).alt for name in ("policies_frontline", "skills_frontline"))
    assert once.count(survey.question("policies_frontline").text) == 1
    for name, role in (("frontline", "Front-line workers"), ("management", "Managers")):
        assert f"{role}: {survey.question(f'skills_{name}').text}" in both
    assert "Asked of front-line workers who use digital messaging, and of managers who" in both


def test_heading_explains_what_is_hidden():
    table, question = make_table("doneness")
    hidden = table.assign(suppressed=["suppressed", "", ""])
    assert heading_of(hidden, question, REAL).note == HIDDEN_NOTE


def test_heading_marks_synthetic_data_in_the_alternative_text_once():
    table, question = make_table("doneness")
    heading = heading_of(table, question, REAL)
    assert heading.alt("Bars", "Rare 3", stub_survey(synthetic=True)).count("Synthetic data") == 1
    assert "Synthetic" not in heading.alt("Bars", "Rare 3", REAL)
