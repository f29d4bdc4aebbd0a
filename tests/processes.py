"""Which processes run, for tests that none is left."""

import contextlib
import os
import time

import psutil


def processes(of=None):
    """Ids of all processes that descend from one, this one by default, itself among them."""
    found = {of or os.getpid()}
    with contextlib.suppress(psutil.NoSuchProcess):  # it has ended
        found |= {child.pid for child in psutil.Process(of).children(recursive=True)}
    return found


def wait_until(condition, seconds=10):
    """Wait until something holds, and fail where it does not come to hold."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.02)
