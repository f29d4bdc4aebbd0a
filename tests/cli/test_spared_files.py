"""Commands read nothing but files, and overwrite nothing that is not theirs."""

import os
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from fake_report import write_fake_report
from special_files import SPECIAL, pipe, sparse

from dmsi_lib.open_answers.pseudonyms import KEY_FILE

THEMES = "why:\n  - {code: body, label: Body}\n"


@pytest.fixture(autouse=True)
def patience():
    """Fail where something waits for ever, as for somebody who writes into a pipe."""

    def give_up(number, frame):
        pytest.fail("it hangs")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture(params=SPECIAL)
def special(request, tmp_path):
    """Makes a file that is none; gives its path and how messages call it."""
    make, kind = SPECIAL[request.param]
    return lambda path: (make(path), kind)


def kinds(folder):
    """What stands in a folder, by name, as the system has it."""
    found = {path: path.lstat() for path in folder.rglob("*")}
    return {path: (stat.st_mode, stat.st_ino, stat.st_rdev) for path, stat in found.items()}


# ---- what is written


WRITING = {
    "tables": ["tables", "--out"],
    "code": ["code", "--question", "why", "--coder", "ann", "--out"],
    "check": ["check", "--fix"],
    "reconcile": ["reconcile", "--out"],
    "report": ["report", "--out"],
    "batch": ["batch", "--by", "role", "--min-cell", "1", "--out"],
}


@pytest.mark.parametrize("command", WRITING)
def test_a_special_file_is_not_replaced(run, steak, tmp_path, special, notebooks, command):
    notebooks("01_a.ipynb", "1")
    (tmp_path / "data" / "themes.yaml").write_text(THEMES, encoding="utf-8")
    place, _ = special(tmp_path / "out.csv")
    before = kinds(tmp_path)
    name, *options = WRITING[command]
    status, _, err = run(name, *steak, *options, place)
    assert (status, kinds(tmp_path)) == (1, before)
    assert str(place) in err and "fault of the program" not in err


def test_a_special_file_is_not_replaced_by_a_synthetic_export(run, tmp_path, special):
    place, kind = special(tmp_path / "export.csv")
    before = kinds(tmp_path)
    status, _, err = run("synthesize", "--out", place)
    assert (status, kinds(tmp_path)) == (1, before)
    assert kind in err


@pytest.mark.parametrize("name", ["share", "share/index.html", "share/v0001/MANIFEST.json"])
def test_a_special_file_is_not_replaced_on_a_shared_drive(run, tmp_path, special, name):
    build = write_fake_report(tmp_path / "build")
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    place, _ = special(tmp_path / name)
    before = kinds(tmp_path)
    status, _, err = run("publish", tmp_path / "share", "--from", build)
    assert status == (0 if name.endswith("MANIFEST.json") else 1)  # v0001 is no version then
    after = kinds(tmp_path)
    assert all(after[path] == before[path] for path in before if path != place.parent)
    assert "fault of the program" not in err


def test_a_link_on_a_shared_drive_is_not_replaced(run, tmp_path):
    build, share = write_fake_report(tmp_path / "build"), tmp_path / "share"
    assert run("publish", share, "--from", build)[0] == 0
    (share / "index.html").rename(tmp_path / "mine.html")
    (share / "index.html").symlink_to(tmp_path / "mine.html")
    status, _, err = run("publish", share, "--from", build)
    assert status == 1 and "not written by `dmsi publish`" in err
    assert (share / "index.html").is_symlink()


def test_a_link_is_kept_and_what_it_leads_to_is_written(run, steak, tmp_path):
    (tmp_path / "kept.csv").write_text("old", encoding="utf-8")
    for name, target in (("there.csv", "kept.csv"), ("dangling.csv", "new.csv")):
        (tmp_path / name).symlink_to(target)
        assert run("tables", *steak, "--out", tmp_path / name)[0] == 0
        assert os.readlink(tmp_path / name) == target
        assert (tmp_path / target).read_text(encoding="utf-8").startswith("question,item")


def test_links_that_lead_in_a_circle_are_refused(run, steak, tmp_path):
    (tmp_path / "one.csv").symlink_to("two.csv")
    (tmp_path / "two.csv").symlink_to("one.csv")
    status, _, err = run("tables", *steak, "--out", tmp_path / "one.csv")
    assert status == 1 and "one.csv: can't be written (" in err


@pytest.mark.parametrize("how", ["itself", "a link", "a second name", "the questionnaire"])
def test_an_input_is_not_overwritten(run, steak, tmp_path, how):
    export, questionnaire = Path(steak[1]), Path(steak[3])
    place = {"itself": export, "the questionnaire": questionnaire}.get(how, tmp_path / "out.csv")
    if how == "a link":
        place.symlink_to(export)
    elif how == "a second name":
        place.hardlink_to(export)
    before = export.read_bytes(), questionnaire.read_bytes()
    status, _, err = run("tables", *steak, "--out", place)
    assert (status, err) == (
        *(1, f"dmsi: {place}: is read by this command; choose another place to write to.\n"),
    )
    assert (export.read_bytes(), questionnaire.read_bytes()) == before


