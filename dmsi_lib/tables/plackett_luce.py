"""What each item of a ranking is worth: Plackett-Luce worths and their bootstrap intervals.

Every ranking is taken apart into choices from sets of items. Respondents share few different sets,
so a resample is a row of weights and a thousand resamples are estimated at once. Where respondents
are many, those who rank alike are one row, drawn as often as all of them together.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dmsi_lib.errors import InputError
from dmsi_lib.tables.alike import alike

UNRANKED = ("last", "absent")
TOLERANCE, ITERATIONS = 1e-10, 100_000
CONFIDENCE = 0.95
CELLS = 4_000_000  # weights held at once: 32 MB


def plackett_luce(ranks: pd.DataFrame, unranked: str = "last", pseudo: float = 0.0) -> pd.Series:
    """The worth of each item, adding up to 1: how likely it is to be put first.

    Parameters and refusals are those of `worth_intervals`. A ranking is a series of choices: the
    first from all items, the second from the rest, and so on, each item chosen in proportion to its
    worth (Plackett 1975, "The analysis of permutations", Applied Statistics 24, 193-202). Maximum
    likelihood by the MM algorithm of Hunter (2004), "MM algorithms for generalized Bradley-Terry
    models", Annals of Statistics 32, 384-406, whose assumption 1 is the condition for its
    existence. The unseen item is that of Turner, van Etten, Firth & Kosmidis (2020), "Modelling
    rankings in R: the PlackettLuce package", Computational Statistics 35, 1027-1057, who use 0.5.
    """
    choices = _choices(_rankings(ranks, unranked, pseudo), together=True)
    if not pseudo:
        _check_determined(choices, ranks.columns)
    once = choices.often[None, :]
    return pd.Series(_worths(choices, once, pseudo)[0], index=ranks.columns, name="worth")


def worth_intervals(
    ranks: pd.DataFrame,
    unranked: str = "last",
    pseudo: float = 0.0,
    resamples: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Worths (see `plackett_luce`) with 95 % bootstrap intervals, resampling whole respondents.

    Parameters
    ----------
    ranks : DataFrame of int or NA, (n, items)
        Only their order counts. Who ranked nothing is left out.
    unranked : "last" or "absent"
        Whether a respondent's unranked items stand behind all that were ranked (asked for the
        first few), or were not compared by that respondent at all ("not applicable").
    pseudo : float
        Each item is given that many wins and as many losses against an item nobody saw. 0.5 keeps
        the worths of small groups finite and draws them a little together.
    resamples, seed : int

    Returns
    -------
    DataFrame, a row an item, with the columns

        item, worth, ci_low, ci_high, resamples

        Worths and bounds are 0 to 1. `resamples` is how many entered the interval: those in which
        the worths are not determined are left out, none where `pseudo` is above 0.

    Raises
    ------
    InputError
        For ties, ranks not whole numbers from 1, nothing to compare, worths that the rankings
        don't determine (some items never stand behind any of the others), or no resample.

    Notes
    -----
    Percentile intervals: Efron & Tibshirani (1993), "An introduction to the bootstrap", chapter 13.
    """
    if resamples < 1:
        raise InputError(f"Found resamples={resamples}, expected 1 or more.")
    worth = plackett_luce(ranks, unranked, pseudo)
    rankings = _rankings(ranks, unranked, pseudo)
    choices = _choices(rankings, together=len(rankings) * resamples > CELLS)
    lots = _resamples(choices, resamples, np.random.default_rng(seed))
    found = np.concatenate([_resampled(choices, weights, pseudo) for weights in lots])
    tail = (1 - CONFIDENCE) / 2
    low = high = np.full(len(worth), np.nan)
    if len(found):
        low, high = np.quantile(found, [tail, 1 - tail], axis=0)
    table = {"item": worth.index, "worth": worth.to_numpy(), "ci_low": low, "ci_high": high}
    return pd.DataFrame(table).assign(resamples=len(found))


@dataclass(frozen=True)
class _Choices:
    """Rankings as choices from sets of items, one ranking a row."""

    often: np.ndarray  # (rankings,) int: how many respondents gave it
    won: np.ndarray  # (rankings, items) bool: chosen from a set of at least two
    beaten: np.ndarray  # (rankings, items, items) bool: the first chosen while the second was there
    sets: np.ndarray  # (sets, items) bool: each set that was chosen from
    times: np.ndarray  # (rankings, sets) int: how often it has a choice from it


def _rankings(ranks: pd.DataFrame, unranked: str, pseudo: float) -> np.ndarray:
    """The ranks that respondents gave, (n, items), NaN where an item was not compared, and infinite
    where it stands behind all others."""
    if not pseudo >= 0:
        raise InputError(f"Found pseudo={pseudo}, expected 0 or more.")
    if unranked not in UNRANKED:
        raise InputError(f"Found unranked={unranked!r}, expected one of {', '.join(UNRANKED)}.")
    values = rank_values(ranks)
    values = values[~np.isnan(values).all(axis=1)]
    ordered = np.sort(values, axis=1)
    ties = (np.diff(ordered, axis=1) == 0).any(axis=1)
    if ties.any():
        raise InputError(
            f"Found one rank given twice by {ties.sum()} respondents, expected an order without "
            "ties; leave them out or settle their ties."
        )
    return np.where(np.isnan(values), np.inf, values) if unranked == "last" else values


