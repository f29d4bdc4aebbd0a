"""What readers see of the rarer types of question, and of questions that the file lacks."""

import pytest
from drawn_texts import from_top, words
from rare_types import RARE, RARE_ANSWERS
from small_survey import make_questionnaire, survey_of, without
from twin_survey import TWIN_ANSWERS, TWINS

from dmsi_lib.choices import Choices
from dmsi_lib.figures.comparisons import twin_groups
from dmsi_lib.figures.diagrams import arrows, stations
from dmsi_lib.figures.reader_tables import NotAsked
from dmsi_lib.questionnaire.rules import Condition

QUESTIONNAIRE = make_questionnaire(RARE)
SCALE = "Mean on the scale from 0 to 10: 7.2 (n = 6), promoters less detractors +17."


@pytest.fixture(scope="module")
def rare():
    return survey_of(QUESTIONNAIRE, RARE_ANSWERS)


# ---- rows and boxes


def test_show_matrix_multiple_in_the_questionnaires_order_with_each_rows_base(rare):
    shown = rare.show("tools")
    assert shown.frame["Answer"].tolist()[::3] == ["Soup: Pan", "Steak: Pan"]
    assert shown.frame["Base"].tolist() == ["4"] * 3 + ["2"] * 3
    assert shown.caption == "Base: 2 to 4 respondents who answered."


def test_plot_matrix_multiple_says_every_row_and_option(rare):
    assert "Soup: Pan 2 (50.0 %); Soup: Pot 1 (25.0 %)" in rare.plot("tools").alt
    names = ["Soup: Pan", "Soup: Pot", "Steak: Pan", "Steak: Oven"]
    assert from_top(rare.plot("tools"), *reversed(names)) == names


def test_show_boxes_over_whoever_filled_any(rare):
    shown = rare.show("spent").frame
    assert list(shown.columns)[:4] == ["Answer", "Count", "Base", "Percent"]
    assert shown[["Answer", "Count", "Base", "Mean"]].to_numpy().tolist() == [
        ["Food (1 without a number, left out of mean and median)", "3", "4", "15.00"],
        ["Drink", "2", "4", "5.00"],
    ]
    assert "Food 3 (75.0 %); Drink 2 (50.0 %)" in rare.plot("spent").alt


def test_boxes_stay_in_the_questionnaires_order(rare):
    # The second was filled more often; "Not stated" stands with each.
    answers = RARE_ANSWERS | {("days", "best"): ["Monday", *[None] * 7]}
    shown = survey_of(QUESTIONNAIRE, answers, Choices(base="universe")).show("days").frame
    assert shown["Answer"].tolist() == [
        *("Best day", "Best day: Not stated", "Worst day", "Worst day: Not stated"),
    ]


def test_show_by_groups_has_one_label_for_both_groups(rare):
    shown = rare.show("age", "role").frame
    assert shown.to_numpy().tolist() == [["Answered", "4", "100.0", "1", "100.0", "5", "100.0"]]


@pytest.mark.usefixtures("however_few")
def test_several_companions_stand_last(rare):
    shown = rare.show("sauces").frame
    assert shown["Answer"].tolist() == ["Pepper", "A cold one", "A warm one"]
    assert shown["Count"].tolist() == ["1", "2", "1"]
    assert "“Pepper”" in repr(rare.summarise("sauces"))


# ---- dates


def test_show_says_the_first_and_the_last_day(rare):
    assert rare.show("visit").caption == (
        "Base: 3 respondents who answered. First day 2024-03-01, last 2024-04-30."
    )
    assert rare.part("role=cook").show("visit").caption.endswith("last 2024-03-02.")
    blank = RARE_ANSWERS | {("visit", ""): [None] * 8}
    shown = survey_of(QUESTIONNAIRE, blank).show("visit")
    assert repr(shown).startswith("Nobody answered “")


# ---- scales


def test_a_scales_mean_stands_in_table_figure_and_alternative_text(rare):
    assert rare.show("recommend").caption == f"Base: 6 respondents who answered. {SCALE}"
    for picture in (rare.plot("recommend"), rare.plot_stacked("recommend")):
        assert SCALE in picture.alt and SCALE in words(picture)


def test_a_scales_mean_stands_once_for_each_row_and_group(rare):
    assert "Means on the scale from 1 to 3: It is dear 2.0 (n = 3); It is tasty 3.0 (n = 1)." in (
        rare.show("agree").caption
    )
    both = "Cook 8.2 (n = 4), promoters less detractors +25; Guest 5.0 (n = 2), promoters less "
    for caption in (
        rare.show("recommend", "role").caption,
        rare.plot("recommend", "role").alt,
        rare.compare("recommend", "role").shown.caption,
        rare.plot_stacked("recommend", "role").alt,
    ):
        assert both + "detractors +0." in caption


