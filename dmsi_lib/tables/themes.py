"""Themes of the open-ended answers: the researchers' tags, and their counts.

The tags are the authority. They lie in a folder `tags` beside the export, one file a question, with
a row for each respondent, theme and coder; keywords in the codebook never decide anything.
"""

import csv
from pathlib import Path

import pandas as pd

from dmsi_lib.errors import InputError
from dmsi_lib.tables.tables import finish
from dmsi_lib.wording import unknown

TAG_COLUMNS = ["respondent", "theme", "coder"]
FINAL = "final"  # the coder whose tags settle what others disagree on
CODED_NAME = "answers coded by the researchers"


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


def read_list(path, columns):
    """Read a CSV file that researchers keep: its rows as lists of texts, without the header.

    Raises
    ------
    InputError
        Where the file can't be read or its columns are not exactly the expected ones.
    """
    path = Path(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file, strict=True))
    except (OSError, csv.Error, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not a readable UTF-8 CSV file ({error}).") from None
    if not rows or rows[0] != columns:
        raise InputError(f"{path}, row 1: expected the columns {', '.join(columns)}.")
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(columns):
            raise InputError(f"{path}, row {number}: {len(row)} fields; expected {len(columns)}.")
    return rows[1:]


def settled_tags(tags):
    """The tags that count where several coders coded the same answers.

    An answer carries a theme if any coder assigned it, unless a coder named "final" coded the
    answer: then that coder's tags are the only ones. So disagreements are settled by coding the
    answers in question once more under that name.

    Parameters
    ----------
    tags : DataFrame with the columns of TAG_COLUMNS

    Returns
    -------
    DataFrame of the same columns
    """
    final = tags["coder"].str.casefold() == FINAL
    decided = tags["respondent"].isin(tags.loc[final, "respondent"])
    return tags[final | ~decided].reset_index(drop=True)


def theme_table(question, themes, tags):
    """How many coded answers carry each theme; an answer may carry several.

    Parameters
    ----------
    question : Question
    themes : tuple of Theme
    tags : DataFrame with the columns of TAG_COLUMNS

    Returns
    -------
    DataFrame, one row a theme in the codebook's order, columns as in `tables.COLUMNS`
    """
    base = tags["respondent"].nunique()
    carried = tags.drop_duplicates(["respondent", "theme"])["theme"].value_counts()
    table = pd.DataFrame(
        {
            "question": question.id,
            "item": [theme.code for theme in themes],
            "label": [theme.label for theme in themes],
            "group": "",
            "count": [int(carried.get(theme.code, 0)) for theme in themes],
            "base": base,
            "base_name": CODED_NAME,
        }
    )
    return finish(table)
