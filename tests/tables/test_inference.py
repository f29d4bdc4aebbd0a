"""Intervals against published examples."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmsi_lib.tables.inference import wilson_interval


@pytest.mark.parametrize(
    ("count", "base", "low", "high"),
    [
        *((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605)),
        *((0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)),
    ],
)
def test_wilson_interval_published_examples(count, base, low, high):
    # Newcombe (1998), "Two-sided confidence intervals for the single proportion: comparison of
    # seven methods", Statistics in Medicine 17, 857-872, table I, method 3 (score method without
    # continuity correction).
    found = wilson_interval(count, base)
    assert [round(float(bound), 4) for bound in found] == [low, high]


def test_wilson_interval_other_confidence():
    # Wilson's bounds by hand for 1 of 4 and z = 1: (1 + 1/2 ± sqrt(3/4 + 1/4)) / (4 + 1).
    low, high = wilson_interval(1, 4, confidence=0.6826894921370859)
    assert low == pytest.approx(0.1, abs=1e-12)
    assert high == pytest.approx(0.5, abs=1e-12)


def test_wilson_interval_nobody_is_no_interval():
    low, high = wilson_interval([0, 3], [0, 3])
    assert np.isnan(low[0]) and np.isnan(high[0])
    assert low[1] > 0.4 and high[1] == 1


def test_wilson_interval_is_as_long_as_what_is_put_in():
    low, high = wilson_interval(np.array([0, 1, 2]), np.array([2, 2, 2]))
    assert low.shape == high.shape == (3,)
    assert wilson_interval(np.array([], dtype=int), np.array([], dtype=int))[0].shape == (0,)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_interval_holds_the_share_and_mirrors(pair):
    count, base = pair
    low, high = map(float, wilson_interval(count, base))
    assert -1e-12 <= low <= count / base + 1e-12
    assert count / base - 1e-12 <= high <= 1 + 1e-12
    mirrored_low, mirrored_high = map(float, wilson_interval(base - count, base))
    assert (1 - mirrored_high, 1 - mirrored_low) == pytest.approx((low, high), abs=1e-9)
