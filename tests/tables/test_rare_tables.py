"""Tables of several answers a row, several boxes, dates, scales, derived questions, and of what the
file lacks."""

import numpy as np
import pytest
from rare_types import RARE, RARE_ANSWERS
from small_survey import make_questionnaire, make_responses, survey_of, without

from dmsi_lib.choices import Choices
from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.questionnaire.question import Question
from dmsi_lib.questionnaire.rules import Condition
from dmsi_lib.tables.scales import is_promoter_scale, scale_measures
from dmsi_lib.tables.tables import reach_table, universe_name

QUESTIONNAIRE = make_questionnaire(RARE)


@pytest.fixture(scope="module")
def rare():
    return survey_of(QUESTIONNAIRE, RARE_ANSWERS)


@pytest.fixture(scope="module")
def universe(rare):
    return rare.with_(base="universe")


def rows(frame, *columns):
    return list(frame[list(columns)].itertuples(index=False, name=None))


def counted(survey, name, by=None):
    return rows(survey.table(name, by), "item", "count", "base")


# ---- several answers a row


def test_matrix_multiple_is_a_multiple_question_in_each_row(rare):
    assert counted(rare, "tools") == [
        *(("soup.pan", 2, 4), ("soup.pot", 1, 4), ("soup.oven", 1, 4)),
        *(("steak.pan", 2, 2), ("steak.pot", 0, 2), ("steak.oven", 1, 2)),
    ]
    assert rare.table("tools")["label"].tolist()[:2] == ["Soup: Pan", "Soup: Pot"]
    assert rare.counted().query("question == 'tools'")["row"].unique().tolist() == ["soup", "steak"]


def test_matrix_multiple_in_the_universe_has_a_not_stated_in_each_row(universe):
    assert counted(universe, "tools") == [
        *(("soup.pan", 2, 8), ("soup.pot", 1, 8), ("soup.oven", 1, 8), ("soup.not_stated", 4, 8)),
        *(("steak.pan", 2, 8), ("steak.pot", 0, 8), ("steak.oven", 1, 8)),
        ("steak.not_stated", 6, 8),
    ]
    assert universe.table("tools")["label"].tolist()[3] == "Soup: Not stated"


def test_matrix_multiple_by_groups(rare):
    found = rare.table("tools", "role").query("item == 'soup.oven'")
    assert rows(found, "group", "count", "base") == [("cook", 0, 3), ("guest", 1, 1)]


@pytest.mark.parametrize("name", ["tools", "agree", "days"])
def test_rows_make_no_groups_and_select_nobody(rare, name):
    with pytest.raises(UsageError, match=f"'{name}' is of type .*; group by a single or multiple"):
        rare.table("role", by=name)
    with pytest.raises(UsageError, match=f"'{name}' is of type .*; each of its rows has answers"):
        rare.part(f"{name}=pan")


# ---- several boxes, numbers that are none, dates


def test_boxes_have_a_line_each_over_whoever_filled_any(rare, universe):
    assert counted(rare, "days") == [("best.answered", 2, 3), ("worst.answered", 2, 3)]
    assert rare.table("days")["label"].tolist() == ["Best day", "Worst day"]
    assert counted(universe, "days") == [
        *(("best.answered", 2, 8), ("best.not_stated", 6, 8)),
        *(("worst.answered", 2, 8), ("worst.not_stated", 6, 8)),
    ]


def test_numeric_boxes_have_a_mean_each_over_the_numbers(rare):
    # r3's "about 30" is an answer, but none that can be added.
    assert rows(rare.table("spent"), "item", "label", "count", "base", "mean", "median") == [
        (
            "food.answered",
            "Food (1 without a number, left out of mean and median)",
            *(3, 4, 15.0, 15.0),
        ),
        ("drink.answered", "Drink", 2, 4, 5.0, 5.0),
    ]


