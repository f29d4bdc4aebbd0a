"""Published versions of a report: what a build must hold, what its manifest says, what is there.

Nothing here writes. A version is a folder `vNNNN` with a MANIFEST.json that lists every other file
with its sha256; a folder without one is not a version.
"""

import html
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup
from bs4.exceptions import ParserRejectedMarkup

from dmsi_lib.errors import InputError, problems
from dmsi_lib.files import SYSTEM_FILES, Place, sha256
from dmsi_lib.pages import policy_for
from dmsi_lib.wording import SYNTHETIC_MARK

MANIFEST, POINTER = "MANIFEST.json", "index.html"
VERSION = re.compile(r"v(\d{4,})")
_SHOWN = re.compile(r'<meta name="dmsi-version" content="(v\d{4,})">')
_STYLE = """:root { color-scheme: light dark; }
body { font: 16px/1.55 system-ui, sans-serif; margin: 2rem auto; max-width: 40rem; }"""
_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="dmsi-version" content="{name}">
<meta http-equiv="refresh" content="0; url={name}/index.html">
<title>{title}</title>
<style>{style}</style>
</head><body><main><h1>{title}</h1>{badge}
<p><a href="{name}/index.html">Open the report</a> ({name}, published {published}).</p>
</main></body></html>
"""

Files = Mapping[str, Mapping[str, Any]]  # by path: its `sha256` and its `size` in bytes


@dataclass(frozen=True)
class Version:
    """What MANIFEST.json says of a published report; `run` is the sha256 of its run.json."""

    version: str
    published: str
    data: str  # "synthetic" or "export"
    title: str
    run: str
    files: Files

    @property
    def number(self) -> int:
        """The version's number."""
        return int(self.version[1:])

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(entry["size"] for entry in self.files.values())


# ---- what is published


def check_build(folder: Place, allow_internal: bool = False) -> Version:
    """What a report's folder would be as a version, without a name and a date yet.

    An InputError unless it is complete and fit to be read by others: without a readable run.json,
    for internal use unless that is allowed, with a page missing that index.html or run.json names,
    or with a link in the folder, which would lead elsewhere on another machine.
    """
    folder = Path(folder)
    try:
        if not folder.is_dir():
            raise InputError(f"{folder}: no such folder. Run `dmsi report` first.")
        files = hash_files(folder)
        for name in ("run.json", POINTER):
            if name not in files:
                raise InputError(f"{folder}: has no {name}; expected what `dmsi report` writes.")
        run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        index = BeautifulSoup((folder / POINTER).read_bytes(), "html.parser")
    except OSError as error:
        raise InputError(f"{folder}: can't be read ({error.strerror or error}).") from None
    except (ValueError, RecursionError) as error:  # the latter where it is nested too deep
        raise InputError(f"{folder / 'run.json'}: not valid JSON ({error}).") from None
    except ParserRejectedMarkup:
        raise InputError(f"{folder / POINTER}: not valid HTML; run `dmsi report` again.") from None
    if not isinstance(run, dict) or not isinstance(run.get("synthetic"), bool):
        raise InputError(
            f'{folder / "run.json"}: expected "synthetic": true or false. Run `dmsi report` again.'
        )
    if run.get("audience") != "public" and not allow_internal:
        raise InputError(
            f"{folder}: was built for internal use; small cells in it may name a person. Build it "
            "with --audience public, or publish it to colleagues alone with --allow-internal."
        )
    notebooks = run.get("seconds")
    named = [f"{name}.html" for name in (notebooks if isinstance(notebooks, dict) else ())]
    missing = [name for name in dict.fromkeys([*named, *_links(index)]) if name not in files]
    if missing:
        raise InputError(
            problems(f"{folder}: named there, but missing; run `dmsi report` again:", missing)
        )
    data = "synthetic" if run["synthetic"] else "export"
    heading = index.h1 or index.title
    title = " ".join(heading.get_text().split()) if heading else "Report"
    return Version("", "", data, title, files["run.json"]["sha256"], files)


