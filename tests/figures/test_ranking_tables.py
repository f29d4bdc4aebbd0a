"""A ranking question for readers: every number is counted once more in a plainer way."""

import numpy as np
import pytest
from scipy.stats import friedmanchisquare
from shipped import IDS
from small_survey import ANSWERS, STEAK, left_blank, write_survey
from twin_survey import TWIN_ANSWERS, TWINS

from dmsi_lib import Survey
from dmsi_lib.errors import InputError
from dmsi_lib.tables.plackett_luce import plackett_luce, worth_intervals

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def twins(tmp_path_factory):
    return Survey.load(*write_survey(tmp_path_factory.mktemp("twins"), TWINS, TWIN_ANSWERS))


def load(folder, answers, text=STEAK):
    return Survey.load(*write_survey(folder, text, answers))


# ---- the summary


def test_summary_counts_by_hand(small):
    # r1 and r5: rump, flank, rib; r2: flank, rump; r3: rib alone
    found = small.ranking("cuts").summary
    columns = ["group", "item", "label", "count", "base", "mean_rank", "rank_1_percent", "position"]
    assert found[columns].to_numpy().tolist() == [
        ["", "rump", "Rump", 3, 4, 4 / 3, 50.0, 1],
        ["", "flank", "Flank", 3, 4, 5 / 3, 25.0, 2],
        ["", "rib", "Rib", 3, 4, 7 / 3, 25.0, 3],
    ]


def test_summary_of_twins_has_both_groups(twins):
    found = twins.ranking("liked_cook").summary.set_index(["group", "item"])
    # cooks 1 2 3, 1 3 2, 2 1 3; guests 3 2 1, 2 3 1
    assert found.loc["Cook", "mean_rank"].tolist() == [4 / 3, 2.0, 8 / 3]
    assert found.loc["Guest", "mean_rank"].tolist() == [2.5, 2.5, 1.0]
    assert found.loc["Guest", "rank_1_percent"].tolist() == [0.0, 0.0, 100.0]
    assert found.loc["Guest", "position"].tolist() == [2, 3, 1]  # ties in the questionnaire's order
    assert [panel.title for panel in twins.ranking("liked_guest").panels] == ["Guest", "Cook"]


@pytest.mark.parametrize("name", IDS["ranking"])
def test_summary_of_this_survey_recomputed(survey, name):
    ranking = survey.ranking(name)
    found = ranking.summary.set_index(["group", "item"])
    own = found.loc[ranking.panels[0].title]
    ranks = survey.responses[name].astype("Float64")
    for item in ranks:
        given = [float(rank) for rank in ranks[item].dropna()]
        assert own.loc[item, "mean_rank"] == pytest.approx(sum(given) / len(given), rel=1e-12)
        assert own.loc[item, "rank_1_percent"] == pytest.approx(
            100 * given.count(1.0) / survey.flow.answered(name), rel=1e-12
        )
    worths = worth_intervals(survey.responses[name], pseudo=0.5).set_index("item")
    assert own["worth"].to_dict() == worths["worth"].to_dict()
    assert own["worth"].sum() == pytest.approx(1)
    assert (own["worth_low"] <= own["worth"]).all() and (own["worth"] <= own["worth_high"]).all()


# ---- the table


def test_shown_says_that_mean_and_worth_treat_unranked_items_differently(small):
    caption = small.ranking("cuts").shown.caption
    assert "over those who ranked the item, leaving out who ranked others only" in caption
    assert "what somebody left unranked as behind all that they ranked" in caption
    assert "with 0.5 wins and losses of each item against one that nobody saw" in caption


def test_shown_is_in_the_order_of_the_first_group(twins):
    shown = twins.ranking("liked_guest").shown
    assert list(shown.frame.columns) == [
        ("Item", ""),
        *(("Guest (2)", name) for name in ("Mean rank", "Ranked first, %", "Worth")),
        *(("Cook (3)", name) for name in ("Mean rank", "Ranked first, %", "Worth")),
    ]
    assert shown.frame["Item"].tolist() == ["Rib", "Rump", "Flank"]
    assert shown.frame["Guest (2)", "Mean rank"].tolist() == ["1.00", "2.50", "2.50"]
    assert shown.frame["Cook (3)", "Mean rank"].tolist() == ["2.67", "1.33", "2.00"]
    assert shown.frame["Cook (3)", "Ranked first, %"].tolist() == ["0.0", "66.7", "33.3"]
    worth = plackett_luce(twins.responses["liked_guest"], pseudo=0.5)
    assert shown.frame["Guest (2)", "Worth"][0].startswith(f"{worth['rib']:.2f} (")


def test_shown_caption_says_the_base(small):
    assert small.ranking("cuts").shown.caption.endswith("Base: respondents who ranked any.")
    assert repr(small.ranking("cuts")) == repr(small.ranking("cuts").shown)


