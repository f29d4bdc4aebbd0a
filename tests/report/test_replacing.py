"""The place of a report: nothing of anybody's is deleted, and one run at a time works there."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from dmsi_lib import working_folders
from dmsi_lib.errors import InputError
from dmsi_lib.files import sha256
from dmsi_lib.report.replacing import claimed_place, replaced_folder
from dmsi_lib.working_folders import sweep, working_folder


def contents(folder):
    """Every file below a folder with its text, and every empty folder with None."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found[path.relative_to(folder).as_posix()] = path.read_text(encoding="utf-8")
        elif not any(path.iterdir()):
            found[path.relative_to(folder).as_posix()] = None
    return found


def make_report(folder, **parts):
    """A folder with a page, a table and the run.json that lists them."""
    (folder / "tables").mkdir(parents=True)
    (folder / "index.html").write_text("front", encoding="utf-8")
    (folder / "tables" / "role.csv").write_text("n\n1\n", encoding="utf-8")
    files = {name: sha256(folder / name) for name in ("index.html", "tables/role.csv")}
    record = {"files": files, "keys": {}, "seconds": {}} | parts
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    return folder


@contextmanager
def replaced(out):
    with claimed_place(out) as work, replaced_folder(out, work) as folder:
        yield folder


def replace(out, text="new"):
    with replaced(out) as folder:
        (folder / "run.json").write_text(text, encoding="utf-8")


def refuses(out, message):
    """Replacing is refused, and everything around stays as it was."""
    before = contents(out.parent)
    with pytest.raises(InputError, match=message) as refused, replaced(out):
        pytest.fail("the block must not begin")
    assert str(out) in str(refused.value)
    assert contents(out.parent) == before


# ---- what is replaced


def test_replaced_folder_makes_a_new_one(tmp_path):
    with replaced(tmp_path / "deep" / "report") as folder:
        (folder / "run.json").write_text("new", encoding="utf-8")
        assert not (tmp_path / "deep" / "report").exists()
        assert folder.parent.stat().st_mode & 0o777 == 0o700
    assert contents(tmp_path) == {"deep/report/run.json": "new"}
    assert (tmp_path / "deep" / "report").stat().st_mode & 0o777 == 0o755


def test_replaced_folder_leaves_nothing_of_an_old_report(tmp_path):
    report = make_report(tmp_path / "report")
    before = contents(report)
    with replaced(report) as folder:
        (folder / "run.json").write_text("new", encoding="utf-8")
        assert contents(report) == before
    assert contents(tmp_path) == {"report/run.json": "new"}


def test_replaced_folder_takes_a_batch_with_its_reports(tmp_path):
    batch = make_report(tmp_path / "batch", reports={"ontario": "Ontario"})
    make_report(batch / "ontario")
    replace(batch)
    assert contents(tmp_path) == {"batch/run.json": "new"}


@pytest.mark.parametrize("names", [[], [".DS_Store"]])
def test_replaced_folder_takes_a_folder_in_which_nobody_has_put_anything(tmp_path, names):
    (tmp_path / "report").mkdir()
    for name in names:
        (tmp_path / "report" / name).touch()
    replace(tmp_path / "report")
    assert contents(tmp_path) == {"report/run.json": "new"}


def test_replaced_folder_takes_a_report_of_which_files_were_deleted(tmp_path):
    report = make_report(tmp_path / "report")
    (report / "index.html").unlink()
    (report / "tables" / "Thumbs.db").touch()
    replace(report)
    assert contents(tmp_path) == {"report/run.json": "new"}


def test_replaced_folder_replaces_what_a_link_points_to(tmp_path):
    make_report(tmp_path / "real")
    (tmp_path / "report").symlink_to("real", target_is_directory=True)
    replace(tmp_path / "report")
    assert (tmp_path / "report").is_symlink()
    assert (tmp_path / "real" / "run.json").read_text(encoding="utf-8") == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["real", "report"]


# ---- what is not


def test_replaced_folder_refuses_a_foreign_folder(tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "thesis.txt").write_text("years of work", encoding="utf-8")
    refuses(tmp_path / "thesis", "holds files that are no report")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"name": "my simulation"}', '{"files": {}}'])
