"""What a page shows of two waves: sentences, charts and tables, changed questions first."""

# Types of what is drawn are not loaded for saying so.
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dmsi_lib import figures
from dmsi_lib.published import (
    ASKED,
    GONE,
    NEW,
    OPTION_GONE,
    OPTION_NEW,
    OPTION_RENAMED,
    PARTS,
    SAME_IN_OTHER_WORDS,
    TYPE,
    WORDING,
)
from dmsi_lib.questionnaire import Questionnaire
from dmsi_lib.survey.naming import question_titles
from dmsi_lib.survey.waves import LEVEL, WaveComparison
from dmsi_lib.tables import audience
from dmsi_lib.wording import SYNTHETIC_MARK, how_many

_MOST = 12  # changes that a chart shows
_COMPARED = ("single", "multiple")  # types
_PART_WORDS = {
    "questionnaire": "other answers were offered",
    "routing": "others were asked",
    "composition": "other people answered",
    "answers": "people answered otherwise",
}
# Of each change of the questionnaire what is told of it, with what stood there before, what stands
# there now, and what the two waves are called.
_CHANGES = {
    NEW: "New in {3}: “{1}”",
    GONE: "No longer asked in {3}: “{0}”",
    WORDING: "Other words: “{0}” in {2}, “{1}” in {3}.",
    SAME_IN_OTHER_WORDS: "Other words, taken to mean the same: “{0}” in {2}, “{1}” in {3}.",
    TYPE: "Another kind of question: {0} in {2}, {1} in {3}.",
    ASKED: "Asked of others: in {2} of {0}, in {3} of {1}.",
    OPTION_NEW: "New answer: “{1}”.",
    OPTION_GONE: "Answer no longer offered: “{0}”.",
    OPTION_RENAMED: "Answer in other words: “{0}”, now “{1}”.",
}
_REASONS = {
    WORDING: "other words",
    TYPE: "another kind of question",
    ASKED: "asked of others",
    OPTION_NEW: "new answer",
    OPTION_GONE: "answer no longer offered",
}
_NOTHING = "No answer changed by more than chance would give."