def test_numeric_answers_that_are_no_numbers_count_but_have_no_mean(rare, universe):
    label = "Answered (2 without a number, left out of mean and median)"
    columns = ("label", "count", "base", "mean", "median")
    assert rows(rare.table("age"), *columns) == [(label, 5, 5, 40.0, 40.0)]
    assert rows(universe.table("age"), *columns[:3]) == [(label, 5, 8), ("Not stated", 3, 8)]
    cooks, guests = rows(rare.table("age", "role"), *columns)
    assert cooks == ("Answered (1 without a number, left out of mean and median)", 4, 4, 40.0, 40.0)
    assert guests[:3] == ("Answered (1 without a number, left out of mean and median)", 1, 1)
    assert np.isnan(guests[3:]).all()


def test_dates_are_counted(rare, universe):
    assert counted(rare, "visit") == [("answered", 3, 3)]
    assert counted(universe, "visit") == [("answered", 3, 8), ("not_stated", 5, 8)]


# ---- scales


def test_a_scale_has_mean_median_and_net_promoter_on_its_lines(rare):
    found = rare.table("recommend")
    assert list(found.columns)[-3:] == ["mean", "median", "net_promoter"]
    # 10, 9, 8, 6, 0, 10: three promoters, two detractors
    assert found["mean"].unique() == pytest.approx([43 / 6])
    assert found["median"].unique().tolist() == [8.5]
    assert found["net_promoter"].unique() == pytest.approx([100 / 6])


def test_a_scales_mean_does_not_depend_on_the_base(universe):
    found = universe.table("recommend")
    assert found["mean"].tolist()[:-1] == pytest.approx([43 / 6] * 11)
    assert found["item"].tolist()[-1] == "not_stated" and np.isnan(found["mean"].tolist()[-1])


def test_a_matrix_of_scales_has_a_mean_in_each_row_without_options_that_have_no_score(rare):
    found = rare.table("agree").drop_duplicates("mean")
    assert rows(found, "item", "count", "base", "mean") == [
        *(("dear.no", 1, 4, 2.0), ("tasty.no", 0, 2, 3.0)),
    ]
    assert found["net_promoter"].isna().all()


def test_a_scale_by_groups_has_a_mean_for_each(rare):
    found = rare.table("recommend", "role").drop_duplicates("group")
    assert rows(found, "group", "mean", "net_promoter") == [
        *(("cook", 33 / 4, 25.0), ("guest", 5.0, 0.0)),
    ]


def test_tables_of_a_survey_without_such_a_scale_have_no_column_for_it(small, rare):
    assert "net_promoter" not in small.tables() and "net_promoter" in rare.table("role")


def scale(*labels):
    return Question("q", "Q", "single", 1, dict(enumerate(labels)))


@pytest.mark.parametrize(
    ("question", "codes", "net"),
    [
        (scale(*map(str, range(11))), [9, 10, 7, 8, 6], 20.0),
        (scale(*map(str, range(11))), [-1, -1], np.nan),
        (scale(*map(str, range(10, -1, -1))), [0, 1, 10, -1], 100 / 3),
    ],
)
def test_scale_measures_takes_promoters_less_detractors(question, codes, net):
    found = scale_measures(question, np.array(codes))["net_promoter"]
    assert found == pytest.approx(net, nan_ok=True)


def test_is_promoter_scale_is_one_from_0_to_10_alone():
    assert is_promoter_scale(scale(*map(str, range(11))))
    assert not is_promoter_scale(scale(*map(str, range(1, 11))))
    assert not is_promoter_scale(scale("Yes", "No"))
    assert scale_measures(scale("Yes", "No"), np.array([0])) == {}


# ---- derived questions


def test_a_derived_question_has_a_table_as_any(rare, universe):
    assert counted(rare, "liked") == [("yes", 3, 5), ("no", 2, 5)]
    assert counted(universe, "liked") == [("yes", 3, 7), ("no", 2, 7), ("not_stated", 2, 7)]
    names = universe.table("liked")["base_name"].unique().tolist()
    assert names == ["universe: those asked “Do you like it, cook?” or “Do you like it, guest?”"]
    assert "liked" in set(rare.tables()["question"])


