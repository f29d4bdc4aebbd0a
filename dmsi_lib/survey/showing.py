"""What a survey shows that follows from its tables alone: tables, figures, sentences.

A public report shows this and nothing else, with small cells suppressed; so whatever is put here
comes from tables, or from the few private methods that the two kinds of survey have of their own.
"""

# Types of what is drawn are not loaded for saying so.
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from dmsi_lib import figures
from dmsi_lib.choices import Choices
from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.questionnaire import NOT_STATED, Question, Questionnaire
from dmsi_lib.survey.counts import Grouped
from dmsi_lib.survey.frozen import Frozen
from dmsi_lib.survey.material import Tiles
from dmsi_lib.survey.tidy_table import TidyTable
from dmsi_lib.tables import GROUPED_TYPES, ROW_TESTED, By, as_written, by_names, group_labels
from dmsi_lib.where import Where
from dmsi_lib.wording import how_many, unknown

if TYPE_CHECKING:
    from dmsi_lib.survey.themes import Themes


class Showing(Frozen):
    """A survey that shows its tables; what they are is for its two kinds to say."""

    public: bool
    choices: Choices
    edit: str
    base: str
    where: Where
    questionnaire: Questionnaire
    synthetic: bool
    n: int | None
    themes: Themes
    _tiles: Tiles

    def __init__(
        self,
        choices: Choices,
        questionnaire: Questionnaire,
        synthetic: bool,
        n: int | None,
        tiles: Tiles,
    ):
        vars(self).update(choices=choices, edit=choices.edit, base=choices.base)
        vars(self).update(where=choices.where, questionnaire=questionnaire)
        vars(self).update(synthetic=synthetic, n=n, _tiles=tiles)

    # ---- what the two kinds of survey have of their own

    def _counted(self, question_id: str, by: By = None) -> pd.DataFrame:
        """A table as the library works with it: a matrix's rows in a column of their own."""
        raise NotImplementedError

    def _wording(self, question_id: str) -> figures.Wording:
        raise NotImplementedError

    def quotations(self, question_id: str) -> figures.Quotations:
        """See `Survey.quotations`."""
        raise NotImplementedError

    def _twin_choices(self, twins: dict[str, Question]) -> Grouped:
        """Who was asked which twin, and who chose which of the options that both have."""
        raise NotImplementedError

    def _group_choices(self, question: Question, by: By) -> Grouped:
        raise NotImplementedError

    def _ranking(self, twins: dict[str, Question]) -> figures.Ranking | figures.Instead:
        """The rankings of one question, or of twins, by the label of the group; "" for none."""
        raise NotImplementedError

    def _twin_answers(self, twins: dict[str, Question]) -> figures.Answered | None:
        """Who was asked which twin, and what they answered; None where that is not known."""
        raise NotImplementedError

    def _group_answers(self, question: Question, by: By) -> figures.Answered | None:
        raise NotImplementedError

    def _days(self, question: Question) -> str:
        """The first and the last day of the answers to a date question, in a sentence; "" where
        nothing is said."""
        raise NotImplementedError

    def _equally_often(self, question: Question, items: list[str]) -> str:
        """Whether options are chosen equally often, in a sentence; "" where nothing is said."""
        raise NotImplementedError

    # ---- questions and tables

    def question(self, question_id: str) -> Question:
        """A question of the questionnaire.

        Parameters
        ----------
        question_id : str

        Returns
        -------
        Question

        Raises
        ------
        UsageError
            For an unknown id, with what is near.

        Examples
        --------
        >>> survey.question("role").type
        'single'
        """
        return self.questionnaire[question_id]

    def table(self, question_id: str, by: By = None) -> pd.DataFrame:
        """The table of a question, tidy.

        Parameters
        ----------
        question_id : str
        by : str or list of str, optional
            Id of a single or multiple question whose options become groups; of several, one within
            the other, with groups named "role=management, province=ontario".

        Returns
        -------
        DataFrame
            A row an option and group: question, item, label, group, count, base, base_name,
            percent, ci_low, ci_high (0 to 100, Wilson's interval at 95 %), and the columns of
            rankings, numbers and scales; `net_promoter` where the questionnaire has a scale from 0
            to 10; `suppressed` in a public report. A copy, which prints what is read most of it
            (see `tidy_table`).

        Raises
        ------
        InputError, UsageError
            For an unknown question, or a `by` that has no options.

        Examples
        --------
        >>> survey.table("role")[["item", "count", "base"]].head(2)
                 item  count  base
        0   frontline    109   208
        1  management     99   208
        """
        return TidyTable(as_written(self._counted(question_id, by)))

    def cell(self, question_id: str, item: str, by: By = None, group: str = "") -> pd.Series:
        """One row of a table, for sentences.

        Parameters
        ----------
        question_id, by : as in `table`
        item, group : str, codes of an option and of a group

        Returns
        -------
        Series with count, base, percent, label, …

        Raises
        ------
        InputError, UsageError
            For an item, group or question that does not exist, with what is near.

        Examples
        --------
        >>> int(survey.cell("role", "frontline")["count"])
        109
        """
        table = self.table(question_id, by)
        row = table[(table["item"] == item) & (table["group"] == group)]
        if item not in set(table["item"]):
            raise InputError(unknown(f"item of '{question_id}' with code", item, table["item"]))
        if row.empty:
            names = ", ".join(by_names(by))
            raise InputError(
                unknown(f"group of '{names}' with code", group, table["group"].unique())
            )
        return row.iloc[0]

    # ---- shown

    def wording(self, *question_ids: str) -> figures.Wordings:
        """The exact wording, who was asked, and how many of them answered.

        Parameters
        ----------
        *question_ids : str

        Returns
        -------
        figures.Wordings, which show themselves

        Raises
        ------
        UsageError
            For an unknown question.

        Examples
        --------
        >>> survey.wording("role")
        Are you a front-line worker or management?
        Asked of: those who answered “Yes” to “Are you currently using digital messaging with
        clients?”. Of the 212 asked, 208 answered.
        """
        return figures.Wordings(tuple(map(self._wording, question_ids)))

    def show(self, question_id: str, by: By = None) -> figures.ShownTable | figures.Sentences:
        """A question's table for readers: labels, counts, percents, the base in the caption, and
        the mean of a scale; groups stand beside one another, and all of them together.

        Parameters
        ----------
        question_id, by : as in `table`

        Returns
        -------
        figures.ShownTable, or a sentence where the file lacks the question, or nobody answered

        Raises
        ------
        InputError, UsageError
            As in `table`.

        Examples
        --------
        >>> survey.show("role").caption
        'Base: 208 respondents who answered.'
        """
        question, labels = self.question(question_id), self._group_labels(by)
        if ungrouped := self._ungrouped(by):
            return ungrouped
        table, days = self._counted(question_id, by), "" if by else self._days(question)
        several = any(self.question(name).type == "multiple" for name in by_names(by))
        return self._instead(question, table) or figures.show_table(
            table, question, self, labels, days, overlapping=several
        )

    def chart(self, question_id: str, by: By = None) -> figures.Picture | figures.Sentences:
        """The one chart that suits a question: a bar cut into the shares of a few options, else a
        bar an option, and of two groups two points on a line; of an open question its themes.

        Parameters
        ----------
        question_id, by : as in `table`
            Without `by` the question's twin stands beside it where it has one.

        Returns
        -------
        figures.Picture, or a sentence where there is nothing to show

        Raises
        ------
        InputError, UsageError
            As in `table`; for an open question without themes.

        Examples
        --------
        >>> survey.chart("policies_frontline").alt[:54]
        'Stacked bars. Counts and percents. Policies, protocols'
        """
        question, twins = self._put_to(self.question(question_id), by)
        if question.type == "open":
            themes = self.themes
            return themes.compare(question.id).plot() if twins else themes.plot(question.id)
        if ungrouped := self._ungrouped(by):
            return ungrouped
        table, labels = self._counted_for(question, by, twins)
        if instead := self._instead(question, table):
            return instead
        whole = figures.is_one_whole(question) or question.type == "matrix"
        return (figures.plot_stacked if whole else figures.plot_table)(
            table, question, self, labels
        )

    def others(self, question_id: str) -> figures.Sentences:
        """How many answered a question in their own words, and those words that a reviewer has
        allowed to be quoted.

        Parameters
        ----------
        question_id : str, of a question with a companion text
            Its twin's are told with it.

        Returns
        -------
        figures.Sentences, none where the chart says that there is nothing to show

        Raises
        ------
        InputError
            Where the question has no companion text.

        Examples
        --------
        >>> survey.others("challenges_staff_frontline")
        9 of 92 front-line workers and 10 of 75 managers gave another answer in their own words.
        Nobody has reviewed these texts, so they are not shown.
        """
        question, twins = self._put_to(self.question(question_id))
        if not question.companions:
            raise InputError(f"'{question_id}' has no companion text ('other').")
        table, _ = self._counted_for(question, None, twins)
        if self._instead(question, table):
            return figures.say()
        names = self._twin_names(twins) if twins else figures.GroupNames({})
        each = twins or {"": question}
        reviewed = {code: self.quotations(one.id).texts for code, one in each.items()}
        return figures.other_answers(table, question, names, reviewed)

    def plot(
        self, question_id: str, by: By = None, intervals: bool = False
    ) -> figures.Picture | figures.Sentences:
        """A question's figure, with alternative text.

        Parameters
        ----------
        question_id, by : as in `table`
        intervals : whether the shares' intervals are drawn, too

        Returns
        -------
        figures.Picture, or a sentence where the file lacks the question

        Raises
        ------
        InputError, UsageError
            As in `table`.

        Examples
        --------
        >>> "Front-line worker 109 (52.4 %)" in survey.plot("role").alt
        True
        """
        question, labels = self.question(question_id), self._group_labels(by)
        if ungrouped := self._ungrouped(by):
            return ungrouped
        table = self._counted(question_id, by)
        instead = self._instead(question, table)
        return instead or figures.plot_table(table, question, self, labels, intervals)

    def summarise(self, question_id: str) -> figures.Sentences:
        """The most frequent answer in a sentence, and where that is "Other", the most frequent of
        the listed ones; what most said, if more than half did. `details` has the interval.

        Parameters
        ----------
        question_id : str, of a single or multiple question

        Returns
        -------
        figures.Sentences

        Raises
        ------
        InputError
            For another type of question.

        Examples
        --------
        >>> survey.summarise("role")
        Most said “Front-line worker”: 109 of 208 (52 %).
        """
        question, table = self._with_options(question_id), self._counted(question_id)
        did = "chose" if question.type == "multiple" else "said"
        options = table[table["item"] != NOT_STATED]
        text = figures.most_frequent(options, aside=question.companions, did=did)
        return self._instead(question, table) or figures.say(text)

    def details(self, question_id: str) -> figures.Sentences:
        """What stands behind `summarise`: the interval of the most frequent answer, and of a
        multiple question whether the listed options are chosen equally often (Cochran's Q).

        Parameters
        ----------
        question_id : str, of a single or multiple question

        Returns
        -------
        figures.Sentences, none where too few answered

        Raises
        ------
        InputError
            For another type of question.

        Examples
        --------
        >>> survey.details("role")
        “Front-line worker”: 52.4 % of 208, 95 % interval 45.6 to 59.1.
        """
        question, table = self._with_options(question_id), self._counted(question_id)
        table = table[table["item"] != NOT_STATED]
        listed = [item for item in table["item"] if item not in question.companions]
        several = question.type == "multiple" and (table["count"] > 0).any()
        texts = [
            figures.interval_sentence(table),
            self._equally_often(question, listed) if several else "",
        ]
        return self._instead(question) or figures.say(*filter(None, texts))

    def plot_stacked(self, question_id: str, by: By = None) -> figures.Picture | figures.Sentences:
        """The answers as one stacked bar, or one for each twin or group.

        Parameters
        ----------
        question_id, by : as in `table`
            Without `by` the question's twin stands beside it where it has one.

        Returns
        -------
        figures.Picture, or a sentence where the file lacks the question

        Raises
        ------
        InputError, UsageError
            As in `table`.

        Examples
        --------
        >>> survey.plot_stacked("policies_frontline").name
        'policies_frontline'
        """
        question, twins = self._put_to(self.question(question_id), by)
        if ungrouped := self._ungrouped(by):
            return ungrouped
        table, labels = self._counted_for(question, by, twins)
        instead = self._instead(question, table)
        return instead or figures.plot_stacked(table, question, self, labels)

    def plot_map(self, question_id: str) -> figures.Picture | figures.Sentences:
        """A tile map, for a question whose tiles lie beside the questionnaire.

        Parameters
        ----------
        question_id : str

        Returns
        -------
        figures.Picture, or a sentence where the file lacks the question

        Raises
        ------
        InputError
            Where the question has no tiles.

        Examples
        --------
        >>> survey.plot_map("province").name
        'province_map'
        """
        table, question = self._counted(question_id), self.question(question_id)
        if question_id not in self._tiles:
            raise InputError(unknown("tile map for question", question_id, self._tiles))
        tiles = self._tiles[question_id]
        return self._instead(question, table) or figures.plot_tile_map(table, tiles, question, self)

    # ---- groups side by side

    def compare(
        self, question_id: str, by: By = None
    ) -> figures.Comparison | figures.RowComparison | figures.Instead:
        """A question's twins side by side, or its groups by the options of another question.

        Parameters
        ----------
        question_id : str, of a question with options or numbers
        by : str or list of str, optional
            Id of a single question, or of several, one within the other. By default the
            question is compared with its twin, the one that shares its concept.

        Returns
        -------
        figures.Comparison, which shows itself as a table; `.plot()`, `.sentences()`, `.details()`,
        `.largest`, `.differing`, `.alike`; of a ranking, a matrix or numbers figures.RowComparison,
        which has the first four and `.alike`. A sentence instead, with the same methods, where the
        file lacks the question.

        Raises
        ------
        InputError, UsageError
            Where the question has neither options nor numbers, or neither a twin nor a `by` is
            there.

        Examples
        --------
        >>> list(survey.compare("policies_frontline").labels.values())
        ['Front-line workers', 'Managers']
        """
        question = self.question(question_id)
        if question.type not in (*GROUPED_TYPES, *ROW_TESTED):
            raise InputError(
                f"'{question_id}' is of type {question.type}; expected a question with options or "
                "numbers."
            )
        names = by_names(by)
        lacking = self._lacking(question, with_twin=not names)
        if lacking:
            return self._alone(question, lacking, self.show)
        if not names:
            twins = self.twins(question_id)
            if not twins:
                raise UsageError(
                    f"'{question_id}' has no twin; name a single-choice question to compare by."
                )
            return self._compare_twins(twins)
        for name in names:
            if self.question(name).type != "single":
                kind = self.question(name).type
                raise InputError(f"'{name}' is a {kind} question; expected a single one.")
        return self._ungrouped(by) or self._compare_by(question, by)

    def _compare_by(
        self, question: Question, by: By
    ) -> figures.Comparison | figures.RowComparison | figures.Instead:
        table, names = self._counted(question.id, by), by_names(by)
        instead = self._instead(question, table)
        if instead:
            return instead
        bases, labels = table.groupby("group")["base"].max(), self._group_labels(by)
        labels = {code: label for code, label in labels.items() if bases.get(code, 0) != 0}
        table = table[table["group"].isin(list(labels))]
        plurals = self.question(names[0]).plurals if len(names) == 1 else {}
        if question.type in ROW_TESTED:
            answers = self._group_answers(question, by)
            called = figures.GroupNames(labels, plurals)
            return figures.compare_rows(question, self, table, called, answers)
        choices = self._group_choices(question, by)
        return figures.compare_groups(question, self, table, labels, *choices, plurals)

    def _compare_twins(
        self, twins: dict[str, Question]
    ) -> figures.Comparison | figures.RowComparison | figures.Instead:
        question, twin = twins.values()
        table, names = self._twin_table(twins), self._twin_names(twins)
        instead = self._instead(question, table)
        if instead:
            return instead
        if question.type in ROW_TESTED:
            answers = self._twin_answers(twins)
            return figures.compare_rows(question, self, table, names, answers, twin)
        return figures.compare_twins(twins, names, self, table, *self._twin_choices(twins))

    def twins(self, question_id: str) -> dict[str, Question]:
        """A question and its twin, the one of the same concept and type that was asked, too.

        Parameters
        ----------
        question_id : str

        Returns
        -------
        dict of the code of the gate that leads to each, to Question; {} where there is no twin

        Raises
        ------
        InputError
            Where no gate tells apart who was asked which.

        Examples
        --------
        >>> {code: question.id for code, question in survey.twins("tools_frontline").items()}
        {'frontline': 'tools_frontline', 'management': 'tools_management'}
        """
        question = self.question(question_id)
        others = self._same_concept(question)
        if len(others) != 1 or not others[0].asked:
            return {}
        names = figures.twin_groups(question, others[0], self.questionnaire)
        return dict(zip(names.labels, (question, others[0]), strict=True))

    def _put_to(self, question: Question, by: By = None) -> tuple[Question, dict[str, Question]]:
        """A question with its twins as in `twins`; where one of them alone was asked, or has
        answers, this one and no twin."""
        if by:
            return question, {}
        lacking = self._lacking(question, with_twin=True)
        if lacking:
            return self._asked_twin(question, lacking) or question, {}
        twins = self.twins(question.id)
        answered = [t for t in twins.values() if not figures.is_empty(self._counted(t.id))]
        return (answered[0], {}) if len(answered) == 1 else (question, twins)

    def _same_concept(self, question: Question) -> list[Question]:
        """Other questions of the same concept and type."""
        return [
            q
            for q in self.questionnaire.questions
            if question.concept and q.concept == question.concept and q.type == question.type
            if q.id != question.id
        ]

    def _lacking(self, question: Question, with_twin: bool) -> Question | None:
        """A question, or its twin, if the file lacks it."""
        others = self._same_concept(question) if with_twin else []
        needed = [question, *others] if len(others) == 1 else [question]
        return next((q for q in needed if not q.asked), None)

    def _asked_twin(self, question: Question, lacking: Question) -> Question | None:
        """Of a question and its twin the one that was asked, where the file lacks the other."""
        pair = [question, *self._same_concept(question)]
        asked = [one for one in pair if one.asked and one.id != lacking.id]
        return asked[0] if asked and len(pair) == 2 else None

    def _alone(
        self,
        question: Question,
        lacking: Question,
        show: Callable[[str], figures.ShownTable | figures.Sentences],
    ) -> figures.NotAsked:
        """What stands for a question, or a comparison with its twin, where the file lacks one."""
        asked = self._asked_twin(question, lacking)
        table = show(asked.id) if asked else None
        if asked is None or not isinstance(table, figures.ShownTable):
            return figures.not_asked(lacking)
        return figures.OneAlone((self._alone_sentence(asked, lacking),), table=table)

    def _alone_sentence(self, asked: Question, lacking: Question) -> str:
        """Of whom a table of one twin is, and who was not asked."""
        names = figures.twin_groups(asked, lacking, self.questionnaire)
        first, second = names.labels
        return (
            f"This is about {names.among(first)} alone. {names.labels[second]}: not asked in this "
            "wave."
        )

    def _ungrouped(self, by: By) -> figures.NotAsked | None:
        """The sentence that stands for groups whose question the file lacks."""
        questions = map(self.question, by_names(by))
        return next((figures.not_asked(q) for q in questions if not q.asked), None)

    def _twin_names(self, twins: dict[str, Question]) -> figures.GroupNames:
        question, twin = twins.values()
        return figures.twin_groups(question, twin, self.questionnaire)

    def _twin_table(self, twins: dict[str, Question]) -> pd.DataFrame:
        frames = [self._counted(one.id).assign(group=code) for code, one in twins.items()]
        return pd.concat(frames, ignore_index=True)

    def _counted_for(
        self, question: Question, by: By, twins: dict[str, Question]
    ) -> tuple[pd.DataFrame, dict[str, str]]:
        """The table of a question and its twin, or of its groups, and the labels of these."""
        if twins:
            return self._twin_table(twins), dict(self._twin_names(twins).labels)
        return self._counted(question.id, by), self._group_labels(by)

    def _instead(
        self, question: Question, table: pd.DataFrame | None = None
    ) -> figures.Instead | None:
        """The sentence that stands for a question of which there is nothing to show."""
        if not question.asked:
            return figures.not_asked(question)
        if table is None:
            return None
        if figures.is_empty(table):
            return figures.nobody_answered(question)
        return figures.all_hidden(question) if figures.hides_all(table) else None

    def _with_options(self, question_id: str) -> Question:
        question = self.question(question_id)
        if question.type not in GROUPED_TYPES:
            raise InputError(
                f"'{question_id}' is of type {question.type}; expected single or multiple."
            )
        return question

    def _group_labels(self, by: By) -> dict[str, str]:
        questions = [self.question(name) for name in by_names(by)]
        if len(questions) == 1:
            return dict(figures.names_of(questions[0], questions[0].choices).labels)
        return group_labels(questions)

    def ranking(self, question_id: str) -> figures.Ranking | figures.Instead:
        """A ranking question, with its twin beside it.

        Parameters
        ----------
        question_id : str

        Returns
        -------
        figures.Ranking, which shows itself; `.plot()`, `.sentences()`, `.details()`. A sentence
        instead, with the same methods, where the file lacks the question or a public report may
        show nothing of it.

        Raises
        ------
        InputError
            For another type of question.

        Examples
        --------
        >>> survey.ranking("benefits_ranked_frontline").summary["mean_rank"].between(1, 6).all()
        np.True_
        """
        question = self.question(question_id)
        if question.type != "ranking":
            raise InputError(f"'{question_id}' is a {question.type} question; expected a ranking.")
        lacking = self._lacking(question, with_twin=True)
        asked = self._asked_twin(question, lacking) if lacking else question
        if asked is None:
            return figures.not_asked(question)
        twins = {} if lacking else self.twins(question_id)
        labels = self._twin_names(twins).labels if twins else {"": ""}
        answered = {
            labels[code]: one
            for code, one in (twins or {"": asked}).items()
            if not figures.is_empty(self._counted(one.id))
        }
        if not answered:
            return figures.nobody_answered(asked)
        ranking = self._ranking(answered)
        if lacking and isinstance(ranking, figures.Ranking):
            return replace(ranking, note=self._alone_sentence(asked, lacking))
        return ranking

    # ---- the whole survey

    def __repr__(self) -> str:
        kind = "SYNTHETIC DATA" if self.synthetic else "export"
        part = f" where {self.where}" if self.where else ""
        n = figures.HIDDEN if self.n is None else self.n
        return (
            f"Survey '{self.questionnaire.title}' {self.questionnaire.wave}: "
            f"{how_many(n, 'respondent')}{part}, {self.questionnaire.extent}; {kind}; "
            f"edit {self.edit}, base {self.base}"
        )

    def _ipython_key_completions_(self) -> list[str]:
        return list(self.questionnaire.by_id)

    def __getitem__(self, question_id: str) -> figures.ShownTable | figures.Sentences:
        """The question's table; JupyterLab completes the id between the quotation marks."""
        return self.show(question_id)

    def _repr_html_(self) -> str:
        return figures.survey_card(self)
