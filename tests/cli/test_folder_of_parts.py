"""`dmsi tables` of a folder of parts, and what is kept of a large export between two commands."""

import csv

import pytest

from dmsi_lib.choices import KEEPING, KEPT, SYNTHETIC_EXPORT
from dmsi_lib.cli.commands import main
from dmsi_lib.reading import kept
from dmsi_lib.survey import material


@pytest.fixture
def parts(tmp_path):
    with SYNTHETIC_EXPORT.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    folder = tmp_path / "parts"
    folder.mkdir()
    for n in range(2):
        with (folder / f"{n}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows[:2] + rows[2 + n :: 2])
    return folder


def test_the_file_of_a_folder_is_that_of_the_whole(parts, tmp_path, capsys):
    for export, name in ((parts, "a.csv"), (SYNTHETIC_EXPORT, "b.csv")):
        command = ["tables", "--export", str(export), "--by", "role", "--out", str(tmp_path / name)]
        assert main(command) == 0
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    first, second = capsys.readouterr().out.splitlines()
    assert first.split()[1:] == second.split()[1:]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--letters"], "as .csv, groups one under the other"),
        (["--audience", "public"], "as .csv, groups one under the other"),
        (["--by", "nothing"], "There is no question 'nothing'"),
    ],
)
def test_what_a_folder_is_not_for_is_told(parts, tmp_path, capsys, more, told):
    out = tmp_path / "t.csv"
    command = ["tables", "--export", str(parts), "--by", "role", "--out", str(out), *more]
    assert main(command) == 2
    assert told in capsys.readouterr().err and not out.exists()


def test_a_scheduler_is_for_a_folder(tmp_path, capsys):
    command = ["tables", "--scheduler", "tcp://127.0.0.1:1", "--out", str(tmp_path / "t.csv")]
    assert main(command) == 2
    assert "--scheduler goes with --export FOLDER" in capsys.readouterr().err


def test_other_commands_say_what_a_folder_is_for(parts, tmp_path, capsys):
    assert main(["check", "--export", str(parts)]) == 1
    assert "is a folder" in capsys.readouterr().err


def test_a_part_is_not_overwritten(parts, capsys):
    before = (parts / "1.csv").read_bytes()
    assert main(["tables", "--export", str(parts), "--out", str(parts / "1.csv")]) == 1
    assert (parts / "1.csv").read_bytes() == before
    assert "is read by this command" in capsys.readouterr().err


def test_a_large_export_is_kept_unless_told_otherwise(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "_FEWEST_BYTES", 0)
    monkeypatch.delenv(KEEPING, raising=False)
    for name, more in (("a", ["--no-cache"]), ("b", []), ("c", [])):
        material._read.cache_clear()
        assert main(["tables", "--out", str(tmp_path / name / "t.csv"), *more]) == 0
        assert (tmp_path / name / KEPT).exists() == (not more)
    files = [(tmp_path / name / "t.csv").read_bytes() for name in "abc"]
    assert files[0] == files[1] == files[2]
    material._read.cache_clear()
