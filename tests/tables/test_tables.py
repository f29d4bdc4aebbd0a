"""Tables: every type of question, both bases, groups, and what holds for any data."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_survey import ANSWERS, STEAK, make_questionnaire, make_responses

from dmsi_lib.errors import UsageError
from dmsi_lib.skip_logic.routing import route
from dmsi_lib.skip_logic.routing_tables import routing_table
from dmsi_lib.tables.groups import group_code
from dmsi_lib.tables.tables import (
    COLUMNS,
    UNWRITTEN,
    as_written,
    audience,
    question_tables,
    reach_table,
    universe_name,
)

QUESTIONNAIRE = make_questionnaire()
RESPONSES = make_responses(QUESTIONNAIRE)
ROUTING = route(RESPONSES, QUESTIONNAIRE)
DESIGN_COLUMNS = [
    *("question", "item", "label", "group", "count", "base", "base_name", "percent"),
    *("ci_low", "ci_high", "mean_rank", "rank_1_percent"),
]


def table(name, base="answered", by=None):
    by = QUESTIONNAIRE[by] if by else None
    return as_written(question_tables([QUESTIONNAIRE[name]], RESPONSES, ROUTING, base, by))


def rows(frame, *columns):
    return list(frame[list(columns)].itertuples(index=False, name=None))


def counted(name, base="answered"):
    return rows(table(name, base), "item", "count", "base")


# ---- each type on both bases


def test_question_tables_single_answered_counts_whoever_answered():
    # r5 is off-route and r7's gate is blank, but both answered.
    assert counted("doneness") == [("rare", 3, 5), ("medium", 0, 5), ("well", 2, 5)]
    assert table("doneness")["percent"].tolist() == [60.0, 0.0, 40.0]


def test_question_tables_single_universe_leaves_off_route_and_unknown_out():
    assert counted("doneness", "universe") == [
        *(("rare", 2, 4), ("medium", 0, 4), ("well", 1, 4), ("not_stated", 1, 4)),
    ]
    assert table("doneness", "universe")["percent"].tolist() == [50.0, 0.0, 25.0, 25.0]


def test_question_tables_multiple_counts_ticks_over_whoever_ticked_any():
    assert counted("sauces") == [("pepper", 4, 5), ("butter", 2, 5), ("other", 1, 5)]
    assert counted("sauces", "universe") == [
        *(("pepper", 2, 4), ("butter", 2, 4), ("other", 1, 4), ("not_stated", 1, 4)),
    ]


def test_question_tables_multiple_nothing_ticked_is_an_answer():
    # "Not selected" in every column: answered, by ticking nothing.
    nothing = {key: list(values) for key, values in ANSWERS.items()}
    for item in ("pepper", "butter", "other"):
        nothing["sauces", item][3] = False
    responses = make_responses(QUESTIONNAIRE, nothing)
    routing = route(responses, QUESTIONNAIRE)
    found = question_tables([QUESTIONNAIRE["sauces"]], responses, routing, "universe")
    assert rows(found, "item", "count", "base")[-1] == ("not_stated", 0, 4)


def test_question_tables_ranking():
    found = table("cuts")
    # r1, r2, r3 and r5 answered; r2 ranked two cuts, r3 only one.
    assert rows(found, "item", "count", "base", "mean_rank", "rank_1_percent") == [
        ("rump", 3, 4, 4 / 3, 50.0),
        ("flank", 3, 4, 5 / 3, 25.0),
        ("rib", 3, 4, 7 / 3, 25.0),
    ]
    assert found["percent"].tolist() == [75.0, 75.0, 75.0]


def test_question_tables_ranking_universe():
    found = table("cuts", "universe")
    assert rows(found, "item", "count", "base") == [
        *(("rump", 2, 4), ("flank", 2, 4), ("rib", 2, 4), ("not_stated", 1, 4)),
    ]
    assert found["mean_rank"].tolist()[:3] == [1.5, 1.5, 2.0]
    assert np.isnan(found["mean_rank"].iloc[3])


def test_question_tables_ranking_first_places_stand_on_the_table_s_base():
    # In the universe of r1 to r4, r1 alone puts rump first: 1 of 4, as r4 ranked nothing.
    assert table("cuts", "universe")["rank_1_percent"].tolist()[:3] == [25.0, 25.0, 25.0]


def test_question_tables_matrix_each_row_has_its_own_base():
    assert counted("views") == [
        *(("dear.agree", 3, 5), ("dear.disagree", 2, 5)),
        *(("tasty.agree", 2, 3), ("tasty.disagree", 1, 3)),
    ]
    assert table("views")["label"].tolist()[0] == "It is dear: Agree"


def test_question_tables_matrix_universe_each_row_has_its_own_not_stated():
    assert counted("views", "universe") == [
        *(("dear.agree", 2, 4), ("dear.disagree", 1, 4), ("dear.not_stated", 1, 4)),
        *(("tasty.agree", 2, 4), ("tasty.disagree", 0, 4), ("tasty.not_stated", 2, 4)),
    ]
    assert table("views", "universe")["label"].tolist()[2] == "It is dear: Not stated"


def test_question_tables_open_counts_answers():
    assert counted("why") == [("answered", 3, 3)]
    assert counted("why", "universe") == [("answered", 3, 8), ("not_stated", 5, 8)]


def test_question_tables_numeric_has_mean_and_median():
    found = table("grams")
    assert rows(found, "item", "count", "base", "mean", "median") == [
        ("answered", 3, 3, 200.0, 200.0)
    ]
    assert table("grams", "universe")["mean"].tolist()[0] == 250.0


# ---- names, columns, refusals


def test_question_tables_columns_begin_with_those_of_the_design():
    for question in QUESTIONNAIRE.questions:
        for base in ("answered", "universe"):
            assert list(table(question.id, base).columns) == [*DESIGN_COLUMNS, "mean", "median"]
    assert [name for name in COLUMNS if name not in UNWRITTEN][:-2] == DESIGN_COLUMNS


def test_question_tables_group_is_empty_without_by():
    assert set(table("doneness")["group"]) == {""}


def test_question_tables_labels_and_not_stated_are_words():
    assert table("doneness", "universe")["label"].tolist() == [
        *("Rare", "Medium", "Well done", "Not stated"),
    ]
    assert table("sauces")["label"].tolist() == ["Pepper", "Butter", "Another (which?)"]


def test_question_tables_names_its_base():
    assert set(table("doneness")["base_name"]) == {"respondents who answered"}
    assert set(table("doneness", "universe")["base_name"]) == {
        "universe: those who answered “Yes” to “Do you eat steak?”"
    }
    assert set(table("why", "universe")["base_name"]) == {"universe: all respondents"}


def test_universe_name_joins_codes_gates_and_alternatives():
    text = STEAK + (
        "  - id: tip\n    text: Do you tip?\n    type: open\n    page: 6\n"
        "    ask_if: [{eats: [yes], role: [cook, critic]}, {sauces: [other]}]\n"
    )
    questionnaire = make_questionnaire(text)
    assert universe_name(questionnaire["tip"], questionnaire) == (
        "those who answered “Yes” to “Do you eat steak?” and “Cook” or “Critic” to “Are you a cook "
        "or a guest?”, or those who answered “Another (which?)” to “Which sauces? Choose all that "
        "apply.”"
    )


def test_audience_says_it_in_the_questionnaire_s_words():
    rule = "    page: 6\n    ask_if: {eats: [yes]}\n"
    text = STEAK + f"  - id: tip\n    text: Do you tip?\n    type: open\n{rule}"
    questionnaire = make_questionnaire(text)
    assert audience(questionnaire["eats"], questionnaire) == "everybody"
    assert audience(questionnaire["tip"], questionnaire).startswith("those who answered “Yes”")
    questionnaire = make_questionnaire(text.replace(rule, rule + "    asked_of: guests\n"))
    assert audience(questionnaire["tip"], questionnaire) == "guests"


@pytest.mark.parametrize("by", [None, "role", "shops"])
@pytest.mark.parametrize("base", ["answered", "universe"])
def test_question_tables_are_those_of_the_questions_one_under_the_other(base, by):
    questions = [q for q in QUESTIONNAIRE.questions if q.id != by]
    together = question_tables(questions, RESPONSES, ROUTING, base, by and QUESTIONNAIRE[by])
    singly = pd.concat([table(q.id, base, by) for q in questions], ignore_index=True)
    pd.testing.assert_frame_equal(as_written(together), singly)


def test_question_tables_interval_is_wilson_in_percent():
    found = table("doneness").iloc[0]  # 3 of 5; Wilson 1927 by hand: (0.2307, 0.8824)
    z = 1.959963984540054
    centre, spread = (3 + z**2 / 2) / (5 + z**2), z * np.sqrt(3 * 2 / 5 + z**2 / 4) / (5 + z**2)
    assert found["ci_low"] == pytest.approx(100 * (centre - spread), abs=1e-9)
    assert found["ci_high"] == pytest.approx(100 * (centre + spread), abs=1e-9)
    assert round(found["ci_low"], 2) == 23.07


def test_question_tables_unknown_base_suggests():
    with pytest.raises(UsageError, match=r"no base 'universal'.*'universe'"):
        table("doneness", "universal")


@pytest.mark.parametrize("by", ["cuts", "views", "why", "grams"])
def test_question_tables_groups_by_choices_only(by):
    with pytest.raises(UsageError, match=f"'{by}' is of type .* group by a single or multiple"):
        table("doneness", by=by)


def test_question_tables_leaves_its_input_alone():
    before = RESPONSES.copy(deep=True)
    for question in QUESTIONNAIRE.questions:
        table(question.id, "universe", "shops")
    pd.testing.assert_frame_equal(RESPONSES, before)


# ---- groups


def test_question_tables_by_single_leaves_out_who_is_in_no_group():
    found = rows(table("doneness", by="role"), "group", "item", "count", "base")
    # cooks r1, r2, r5; guests r3 (r4, r6, r8 are blank); r7 has no role; nobody is a critic.
    assert found == [
        *(("cook", "rare", 3, 3), ("cook", "medium", 0, 3), ("cook", "well", 0, 3)),
        *(("guest", "rare", 0, 1), ("guest", "medium", 0, 1), ("guest", "well", 1, 1)),
        *(("critic", "rare", 0, 0), ("critic", "medium", 0, 0), ("critic", "well", 0, 0)),
    ]


def test_question_tables_empty_group_has_no_percent():
    critics = table("doneness", by="role").query("group == 'critic'")
    assert critics["base"].tolist() == [0, 0, 0]
    assert critics[["percent", "ci_low", "ci_high"]].isna().all(axis=None)


def test_question_tables_by_single_on_the_universe():
    found = rows(table("doneness", "universe", "role"), "group", "item", "count", "base")
    assert found == [
        *(("cook", "rare", 2, 2), ("cook", "medium", 0, 2), ("cook", "well", 0, 2)),
        ("cook", "not_stated", 0, 2),
        *(("guest", "rare", 0, 2), ("guest", "medium", 0, 2), ("guest", "well", 1, 2)),
        ("guest", "not_stated", 1, 2),
        *(("critic", "rare", 0, 0), ("critic", "medium", 0, 0), ("critic", "well", 0, 0)),
        ("critic", "not_stated", 0, 0),
    ]


def test_question_tables_by_multiple_counts_in_every_group_ticked():
    found = rows(table("doneness", by="shops"), "group", "item", "count", "base")
    # market r1, r2, r5 (r4 is blank); butcher r1, r3; "other" only r6, who is blank.
    assert found == [
        *(("market", "rare", 3, 3), ("market", "medium", 0, 3), ("market", "well", 0, 3)),
        *(("butcher", "rare", 1, 2), ("butcher", "medium", 0, 2), ("butcher", "well", 1, 2)),
        *(("other", "rare", 0, 0), ("other", "medium", 0, 0), ("other", "well", 0, 0)),
    ]


@pytest.mark.parametrize("name", ["cuts", "views", "why", "grams", "sauces"])
@pytest.mark.parametrize("base", ["answered", "universe"])
def test_question_tables_by_group_every_type(name, base):
    found = table(name, base, "role")
    whole = table(name, base)
    assert found.groupby("group", sort=False).size().to_dict() == dict.fromkeys(
        ("cook", "guest", "critic"), len(whole)
    )
    for group, part in found.groupby("group"):
        assert part["item"].tolist() == whole["item"].tolist(), group
        assert (part["count"].to_numpy() <= whole["count"].to_numpy()).all(), group


def test_question_tables_ranking_of_an_empty_group_has_no_mean():
    critics = table("cuts", by="role").query("group == 'critic'")
    assert critics[["mean_rank", "rank_1_percent"]].isna().all(axis=None)
    assert table("grams", by="role").query("group == 'critic'")["mean"].isna().all()


# ---- reach


def test_reach_table_counts_answers_over_everybody():
    found = reach_table([QUESTIONNAIRE[name] for name in ("role", "eats", "cuts")], ROUTING)
    assert list(found.columns) == COLUMNS
    assert rows(found, "item", "count", "base", "percent") == [
        *(("role", 7, 8, 87.5), ("eats", 6, 8, 75.0), ("cuts", 4, 8, 50.0)),
    ]
    assert set(found["base_name"]) == {"all respondents"}


# ---- what holds for any data


@st.composite
def answers(draw):
    """Any answers of one to six respondents, contradictions and blanks included."""
    size = draw(st.integers(1, 6))
    columns = {}
    for question in QUESTIONNAIRE.questions:
        if question.type == "multiple":
            some = st.none() | st.sets(st.sampled_from(list(question.choices)))
            ticks = [draw(some) for _ in range(size)]
            for code in question.choices:
                columns[question.id, code] = [None if t is None else code in t for t in ticks]
        elif question.type == "matrix":
            codes = st.sampled_from([None, *question.options])
            for row in question.rows:
                columns[question.id, row] = [draw(codes) for _ in range(size)]
        elif question.type == "ranking":
            orders = [
                draw(st.none() | st.permutations(list(question.options))) for _ in range(size)
            ]
            for code in question.options:
                ranks = [None if order is None else order.index(code) + 1 for order in orders]
                columns[question.id, code] = ranks
        else:
            kinds = {"open": ["text"], "numeric": [1.0, 2.0], "single": list(question.choices)}
            values = st.sampled_from([None, *kinds[question.type]])
            columns[question.id, ""] = [draw(values) for _ in range(size)]
    return columns


ANY = settings(
    deadline=None, derandomize=True, max_examples=40, suppress_health_check=list(HealthCheck)
)


@ANY
@given(answers())
def test_question_tables_invariants(columns):
    responses = make_responses(QUESTIONNAIRE, columns)
    routing = route(responses, QUESTIONNAIRE)
    counts = routing_table(routing).set_index("question")
    for question in QUESTIONNAIRE.questions:
        answered = question_tables([question], responses, routing)
        universe = question_tables([question], responses, routing, "universe")
        assert set(universe["base"]) == {counts.loc[question.id, "universe"]}
        if question.type != "matrix":
            assert set(answered["base"]) == {routing.has_answer(question.id).sum()}
            on_route = counts.loc[question.id, "answered"]
            missing = counts.loc[question.id, "universe"] - on_route
            assert universe["count"].iloc[-1] == missing
        if question.type == "single":
            assert answered["count"].sum() == answered["base"].iloc[0]
        if question.type in ("single", "open", "numeric"):
            assert universe["count"].sum() == universe["base"].iloc[0]
        for found in (answered, universe):
            share = found["percent"].dropna()
            assert share.between(0, 100).all()
            assert (found["percent"].isna() == (found["base"] == 0)).all()
            low, high = found.loc[share.index, "ci_low"], found.loc[share.index, "ci_high"]
            assert ((low <= share + 1e-9) & (share <= high + 1e-9)).all()
            assert (low >= 0).all() and (high <= 100 + 1e-9).all()


@ANY
@given(answers())
def test_question_tables_by_single_adds_up_to_those_with_a_group(columns):
    responses = make_responses(QUESTIONNAIRE, columns)
    routing = route(responses, QUESTIONNAIRE)
    grouped = question_tables(
        [QUESTIONNAIRE["doneness"]], responses, routing, by=QUESTIONNAIRE["role"]
    )
    has_both = routing.has_answer("doneness") & routing.has_answer("role")
    assert grouped["count"].sum() == has_both.sum()
    assert grouped.groupby("group")["base"].first().sum() == has_both.sum()


def nested(*names):
    by = [QUESTIONNAIRE[name] for name in names]
    return question_tables([QUESTIONNAIRE["doneness"]], RESPONSES, ROUTING, by=by)


def test_question_tables_nest_the_groups_of_several_questions():
    found = nested("role", "shops").set_index(["group", "item"])["count"]
    role, shops = RESPONSES["role", ""], RESPONSES["shops"]
    members = {
        f"role={cook}, shops={shop}": (role == cook) & (shops[shop] == True)  # noqa: E712
        for cook in QUESTIONNAIRE["role"].choices
        for shop in QUESTIONNAIRE["shops"].choices
    }
    members = {group: who.fillna(False).astype(bool) for group, who in members.items()}
    members = {group: who for group, who in members.items() if who.any()}
    assert list(found.index.unique("group")) == list(members)
    for group, who in members.items():
        own = RESPONSES["doneness", ""][who].value_counts()
        assert found[group].to_dict() == own.reindex(found[group].index).to_dict()


def test_question_tables_by_one_question_in_a_list_are_those_by_it():
    alone = question_tables(
        [QUESTIONNAIRE["doneness"]], RESPONSES, ROUTING, by=QUESTIONNAIRE["role"]
    )
    pd.testing.assert_frame_equal(alone, nested("role"))


def test_question_tables_quote_a_code_with_a_comma_in_a_nested_group():
    sizes = replace(QUESTIONNAIRE["role"], options={"1,000": "Many"})
    assert group_code([sizes, QUESTIONNAIRE["eats"]], ["1,000", "yes"]) == 'role="1,000", eats=yes'
