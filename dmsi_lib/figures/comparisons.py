"""Two or more groups side by side: the same question, or the twins that share a concept.

A comparison is a table with a column for each group and one for all together. Its `sentences` say
in plain words what differs; its `details` say by which tests. Only what passes its test, corrected
within the question, is called a difference.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dmsi_lib.errors import InputError
from dmsi_lib.figures.comparison_details import (
    option_sentences,
    pair_sentences,
    residual_sentences,
    together,
)
from dmsi_lib.figures.gaps import Gap, gap_sentences, gaps_of
from dmsi_lib.figures.group_names import GroupNames, in_both_wordings, names_of
from dmsi_lib.figures.reader_tables import (
    NO_FIGURE,
    Sentences,
    ShownTable,
    Source,
    all_hidden,
    base_sentence,
    formatted,
    group_names,
    grouped_columns,
    hidden_rows,
    hides_all,
    in_order,
    is_empty,
    say,
    scale_sentence,
    table_files,
)
from dmsi_lib.figures.shares import whole_percent
from dmsi_lib.figures.told_tests import equation, p_text
from dmsi_lib.questionnaire import NOT_STATED, Question, Questionnaire
from dmsi_lib.tables import (
    FEWEST,
    LEVEL,
    TOTAL,
    AssociationTest,
    MultipleResponseTest,
    OrderedTest,
    cochrans_q,
    column_letters,
    compare_many,
    compare_options,
    compare_pairs,
    joint_test,
    letters_in_cells,
    lines_of,
    totals,
)
from dmsi_lib.wording import how_many

if TYPE_CHECKING:  # drawing is loaded by those who draw
    from dmsi_lib.figures.pictures import Picture

MOST_SAID = 3  # differences that stand in a sentence each
_OTHER_THINGS = "The two were asked different questions."
_HIDDEN = "Too much is hidden here to compare the groups."


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
        `tables.compare_many`; None where fewer than two can be tested, or the twins ask different
        things
    pairs : of more than two groups, as from `tables.compare_pairs`; None otherwise
    test : as from `tables.independence_test` where everybody gives one answer, or from
        `tables.ordered_test` where the answers have an order, otherwise from
        `tables.multiple_response_test`; None where too few answered to test anything
    few : the groups of fewer than FEWEST, which are shown and not tested, with their sizes
    twin : the question that the second group was asked, where twins are compared
    plurals : what sentences call a group, by its code, where the questionnaire says it
    """

    question: Question
    survey: Source
    table: pd.DataFrame
    labels: Mapping[str, str]
    differences: pd.DataFrame | None = None
    pairs: pd.DataFrame | None = None
    test: AssociationTest | MultipleResponseTest | OrderedTest | None = None
    few: Mapping[str, int] = field(default_factory=dict)
    twin: Question | None = None
    plurals: Mapping[str, str] = field(default_factory=dict)

    # ---- what is compared

    @property
    def names(self) -> GroupNames:
        """What the groups are called."""
        return GroupNames(self.labels, self.plurals)

    @property
    def tested(self) -> dict[str, str]:
        """The label of each group that is tested, by its code."""
        return {code: label for code, label in self.labels.items() if code not in self.few}

    @property
    def same_question(self) -> bool:
        """Whether all groups were asked the same, as far as the questionnaire says."""
        return self.twin is None or self.question.asks_the_same_as(self.twin)

    @property
    def other_labels(self) -> dict[str, str]:
        """The twin's wording of an item, where it differs, by the item's code."""
        theirs = {} if self.twin is None else self.twin.choices
        ours = self.question.choices
        return {
            item: text
            for item, text in theirs.items()
            if item in ours and ours[item].casefold() != text.casefold()
        }

    @cached_property
    def items(self) -> dict[str, str]:
        """The label of each answer, by its code."""
        first = self.table.drop_duplicates("item")
        return dict(zip(first["item"], first["label"], strict=True))

    # ---- what differs

    @cached_property
    def gaps(self) -> list[Gap]:
        """How far each two groups that are tested are apart in each answer, the largest first; of
        two answers that are one hypothesis the first alone."""
        rows = self._tested_pairs
        return self._gaps(rows if rows is None else rows[rows["p_value"].notna()])

    @cached_property
    def differing(self) -> list[Gap]:
        """The gaps that chance would hardly give, after the correction for the number of tests; the
        largest first."""
        rows = self._tested_pairs
        return self._gaps(rows if rows is None else rows[rows["p_holm"] < LEVEL])

    @property
    def largest(self) -> Gap | None:
        """The largest of `differing`; None where nothing is shown to differ.

        Examples
        --------
        >>> largest = survey.compare("tools_frontline").largest
        >>> f"{largest.label}: {largest}"
        'Facebook Messenger: 66 % of 77 against 39 % of 94'
        """
        return next(iter(self.differing), None)

    @property
    def alike(self) -> bool:
        """Whether the groups were compared and nothing is shown to differ: no answer, and not all
        answers together either. Nobody can say so where answers are hidden."""
        if self.differences is None or self.differing or self._hidden:
            return False
        p_values = [*self.differences["p_holm"], np.nan if self.test is None else self.test.p_value]
        return not any(p_value < LEVEL for p_value in p_values)

    @property
    def _tested_pairs(self) -> pd.DataFrame | None:
        """The rows of each two groups, of two groups or of more."""
        return self.differences if self.pairs is None else self.pairs

    def _gaps(self, rows: pd.DataFrame | None) -> list[Gap]:
        if rows is None:
            return []
        rows = rows[~rows["repeats"]]
        return gaps_of(rows, self.items, self.names, self.question.type)

    # ---- shown

    @cached_property
    def shown(self) -> ShownTable:
        """The comparison as a table for readers."""
        table, letters = in_order(self.table, self.question), self._letters
        rows = pd.concat([table, *self._totals(table)])
        labels = {
            code: f"{label} [{letters[code]}]" if code in letters else label
            for code, label in self.labels.items()  # their order is the one of the difference
        } | {TOTAL: "Total"}
        shown, heads = grouped_columns(rows, self.question, labels), group_names(rows, labels)
        items = table.drop_duplicates("item")["item"].tolist()
        marks = {} if self.pairs is None else letters_in_cells(self.pairs, letters, LEVEL)
        for code in letters:
            column = heads[code], "%"
            shown[column] = [
                " ".join([text, *marks.get((item, code), ())])
                for item, text in zip(items, shown[column], strict=True)
            ]
        for head, texts in self._test_columns(items).items():
            shown[head, ""] = texts
        scale = scale_sentence(self.table, self.question, self.labels)
        caption = base_sentence(self.table, self.survey) + scale + self._about_letters
        return ShownTable(shown, caption, table_files(self.table, self.survey))

    @property
    def notes(self) -> list[str]:
        """What stands under the table: the wordings, where the groups were put it differently."""
        if self.twin is None:
            return []
        both = in_both_wordings(self.question, self.twin, self.names)
        wordings = [f"Asked in two wordings. {both.text}"] if both is not self.question else []
        if not self.same_question:
            wordings = [*wordings, _OTHER_THINGS]
        options = [
            f"“{self.items[item]}” was put to the other group as “{other}”."
            for item, other in self.other_labels.items()
        ]
        return wordings + options

    def _repr_html_(self) -> str:
        return self.shown._repr_html_() + say(*self.notes)._repr_html_()

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, Any]]:
        content, about = self.shown._repr_mimebundle_()
        return content | {"text/html": self._repr_html_(), "text/plain": repr(self)}, about

    def __repr__(self) -> str:
        return "\n".join([repr(self.shown), *self.notes])

    def plot(self) -> "Picture | Sentences":
        """The groups side by side; a sentence where nothing of them may be shown."""
        from dmsi_lib.figures.bars import plot_table

        if hides_all(self.table):
            return all_hidden(self.question)
        return plot_table(self.table, self.question, self.survey, self.labels)

    @property
    def _letters(self) -> dict[str, str]:
        """The letter of each column that is compared with others, where there are more than two."""
        tested = [] if self.pairs is None else [*self.tested]
        return dict(zip(tested, column_letters(len(tested)), strict=True))

    @property
    def _about_letters(self) -> str:
        if not self._letters:
            return ""
        return (
            " A letter beside a share: it is higher than that of the column with this letter, by "
            "more than chance would give."
        )

    def _totals(self, table: pd.DataFrame) -> list[pd.DataFrame]:
        """All groups together, of what all of them were asked and offered."""
        if len(self.labels) < 2 or not self.same_question:
            return []
        everywhere = table.groupby("item")["group"].transform("nunique") == len(self.labels)
        return [totals(table[everywhere])] if everywhere.any() else []

    def _test_columns(self, items: list[str]) -> dict[str, list[str]]:
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
            for row in lines_of(found)
        ]
        return {head: texts} | p_values

    # ---- said

    def sentences(self) -> Sentences:
        """What differs, in plain words: the largest differences with both shares, or that the
        groups answered alike. Nothing where one group alone answered, as the chart shows."""
        if len(self.labels) == 1:
            return say()
        if not self.same_question:
            return say(*self._side_by_side(), _OTHER_THINGS)
        texts = [self._one_or_none() or self._what_differs(), *self._offered_to_one()]
        return say(*texts, *self._untested())

    def details(self) -> Sentences:
        """By which tests, corrections and intervals; for those who open the fold."""
        if not self.same_question:
            return say(
                "The wordings differ, and the questionnaire does not say that they ask the same: "
                "nothing is tested."
            )
        if self.differences is None or not len(self.differences):
            why = _HIDDEN if self._hidden else f"Nothing is tested below {FEWEST} answers a group."
            return say(why)
        texts = [*option_sentences(self.differences, self.items, self.names)]
        if self.pairs is not None:
            texts += pair_sentences(self.pairs, self.items, self.names)
        if self._hidden:
            texts.append("Hidden answers count in the correction as tests that found nothing.")
        texts += self._residuals()
        texts += (
            [] if self.test is None else together(self.test, GroupNames(self.tested, self.plurals))
        )
        texts += self._untested()
        return say(*texts)

    @property
    def _hidden(self) -> bool:
        return bool(hidden_rows(self.table).any())

    def _one_or_none(self) -> str:
        """Why there is nothing to compare, in a sentence; "" where there is."""
        if self.differences is not None and len(self.differences):
            return ""
        if self._hidden:
            return _HIDDEN
        if not any(self.few.values()) and not self.tested:
            return "Nobody answered, so there is nothing to compare."
        return "Too few answered to compare the groups."

    def _what_differs(self) -> str:
        said = gap_sentences(self.differing[:MOST_SAID])
        if len(self.differing) > MOST_SAID:
            said.append(f"These are the largest of {len(self.differing)} differences.")
        if said:
            return " ".join(said)
        who, gap = self.names.together([*self.tested]), next(iter(self.gaps), None)
        if gap is None:
            return f"{who} answered alike." if self.alike else _HIDDEN
        if self.alike:
            return (
                f"{who} answered alike; the largest gap of {gap.points} is no larger than chance "
                "would give."
            )
        seen = " that is shown" if self._hidden else ""
        return (
            f"{who}: no single answer{seen} sets them apart by more than chance would give; the "
            f"largest gap{seen} is {gap.points}."
        )

    def _offered_to_one(self) -> Iterator[str]:
        """Answers to choose one from that one group alone was offered: the shares of the others
        depend on them."""
        if self.twin is None or self.question.type != "single" or len(self.labels) < 2:
            return
        first, second = self.labels
        for code, own, other in (
            (first, self.question, self.twin),
            (second, self.twin, self.question),
        ):
            for item in (item for item in own.choices if item not in other.choices):
                yield f"Only {self.names.among(code)} could answer “{own.choices[item]}”."

    def _untested(self) -> Iterator[str]:
        """Which groups are shown alone, in a sentence."""
        some = {code: size for code, size in self.few.items() if size}
        if not some or self._hidden or len(self.labels) < 2:  # a size may be what is hidden
            return
        names = ", ".join(f"{self.names.among(code)} ({size:,})" for code, size in some.items())
        yield f"Shown but not compared, as fewer than {FEWEST} answered: {names}."

    def _side_by_side(self) -> Iterator[str]:
        """The answer that the most gave in any group, in each group."""
        shown = self.table[(self.table["item"] != NOT_STATED) & ~hidden_rows(self.table)]
        shown = shown[shown["base"] > 0]
        both = shown[shown.groupby("item")["group"].transform("nunique") == len(self.labels)]
        if both.empty:
            return
        item = both.loc[both["percent"].idxmax(), "item"]
        parts = [
            self.names.of(row.group, _share(row), int(row.base))
            for row in lines_of(both[both["item"] == item])
        ]
        yield f"“{self.items[item]}”: {' and '.join(parts)}."

    def _residuals(self) -> Iterator[str]:
        """Of more than two answers, one a respondent, which cells stand out."""
        differences = self.differences
        if self.question.type != "single" or differences is None or self._hidden:
            return
        own = self.table[self.table["group"].isin([*self.tested])]
        counts = own.pivot(index="group", columns="item", values="count").fillna(0)
        counts = counts.loc[[*self.tested]]
        bases = own.groupby("group")["base"].first()
        passing = differences[differences["p_holm"] < LEVEL]["item"].tolist()
        one_each = (counts.sum(axis=1) == bases[counts.index]).all()
        if one_each and (counts.sum() > 0).sum() > 2:
            yield from residual_sentences(counts, passing, self.items, self.names)


