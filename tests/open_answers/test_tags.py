"""The researchers' tags, read from their files."""

import pytest

from dmsi_lib.errors import InputError
from dmsi_lib.open_answers.tags import TAG_COLUMNS, read_tag_file
from dmsi_lib.questionnaire.codebook import Theme

THEMES = (Theme("body", "For the body"), Theme("taste", "For the taste"))


def write_tags(folder, *rows, header=TAG_COLUMNS):
    path = folder / "why.csv"
    path.write_text("\n".join(",".join(row) for row in [header, *rows]) + "\n", encoding="utf-8")
    return path


def test_read_tag_file_that_is_not_there_holds_no_tags(tmp_path):
    assert read_tag_file(tmp_path / "none.csv", THEMES).empty


def test_read_tag_file_with_a_byte_order_mark(tmp_path):
    path = write_tags(tmp_path, ("r1", "body", "ann"))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(read_tag_file(tmp_path / "why.csv", THEMES)) == 1


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
def test_read_tag_file_refuses(tmp_path, content, message):
    path = tmp_path / "why.csv"
    path.write_bytes(content)
    with pytest.raises(InputError) as error:
        read_tag_file(tmp_path / "why.csv", THEMES)
    assert message in str(error.value)
    assert str(path) in str(error.value)


def test_read_tag_file_refuses_a_folder(tmp_path):
    (tmp_path / "why.csv").mkdir()
    with pytest.raises(InputError, match=r"why\.csv"):
        read_tag_file(tmp_path / "why.csv", THEMES)
