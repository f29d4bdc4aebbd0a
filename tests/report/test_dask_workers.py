"""Notebooks on the workers of a scheduler: the same report, whatever happens to the workers."""

import csv
import io
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from small_notebooks import LOAD, content, last_text, make_task, run_alone, write_notebook

pytest.importorskip("distributed", reason="needs the extra packages of `cluster`")

from dask_cluster import Cluster, stop
from processes import wait_until

from dmsi_lib.choices import QUESTIONNAIRE, SYNTHETIC_EXPORT, Baseline, Choices, Options
from dmsi_lib.errors import NotebookError
from dmsi_lib.questionnaire.model import read_questionnaire
from dmsi_lib.reading.export import read_export
from dmsi_lib.report import dask_client
from dmsi_lib.report import dask_workers as module
from dmsi_lib.report.dask_workers import bundle_files, run_on_cluster
from dmsi_lib.report.execution import Task
from dmsi_lib.report.notebooks import edition, read_source, section_notebooks
from dmsi_lib.report.start import make_report

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
# Kills the worker above this notebook, whether its kernel was forked or not.
KILL = (
    "import psutil, time\n"
    "above = psutil.Process().parents()\n"
    "next(p for p in above if 'worker' in p.cmdline()).kill()\n"
    "time.sleep(60)"
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    started = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        started.wait(2)
        yield started
    finally:
        started.close()


@pytest.fixture
def cluster(shared):
    """Two workers, none of whom has anything left over from before or afterwards."""
    shared.wait(2)
    yield shared
    shared.wait_until_clean()


@pytest.fixture
def bundle(steak):
    return bundle_of(steak)


def bundle_of(steak, **other):
    choices = Choices(export=str(steak[1]), questionnaire=str(steak[3]), **other)
    return bundle_files(choices, read_questionnaire(choices.questionnaire_path))


def pid_of(path):
    """The process id that a notebook has written, once it has."""
    wait_until(lambda: path.exists() and path.read_text(), 30)
    return int(path.read_text())


def files(folder):
    return {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}


# ---- what is sent


def write_export(path, headers):
    """An export with columns that name people, as .csv or .xlsx, with one or two header rows."""
    titles = ["Respondent ID", "IP Address", "First Name", "E-mail address", "Phone Number"]
    titles += ["Custom Data 1", "Are you a cook or a guest?", "Why?"]
    rows = [titles, [""] * 6 + ["Response", "Open-Ended Response"]][:headers]
    for n, role in enumerate(("Cook", "Guest"), 1):
        people = [f"192.0.2.{n}", f"Ann{n}", f"ann{n}@example.org", "555-0100", f"secret{n}"]
        rows.append([f"r{n}", *people, role, 'he said "so",\nthen left'])
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
    else:
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    return rows


INSTRUMENT = """\
title: Steak
wave: "2014"
questions:
  - id: role
    text: Are you a cook or a guest?
    type: single
    page: 1
    options: {cook: Cook, guest: Guest}
  - id: why
    text: Why?
    type: open
    page: 2
"""


@pytest.mark.parametrize("headers", [1, 2])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_bundle_files_blanks_who_it_was_and_nothing_else(tmp_path, ending, headers):
    export, instrument = tmp_path / f"answers.{ending}", tmp_path / "instrument.yaml"
    instrument.write_text(INSTRUMENT, encoding="utf-8")
    rows = write_export(export, headers)
    questionnaire = read_questionnaire(instrument)
    bundle = bundle_files(Choices(str(export), str(instrument)), questionnaire)
    assert bundle.parameters["export"] == "export/answers.csv"
    text = bundle.files["export/answers.csv"].decode("utf-8")
    sent = list(csv.reader(io.StringIO(text, newline="")))
    assert sent[:headers] == rows[:headers]
    assert sent[headers:] == [[row[0], *[""] * 5, *row[6:]] for row in rows[headers:]]
    assert not [word for word in ("192.0", "Ann", "ann", "555", "secret") if word in text]
    (tmp_path / "sent.csv").write_text(text, encoding="utf-8", newline="")
    there = read_export(tmp_path / "sent.csv", questionnaire).responses
    assert there.equals(read_export(export, questionnaire).responses)


def test_bundle_files_of_an_earlier_wave_names_nobody_either(tmp_path):
    instrument = tmp_path / "instrument.yaml"
    instrument.write_text(INSTRUMENT, encoding="utf-8")
    (tmp_path / "old").mkdir()
    rows = write_export(tmp_path / "answers.csv", 2)
    write_export(tmp_path / "old" / "answers.xlsx", 2)
    earlier = Baseline(str(tmp_path / "old" / "answers.xlsx"), str(instrument))
    choices = Choices(str(tmp_path / "answers.csv"), str(instrument), baseline=earlier)
    bundle = bundle_files(choices, read_questionnaire(instrument))
    assert bundle.parameters["baseline"] == "baseline/answers.csv"
    assert bundle.parameters["baseline_questionnaire"] == "baseline/instrument.yaml"
    sent = bundle.files["baseline/answers.csv"].decode("utf-8")
    assert list(csv.reader(io.StringIO(sent, newline="")))[2:] == [
        [row[0], *[""] * 5, *row[6:]] for row in rows[2:]
    ]
    plain = replace(choices, baseline=None)
    assert "baseline" not in bundle_files(plain, read_questionnaire(instrument)).parameters


def test_bundle_files_holds_nothing_of_a_contact_question(tmp_path):
    export, instrument = tmp_path / "answers.csv", tmp_path / "instrument.yaml"
    instrument.write_text(INSTRUMENT, encoding="utf-8")
    titles = ["Respondent ID", "Are you a cook or a guest?", "Contact information", "", "", "Why?"]
    labels = ["", "Response", "Name", "Email Address", "Phone Number", "Open-Ended Response"]
    people = [
        ["r1", "Cook", "Zebulon Quarterfield", "zq@example.org", "555 0100", "so"],
        ["r2", "Guest", "", "", "", "no"],
    ]
    with export.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([titles, labels, *people])
    questionnaire = read_questionnaire(instrument)
    bundle = bundle_files(Choices(str(export), str(instrument)), questionnaire)
    text = bundle.files["export/answers.csv"].decode("utf-8")
    sent = list(csv.reader(io.StringIO(text, newline="")))
    assert sent == [
        titles,
        labels,
        ["r1", "Cook", "", "", "", "so"],
        ["r2", "Guest", "", "", "", "no"],
    ]
    (tmp_path / "sent.csv").write_text(text, encoding="utf-8", newline="")
    there = read_export(tmp_path / "sent.csv", questionnaire).responses
    assert there.equals(read_export(export, questionnaire).responses)


def test_bundle_files_holds_all_input_files(tmp_path):
    bundle = bundle_files(Choices(), read_questionnaire(QUESTIONNAIRE))
    beside = {f"export/tags/{path.name}" for path in SYNTHETIC_EXPORT.parent.glob("tags/*.csv")}
    assert {"of/questionnaire.yaml", "of/themes.yaml", "of/published_figures.csv"} < set(
        bundle.files
    )
    assert beside < set(bundle.files)
    assert bundle.files["of/questionnaire.yaml"] == QUESTIONNAIRE.read_bytes()
    (tmp_path / "plan.csv").write_text("a", encoding="utf-8")
    planned = bundle_files(Choices(), read_questionnaire(QUESTIONNAIRE), tmp_path / "plan.csv")
    assert planned.files[planned.parameters["plan"]] == b"a"


# ---- the same report


@ON_LINUX
@pytest.mark.slow
def test_a_page_of_two_waves_comes_from_a_cluster_beside_pages_of_one(
    cluster, tmp_path, notebooks, steak
):
    notebooks("01_a.ipynb", LOAD, "survey.n")
    earlier = Baseline(steak[1], steak[3], ("role",))
    choices = Choices(export=steak[1], questionnaire=steak[3], baseline=earlier)
    options = Options(scheduler=cluster.address)
    make_report(tmp_path / "there", choices, options, lambda line: None)
    page = (tmp_path / "there" / "85_compared_waves.html").read_text("utf-8")
    assert "Nothing was changed in the questionnaire." in page
    assert (tmp_path / "there" / "01_a.html").exists()


@ON_LINUX
@pytest.mark.slow
def test_report_from_a_cluster_is_the_same(cluster, tmp_path, notebooks, steak):
    notebooks("01_a.ipynb", LOAD, "survey.n, survey.edit", 'survey.show("doneness")')
    notebooks("02_b.ipynb", LOAD, 'survey.plot("doneness")')
    choices = Choices(export=steak[1], questionnaire=steak[3], edit="gate")
    lines = []
    for name, options in (("here", Options()), ("there", Options(scheduler=cluster.address))):
        make_report(tmp_path / name, choices, options, lines.append)
    here, there = files(tmp_path / "here"), files(tmp_path / "there")
    assert set(here) == set(there)
    assert sorted(line[:4] for line in lines) == ["01_a", "01_a", "02_b", "02_b"]
    for name in set(here) - {Path("index.html"), Path("run.json")}:
        if name.suffix == ".ipynb":
            assert content(read_source(here[name])) == content(read_source(there[name])), name
        else:
            assert here[name].read_bytes() == there[name].read_bytes(), name
    # and known by the same key, so that neither need be made again
    assert not make_report(tmp_path / "there", choices, Options(), pytest.fail)


@ON_LINUX
@pytest.mark.slow
def test_run_on_cluster_of_a_section_gives_the_outputs_of_a_local_run(cluster):
    [source] = section_notebooks(["02"])
    notebook = edition(read_source(source), "internal")
    task = Task(source.stem, notebook, Choices().parameters())
    bundle = bundle_files(Choices(), read_questionnaire(QUESTIONNAIRE))
    [there] = run_on_cluster([task], cluster.address, bundle)
    here = run_alone(task)
    assert content(there.notebook) == content(here.notebook)
    assert there.seconds > 0


@ON_LINUX
@pytest.mark.slow
def test_run_on_cluster_writes_input_files_once_on_each_worker(cluster, tmp_path, bundle):
    source = write_notebook(
        tmp_path / "01_a.ipynb",
        "from pathlib import Path\nimport time; time.sleep(0.3)\nplace = Path(export)",
        "str(place.parents[1]), place.stat().st_mtime_ns, place.stat().st_ino",
    )
    tasks = [make_task(source, {"export": None}) for _ in range(8)]
    runs = run_on_cluster(tasks, cluster.address, bundle)
    found = {eval(last_text(run)) for run in runs}
    assert len(found) == len({place for place, *_ in found}) == 2
    assert {worker.folder for worker in cluster.workers} == {
        next(parent for parent in Path(place).parents if parent.parent == cluster.folder)
        for place, *_ in found
    }


@ON_LINUX
@pytest.mark.slow
def test_run_on_cluster_for_two_at_once(cluster, tmp_path, bundle):
    source = write_notebook(tmp_path / "01_a.ipynb", "import time; time.sleep(1.5)\nexport")
    quick, results = write_notebook(tmp_path / "02_b.ipynb", "2"), []

    def work():
        results.extend(run_on_cluster([make_task(source)] * 2, cluster.address, bundle))

    other = threading.Thread(target=work)
    other.start()
    assert [last_text(run) for run in run_on_cluster([make_task(quick)], cluster.address, bundle)]
    other.join(60)
    assert len(results) == 2


@ON_LINUX
@pytest.mark.slow
def test_run_on_cluster_others_finish_when_one_fails(cluster, tmp_path, bundle):
    bad = write_notebook(tmp_path / "01_a.ipynb", "fine = 1", "fine / 0")
    dead = write_notebook(tmp_path / "02_b.ipynb", "import os; os._exit(1)")
    good = write_notebook(tmp_path / "03_c.ipynb", "'done'")
    done = []
    with pytest.raises(NotebookError) as error:
        tasks = [make_task(path, {"edit": "none"}) for path in (bad, dead, good)]
        run_on_cluster(tasks, cluster.address, bundle, done.append)
    assert [run.name for run in done] == ["03_c"]
    lines = str(error.value).splitlines()
    assert lines[0] == "01_a.ipynb, cell 4: ZeroDivisionError: division by zero"
    assert lines[2].startswith("02_b.ipynb: the kernel died")
    assert len(lines) == 3


def test_run_on_cluster_unknown_parameter_is_refused_before_anything_is_sent(tmp_path, bundle):
    task = make_task(write_notebook(tmp_path / "01_a.ipynb"), {"edti": "gate"})
    with pytest.raises(NotebookError, match=r"01_a\.ipynb: has no parameter 'edti'"):
        run_on_cluster([task], "tcp://127.0.0.1:9", bundle)


# ---- workers that are lost


@ON_LINUX
@pytest.mark.slow
def test_notebook_of_a_killed_worker_is_run_by_another(cluster, tmp_path, notebooks, steak, run):
    marker = tmp_path / "marker"
    notebooks(
        "01_a.ipynb",
        f"import os, pathlib, time\nmarker = pathlib.Path({str(marker)!r})",
        "first = not marker.exists()\n_ = marker.write_text(str(os.getpid()))",
        "time.sleep(60 if first else 0)\nfirst",
    )
    notebooks("02_b.ipynb", "'done'")
    killer = threading.Thread(target=lambda: cluster.worker_of(pid_of(marker)).kill())
    killer.start()
    out = tmp_path / "report"
    status, said, err = run("report", *steak, "--out", out, "--scheduler", cluster.address)
    killer.join()
    assert (status, err) == (0, "")
    assert sorted(line[:4] for line in said.splitlines()) == ["01_a", "02_b", "Repo"]
    cells = read_source(out / "notebooks" / "01_a.ipynb").cells
    assert cells[-1].outputs[0].data["text/plain"] == "False"


@ON_LINUX
@pytest.mark.slow
def test_notebook_that_kills_every_worker_is_given_up(cluster, tmp_path, notebooks, steak, run):
    cluster.wait(3)  # of whom it kills two
    notebooks("01_a.ipynb", KILL)
    for n in range(2, 6):
        notebooks(f"0{n}_b.ipynb", "'done'")
    out = tmp_path / "report"
    status, said, err = run("report", *steak, "--out", out, "--scheduler", cluster.address)
    assert status == 1
    assert err.startswith("dmsi: 01_a.ipynb: every worker that ran it died;")
    assert len(err.splitlines()) == 1
    assert sorted(line[:4] for line in said.splitlines()) == ["02_b", "03_b", "04_b", "05_b"]
    assert not out.exists()


@ON_LINUX
@pytest.mark.slow
def test_run_on_cluster_without_a_worker_left(cluster, tmp_path, bundle, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 2)
    monkeypatch.setattr(dask_client, "PATIENCE", 2)
    cluster.wait(1)
    task = make_task(write_notebook(tmp_path / "01_a.ipynb", KILL))
    began = time.monotonic()
    with pytest.raises(module.InputError, match=r"the scheduler has no workers\. Start some with"):
        run_on_cluster([task], cluster.address, bundle)
    assert time.monotonic() - began < 60


# ---- no cluster, or the wrong one


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "127.0.0.1:9", "foo://bar", "tls://a:1"])
def test_report_command_where_no_scheduler_answers(
    tmp_path, notebooks, steak, run, monkeypatch, address
):
    monkeypatch.setattr(module, "PATIENCE", 1)
    monkeypatch.setattr(dask_client, "PATIENCE", 1)
    notebooks("01_a.ipynb", "1")
    out = tmp_path / "report"
    status, said, err = run("report", *steak, "--out", out, "--scheduler", address)
    assert (status, said) == (1, "")
    assert err.startswith(f"dmsi: {address}: no Dask scheduler answers there (")
    assert len(err.splitlines()) == 1
    assert not out.exists()


