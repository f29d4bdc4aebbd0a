"""All that respondents wrote, and how many identities stand in it; never the texts themselves."""

from collections import Counter

import pandas as pd

from dmsi_lib.questionnaire import COMMENT, Question, Questionnaire
from dmsi_lib.reading import IDENTITY_KINDS, KnownNames, find_identities

_NOBODY = KnownNames()
_COLUMNS = {"question": "str", "text": "str", "count": "int64"}


def free_texts(responses: pd.DataFrame, questionnaire: Questionnaire) -> pd.DataFrame:
    """Everything that respondents wrote: open answers, in every box, the texts beside "Other" and
    the comments; what a derived question repeats is not counted again.

    Parameters
    ----------
    responses : DataFrame, respondents x (question, item)
    questionnaire : whose questions these are

    Returns
    -------
    DataFrame with the columns question, text and count: each text of a question once, in the order
    in which they first stand there, and how often it was written

    Examples
    --------
    >>> list(free_texts(survey.responses, survey.questionnaire))
    ['question', 'text', 'count']
    """
    found = [pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in _COLUMNS.items()})]
    for question in questionnaire.questions:
        wanted = _text_items(question)
        written = [name for name in responses if name[0] == question.id and name[1] in wanted]
        if written:
            texts = pd.concat([responses[name] for name in written], ignore_index=True)
            counts = texts.value_counts(sort=False)
            columns = {"question": question.id, "text": counts.index, "count": counts.array}
            found.append(pd.DataFrame(columns))
    return pd.concat(found, ignore_index=True)


def _text_items(question: Question) -> set[str]:
    """The items of a question that hold what respondents wrote."""
    if question.derivation:
        return set()
    own = question.items if question.type == "open" else ()
    return {*own, *question.text_items.values(), COMMENT}


def scan_answers(texts: pd.DataFrame, names: KnownNames = _NOBODY) -> pd.DataFrame:
    """How much of every kind stands in the answers to each question; never the texts themselves.

    Parameters
    ----------
    texts : DataFrame with the columns question, text and count, as from `free_texts`
    names : names to look for, such as `Export.identities`

    Returns
    -------
    DataFrame with the columns question, kind and count, in the questions' order; only what was
    found

    Examples
    --------
    >>> scan = scan_answers(free_texts(survey.responses, survey.questionnaire))
    >>> list(scan)
    ['question', 'kind', 'count']
    """
    counts: dict[str, Counter[str]] = {}
    for question, text, times in zip(*(texts[name] for name in _COLUMNS), strict=True):
        own = counts.setdefault(question, Counter())
        for found in find_identities(text, names):
            own[found.kind] += times
    rows = [
        (question, kind, own[kind])
        for question, own in counts.items()
        for kind in IDENTITY_KINDS
        if own[kind]
    ]
    return pd.DataFrame(rows, columns=["question", "kind", "count"]).astype({"count": "int64"})
