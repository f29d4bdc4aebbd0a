"""The researchers' tags of open-ended answers: a file for each question beside the export, with a
row for each respondent, theme and coder."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from dmsi_lib.errors import InputError
from dmsi_lib.files import Place
from dmsi_lib.questionnaire import Theme
from dmsi_lib.reading import read_list
from dmsi_lib.wording import unknown

TAG_COLUMNS = ["respondent", "theme", "coder"]


def read_tag_file(path: Place, themes: Sequence[Theme]) -> pd.DataFrame:
    """Read the tags of one question, whoever the respondents are.

    Parameters
    ----------
    path : of a CSV file with the columns of TAG_COLUMNS; a missing one holds no tags
    themes : the question's codebook

    Returns
    -------
    DataFrame with the columns of TAG_COLUMNS, each row once

    Raises
    ------
    InputError
        For a missing column or an unknown theme: file, row, found, expected.
    """
    rows = read_list(path, TAG_COLUMNS) if Path(path).exists() else []
    codes = [theme.code for theme in themes]
    for number, row in enumerate(rows, 2):
        if row[1] not in codes:
            raise InputError(f"{path}, row {number}: {unknown('theme', row[1], codes)}")
    once = list(dict.fromkeys(map(tuple, rows)))
    return pd.DataFrame(once, columns=TAG_COLUMNS, dtype=str)