# ---- what is read


def test_an_export_that_is_no_file_is_refused_at_once(run, steak, tmp_path, special):
    export, kind = special(tmp_path / "special.csv")
    status, _, err = run("check", "--export", export, *steak[2:])
    assert status == 1
    assert err == f"dmsi: {export}: {kind}; expected a .csv, .xlsx or .sav file.\n"


@pytest.mark.parametrize("name", ["questionnaire.yaml", "published_figures.csv", "tags/why.csv"])
def test_a_file_beside_it_that_is_none_is_refused_at_once(run, steak, tmp_path, special, name):
    (tmp_path / "data" / "themes.yaml").write_text(THEMES, encoding="utf-8")
    place = tmp_path / "data" / name
    place.parent.mkdir(exist_ok=True)
    place.unlink(missing_ok=True)
    place, kind = special(place)
    status, _, err = run("check", *steak)
    assert (status, err) == (1, f"dmsi: {place}: {kind}; expected a file.\n")


def test_a_key_that_is_no_file_is_refused_at_once(run, steak, tmp_path):
    place = pipe(tmp_path / "data" / KEY_FILE)
    status, _, err = run("reconcile", *steak, "--out", tmp_path / "out")
    assert (status, err) == (1, f"dmsi: {place}: is a named pipe; expected a file.\n")


def test_a_record_that_is_no_file_makes_no_report(run, steak, tmp_path, notebooks):
    notebooks("01_a.ipynb", "1")
    (tmp_path / "report").mkdir()
    pipe(tmp_path / "report" / "run.json")
    status, _, err = run("report", *steak, "--out", tmp_path / "report")
    assert status == 1 and "holds files that are no report" in err


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured in other units there")
@pytest.mark.parametrize("name", ["export.csv", "questionnaire.yaml", "quotations.csv"])
def test_a_hole_is_refused_before_it_fills_the_memory(steak, tmp_path, name):
    shutil.copytree(tmp_path / "data", tmp_path / "copy")
    sparse(tmp_path / "copy" / name, 900_000_000)
    files = [tmp_path / "copy" / name for name in ("export.csv", "questionnaire.yaml")]
    command = [sys.executable, "-c", MEASURED, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.stderr.startswith(f"dmsi: {tmp_path / 'copy' / name}") and done.returncode == 1
    assert int(done.stdout.split()[-1]) < 400_000  # kilobytes, pandas among them


# VmHWM and not ru_maxrss: that one starts at the size of the process that ran it, a test run's.
MEASURED = """
import pathlib, sys
from dmsi_lib.cli.commands import main
status = main(["check", "--export", sys.argv[1], "--questionnaire", sys.argv[2]])
lines = pathlib.Path("/proc/self/status").read_text().splitlines()
print(next(line.split()[1] for line in lines if line.startswith("VmHWM:")))
sys.exit(status)
"""


# ---- what the system refuses


def test_a_name_that_is_too_long_is_refused(run, steak, tmp_path, notebooks):
    notebooks("01_a.ipynb", "1")
    (tmp_path / "data" / "themes.yaml").write_text(THEMES, encoding="utf-8")
    for command in WRITING:
        name, *options = WRITING[command]
        status, _, err = run(name, *steak, *options, tmp_path / ("n" * 300 + ".csv"))
        assert status == 1, command
        assert "File name too long" in err and len(err.splitlines()) == 1, command


@pytest.fixture
def full(tmp_path):
    """A disk with no space left."""
    place = tmp_path / "full"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this user can't mount a small disk")
    (place / "old.csv").write_text("old", encoding="utf-8")
    with pytest.raises(OSError), open(place / "filler", "wb") as file:
        while True:
            file.write(bytes(1024))
            file.flush()
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("command", ["tables", "reconcile", "report", "batch"])
def test_a_full_disk_is_one_message(run, steak, full, ran, notebooks, command):
    notebooks("01_a.ipynb", "1")
    name, *options = WRITING[command]
    place = full / ("old.csv" if command == "tables" else "new")
    status, _, err = run(name, *steak, *options, place)
    assert status == 1
    assert "(No space left on device). Free some space" in err and len(err.splitlines()) == 1
    names = {path.name for path in full.iterdir()}
    assert names - {"new"} == {"filler", "old.csv"}
    assert (full / "old.csv").read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize("command", ["tables", "report"])
def test_a_limit_on_the_size_of_files_is_one_message(steak, tmp_path, command):
    name, *options = WRITING[command]
    arguments = [*(name, *steak, *options, str(tmp_path / "out.csv"))]

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))

    arguments += ["--only", "01"] if command == "report" else []
    start = [sys.executable, "-B", "-m", "dmsi_lib", *arguments]
    done = subprocess.run(start, capture_output=True, text=True, preexec_fn=limit)
    assert done.returncode == 1
    assert "File too large" in done.stderr and len(done.stderr.splitlines()) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data"]
