"""What was published of a survey before, beside what its data give now."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import pandas as pd

from dmsi_lib import published
from dmsi_lib.survey.frozen import Frozen


class Publication(Frozen):
    """The ledger of a published report, and our figures; `survey.published`.

    Parameters
    ----------
    figures : DataFrame, see `published.read_published`
    questionnaire : Questionnaire
    our_figures : callable of the ledger, which gives ours; called when first needed
    """

    def __init__(self, figures: pd.DataFrame, questionnaire: Any, ours: Callable[[], pd.DataFrame]):
        vars(self).update(_figures=figures, _questionnaire=questionnaire, _count=ours)

    _figures: pd.DataFrame
    _questionnaire: Any
    _count: Callable[[], pd.DataFrame]

    @property
    def figures(self) -> pd.DataFrame:
        """The ledger: a row a figure."""
        return self._figures.copy(deep=False)

    @cached_property
    def _ours(self) -> pd.DataFrame:
        return self._count()

    def reproduction(self) -> pd.DataFrame:
        """Every published figure beside ours; see `published.side_by_side`."""
        return published.side_by_side(self._figures, self._ours)

    def reproduced(self) -> pd.Series:
        """Which published figures these data reproduce, bool."""
        return published.matches(self._figures, self._ours)

    def arithmetic(self) -> pd.DataFrame:
        """What the published report says against itself; see `published.check_arithmetic`."""
        return published.check_arithmetic(self._figures, self._questionnaire)
