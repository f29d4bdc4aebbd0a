"""A survey of what was kept is the survey of the file."""

import pytest
from pandas.testing import assert_frame_equal
from sample_exports import MEALS, MEALS_TWO_ROWS, write_csv

from dmsi_lib import Survey
from dmsi_lib.choices import KEEPING
from dmsi_lib.reading import kept
from dmsi_lib.survey import material


@pytest.fixture
def reads(monkeypatch, tmp_path):
    """The paths that were read, where exports of any size are kept; nothing is known before."""
    found = []

    def read_export(path, instrument):
        found.append(path)
        return reader(path, instrument)

    reader = kept.read_export
    monkeypatch.setattr(kept, "read_export", read_export)
    monkeypatch.setattr(kept, "_FEWEST_BYTES", 0)
    monkeypatch.setenv(KEEPING, str(tmp_path / "kept"))
    material._read.cache_clear()
    yield found
    material._read.cache_clear()


def load(folder):
    material._read.cache_clear()  # as another process begins
    return Survey.load(folder / "e.csv", folder / "q.yaml")


def test_an_export_is_read_once_and_again_when_its_content_changes(tmp_path, reads):
    (tmp_path / "q.yaml").write_text(MEALS, encoding="utf-8")
    write_csv(tmp_path / "e.csv", MEALS_TWO_ROWS)
    first, second = load(tmp_path), load(tmp_path)
    assert len(reads) == 1
    assert_frame_equal(first.tables(), second.tables())
    assert_frame_equal(first.status, second.status)
    write_csv(tmp_path / "e.csv", MEALS_TWO_ROWS[:-1])
    assert load(tmp_path).n == first.n - 1 and len(reads) == 2
    (tmp_path / "q.yaml").write_text(MEALS.replace("title: ", "title: Other "), encoding="utf-8")
    load(tmp_path)
    assert len(reads) == 3


def test_names_are_read_from_the_file_once_they_are_needed(tmp_path, reads):
    (tmp_path / "q.yaml").write_text(MEALS, encoding="utf-8")
    write_csv(tmp_path / "e.csv", MEALS_TWO_ROWS)
    first, second = load(tmp_path), load(tmp_path)
    assert len(reads) == 1
    assert second.export.identities.find("Annabel") == first.export.identities.find("Annabel")
    assert len(reads) == 2


def test_nothing_is_kept_unasked_or_where_reading_takes_no_time(tmp_path, reads, monkeypatch):
    (tmp_path / "q.yaml").write_text(MEALS, encoding="utf-8")
    write_csv(tmp_path / "e.csv", MEALS_TWO_ROWS)
    monkeypatch.setattr(kept, "_FEWEST_BYTES", 10**9)
    load(tmp_path)
    monkeypatch.setattr(kept, "_FEWEST_BYTES", 0)
    monkeypatch.delenv(KEEPING)
    load(tmp_path)
    assert not (tmp_path / "kept").exists()
