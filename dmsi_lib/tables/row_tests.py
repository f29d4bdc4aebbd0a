"""Which test fits the rows of a question, and their correction for being several.

A row is a statement of a matrix, a box of a numeric question, or an item of a ranking. What is
tested is what is shown. Where a mean is shown (numbers, and options with scores) the means are
compared, by Welch; where places are shown, the ranks; else the shares, in the options' order if
they have one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from dmsi_lib.questionnaire import Question
from dmsi_lib.tables.associations import AssociationTest, independence_test
from dmsi_lib.tables.group_rankings import rankings_test
from dmsi_lib.tables.inference import FEWEST, holm
from dmsi_lib.tables.means import MeansTest, mean_interval, means_test
from dmsi_lib.tables.multiple_response import MultipleResponseTest, multiple_response_test
from dmsi_lib.tables.ordered import OrderedTest, ordered_test
from dmsi_lib.tables.ranking import places
from dmsi_lib.tables.totals import TOTAL

ROW_TESTED = ("ranking", "matrix", "matrix_multiple", "numeric")
PERMUTATIONS = 2000  # enough for a p-value to two decimals
Test = OrderedTest | MeansTest | AssociationTest | MultipleResponseTest


@dataclass(frozen=True)
class RowTest:
    """The test of one row.

    Attributes
    ----------
    row : code of the row or item; "" where the question has one answer
    sizes : how many of each tested group are counted, by code, in the groups' order
    test : None where fewer than two groups can be tested
    p_value, p_holm : NaN without a test; adjusted over the rows
    left_out : those of tested groups whose answer has no place in the order, or no score
    """

    row: str
    sizes: dict[str, int]
    test: Test | None
    p_value: float
    p_holm: float
    left_out: int


@dataclass(frozen=True)
class RowTests:
    """The tests of all rows; of a ranking also that of all items together, `joint_p_value`, NaN
    for others."""

    rows: tuple[RowTest, ...]
    joint_p_value: float = np.nan


def row_tests(
    question: Question,
    group: np.ndarray,
    answers: pd.DataFrame,
    groups: Sequence[str],
    fewest: int = FEWEST,
) -> RowTests:
    """Test each row of a question between groups.

    Parameters
    ----------
    question : of a type in ROW_TESTED
    group : (n,) code of each respondent's group, None for nobody's
    answers : (n, items), as in `responses`; items that are not there are not tested
    groups : the codes that are compared, in order
    fewest : groups with fewer in a row are not tested there

    Returns
    -------
    RowTests
        Rows in the questionnaire's order, each with the test that fits (see above): `means_test`,
        `ordered_test`, `independence_test`, or `multiple_response_test`.
    """
    if question.type == "ranking":
        return _of_ranking(group, answers, groups, fewest)
    items = set(answers.columns)
    rows = [row for row in question.rows or [""] if items & {*_items(question, row)}]
    found = [_of_row(question, row, group, answers, groups, fewest) for row in rows]
    return RowTests(_corrected(found))


def measured(question: Question, answers: pd.DataFrame) -> pd.DataFrame | None:
    """What a mean is made of, float (n, rows): numbers, scores, or places (1 the first); None of a
    question without any."""
    if question.type == "ranking":
        return places(answers)
    if question.type == "numeric":
        rows = [row for row in question.rows or [""] if row in answers]
        return answers[rows].apply(lambda column: column.to_numpy(float, na_value=np.nan))
    if question.type == "matrix" and question.scores:
        return answers.apply(lambda column: column.map(question.scores).astype(float))
    return None


def group_means(
    values: pd.DataFrame, group: np.ndarray, groups: Sequence[str], fewest: int = FEWEST
) -> pd.DataFrame:
    """The mean of each row and group, and of all groups together (`totals.TOTAL`).

    Parameters
    ----------
    values : float (n, rows), as from `measured`
    group : (n,) code of each respondent's group
    groups : the codes, in order
    fewest : of fewer a mean has no interval

    Returns
    -------
    DataFrame, a line a row and group, with the columns row, group, n, mean, ci_low, ci_high
        Student's interval at 95 %; NaN where there are too few.
    """
    lines = []
    for row, column in values.items():
        for code in (*groups, TOTAL):
            members = np.isin(group, list(groups)) if code == TOTAL else group == code
            known = column[members].dropna()
            mean = float(known.mean()) if len(known) else np.nan
            interval = mean_interval(known if len(known) >= fewest else [])
            lines.append((row, code, len(known), mean, *interval))
    return pd.DataFrame(lines, columns=["row", "group", "n", "mean", "ci_low", "ci_high"])


def _items(question: Question, row: str) -> list[str]:
    """The items of a row in `responses`."""
    if question.type != "matrix_multiple":
        return [row]
    return [question.item(row, code) for code in question.options]


def _of_row(
    question: Question,
    row: str,
    group: np.ndarray,
    answers: pd.DataFrame,
    groups: Sequence[str],
    fewest: int,
) -> RowTest:
    values, test = _reading(question, row, answers)
    counted = values.notna().all(axis=1).to_numpy()
    sizes = _large(group, counted, groups, fewest)
    among = np.isin(group, list(sizes))
    names = [item for item in _items(question, row) if item in answers]
    given = answers[names].notna().any(axis=1).to_numpy()
    if len(sizes) < 2:
        return RowTest(row, sizes, None, np.nan, np.nan, 0)
    found = test(group[counted & among], values[counted & among], list(sizes))
    left_out = int((given & ~counted & among).sum())
    return RowTest(row, sizes, found, _p_value(found), np.nan, left_out)


_Tester = Callable[[np.ndarray, pd.DataFrame, list[str]], Test]


def _reading(question: Question, row: str, answers: pd.DataFrame) -> tuple[pd.DataFrame, _Tester]:
    """A row's answers, blank where they do not count, and the test that fits them."""
    if question.type == "matrix_multiple":
        names = [item for item in _items(question, row) if item in answers]
        return answers[names], _test_ticks
    numbers = measured(question, answers)
    if numbers is not None:
        return numbers[[row]], _test_means
    codes = question.ordered or tuple(question.options)
    chosen = pd.DataFrame({code: answers[row] == code for code in codes}, answers.index)
    counts = chosen.any(axis=1)  # whoever gave one of these
    return chosen.astype(object).where(counts, None), (
        _test_order if question.ordered else _test_table
    )


