"""What cells hold where each option has a column of its own."""

import numpy as np
import pytest

from dmsi_lib.reading.answers.ticks import is_tick, is_tick_or_none, only_ticks, tick_column


@pytest.mark.parametrize(
    ("text", "tick", "either"),
    [
        ("SMS", True, True),
        ("sms.", True, True),
        ("Texto", True, True),
        ("X", True, True),
        ("no", False, True),
        ("E-mail", False, False),
    ],
)
def test_is_tick_knows_labels_and_words(text, tick, either):
    assert (is_tick(text, "SMS", "texto"), is_tick_or_none(text, "SMS", "texto")) == (tick, either)


@pytest.mark.parametrize(
    ("texts", "ticks"),
    [([], False), (["no"], False), (["Yes", "no"], True), (["SMS"], True), (["SMS", "a"], False)],
)
def test_only_ticks_tells_ticks_from_what_was_written(texts, ticks):
    assert only_ticks(texts, "SMS") == ticks


def test_tick_column_says_what_the_states_are():
    column = tick_column("column 1", "SMS", np.array([1, 0, -1, 1]))
    assert column.spread(column.texts, "").tolist() == ["SMS", "0", "", "SMS"]
