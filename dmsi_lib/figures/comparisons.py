"""Two or more groups side by side: the same question, or the twins that share a concept.

A comparison is a table with a column for each group, the difference with its interval, and a test
of all options together that knows whether one respondent may tick several. Effect first, p last.
"""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dmsi_lib.errors import InputError
from dmsi_lib.figures.reader_tables import (
    NO_FIGURE,
    Sentences,
    ShownTable,
    Source,
    all_hidden,
    base_sentence,
    formatted,
    grouped_columns,
    hidden_rows,
    hides_all,
    in_order,
    say,
    scale_sentence,
    table_files,
)
from dmsi_lib.questionnaire import NOT_STATED, Question, Questionnaire
from dmsi_lib.tables import (
    APPROXIMATE,
    DRAWN,
    DRAWS,
    EXACT,
    FEWEST,
    AssociationTest,
    MultipleResponseTest,
    cochrans_q,
    compare_many,
    compare_options,
    independence_test,
    multiple_response_test,
)
from dmsi_lib.wording import SYNTHETIC_MARK, how_many

if TYPE_CHECKING:  # drawing is loaded by those who draw
    from dmsi_lib.figures.pictures import Picture

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
    differences : of two groups as from `tables.compare_options`, of more as from
        `tables.compare_many`; None where fewer than two can be tested
    test : as from `tables.independence_test` where everybody gives one answer, otherwise from
        `tables.multiple_response_test`; None where too few answered to test anything
    few : the groups of fewer than FEWEST, which are shown and not tested
    other_labels : the twin's wording of an item, where it differs; None where no twins are compared
    """

    question: Question
    survey: Source
    table: pd.DataFrame
    labels: Mapping[str, str]
    differences: pd.DataFrame | None = None
    test: AssociationTest | MultipleResponseTest | None = None
    other_labels: Mapping[str, str] | None = None
    few: tuple[str, ...] = ()

    @property
    def tested(self) -> dict[str, str]:
        """The label of each group that is tested, by its code."""
        return {code: label for code, label in self.labels.items() if code not in self.few}

    @cached_property
    def shown(self) -> ShownTable:
        """The comparison as a table for readers."""
        table = in_order(self.table, self.question)
        shown = grouped_columns(table, self.question, self.labels)
        for head, texts in self._test_columns(pd.Index(table["item"].unique())).items():
            shown[head, ""] = texts
        scale = scale_sentence(self.table, self.question, self.labels)
        caption = base_sentence(self.table, self.survey) + scale
        return ShownTable(shown, caption, table_files(self.table, self.survey))

    def _repr_html_(self) -> str:
        notes = [
            f"“{self.table.set_index('item')['label'][item].iloc[0]}” was put to the other group "
            f"as “{other}”."
            for item, other in (self.other_labels or {}).items()
        ]
        return self.shown._repr_html_() + "".join(f"<p>{html.escape(n)}</p>" for n in notes)

    def __repr__(self) -> str:
        return repr(self.shown)

    def plot(self) -> "Picture | Sentences":
        """The groups side by side; a sentence where nothing of them may be shown."""
        from dmsi_lib.figures.bars import plot_table

        if hides_all(self.table):
            return all_hidden(self.question)
        return plot_table(self.table, self.question, self.survey, self.labels)

    def sentences(self) -> Sentences:
        """What the comparison says, in sentences."""
        hidden = hidden_rows(self.table).any()
        if self.differences is None or not len(self.differences):
            why = "Too much is suppressed" if hidden else "Too few answers"
            return say(f"{why} to compare the groups.", *filter(None, [self._untested()]))
        texts = [
            _what_differs(self.differences, self._items(), self.tested),
            "" if self.test is None else _together(self.test),
            self._untested(),
        ]
        if self.survey.synthetic:
            known = "what was published of either group is met, the rest is invented."
            invented = "the association is invented."
            texts.append(f"{SYNTHETIC_MARK}: {invented if self.other_labels is None else known}")
        return say(*filter(None, texts))

    def _items(self) -> "pd.Series[str]":
        """The label of each item."""
        return self.table.drop_duplicates("item").set_index("item")["label"]

    def _untested(self) -> str:
        """Which groups are shown alone, in a sentence; "" for none."""
        if not self.few or hidden_rows(self.table).any():  # a size may be what is hidden
            return ""
        names = ", ".join(f"“{self.labels[code]}”" for code in self.few)
        return f"Shown but not tested, for fewer than {FEWEST} answers: {names}."

    def _test_columns(self, items: pd.Index) -> dict[str, list[str]]:
        """What the tests of the single options say, the effect first."""
        if self.differences is None:
            return {}
        found = self.differences.set_index("item").reindex(items)
        p_values = {"p (Holm)": [NO_FIGURE if np.isnan(p) else p_text(p) for p in found["p_holm"]]}
        if "difference" not in found:
            return {"Cramér's V": list(map(formatted("{:.2f}"), found["cramers_v"]))} | p_values
        pair = "" if len(self.labels) == 2 else f", {' less '.join(self.tested.values())}"
        head = f"Difference{pair}, points (single 95 % interval)"
        texts = [
            NO_FIGURE
            if np.isnan(row.difference)
            else f"{row.difference:+.1f} ({row.ci_low:+.1f} to {row.ci_high:+.1f})"
            for row in found.itertuples()
        ]
        return {head: texts} | p_values


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
    sizes = {code: int((group == code).sum()) for code in labels}
    few = tuple(code for code, size in sizes.items() if size < FEWEST)
    large = [code for code in labels if code not in few]
    differences = test = None
    if len(large) >= 2 and len(kept):
        exclusive = question.type == "single"
        group = (
            pd.Series(group, dtype=object).where(lambda codes: codes.isin(large), None).to_numpy()
        )
        compare = compare_options if len(large) == 2 else compare_many
        differences = compare(group, tested, large, exclusive)
        if "suppressed" not in table:
            test = _test(group, tested, exclusive)
    return Comparison(question, survey, table, labels, differences, test, other_labels, few)


def _test(
    group: np.ndarray, chosen: pd.DataFrame, exclusive: bool
) -> AssociationTest | MultipleResponseTest | None:
    """The test of all options together; None where one group alone gave any of the answers."""
    if not exclusive:
        return multiple_response_test(group, chosen, PERMUTATIONS)
    try:
        return independence_test(chosen.groupby(group).sum())
    except InputError:
        return None


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
    nothing can be tested, or fewer than FEWEST answered.

    Parameters
    ----------
    chosen : bool (n, options), respondents who answered
    survey : for the mark
    """
    try:
        test = cochrans_q(chosen)
    except InputError:  # fewer than two options
        return ""
    if np.isnan(test.p_value) or test.n < FEWEST:
        return ""
    shares = 100 * chosen.mean()
    least, most = f"{shares.min():.1f}", f"{shares.max():.1f}"
    found = (
        f"are not chosen equally often ({least} to {most} %)"
        if test.p_value < LEVEL
        else f"are not shown to be chosen unequally often ({least} to {most} %)"
    )
    mark = f" {SYNTHETIC_MARK}: what is ticked together is invented." if survey.synthetic else ""
    return (
        f"Within the {test.n} respondents the listed options {found}: Cochran's Q "
        f"{test.statistic:.1f} on {how_many(test.df, 'degree')} of freedom, "
        f"{_equation(test.p_value)}.{mark}"
    )


