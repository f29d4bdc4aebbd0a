"""Frames in words: labels in place of ids and codes, plain words in place of terms.

Frames that other programs read keep their ids; a reader's page has none.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from dmsi_lib.questionnaire import Question, Questionnaire

# What became of a question for a respondent, and of an interview (see `skip_logic`), in plain words
# wherever a reader meets it; "break_off" is both.
STATUS_WORDS = {
    "answered": "answered",
    "legitimate_skip": "not meant to be asked",
    "item_nonresponse": "passed over",
    "break_off": "left before",
    "off_route": "answered though not meant to be asked",
    "gate_unknown": "not known whether meant to be asked",
    "gate_unknown_answered": "answered, earlier answer missing",
    "gate_unknown_blank": "blank, earlier answer missing",
    "not_asked": "not in this file",
    "complete": "complete",
    "partial": "in part",
}
_READINGS = {
    "none": "as answered",
    "gate": "earlier answers trusted",
    "follow_up": "follow-ups trusted",
    "answered": "of those who answered",
    "universe": "of all to be asked",
}
_HEADS = STATUS_WORDS | {
    "n": "respondents",
    "universe": "to be asked",
    "gate": "earlier question",
    "gates": "earlier questions",
    "gate_answer": "answer to it",
    "because_of": "because of answers to",
    "reached": "came to it",
    "stopped_here": "left after it",
    "remaining": "still there, %",
    "percent": "%",
    "ci_low": "interval from",
    "ci_high": "interval to",
    "disposition": "outcome",
    "concept": "question",
    "source_line": "line",
    "open_low": "nothing assumed, from",
    "open_high": "nothing assumed, to",
    "gate_low": "earlier answers trusted, from",
    "gate_high": "earlier answers trusted, to",
    "follow_up_low": "follow-ups trusted, from",
    "follow_up_high": "follow-ups trusted, to",
    "smallest": "least under any reading",
    "largest": "most under any reading",
    "survives_readings": "same sign under every reading",
    "first_in_sample": "ahead beyond chance",
    "first_open": "ahead, nothing assumed",
    "first_gate": "ahead, earlier answers trusted",
    "first_follow_up": "ahead, follow-ups trusted",
}
_TITLED, _PAGES = ("question", "gate", "gates", "because_of"), ("page", "last_page")
# Columns of codes, each with the columns that may name their question.
_CODED = {"item": ("question", "concept"), "before": ("question",), "after": ("question",)}
_CODED |= {"gate_answer": ("gate",)}
_SEVERAL = re.compile(r"\||, ")
_ANSWER = re.compile(r"\b(\w+) = (\w+)")


def named(frame: pd.DataFrame, questionnaire: Questionnaire) -> pd.DataFrame:
    """A frame in words; see `Survey.named`."""
    words = _Words(questionnaire, question_titles(questionnaire))
    columns = {place: words.column(name, frame) for place, name in enumerate(frame)}
    heads = [_head(str(name)) for name in frame]
    return pd.DataFrame(columns, index=frame.index).set_axis(heads, axis=1)


def question_titles(questionnaire: Questionnaire) -> dict[str, str]:
    """What to call each question: its text, and where others share that, who was asked."""
    often = Counter(question.short for question in questionnaire.questions)
    return {
        question.id: question.short
        if often[question.short] == 1
        else f"{question.short} ({_asked(question, questionnaire)})"
        for question in questionnaire.questions
    }


def _asked(question: Question, questionnaire: Questionnaire) -> str:
    """Who was asked a question, by the labels that lead to it; else its page."""
    last = [rule[-1] for rule in question.ask_if]
    labels = [questionnaire[one.gate].choices.get(c, c) for one in last for c in one.codes]
    return " or ".join(labels) or f"page {question.page}"


def _head(name: str) -> str:
    parts = name.split(" / ")
    if len(parts) > 1 and {*parts} <= {*_READINGS}:  # "gate / answered": an edit and a base
        return ", ".join(_READINGS[part] for part in parts).capitalize()
    words = _HEADS.get(name, name.replace("_", " "))
    return words[:1].upper() + words[1:]


@dataclass(frozen=True)
class _Words:
    """The words for what stands in a frame's cells."""

    questionnaire: Questionnaire
    titles: Mapping[str, str]

    def column(self, name: object, frame: pd.DataFrame) -> pd.Series:
        column = frame[name]
        if column.dtype == "bool":
            return column.map({True: "yes", False: "no"})
        if name in _PAGES:
            return column.map(lambda page: f"Page {page:.0f}")
        if name == "reproduced_by":
            return column.map(_readings)
        if name in _TITLED:
            return column.map(lambda ids: _each(ids, self.subject))
        if name == "concept":
            return column.map(lambda concept: self.of_concept(concept).short)
        source = next((one for one in _CODED.get(str(name), ()) if one in frame), None)
        if source is not None:
            pairs = zip(frame[source], column.fillna(""), strict=True)
            words = [self.answer(subject, codes) for subject, codes in pairs]
            return pd.Series(words, frame.index, dtype=object)
        return column if pd.api.types.is_numeric_dtype(column) else column.map(self.text)

    def subject(self, name: str) -> str:
        """A question, or a row of one ("views.soup"), by its title; another name as it is."""
        name, _, row = name.partition(".")
        title = self.titles.get(name, name)
        return f"{title}: {self.questionnaire[name].rows[row]}" if row else title

    def of_concept(self, concept: str) -> Question:
        """The first question of a concept."""
        return next(q for q in self.questionnaire.questions if q.concept == concept)

    def answer(self, subject: str, codes: str) -> str:
        """Codes of a question or concept, in the form of `skip_logic.answer_texts`, in words."""
        name = subject.partition(".")[0]
        known = name in self.questionnaire
        question = self.questionnaire[name] if known else self.of_concept(name)
        labels = question.rows | question.choices

        def label(code: str) -> str:
            if code in labels:
                return labels[code]
            parts = re.split(r"[=.]", code, maxsplit=1)  # "row=code", "row.code"
            return ": ".join(labels.get(part, part) for part in parts)

        return _each(codes, label)

    def text(self, text: object) -> object:
        """A text with titles and labels in place of the ids and codes in it.

        An id of one word ("role") may be meant as that word, and is replaced beside a code alone.
        """
        if not isinstance(text, str):
            return text
        if text in STATUS_WORDS:
            return STATUS_WORDS[text]
        text = _ANSWER.sub(self._pair, text)
        quoted = {name: f"“{title}”" for name, title in self.titles.items() if "_" in name}
        return re.sub(r"\b\w+_\w+\b", lambda found: quoted.get(found[0], found[0]), text)

    def _pair(self, found: re.Match[str]) -> str:
        name, code = found.groups()
        choices = self.questionnaire[name].choices if name in self.questionnaire else {}
        return f"“{self.titles[name]}” = “{choices[code]}”" if code in choices else found[0]


def _readings(names: str) -> str:
    """Edits and bases in words: "answered: none, gate", but not "every edit and base"."""
    return re.sub(r"\w+", lambda found: _READINGS.get(found[0], found[0]), names)


def _each(texts: str, word: Callable[[str], str]) -> str:
    return "; ".join(word(text) for text in _SEVERAL.split(texts))
