"""All that respondents wrote, and how many identities stand in it; never the texts themselves."""

from collections import Counter

import pandas as pd

from dmsi_lib.questionnaire import COMMENT, Question, Questionnaire
from dmsi_lib.reading import IDENTITY_KINDS, KnownNames, find_identities

_NOBODY = KnownNames()


def free_texts(responses: pd.DataFrame, questionnaire: Questionnaire) -> pd.Series:
    """Everything that respondents wrote: open answers, in every box, the texts beside "Other" and
    the comments; what a derived question repeats, once.

    Parameters
    ----------
    responses : DataFrame, respondents x (question, item)
    questionnaire : whose questions these are

    Returns
    -------
    Series of str by (question, respondent), without blanks; as many of one respondent as there are
    texts
    """
    columns = [
        (name, responses[name, item].dropna())
        for name, item in responses.columns
        if item in _text_items(questionnaire[name])
    ]
    index = pd.MultiIndex.from_tuples(
        [(name, who) for name, texts in columns for who in texts.index],
        names=["question", "respondent"],
    )
    texts = [text for _, column in columns for text in column]
    return pd.Series(texts, index=index, dtype=object)


def _text_items(question: Question) -> set[str]:
    """The items of a question that hold what respondents wrote."""
    if question.derivation:
        return set()
    own = question.items if question.type == "open" else ()
    return {*own, *question.text_items.values(), COMMENT}


def scan_answers(texts: pd.Series, names: KnownNames = _NOBODY) -> pd.DataFrame:
    """How much of every kind stands in the answers to each question; never the texts themselves.

    Parameters
    ----------
    texts : Series of str by (question, respondent), as from `free_texts`
    names : names to look for, such as `Export.identities`

    Returns
    -------
    DataFrame with the columns question, kind and count, in the questions' order; only what was
    found
    """
    kinds = {text: [f.kind for f in find_identities(text, names)] for text in texts.unique()}
    counts: dict[str, Counter[str]] = {}
    for (question, _), text in texts.items():
        counts.setdefault(question, Counter()).update(kinds[text])
    rows = [
        (question, kind, own[kind])
        for question, own in counts.items()
        for kind in IDENTITY_KINDS
        if own[kind]
    ]
    return pd.DataFrame(rows, columns=["question", "kind", "count"]).astype({"count": "int64"})