def _share(row: Any) -> str:
    """A share with its base, or below FEWEST the count: "90 % of 91", "5 of 12"."""
    many = row.base >= FEWEST
    return f"{whole_percent(row.percent) if many else int(row.count)} of {int(row.base):,}"


def compare_groups(
    question: Question,
    survey: Source,
    table: pd.DataFrame,
    labels: Mapping[str, str],
    group: np.ndarray,
    chosen: pd.DataFrame,
    plurals: Mapping[str, str] | None = None,
    twin: Question | None = None,
) -> Comparison:
    """Compare groups of respondents, and test what can be tested.

    Parameters
    ----------
    question, survey, table, labels, plurals, twin : see `Comparison`
    group : (n,) code of each respondent's group, None for nobody's
    chosen : bool (n, items), the items that all groups were offered
    """
    # Only what the table shows; a test of all options would tell of more than of its cells.
    hidden = set(table.loc[hidden_rows(table), "item"])
    offered = [item for item in chosen if item != NOT_STATED]
    answers = chosen[[item for item in offered if item not in hidden]]
    sizes = {code: int((group == code).sum()) for code in labels}
    few = {code: size for code, size in sizes.items() if size < FEWEST}
    large = [code for code in labels if code not in few]
    made = Comparison(question, survey, table, labels, few=few, twin=twin, plurals=plurals or {})
    if len(large) < 2 or answers.empty or not made.same_question:
        return made
    exclusive = question.type == "single"
    group = pd.Series(group, dtype=object).where(lambda codes: codes.isin(large), None).to_numpy()
    if len(large) > 2:
        differences = compare_many(group, answers, large, exclusive)
        pairs = compare_pairs(group, answers, large, exclusive)
    else:
        unseen = len(offered) - answers.shape[1]
        differences = compare_options(group, answers, large, exclusive, unseen)
        pairs = None
    test = None if "suppressed" in table else joint_test(question, group, answers, large)
    return replace(made, differences=differences, pairs=pairs, test=test)


