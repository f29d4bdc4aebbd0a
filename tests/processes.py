"""Which processes run, for tests that none is left."""

import time

import psutil


def processes(of=None):
    """Ids of all processes that descend from one, this one by default, itself among them."""
    root = psutil.Process(of)
    return {root.pid, *(child.pid for child in root.children(recursive=True))}


def wait_until(condition, seconds=10):
    """Wait until something holds, and fail where it does not come to hold."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.02)
