"""The reconciled answers of a survey, under pseudonyms and without what names a person."""

from functools import partial

import pandas as pd

from dmsi_lib.exporting.dataset import DataSet, data_set
from dmsi_lib.open_answers import key_beside, pseudonymise
from dmsi_lib.reading import mark_identities
from dmsi_lib.survey import Survey


def reconciled_data(survey: Survey, texts: bool = False) -> DataSet:
    """The answers of a survey after its edit, a row a respondent.

    Parameters
    ----------
    survey : whose edit and conditions the answers are taken with
    texts : whether answers in own words are in it. What is known to name or reach a person is
        replaced by a mark then; not all of it is found, so that somebody has to read them.

    Returns
    -------
    DataSet; respondents have the pseudonyms of `dmsi reconcile`

    Examples
    --------
    >>> reconciled_data(survey).values.shape[0]
    443
    """
    responses, status = survey.responses, survey.status
    key = key_beside(survey.export.path, survey.synthetic)
    ids = pseudonymise(pd.DataFrame({"respondent": responses.index}), key)["respondent"]
    responses.index = status.index = pd.Index(ids, name="respondent")
    names = survey.export.identities
    marked = partial(mark_identities, names=names)
    return data_set(
        responses,
        status,
        survey.questionnaire,
        survey.synthetic,
        (lambda text: marked(text)[0]) if texts else None,
    )
