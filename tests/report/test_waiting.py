"""Long planning says what it is at, and ends."""

import logging

import pytest

from dmsi_lib.errors import InputError
from dmsi_lib.report import waiting
from dmsi_lib.report.waiting import Watch


@pytest.fixture
def clock(monkeypatch):
    """A clock that tests move on."""
    time = {"now": 0.0}
    monkeypatch.setattr(waiting.time, "monotonic", lambda: time["now"])
    return time


def test_watch_says_nothing_of_quick_work_and_then_a_line_now_and_then(clock, caplog):
    caplog.set_level(logging.INFO)
    watch = Watch()
    for second in range(20):
        clock["now"] = float(second)
        watch("figures to try", 20 - second)
    assert [record.getMessage() for record in caplog.records] == [
        "Planning what is hidden: 14 figures to try, after 6 s",
        "Planning what is hidden: 3 figures to try, after 17 s",
    ]


def test_watch_ends_what_takes_too_long_with_an_estimate(clock):
    watch = Watch(most=600)
    watch("figures to try", 100)
    clock["now"] = 601.0
    with pytest.raises(
        InputError, match=r"after 10 minutes, with 50 figures to try yet \(10 minutes more"
    ):
        watch("figures to try", 50)


def test_watch_knows_no_end_where_nothing_has_been_done(clock):
    watch = Watch(most=600)
    watch("figures to try", 50)
    clock["now"] = 700.0
    with pytest.raises(InputError, match="no end in sight"):
        watch("figures to try", 50)
