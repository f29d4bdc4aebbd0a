"""Groups side by side: columns, differences and tests agree with what can be counted by hand."""

import numpy as np
import pandas as pd
import pytest
from drawn_texts import words
from flat_tables import flat
from scipy.stats import chi2_contingency, fisher_exact
from small_survey import ANSWERS, STEAK, make_questionnaire, stub_survey, write_survey
from twin_survey import TWIN_ANSWERS, TWINS, write_tags

from dmsi_lib import Survey
from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.figures.comparisons import (
    Comparison,
    compare_groups,
    equally_often,
    twin_groups,
)
from dmsi_lib.figures.told_tests import p_text
from dmsi_lib.tables.inference import holm
from dmsi_lib.tables.joint_tests import PERMUTATIONS
from dmsi_lib.tables.multiple_response import multiple_response_test

pytestmark = pytest.mark.usefixtures("however_few")
SCRIPT = "<script>alert(1)</script>"
SAUCES = make_questionnaire(STEAK)["sauces"]  # several may be ticked
REAL, SYNTHETIC = stub_survey(), stub_survey(synthetic=True)


@pytest.fixture(scope="module")
def twins(tmp_path_factory):
    folder = tmp_path_factory.mktemp("twins")
    files = write_survey(folder, TWINS, TWIN_ANSWERS)
    write_tags(folder)
    return Survey.load(*files)


# ---- which gate tells twins apart


def test_twin_groups_are_the_gate_s_options_the_question_s_own_first():
    questionnaire = make_questionnaire(TWINS)
    cook, guest = questionnaire["tools_cook"], questionnaire["tools_guest"]
    assert list(twin_groups(cook, guest, questionnaire).labels.items()) == [
        *(("cook", "Cook"), ("guest", "Guest")),
    ]
    assert list(twin_groups(guest, cook, questionnaire).labels) == ["guest", "cook"]


def test_twin_groups_finds_the_gate_above_a_multiple_gate():
    text = TWINS + (
        "  - {id: deep_cook, text: Deep, type: open, page: 4, ask_if: {tools_cook: [pan]}}\n"
        "  - {id: deep_guest, text: Deeper, type: open, page: 4, ask_if: {tools_guest: [fork]}}\n"
    )
    questionnaire = make_questionnaire(text)
    found = twin_groups(questionnaire["deep_cook"], questionnaire["deep_guest"], questionnaire)
    assert found.labels == {"cook": "Cook", "guest": "Guest"}


@pytest.mark.parametrize("second", ["role", "liked_cook"])
def test_twin_groups_refuses_where_no_gate_tells_apart(second):
    questionnaire = make_questionnaire(TWINS)
    with pytest.raises(InputError, match=r"'tools_cook' and .*no gate tells apart"):
        twin_groups(questionnaire["tools_cook"], questionnaire[second], questionnaire)


# ---- the table


def test_comparison_of_twins_shows_counts_and_what_was_not_offered(twins):
    shown = twins.compare("tools_cook").shown
    frame = flat(shown.frame)
    assert list(frame.columns) == [
        *(
            "Answer",
            "Cook (4)",
            "Guest (3)",
            "Total (7)",
            "Difference, points (single 95 % interval)",
            "p (Holm)",
        ),
    ]
    assert frame.iloc[:, :4].to_numpy().tolist() == [
        ["Fork", "not offered", "3 (100.0 %)", "–"],
        ["Pan", "2 (50.0 %)", "0 (0.0 %)", "2 (28.6 %)"],
        ["Grill", "1 (25.0 %)", "1 (33.3 %)", "2 (28.6 %)"],
        ["Tongs", "2 (50.0 %)", "not offered", "–"],
        ["Oven", "1 (25.0 %)", "0 (0.0 %)", "1 (14.3 %)"],
    ]
    differences = [
        text.split(" ")[0] for text in frame["Difference, points (single 95 % interval)"]
    ]
    assert differences == ["–", "+50.0", "-8.3", "–", "+25.0"]
    assert frame["p (Holm)"].tolist() == ["–", "1.000", "1.000", "–", "1.000"]
    assert shown.caption == "Base: 3 to 4 respondents who answered."


