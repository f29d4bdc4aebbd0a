"""Groups side by side on a question of several rows, or with numbers: matrix, ranking, numeric.

Each row is a comparison of its own. What is shown is what is tested: means where there are numbers,
scores or places, shares where there are not (`tables.row_tests`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dmsi_lib.figures.group_names import GroupNames, in_both_wordings
from dmsi_lib.figures.reader_tables import (
    NO_FIGURE,
    Sentences,
    ShownTable,
    Source,
    base_sentence,
    cell_text,
    hidden_rows,
    in_order,
    say,
    show_table,
    sizes,
    table_files,
)
from dmsi_lib.figures.row_differences import row_name, what_differs
from dmsi_lib.figures.told_tests import equation, told
from dmsi_lib.questionnaire import Question
from dmsi_lib.tables import (
    FEWEST,
    LEVEL,
    TOTAL,
    MeansTest,
    RowTest,
    RowTests,
    group_means,
    measured,
    row_tests,
    totals,
)
from dmsi_lib.wording import how_many

if TYPE_CHECKING:  # drawing is loaded by those who draw
    from dmsi_lib.figures.pictures import Picture

_MOST_SAID = 3
_OTHER_THINGS = "The two were asked different questions."
# Code of each respondent's group, (n,), None for nobody's; answers (n, items), as in `responses`.
Answered = tuple[np.ndarray, pd.DataFrame]


@dataclass(frozen=True)
class RowComparison:
    """Groups compared row by row; shows itself as a table.

    Attributes
    ----------
    question : the one whose labels are shown
    survey : where the table comes from
    table : tidy, with groups
    names : of the groups
    means : as from `tables.group_means`; None where shares are shown
    tests : None where nothing is tested: a public report has no single answers, and the answers to
        different questions are not compared
    twin : the question that the second group was asked, where twins are compared
    """

    question: Question
    survey: Source
    table: pd.DataFrame
    names: GroupNames
    means: pd.DataFrame | None = None
    tests: RowTests | None = None
    twin: Question | None = None

    @property
    def labels(self) -> Mapping[str, str]:
        """The label of each group, by its code."""
        return self.names.labels

    @property
    def same_question(self) -> bool:
        """Whether all groups were asked the same, as far as the questionnaire says."""
        return self.twin is None or self.question.asks_the_same_as(self.twin)

    @property
    def alike(self) -> bool:
        """Whether the groups were compared and nothing is shown to differ: no row, and of a ranking
        not all items together either."""
        if self.tests is None or not self._tested:
            return False
        return not (self._differing or self.tests.joint_p_value < LEVEL)

    @cached_property
    def _tested(self) -> list[RowTest]:
        rows = () if self.tests is None else self.tests.rows
        return [row for row in rows if not np.isnan(row.p_value)]

    @property
    def _differing(self) -> list[RowTest]:
        """The rows that pass the correction, the surest first."""
        return sorted((r for r in self._tested if r.p_holm < LEVEL), key=lambda row: row.p_holm)

    # ---- shown

    @cached_property
    def shown(self) -> ShownTable:
        """The comparison as a table for readers, with all groups together last."""
        if hidden_rows(self.table).any() or (self.means is None and self._has_means):
            return show_table(self.table, self.question, self.survey, self.labels)
        columns = self._shares() if self.means is None else self._means(self.means)
        files = table_files(self.table, self.survey)
        return ShownTable(pd.DataFrame(columns), self._caption, files)

    @property
    def notes(self) -> list[str]:
        """What stands under the table: the wordings, where twins were put it differently."""
        both = self._asked
        wordings = [f"Asked in two wordings. {both.text}"] if both is not self.question else []
        return wordings if self.same_question else [*wordings, _OTHER_THINGS]

    def _repr_html_(self) -> str:
        return self.shown._repr_html_() + say(*self.notes)._repr_html_()

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, Any]]:
        content, about = self.shown._repr_mimebundle_()
        return content | {"text/html": self._repr_html_(), "text/plain": repr(self)}, about

    def __repr__(self) -> str:
        return "\n".join([repr(self.shown), *self.notes])

    def plot(self) -> "Picture":
        """The groups' means as dots with their intervals, or their shares as bars."""
        if self.means is None:
            from dmsi_lib.figures.bars import plot_table

            return plot_table(self.table, self.question, self.survey, self.labels)
        from dmsi_lib.figures.mean_charts import plot_means

        groups = self.means["group"] != TOTAL
        drawn = self.means.loc[groups, "ci_low"].notna().any()
        note = self._caption + (" The lines are single 95 % intervals." if drawn else "")
        source = self._asked, self.survey, note
        return plot_means(self.means, self._rows, self.labels, *source)

    # ---- said

    def sentences(self) -> Sentences:
        """What differs, in plain words; else that the groups answered alike. Nothing where one
        group alone answered, as the chart shows."""
        if len(self.labels) == 1:
            return say()
        if not self.same_question:
            return say(_OTHER_THINGS)
        if self.tests is None:
            return say("The groups stand side by side; nothing is tested.")
        if not self._tested:
            return say("Too few answered to compare the groups.", *self._untested())
        differing = self._differing
        texts = [self._said(row) for row in differing[:_MOST_SAID]]
        if len(differing) > _MOST_SAID:
            texts.append(f"These are the surest of {len(differing)} differences.")
        return say(*(texts or [self._alike()]), *self._untested())

    def details(self) -> Sentences:
        """By which tests and corrections, and who is left out; for those who open the fold."""
        if self.tests is None:
            return say()
        rows = [row for row in self.tests.rows if row.test is not None]
        if not rows:
            return say(f"Nothing is tested below {FEWEST} answers a group.")
        texts = [
            f"{row_name(self.question, row.row) or 'Tested'} {self._told(row)}." for row in rows
        ]
        if not np.isnan(self.tests.joint_p_value):
            texts.append(
                "All items together, permuting whole respondents: "
                f"{equation(self.tests.joint_p_value)}."
            )
        if len(self._tested) > 1:
            texts.append(
                "Each row is tested by itself; Holm's correction counts how many they are."
            )
        out = sum(row.left_out for row in rows)
        if out:
            texts.append(f"Left out, for having no place on the scale: {how_many(out, 'answer')}.")
        return say(*texts, *self._untested())

    def _said(self, row: RowTest) -> str:
        return what_differs(row, self.question, self.names, self.table, self.means)

    def _told(self, row: RowTest) -> str:
        several = self.tests is not None and len(self.tests.rows) > 1
        names = [f"“{self.labels[code]}”" for code in row.sizes]
        return told(row.test, names, row.p_holm if several else np.nan)

    def _alike(self) -> str:
        codes = dict.fromkeys(code for row in self._tested for code in row.sizes)
        who = self.names.together([code for code in self.labels if code in codes])
        if self.alike:
            return f"{who} answered alike; no gap is larger than chance would give."
        return f"{who} differ in the order of all items together, but in no item by itself."

    def _untested(self) -> Iterator[str]:
        """Which groups are shown alone, and which rows, in sentences."""
        rows = () if self.tests is None else self.tests.rows
        compared = {code for row in rows for code in row.sizes}
        bases = self.table.groupby("group")["base"].max()
        few = [code for code in self.labels if code not in compared and bases.get(code, 0)]
        if few and len(self.labels) > 1:
            names = ", ".join(f"{self.names.among(code)} ({bases[code]})" for code in few)
            yield f"Shown but not compared, as fewer than {FEWEST} answered: {names}."
        alone = [row_name(self.question, row.row) for row in rows if row.test is None]
        if 0 < len(alone) < len(rows):
            names = ", ".join(alone)
            yield f"Not compared, as fewer than {FEWEST} answered in all groups but one: {names}."

    # ---- tables

    @property
    def _asked(self) -> Question:
        """The question with both wordings, where there are two."""
        if self.twin is None:
            return self.question
        return in_both_wordings(self.question, self.twin, self.names)

    @property
    def _has_means(self) -> bool:
        return self.question.type in ("ranking", "numeric") or bool(self.question.scores)

    @cached_property
    def _rows(self) -> dict[str, str]:
        """The label of each row that has a mean; of a ranking of each item."""
        labels = self.question.options if self.question.type == "ranking" else self.question.rows
        codes = [] if self.means is None else list(dict.fromkeys(self.means["row"]))
        return {code: labels.get(code, "Mean") for code in codes}

    @cached_property
    def _caption(self) -> str:
        kinds = {
            "ranking": " Mean place: 1 is first; the items that somebody left out share the places "
            "behind those that they ranked.",
            "numeric": " Means of those who gave a number.",
        }
        points = self.question.scores.values()
        scale = f" Means on the scale from {min(points):g} to {max(points):g}." if points else ""
        kind = kinds.get(self.question.type, scale) if self.means is not None else ""
        return base_sentence(self.table, self.survey) + kind

    @property
    def _columns(self) -> dict[str, str]:
        """The label of each group, and of all together where there is more than one."""
        together = {TOTAL: "Total"} if len(self.labels) > 1 and self.same_question else {}
        return {**self.labels, **together}

    def _means(self, means: pd.DataFrame) -> dict[str, list[str]]:
        columns = {"Answer": list(self._rows.values())}
        for code, label in self._columns.items():
            lines = means[means["group"] == code].set_index("row").loc[list(self._rows)]
            columns[label] = [
                f"{line.mean:,.2f} (n = {line.n})" if line.n else NO_FIGURE
                for line in lines.itertuples()
            ]
        tests = {} if self.tests is None else {row.row: row for row in self.tests.rows}
        differences = [_difference_text(tests.get(row)) for row in self._rows]
        if any(text != NO_FIGURE for text in differences):
            columns["Difference (single 95 % interval)"] = differences
        return columns

    def _shares(self) -> dict[str, list[str]]:
        table = in_order(self.table, self.question)
        lines = table.drop_duplicates(["row", "item"])
        together = pd.concat([table, totals(table)])
        columns = {"Answer": lines["label"].tolist()}
        for code, label in self._columns.items():
            rows = together[together["group"] == code]
            cells = {
                (row.row, row.item): cell_text(row, self.question) for row in rows.itertuples()
            }
            places = zip(lines["row"], lines["item"], strict=True)
            head = f"{label} (n = {sizes(rows['base'])})"
            columns[head] = [cells.get(place, "not offered") for place in places]
        return columns


def compare_rows(
    question: Question,
    survey: Source,
    table: pd.DataFrame,
    names: GroupNames,
    answered: Answered | None,
    twin: Question | None = None,
) -> RowComparison:
    """Compare groups of respondents on each row of a question, and test what can be tested.

    Parameters
    ----------
    question, survey, table, names, twin : see `RowComparison`
    answered : who is in which group and answered what; None where single answers are not known

    Returns
    -------
    RowComparison
    """
    made = RowComparison(question, survey, table, names, twin=twin)
    if answered is None:
        return made
    (group, answers), codes = answered, list(names.labels)
    values = measured(question, answers)
    means = None if values is None else group_means(values, group, codes, FEWEST)
    tests = row_tests(question, group, answers, codes, FEWEST) if made.same_question else None
    return RowComparison(question, survey, table, names, means, tests, twin)


def _difference_text(row: RowTest | None) -> str:
    if row is None or not isinstance(row.test, MeansTest) or np.isnan(row.test.difference):
        return NO_FIGURE
    test = row.test
    return f"{test.difference:+.2f} ({test.ci_low:+.2f} to {test.ci_high:+.2f})"
