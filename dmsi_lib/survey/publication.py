"""What was published of a survey before, beside what its data give now."""

from collections.abc import Callable
from functools import cached_property

import pandas as pd

from dmsi_lib import published
from dmsi_lib.questionnaire import Questionnaire
from dmsi_lib.survey.frozen import Frozen


class Publication(Frozen):
    """The ledger of a published report (see `published.read_published`), and what gives our
    figures, called when they are first needed; `survey.published`."""

    _figures: pd.DataFrame
    _questionnaire: Questionnaire
    _not_asked: frozenset[str]
    _count: Callable[[], pd.DataFrame]
    _synthetic: bool

    def __init__(
        self,
        figures: pd.DataFrame,
        questionnaire: Questionnaire,
        count: Callable[[], pd.DataFrame],
        synthetic: bool,
    ):
        lacking = frozenset(q.id for q in questionnaire.questions if not q.asked)
        vars(self).update(_figures=figures, _questionnaire=questionnaire, _count=count)
        vars(self).update(_not_asked=lacking, _synthetic=synthetic)

    @property
    def made_to_fit(self) -> str:
        """What it means that figures come out, where the data were made for it, in a sentence; ""
        for real data."""
        if not self._synthetic:
            return ""
        return (
            "These data were made to give these figures. So this shows that the "
            "counting is right, and nothing about the survey."
        )

    @property
    def figures(self) -> pd.DataFrame:
        """The ledger: a row a figure."""
        return self._figures.copy(deep=False)

    @cached_property
    def _ours(self) -> pd.DataFrame:
        return self._count()

    @cached_property
    def _side_by_side(self) -> pd.DataFrame:
        return published.side_by_side(
            self._figures, self._ours, self._not_asked, self._questionnaire
        )

    def reproduction(self) -> pd.DataFrame:
        """Every published figure beside ours; see `published.side_by_side`."""
        return self._side_by_side.copy(deep=False)

    def reproduced(self) -> pd.Series:
        """Which published figures these data reproduce, bool."""
        return published.matches(self._figures, self._ours)

    def arithmetic(self) -> pd.DataFrame:
        """What the published report says against itself; see `published.check_arithmetic`."""
        return published.check_arithmetic(self._figures, self._questionnaire)

    def least_off_route(self) -> pd.DataFrame:
        """How many answers must stand where the rules expect none, by the published figures alone;
        see `published.least_off_route`."""
        return published.least_off_route(self._figures, self._questionnaire)