def test_comparison_columns_stand_in_the_order_of_the_difference(twins):
    shown = flat(twins.compare("tools_guest").shown.frame)
    assert list(shown.columns)[1:3] == ["Guest (3)", "Cook (4)"]
    pan = shown[shown["Answer"] == "Their pan"].iloc[0]
    assert pan["Difference, points (single 95 % interval)"].startswith("-50.0 (")


def test_comparison_of_single_twins_holds_the_answer_that_one_lacks(twins):
    shown = flat(twins.compare("sure_cook").shown.frame)
    assert shown.iloc[:, :3].to_numpy().tolist() == [
        ["Yes", "3 (75.0 %)", "0 (0.0 %)"],
        ["No", "1 (25.0 %)", "2 (66.7 %)"],
        ["I don't know", "not offered", "1 (33.3 %)"],
    ]


def test_comparison_shows_the_twin_s_wording_once_and_ignores_case(twins):
    comparison = twins.compare("tools_cook")
    assert comparison.other_labels == {"pan": "Their pan"}
    made = comparison._repr_html_()
    assert made.count("<p>“Pan” was put to the other group as “Their pan”.</p>") == 1
    assert "GRILL" not in made


def test_comparison_on_the_universe_names_both_universes(twins):
    shown = twins.with_(edit="none", base="universe").compare("tools_cook").shown
    assert shown.caption == (
        "Base: 3 to 4 in the universe: those who answered “Cook” to “Are you a cook or a "
        "guest?”, or those who answered “Guest” to “Are you a cook or a guest?”."
    )
    last = flat(shown.frame).iloc[-1].tolist()
    assert last == ["Not stated", *["0 (0.0 %)"] * 3, "–", "–"]


def test_comparison_on_the_universe_keeps_the_silent_in_the_base(small):
    comparison = small.with_(edit="none", base="universe").compare("doneness", by="role")
    # cooks asked: r1, r2; guests asked: r3 and r4, who is silent
    assert flat(comparison.shown.frame).iloc[:, :3].to_numpy().tolist() == [
        ["Rare", "2 (100.0 %)", "0 (0.0 %)"],
        ["Medium", "0 (0.0 %)", "0 (0.0 %)"],
        ["Well done", "0 (0.0 %)", "1 (50.0 %)"],
        ["Not stated", "0 (0.0 %)", "1 (50.0 %)"],
    ]
    found = comparison.differences.set_index("item")
    assert list(found.index) == ["rare", "medium", "well"]
    assert found["base_1"].tolist() == [2, 2, 2] and found["base_2"].tolist() == [2, 2, 2]


def test_comparison_leaves_out_groups_with_nobody(small):
    comparison = small.compare("doneness", by="role")
    assert list(comparison.labels) == ["cook", "guest"]  # nobody is a critic
    assert list(flat(comparison.shown.frame).columns)[1:3] == ["Cook (3)", "Guest (1)"]


def test_comparison_by_two_questions_has_their_combinations(small):
    comparison = small.compare("sauces", by=["role", "doneness"])
    assert comparison.labels == {
        "role=cook, doneness=rare": "Cook, Rare",
        "role=guest, doneness=well": "Guest, Well done",
    }
    assert list(comparison.table["group"].unique()) == list(comparison.labels)
    with pytest.raises(UsageError, match="by a question twice: role, role"):
        small.compare("sauces", by=["role", "role"])


def test_comparison_of_nobody_says_so(tmp_path):
    nobody = {k: [None] * 8 if k[0] == "role" else v for k, v in ANSWERS.items()}
    comparison = Survey.load(*write_survey(tmp_path, STEAK, nobody)).compare("doneness", by="role")
    assert repr(comparison) == "Nobody answered “How do you like it?”."
    assert comparison.sentences().texts == comparison.plot().texts == ()  # said once


def test_comparison_of_one_group_says_so(small):
    part = small.with_(where="role=cook")
    comparison = part.compare("doneness", by="role")
    assert list(flat(comparison.shown.frame).columns) == ["Answer", "Cook (3)"]
    assert not comparison.sentences().texts  # the chart says who answered


def test_comparison_of_twins_one_without_anybody(twins):
    part = twins.with_(where="role=cook")
    comparison = part.compare("tools_cook")
    assert list(flat(comparison.shown.frame).columns) == ["Answer", "Cook (4)"]
    assert (comparison.sentences().texts, comparison.notes) == ((), [])
    guests = twins.with_(where="role=guest").compare("tools_cook")
    assert list(flat(guests.shown.frame).columns) == ["Answer", "Guest (3)"]
    assert guests.question.id == "tools_guest" and guests.plot().name == "tools_guest"


