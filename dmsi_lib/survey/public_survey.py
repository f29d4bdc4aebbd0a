"""A survey as the public may see it: tables with small cells suppressed, and what follows.

It is made of suppressed tables alone. Single respondents and everything counted beyond the tables
(routing statuses, combinations, break-offs, other readings) are not there to be shown: the
suppression is planned, and proved safe, for the tables. Derived questions that tell more than any
plan looks at are not there either.
"""

# Types of what is drawn are not loaded for saying so.
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import numpy as np
import pandas as pd

from dmsi_lib import figures
from dmsi_lib.disclosure import Group, Plan, group_of, left_out, suppress_table
from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.files import content_of
from dmsi_lib.questionnaire import NOT_STATED, Question
from dmsi_lib.survey.counts import Grouped
from dmsi_lib.survey.numbers import HIDDEN, Numbers
from dmsi_lib.survey.survey import Survey
from dmsi_lib.survey.themes import Themes, no_themes
from dmsi_lib.tables import By, TableName, by_names, universe_name


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
    survey
    plan : with the group of the survey's conditions

    Raises
    ------
    InputError
        Where the plan lacks the group or one of its tables.
    """
    group, themes, counted = (
        group_of(survey.where, survey.questionnaire),
        survey.themes,
        survey.counted(),
    )
    without = left_out(survey.questionnaire)
    counted = counted[~counted["question"].isin(without)]
    asked = counted["question"].isin([q.id for q in survey.questionnaire.questions if q.asked])
    # That a question was not asked, or nothing was coded, tells of nobody.
    tables = _by_question(counted[~asked].assign(suppressed=""))
    tables |= _suppressed(counted[asked], plan, group)
    questions = [q for q in survey.questionnaire.questions if q.id not in without]
    own = {q.id for q in questions if not q.derivation}
    coded = [name for name in themes.coded if name in own]
    uncoded = [name for name in themes.codebook if name in own and name not in themes.coded]
    theme_tables = {name: themes.counted(name).assign(suppressed="") for name in uncoded}
    if coded:
        frame = pd.concat(map(themes.counted, coded), ignore_index=True)
        theme_tables |= _suppressed(frame, plan, group)
    n = survey.n if plan.shows_size(group) else None
    quotations = {q.id: survey.quotations(q.id) for q in questions if q.has_texts}
    return PublicSurvey(survey, n, tables, theme_tables, quotations)


def _suppressed(tables: pd.DataFrame, plan: Plan, group: Group) -> dict[str, pd.DataFrame]:
    """The tables of a frame by question, suppressed at once: much quicker than one by one."""
    names = tables[["question", "kind"]].drop_duplicates().itertuples(index=False)
    rows = pd.concat([plan.of(group, TableName(*name)) for name in names], ignore_index=True)
    return _by_question(suppress_table(tables, rows))


def _by_question(tables: pd.DataFrame) -> dict[str, pd.DataFrame]:
    parts = tables.groupby("question", sort=False)
    return {str(name): table.reset_index(drop=True) for name, table in parts}


class PublicSurvey(Numbers):
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
        choices = replace(survey.choices, export=None, audience="public")
        without = left_out(survey.questionnaire)
        questions = tuple(q for q in survey.questionnaire.questions if q.id not in without)
        questionnaire = replace(survey.questionnaire, questions=questions)
        super().__init__(choices, questionnaire, survey.synthetic, n, survey._tiles)
        vars(self).update(_left_out=without)
        shown = PublicThemes(self, survey.themes, themes)
        vars(self).update(_tables=tables, _quotations=quotations, themes=shown)

    _tables: Mapping[str, pd.DataFrame]
    _quotations: Mapping[str, figures.Quotations]
    _left_out: frozenset[str]
    themes: PublicThemes

    def question(self, question_id: str) -> Question:
        """A question whose table is planned; see `Survey.question`."""
        if question_id in self._left_out:
            raise InputError(
                f"'{question_id}' is a derived question that public reports leave out: hidden "
                "figures might be worked out from it. Tag the cell 'internal'."
            )
        return super().question(question_id)

    def _counted(self, question_id: str, by: By = None) -> pd.DataFrame:
        if by:
            self.crosstab(question_id, by)
        return self._tables[self.question(question_id).id].copy(deep=False)

    def crosstab(self, question_id: str, *by: By, **_: object) -> NoReturn:
        """Refused: the suppression is planned for tables without groups."""
        names = ", ".join(name for columns in by for name in by_names(columns))
        raise InputError(
            f"'{question_id}' by '{names}': a public report has no such table; make a report for "
            "each group with `dmsi batch`, or tag the cell 'internal'."
        )

    def quotations(self, question_id: str) -> figures.Quotations:
        """The answers that a reviewer has allowed to be quoted; see `Survey.quotations`."""
        question = self.question(question_id)
        if not question.has_texts:
            raise UsageError(
                f"'{question_id}' is a {question.type} question; expected an open one."
            )
        return self._quotations[question_id]

    def _wording(self, question_id: str) -> figures.Wording:
        question = self.question(question_id)
        universe = universe_name(question, self.questionnaire)
        if not question.asked:
            return figures.Wording(question.text, universe, "Not asked in this wave.")
        base = self._counted(question_id)["base"]
        return figures.Wording(question.text, universe, f"Answered by {figures.sizes(base)}.")

    def _twin_choices(self, twins: dict[str, Question]) -> Grouped:
        return _as_respondents({code: self._counted(one.id) for code, one in twins.items()})

    def _ranking(self, twins: dict[str, Question]) -> figures.Ranking | figures.Instead:
        tables = {title: self._counted(one.id) for title, one in twins.items()}
        return figures.rank_tables(next(iter(twins.values())), self, tables)

    def plot_combinations(self, question_id: str) -> figures.Instead:
        """A sentence: what was ticked together tells more than the tables; see
        `Survey.plot_combinations`."""
        question = self._with_options(question_id)
        if not question.asked:
            return figures.not_asked(question)
        return figures.left_out(f"What was ticked together in answer to “{question.text}”")

    def _untold(self, question_id: str, by: By) -> str:
        return HIDDEN if by_names(by) or question_id in self._left_out else ""

    def _any_of(self, question: Question, items: Sequence[str], by: By, group: str) -> None:
        return None  # who chose several is not in the tables

    def _answered(self, question: Question) -> int | None:
        """The table's base, or in a base of all who were asked those of them who answered."""
        rows = self._counted(question.id)
        if rows["row"].nunique() > 1 or rows["base"].isna().any():
            return None
        asked = int(rows["base"].iloc[0])
        if self.base == "answered":
            return asked
        silent = rows.loc[rows["item"] == NOT_STATED, "count"]
        return None if silent.isna().any() else asked - int(silent.sum())

    def _asked(self, question: Question) -> int | None:
        base = self._counted(question.id)["base"]
        told = self.base == "universe" and base.notna().all()
        return int(base.iloc[0]) if told else None

    def _twin_answers(self, twins: dict[str, Question]) -> None:
        return None  # what one person answered is in no table

    def _days(self, question: Question) -> str:
        return ""

    def _equally_often(self, question: Question, items: list[str]) -> str:
        return ""

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        raise InputError(
            f"survey.{name}: is no part of a public report, which shows tables alone. Tag the cell "
            "'internal', so that public reports leave it out."
        )


