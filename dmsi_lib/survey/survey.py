"""The one object a notebook holds: a survey that shows all there is to see of it."""

# Types of what is drawn are not loaded for saying so.
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from dmsi_lib import figures
from dmsi_lib.choices import Baseline, Choices
from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.published import READINGS, Readings, our_figures
from dmsi_lib.questionnaire import Question
from dmsi_lib.reading import Export, mark_identities
from dmsi_lib.skip_logic import ANSWERED, routing_table
from dmsi_lib.survey.counts import Counts, Grouped, count, side_by_side
from dmsi_lib.survey.flow import Flow
from dmsi_lib.survey.material import Material, read_material
from dmsi_lib.survey.naming import named
from dmsi_lib.survey.numbers import GROUPS_NOT_ASKED, Numbers
from dmsi_lib.survey.ordered_answers import in_order
from dmsi_lib.survey.publication import Publication
from dmsi_lib.survey.themes import CountedThemes
from dmsi_lib.survey.tidy_table import TidyTable
from dmsi_lib.tables import (
    FEWEST,
    Banner,
    By,
    Layout,
    as_written,
    by_names,
    members_by_group,
    universe_name,
)
from dmsi_lib.where import Where
from dmsi_lib.wording import unknown

if TYPE_CHECKING:
    from dmsi_lib.survey.public_survey import PublicSurvey
    from dmsi_lib.survey.wave_showing import ShownWaves

# What another survey of the same material may choose.
_READING = ("base", "edit", "where")


