"""Matrices, rankings and numbers of groups side by side: what is shown is what is tested."""

import numpy as np
import pandas as pd
import pytest
from small_survey import make_questionnaire, survey_of

from dmsi_lib.errors import UsageError
from dmsi_lib.figures.row_comparisons import RowComparison, compare_rows
from dmsi_lib.tables.totals import TOTAL

KITCHEN = """\
title: Kitchen
questions:
  - {id: role, text: Cook or guest?, type: single, page: 1, options: {cook: Cook, guest: Guest, critic: Critic}}
  - {id: age, text: How old are you?, type: numeric, page: 2}
  - {id: spent, text: How much do you spend?, type: numeric, page: 2, rows: {food: Food, drink: Drink}}
  - id: agree
    text: Do you agree?
    type: matrix
    page: 2
    rows: {dear: It is dear, tasty: It is tasty}
    options:
      no: {label: "No", score: 1}
      partly: {label: Partly, score: 2}
      yes: {label: "Yes", score: 3}
      dont_know: I don't know
  - id: often
    text: How often?
    type: matrix
    page: 2
    rows: {soup: Soup, steak: Steak}
    options: {never: Never, weekly: Weekly, daily: Daily, unsure: Not sure}
    ordered: [never, weekly, daily]
  - id: with_whom
    text: With whom?
    type: matrix
    page: 2
    rows: {soup: Soup}
    options: {alone: Alone, friends: Friends, family: Family}
  - id: tools
    text: What do you use?
    type: matrix_multiple
    page: 2
    rows: {soup: Soup, steak: Steak}
    options: {pan: Pan, pot: Pot}
  - {id: cuts, text: Rank the cuts., type: ranking, page: 2, options: {rump: Rump, flank: Flank, rib: Rib}}
  - id: size
    text: How large is your kitchen?
    type: single
    page: 2
    options: {small: Small, middle: Middle, large: Large, other_size: No idea}
    ordered: [small, middle, large]
"""  # noqa: E501

COOKS, GUESTS, CRITICS = 40, 50, 2
N = COOKS + GUESTS + CRITICS


def each(cook, guest, critic=None):
    """Answers by group, each repeated as often as it takes."""
    many = zip((cook, guest, critic or guest), (COOKS, GUESTS, CRITICS), strict=True)
    return [answers[i % len(answers)] for answers, n in many for i in range(n)]


ANSWERS = {
    ("role", ""): each(["cook"], ["guest"], ["critic"]),
    ("age", ""): each([30.0, 40.0, 50.0, 60.0], [20.0, 30.0, 40.0, 50.0, None]),
    ("spent", "food"): each([10.0, 20.0], [30.0, 40.0]),
    ("spent", "drink"): each([5.0, 6.0], [5.0, 6.0]),
    ("agree", "dear"): each(["yes", "yes", "yes", "no"], ["no", "no", "partly", "dont_know"]),
    ("agree", "tasty"): each(["yes", "partly"], ["yes", "partly"]),
    ("often", "soup"): each(["daily", "daily", "weekly", "never"], ["never", "never", "weekly"]),
    ("often", "steak"): each(["weekly", "never"], ["weekly", "never", "unsure"]),
    ("with_whom", "soup"): each(["alone", "alone", "friends"], ["family", "family", "friends"]),
    ("tools", "soup.pan"): each([True, True, False], [True, False, False]),
    ("tools", "soup.pot"): each([True, False, False], [True, True, True]),
    ("tools", "steak.pan"): each([True, False], [True, False]),
    ("tools", "steak.pot"): each([True, True, False], [True, True, False]),
    ("cuts", "rump"): each([1, 1, 2, 1], [3, 3, 2, None]),
    ("cuts", "flank"): each([2, 3, 1, 2], [1, 2, 1, 1]),
    ("cuts", "rib"): each([3, 2, 3, None], [2, 1, 3, 2]),
    ("size", ""): each(["large", "large", "middle", "other_size"], ["small", "small", "middle"]),
}


@pytest.fixture(scope="module")
def kitchen():
    return survey_of(make_questionnaire(KITCHEN), ANSWERS)


def test_numbers_are_compared_by_their_means(kitchen):
    made = kitchen.compare("spent", by="role")
    assert isinstance(made, RowComparison)
    frame = made.shown.frame.set_index("Answer")
    assert frame.loc["Food", ["Cook", "Guest", "Critic"]].tolist() == [
        *("15.00 (n = 40)", "35.00 (n = 50)", "35.00 (n = 2)"),
    ]
    assert frame.loc["Food", "Total"] == "26.30 (n = 92)"  # (40 · 15 + 52 · 35) / 92
    assert frame.loc["Food", "Difference (single 95 % interval)"].startswith("-20.00 (-22.")
    assert made.sentences().texts == (
        "“Food” is higher among “Guest” than among “Cook”: on average 35.0 (50 answers) against "
        "15.0 (40 answers).",
        "Shown but not compared, as fewer than 30 answered: “Critic” (2).",
    )
    details = made.details().texts
    assert details[0].startswith("“Food” (n = 90): Welch's t, difference -20.00, single 95 %")
    assert "after Holm's correction" in details[0]


