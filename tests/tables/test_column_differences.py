"""Which columns differ: R's numbers, an example of SPSS's, statsmodels pair by pair."""

from itertools import combinations

import numpy as np
import pytest
from scipy.stats import chi2_contingency
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

from dmsi_lib.errors import UsageError
from dmsi_lib.tables.column_differences import differing_columns
from dmsi_lib.tables.cross_tables import Layout
from dmsi_lib.tables.inference import holm, shares_z_test

# R's pairwise.prop.test(c(73, 90, 114, 75), c(86, 93, 136, 82), correct = FALSE), as statsmodels
# keeps its results in stats/tests/test_proportion.py.
SMOKERS, PATIENTS = np.array([73, 90, 114, 75.0]), np.array([86, 93, 136, 82.0])
RAW = [0.0053382489, 0.8327574850, 0.1880573727, 0.0020267643, 0.1309487516, 0.1076118731]
PAIRS = list(combinations(range(4), 2))


def test_p_values_are_r_s_but_where_few_were_expected():
    first, second = (list(side) for side in zip(*PAIRS, strict=True))
    found = shares_z_test(SMOKERS[first], PATIENTS[first], SMOKERS[second], PATIENTS[second])
    expected = [*RAW]
    expected[PAIRS.index((1, 3))] = np.nan  # 10 of 175 do not smoke: 4.7 expected of 82
    assert found == pytest.approx(expected, abs=1e-9, nan_ok=True)


def test_columns_differ_after_holm_s_correction_over_the_pairs_that_are_tested():
    found = differing_columns(SMOKERS[None], PATIENTS[None], PAIRS)
    # B is higher than A (4 x 0.0053) and C (5 x 0.0020); nothing else.
    assert found == pytest.approx(np.array([[-1, 0, 0, 1, np.nan, 0]]), nan_ok=True)


def test_an_example_of_spss_s_pairwise_z_tests():
    # Education and marital status of 300: spss-tutorials.com, "SPSS chi-square test with pairwise
    # z-tests", of which the chi-square was read (23.57, df 12, p = 0.023); these counts give it.
    # The letters are not taken from there: they follow from the z tests below.
    counts = np.array([[18, 36, 21, 9, 6], [12, 36, 45, 36, 21], [6, 9, 9, 3, 3], [3, 9, 9, 6, 3]])
    whole = chi2_contingency(counts, correction=False)
    assert (round(whole.statistic, 2), whole.dof, round(whole.pvalue, 3)) == (23.57, 12, 0.023)
    bases = np.broadcast_to(counts.sum(axis=0), counts.shape).astype(float)
    pairs = list(combinations(range(5), 2))
    found = differing_columns(counts.astype(float), bases, pairs)
    letters = {
        (row, f"{'ABCDE'[one]}{'><'[int(found[row, n] < 0)]}{'ABCDE'[other]}")
        for row in range(4)
        for n, (one, other) in enumerate(pairs)
        if abs(found[row, n]) == 1
    }
    # Never married: those of the two lower schools more than D; married: D more than both.
    # Bonferroni gives these four; Holm's A < E besides (8 x 0.0053).
    assert letters == {(0, "A>D"), (0, "B>D"), (1, "A<D"), (1, "B<D"), (1, "A<E")}


def test_every_pair_agrees_with_statsmodels():
    random = np.random.default_rng(3)
    bases = random.integers(30, 200, (40, 5)).astype(float)
    counts = np.floor(bases * random.uniform(0.15, 0.85, (40, 5)))
    pairs = list(combinations(range(5), 2))
    found = differing_columns(counts, bases, pairs)
    assert (found != 0).any()
    for line in range(len(counts)):
        sides = [(counts[line, [*pair]], bases[line, [*pair]]) for pair in pairs]
        p_values = [proportions_ztest(*side)[1] for side in sides]
        differ = multipletests(p_values, method="holm")[0]
        gaps = [(c[0] / b[0] - c[1] / b[1]) for c, b in sides]
        assert found[line].tolist() == (np.sign(gaps) * differ).tolist()
        first, second = (list(side) for side in zip(*pairs, strict=True))
        own = shares_z_test(
            counts[line, first], bases[line, first], counts[line, second], bases[line, second]
        )
        assert own == pytest.approx(p_values)
        assert holm(own) == pytest.approx(multipletests(p_values, method="holm")[1])


def test_nothing_is_tested_where_all_or_none_are_counted_or_a_number_is_unknown():
    found = shares_z_test([0, 40, 20, np.nan], 40, [0, 40, np.nan, 4], [40, 40, 40, np.nan])
    assert np.isnan(found).all()


@pytest.mark.parametrize("columns", [1, 0])
def test_fewer_than_two_columns_have_no_pair(columns):
    assert differing_columns(np.ones((3, columns)), np.ones((3, columns)), []).shape == (3, 0)


def test_a_row_of_columns_that_are_alike_has_a_letter_in_one_of_twenty_at_most():
    random = np.random.default_rng(11)
    bases = np.broadcast_to([40.0, 60, 80, 120], (4000, 4))
    counts = random.binomial(bases.astype(int), 0.4).astype(float)
    rate = (np.abs(differing_columns(counts, bases, PAIRS)) == 1).any(axis=1).mean()
    assert rate <= 0.055  # of 4,000 rows 0.05 is known to within 0.007


def test_layout_refuses_what_makes_no_table():
    for wrong, said in (
        ({"percent": "rows"}, "Did you mean 'row'?"),
        ({"percent": "row", "letters": True}, "ask for column percentages, or for both"),
        ({"min_base": 0}, "expected 1 or more"),
    ):
        with pytest.raises(UsageError, match=said.replace("?", r"\?")):
            Layout(**wrong)
