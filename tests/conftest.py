"""What several test files share: the synthetic survey, a small one, and a built report."""

import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path

import pytest
from small_notebooks import write_notebook
from small_survey import write_survey

from dmsi_lib import Survey

ROOT = Path(__file__).resolve().parents[1]
_PATIENCE = 600  # seconds that one worker waits for the report that another one builds


def pytest_collection_modifyitems(items):
    """One file that needs the report comes first and builds it, while the other worker goes on with
    those that don't; the others that need it come last."""
    needy = list(dict.fromkeys(item.path for item in items if "report" in item.fixturenames))
    items.sort(key=lambda item: (item.path in needy) - 2 * (item.path in needy[:1]))


@pytest.fixture(scope="session")
def survey():
    """The synthetic export as answered. Shared: nothing may change it."""
    return Survey.load()


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """The eight respondents of `small_survey`, read from files."""
    return Survey.load(*write_survey(tmp_path_factory.mktemp("small")))


@pytest.fixture
def notebooks(tmp_path, monkeypatch):
    """Stands in for the notebooks of the repository: write some, and reports are made of them."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    monkeypatch.setattr("dmsi_lib.report.notebooks.NOTEBOOKS", folder)
    return lambda name, *sources, **how: write_notebook(folder / name, *sources, **how)


@pytest.fixture
def ran(monkeypatch):
    """No notebook is run, which takes time; the list names those that would have been."""
    from dmsi_lib.errors import NotebookError
    from dmsi_lib.report.execution import Run, render_page

    labels = []

    def run_tasks(tasks, kernels, jobs, finished, keep_going):
        runs = []
        for task in tasks:
            labels.append(task.label)
            if "1 / 0" in [cell.source for cell in task.notebook.cells]:
                raise NotebookError(f"{task.label}.ipynb, cell 3: ZeroDivisionError")
            page = render_page(task.notebook, task.page)
            runs.append(Run(task.name, task.report, 0.1, task.notebook, page))
            finished(runs[-1])
        return runs

    monkeypatch.setattr("dmsi_lib.report.report.run_tasks", run_tasks)
    monkeypatch.setattr("dmsi_lib.report.start.start_kernels", lambda *how: nullcontext())
    return labels


@pytest.fixture
def steak(tmp_path):
    """Arguments that name the small survey's files."""
    folder = tmp_path / "data"
    folder.mkdir()
    export, questionnaire = write_survey(folder)
    return ["--export", str(export), "--questionnaire", str(questionnaire)]


@pytest.fixture
def run(capsys):
    """Run a command in this process: status, standard output, standard error."""
    from dmsi_lib.cli.commands import main

    def run(*arguments):
        status = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return status, said.out, said.err

    return run


@pytest.fixture(scope="session")
def fresh_python():
    """Run code in a new interpreter; gives what it printed."""

    def fresh_python(code):
        command = [sys.executable, "-c", code]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    return fresh_python


@pytest.fixture(scope="session")
def report(tmp_path_factory, worker_id):
    """The folder of a report with all notebooks, built once for all workers. Only to be read."""
    from dmsi_lib.report import make_report

    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    out, mine = shared / "report", shared / "report-in-progress"
    try:
        mine.mkdir()
    except FileExistsError:
        return _built_by_another(out, mine / "failed")
    try:
        make_report(out, progress=lambda line: None)
    except BaseException:
        (mine / "failed").touch()
        raise
    return out


def _built_by_another(out, failed):
    ends = time.monotonic() + _PATIENCE
    while not out.exists():
        if failed.exists() or time.monotonic() > ends:
            pytest.fail("The report could not be built; see the error of the other worker.")
        time.sleep(0.1)
    return out


@pytest.fixture
def however_few(monkeypatch):
    """Tests and sentences whatever the base, for surveys that can be counted by hand."""
    for module in ("figures.comparisons", "figures.ranking_tables", "tables.inference"):
        monkeypatch.setattr(f"dmsi_lib.{module}.FEWEST", 1)