def test_one_number_is_one_hypothesis(kitchen):
    made = kitchen.compare("age", by="role")
    assert made.shown.frame["Answer"].tolist() == ["Mean"]
    assert made.sentences().texts[0] == (
        "The number is higher among “Cook” than among “Guest”: on average 45.0 (40 answers) "
        "against 35.0 (40 answers)."
    )
    assert "Holm" not in repr(made.details())


def test_a_scale_is_compared_by_its_means_and_says_who_is_left_out(kitchen):
    made = kitchen.compare("agree", by="role")
    assert "Means on the scale from 1 to 3." in made.shown.caption
    assert made.sentences().texts[0] == (
        "“It is dear” is rated higher among “Cook” than among “Guest”: on average 2.5 (40 answers) "
        "against 1.3 (38 answers)."
    )
    assert "Left out, for having no place on the scale: 12 answers." in (made.details().texts)


def test_an_order_is_compared_by_who_stands_higher(kitchen):
    made = kitchen.compare("often", by="role")
    assert "Soup: Never" in made.shown.frame["Answer"].tolist()
    assert made.shown.frame.columns.tolist() == [
        *("Answer", "Cook (n = 40)", "Guest (n = 50)", "Critic (n = 2)", "Total (n = 92)")
    ]
    # Daily: 20 of 40 cooks and nobody; weekly or daily: 30 of 40 and 16 of 50.
    assert made.sentences().texts[0] == (
        "“Soup”: “Daily” was the answer of 50 % of 40 among “Cook” against 0 % of 50 among “Guest”."
    )
    assert "“Soup” (n = 90): Wilcoxon-Mann-Whitney, the chance" in made.details().texts[0]
    assert "Left out, for having no place on the scale: 16 answers." in (made.details().texts)


def test_options_without_order_are_compared_by_their_shares(kitchen):
    made = kitchen.compare("with_whom", by="role")
    assert made.sentences().texts[0] == (
        "“Soup”: the groups answered differently, most often “Alone” by 68 % of 40 among “Cook”, "
        "“Family” by 68 % of 50 among “Guest”."
    )
    assert "Cramér's V" in made.details().texts[0]


def test_several_ticks_a_row_are_compared_as_several(kitchen):
    made = kitchen.compare("tools", by="role")
    first, second, *_ = made.details().texts
    assert "(Rao-Scott)" in first and "(Rao-Scott)" in second
    assert made.sentences().texts[0].startswith("“Soup”: the groups answered differently, ")
    assert "Steak" not in repr(made.sentences())


def test_rankings_are_compared_by_their_places(kitchen):
    made = kitchen.compare("cuts", by="role")
    frame = made.shown.frame.set_index("Answer")
    # Of four cooks three put rump first and one second; who left it out put it third, the last.
    assert frame.loc["Rump", "Cook"] == "1.25 (n = 40)"
    assert frame.loc["Rump", "Guest"] == "2.76 (n = 50)"
    assert "share the places behind those that they ranked." in made.shown.caption
    assert "“Rump” is ranked higher among “Cook” than among “Guest”: on average place 1.2 (40" in (
        repr(made.sentences())
    )
    assert any(t.startswith("All items together, permuting") for t in made.details().texts)


def test_a_single_choice_in_an_order_has_the_test_of_the_order(kitchen):
    made = kitchen.compare("size", by="role")
    assert made.test.name == "Wilcoxon-Mann-Whitney"
    assert made.test.left_out == 10
    assert made.test.effect > 0.8  # cooks have larger kitchens
    said = repr(made.details())
    assert "The answers in their order (n = 80): Wilcoxon-Mann-Whitney, the chance that one" in said
    assert "Left out, for having no place in it: 10 answers." in said


def test_groups_that_answered_alike_are_said_to():
    alike = ANSWERS | {
        ("often", "soup"): each(["daily", "never"], ["daily", "never"]),
        ("cuts", "rump"): each([1, 2], [1, 2]),
        ("cuts", "flank"): each([2, 1], [2, 1]),
        ("cuts", "rib"): each([3, 3], [3, 3]),
        ("spent", "food"): ANSWERS["spent", "drink"],
    }
    same = survey_of(make_questionnaire(KITCHEN), alike)
    for name in ("often", "cuts", "spent"):
        assert same.compare(name, by="role").alike
        assert same.compare(name, by="role").sentences().texts[0] == (
            "The groups “Cook” and “Guest” answered alike; no gap is larger than chance would give."
        )


