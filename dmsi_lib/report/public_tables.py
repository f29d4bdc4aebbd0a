"""Tables by groups as the public may see them: planned together with those of everybody, attacked,
then laid beside each other.

Whatever stands in them beyond counts and percentages is made of the figures that are shown, so that
it tells nothing which a reader could not work out: where one of them is hidden it is blank.
"""

from collections.abc import Iterator, Sequence

import pandas as pd

from dmsi_lib.disclosure import left_out
from dmsi_lib.errors import InputError
from dmsi_lib.report.groups import groups_of
from dmsi_lib.report.public_release import plan_release
from dmsi_lib.survey import Survey, as_public
from dmsi_lib.tables import TOTAL, By, Layout, column_names, letter_columns
from dmsi_lib.where import Where
from dmsi_lib.wording import how_many

_CELL = ["question", "item"]


def public_tables(
    whole: Survey, where: Where, by: Sequence[By], layout: Layout | None, min_cell: int
) -> pd.DataFrame:
    """All tables of a survey and of groups, with small cells and what gives them away suppressed.

    Parameters
    ----------
    whole : the survey of everybody
    where : the conditions on the respondents that are counted
    by : single-choice questions whose options become groups, as in `Survey.crosstab`; () for none
    layout : how cross tables are wanted; None for the groups alone, without a total
    min_cell : the least number of respondents that may stand in a cell or make a group

    Returns
    -------
    DataFrame
        The columns of `Survey.table`, `suppressed`, and those of the layout. The group "(total)" is
        everybody to be counted, whether in a group or not; groups of fewer than `min_cell` are not
        there. `row_total` is of the groups that are there.

    Raises
    ------
    InputError, UsageError
        As from `plan_release` and `groups_of`; where too few respondents are left.
    """
    survey = whole.part(where)
    names = column_names(by)
    blocks = [_coded(survey, block, alone=len(names) == 1) for block in names]
    conditions = {code: where & group for block in blocks for code, group in block.items()}
    parts = {code: whole.part(each) for code, each in conditions.items()}
    shown = {code: part for code, part in parts.items() if part.n >= min_cell}
    if survey.n < min_cell or (parts and not shown):
        raise InputError(
            f"No group has {how_many(min_cell, 'respondent')} or more, as a public table needs."
        )
    plan = plan_release(whole, [survey, *parts.values()] if where else [*parts.values()], min_cell)
    total = {TOTAL if parts else "": survey} if layout or not parts else {}
    named = {name for block in names for name in block}
    tables = {code: as_public(each, plan) for code, each in (total | shown).items()}
    without = named | left_out(survey.questionnaire)
    frames = [
        public.table(question.id).assign(group=code)
        for question in survey.questionnaire.questions
        if question.id not in without
        for code, public in tables.items()
    ]
    table = pd.DataFrame(pd.concat(frames, ignore_index=True))
    if layout is None:
        return table
    present = [[code for code in block if code in shown] for block in blocks]
    ranked = {q.id for q in survey.questionnaire.questions if q.type == "ranking"}
    return table.assign(**dict(_further(table, [b for b in present if b], layout, ranked)))


def _coded(survey: Survey, by: Sequence[str], alone: bool) -> dict[str, Where]:
    """The groups that anybody is in, by the code that they have in tables."""
    wheres = [group.where for group in groups_of(survey, list(by))]
    bare = alone and len(by) == 1
    return {each.conditions[0].codes[0] if bare else str(each): each for each in wheres}


def _further(
    table: pd.DataFrame, blocks: Sequence[Sequence[str]], layout: Layout, ranked: set[str]
) -> Iterator[tuple[str, object]]:
    """The columns of a layout, made of what is shown alone."""
    if layout.percent != "column":
        totals = _row_totals(table, blocks)
        yield "row_total", totals
        yield "row_percent", (100 * table["count"] / totals.where(totals > 0)).astype(float)
    if layout.letters:
        yield from letter_columns(table.assign(row=""), blocks, layout.min_base, ranked).items()
    yield "small_base", table["base"] < layout.min_base


def _row_totals(table: pd.DataFrame, blocks: Sequence[Sequence[str]]) -> pd.Series:
    """How many of a block's groups gave each answer, where all of them are shown; of the total its
    own count."""
    totals = table["count"].copy()
    for block in blocks:
        inside = table["group"].isin(block)
        rows = table[inside]
        sums = rows["count"].groupby([rows[name] for name in _CELL]).transform("sum")
        hidden = rows["count"].isna().groupby([rows[name] for name in _CELL]).transform("any")
        totals[inside] = sums.mask(hidden)
    return totals
