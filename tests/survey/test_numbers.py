"""The numbers that a notebook's sentences are made of, and the reasons where there is none."""

import pytest
from small_survey import ANSWERS, left_blank, make_questionnaire, survey_of, without

from dmsi_lib import say
from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.report.public_release import plan_release
from dmsi_lib.survey import numbers
from dmsi_lib.survey.public_survey import as_public


@pytest.fixture
def however_small(monkeypatch):
    monkeypatch.setattr(numbers, "FEWEST", 1)


@pytest.fixture(scope="module")
def public(small):
    return as_public(small, plan_release(small, [], 2))


@pytest.fixture(scope="module")
def published(survey):
    return as_public(survey, plan_release(survey, [], 10))


def why(number):
    (reason,) = say(f"{number}").texts
    return reason


# ---- shares


def test_percent_is_that_of_the_table(survey):
    for row in survey.table("province").itertuples():
        share = survey.percent("province", row.item)
        assert (share.count, share.base, share.label) == (row.count, row.base, row.label)
        assert share.percent == pytest.approx(row.percent)


def test_percent_adds_up_answers_of_a_single_question(small, however_small):
    share = small.percent("doneness", "rare", "well")
    assert (share.count, share.base, share.label) == (5, 5, "Rare or Well done")
    assert small.percent("doneness", "rare", "rare").count == 3


def test_percent_counts_whoever_ticked_any_of_several_once(small, however_small):
    assert small.percent("shops", "market", "butcher").count == 5  # r1 to r5; 4 and 3 ticks
    group = small.percent("shops", "market", "butcher", by="role", group="cook")
    assert (group.count, group.base) == (3, 3)
    nested = small.percent(
        "shops", "market", "other", by=["role", "eats"], group="role=guest, eats=no"
    )
    assert (nested.count, nested.base) == (1, 1)


def test_percent_of_several_in_the_universe(small, however_small):
    share = small.with_(base="universe").percent("sauces", "butter", "not_stated")
    assert (share.count, share.base) == (3, 4)  # r1, r2; r4 gave no answer


def test_percent_of_a_matrix_adds_up_within_a_row(small, however_small):
    share = small.percent("views", "dear.agree", "dear.disagree")
    assert (share.count, share.base) == (5, 5)
    with pytest.raises(UsageError, match="make no share together"):
        small.percent("views", "dear.agree", "tasty.agree")


@pytest.mark.parametrize("items", [("rump", "rib"), ()])
def test_percent_refuses_what_makes_no_share(small, items):
    with pytest.raises(UsageError):
        small.percent("cuts", *items)


def test_percent_names_what_is_near(small):
    with pytest.raises(InputError, match=r"'rar'\. Did you mean 'rare'"):
        small.percent("doneness", "rar")
    with pytest.raises(InputError, match=r"'cok'\. Did you mean 'cook'"):
        small.percent("doneness", "rare", by="role", group="cok")


def test_percent_of_few_says_how_many(small):
    share = small.percent("doneness", "rare")
    assert (share.count, share.base) == (3, 5)
    few = "Fewer than 30 answered this question{}, so no share is given: {} answered."
    assert why(share) == few.format("", 5)
    group = small.percent("doneness", "rare", by="role", group="cook")
    assert why(group) == few.format(" in the group “Cook”", 3)
    universe = small.with_(base="universe").percent("doneness", "rare")
    assert why(universe) == (
        "Fewer than 30 were asked this question, so no share is given: 4 were asked."
    )


def test_percent_of_nobody_and_of_a_group_of_nobody(small):
    blank = survey_of(make_questionnaire(), left_blank("doneness"))
    assert why(blank.percent("doneness", "rare")) == numbers.NOBODY
    empty = small.percent("doneness", "rare", by="role", group="critic")
    assert why(empty) == numbers.NOBODY
    nested = small.percent("doneness", "rare", by=["role", "eats"], group="role=critic, eats=yes")
    assert why(nested) == numbers.NOBODY


@pytest.fixture
def lacking():
    questionnaire = without(make_questionnaire(), "doneness", "role")
    answers = {key: v for key, v in ANSWERS.items() if key[0] not in ("doneness", "role")}
    answers |= {("doneness", ""): [None] * 8, ("role", ""): [None] * 8}
    return survey_of(questionnaire, answers)


def test_numbers_of_a_question_that_was_not_asked(lacking):
    for number in (
        lacking.percent("doneness", "rare"),
        lacking.percent("doneness", "rare", "well"),
        lacking.top("doneness"),
        lacking.top("doneness").labels,
        lacking.count("doneness"),
        lacking.asked("doneness"),
    ):
        assert why(number) == numbers.NOT_ASKED
    grouped = lacking.percent("eats", "yes", by="role", group="cook")
    assert why(grouped) == numbers.GROUPS_NOT_ASKED


# ---- shares of twins


def test_percent_each_has_the_share_of_both_twins(survey):
    each = survey.percent_each("tools_frontline", "sms", "whatsapp")
    assert each.shares == {
        "frontline": survey.percent("tools_frontline", "sms", "whatsapp"),
        "management": survey.percent("tools_management", "sms", "whatsapp"),
    }
    assert str(survey.percent_each("tools_management", "sms")).startswith("86 % of managers")


def test_percent_each_of_one_group_tells_of_that_alone(survey):
    managers = survey.with_(where="role=management").percent_each("tools_frontline", "sms")
    assert str(managers) == "86 % of managers (66 of 77)"


def test_percent_each_hides_what_the_public_may_not_see(published):
    assert why(published.percent_each("tools_frontline", "signal")) == numbers.HIDDEN