def compare_twins(
    twins: Mapping[str, Question],
    names: GroupNames,
    survey: Source,
    table: pd.DataFrame,
    group: np.ndarray,
    chosen: pd.DataFrame,
) -> Comparison:
    """Compare the two groups that twins were put to; one of which nobody answered is left out.

    Parameters
    ----------
    twins : the question of each group, by its code
    names : of the groups
    survey, table, group, chosen : see `compare_groups`
    """
    empty = {code for code in twins if is_empty(table[table["group"] == code])}
    asked = [code for code in twins if code not in empty] or [*twins]
    question, *others = (twins[code] for code in asked)
    return compare_groups(
        question,
        survey,
        table[table["group"].isin(asked)],
        {code: names.labels[code] for code in asked},
        group,
        chosen,
        names.plurals,
        others[0] if others else None,
    )


def twin_groups(question: Question, twin: Question, questionnaire: Questionnaire) -> GroupNames:
    """What the groups are called that were asked either of two twins, by the codes of the gate that
    leads to them; that of `question` first.

    Raises
    ------
    InputError
        Where no single-choice gate tells the two apart.
    """
    first, second = (_conditions(q, questionnaire) for q in (question, twin))
    for gate, codes in first.items():
        if gate in second and len(codes) == 1 == len(second[gate]) and codes != second[gate]:
            return names_of(questionnaire[gate], [*codes, *second[gate]])
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


def equally_often(chosen: pd.DataFrame) -> str:
    """Whether the same respondents choose all options equally often, in a sentence; "" where
    nothing can be tested, or fewer than FEWEST answered.

    Parameters
    ----------
    chosen : bool (n, options), respondents who answered
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
    return (
        f"Within the {test.n:,} respondents the listed options {found}: Cochran's Q "
        f"{test.statistic:.1f} on {how_many(test.df, 'degree')} of freedom, "
        f"{equation(test.p_value)}."
    )
