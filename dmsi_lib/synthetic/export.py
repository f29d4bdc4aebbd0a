"""The synthetic export as a file in SurveyMonkey's shape: written, read back, checked, kept."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from dmsi_lib.choices import DATA, PUBLISHED_FIGURES, QUESTIONNAIRE, Choices, shipped
from dmsi_lib.errors import InputError, problems
from dmsi_lib.files import Place, content_of, destination, write_together
from dmsi_lib.open_answers import TAG_COLUMNS
from dmsi_lib.published import ERROR, read_published
from dmsi_lib.questionnaire import (
    OTHER_TEXT,
    Question,
    Questionnaire,
    read_questionnaire,
    read_yaml,
)
from dmsi_lib.survey import Survey, read_survey
from dmsi_lib.synthetic.population import Objects, Population, Settings, synthesize
from dmsi_lib.working_folders import working_folder

METADATA = (
    *("Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address"),
    *("Email Address", "First Name", "Last Name", "Custom Data 1"),
)
CODER = "synthetic"  # who is said to have assigned the themes


def write_synthetic_export(path: Place) -> None:
    """Make the synthetic export and its tags, and keep them if every published figure comes out.

    Parameters
    ----------
    path : path of the CSV file; the tags go to the folder `tags` beside it

    Raises
    ------
    InputError
        With the figures that do not come out, or where the place is taken, by tags of real coders
        above all; nothing is written then.
    """
    path = Path(path)
    check_place(path)
    questionnaire = read_questionnaire(shipped(QUESTIONNAIRE))
    calibration = read_yaml(DATA / "synthetic" / "calibration.yaml")
    people = synthesize(
        questionnaire,
        read_published(PUBLISHED_FIGURES),
        calibration,
        read_yaml(DATA / "synthetic" / "open_answers.yaml"),
        read_yaml(DATA / "synthetic" / "other_answers.yaml"),
    )
    # Of eleven digits, rising, none of them given out by the platform in 2018.
    steps = people.random.randint(1_000, 90_000, len(people.stop))
    ids = [str(n) for n in 99_000_000_000 + np.cumsum(steps)]
    export = export_text(questionnaire, people, ids, calibration)
    tags = tag_texts(people, ids)
    check_reproduction(tried(export, tags))
    _write(path, export, tags)


def tried(export: str, tags: Mapping[str, str], questionnaire: str | None = None) -> Survey:
    """The survey that an export and its tags make, read from a folder of their own."""
    with working_folder(Path(tempfile.gettempdir())) as folder:
        trial = folder / "export.csv"
        _write(trial, export, tags)
        return read_survey(Choices(str(trial), questionnaire))


def _write(path: Path, export: str, tags: Mapping[str, str]) -> None:
    """Write an export and its tags, all or nothing."""
    folder = path.parent / "tags"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{path.parent}: can't be written ({error.strerror}).") from None
    texts = {folder / f"{name}.csv": text for name, text in tags.items()} | {path: export}
    write_together({place: text.encode("utf-8") for place, text in texts.items()})


def check_place(path: Path) -> None:
    """Raise InputError where the export or its tags would meet something they may not replace."""
    folder = path.parent / "tags"
    check_export_place(path)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: is a file; the tags need a folder there.")
    for file in folder.glob("*.csv"):
        rows = content_of(file).splitlines()[1:]
        if not all(row.rstrip().endswith(f",{CODER}".encode()) for row in rows):
            raise InputError(
                f"{file}: holds tags that are not synthetic; choose another folder, they would be "
                "lost."
            )


def check_export_place(path: Path) -> None:
    """Raise InputError where an export would replace what is no synthetic one."""
    if destination(path).exists() and b"SYNTHETIC" not in content_of(path):
        raise InputError(f"{path}: is there already and is no synthetic export; choose a new name.")


def check_reproduction(survey: Survey) -> None:
    """Raise InputError unless every figure comes out that the report does not itself get wrong."""
    assert survey.published, "the repository has a ledger"
    ledger = survey.published.reproduction()
    excused = ledger["remark"].str.startswith(ERROR) | (ledger["kind"] == "statement")
    missed = ledger[~ledger["match"] & ~excused]
    if len(missed):
        lines = [f"line {m.source_line}, {m.label}: {m.remark}" for m in missed.itertuples()]
        raise InputError(problems("The synthetic export misses published figures.", lines))


def export_text(
    questionnaire: Questionnaire, people: Population, ids: Sequence[str], calibration: Settings
) -> str:
    """The export as CSV, with SurveyMonkey's two header rows."""
    titles, subtitles, columns = list(METADATA), [""] * len(METADATA), []
    for question in sorted(questionnaire.in_file, key=lambda one: one.page):
        for n, (subtitle, answer) in enumerate(_question_columns(question, people)):
            titles.append(question.text if n == 0 else "")
            subtitles.append(subtitle)
            columns.append(answer)
    rows = [
        [*head, *(column[n] or "" for column in columns)]
        for n, head in enumerate(metadata_rows(people, ids, calibration))
    ]
    return _csv_text([titles, subtitles, *rows])


def _question_columns(
    question: Question, people: Population
) -> Iterator[tuple[str, Sequence[str | None] | Objects]]:
    """Pairs of subtitle and answers in the shape of SurveyMonkey's second header row."""
    own = {item: answer for (name, item), answer in people.answers.items() if name == question.id}
    if question.type == "single":
        labels = {None: None} | question.choices
        yield "Response", [labels[code] for code in own[""]]
    elif question.type == "open":
        yield "Open-Ended Response", own[""]
    else:
        for code, label in question.options.items():
            yield label, own[code]
    if question.other is not None:
        yield question.other, own[OTHER_TEXT]


def metadata_rows(
    people: Population, ids: Sequence[str], calibration: Settings
) -> Iterator[tuple[str, ...]]:
    """Invented metadata: documentation addresses, names that nobody has, dates in field time."""
    day = datetime.fromisoformat(calibration["first_day"])
    size, random = len(ids), people.random
    starts = np.sort(random.randint(0, int(calibration["days"]) * 24 * 3600, size))
    for n in range(size):
        start = day + timedelta(seconds=int(starts[n]))
        end = start + timedelta(seconds=20 + int(people.last_page[n]) * int(random.randint(15, 60)))
        named = random.randint(10) == 0
        yield (
            ids[n],
            calibration["mark"],
            f"{start:%m/%d/%Y %H:%M:%S}",
            f"{end:%m/%d/%Y %H:%M:%S}",
            f"198.51.100.{random.randint(1, 255)}",
            f"invented.person{n}@example.org" if named else "",
            "Invented" if named else "",
            f"Person{n}" if named else "",
            calibration["mark"],
        )


def tag_texts(people: Population, ids: Sequence[str]) -> dict[str, str]:
    """The tags of each question as CSV."""
    rows: dict[str, list[tuple[str, str, str]]] = {}
    for question, theme, members in people.tags:
        rows.setdefault(question, []).extend((ids[n], theme, CODER) for n in members)
    return {name: _csv_text([TAG_COLUMNS, *sorted(own)]) for name, own in rows.items()}


def _csv_text(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
