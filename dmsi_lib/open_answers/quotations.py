"""Which answers may be quoted: those whose very text a reviewer has seen and allowed.

The list is a CSV file that researchers keep beside the export. It holds no answers, only their
hashes: an entry allows one text of one respondent, and no longer fits once a letter changes.
"""

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dmsi_lib.errors import InputError, problems
from dmsi_lib.files import Place
from dmsi_lib.reading import read_list

if TYPE_CHECKING:
    from dmsi_lib.questionnaire import Questionnaire

QUOTATION_COLUMNS = ["question", "respondent", "sha256", "reviewer"]
_HASH = re.compile("[0-9a-fA-F]{64}")


def text_hash(text: str) -> str:
    """SHA-256 of an answer as hex digits: of its UTF-8 bytes, white space at the ends left out."""
    return hashlib.sha256(text.strip().encode("utf-8")).hexdigest()


def review_entry(question: str, respondent: str, text: str, reviewer: str) -> dict[str, str]:
    """A row for the list of reviewed quotations.

    Parameters
    ----------
    question, respondent : ids as in the questionnaire and the export
    text : the answer as it may be quoted: the whole of it
    reviewer : who has read it and found nobody recognisable in it

    Returns
    -------
    dict with the keys of QUOTATION_COLUMNS
    """
    values = [question, str(respondent), text_hash(text), reviewer]
    return dict(zip(QUOTATION_COLUMNS, values, strict=True))


def read_quotations(path: Place, questionnaire: "Questionnaire") -> pd.DataFrame:
    """Read the list of reviewed quotations.

    Parameters
    ----------
    path : of a CSV file with the columns of QUOTATION_COLUMNS; without one nothing may be quoted
    questionnaire : whose open answers, and texts beside "Other", may be quoted

    Returns
    -------
    DataFrame of str with the columns of QUOTATION_COLUMNS

    Raises
    ------
    InputError
        With a line for every row that names no question with texts, no hash or no reviewer.
    """
    rows = read_list(path, QUOTATION_COLUMNS) if Path(path).exists() else []
    faults = []
    for number, (question, respondent, digest, reviewer) in enumerate(rows, 2):
        where = f"row {number}: "
        if question not in questionnaire or not questionnaire[question].has_texts:
            faults.append(where + f"'{question}' is no question with answers in own words.")
        if not _HASH.fullmatch(digest):
            faults.append(where + f"'{digest}' is no SHA-256; expected 64 hexadecimal digits.")
        if not (respondent.strip() and reviewer.strip()):
            faults.append(where + "expected a respondent and a reviewer, found a blank.")
    if faults:
        raise InputError(problems(f"{path}: the reviewed quotations can't be used.", faults))
    return pd.DataFrame(rows, columns=QUOTATION_COLUMNS, dtype=str)


def reviewed_answers(answers: pd.Series, reviewed: pd.DataFrame, question_id: str) -> pd.Series:
    """The answers that may be quoted.

    Parameters
    ----------
    answers : Series of str by respondent, without blanks
    reviewed : DataFrame with the columns of QUOTATION_COLUMNS
    question_id : whose answers they are

    Returns
    -------
    Series of str by respondent: the answer, or "" where this very text was not reviewed
    """
    own = reviewed[reviewed["question"] == question_id]
    names = own["respondent"].str.strip()
    allowed = set(zip(names, own["sha256"].str.lower(), strict=True))
    texts = np.full(len(answers), "", dtype=object)
    # Of others than the listed no text needs to be looked at.
    for place in np.flatnonzero(answers.index.isin(names)):
        if (answers.index[place], text_hash(answers.iloc[place])) in allowed:
            texts[place] = answers.iloc[place]
    return pd.Series(texts, index=answers.index, dtype=str)
