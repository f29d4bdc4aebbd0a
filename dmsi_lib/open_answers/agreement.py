"""How far two coders agree, theme by theme, beyond what chance alone would bring about."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from dmsi_lib.questionnaire import Theme
from dmsi_lib.tables import FINAL

AGREEMENT_COLUMNS = [
    *("coder_1", "coder_2", "theme", "label", "n", "both", "only_1", "only_2", "neither"),
    *("observed", "expected", "kappa"),
]


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
    first, second = np.asarray(first), np.asarray(second)
    if not len(first):
        return np.nan, np.nan, np.nan
    labels = np.unique([*first, *second])
    table = np.array([[np.sum((first == a) & (second == b)) for b in labels] for a in labels])
    shares = table / table.sum()
    observed, expected = float(np.trace(shares)), float(shares.sum(axis=1) @ shares.sum(axis=0))
    beyond_chance = (observed - expected) / (1 - expected) if len(labels) > 1 else np.nan
    return observed, expected, beyond_chance


def agreement_table(tags: pd.DataFrame, themes: Sequence[Theme]) -> pd.DataFrame:
    """Agreement of every pair of coders on every theme.

    Parameters
    ----------
    tags : DataFrame with the columns `tags.TAG_COLUMNS`
        An answer is coded by whoever gave it a theme. The coder "final" settles the others'
        disagreements and is compared with nobody.
    themes : tuple of Theme

    Returns
    -------
    DataFrame, a row a pair of coders and theme, with the columns of AGREEMENT_COLUMNS
        n: answers that both coded; both, only_1, only_2, neither: how many of them carry the
        theme, by whom; observed, expected (fractions, 0 to 1) and kappa as from `kappa`.
    """
    coders = sorted(c for c in tags["coder"].unique() if c.casefold() != FINAL)
    rows = []
    for pair in combinations(coders, 2):
        own = [tags[tags["coder"] == coder] for coder in pair]
        common = sorted(set(own[0]["respondent"]) & set(own[1]["respondent"]))
        for theme in themes if common else ():
            carriers = [set(part.loc[part["theme"] == theme.code, "respondent"]) for part in own]
            a, b = (np.array([r in carrier for r in common]) for carrier in carriers)
            counts = [int(x.sum()) for x in (a & b, a & ~b, b & ~a, ~a & ~b)]
            rows.append([*pair, theme.code, theme.label, len(common), *counts, *kappa(a, b)])
    return pd.DataFrame(rows, columns=AGREEMENT_COLUMNS)