def _choices(rankings: np.ndarray, together: bool) -> _Choices:
    """The choices of rankings as from `_rankings`, of `together` each ranking once."""
    values, often = alike(rankings) if together else (rankings, np.ones(len(rankings), dtype=int))
    placed = np.isfinite(values)
    there = values[:, None, :] >= values[:, :, None]  # (respondent, chosen, still there)
    won = placed & (there.sum(axis=2) > 1)
    if not won.any():
        raise InputError("Found no ranking that compares two items, expected at least one.")
    respondent, _ = np.nonzero(won)
    sets, which = np.unique(there[won], axis=0, return_inverse=True)
    times = np.zeros((len(values), len(sets)))
    np.add.at(times, (respondent, which.ravel()), 1)
    beaten = there & won[:, :, None] & ~np.eye(values.shape[1], dtype=bool)
    return _Choices(often, won, beaten, sets, times)


def _resamples(
    choices: _Choices, resamples: int, random: np.random.Generator
) -> Iterator[np.ndarray]:
    """How often each ranking is drawn in resamples of all respondents, (resamples, rankings), in
    lots of CELLS at most."""
    n, at_once = choices.often.sum(), max(1, CELLS // len(choices.often))
    for start in range(0, resamples, at_once):
        lot = min(at_once, resamples - start)
        yield random.multinomial(n, choices.often / n, size=lot)


def _resampled(choices: _Choices, weights: np.ndarray, pseudo: float) -> np.ndarray:
    """The worths in each resample that determines them, (resamples, items)."""
    if not pseudo:
        weights = weights[_reached(choices, weights).all(axis=(1, 2))]
    return _worths(choices, weights, pseudo)


def _reached(choices: _Choices, weights: np.ndarray) -> np.ndarray:
    """Whether victories lead from one item to another: bool (resamples, items, items)."""
    items = choices.won.shape[1]
    wins = weights @ choices.beaten.reshape(len(choices.beaten), -1).astype(float)
    reached = (wins.reshape(-1, items, items) > 0) | np.eye(items, dtype=bool)
    for _ in range(items.bit_length()):  # each squaring doubles the length of the paths
        reached = (reached.astype(float) @ reached.astype(float)) > 0
    return reached


def _check_determined(choices: _Choices, items: pd.Index) -> None:
    reached = _reached(choices, choices.often[None, :])[0]
    if reached.all():
        return
    mutual = reached & reached.T
    unbeaten = next(i for i in range(len(items)) if (reached[:, i] <= mutual[:, i]).all())
    names = ", ".join(f"'{item}'" for item in items[mutual[unbeaten]])
    raise InputError(
        f"The rankings don't determine the worths: no other item was ever ranked above {names}. "
        "Pass pseudo=0.5, or compare fewer items."
    )


def _worths(choices: _Choices, weights: np.ndarray, pseudo: float) -> np.ndarray:
    """Worths, (resamples, items), with rankings weighted by the rows of `weights`."""
    wins, times, sets = weights @ choices.won, weights @ choices.times, choices.sets
    items = wins.shape[1]
    if pseudo:  # the last column is the item nobody saw, met by every other one
        sets = np.block([[sets, np.zeros((len(sets), 1), bool)], [np.eye(items, items + 1) > 0]])
        sets[-items:, -1] = True
        times = np.hstack([times, np.full((len(times), items), 2 * pseudo)])
        wins = np.hstack([wins + pseudo, np.full((len(wins), 1), items * pseudo)])
    sets = sets.astype(float)
    worths = np.full(wins.shape, 1 / wins.shape[1])
    moving = np.arange(len(worths))
    for _ in range(ITERATIONS):
        old = worths[moving]
        new = wins[moving] / ((times[moving] / (old @ sets.T)) @ sets)
        new /= new.sum(axis=1, keepdims=True)
        worths[moving] = new
        moving = moving[np.abs(new / old - 1).max(axis=1) > TOLERANCE]
        if not len(moving):
            break
    worths = worths[:, :items]
    return worths / worths.sum(axis=1, keepdims=True)


def rank_values(ranks: pd.DataFrame) -> np.ndarray:
    """Ranks as floats (n, items), NaN where unranked; whole numbers from 1, or an InputError."""
    try:
        values = ranks.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError):
        raise InputError("Found text among the ranks, expected whole numbers from 1.") from None
    wrong = ~np.isnan(values) & ((values < 1) | (values != np.round(values)))
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise InputError(
            f"Found rank {values[row, column]:g} of '{ranks.columns[column]}' by respondent "
            f"{ranks.index[row]}, expected whole numbers from 1."
        )
    return values
