"""`dmsi check --fix`: what is written, that the rest stays, and what is never overwritten."""

import pytest
from sample_exports import MEALS, MEALS_TWO_ROWS, replaced, write_csv

from dmsi_lib.errors import InputError
from dmsi_lib.questionnaire.model import read_questionnaire
from dmsi_lib.reading.advice.fixing import fix_questionnaire
from dmsi_lib.reading.export import read_export

WITH_COMMENTS = MEALS.replace("questions:\n", "questions:  # all of them\n\n  # ---- page 1\n")


def fixed(folder, rows, text=WITH_COMMENTS):
    """What `fix_questionnaire` gives, and the lines that it has added or changed."""
    (folder / "q.yaml").write_text(text, encoding="utf-8")
    path, out = write_csv(folder / "export.csv", rows), folder / "out.yaml"
    found = fix_questionnaire(path, folder / "q.yaml", out)
    assert (folder / "q.yaml").read_text(encoding="utf-8") == text
    if not out.exists():
        return found, []
    after = out.read_text(encoding="utf-8").splitlines()
    kept = [line for line in after if line in text.splitlines()]
    assert [line for line in text.splitlines() if line in after] == kept
    return found, [line for line in after if line not in kept]


def test_fix_questionnaire_marks_every_change_and_keeps_the_rest(tmp_path):
    rows = replaced(replaced(MEALS_TWO_ROWS, 0, 6, "Where do you eat a lunch?"), 2, 5, "Yess")
    (changes, refused), lines = fixed(tmp_path, rows)
    assert refused is None
    assert [(change.question, change.yaml) for change in changes] == [
        ("place", 'aliases: ["Where do you eat a lunch?"]'),
        ("eats", 'options: {"yes": {label: "Yes", aliases: ["Yess"]}}'),
    ]
    mark, eats, other, aliases = lines
    assert mark.startswith(
        '  # proposed: options: {"yes": {label: "Yes", aliases: ["Yess"]}}, since'
    )
    assert 'options: {yes: {label: "Yes", aliases: ["Yess"]}, no: "No"}}' in eats
    assert other.startswith('  # proposed: aliases: ["Where do you eat a lunch?"], since question')
    assert "(line" not in other
    assert aliases == '    aliases: ["Where do you eat a lunch?"]'
    export = read_export(tmp_path / "export.csv", read_questionnaire(tmp_path / "out.yaml"))
    assert export.responses["eats", ""].value_counts()["yes"] == 4


def test_fix_questionnaire_writes_nothing_for_a_file_that_fits(tmp_path):
    (changes, refused), lines = fixed(tmp_path, MEALS_TWO_ROWS)
    assert (changes, refused, lines) == ([], None, [])


def test_fix_questionnaire_writes_what_helps_and_says_what_is_left(tmp_path):
    rows = replaced(replaced(MEALS_TWO_ROWS, 0, 5, "Do you eat a lunch?"), 3, 0, "101")
    (changes, refused), lines = fixed(tmp_path, rows)
    assert len(changes) == 1 and len(lines) == 2
    assert "respondent ids stand more than once" in str(refused)
    assert "eats" not in str(refused)


def test_fix_questionnaire_writes_nothing_where_nothing_helps(tmp_path):
    (changes, refused), lines = fixed(tmp_path, replaced(MEALS_TWO_ROWS, 3, 0, "101"))
    assert changes == lines == [] and refused is not None


@pytest.mark.parametrize("name", ["q.yaml", "export.csv", "folder", "link"])
def test_fix_questionnaire_overwrites_nothing(tmp_path, name):
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    (tmp_path / "q.yaml").write_text(MEALS, encoding="utf-8")
    path = write_csv(tmp_path / "export.csv", replaced(MEALS_TWO_ROWS, 0, 5, "Do you eat a lunch?"))
    before = path.read_bytes()
    with pytest.raises(InputError, match="is there already, and nothing is overwritten"):
        fix_questionnaire(path, tmp_path / "q.yaml", tmp_path / name)
    assert path.read_bytes() == before and not (tmp_path / "nowhere").exists()


def test_fix_questionnaire_needs_the_folder_of_what_it_writes(tmp_path):
    with pytest.raises(InputError, match="there is no folder"):
        fix_questionnaire(tmp_path / "e.csv", tmp_path / "q.yaml", tmp_path / "no" / "out.yaml")


def test_fix_questionnaire_refuses_a_questionnaire_that_is_none(tmp_path):
    path = write_csv(tmp_path / "export.csv", MEALS_TWO_ROWS)
    (tmp_path / "q.yaml").write_text(MEALS.replace("page: 1", "page: none"), encoding="utf-8")
    with pytest.raises(InputError, match="the questionnaire can't be used"):
        fix_questionnaire(path, tmp_path / "q.yaml", tmp_path / "out.yaml")
    assert not (tmp_path / "out.yaml").exists()


def test_an_answer_that_is_added_is_an_option_of_what_is_recoded_too(tmp_path):
    text = """\
title: T
questions:
  - {id: one, text: Which?, type: single, page: 1, options: {a: A, b: B}}
  - {id: two, text: And then?, type: single, page: 1, options: {a: A, b: B}}
derived:
  - {id: all, text: Either, coalesce: [one, two]}
  - {id: some, text: Some, recode: all, options: {c: {label: A or B, codes: [a, b]}}}
  - {id: whole, text: Whole, recode: some, options: {x: {label: X, codes: c}}}
"""
    given = [[str(n), "A", "BC"[n % 2]] for n in range(40)]
    rows = [["Respondent ID", "Which?", "And then?"], *given]
    (changes, refused), lines = fixed(tmp_path, rows, text)
    assert refused is None and {change.question for change in changes} == {"two", ""}
    assert lines[-2:] == [
        "  - {id: some, text: Some, recode: all, options: {c: {label: A or B, codes: [a, b]},"
        ' c_2: {label: "C", codes: c}}}',
        "  - {id: whole, text: Whole, recode: some, options: {x: {label: X, codes: c},"
        ' c_2: {label: "C", codes: c_2}}}',
    ]
    read_export(tmp_path / "export.csv", read_questionnaire(tmp_path / "out.yaml"))
