"""The open answers of a survey as themes: counted, shown, compared; see `tables.themes`."""

# Types of what is drawn are not loaded for saying so.
from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from dmsi_lib import figures
from dmsi_lib.choices import TAGS
from dmsi_lib.errors import InputError
from dmsi_lib.open_answers import agreement_table, alpha_table, still_to_code
from dmsi_lib.questionnaire import OTHER, Question, Theme
from dmsi_lib.survey.counts import Counts, Grouped, side_by_side
from dmsi_lib.survey.frozen import Frozen
from dmsi_lib.survey.numbers import (
    NOT_ASKED,
    NOT_CODED,
    Numbers,
    rows_of,
    share_of,
    too_few,
    top_shares,
)
from dmsi_lib.survey.tidy_table import TidyTable
from dmsi_lib.tables import as_written, theme_table
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
    _survey: Numbers

    def __init__(
        self, survey: Numbers, codebook: Mapping[str, tuple[Theme, ...]], coded: tuple[str, ...]
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

    def is_uncoded(self, question_id: str) -> bool:
        """Whether an open question has no codebook, as where none lies beside the questionnaire.

        Raises
        ------
        InputError
            For another type of question.
        """
        if question_id not in self.codebook and self._survey.question(question_id).type != "open":
            self.of(question_id)
        return question_id not in self.codebook

    def table(self, question_id: str) -> pd.DataFrame:
        """How many coded answers carry each theme, in the columns of a question's table; where
        coders disagree, see `tables.settled_tags`."""
        return TidyTable(as_written(self.counted(question_id)))

    def counted(self, question_id: str) -> pd.DataFrame:
        """The same as the library works with it; see `Survey.counted`."""
        raise NotImplementedError

    def _choices(self, twins: Mapping[str, Question]) -> Grouped:
        raise NotImplementedError

    def examples(self, question_id: str) -> dict[str, str]:
        """One answer of each theme, by its code, where a reviewer has allowed one to be quoted;
        what could name or reach a person is replaced by a mark."""
        raise NotImplementedError

    def show(self, question_id: str) -> figures.ShownTable | figures.Instead:
        """The themes of an open question as a table for readers, with one reviewed answer of each
        where there is one; a sentence where none was coded, or none may be shown."""
        question, table = self._survey.question(question_id), self.counted(question_id)
        examples = self.examples(question_id)
        return self._instead(question, table) or figures.show_table(
            table, question, self._survey, examples=examples
        )

    def plot(self, question_id: str) -> figures.Picture | figures.Instead:
        """The themes of an open question as a figure."""
        question, table = self._survey.question(question_id), self.counted(question_id)
        return self._instead(question, table) or figures.plot_table(table, question, self._survey)

    def _instead(self, question: Question, table: pd.DataFrame) -> figures.Instead | None:
        """The sentence that stands for themes of which there is nothing to show."""
        if question.asked and figures.is_empty(table):
            return figures.none_coded(question)
        return self._survey._instead(question, table)

    def summarise(self, question_id: str) -> figures.Sentences:
        """The most frequent theme in a sentence."""
        table = self.counted(question_id)
        if figures.is_empty(table):
            return figures.none_coded(self._survey.question(question_id))
        aside = [item for item in table["item"] if item == OTHER]
        return figures.say(figures.most_frequent(table, "theme", "coded answers", aside))

    # ---- numbers for sentences

    def percent(self, question_id: str, *themes: str) -> figures.Share:
        """How many of the coded answers carry a theme, or any of several; see `Survey.percent`."""
        why, rows = self._reason(question_id)
        if rows is None:
            return figures.no_share(why)
        wanted = rows_of(rows, question_id, tuple(dict.fromkeys(themes)))
        if len(wanted) > 1:
            return share_of(wanted, self._any_of(question_id, list(wanted["item"])), why)
        return share_of(wanted, int(wanted["count"].fillna(0).sum()), why)

    def top(self, question_id: str, n: int = 1, listed: bool = False) -> figures.Shares:
        """The most frequent themes; see `Survey.top`. `listed` leaves out the theme "Other"."""
        why, rows = self._reason(question_id)
        if rows is None:
            return figures.Shares(why=why)
        return top_shares(rows, n, [OTHER] if listed else [], why)

    def _reason(self, question_id: str) -> tuple[str, pd.DataFrame | None]:
        """Why no share of the themes can be shown, "" where it can; their rows, if there are."""
        untold = self._survey._untold(question_id, None)
        if untold:
            return untold, None
        if not self._survey.question(question_id).asked:
            return NOT_ASKED, None
        rows = self.counted(question_id)
        if rows.empty:
            return NOT_CODED, None
        did = "answers to this question were coded"
        return too_few(rows, did, "were coded", NOT_CODED), rows

    def _any_of(self, question_id: str, themes: Sequence[str]) -> int | None:
        """How many answers carry any of several themes; None where that is not told."""
        raise NotImplementedError

    def compare(self, question_id: str) -> figures.Comparison | figures.NotAsked:
        """The themes of an open question and its twin side by side; see `Survey.compare`."""
        survey = self._survey
        lacking = survey._lacking(survey.question(question_id), with_twin=True)
        if lacking:
            return survey._alone(survey.question(question_id), lacking, self.show)
        twins = survey.twins(question_id)
        if not twins:
            raise InputError(f"'{question_id}' has no twin; no question shares its concept.")
        uncoded = [one for one in twins.values() if one.id not in self.codebook]
        if uncoded:
            return figures.none_coded(uncoded[0])
        frames = [self.counted(one.id).assign(group=code) for code, one in twins.items()]
        table, names = pd.concat(frames, ignore_index=True), survey._twin_names(twins)
        if figures.is_empty(table):
            return figures.none_coded(survey.question(question_id))
        return figures.compare_twins(twins, names, survey, table, *self._choices(twins))


def no_themes(question: Question) -> pd.DataFrame:
    """The table of an open question without a codebook: it has no rows."""
    return theme_table(question, (), pd.DataFrame(columns=["respondent", "theme", "coder"]))


class CountedThemes(Themes):
    """Themes counted from the tags of a survey's respondents."""

    def __init__(self, survey: Numbers, counts: Counts):
        super().__init__(survey, counts.material.codebook, tuple(counts.material.tags))
        vars(self).update(_counts=counts, _tables={})

    _counts: Counts
    _tables: dict[str, pd.DataFrame]

    def counted(self, question_id: str) -> pd.DataFrame:
        if self.is_uncoded(question_id):
            return no_themes(self._survey.question(question_id))
        if question_id not in self._tables:
            self._tables[question_id] = self._counts.theme_table(question_id)
        return self._tables[question_id].copy(deep=False)

    def _choices(self, twins: Mapping[str, Question]) -> Grouped:
        parts = [self._counts.carried_themes(one.id) for one in twins.values()]
        return side_by_side(list(twins), [part.any(axis=1).to_numpy() for part in parts], parts)

    def _any_of(self, question_id: str, themes: Sequence[str]) -> int | None:
        return int(self._counts.carried_themes(question_id)[list(themes)].any(axis=1).sum())

    def examples(self, question_id: str) -> dict[str, str]:
        return {} if self.is_uncoded(question_id) else self._counts.examples(question_id)

    def tags(self, question_id: str) -> pd.DataFrame:
        """The researchers' tags: respondent, theme, coder."""
        return self._counts.tags(question_id)

    def tag_file(self, question_id: str) -> Path:
        """Where the tags of a question lie, or would: in the folder `tags` beside the export."""
        return Path(self._counts.material.export.path).parent / TAGS / f"{question_id}.csv"

    def agreement(self, question_id: str) -> pd.DataFrame:
        """How far every two coders agree on each theme, and how many more answers would tell it
        to +-0.03; see `open_answers.agreement_table`."""
        answers = len(self._counts.answers(question_id))
        return agreement_table(self.tags(question_id), self.of(question_id), answers)

    def agreement_of_all(self, question_id: str) -> pd.DataFrame:
        """How far three coders or more agree on each theme, all together; see
        `open_answers.alpha_table`."""
        return alpha_table(self.tags(question_id), self.of(question_id))

    def still_to_code(self, question_id: str) -> str:
        """In a sentence, how many more answers tell every theme's share to within 3 points."""
        answers = self._counts.answers(question_id).index
        return still_to_code(self.tags(question_id), self.of(question_id), answers)

    def show_agreement(self, question_id: str) -> figures.ShownTable:
        """The agreement of coders as a table for readers."""
        caption = (
            "Agreement of coders: fractions of the n answers that both coded, Cohen's kappa with "
            "its 95 % interval, and how many further answers both must code until that is ±0.03. "
        )
        table = self.agreement(question_id)
        return figures.show(table, (caption + self.still_to_code(question_id)).rstrip())

    def show_agreement_of_all(self, question_id: str) -> figures.ShownTable:
        """The agreement of three coders or more as a table for readers."""
        caption = (
            "Agreement of all coders: Krippendorff's alpha with its 95 % interval, of the n "
            "answers that two or more of them coded."
        )
        return figures.show(self.agreement_of_all(question_id), caption)
