"""The open answers of a survey as themes: counted, shown, compared; see `tables.themes`."""

# Types of what is drawn are not loaded for saying so.
from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from dmsi_lib import figures
from dmsi_lib.choices import TAGS
from dmsi_lib.errors import InputError
from dmsi_lib.open_answers import agreement_table
from dmsi_lib.questionnaire import OTHER, Question, Theme
from dmsi_lib.survey.counts import Counts, Grouped, side_by_side
from dmsi_lib.survey.frozen import Frozen
from dmsi_lib.survey.showing import Showing
from dmsi_lib.tables import as_written
from dmsi_lib.wording import unknown


class Themes(Frozen):
    """Themes of the open questions; `survey.themes`.

    Attributes
    ----------
    codebook : themes of each question, by its id
    coded : ids of the questions whose answers were coded, in the codebook's order
    """

    codebook: Mapping[str, tuple[Theme, ...]]
    coded: tuple[str, ...]
    _survey: Showing

    def __init__(
        self, survey: Showing, codebook: Mapping[str, tuple[Theme, ...]], coded: tuple[str, ...]
    ):
        vars(self).update(_survey=survey, codebook=codebook, coded=coded)

    def of(self, question_id: str) -> tuple[Theme, ...]:
        """The codebook of an open question.

        Raises
        ------
        InputError
            Where it has none.
        """
        if self._survey.question(question_id).id not in self.codebook:
            raise InputError(unknown("codebook for question", question_id, self.codebook))
        return self.codebook[question_id]

    def table(self, question_id: str) -> pd.DataFrame:
        """How many coded answers carry each theme, in the columns of a question's table; where
        coders disagree, see `tables.settled_tags`."""
        return as_written(self.counted(question_id))

    def counted(self, question_id: str) -> pd.DataFrame:
        """The same as the library works with it; see `Survey.counted`."""
        raise NotImplementedError

    def _choices(self, twins: Mapping[str, Question]) -> Grouped:
        raise NotImplementedError

    def examples(self, question_id: str) -> dict[str, str]:
        """One answer of each theme, by its code, where a reviewer has allowed one to be quoted;
        what could name or reach a person is replaced by a mark."""
        raise NotImplementedError

    def show(self, question_id: str) -> figures.ShownTable | figures.Sentences:
        """The themes of an open question as a table for readers, with one reviewed answer of each
        where there is one."""
        question, examples = self._survey.question(question_id), self.examples(question_id)
        table = self.counted(question_id)
        instead = self._survey._instead(question, table)
        return instead or figures.show_table(table, question, self._survey, examples=examples)

    def plot(self, question_id: str) -> figures.Picture | figures.Sentences:
        """The themes of an open question as a figure."""
        question, table = self._survey.question(question_id), self.counted(question_id)
        instead = self._survey._instead(question, table)
        return instead or figures.plot_table(table, question, self._survey)

    def summarise(self, question_id: str) -> figures.Sentences:
        """The most frequent theme in a sentence."""
        table = self.counted(question_id)
        if table["base"].iloc[0] == 0:
            return figures.say("No answer has been coded.")
        aside = [item for item in table["item"] if item == OTHER]
        return figures.say(figures.most_frequent(table, "theme", "coded answers", aside))

    def compare(self, question_id: str) -> figures.Comparison | figures.NotAsked:
        """The themes of an open question and its twin side by side; see `Survey.compare`."""
        survey = self._survey
        lacking = survey._lacking(survey.question(question_id), with_twin=True)
        if lacking:
            return figures.not_asked(lacking)
        twins = survey.twins(question_id)
        if not twins:
            raise InputError(f"'{question_id}' has no twin; no question shares its concept.")
        frames = [self.counted(one.id).assign(group=code) for code, one in twins.items()]
        group, chosen = self._choices(twins)
        labels = survey._twin_labels(twins)
        table = pd.concat(frames, ignore_index=True)
        question = survey.question(question_id)
        return figures.compare_groups(question, survey, table, labels, group, chosen, {})


class CountedThemes(Themes):
    """Themes counted from the tags of a survey's respondents."""

    def __init__(self, survey: Showing, counts: Counts):
        super().__init__(survey, counts.material.codebook, tuple(counts.material.tags))
        vars(self).update(_counts=counts, _tables={})

    _counts: Counts
    _tables: dict[str, pd.DataFrame]

    def counted(self, question_id: str) -> pd.DataFrame:
        if question_id not in self._tables:
            self.of(question_id)
            self._tables[question_id] = self._counts.theme_table(question_id)
        return self._tables[question_id].copy(deep=False)

    def _choices(self, twins: Mapping[str, Question]) -> Grouped:
        parts = [self._counts.carried_themes(one.id) for one in twins.values()]
        return side_by_side(list(twins), [part.any(axis=1).to_numpy() for part in parts], parts)

    def examples(self, question_id: str) -> dict[str, str]:
        self.of(question_id)
        return self._counts.examples(question_id)

    def tags(self, question_id: str) -> pd.DataFrame:
        """The researchers' tags: respondent, theme, coder."""
        return self._counts.tags(question_id)

    def tag_file(self, question_id: str) -> Path:
        """Where the tags of a question lie, or would: in the folder `tags` beside the export."""
        return Path(self._counts.material.export.path).parent / TAGS / f"{question_id}.csv"

    def agreement(self, question_id: str) -> pd.DataFrame:
        """How far coders agree on each theme; see `open_answers.agreement_table`."""
        return agreement_table(self.tags(question_id), self.of(question_id))

    def show_agreement(self, question_id: str) -> figures.ShownTable:
        """The agreement of coders as a table for readers."""
        caption = "Agreement of coders: fractions of the n answers that both coded, Cohen's kappa."
        return figures.show(self.agreement(question_id), caption)
