"""Themes: the researchers' tags, and how they are counted."""

import pandas as pd
import pytest
from small_survey import IDS, make_questionnaire

from dmsi_lib.errors import InputError
from dmsi_lib.questionnaire.codebook import Theme
from dmsi_lib.tables.tables import COLUMNS
from dmsi_lib.tables.themes import TAG_COLUMNS, read_tags, theme_table

QUESTIONNAIRE = make_questionnaire()
THEMES = (
    Theme("body", "For the body", "Hunger, health.", ("hunger", "health")),
    Theme("taste", "For the taste"),
)


def write_tags(folder, *rows, header=TAG_COLUMNS):
    path = folder / "why.csv"
    path.write_text("\n".join(",".join(row) for row in [header, *rows]) + "\n", encoding="utf-8")
    return path


def tags(*rows):
    return pd.DataFrame(rows, columns=TAG_COLUMNS)


# ---- the tags


def test_read_tags_keeps_those_of_the_respondents(tmp_path):
    write_tags(
        tmp_path,
        *(("r1", "body", "ann"), ("r3", "taste", "ann"), ("r3", "taste", "ann")),
        *(("r3", "taste", "bob"), ("r99", "body", "ann")),
    )
    found = read_tags(tmp_path, {"why": THEMES}, pd.Index(IDS))
    assert list(found) == ["why"]
    assert list(found["why"].itertuples(index=False, name=None)) == [
        *(("r1", "body", "ann"), ("r3", "taste", "ann"), ("r3", "taste", "bob")),
    ]


def test_read_tags_without_a_file_or_folder(tmp_path):
    assert read_tags(tmp_path / "none", {"why": THEMES}, pd.Index(IDS)) == {}


def test_read_tags_with_a_byte_order_mark(tmp_path):
    path = write_tags(tmp_path, ("r1", "body", "ann"))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(read_tags(tmp_path, {"why": THEMES}, pd.Index(IDS))["why"]) == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"respondent,theme\nr1,body\n", "row 1: expected the columns respondent, theme, coder"),
        (b"", "row 1: expected the columns"),
        (b"respondent,theme,coder\nr1,body\n", "row 2: 2 fields; expected 3"),
        (b"respondent,theme,coder\nr1,body,a\n\n", "row 3: 0 fields; expected 3"),
        (b"respondent,theme,coder\nr1,bdy,a\n", "row 2: There is no theme 'bdy'. Did you mean"),
        (b"respondent,theme,coder\nr1,b\xe9,a\n", "not a readable UTF-8 CSV file"),
        (b'respondent,theme,coder\nr1,"body,a\n', "not a readable UTF-8 CSV file"),
    ],
)
def test_read_tags_refuses(tmp_path, content, message):
    path = tmp_path / "why.csv"
    path.write_bytes(content)
    with pytest.raises(InputError) as error:
        read_tags(tmp_path, {"why": THEMES}, pd.Index(IDS))
    assert message in str(error.value)
    assert str(path) in str(error.value)


def test_read_tags_refuses_a_folder(tmp_path):
    (tmp_path / "why.csv").mkdir()
    with pytest.raises(InputError, match=r"why\.csv"):
        read_tags(tmp_path, {"why": THEMES}, pd.Index(IDS))


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
