"""What need not be done again: notebooks and reports known by a hash of all they depend on.

A notebook's key covers its source, its parameters, the content of every input file, the wings of
the library below it, and the versions of Python and the packages; that of the page that compares
waves the files of the earlier wave, too. A report's key covers its
notebooks' keys and the wings that make pages. Both stand in run.json, with the sha256
of every file that was written; a file that was changed since is made again.
"""

import hashlib
import hmac
import importlib.metadata
import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path, PureWindowsPath
from typing import Any

from dmsi_lib.choices import Choices, Options, baseline_files, input_files
from dmsi_lib.errors import InputError
from dmsi_lib.files import content_of, sha256
from dmsi_lib.open_answers import key_beside
from dmsi_lib.report.notebooks import WAVES, Generated
from dmsi_lib.where import Where

LIBRARY = Path(__file__).resolve().parents[1]
RECORD = "run.json"
# Wings that no report depends on; and no executed notebook, save for what a public one hides.
BESIDE_REPORTS = ("cli", "shared_drive", "synthetic")
ABOVE_NOTEBOOKS = (*BESIDE_REPORTS, "pages", "report")
PACKAGES = (
    *("pandas", "numpy", "scipy", "seaborn", "matplotlib", "pillow", "statsmodels"),
    *("papermill", "nbconvert"),
)


@cache
def versions() -> dict[str, str]:
    """Versions of Python and of the packages that decide what a report looks like."""
    found = {name: importlib.metadata.version(name) for name in PACKAGES}
    return {"python": platform.python_version()} | found


def notebook_keys(
    sources: Iterable[Path | Generated], choices: Choices, groups: Iterable[Where] = ()
) -> dict[str, str]:
    """Keys of executed notebooks by name.

    In a public batch the conditions of all `groups` decide what is hidden; by default those of the
    single report.
    """
    inputs = input_hashes(choices)
    library = library_hash(BESIDE_REPORTS if choices.public else ABOVE_NOTEBOOKS)
    texts = sorted(where.texts for where in groups) or [choices.where.texts]
    shown = replace(choices, baseline=None).shown()
    common = [shown, texts if choices.public else [], inputs, versions(), library]
    waves = [baseline_hashes(choices), choices.baseline and choices.baseline.shown()]
    return {
        source.stem: _hash(_digest(source), common, *(waves if source.stem == WAVES else []))
        for source in sources
    }


def _digest(source: Path | Generated) -> str:
    if isinstance(source, Generated):
        return hashlib.sha256(source.text.encode()).hexdigest()
    return sha256(source)


def input_hashes(choices: Choices) -> dict[str, str]:
    """Hashes of the input files by name: sha256, for the public keyed with the key that lies beside
    the export (RFC 2104).

    A plain hash would tell everybody whether a guess is right: at the lines of `quotations.csv`, at
    whose answers carry a tag.
    """
    hashes = {name: sha256(path) for name, path in input_files(choices).items()}
    if not choices.public:
        return hashes
    key = key_beside(choices.export_path, synthetic=choices.export is None)
    return {
        name: hmac.new(key, f"{name}\n{plain}".encode(), hashlib.sha256).hexdigest()
        for name, plain in hashes.items()
    }


def baseline_hashes(choices: Choices) -> dict[str, str]:
    """Hashes of the files of the earlier wave by name, which the page of the waves alone needs."""
    return {name: sha256(path) for name, path in baseline_files(choices).items()}


def report_key(keys: Mapping[str, str], options: Options, title: str = "") -> str:
    """Key of a whole report, from its notebooks' keys and the title of its group in a batch."""
    files = options.single_file, options.pdf, options.xlsx
    return _hash(keys, title, *files, library_hash(BESIDE_REPORTS))


def _hash(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@cache
def library_hash(without: tuple[str, ...] = ()) -> str:
    """Hash of the library's files, those of some wings left out."""
    below = [path for path in LIBRARY.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    files = {path.relative_to(LIBRARY): path for path in below}
    return _hash({n.as_posix(): sha256(files[n]) for n in files if n.parts[0] not in without})


def read_record(folder: Path) -> dict[str, Any]:
    """run.json of a report that was built there before; {} where there is none to go by."""
    try:
        record = json.loads(content_of(folder / RECORD))
    except (InputError, ValueError, RecursionError):
        return {}
    parts = ("files", "keys", "seconds")
    whole = isinstance(record, dict) and all(isinstance(record.get(p), dict) for p in parts)
    return record if whole else {}


def unchanged_files(folder: Path, record: Mapping[str, Any]) -> set[str]:
    """Names of the files that are as a report's record says; none outside the folder."""
    files = record.get("files", {})
    return {name for name in files if _is_inside(name) and _is(folder / name, files[name])}


def _is_inside(name: Any) -> bool:
    """Whether a name stays in its folder; a Windows path knows every way to leave one."""
    path = PureWindowsPath(name) if isinstance(name, str) else None
    return path is not None and not path.anchor and ".." not in path.parts


def _is(path: Path, digest: Any) -> bool:
    try:
        return path.is_file() and sha256(path) == digest
    except (OSError, ValueError):  # a name that no file can have, or a file that can't be read
        return False


def is_intact(folder: Path, record: Mapping[str, Any]) -> bool:
    """Whether a folder has files, and every one as it was written."""
    files = record.get("files", {})
    return bool(files) and unchanged_files(folder, record) == set(files)


def is_current(folder: Path, key: str) -> bool:
    """Whether a folder holds the report of that key, every file as it was written."""
    record = read_record(folder)
    return record.get("key") == key and is_intact(folder, record)
