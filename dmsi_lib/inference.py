"""Uncertainty of counts and shares. Fractions here are 0 to 1; tables turn them into percents."""

import numpy as np
from statsmodels.stats.proportion import proportion_confint


def wilson_interval(count, base, confidence=0.95):
    """Wilson's score interval of a share.

    Parameters
    ----------
    count, base : int or array of int
    confidence : float, 0 to 1

    Returns
    -------
    low, high : float arrays, 0 to 1; NaN where the base is 0

    Notes
    -----
    Wilson (1927), "Probable inference, the law of succession, and statistical inference",
    JASA 22, 209-212; recommended over the normal interval by Brown, Cai & DasGupta (2001),
    "Interval estimation for a binomial proportion", Statistical Science 16, 101-133.
    """
    count, base = np.asarray(count, dtype=float), np.asarray(base, dtype=float)
    usable = base > 0
    low, high = proportion_confint(
        np.where(usable, count, 0), np.where(usable, base, 1), 1 - confidence, method="wilson"
    )
    return np.where(usable, low, np.nan), np.where(usable, high, np.nan)