def test_comparison_counts_who_answered_both_twins_in_neither_group(tmp_path):
    both = TWIN_ANSWERS | {
        ("tools_guest", "fork"): [True, None, None, None, True, True, True, None],
        **{
            ("tools_guest", i): [False, None, None, None, *TWIN_ANSWERS["tools_guest", i][4:]]
            for i in ("pan", "grill", "oven")
        },
    }
    comparison = Survey.load(*write_survey(tmp_path, TWINS, both)).compare("tools_cook")
    assert list(flat(comparison.shown.frame).columns)[1:3] == ["Cook (4)", "Guest (4)"]
    assert comparison.test.n == 6  # without r1


def test_comparison_of_more_than_two_groups_has_an_effect_for_each_option(tmp_path):
    roles = ["cook", "cook", "guest", "guest", "cook", "guest", "critic", "critic"]
    done = ["rare", "rare", "well", "well", "rare", "rare", "well", "medium"]
    answers = ANSWERS | {("role", ""): roles, ("doneness", ""): done}
    comparison = Survey.load(*write_survey(tmp_path, STEAK, answers)).compare("doneness", by="role")
    frame = flat(comparison.shown.frame)
    assert frame.iloc[:, :5].to_numpy().tolist() == [
        ["Rare", "3 (100.0 %)", "1 (33.3 %)", "0 (0.0 %)", "4 (50.0 %)"],
        ["Medium", "0 (0.0 %)", "0 (0.0 %)", "1 (50.0 %)", "1 (12.5 %)"],
        ["Well done", "0 (0.0 %)", "2 (66.7 %)", "1 (50.0 %)", "3 (37.5 %)"],
    ]
    heads = ["Cook [A] (3)", "Guest [B] (3)", "Critic [C] (2)", "Total (8)"]
    assert list(frame.columns[1:5]) == heads
    assert list(frame.columns[5:]) == ["Cramér's V", "p (Holm)"]
    rare = chi2_contingency([[3, 0], [1, 2], [0, 2]], correction=False).statistic
    assert comparison.differences["cramers_v"][0] == pytest.approx((rare / 8) ** 0.5)
    said = comparison.details().texts
    assert said[1].startswith("After Holm's correction none of the 3 options that can be tested is")
    # of cooks and guests rare and well are one hypothesis, of guests and critics all three differ
    assert said[2].startswith("Each two groups are compared on each option: 7 tests, corrected ")
    assert said[3].startswith("All options together (n = 8): Cramér's V 0.69; ")
    assert repr(comparison) == repr(comparison.shown)


# ---- differences and tests, recomputed


@pytest.mark.parametrize("name", ["tools_frontline", "policies_frontline", "consulted_frontline"])
def test_comparison_of_twins_equals_the_two_tables(survey, name):
    comparison = survey.compare(name)
    twin = name.replace("frontline", "management")
    first, second = (survey.table(q).set_index("item") for q in (name, twin))
    found = comparison.differences.set_index("item")
    assert set(found.index) == set(first.index) & set(second.index)
    for item, row in found.iterrows():
        a, b = first.loc[item], second.loc[item]
        assert (row["count_1"], row["base_1"]) == (a["count"], a["base"])
        assert (row["count_2"], row["base_2"]) == (b["count"], b["base"])
        assert row["difference"] == pytest.approx(a["percent"] - b["percent"], abs=1e-9)
        counts = np.array(
            [[a["count"], a["base"] - a["count"]], [b["count"], b["base"] - b["count"]]]
        )
        if not counts.sum(axis=0).all():
            assert np.isnan(row["p_value"])
            continue
        expected = chi2_contingency(counts, correction=False)
        small = expected.expected_freq.min() < 5
        p_value = fisher_exact(counts).pvalue if small else expected.pvalue
        assert row["p_value"] == pytest.approx(p_value, rel=1e-9)
    np.testing.assert_allclose(found["p_holm"], holm(found["p_value"]))


