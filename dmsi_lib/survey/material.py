"""All that a survey is made of, read at once; the faults of all files are told together."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import pandas as pd

from dmsi_lib.choices import (
    CODEBOOK,
    PUBLISHED_FIGURES,
    QUESTIONNAIRE,
    QUOTATIONS,
    SYNTHETIC_EXPORT,
    TAGS,
    TILES,
    Choices,
    input_files,
    shipped,
)
from dmsi_lib.errors import InputError
from dmsi_lib.files import sha256
from dmsi_lib.open_answers import read_quotations, read_tag_file
from dmsi_lib.published import is_of_wave, read_published
from dmsi_lib.questionnaire import (
    Questionnaire,
    Theme,
    read_codebook,
    read_questionnaire,
    read_tiles,
)
from dmsi_lib.reading import Export, read_or_kept

Tiles = dict[str, dict[str, tuple[str, int, int]]]


@dataclass(frozen=True, eq=False)
class Material:
    """What was read from the files of a survey.

    `codebook`, `tags` and `tiles` are by the question's id, and empty where there are none.

    Attributes
    ----------
    tags : the researchers' tags, of all respondents
    quotations : the answers that a reviewer has allowed to be quoted
    tiles : abbreviation, column and row of each code
    ledger : the figures that were published of this wave
    known : what was worked out of the material and is still in use, so that several surveys of it
        share their answers and tables; see `counts`
    """

    questionnaire: Questionnaire
    export: Export
    codebook: dict[str, tuple[Theme, ...]]
    tags: dict[str, pd.DataFrame]
    quotations: pd.DataFrame
    tiles: Tiles
    ledger: pd.DataFrame | None
    known: WeakValueDictionary[Any, Any] = field(
        default_factory=WeakValueDictionary, init=False, repr=False
    )


def read_material(choices: Choices) -> Material:
    """Read every file of a survey, or give what was read where no content has changed since.

    That is the export, the questionnaire, and whatever lies beside either under its usual name.

    Raises
    ------
    InputError
        One message with the faults of all files.
    """
    contents = [(name, _content(path)) for name, path in input_files(choices).items()]
    # Paths as they were given: messages name files as the user does.
    questionnaire = Path(choices.questionnaire or shipped(QUESTIONNAIRE))
    return _read(Path(choices.export or shipped(SYNTHETIC_EXPORT)), questionnaire, *contents)


def _content(path: Path) -> str | None:
    try:
        return sha256(path)
    except OSError:  # whoever reads the file says what is wrong with it
        return None


@lru_cache(maxsize=2)
def _read(
    export_path: Path, questionnaire_path: Path, *contents: tuple[str, str | None]
) -> Material:
    data, beside = export_path.parent, questionnaire_path.parent
    faults: list[str] = []

    def attempt(read: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return read(*arguments)
        except InputError as error:
            faults.append(str(error))
            return None

    instrument = attempt(read_questionnaire, questionnaire_path)
    ledger = beside / PUBLISHED_FIGURES.name
    figures = attempt(read_published, ledger) if ledger.exists() else None
    if instrument is not None and not is_of_wave(ledger, instrument.wave):
        figures = None
    if instrument is None:
        if not export_path.is_file():
            faults.append(f"{export_path}: there is no such file.")
        raise InputError("\n".join(faults))
    read_from = [dict(contents).get(path.name) for path in (export_path, questionnaire_path)]
    export = attempt(read_or_kept, export_path, instrument, read_from)
    codebook = attempt(read_codebook, beside / CODEBOOK.name, instrument) or {}
    tags = {
        name: attempt(read_tag_file, data / TAGS / f"{name}.csv", themes)
        for name, themes in codebook.items()
        if (data / TAGS / f"{name}.csv").exists()
    }
    quotations = attempt(read_quotations, data / QUOTATIONS, instrument)
    tiles = attempt(read_tiles, beside / TILES.name, instrument)
    if faults:
        raise InputError("\n".join(faults))
    instrument = export.questionnaire
    return Material(instrument, export, codebook, tags, quotations, tiles, figures)
