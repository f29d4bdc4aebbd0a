"""A survey as the public may see it: tables with small cells suppressed, and what follows.

It is made of suppressed tables alone. Single respondents and everything counted beyond the tables
(routing statuses, combinations, break-offs, other readings) are not there to be shown: the
suppression is planned, and proved safe, for the tables.
"""

# Types of what is drawn are not loaded for saying so.
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dmsi_lib import figures
from dmsi_lib.disclosure import Plan, group_of, suppress_table
from dmsi_lib.errors import InputError
from dmsi_lib.files import content_of
from dmsi_lib.questionnaire import Question
from dmsi_lib.survey.showing import Showing
from dmsi_lib.survey.survey import Survey
from dmsi_lib.survey.themes import Themes
from dmsi_lib.tables import THEMES, TableName, universe_name


def read_plan(path: str | Path) -> Plan:
    """The plan of suppression in a file.

    Raises
    ------
    InputError
        Where it can't be read or is none.
    """
    content = content_of(path)
    try:
        return Plan.from_csv(content)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def as_public(survey: Survey, plan: Plan) -> PublicSurvey:
    """A survey as the public may see it.

    Parameters
    ----------
    survey : Survey
    plan : Plan, with the group of the survey's conditions

    Returns
    -------
    PublicSurvey

    Raises
    ------
    InputError
        Where the plan lacks the group or one of its tables.
    """
    group = group_of(survey.where, survey.questionnaire)
    counted = dict(list(survey.counted().groupby("question", sort=False)))
    tables = {
        q.id: suppress_table(counted[q.id].reset_index(drop=True), plan.of(group, TableName(q.id)))
        for q in survey.questionnaire.questions
    }
    themes = {name: survey.themes.counted(name) for name in survey.themes.codebook}
    themes = {
        # Where nothing was coded the table says so, which tells of nobody.
        name: suppress_table(table, plan.of(group, TableName(name, THEMES)))
        if name in survey.themes.coded
        else table.assign(suppressed="")
        for name, table in themes.items()
    }
    n = survey.n if plan.shows_size(group) else None
    quotations = {
        q.id: survey.quotations(q.id) for q in survey.questionnaire.questions if q.type == "open"
    }
    return PublicSurvey(survey, n, tables, themes, quotations)


class PublicSurvey(Showing):
    """A survey whose tables follow a plan of suppression; made by `as_public`."""

    public = True

    def __init__(
        self,
        survey: Survey,
        n: int | None,
        tables: Mapping[str, pd.DataFrame],
        themes: Mapping[str, pd.DataFrame],
        quotations: Mapping[str, figures.Quotations],
    ):
        vars(self).update(
            _tables=tables,
            _tiles=survey._tiles,
            _quotations=quotations,
            choices=replace(survey.choices, export=None, audience="public"),
            questionnaire=survey.questionnaire,
            synthetic=survey.synthetic,
            n=n,
            themes=PublicThemes(self, survey.themes.codebook, survey.themes.coded, themes),
        )

    _tables: Mapping[str, pd.DataFrame]
    _quotations: Mapping[str, figures.Quotations]
    themes: PublicThemes

    def _counted(self, question_id: str, by: str | None = None) -> pd.DataFrame:
        if by is not None:
            raise InputError(
                f"'{question_id}' by '{by}': a public report has no such table; make a report for "
                "each group with `dmsi batch`, or tag the cell 'internal'."
            )
        return self._tables[self.question(question_id).id].copy(deep=False)

    def quotations(self, question_id: str) -> figures.Quotations:
        """The answers that a reviewer has allowed to be quoted; see `Survey.quotations`."""
        question = self.question(question_id)
        if question.type != "open":
            raise InputError(
                f"'{question_id}' is a {question.type} question; expected an open one."
            )
        return self._quotations[question_id]

    def _wording(self, question_id: str) -> figures.Wording:
        question = self.question(question_id)
        universe = universe_name(question, self.questionnaire)
        base = self._counted(question_id)["base"]
        return figures.Wording(question.text, universe, f"Answered by {figures.sizes(base)}.")

    def _twin_choices(self, twins: dict[str, Question]) -> tuple[Any, pd.DataFrame]:
        return _as_respondents({code: self._counted(one.id) for code, one in twins.items()})

    def _equally_often(self, question: Question, items: list[str]) -> str:
        return ""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise InputError(
            f"survey.{name}: is no part of a public report, which shows tables alone. Tag the cell "
            "'internal', so that public reports leave it out."
        )


class PublicThemes(Themes):
    """Theme tables with small cells suppressed."""

    def __init__(
        self,
        survey: Showing,
        codebook: Any,
        coded: tuple[str, ...],
        tables: Mapping[str, pd.DataFrame],
    ):
        own = {"codebook": codebook, "coded": coded, "_survey": survey}
        vars(self).update(own, _tables=tables)

    _tables: Mapping[str, pd.DataFrame]

    def counted(self, question_id: str) -> pd.DataFrame:
        self.of(question_id)
        return self._tables[question_id].copy(deep=False)

    def _choices(self, twins: Mapping[str, Any]) -> tuple[Any, pd.DataFrame]:
        return _as_respondents({code: self.counted(one.id) for code, one in twins.items()})


def _as_respondents(tables: Mapping[str, pd.DataFrame]) -> tuple[np.ndarray, pd.DataFrame]:
    """Respondents in whom the shown figures of groups are true, option by option.

    A comparison of two groups on one option needs no more than the counts and bases, which all
    readers have; who chose several options is not in the tables, so it is not in these either.
    """
    parts = []
    for rows in tables.values():
        rows = rows.assign(count=rows["count"].fillna(0).astype(int))
        base = int(rows["base"].max()) if rows["base"].notna().any() else 0
        chosen = {row.item: np.arange(base) < row.count for row in rows.itertuples()}
        parts.append(pd.DataFrame(chosen, index=range(base)))
    common = [item for item in parts[0] if all(item in part for part in parts)]
    group = np.repeat(np.array(list(tables), dtype=object), [len(part) for part in parts])
    return group, pd.concat([part[common] for part in parts], ignore_index=True)
