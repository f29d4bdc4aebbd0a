"""A survey of the rarer types as researchers and as the public see it."""

import pandas as pd
import pytest
from rare_types import RARE, RARE_ANSWERS
from small_survey import make_questionnaire, survey_of, without

from dmsi_lib.choices import Choices
from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.figures.reader_tables import HIDDEN, Instead, NotAsked
from dmsi_lib.questionnaire import Theme
from dmsi_lib.report.folder import tables_of
from dmsi_lib.report.public_release import all_tables, plan_release, unreviewed_words
from dmsi_lib.skip_logic import reconcile
from dmsi_lib.survey.public_survey import as_public
from dmsi_lib.tables.names import TableName

QUESTIONNAIRE = make_questionnaire(RARE)
MIN_CELL = 2


@pytest.fixture(scope="module")
def rare():
    """The eight respondents three times, so that something may be shown."""
    return survey_of(QUESTIONNAIRE, {name: 3 * values for name, values in RARE_ANSWERS.items()})


@pytest.fixture(scope="module")
def public(rare):
    return as_public(rare, plan_release(rare, [], MIN_CELL))


# ---- break-off


def test_what_the_ignored_columns_show_is_told_to_skip_logic(monkeypatch):
    told = []

    def spy(responses, questionnaire, edit, reached, routing):
        told.append(reached)
        return reconcile(responses, questionnaire, edit)

    monkeypatch.setattr("dmsi_lib.survey.counts.reconcile", spy)
    survey = survey_of(QUESTIONNAIRE, RARE_ANSWERS, Choices(where="role=cook"))
    assert survey.n == 4
    assert told[0].index.equals(survey.responses.index) and not told[0].any()


# ---- derived questions in public


def test_public_reports_show_derived_questions_that_are_planned(rare, public):
    assert "liked" in public.questionnaire and "liked" in set(all_tables(rare)["question"])
    assert TableName("liked") in tables_of(public)


def test_public_reports_leave_derived_questions_out_that_no_plan_looks_at():
    text = RARE + (
        "  - {id: both, text: Both?, combine: [role, liked], options: {yes: {label: Cooks who do,"
        " if: {role: cook, liked: yes}}}}\n"
    )
    answers = {name: 3 * values for name, values in RARE_ANSWERS.items()}
    rare = survey_of(make_questionnaire(text), answers)
    assert "both" not in set(all_tables(rare)["question"])
    public = as_public(rare, plan_release(rare, [], MIN_CELL))
    assert "both" in rare.questionnaire and "both" not in public.questionnaire
    assert TableName("both") in tables_of(rare) and TableName("both") not in tables_of(public)
    for show in (public.show, public.table, public.plot, public.wording):
        with pytest.raises(InputError, match="'both' is a derived question that public reports"):
            show("both")


def test_public_groups_are_not_made_by_derived_questions(rare):
    with pytest.raises(UsageError, match="'liked=yes': 'liked' is derived, and a public report"):
        plan_release(rare, [rare.part("liked=yes")], MIN_CELL)


def test_themes_of_derived_questions_stay_out_too():
    text = """\
title: Why
wave: "2024"
questions:
  - {id: why_a, text: Why a?, type: open, page: 1}
  - {id: why_b, text: Why b?, type: open, page: 1}
derived:
  - {id: why, text: Why?, coalesce: [why_a, why_b]}
"""
    answers = {("why_a", ""): ["one", None] * 6, ("why_b", ""): [None, "two"] * 6}
    tags = pd.DataFrame({"respondent": ["r1", "r2"], "theme": "x", "coder": "ann"})
    book = {name: (Theme("x", "X"),) for name in ("why", "why_a")}
    survey = survey_of(
        make_questionnaire(text), answers, codebook=book, tags={"why": tags, "why_a": tags[:1]}
    )
    assert survey.themes.table("why")["count"].tolist() == [2]
    assert all_tables(survey).query("kind == 'themes'")["question"].tolist() == ["why_a"]
    public = as_public(survey, plan_release(survey, [], MIN_CELL))
    assert public.themes.coded == ("why_a",) and list(public.themes.codebook) == ["why_a"]


# ---- what the public sees


def test_public_tables_of_all_types_show_no_small_cell(rare, public):
    for question in public.questionnaire.questions:
        table, full = public.table(question.id), rare.table(question.id)
        shown = table[table["suppressed"] == ""]
        assert shown["count"].tolist() == full.loc[shown.index, "count"].tolist()
        assert (shown["count"] >= MIN_CELL).all()
        assert public.show(question.id).frame.shape[0] == len(table)
        assert public.plot(question.id).alt