def test_comparison_by_a_question_equals_the_table_by_it(survey):
    comparison = survey.compare("usefulness", by="use_digital_messaging")
    table = survey.table("usefulness", by="use_digital_messaging").set_index(["group", "item"])
    heads = [("yes", "Users of digital messaging"), ("no", "Non-users")]  # plurals of the answers
    assert list(comparison.labels.items()) == heads
    for row in comparison.differences.itertuples():
        for group, count, base in (
            ("yes", row.count_1, row.base_1),
            ("no", row.count_2, row.base_2),
        ):
            assert (count, base) == tuple(table.loc[(group, row.item), ["count", "base"]])


def test_compare_groups_tests_all_options_but_not_stated():
    random = np.random.default_rng(3)
    chosen = pd.DataFrame(random.random((40, 3)) < 0.4, columns=["a", "b", "c"])
    group = np.array(["x", "y"] * 20, dtype=object)
    with_silent = chosen.assign(not_stated=~chosen.any(axis=1))
    table, labels = pd.DataFrame(columns=["item"]), {"x": "X", "y": "Y"}
    made = compare_groups(SAUCES, REAL, table, labels, group, with_silent)
    expected = multiple_response_test(group, chosen, PERMUTATIONS)
    assert made.test.statistic == expected.statistic
    assert made.test.permutation_p_value == expected.permutation_p_value
    assert made.differences["item"].tolist() == ["a", "b", "c"]


def test_compare_groups_tells_of_a_public_table_only_what_it_shows():
    # Two of "b" are hidden: neither its difference nor a test of all options, which would tell
    # of it, may be had; the shown option is compared as before.
    chosen = pd.DataFrame({"a": [True] * 3 + [False] * 3, "b": [True] + [False] * 5})
    group, labels = np.array(["x", "y"] * 3, dtype=object), {"x": "X", "y": "Y"}
    table = pd.DataFrame({"item": ["a", "b"] * 2, "suppressed": ["", "", "", "suppressed"]})
    made = compare_groups(SAUCES, REAL, table, labels, group, chosen)
    assert made.differences["item"].tolist() == ["a"]
    assert made.differences["difference"].round(9).tolist() == [round(100 / 3, 9)]
    assert made.test is None
    inside = compare_groups(SAUCES, REAL, table.drop(columns="suppressed"), labels, group, chosen)
    assert inside.differences["item"].tolist() == ["a", "b"]
    assert inside.test is not None


@pytest.mark.parametrize("hidden", [[], ["a", "b"]])
def test_compare_groups_of_a_public_table_makes_no_test_of_all_options(hidden):
    chosen = pd.DataFrame({"a": [True] * 3 + [False] * 3, "b": [True] + [False] * 5})
    group, labels = np.array(["x", "y"] * 3, dtype=object), {"x": "X", "y": "Y"}
    why = ["suppressed" if item in hidden else "" for item in "ab"]
    table = pd.DataFrame({"item": ["a", "b"], "suppressed": why})
    made = compare_groups(SAUCES, REAL, table, labels, group, chosen)
    assert made.test is None
    assert (made.differences is None) == bool(hidden)


def public_table(counts, hidden=()):
    """The table of two groups of 40, with the counts of each option, and the answers behind it."""
    parts = [
        {"item": item, "label": item.upper(), "group": group, "count": count[n], "base": 40,
         "suppressed": "suppressed" if item in hidden else ""}
        for n, group in enumerate("xy") for item, count in counts.items()
    ]  # fmt: skip
    columns = {
        item: np.concatenate([np.arange(40) < count for count in both])
        for item, both in counts.items()
    }
    group = np.repeat(np.array(["x", "y"], dtype=object), 40)
    return pd.DataFrame(parts), {"x": "X", "y": "Y"}, group, pd.DataFrame(columns)


def test_what_differs_in_public_differs_inside():
    # a passes as the one test, not as the first of four, whether the others are seen or not
    counts = {"a": (20, 10), "b": (20, 20), "c": (9, 9), "d": (7, 8)}
    inside = compare_groups(SAUCES, REAL, *public_table(counts))
    made = compare_groups(SAUCES, REAL, *public_table(counts, hidden="bcd"))
    assert made.differences["p_value"].tolist() == inside.differences["p_value"].tolist()[:1]
    assert made.differences["p_value"][0] < 0.05 < made.differences["p_holm"][0]
    assert made.differences["p_holm"][0] == pytest.approx(inside.differences["p_holm"][0])
    assert made.differences["hypotheses"].tolist() == [4]
    assert "Hidden answers count in the correction as tests that found nothing." in repr(
        made.details()
    )


