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
    # r2 leaves rib the third place, r3 leaves rump and flank places two and three
    assert found["mean_place"].tolist() == [6.5 / 4, 7.5 / 4, 10 / 4]
    assert found["rank_1_count"].tolist() == [2, 1, 1]


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
    # the places behind those that were given, shared
    given, items = ranks.dropna(how="all"), ranks.shape[1]
    shared = (given.count(axis=1) + 1 + items) / 2
    for item in ranks:
        places = given[item].fillna(shared).astype(float)
        assert own.loc[item, "mean_place"] == pytest.approx(places.mean(), rel=1e-12)


@pytest.mark.parametrize("name", IDS["ranking"])
def test_worths_of_this_survey_recomputed(survey, name):
    ranking = survey.ranking(name)
    found = ranking.worths[ranking.worths["group"] == ranking.panels[0].title].set_index("item")
    worths = worth_intervals(survey.responses[name], pseudo=0.5).set_index("item")
    assert found["worth"].to_dict() == worths["worth"].to_dict()
    assert found["worth"].sum() == pytest.approx(1)
    assert found["worth"].between(found["ci_low"], found["ci_high"]).all()


# ---- the table


def test_shown_has_a_mean_that_counts_what_was_left_out_and_says_so(small):
    shown = small.ranking("cuts").shown
    assert shown.frame["4 answered", "Mean rank"].tolist() == ["1.33", "1.67", "2.33"]
    assert shown.frame["4 answered", "Mean place"].tolist() == ["1.62", "1.88", "2.50"]
    assert shown.caption.startswith("Mean rank: of those who ranked the item, 1 being first. Mean ")
    assert "left out share the places behind those that they ranked" in shown.caption


def test_mean_place_orders_as_the_worth_does(tmp_path):
    # Rib is first for one and left out by four: best mean rank, worst place, least worth.
    cuts = {
        ("cuts", "rump"): [2, 1, 1, 1, 1, None, None, None],
        ("cuts", "flank"): [3, 2, 2, 2, 2, None, None, None],
        ("cuts", "rib"): [1, None, None, None, None, None, None, None],
    }
    ranking = load(tmp_path, ANSWERS | cuts).ranking("cuts")
    summary = ranking.summary.set_index("item")
    assert summary["mean_rank"].idxmin() == "rib"
    worth = plackett_luce(ranking.panels[0].ranks, pseudo=0.5)
    by_place = summary["mean_place"].sort_values().index.tolist()
    assert by_place == worth.sort_values(ascending=False).index.tolist() == ["rump", "flank", "rib"]


@pytest.mark.usefixtures("however_few")
def test_shown_is_in_the_order_of_the_first_group(twins):
    shown = twins.ranking("liked_guest").shown
    assert list(shown.frame.columns) == [
        ("Answer", ""),
        *(("Guest (2)", name) for name in ("Ranked first, %", "Mean rank")),
        *(("Cook (3)", name) for name in ("Ranked first, %", "Mean rank")),
    ]
    assert shown.frame["Answer", ""].tolist() == ["Rib", "Rump", "Flank"]
    assert shown.frame["Guest (2)", "Mean rank"].tolist() == ["1.00", "2.50", "2.50"]
    assert shown.frame["Cook (3)", "Mean rank"].tolist() == ["2.67", "1.33", "2.00"]
    assert shown.frame["Cook (3)", "Ranked first, %"].tolist() == ["0.0", "66.7", "33.3"]
    assert "Mean place" not in shown.caption  # nobody left anything out


def test_shown_caption_says_the_base(small, survey):
    for ranking in (small.ranking("cuts"), survey.ranking("ways_frontline")):
        assert ranking.shown.caption.endswith("Base: respondents who ranked any.")
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
    assert shown.iloc[:, 3:].to_numpy().tolist()[2] == ["–", "–"]
    assert shown["Guest (2)", "Mean rank"].tolist() == ["2.00", "1.00", "–"]
    assert len(ranking.sentences().texts) == 2  # two orders of different items: no agreement
    assert "Rib –" in ranking.plot().alt


# ---- nobody, few, and what can't be estimated


def test_ranking_of_nobody_says_so(tmp_path):
    ranking = load(tmp_path, left_blank("cuts")).ranking("cuts")
    assert repr(ranking) == "Nobody answered “Rank the cuts (1 is best)”."
    for nothing in (ranking.plot(), ranking.sentences(), ranking.details()):
        assert repr(nothing) == ""


def test_ranking_of_few_names_nothing_as_first(small, twins):
    said = repr(small.ranking("cuts").sentences())
    assert said == "Only 4 respondents ranked anything; too few to name a first."
    assert len(twins.ranking("liked_cook").sentences().texts) == 2
    assert small.ranking("cuts").worths.empty
    assert "not computed" in repr(small.ranking("cuts").details())


def test_ranking_of_one_group_alone(twins):
    part = twins.with_(where="role=guest")
    said = part.ranking("liked_cook").sentences().texts
    assert said == ("Guest: only 2 respondents ranked anything; too few to name a first.",)


@pytest.mark.usefixtures("however_few")
def test_ranking_with_ties_keeps_the_mean_ranks_and_has_no_worth(tmp_path):
    tied = ANSWERS | {("cuts", "rib"): [1, None, 1, None, 3, None, None, None]}
    ranking = load(tmp_path, tied).ranking("cuts")
    means = ranking.shown.frame["4 answered", "Mean rank"]
    assert means.tolist() == ["1.33", "1.67", "1.67"]
    assert ranking.worths.empty
    assert "orth" not in repr(ranking.details())


