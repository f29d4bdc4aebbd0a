"""pyproject.toml is the one list of dependencies; everything beside it must agree with it."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
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


def run_make(target: str) -> str:
    """Return the commands that a target would run."""
    inherited = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "ARGS"}
    clean = {name: value for name, value in os.environ.items() if name not in inherited}
    done = subprocess.run(
        ["make", "--dry-run", "--always-make", target],
        cwd=ROOT, env=clean, capture_output=True, text=True,
    )  # fmt: skip
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
        ("lab", r"^\.venv/bin/jupyter lab\b.*\bnotebooks$"),
        ("lint", r"^\.venv/bin/ruff format --check dmsi_lib tests notebooks$"),
        ("lock", r"^\.venv/bin/uv pip compile .*--generate-hashes .*--no-emit-index-url"),
        ("clean", r"^find outputs .*-name \.gitkeep"),
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
def test_make_clean_keeps_the_environment():
    assert not re.search(r"rm -rf .*\.venv", run_make("clean"))
    assert re.search(r"rm -rf \.venv", run_make("distclean"))


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