def test_groups_with_hidden_answers_are_not_called_alike():
    counts = {"a": (20, 21), "b": (1, 30)}
    made = compare_groups(SAUCES, REAL, *public_table(counts, hidden="b"))
    assert not made.alike
    assert repr(made.sentences()) == (
        "The groups “X” and “Y”: no single answer that is shown sets them apart by more than "
        "chance would give; the largest gap that is shown is 2 points."
    )


# ---- sentences


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((0.0, "< 0.001"), (0.00099, "< 0.001"), (0.001, "0.001"), (0.0494, "0.049")),
        *((0.5, "0.500"), (0.9999, "1.000"), (1.0, "1.000")),
    ],
)
def test_p_text(value, text):
    assert p_text(value) == text


def test_comparison_sentences_hold_the_recomputed_numbers(survey):
    comparison = survey.compare("tools_frontline")
    first, second = (
        survey.table(f"tools_{role}").set_index("item") for role in ("frontline", "management")
    )
    both = first.join(second.add_suffix("_2"), how="inner")
    found = comparison.differences.set_index("item")
    passing = found[found["p_holm"] < 0.05].index
    gap = both["percent_2"] - both["percent"]
    order = gap[passing].abs().sort_values(ascending=False).index
    assert [one.item for one in comparison.differing] == list(order) and len(order) == 4
    top, *others = (both.loc[item] for item in order[:3])
    listed = [f"{row['percent_2']:.0f} % against {row['percent']:.0f} %" for row in others]
    assert repr(comparison.sentences()) == (
        f"Managers name these more often than front-line workers: “{top['label']}” "
        f"({top['percent_2']:.0f} % of {top['base_2']} against {top['percent']:.0f} % of "
        f"{top['base']}), “{others[0]['label']}” ({listed[0]}) and “{others[1]['label']}” "
        f"({listed[1]}). These are the largest of 4 differences."
    )
    largest = comparison.largest
    assert (largest.label, largest.groups) == (top["label"], ("management", "frontline"))
    assert largest.counts == (top["count_2"], top["count"])
    assert largest.difference == pytest.approx(gap.max())
    assert not comparison.alike


def test_comparison_details_hold_the_tests(survey):
    comparison = survey.compare("tools_frontline")
    said, found = comparison.details().texts, comparison.differences.set_index("item")
    assert said[1] == (
        "After Holm's correction 4 of the 14 options that can be tested differ at the level of 5 %."
    )
    row = found.loc["facebook_messenger"]
    assert (
        f"“Facebook Messenger”: {row['percent_1']:.1f} % (Front-line workers) against "
        f"{row['percent_2']:.1f} % (Managers), {row['difference']:+.1f} points with a single "
        f"95 % interval from {row['ci_low']:+.1f} to {row['ci_high']:+.1f}, "
        f"p = {row['p_holm']:.3f}."
    ) in said
    test = comparison.test
    (joint,) = (text for text in said if text.startswith("All options together"))
    assert f"chi-square {test.adjusted_statistic:.1f} on {test.df:.1f} degrees" in joint


def test_comparison_sentences_are_plain(survey):
    words = (
        "p =",
        "p <",
        "Holm",
        "interval",
        "chi-square",
        "Cramér",
        "Synthetic",
        "level",
        "tested",
    )
    names = ["tools", "components", "integrated", "policies", "consulted", "skills", "impact"]
    compared = [survey.compare(f"{name}_frontline") for name in names]
    compared += [survey.compare("usefulness", by="use_digital_messaging")]
    compared += [survey.themes.compare("training_needs_frontline")]
    for said in (repr(comparison.sentences()) for comparison in compared):
        assert not [word for word in words if word in said], said


def test_comparison_of_groups_that_answered_alike(survey):
    comparison = survey.compare("integrated_frontline")
    (gap,) = comparison.gaps  # yes and no are one
    assert repr(comparison.sentences()) == (
        f"Front-line workers and managers answered alike; the largest gap of "
        f"{gap.difference:.0f} points is no larger than chance would give."
    )
    assert comparison.alike and comparison.largest is None