def test_replaced_folder_refuses_a_thesis_with_some_run_json(tmp_path, text):
    (tmp_path / "thesis" / "chapters").mkdir(parents=True)
    (tmp_path / "thesis" / "chapters" / "one.tex").write_text("years of work", encoding="utf-8")
    (tmp_path / "thesis" / "run.json").write_text(text, encoding="utf-8")
    refuses(tmp_path / "thesis", "holds files that are no report")


@pytest.mark.parametrize("name", ["notes.txt", "tables/notes.txt", "mine/deep/notes.txt"])
def test_replaced_folder_refuses_a_report_with_somebody_s_notes_and_names_them(tmp_path, name):
    report = make_report(tmp_path / "report")
    (report / name).parent.mkdir(parents=True, exist_ok=True)
    (report / name).write_text("a day's work", encoding="utf-8")
    refuses(report, rf"Move that elsewhere, or choose another folder:\n  - {name}$")


def test_replaced_folder_refuses_a_report_in_whose_files_somebody_wrote(tmp_path):
    report = make_report(tmp_path / "report")
    (report / "tables" / "role.csv").write_text("n,note\n1,why?\n", encoding="utf-8")
    refuses(report, r"what was changed since.*\n  - tables/role\.csv$")


def test_replaced_folder_refuses_a_batch_with_somebody_s_notes(tmp_path):
    batch = make_report(tmp_path / "batch", reports={"ontario": "Ontario"})
    make_report(batch / "ontario")
    (batch / "ontario" / "notes.txt").write_text("a day's work", encoding="utf-8")
    refuses(batch, r"  - ontario/notes\.txt$")


def test_replaced_folder_refuses_a_link_among_the_files(tmp_path):
    report = make_report(tmp_path / "report")
    (report / "index.html").rename(tmp_path / "mine.html")
    (report / "index.html").symlink_to(tmp_path / "mine.html")
    refuses(report, r"  - index\.html$")


def test_replaced_folder_refuses_notes_that_come_while_it_works(tmp_path):
    report = make_report(tmp_path / "report")
    with pytest.raises(InputError, match=r"  - notes\.txt$"), replaced(report) as folder:
        (folder / "run.json").write_text("new", encoding="utf-8")
        (report / "notes.txt").write_text("just now", encoding="utf-8")
    assert contents(tmp_path).keys() == {
        *("report/index.html", "report/notes.txt", "report/run.json", "report/tables/role.csv"),
    }


def test_replaced_folder_refuses_a_file(tmp_path):
    (tmp_path / "report").write_text("a file", encoding="utf-8")
    refuses(tmp_path / "report", "is a file; expected a folder")
    refuses(tmp_path / "report" / "below", "can't be written")


# ---- what fails


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_replaced_folder_keeps_the_old_one_where_the_block_fails(tmp_path, error):
    report = make_report(tmp_path / "report")
    before = contents(tmp_path)
    with pytest.raises(error), replaced(report) as folder:
        (folder / "run.json").write_text("new", encoding="utf-8")
        raise error
    assert contents(tmp_path) == before


def test_replaced_folder_leaves_nothing_where_the_block_fails(tmp_path):
    with pytest.raises(ValueError), replaced(tmp_path / "a" / "b" / "report"):
        raise ValueError
    assert contents(tmp_path) == {}


def test_replaced_folder_on_a_full_disk_names_the_report(tmp_path):
    report = make_report(tmp_path / "report")
    before = contents(tmp_path)
    full = pytest.raises(InputError, match=r"report: can't be written \(No space left")
    with full, replaced(report):
        raise OSError(28, "No space left on device")
    assert contents(tmp_path) == before


