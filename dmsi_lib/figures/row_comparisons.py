"""Groups side by side on a question of several rows, or with numbers: matrix, ranking, numeric.

Each row is a comparison of its own. What is shown is what is tested: means where there are numbers,
scores or places, shares where there are not (`tables.row_tests`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

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
)
from dmsi_lib.figures.row_differences import row_name, what_differs
from dmsi_lib.figures.told_tests import equation, told
from dmsi_lib.questionnaire import Question
from dmsi_lib.tables import (
    FEWEST,
    MeansTest,
    RowTest,
    RowTests,
    group_means,
    measured,
    row_tests,
)
from dmsi_lib.wording import SYNTHETIC_MARK, how_many

if TYPE_CHECKING:  # drawing is loaded by those who draw
    from dmsi_lib.figures.pictures import Picture

LEVEL = 0.05
_MOST_SAID = 3
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
    labels : label of each group
    means : as from `tables.group_means`; None where shares are shown
    tests : None where nothing is tested: a public report has no single answers
    """

    question: Question
    survey: Source
    table: pd.DataFrame
    labels: Mapping[str, str]
    means: pd.DataFrame | None = None
    tests: RowTests | None = None

    # ---- what is shown

    @cached_property
    def shown(self) -> ShownTable:
        """The comparison as a table for readers, with all groups together first."""
        if hidden_rows(self.table).any() or (self.means is None and self._has_means):
            return show_table(self.table, self.question, self.survey, self.labels)
        columns = self._shares() if self.means is None else self._means(self.means)
        return ShownTable(pd.DataFrame(columns), self._caption)

    def _repr_html_(self) -> str:
        return self.shown._repr_html_()

    def __repr__(self) -> str:
        return repr(self.shown)

    def plot(self) -> "Picture":
        """The groups' means as dots with their intervals, or their shares as bars."""
        if self.means is None:
            from dmsi_lib.figures.bars import plot_table

            return plot_table(self.table, self.question, self.survey, self.labels)
        from dmsi_lib.figures.mean_charts import plot_means

        drawn = self.means.loc[self.means["group"] != "", "ci_low"].notna().any()
        note = self._caption + (" The lines are single 95 % intervals." if drawn else "")
        source = self.question, self.survey, note
        return plot_means(self.means, self._rows, self.labels, *source)

    def sentences(self) -> Sentences:
        """What differs, in plain words; else that the groups answered alike."""
        if self.tests is None:
            return say("The groups stand side by side; nothing is tested.")
        tested = [row for row in self.tests.rows if not np.isnan(row.p_value)]
        if not tested:
            return say("Too few answers to compare the groups.", *self._untested())
        differing = self.differing
        texts = [self._said(row) for row in differing[:_MOST_SAID]]
        if len(differing) > _MOST_SAID:
            texts.append(f"The table shows {len(differing) - _MOST_SAID} more differences.")
        return say(*(texts or [self._alike(tested)]), *self._untested())

    def details(self) -> Sentences:
        """The tests, their correction, and who is left out."""
        if self.tests is None:
            return say()
        rows = [row for row in self.tests.rows if row.test is not None]
        texts = [f"{row_name(self.question, row.row)}{self._told(row)}." for row in rows]
        if not np.isnan(self.tests.joint_p_value):
            texts.append(
                "All items together, permuting whole respondents: "
                f"{equation(self.tests.joint_p_value)}."
            )
        if sum(not np.isnan(row.p_value) for row in rows) > 1:
            texts.append(
                "Each row is tested by itself; Holm's correction counts how many they are."
            )
        out = sum(row.left_out for row in rows)
        if out:
            texts.append(f"Left out, for having no place on the scale: {how_many(out, 'answer')}.")
        if self.survey.synthetic:
            texts.append(f"{SYNTHETIC_MARK}: how answers and group go together is invented.")
        return say(*texts, *self._untested())

    # ---- for an author's own sentences

    @property
    def differing(self) -> list[RowTest]:
        """The rows in which the groups differ after the correction, the surest first."""
        rows = () if self.tests is None else self.tests.rows
        passing = [row for row in rows if row.p_holm < LEVEL]  # a p value of nan passes nothing
        return sorted(passing, key=lambda row: row.p_holm)

    @property
    def largest(self) -> RowTest | None:
        """The row in which the groups differ most surely, if they do in any."""
        return next(iter(self.differing), None)

    @property
    def alike(self) -> bool:
        """Whether something is tested, and nothing is shown to differ."""
        rows = () if self.tests is None else self.tests.rows
        return any(not np.isnan(row.p_value) for row in rows) and not self.differing

    # ---- tables

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
            "ranking": " Mean place, 1 is first. What somebody left unranked counts as the last.",
            "numeric": " Means of those who gave a number.",
        }
        points = self.question.scores.values()
        scale = f" Means on the scale from {min(points):g} to {max(points):g}." if points else ""
        kind = kinds.get(self.question.type, scale) if self.means is not None else ""
        return base_sentence(self.table, self.survey) + kind

    def _means(self, means: pd.DataFrame) -> dict[str, list[str]]:
        columns = {"Answer": list(self._rows.values())}
        for code, label in {"": "All", **self.labels}.items():
            lines = means[means["group"] == code].set_index("row").loc[list(self._rows)]
            columns[label] = [
                f"{line.mean:,.2f} (n = {line.n})" if line.n else NO_FIGURE
                for line in lines.itertuples()
            ]
        tests = {} if self.tests is None else {row.row: row for row in self.tests.rows}
        found = [tests.get(row) for row in self._rows]
        differences = [_difference_text(row) for row in found]
        if any(text != NO_FIGURE for text in differences):
            columns["Difference (single 95 % interval)"] = differences
        return columns

    def _shares(self) -> dict[str, list[str]]:
        table = in_order(self.table, self.question)
        keys = ["row", "item"]
        lines = table.drop_duplicates(keys)
        together = table.groupby(keys)[["count", "base"]].sum().reset_index()
        together = together.assign(percent=100 * together["count"] / together["base"])
        columns = {"Answer": lines["label"].tolist()}
        for code, label in {"": "All", **self.labels}.items():
            rows = together if code == "" else table[table["group"] == code]
            cells = {
                (row.row, row.item): cell_text(row, self.question) for row in rows.itertuples()
            }
            head = f"{label} (n = {sizes(rows['base'])})"
            places = zip(lines["row"], lines["item"], strict=True)
            columns[head] = [cells.get(place, "not offered") for place in places]
        return columns

    # ---- sentences

    def _said(self, row: RowTest) -> str:
        return what_differs(row, self.question, self.labels, self.table, self.means)

    def _told(self, row: RowTest) -> str:
        several = self.tests is not None and len(self.tests.rows) > 1
        names = [self.labels[code] for code in row.sizes]
        return told(row.test, names, row.p_holm if several else np.nan)

    def _alike(self, tested: list[RowTest]) -> str:
        codes = dict.fromkeys(code for row in tested for code in row.sizes)
        names = [f"“{self.labels[code]}”" for code in codes]
        who = " and ".join(names) if len(names) == 2 else "The groups"
        if self.tests is not None and self.tests.joint_p_value < LEVEL:
            return f"{who} differ in the order of all items together, but in no item by itself."
        return f"{who} answered alike; no gap is larger than chance would give."

    def _untested(self) -> Iterator[str]:
        """Which groups are shown alone, in a sentence."""
        rows = () if self.tests is None else self.tests.rows
        tested = {code for row in rows for code in row.sizes}
        few = [f"“{label}”" for code, label in self.labels.items() if code not in tested]
        if rows and few:
            names = ", ".join(few)
            yield f"Shown but not tested, for fewer than {FEWEST} answers: {names}."
        alone = [row_name(self.question, row.row) for row in rows if row.test is None]
        if 0 < len(alone) < len(rows):
            names = ", ".join(name.removesuffix(": ") for name in alone)
            yield f"Not tested, for fewer than {FEWEST} answers in all groups but one: {names}."


def compare_rows(
    question: Question,
    survey: Source,
    table: pd.DataFrame,
    labels: Mapping[str, str],
    answered: Answered | None,
) -> RowComparison:
    """Compare groups of respondents on each row of a question, and test what can be tested.

    Parameters
    ----------
    question, survey, table, labels : see `RowComparison`
    answered : who is in which group and answered what; None where single answers are not known, or
        nothing is to be tested

    Returns
    -------
    RowComparison
    """
    if answered is None:
        return RowComparison(question, survey, table, labels)
    group, answers = answered
    values = measured(question, answers)
    means = None if values is None else group_means(values, group, list(labels), FEWEST)
    tests = row_tests(question, group, answers, list(labels), FEWEST)
    return RowComparison(question, survey, table, labels, means, tests)


def _difference_text(row: RowTest | None) -> str:
    if row is None or not isinstance(row.test, MeansTest) or np.isnan(row.test.difference):
        return NO_FIGURE
    test = row.test
    return f"{test.difference:+.2f} ({test.ci_low:+.2f} to {test.ci_high:+.2f})"