def test_comparison_says_of_one_difference_who_and_how_much(survey):
    said = survey.compare("policies_frontline").sentences()
    assert repr(said) == (
        "Front-line workers answer “I don't know” more often: 35 % of 91 against 13 % of 75 "
        "managers."
    )
    said = survey.themes.compare("training_needs_frontline").sentences().texts[0]
    assert said.startswith("Front-line workers mention “No training needed” more often: ")


def test_comparison_says_which_answer_one_group_alone_was_offered(survey):
    said = survey.compare("consulted_frontline").sentences().texts
    assert said[1] == "Only front-line workers could answer “I don't know”."


def test_comparison_flags_the_residuals_of_what_differs_alone(survey):
    comparison = survey.compare("policies_frontline")
    flagged = [text for text in comparison.details().texts if text.startswith("Adjusted resid")]
    row = comparison.differences.set_index("item").loc["dont_know"]
    counts = [[row[f"count_{n}"], row[f"base_{n}"] - row[f"count_{n}"]] for n in (1, 2)]
    residual = chi2_contingency(counts, correction=False).statistic ** 0.5
    assert flagged == [
        f"Adjusted residuals of “I don't know”: {residual:+.1f} (Front-line workers), "
        f"{-residual:+.1f} (Managers)."
    ]


def test_p_of_two_answers_is_never_corrected_twice(survey):
    # p 0.076 once stood beside p 0.039 of the same table
    for question in survey.questionnaire.questions:
        if question.type != "single" or len(question.choices) != 2 or question.id == "role":
            continue
        by = None if question.concept else "role"
        comparison = survey.compare(question.id, by=by)
        found = comparison.differences
        if (
            found is None
            or not comparison.same_question
            or len(found) < 2
            or found["test"].eq("").any()
        ):
            continue
        if comparison.test.n == found.loc[0, ["base_1", "base_2"]].sum():
            assert found["p_holm"].tolist() == pytest.approx([comparison.test.p_value] * 2)


# ---- twins that ask different things


@pytest.fixture(scope="module")
def different(tmp_path_factory):
    folder = tmp_path_factory.mktemp("different")
    text = TWINS.replace("    same_question: true\n", "")
    text = text.replace("cook: Cook", "cook: {label: Cook, plural: cooks}")
    files = write_survey(folder, text, TWIN_ANSWERS)
    write_tags(folder)
    return Survey.load(*files)


def test_different_questions_stand_side_by_side_without_a_test(different):
    comparison = different.compare("sure_cook")
    assert (comparison.differences, comparison.test, comparison.pairs) == (None, None, None)
    assert (comparison.largest, comparison.differing, comparison.alike) == (None, [], False)
    assert list(flat(comparison.shown.frame).columns) == ["Answer", "Cook (4)", "Guest (3)"]
    assert comparison.sentences().texts == (
        "“Yes”: 75 % of 4 cooks and 0 % of 3 among “Guest”.",
        "The two were asked different questions.",
    )
    assert repr(comparison.details()) == (
        "The wordings differ, and the questionnaire does not say that they ask the same: nothing "
        "is tested."
    )
    assert different.themes.compare("why_cook").differences is None


def test_table_and_chart_of_twins_carry_both_wordings(different, twins):
    both = "Cook: “Are you sure?” Guest: “Are you sure, guest?”"
    drawn = "Cook: Are you sure? Guest: Are you sure, guest?"
    for survey in (different, twins):
        comparison = survey.compare("sure_cook")
        assert both in comparison._repr_html_()
        for picture in (comparison.plot(), survey.plot_stacked("sure_cook")):
            assert drawn in picture.alt and drawn in words(picture)
    assert "The two were asked different questions." in repr(different.compare("sure_cook"))
    assert "different" not in repr(twins.compare("sure_cook"))


def test_wordings_that_agree_in_their_letters_stand_once(survey):
    comparison = survey.compare("policies_frontline")
    assert comparison.notes == [] and comparison.same_question
    assert comparison.plot().alt.count("policies, protocols, or guidelines") == 1


def test_few_of_different_questions_are_counts(different, monkeypatch):
    monkeypatch.setattr("dmsi_lib.figures.comparisons.FEWEST", 4)
    said = different.compare("sure_cook").sentences().texts[0]
    assert said == "“Yes”: 75 % of 4 cooks and 0 of 3 among “Guest”."


