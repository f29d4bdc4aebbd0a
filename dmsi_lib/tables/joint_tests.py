"""Which test says whether groups answer a question of options alike, all options together."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dmsi_lib.errors import InputError
from dmsi_lib.questionnaire import Question
from dmsi_lib.tables.associations import AssociationTest, independence_test
from dmsi_lib.tables.multiple_response import MultipleResponseTest, multiple_response_test
from dmsi_lib.tables.ordered import OrderedTest, ordered_test

PERMUTATIONS = 2000  # enough for a p-value to two decimals; Rao-Scott gives the rest


def joint_test(
    question: Question, group: np.ndarray, chosen: pd.DataFrame, groups: Sequence[str]
) -> AssociationTest | MultipleResponseTest | OrderedTest | None:
    """The test of all options of a question together.

    Parameters
    ----------
    question : single or multiple
    group : (n,) code of each respondent's group, None for nobody's
    chosen : bool (n, options), those who answered
    groups : the codes that are compared, in order

    Returns
    -------
    AssociationTest, OrderedTest where the options have an order, or MultipleResponseTest of a
    multiple question; None where one group alone gave any of the answers
    """
    if question.type != "single":
        return multiple_response_test(group, chosen, PERMUTATIONS)
    counts = chosen.groupby(group).sum().reindex(groups, fill_value=0)
    try:
        return _of_order(question, counts) if question.ordered else independence_test(counts)
    except InputError:
        return None


def _of_order(question: Question, counts: pd.DataFrame) -> OrderedTest:
    """The test of the options in their order; answers that have no place in it are left out."""
    order = [code for code in question.ordered if code in counts]
    scores = [question.scores[code] for code in order] if question.scores else None
    left_out = int(counts.drop(columns=order).to_numpy().sum())
    return ordered_test(counts[order], scores, left_out=left_out)
