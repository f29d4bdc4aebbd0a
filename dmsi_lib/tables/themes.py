"""Themes of the open-ended answers: the researchers' tags, and their counts.

The tags are the authority. They lie in a folder `tags` beside the export, one file a question, with
a row for each respondent, theme and coder; keywords in the codebook never decide anything.
"""

from collections.abc import Sequence

import pandas as pd

from dmsi_lib.questionnaire import Question, Theme
from dmsi_lib.tables.names import THEMES
from dmsi_lib.tables.tables import finish

FINAL = "final"  # the coder whose tags settle what others disagree on


def settled_tags(tags: pd.DataFrame) -> pd.DataFrame:
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


def theme_table(question: Question, themes: Sequence[Theme], tags: pd.DataFrame) -> pd.DataFrame:
    """How many coded answers carry each theme; an answer may carry several.

    Parameters
    ----------
    question : Question
    themes : sequence of Theme
    tags : DataFrame with the columns respondent, theme, coder

    Returns
    -------
    DataFrame, one row a theme in the codebook's order, columns as in `tables.COLUMNS`
    """
    carried = tags.drop_duplicates(["respondent", "theme"])["theme"].value_counts()
    codes = [theme.code for theme in themes]
    table = pd.DataFrame({"item": codes, "label": [theme.label for theme in themes]})
    return finish(
        table.assign(
            question=question.id,
            kind=THEMES,
            row="",
            group="",
            count=carried.reindex(codes, fill_value=0).to_numpy(),
            base=tags["respondent"].nunique(),
            base_name="answers coded by the researchers",
        )
    )
