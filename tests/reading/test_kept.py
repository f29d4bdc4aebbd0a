"""An export that was kept is what was read."""

import os
import stat

import pytest
from pandas.testing import assert_frame_equal, assert_series_equal
from sample_exports import MEALS, MEALS_TWO_ROWS, write_csv

from dmsi_lib.choices import QUESTIONNAIRE, SYNTHETIC_EXPORT
from dmsi_lib.questionnaire import read_questionnaire
from dmsi_lib.reading.export import read_export
from dmsi_lib.reading.kept import content_key, keep_export, kept_export

MORE = """
  - {id: when, text: When?, type: date, page: 5}
  - {id: more, text: More?, type: single, page: 5, options: [A, B], optional: true}
  - {id: parts, text: Parts?, type: open, page: 5, optional: true}
"""


def shipped(tmp_path):
    return SYNTHETIC_EXPORT, read_questionnaire(QUESTIONNAIRE)


def meals(tmp_path):
    """A file that shows its questionnaire otherwise: without two of its questions."""
    place = tmp_path / "q.yaml"
    place.write_text(f"{MEALS.rstrip()}{MORE}", encoding="utf-8")
    days = ["When?", "Open-Ended Response", "2020-03-01", "", "2020-03-20", "", "", ""]
    rows = [[*row, day] for row, day in zip(MEALS_TWO_ROWS, days, strict=True)]
    rows[4][-3] = "about 30"
    return write_csv(tmp_path / "e.csv", rows), read_questionnaire(place)


@pytest.fixture(params=[shipped, meals], ids=["shipped", "meals"])
def read(request, tmp_path):
    path, questionnaire = request.param(tmp_path)
    return read_export(path, questionnaire), questionnaire


def kept(folder, read, key="k"):
    export, questionnaire = read
    return kept_export(folder, key, export.path, questionnaire, lambda: export.identities)


def test_what_is_kept_is_what_was_read(tmp_path, read):
    export, questionnaire = read
    folder = tmp_path / "kept"
    assert keep_export(folder, "k", export, questionnaire)
    found = kept(folder, read)
    assert_frame_equal(found.responses, export.responses)
    assert_series_equal(found.reached, export.reached)
    for name in ("log", "findings", "columns"):
        assert_frame_equal(getattr(found, name), getattr(export, name), check_dtype=False)
    assert found.questionnaire == export.questionnaire
    orders = [[*q.options, *q.rows] for q in export.questionnaire.questions]
    assert [[*q.options, *q.rows] for q in found.questionnaire.questions] == orders
    assert (found.path, found.synthetic) == (export.path, export.synthetic)
    assert found.field_period == export.field_period


def test_no_name_of_an_identity_column_is_kept(tmp_path):
    path, questionnaire = shipped(tmp_path)
    export = read_export(path, questionnaire)
    rows = path.read_text("utf-8-sig").splitlines()
    people = {word for row in rows[2:] for word in row.split(",")[4:9] if word.isalpha()}
    assert people  # what the fixture stands on
    assert keep_export(tmp_path / "kept", "k", export, questionnaire)
    content = b"".join(p.read_bytes() for p in (tmp_path / "kept" / "k").iterdir())
    found = kept(tmp_path / "kept", (export, questionnaire))
    name = next(word for word in sorted(people) if export.identities.find(word))
    assert found.identities.find(name) == export.identities.find(name)
    cells = export.responses.astype(object).to_numpy().ravel()
    said = {cell for cell in cells if isinstance(cell, str)}
    for word in people:
        if not any(word in text for text in said):
            assert word.encode() not in content, word


@pytest.mark.skipif(os.name == "nt", reason="folders of others are closed there by the system")
def test_nobody_else_may_read_it(tmp_path):
    path, questionnaire = meals(tmp_path)
    folder = tmp_path / "kept"
    keep_export(folder, "k", read_export(path, questionnaire), questionnaire)
    for place in (folder, folder / "k"):
        assert stat.S_IMODE(place.stat().st_mode) == 0o700


def test_what_is_damaged_or_not_there_is_read_anew(tmp_path):
    path, questionnaire = meals(tmp_path)
    read, folder = (read_export(path, questionnaire), questionnaire), tmp_path / "kept"
    assert kept(folder, read) is None
    keep_export(folder, "k", *read)
    place = folder / "k" / "responses.arrow"
    place.write_bytes(place.read_bytes()[:100])
    assert kept(folder, read) is None
    assert keep_export(folder, "k", *read)  # in its place
    assert_frame_equal(kept(folder, read).responses, read[0].responses)
    assert [one.name for one in folder.iterdir()] == ["k"]


def test_nothing_half_kept_is_left_where_writing_fails(tmp_path, monkeypatch):
    path, questionnaire = meals(tmp_path)

    def full(place, frame):
        place.write_bytes(b"half")
        raise OSError("no room")

    monkeypatch.setattr("dmsi_lib.reading.kept._write", full)
    export = read_export(path, questionnaire)
    assert not keep_export(tmp_path / "kept", "k", export, questionnaire)
    assert [*(tmp_path / "kept").iterdir()] == []


def test_what_is_stale_is_swept(tmp_path):
    path, questionnaire = meals(tmp_path)
    export, folder = read_export(path, questionnaire), tmp_path / "kept"
    for number, key in enumerate("abcd"):
        keep_export(folder, key, export, questionnaire)
        os.utime(folder / key, (number, number))
    assert {one.name for one in folder.iterdir()} == {"c", "d"}
    assert content_key(["x", 1]) != content_key(["x", 2])


def test_a_place_that_can_not_be_written_is_no_fault(tmp_path):
    path, questionnaire = meals(tmp_path)
    (tmp_path / "kept").write_text("a file", encoding="utf-8")
    export = read_export(path, questionnaire)
    assert not keep_export(tmp_path / "kept", "k", export, questionnaire)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    assert not keep_export(tmp_path / "link", "k", export, questionnaire)
    assert not [*(tmp_path / "elsewhere").iterdir()]


def test_what_lies_behind_a_link_is_neither_read_nor_replaced(tmp_path):
    path, questionnaire = meals(tmp_path)
    read = read_export(path, questionnaire), questionnaire
    assert keep_export(tmp_path / "elsewhere", "k", *read)
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    assert kept(tmp_path / "elsewhere", read) is not None
    assert kept(tmp_path / "link", read) is None
