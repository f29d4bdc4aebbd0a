"""All that respondents wrote, and how many identities stand in it; never the texts themselves."""

from collections import Counter

import numpy as np
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
    questions = [pd.Index([name]).repeat(len(texts)) for name, texts in columns]
    respondents = [texts.index for _, texts in columns]
    found = [texts.to_numpy(dtype=object) for _, texts in columns]
    nothing = np.zeros(0, dtype=object)
    index = pd.MultiIndex.from_arrays(
        [np.concatenate([nothing, *questions]), np.concatenate([nothing, *respondents])],
        names=["question", "respondent"],
    )
    return pd.Series(np.concatenate([nothing, *found]), index=index, dtype=object)


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
    kinds = {text: Counter(f.kind for f in find_identities(text, names)) for text in texts.unique()}
    counts: dict[str, Counter[str]] = {}
    written = texts.groupby([texts.index.get_level_values(0), texts.to_numpy()], sort=False).size()
    for (question, text), times in written.items():
        own = counts.setdefault(question, Counter())
        for kind, count in kinds[text].items():
            own[kind] += times * count
    rows = [
        (question, kind, own[kind])
        for question, own in counts.items()
        for kind in IDENTITY_KINDS
        if own[kind]
    ]
    return pd.DataFrame(rows, columns=["question", "kind", "count"]).astype({"count": "int64"})
