"""The smallest and the largest share that what is not known leaves possible.

Of each respondent it is known which of three things they may be: outside the universe, inside
without the option, inside with it; who may be only one of these is settled. A share is those inside
with the option over those inside, so both the answers and the universe may be open: this is the
problem of jointly missing outcomes and covariates of Horowitz & Manski (1998, "Censoring of
outcomes and regressors due to survey nonresponse", Journal of Econometrics 84, 37-58; 2000,
"Nonparametric analysis of randomized experiments with missing covariate and outcome data", JASA 95,
77-84) and Manski (2003, "Partial identification of probability distributions", chapters 1 and 3).

Closed form. Take any share a / (a + b), a with the option and b without. To let one respondent be
without it (b + 1), rather than outside, never raises the share; to let one be outside, rather than
with it (a - 1), does not either. Each respondent may be moved alone, so the share is lowest where
everybody is without the option who may be, and of the others everybody outside who may be:

    lowest = S1 / (S1 + P0)    highest = P1 / (P1 + S0)

with P1 and P0 the respondents who may be inside with, or without, the option, and S1 and S0 those
who can be nothing else. These are attained, hence sharp. Where a denominator is 0 nobody need be
inside; as soon as anybody is, the lowest share is 1 (the highest 0), as nobody may be otherwise.

A difference of two shares whose universes may overlap is lowest at the lowest of the first less the
highest of the second. Where nobody can be in both, it is lowest where everybody helps whom they
can: without the option in the first, or with it in the second. Who can do either (m of them) is
tried in each place: the difference for a of them in the first and m - a in the second is computed
for all a. These bounds are narrower, and attained as well, as long as somebody is in either
universe for certain; where one may be empty, those of universes that may overlap are given, which
are never too narrow.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

Bounds = tuple[float, float]


@dataclass(frozen=True)
class May:
    """What each respondent may be, with regard to one option: bool arrays (n,).

    Attributes
    ----------
    outside : outside the universe
    without, chosen : inside, without the option or with it
    """

    outside: np.ndarray
    without: np.ndarray
    chosen: np.ndarray

    def with_option(self, yes: bool) -> np.ndarray:
        return self.chosen if yes else self.without

    def settled(self, yes: bool) -> np.ndarray:
        """Who can be nothing but inside with the option, or without it."""
        return self.with_option(yes) & ~self.with_option(not yes) & ~self.outside


def share_bounds(may: May) -> Bounds:
    """Lowest and highest share (0 to 1) of an option; NaN where nobody may be inside."""
    low, high = (_extreme(may, yes) for yes in (True, False))
    return low, 1 - high


def _extreme(may: May, yes: bool) -> float:
    """The lowest share of those with the option, or without it."""
    settled = np.count_nonzero(may.settled(yes))
    against = np.count_nonzero(may.with_option(not yes))
    if settled + against:
        return float(settled / (settled + against))
    return 1.0 if may.with_option(yes).any() else np.nan


def difference_bounds(first: May, second: May, apart: bool = False) -> Bounds:
    """Lowest and highest difference (-1 to 1) of the first share less the second.

    `apart` says that nobody can be in both universes. NaN where nobody may be in one of them.
    """
    if apart:
        return _lowest_apart(first, second), -_lowest_apart(second, first)
    (low1, high1), (low2, high2) = share_bounds(first), share_bounds(second)
    return low1 - high2, high1 - low2


def _lowest_apart(first: May, second: May) -> float:
    """The lowest difference where nobody can be in both universes."""
    if first.outside.all() or second.outside.all():  # one may be empty
        return share_bounds(first)[0] - share_bounds(second)[1]
    helps = first.without & second.outside, second.chosen & first.outside
    either = helps[0] & helps[1]
    # Who helps neither is in neither, if they may.
    stuck = ~(helps[0] | helps[1]) & ~(first.outside & second.outside)
    ones = np.count_nonzero(stuck & first.chosen & second.outside)
    others = np.count_nonzero(stuck & second.without & first.outside)
    m = np.count_nonzero(either)
    placed = np.arange(m + 1)  # of those who can help either, in the first universe
    base = ones + np.count_nonzero(helps[0] & ~either) + placed
    twos = np.count_nonzero(helps[1] & ~either) + m - placed
    return float(np.min(ones / base - twos / (twos + others)))


def lead_bound(first: May, others: Iterable[May]) -> float:
    """The smallest number by which one option of a question is ahead of all others.

    Options of one question have one base, so their order is that of their numbers, and everybody
    adds to a difference alone: -1 who may have the other option and not this one, 0 who may be
    outside, or have both or neither, and otherwise 1.
    """
    leads = []
    for other in others:
        behind = first.without & other.chosen
        ahead = first.settled(True) & other.settled(False)
        leads.append(int(np.count_nonzero(ahead)) - int(np.count_nonzero(behind)))
    return min(leads, default=np.inf)
