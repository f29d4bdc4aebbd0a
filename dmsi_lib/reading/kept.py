"""An export that was read once, kept so that it need not be read again: its answers lie in Arrow
files, which are mapped into memory.

Kept are exports large enough for reading to take time, under the content of everything that they
were read from. Identities are not among it: names of the identity columns, by which they are found
in answers, are read from the export itself when an answer in own words is to be shown. Nobody else
may read the folder. What was kept of other contents is swept away.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pandas as pd

from dmsi_lib.choices import KEEPING
from dmsi_lib.files import sha256
from dmsi_lib.questionnaire import Questionnaire
from dmsi_lib.reading.export import Export, read_export
from dmsi_lib.reading.findings.field_period import FieldPeriod
from dmsi_lib.reading.identities.known_names import KnownNames, UnreadNames

_FEWEST_BYTES = 4_000_000  # of an export: smaller ones are read in no time
_ABOUT, _BEING_MADE = "about.json", ".part"
_MOST = 2  # exports kept in one folder: a survey, and an earlier wave
_SHOWN = ("type", "rows", "options", "asked", "optional_codes")  # what a file may show otherwise
_FRAMES = ("log", "findings", "columns")
_BETWEEN = "\x1f"  # question and item, in the name of a column


def read_or_kept(path: Path, questionnaire: Questionnaire, contents: Iterable[object]) -> Export:
    """Read an export, or give what was kept of it; a large one is kept where the environment names
    a folder for it (`KEEPING`).

    Parameters
    ----------
    path : of the export
    questionnaire : Questionnaire
    contents : what tells the contents of the two files, such as their hashes

    Returns
    -------
    Export

    Raises
    ------
    InputError
        As `read_export`.
    """
    folder = os.environ.get(KEEPING)
    if not folder or not path.is_file() or path.stat().st_size < _FEWEST_BYTES:
        return read_export(path, questionnaire)
    key = content_key(contents)

    def names() -> KnownNames:
        return read_export(path, questionnaire).identities

    found = kept_export(Path(folder), key, str(path), questionnaire, names)
    if found is None:
        found = read_export(path, questionnaire)
        keep_export(Path(folder), key, found, questionnaire)
    return found


def content_key(contents: Iterable[object]) -> str:
    """The name under which what this library reads from these contents is kept."""
    whole = json.dumps([_library(), *map(str, contents)])
    return hashlib.sha256(whole.encode()).hexdigest()[:32]


@cache
def _library() -> list[str]:
    """What reads: the hashes of the modules up to this wing, and the versions of what they use."""
    import pyarrow

    root = Path(__file__).parents[1]
    modules = [*root.glob("*.py"), *root.glob("questionnaire/*.py"), *root.glob("reading/**/*.py")]
    return [pd.__version__, pyarrow.__version__, *map(sha256, sorted(modules))]


def keep_export(folder: Path, key: str, export: Export, questionnaire: Questionnaire) -> bool:
    """Keep an export; whether it could be kept.

    Parameters
    ----------
    folder : where, made if it is not there
    key : as from `content_key`
    export : as it was read
    questionnaire : with which it was read
    """
    shown = _shown_otherwise(export.questionnaire, questionnaire)
    if folder.is_symlink():  # leads to where others may read
        return False
    if _as_shown(questionnaire, shown, export.questionnaire.layout) != export.questionnaire:
        return False
    period = export.field_period
    about = {
        "questions": shown,
        "layout": export.questionnaire.layout,
        "synthetic": export.synthetic,
        "field_period": period and [str(period.first), str(period.last), period.median_minutes],
    }
    answers = export.responses.copy(deep=False)
    answers.columns = [_BETWEEN.join(name) for name in answers]
    answers["reached"] = export.reached
    frames = {"responses": answers.reset_index(names="respondent")}
    frames |= {name: getattr(export, name) for name in _FRAMES}
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = Path(mkdtemp(_BEING_MADE, dir=folder))
    except OSError:  # no right to write there: then it is read anew each time
        return False
    try:
        for name, frame in frames.items():
            _write(made / f"{name}.arrow", frame)
        (made / _ABOUT).write_text(json.dumps(about), encoding="utf-8")
        shutil.rmtree(folder / key, ignore_errors=True)  # damaged, or just as good
        made.rename(folder / key)
    except OSError:  # no room, or another run was faster
        return False
    finally:
        shutil.rmtree(made, ignore_errors=True)
        _sweep(folder, folder / key)
    return True


def kept_export(
    folder: Path,
    key: str,
    path: str,
    questionnaire: Questionnaire,
    names: Callable[[], KnownNames],
) -> Export | None:
    """What was kept under a key; None where there is nothing, it is damaged, or the folder is a
    link.

    Parameters
    ----------
    folder, key : as to `keep_export`
    path : of the export, as it is given now
    questionnaire : with which it was read
    names : reads the names of the identity columns, once they are needed
    """
    place = folder / key
    if folder.is_symlink():  # leads to where others may write
        return None
    try:
        about = json.loads((place / _ABOUT).read_text(encoding="utf-8"))
        answers = _mapped(place / "responses.arrow").set_index("respondent")
        frames = {name: _mapped(place / f"{name}.arrow") for name in _FRAMES}
        reached = answers.pop("reached").rename(None)
        questions = [tuple(name.split(_BETWEEN)) for name in answers]
        answers.columns = pd.MultiIndex.from_tuples(questions, names=["question", "item"])
        return Export(
            path=path,
            responses=answers,
            questionnaire=_as_shown(questionnaire, about["questions"], about["layout"]),
            reached=reached,
            synthetic=about["synthetic"],
            identities=UnreadNames(names),
            field_period=_period(about["field_period"]),
            **frames,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _shown_otherwise(
    shown: Questionnaire, questionnaire: Questionnaire
) -> dict[str, dict[str, Any]]:
    """What a file shows of its questions otherwise than the questionnaire says, as JSON has it."""
    found = {}
    for question in questionnaire.questions:
        other = shown[question.id]
        names = [n for n in _SHOWN if getattr(question, n) != getattr(other, n)]
        # The order of a map counts, too.
        names += [n for n in ("rows", "options") if n not in names and _order(question, other, n)]
        if names and not question.derivation:
            values = {name: getattr(other, name) for name in names}
            found[question.id] = {
                name: sorted(value) if isinstance(value, frozenset) else value
                for name, value in values.items()
            }
    return found


def _order(one: Any, other: Any, name: str) -> bool:
    return [*getattr(one, name)] != [*getattr(other, name)]


def _as_shown(
    questionnaire: Questionnaire, shown: Mapping[str, Mapping[str, Any]], layout: str
) -> Questionnaire:
    """The questionnaire as a file shows it."""
    changed = {}
    for name, values in shown.items():
        sets: dict[str, Any] = {
            one: frozenset(value) if isinstance(value, list) else value
            for one, value in values.items()
        }
        changed[name] = replace(questionnaire[name], **sets)
    found = questionnaire.with_questions(changed) if changed else questionnaire
    return replace(found, layout=layout)


def _period(told: list[Any] | None) -> FieldPeriod | None:
    if told is None:
        return None
    first, last, minutes = told
    return FieldPeriod(date.fromisoformat(first), date.fromisoformat(last), minutes)


def _write(place: Path, frame: pd.DataFrame) -> None:
    import pyarrow as pa

    table = pa.Table.from_pandas(frame, preserve_index=False)
    with pa.OSFile(str(place), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)


def _mapped(place: Path) -> pd.DataFrame:
    import pyarrow as pa

    with pa.memory_map(str(place)) as file:
        frame: pd.DataFrame = pa.ipc.open_file(file).read_all().to_pandas()
    return frame


def _sweep(folder: Path, kept: Path) -> None:
    """Delete what was kept before of other contents, but for the newest."""
    with suppress(OSError):
        others = [one for one in folder.iterdir() if one.is_dir() and one != kept]
        others.sort(key=lambda one: one.stat().st_mtime, reverse=True)
        for other in others[_MOST - 1 :]:
            shutil.rmtree(other, ignore_errors=True)
