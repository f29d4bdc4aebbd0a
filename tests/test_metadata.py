"""Licences, citation, version and the files for other programs agree with each other."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
README = (ROOT / "README.md").read_text("utf-8")
HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))
# The fields of version 1.2.0 of the format that are in use here; schema-guide.md of that version.
CITATION_FIELDS = {
    *("cff-version", "type", "title", "abstract", "message", "version", "authors", "license"),
    *("keywords", "references"),
}


def test_licences_are_named_and_there():
    assert PROJECT["license"] == "MIT AND CC0-1.0"
    files = [path for pattern in PROJECT["license-files"] for path in ROOT.glob(pattern)]
    mit, cc0 = (path.read_text("utf-8") for path in files)
    assert mit.startswith("MIT License\n\nCopyright (c) ")
    assert PROJECT["authors"][0]["name"] in mit
    assert cc0.startswith("Creative Commons Legal Code\n\nCC0 1.0 Universal\n")
    for path in files:
        assert f"({path.relative_to(ROOT).as_posix()})" in README


def test_citation_has_the_fields_of_its_format():
    assert CITATION["cff-version"] == "1.2.0"
    assert {"cff-version", "message", "title", "authors"} <= set(CITATION) <= CITATION_FIELDS
    assert CITATION["type"] == "software" and CITATION["license"] == "MIT"
    for work in (CITATION, *CITATION["references"]):
        assert {"title", "authors"} <= set(work)
        assert all(set(author) == {"name"} and author["name"] for author in work["authors"])
    [data] = CITATION["references"]
    assert (data["type"], data["license"]) == ("data", "CC0-1.0")
    texts = [CITATION[name] for name in ("title", "abstract", "message", "version")]
    assert all(isinstance(text, str) and text for text in [*texts, *CITATION["keywords"]])


def test_citation_agrees_with_the_package():
    assert CITATION["version"] == PROJECT["version"]
    assert [author["name"] for author in CITATION["authors"]] == ["The DMSI survey report authors"]
    assert CITATION["authors"] == PROJECT["authors"]
    assert CITATION["keywords"] == PROJECT["keywords"]


def test_changelog_has_the_version():
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    newest, *_ = re.findall(r"^## (\d+\.\d+\.\d+)$", changelog, re.MULTILINE)
    assert newest == PROJECT["version"]


def test_classifiers_begin_with_the_lowest_python():
    prefix = "Programming Language :: Python :: 3."
    minors = [
        int(text.removeprefix(prefix)) for text in PROJECT["classifiers"] if text.startswith(prefix)
    ]
    assert PROJECT["requires-python"] == f">=3.{minors[0]}"
    assert minors == list(range(minors[0], minors[-1] + 1))


def test_workflow_runs_the_two_commands_everywhere():
    [job] = WORKFLOW["jobs"].values()
    prefix = "Programming Language :: Python :: "
    versions = [text.removeprefix(prefix) for text in PROJECT["classifiers"] if "3." in text]
    assert job["strategy"]["matrix"] == {
        "os": ["ubuntu-latest", "macos-latest", "windows-latest"],
        "python": [versions[0], versions[-1]],
    }
    commands = [step["run"] for step in job["steps"] if "run" in step]
    assert [c.split()[:2] for c in commands[-2:]] == [["make", "report"], ["make", "test"]]


@pytest.mark.parametrize("hook", HOOKS["repos"][0]["hooks"], ids=lambda hook: hook["id"])
def test_hooks_run_what_make_lint_runs(hook):
    [repository] = HOOKS["repos"]
    assert repository["repo"] == "local" and hook["language"] == "system"  # nothing is downloaded
    lint = re.search(r"^lint: .*\n(?:\t.*\n)+", (ROOT / "Makefile").read_text(), re.MULTILINE)[0]
    program, *arguments = shlex.split(hook["entry"])
    assert re.sub(r"^\.venv/bin/", "$(BIN)/", program) in lint
    assert {a for a in arguments if a.startswith("--")} - {"--force-exclude"} <= set(lint.split())
