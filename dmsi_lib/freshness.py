"""What need not be done again: notebooks and reports known by a hash of all they depend on.

A notebook's key covers its source, its parameters, the content of every input file, the modules of
the library that a notebook reaches, and the versions of Python and the packages. A report's key
covers its notebooks' keys and the modules that make pages. Both stand in run.json, with the sha256
of every file that was written; a file that was changed since is made again.
"""

import ast
import hashlib
import importlib.metadata
import json
import platform
from functools import cache
from pathlib import Path, PureWindowsPath

from dmsi_lib.files import sha256
from dmsi_lib.inputs import input_files

LIBRARY = Path(__file__).resolve().parent
RECORD = "run.json"
PACKAGES = (
    *("pandas", "numpy", "scipy", "seaborn", "matplotlib", "pillow", "statsmodels"),
    *("papermill", "nbconvert"),
)


@cache
def versions():
    """Versions of Python and of the packages that decide what a report looks like."""
    found = {name: importlib.metadata.version(name) for name in PACKAGES}
    return {"python": platform.python_version()} | found


def notebook_keys(sources, choices, groups=()):
    """Keys of executed notebooks.

    Parameters
    ----------
    sources : list of Path
    choices : Choices
    groups : list of the conditions of all groups of a batch; in a public one they decide what is
        hidden. By default those of the single report.

    Returns
    -------
    dict of notebook name to hex digits
    """
    inputs = {name: sha256(path) for name, path in input_files(choices).items()}
    library = library_hash("report" if choices.public else "survey")
    groups = sorted(map(list, groups)) or [list(choices.where)]
    common = [choices.shown(), groups if choices.public else [], inputs, versions(), library]
    return {path.stem: _hash(sha256(path), common) for path in sources}


def report_key(keys, options, title=""):
    """Key of a whole report.

    Parameters
    ----------
    keys : as from `notebook_keys`
    options : Options
    title : str, of the group in a batch

    Returns
    -------
    str, hex digits
    """
    return _hash(keys, title, options.single_file, options.pdf, library_hash("report"))


def _hash(*parts):
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@cache
def library_hash(module):
    """Hash of a module of the library, of all it imports from there, and of their templates."""
    waiting, reached = [module], set()
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += _imports(name)
    files = [LIBRARY / f"{name}.py" for name in reached]
    if "pages" in reached:
        files += [path for path in (LIBRARY / "templates").rglob("*") if path.is_file()]
    return _hash({str(path.relative_to(LIBRARY)): sha256(path) for path in files})


@cache
def _imports(module):
    """Names of the library's modules that one of them imports, wherever in it (tuple)."""
    found = []
    source = (LIBRARY / f"{module}.py").read_text(encoding="utf-8")
    for node in _statements(ast.parse(source).body):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        names = [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom) and node.module == "dmsi_lib":
            found += [name for name in names if (LIBRARY / f"{name}.py").exists()]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("dmsi_lib."):
            found.append(node.module.split(".")[1])
        elif isinstance(node, ast.Import):
            found += [name.split(".")[1] for name in names if name.startswith("dmsi_lib.")]
    return tuple(found)


def _statements(nodes):
    """All statements and what is inside them; what is inside expressions imports nothing."""
    for node in nodes:
        yield node
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            yield from _statements(getattr(node, name, ()))


def read_record(folder):
    """run.json of a report that was built there before; {} where there is none to go by."""
    try:
        record = json.loads((Path(folder) / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    parts = ("files", "keys", "seconds")
    whole = isinstance(record, dict) and all(isinstance(record.get(p), dict) for p in parts)
    return record if whole else {}


def unchanged_files(folder, record):
    """Names of the files that are as a report's record says; none outside the folder."""
    files = record.get("files", {})
    return {name for name in files if _is_inside(name) and _is(Path(folder) / name, files[name])}


def _is_inside(name):
    """Whether a name stays in its folder; a Windows path knows every way to leave one."""
    path = PureWindowsPath(name) if isinstance(name, str) else None
    return path is not None and not path.anchor and ".." not in path.parts


def _is(path, digest):
    try:
        return path.is_file() and sha256(path) == digest
    except (OSError, ValueError):  # a name that no file can have, or a file that can't be read
        return False


def is_current(folder, key):
    """Whether a folder holds the report of that key, every file as it was written."""
    record = read_record(folder)
    if not record or record.get("key") != key:
        return False
    intact = unchanged_files(folder, record)
    return bool(intact) and intact == set(record["files"])
