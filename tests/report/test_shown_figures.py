"""What run.json of a public report says of its tables."""

import json
import shutil

import pytest
from public_builds import write_public_build, write_small_questionnaire
from small_survey import STEAK

from dmsi_lib.choices import SYNTHETIC_EXPORT
from dmsi_lib.disclosure import ALL, FREE, LEAST
from dmsi_lib.files import sha256
from dmsi_lib.open_answers import pseudonyms
from dmsi_lib.open_answers.pseudonyms import lasting_key
from dmsi_lib.questionnaire.model import build_questionnaire
from dmsi_lib.questionnaire.strict_yaml import parse_yaml
from dmsi_lib.report.shown_figures import _lists
from dmsi_lib.tables import THEMES, TableName

BOXES = """\
  - id: ages
    text: How old are they?
    type: numeric
    page: 5
    rows: {first: First, first.born: Firstborn}
"""


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    place = tmp_path_factory.mktemp("build")
    questionnaire = write_small_questionnaire(place / "questionnaire.yaml")
    export = shutil.copy(SYNTHETIC_EXPORT, place)
    return write_public_build(
        place / "report", export=str(export), questionnaire=str(questionnaire)
    )


def test_shown_figures_name_every_table_and_what_adds_up(build):
    shown = json.loads((build / "run.json").read_text(encoding="utf-8"))["shown"]
    assert shown["tables"].keys() == {path.stem for path in (build / "tables").iterdir()}
    assert shown["tables"]["ircc_funding"] == {
        "question": "ircc_funding", "source": "", "lists": [[ALL, ["yes", "no"]]]
    }  # fmt: skip
    [[total, items]] = shown["tables"]["how_evaluate"]["lists"]
    assert (total, items[-1]) == (LEAST, "other")


def test_shown_figures_do_not_confirm_a_guess_of_the_export(build):
    text = (build / "run.json").read_text(encoding="utf-8")
    assert json.loads(text)["shown"]["export"] not in ("", sha256(SYNTHETIC_EXPORT))


def test_lasting_key_is_none_where_the_folder_takes_none(tmp_path, monkeypatch):
    assert lasting_key(tmp_path / "export.csv") == lasting_key(tmp_path / "export.csv")

    def refuse(folder):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(pseudonyms, "make_key", refuse)
    other = tmp_path / "other"
    other.mkdir()
    assert lasting_key(other / "export.csv") is None


def test_lists_are_the_lines_that_share_a_base():
    questionnaire = build_questionnaire(parse_yaml(STEAK + BOXES))
    table = TableName("views"), questionnaire["views"]
    rows, options = list(table[1].rows), list(table[1].options)
    items = [f"{row}.{option}" for row in rows for option in options]
    parts = [[f"{row}.{option}" for option in options] for row in rows]
    assert _lists(*table, items) == [(ALL, part) for part in parts]
    boxes = TableName("ages"), questionnaire["ages"]
    lines = ["first.answered", "first.born.answered"]
    assert _lists(*boxes, lines) == [(FREE, lines[:1]), (FREE, lines[1:])]
    stated = ["first.answered", "first.not_stated"]
    assert _lists(*boxes, stated) == [(ALL, stated)]
    assert _lists(TableName("ages", THEMES), boxes[1], ["old"]) == [(LEAST, ["old"])]
