"""Bounds against brute force: every completion of small random surveys, one by one."""

from itertools import product

import numpy as np
import pytest

from dmsi_lib.published.bounds import May, difference_bounds, lead_bound, share_bounds

OUT, NO, YES = "outside", "without", "chosen"
KINDS = [
    kind for n in range(1, 8) if (kind := [s for b, s in enumerate((OUT, NO, YES)) if n >> b & 1])
]


def may(people):
    """What each of some people may be, from lists of the above."""
    return May(*(np.array([state in one for one in people]) for state in (OUT, NO, YES)))


def drawn(seed, people=5):
    rng = np.random.default_rng(seed)
    return [KINDS[n] for n in rng.integers(0, len(KINDS), people)]


def share(world):
    inside = [state for state in world if state != OUT]
    return inside.count(YES) / len(inside) if inside else None


def extremes(values):
    values = [value for value in values if value is not None]
    return (min(values), max(values)) if values else (np.nan, np.nan)


@pytest.mark.parametrize("seed", range(60))
def test_share_bounds_are_those_of_all_completions(seed):
    people = drawn(seed)
    expected = extremes(map(share, product(*people)))
    assert share_bounds(may(people)) == pytest.approx(expected, abs=1e-12, nan_ok=True)


def test_share_bounds_by_hand():
    # one with the option and two without for certain; one silent; one off route with the option;
    # two of whom nothing is known: 1 of (3 + 1 + 2), and 1 + 1 + 1 + 2 of (3 + 1 + 1 + 2)
    people = [[YES], [NO], [NO], [NO, YES], [OUT, YES], *[[OUT, NO, YES]] * 2]
    assert share_bounds(may(people)) == (1 / 6, 5 / 7)


def test_share_bounds_of_nobody_are_missing():
    assert np.isnan(share_bounds(may([[OUT], [OUT]]))).all()
    assert share_bounds(may([[OUT, YES]])) == (1, 1)  # as soon as anybody is inside
    assert share_bounds(may([[OUT, NO]])) == (0, 0)


def pairs_apart(first, second):
    """What one respondent may be in two universes that nobody is both in."""
    return [(a, b) for a, b in product(first, second) if OUT in (a, b)]


@pytest.mark.parametrize("seed", range(80))
def test_difference_bounds_of_groups_apart_are_those_of_all_completions(seed):
    first, second = drawn(seed, 4), drawn(1000 + seed, 4)
    # whoever may not be outside one universe may be outside the other
    second = [b if OUT in a or OUT in b else [OUT, *b] for a, b in zip(first, second, strict=True)]
    worlds = product(*map(pairs_apart, first, second))
    shares = [[share(side) for side in zip(*world, strict=True)] for world in worlds]
    expected = extremes(a - b for a, b in shares if None not in (a, b))
    found = difference_bounds(may(first), may(second), apart=True)
    if all(any(OUT not in one for one in side) for side in (first, second)):
        assert found == pytest.approx(expected, abs=1e-12)
    elif not np.isnan(expected).any():  # a universe may be empty: never too narrow
        assert found[0] <= expected[0] + 1e-12 and found[1] >= expected[1] - 1e-12
    low, high = difference_bounds(may(first), may(second))
    if not np.isnan(found).any():
        assert low <= found[0] + 1e-12 and high >= found[1] - 1e-12  # wider if they may overlap


@pytest.mark.parametrize("seed", range(30))
def test_difference_bounds_are_those_of_all_completions(seed):
    first, second = drawn(seed, 4), drawn(2000 + seed, 3)
    shares = product(map(share, product(*first)), map(share, product(*second)))
    expected = extremes(a - b for a, b in shares if None not in (a, b))
    found = difference_bounds(may(first), may(second))
    assert found == pytest.approx(expected, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("seed", range(40))
def test_lead_bound_is_that_of_all_completions(seed):
    rng = np.random.default_rng(seed)
    people = []
    for _ in range(5):
        first, second = drawn(rng.integers(10**6), 1)[0], drawn(rng.integers(10**6), 1)[0]
        outside = [OUT] if OUT in first or OUT in second else []
        first, second = ([s for s in one if s != OUT] or [NO] for one in (first, second))
        people.append((outside, first, second))
    worlds = product(*([*out, *product(a, b)] for out, a, b in people))
    leads = [sum((s[0] == YES) - (s[1] == YES) for s in world if s != OUT) for world in worlds]
    one, other = (may([[*who[0], *who[place]] for who in people]) for place in (1, 2))
    assert lead_bound(one, [other]) == min(leads)
