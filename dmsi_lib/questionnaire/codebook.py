"""What may lie beside a questionnaire: themes of its open questions, places on its tile maps."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from dmsi_lib.errors import InputError
from dmsi_lib.questionnaire.checks import GATE_TYPES
from dmsi_lib.questionnaire.formats import Fault, Place, ThemeKeys, refuse, shown, take
from dmsi_lib.questionnaire.model import Questionnaire
from dmsi_lib.questionnaire.strict_yaml import Mapping, Sequence, read_yaml
from dmsi_lib.wording import unknown

Places = dict[str, tuple[str, int, int]]
_PLACE = "[abbreviation, column, row], whole numbers from 0 to 99"


@dataclass(frozen=True)
class Theme:
    """One theme of a question's codebook."""

    code: str
    label: str
    definition: str = ""
    keywords: tuple[str, ...] = ()


def read_codebook(path: str | Path, questionnaire: Questionnaire) -> dict[str, tuple[Theme, ...]]:
    """Read the codebook.

    Parameters
    ----------
    path : str or Path
    questionnaire : Questionnaire

    Returns
    -------
    dict of question id to tuple of Theme; empty if there is no such file

    Raises
    ------
    InputError
        With a line for every fault.
    """
    document, faults = _by_question(path, questionnaire, ("open",))
    codebook = {}
    for name, entries in document.items():
        line = document.lines[name]
        if isinstance(entries, Sequence):
            codebook[name], found = _themes(name, entries)
            faults += found
        elif isinstance(entries, str) and entries:  # another question's id: they share its list
            if entries not in codebook:
                faults.append(Fault(line, unknown("codebook above it", entries, codebook)))
            codebook[name] = codebook.get(entries, ())
        else:
            text = f"'{name}' is {shown(entries)}; expected a list of themes, or the id of a"
            faults.append(Fault(line, f"{text} question above that has the same."))
    refuse(f"{path}: the codebook can't be used.", faults)
    return codebook


def _by_question(
    path: str | Path, questionnaire: Questionnaire, types: tuple[str, ...]
) -> tuple[Mapping, list[Fault]]:
    """A file's mapping from question ids; the ids that are no question of the types are faults."""
    if not Path(path).exists():
        return Mapping(0), []
    document, faults = read_yaml(path), []
    if not isinstance(document, Mapping):
        raise InputError(f"{path}: found {shown(document)}; expected a map from question ids.")
    for name, line in document.lines.items():
        if name not in questionnaire:
            faults.append(Fault(line, unknown("question", name, questionnaire.by_id)))
        elif (kind := questionnaire[name].type) not in types:
            text = f"question '{name}' is {kind}; expected {' or '.join(types)}."
            faults.append(Fault(line, text))
    return document, faults


def _themes(name: str, entries: Sequence) -> tuple[tuple[Theme, ...], list[Fault]]:
    """The themes of a question and the faults among them."""
    themes, faults = {}, []
    for entry, line in zip(entries, entries.lines, strict=True):
        if not isinstance(entry, Mapping):
            text = f"'{name}': {shown(entry)} is no theme; expected a map with code and label."
            faults.append(Fault(line, text))
            continue
        values, found = take(ThemeKeys, entry, f"'{name}': ")
        faults += found
        if values.get("code") in themes:
            faults.append(Fault(line, f"'{name}' has the theme code '{values['code']}' twice."))
        if not found:
            themes[values["code"]] = Theme(**values)
    return tuple(themes.values()), faults


def read_tiles(path: str | Path, questionnaire: Questionnaire) -> dict[str, Places]:
    """Read where tile maps put the options of questions.

    Parameters
    ----------
    path : str or Path
    questionnaire : Questionnaire

    Returns
    -------
    dict of question id to dict of code to (abbreviation, column, row), from the west and the north
        Empty if there is no such file.

    Raises
    ------
    InputError
        With a line for every fault.
    """
    document, faults = _by_question(path, questionnaire, GATE_TYPES)
    tiles = {}
    for name, places in document.items():
        if isinstance(places, Mapping) and places:
            options = (questionnaire[name].choices if name in questionnaire else {}) or places
            tiles[name], found = _places(name, places, options)
            faults += found
        else:
            text = f"'{name}' is {shown(places)}; expected for each code {_PLACE}."
            faults.append(Fault(document.lines[name], text))
    refuse(f"{path}: the tile maps can't be used.", faults)
    return tiles


def _places(name: str, places: Mapping, options: Collection[str]) -> tuple[Places, list[Fault]]:
    """Where one question's options stand, and the faults there."""
    found: Places = {}
    taken: dict[tuple[int, int], str] = {}
    faults, shape = [], TypeAdapter[Any](Place)
    for code, place in places.items():
        line = places.lines[code]
        if code not in options:
            faults.append(Fault(line, unknown(f"option of {name} with code", code, options)))
        try:
            found[code] = shape.validate_python(place)
        except ValidationError:
            faults.append(Fault(line, f"'{name}.{code}' is {shown(place)}; expected {_PLACE}."))
            continue
        first = taken.setdefault(found[code][1:], code)
        if first != code:
            faults.append(Fault(line, f"'{name}.{code}' has the place of '{first}'."))
    return found, faults
