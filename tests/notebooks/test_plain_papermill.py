"""Notebooks without this library's report: plain papermill, plain nbconvert."""

import subprocess
import sys

import nbformat
import papermill
import pytest
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter
from small_notebooks import write_notebook

from dmsi_lib.errors import UsageError
from dmsi_lib.report.notebooks import NOTEBOOKS
from dmsi_lib.survey.parameters import check_parameters, refuse_unknown

PARAMETERS = 'edit = "none"\nbase = "answered"'
SETUP = (
    "from dmsi_lib import Survey, check_parameters\n"
    "check_parameters()\n"
    "survey = Survey.load(export, questionnaire, edit, base, where, plan)"
)


def run_papermill(path, *options):
    command = [sys.executable, "-m", "papermill", str(path), str(path), "--no-progress-bar"]
    return subprocess.run([*command, *options], capture_output=True, text=True)


def test_refuse_unknown_names_what_is_near():
    with pytest.raises(UsageError, match=r"no parameter 'edits'\. Did you mean 'edit'"):
        refuse_unknown(["", PARAMETERS, '# Parameters\nedits = "gate"\n'])
    with pytest.raises(UsageError, match=r"no parameter 'x'\. Expected one of: edit, base"):
        refuse_unknown(["", PARAMETERS, "# Parameters\nx = 1\n"])


def test_refuse_unknown_takes_what_the_notebook_has():
    refuse_unknown(["", PARAMETERS, '# Parameters\nbase = "universe"\n'])
    refuse_unknown(["", "limit: int = 3", "# Parameters\nlimit = 4\n"])


def test_refuse_unknown_looks_at_nothing_else():
    """In JupyterLab the setup cell is run again after cells that assign whatever they like."""
    refuse_unknown(["", PARAMETERS, "comparison = 1", "%time x", "edits = 2", "# Parameters of x"])
    refuse_unknown([])


def test_check_parameters_has_nothing_to_refuse_outside_jupyter():
    check_parameters()


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_parameters_cell_says_what_is_allowed(path):
    told = papermill.inspect_notebook(path)
    assert list(told) == ["export", "questionnaire", "edit", "base", "where", "plan"]
    assert all(parameter["help"] for parameter in told.values())
    assert '"none", "gate" or "follow_up"' in told["edit"]["help"]


@pytest.mark.slow
def test_papermill_with_an_unknown_parameter_fails_and_names_it(tmp_path):
    source = nbformat.read(NOTEBOOKS / "03_use_and_usefulness.ipynb", as_version=4)
    source.cells = source.cells[:3]
    nbformat.write(source, tmp_path / "short.ipynb")
    run = run_papermill(tmp_path / "short.ipynb", "-p", "edits", "gate")
    assert run.returncode == 1
    assert "There is no parameter 'edits'. Did you mean 'edit'?" in run.stderr
    run = run_papermill(tmp_path / "short.ipynb", "-p", "edit", "gate")
    assert run.returncode == 0, run.stderr
    assert "edit gate" in (tmp_path / "short.ipynb").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """A notebook with a picture as PNG and one as SVG, executed by papermill."""
    path = tmp_path_factory.mktemp("drawn") / "drawn.ipynb"
    write_notebook(path, SETUP, 'survey.plot("role")', "survey.flow.plot_routing()")
    run = run_papermill(path)
    assert run.returncode == 0, run.stderr
    return nbformat.read(path, as_version=4)


@pytest.mark.slow
@pytest.mark.parametrize("template", ["lab", "classic", "basic"])
def test_nbconvert_gives_every_image_its_alternative_text(drawn, template, survey):
    page, _ = HTMLExporter(template_name=template).from_notebook_node(drawn)
    images = BeautifulSoup(page, "html.parser").find_all("img")
    pictures = survey.plot("role"), survey.flow.plot_routing()
    assert [image["alt"] for image in images] == [picture.alt for picture in pictures]
    assert [image["src"][:22] for image in images] == [
        *("data:image/png;base64,", "data:image/svg+xml;bas"),
    ]


@pytest.mark.slow
def test_nbconvert_s_command_does_so_too(drawn, tmp_path):
    nbformat.write(drawn, tmp_path / "drawn.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--to", "html", str(tmp_path / "drawn.ipynb")]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    assert "Alternative text is missing" not in told
    page = (tmp_path / "drawn.html").read_text(encoding="utf-8")
    alt = drawn.cells[-1].outputs[0].metadata["image/svg+xml"]["alt"]
    assert alt in [image["alt"] for image in BeautifulSoup(page, "html.parser").find_all("img")]
