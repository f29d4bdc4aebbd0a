"""What a survey shows that follows from its tables alone: tables, figures, sentences.

A public report shows this and nothing else, with small cells suppressed; so whatever is put here
must come from `counted` and `counted_themes`, or ask `public` first.
"""

import numpy as np
import pandas as pd

from dmsi_lib import figures, tables
from dmsi_lib.errors import InputError
from dmsi_lib.open_answers import mark_identities
from dmsi_lib.questionnaire import NOT_STATED
from dmsi_lib.skip_logic import ANSWERED
from dmsi_lib.survey.counts import Counts


class Presentation(Counts):
    """A survey that shows its tables."""

    def wording(self, *question_ids):
        """The exact wording, who was asked, and how many of them answered, for each question."""
        return figures.Wordings(tuple(map(self._wording, question_ids)))

    def _wording(self, question_id):
        question = self.question(question_id)
        codes = self._routing.of(question_id)
        asked = int(self._routing.in_universe(question_id).sum())
        on_route = int((codes == ANSWERED).sum())
        others = self.answered(question_id) - on_route
        answered = f"Of the {asked} asked, {on_route} answered."
        if others:
            answered += f" Besides them {others} answered whom the rules do not lead here."
        universe = tables.universe_name(question, self.questionnaire)
        return figures.Wording(question.text, universe, answered)

    def show(self, question_id, by=None):
        """A question's table for readers: labels, counts, percents, the base in the caption."""
        question, labels = self.question(question_id), self._group_labels(by)
        return figures.show_table(self.counted(question_id, by), question, self, labels)

    def plot(self, question_id, by=None):
        """A question's figure, with alt text."""
        question, labels = self.question(question_id), self._group_labels(by)
        return figures.plot_table(self.counted(question_id, by), question, self, labels)

    def summarise(self, question_id):
        """The most frequent answer in a sentence, the companion of "Other" aside; of a multiple
        question also whether its options are chosen equally often."""
        question, table = self._with_options(question_id), self.counted(question_id)
        table = table[~table["item"].isin([question.other_code, NOT_STATED])]
        if figures.hidden_rows(table).any():
            return _summary_of_shown(table)
        if not table["count"].any():
            return figures.say("Nobody in the base chose any of the options.")
        top = table[table["count"] == table["count"].max()]
        names, first = " and ".join(f"“{label}”" for label in top["label"]), top.iloc[0]
        text = "answer is" if len(top) == 1 else "answers are"
        text = f"The most frequent {text} {names}: {first['count']} of {first['base']} "
        text += f"({first['percent']:.1f} %, 95 % interval {first['ci_low']:.1f} to "
        texts = [f"{text}{first['ci_high']:.1f})."]
        if question.type == "multiple" and not self.public:
            chosen = self._chosen(question)[list(table["item"])]
            texts.append(figures.equally_often(chosen, self))
        return figures.say(*filter(None, texts))

    def _chosen(self, question):
        """bool DataFrame of who chose which option, those who answered alone."""
        has = self._routing.has_answer(question.id)
        return figures.chosen_options(question, self._responses, has)[has]

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
            labels = figures.twin_groups(question, twin, self.questionnaire)
            table = self._twin_table(question, twin, labels)
        else:
            labels, table = self._group_labels(by), self.counted(question_id, by)
        return figures.plot_stacked(table, question, self, labels)

    def plot_map(self, question_id):
        """A tile map, for a question whose tiles the data folder knows."""
        table, question = self.counted(question_id), self.question(question_id)
        return figures.plot_tile_map(table, self.tiles(question_id), question, self)

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
        figures.Comparison, which shows itself as a table; `.plot()`, `.sentences()`
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
        codes = self._responses[by, ""].astype(object)
        group = codes.where(codes.notna() & members, None).to_numpy(dtype=object)
        chosen = figures.chosen_options(question, self._responses, members)
        labels = self._group_labels(by)
        labels = {c: label for c, label in labels.items() if (group == c).any()} or labels
        table = self.counted(question_id, by)
        table = table[table["group"].isin(list(labels))]
        return figures.compare_groups(question, self, table, labels, group, chosen)

    def _compare_twins(self, question, twin):
        labels = figures.twin_groups(question, twin, self.questionnaire)
        table = self._twin_table(question, twin, labels)
        group, parts = np.full(len(self._responses), None, dtype=object), []
        for code, one in zip(labels, (question, twin), strict=True):
            members = self._base_members(one.id)
            group[members] = [code if g is None else None for g in group[members]]  # not both
            parts.append(figures.chosen_options(one, self._responses, members))
        common = [item for item in parts[0] if item in parts[1]]
        chosen = parts[0][common] | parts[1][common]
        pairs = [(i, question.choices.get(i), twin.choices.get(i)) for i in common]
        other = {i: b for i, a, b in pairs if a and b and a.casefold() != b.casefold()}
        return figures.compare_groups(question, self, table, labels, group, chosen, other)

    def compare_themes(self, question_id):
        """The themes of an open question and its twin side by side; see `compare`."""
        question = self.question(question_id)
        twin = self._twin(question)
        if twin is None:
            raise InputError(f"'{question_id}' has no twin; no question shares its concept.")
        labels = figures.twin_groups(question, twin, self.questionnaire)
        group, frames, chosen = np.full(len(self._responses), None, dtype=object), [], []
        for code, one in zip(labels, (question, twin), strict=True):
            frames.append(self.counted_themes(one.id).assign(group=code))
            carried = self._theme_matrix(one.id)
            has = carried.any(axis=1).to_numpy()
            group[has] = [code if g is None else None for g in group[has]]
            chosen.append(carried)
        common = [item for item in chosen[0] if item in chosen[1]]
        both = chosen[0][common] | chosen[1][common]
        table = pd.concat(frames, ignore_index=True)
        return figures.compare_groups(question, self, table, labels, group, both, {})

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
            self.counted(one.id).assign(group=code)
            for code, one in zip(labels, (question, twin), strict=True)
        ]
        return pd.concat(frames, ignore_index=True)

    def _group_labels(self, by):
        return {} if by is None else dict(self.question(by).choices)

    def _base_members(self, question_id):
        routing = self._routing
        has = routing.has_answer(self.question(question_id).id)
        return has if self.base == "answered" else routing.in_universe(question_id)

    # ---- open-ended answers

    def show_themes(self, question_id):
        """The themes of an open question as a table for readers."""
        return figures.show_table(
            self.counted_themes(question_id), self.question(question_id), self
        )

    def plot_themes(self, question_id):
        """The themes of an open question as a figure."""
        return figures.plot_table(
            self.counted_themes(question_id), self.question(question_id), self
        )

    def summarise_themes(self, question_id):
        """The most frequent theme in a sentence."""
        table = self.counted_themes(question_id)
        if figures.hidden_rows(table).any():
            return _summary_of_shown(table)
        if not table["base"].iloc[0]:
            return figures.say("No answer has been coded.")
        top = table.loc[table["count"].idxmax()]
        return figures.say(
            f"The most frequent theme is “{top['label']}”: {top['count']} of the {top['base']} "
            f"coded answers ({top['percent']:.1f} %)."
        )

    def quotations(self, question_id):
        """The answers that a reviewer has allowed to be quoted, without what reaches a person."""
        texts = self.reviewed_answers(question_id)
        marked = [mark_identities(text, self._export.identities) for text in texts]
        found = sum(sum(kinds.values()) for _, kinds in marked)
        return figures.Quotations(tuple(text for text, _ in marked), self.synthetic, found)

    def named_quotations(self):
        """How many of the answers that may be quoted hold a name of the identity columns."""
        texts = self.all_reviewed_answers()
        return sum(bool(self._export.identities.find(text)) for text in texts)

    # ---- the whole survey

    def __repr__(self):
        kind = "SYNTHETIC DATA" if self.synthetic else "export"
        part = "" if not self.where else " where " + ", ".join("=".join(w) for w in self.where)
        n = figures.HIDDEN if self.n is None else self.n
        return (
            f"Survey '{self.questionnaire.title}' {self.questionnaire.wave}: {n} respondents"
            f"{part}, {len(self.questionnaire.questions)} questions; {kind}; edit {self.edit}, "
            f"base {self.base}"
        )

    def _ipython_key_completions_(self):
        return list(self.questionnaire.by_id)

    def __getitem__(self, question_id):
        """The question's table; JupyterLab completes the id between the quotation marks."""
        return self.show(question_id)

    def _repr_html_(self):
        return figures.survey_card(self)


def _summary_of_shown(table):
    """The most frequent of the answers that a public report shows, in a sentence."""
    shown = table[~figures.hidden_rows(table)]
    text = f"{len(table) - len(shown)} of {len(table)} figures are suppressed."
    if shown.empty:
        return figures.say(text)
    top = shown.loc[shown["count"].idxmax()]
    return figures.say(
        f"The most frequent answer shown is “{top['label']}”: {top['count']} of {top['base']} "
        f"({top['percent']:.1f} %). {text}"
    )