# ---- more than two groups


def four_groups(shares, n=50):
    sizes = [n] * len(shares)
    names = list("wxyz")[: len(shares)]
    group = np.repeat(np.array(names, dtype=object), sizes)
    chosen = pd.DataFrame({"a": np.concatenate([np.arange(n) < share * n for share in shares])})
    rows = [
        {"item": "a", "label": "A", "group": g, "row": "", "base_name": "who answered",
         "question": "sauces", "kind": "answers", "base": n, "count": round(n * s),
         "percent": 100 * s}
        for g, s in zip(names, shares, strict=True)
    ]  # fmt: skip
    labels = {name: name.upper() for name in names}
    return compare_groups(SAUCES, REAL, pd.DataFrame(rows), labels, group, chosen)


def test_letters_stand_at_the_higher_share():
    made = four_groups([0.1, 0.2, 0.8, 0.9])
    shares = made.shown.frame.iloc[0].xs("%", level=1).to_dict()
    assert shares == {
        **{"W [A] (50)": "10.0", "X [B] (50)": "20.0"},
        **{"Y [C] (50)": "80.0 A B", "Z [D] (50)": "90.0 A B", "Total (200)": "50.0"},
    }
    assert "A letter beside a share: it is higher than that of the column" in made.shown.caption
    assert made.sentences().texts == (
        "“A” is named more often among “Z”: 90 % of 50 against 10 % of 50 among “W”. "
        "“A” is named more often among “Y”: 80 % of 50 against 10 % of 50 among “W”. "
        "“A” is named more often among “Z”: 90 % of 50 against 20 % of 50 among “X”. "
        "These are the largest of 4 differences.",
    )
    assert "6 tests, corrected together by Holm's method. 4 of them differ" in repr(made.details())


def test_several_groups_that_answered_alike():
    made = four_groups([0.4, 0.5, 0.5, 0.44])
    assert repr(made.sentences()) == (
        "The 4 groups with enough answers answered alike; the largest gap of 10 points is no "
        "larger than chance would give."
    )


def test_groups_that_differ_as_a_whole_are_not_called_alike():
    # 24 against 33 of 60 in each of nine options that have little to do with one another
    random, items = np.random.default_rng(0), [f"o{n}" for n in range(9)]
    columns = [random.permuted(np.arange(60) < count) for count in [24] * 9 + [33] * 9]
    sides = [pd.DataFrame(dict(zip(items, own, strict=True))) for own in (columns[:9], columns[9:])]
    group, table = np.repeat(["x", "y"], 60), pd.DataFrame({"item": items, "label": items})
    chosen, labels = pd.concat(sides, ignore_index=True), {"x": "X", "y": "Y"}
    made = compare_groups(SAUCES, REAL, table, labels, group.astype(object), chosen)
    assert made.test.p_value < 0.05 and not made.differing and not made.alike
    assert repr(made.sentences()) == (
        "The groups “X” and “Y”: no single answer sets them apart by more than chance would give; "
        "the largest gap is 15 points."
    )


def test_comparison_details_with_a_group_of_one_keep_the_permutation(small):
    # sauces: r1, r2 and r5 are cooks, r3 the one guest
    comparison = small.compare("sauces", by="role")
    test = comparison.test
    assert np.isnan(test.p_value) and not np.isnan(test.permutation_p_value)
    permuted = p_text(test.permutation_p_value)
    assert comparison.details().texts[-1] == (
        f"All options together (n = 4): Cramér's V {test.cramers_v:.2f} over the options; "
        f"permuting whole respondents gives p = {permuted}."
    )


def test_comparison_of_two_answers_is_one_test(tmp_path):
    roles, eats = ["cook"] * 8, ["yes"] * 6 + ["no"] * 2
    roles[4:] = ["guest"] * 4
    answers = ANSWERS | {("role", ""): roles, ("eats", ""): eats}
    comparison = Survey.load(*write_survey(tmp_path, STEAK, answers)).compare("eats", by="role")
    p_value = fisher_exact([[4, 0], [2, 2]]).pvalue
    assert comparison.differences["p_holm"].tolist() == pytest.approx([p_value] * 2)
    assert comparison.test.p_value == pytest.approx(p_value)
    said = repr(comparison.details())
    assert (
        "The two answers are one hypothesis, tested once: the groups are not shown to differ"
        in said
    )
    assert f"Cramér's V 0.58; Fisher's exact test, p = {p_value:.3f}." in said