@ON_LINUX
@pytest.mark.slow
def test_report_command_where_the_scheduler_has_no_worker(
    tmp_path, notebooks, steak, run, monkeypatch
):
    monkeypatch.setattr(module, "PATIENCE", 2)
    monkeypatch.setattr(dask_client, "PATIENCE", 2)
    notebooks("01_a.ipynb", "1")
    (tmp_path / "lonely").mkdir()
    lonely = Cluster(tmp_path / "lonely")
    try:
        where = ["--out", tmp_path / "report", "--scheduler", lonely.address]
        status, said, err = run("report", *steak, *where)
    finally:
        lonely.close()
    assert (status, said) == (1, "")
    assert err.startswith(f"dmsi: {lonely.address}: the scheduler has no workers. Start some with")
    assert len(err.splitlines()) == 1


def test_report_command_without_the_package(tmp_path, notebooks, steak, run, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    notebooks("01_a.ipynb", "1")
    where = ["--out", tmp_path / "report", "--scheduler", "tcp://127.0.0.1:9"]
    status, _, err = run("report", *steak, *where)
    assert status == 1
    assert err.startswith("dmsi: --scheduler needs the package distributed")


@ON_LINUX
@pytest.mark.slow
@pytest.mark.parametrize("library", ["another", "none"])
def test_report_command_where_a_worker_has_another_library(
    cluster, tmp_path, notebooks, steak, run, library
):
    place = tmp_path / "modules" / "dmsi_lib"
    if library == "another":
        skipped = shutil.ignore_patterns("__pycache__")
        shutil.copytree(Path(module.__file__).parents[1], place, ignore=skipped)
        with open(place / "tables" / "tables.py", "a", encoding="utf-8") as file:
            file.write("# changed\n")
    else:
        place.mkdir(parents=True)
        (place / "__init__.py").write_text("raise ImportError", encoding="utf-8")
    stranger = cluster.start_worker(place.parent)
    try:
        cluster.wait(3)
        notebooks("01_a.ipynb", "1")
        where = ["--out", tmp_path / "report", "--scheduler", cluster.address]
        status, said, err = run("report", *steak, *where)
    finally:
        stop(stranger)
    assert (status, said) == (1, "")
    assert "worker" in err and "has another version of this library or of its packages" in err
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "report").exists()


