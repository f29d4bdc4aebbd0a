"""Which figures a public report may show: the rule for small cells, the plan, the table.

A cell is *primary* where its count, its base less the count, or its base is below the minimum: so
few people can be recognised, and 0 or 100 % tells something about everybody. For a ranking the
first places count as cells too, and a mean rank that is the least or largest possible tells
everybody's answer. Other cells are hidden to protect them (*complementary*). Where a base is hidden
so are all its cells, since a count and a percentage give the base away.

Two kinds of rows are cells only together with their base: "answered" of an open or numeric
question, which is the base itself (not of one of several boxes, which share a base), and what a
group's own definition says (of Ontario, the row Ontario).

Means and medians of numbers are shown for the coarsest groups alone: means of a group and of its
parts give the mean of the rest, which may be one person. They stand on the minimum of numbers at
least; how many answers were no numbers is never shown. What a scale comes to (mean, median,
promoters less detractors) follows from its counts, and is shown where all of them are: to a reader
of those it is nothing new.

Why a figure is hidden is a figure as well: of a base of 20, a complementary cell can only be 10. So
a plan knows the reasons, and a table says of a hidden cell that it is suppressed, no more.

Source: Hundepool et al., Statistical Disclosure Control (2012), sections 4.2 and 4.3.
"""

import csv
import io
import json
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.questionnaire import Questionnaire
from dmsi_lib.tables import NET_PROMOTER, TableName
from dmsi_lib.where import Condition, Where

SHOWN, PRIMARY, COMPLEMENTARY = "", "primary", "complementary"
STATUSES = (SHOWN, PRIMARY, COMPLEMENTARY)
SUPPRESSED = "suppressed"  # what a public table says of whatever is hidden
LINE = ["question", "kind", "row", "item"]  # what names a line of a group's tables
_STATUS_COLUMNS = ["status", "base_status", "mean_status"]
PLAN_COLUMNS = ["group", *LINE, *_STATUS_COLUMNS]
SIZE_TABLE = TableName("", "size")  # its one line is a group's number of respondents
_FIGURES = ["count", "percent", "ci_low", "ci_high", "mean_rank", "rank_1_percent"]
_MEANS = ["mean", "median", "measured", NET_PROMOTER]  # of several lines, or of a line


# Pairs of a question and the codes, any of which was answered, sorted; () is everybody.
Group = tuple[tuple[str, tuple[str, ...]], ...]


def group_of(where: Where, questionnaire: Questionnaire) -> Group:
    """The group that conditions make: one name however they say it.

    Of a single-choice question the codes that all its conditions leave, in the questionnaire's
    order. Those of a multiple-choice question overlap, so that a condition has one.

    Raises
    ------
    UsageError
        For another condition on a multiple-choice question, or one on a derived question, whose
        groups are made of others: how they hang together is planned for what was asked alone.
    """
    group = set()
    left: dict[str, tuple[str, ...]] = {}
    for condition in where.conditions:
        question = questionnaire[condition.question]
        if question.derivation:
            raise UsageError(
                f"'{condition}': '{question.id}' is derived, and a public report takes conditions "
                f"on what was asked; choose by {_asked_instead(condition, questionnaire)}."
            )
        if question.type == "single":
            codes = left.get(question.id, tuple(question.choices))
            left[question.id] = tuple(
                code for code in codes if (code in condition.codes) != condition.negated
            )
        elif condition.negated or len(condition.codes) > 1:
            raise UsageError(
                f"'{condition}': of a multiple-choice question a public report takes conditions of "
                "the form question=code alone, since what it hides is planned for such groups."
            )
        else:
            group.add((question.id, condition.codes))
    return tuple(sorted(group | set(left.items())))


def _asked_instead(condition: Condition, questionnaire: Questionnaire) -> str:
    """A condition of the same people on what was asked, or else the questions to choose by."""
    question = questionnaire[condition.question]
    how = question.derivation
    if how and how.codes and question.type == "single":
        codes = [code for option in condition.codes for code in how.codes.get(option, ())]
        source = Condition(how.parts[0], tuple(codes), condition.negated)
        if not questionnaire[source.question].derivation:
            return str(source)
        return _asked_instead(source, questionnaire)
    return " or ".join(one.id for one in questionnaire.sources(question))


def where_of(group: Group) -> Where:
    """The conditions that make a group; see `group_of`."""
    return Where(tuple(Condition(name, codes) for name, codes in group))


def group_name(group: Group) -> str:
    """A group as text: "province=ontario,alberta, role=cook"; "" for everybody.

    Codes that hold signs of this text themselves stand in quotation marks, so that no two groups
    have one name.
    """
    conditions = []
    for name, codes in sorted(group):
        texts = [code if set(code).isdisjoint(',="') else json.dumps(code) for code in codes]
        conditions.append(f"{name}={','.join(texts)}")
    return ", ".join(conditions)


