"""Answers that stand in an order, as pandas knows it: they sort, and `<` compares them."""

import pandas as pd

from dmsi_lib.questionnaire import Questionnaire

_TYPES = ("single", "matrix")


def in_order(responses: pd.DataFrame, questionnaire: Questionnaire) -> pd.DataFrame:
    """A copy of responses in which the answers to questions with an order of all their options are
    ordered categoricals, from low to high. "Don't know" is on no place of an order, so that
    options among which it stands stay without."""
    ordered = responses.copy()
    for question in questionnaire.questions:
        if question.type in _TYPES and question.order:
            dtype = pd.CategoricalDtype(question.order, ordered=True)
            for item in question.items:
                if (question.id, item) in ordered:
                    ordered[question.id, item] = ordered[question.id, item].astype(dtype)
    return ordered
