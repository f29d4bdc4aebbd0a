"""What a survey holds beyond its tables, up to single respondents: never for the public.

Routing statuses, edits, break-offs, other readings, and the published figures beside ours.
"""

from functools import cached_property
from pathlib import Path

from dmsi_lib import open_answers, published, skip_logic
from dmsi_lib.choices import PUBLISHED_FIGURES
from dmsi_lib.errors import InputError
from dmsi_lib.published import Readings
from dmsi_lib.questionnaire import OTHER_TEXT
from dmsi_lib.skip_logic import off_route_patterns, off_route_table, routing_table
from dmsi_lib.survey.counts import Counts
from dmsi_lib.tables import as_written, reach_table


class Records(Counts):
    """A survey's responses, their routing, and all that is counted from them."""

    @property
    def export(self):
        """What was read from the file; see `export.Export`."""
        return self._export

    @property
    def responses(self):
        """DataFrame respondents x (question, item), after the edit."""
        return self._reconciled.responses

    @property
    def status(self):
        """DataFrame respondents x questions of routing statuses."""
        return self._routing.status

    def routing(self):
        """Statuses counted for every question; see `skip_logic.routing_table`."""
        return routing_table(self._routing)

    def off_route(self):
        """Every off-route answer; see `skip_logic.off_route_table`."""
        return off_route_table(self._routing, self._responses)

    @property
    def edits(self):
        """The log of edits: respondent, question, before, after, rule."""
        return self._reconciled.log

    @property
    def undecided(self):
        """What the edit left as it was: respondent, gates, because_of, reason."""
        return self._reconciled.undecided

    def off_route_patterns(self):
        """Off-route answers by gate and answer, with the likely cause."""
        return off_route_patterns(self.off_route(), self.questionnaire)

    # ---- how far the respondents came

    def dispositions(self, **cut_offs):
        """The outcome of every interview; see `skip_logic.dispositions`."""
        return skip_logic.final_dispositions(self._routing, **cut_offs)

    def disposition_table(self, **cut_offs):
        """Outcomes counted, in AAPOR's terms."""
        return skip_logic.disposition_table(self.dispositions(**cut_offs))

    def break_off_table(self):
        """Pages reached and left from, with the Kaplan-Meier curve."""
        return skip_logic.break_off_table(self._routing)

    def reach(self, *question_ids):
        """How many of all respondents answered each of some questions, as a tidy table."""
        return as_written(self.counted_reach(*question_ids))

    def counted_reach(self, *question_ids):
        """The same as the library works with it; see `counted`."""
        return reach_table([self.question(name) for name in question_ids], self._routing)

    def answered(self, question_id):
        """How many answered a question, on route or off it."""
        return int(self._routing.has_answer(self.question(question_id).id).sum())

    def lost(self, question_id):
        """How many answered a question and nothing after it."""
        page = self.question(question_id).page
        last = self._routing.last_page
        return int((self._routing.has_answer(question_id) & (last == page)).sum())

    # ---- open-ended answers

    @property
    def tags(self):
        """The researchers' tags by question id, from the folder `tags` beside the export."""
        return self._tags

    def answers(self, question_id):
        """The answers to an open question (Series of str). Never to be shown unreviewed."""
        return self._answers(question_id)

    def other_texts(self, question_id):
        """The companion texts of a question (Series of str). Never to be shown unreviewed."""
        if self.question(question_id).other is None:
            raise InputError(f"'{question_id}' has no companion text ('other').")
        return self._responses[question_id, OTHER_TEXT].dropna()

    def agreement(self, question_id):
        """How far coders agree on each theme; see `open_answers.agreement_table`."""
        return open_answers.agreement_table(self._tags_of(question_id), self.themes_of(question_id))

    # ---- other readings of the same answers

    def part(self, where):
        """The same survey of those respondents alone for whom all conditions hold."""
        return type(self)(
            self.questionnaire, self._export, edit=self.edit, base=self.base, where=list(where)
        )

    def reading(self, edit, base):
        """The same respondents under another edit and base."""
        where = ["=".join(pair) for pair in self.where]
        return type(self)(self.questionnaire, self._export, edit=edit, base=base, where=where)

    @cached_property
    def readings(self):
        """The same respondents under every edit and base; see `readings.Readings`."""
        others = [reading for reading in published.READINGS if reading != (self.edit, self.base)]
        return Readings({(self.edit, self.base): self} | {r: self.reading(*r) for r in others})

    # ---- the published report

    @cached_property
    def published(self):
        """The published figures that lie beside the questionnaire."""
        return published.read_published(
            Path(self.questionnaire.path).parent / PUBLISHED_FIGURES.name
        )

    @cached_property
    def _our_figures(self):
        self.count_together()
        return published.our_figures(
            self.published,
            self.table,
            self.theme_table,
            self.other_texts,
            self.answered,
            self.lost,
        )

    def reproduction(self):
        """Every published figure beside ours; see `published.side_by_side`."""
        return published.side_by_side(self.published, self._our_figures)

    def reproduced(self):
        """Which published figures these data reproduce (bool Series)."""
        return published.matches(self.published, self._our_figures)

    def arithmetic(self):
        """What the published report says against itself; see `published.check_arithmetic`."""
        return published.check_arithmetic(self.published, self.questionnaire)
