"""What was published at a destination before: a record that outlives the versions themselves.

The folder `.published` holds a file for every public report or batch that was ever published there,
named by the sha256 of its run.json, with the figures it shows and nothing else: what every reader
of it could copy. A version without such a file, from before there was a record or because somebody
deleted it, counts as it lies there. Versions for internal use are neither recorded nor tried.
"""

import csv
import hashlib
import io
import json
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from dmsi_lib.disclosure import Publication, ShownLine, ShownReport, ShownTable
from dmsi_lib.errors import InputError, UsageError, problems
from dmsi_lib.files import checked_size, content_of, restored
from dmsi_lib.shared_drive.versions import Version
from dmsi_lib.shared_drive.writing import sync, write_through
from dmsi_lib.where import Where
from dmsi_lib.wording import how_many

RECORDS = ".published"
_ENDING, _UNFINISHED = ".json", ".new"
_COLUMNS = ("question", "item", "label", "count", "base")


def refuse_learnt(
    dest: Path,
    new: Publication,
    versions: Sequence[Version],
    progress: Callable[[str], object],
) -> None:
    """Raise InputError where a public report tells more together with what was published before.

    Parameters
    ----------
    dest : the shared folder
    new : as from `read_publication`
    versions : those lying there
    progress : told of versions for internal use, which show what public ones hide, and of what is
        tried, which takes up to a minute where groups of several batches overlap
    """
    before, internal = _published(dest, versions)
    if internal:
        progress(
            f"For internal use, and lying there too: {', '.join(internal)}. Whoever can read that "
            "folder sees in them what this report hides."
        )
    others = _distinct(one for one in before if one.is_of(new))
    if not others or replace(new, name="") in [replace(one, name="") for one in others]:
        return
    if not any(table.lists for report in new.reports for table in report.tables.values()):
        raise InputError(
            f"{dest}: other reports of this export were published there, and this one was made by "
            "an earlier version of the program, so that they can't be tried together. Run `dmsi "
            "report` or `dmsi batch` again."
        )
    from dmsi_lib.disclosure import learnt_together  # loads what solves programmes

    progress(f"Trying what it tells beside {how_many(len(others), 'earlier publication')} …")
    lines = [str(one) for one in learnt_together(new, others)]
    if lines:
        heading = (
            f"{dest}: this report and what was published there before would tell "
            f"{how_many(len(lines), 'figure')} that neither tells alone; nothing was published. "
            "Make it with the same --edit, --base and --min-cell as before, and groups that are to "
            "be published in one batch:"
        )
        raise InputError(problems(heading, lines))


def record_all(dest: Path, versions: Sequence[Version]) -> None:
    """Write the records that are missing of public versions lying there."""
    folder = dest / RECORDS
    missing = [one for one in versions if not _record_of(dest, one.run).exists()]
    found = [(one, read_publication(dest / one.version, _name(one))) for one in missing]
    for one, publication in found:
        if publication is not None:
            folder.mkdir(exist_ok=True)
            _write_record(_record_of(dest, one.run), publication)


def damaged_records(dest: Path) -> list[str]:
    """Lines that say which records can't be read; none where all can."""
    lines = []
    for path in _files(dest, _ENDING):
        try:
            _read_record(path)
        except InputError as error:
            lines.append(str(error))
    return lines


def unfinished_records(dest: Path) -> list[Path]:
    """What killed publishers have left in the folder of records."""
    return _files(dest, _UNFINISHED)


# ---- the records


def _published(dest: Path, versions: Sequence[Version]) -> tuple[list[Publication], list[str]]:
    """What was ever published there, and the names of the versions for internal use."""
    found, internal = [_read_record(path) for path in _files(dest, _ENDING)], []
    for version in versions:
        if not _record_of(dest, version.run).exists():
            publication = read_publication(dest / version.version, _name(version))
            if publication is None:
                internal.append(version.version)
            else:
                found.append(publication)
    return found, internal


def _name(version: Version) -> str:
    return f"{version.version} of {version.published[:10]}"


def _record_of(dest: Path, run: str) -> Path:
    return dest / RECORDS / f"{run}{_ENDING}"


def _files(dest: Path, ending: str) -> list[Path]:
    folder = dest / RECORDS
    names = os.listdir(folder) if folder.is_dir() else []
    return [folder / name for name in sorted(names) if name.endswith(ending)]


def _write_record(path: Path, publication: Publication) -> None:
    content = asdict(publication)
    record = {"sha256": _digest(content), "publication": content}
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}{_UNFINISHED}")
    try:
        write_through(fresh, io.BytesIO(json.dumps(record, ensure_ascii=False).encode()))
        os.replace(fresh, path)
    except BaseException:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise
    sync(path.parent)


