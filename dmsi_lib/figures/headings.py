"""What stands above a chart: a short title, the question as it was put, who was asked, how many
answered."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from dmsi_lib.figures.reader_tables import (
    HIDDEN_NOTE,
    Source,
    hidden_rows,
    scale_sentence,
    sizes,
)
from dmsi_lib.questionnaire import Question
from dmsi_lib.tables import REACH, THEMES, audience
from dmsi_lib.wording import SYNTHETIC_MARK, how_many, key

_UNIVERSE = "universe: "  # begins the name of a base that is not "who answered"


@dataclass(frozen=True)
class Heading:
    """Title and subtitle of a figure; `note` is what is said below it."""

    title: str
    lines: tuple[str, ...] = ()
    note: str = ""

    def alt(self, kind: str, shown: str, survey: Source) -> str:
        """An alternative text: what kind of figure it is, all that is written, what is drawn."""
        parts = [f"{kind}. {_ended(self.title)}", *self.lines, _ended(shown), self.note]
        parts += [f"{SYNTHETIC_MARK}."] * survey.synthetic
        return " ".join(filter(None, parts))


def _ended(text: str) -> str:
    """A text with a stop at its end."""
    return text if text.endswith((".", "?", "!")) else f"{text}."


def heading_of(
    table: pd.DataFrame,
    question: Question,
    survey: Source,
    labels: Mapping[str, str] | None = None,
) -> Heading:
    """The heading of a chart of one question, or of twins.

    Parameters
    ----------
    table, question, survey, labels : see `show_table`
    """
    asked = _questions(table, question, survey)
    lines = [*_wordings(asked, question, labels or {}), _asked_of(asked, survey)]
    lines.append(_base(table))
    if question.type == "ranking":
        lines.append("Shown is the mean rank: 1 is first.")
    if survey.edit != "none":
        lines.append(f"Edit: {survey.edit}.")
    note = scale_sentence(table, question, labels).strip()
    note = f"{note} {HIDDEN_NOTE}".strip() if hidden_rows(table).any() else note
    return Heading(question.short, tuple(filter(None, lines)), note)


def _questions(
    table: pd.DataFrame, question: Question, survey: Source
) -> list[tuple[str, Question]]:
    """The questions that a table shows, each with the first group that it was put to."""
    first = table.drop_duplicates("question")
    known = survey.questionnaire
    return [
        (group, known.by_id.get(name, question))
        for name, group in zip(first["question"], first["group"], strict=True)
    ]


def _wordings(
    asked: list[tuple[str, Question]], question: Question, labels: Mapping[str, str]
) -> list[str]:
    """The questions as they were put; one that two groups were asked alike, or that is the title,
    is not said twice."""
    different = {key(one.text): (group, one) for group, one in reversed(asked)}
    if len(different) == 1:
        return [] if key(question.short) == key(question.text) else [question.text]
    return [
        f"{labels.get(group, group)}: {one.text}" for group, one in reversed(different.values())
    ]


def _asked_of(asked: list[tuple[str, Question]], survey: Source) -> str:
    """Who was asked, in a sentence."""
    known = [one for _, one in asked if one.id in survey.questionnaire]
    people = list(dict.fromkeys(audience(one, survey.questionnaire) for one in known))
    return f"Asked of {', and of '.join(people)}." if people else ""


def _base(table: pd.DataFrame) -> str:
    """What the shares stand on, in a sentence; the bases of groups stand with their names."""
    size, kind = sizes(table["base"]), table["kind"].iloc[0]
    of = "" if (table["group"] != "").any() else f"{size} "
    if kind == REACH:
        return f"{how_many(size, 'respondent')}."
    if kind == THEMES:
        answers = how_many(size, "answer") if of else "answers"
        return f"Shares of the {answers} sorted into themes."
    if str(table["base_name"].iloc[0]).startswith(_UNIVERSE):
        return f"Shares of {'the' if of == '1 ' else 'all'} {of or 'who were '}asked."
    return f"{of}answered." if of else ""
