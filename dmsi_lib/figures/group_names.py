"""What groups are called, in the heads of tables and in running text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dmsi_lib.questionnaire import Question
from dmsi_lib.wording import same


@dataclass(frozen=True)
class GroupNames:
    """The names of groups by code: `labels` of columns and bars, `plurals` of those in it where the
    questionnaire has them ("front-line workers")."""

    labels: Mapping[str, str]
    plurals: Mapping[str, str] = field(default_factory=dict)

    def among(self, code: str) -> str:
        """A group in running text: front-line workers, or “Front-line worker”."""
        return self.plurals.get(code) or f"“{self.labels[code]}”"

    def of(self, code: str, number: str, base: int) -> str:
        """A number of a group: "39 % of 94 front-line workers", or "39 % of 94 among “Front-line
        worker”"; a group of one has no plural."""
        among = "" if code in self.plurals and base != 1 else "among "
        return f"{number} {among}{self.among(code)}"

    def together(self, codes: Sequence[str]) -> str:
        """Some groups as the subject of a sentence."""
        if len(codes) > 2:
            return f"The {len(codes)} groups with enough answers"
        names = [self.among(code) for code in codes]
        if all(code in self.plurals for code in codes):
            return capitalised(" and ".join(names))
        return f"The groups {' and '.join(names)}"


def names_of(question: Question, codes: Iterable[str]) -> GroupNames:
    """What those are called who gave some answers to a question: as the answers are, or, where the
    questionnaire has plurals, "Front-line workers" in heads and "front-line workers" in sentences.
    """
    codes = list(codes)
    plurals = {code: question.plurals[code] for code in codes if code in question.plurals}
    named = plurals if len(plurals) == len(codes) else {}
    labels = {code: capitalised(named.get(code, "")) or question.choices[code] for code in codes}
    return GroupNames(labels, plurals)


def capitalised(text: str) -> str:
    """Text with a capital at its beginning; the rest as it is."""
    return text[:1].upper() + text[1:]


def in_both_wordings(question: Question, twin: Question, names: GroupNames) -> Question:
    """A question that shows its twin's wording, too, where the two are not one wording.

    `names` are of the question's group and of its twin's, in this order.
    """
    if same(question.text, twin.text):
        return question
    texts = zip(names.labels.values(), (question.text, twin.text), strict=True)
    return replace(question, text=" ".join(f"{label}: “{text}”" for label, text in texts))
