"""The package that is built from the sources: what is in it, what it says far from the sources."""

import email
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from dmsi_lib import choices
from dmsi_lib.report import notebooks

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[1]
SENTENCE = "the installed package holds the library alone"


def pip(*arguments):
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from a copy, since building leaves files beside the sources."""
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in ("dmsi_lib", "LICENSES"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, source / name, ignore=ignored)
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", source / "dist", source)
    [found] = (source / "dist").glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Run a command of the installed wheel, from a folder that knows no repository."""
    place = tmp_path_factory.mktemp("installed")
    pip("install", "--no-deps", "--no-index", "--target", place, wheel)
    environment = os.environ | {"PYTHONPATH": str(place)}

    def run(*arguments):
        command = [sys.executable, "-m", "dmsi_lib", *map(str, arguments)]
        return subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True)

    return run


def test_wheel_holds_the_library_and_nothing_else(wheel):
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    library = {path for path in (ROOT / "dmsi_lib").rglob("*") if path.is_file()}
    expected = {path.relative_to(ROOT).as_posix() for path in library if path.suffix != ".pyc"}
    assert names == expected
    assert {"dmsi_lib/py.typed", "dmsi_lib/tables/__init__.pyi"} <= names
    assert "dmsi_lib/pages/templates/page.html.j2" in names


def test_wheel_names_both_licences_and_holds_them(wheel):
    archive = zipfile.ZipFile(wheel)
    [path] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
    metadata = email.message_from_bytes(archive.read(path))
    assert metadata["License-Expression"] == "MIT AND CC0-1.0"
    assert metadata["Author"] == "The DMSI survey report authors"
    for name in metadata.get_all("License-File"):
        text = archive.read(path.replace("METADATA", f"licenses/{name}"))
        assert text == (ROOT / name).read_bytes()


@pytest.mark.parametrize(
    "command",
    ["report", "batch --by role", "check", "tables --out t.csv", "synthesize --out s.csv"],
)
def test_installed_package_says_that_it_needs_the_repository(installed, command):
    done = installed(*command.split())
    assert done.returncode == 1 and done.stdout == ""
    assert SENTENCE in done.stderr and done.stderr.count("\n") == 1


def test_installed_package_makes_tables_of_files_that_are_named(installed, tmp_path):
    files = ("--export", choices.SYNTHETIC_EXPORT, "--questionnaire", choices.QUESTIONNAIRE)
    done = installed("tables", *files, "--out", tmp_path / "tables.csv")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "tables.csv").exists()
    done = installed("report", "--only", "07", *files, "--out", tmp_path / "report")
    assert (done.returncode, done.stderr) == (0, "")  # with the notebooks beside the questionnaire


def test_installed_package_reports_a_survey_that_has_no_notebooks(installed, tmp_path):
    place = shutil.copy(choices.QUESTIONNAIRE, tmp_path / "questionnaire.yaml")
    files = ("--export", choices.SYNTHETIC_EXPORT, "--questionnaire", place)
    done = installed("report", "--only", "80", *files, "--out", tmp_path / "report")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "report" / "80_sensitivity.html").exists()


def test_the_default_files_are_in_the_repository():
    paths = (choices.QUESTIONNAIRE, choices.SYNTHETIC_EXPORT, notebooks.NOTEBOOKS)
    assert [choices.shipped(path) for path in paths] == [*paths]
