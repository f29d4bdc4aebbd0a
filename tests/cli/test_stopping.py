"""Signals that ask a program to end, and what a terminal never gets to see."""

import os
import signal
import subprocess
import sys
import threading

import pytest
from processes import wait_until
from small_notebooks import write_notebook
from small_survey import ANSWERS, STEAK, write_survey

from dmsi_lib.cli.output import visible
from dmsi_lib.cli.stopping import Stopped, stopped_by_signals

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
SIGNALS = [signal.SIGTERM, signal.SIGHUP, signal.SIGXCPU]
COMMAND = """
import sys
from pathlib import Path
import dmsi_lib.report.notebooks
from dmsi_lib.cli.commands import main
dmsi_lib.report.notebooks.NOTEBOOKS = Path(sys.argv[1])
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.parametrize("number", SIGNALS)
def test_stopped_by_signals_raises_once_and_sets_everything_back(number):
    before = [signal.getsignal(each) for each in SIGNALS]
    with pytest.raises(Stopped) as stopped, stopped_by_signals():
        try:
            signal.raise_signal(number)
        finally:
            for each in SIGNALS:  # somebody is impatient
                signal.raise_signal(each)
    assert (stopped.value.name, stopped.value.status) == (number.name, 128 + number)
    assert isinstance(stopped.value, KeyboardInterrupt)
    assert [signal.getsignal(each) for each in SIGNALS] == before


def test_stopped_by_signals_lets_nohup_be_obeyed():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stopped_by_signals():
            signal.raise_signal(signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_stopped_by_signals_in_another_thread_does_nothing():
    done = []

    def work():
        with stopped_by_signals():
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]


@pytest.mark.parametrize("number", SIGNALS[:2])
def test_a_report_that_is_stopped_leaves_nothing(tmp_path, number):
    (tmp_path / "data").mkdir()
    export, questionnaire = write_survey(tmp_path / "data")
    source = f"open({str(tmp_path)!r} + '/began', 'w').close()"
    write_notebook(tmp_path / "notebooks" / "01_a.ipynb", source, "import time; time.sleep(60)")
    (tmp_path / "system").mkdir()
    files = ["--export", str(export), "--questionnaire", str(questionnaire)]
    arguments = [str(tmp_path / "notebooks"), "report", *files, "--out", str(tmp_path / "report")]
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(tmp_path / "system")},
    )
    wait_until((tmp_path / "began").exists, 60)
    assert len([path for path in tmp_path.iterdir() if path.name == ".report.dmsi"]) == 1
    assert (tmp_path / ".report.dmsi").stat().st_mode & 0o777 == 0o700
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert (out, err) == ("", f"dmsi: stopped by {number.name}; nothing is half written.\n")
    assert {path.name for path in tmp_path.iterdir()} == {"data", "notebooks", "system", "began"}
    assert list((tmp_path / "system").iterdir()) == []


# ---- the terminal


STEERING = "\x1b[31m\x07\x9b2J\x00\x7f\r\u202e\u2066\u200e\u200f\u061c\u2028\u2069"


def test_visible_writes_out_what_steers():
    assert visible("a\x1b[2Jb\u202ec\x9bd\r") == "a\\x1b[2Jb\\u202ec\\x9bd\\r"
    assert visible("\ud800") == "\\ud800"
    kept = "é “a” — 中文 العربية עברית 👩\u200d🔬\tb\n"
    assert visible(kept) == kept


@pytest.mark.parametrize("place", ["answer", "id", "column", "title"])
def test_what_a_file_says_poses_as_no_line_of_ours(run, tmp_path, place):
    export, questionnaire = write_survey(tmp_path)
    text = export.read_text(encoding="utf-8")
    old = {"title": "Do you eat steak?", "answer": "Rare", "id": "r1", "column": "Do you agree?"}
    hostile = '"x\nPublished: /mnt/share"'
    export.write_text(text.replace(old[place], hostile, 1), encoding="utf-8", newline="")
    _, out, err = run("check", "--export", export, "--questionnaire", questionnaire)
    assert "\nPublished" not in out + err


@pytest.mark.parametrize("place", ["title", "answer", "id", "column"])
def test_what_steers_a_terminal_never_reaches_it(run, tmp_path, place):
    hostile = f"x{STEERING.replace(chr(0), '')}y"
    answers = {column: list(values) for column, values in ANSWERS.items()}
    export, questionnaire = write_survey(tmp_path, STEAK, answers)
    text = export.read_text(encoding="utf-8")
    old = {"title": "Do you eat steak?", "answer": "Rare", "id": "r1", "column": "Do you agree?"}
    export.write_text(text.replace(old[place], f'"{hostile}"', 1), encoding="utf-8", newline="")
    for command in (["check"], ["tables", "--out", tmp_path / "tables.csv"]):
        _, out, err = run(*command, "--export", export, "--questionnaire", questionnaire)
        assert out + err
        assert not set(STEERING) - set("[31m2J") & set(out + err)


def test_what_an_encoding_lacks_is_written_out(tmp_path, steak):
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    export = tmp_path / "größe.csv"
    export.write_bytes((tmp_path / "data" / "export.csv").read_bytes())
    command = [sys.executable, "-m", "dmsi_lib", "tables", "--export", str(export), *steak[2:]]
    command += ["--out", str(tmp_path / "tafel-größe.csv")]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert "tafel-gr\\xf6\\xdfe.csv" in done.stdout