def test_replaced_folder_brings_the_old_one_back_where_the_new_cannot_move_in(
    tmp_path, monkeypatch
):
    report = make_report(tmp_path / "report")
    before, rename = contents(tmp_path), type(report).rename

    def fails_for_the_new(self, target):
        if (self / "new.html").exists():
            raise PermissionError(13, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(type(report), "rename", fails_for_the_new)
    with pytest.raises(InputError, match="can't be replaced"), replaced(report) as folder:
        (folder / "new.html").write_text("new", encoding="utf-8")
    monkeypatch.undo()
    assert contents(tmp_path) == before


# ---- two runs, and those that were killed


HOLDER = """
import sys
from pathlib import Path
from dmsi_lib.report.replacing import claimed_place
with claimed_place(Path(sys.argv[1])) as work:
    (work / "new").mkdir()
    (work / "new" / "table.csv").write_text("internal")
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that is writing a report."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "report")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    process = subprocess.Popen(command, text=True, **pipes)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_claimed_place_is_refused_while_another_run_works_there(tmp_path, holder):
    refusal = rf"report: another run \(process {holder.pid}\) is writing there\. Run this again"
    with pytest.raises(InputError, match=refusal), claimed_place(tmp_path / "report"):
        pytest.fail("the block must not begin")
    sweep(tmp_path)
    assert (tmp_path / ".report.dmsi" / "new" / "table.csv").exists()
    with claimed_place(tmp_path / "other"):
        pass


def test_what_a_killed_run_left_goes_with_the_next_one(tmp_path, holder):
    holder.kill()
    holder.wait()
    left = {".report.dmsi", ".report.dmsi.lock"}
    assert {path.name for path in tmp_path.iterdir()} == left
    with claimed_place(tmp_path / "other"):
        assert not left & {path.name for path in tmp_path.iterdir()}
    assert contents(tmp_path) == {}


@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_run_that_is_killed_between_two_steps_leaves_a_report(tmp_path, monkeypatch, step):
    report = make_report(tmp_path / "report")
    before, rename, steps = contents(report), Path.rename, []

    def dies(self, target):
        steps.append(self)
        if len(steps) == step:
            raise MemoryError
        return rename(self, target)

    with monkeypatch.context() as context:
        context.setattr(Path, "rename", dies)
        context.setattr(working_folders, "_discard", lambda work: None)  # it is dead
        with pytest.raises(MemoryError):
            replace(report)
    assert (tmp_path / ".report.dmsi").exists()
    sweep(tmp_path)
    assert contents(report) == (before if step < 3 else {"run.json": "new"})
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_a_report_that_was_moved_away_does_not_come_back(tmp_path, monkeypatch):
    report = make_report(tmp_path / "report")
    with monkeypatch.context() as context:
        context.setattr(working_folders, "_discard", lambda work: None)
        replace(report)
    report.rename(tmp_path / "kept")
    sweep(tmp_path)
    assert contents(tmp_path) == {"kept/run.json": "new"}


def test_sweep_leaves_alone_what_is_not_a_working_folder_of_ours(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / ".linked.dmsi").symlink_to(tmp_path / "mine", target_is_directory=True)
    for name in (".hidden", "report.dmsi", ".a.dmsi.backup", ".dmsi"):
        (tmp_path / name).mkdir()
    names = {path.name for path in tmp_path.iterdir()}
    sweep(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == names
    sweep(tmp_path / "nowhere")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such owners")
def test_sweep_leaves_alone_what_belongs_to_another_user(tmp_path, monkeypatch):
    (tmp_path / ".report.dmsi").mkdir()
    monkeypatch.setattr(os, "getuid", lambda: tmp_path.stat().st_uid + 1)
    sweep(tmp_path)
    assert (tmp_path / ".report.dmsi").exists()


def test_working_folders_have_names_of_their_own(tmp_path):
    with working_folder(tmp_path) as one, working_folder(tmp_path) as other:
        assert one != other and one.parent == other.parent == tmp_path
    assert contents(tmp_path) == {}


def test_a_working_folder_goes_even_if_the_run_is_ended_while_it_goes(tmp_path, monkeypatch):
    remove, called = working_folders.shutil.rmtree, []

    def interrupted(*arguments, **options):
        called.append(arguments)
        if len(called) == 1:
            raise KeyboardInterrupt
        remove(*arguments, **options)

    monkeypatch.setattr(working_folders.shutil, "rmtree", interrupted)
    with pytest.raises(KeyboardInterrupt), working_folder(tmp_path, "made"):
        pass
    assert not list(tmp_path.iterdir()) and len(called) == 2
