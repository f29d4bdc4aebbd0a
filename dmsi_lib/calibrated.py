"""Writing the calibrated export: made, read back like any other export, compared, only then kept."""

import shutil
import tempfile
from pathlib import Path

from dmsi_lib.errors import InputError, problems
from dmsi_lib.files import write_text
from dmsi_lib.published import ERROR
from dmsi_lib.questionnaire import read_questionnaire
from dmsi_lib.strict_yaml import read_yaml
from dmsi_lib.survey import DATA, PUBLISHED_FIGURES, QUESTIONNAIRE, Survey
from dmsi_lib.published import read_published
from dmsi_lib.synthetic import synthesize


def write_synthetic_export(path):
    """Make the synthetic export and its tags, and keep them if every published figure comes out.

    Parameters
    ----------
    path : path of the CSV file; the tags go to the folder `tags` beside it

    Raises
    ------
    InputError
        With the figures that do not come out; nothing is written then.
    """
    path = Path(path)
    export, tags = synthesize(
        read_questionnaire(QUESTIONNAIRE),
        read_published(PUBLISHED_FIGURES),
        *(read_yaml(DATA / "synthetic" / f"{name}.yaml")
          for name in ("calibration", "open_answers", "other_answers")),
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / "export.csv"
        (trial.parent / "tags").mkdir()
        write_text(trial, export)
        for name, text in tags.items():
            write_text(trial.parent / "tags" / f"{name}.csv", text)
        check_reproduction(Survey.load(trial))
        try:
            (path.parent / "tags").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{path.parent}: can't be written ({error.strerror}).") from None
        for file in (trial.parent / "tags").iterdir():
            shutil.copyfile(file, path.parent / "tags" / file.name)
        write_text(path, export)


def check_reproduction(survey):
    """Raise InputError unless every figure comes out that the report does not itself get wrong."""
    ledger = survey.reproduction()
    excused = ledger["remark"].str.startswith(ERROR) | (ledger["kind"] == "statement")
    missed = ledger[~ledger["match"] & ~excused]
    if len(missed):
        lines = [f"line {row.source_line}, {row.label}: {row.remark}" for row in missed.itertuples()]
        raise InputError(problems("The synthetic export misses published figures.", lines))
