"""Rankings against published examples, plainer estimates and invariances."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

import dmsi_lib.tables.plackett_luce
from dmsi_lib.errors import InputError
from dmsi_lib.tables.inference import wilson_interval
from dmsi_lib.tables.plackett_luce import plackett_luce, worth_intervals
from dmsi_lib.tables.ranking import friedman, places, rank_summary


def ranks(rows, items="abcdefgh"):
    """A frame of ranks; 0 is unranked."""
    items = list(items)[: len(rows[0])] if isinstance(items, str) else items
    return pd.DataFrame(rows, columns=items).astype("Int64").replace(0, pd.NA)


def from_orders(counts):
    """Complete rankings from orders and how often each was given: {"BAC": 2}."""
    items = sorted(next(iter(counts)))
    rows = [[order.index(item) + 1 for item in items] for order, n in counts.items()
            for _ in range(n)]  # fmt: skip
    return ranks(rows, items)


def drawn(seed, worths, n, first=None):
    """Rankings drawn by their worths, of which only the first few places are told."""
    worths = np.asarray(worths)
    luck = np.random.default_rng(seed).gumbel(size=(n, len(worths))) + np.log(worths)
    places = (-luck).argsort(axis=1).argsort(axis=1) + 1
    return ranks(np.where(places <= (first or len(worths)), places, 0).tolist())


def likeliest(frame, unranked):
    """The worths of the largest likelihood, choice by choice, by a general optimiser."""
    values = frame.to_numpy(dtype=float, na_value=np.nan)
    choices = []
    for row in values:
        placed = sorted(np.flatnonzero(~np.isnan(row)), key=lambda item, row=row: row[item])
        behind = list(np.flatnonzero(np.isnan(row))) if unranked == "last" else []
        for place, item in enumerate(placed):
            choices.append((item, placed[place:] + behind))

    def loss(logs):
        return sum(np.log(np.exp(logs[rest]).sum()) - logs[item] for item, rest in choices)

    logs = minimize(loss, np.zeros(values.shape[1]), method="BFGS", options={"gtol": 1e-9}).x
    return np.exp(logs) / np.exp(logs).sum()


# ---- rank_summary


def test_rank_summary_counted_by_hand():
    table = rank_summary(ranks([[1, 2, 3], [2, 1, 0], [1, 0, 0], [0, 0, 0]]))
    assert list(table["item"]) == ["a", "b", "c"]
    assert list(table["count"]) == [3, 2, 1]
    assert list(table["base"]) == [3, 3, 3]
    assert list(table["mean_rank"]) == pytest.approx([4 / 3, 1.5, 3])
    # the second leaves c the third place, the third b and c places two and three
    assert list(table["mean_place"]) == pytest.approx([4 / 3, 5.5 / 3, 8.5 / 3])
    assert list(table["rank_1_count"]) == [2, 1, 0]
    assert list(table["rank_1_percent"]) == pytest.approx([200 / 3, 100 / 3, 0])
    low, high = wilson_interval([2, 1, 0], 3)
    assert list(table["ci_low"]) == pytest.approx(100 * low)
    assert list(table["ci_high"]) == pytest.approx(100 * high)


def test_rank_summary_of_nobody():
    table = rank_summary(ranks([[0, 0]]))
    assert list(table["count"]) == [0, 0] and list(table["base"]) == [0, 0]
    assert (
        table[["mean_rank", "mean_place", "rank_1_percent", "ci_low", "ci_high"]]
        .isna()
        .all(axis=None)
    )


@pytest.mark.parametrize(
    ("rows", "message"),
    [([[1, 2.5]], "rank 2.5 of 'b' by respondent 0"), ([[-1, 1]], "rank -1 of 'a'"),
     ([["1", "first"]], "Found text")],
)  # fmt: skip
def test_ranking_refuses_what_is_no_rank(rows, message):
    for function in (rank_summary, friedman, plackett_luce):
        with pytest.raises(InputError, match=message):
            function(pd.DataFrame(rows, columns=["a", "b"]))


# ---- friedman


def test_friedman_published_example():
    # Hollander & Wolfe (1973), "Nonparametric statistical methods", p. 140 ff., three ways of
    # rounding first base, 22 players, seconds to the hundredth, with ties: chi-squared 11.143,
    # df 2, p 0.003805 on the help page of R's friedman.test.
    seconds = """540 550 555  585 570 575  520 560 550  555 550 540  590 585 570  545 555 560
                 540 540 535  545 550 535  525 515 500  585 580 570  525 520 510  565 555 545
                 560 535 545  505 500 495  550 550 540  545 555 550  555 555 535  545 550 555
                 550 545 525  565 560 540  570 565 555  630 630 625"""
    found = friedman(ranks(np.array(seconds.split(), dtype=int).reshape(22, 3).tolist()))
    assert (round(found.statistic, 3), found.df, round(found.p_value, 6)) == (11.143, 2, 0.003805)
    assert (found.n, found.left_out) == (22, 0)


@pytest.mark.parametrize(
    ("rows", "w"),
    [
        # Kendall's coefficient of concordance, arbitrary example 1, on proofwiki.org.
        ([[1, 3, 2], [1, 2, 3], [2, 3, 1], [3, 1, 2]], 1 / 16),
        # Three executives rank six applicants (Siegel 1956, "Nonparametric statistics for the
        # behavioral sciences", chapter 9): rank sums 8, 14, 11, 11, 11, 8, s = 25.5, W = .16.
        ([[1, 6, 3, 2, 5, 4], [1, 5, 6, 4, 2, 3], [6, 3, 2, 5, 4, 1]], 25.5 * 12 / (9 * 210)),
        ([[1, 2, 3]] * 4, 1),
        ([[1, 2, 3], [2, 3, 1], [3, 1, 2]], 0),
        ([[1, 1, 1]] * 4, 0),
    ],
)
def test_friedman_kendalls_w(rows, w):
    assert friedman(ranks(rows)).kendalls_w == pytest.approx(w)


def test_friedman_uses_complete_rankings_and_says_so():
    complete = [[1, 2, 3], [2, 1, 3], [1, 3, 2]]
    found = friedman(ranks([*complete, [1, 2, 0], [1, 0, 0], [0, 0, 0]]))
    assert (found.n, found.left_out) == (3, 2)
    assert found.statistic == friedman(ranks(complete)).statistic


@pytest.mark.parametrize("rows", [[[1, 2]] * 5, [[1, 2, 3]], [[1, 2, 0]] * 5])
def test_friedman_refuses_too_little(rows):
    with pytest.raises(InputError, match="at least two rankings of three items"):
        friedman(ranks(rows))


# ---- plackett_luce


def test_plackett_luce_published_complete_rankings():
    # Four salad dressings ranked by tartness by 32 judges (Critchlow & Fligner 1991, Psychometrika
    # 56, 517-533). The likelihood as printed on robinhankin.github.io/hyper2/salad.html,
    #   A^10 B^31 C^29 D^26 (A+B)^-3 (A+C)^-7 (A+D)^-16 (B+D)^-1 (C+D)^-5
    #   (A+B+C)^-2 (A+B+D)^-5 (A+C+D)^-23 (B+C+D)^-2 (A+B+C+D)^-32,
    # is that of the rankings below. Worths: vignette "Plackett-Luce Models with Item Covariates"
    # of R's PlackettLuce package 0.4.5, section 3.1.
    salads = from_orders(
        {"ABCD": 2, "BACD": 1, "BADC": 2, "BDAC": 1, "BDCA": 4, "BCAD": 2, "BCDA": 13, "CBDA": 1,
         "CDAB": 1, "CDBA": 2, "CABD": 1, "DBCA": 2}
    )  # fmt: skip
    assert len(salads) == 32
    worth = plackett_luce(salads)
    assert worth.round(5).to_dict() == {"A": 0.04186, "B": 0.64176, "C": 0.19950, "D": 0.11688}


def test_plackett_luce_published_pairs():
    # Citations among four journals as contests, the cited one winning (Stigler 1994; Agresti 2002,
    # p. 448): abilities of Turner & Firth (2012), "Bradley-Terry models in R: the BradleyTerry2
    # package", Journal of Statistical Software 48(9), section 2.1.
    journals = ["Biometrika", "Comm Statist", "JASA", "JRSS-B"]
    cited = [[714, 730, 498, 221], [33, 425, 68, 17], [320, 813, 1072, 142], [284, 276, 325, 188]]
    rows = []
    for winner in range(4):
        for loser in set(range(4)) - {winner}:
            row = [{winner: 1, loser: 2}.get(journal, 0) for journal in range(4)]
            rows += [row] * cited[winner][loser]
    worth = plackett_luce(ranks(rows, journals), unranked="absent")
    abilities = np.log(worth / worth["Biometrika"])
    assert list(abilities.round(4)) == [0, -2.9491, -0.4796, 0.2690]


def test_plackett_luce_published_partial_rankings_with_pseudo_rankings():
    # Example of preference_index of R's gosset package 1.5.1, which fits PlackettLuce with its
    # default of half a win and half a loss: banana 0.4856, apple 0.2725.
    fruit = ranks(
        [[1, 2, 0, 0], [4, 1, 2, 3], [2, 1, 3, 0], [1, 2, 3, 0], [2, 1, 3, 0], [1, 0, 3, 2]],
        ["apple", "banana", "orange", "pear"],
    )
    worth = plackett_luce(fruit, unranked="absent", pseudo=0.5)
    assert worth[["apple", "banana"]].round(4).tolist() == [0.2725, 0.4856]


def test_plackett_luce_two_items_is_the_share_of_wins():
    worth = plackett_luce(ranks([[1, 2]] * 7 + [[2, 1]] * 3))
    assert worth.to_dict() == pytest.approx({"a": 0.7, "b": 0.3})


def test_plackett_luce_first_choices_are_their_shares():
    firsts = ranks([[1, 0, 0]] * 5 + [[0, 1, 0]] * 3 + [[0, 0, 1]] * 2)
    assert plackett_luce(firsts).to_dict() == pytest.approx({"a": 0.5, "b": 0.3, "c": 0.2})


@pytest.mark.parametrize("unranked", ["last", "absent"])
@pytest.mark.parametrize("first", [2, 3, 4])
def test_plackett_luce_equals_the_likeliest_worths(unranked, first):
    frame = drawn(first, [0.4, 0.3, 0.2, 0.1], 60, first)
    expected = likeliest(frame, unranked)
    assert list(plackett_luce(frame, unranked)) == pytest.approx(expected, abs=1e-6)


def test_plackett_luce_recovers_the_worths():
    worths = [0.35, 0.25, 0.2, 0.1, 0.1]
    for first in (5, 2):
        found = plackett_luce(drawn(1, worths, 20_000, first))
        assert list(found) == pytest.approx(worths, abs=0.01)


def test_plackett_luce_only_order_counts():
    gaps = ranks([[1, 3, 0], [5, 2, 0], [0, 1, 7], [2, 0, 1]])
    close = ranks([[1, 2, 0], [2, 1, 0], [0, 1, 2], [2, 0, 1]])
    pd.testing.assert_series_equal(plackett_luce(gaps, "absent"), plackett_luce(close, "absent"))


def test_plackett_luce_who_ranked_nothing_does_not_count():
    some = [[1, 2, 3], [3, 1, 2], [2, 3, 1], [1, 3, 2]]
    with_blanks = plackett_luce(ranks([*some, [0, 0, 0]]))
    assert list(with_blanks) == pytest.approx(list(plackett_luce(ranks(some))))


@settings(deadline=None, derandomize=True, max_examples=25)
@given(st.integers(0, 10**6), st.sampled_from(["last", "absent"]), st.randoms())
def test_plackett_luce_order_and_repetition_do_not_matter(seed, unranked, random):
    frame = drawn(seed, [0.4, 0.3, 0.2, 0.1], 40, 3)
    plain = plackett_luce(frame, unranked)
    assert plain.sum() == pytest.approx(1) and (plain > 0).all()
    rows, items = list(frame.index), list(frame.columns)
    random.shuffle(rows)
    random.shuffle(items)
    for other in (frame.loc[rows, items], pd.concat([frame, frame], ignore_index=True)):
        found = plackett_luce(other, unranked)[plain.index]
        assert list(found) == pytest.approx(list(plain), abs=1e-7)


def test_plackett_luce_undetermined_worths_name_the_item():
    always_first = ranks([[1, 2, 3], [1, 3, 2]])
    with pytest.raises(InputError, match="no other item was ever ranked above 'a'"):
        plackett_luce(always_first)
    with pytest.raises(InputError, match="ranked above 'a', 'b'"):
        plackett_luce(ranks([[1, 2, 3, 4], [2, 1, 4, 3]]))
    worth = plackett_luce(always_first, pseudo=0.5)
    assert worth["a"] > worth["b"] == pytest.approx(worth["c"])


@pytest.mark.parametrize("items", [3, 5, 8])
def test_plackett_luce_is_determined_by_victories_however_long_their_chain(items):
    # Each item beats its neighbour, the last one the first: a leads to b through all the others.
    pairs = [{n: 1, (n + 1) % items: 2} for n in range(items)]
    ring = [[pair.get(item, 0) for item in range(items)] for pair in pairs]
    worth = plackett_luce(ranks(ring), unranked="absent")
    assert list(worth) == pytest.approx([1 / items] * items)
    intervals = worth_intervals(ranks(ring * 20), unranked="absent", resamples=50)
    assert intervals["resamples"][0] == 50
    with pytest.raises(InputError, match="ranked above 'a'"):
        plackett_luce(ranks(ring[:-1]), unranked="absent")


def test_plackett_luce_pseudo_draws_worths_together():
    frame = drawn(4, [0.7, 0.2, 0.1], 30)
    spread = [plackett_luce(frame, pseudo=pseudo).std() for pseudo in (0, 0.5, 5, 500)]
    assert spread == sorted(spread, reverse=True)


@pytest.mark.parametrize(
    ("rows", "options", "message"),
    [
        ([[1, 1, 2], [1, 2, 3]], {}, "one rank given twice by 1 respondents"),
        ([[0, 0, 0]], {}, "no ranking that compares"),
        ([[1, 0, 0]], {"unranked": "absent"}, "no ranking that compares"),
        ([[1, 2, 3]], {"unranked": "middle"}, "expected one of last, absent"),
        ([[1, 2, 3]], {"pseudo": -1}, "pseudo=-1"),
    ],
)
def test_plackett_luce_refuses(rows, options, message):
    with pytest.raises(InputError, match=message):
        plackett_luce(ranks(rows), **options)


# ---- worth_intervals


def test_worth_intervals_hold_the_worths_and_repeat_with_the_seed():
    frame = drawn(2, [0.4, 0.3, 0.2, 0.1], 150, 3)
    before = frame.copy()
    table = worth_intervals(frame, resamples=300, seed=5)
    assert list(table["item"]) == list("abcd")
    assert list(table["worth"]) == pytest.approx(list(plackett_luce(frame)))
    assert (table["ci_low"] < table["worth"]).all() and (table["worth"] < table["ci_high"]).all()
    assert set(table["resamples"]) == {300}
    pd.testing.assert_frame_equal(table, worth_intervals(frame, resamples=300, seed=5))
    assert not table.equals(worth_intervals(frame, resamples=300, seed=6))
    pd.testing.assert_frame_equal(frame, before)


def test_worth_intervals_of_two_items_are_those_of_a_share():
    table = worth_intervals(ranks([[1, 2]] * 60 + [[2, 1]] * 40), resamples=4000)
    error = 1.96 * np.sqrt(0.6 * 0.4 / 100)
    assert table["ci_low"][0] == pytest.approx(0.6 - error, abs=0.015)
    assert table["ci_high"][0] == pytest.approx(0.6 + error, abs=0.015)


def test_worth_intervals_equal_resampled_estimates():
    frame = drawn(3, [0.5, 0.3, 0.2], 25)
    weights = np.random.default_rng(1).multinomial(25, np.full(25, 1 / 25), size=20)
    estimates = [
        plackett_luce(frame.loc[np.repeat(frame.index, times)].reset_index(drop=True))
        for times in weights
    ]
    table = worth_intervals(frame, resamples=20, seed=1)
    low, high = np.quantile(estimates, [0.025, 0.975], axis=0)
    assert list(table["ci_low"]) == pytest.approx(low, abs=1e-7)
    assert list(table["ci_high"]) == pytest.approx(high, abs=1e-7)


def test_worth_intervals_of_many_respondents_draw_each_ranking_once(monkeypatch):
    frame = drawn(2, [0.4, 0.3, 0.2, 0.1], 1500, 2)
    each = worth_intervals(frame, resamples=800)
    monkeypatch.setattr(dmsi_lib.tables.plackett_luce, "CELLS", 20_000)  # in lots besides
    together = worth_intervals(frame, resamples=800)
    assert list(together["worth"]) == list(each["worth"])
    assert set(together["resamples"]) == {800}
    for bound in ("ci_low", "ci_high"):
        assert list(together[bound]) == pytest.approx(list(each[bound]), abs=0.003)
    shuffled = frame.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(worth_intervals(shuffled, resamples=800), together)


def test_worth_intervals_say_how_many_resamples_determine_the_worths():
    few = ranks([[1, 2, 3], [2, 3, 1], [3, 1, 2], [1, 2, 3]])
    used = worth_intervals(few, resamples=500)["resamples"][0]
    assert 0 < used < 500
    table = worth_intervals(few, resamples=500, pseudo=0.5)
    assert set(table["resamples"]) == {500}
    assert (table["ci_low"] > 0).all() and (table["ci_high"] < 1).all()


def test_worth_intervals_refuse_no_resamples():
    with pytest.raises(InputError, match="resamples=0"):
        worth_intervals(ranks([[1, 2], [2, 1]]), resamples=0)


def test_places_let_unranked_items_share_what_is_left():
    ranks = pd.DataFrame(
        {"a": [1, 2, 1, np.nan], "b": [2, 1, np.nan, np.nan], "c": [3, *[np.nan] * 3]}
    )
    found = places(ranks)
    assert found.loc[0].tolist() == [1, 2, 3]
    assert found.loc[1].tolist() == [2, 1, 3]
    assert found.loc[2].tolist() == [1, 2.5, 2.5]
    assert found.loc[3].isna().all()  # who ranked nothing has no places
    assert rank_summary(ranks)["mean_place"].tolist() == found.mean().tolist()
