"""Agreement of coders, held to published examples."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmsi_lib.open_answers.agreement import (
    AGREEMENT_COLUMNS,
    ALPHA_COLUMNS,
    agreement_table,
    alpha_table,
    kappa,
    kappa_error,
    krippendorffs_alpha,
)
from dmsi_lib.open_answers.tags import TAG_COLUMNS
from dmsi_lib.questionnaire.codebook import Theme

THEMES = (Theme("body", "For the body"), Theme("taste", "For the taste"))


def judgements(table):
    """Two lists of labels, unit by unit, from a table of counts."""
    pairs = [(a, b) for a, row in enumerate(table) for b, n in enumerate(row) for _ in range(n)]
    return [a for a, _ in pairs], [b for _, b in pairs]


def tags(*rows):
    return pd.DataFrame(rows, columns=TAG_COLUMNS, dtype=str)


@pytest.mark.parametrize(
    ("table", "published"),
    [
        # Cohen (1960), Educational and Psychological Measurement 20, p. 45, table 2b.
        ([[88, 14, 18], [10, 40, 10], [2, 6, 12]], (0.70, 0.41, 0.492)),
        # Feinstein & Cicchetti (1990), Journal of Clinical Epidemiology 43, 543-549: two coders,
        # one theme; the same observed agreement, and quite another kappa.
        ([[40, 9], [6, 45]], (0.85, 0.50, 0.70)),
        ([[80, 10], [5, 5]], (0.85, 0.78, 0.32)),
    ],
)
def test_kappa_equals_published_examples(table, published):
    found = kappa(*judgements(table))
    digits = [len(str(value).partition(".")[2]) for value in published]
    assert [round(v, max(d, 2)) for v, d in zip(found, digits, strict=True)] == list(published)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([True, False], [True, False], (1, 0.5, 1)),
        ([True, False], [False, True], (0, 0.5, -1)),
        ([True, True], [True, True], (1, 1, np.nan)),
        ([False, False], [False, False], (1, 1, np.nan)),
        ([True, True], [False, False], (0, 0, 0)),
        ([True, True], [True, False], (0.5, 0.5, 0)),
        ([], [], (np.nan, np.nan, np.nan)),
    ],
)
def test_kappa_of_extremes(first, second, expected):
    np.testing.assert_array_equal(kappa(first, second), expected)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=30))
def test_kappa_is_its_own_definition_and_symmetric(pairs):
    first, second = zip(*pairs, strict=True)
    observed, expected, value = kappa(first, second)
    share = np.mean(first), np.mean(second)
    assert observed == pytest.approx(np.mean(np.equal(first, second)))
    assert expected == pytest.approx(share[0] * share[1] + (1 - share[0]) * (1 - share[1]))
    if np.isnan(value):
        assert len({*first, *second}) == 1
    else:
        assert value == pytest.approx((observed - expected) / (1 - expected))
    np.testing.assert_allclose(kappa(second, first), (observed, expected, value))


def test_agreement_table_counts_answers_that_both_coded():
    table = agreement_table(
        tags(
            *(("r1", "body", "ann"), ("r2", "body", "ann"), ("r3", "taste", "ann")),
            *(("r4", "taste", "ann"), ("r4", "body", "ann"), ("r9", "body", "ann")),
            *(("r1", "body", "bob"), ("r2", "taste", "bob"), ("r3", "taste", "bob")),
            *(("r4", "taste", "bob"), ("r8", "taste", "bob")),
        ),
        THEMES,
        9,
    )
    assert list(table.columns) == AGREEMENT_COLUMNS
    assert table.loc[:, :"kappa"].to_numpy().tolist() == [
        ["ann", "bob", "body", "For the body", 4, 1, 2, 0, 1, 0.5, 0.375, 0.2],
        ["ann", "bob", "taste", "For the taste", 4, 2, 0, 1, 1, 0.75, 0.5, 0.5],
    ]
    assert table.loc[:, "kappa_low":].isna().all(axis=None)  # of four answers no interval


def test_agreement_table_has_every_pair_but_not_the_final_coder():
    rows = [("r1", "body", coder) for coder in ("cid", "ann", "bob", "final", "Final")]
    table = agreement_table(tags(*rows, ("r2", "body", "dan")), THEMES, 2)
    pairs = table.drop_duplicates(["coder_1", "coder_2"])[["coder_1", "coder_2"]]
    assert pairs.to_numpy().tolist() == [["ann", "bob"], ["ann", "cid"], ["bob", "cid"]]


@pytest.mark.parametrize("rows", [[], [("r1", "body", "ann")]])
def test_agreement_table_of_one_coder_is_empty(rows):
    table = agreement_table(tags(*rows), THEMES, 1)
    assert table.empty and list(table.columns) == AGREEMENT_COLUMNS


def test_kappa_error_equals_the_published_example():
    # Fleiss, Cohen & Everitt (1969), Psychological Bulletin 72, 323-327: 200 diagnoses; kappa .429,
    # variance .002885.
    first, second = judgements([[106, 10, 4], [22, 28, 10], [2, 12, 6]])
    assert round(kappa(first, second)[2], 3) == 0.429
    assert round(kappa_error(first, second) ** 2, 6) == 0.002885


@pytest.mark.parametrize(
    "table",
    [
        [[20, 0], [0, 20]],  # never differed: the formula would give 0
        [[40, 0], [0, 0]],
        [[0, 40], [0, 0]],
        [[9, 9], [9, 2]],  # 29 units
        [[0, 0], [0, 0]],
    ],
)
def test_kappa_has_no_error_where_the_formula_does_not_hold(table):
    assert np.isnan(kappa_error(*judgements(table)))


def many_tags(*themes_of_coders):
    """Tags of coders a, b, c ...: for each answer the theme that each gave, "." for none."""
    return tags(
        *(
            (f"r{n}", {"b": "body", "t": "taste"}[theme], coder)
            for coder, themes in zip("abcdef", themes_of_coders, strict=False)
            for n, theme in enumerate(themes)
            if theme != "."
        )
    )


def test_agreement_table_has_intervals_and_says_how_many_more_to_code():
    given = many_tags("b" * 49 + "t" * 51, "b" * 40 + "t" * 9 + "b" * 6 + "t" * 45)
    table = agreement_table(given, THEMES, 400).set_index("theme")
    assert table.loc["body", ["both", "only_1", "only_2", "neither"]].tolist() == [40, 9, 6, 45]
    row = table.loc["body"]
    assert (row["kappa"], row["kappa_low"], row["kappa_high"]) == pytest.approx(
        (0.69952, 0.55959, 0.83945), abs=1e-5
    )
    # n0 = 100 (1.959964 * 0.0713936 / 0.03)^2 = 2175.6; 2175.6 / (1 + 2174.6 / 400) = 338.02
    assert row["further"] == 239
    assert agreement_table(given, THEMES, 100)["further"].tolist() == [0, 0]


def test_agreement_table_keeps_intervals_within_the_scale():
    given = many_tags("b" * 20 + "t" * 20, "b" * 20 + "t" * 19 + "b")
    assert agreement_table(given, THEMES, 40)["kappa_high"].tolist() == [1, 1]


M = np.nan
# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", examples A, B and C: a row a
# coder. A is binary, B nominal, C nominal with four coders and missing values.
EXAMPLE_A = [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]
EXAMPLE_B = [list(map(ord, "aabbdcccedda")), list(map(ord, "babbbccceddd"))]
EXAMPLE_C = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, M, M, M],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, M, 3],
    [M, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, M],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, M],
]


@pytest.mark.parametrize(
    ("coders", "published"), [(EXAMPLE_A, 0.095), (EXAMPLE_B, 0.692), (EXAMPLE_C, 0.743)]
)
def test_alpha_equals_published_examples(coders, published):
    alpha, low, high = krippendorffs_alpha(np.array(coders, dtype=float).T)
    assert round(alpha, 3) == published
    assert np.isnan([low, high]).all()  # of ten and twelve units no interval


@pytest.mark.parametrize(
    ("units", "alpha"),
    [
        ([[1, 1, 1], [0, 0, 0]], 1),
        ([[1, 1, 1], [1, 1, 1]], M),  # one label
        ([[1, M, M], [M, 0, M]], M),  # nothing to compare
        ([[M, M, M]], M),
    ],
)
def test_alpha_of_extremes(units, alpha):
    np.testing.assert_array_equal(krippendorffs_alpha(units), (alpha, M, M))


def test_alpha_has_no_interval_where_nobody_differed():
    np.testing.assert_array_equal(krippendorffs_alpha([[1, 1], [0, 0]] * 20), (1, M, M))


def test_alpha_interval_is_seeded_and_near_the_large_sample_one():
    # Of two coders and many units alpha is kappa but for 1/n, so their intervals agree, too.
    first, second = judgements([[160, 36], [24, 180]])
    alpha, low, high = krippendorffs_alpha(np.column_stack([first, second]))
    reach = 1.96 * kappa_error(first, second)
    assert alpha == pytest.approx(kappa(first, second)[2], abs=0.002)
    assert (low, high) == pytest.approx((alpha - reach, alpha + reach), abs=0.01)
    assert krippendorffs_alpha(np.column_stack([first, second])) == (alpha, low, high)


@given(
    st.lists(
        st.lists(st.sampled_from([0.0, 1.0, M]), min_size=3, max_size=3), min_size=1, max_size=12
    )
)
def test_alpha_is_its_own_definition(units):
    """1 - D_o / D_e, pair by pair."""
    kept = [[v for v in unit if v == v] for unit in units]
    kept = [unit for unit in kept if len(unit) > 1]
    values = [v for unit in kept for v in unit]
    n = len(values)
    within = sum(sum(a != b for a in u for b in u) / (len(u) - 1) for u in kept)
    between = sum(a != b for a in values for b in values)
    expected = 1 - within / n / (between / (n * (n - 1))) if between else M
    found = krippendorffs_alpha(units, draws=1)[0]
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_alpha_table_is_of_three_coders_or_more_without_final():
    given = many_tags("bbt.", "btt.", "b.tb")
    final = tags(*((f"r{n}", "taste", "final") for n in range(4)))
    table = alpha_table(pd.concat([given, final]), THEMES)
    assert list(table.columns) == ALPHA_COLUMNS
    # Answers 1 to 3 with values 111, 10, 000 of "body": 1 - 7 * 2 / (2 * 4 * 4) = 0.5625
    assert table[["coders", "theme", "n", "alpha"]].to_numpy().tolist() == [
        [3, "body", 3, 0.5625],
        [3, "taste", 3, 0.5625],
    ]
    assert alpha_table(many_tags("bb", "bt"), THEMES).empty
    unused = (Theme("price", "For the price"),)
    assert alpha_table(given, unused)["alpha"].isna().all()
    assert agreement_table(given, unused, 4)["kappa"].isna().all()
