"""Charts of two waves: figures stand beside their intervals, and parts add up to changes."""

import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from drawn_texts import dots, segments

from dmsi_lib.figures.wave_charts import WavesSource, plot_parts, plot_waves

NAMES = ("2018", "2020")
PARTS = {"answers": "people answered otherwise", "composition": "other people answered"}
ROWS = pd.DataFrame(
    {
        "told": ["Tea: Green", "A question with a long name: an answer that takes two lines there"],
        **{"count_before": [40, 90], "base_before": [100, 100], "percent_before": [40.0, 90.0]},
        **{"count_after": [80, 30], "base_after": [100, 100], "percent_after": [80.0, 30.0]},
        **{"difference": [40.0, -60.0], "answers": [45.0, -60.0], "composition": [-5.0, 0.0]},
    }
)


def source(synthetic=False):
    questionnaire = SimpleNamespace(questions=())
    return WavesSource(synthetic, "none", "answered", questionnaire, 100)


def texts(picture, pattern):
    return [one for one in picture.figure.texts if re.fullmatch(pattern, one.get_text())]


def test_figures_stand_outside_the_intervals():
    picture = plot_waves(ROWS, NAMES, source())
    wide = picture.figure.get_size_inches()[0]
    percents = texts(picture, r"\d+ %")
    assert {one.get_text() for one in percents} == {"40 %", "80 %", "90 %", "30 %"}
    inch, zero = np.polyfit([40, 90, 80, 30], np.concatenate(dots(picture)), 1)
    spans = [(line[0][0], line[1][0]) for drawn in segments(picture)[3:] for line in drawn]
    for one in percents:
        own, at = zero + inch * float(one.get_text().split()[0]), wide * one.get_position()[0]
        mine = [span for span in spans if span[0] < own < span[1]]
        assert mine and not any(low < at < high for low, high in mine)


def test_parts_stand_on_either_side_of_nothing_and_add_up():
    picture = plot_parts(ROWS, PARTS, NAMES, source())
    bars = [(bar.get_x(), bar.get_width()) for bar in picture.figure.axes[0].patches]
    assert bars == [(0, 45), (0, -5), (0, -60), (-60, 0)]
    assert {one.get_text() for one in texts(picture, r"[+-]\d+")} == {"+40", "-60"}
    assert "Tea: Green +40.0 points: people answered otherwise +45.0, other people" in picture.alt


@pytest.mark.parametrize("synthetic", [True, False])
def test_charts_of_two_waves_say_what_is_synthetic(synthetic):
    for picture in (
        plot_waves(ROWS, NAMES, source(synthetic)),
        plot_parts(ROWS, PARTS, NAMES, source(synthetic)),
    ):
        assert ("Synthetic data." in picture.alt) == synthetic
        assert bool(texts(picture, "SYNTHETIC DATA")) == synthetic
        assert picture.tables == ("compared_waves",)
