"""Drawing pixels with each text laid out once.

Matplotlib lays a text out to measure it and again to draw it, and then draws letter by letter:
most of a figure's time. Here a text becomes one small image when it is measured, and that is put
where the text belongs, on whole pixels; at the resolution of our figures nobody sees it.
"""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg, get_hinting_flag

_UNITS = 64  # of a font's measures in a pixel
_UPRIGHT, _UPWARDS = 0, 90  # degrees; at other angles matplotlib's own way is taken


class _Written(NamedTuple):
    """A text as an image: how much ink is on each pixel, and what matplotlib asks of it."""

    ink: np.ndarray[Any, Any]  # uint8 (height, width)
    left: float  # pixels from where the text begins to the image
    measures: tuple[float, float, float]  # width, height, and how far it reaches below its line


@lru_cache(maxsize=500)  # figures after each other have much in common
def _written(text: str, font: Any, size: float, dpi: float, hinting: Any) -> _Written:
    """A text in a font, which has the `size` in points at so many dots an inch already."""
    font.set_text(text, 0, flags=hinting)
    width, height = font.get_width_height()
    measures = width / _UNITS, height / _UNITS, font.get_descent() / _UNITS
    font.draw_glyphs_to_bitmap(antialiased=True)
    left, _ = font.get_bitmap_offset()
    return _Written(np.array(font.get_image()), left / _UNITS, measures)


class TextOnceRenderer(RendererAgg):
    """Agg's renderer that lays out no text twice."""

    def _text(self, text: str, style: Any) -> _Written:
        font = self._prepare_font(style)
        return _written(text, font, style.get_size_in_points(), self.dpi, get_hinting_flag())

    def get_text_width_height_descent(self, s: str, prop: Any, ismath: Any) -> Any:
        """See RendererBase."""
        if ismath:
            return super().get_text_width_height_descent(s, prop, ismath)
        return self._text(s, prop).measures

    def draw_text(
        self,
        gc: Any,
        x: float,
        y: float,
        s: str,
        prop: Any,
        angle: float,
        ismath: Any = False,
        mtext: Any = None,
    ) -> None:
        """See RendererBase; `y` counts downwards, and is where the text's line is."""
        if ismath or angle not in (_UPRIGHT, _UPWARDS):
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
            return
        ink, left, (_, _, below) = self._text(s, prop)
        if angle == _UPWARDS:  # turned, what is below the line is at its right
            ink, x, y = np.rot90(ink), x + below - len(ink) + 1, y - left - 1
        else:
            x, y = x + left, y + below
        pixels = np.empty((*ink.shape, 4), dtype=np.uint8)
        pixels[..., :3] = np.multiply(gc.get_rgb()[:3], 255).round()
        pixels[..., 3] = np.multiply(ink, gc.get_alpha()).round()
        # An image is placed by its lower left corner, counted upwards, and its lowest row is first.
        self.draw_image(gc, round(x), int(self.height) - 1 - round(y), pixels[::-1])
