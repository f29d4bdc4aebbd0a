"""Scales: the mean of what their options count, and promoters less detractors.

A mean stands on those who answered with an option that has a score; "don't know" has none.

Source of the latter: Reichheld (2003), "The one number you need to grow", Harvard Business Review
81(12), 46-54: on a scale from 0 to 10 promoters are 9 and 10, detractors 0 to 6.
"""

import numpy as np

from dmsi_lib.questionnaire import Question

NET_PROMOTER = "net_promoter"
_POINTS, _PROMOTERS, _DETRACTORS = range(11), 9, 6


def is_promoter_scale(question: Question) -> bool:
    """Whether the options of a question count 0 to 10, each number once."""
    return sorted(question.scores.values()) == [*_POINTS]


def scale_measures(question: Question, codes: np.ndarray) -> dict[str, float]:
    """What the answers to a scale, or a row of it, come to; {} where the question is no scale.

    Of `codes`, int (n,), positions among the question's choices (-1 for blank): `measured`, how
    many have a score, their `mean` and `median`, NaN where there are none, and of a scale from 0 to
    10 `net_promoter`, -100 to 100.
    """
    if not question.scores:
        return {}
    scores = np.array([question.scores.get(code, np.nan) for code in question.choices])
    values = scores[codes[codes >= 0]]
    values = values[~np.isnan(values)]
    measures = middles(values)
    if is_promoter_scale(question):
        promoters, detractors = (values >= _PROMOTERS).sum(), (values <= _DETRACTORS).sum()
        share = 100 * float(promoters - detractors) / len(values) if len(values) else np.nan
        measures[NET_PROMOTER] = share
    return measures


def middles(values: np.ndarray) -> dict[str, float]:
    """Mean and median of some numbers, and how many they are."""
    some = len(values) > 0
    mean, median = (values.mean(), np.median(values)) if some else (np.nan, np.nan)
    return {"measured": len(values), "mean": float(mean), "median": float(median)}