def _digest(content: Any) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _read_record(path: Path) -> Publication:
    """A record; an InputError where it is not as it was written, an OSError of the drive's."""
    checked_size(path)
    try:
        record = json.loads(path.read_bytes())
        if record["sha256"] == _digest(record["publication"]):
            return _publication_of(record["publication"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    raise InputError(
        f"{path}: damaged, or changed by somebody; expected what `dmsi publish` wrote of what was "
        "published there. Restore it from a backup. If the version it is of still lies there, or "
        "never was public, delete it: it is written again."
    )


def _publication_of(content: Mapping[str, Any]) -> Publication:
    reports = tuple(
        ShownReport(
            **{
                **report,
                "where": tuple(report["where"]),
                "tables": {name: _table_of(table) for name, table in report["tables"].items()},
            }
        )
        for report in content["reports"]
    )
    by, where = tuple(content["by"]), tuple(content["where"])
    return Publication(**{**content, "reports": reports, "by": by, "where": where})


def _table_of(content: Mapping[str, Any]) -> ShownTable:
    lines = {item: ShownLine(**line) for item, line in content["lines"].items()}
    return ShownTable(**{**content, "lines": lines})


def _distinct(publications: Iterable[Publication]) -> list[Publication]:
    """Those that show different things, whatever they are called."""
    found: list[Publication] = []
    for one in publications:
        if replace(one, name="") not in [replace(other, name="") for other in found]:
            found.append(one)
    return found


# ---- what a report shows


def read_publication(folder: Path, name: str) -> Publication | None:
    """What a public report or batch in a folder shows; None of one for internal use.

    Raises
    ------
    InputError
        Where a file can't be read, or is not as `dmsi report` writes it.
    """
    run = _read_run(folder)
    if run.get("audience") != "public":
        return None
    try:
        folders = [folder / name for name in run["reports"]] if "reports" in run else [folder]
        runs = [(place, _read_run(place)) for place in folders]
        reports = tuple(_read_report(place, one) for place, one in runs)
        chosen = run.get("parameters", {})
        exports = [one.get("shown", {}).get("export", "") for _, one in runs]
        by, where = tuple(run.get("by", ())), tuple(chosen.get("where", ()))
        export, file = max(exports, default=""), str(chosen.get("export", ""))
        return Publication(name, reports, by, where, export, file)
    except (ValueError, KeyError, TypeError, AttributeError, UsageError):
        raise _damaged(folder / "run.json") from None


def _damaged(path: Path) -> InputError:
    return InputError(
        f"{path}: damaged, or changed by somebody; expected what `dmsi report` writes. Make the "
        "report again; where this is a version that was published before, restore or delete it."
    )


def _read_run(folder: Path) -> dict[str, Any]:
    path = folder / "run.json"
    try:
        run = json.loads(content_of(path))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not valid JSON ({error}).") from None
    if not isinstance(run, dict):
        raise InputError(f"{path}: expected a JSON object, as `dmsi report` writes it.")
    return run


def _read_report(folder: Path, run: Mapping[str, Any]) -> ShownReport:
    chosen, shown = run.get("parameters", {}), run.get("shown", {})
    about, size = shown.get("tables", {}), run.get("respondents")
    return ShownReport(
        edit=str(chosen.get("edit", "none")),
        base=str(chosen.get("base", "answered")),
        min_cell=int(chosen.get("min_cell", 1)),
        where=tuple(Where.of(chosen.get("where", ())).texts),
        size=None if size is None else int(size),
        tables={
            path.stem: _read_table(found, about.get(path.stem, {}))
            for path in sorted((folder / "tables").glob("*.csv"))
            if (found := _read_lines(path))
        },
    )


def _read_table(found: list[tuple[str, str, ShownLine]], about: Mapping[str, Any]) -> ShownTable:
    question, source = str(about.get("question", found[0][0])), str(about.get("source", ""))
    lists = [[str(total), list(map(str, items))] for total, items in about.get("lists", ())]
    return ShownTable(question, source, {item: line for _, item, line in found}, lists)


def _read_lines(path: Path) -> list[tuple[str, str, ShownLine]]:
    """The lines of a table's file, with question and item; none where it is another table."""
    try:
        rows = csv.DictReader(io.StringIO(content_of(path).decode("utf-8-sig"), newline=""))
        return list(_lines(rows)) if {*_COLUMNS} <= {*(rows.fieldnames or ())} else []
    except (ValueError, TypeError, AttributeError, csv.Error):
        raise _damaged(path) from None


def _lines(rows: "csv.DictReader[str]") -> Iterator[tuple[str, str, ShownLine]]:
    for row in rows:
        count, base = _number(row["count"]), _number(row["base"])
        first, mean = row.get("rank_1_percent"), row.get("mean")
        placed = round(float(first) * base / 100) if first and base is not None else None
        line = ShownLine(restored(row["label"]), count, base, placed, float(mean) if mean else None)
        yield restored(row["question"]), restored(row["item"]), line


def _number(text: str) -> int | None:
    return int(float(text)) if text else None