def _links(page: BeautifulSoup) -> Iterator[str]:
    """Paths of the files that a page names, relative to it."""
    for attribute in ("href", "src"):
        for tag in page.find_all(True, attrs={attribute: True}):
            try:
                link = urlsplit(str(tag[attribute]))
            except ValueError:  # such as "http://[x": no address, hence no file of the report
                continue
            if link.path and not link.scheme and not link.netloc:
                yield unquote(link.path)


def hash_files(folder: Place) -> dict[str, dict[str, Any]]:
    """Every file below a folder, but its manifest, with sha256 and size."""
    return {
        name: {"sha256": sha256(path), "size": path.stat().st_size}
        for path in _walk(Path(folder))
        if (name := path.relative_to(folder).as_posix()) != MANIFEST
    }


def _walk(folder: Path) -> Iterator[Path]:
    """The files below a folder; an InputError for what is neither, such as a link."""
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise InputError(f"{path}: a link or device; expected files and folders only.")
        if path.is_dir():
            yield from _walk(path)
        elif path.name not in SYSTEM_FILES:
            yield path


def differences(expected: Files, found: Files) -> list[str]:
    """Lines that say how the files found differ from those expected (see `hash_files`)."""
    lines = [f"{name}: missing" for name in expected if name not in found]
    lines += [f"{name}: not in the manifest" for name in found if name not in expected]
    both = [name for name in expected if name in found and expected[name] != found[name]]
    return lines + [f"{name}: changed or damaged" for name in both]


# ---- what is there


def find_versions(dest: Place) -> list[Version]:
    """The complete versions in a shared folder, oldest first."""
    names = [name for name in os.listdir(dest) if VERSION.fullmatch(name)]
    found = [read_manifest(Path(dest) / name) for name in names]
    return sorted((version for version in found if version), key=lambda version: version.number)


def read_manifest(folder: Path) -> Version | None:
    """What a version says of itself, None where it does not or says it of another one."""
    try:
        if not (folder / MANIFEST).is_file():  # nothing, or a pipe that would never end
            return None
        version = Version(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
        return version if version.version == folder.name and version.size >= 0 else None
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None  # not what `publish` writes


def current_version(dest: Place) -> str | None:
    """Name of the version that index.html leads to, None where it leads to none."""
    pointer = Path(dest) / POINTER
    if not pointer.is_file():  # nothing, or a pipe that would never end
        return None
    text = pointer.read_text(encoding="utf-8", errors="replace")
    match = _SHOWN.search(text)
    return match[1] if match else None


def verify_version(folder: Path) -> list[str]:
    """Lines that say what is wrong with a version; none where it is as it was published."""
    try:
        version = read_manifest(folder)
        if version is None:
            return [f"{folder.name}: no readable {MANIFEST}"]
        lines = differences(version.files, hash_files(folder))
    except InputError as error:
        lines = [str(error)]
    except OSError as error:
        lines = [f"can't be read ({error.strerror or error})"]
    return [f"{folder.name}/{line}" for line in lines]


def versions_to_remove(names: list[str], current: str, keep: int | None) -> list[str]:
    """The oldest of the names (oldest first) beyond those to keep, never the current one."""
    beyond = 0 if keep is None else max(len(names) - keep, 0)
    return [name for name in names if name != current][:beyond]


def render_pointer(version: Version) -> str:
    """The page that leads to a version: for browsers at once, for everybody by a link."""
    badge = f"<p><strong>{SYNTHETIC_MARK}: no real respondent gave these answers.</strong></p>"
    return _PAGE.format(
        policy=policy_for(_STYLE),
        style=_STYLE,
        name=version.version,
        title=html.escape(version.title),
        published=html.escape(version.published),
        badge=badge if version.data == "synthetic" else "",
    )
