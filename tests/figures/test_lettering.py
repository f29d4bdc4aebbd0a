"""Text is as wide as it is said to be, and no line is wider than its room."""

import matplotlib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from dmsi_lib.figures.lettering import PLAIN, broken, height_of, shortened, width_of

WORDS = st.text(st.sampled_from("abcdefghij ,.MWil-é"), max_size=60)


@pytest.mark.parametrize("text", ["Texting/SMS/MMS", "62 (66 %)", "Wäge, mit “Zeichen”", "ill"])
@pytest.mark.parametrize("bold", [False, True])
def test_width_of_is_what_matplotlib_draws(text, bold):
    figure = Figure(dpi=200)
    weight = "bold" if bold else "normal"
    drawn = figure.text(0, 0, text, fontsize=PLAIN, fontweight=weight)
    with matplotlib.rc_context({"text.hinting": "none"}):
        box = drawn.get_window_extent(FigureCanvasAgg(figure).get_renderer())
    assert width_of(text, PLAIN, bold) == pytest.approx(box.width / 200, abs=0.03)


def test_height_of_is_no_less_than_matplotlib_draws():
    figure = Figure(dpi=200)
    drawn = figure.text(0, 0, "\n".join(["Déjà (lpq)"] * 4), fontsize=PLAIN)
    box = drawn.get_window_extent(FigureCanvasAgg(figure).get_renderer())
    assert box.height / 200 <= height_of(4, PLAIN) + 0.01 <= box.height / 200 + 0.1


@given(WORDS)
def test_broken_lines_fit_and_lose_nothing(text):
    lines = broken(text, 0.6)
    assert all(width_of(line, PLAIN) <= 0.6 for line in lines)
    assert "".join(lines).replace(" ", "") == "".join(text.split())


def test_broken_keeps_words_whole_where_they_fit():
    assert broken("one two three", 0.55) == ["one two", "three"]
    assert broken("", 1) == [""]


def test_shortened_says_that_there_was_more():
    assert shortened(["a", "b"], 2) == ["a", "b"]
    assert shortened(["a", "b", "c"], 2) == ["a", "b …"]


def test_letters_that_the_font_lacks_have_room():
    assert width_of("是否", PLAIN) == pytest.approx(2 * PLAIN / 72)
    assert broken("是否" * 20, 1.0)