# ---- sentences and details


@pytest.mark.usefixtures("however_few")
def test_sentences_say_what_is_put_first_and_nothing_of_tests(twins):
    said = twins.ranking("liked_cook").sentences().texts
    assert said == (
        "Cook: “Rump” is put first most often: by 2 of 3 (67 %).",
        "Guest: “Rib” is put first most often: by 2 of 2 (100 %).",
        "By mean rank the groups agree on 0 of 3 places.",
    )


@pytest.mark.usefixtures("however_few")
def test_sentences_name_all_that_share_the_first_place(tmp_path):
    answers = ANSWERS | {
        ("cuts", "rump"): [1, 2, 3, None, None, None, None, None],
        ("cuts", "flank"): [2, 1, 2, None, None, None, None, None],
        ("cuts", "rib"): [3, 3, 1, None, None, None, None, None],
    }
    assert repr(load(tmp_path, answers).ranking("cuts").sentences()) == (
        "“Flank” and “Rump” and “Rib” are put first most often: by 1 of 3 (33 %) each."
    )


@pytest.mark.usefixtures("however_few")
def test_sentences_name_the_best_mean_rank_where_it_is_another(tmp_path):
    answers = ANSWERS | {
        ("cuts", "rump"): [1, 1, 3, 3, 3, None, None, None],
        ("cuts", "flank"): [2, 2, 1, 2, 2, None, None, None],
        ("cuts", "rib"): [3, 3, 2, 1, None, None, None, None],
    }
    assert repr(load(tmp_path, answers).ranking("cuts").sentences()) == (
        "“Rump” is put first most often: by 2 of 5 (40 %). “Flank” has the best mean rank (1.80)."
    )


@pytest.mark.usefixtures("however_few")
def test_details_hold_the_recomputed_numbers(twins):
    said = twins.ranking("liked_cook").details().texts
    # Cooks: rank sums 4, 6, 8 over 3 rankings; W = 12 S / (m^2 (k^3 - k)) with S = 4 + 0 + 4, and
    # chi-square = W m (k - 1).
    w = 12 * 8 / (9 * 24)
    assert said[0].startswith(
        "Cook: over 3 complete rankings (0 partial ones left out) Kendall's W is "
        f"{w:.2f}, where 0 is no agreement and 1 the same order by all; Friedman's chi-square "
        f"{w * 3 * 2:.1f} on 2 degrees of freedom, p = "
    )
    worth = plackett_luce(twins.responses["liked_cook"], pseudo=0.5)
    assert said[1].startswith(f"Cook: worth “Rump” {worth['rump']:.2f} (")
    assert "each item has 0.5 wins and losses besides" in said[-1]


@pytest.mark.usefixtures("however_few")
def test_details_leave_partial_rankings_out_of_the_agreement(small):
    # r1 and r5 are complete and alike, r2 and r3 partial
    assert (
        small.ranking("cuts")
        .details()
        .texts[0]
        .startswith(
            "Over 2 complete rankings (2 partial ones left out) Kendall's W is 1.00, where 0 is no "
        )
    )


@pytest.mark.usefixtures("however_few")
def test_sentences_where_both_groups_agree(tmp_path):
    same = TWIN_ANSWERS | {
        ("liked_guest", "rump"): [*[None] * 4, 1, 1, None, None],
        ("liked_guest", "flank"): [*[None] * 4, 2, 2, None, None],
        ("liked_guest", "rib"): [*[None] * 4, 3, 3, None, None],
    }
    said = load(tmp_path, same, TWINS).ranking("liked_cook").sentences().texts
    assert said[-1] == "Both groups put the items in the same order."


def test_sentences_and_details_of_this_survey_recomputed(survey):
    ranking = survey.ranking("benefits_ranked_frontline")
    said, details = ranking.sentences().texts, repr(ranking.details())
    for text, name in zip(said, ("frontline", "management"), strict=False):
        ranks = survey.responses[f"benefits_ranked_{name}"].astype("Float64")
        firsts = (ranks == 1).sum()
        assert f"by {firsts.max()} of {ranks.notna().any(axis=1).sum()} (" in text
        values = ranks.dropna().to_numpy(float)
        w = friedmanchisquare(*values.T).statistic / (len(values) * (values.shape[1] - 1))
        assert f"ver {len(values)} complete rankings" in details
        assert f"Kendall's W is {w:.2f}," in details
    orders = [
        survey.table(f"benefits_ranked_{name}").sort_values("mean_rank")["item"].tolist()
        for name in ("frontline", "management")
    ]
    agree = int(np.sum([a == b for a, b in zip(*orders, strict=True)]))
    assert said[2] == (
        "Both groups put the items in the same order."
        if orders[0] == orders[1]
        else f"By mean rank the groups agree on {agree} of 6 places."
    )


# ---- refusals and escaping


def test_ranking_refuses_other_types(small):
    with pytest.raises(InputError, match="'sauces' is a multiple question; expected a ranking"):
        small.ranking("sauces")


@pytest.mark.usefixtures("however_few")
def test_ranking_escapes_labels_and_groups(tmp_path):
    text = TWINS.replace("rump: Rump", f"rump: {SCRIPT}").replace("cook: Cook", f"cook: {SCRIPT}2")
    ranking = load(tmp_path, TWIN_ANSWERS, text).ranking("liked_cook")
    made = ranking._repr_html_() + ranking.sentences()._repr_html_()
    assert "<script" not in made and made.count("&lt;script&gt;") >= 4
