"""Which commit of the code made a report, and whether the files were as in that commit."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

from dmsi_lib.report.freshness import LIBRARY

_PATIENCE = 5  # seconds; a status takes a hundredth of one
# In a fresh clone git would start the filter that takes outputs out of notebooks for each of them.
_AS_THEY_ARE = ("-c", "filter.nbstripout.clean=cat")
# The commit and the changed files in one call (git-status, "Porcelain Format Version 2").
_STATUS = ("status", "--porcelain=v2", "--branch")
_COMMIT = "# branch.oid "


@cache
def code_version() -> dict[str, str | bool] | None:
    """`commit` (hex digits) and `clean` (no file changed, added or missing) of the checkout that
    the library lies in; None where it lies in none, as installed, or where git does not say.

    Asked once: what a process has imported does not change any more.
    """
    return version_of_checkout(LIBRARY.parent)


def version_of_checkout(folder: Path) -> dict[str, str | bool] | None:
    """The same of any folder; one within a checkout, as of installed packages, is none itself."""
    git = shutil.which("git")
    if not git or not (folder / ".git").exists():
        return None
    # Within a hook git's own settings name another repository; and a status writes nothing then.
    outside = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(
            [git, "-C", folder, *_AS_THEY_ARE, *_STATUS],
            env=outside | {"GIT_OPTIONAL_LOCKS": "0"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):  # a damaged one, or one of somebody else
        return None
    lines = done.stdout.decode(errors="replace").splitlines()
    commit = next((line for line in lines if line.startswith(_COMMIT)), "").removeprefix(_COMMIT)
    if not commit or not set(commit) <= set("0123456789abcdef"):
        return None  # nothing was committed yet
    return {"commit": commit, "clean": all(line.startswith("#") for line in lines)}
