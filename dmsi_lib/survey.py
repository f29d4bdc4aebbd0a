"""The one object a notebook holds: a survey that shows its tables, figures and sentences."""

import numpy as np
import pandas as pd

from dmsi_lib import charts, comparisons, diagrams, display, figures, tables
from dmsi_lib.break_off_model import break_off_model
from dmsi_lib.counts import Counts
from dmsi_lib.errors import InputError
from dmsi_lib.questionnaire import NOT_STATED, Question
from dmsi_lib.rankings import Ranking
from dmsi_lib.skip_logic import ANSWERED


class Survey(Counts):
    """A survey ready for questions. Make one with `Survey.load()`; see `counts.Counts`."""

    # ---- a question and its answers
    def wording(self, *question_ids):
        """The exact wording, who was asked, and how many of them answered, for each question."""
        return display.Wordings(tuple(map(self._wording, question_ids)))

    def _wording(self, question_id):
        question = self.question(question_id)
        codes = self._reconciled.routing.of(question_id)
        asked = int(self._reconciled.routing.in_universe(question_id).sum())
        on_route = int((codes == ANSWERED).sum())
        others = self.answered(question_id) - on_route
        answered = f"Of the {asked} asked, {on_route} answered."
        if others:
            answered += f" Besides them {others} answered whom the rules do not lead here."
        universe = tables.universe_name(question, self.questionnaire)
        return display.Wording(question.text, universe, answered)

    def show(self, question_id, by=None):
        """A question's table for readers: labels, counts, percents, the base in the caption."""
        question, labels = self.question(question_id), self._group_labels(by)
        return display.show_table(self.table(question_id, by), question, self, labels)

    def plot(self, question_id, by=None):
        """A question's figure, with alt text."""
        question, labels = self.question(question_id), self._group_labels(by)
        return figures.plot_table(self.table(question_id, by), question, self, labels)

    def summarise(self, question_id):
        """The most frequent answer in a sentence, the companion of "Other" aside; of a multiple
        question also whether its options are chosen equally often."""
        question, table = self._with_options(question_id), self.table(question_id)
        table = table[~table["item"].isin([question.other_code, NOT_STATED])]
        if not table["count"].any():
            return display.say("Nobody in the base chose any of the options.")
        top = table[table["count"] == table["count"].max()]
        names, first = " and ".join(f"“{label}”" for label in top["label"]), top.iloc[0]
        text = "answer is" if len(top) == 1 else "answers are"
        text = f"The most frequent {text} {names}: {first['count']} of {first['base']} "
        text += f"({first['percent']:.1f} %, 95 % interval {first['ci_low']:.1f} to "
        texts = [f"{text}{first['ci_high']:.1f})."]
        if question.type == "multiple":
            chosen = self._chosen(question)[list(table["item"])]
            texts.append(comparisons.equally_often(chosen, self))
        return display.say(*filter(None, texts))

    def _chosen(self, question):
        """bool DataFrame of who chose which option, those who answered alone."""
        has = self._reconciled.routing.has_answer(question.id)
        return comparisons.chosen_options(question, self.responses, has)[has]

    def _with_options(self, question_id):
        question = self.question(question_id)
        if question.type not in tables.GROUPED_TYPES:
            raise InputError(
                f"'{question_id}' is of type {question.type}; expected single or multiple."
            )
        return question

    def plot_stacked(self, question_id, by=None):
        """The answers as one stacked bar, or one for each twin or group."""
        question = self.question(question_id)
        twin = self._twin(question)
        if by is None and twin is not None:
            labels = comparisons.twin_groups(question, twin, self.questionnaire)
            table = self._twin_table(question, twin, labels)
        else:
            labels, table = self._group_labels(by), self.table(question_id, by)
        return charts.plot_stacked(table, question, self, labels)

    def plot_combinations(self, question_id):
        """Which options were ticked together."""
        question = self._with_options(question_id)
        chosen, labels = self._chosen(question), question.choices
        return charts.plot_combinations(chosen[list(labels)], labels, question, self)

    def plot_map(self, question_id):
        """A tile map, for a question whose tiles the data folder knows."""
        table, question = self.table(question_id), self.question(question_id)
        return charts.plot_tile_map(table, self.tiles(question_id), question, self)

    # ---- groups side by side

    def compare(self, question_id, by="role"):
        """A question's twins side by side, or its groups by the options of another question.

        Parameters
        ----------
        question_id : id of a single or multiple question; where another question shares its
            concept, the two are compared and `by` plays no part
        by : id of a single question

        Returns
        -------
        comparisons.Comparison, which shows itself as a table; `.plot()`, `.sentences()`
        """
        question = self._with_options(question_id)
        twin = self._twin(question)
        if twin is not None:
            return self._compare_twins(question, twin)
        if self.question(by).type != "single":
            raise InputError(
                f"'{by}' is a {self.question(by).type} question; expected a single one."
            )
        members = self._base_members(question_id)
        codes = self.responses[by, ""].astype(object)
        group = codes.where(codes.notna() & members, None).to_numpy(dtype=object)
        chosen = comparisons.chosen_options(question, self.responses, members)
        labels = self._group_labels(by)
        labels = {c: label for c, label in labels.items() if (group == c).any()} or labels
        table = self.table(question_id, by)
        table = table[table["group"].isin(list(labels))]
        return comparisons.compare_groups(question, self, table, labels, group, chosen)

    def _compare_twins(self, question, twin):
        labels = comparisons.twin_groups(question, twin, self.questionnaire)
        table = self._twin_table(question, twin, labels)
        group, parts = np.full(self.n, None, dtype=object), []
        for code, one in zip(labels, (question, twin), strict=True):
            members = self._base_members(one.id)
            group[members] = [code if g is None else None for g in group[members]]  # not both
            parts.append(comparisons.chosen_options(one, self.responses, members))
        common = [item for item in parts[0] if item in parts[1]]
        chosen = parts[0][common] | parts[1][common]
        pairs = [(i, question.choices.get(i), twin.choices.get(i)) for i in common]
        other = {i: b for i, a, b in pairs if a and b and a.casefold() != b.casefold()}
        return comparisons.compare_groups(question, self, table, labels, group, chosen, other)

    def compare_themes(self, question_id):
        """The themes of an open question and its twin side by side; see `compare`."""
        question = self.question(question_id)
        twin = self._twin(question)
        if twin is None:
            raise InputError(f"'{question_id}' has no twin; no question shares its concept.")
        labels = comparisons.twin_groups(question, twin, self.questionnaire)
        group, frames, chosen = np.full(self.n, None, dtype=object), [], []
        for code, one in zip(labels, (question, twin), strict=True):
            frames.append(self.theme_table(one.id).assign(group=code))
            carried = self.theme_matrix(one.id)
            has = carried.any(axis=1).to_numpy()
            group[has] = [code if g is None else None for g in group[has]]
            chosen.append(carried)
        common = [item for item in chosen[0] if item in chosen[1]]
        both = chosen[0][common] | chosen[1][common]
        table = pd.concat(frames, ignore_index=True)
        return comparisons.compare_groups(question, self, table, labels, group, both, {})

    def ranking(self, question_id):
        """A ranking question, with its twin beside it; see `rankings.Ranking`."""
        question = self.question(question_id)
        if question.type != "ranking":
            raise InputError(f"'{question_id}' is a {question.type} question; expected a ranking.")
        twin = self._twin(question)
        if twin is None:
            return Ranking(question, self, {"": (self.responses[question.id], question.options)})
        labels = comparisons.twin_groups(question, twin, self.questionnaire)
        panels = {
            label: (self.responses[one.id], one.options)
            for label, one in zip(labels.values(), (question, twin), strict=True)
        }
        return Ranking(question, self, panels)

    def _twin(self, question):
        """The other question of the same concept and type, or None."""
        same = [
            q
            for q in self.questionnaire.questions
            if question.concept and q.concept == question.concept and q.type == question.type
        ]
        others = [q for q in same if q.id != question.id]
        return others[0] if len(others) == 1 else None

    def _twin_table(self, question, twin, labels):
        frames = [
            self.table(one.id).assign(group=code)
            for code, one in zip(labels, (question, twin), strict=True)
        ]
        return pd.concat(frames, ignore_index=True)

    def _group_labels(self, by):
        return {} if by is None else dict(self.question(by).choices)

    def _base_members(self, question_id):
        routing = self._reconciled.routing
        has = routing.has_answer(self.question(question_id).id)
        return has if self.base == "answered" else routing.in_universe(question_id)

    # ---- open-ended answers

    def show_themes(self, question_id):
        """The themes of an open question as a table for readers."""
        return display.show_table(self.theme_table(question_id), self.question(question_id), self)

    def plot_themes(self, question_id):
        """The themes of an open question as a figure."""
        return figures.plot_table(self.theme_table(question_id), self.question(question_id), self)

    def summarise_themes(self, question_id):
        """The most frequent theme in a sentence."""
        table = self.theme_table(question_id)
        if not table["base"].iloc[0]:
            return display.say("No answer has been coded.")
        top = table.loc[table["count"].idxmax()]
        return display.say(
            f"The most frequent theme is “{top['label']}”: {top['count']} of the {top['base']} "
            f"coded answers ({top['percent']:.1f} %)."
        )

    def quotations(self, question_id):
        """The answers that a reviewer has allowed to be quoted."""
        return display.Quotations(self.reviewed_answers(question_id), self.synthetic)

    def show_agreement(self, question_id):
        """The agreement of coders as a table for readers."""
        caption = "Agreement of coders: fractions of the n answers that both coded, Cohen's kappa."
        if self.synthetic:
            caption += f" {display.SYNTHETIC_MARK}."
        return display.show(self.agreement(question_id), caption)

    # ---- the whole survey

    def plot_reach(self, *question_ids):
        """The figure of `reach`."""
        title = Question("reach", "How far the respondents came", "single", 1)
        return figures.plot_table(self.reach(*question_ids), title, self)

    def plot_routing(self):
        """The questionnaire as a routing diagram, with counts; see `diagrams`."""
        figure, alt = diagrams.draw_routing(self._reconciled.routing)
        if self.synthetic:
            figure.supxlabel(display.SYNTHETIC_MARK, fontsize=9, color="#b04a00")
            alt = f"{display.SYNTHETIC_MARK}. {alt}"
        return figures.Picture("routing", figure, alt, vector=True)

    def plot_survival(self):
        """The figure of `break_off_table`."""
        return charts.plot_survival(self.break_off_table(), self)

    def break_off_model(self, predictors):
        """Odds of stopping by early answers as a table, or why the data can't carry the model."""
        try:
            model = break_off_model(self.responses, self._reconciled.routing, predictors)
        except InputError as error:
            return display.say(str(error))
        caption = "Odds ratios of stopping before the end (logistic regression)."
        if self.synthetic:
            caption += f" {display.SYNTHETIC_MARK}: the association is invented."
        return display.show(model, caption)

    def __repr__(self):
        kind = "SYNTHETIC DATA" if self.synthetic else "export"
        part = "" if not self.where else " where " + ", ".join("=".join(w) for w in self.where)
        return (
            f"Survey '{self.questionnaire.title}' {self.questionnaire.wave}: {self.n} respondents"
            f"{part}, {len(self.questionnaire.questions)} questions; {kind}; edit {self.edit}, "
            f"base {self.base}"
        )

    def _ipython_key_completions_(self):
        return list(self.questionnaire.by_id)

    def __getitem__(self, question_id):
        """The question's table; JupyterLab completes the id between the quotation marks."""
        return self.show(question_id)

    def _repr_html_(self):
        return display.survey_card(self)

    def explore(self):
        """Controls for looking around in JupyterLab: question, groups, edit, base."""
        from dmsi_lib.explorer import make_explorer

        return make_explorer(self)
