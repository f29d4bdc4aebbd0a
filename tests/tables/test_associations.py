"""Single-choice answers of groups tested as a whole, against published examples and scipy."""

import numpy as np
import pytest
from scipy.stats import chi2_contingency, fisher_exact
from scipy.stats.contingency import association

from dmsi_lib.errors import InputError
from dmsi_lib.tables.associations import DRAWN, adjusted_residuals, independence_test


def test_independence_test_published_example():
    # Party by gender (Agresti 2007, "An introduction to categorical data analysis", table 2.5),
    # on the help page of R's chisq.test: X-squared = 30.07, df = 2, p-value = 2.954e-07.
    found = independence_test([[762, 327, 468], [484, 239, 477]])
    assert (round(found.statistic, 2), found.df, found.n) == (30.07, 2, 2757)
    assert f"{found.p_value:.3e}" == "2.954e-07"
    assert found.name == "chi-square"


def test_independence_test_of_two_by_two_small_counts_is_fisher_s():
    # Fisher's tea drinker, two-sided, on the help page of R's fisher.test: p-value = 0.4857.
    found = independence_test([[3, 1], [1, 3]])
    assert (found.name, round(found.p_value, 4)) == ("Fisher exact", 0.4857)
    assert found.cramers_v == pytest.approx(0.5)


def test_independence_test_of_a_larger_table_with_small_counts_is_drawn():
    # Job satisfaction by income (Agresti 2002, "Categorical data analysis", table 2.8), on the
    # help page of R's fisher.test: p-value = 0.7827, of the tables' chance, not their chi-square.
    job = [[1, 2, 1, 0], [3, 3, 6, 1], [10, 10, 14, 9], [6, 7, 12, 11]]
    found = independence_test(job)
    assert found.name == DRAWN
    assert found.p_value == pytest.approx(0.78, abs=0.02)
    assert found.p_value == independence_test(job).p_value  # seeded
    assert found.statistic == pytest.approx(5.9655, abs=1e-4)
    assert found.cramers_v == pytest.approx(association(job, method="cramer"))


def test_independence_test_drawn_is_near_the_exact_value():
    # All 2 x 3 tables with these margins, weighed by their chance given the margins.
    from math import comb

    table = np.array([[4, 1, 1], [1, 4, 2]])
    columns, first = table.sum(axis=0), table[0].sum()
    observed, p_value = chi2_contingency(table, correction=False).statistic, 0.0
    for a in range(columns[0] + 1):
        for b in range(columns[1] + 1):
            c = first - a - b
            if 0 <= c <= columns[2]:
                other = [[a, b, c], list(columns - [a, b, c])]
                as_large = chi2_contingency(other, correction=False).statistic >= observed - 1e-9
                ways = comb(columns[0], a) * comb(columns[1], b) * comb(columns[2], c)
                p_value += as_large * ways / comb(columns.sum(), first)
    assert independence_test(table).p_value == pytest.approx(p_value, abs=0.015)


def test_independence_test_leaves_out_empty_groups_and_answers():
    with_empty = [[3, 0, 1], [0, 0, 0], [1, 0, 3]]
    found = independence_test(with_empty)
    assert found.p_value == fisher_exact([[3, 1], [1, 3]]).pvalue
    assert found.df == 1


def test_independence_test_of_one_answer_tests_nothing():
    found = independence_test([[3], [4]])
    assert (found.name, found.n) == ("", 7)
    assert np.isnan(found.p_value) and np.isnan(found.cramers_v)


@pytest.mark.parametrize("counts", [[[3, 4]], [[0, 0], [3, 4]], np.zeros((2, 2))])
def test_independence_test_needs_two_groups(counts):
    with pytest.raises(InputError, match="expected at least two"):
        independence_test(counts)


@pytest.mark.parametrize("sizes", [(60, 40), (9, 7)])
def test_independence_test_keeps_its_size_under_the_null(sizes):
    # 400 tables with no association, at 5 %: between 1.5 and 8 % reject (exact tests: no more).
    random, rejected = np.random.default_rng(5), 0
    for _ in range(400):
        table = [random.multinomial(n, [0.5, 0.3, 0.2]) for n in sizes]
        rejected += independence_test(table).p_value < 0.05
    assert rejected / 400 < 0.08
    assert rejected / 400 > 0.015


def test_adjusted_residuals_published_example():
    # Agresti (2007), table 2.5; R's chisq.test(M)$stdres of the same table.
    found = adjusted_residuals([[762, 327, 468], [484, 239, 477]])
    assert found.round(2).tolist() == [[4.50, 0.70, -5.32], [-4.50, -0.70, 5.32]]


def test_adjusted_residuals_squared_are_the_chi_square_of_one_answer_against_the_rest():
    counts = np.array([[20, 30, 10], [25, 10, 30], [15, 15, 15]])
    found = adjusted_residuals(counts)
    for group in range(3):
        for answer in range(3):
            own, others = counts[group], np.delete(counts, group, axis=0).sum(axis=0)
            table = [[row[answer], row.sum() - row[answer]] for row in (own, others)]
            expected = chi2_contingency(table, correction=False).statistic
            assert found[group, answer] ** 2 == pytest.approx(expected)


def test_adjusted_residuals_are_missing_where_nothing_varies():
    found = adjusted_residuals([[5, 3, 0], [2, 6, 0]])
    assert np.isnan(found).tolist() == [[False, False, True]] * 2
    assert np.isnan(adjusted_residuals([[5, 3]])).all()
    assert np.isnan(adjusted_residuals([[5], [3]])).all()