def _test_ticks(group: np.ndarray, ticks: pd.DataFrame, groups: list[str]) -> Test:
    return multiple_response_test(group, ticks.astype(bool), PERMUTATIONS)


def _test_means(group: np.ndarray, numbers: pd.DataFrame, groups: list[str]) -> Test:
    values = numbers.iloc[:, 0]
    return means_test([values[group == code] for code in groups])


def _counts(group: np.ndarray, chosen: pd.DataFrame, groups: list[str]) -> np.ndarray:
    return np.array([chosen[group == code].astype(bool).sum() for code in groups])


def _test_order(group: np.ndarray, chosen: pd.DataFrame, groups: list[str]) -> Test:
    return ordered_test(_counts(group, chosen, groups))


def _test_table(group: np.ndarray, chosen: pd.DataFrame, groups: list[str]) -> Test:
    return independence_test(_counts(group, chosen, groups))


def _large(
    group: np.ndarray, counted: np.ndarray, groups: Sequence[str], fewest: int
) -> dict[str, int]:
    """The sizes of the groups that are large enough."""
    sizes = {code: int((counted & (group == code)).sum()) for code in groups}
    return {code: size for code, size in sizes.items() if size >= fewest}


def _of_ranking(
    group: np.ndarray, ranks: pd.DataFrame, groups: Sequence[str], fewest: int
) -> RowTests:
    sizes = _large(group, ranks.notna().any(axis=1).to_numpy(), groups, fewest)
    if len(sizes) < 2:
        return RowTests(tuple(RowTest(i, sizes, None, np.nan, np.nan, 0) for i in ranks))
    found = rankings_test(group, ranks, list(sizes), PERMUTATIONS)
    rows = [RowTest(i, sizes, t, t.p_value, found.p_holm[i], 0) for i, t in found.items.items()]
    return RowTests(tuple(rows), found.p_value)


def _p_value(test: Test) -> float:
    """The p value; of several ticks that of the permutation where the corrected one is not
    there."""
    if isinstance(test, MultipleResponseTest) and np.isnan(test.p_value):
        return test.permutation_p_value
    return test.p_value


def _corrected(rows: Sequence[RowTest]) -> tuple[RowTest, ...]:
    """The same with `p_holm`."""
    adjusted = holm([row.p_value for row in rows])
    return tuple(replace(row, p_holm=float(p)) for row, p in zip(rows, adjusted, strict=True))
