"""A text laid out once stands where matplotlib would have put it."""

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure

from dmsi_lib.figures.text_once import TextOnceRenderer

DPI = 220
TEXTS = ("Aging (fjord)", "1,058 (12.5 %)", "Québec", "two\nlines", r"5 \$", "$x^2$", " ")


def pixels(figure: Figure, kind: type[RendererAgg]) -> np.ndarray:
    """What is drawn, (rows, columns), 0 for white."""
    figure.set_dpi(DPI)
    FigureCanvasAgg(figure)
    renderer = kind(*map(int, figure.bbox.size), DPI)
    with matplotlib.rc_context({"text.hinting": "none"}):
        figure.draw(renderer)
    return 255.0 - np.asarray(renderer.buffer_rgba())[..., :3].astype(float)


def edges(ink: np.ndarray) -> np.ndarray:
    """The outermost rows and columns with ink, empty where there is none."""
    down, across = np.nonzero(ink.mean(axis=2) > 40)
    return np.array([down.min(), down.max(), across.min(), across.max()] if len(down) else [])


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("angle", [0, 90, 45])
@pytest.mark.parametrize("place", ["top", "center", "bottom", "baseline"])
def test_stands_where_it_would(text: str, angle: int, place: str) -> None:
    figure = Figure(figsize=(2, 2))
    style = {"rotation": angle, "va": place, "ha": "right", "color": "#b04a00", "fontsize": 9}
    figure.text(0.61, 0.53, text, **style)
    ours, usual = pixels(figure, TextOnceRenderer), pixels(figure, RendererAgg)
    assert np.abs(edges(ours) - edges(usual)).max(initial=0) <= 1
    assert ours.sum((0, 1)) == pytest.approx(usual.sum((0, 1)), rel=0.04, abs=255)


def test_another_size_is_another_text() -> None:
    figure = Figure(figsize=(2, 2))
    for y, size in ((0.2, 8), (0.5, 12), (0.8, 8)):
        figure.text(0.1, y, "Same", fontsize=size, fontweight="bold" if y > 0.7 else "normal")
    ours, usual = pixels(figure, TextOnceRenderer), pixels(figure, RendererAgg)
    assert np.abs(edges(ours) - edges(usual)).max() <= 1
    assert ours.sum() == pytest.approx(usual.sum(), rel=0.04)


def test_what_shines_through_does() -> None:
    figure = Figure(figsize=(2, 2))
    figure.text(0.1, 0.5, "Half", alpha=0.5)
    ours, usual = pixels(figure, TextOnceRenderer), pixels(figure, RendererAgg)
    assert ours.sum() == pytest.approx(usual.sum(), rel=0.04)
