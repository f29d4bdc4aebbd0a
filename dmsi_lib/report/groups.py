"""The groups of respondents that have a report each."""

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from dmsi_lib.errors import UsageError
from dmsi_lib.survey import Survey
from dmsi_lib.where import Condition, Where


@dataclass(frozen=True)
class Group:
    """Respondents who gave certain answers."""

    where: Where
    label: str  # in words
    n: int  # respondents


def groups_of(survey: Survey, by: Sequence[str]) -> list[Group]:
    """The combinations of answers to single-choice questions that anybody gave, in the
    questionnaire's order.

    Raises
    ------
    UsageError
        For a question that is not single choice, or named twice.
    """
    questions = [survey.question(name) for name in by]
    for question in questions:
        if question.type != "single":
            raise UsageError(
                f"'{question.id}' is a {question.type} question; group by single ones."
            )
    if len(set(by)) < len(by):
        raise UsageError(f"--by names a question twice: {', '.join(by)}.")
    answers = survey.responses[[(name, "") for name in by]]
    counts = Counter(answers.itertuples(index=False, name=None))
    groups = []
    for codes in itertools.product(*(question.choices for question in questions)):
        if counts[codes]:
            given = list(zip(questions, codes, strict=True))
            where = Where(tuple(Condition(question.id, (code,)) for question, code in given))
            label = ", ".join(question.choices[code] for question, code in given)
            groups.append(Group(where, label, counts[codes]))
    return groups
