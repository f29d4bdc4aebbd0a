"""The commit of the code in run.json, in repositories made here."""

import os
import shutil
import subprocess
import time

import pytest

from dmsi_lib.report import code_version as module
from dmsi_lib.report.code_version import version_of_checkout

needs_git = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")


def git(folder, *arguments):
    outside = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    outside |= {"HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    who = ("-c", "user.name=ann", "-c", "user.email=ann@example.org")
    command = ["git", *who, *arguments]
    done = subprocess.run(command, cwd=folder, env=outside, check=True, capture_output=True)
    return done.stdout.decode().strip()


@pytest.fixture
def checkout(tmp_path):
    folder = tmp_path / "checkout"
    (folder / "library").mkdir(parents=True)
    (folder / "library" / "a.py").write_text("a = 1\n")
    (folder / ".gitignore").write_text("outputs/\n")
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "First")
    return folder


@needs_git
def test_version_of_checkout_is_the_commit_and_whether_files_are_as_in_it(checkout):
    commit = git(checkout, "rev-parse", "HEAD")
    assert version_of_checkout(checkout) == {"commit": commit, "clean": True}
    (checkout / "outputs").mkdir()
    (checkout / "outputs" / "ignored").write_text("")
    assert version_of_checkout(checkout) == {"commit": commit, "clean": True}
    git(checkout, "checkout", "-q", "--detach")
    assert version_of_checkout(checkout) == {"commit": commit, "clean": True}


@needs_git
@pytest.mark.parametrize("name", ["a.py", "new.py", "gone"])
def test_version_of_checkout_sees_what_changed(checkout, name):
    place = checkout / "library" / name
    if name == "gone":
        (checkout / "library" / "a.py").unlink()
    else:
        place.write_text("changed\n")
    assert version_of_checkout(checkout)["clean"] is False


@needs_git
def test_version_of_checkout_is_of_no_other_repository(checkout, tmp_path, monkeypatch):
    assert version_of_checkout(checkout / "library") is None  # as site-packages in a checkout
    assert version_of_checkout(tmp_path) is None
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    assert version_of_checkout(other) is None  # nothing was committed
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    assert version_of_checkout(checkout)["clean"] is True


@needs_git
def test_version_of_checkout_takes_a_worktree(checkout, tmp_path):
    git(checkout, "worktree", "add", "-q", str(tmp_path / "tree"))
    assert version_of_checkout(tmp_path / "tree") == version_of_checkout(checkout)


@needs_git
def test_version_of_checkout_is_soon_told(checkout):
    def seconds():
        start = time.perf_counter()
        version_of_checkout(checkout)
        return time.perf_counter() - start

    assert min(seconds() for _ in range(7)) < 0.02


@needs_git
def test_version_of_checkout_starts_no_filter_of_notebooks(checkout, tmp_path):
    """There is one for each notebook of a fresh clone, and each takes a second."""
    (checkout / ".gitattributes").write_text("*.py filter=nbstripout\n")
    git(checkout, "add", ".")
    git(checkout, "commit", "-q", "-m", "Second")
    git(checkout, "config", "filter.nbstripout.clean", f"touch {tmp_path / 'started'}; cat")
    os.utime(checkout / "library" / "a.py", (1, 1))  # so that git looks into the file
    commit = git(checkout, "rev-parse", "HEAD")
    assert version_of_checkout(checkout) == {"commit": commit, "clean": True}
    assert not (tmp_path / "started").exists()


def test_version_of_checkout_goes_without_git(tmp_path, monkeypatch):
    (tmp_path / ".git").mkdir()  # damaged
    assert version_of_checkout(tmp_path) is None
    monkeypatch.setenv("PATH", "")
    assert version_of_checkout(tmp_path) is None


def test_version_of_checkout_waits_for_no_hanging_git(tmp_path, monkeypatch):
    def hang(*arguments, timeout, **options):
        raise subprocess.TimeoutExpired("git", timeout)

    (tmp_path / ".git").mkdir()
    monkeypatch.setattr(module.shutil, "which", lambda name: "/bin/git")
    monkeypatch.setattr(module.subprocess, "run", hang)
    assert version_of_checkout(tmp_path) is None