class PublicThemes(Themes):
    """Theme tables with small cells suppressed."""

    def __init__(self, survey: Numbers, counted: Themes, tables: Mapping[str, pd.DataFrame]):
        own = {q.id for q in survey.questionnaire.questions if not q.derivation}
        codebook = {name: themes for name, themes in counted.codebook.items() if name in own}
        super().__init__(survey, codebook, tuple(name for name in counted.coded if name in own))
        examples = {name: counted.examples(name) for name in codebook}
        vars(self).update(_tables=tables, _examples=examples)

    _tables: Mapping[str, pd.DataFrame]
    _examples: Mapping[str, dict[str, str]]

    def examples(self, question_id: str) -> dict[str, str]:
        """Those of themes whose counts are shown: an answer would tell that there is one."""
        if self.is_uncoded(question_id):
            return {}
        table = self.counted(question_id)
        shown = set(table.loc[table["suppressed"] == "", "item"])
        found = self._examples[question_id]
        return {theme: text for theme, text in found.items() if theme in shown}

    def counted(self, question_id: str) -> pd.DataFrame:
        if self.is_uncoded(question_id):
            return no_themes(self._survey.question(question_id)).assign(suppressed="")
        return self._tables[question_id].copy(deep=False)

    def _choices(self, twins: Mapping[str, Question]) -> Grouped:
        return _as_respondents({code: self.counted(one.id) for code, one in twins.items()})

    def _any_of(self, question_id: str, themes: Sequence[str]) -> None:
        return None


def _as_respondents(tables: Mapping[str, pd.DataFrame]) -> Grouped:
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