# ---- interrupted


COMMAND = """
import sys
from pathlib import Path
import dmsi_lib.report.notebooks
from dmsi_lib.cli.commands import main
dmsi_lib.report.notebooks.NOTEBOOKS = Path(sys.argv[1])
sys.exit(main(sys.argv[2:]))
"""


@ON_LINUX
@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_interrupted_report_leaves_nothing_on_the_cluster(
    cluster, tmp_path, notebooks, steak, bundle, number
):
    marker = tmp_path / "marker"
    for n in (1, 2, 3):
        notebooks(
            f"0{n}_a.ipynb",
            f"import os, pathlib, time; pathlib.Path({str(marker)!r}).write_text(str(os.getpid()))",
            "time.sleep(8)",
        )
    where = ["--out", str(tmp_path / "report"), "--scheduler", cluster.address]
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, str(tmp_path / "notebooks"), "report", *steak, *where],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A shell that runs the tests in the background has them ignore Ctrl-C; this run must not.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    wait_until(lambda: marker.exists() or process.poll() is not None, 30)
    assert process.poll() is None, process.stderr.read()
    assert cluster.worker_of(pid_of(marker))
    os.kill(process.pid, number)
    _, said = process.communicate(timeout=30)
    if number == signal.SIGINT:
        assert process.returncode == 130
        assert said == "dmsi: interrupted; nothing is half written.\n"
    else:  # the next run clears away what nobody could
        cluster.wait_until(lambda scheduler: not scheduler.tasks)
        source = write_notebook(tmp_path / "01_a.ipynb", "'done'")
        [done] = run_on_cluster([make_task(source)], cluster.address, bundle)
        assert last_text(done) == "'done'"
    assert not (tmp_path / "report").exists()