def test_percent_each_refuses_a_question_without_a_twin(small):
    with pytest.raises(UsageError, match="'doneness' has no twin"):
        small.percent_each("doneness", "rare")


# ---- the most frequent


def test_top_names_the_most_frequent_with_ties(small, however_small):
    assert [(s.label, s.count) for s in small.top("doneness", 2)] == [("Rare", 3), ("Well done", 2)]
    assert small.top("doneness", 3).labels == "Rare and Well done"  # nobody chose the third
    assert small.top("sauces").labels == "Pepper"
    blank = {("sauces", "pepper"): [True, False] + [None] * 6}
    blank |= {("sauces", "butter"): [True, True] + [None] * 6}
    blank |= {("sauces", "other"): [True, True] + [None] * 6}
    blank |= {("sauces", "other_text"): ["a", "b"] + [None] * 6}
    tied = survey_of(make_questionnaire(), ANSWERS | blank)
    assert tied.top("sauces").labels == "Butter and Another (which?)"
    assert tied.top("sauces", listed=True).labels == "Butter"
    assert tied.top("sauces", 2, listed=True).labels == "Butter and Pepper"


def test_top_leaves_out_who_gave_no_answer(small, however_small):
    assert small.with_(base="universe").top("doneness", 3).labels == "Rare and Well done"


def test_top_of_few_or_of_nobody_names_none(small):
    assert why(small.top("doneness").labels).startswith("Fewer than 30 answered")
    assert why(small.top("doneness")[0].label).startswith("Fewer than 30 answered")


def test_top_where_nobody_chose_any(however_small):
    ticks = {("sauces", item): [False] * 8 for item in ("pepper", "butter", "other")}
    unticked = survey_of(make_questionnaire(), ANSWERS | ticks)
    assert why(unticked.top("sauces")) == numbers.NONE_CHOSEN


def test_top_refuses_other_types(small):
    with pytest.raises(InputError, match="expected single or multiple"):
        small.top("cuts")


# ---- how many, and means


def test_count_and_asked_count_off_route_answers_apart(small):
    assert (small.count("doneness"), small.asked("doneness")) == (5, 4)
    gate = small.with_(edit="gate")
    assert (gate.count("doneness"), gate.asked("doneness")) == (4, 4)


def test_mean_is_that_of_the_table(small, however_small):
    assert small.mean("grams") == 200
    assert small.mean("cuts", "rump") == pytest.approx(4 / 3)


def test_mean_of_few_is_not_given(small):
    assert why(small.mean("grams")).startswith("Fewer than 30 answered")
    assert not small.mean("grams") > 0


def test_mean_refuses_questions_and_rows_without_one(small):
    with pytest.raises(InputError, match="without a mean"):
        small.mean("role")
    with pytest.raises(InputError, match=r"'rum'\. Did you mean 'rump'"):
        small.mean("cuts", "rum")


# ---- themes


def test_themes_have_shares(survey):
    share = survey.themes.percent("why_not_evaluate", "not_applicable", "not_thought")
    assert f"{share:full}" == "53 % (66 of 125)"
    table = survey.themes.table("why_not_evaluate").set_index("item")
    one = survey.themes.percent("why_not_evaluate", "no_need")
    assert (one.count, one.base) == (table.loc["no_need", "count"], 125)
    top = survey.themes.top("why_not_evaluate", 2)
    assert [s.count for s in top] == sorted(table["count"], reverse=True)[:2]
    with pytest.raises(InputError, match="Did you mean 'no_need'"):
        survey.themes.percent("why_not_evaluate", "no_needs")


def test_themes_leave_other_out_where_the_listed_ones_are_asked_for(survey):
    most = len(survey.themes.of("why_not_ask_preference"))
    labels = [s.label for s in survey.themes.top("why_not_ask_preference", most, listed=True)]
    assert labels and "Other" not in labels


# ---- the public


def test_public_survey_gives_the_numbers_that_its_tables_show(published, survey):
    hidden = shown = 0
    for question in published.questionnaire.questions:
        if question.type in ("single", "multiple"):
            for row in published.table(question.id).itertuples():
                share = published.percent(question.id, row.item)
                if row.suppressed:
                    hidden += 1
                    assert why(share) == why(share.count) == numbers.HIDDEN
                else:
                    shown += 1
                    assert share.count == survey.percent(question.id, row.item).count
    assert hidden and shown


def test_public_survey_tells_a_sum_of_a_single_question_alone(published, survey):
    both = published.percent("use_digital_messaging", "yes", "no")
    assert both.count == survey.percent("use_digital_messaging", "yes", "no").count
    assert why(published.percent("tools_frontline", "sms", "whatsapp")) == numbers.HIDDEN
    assert why(published.themes.percent("why_not_evaluate", "no_need", "informal")) == (
        numbers.HIDDEN
    )


def test_public_survey_tells_no_groups(published):
    assert why(published.percent("usefulness", "client_asked", by="role", group="x")) == (
        numbers.HIDDEN
    )


def test_public_top_is_the_true_one_or_hidden(published, survey):
    told = 0
    for question in published.questionnaire.questions:
        if question.type in ("single", "multiple"):
            top = published.top(question.id)
            told += bool(top)
            assert not top or top == survey.top(question.id)
    assert told


def test_public_counts_are_those_that_tables_print(published, survey):
    assert published.count("role") == survey.count("role")
    assert why(published.asked("role")) == numbers.HIDDEN


def test_public_small_survey_hides_without_failing(public):
    for question in public.questionnaire.questions:
        assert say(f"{public.count(question.id)}", f"{public.asked(question.id)}").texts
    assert say(f"{public.mean('grams')}", f"{public.mean('cuts', 'rib')}").texts
