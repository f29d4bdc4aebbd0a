"""How much room text takes in a figure, without drawing it.

Layouts that measure what is drawn take most of a figure's time. A letter's width is in the font,
so lines are broken, and room is kept, by adding up letters; pairs that the font moves together
make a line a little shorter than that, never longer.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font

SMALL, PLAIN, TITLE = 8.25, 9.0, 10.5  # points: 11, 12 and 14 pixels where a point is 4/3
_POINTS = 72  # an inch
_LEADING = 1.24  # from line to line, as a multiple of the letters' size
_MEASURED = 100  # points, at which letters are measured


@contextmanager
def lacking_letters() -> Iterator[None]:
    """Say nothing of letters that the font lacks: a figure shows boxes for them, and its table and
    its words have the letters."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from font", UserWarning)
        yield


@contextmanager
def each_font_found_once() -> Iterator[None]:
    """Have a font looked up once while something is drawn: matplotlib does it three times a text,
    and compares all settings each time, which do not change meanwhile."""
    fonts: dict[str, Any] = vars(fontManager)
    fonts["findfont"] = cache(fontManager.findfont)
    try:
        yield
    finally:
        del fonts["findfont"]


@cache
def _letter(letter: str, bold: bool) -> float:
    """The width of a letter as a multiple of its size; of one that the font lacks, as those of
    Chinese, the whole size, which such letters take in the fonts that have them."""
    font = get_font(findfont(FontProperties(weight="bold" if bold else "normal")))
    font.set_size(_MEASURED, _POINTS)
    try:
        with lacking_letters():
            return float(font.load_char(ord(letter)).linearHoriAdvance) / 65536 / _MEASURED
    except RuntimeError:
        return 1.0


def width_of(text: str, size: float, bold: bool = False) -> float:
    """The width of a line in inches."""
    return sum(_letter(letter, bold) for letter in text) * size / _POINTS


def height_of(lines: int, size: float) -> float:
    """The height of some lines in inches."""
    return lines * _LEADING * size / _POINTS


def broken(text: str, width: float, size: float = PLAIN, bold: bool = False) -> list[str]:
    """Text in lines of at most so many inches, broken between words where they are not longer."""
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".lstrip()
        if width_of(longer, size, bold) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while width_of(line, size, bold) > width and len(line) > 1:
            fitting = _beginning(line, width, size, bold)
            lines.append(line[:fitting])
            line = line[fitting:]
    return [*lines, line]


def _beginning(word: str, width: float, size: float, bold: bool) -> int:
    """How many letters of a word fit, one at least."""
    fits = (n for n in range(len(word), 1, -1) if width_of(word[:n], size, bold) <= width)
    return next(fits, 1)


def shortened(lines: list[str], most: int) -> list[str]:
    """At most so many lines, the last of which says that there were more."""
    return lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1]} …"]


def plain_text(text: str) -> str:
    """Text for matplotlib, which takes what stands between two dollar signs for a formula."""
    return text.replace("$", r"\$")