def test_comparison_sentences_where_nothing_varies():
    group = np.array(["x", "x", "y", "y"], dtype=object)
    chosen = pd.DataFrame({"a": [True] * 4, "b": [False] * 4})
    table = pd.DataFrame({"item": ["a", "b"], "label": ["A", "B"]})
    made = compare_groups(SAUCES, REAL, table, {"x": "X", "y": "Y"}, group, chosen)
    assert made.details().texts == (
        *("No single option can be tested.", "All options together can't be tested."),
    )
    assert repr(made.sentences()) == "The groups “X” and “Y” answered alike."


def test_equally_often_is_cochran_s_q_by_hand():
    # Cochran 1950: Q = (k - 1) (k sum(C^2) - T^2) / (k T - sum(R^2)), C of columns, R of rows.
    chosen = pd.DataFrame(
        {"a": [1, 1, 1, 1, 1, 0], "b": [0, 1, 0, 0, 1, 0], "c": [0, 0, 0, 1, 0, 0]}, dtype=bool
    )
    columns, rows, total, k = np.array([5, 2, 1]), np.array([1, 2, 1, 2, 2, 0]), 8, 3
    q = (k - 1) * (k * (columns**2).sum() - total**2) / (k * total - (rows**2).sum())
    assert q == 5.2
    said = equally_often(chosen)
    assert said == (
        "Within the 6 respondents the listed options are not shown to be chosen unequally often "
        "(16.7 to 83.3 %): Cochran's Q 5.2 on 2 degrees of freedom, p = 0.074."
    )
    many = pd.concat([chosen] * 3, ignore_index=True)
    assert (
        "the listed options are not chosen equally often (16.7 to 83.3 %): Cochran's Q 15.6 on 2"
    ) in equally_often(many)
    assert equally_often(many).endswith("p < 0.001.")


@pytest.mark.parametrize("values", [{"a": [True, False]}, {"a": [True] * 3, "b": [True] * 3}])
def test_equally_often_says_nothing_where_nothing_can_be_tested(values):
    assert equally_often(pd.DataFrame(values)) == ""
    assert equally_often(pd.DataFrame(values)[:0]) == ""


# ---- themes side by side


def test_compare_themes_counts_the_coded_answers(twins):
    comparison = twins.themes.compare("why_cook")
    # cooks r1, r2, r4 carry body, r4 habit too; guests: r5 body, r7 habit
    assert flat(comparison.shown.frame).iloc[:, :3].to_numpy().tolist() == [
        ["For the body", "3 (100.0 %)", "1 (50.0 %)"],
        ["Out of habit", "1 (33.3 %)", "1 (50.0 %)"],
    ]
    found = comparison.differences
    assert found[["count_1", "base_1", "count_2", "base_2"]].to_numpy().tolist() == [
        *([3, 3, 1, 2], [1, 3, 1, 2]),
    ]
    assert flat(comparison.shown.frame).columns[1] == "Cook (3)"


def test_compare_themes_needs_a_twin(survey):
    with pytest.raises(InputError, match="'why_not_using' has no twin"):
        survey.themes.compare("why_not_using")


# ---- refusals and escaping


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("why",), "'why' is of type open; expected a question with options or numbers"),
        (("visit",), "no question 'visit'"),
        (("doneness", "shops"), "'shops' is a multiple question; expected a single one"),
        (("doneness", "roles"), "no question 'roles'"),
    ],
)
def test_compare_refuses(small, arguments, message):
    with pytest.raises((InputError, UsageError)) as error:
        small.compare(*arguments)
    assert message in str(error.value)


def test_comparison_escapes_labels_groups_and_the_twin_s_wording(tmp_path):
    text = TWINS.replace("pan: Pan", f"pan: {SCRIPT}").replace("Their pan", f"{SCRIPT}2")
    text = text.replace("cook: Cook", f"cook: {SCRIPT}3")
    comparison = Survey.load(*write_survey(tmp_path, text, TWIN_ANSWERS)).compare("tools_cook")
    assert isinstance(comparison, Comparison)
    made = comparison._repr_html_() + comparison.sentences()._repr_html_()
    assert "<script" not in made
    assert made.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 4
