"""Whether groups choose differently in a choose-all-that-apply question, judged as a whole.

Respondents tick several options at once, so the tables of the single options are not independent
and their chi-squares may not be added up as if they were. The sum is corrected for what the
options have in common (Rao-Scott, second order), and permuting whole respondents checks the result.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from dmsi_lib.errors import InputError
from dmsi_lib.tables.alike import alike

CELLS = 4_000_000  # labels that are permuted one by one, at most: 32 MB as floats


@dataclass(frozen=True, eq=False)
class MultipleResponseTest:
    """The result of `multiple_response_test`.

    Attributes
    ----------
    statistic : sum of the options' Pearson chi-squares
    per_option : of float, (options,)
        Pearson's chi-square of each option's groups x 2 table; NaN where everybody or nobody
        chose the option.
    adjusted_statistic, df, p_value
        Second-order Rao-Scott: the statistic scaled, its degrees of freedom (not whole numbers),
        and the chance of a larger one. NaN where a group has one respondent, or where no option
        or no group varies.
    permutation_p_value : NaN without permutations
    permutations, n : how often whole respondents were permuted; respondents counted
    sizes : of int, (groups,), respondents of each group
    """

    statistic: float
    per_option: pd.Series
    adjusted_statistic: float
    df: float
    p_value: float
    permutation_p_value: float
    permutations: int
    n: int
    sizes: pd.Series

    @property
    def cramers_v(self) -> float:
        """The options' Cramér's V (each a table of groups and two answers) as a root mean square
        over the options that vary; NaN where none does."""
        options = self.per_option.notna().sum()
        return float(np.sqrt(self.statistic / (self.n * options))) if options else np.nan


def multiple_response_test(
    group: ArrayLike, chosen: ArrayLike, permutations: int = 0, seed: int = 0
) -> MultipleResponseTest:
    """Test whether every option is chosen equally often in all groups.

    Parameters
    ----------
    group : (n,) labels
        A missing label leaves the respondent out.
    chosen : (n, options) of booleans or 0 and 1, array or DataFrame
        A respondent without any value (did not answer) is left out.
    permutations : int
        How many times the groups are dealt out anew among whole respondents.
    seed : int

    Returns
    -------
    MultipleResponseTest

    Raises
    ------
    InputError
        For fewer than two groups, unequal lengths, values other than yes and no, or a respondent
        with values for some options only.

    Notes
    -----
    The hypothesis is multiple marginal independence: the group is independent of each option,
    whatever the options have to do with one another (Agresti & Liu 1999, "Modeling a categorical
    variable allowing arbitrarily many category choices", Biometrics 55, 936-943). The statistic
    adds up Pearson's chi-square over the options. Given the hypothesis it is distributed as a sum
    of (r - 1) c weighted chi-squares, for r groups and c options; with l the weights,

        adjusted statistic = statistic (r - 1) c / sum(l^2),    df = (r - 1)^2 c^2 / sum(l^2)

    has the mean and variance of a chi-square (Bilder, Loughin & Nettleton 2000, "Multiple marginal
    independence testing for pick any/c variables", Communications in Statistics - Simulation and
    Computation 29, 1285-1316, appendix A; Bilder & Loughin 2004, "Testing for marginal
    independence between two categorical variables with multiple responses", Biometrics 60, 241-248;
    Thomas & Decady 2004, International Journal of Testing 4, 43-59; Koziol & Bilder 2014, The
    R Journal 6(1), 144-150). The weights are the eigenvalues of a matrix of r c rows which is not
    needed: with a_i the groups' shares of the respondents and R_i the covariance of the options
    within a group, each option divided by its standard deviation over all respondents,

        sum(l^2) = sum_i (1 - 2 a_i) |R_i|^2 + |sum_i a_i R_i|^2,    |.|^2 the sum of squares.

    Options chosen by everybody or nobody tell nothing and are left out of c. A group of one has no
    covariance, and treating it as none rejects a true hypothesis one time in four, so such a group
    leaves only the permutation; with larger groups the corrected test is close to its level, or
    below (tests/benchmarks/benchmark_inference.py). The permutation is exact for groups of any
    size, for the narrower hypothesis that they answer alike in every respect. Its p value is
    (1 + permuted statistics at least as large) / (1 + permutations), never 0 (Phipson & Smyth
    2010, Statistical Applications in Genetics and Molecular Biology 9, article 39).
    """
    if permutations < 0:
        raise InputError(f"Found permutations={permutations}, expected 0 or more.")
    codes, names, answers = answers_by_group(group, chosen)
    if len(names) < 2:
        found = f"only '{names[0]}'" if len(names) else "none"
        raise InputError(
            f"A comparison needs at least two groups; found {found} among the {len(codes)} "
            "respondents who have a group and answered."
        )
    sizes = np.bincount(codes)
    values = answers.to_numpy()
    share = values.mean(axis=0)
    informative = (share > 0) & (share < 1)
    share = share[informative]
    # Each option centred and scaled: the sums of a group's rows are all the statistic needs.
    scores = (values[:, informative] - share) / np.sqrt(share * (1 - share))
    sums = np.array([scores[codes == code].sum(axis=0) for code in range(len(names))])
    per_option = pd.Series(np.nan, index=answers.columns)
    per_option[informative] = (sums**2 / sizes[:, None]).sum(axis=0)
    statistic = float(per_option.sum())
    adjusted, df, p_value = _rao_scott(statistic, scores, codes, sizes)
    permuted_p = np.nan
    if permutations and informative.any():
        permuted = permuted_statistics(scores, codes, sizes, permutations, seed)
        as_large = permuted >= statistic * (1 - 1e-9)  # rounding must not break ties
        permuted_p = float((1 + as_large.sum()) / (1 + permutations))
    return MultipleResponseTest(
        statistic=statistic,
        per_option=per_option,
        adjusted_statistic=adjusted,
        df=df,
        p_value=p_value,
        permutation_p_value=permuted_p,
        permutations=permutations,
        n=len(codes),
        sizes=pd.Series(sizes, index=names),
    )


def answers_by_group(
    group: ArrayLike, chosen: ArrayLike
) -> tuple[np.ndarray, pd.Index, pd.DataFrame]:
    """Groups and answers of the m respondents who have both, or an InputError.

    The positions of their groups (m,); the labels that occur, in the order of their categories,
    otherwise sorted; the answers as 0. and 1. (m, options).
    """
    frame, labels = pd.DataFrame(chosen), pd.Series(group)
    both_named = isinstance(group, pd.Series) and isinstance(chosen, pd.DataFrame)
    if len(labels) != len(frame):
        raise InputError(f"Found {len(labels)} group labels for {len(frame)} rows of answers.")
    if both_named and not labels.index.equals(frame.index):
        raise InputError(
            "Found different indexes in 'group' and 'chosen', expected the same respondents in the "
            "same order; select the rows of both in one way."
        )
    values = yes_or_no(frame)
    kept = ~np.isnan(values).all(axis=1) & labels.notna().to_numpy()
    labels = labels[kept]
    if isinstance(labels.dtype, pd.CategoricalDtype):
        labels = labels.cat.remove_unused_categories()
        codes, names = labels.cat.codes.to_numpy(), labels.cat.categories
    else:
        codes, names = pd.factorize(labels, sort=True)
    answers = pd.DataFrame(values[kept], index=frame.index[kept], columns=frame.columns)
    return codes.astype(np.intp), pd.Index(names), answers


def yes_or_no(frame: pd.DataFrame) -> np.ndarray:
    """Answers as 0, 1 and, where a respondent did not answer at all, NaN: floats (n, options)."""
    if frame.shape[1] == 0:
        raise InputError("Found no options in 'chosen', expected at least one column.")
    try:
        values = frame.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError):
        raise InputError("Found text in 'chosen', expected only booleans or 0 and 1.") from None
    blank = np.isnan(values)
    for what, wrong in (
        ("a value other than 0 and 1", ~blank & ~np.isin(values, (0, 1))),
        ("a blank beside answers to other options", blank & ~blank.all(axis=1, keepdims=True)),
    ):
        if wrong.any():
            row, column = np.argwhere(wrong)[0]
            raise InputError(
                f"Found {what} in 'chosen', respondent {frame.index[row]}, option "
                f"{frame.columns[column]}; expected yes or no for every option, or no value at all."
            )
    return values


def _rao_scott(
    statistic: float, scores: np.ndarray, codes: np.ndarray, sizes: np.ndarray
) -> tuple[float, float, float]:
    """Adjusted statistic, degrees of freedom and p value; the formula is in the caller's notes."""
    from scipy.stats import chi2

    if sizes.min() < 2:
        return np.nan, np.nan, np.nan
    pooled, squares = np.zeros((scores.shape[1],) * 2), 0.0
    for i, share in enumerate(sizes / sizes.sum()):
        centred = scores[codes == i] - scores[codes == i].mean(axis=0)
        within = centred.T @ centred / sizes[i]
        pooled += share * within
        squares += (1 - 2 * share) * np.sum(within**2)
    squares += np.sum(pooled**2)
    if squares < 1e-12:
        return np.nan, np.nan, np.nan
    dimensions = (len(sizes) - 1) * scores.shape[1]
    adjusted, df = statistic * dimensions / squares, dimensions**2 / squares
    return float(adjusted), float(df), float(chi2.sf(adjusted, df))


def permuted_statistics(
    scores: np.ndarray, codes: np.ndarray, sizes: np.ndarray, permutations: int, seed: int
) -> np.ndarray:
    """The statistic, (permutations,), with the groups dealt out anew among the respondents."""
    random = np.random.default_rng(seed)
    few = permutations * len(codes) <= CELLS
    sums = (_dealt_each if few else _dealt_alike)(random, scores, codes, sizes, permutations)
    first = -sums.sum(axis=1, keepdims=True)  # all groups together sum to nothing
    sums = np.concatenate([first, sums], axis=1)
    squares: np.ndarray = np.sum(sums**2, axis=2)
    return (squares / sizes).sum(axis=1)


def _dealt_each(
    random: np.random.Generator,
    scores: np.ndarray,
    codes: np.ndarray,
    sizes: np.ndarray,
    permutations: int,
) -> np.ndarray:
    """Sums of the scores of each group but the first, (permutations, groups - 1, options)."""
    labels = codes.astype(np.min_scalar_type(len(sizes)))
    dealt = random.permuted(np.broadcast_to(labels, (permutations, len(labels))), axis=1)
    groups = range(1, len(sizes))
    return np.stack([(dealt == group).astype(float) @ scores for group in groups], axis=1)


def _dealt_alike(
    random: np.random.Generator,
    scores: np.ndarray,
    codes: np.ndarray,
    sizes: np.ndarray,
    permutations: int,
) -> np.ndarray:
    """The same where respondents are many: those who answered alike are not told apart, and how
    many of them a group gets is drawn, from a multivariate hypergeometric distribution."""
    patterns, often = alike(scores)
    hands = np.empty((len(sizes) - 1, len(often)))
    sums = np.empty((permutations, len(sizes) - 1, scores.shape[1]))
    for permutation in range(permutations):
        left = often
        for group, size in enumerate(sizes[1:]):
            hand = random.multivariate_hypergeometric(left, size, method="marginals")
            hands[group], left = hand, left - hand
        sums[permutation] = hands @ patterns
    return sums
