"""Linear programmes that go on from one another end where programmes of their own do."""

import numpy as np
import pytest
from scipy import sparse

from dmsi_lib.disclosure import programmes
from dmsi_lib.disclosure.programmes import Programme


def relations(random):
    """Relations that one solution at least fulfils, between numbers from 0 to 50."""
    matrix = random.integers(-1, 2, size=(12, 20)).astype(float)
    middle = matrix @ random.integers(0, 20, size=20)
    high = np.where(random.random(12) < 0.3, np.inf, middle + 2)
    low = np.where(random.random(12) < 0.3, middle, -np.inf)
    high = np.where(random.random(12) < 0.3, np.maximum(low, middle), high)
    return sparse.csr_array(matrix), low, high, np.zeros(20), np.full(20, 50.0)


@pytest.mark.parametrize("seed", range(20))
def test_programme_finds_the_least_cost_of_one_cost_after_another(seed, monkeypatch):
    random = np.random.default_rng(seed)
    parts = relations(random)
    going_on = Programme(*parts)
    monkeypatch.setattr(programmes, "_core", None)  # a SciPy without the solver's interface
    alone = Programme(*parts)
    monkeypatch.undo()
    costs = [random.random(20), *np.eye(20)[:5], *-np.eye(20)[:5]]
    for cost in costs:
        found, expected = going_on.solve(cost), alone.solve(cost)
        assert cost @ found == pytest.approx(cost @ expected, abs=1e-6)
        sums = parts[0] @ found
        assert (sums >= parts[1] - 1e-6).all() and (sums <= parts[2] + 1e-6).all()


def test_programme_has_no_solution_where_no_numbers_fulfil_all_relations():
    matrix = sparse.csr_array(np.array([[1.0, 1.0]]))
    parts = matrix, np.array([5.0]), np.array([6.0]), np.zeros(2), np.ones(2)
    assert Programme(*parts).solve(np.ones(2)) is None
