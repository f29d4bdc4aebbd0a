"""Themes: the codebook, the researchers' tags, and how they are counted."""

import pandas as pd
import pytest
from small_survey import STEAK, make_questionnaire

from dmsi_lib.errors import InputError
from dmsi_lib.open_answers.tags import TAG_COLUMNS
from dmsi_lib.tables.tables import COLUMNS
from dmsi_lib.tables.themes import Theme, read_codebook, theme_table

QUESTIONNAIRE = make_questionnaire()
CODEBOOK = """\
why:
  - code: body
    label: For the body
    definition: Hunger, health.
    keywords: [hunger, health]
  - code: taste
    label: For the taste
"""
THEMES = (
    Theme("body", "For the body", "Hunger, health.", ("hunger", "health")),
    Theme("taste", "For the taste"),
)


def read(folder, text):
    path = folder / "themes.yaml"
    path.write_text(text, encoding="utf-8")
    return read_codebook(path, QUESTIONNAIRE)


def tags(*rows):
    return pd.DataFrame(rows, columns=TAG_COLUMNS)


# ---- the codebook


def test_read_codebook(tmp_path):
    assert read(tmp_path, CODEBOOK) == {"why": THEMES}


def test_read_codebook_of_nobody_is_empty(tmp_path):
    assert read_codebook(tmp_path / "none.yaml", QUESTIONNAIRE) == {}


def test_read_codebook_shares_a_list(tmp_path):
    text = "  - {id: why_not, text: Why not?, type: open, page: 9}\n"
    path = tmp_path / "themes.yaml"
    path.write_text(CODEBOOK + "why_not: why\n", encoding="utf-8")
    codebook = read_codebook(path, make_questionnaire(STEAK + text))
    assert codebook["why_not"] == codebook["why"] == THEMES


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("wy: []", "line 1: 'wy' is no open question"),
        ("doneness:\n  - {code: a, label: A}", "line 1: 'doneness' is no open question"),
        ("why: wy", "line 1: There is no codebook above it 'wy'"),
        ("why: {code: a}", "line 1: 'why' needs a list of themes with code and label"),
        ("why:\n  - {code: a}", "line 1: 'why' needs a list of themes with code and label"),
        ("why:\n  - {code: [a], label: A}", "line 1: 'why' needs a list of themes"),
        ("why:\n  - {code: a, label: {b: c}}", "line 1: 'why' needs a list of themes"),
        ("why:\n  - {code: a, label: A, keywords: b}", "line 1: 'why' needs a list of themes"),
        ("why:\n  - {code: a, label: A}\n  - {code: a, label: B}", "'why' has a theme code twice"),
        ("- a list", "expected question ids"),
        ("why: [", "not valid YAML"),
    ],
)
def test_read_codebook_refuses(tmp_path, text, message):
    with pytest.raises(InputError) as error:
        read(tmp_path, text)
    assert message in str(error.value)
    assert "themes.yaml" in str(error.value)


def test_read_codebook_names_every_fault(tmp_path):
    with pytest.raises(InputError) as error:
        read(tmp_path, "wy: []\nwhy:\n  - {code: a}\n")
    assert "line 1:" in str(error.value) and "line 2:" in str(error.value)


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