def test_a_scale_that_nobody_answered_has_no_mean():
    blank = RARE_ANSWERS | {("recommend", ""): [None] * 8}
    assert repr(survey_of(QUESTIONNAIRE, blank).show("recommend")).startswith("Nobody answered “")


# ---- what the file lacks


def test_one_sentence_stands_for_all_that_the_file_lacks():
    lacking = without(QUESTIONNAIRE, "recommend", "sauces")
    blank = {k: [None] * 8 if not lacking[k[0]].asked else v for k, v in RARE_ANSWERS.items()}
    survey = survey_of(lacking, blank)
    for shown in (
        survey["recommend"],
        survey.show("recommend", "role"),
        survey.plot("recommend"),
        survey.plot_stacked("recommend"),
        survey.summarise("recommend"),
        survey.compare("recommend", "role"),
        survey.show("role", "recommend"),
        survey.plot("role", "recommend"),
        survey.chart("role", "recommend"),
        survey.plot_stacked("role", "recommend"),
        survey.compare("role", "recommend"),
    ):
        assert isinstance(shown, NotAsked)
        assert repr(shown) == ("“How likely are you to recommend us?” was not asked in this wave.")
    assert isinstance(survey.plot_combinations("sauces"), NotAsked)
    assert repr(survey.wording("sauces")).endswith("respondents. Not asked in this wave.")
    assert repr(survey.flow.plot_reach("sauces")).startswith("None of these questions")


def test_twins_are_compared_only_where_both_were_asked():
    questionnaire = make_questionnaire(TWINS)
    lacking = without(questionnaire, "tools_guest", "liked_cook", "why_guest")
    blank = {k: [None] * 8 if not lacking[k[0]].asked else v for k, v in TWIN_ANSWERS.items()}
    survey = survey_of(lacking, blank)
    assert survey.twins("tools_cook") == {}
    for compared in (survey.compare("tools_guest"), survey.compare("tools_cook")):
        assert (compared.largest, list(compared.differing), compared.alike) == (None, [], False)
        assert compared.details().texts == compared.sentences().texts == ()
        assert repr(compared).endswith("This is about “Cook” alone. Guest: not asked in this wave.")
        html = compared._repr_mimebundle_()[0]["text/html"]
        assert html.count("<table") == 1 and "Tongs" in html
    both = without(questionnaire, "tools_cook", "tools_guest")
    blank = {k: [None] * 8 if not both[k[0]].asked else v for k, v in TWIN_ANSWERS.items()}
    nothing = survey_of(both, blank).compare("tools_cook")
    assert repr(nothing) == "“What do you use?” was not asked in this wave."
    assert repr(survey.themes.compare("why_cook")) == "“Why, guest?” was not asked in this wave."
    assert len(survey.compare("tools_cook", "role").labels) == 1  # groups can be compared
    for name in ("liked_cook", "liked_guest"):  # of the two the one that was asked
        ranking = survey.ranking(name)
        assert ranking.summary["group"].unique().tolist() == [""]
        assert ranking.shown.caption.endswith("about “Guest” alone. Cook: not asked in this wave.")
        assert repr(survey.chart(name)) == repr(survey.chart("liked_guest"))
    assert survey.readings.comparisons["concept"].unique().tolist() == ["sure"]


def test_diagrams_leave_out_what_was_not_asked_and_what_is_derived():
    names = {q.id for station in stations(routing_of("role")) for q in station.questions}
    assert names == {q.id for q in QUESTIONNAIRE.questions} - {"role", "liked"}
    assert arrows(stations(routing_of("role"))) == []
    assert len(arrows(stations(routing_of("age")))) == 2


def test_a_diagram_of_nothing_is_drawn():
    names = [q.id for q in QUESTIONNAIRE.questions]
    survey = survey_of(without(QUESTIONNAIRE, *names), RARE_ANSWERS)
    assert (
        survey.flow.plot_routing().alt
        == "Routing diagram. Who was led where, and who left. No question."
    )


def routing_of(*lacking):
    return survey_of(without(QUESTIONNAIRE, *lacking), RARE_ANSWERS)._counts.routing


# ---- twins by richer rules


def test_twin_groups_by_several_conditions_on_one_gate():
    questionnaire = make_questionnaire(TWINS.replace("{cook: Cook,", "{cook: Cook, aide: Aide,"))
    twins = [questionnaire[name] for name in ("tools_cook", "tools_guest")]
    assert twin_groups(*twins, questionnaire).labels == {"cook": "Cook", "guest": "Guest"}
    both = (Condition("role", ("cook", "aide")), Condition("role", ("aide",), negated=True))
    object.__setattr__(twins[0], "ask_if", (both,))
    assert twin_groups(*twins, questionnaire).labels == {"cook": "Cook", "guest": "Guest"}
