"""Themes: the researchers' tags, and how they are counted."""

import pandas as pd
from small_survey import make_questionnaire

from dmsi_lib.open_answers.tags import TAG_COLUMNS
from dmsi_lib.questionnaire.codebook import Theme
from dmsi_lib.tables.tables import COLUMNS
from dmsi_lib.tables.themes import theme_table

QUESTIONNAIRE = make_questionnaire()
THEMES = (
    Theme("body", "For the body", "Hunger, health.", ("hunger", "health")),
    Theme("taste", "For the taste"),
)


def tags(*rows):
    return pd.DataFrame(rows, columns=TAG_COLUMNS)


# ---- the counts


def test_theme_table_counts_respondents_not_tags():
    found = theme_table(
        QUESTIONNAIRE["why"],
        THEMES,
        tags(
            *(("r1", "body", "ann"), ("r1", "body", "bob"), ("r1", "taste", "ann")),
            *(("r3", "taste", "ann"), ("r6", "body", "bob"), ("r7", "body", "bob")),
        ),
    )
    assert list(found.columns) == COLUMNS
    assert list(found[["item", "count", "base", "percent"]].itertuples(index=False, name=None)) == [
        *(("body", 3, 4, 75.0), ("taste", 2, 4, 50.0)),
    ]
    assert found["label"].tolist() == ["For the body", "For the taste"]
    assert set(found["base_name"]) == {"answers coded by the researchers"}
    assert set(found["question"]) == {"why"}


def test_theme_table_without_tags_has_no_percent():
    found = theme_table(QUESTIONNAIRE["why"], THEMES, tags())
    assert found["count"].tolist() == [0, 0]
    assert found["base"].tolist() == [0, 0]
    assert found["percent"].isna().all()
