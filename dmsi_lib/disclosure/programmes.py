"""One set of linear relations, and the solutions of least cost, for one cost after another.

The relations are handed to the solver once. Where little of the cost has changed a search begins
where the last one ended: the old solution still fulfils all relations, so that the primal simplex
method goes on from there, in a tenth of the time. SciPy ships the solver's own interface without
promising to keep it; where it is not to be had, every search is one of `scipy.optimize.linprog`.

Sources: Huangfu & Hall (2018), "Parallelizing the dual revised simplex method", Mathematical
Programming Computation 10, 119-142 (HiGHS); Chvátal, Linear Programming (1983), chapter 10 (a new
cost leaves a solution feasible).
"""

from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

try:
    from scipy.optimize._highspy import _core
except ImportError:  # another version of SciPy
    _core = None

_LITTLE = 3  # costs that may have changed for the last solution to be near
_ANEW = {"presolve": "choose", "simplex_strategy": 1}  # the dual simplex method
_GO_ON = {"presolve": "off", "simplex_strategy": 4}  # the primal one


class Programme:
    """Relations `low <= matrix @ x <= high` between numbers `least <= x <= most`."""

    def __init__(
        self,
        matrix: sparse.csr_array,
        low: np.ndarray,
        high: np.ndarray,
        least: np.ndarray,
        most: np.ndarray,
    ):
        """`matrix` is (relations, numbers), `low` and `high` (relations,), the others (numbers,),
        floats all."""
        self._parts = matrix, low, high, least, most
        self._solver = None if _core is None else _solver(*self._parts)
        self._cost = np.full(len(least), np.nan)

    def solve(self, cost: np.ndarray) -> np.ndarray | None:
        """A solution of least cost, float (numbers,); None where no numbers fulfil all relations.

        `cost`, float (numbers,), is that of each number for 1.
        """
        if self._solver is None:
            return _solve_once(cost, *self._parts)
        changed = np.flatnonzero(cost != self._cost).astype(np.int32)
        near = len(changed) <= _LITTLE
        if not near:
            self._solver.clearSolver()
        for name, value in (_GO_ON if near else _ANEW).items():
            self._solver.setOptionValue(name, value)
        self._solver.changeColsCost(len(changed), changed, cost[changed])
        self._cost = cost
        self._solver.run()
        if self._solver.getModelStatus() != _core.HighsModelStatus.kOptimal:
            return _solve_once(cost, *self._parts)  # says in its own way what is wrong
        return np.array(self._solver.getSolution().col_value)


def _solver(
    matrix: sparse.csr_array,
    low: np.ndarray,
    high: np.ndarray,
    least: np.ndarray,
    most: np.ndarray,
) -> Any:
    programme = _core.HighsLp()
    programme.num_row_, programme.num_col_ = matrix.shape
    programme.col_cost_ = np.zeros(matrix.shape[1])
    programme.col_lower_, programme.col_upper_ = least, most
    programme.row_lower_, programme.row_upper_ = low, high
    terms = programme.a_matrix_
    terms.num_row_, terms.num_col_ = matrix.shape
    terms.format_ = _core.MatrixFormat.kRowwise
    terms.start_, terms.index_, terms.value_ = matrix.indptr, matrix.indices, matrix.data
    solver = _core._Highs()
    solver.setOptionValue("output_flag", False)
    solver.passModel(programme)
    return solver


def _solve_once(
    cost: np.ndarray,
    matrix: sparse.csr_array,
    low: np.ndarray,
    high: np.ndarray,
    least: np.ndarray,
    most: np.ndarray,
) -> np.ndarray | None:
    equal = low == high
    below, above = np.isfinite(high) & ~equal, np.isfinite(low) & ~equal
    found = linprog(
        cost,
        A_ub=sparse.vstack([matrix[below], -matrix[above]]),
        b_ub=np.concatenate([high[below], -low[above]]),
        A_eq=matrix[equal],
        b_eq=low[equal],
        bounds=np.column_stack([least, most]),
        method="highs",
    )
    return found.x
