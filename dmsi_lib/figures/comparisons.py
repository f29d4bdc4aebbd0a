"""Two or more groups side by side: the same question, or the twins that share a concept.

A comparison is a table with a column for each group, the difference with its interval, and a test
of all options together that knows whether one respondent may tick several. Effect first, p last.
"""

import html
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dmsi_lib.errors import InputError
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
    scale_sentence,
    sizes,
    table_files,
)
from dmsi_lib.questionnaire import NOT_STATED, Question, Questionnaire
from dmsi_lib.tables import (
    APPROXIMATE,
    DRAWN,
    DRAWS,
    EXACT,
    AssociationTest,
    MultipleResponseTest,
    cochrans_q,
    compare_options,
    independence_test,
    is_one_test,
    multiple_response_test,
)
from dmsi_lib.wording import SYNTHETIC_MARK

if TYPE_CHECKING:  # drawing is loaded by those who draw
    from dmsi_lib.figures.bars import Picture

PERMUTATIONS = 2000  # enough for a p-value to two decimals; Rao-Scott gives the rest
LEVEL = 0.05


@dataclass(frozen=True)
class Comparison:
    """Groups compared on one question; shows itself as a table.

    Attributes
    ----------
    question : the one whose labels are shown
    survey : where the table comes from
    table : tidy, with groups
    labels : label of each group
    differences : as from `tables.compare_options`; None for more than two groups
    test : as from `tables.independence_test` where everybody gives one answer, otherwise from
        `tables.multiple_response_test`; None where too few answered to test anything
    other_labels : the twin's wording of an item, where it differs; None where no twins are compared
    """

    question: Question
    survey: Source
    table: pd.DataFrame
    labels: Mapping[str, str]
    differences: pd.DataFrame | None = None
    test: AssociationTest | MultipleResponseTest | None = None
    other_labels: Mapping[str, str] | None = None

    @cached_property
    def shown(self) -> ShownTable:
        """The comparison as a table for readers."""
        table = in_order(self.table, self.question)
        items = table.drop_duplicates("item").set_index("item")["label"]
        columns = {"Answer": items.tolist()}
        for group, label in self.labels.items():  # their order is the one of the difference
            rows = table[table["group"] == group]
            cells = {row.item: cell_text(row, self.question) for row in rows.itertuples()}
            head = f"{label} (n = {sizes(rows['base'])})"
            columns[head] = [cells.get(item, "not offered") for item in items.index]
        if self.differences is not None:
            found = self.differences.set_index("item").reindex(items.index)
            columns["Difference, points"] = [
                NO_FIGURE
                if np.isnan(row.difference)
                else f"{row.difference:+.1f} ({row.ci_low:+.1f} to {row.ci_high:+.1f})"
                for row in found.itertuples()
            ]
            columns["p (Holm)"] = [NO_FIGURE if np.isnan(p) else p_text(p) for p in found["p_holm"]]
        scale = scale_sentence(self.table, self.question, self.labels)
        caption = base_sentence(self.table, self.survey) + scale
        return ShownTable(pd.DataFrame(columns), caption, table_files(self.table, self.survey))

    def _repr_html_(self) -> str:
        notes = [
            f"“{self.table.set_index('item')['label'][item].iloc[0]}” was put to the other group "
            f"as “{other}”."
            for item, other in (self.other_labels or {}).items()
        ]
        return self.shown._repr_html_() + "".join(f"<p>{html.escape(n)}</p>" for n in notes)

    def __repr__(self) -> str:
        return repr(self.shown)

    def plot(self) -> "Picture":
        """The groups' bars side by side."""
        from dmsi_lib.figures.bars import plot_table

        return plot_table(self.table, self.question, self.survey, self.labels)

    def sentences(self) -> Sentences:
        """What the comparison says, in sentences."""
        hidden = hidden_rows(self.table).any()
        if self.test is None and (self.differences is None or not len(self.differences)):
            why = "Too much is suppressed" if hidden else "Too few answers"
            return say(f"{why} to compare the groups.")
        together = "" if self.test is None else _together(self.test)
        texts = [together]
        if self.differences is not None:
            texts = [
                _largest(self.differences, self.table, self.labels),
                f"{_how_many_differ(self.differences, self.question)} {together}".strip(),
            ]
        if self.survey.synthetic:
            known = "what was published of either group is met, the rest is invented."
            invented = "the association is invented."
            texts.append(f"{SYNTHETIC_MARK}: {invented if self.other_labels is None else known}")
        return say(*texts)


def compare_groups(
    question: Question,
    survey: Source,
    table: pd.DataFrame,
    labels: Mapping[str, str],
    group: np.ndarray,
    chosen: pd.DataFrame,
    other_labels: Mapping[str, str] | None = None,
) -> Comparison:
    """Compare groups of respondents, and test what can be tested.

    Parameters
    ----------
    question, survey, table, labels, other_labels : see `Comparison`
    group : (n,) code of each respondent's group, None for nobody's
    chosen : bool (n, items), the items that all groups were offered
    """
    # Only what the table shows; a test of all options would tell of more than of its cells.
    kept = set(chosen) - {NOT_STATED} - set(table.loc[hidden_rows(table), "item"])
    tested = chosen[[item for item in chosen if item in kept]]
    differences = None
    test: AssociationTest | MultipleResponseTest | None = None
    exclusive = question.type == "single"
    with suppress(InputError):  # nobody in one of the groups: the table says so
        if len(labels) == 2 and len(kept):
            differences = compare_options(group, tested, list(labels), exclusive)
    with suppress(InputError):
        if "suppressed" not in table and exclusive:
            test = independence_test(tested.groupby(group).sum())
        elif "suppressed" not in table:
            test = multiple_response_test(group, tested, PERMUTATIONS)
    return Comparison(question, survey, table, labels, differences, test, other_labels)