def test_shown_of_a_twin_without_one_item_leaves_a_dash(tmp_path):
    text = TWINS.replace(
        "options: {rump: Rump, flank: Flank, rib: Rib}\n  - id: sure_guest",
        "options: {rump: Rump, flank: Flank}\n  - id: sure_guest",
    )
    answers = {k: v for k, v in TWIN_ANSWERS.items() if k != ("liked_guest", "rib")}
    answers["liked_guest", "rump"] = [*[None] * 4, 2, 2, None, None]
    answers["liked_guest", "flank"] = [*[None] * 4, 1, 1, None, None]
    ranking = load(tmp_path, answers, text).ranking("liked_cook")
    shown = ranking.shown.frame
    assert shown.iloc[:, 4:].to_numpy().tolist()[2] == ["–", "–", "–"]
    assert shown["Guest (2)", "Mean rank"].tolist() == ["2.00", "1.00", "–"]
    assert len(ranking.sentences().texts) == 2  # two orders of different items: no agreement
    assert "Rib –" in ranking.plot().alt


# ---- nobody, and what can't be estimated


def test_ranking_of_nobody_says_so(tmp_path):
    ranking = load(tmp_path, left_blank("cuts")).ranking("cuts")
    assert repr(ranking.sentences()) == "All: nobody ranked anything."
    assert set(ranking.shown.frame.iloc[:, 1:].to_numpy().ravel()) == {"–"}
    assert "nan" not in ranking._repr_html_().lower()


def test_ranking_of_one_group_alone(twins):
    part = twins.with_(where="role=guest")
    said = part.ranking("liked_cook").sentences().texts
    assert said[0] == "Cook: nobody ranked anything."
    assert said[1].startswith("Guest: “Rib” has the best mean rank (1.00)")
    assert len(said) == 2


def test_ranking_with_ties_keeps_the_mean_ranks(tmp_path):
    tied = ANSWERS | {("cuts", "rib"): [1, None, 1, None, 3, None, None, None]}
    shown = load(tmp_path, tied).ranking("cuts").shown.frame
    assert shown.iloc[:, 1].tolist() == ["1.33", "1.67", "1.67"]
    assert shown.iloc[:, 3].tolist() == ["–"] * 3


# ---- sentences


def test_sentences_hold_the_recomputed_numbers(twins):
    said = twins.ranking("liked_cook").sentences().texts
    # Cooks: rank sums 4, 6, 8 over 3 rankings; W = 12 S / (m^2 (k^3 - k)) with S = 4 + 0 + 4.
    w = 12 * 8 / (9 * 24)
    assert said[0] == (
        "Cook: “Rump” has the best mean rank (1.33) and is ranked first by 66.7 %. Over 3 complete "
        f"rankings (0 partial ones left out) Kendall's W is {w:.2f}, where 0 is no agreement and 1 "
        "the same order by all."
    )
    assert said[1].startswith("Guest: “Rib” has the best mean rank (1.00) and is ranked first by ")
    assert said[2] == "The groups agree on 0 of 3 places."


def test_sentences_leave_partial_rankings_out_of_the_agreement(small):
    # r1 and r5 are complete and alike, r2 and r3 partial
    assert repr(small.ranking("cuts").sentences()) == (
        "All: “Rump” has the best mean rank (1.33) and is ranked first by 50.0 %. Over 2 complete "
        "rankings (2 partial ones left out) Kendall's W is 1.00, where 0 is no agreement and 1 the "
        "same order by all."
    )


def test_sentences_where_both_groups_agree(tmp_path):
    same = TWIN_ANSWERS | {
        ("liked_guest", "rump"): [*[None] * 4, 1, 1, None, None],
        ("liked_guest", "flank"): [*[None] * 4, 2, 2, None, None],
        ("liked_guest", "rib"): [*[None] * 4, 3, 3, None, None],
    }
    said = load(tmp_path, same, TWINS).ranking("liked_cook").sentences().texts
    assert said[-1] == "Both groups put the items in the same order."


def test_sentences_of_this_survey_recomputed(survey):
    said = survey.ranking("benefits_ranked_frontline").sentences().texts
    for text, name in zip(said, ("frontline", "management"), strict=False):
        ranks = survey.responses[f"benefits_ranked_{name}"].astype("Float64").dropna()
        values = ranks.to_numpy(float)
        w = friedmanchisquare(*values.T).statistic / (len(values) * (values.shape[1] - 1))
        assert f"Over {len(values)} complete rankings" in text
        assert f"Kendall's W is {w:.2f}," in text
    orders = [
        survey.table(f"benefits_ranked_{name}").sort_values("mean_rank")["item"].tolist()
        for name in ("frontline", "management")
    ]
    agree = int(np.sum([a == b for a, b in zip(*orders, strict=True)]))
    assert said[2] == (
        "Both groups put the items in the same order."
        if orders[0] == orders[1]
        else f"The groups agree on {agree} of 6 places."
    )


# ---- refusals and escaping


def test_ranking_refuses_other_types(small):
    with pytest.raises(InputError, match="'sauces' is a multiple question; expected a ranking"):
        small.ranking("sauces")


def test_ranking_escapes_labels_and_groups(tmp_path):
    text = TWINS.replace("rump: Rump", f"rump: {SCRIPT}").replace("cook: Cook", f"cook: {SCRIPT}2")
    ranking = load(tmp_path, TWIN_ANSWERS, text).ranking("liked_cook")
    made = ranking._repr_html_() + ranking.sentences()._repr_html_()
    assert "<script" not in made and made.count("&lt;script&gt;") >= 4
