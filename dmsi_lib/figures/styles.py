"""How a figure is drawn: how wide, and in which colours. The house's way, until another is asked
for while something is drawn."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from matplotlib.colors import to_rgb

Colour = tuple[float, float, float]
WIDTH = 3.65  # inches: the 350 pixels that a page leaves on a telephone of 390
# Seaborn's palette "colorblind", told apart by all readers; seaborn itself takes long to import.
_COLOURS = "#0173b2 #de8f05 #029e73 #d55e00 #cc78bc #ca9161 #fbafe4 #949494 #ece133 #56b4e9"
_GREYS = "#333333 #999999 #666666 #c4c4c4 #4d4d4d #b0b0b0 #808080 #d9d9d9"


@dataclass(frozen=True)
class Palette:
    """`colours` of groups and of options without an order, `shades` of what has one (the name of
    one of matplotlib's colormaps), `undecided` for who did not choose, `alarm` for marks."""

    colours: tuple[Colour, ...]
    shades: str
    undecided: Colour
    alarm: str


_HOUSE = Palette(tuple(map(to_rgb, _COLOURS.split())), "Blues", (0.62, 0.62, 0.62), "#b04a00")
_GREY = Palette(tuple(map(to_rgb, _GREYS.split())), "Greys", (0.93, 0.93, 0.93), "#222222")
PALETTES = {"house": _HOUSE, "colorblind": _HOUSE, "grey": _GREY}


@dataclass(frozen=True)
class Style:
    """`width` of a figure in inches, and its palette; `height` where it is to be higher than it
    needs."""

    width: float = WIDTH
    height: float | None = None
    palette: Palette = _HOUSE


_STYLE: ContextVar[Style] = ContextVar("style", default=Style())  # noqa: B039 - it is frozen


def style_now() -> Style:
    """The style of what is drawn now."""
    return _STYLE.get()


@contextmanager
def drawn_in(wanted: Style) -> Iterator[None]:
    """Draw in another style."""
    before = _STYLE.set(wanted)
    try:
        yield
    finally:
        _STYLE.reset(before)