@dataclass(frozen=True)
class Plan:
    """What is hidden in tables that are published together.

    Attributes
    ----------
    cells : DataFrame with the columns of PLAN_COLUMNS, all texts
        One row a line of a table; `status` of its figures, `base_status` of its base, `mean_status`
        of mean and median; each one of STATUSES, which no public file holds. The line of SIZE_TABLE
        is the group's size.
    """

    cells: pd.DataFrame

    def of(self, group: Group, name: TableName | None = None) -> pd.DataFrame:
        """The rows of one group, or of one table in it, with the columns of PLAN_COLUMNS.

        Raises
        ------
        InputError
            Where the plan has no such group or table.
        """
        rows = self.cells[self.cells["group"] == group_name(group)]
        if name is not None:
            rows = rows[(rows["question"] == name.question) & (rows["kind"] == name.kind)]
        if rows.empty:
            table = "" if name is None else f" the {name.kind} of '{name.question}' of"
            who = group_name(group) or "everybody"
            raise InputError(f"The suppression plan lacks{table} {who}; plan all groups together.")
        return rows.reset_index(drop=True)

    def shows_size(self, group: Group) -> bool:
        """Whether the number of a group's respondents is shown."""
        return bool((self.of(group, SIZE_TABLE)["status"] == SHOWN).all())

    def to_csv(self) -> bytes:
        """The plan as CSV, UTF-8."""
        return self.cells.to_csv(index=False, lineterminator="\n").encode("utf-8")

    @classmethod
    def from_csv(cls, data: bytes) -> "Plan":
        """The plan that `to_csv` made.

        Raises
        ------
        InputError
            For other columns, a row with too few or too many fields, or an unknown status.
        """
        try:
            text = io.StringIO(data.decode("utf-8-sig"), newline="")
            lines = [line for line in csv.reader(text, strict=True) if line]
        except (ValueError, csv.Error) as error:
            raise InputError(f"The suppression plan is no CSV file ({error}).") from None
        header, *rows = lines or [[]]
        if header != PLAN_COLUMNS:
            raise InputError(
                f"The suppression plan has the columns {', '.join(header) or '(none)'}; "
                f"expected {', '.join(PLAN_COLUMNS)}."
            )
        for number, row in enumerate(rows, 2):
            if len(row) != len(header):
                raise InputError(
                    f"The suppression plan, row {number}: found {len(row)} fields, expected "
                    f"{len(header)}."
                )
        cells = pd.DataFrame(rows, columns=header, dtype=str)
        for name in _STATUS_COLUMNS:
            wrong = cells[~cells[name].isin(STATUSES)]
            if len(wrong):
                raise InputError(
                    f"The suppression plan, row {wrong.index[0] + 2}, column '{name}': found "
                    f"'{wrong[name].iloc[0]}', expected nothing, {PRIMARY} or {COMPLEMENTARY}."
                )
        return cls(cells)


def suppress_table(table: pd.DataFrame, plan: pd.DataFrame) -> pd.DataFrame:
    """A table as it may be published.

    Parameters
    ----------
    table : DataFrame with the columns of `tables.COLUMNS`, one table without groups, or several
    plan : DataFrame, the plan's rows of this table (`Plan.of(group, name)`), or of these

    Returns
    -------
    DataFrame
        The columns of `table` and `suppressed`, "" or "suppressed"; of hidden cells the figures are
        missing, of hidden bases the base. Means are missing where they may not be shown, which is
        also where another line of the question, or of its row, is hidden.

    Raises
    ------
    InputError
        Where the plan does not have exactly the table's lines.
    """
    rows, lines = plan.set_index(LINE), pd.MultiIndex.from_frame(table[LINE])
    surplus = Counter(lines)
    surplus.subtract(rows.index)
    wrong = [question for (question, *_), times in surplus.items() if times]
    if wrong:
        raise InputError(
            f"The suppression plan has other lines for '{wrong[0]}' than its table; make the plan "
            "with the same export, edit and base."
        )
    rows = rows.loc[lines]
    hidden, without_base, without_mean = (rows[_STATUS_COLUMNS] != SHOWN).to_numpy().T
    out = table.copy()
    out[["count", "base"]] = out[["count", "base"]].astype("Int64")
    means = [name for name in _MEANS if name in out]
    together = pd.Series(hidden | without_base, out.index).groupby([out[name] for name in LINE[:3]])
    out.loc[together.transform("any").to_numpy() | without_mean, means] = pd.NA
    out.loc[hidden | without_base, _FIGURES] = pd.NA
    out.loc[without_base, "base"] = pd.NA
    blank = np.where(hidden | without_base, SUPPRESSED, SHOWN)
    return out.assign(left_out=float("nan"), suppressed=blank)
