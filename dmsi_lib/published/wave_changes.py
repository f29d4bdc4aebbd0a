"""How much of a change between two waves is a change of answers.

A share moves when other people answer it, when it is counted on other people, when other options
are offered, and when people answer otherwise. The change is split into these four parts exactly:

    total = questionnaire + routing + composition + answers

- questionnaire: what goes when both are counted among those who chose an option of both waves;
- routing: what goes further when only those are counted whom the rules lead to the question;
- composition and answers: the two terms of Kitagawa's decomposition over groups of respondents,
  sum of (w1 - w0)(p0 + p1)/2 and of (p1 - p0)(w0 + w1)/2. A group that one wave lacks has the
  other's share there, so that it counts as composition.

Source: E. Kitagawa, "Components of a difference between two rates", JASA 50 (1955), 1168-1194.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

PARTS = ["questionnaire", "routing", "composition", "answers"]

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class WaveAnswers:
    """The answers of one wave to a question, of those who answered.

    Attributes
    ----------
    chosen : bool DataFrame (n, options), with the later wave's codes where both offer an option
    on_route : bool (n,), whom the rules lead to the question
    group : (n,) what respondents are made alike by; any one value where by nothing
    """

    chosen: pd.DataFrame
    on_route: Array
    group: Array


def split_changes(before: WaveAnswers, after: WaveAnswers, single: bool) -> pd.DataFrame:
    """Each shared option's change in percentage points, and its parts, which add up to it.

    Parameters
    ----------
    before, after : WaveAnswers
    single : whether one answer was given, so that shares depend on all options

    Returns
    -------
    DataFrame, a row an option, with the columns item, total, questionnaire, routing, composition,
    answers; NaN where a wave has nobody left
    """
    shared = [item for item in after.chosen if item in before.chosen]
    rows = []
    for item in shared:
        steps = [_share(after, item) - _share(before, item)]
        ends = [
            _only(wave, wave.chosen[shared].any(axis=1).to_numpy()) if single else wave
            for wave in (before, after)
        ]
        steps.append(_share(ends[1], item) - _share(ends[0], item))
        ends = [_only(wave, wave.on_route) for wave in ends]
        steps.append(_share(ends[1], item) - _share(ends[0], item))
        composition = _composition(ends[0], ends[1], item)
        parts = [steps[0] - steps[1], steps[1] - steps[2], composition, steps[2] - composition]
        rows.append([item, steps[0], *parts])
    return pd.DataFrame(rows, columns=["item", "total", *PARTS])


def _only(wave: WaveAnswers, kept: Array) -> WaveAnswers:
    return WaveAnswers(wave.chosen[kept], wave.on_route[kept], wave.group[kept])


def _share(wave: WaveAnswers, item: str) -> float:
    return 100 * float(wave.chosen[item].mean()) if len(wave.chosen) else np.nan


def _composition(before: WaveAnswers, after: WaveAnswers, item: str) -> float:
    """The part of a change that other people make, in points."""
    if not len(before.chosen) or not len(after.chosen):
        return np.nan
    weights, shares = zip(*(_by_group(wave, item) for wave in (before, after)), strict=True)
    groups = weights[0].index.union(weights[1].index)
    w0, w1 = (one.reindex(groups, fill_value=0.0) for one in weights)
    p0, p1 = (one.reindex(groups) for one in shares)
    p0, p1 = p0.fillna(p1), p1.fillna(p0)
    return float(((w1 - w0) * (p0 + p1) / 2).sum())


def _by_group(wave: WaveAnswers, item: str) -> "tuple[pd.Series[float], pd.Series[float]]":
    """The weight of each group and its share in percent."""
    grouped = wave.chosen[item].groupby(wave.group)
    return grouped.size() / len(wave.chosen), 100 * grouped.mean()
