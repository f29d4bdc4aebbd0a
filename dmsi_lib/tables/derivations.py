"""How a derived question is made, in words."""

from collections.abc import Iterable

from dmsi_lib.questionnaire import (
    BANDS,
    COALESCE,
    COMBINE,
    COUNT,
    NET,
    RECODE,
    Condition,
    Question,
    Questionnaire,
)
from dmsi_lib.tables.tables import condition_name, limits

_BEGINNINGS = {
    COALESCE: "The answer to {}",
    RECODE: "The answers to {}, put together",
    NET: "Any of several answers to {}",
    COUNT: "How many were ticked in answer to {}",
    BANDS: "The numbers given to {}, in bands",
    COMBINE: "By the answers to {}, the first that holds",
}


def how_made(question: Question, questionnaire: Questionnaire) -> str:
    """How a derived question is made of others, in words.

    Parameters
    ----------
    question : Question
    questionnaire : Questionnaire

    Returns
    -------
    str, without a stop; "" of a question that was asked

    Examples
    --------
    >>> how_made(survey.question("agency_size"), survey.questionnaire)[:68]
    'The answers to “How many staff does your agency have?”, put together'
    """
    how = question.derivation
    if how is None:
        return ""
    parts = [questionnaire[part] for part in how.parts]
    between = ", else to " if how.kind == COALESCE else " and "
    beginning = _BEGINNINGS[how.kind].format(between.join(f"“{part.text}”" for part in parts))
    if how.kind == COUNT:
        beginning += f", of {_labels(how.counted, parts[0])}"
    options = "; ".join(
        f"{label} ({_option(question, code, questionnaire)})"
        for code, label in question.choices.items()
        if how.kind != COALESCE
    )
    return f"{beginning}: {options}" if options else beginning


def _option(question: Question, code: str, questionnaire: Questionnaire) -> str:
    """Who is in an option."""
    how = question.derivation
    assert how is not None
    if how.codes:
        return _labels(how.codes[code], questionnaire[how.parts[0]])
    if code in how.bounds:
        return limits(Condition("", bounds=how.bounds[code]))
    rule = (
        " and ".join(condition_name(each, questionnaire[each.gate]) for each in alternative)
        for alternative in how.rules[code]
    )
    return ", or ".join(rule) or "all others"


def _labels(codes: Iterable[str], source: Question) -> str:
    """The labels of the codes that the file has."""
    return ", ".join(source.choices[code] for code in codes if code in source.choices)
