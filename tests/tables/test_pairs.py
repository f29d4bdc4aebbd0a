"""Pairs of groups and their letters: published and hand examples, statsmodels, size by drawing."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact
from statsmodels.stats.proportion import proportions_chisquare_allpairs

from dmsi_lib.tables.inference import holm, shares_test
from dmsi_lib.tables.pairs import column_letters, compare_pairs, letters_in_cells


def answers(**options):
    """Groups and answers from (chosen, of) for each group of each option."""
    sizes = [base for _, base in next(iter(options.values()))]
    names = column_letters(len(sizes))
    group = np.repeat(np.array(names, dtype=object), sizes)
    chosen = {
        item: np.concatenate([np.arange(base) < count for count, base in counts])
        for item, counts in options.items()
    }
    return group, pd.DataFrame(chosen), names


def test_one_option_agrees_with_statsmodels():
    counts, bases = np.array([20, 35, 50, 44]), np.array([80, 90, 100, 95])
    found = compare_pairs(*answers(a=list(zip(counts, bases, strict=True))))
    theirs = proportions_chisquare_allpairs(counts, bases, multitest_method="holm")
    assert found["p_value"].tolist() == pytest.approx(theirs.pvals_raw)
    assert found["p_holm"].tolist() == pytest.approx(theirs.pval_corrected())
    assert found[["group_1", "group_2"]].agg("".join, axis=1).tolist() == [
        *("AB", "AC", "AD", "BC", "BD", "CD"),
    ]


def test_small_counts_are_fisher_s_of_each_pair():
    # The example of fmsb's pairwise.fisher.test: 2 of 11, 1 of 14 and 7 of 10 smoke.
    counts = [(2, 11), (1, 14), (7, 10)]
    found = compare_pairs(*answers(smokes=counts))
    pairs = [(counts[0], counts[1]), (counts[0], counts[2]), (counts[1], counts[2])]
    exact = [fisher_exact([[a, n - a], [b, m - b]]).pvalue for (a, n), (b, m) in pairs]
    assert found["p_value"].tolist() == pytest.approx(exact)
    assert found["p_holm"].tolist() == pytest.approx(holm(exact))
    assert (found["test"] == "Fisher exact").all()


def test_all_pairs_of_all_options_are_corrected_together():
    group, chosen, names = answers(
        a=[(10, 40), (20, 40), (34, 40)], b=[(20, 40), (21, 40), (22, 40)], c=[(40, 40)] * 3
    )
    found = compare_pairs(group, chosen, names).set_index(["group_1", "group_2", "item"])
    by_hand = {
        ("A", "B", "a"): shares_test(10, 40, 20, 40)[1],
        ("A", "C", "a"): shares_test(10, 40, 34, 40)[1],
        ("B", "C", "a"): shares_test(20, 40, 34, 40)[1],
    }
    assert found["hypotheses"].unique().tolist() == [6]  # everybody chose c
    assert np.isnan(found.loc[("A", "B", "c"), "p_holm"])
    assert found.loc[("A", "C", "a"), "p_holm"] == pytest.approx(6 * by_hand["A", "C", "a"])
    assert found.loc[("B", "C", "a"), "p_holm"] == pytest.approx(5 * by_hand["B", "C", "a"])
    assert found.loc[("A", "B", "a"), "p_holm"] == pytest.approx(4 * by_hand["A", "B", "a"])
    letters = letters_in_cells(found.reset_index(), {n: n for n in names}, 0.05)
    assert letters == {("a", "C"): ["A", "B"]}
    assert found.loc[("A", "C", "a"), "difference"] == pytest.approx(-60)


def test_yes_and_no_are_one_hypothesis_of_each_pair():
    group, chosen, names = answers(yes=[(10, 40), (20, 40), (34, 40)])
    found = compare_pairs(group, chosen.assign(no=~chosen["yes"]), names, exclusive=True)
    assert found["hypotheses"].unique().tolist() == [3]
    yes, no = (
        found[found["item"] == item].set_index(["group_1", "group_2"])
        for item in chosen.assign(no=1)
    )
    assert yes["p_holm"].tolist() == pytest.approx(holm(yes["p_value"]))
    assert no["p_holm"].tolist() == pytest.approx(yes["p_holm"])
    assert no["repeats"].all() and not yes["repeats"].any()
    several = compare_pairs(group, chosen.assign(no=~chosen["yes"]), names)
    assert several["hypotheses"].unique().tolist() == [6]


def test_two_answers_of_one_pair_alone_are_one_hypothesis_there():
    # nobody of A and B gave the third answer
    group, _, names = answers(x=[(1, 40)] * 3)
    said = ["yes"] * 10 + ["no"] * 30 + ["yes"] * 20 + ["no"] * 20
    said += ["yes"] * 10 + ["no"] * 10 + ["unsure"] * 20
    chosen = pd.DataFrame({code: [s == code for s in said] for code in ("yes", "no", "unsure")})
    found = compare_pairs(group, chosen, names, exclusive=True)
    assert found["hypotheses"].unique().tolist() == [1 + 3 + 3]
    assert found["repeats"].tolist() == [False, True, False] + [False] * 6


def test_letters_point_down_and_keep_the_columns_order():
    group, chosen, names = answers(a=[(1, 60), (55, 60), (2, 60), (58, 60)])
    pairs = compare_pairs(group, chosen, names)
    assert letters_in_cells(pairs, dict(zip(names, "wxyz", strict=True)), 0.05) == {
        ("a", "B"): ["w", "y"],
        ("a", "D"): ["w", "y"],
    }


def test_column_letters_go_on_after_z():
    assert column_letters(3) == ["A", "B", "C"]
    assert column_letters(28)[24:] == ["Y", "Z", "AA", "AB"]
    assert column_letters(0) == []


def any_letter(random, sizes, options, draws, exclusive=False):
    """How often any pair differs in any option although all groups answer alike."""
    group = np.repeat(np.array(column_letters(len(sizes)), dtype=object), sizes)
    names, found = column_letters(len(sizes)), 0
    for _ in range(draws):
        if exclusive:
            said = random.integers(0, options, len(group))
            values = said[:, None] == np.arange(options)
        else:  # ticks that go together
            leaning = random.normal(size=(len(group), 1))
            values = random.normal(size=(len(group), options)) + leaning < -0.4
        found += (
            compare_pairs(group, pd.DataFrame(values), names, exclusive)["p_holm"] < 0.05
        ).any()
    return found / draws


@pytest.mark.parametrize("exclusive", [False, True])
def test_any_letter_under_the_null_is_rarer_than_the_level(exclusive):
    rate = any_letter(np.random.default_rng(5), [40, 60, 35], 4, 150, exclusive)
    assert rate <= 0.09  # the chance of more is 1 in 100 at a true rate of 5 %