class Survey(Numbers):
    """A survey ready for questions. Make one with `Survey.load()`.

    It never changes: what it says of its edit, base and respondents is what its figures stand on.
    `with_` gives another survey of the same answers, and every frame is a copy.

    Attributes
    ----------
    choices : Choices
    edit : str, how answers and gates are reconciled: none, gate or follow_up
    base : str, what percentages stand on: answered or universe
    where : Where, the conditions on the respondents
    questionnaire : Questionnaire
    synthetic : bool, whether the data are synthetic
    public : bool, whether small cells are suppressed: never here
    n : int, number of respondents
    themes : Themes of the open answers
    flow : Flow, how the respondents went through the questionnaire
    """

    public = False

    def __init__(self, material: Material, choices: Choices):
        counts = count(material, choices)
        n, synthetic = len(counts.responses), material.export.synthetic
        super().__init__(choices, material.questionnaire, synthetic, n, material.tiles)
        flow, themes = Flow(self, counts), CountedThemes(self, counts)
        vars(self).update(_counts=counts, flow=flow, themes=themes)

    n: int
    _counts: Counts
    flow: Flow
    themes: CountedThemes

    @classmethod
    def load(
        cls,
        export: str | Path | None = None,
        questionnaire: str | Path | None = None,
        edit: str = "none",
        base: str = "answered",
        where: Where | str | Iterable[str] | None = None,
        plan: str | Path | None = None,
    ) -> Survey | PublicSurvey:
        """Read an export, its questionnaire, and what lies beside them.

        Parameters
        ----------
        export : path of a .csv, .xlsx or .sav file, by default the repository's synthetic export
        questionnaire : path, by default of the repository's instrument
        edit : "none", "gate" or "follow_up"
        base : "answered" or "universe"
        where : str or list of str, optional
            `question=code,code` (any of them), `question!=code` (not); several must all hold.
        plan : path of a plan of suppression; the survey is as the public may see it then

        Returns
        -------
        Survey, or PublicSurvey with a plan

        Raises
        ------
        InputError
            One message with all that is wrong in the files: row or column, found, expected.
        UsageError
            For an edit, base or condition that does not exist.

        Examples
        --------
        >>> Survey.load(edit="gate", where="province=ontario,alberta").n
        131
        """
        files = [None if path is None else str(path) for path in (export, questionnaire)]
        choices = Choices(files[0], files[1], edit, base, Where.of(where))
        survey = read_survey(choices)
        if plan is None:
            return survey
        from dmsi_lib.survey.public_survey import as_public, read_plan

        return as_public(survey, read_plan(plan))

    def with_(self, **choices: Any) -> Survey:
        """Another survey of the same answers.

        Parameters
        ----------
        edit, base, where : as in `load`; those not named stay as they are here

        Returns
        -------
        Survey

        Raises
        ------
        InputError, UsageError
            As in `load`; for a choice of another name.

        Examples
        --------
        >>> survey.with_(edit="gate", base="universe").base
        'universe'
        """
        for name in choices:
            if name not in _READING:
                raise UsageError(unknown("choice of a survey", name, _READING))
        return type(self)(self._counts.material, replace(self.choices, **choices))

    def part(self, where: Where | str | Iterable[str]) -> Survey:
        """The same survey of those respondents alone for whom further conditions hold.

        Parameters
        ----------
        where : as in `load`; added to the survey's own conditions

        Returns
        -------
        Survey

        Raises
        ------
        InputError, UsageError
            As in `load`.

        Examples
        --------
        >>> survey.with_(where="province=ontario").part("role=frontline").n
        48
        """
        return self.with_(where=self.where & Where.of(where))

    # ---- single respondents

    @property
    def export(self) -> Export:
        """What was read from the file, as it was read; see `reading.Export`."""
        return self._counts.material.export.copy()

    @property
    def responses(self) -> pd.DataFrame:
        """The edited answers, respondents x (question, item). A copy; answers that stand in an
        order, as the questionnaire says, are ordered categoricals from low to high."""
        return in_order(self._counts.responses, self.questionnaire)

    @property
    def status(self) -> pd.DataFrame:
        """The routing status of every answer, respondents x questions. A copy."""
        return self._counts.routing.status.copy()

    def routing(self) -> pd.DataFrame:
        """Statuses counted for every question.

        Returns
        -------
        DataFrame
            question, n, universe, answered, item_nonresponse, break_off, legitimate_skip,
            off_route, gate_unknown_answered, gate_unknown_blank; those after `universe` add up to
            n, and universe = answered + item_nonresponse + break_off.

        Examples
        --------
        >>> survey.routing().set_index("question").loc["role", ["universe", "answered"]].tolist()
        [212, 208]
        """
        return routing_table(self._counts.routing)

    def answers(self, question_id: str) -> pd.Series:
        """The answers to an open question. Never to be shown unreviewed.

        Parameters
        ----------
        question_id : str

        Returns
        -------
        Series of str by respondent; of a question with several boxes the texts of all that were
        filled, joined by "; ", so that coding and quoting know one answer of each respondent

        Raises
        ------
        UsageError
            For another type of question.

        Examples
        --------
        >>> len(survey.answers("why_not_using")) > 0
        True
        """
        return self._counts.answers(question_id)

    def other_texts(self, question_id: str) -> pd.Series:
        """The companion texts of a question. Never to be shown unreviewed.

        Parameters
        ----------
        question_id : str

        Returns
        -------
        Series of str by respondent; of several companions the texts joined by "; "

        Raises
        ------
        InputError
            Where the question has none.

        Examples
        --------
        >>> len(survey.other_texts("tools_frontline")) > 0
        True
        """
        if self.question(question_id).other is None:
            raise InputError(f"'{question_id}' has no companion text ('other').")
        return self._counts.other_texts(self.question(question_id))

    def quotations(self, question_id: str) -> figures.Quotations:
        """The answers that a reviewer has allowed to be quoted, without what reaches a person.

        Parameters
        ----------
        question_id : str

        Returns
        -------
        figures.Quotations, which show themselves

        Raises
        ------
        UsageError
            For another type of question.

        Examples
        --------
        >>> survey.quotations("why_not_using").synthetic
        True
        """
        identities = self._counts.material.export.identities
        texts = self._counts.reviewed_answers(question_id)
        marked = [mark_identities(text, identities) for text in texts]
        found = sum(sum(kinds.values()) for _, kinds in marked)
        return figures.Quotations(tuple(text for text, _ in marked), self.synthetic, found)

    @property
    def reviewed_answers(self) -> list[str]:
        """Every answer that may be quoted, of any question, as it was written."""
        return self._counts.all_reviewed_answers()

    @property
    def named_quotations(self) -> int:
        """How many of the answers that may be quoted hold a name of the identity columns."""
        names = self._counts.material.export.identities
        return sum(bool(names.find(text)) for text in self.reviewed_answers)

    # ---- tables

    def _counted(self, question_id: str, by: By = None) -> pd.DataFrame:
        return self._counts.table(question_id, by)

    def counted(self) -> pd.DataFrame:
        """The tables of all questions as the library works with them: the same as `tables`, but a
        matrix's row and option are two columns, `row` and `item`, and what stands behind a mean are
        two more, `measured` and `left_out` (see `tables.COLUMNS`).

        Returns
        -------
        DataFrame

        Examples
        --------
        >>> list(survey.counted().columns[:4])
        ['question', 'kind', 'row', 'item']
        """
        return pd.concat(self._counts.tables(), ignore_index=True)

    def tables(self, by: By = None) -> pd.DataFrame:
        """The tables of all questions, one under the other.

        Parameters
        ----------
        by : as in `table`; the questions named there are left out

        Returns
        -------
        DataFrame, the columns of `table`

        Raises
        ------
        InputError, UsageError
            As in `table`.

        Examples
        --------
        >>> survey.tables()["question"].nunique()
        68
        """
        return TidyTable(as_written(pd.concat(self._counts.tables(by), ignore_index=True)))

    # ---- cross tables

    def crosstab(
        self,
        question_id: str,
        *by: By,
        percent: str = "column",
        letters: bool = False,
        min_base: int = FEWEST,
    ) -> figures.CrossTable | figures.Instead:
        """The answers to a question down, groups of respondents across, everybody in them first.

        Parameters
        ----------
        question_id : str
        *by : str or list of str
            Ids of single or multiple questions whose options become columns. Each stands beside the
            one before; a list of several makes one set of columns, one question within the other:
            `crosstab("tools", "province", ["role", "staff_size"])`.
        percent : "column", "row" or "both", the shares that are shown
        letters : whether each share has the letters of the columns that it is higher than, by more
            than chance would give
        min_base : columns of fewer are marked, and not compared

        Returns
        -------
        figures.CrossTable
            It shows itself, with notes. Its `table` is tidy, a row an answer and column: the
            columns of `Survey.table`, with the group "(total)" for everybody in any column, and
            `row_total`, `row_percent` (0 to 100), `letter`, `higher_than`, `not_tested`,
            `small_base` as far as they are asked for. A sentence instead where the file lacks a
            question, or nobody answered both.

        Raises
        ------
        UsageError
            For an unknown question, or one that has no options to make columns; for letters beside
            row percentages alone.

        Notes
        -----
        How columns are compared is said in `tables.cross_tables`.

        Examples
        --------
        >>> crossed = survey.crosstab("staff_size", "role", percent="both", letters=True)
        >>> crossed.table.set_index(["item", "group"]).loc[("51+", "frontline"), "row_percent"]
        np.float64(58.42696629213483)
        """
        question, layout = self.question(question_id), Layout(percent, letters, min_base)
        for columns in by:
            if ungrouped := self._ungrouped(columns):
                return ungrouped
        if instead := self._instead(question, self._counted(question_id)):
            return instead
        members = self._counts.members(question.id)
        try:
            banner = self._counts.banner(by, members)
        except InputError as error:
            return figures.Instead((str(error),))
        counted = self._counts.crossed([question], banner, layout)
        tested = figures.blocks_to_test(counted, banner, question)
        return figures.CrossTable(
            question,
            self,
            TidyTable(as_written(counted)),
            counted,
            banner,
            layout,
            self._counts.joint_tests(question, banner, tested),
            int((members & ~banner.everybody).sum()),
        )

    def crosstabs(
        self,
        *by: By,
        percent: str = "column",
        letters: bool = False,
        min_base: int = FEWEST,
    ) -> pd.DataFrame:
        """The cross tables of all questions, one under the other.

        Parameters
        ----------
        *by, percent, letters, min_base : as in `crosstab`; the questions named in `by` are left out

        Returns
        -------
        DataFrame, tidy, as the `table` of `crosstab`

        Raises
        ------
        InputError, UsageError
            As in `crosstab`; for a question of `by` that the file lacks, or that nobody answered.

        Examples
        --------
        >>> crossed = survey.crosstabs("role", "province")
        >>> crossed["group"].unique()[:3].tolist()
        ['(total)', 'role=frontline', 'role=management']
        """
        counted, _ = self.counted_across(by, Layout(percent, letters, min_base))
        return TidyTable(as_written(counted))

    def counted_across(self, by: Sequence[By], layout: Layout) -> tuple[pd.DataFrame, Banner]:
        """The cross tables of all questions as the library works with them, and their columns.

        Parameters
        ----------
        by : the columns, as in `crosstab`; the questions named there are left out
        layout : tables.Layout

        Returns
        -------
        DataFrame as from `tables.cross_tables`; tables.Banner

        Raises
        ------
        InputError, UsageError
            As in `crosstabs`.

        Examples
        --------
        >>> from dmsi_lib.tables import Layout
        >>> list(survey.counted_across(["role"], Layout())[1].labels.values())
        ['Total', 'Front-line worker', 'Management']
        """
        named = {name for columns in by for name in by_names(columns)}
        banner = self._counts.banner(by)
        questions = [q for q in self.questionnaire.questions if q.id not in named]
        return self._counts.crossed(questions, banner, layout), banner

    def _wording(self, question_id: str) -> figures.Wording:
        question, routing = self.question(question_id), self._counts.routing
        asked = int(routing.in_universe(question_id).sum())
        on_route = int((routing.of(question_id) == ANSWERED).sum())
        others = int(routing.has_answer(question_id).sum()) - on_route
        answered = f"Of the {asked} asked, {on_route or 'none'} answered."
        if not asked:
            answered = "Nobody was to be asked."
        if others:
            more = f"{others} more" if asked else f"{others}"
            # The calibration chose how many of all answers these are.
            calibrated = self.synthetic and self._counts.material.ledger is not None
            made = " (a number set when the data were calibrated)" if calibrated else ""
            answered += f" {more} answered, though the question was not meant for them{made}."
        universe = universe_name(question, self.questionnaire)
        answered = answered if question.asked else "Not asked in this wave."
        return figures.Wording(question.text, universe, answered)

    # ---- who chose what

    def _chosen(self, question: Question) -> pd.DataFrame:
        """Who chose which option, those who answered alone: bool DataFrame (answered, options)."""
        has = self._counts.routing.has_answer(question.id)
        return self._counts.chosen(question, has)[has]

    def _days(self, question: Question) -> str:
        if question.type != "date":
            return ""
        days = self._counts.responses[question.id, ""][self._counts.members(question.id)].dropna()
        if days.empty:
            return ""
        return f"First day {days.min():%Y-%m-%d}, last {days.max():%Y-%m-%d}."

    def _equally_often(self, question: Question, items: list[str]) -> str:
        return figures.equally_often(self._chosen(question)[items])

    def _twin_choices(self, twins: dict[str, Question]) -> Grouped:
        members = [self._counts.members(one.id) for one in twins.values()]
        pairs = zip(twins.values(), members, strict=True)
        return side_by_side(list(twins), members, [self._counts.chosen(*pair) for pair in pairs])

    def _group_choices(self, question: Question, by: By) -> Grouped:
        members = self._counts.members(question.id)
        return self._counts.group_of_each(by, members), self._counts.chosen(question, members)

    # ---- numbers for sentences

    def _untold(self, question_id: str, by: By) -> str:
        asked = [self.question(name).asked for name in by_names(by)]
        return "" if all(asked) else GROUPS_NOT_ASKED

    def _any_of(self, question: Question, items: Sequence[str], by: By, group: str) -> int | None:
        chosen = self._counts.chosen(question, self._counts.members(question.id))
        gave = chosen[list(items)].any(axis=1).to_numpy()
        groups = members_by_group(list(map(self.question, by_names(by))), self._counts.responses)
        members = dict(groups).get(group)
        return 0 if members is None else int((gave & members).sum())

    def _answered(self, question: Question) -> int | None:
        return int(self._counts.routing.has_answer(question.id).sum())

    def _asked(self, question: Question) -> int | None:
        return int(self._counts.routing.in_universe(question.id).sum())

    # ---- combinations and ranks

    def _twin_answers(self, twins: dict[str, Question]) -> figures.Answered:
        members = [self._counts.routing.has_answer(one.id) for one in twins.values()]
        return side_by_side(list(twins), members, list(map(self._counts.given, twins.values())))

    def _group_answers(self, question: Question, by: By) -> figures.Answered:
        has = self._counts.routing.has_answer(question.id)
        return self._counts.group_of_each(by, has), self._counts.given(question)

    def plot_combinations(self, question_id: str) -> figures.Picture | figures.Instead:
        """Which options were ticked together.

        Parameters
        ----------
        question_id : str, of a single or multiple question

        Returns
        -------
        figures.Picture, or a sentence where the file lacks the question

        Raises
        ------
        InputError
            For another type of question.

        Examples
        --------
        >>> survey.plot_combinations("tools_frontline").name
        'tools_frontline_combinations'
        """
        question = self._with_options(question_id)
        instead = self._instead(question, self._counted(question_id))
        chosen = self._chosen(question)[list(question.choices)]
        return instead or figures.plot_combinations(chosen, question, self)

    def _ranking(self, twins: dict[str, Question]) -> figures.Ranking:
        panels = tuple(
            figures.Panel(title, self._counts.responses[one.id], one.options)
            for title, one in twins.items()
        )
        return figures.rank_panels(next(iter(twins.values())), self, panels)

    def named(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A frame in words: labels in place of ids and codes, "left before" for a break-off.

        Parameters
        ----------
        frame : DataFrame
            With any of the columns that frames of this library have: `question`, `item`, `gate`,
            `page`, …; of others the names alone are put into words.

        Returns
        -------
        DataFrame, with as many rows and columns

        Raises
        ------
        Nothing: what is no id or code stays as it is.

        Examples
        --------
        >>> survey.named(survey.routing()[["question", "item_nonresponse"]]).iloc[62].to_dict()
        {'Question': 'IRCC funding', 'Passed over': 0}
        """
        return named(frame, self.questionnaire)

    # ---- other readings, and what was published

    @cached_property
    def readings(self) -> Readings:
        """The same respondents under every edit and base; see `published.Readings`."""
        own, known = (self.edit, self.base), self._counts.material.known
        found: Readings | None = known.get((Readings, self.where))
        if found is None:
            found = known[Readings, self.where] = Readings(
                {r: self if r == own else self.with_(edit=r[0], base=r[1]) for r in READINGS}
            )
        return found

    @cached_property
    def published(self) -> Publication | None:
        """The figures that were published of this wave, if they lie beside the questionnaire."""
        ledger, known = self._counts.material.ledger, self._counts.material.known
        if ledger is None:
            return None
        key = (Publication, self.edit, self.where, self.base)
        found: Publication | None = known.get(key)
        if found is None:
            found = known[key] = Publication(
                ledger, self.questionnaire, self._our_figures, self.synthetic
            )
        return found

    def _our_figures(self) -> pd.DataFrame:
        tables = dict(iter(self.tables().groupby("question", sort=False)))
        sources = (tables.get, self.themes.table, self.other_texts)
        lacking = [q.id for q in self.questionnaire.questions if not q.asked]
        return our_figures(
            self._counts.material.ledger, *sources, self.flow.answered, self.flow.lost, lacking
        )

    # ---- another wave

    def compared_with(
        self,
        baseline: str | Path,
        questionnaire: str | Path | None = None,
        alike: Iterable[str] = (),
    ) -> ShownWaves:
        """This wave beside an earlier one, which is edited and filtered in the same way.

        Parameters
        ----------
        baseline : path of its export, or of figures that were published of it
        questionnaire : path of its questionnaire, by default that of this wave
        alike : ids of single-choice questions of both waves, by whose answers a change is split
            into that of who answered and that of what they answered

        Returns
        -------
        ShownWaves, whose parts show themselves

        Raises
        ------
        InputError
            Where a file can't be read, or the two have nothing in common.
        UsageError
            For a question of `alike`, or a condition of this survey, that is not of both waves.

        Examples
        --------
        >>> survey.compared_with("data/synthetic/dmsi-2018-synthetic.csv", alike=["role"]).finding()
        No answer changed by more than chance would give.
        """
        from dmsi_lib.survey.wave_showing import ShownWaves
        from dmsi_lib.survey.waves import compare_with_baseline

        own = None if questionnaire is None else str(questionnaire)
        earlier = Baseline(str(baseline), own, tuple(alike))
        return ShownWaves(compare_with_baseline(self, earlier), self.edit, self.base)

    def explore(self) -> Any:
        """Controls for looking around in JupyterLab: a search for questions, groups, filters, edit,
        base; the table as a file, and the line of code that makes it.

        Returns
        -------
        ipywidgets.VBox

        Examples
        --------
        >>> import contextlib, io
        >>> with contextlib.redirect_stdout(io.StringIO()):  # it draws at once
        ...     controls = survey.explore()
        >>> [control.description for row in controls.children[:4] for control in row.children]
        ['Search', 'Question', 'Groups', 'Clear groups, filters', 'Only those', '', 'Edit', 'Base']
        """
        return figures.make_explorer(self)


def read_survey(choices: Choices) -> Survey:
    """The survey of some choices; see `Survey.load`."""
    return Survey(read_material(choices), choices)
