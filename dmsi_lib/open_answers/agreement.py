"""How far coders agree, theme by theme, beyond what chance alone would bring about: of two Cohen's
kappa, of all together Krippendorff's alpha."""

from collections.abc import Sequence
from itertools import combinations
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pandas as pd

from dmsi_lib.open_answers.further_answers import KAPPA_REACH, further_answers
from dmsi_lib.questionnaire import Theme
from dmsi_lib.tables import FINAL, enough

AGREEMENT_COLUMNS = [
    *("coder_1", "coder_2", "theme", "label", "n", "both", "only_1", "only_2", "neither"),
    *("observed", "expected", "kappa", "kappa_low", "kappa_high", "further"),
]
ALPHA_COLUMNS = ["coders", "theme", "label", "n", "alpha", "alpha_low", "alpha_high"]
ALL_CODERS = 3  # and more are looked at together
_DRAWS = 2000
_Z = NormalDist().inv_cdf(0.975)


def kappa(first: npt.ArrayLike, second: npt.ArrayLike) -> tuple[float, float, float]:
    """Two coders' observed and expected agreement (fractions, 0 to 1) and Cohen's kappa.

    Of their labels of the same units (n,); expected is what chance alone brings about, given how
    often each uses each label. kappa is (observed - expected) / (1 - expected), NaN where both use
    one and the same label throughout, or there are no units.

    Cohen (1960), "A coefficient of agreement for nominal scales", Educational and Psychological
    Measurement 20, 37-46. Tested on its table 2b (p. 45; kappa .492). With a rare theme kappa may
    be low although the coders nearly always agree: Feinstein & Cicchetti (1990), "High agreement
    but low kappa: I", Journal of Clinical Epidemiology 43, 543-549; so show both.
    """
    table = _crossed(first, second)
    if not table.sum():
        return np.nan, np.nan, np.nan
    shares = table / table.sum()
    observed, expected = float(np.trace(shares)), float(shares.sum(axis=1) @ shares.sum(axis=0))
    beyond_chance = (observed - expected) / (1 - expected) if len(table) > 1 else np.nan
    return observed, expected, beyond_chance