def test_a_row_that_too_few_answered_is_named():
    soup = ANSWERS["often", "soup"]
    few = ANSWERS | {("often", "soup"): [None] * 20 + soup[20:]}
    made = survey_of(make_questionnaire(KITCHEN), few).compare("often", by="role")
    assert "Not compared, as fewer than 30 answered in all groups but one: “Soup”." in (
        made.sentences().texts
    )
    assert "“Soup”" not in made.details().texts[0]


@pytest.mark.parametrize("name", ["age", "spent", "agree", "often", "with_whom", "tools", "cuts"])
@pytest.mark.parametrize("kept", [1, 2, 5])
def test_few_are_shown_and_not_tested(name, kept):
    few = {key: values[:kept] + values[-kept:] for key, values in ANSWERS.items()}
    made = survey_of(make_questionnaire(KITCHEN), few).compare(name, by="role")
    said = " ".join([repr(made.sentences()), repr(made.details()), repr(made), made.plot().alt])
    assert said.startswith("Too few answered to compare the groups.")
    assert "nan" not in said and "p =" not in said and "against" not in said
    assert not made.alike


def test_what_nobody_answered_is_one_sentence():
    nobody = {key: each([None], [None]) if key[0] != "role" else v for key, v in ANSWERS.items()}
    made = survey_of(make_questionnaire(KITCHEN), nobody).compare("spent", by="role")
    assert repr(made) == "Nobody answered “How much do you spend?”."


@pytest.mark.parametrize("name", ["age", "spent", "agree", "often", "with_whom", "tools", "cuts"])
def test_every_comparison_has_a_picture_with_words(kitchen, name):
    picture = kitchen.compare(name, by="role").plot()
    assert picture.png()[:4] == b"\x89PNG"
    assert "Cook" in picture.alt and "nan" not in picture.alt


def test_a_comparison_needs_groups(kitchen):
    with pytest.raises(UsageError, match="'cuts' has no twin; name a single-choice question"):
        kitchen.compare("cuts")


def test_of_more_groups_no_pair_is_said_to_differ():
    role = [code for n in range(30) for code in ("cook", "guest", "critic")] + [None, None]
    answers = ANSWERS | {
        ("role", ""): role,
        ("age", ""): [{"cook": 30.0, "guest": 40.0, "critic": 52.0}.get(r) for r in role],
        ("often", "soup"): [{"cook": "never", "guest": "weekly"}.get(r, "daily") for r in role],
    }
    answers["age", ""] = [a and a + n % 7 for n, a in enumerate(answers["age", ""])]
    many = survey_of(make_questionnaire(KITCHEN), answers)
    age, often = (repr(many.compare(name, by="role").sentences()) for name in ("age", "often"))
    assert age == (
        "The number differs between the groups, on average 55.0 (30 answers) among “Critic” to "
        "32.9 (30 answers) among “Cook”."
    )
    assert often.startswith(
        "“Soup”: the groups differ, “Weekly” to “Daily” was the answer of 100 % of 30 among "
        "“Guest” against 0 % of 30 among “Cook”."
    )


def test_means_of_few_have_no_interval(kitchen):
    made = kitchen.compare("spent", by="role")
    table = made.means.set_index("group")
    assert table.loc["critic", "ci_low"].isna().all() and table.loc["cook", "ci_low"].notna().all()
    assert "The lines are single 95 % intervals." in made.plot().alt


def test_twins_that_rank_are_compared(survey):
    made = survey.compare("benefits_ranked_frontline")
    assert list(made.labels.values()) == ["Front-line workers", "Managers"]
    assert made.tests.joint_p_value < 0.05
    sizes = made.means.drop_duplicates("group").set_index("group")["n"]
    assert sizes[TOTAL] == sizes["frontline"] + sizes["management"]


def test_twins_without_single_answers_are_shown_and_not_tested(survey):
    made = survey.compare("ways_frontline")
    public = compare_rows(made.question, made.survey, made.table, made.names, None)
    assert repr(public.sentences()) == "The groups stand side by side; nothing is tested."
    assert public.details().texts == ()
    assert "Managers" in repr(public) and public.plot().png()


def test_labels_are_escaped():
    script = "<script>alert(1)</script>"
    text = KITCHEN.replace("Food", script).replace("Cook", script, 2)
    made = survey_of(make_questionnaire(text), ANSWERS).compare("spent", by="role")
    html = made._repr_html_() + made.sentences()._repr_html_() + made.details()._repr_html_()
    assert "<script" not in html and "&lt;script&gt;" in html


def test_means_of_all_are_those_of_the_groups_together(kitchen):
    made = kitchen.compare("spent", by="role")
    table = made.means.set_index(["row", "group"])
    parts = table.loc[[("food", code) for code in ("cook", "guest", "critic")]]
    assert table.loc[("food", TOTAL), "mean"] == pytest.approx(
        np.average(parts["mean"], weights=parts["n"])
    )
    assert isinstance(made.means, pd.DataFrame)
