"""Agreement of coders, held to published examples."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmsi_lib.open_answers.agreement import AGREEMENT_COLUMNS, agreement_table, kappa
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
    )
    assert list(table.columns) == AGREEMENT_COLUMNS
    assert table.to_numpy().tolist() == [
        ["ann", "bob", "body", "For the body", 4, 1, 2, 0, 1, 0.5, 0.375, 0.2],
        ["ann", "bob", "taste", "For the taste", 4, 2, 0, 1, 1, 0.75, 0.5, 0.5],
    ]


def test_agreement_table_has_every_pair_but_not_the_final_coder():
    rows = [("r1", "body", coder) for coder in ("cid", "ann", "bob", "final", "Final")]
    table = agreement_table(tags(*rows, ("r2", "body", "dan")), THEMES)
    pairs = table.drop_duplicates(["coder_1", "coder_2"])[["coder_1", "coder_2"]]
    assert pairs.to_numpy().tolist() == [["ann", "bob"], ["ann", "cid"], ["bob", "cid"]]


@pytest.mark.parametrize("rows", [[], [("r1", "body", "ann")]])
def test_agreement_table_of_one_coder_is_empty(rows):
    table = agreement_table(tags(*rows), THEMES)
    assert table.empty and list(table.columns) == AGREEMENT_COLUMNS
