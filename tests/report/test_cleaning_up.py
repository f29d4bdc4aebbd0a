"""`make clean`: what the program wrote goes, what anybody else wrote stays."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dmsi_lib.choices import Choices, Options
from dmsi_lib.errors import InputError
from dmsi_lib.files import sha256
from dmsi_lib.report.cleaning_up import clean, main
from dmsi_lib.report.start import make_batch, make_report

ROOT = Path(__file__).resolve().parents[2]


def write_report(folder, **parts):
    """A folder with two pages and a run.json that lists them."""
    (folder / "tables").mkdir(parents=True)
    (folder / "index.html").write_text("front")
    (folder / "tables" / "role.csv").write_text("n\n1\n")
    files = {name: sha256(folder / name) for name in ("index.html", "tables/role.csv")}
    record = {"files": files, "keys": {}, "seconds": {}} | parts
    (folder / "run.json").write_text(json.dumps(record))
    return folder


def contents(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


@pytest.fixture
def outputs(tmp_path):
    folder = tmp_path / "outputs"
    folder.mkdir()
    (folder / ".gitkeep").touch()
    return folder


def test_clean_deletes_a_report_and_keeps_the_folder(outputs):
    report = write_report(outputs / "report")
    assert clean(outputs) == ([report], [])
    assert contents(outputs) == {".gitkeep"}


def test_clean_deletes_real_reports_and_batches(outputs, notebooks, ran, steak):
    notebooks("01_first.ipynb")
    choices, options = Choices(steak[1], steak[3], min_cell=1), Options()
    make_report(outputs / "report", choices, options, print)
    make_batch(outputs / "batch", ["role"], choices, options, print)
    assert {"batch/run.json", "report/tables"} <= contents(outputs)
    assert clean(outputs) == ([outputs / "batch", outputs / "report"], [])
    assert contents(outputs) == {".gitkeep"}


def test_clean_deletes_a_report_within_a_folder(outputs):
    report = write_report(outputs / "2018" / "report")
    (outputs / "2018" / "notes.txt").touch()
    assert clean(outputs) == ([report], [outputs / "2018" / "notes.txt"])


@pytest.mark.parametrize("name", ["ann.xlsx", "tables.csv", ".respondent-key", "run.json"])
def test_clean_keeps_a_file(outputs, name):
    (outputs / name).write_text("{}")
    assert clean(outputs) == ([], [outputs / name])
    assert (outputs / name).exists()


def test_clean_keeps_folders_that_are_no_report(outputs):
    for name in ("reconciled", "shared/v0001"):
        (outputs / name).mkdir(parents=True)
        (outputs / name / "edits.csv").touch()
    (outputs / "empty").mkdir()
    before = contents(outputs)
    names = ["empty", "reconciled", "shared"]  # each as a whole
    assert clean(outputs) == ([], [outputs / name for name in names])
    assert contents(outputs) == before


@pytest.mark.parametrize("name", ["mine.xlsx", "tables/mine.csv", "notebooks/mine.ipynb"])
def test_clean_keeps_a_report_to_which_a_file_was_added(outputs, name):
    report = write_report(outputs / "report")
    (report / name).parent.mkdir(exist_ok=True)
    (report / name).touch()
    before = contents(outputs)
    assert clean(outputs) == ([], [report / name])
    assert contents(outputs) == before


def test_clean_keeps_a_report_of_which_a_file_was_changed(outputs):
    report = write_report(outputs / "report")
    (report / "tables" / "role.csv").write_text("n\n2\n")
    before = contents(outputs)
    assert clean(outputs) == ([], [report / "tables" / "role.csv"])
    assert contents(outputs) == before


def test_clean_deletes_what_is_left_of_a_report(outputs):
    report = write_report(outputs / "report")
    (report / "index.html").unlink()
    (report / "tables" / ".DS_Store").touch()  # a file manager's, nobody's work
    assert clean(outputs) == ([report], [])


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"files": {}}', '{"files": [], "keys": {}, "seconds": {}}']
)
def test_clean_keeps_a_folder_whose_run_json_says_nothing(outputs, text):
    report = write_report(outputs / "report")
    (report / "run.json").write_text(text)
    assert clean(outputs) == ([], [report])
    assert (report / "index.html").exists()


def test_clean_keeps_what_only_looks_like_a_part_of_a_batch(outputs):
    batch = write_report(outputs / "batch", reports={"ontario": "Ontario", ".": "", "..": ""})
    write_report(batch / "ontario")
    strange = write_report(batch / "my-copy")
    deleted, kept = clean(outputs)
    assert deleted == []
    assert kept == sorted(strange / n for n in ("index.html", "run.json", "tables/role.csv"))


def test_clean_keeps_a_batch_of_which_a_report_was_changed(outputs):
    batch = write_report(outputs / "batch", reports={"ontario": "Ontario"})
    write_report(batch / "ontario")
    (batch / "ontario" / "run.json").write_text("broken")
    assert batch / "ontario" / "run.json" in clean(outputs)[1]
    assert (batch / "index.html").exists()


# ---- links


def test_clean_keeps_links_and_what_they_lead_to(outputs, tmp_path):
    target = write_report(tmp_path / "elsewhere")
    (outputs / "link").symlink_to(target)
    before = contents(target)
    assert clean(outputs) == ([], [outputs / "link"])
    assert contents(target) == before and (outputs / "link").is_symlink()


def test_clean_follows_no_link_within_a_report(outputs, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "role.csv").write_text("n\n1\n")  # as on the list, to the letter
    report = write_report(outputs / "report")
    shutil.rmtree(report / "tables")
    (report / "tables").symlink_to(elsewhere)
    assert clean(outputs) == ([], [report / "tables"])
    assert (elsewhere / "role.csv").exists()


def test_clean_keeps_a_link_in_the_place_of_a_file(outputs, tmp_path):
    report = write_report(outputs / "report")
    (report / "index.html").rename(tmp_path / "mine.html")
    (report / "index.html").symlink_to(tmp_path / "mine.html")
    assert clean(outputs) == ([], [report / "index.html"])


def test_clean_ends_where_a_link_leads_back(outputs):
    batch = write_report(outputs / "batch", reports={"ontario": "Ontario"})
    (batch / "ontario").symlink_to(batch)
    assert clean(outputs) == ([], [batch / "ontario"])


def test_clean_leaves_what_a_list_names_outside(outputs, tmp_path):
    mine = tmp_path / "mine.txt"
    mine.write_text("mine")
    names = ["../../mine.txt", str(mine), "../ann.csv"]
    (outputs / "ann.csv").write_text("mine")
    files = dict.fromkeys(names, sha256(mine))
    write_report(outputs / "report", files=files)
    clean(outputs)
    assert mine.exists() and (outputs / "ann.csv").exists()


# ---- the command


def test_clean_of_no_folder_does_nothing(tmp_path):
    assert clean(tmp_path / "outputs") == ([], [])


def test_clean_says_what_it_could_not_delete(outputs, monkeypatch):
    write_report(outputs / "report")

    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(InputError, match=r"role\.csv: can't be deleted \(Permission denied\)"):
        clean(outputs)


def test_main_names_what_it_deleted_and_kept(outputs, capsys):
    write_report(outputs / "report")
    (outputs / "ann.xlsx").touch()
    assert main(str(outputs)) == 0
    assert capsys.readouterr().out == (
        f"deleted {outputs / 'report'}\n"
        f"kept {outputs / 'ann.xlsx'}, which is not as `dmsi report` or `dmsi batch` wrote it\n"
    )


@pytest.fixture
def repository(tmp_path):
    """The Makefile and what it cleans; as of the README, with the sheet of a coder in outputs/."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("dmsi_lib", "tests", "notebooks", "outputs", "dmsi_lib/__pycache__"):
        (tmp_path / name).mkdir()
    write_report(tmp_path / "outputs" / "report")
    (tmp_path / "outputs" / "ann.xlsx").write_text("a day's work")
    return tmp_path


def make(folder, target):
    unwanted = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")
    environment = {name: value for name, value in os.environ.items() if name not in unwanted}
    environment["PYTHONPATH"] = str(ROOT)
    command = ["make", "--silent", target]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


@needs_make
@pytest.mark.parametrize("target", ["clean", "distclean"])
def test_make_keeps_the_work_of_a_coder(repository, target):
    python = repository / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    said = make(repository, target)
    assert "deleted outputs/report\nkept outputs/ann.xlsx" in said
    assert contents(repository / "outputs") == {"ann.xlsx"}
    assert not (repository / "dmsi_lib" / "__pycache__").exists()
    assert python.exists() == (target == "clean")


@needs_make
def test_make_clean_without_an_environment_keeps_all_outputs(repository):
    assert "outputs/ stays as it is" in make(repository, "clean")
    assert {"ann.xlsx", "report/index.html"} <= contents(repository / "outputs")
    assert not (repository / "dmsi_lib" / "__pycache__").exists()
