"""A figure saved for a paper: of a given size, in given colours, its numbers written as the paper's
language has them, with its data and its alternative text beside it.

The text beside it says which files were saved and what they held. So a figure can be saved anew,
and what anybody else made or changed is never overwritten.
"""

import hashlib
import io
import re
from collections.abc import Mapping
from dataclasses import replace
from math import ceil, isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib
from matplotlib.text import Text

from dmsi_lib.errors import InputError
from dmsi_lib.figures.lettering import lacking_letters
from dmsi_lib.figures.styles import PALETTES, WIDTH, Palette, Style, drawn_in
from dmsi_lib.files import Place, content_of, csv_bytes, destination, write_together
from dmsi_lib.wording import unknown

if TYPE_CHECKING:
    from dmsi_lib.figures.pictures import Picture

FORMATS = (".svg", ".pdf", ".png")
LANGUAGES = ("en", "fr")
Size = tuple[float | None, float | None, str]
_UNITS = {"in": 1.0, "mm": 1 / 25.4}  # inches
_NARROWEST, _WIDEST, _HIGHEST = 80 / 25.4, 500 / 25.4, 1000 / 25.4  # inches
_MOST_DOTS = 2400  # an inch
_MADE, _ABOVE = "\n\nSaved with this text (sha256):\n", "the text above"
_THIN = "\N{NARROW NO-BREAK SPACE}"
_THOUSANDS, _DECIMALS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))"), re.compile(r"(?<=\d)\.(?=\d)")
_PERCENT = re.compile(r"(?<=\d)\s?(?=%)")


def save_picture(
    picture: "Picture", place: Place, size: Size, language: str, palette: str, dpi: int
) -> tuple[str, ...]:
    """See `Picture.save`; `size` is width, height, unit."""
    path = Path(place)
    ending = path.suffix.lower()
    if ending not in FORMATS:
        raise InputError(f"{path}: expected a name that ends with {', '.join(FORMATS)}.")
    for kind, name, known in (
        ("unit", size[2], _UNITS),
        ("language", language, LANGUAGES),
        ("palette", palette, PALETTES),
    ):
        if name not in known:
            raise InputError(unknown(kind, name, known))
    if not 1 <= dpi <= _MOST_DOTS:
        raise InputError(f"dpi={dpi}: expected 1 to {_MOST_DOTS:,} dots an inch.")
    drawn = _drawn(picture, size, PALETTES[palette])
    for text in drawn.figure.findobj(Text):
        text.set_text(in_language(text.get_text(), language))
    return _write(path, drawn, in_language(drawn.alt, language), dpi)


def _drawn(picture: "Picture", size: Size, palette: Palette) -> "Picture":
    """A picture drawn anew in a size and a palette; see `save_picture`."""
    if picture.again is None:
        return picture
    width, height, unit = size
    style = Style(_inches("width", width, unit, _NARROWEST, _WIDEST) or WIDTH, palette=palette)
    inches = _inches("height", height, unit, 0, _HIGHEST)
    with drawn_in(style):
        drawn = picture.again()
    needed = drawn.figure.get_size_inches()[1]
    if inches is None:
        return drawn
    if inches < needed:
        least = ceil(10 * needed / _UNITS[unit]) / 10
        raise InputError(
            f"height={height:g} {unit}: at this width the figure needs {least:g} {unit}. Give it "
            "as much, or more width, or leave the height out."
        )
    with drawn_in(replace(style, height=inches)):
        return picture.again()


def _inches(what: str, value: float | None, unit: str, least: float, most: float) -> float | None:
    """A size in inches; an InputError for one that is too small or too large."""
    if value is None:
        return None
    inches = value * _UNITS[unit]
    if not isfinite(inches) or not least <= inches <= most:
        low, high = (f"{end / _UNITS[unit]:.4g}" for end in (least, most))
        raise InputError(f"{what}={value:g} {unit}: expected {low} to {high} {unit}.")
    return inches


def in_language(text: str, language: str) -> str:
    """A text with its numbers as a language writes them; they are given as in English.

    In French 1 058 and 12,5 %, the spaces narrow and without a break (U+202F).
    """
    if language == "en":
        return text
    text = _DECIMALS.sub(",", _THOUSANDS.sub(_THIN, text))
    return _PERCENT.sub(_THIN, text)


def _write(path: Path, picture: "Picture", alt: str, dpi: int) -> tuple[str, ...]:
    """Write figure, data and text; the names of the files."""
    contents = {path: _content(picture, path.suffix.lower(), dpi)}
    if picture.data is not None:
        contents[path.with_suffix(".csv")] = csv_bytes(picture.data)
    beside = path.with_suffix(".txt")
    before = _record(beside)
    for one in (*contents, beside):
        _spare(one, before)
    hashes = before | {one.name: _digest(content) for one, content in contents.items()}
    hashes[_ABOVE] = _digest(alt.encode())
    listed = "\n".join(f"{digest}  {name}" for name, digest in hashes.items())
    contents[beside] = f"{alt}{_MADE}{listed}\n".encode()
    write_together(contents)
    return tuple(one.name for one in contents)


def _content(picture: "Picture", ending: str, dpi: int) -> bytes:
    """The bytes of a figure, the same for the same figure."""
    drawn = io.BytesIO()
    dates: dict[str, Any] = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}
    # Letters stay letters (TrueType) in a .pdf, as journals ask.
    settings: Any = {"svg.hashsalt": picture.name, "pdf.fonttype": 42}
    with matplotlib.rc_context(settings), lacking_letters():
        picture.figure.savefig(drawn, format=ending[1:], dpi=dpi, metadata=dates.get(ending))
    return drawn.getvalue()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _record(beside: Path) -> dict[str, str]:
    """The files that a text beside a figure names, with their hashes; {} where none is there."""
    if not destination(beside).exists():
        return {}
    alt, _, listed = content_of(beside).decode(errors="replace").rpartition(_MADE)
    pairs = (line.partition("  ") for line in listed.splitlines())
    found = {name: digest for digest, _, name in pairs}
    return found if found.get(_ABOVE) == _digest(alt.encode()) else {}


def _spare(path: Path, saved: Mapping[str, str]) -> None:
    """Refuse to overwrite what was not saved in this way, or changed since."""
    if not destination(path).exists():
        return
    is_record = path.suffix == ".txt"  # which was looked at when it was read
    if not saved or not (is_record or saved.get(path.name) == _digest(content_of(path))):
        raise InputError(
            f"{path}: is there already, and was not saved with a figure, or was changed since. "
            "Nothing was written; choose another name, or move it elsewhere."
        )