def test_public_means_of_scales_are_blank_beside_a_hidden_count(rare, public):
    # Of the eleven points nobody chose most, so that their counts are hidden.
    found = public.table("recommend")
    assert (found["suppressed"] != "").any() and (found["suppressed"] == "").any()
    assert found[["mean", "median", "net_promoter"]].isna().all(axis=None)
    assert "scale" not in public.show("recommend").caption + public.plot("recommend").alt
    assert "scale" in rare.show("recommend").caption


def test_public_means_of_scales_are_shown_with_all_counts():
    answers = {("q", ""): [point for point in ("1", "2", "3") for _ in range(4)]}
    text = """\
title: Q
wave: "1"
questions:
  - {id: q, text: Q?, type: single, page: 1, options: ["1", "2", "3"]}
"""
    survey = survey_of(make_questionnaire(text), answers)
    public = as_public(survey, plan_release(survey, [], MIN_CELL))
    assert public.show("q").caption.endswith("Mean on the scale from 1 to 3: 2.0 (n = 12).")


def test_public_tables_tell_no_days_and_not_how_many_gave_no_number(rare, public):
    assert "First day" in rare.show("visit").caption
    assert "day" not in public.show("visit").caption
    assert rare.table("age")["label"].tolist() == [
        "Answered (6 without a number, left out of mean and median)"
    ]
    assert public.table("age")["label"].tolist() == ["Answered"]
    assert public.table("age")["mean"].tolist() == [40.0]


def test_public_tables_of_what_the_file_lacks_say_so():
    lacking = without(QUESTIONNAIRE, "recommend", "role")  # a gate among them
    blank = {k: [None] * 24 if not lacking[k[0]].asked else 3 * v for k, v in RARE_ANSWERS.items()}
    for base in ("answered", "universe"):
        survey = survey_of(lacking, blank, Choices(base=base))
        public = as_public(survey, plan_release(survey, [], MIN_CELL))
        found = public.table("recommend")
        assert set(found["base_name"]) == {"not asked in this file"}
        assert set(found["suppressed"]) == {""} and set(found["count"]) == {0}
        assert isinstance(public.show("recommend"), NotAsked)
        assert repr(public.wording("role")).endswith("Not asked in this wave.")
        assert HIDDEN not in repr(public.show("recommend"))


def test_unreviewed_words_are_those_of_comments_and_boxes_too():
    long = "I would rather have my soup in the garden with the neighbours"
    answers = RARE_ANSWERS | {
        ("sauces", "comment"): [long, *[None] * 7],
        ("sauces", "other_text_2"): [None, long[::-1], *[None] * 6],
        ("days", "worst"): [None, None, f"{long} on Sundays, or when it rains cats and dogs"]
        + 5 * [None],
    }
    words = unreviewed_words(survey_of(QUESTIONNAIRE, answers))
    assert {*words.found_in(long)} == {"sauces", "days"}
    assert words.found_in(long[::-1]) == ["sauces"]


# ---- explorer


def test_explore_offers_groups_that_were_asked():
    pytest.importorskip("ipywidgets")
    lacking = without(QUESTIONNAIRE, "sauces")
    blank = {k: [None] * 8 if k[0] == "sauces" else v for k, v in RARE_ANSWERS.items()}
    controls = survey_of(lacking, blank).explore()
    groups = [value for _, value in controls.children[1].children[0].options]
    assert groups == ["", "role", "recommend", "liked_cook", "liked_guest", "liked"]


# ---- cross tables


@pytest.mark.parametrize("base", ["answered", "universe"])
def test_every_type_stands_in_a_cross_table_by_every_question_with_options(rare, base):
    survey = rare.with_(base=base)
    shown = 0
    for by in ("role", "sauces", "recommend", ["role", "sauces"]):
        for question in QUESTIONNAIRE.questions:
            crossed = survey.crosstab(question.id, by, percent="both", letters=True, min_base=2)
            if isinstance(crossed, Instead):
                continue
            shown += 1
            assert repr(crossed) and crossed._repr_html_().count("<table") == 1
            table = crossed.table
            total = table[table["group"] == "(total)"].set_index("item")
            for item, lines in table[table["group"] != "(total)"].groupby("item"):
                alone = not crossed.banner.blocks[0].overlapping
                sums = (lines["count"].sum(), lines["base"].sum())
                own = (total.loc[item, "count"], total.loc[item, "base"])
                assert sums == own if alone else (sums >= own)
    assert shown > 30


def test_means_of_scales_and_boxes_are_those_of_the_tables_by_group(rare):
    for name in ("recommend", "agree", "spent", "age"):
        crossed, by = rare.crosstab(name, "role").table, rare.table(name, by="role")
        own = crossed[crossed["group"] != "(total)"].reset_index(drop=True)
        by = by[by["group"].isin(own["group"])].reset_index(drop=True)  # nobody: no column
        pd.testing.assert_frame_equal(own[by.columns], by)