def test_a_derived_question_groups_and_selects(rare):
    found = rare.table("role", by="liked")
    assert rows(found, "group", "item", "count") == [
        *(("yes", "cook", 2), ("yes", "guest", 1), ("no", "cook", 1), ("no", "guest", 1)),
    ]
    assert list(rare.part("liked=yes").responses.index) == ["r1", "r3", "r5"]
    assert list(rare.part("liked!=yes").responses.index) == ["r2", "r6"]


def test_a_derived_answer_that_selects_is_that_of_the_first_part_that_was_answered():
    answers = dict(RARE_ANSWERS)
    answers["liked_guest", ""] = [
        "no",
        None,
        None,
        None,
        "yes",
        "no",
        None,
        None,
    ]  # r1 answers both
    survey = survey_of(QUESTIONNAIRE, answers)
    assert list(survey.part("liked=no").responses.index) == ["r2", "r6"]


def test_reach_counts_a_derived_question_once(rare):
    found = rare.flow.reach("role", "liked_cook", "liked", "liked_guest", "role")
    assert rows(found, "item", "count") == [("role", 7), ("liked_cook", 3), ("liked_guest", 2)]
    assert rare.flow.reach("liked", "role")["item"].tolist() == ["liked", "role"]


# ---- what the file lacks


LACKING = without(QUESTIONNAIRE, "recommend", "tools", "age", "sauces")
BLANK = {k: [None] * 8 if not LACKING[k[0]].asked else v for k, v in RARE_ANSWERS.items()}


@pytest.mark.parametrize("base", ["answered", "universe"])
@pytest.mark.parametrize("name", ["recommend", "tools", "age", "sauces"])
def test_a_question_that_the_file_lacks_has_no_base(name, base):
    survey = survey_of(LACKING, BLANK, Choices(base=base))
    found = survey.table(name)
    assert set(rows(found, "count", "base", "base_name")) == {(0, 0, "not asked in this file")}
    assert found["percent"].isna().all()
    assert set(survey.table(name, "role")["base"]) == {0}


def test_a_question_that_the_file_lacks_groups_and_selects_nobody():
    survey = survey_of(LACKING, BLANK)
    with pytest.raises(InputError, match="'sauces' was not asked in this file; group by another"):
        survey.table("role", by="sauces")
    with pytest.raises(InputError, match="'recommend' was not asked in this file; nobody can be"):
        survey.part("recommend=10")


def test_reach_leaves_out_what_the_file_lacks():
    survey = survey_of(LACKING, BLANK)
    assert survey.flow.reach("role", "age")["item"].tolist() == ["role"]
    assert reach_table([LACKING["age"]], survey._counts.routing).empty


# ---- who was asked, in words


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Condition("age", bounds=(("at_least", 18.0),)), "at least 18 to “How old are you?”"),
        (
            Condition("spent", row="food", bounds=(("more_than", 2.5), ("less_than", 9.0))),
            "more than 2.5 and less than 9 to “How much do you spend?” (“Food”)",
        ),
        (Condition("days", row="best"), "anything to “On which days?” (“Best day”)"),
        (Condition("agree", ("yes",), "dear"), "“Yes” to “Do you agree?” (“It is dear”)"),
        (
            Condition("role", ("cook",), negated=True),
            "anything but “Cook” to “Are you a cook or a guest?”",
        ),
        (
            Condition("sauces", ("pepper", "other"), negated=True),
            "without “Pepper” or “A cold one” to “Which sauces? Choose all that apply.”",
        ),
        (
            Condition("tools", ("pan",), "soup", negated=True),
            "without “Pan” to “What do you use for each dish?” (“Soup”)",
        ),
    ],
)
def test_universe_name_says_every_condition_in_labels(condition, words):
    question = Question("q", "Q", "open", 9, ask_if=((condition,),))
    assert universe_name(question, QUESTIONNAIRE) == f"those who answered {words}"


def test_the_answers_are_left_as_they_are():
    before = make_responses(QUESTIONNAIRE, RARE_ANSWERS)
    survey = survey_of(QUESTIONNAIRE, RARE_ANSWERS)
    survey.tables()
    assert survey.export.responses[before.columns].equals(before)
