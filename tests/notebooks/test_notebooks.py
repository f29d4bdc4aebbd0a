"""Every notebook has the shape that CONTRIBUTING.md asks for, and runs."""

import ast
import itertools
import re

import nbformat
import pytest

from dmsi_lib.report.notebooks import NOTEBOOKS, edition, section_notebooks
from dmsi_lib.survey.public_survey import PublicSurvey

PATHS = section_notebooks()
PARAMETERS = {
    "export": None,
    "questionnaire": None,
    "edit": "none",
    "base": "answered",
    "where": [],
    "plan": None,
}
LONGEST = 15  # lines of a cell


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture
def notebook(path):
    return nbformat.read(path, as_version=4)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def tagged(notebook, tag):
    return [cell for cell in notebook.cells if tag in cell.metadata.get("tags", [])]


def trees(notebook):
    return [ast.parse(cell.source) for cell in code(notebook)]


def typed_sentences(notebook):
    """What is written, not computed, in the calls of `say`."""
    for node in (node for tree in trees(notebook) for node in ast.walk(tree)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say":
            formats = {
                id(part)
                for text in ast.walk(node)
                if isinstance(text, ast.FormattedValue)
                for part in ast.walk(text)
            }
            yield from (
                part.value
                for part in ast.walk(node)
                if isinstance(part, ast.Constant)
                and isinstance(part.value, str)
                and id(part) not in formats
            )


def test_notebooks_are_there_and_numbered():
    paths = list(NOTEBOOKS.glob("*.ipynb"))
    assert PATHS
    assert all(re.fullmatch(r"\d\d_[a-z0-9_]+\.ipynb", path.name) for path in paths)
    numbers = [path.name[:2] for path in paths]
    assert len(set(numbers)) == len(numbers)


def test_notebook_begins_with_title_and_purpose(notebook):
    first = notebook.cells[0]
    assert first.cell_type == "markdown"
    title, _, purpose = first.source.partition("\n\n")
    assert re.fullmatch(r"# \S.*", title)
    assert len(purpose) > 60 and not purpose.startswith("#")
    assert len([text for text in prose(notebook) if re.match(r"# ", text)]) == 1


def test_notebook_headings_go_down_one_level_at_a_time(notebook):
    levels = [
        len(line) - len(line.lstrip("#"))
        for text in prose(notebook)
        for line in text.splitlines()
        if re.match(r"#+ ", line)
    ]
    assert levels[0] == 1 and set(levels[1:]) <= {2, 3}
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_notebook_parameters_are_the_same_everywhere(notebook):
    (cell,) = tagged(notebook, "parameters")
    assignments = ast.parse(cell.source).body
    assert {a.targets[0].id: ast.literal_eval(a.value) for a in assignments} == PARAMETERS
    assert notebook.cells.index(cell) == 1


def test_notebook_setup_loads_the_survey_with_all_parameters(notebook):
    (cell,) = tagged(notebook, "setup")
    assert notebook.cells.index(cell) == 2
    assert "survey = Survey.load(export, questionnaire, edit, base, where, plan)" in cell.source
    assert cell.source.splitlines()[-1] == "survey"


def test_notebook_imports_only_the_library(notebook):
    modules = set()
    for node in (node for tree in trees(notebook) for node in ast.walk(tree)):
        if isinstance(node, ast.Import):
            modules |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules.add(node.module.split(".")[0])
    assert modules == {"dmsi_lib"}


def test_notebook_cells_are_short_and_define_nothing(notebook):
    for cell, tree in zip(code(notebook), trees(notebook), strict=True):
        assert len(cell.source.splitlines()) <= LONGEST, cell.source
        kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        assert not [node for node in ast.walk(tree) if isinstance(node, kinds)], cell.source


def test_notebook_reads_and_writes_no_files(notebook):
    for node in (node for tree in trees(notebook) for node in ast.walk(tree)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            assert name not in {"open", "read_csv", "to_csv", "to_excel", "savefig", "write_text"}


def test_notebook_is_committed_without_outputs(notebook):
    for cell in code(notebook):
        assert cell.outputs == []
        assert cell.execution_count is None
    kernel = notebook.metadata.kernelspec
    assert (kernel.name, kernel.display_name) == ("python3", "Python 3")


def test_notebook_prose_holds_no_typed_number(notebook):
    for text in [*prose(notebook), *typed_sentences(notebook)]:
        assert not re.search(r"\d", text), text


def test_notebook_names_questions_that_exist(notebook, survey):
    methods = {"wording", "show", "plot", "compare", "table", "cell", "answered", "lost"}
    methods |= {
        "chart",
        "others",
        "ranking",
        "percent",
        "percent_each",
        "top",
        "count",
        "asked",
        "mean",
    }
    for node in (node for tree in trees(notebook) for node in ast.walk(tree)):
        if (
            isinstance(node, ast.Call)
            and getattr(node.func, "attr", "") in methods
            and getattr(getattr(node.func, "value", None), "id", "") == "survey"
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            assert node.args[0].value in survey.questionnaire


@pytest.mark.slow
def test_notebook_runs(path, report):
    executed = nbformat.read(report / "notebooks" / path.name, as_version=4)
    assert all(cell.execution_count for cell in code(executed) if cell.source)
    sources = [cell.source for cell in code(executed) if "injected" not in str(cell.metadata)]
    source = edition(nbformat.read(path, as_version=4), "internal")
    assert sources == [cell.source for cell in code(source)]


def test_notebook_public_cells_ask_for_nothing_but_tables(path):
    """A public survey has what follows from its tables, and no group but its own."""
    source = edition(nbformat.read(path, as_version=4), "public")
    if source is None:
        assert "internal" in nbformat.read(path, as_version=4).cells[0].metadata["tags"]
        return
    for node in (node for tree in trees(source) for node in ast.walk(tree)):
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "survey":
            assert node.attr == "themes" or hasattr(PublicSurvey, node.attr), node.attr
        if isinstance(node, ast.Call):
            assert "by" not in [keyword.arg for keyword in node.keywords], ast.unparse(node)


@pytest.mark.slow
def test_notebook_shows_no_missing_figure(path, report):
    for cell in nbformat.read(report / "notebooks" / path.name, as_version=4).cells:
        for output in cell.get("outputs", []):
            shown = output.get("data", {}).get("text/html", "")
            assert not re.search(r">\s*(nan|NaN|<NA>|&lt;NA&gt;|None|inf)\s*<", shown), cell.source
