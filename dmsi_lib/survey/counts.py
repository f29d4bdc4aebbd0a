"""A survey as numbers: whom the choices keep, their reconciled answers, the tables counted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from dmsi_lib.choices import Choices
from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.open_answers import TAG_COLUMNS, reviewed_answers
from dmsi_lib.questionnaire import NOT_STATED, Question, Questionnaire, gate_holds, has_answer
from dmsi_lib.reading import mark_identities
from dmsi_lib.skip_logic import Reconciled, Routing, reconcile
from dmsi_lib.survey.material import Material
from dmsi_lib.tables import (
    BASES,
    GROUPED_TYPES,
    Banner,
    By,
    Layout,
    Test,
    banner_of,
    by_names,
    cross_tables,
    joint_test,
    members_by_group,
    question_tables,
    settled_tags,
    theme_table,
)
from dmsi_lib.where import Condition, Where
from dmsi_lib.wording import unknown

SEPARATOR = "; "  # between the texts of several boxes
# Code of each respondent's group, (n,), None for nobody's; who chose what, bool (n, items).
Grouped = tuple[np.ndarray, pd.DataFrame]


@dataclass(frozen=True, eq=False)
class Counts:
    """What is counted from the material under the choices: edit, base, respondents."""

    material: Material
    choices: Choices
    # Counted when first asked for: several figures stand on one table.
    _tables: dict[tuple[str, tuple[str, ...]], pd.DataFrame] = field(
        default_factory=dict, init=False
    )
    _carried: dict[str, pd.DataFrame] = field(default_factory=dict, init=False)

    @property
    def questionnaire(self) -> Questionnaire:
        return self.material.questionnaire

    @cached_property
    def reconciled(self) -> Reconciled:
        """The answers of those whom the conditions keep, edited: the same for every base."""
        known, where = self.material.known, self.choices.where
        found: Reconciled | None = known.get((self.choices.edit, where))
        if found is None:
            as_answered: Reconciled | None = known.get(("none", where))
            found = self._reconciled(as_answered.routing if as_answered else None)
            known[self.choices.edit, where] = found
        return found

    def _reconciled(self, routing: Routing | None) -> Reconciled:
        responses = self.material.export.responses
        members = members_of(responses, self.questionnaire, self.choices.where)
        reached = self.material.export.reached
        if not members.all():  # what all are taken of would be copied whole
            responses, reached = responses[members], reached[members]
        return reconcile(responses, self.questionnaire, self.choices.edit, reached, routing)

    @property
    def responses(self) -> pd.DataFrame:
        return self.reconciled.responses

    @property
    def routing(self) -> Routing:
        return self.reconciled.routing

    # ---- tables

    def table(self, question_id: str, by: By = None) -> pd.DataFrame:
        """The table of a question; pandas copies it where it is written to."""
        names = by_names(by)
        if (question_id, names) not in self._tables:
            self._count([self.questionnaire[question_id]], names)
        return self._tables[question_id, names].copy(deep=False)

    def tables(self, by: By = None) -> list[pd.DataFrame]:
        """The tables of all questions, counted together: that is much quicker than one by one."""
        names = by_names(by)
        questions = [q for q in self.questionnaire.questions if q.id not in names]
        self._count([q for q in questions if (q.id, names) not in self._tables], names)
        return [self.table(q.id, names) for q in questions]

    def _count(self, questions: Sequence[Question], by: tuple[str, ...]) -> None:
        if not questions:
            return
        groups = [self.questionnaire[name] for name in by]
        table = question_tables(
            questions, self.responses, self.routing, self.choices.base, by=groups
        )
        for name, rows in table.groupby("question", sort=False):
            self._tables[str(name), by] = rows.reset_index(drop=True)

    def banner(self, columns: Sequence[By], base: np.ndarray | None = None) -> Banner:
        """The columns of a cross table that anybody of a base is in, by default of all."""
        base = np.ones(len(self.responses), dtype=bool) if base is None else base
        return banner_of(columns, self.questionnaire, self.responses, base)

    def crossed(
        self, questions: Sequence[Question], banner: Banner, layout: Layout
    ) -> pd.DataFrame:
        """The cross tables of some questions, one under the other."""
        counted = self.responses, self.routing, self.choices.base
        return cross_tables(questions, *counted, banner, layout)

    def joint_tests(
        self, question: Question, banner: Banner, blocks: Mapping[int, Sequence[str]]
    ) -> dict[int, tuple[Test | None, list[str]]]:
        """Whether columns differ in any answer to a question, for each block that is named with
        its columns; with the labels of these."""
        members, tests = self.members(question.id), dict[int, tuple[Test | None, list[str]]]()
        chosen = self.chosen(question, members).drop(columns=NOT_STATED)
        for number, codes in blocks.items():
            block = banner.blocks[number]
            group = np.full(len(members), None, dtype=object)
            for code in codes:
                group[block.members[code] & members] = code
            test = joint_test(question, group, chosen, codes) if len(codes) > 1 else None
            tests[number] = test, [block.labels[code] for code in codes]
        return tests

    def group_of_each(self, by: By, members: np.ndarray) -> np.ndarray:
        """The code of each respondent's group by single-choice questions, (n,), None for nobody's
        and for those who are no members."""
        group = np.full(len(members), None, dtype=object)
        questions = [self.questionnaire[name] for name in by_names(by)]
        for code, who in members_by_group(questions, self.responses):
            group[who & members] = code
        return group

    def members(self, question_id: str) -> np.ndarray:
        """Who is in the base of a question, bool (n,)."""
        has = self.routing.has_answer(self.questionnaire[question_id].id)
        return has if self.choices.base == "answered" else self.routing.in_universe(question_id)

    def chosen(self, question: Question, members: np.ndarray) -> pd.DataFrame:
        """Who of some respondents chose what, bool (n, options), False for all others; with
        `not_stated` for members without answer."""
        chosen = {code: gate_holds(self.responses, question, [code]) for code in question.choices}
        frame = pd.DataFrame(chosen, index=self.responses.index) & members[:, None]
        return frame.assign(**{NOT_STATED: members & ~frame.any(axis=1).to_numpy()})

    def given(self, question: Question) -> pd.DataFrame:
        """What everybody answered to a question: of object, (n, items), NaN for a blank."""
        answers = {
            item: self.responses[question.id, item].astype(object) for item in question.items
        }
        return pd.DataFrame(answers, self.responses.index).fillna(np.nan)

    # ---- open answers

    def answers(self, question_id: str) -> pd.Series:
        """The answers to an open question, one a respondent who gave one: what stands in several
        boxes is joined by "; "."""
        question = self.questionnaire[question_id]
        if question.type != "open":
            raise UsageError(
                f"'{question_id}' is a {question.type} question; expected an open one."
            )
        return self._joined(question_id, question.items)

    def texts(self, question_id: str) -> pd.Series:
        """What was written at a question: the answers to an open one, else beside "Other"."""
        question = self.questionnaire[question_id]
        if question.type == "open" or not question.has_texts:
            return self.answers(question_id)
        return self.other_texts(question)

    def other_texts(self, question: Question) -> pd.Series:
        """What was written beside "Other", one text a respondent who wrote any."""
        return self._joined(question.id, question.text_items.values())

    def _joined(self, question_id: str, items: Iterable[str]) -> pd.Series:
        """The texts of some items of a question, one a respondent."""
        first, *more = [self.responses[question_id, item].dropna() for item in items]
        for texts in more:
            both = first.index.intersection(texts.index)
            joined = first.combine_first(texts)
            joined[both] = first[both] + SEPARATOR + texts[both]
            first = joined
        return first

    def reviewed_answers(self, question_id: str) -> tuple[str, ...]:
        """The answers that may be quoted, each text once."""
        reviewed = self.material.quotations
        texts = reviewed_answers(self.texts(question_id), reviewed, question_id)
        return tuple(texts[texts != ""].unique())

    def all_reviewed_answers(self) -> list[str]:
        """Every answer that may be quoted, of any question."""
        names = self.material.quotations["question"].unique()
        return [text for name in names for text in self.reviewed_answers(name)]

    def examples(self, question_id: str) -> dict[str, str]:
        """A reviewed answer of each theme, by its code: one that carries few others, each answer
        once as far as that goes. What could name or reach a person is replaced by a mark."""
        reviewed = self.material.quotations
        texts = reviewed_answers(self.answers(question_id), reviewed, question_id)
        carried = self.carried_themes(question_id).reindex(texts[texts != ""].index)
        carried = carried.loc[carried.sum(axis=1).sort_values(kind="stable").index]
        found: dict[str, str] = {}
        for theme in carried:
            fitting = [texts[one] for one in carried.index[carried[theme]]]
            fresh = [text for text in fitting if text not in found.values()]
            if fitting:
                found[str(theme)] = (fresh or fitting)[0]
        names = self.material.export.identities
        return {theme: mark_identities(text, names)[0] for theme, text in found.items()}

    def tags(self, question_id: str) -> pd.DataFrame:
        """The tags of the respondents counted here; without a row where nobody was coded."""
        if question_id not in self.material.tags:
            return pd.DataFrame(columns=TAG_COLUMNS, dtype=str)
        tags = self.material.tags[question_id]
        return tags[tags["respondent"].isin(self.responses.index)].reset_index(drop=True)

    def theme_table(self, question_id: str) -> pd.DataFrame:
        """The themes of an open question, counted over the coded answers."""
        tags = settled_tags(self.tags(question_id))
        question = self.questionnaire[question_id]
        return theme_table(question, self.material.codebook[question_id], tags)

    def carried_themes(self, question_id: str) -> pd.DataFrame:
        """Which themes each respondent's coded answer carries: bool DataFrame (n, themes)."""
        if question_id not in self._carried:
            tags = settled_tags(self.tags(question_id))
            codes = [theme.code for theme in self.material.codebook[question_id]]
            carried = pd.crosstab(tags["respondent"], tags["theme"]) > 0
            self._carried[question_id] = carried.reindex(
                index=self.responses.index, columns=codes, fill_value=False
            )
        return self._carried[question_id].copy(deep=False)


