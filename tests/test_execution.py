"""Running notebooks: which, in which order, and what is said when one fails."""

import nbformat
import pytest
from small_notebooks import write_notebook

from dmsi_lib.errors import NotebookError, UsageError
from dmsi_lib.execution import NOTEBOOKS, run_notebook, section_notebooks

NAMES = ("01_first.ipynb", "02_second.ipynb", "13_last.ipynb", "90_exploring.ipynb")


@pytest.fixture
def folder(tmp_path):
    for name in (*NAMES, "notes.ipynb", "03_text.md", "1_short.ipynb"):
        (tmp_path / name).touch()
    (tmp_path / ".ipynb_checkpoints").mkdir()
    (tmp_path / ".ipynb_checkpoints" / "04_old.ipynb").touch()
    return tmp_path


def names(paths):
    return [path.name for path in paths]


# ---- which


def test_section_notebooks_are_the_numbered_ones_in_order(folder):
    assert names(section_notebooks(folder=folder)) == list(NAMES[:3])
    assert names(section_notebooks([], folder)) == list(NAMES[:3])


def test_section_notebooks_by_default_are_those_of_the_repository():
    assert {path.parent for path in section_notebooks()} == {NOTEBOOKS}
    assert section_notebooks()


@pytest.mark.parametrize(
    ("only", "found"),
    [
        (["02"], ["02_second.ipynb"]),
        (["13", "01"], ["01_first.ipynb", "13_last.ipynb"]),
        (["01", "01_first"], ["01_first.ipynb"]),
        (["0"], ["01_first.ipynb", "02_second.ipynb"]),
    ],
)
def test_section_notebooks_only_some(folder, only, found):
    assert names(section_notebooks(only, folder)) == found


@pytest.mark.parametrize("only", [["99"], ["01", "second"], ["90"]])
def test_section_notebooks_unknown_lists_those_there_are(folder, only):
    with pytest.raises(UsageError) as error:
        section_notebooks(only, folder)
    assert str(error.value) == (
        f"No notebook begins with '{only[-1]}'. There are: 01_first, 02_second, 13_last."
    )


# ---- how


def test_run_notebook_replaces_the_parameters_and_keeps_the_source(tmp_path):
    source = write_notebook(tmp_path / "01_a.ipynb", "[edit, base, where, export]")
    before = source.read_bytes()
    parameters = {"edit": "gate", "where": ["role=cook"], "export": "a 'quoted' name"}
    run = run_notebook(source, tmp_path / "out.ipynb", parameters)
    executed = nbformat.read(run.path, as_version=4)
    assert executed.cells[-1].outputs[0].data["text/plain"] == (
        """['gate', 'answered', ['role=cook'], "a 'quoted' name"]"""
    )
    assert (run.name, run.path) == ("01_a", tmp_path / "out.ipynb")
    assert 0 < run.seconds < 60
    assert source.read_bytes() == before


def test_run_notebook_that_fails_names_notebook_cell_and_error(tmp_path):
    source = write_notebook(tmp_path / "01_a.ipynb", "fine = 1", "# why\nfine / 0")
    with pytest.raises(NotebookError) as error:
        run_notebook(source, tmp_path / "out.ipynb", {"edit": "gate"})
    # the fourth cell of the source, title and parameters counted
    assert str(error.value) == (
        "01_a.ipynb, cell 4: ZeroDivisionError: division by zero\nThe cell began: # why"
    )


def test_run_notebook_whose_kernel_dies(tmp_path):
    source = write_notebook(tmp_path / "01_a.ipynb", "import os; os._exit(1)")
    with pytest.raises(NotebookError, match=r"01_a\.ipynb: the kernel died"):
        run_notebook(source, tmp_path / "out.ipynb", {"edit": "gate"})


def test_run_notebook_that_is_none(tmp_path):
    (tmp_path / "01_a.ipynb").write_text("{", encoding="utf-8")
    with pytest.raises(NotebookError, match=r"01_a\.ipynb: is no notebook"):
        run_notebook(tmp_path / "01_a.ipynb", tmp_path / "out.ipynb", {})
