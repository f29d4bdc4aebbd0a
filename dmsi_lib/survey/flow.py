"""How respondents went through a survey: off-route answers, edits, outcomes, break-offs."""

# Types of what is drawn are not loaded for saying so.
from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from dmsi_lib import figures, skip_logic
from dmsi_lib.errors import InputError
from dmsi_lib.published import least_off_route
from dmsi_lib.questionnaire import Question
from dmsi_lib.survey.counts import Counts
from dmsi_lib.survey.frozen import Frozen
from dmsi_lib.survey.naming import named
from dmsi_lib.survey.numbers import NOT_ASKED
from dmsi_lib.survey.showing import Showing
from dmsi_lib.survey.tidy_table import TidyTable
from dmsi_lib.tables import FEWEST, as_written, enough, reach_table


class Flow(Frozen):
    """Skip logic and how far the respondents came; `survey.flow`."""

    def __init__(self, survey: Showing, counts: Counts):
        vars(self).update(_survey=survey, _counts=counts)

    _survey: Showing
    _counts: Counts

    def off_route(self) -> pd.DataFrame:
        """Every off-route answer: respondent, question, gate, gate_answer, cause."""
        return skip_logic.off_route_table(self._counts.routing, self._counts.responses)

    def off_route_patterns(self) -> pd.DataFrame:
        """Off-route answers by gate and answer, with what is observed and what would fit."""
        return skip_logic.off_route_patterns(self.off_route(), self._counts.questionnaire)

    @property
    def off_route_source(self) -> str:
        """What the number of off-route answers rests on, in a sentence or two to stand beside it:
        that synthetic data are made so, and what the published figures alone prove. "" where none
        were published of this wave."""
        if self._counts.material.ledger is None:
            return ""
        made = (
            "How many answers these are, whose they are and how they split was set when the data "
            "were calibrated, that is, made to match the published figures."
        )
        return " ".join(filter(None, [made if self._survey.synthetic else "", self._least()]))

    def _least(self) -> str:
        ledger = self._counts.material.ledger
        if ledger is None or self._survey.where or self._survey.edit != "none":
            return ""  # they are figures of everybody's answers as they were given
        least = least_off_route(ledger, self._counts.questionnaire)["at_least"].sum()
        if not least:
            return ""
        return (
            f"The published figures alone prove that at least {least} answers stand where the "
            "rules expect none. They do not say whose."
        )

    @property
    def edits(self) -> pd.DataFrame:
        """The log of edits: respondent, question, before, after, rule."""
        return self._counts.reconciled.log.copy(deep=False)

    @property
    def undecided(self) -> pd.DataFrame:
        """What the edit left as it was: respondent, gates, because_of, reason."""
        return self._counts.reconciled.undecided.copy(deep=False)

    def plot_routing(self) -> figures.Picture:
        """The questionnaire as a routing diagram, with counts; the caption says what those of the
        off-route answers rest on."""
        picture = figures.draw_routing(self._counts.routing, self._survey)
        return replace(picture, caption="" if self.off_route().empty else self.off_route_source)

    # ---- outcomes and break-offs

    def dispositions(self, **cut_offs: float) -> pd.DataFrame:
        """The outcome of every interview; see `skip_logic.final_dispositions`."""
        return skip_logic.final_dispositions(self._counts.routing, **cut_offs)

    def disposition_table(self, **cut_offs: float) -> pd.DataFrame:
        """Outcomes counted, in AAPOR's terms."""
        return skip_logic.disposition_table(self.dispositions(**cut_offs))

    def break_off_table(self) -> pd.DataFrame:
        """Pages reached and left from, with the Kaplan-Meier curve; its interval where enough
        started."""
        table = skip_logic.break_off_table(self._counts.routing)
        ends = ["ci_low", "ci_high"]
        return (
            table
            if enough(len(self._counts.responses))
            else table.assign(**dict.fromkeys(ends, np.nan))
        )

    def plot_survival(self) -> figures.Picture:
        """The figure of `break_off_table`."""
        return figures.plot_survival(self.break_off_table(), self._survey)

    def break_off_model(self, predictors: list[str]) -> figures.ShownTable | figures.Sentences:
        """Odds of stopping by early answers as a table, or why the data can't carry the model.

        The caption says how many of those who stopped are in the model: most of them may have
        stopped before they came to the predictors.
        """
        responses, routing = self._counts.responses, self._counts.routing
        try:
            model = skip_logic.fit_break_off(responses, routing, predictors)
        except InputError as error:
            return figures.say(str(error))
        inside = model.groupby("question")[["n", "stopped"]].sum().iloc[0]
        stopped = int(self.dispositions()["stopped"].sum())
        caption = (
            "Odds ratios of stopping before the end (logistic regression). In the model are the "
            f"{inside['n']} of {self._survey.n} respondents who answered all of its questions, "
            f"with {inside['stopped']} of the {stopped} who stopped; it says nothing of the others."
        )
        return figures.show(named(model, self._counts.questionnaire), caption)

    # ---- how many came how far

    def reach(self, *question_ids: str) -> pd.DataFrame:
        """How many of all respondents answered each of some questions, as a tidy table."""
        return TidyTable(as_written(self._reach(*question_ids)))

    def _reach(self, *question_ids: str) -> pd.DataFrame:
        questions = [self._survey.question(name) for name in question_ids]
        return reach_table(questions, self._counts.routing)

    def plot_reach(self, *question_ids: str) -> figures.Picture | figures.Sentences:
        """The figure of `reach`."""
        table = self._reach(*question_ids)
        if table.empty:
            return figures.Instead(("None of these questions was asked in this wave.",))
        title = Question("reach", "How far the respondents came", "single", 1)
        return figures.plot_table(table, title, self._survey)

    def answered(self, question_id: str) -> int | figures.Unavailable:
        """How many answered a question, on route or off it; Unavailable where the file lacks it."""
        question = self._survey.question(question_id)
        if not question.asked:
            return figures.Unavailable(NOT_ASKED)
        return int(self._counts.routing.has_answer(question.id).sum())

    def reached(self, question_id: str) -> figures.Share:
        """How many of all respondents answered a question, on route or off it.

        Examples
        --------
        >>> f"{survey.flow.reached('province'):full}"
        '58 % (258 of 443)'
        """
        question, n = self._survey.question(question_id), len(self._counts.responses)
        why = "" if enough(n) else f"Fewer than {FEWEST} are counted here, so no share is given."
        if not question.asked:
            return figures.no_share(NOT_ASKED)
        return figures.Share(question.short, int(self.answered(question_id)), n, why)

    def lost(self, question_id: str) -> int | figures.Unavailable:
        """How many answered a question, nothing after it, and left before something that they were
        to be asked; Unavailable where the file lacks it."""
        if not self._survey.question(question_id).asked:
            return figures.Unavailable(NOT_ASKED)
        names, routing = [q.id for q in self._counts.questionnaire.in_file], self._counts.routing
        later = names[names.index(question_id) + 1 :]
        stayed = left = np.zeros(len(self._counts.responses), dtype=bool)
        for name in later:
            stayed = stayed | np.asarray(routing.has_answer(name))
            left = left | np.asarray(routing.of(name) == skip_logic.BREAK_OFF)
        return int((routing.has_answer(question_id) & ~stayed & left).sum())
