"""Themes of the open-ended answers: the codebook, the researchers' tags, and their counts.

The tags are the authority. They lie in a folder `tags` beside the export, one file a question, with
a row for each respondent, theme and coder; keywords in the codebook never decide anything.
"""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from dmsi_lib.errors import InputError, problems
from dmsi_lib.questionnaire import Mapping, read_yaml
from dmsi_lib.tables.names import THEMES
from dmsi_lib.tables.tables import finish
from dmsi_lib.wording import unknown

FINAL = "final"  # the coder whose tags settle what others disagree on
CODED_NAME = "answers coded by the researchers"


@dataclass(frozen=True)
class Theme:
    """One theme of a question's codebook."""

    code: str
    label: str
    definition: str = ""
    keywords: tuple = ()


def read_codebook(path, questionnaire):
    """Read the codebook.

    Parameters
    ----------
    path : str or Path
    questionnaire : Questionnaire

    Returns
    -------
    dict of question id to tuple of Theme; empty if there is no such file

    Raises
    ------
    InputError
        With a line for every fault.
    """
    if not Path(path).exists():
        return {}
    document, faults, codebook = read_yaml(path), [], {}
    if not isinstance(document, Mapping):
        raise InputError(f"{path}: expected question ids, each with a list of themes.")
    for name, entries in document.items():
        where = f"line {document.lines[name]}: "
        if name not in questionnaire or questionnaire[name].type != "open":
            faults.append(where + f"'{name}' is no open question of the questionnaire.")
        if isinstance(entries, str):  # another question's id: the two share its list
            if entries not in codebook:
                faults.append(where + unknown("codebook above it", entries, codebook))
            codebook[name] = codebook.get(entries, ())
        elif isinstance(entries, list) and all(map(_is_theme, entries)):
            themes = [_theme(entry) for entry in entries]
            if len({theme.code for theme in themes}) < len(themes):
                faults.append(where + f"'{name}' has a theme code twice.")
            codebook[name] = tuple(themes)
        else:
            faults.append(
                where + f"'{name}' needs a list of themes with code and label (texts); "
                "keywords, if any, are a list."
            )
    if faults:
        raise InputError(problems(f"{path}: the codebook can't be used.", faults))
    return codebook


def _is_theme(entry):
    """Whether an entry of the codebook has what a theme has, each in its shape."""
    if not isinstance(entry, Mapping) or not {"code", "label"} <= set(entry):
        return False
    texts = [entry["code"], entry["label"], entry.get("definition", "")]
    keywords = entry.get("keywords", [])
    return isinstance(keywords, list) and all(isinstance(t, str) for t in [*texts, *keywords])


def _theme(entry):
    keywords = entry.get("keywords", [])
    return Theme(entry["code"], entry["label"], entry.get("definition", ""), tuple(keywords))


def settled_tags(tags):
    """The tags that count where several coders coded the same answers.

    An answer carries a theme if any coder assigned it, unless a coder named "final" coded the
    answer: then that coder's tags are the only ones. So disagreements are settled by coding the
    answers in question once more under that name.

    Parameters
    ----------
    tags : DataFrame with the columns respondent, theme, coder

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
    tags : DataFrame with the columns respondent, theme, coder

    Returns
    -------
    DataFrame, one row a theme in the codebook's order, columns as in `tables.COLUMNS`
    """
    base = tags["respondent"].nunique()
    carried = tags.drop_duplicates(["respondent", "theme"])["theme"].value_counts()
    table = pd.DataFrame(
        {
            "question": question.id,
            "kind": THEMES,
            "row": "",
            "item": [theme.code for theme in themes],
            "label": [theme.label for theme in themes],
            "group": "",
            "count": [int(carried.get(theme.code, 0)) for theme in themes],
            "base": base,
            "base_name": CODED_NAME,
        }
    )
    return finish(table)
