"""pyproject.toml is the one list of dependencies; everything beside it must agree with it."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_notebook, new_output
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]

# Packages that conda-forge calls otherwise: name in pyproject.toml -> name on conda-forge.
CONDA_NAMES = {"matplotlib": "matplotlib-base", "playwright": "playwright-python"}
# What a conda environment needs besides and pyproject.toml can't list.
CONDA_ONLY = {"python", "pip"}
# Packages that conda-forge does not have; pip installs them into the environment.
PIP_ONLY = {"atheris", "axe-playwright-python"}

# A host, an address, an option that names one, or a path of any machine.
PLACE = re.compile(
    r"""
      /                                                    # address or path
    | \\(?!$)                                              # Windows path (at a line's end: goes on)
    | ^\s*-(?!-hash=sha256:)                               # option line (-e, -i, -f, --index-url …)
    | \s--(?!hash=sha256:)                                 # option behind a requirement
    | @                                                    # direct reference
    | \b[a-z0-9-]+\.(?:com|net|org|io|dev|ca|local|internal|lan)\b
    | \blocalhost\b
    | \b\d{1,3}(?:\.\d{1,3}){3}:\d+                        # address with port
    """,
    re.VERBOSE | re.IGNORECASE,
)


def read_project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def direct_requirements() -> list[Requirement]:
    project = read_project()
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    return [Requirement(text) for texts in lists for text in texts]


def read_lock(text: str) -> list[tuple[Requirement, list[str]]]:
    """Return each requirement of a lock with its hashes; options of its own are left out."""
    bare = re.sub(r"^(?:\s*#|-).*$", "", text, flags=re.MULTILINE)
    locked = []
    for line in bare.replace("\\\n", " ").splitlines():
        if line.strip():
            requirement, *options = re.split(r"\s+--", line.strip())
            hashes = [option.removeprefix("hash=") for option in options]
            locked.append((Requirement(requirement), hashes))
    return locked


def lock_text() -> str:
    return (ROOT / "requirements.lock").read_text(encoding="utf-8")


def run_make(target: str, *variables: str) -> str:
    """Return the commands that a target would run."""
    inherited = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "ARGS"}
    clean = {name: value for name, value in os.environ.items() if name not in inherited}
    command = ["make", "--dry-run", "--always-make", target, *variables]
    done = subprocess.run(command, cwd=ROOT, env=clean, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_pyproject_names_no_dependency_twice():
    names = [canonicalize_name(requirement.name) for requirement in direct_requirements()]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("requirement", direct_requirements(), ids=lambda r: r.name)
def test_lock_holds_every_direct_dependency(requirement):
    name = canonicalize_name(requirement.name)
    pinned = [(r, h) for r, h in read_lock(lock_text()) if canonicalize_name(r.name) == name]
    assert pinned, f"requirements.lock lacks {name}: run make lock"
    # Two versions of one package would give two users different figures.
    assert len(pinned) == 1, f"requirements.lock holds {len(pinned)} versions of {name}"
    [(locked, hashes)] = pinned
    [pin] = locked.specifier
    assert pin.operator == "=="
    assert requirement.specifier.contains(pin.version, prereleases=True), (
        f"requirements.lock has {locked}, pyproject.toml asks for {requirement}: run make lock"
    )
    assert (locked.marker is None) or requirement.marker, (
        f"{name} is needed everywhere, but locked only for {locked.marker}"
    )
    assert hashes


def test_lock_hashes_every_requirement():
    locked = read_lock(lock_text())
    assert len(locked) >= len(direct_requirements())
    for requirement, hashes in locked:
        assert [specifier.operator for specifier in requirement.specifier] == ["=="], requirement
        assert hashes, f"{requirement} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", value) for value in hashes), requirement


def test_lock_names_no_place():
    found = [line for line in lock_text().splitlines() if PLACE.search(line)]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url simple",
        "-f wheels",
        "-e .",
        "numpy @ wheel",
        "numpy==2.4.6 --find-links wheels",
        "    # from ../wheels",
        "# made with C:\\tools\\uv",
        "# packages.example.org",
        "# 10.0.0.7:8080",
    ],
)
def test_place_pattern_finds(line):
    assert PLACE.search(line)


def test_conda_environment_matches_pyproject():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    entries = environment["dependencies"]
    conda = [Requirement(entry) for entry in entries if isinstance(entry, str)]
    listed = {r.name: r.specifier for r in conda if r.name not in CONDA_ONLY}
    direct = direct_requirements()
    by_conda = [requirement for requirement in direct if requirement.name not in PIP_ONLY]
    assert listed == {CONDA_NAMES.get(r.name, r.name): r.specifier for r in by_conda}
    assert len(listed) + len(CONDA_ONLY) == len(conda)

    [python] = [r for r in conda if r.name == "python"]
    assert str(python.specifier) == read_project()["requires-python"]
    [by_pip] = [entry["pip"] for entry in entries if isinstance(entry, dict)]
    assert by_pip.pop() == "-e ."
    assert [*map(Requirement, by_pip)] == [r for r in direct if r.name in PIP_ONLY]
    assert environment["name"] == "dmsi"
    assert environment["channels"] == ["conda-forge", "nodefaults"]


needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


@needs_make
@pytest.mark.parametrize(
    ("target", "command"),
    [
        ("report", r"^\.venv/bin/dmsi report\b"),
        ("test", r"^\.venv/bin/python -m pytest\b"),
        ("lab", r"^\.venv/bin/jupyter lab --ServerApp\.root_dir=\. .*=/lab/tree/notebooks *$"),
        ("lint", r"^\.venv/bin/ruff format --check dmsi_lib tests notebooks$"),
        ("lint", r"^\.venv/bin/mypy$"),
        ("lock", r"^\.venv/bin/uv pip compile .*--generate-hashes .*--no-emit-index-url"),
        ("clean", r"\.venv/bin/python -m dmsi_lib\.report\.cleaning_up outputs;"),
        ("help", r"ARGS"),
    ],
)
def test_make_target_runs(target, command):
    commands = run_make(target).replace("\\\n", " ")
    assert re.search(command, commands, flags=re.MULTILINE), commands


@needs_make
def test_make_installs_only_what_is_locked():
    commands = run_make("venv")
    [locked, project] = re.findall(r"^.* -m pip .* install (.*)$", commands, flags=re.MULTILINE)
    assert locked == "--require-hashes -r requirements.lock"
    assert project == "--no-deps --no-build-isolation -e ."
    assert commands.rstrip().endswith("touch .venv/.installed")


@needs_make
def test_make_finds_the_programs_on_windows():
    assert ".venv/Scripts/dmsi report" in run_make("report", "OS=Windows_NT")


@needs_make
def test_make_clean_keeps_the_environment():
    assert not re.search(r"rm -rf .*\.venv", run_make("clean"))
    assert re.search(r"rm -rf \.venv", run_make("distclean"))


@needs_make
def test_make_clean_deletes_no_outputs_by_itself():
    assert not re.search(r"(rm|-delete|-exec)\b.*\boutputs|\boutputs\b.*rm ", run_make("distclean"))


# ---- outputs of notebooks can't get into git

needs_git = pytest.mark.skipif(
    not (shutil.which("git") and shutil.which("make")), reason="git or make is not installed"
)


def filter_command(target: str) -> str:
    """The line of a target that tells git how to take outputs out of notebooks, or not to."""
    [line] = [line for line in run_make(target).splitlines() if "filter.nbstripout" in line]
    return line


@pytest.fixture
def clone(tmp_path):
    """A fresh clone in which programs are where `make venv` puts them; a function to run there."""
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    nbstripout = programs / "nbstripout"
    nbstripout.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m nbstripout "$@"\n')
    nbstripout.chmod(0o755)
    for name in (".gitattributes", ".gitignore"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "notebooks").mkdir()
    notebook = new_notebook(
        cells=[new_code_cell("1 + 1", outputs=[new_output("stream", text="2")])]
    )
    nbformat.write(notebook, tmp_path / "notebooks" / "01_saved.ipynb")
    outside = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    outside |= {"HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"}

    def run(command: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            ["sh", "-c", command], cwd=tmp_path, env=outside, capture_output=True, text=True
        )

    return run


def added_outputs(run) -> list:
    notebook = nbformat.reads(run("git show :notebooks/01_saved.ipynb").stdout, as_version=4)
    return notebook.cells[0].outputs


@needs_git
def test_a_notebook_is_added_without_its_outputs(clone):
    assert clone("git init").returncode == 0
    assert clone(filter_command("venv")).returncode == 0
    added = clone("git add notebooks")
    assert added.returncode == 0, added.stderr
    assert added_outputs(clone) == []
    assert '"text"' in clone("cat notebooks/01_saved.ipynb").stdout  # the file itself keeps them


@needs_git
def test_a_notebook_is_not_added_where_the_filter_is_gone(clone):
    clone("git init")
    clone(filter_command("venv"))
    clone("rm -r .venv")
    assert clone("git add notebooks").returncode != 0


@needs_git
def test_distclean_takes_the_filter_away(clone):
    clone("git init")
    before = clone("git config --list").stdout
    clone(filter_command("venv"))
    assert "filter.nbstripout.required=true" in clone("git config --list").stdout
    for _ in range(2):  # nothing to take away is no failure
        assert clone(filter_command("distclean")).returncode == 0
    assert clone("git config --list").stdout == before


@needs_git
@pytest.mark.parametrize("target", ["venv", "distclean"])
def test_the_filter_is_harmless_outside_git(clone, target):
    done = clone(filter_command(target))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not Path(clone("pwd").stdout.strip(), ".gitconfig").exists()


@needs_make
def test_make_help_lists_every_target():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    [phony] = re.findall(r"^\.PHONY: (.*)$", makefile, flags=re.MULTILINE)
    described = re.findall(r"^([a-z]+):.*## \S", makefile, flags=re.MULTILINE)
    assert sorted(described) == sorted(phony.split())
    assert {"report", "test", "lab", "lint", "lock", "clean", "help"} <= set(described)


def run_ci(folder: Path, commands: dict[str, int]) -> tuple[int, list[str], str]:
    """Run .ci/run where only the given commands exist: its status, its calls, its complaint."""
    log = folder / "log"
    log.touch()
    for name, status in commands.items():
        stub = folder / name
        stub.write_text(f'#!{shutil.which("bash")}\necho "{name} $*" >> "{log}"\nexit {status}\n')
        stub.chmod(0o755)
    done = subprocess.run(
        [shutil.which("bash"), ROOT / ".ci" / "run"],
        cwd=folder, env={"PATH": str(folder), "CI": "true"}, capture_output=True, text=True,
    )  # fmt: skip
    return done.returncode, log.read_text().splitlines(), done.stderr


def test_ci_run_lints_and_tests(tmp_path):
    status, calls, _ = run_ci(tmp_path, {"chromium": 0, "make": 0, "apt-get": 0})
    assert status == 0
    assert calls == ["make lint", "make test"]


def test_ci_run_fails_with_make(tmp_path):
    status, calls, _ = run_ci(tmp_path, {"chromium": 0, "make": 2})
    assert status != 0
    assert calls == ["make lint"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root installs")
def test_ci_run_installs_a_missing_chromium(tmp_path):
    status, calls, _ = run_ci(tmp_path, {"make": 0, "apt-get": 0})
    assert status == 0
    assert [call.split()[0] for call in calls] == ["apt-get", "apt-get", "make", "make"]
    assert calls[1].endswith("install -y --no-install-recommends chromium fonts-dejavu-core")


def test_ci_run_refuses_without_any_way_to_chromium(tmp_path):
    status, calls, complaint = run_ci(tmp_path, {"make": 0})
    assert status == 1
    assert calls == []
    assert "No Chromium found" in complaint