def kappa_error(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """The large-sample standard error of Cohen's kappa, by statsmodels.

    Fleiss, Cohen & Everitt (1969), "Large sample standard errors of kappa and weighted kappa",
    Psychological Bulletin 72, 323-327; tested on their example. NaN of fewer than `tables.FEWEST`
    units, where it does not hold, and where it comes out as 0: coders who never differed once may
    still differ.
    """
    table = _crossed(first, second)
    if not enough(table.sum()) or np.trace(table) == table.sum():
        return np.nan
    from statsmodels.stats.inter_rater import cohens_kappa  # takes a second

    with np.errstate(invalid="ignore"):  # where a coder used one label alone
        return round(float(cohens_kappa(table).std_kappa), 9) or np.nan


def _crossed(first: npt.ArrayLike, second: npt.ArrayLike) -> np.ndarray:
    """How many units have each pair of labels: (labels, labels)."""
    first, second = np.asarray(first), np.asarray(second)
    labels = np.unique([*first, *second])
    pairs = [[np.sum((first == a) & (second == b)) for b in labels] for a in labels]
    return np.array(pairs, dtype=float).reshape(len(labels), len(labels))


def agreement_table(tags: pd.DataFrame, themes: Sequence[Theme], answers: int) -> pd.DataFrame:
    """Agreement of every pair of coders on every theme.

    Parameters
    ----------
    tags : DataFrame with the columns `tags.TAG_COLUMNS`
        An answer is coded by whoever gave it a theme. The coder "final" settles the others'
        disagreements and is compared with nobody.
    themes : tuple of Theme
    answers : how many there are to code

    Returns
    -------
    DataFrame, a row a pair of coders and theme, with the columns of AGREEMENT_COLUMNS
        n: answers that both coded; both, only_1, only_2, neither: how many of them carry the
        theme, by whom; observed, expected (fractions, 0 to 1) and kappa as from `kappa`;
        kappa_low, kappa_high: its 95 % interval, kappa +- 1.96 standard errors within -1 to 1;
        further: how many more answers both must code until that is +-0.03, see
        `further_answers`. The last three are blank where `kappa_error` is NaN.
    """
    given = {theme.code: judgements(tags, theme.code) for theme in themes}
    rows = []
    for pair in combinations(_coders(tags), 2):
        for theme in themes:
            coded = given[theme.code][list(pair)].dropna().to_numpy(dtype=bool)
            if not len(coded):
                continue
            a, b = coded.T
            counts = [int(x.sum()) for x in (a & b, a & ~b, b & ~a, ~a & ~b)]
            found, error = kappa(a, b), kappa_error(a, b)
            ends = np.clip([found[2] - _Z * error, found[2] + _Z * error], -1, 1)
            further = further_answers(len(a) * error**2, len(a), answers, KAPPA_REACH)
            row = [*pair, theme.code, theme.label, len(a), *counts, *found, *ends, further]
            rows.append(row)
    return pd.DataFrame(rows, columns=AGREEMENT_COLUMNS).astype({"further": "Int64"})


def _coders(tags: pd.DataFrame) -> list[str]:
    """Those who are compared."""
    return sorted(c for c in tags["coder"].unique() if c.casefold() != FINAL)


def judgements(tags: pd.DataFrame, theme: str) -> pd.DataFrame:
    """Whether each coder gave each answer a theme: 1, 0, NaN where they did not code the answer;
    (answers, coders)."""
    tags = tags[tags["coder"].str.casefold() != FINAL]
    carried = (tags["theme"] == theme).astype(float).groupby([tags["respondent"], tags["coder"]])
    return carried.max().unstack()


def krippendorffs_alpha(
    values: npt.ArrayLike, seed: int = 0, draws: int = _DRAWS
) -> tuple[float, float, float]:
    """Krippendorff's alpha for nominal values of any number of coders, with its 95 % interval.

    Parameters
    ----------
    values : (units, coders) numbers that stand for labels, NaN where a coder has none for a unit
    seed, draws : of the bootstrap

    Returns
    -------
    alpha, low, high
        alpha is NaN where all values are one and the same label, or no unit has two values. The
        interval is NaN of fewer than `tables.FEWEST` units, and where nobody ever differed.

    Notes
    -----
    Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", University of Pennsylvania;
    tested on its examples A to C. The interval is of the quantiles over units drawn anew with
    replacement: Zapf, Castell, Morawietz & Karch (2016), "Measuring inter-rater reliability for
    nominal data - which coefficients and confidence intervals are appropriate?", BMC Medical
    Research Methodology 16:93. The package `krippendorff` is under the GPL, so it is not used.
    """
    values = np.asarray(values, dtype=float)
    labels = np.unique(values[~np.isnan(values)])
    counts = (values[:, :, None] == labels).sum(axis=1)  # (units, labels)
    counts = counts[counts.sum(axis=1) > 1]  # a value alone is paired with nothing
    size = counts.sum(axis=1, keepdims=True)
    differing = (counts * (size - counts) / (size - 1)).sum(axis=1)
    whole = _alpha(np.ones((1, len(counts))), counts, differing)[0]
    if not enough(len(counts)) or not differing.any():
        return float(whole), np.nan, np.nan
    units = len(counts)
    times = np.random.default_rng(seed).multinomial(units, np.full(units, 1 / units), draws)
    low, high = np.nanquantile(_alpha(times, counts, differing), [0.025, 0.975])
    return float(whole), float(low), float(high)


def _alpha(times: np.ndarray, counts: np.ndarray, differing: np.ndarray) -> np.ndarray:
    """alpha of units that count so many times each: (draws, units) to (draws,)."""
    of_label = times @ counts
    total = of_label.sum(axis=1)
    expected = (of_label * (total[:, None] - of_label)).sum(axis=1)
    ratio = np.full(len(times), np.nan)
    np.divide((total - 1) * (times @ differing), expected, out=ratio, where=expected > 0)
    return 1 - ratio


def alpha_table(tags: pd.DataFrame, themes: Sequence[Theme]) -> pd.DataFrame:
    """Agreement of three coders and more on every theme, all of them together.

    Parameters
    ----------
    tags, themes : as in `agreement_table`

    Returns
    -------
    DataFrame, a row a theme, with the columns of ALPHA_COLUMNS; none of fewer than three coders
        coders: how many; n: answers that two or more of them coded; alpha with its interval, as
        from `krippendorffs_alpha`.
    """
    rows, coders = [], len(_coders(tags))
    for theme in themes if coders >= ALL_CODERS else ():
        given = judgements(tags, theme.code)
        n = int((given.notna().sum(axis=1) > 1).sum())
        rows.append([coders, theme.code, theme.label, n, *krippendorffs_alpha(given)])
    return pd.DataFrame(rows, columns=ALPHA_COLUMNS)
