"""Running notebooks: what goes in, what comes out, and what is said when one fails."""

import json

import pytest
from small_notebooks import last_text, make_task, write_notebook

from dmsi_lib.errors import NotebookError
from dmsi_lib.report.execution import Run, run_task, run_tasks, settled
from dmsi_lib.report.kernels import Kernels
from dmsi_lib.report.notebooks import read_source


@pytest.fixture(scope="module")
def kernels():
    with Kernels() as started:
        yield started


# ---- one notebook


def test_run_task_replaces_the_parameters_and_keeps_the_source(tmp_path, kernels):
    source = write_notebook(tmp_path / "01_a.ipynb", "[edit, base, where, export]")
    before = source.read_bytes()
    parameters = {"edit": "gate", "where": ["role=cook"], "export": "a 'quoted' name"}
    run = run_task(make_task(source, parameters), kernels)
    assert last_text(run) == """['gate', 'answered', ['role=cook'], "a 'quoted' name"]"""
    assert (run.name, run.report, run.page) == ("01_a", "", "")
    assert 0 < run.seconds < 60
    assert source.read_bytes() == before


def test_run_task_names_files_without_their_places(tmp_path, kernels):
    export, odd = tmp_path / "answers.csv", tmp_path / 'a "b" \\ é.yaml'
    source = write_notebook(tmp_path / "01_a.ipynb", "from pathlib import Path\nPath(export).parts")
    parameters = {"export": str(export), "questionnaire": str(odd), "where": ["a=b"]}
    notebook = run_task(make_task(source, parameters), kernels).notebook
    assert str(export.parent.name) in notebook.cells[-1].outputs[0].data["text/plain"]
    notebook.cells[-1].outputs = []
    assert str(tmp_path) not in json.dumps(notebook)
    assert notebook.metadata.papermill.parameters == {
        **{"export": "answers.csv", "questionnaire": odd.name, "where": ["a=b"]},
    }
    assert notebook.metadata.papermill.input_path == "01_a.ipynb"
    injected = {}
    exec(notebook.cells[2].source, injected)
    assert injected["questionnaire"] == odd.name


def test_run_task_with_other_places_shows_the_task_s_own_parameters(tmp_path, kernels):
    source = write_notebook(tmp_path / "01_a.ipynb", "export")
    task = make_task(source, {"export": None})
    run = run_task(task, kernels, {"export": str(tmp_path / "copy.csv")})
    assert last_text(run) == repr(str(tmp_path / "copy.csv"))
    assert run.notebook.metadata.papermill.parameters == {"export": None}
    assert run.notebook.cells[2].source == "# Parameters\nexport = None\n"


def test_run_task_that_fails_names_notebook_cell_and_error(tmp_path, kernels):
    source = write_notebook(tmp_path / "01_a.ipynb", "fine = 1", "# why\nfine / 0")
    with pytest.raises(NotebookError) as error:
        run_task(make_task(source, {"edit": "gate"}, report="cooks"), kernels)
    # the fourth cell of the source, title and parameters counted
    assert str(error.value) == (
        "cooks/01_a.ipynb, cell 4: ZeroDivisionError: division by zero\nThe cell began: # why"
    )


def test_run_task_whose_kernel_dies(tmp_path, kernels):
    source = write_notebook(tmp_path / "01_a.ipynb", "import os; os._exit(1)")
    with pytest.raises(NotebookError, match=r"01_a\.ipynb: the kernel died"):
        run_task(make_task(source, {"edit": "gate"}), kernels)


# ---- several


def test_run_tasks_are_in_order_however_they_finish(tmp_path):
    slow = write_notebook(tmp_path / "01_a.ipynb", "import time; time.sleep(1.5)\n1")
    quick = write_notebook(tmp_path / "02_b.ipynb", "2")
    done = []
    with Kernels() as kernels:
        runs = run_tasks([make_task(slow), make_task(quick)], kernels, 2, done.append)
    assert [run.name for run in done] == ["02_b", "01_a"]
    assert [run.name for run in runs] == ["01_a", "02_b"]
    assert [last_text(run) for run in runs] == ["1", "2"]


def test_run_tasks_others_finish_when_one_fails(tmp_path, kernels):
    bad = write_notebook(tmp_path / "01_a.ipynb", "fine = 1", "fine / 0")
    dead = write_notebook(tmp_path / "02_b.ipynb", "import os; os._exit(1)")
    good = write_notebook(tmp_path / "03_c.ipynb", "'done'")
    done = []
    with pytest.raises(NotebookError) as error:
        tasks = [make_task(path, {"edit": "none"}) for path in (bad, dead, good)]
        run_tasks(tasks, kernels, 1, done.append)
    assert [run.name for run in done] == ["03_c"]
    lines = str(error.value).splitlines()
    assert lines[0] == "01_a.ipynb, cell 4: ZeroDivisionError: division by zero"
    assert lines[2].startswith("02_b.ipynb: the kernel died")
    assert len(lines) == 3


def test_run_tasks_unknown_parameter_is_refused_before_anything_runs(tmp_path, kernels):
    first = write_notebook(tmp_path / "01_a.ipynb", f"open({str(tmp_path / 'ran')!r}, 'w')")
    second = write_notebook(tmp_path / "02_b.ipynb")
    tasks = [make_task(first, {"edit": "gate"}), make_task(second, {"edti": "gate"})]
    with pytest.raises(NotebookError, match=r"^02_b\.ipynb: has no parameter 'edti'\. It has: ba"):
        run_tasks(tasks, kernels)
    assert not (tmp_path / "ran").exists()


def test_run_tasks_of_none(kernels):
    assert run_tasks([], kernels) == []


def test_settled_names_every_failure(tmp_path):
    run = Run("01_a", "", 1.0, read_source(write_notebook(tmp_path / "01_a.ipynb")))
    tasks = [make_task(tmp_path / "01_a.ipynb")] * 3
    assert settled([run, run], tasks[:2], False) == [run, run]
    with pytest.raises(NotebookError) as error:
        settled([NotebookError("one"), run, NotebookError("two")], tasks, False)
    assert str(error.value) == "one\ntwo"
