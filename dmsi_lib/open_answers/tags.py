"""The researchers' tags of open-ended answers: a file for each question beside the export, with a
row for each respondent, theme and coder."""

from pathlib import Path

import pandas as pd

from dmsi_lib.errors import InputError
from dmsi_lib.reading import read_list
from dmsi_lib.wording import unknown

TAG_COLUMNS = ["respondent", "theme", "coder"]


def read_tags(folder, codebook, respondents):
    """Read the researchers' tags.

    Parameters
    ----------
    folder : str or Path
        Holds `<question id>.csv` with the columns of TAG_COLUMNS.
    codebook : dict of question id to tuple of Theme
    respondents : Index of respondent ids

    Returns
    -------
    dict of question id to DataFrame with the columns of TAG_COLUMNS; tags of respondents outside
    the index are left out, since a report may show a part of the respondents

    Raises
    ------
    InputError
        For a missing column or an unknown theme: file, row, found, expected.
    """
    tags = {}
    for name, themes in codebook.items():
        path = Path(folder) / f"{name}.csv"
        if path.exists():
            frame = read_tag_file(path, themes)
            shown = frame["respondent"].isin(respondents)
            tags[name] = frame[shown].reset_index(drop=True)
    return tags


def read_tag_file(path, themes):
    """Read the tags of one question, whoever the respondents are.

    Parameters
    ----------
    path : str or Path
        A CSV file with the columns of TAG_COLUMNS; a missing one holds no tags.
    themes : tuple of Theme

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
    return pd.DataFrame(rows, columns=TAG_COLUMNS, dtype=str).drop_duplicates(ignore_index=True)