def p_text(value: float) -> str:
    """A p-value as it is printed."""
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _what_differs(
    differences: pd.DataFrame, items: "pd.Series[str]", tested: Mapping[str, str]
) -> str:
    """How many options pass, which alone are called different, and the largest of these."""
    level = f"at the level of {100 * LEVEL:.0f} %"
    hypotheses = int(differences["hypotheses"].iloc[0])
    passing = differences[differences["p_holm"] < LEVEL]
    if not hypotheses:
        return "No single option can be tested."
    if hypotheses == 1:
        both = differences["p_holm"].notna().sum() == 2
        once = "The two answers are one hypothesis, tested once: the" if both else "The"
        text = f"{once} groups {'are not shown to differ' if passing.empty else 'differ'} {level}."
        passing = passing[:1]
    else:
        verb = {0: "is shown to differ", 1: "differs"}.get(len(passing), "differ")
        text = (
            f"After Holm's correction {len(passing) or 'none'} of the {hypotheses} options that "
            f"can be tested {verb} {level}."
        )
    if passing.empty:
        return text
    effect = "difference" if "difference" in passing else "cramers_v"
    top = passing.loc[passing[effect].abs().idxmax()]
    largest = "The largest difference is in " if len(passing) > 1 else ""
    return f"{text} {largest}“{items[top['item']]}”: {_effect(top, tested)}."


def _effect(row: "pd.Series[Any]", tested: Mapping[str, str]) -> str:
    """How far groups differ in one option."""
    if "difference" not in row:
        return f"Cramér's V {row['cramers_v']:.2f}"
    first, second = tested.values()
    return (
        f"{row['percent_1']:.1f} % ({first}) against {row['percent_2']:.1f} % ({second}), "
        f"{row['difference']:+.1f} points with a single 95 % interval from {row['ci_low']:+.1f} to "
        f"{row['ci_high']:+.1f}"
    )


def _together(test: AssociationTest | MultipleResponseTest) -> str:
    if isinstance(test, AssociationTest):
        return _independence(test)
    p_value, permuted = map(_equation, (test.p_value, test.permutation_p_value))
    if np.isnan(test.permutation_p_value):
        return "All options together can't be tested."
    if np.isnan(test.p_value):  # a group of one leaves only the permutation
        return (
            f"All options together (n = {test.n}): Cramér's V {test.cramers_v:.2f} over the "
            f"options; permuting whole respondents gives {permuted}."
        )
    return (
        f"All options together (n = {test.n}): Cramér's V {test.cramers_v:.2f} over the options; "
        f"adjusted chi-square {test.adjusted_statistic:.1f} on {test.df:.1f} "
        f"degrees of freedom (Rao-Scott), {p_value}; permuting whole respondents gives {permuted}."
    )


def _independence(test: AssociationTest) -> str:
    if np.isnan(test.p_value):
        return "All options together can't be tested."
    how = {
        APPROXIMATE: f"chi-square {test.statistic:.1f} on {how_many(test.df, 'degree')} of freedom",
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