def count(material: Material, choices: Choices) -> Counts:
    """Counts under choices that fit the material.

    Raises
    ------
    UsageError
        For an unknown base, edit, or condition.
    InputError
        Where no respondent is left.
    """
    if choices.base not in BASES:
        raise UsageError(unknown("base", choices.base, BASES))
    key = (choices.edit, choices.where, choices.base)
    found: Counts | None = material.known.get(key)
    if found is not None:
        return found
    counts = Counts(material, choices)
    if not len(counts.responses):
        raise InputError(f"No respondent is left where {choices.where}; nothing can be counted.")
    material.known[key] = counts
    return counts


def members_of(responses: pd.DataFrame, questionnaire: Questionnaire, where: Where) -> np.ndarray:
    """The respondents that all conditions hold for, bool (n,).

    Raises
    ------
    InputError, UsageError
        For a question or code that does not exist, a question without codes, or one that the file
        lacks.
    """
    members = np.ones(len(responses), dtype=bool)
    for condition in where.conditions:
        question = _checked(condition, questionnaire)
        holds = gate_holds(responses, question, condition.codes)
        # Not: of those who answered; a blank tells nothing.
        members &= has_answer(responses, question) & ~holds if condition.negated else holds
    return members


def _checked(condition: Condition, questionnaire: Questionnaire) -> Question:
    """The question of a condition, which has the codes."""
    question = questionnaire[condition.question]
    if question.type not in GROUPED_TYPES:
        why = (
            "it has no codes to select."
            if not question.rows
            else (
                "each of its rows has answers of its own. Select by a single or multiple question."
            )
        )
        raise UsageError(f"'{question.id}' is of type {question.type}; {why}")
    if not question.asked:
        raise InputError(
            f"'{question.id}' was not asked in this file; nobody can be selected by it."
        )
    for code in condition.codes:
        if code not in question.choices:
            raise UsageError(
                unknown(f"option of {question.id} with code", code, question.choices)
                + _quoting(condition, question.choices)
            )
    return question


def _quoting(condition: Condition, codes: Iterable[str]) -> str:
    """A hint where the codes that a comma divided are one code."""
    for code in codes:
        if "," in code and condition.codes[0] in code:
            return f' A code with a comma stands in quotes: {condition.question}="{code}".'
    return ""


def side_by_side(
    codes: Sequence[str], members: Sequence[np.ndarray], chosen: Sequence[pd.DataFrame]
) -> Grouped:
    """Two questions put to two groups as one question, of the items that both have.

    For each group its code, its members, bool (n,), of whom those in both count for neither, and
    who chose what, bool (n, items), or what was answered.
    """
    group = np.full(len(chosen[0]), None, dtype=object)
    for code, who, others in zip(codes, members, reversed(members), strict=True):
        group[who & ~others] = code
    common = [item for item in chosen[0] if item in chosen[1]]
    first = pd.Series(members[0], chosen[0].index)
    return group, chosen[0][common].where(first, chosen[1][common])