@dataclass(frozen=True)
class ShownWaves:
    """A comparison of two waves that shows itself, part by part; `Survey.compared_with` makes one.

    Attributes
    ----------
    compared : WaveComparison
    edit, base : of both waves
    """

    compared: WaveComparison
    edit: str
    base: str

    @property
    def differing(self) -> pd.DataFrame:
        """The answers that changed by more than chance would give, the largest change first; of two
        answers that are all there is the one that more gave."""
        found = self.compared.differing
        twice = [
            row.difference < 0 and self._is_yes_or_no(row.question) for row in found.itertuples()
        ]
        return found[~np.array(twice, dtype=bool)]

    # ---- for the page, in its order

    def finding(self) -> figures.Sentences:
        """The largest change, in a sentence for the front page."""
        rows = self._told(self.differing)
        if rows.empty:
            return figures.say(_NOTHING)
        row = rows.iloc[0]
        before, after = (self._share(row, side) for side in ("before", "after"))
        moved = "rose" if row["difference"] > 0 else "fell"
        return figures.say(f"{row['title']}: “{row['label']}” {moved} from {before} to {after}.")

    def about(self) -> figures.Sentences:
        """Which waves these are, how many answered, and which of them is synthetic."""
        before, after = self.compared.before, self.compared.after
        sizes = [
            f"{_beginning(wave.name)}: {how_many(wave.n, 'respondent')}."
            for wave in (before, after)
            if wave.n is not None
        ]
        return figures.say(" ".join(sizes), self._synthetic())

    def _synthetic(self) -> str:
        """A sentence where one wave alone is synthetic; the page's mark says it of both."""
        before, after = self.compared.before, self.compared.after
        if before.synthetic and not after.synthetic:
            return f"{SYNTHETIC_MARK}: no real respondent gave the answers of {before.name}."
        if after.synthetic and not before.synthetic:
            others = f"{'those of ' if before.questionnaire else ''}{before.name}"
            return f"Only the answers of {after.name} are synthetic, not {others}."
        return ""

    def changes(self) -> figures.ShownTable | figures.Sentences:
        """What was changed in the questionnaire, a line each."""
        if self.compared.before.questionnaire is None:
            return figures.say(
                "Published figures do not tell how the questions were put. So nothing is known of "
                "changes in the questionnaire, and a change below may be one of those."
            )
        rows = self.compared.changes
        if rows.empty:
            return figures.say("Nothing was changed in the questionnaire.")
        titles = question_titles(self.compared.before.questionnaire) | self._titles
        audiences = self._audiences()
        told: dict[str, list[str]] = {}
        for row in rows.itertuples():
            sides = audiences[row.question] if row.kind == ASKED else (row.before, row.after)
            sentence = _CHANGES[row.kind].format(*sides, *self._names)
            told.setdefault(row.question, []).append(sentence)
        frame = pd.DataFrame(
            {
                "Question": [titles[name] for name in told],
                "What was changed": [" ".join(sentences) for sentences in told.values()],
            }
        )
        size = f"{how_many(len(rows), 'change')} in {how_many(len(told), 'question')}"
        return figures.ShownTable(frame, f"The questionnaire: {size}.")

    def summarise(self) -> figures.Sentences:
        """How many answers changed, and how many did not."""
        rows, able = self.differing, self.compared.table
        able = able[able["comparable"].astype(bool)]
        if rows.empty:
            return figures.say(_NOTHING if len(able) else "No answer can be compared.")
        questions = how_many(able["question"].nunique(), "question")
        more = f" The chart shows the {_MOST} largest changes." if len(rows) > _MOST else ""
        return figures.say(
            f"{how_many(len(able), 'answer')} to {questions} can be compared. {len(rows)} of them "
            f"changed by more than chance would give, in "
            f"{how_many(rows['question'].nunique(), 'question')}.{more}"
        )

    def plot(self) -> figures.Picture | figures.Sentences:
        """The largest changes: two points and a line each."""
        rows = self._told(self.differing).head(_MOST)
        if rows.empty:
            return figures.say()
        return figures.plot_waves(rows, self._heads, self._source)

    def show(self) -> figures.ShownTable:
        """Every share that stands in both waves."""
        rows = self._told(self.compared.table)
        first, second = self._heads
        frame = pd.DataFrame(
            {
                "Question": rows["title"],
                "Answer": rows["label"],
                **{
                    f"{head}, %": [
                        f"{row[f'percent_{side}']:.1f} (n = {row[f'base_{side}']})"
                        for _, row in rows.iterrows()
                    ]
                    for head, side in ((first, "before"), (second, "after"))
                },
                "Change in points": [f"{change:+.1f}" for change in rows["difference"]],
                "95 % interval": [
                    f"{row.ci_low:+.1f} to {row.ci_high:+.1f}" for row in rows.itertuples()
                ],
                "Beyond chance": [_verdict(row) for row in rows.itertuples()],
            }
        )
        caption = f"Answers that both waves offered: {len(frame)}."
        return figures.ShownTable(frame, caption, self._source.tables)

    def reasons(self) -> figures.Sentences:
        """What the changes are made of, in words."""
        if self.compared.before.questionnaire is None:
            return figures.say("Of published figures this can't be told; it takes the answers.")
        rows = self._split()
        if rows.empty:
            return figures.say("There is no change to take apart.")
        largest = rows[PARTS].abs().idxmax(axis=1).value_counts()
        count, name = int(largest.iloc[0]), str(largest.index[0])
        of = f"all {len(rows)}" if count == len(rows) else f"{count} of {len(rows)}"
        changes = "the one change" if len(rows) == 1 else f"{of} changes"
        said = f"In {changes} the largest part is that {_PART_WORDS[name]}."
        return figures.say(said, self._alike(), self._others())

    def _alike(self) -> str:
        names = [f"“{self._titles[name]}”" for name in self.compared.alike]
        if not names:
            return (
                "No question was named that makes both waves alike. So what other people make of "
                "a change counts among the answers here."
            )
        return f"Whether other people answered goes by {' and '.join(names)}."

    def _others(self) -> str:
        """The most that other people make of any answer that can be compared."""
        if not self.compared.alike:
            return ""
        table = self.compared.table
        free = table[
            table["comparable"].astype(bool) & ~table["question"].isin(list(self.compared.alike))
        ]
        most = free.loc[free["composition"].abs().idxmax()] if len(free) else None
        if most is None or abs(most["composition"]) < 0.5:
            return "Other people make no change of half a point anywhere."
        row = self._told(free.loc[[most.name]]).iloc[0]
        return (
            f"Other people matter most for {row['title']}, “{row['label']}”: they make "
            f"{row['composition']:+.1f} of its {row['difference']:+.1f} points."
        )

    def plot_parts(self) -> figures.Picture | figures.Sentences:
        """What the largest changes are made of: a bar each, cut into parts that add up."""
        rows = self._split().head(_MOST)
        if rows.empty:
            return figures.say()
        return figures.plot_parts(rows, _PART_WORDS, self._heads, self._source)

    def show_parts(self) -> figures.ShownTable | figures.Sentences:
        """What every change is made of, in points."""
        if self.compared.before.questionnaire is None:
            return figures.say()
        rows = self._told(self.compared.table)
        parts = {
            _beginning(words): [f"{part:+.1f}" for part in rows[name]]
            for name, words in _PART_WORDS.items()
        }
        frame = pd.DataFrame(
            {
                "Question": rows["title"],
                "Answer": rows["label"],
                "Change": [f"{change:+.1f}" for change in rows["difference"]],
                **parts,
            }
        )
        caption = "What the changes are made of, in points; each line adds up to its change."
        return figures.ShownTable(frame, caption, self._source.tables)

    def not_compared(self) -> figures.ShownTable | figures.Sentences:
        """The questions of which no change is told, and why."""
        table = self.compared.table
        rows = table[~table["comparable"].astype(bool)]
        why = rows.groupby("question", sort=False)["why_not"].first()
        others = [pair for pair in self.compared.pairs if pair.after.type not in _COMPARED]
        besides = ""
        if others:
            number = how_many(len(others), "question")
            kinds = "ranks, grids, numbers or answers in their own words"
            besides = f" Left out are {number} with {kinds}."
        if why.empty:
            return figures.say(f"Every question with answers to choose can be compared.{besides}")
        frame = pd.DataFrame(
            {
                "Question": [self._titles[name] for name in why.index],
                "Why not": [_in_words(reason) for reason in why],
            }
        )
        return figures.ShownTable(
            frame, f"Questions that can't be compared: {len(frame)}.{besides}"
        )

    def how_to_read(self) -> figures.Sentences:
        """How to read the page, in a paragraph."""
        parts = (
            ""
            if self.compared.before.questionnaire is None
            else " The parts of a change add up to "
            "it; they say what it comes from, not why people think so."
        )
        return figures.say(
            "A percent stands beside the number of people it is counted from. Both waves are taken "
            "for samples: an answer changed only where the change is larger than chance would give "
            "among all answers to its question (Holm's correction, level 5 %). With many questions "
            "a change may be found by chance all the same. A question that was put otherwise, or "
            f"to others, gets other answers; no change of it is told.{parts}"
        )

    # ---- what these are made of

    @property
    def _questionnaire(self) -> Questionnaire:
        assert self.compared.after.questionnaire is not None
        return self.compared.after.questionnaire

    @property
    def _titles(self) -> dict[str, str]:
        return question_titles(self._questionnaire)

    @property
    def _names(self) -> tuple[str, str]:
        return self.compared.before.name, self.compared.after.name

    @property
    def _heads(self) -> tuple[str, str]:
        first, second = map(_beginning, self._names)
        return first, second

    @property
    def _source(self) -> figures.WavesSource:
        own = (self.edit, self.base, self._questionnaire, self.compared.after.n)
        return figures.WavesSource(self.compared.synthetic, *own)

    def _is_yes_or_no(self, name: str) -> bool:
        """Whether one of two answers was to be given."""
        question = self._questionnaire[name]
        return question.type == "single" and len(question.choices) == 2

    def _told(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows with what their question is called, and with the answer after it."""
        titles = rows["question"].map(self._titles).astype(str)
        return rows.assign(title=titles, told=titles + ": " + rows["label"].astype(str))

    def _share(self, row: pd.Series, side: str) -> str:
        """A share in words: "47 % (35 of 75) in 2018"."""
        name = self._names[side == "after"]
        count, base = int(row[f"count_{side}"]), int(row[f"base_{side}"])
        return f"{figures.whole_percent(row[f'percent_{side}'])} ({count} of {base}) in {name}"

    def _split(self) -> pd.DataFrame:
        """The changes that are taken apart: those told, without what makes the waves alike."""
        rows = self._told(self.differing)
        return rows[~rows["question"].isin(self.compared.alike)].dropna(subset=PARTS)

    def _audiences(self) -> dict[str, tuple[str, str]]:
        """Who was asked each question in both waves."""
        before = self.compared.before.questionnaire
        assert before is not None
        return {
            pair.after.id: (
                audience(pair.before, before),
                audience(pair.after, self._questionnaire),
            )
            for pair in self.compared.pairs
        }


def _verdict(row: Any) -> str:
    if not row.comparable:
        return "not compared"
    return "yes" if row.p_holm < LEVEL else "no"


def _beginning(text: str) -> str:
    return text[:1].upper() + text[1:]


def _in_words(reasons: str) -> str:
    """Reasons as a page says them."""
    told = [_REASONS.get(reason, reason) for reason in reasons.split(", ")]
    return _beginning(", ".join(told))