def twin_groups(question: Question, twin: Question, questionnaire: Questionnaire) -> dict[str, str]:
    """The gate that leads to either of two twins: code and label of each group, for `question`
    first.

    Raises
    ------
    InputError
        Where no single-choice gate tells the two apart.
    """
    first, second = (_conditions(q, questionnaire) for q in (question, twin))
    for gate, codes in first.items():
        if gate in second and len(codes) == 1 == len(second[gate]) and codes != second[gate]:
            choices = questionnaire[gate].choices
            return {code: choices[code] for code in (*codes, *second[gate])}
    raise InputError(f"'{question.id}' and '{twin.id}': no gate tells apart who was asked which.")


def _conditions(question: Question, questionnaire: Questionnaire) -> dict[str, tuple[str, ...]]:
    """Single-choice gates above a question with the codes its first alternatives ask for."""
    found: dict[str, tuple[str, ...]] = {}
    for condition in question.ask_if[0] if question.ask_if else ():
        gate = questionnaire[condition.gate]
        own = {gate.id: condition.wanted(gate)} if gate.type == "single" else {}
        for name, codes in (own | _conditions(gate, questionnaire)).items():
            before = found.get(name, codes)  # where several conditions are about one gate
            found[name] = tuple(code for code in before if code in codes)
    return found


def equally_often(chosen: pd.DataFrame, survey: Source) -> str:
    """Whether the same respondents choose all options equally often, in a sentence; "" where
    nothing can be tested.

    Parameters
    ----------
    chosen : bool (n, options), respondents who answered
    survey : for the mark
    """
    try:
        test = cochrans_q(chosen)
    except InputError:  # fewer than two options
        return ""
    if np.isnan(test.p_value):
        return ""
    found = "are not" if test.p_value < LEVEL else "may well be"
    mark = f" {SYNTHETIC_MARK}: what is ticked together is invented." if survey.synthetic else ""
    return (
        f"Within the {test.n} respondents the listed options {found} chosen equally often: "
        f"Cochran's Q {test.statistic:.1f} on {test.df} degrees of freedom, "
        f"{_equation(test.p_value)}.{mark}"
    )


def p_text(value: float) -> str:
    """A p-value as it is printed."""
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _largest(differences: pd.DataFrame, table: pd.DataFrame, labels: Mapping[str, str]) -> str:
    row = differences.loc[differences["difference"].abs().idxmax()]
    label = table.drop_duplicates("item").set_index("item")["label"][row["item"]]
    first, second = labels.values()
    return (
        f"The largest difference is in “{label}”: {row['percent_1']:.1f} % ({first}) against "
        f"{row['percent_2']:.1f} % ({second}), {row['difference']:+.1f} points with a 95 % "
        f"interval from {row['ci_low']:+.1f} to {row['ci_high']:+.1f}."
    )


def _how_many_differ(differences: pd.DataFrame, question: Question) -> str:
    """How many options pass, or whether the groups differ where two answers are one hypothesis."""
    p_values = differences["p_holm"].dropna()
    differ = (p_values < LEVEL).sum()
    level = f"at the level of {100 * LEVEL:.0f} %"
    if question.type == "single" and is_one_test(differences):
        passes = "differ" if differ else "do not differ"
        return f"The two answers are one hypothesis, tested once: the groups {passes} {level}."
    return (
        f"After Holm's correction {differ} of the {len(p_values)} options that can be tested "
        f"differ {level}."
    )


def _together(test: AssociationTest | MultipleResponseTest) -> str:
    if isinstance(test, AssociationTest):
        return _independence(test)
    p_value, permuted = map(_equation, (test.p_value, test.permutation_p_value))
    if np.isnan(test.permutation_p_value):
        return "All options together can't be tested."
    if np.isnan(test.p_value):  # a group of one leaves only the permutation
        return f"All options together: permuting whole respondents gives {permuted}."
    return (
        f"All options together: adjusted chi-square {test.adjusted_statistic:.1f} on {test.df:.1f} "
        f"degrees of freedom (Rao-Scott), {p_value}; permuting whole respondents gives {permuted}."
    )


def _independence(test: AssociationTest) -> str:
    if np.isnan(test.p_value):
        return "All options together can't be tested."
    freedom = "degree" if test.df == 1 else "degrees"
    how = {
        APPROXIMATE: f"chi-square {test.statistic:.1f} on {test.df} {freedom} of freedom",
        EXACT: "Fisher's exact test",
        DRAWN: f"chi-square {test.statistic:.1f} among {DRAWS:,} tables drawn with the same totals",
    }
    return (
        f"All options together (n = {test.n}): Cramér's V {test.cramers_v:.2f}; {how[test.name]}, "
        f"{_equation(test.p_value)}."
    )


def _equation(p_value: float) -> str:
    text = p_text(p_value)
    return f"p {text}" if text.startswith("<") else f"p = {text}"
