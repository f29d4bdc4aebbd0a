"""A fork of the run itself: apart from it in all that matters, and ended with it."""

import os
import subprocess
import sys

import pytest
from processes import processes, wait_until

from dmsi_lib.report.early_fork import environment, is_early

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
# What a command does that forks: a lock is open, and something is to be tidied up.
RUN = """
import contextlib, os, signal, socket, sys, threading
from dmsi_lib.report.early_fork import ForkedChild, is_early
print(is_early(), flush=True)
ours, theirs = socket.socketpair()
lock = open(sys.argv[1])
signal.signal(signal.SIGTERM, lambda *_: print("the run's"))
def live():
    open_ones = [n for n in range(3, 50) if os.path.exists(f"/proc/self/fd/{n}")]
    facts = open_ones == [theirs.fileno()], os.getsid(0) == os.getpid(), os.environ["A"]
    theirs.sendall(repr((*facts, signal.getsignal(signal.SIGTERM) == signal.SIG_DFL)).encode())
try:
    child = ForkedChild(live, theirs.fileno(), {"A": "1"})
    print(ours.recv(100).decode(), flush=True)
    child.wait()
    print(child.poll(), "A" in os.environ)
finally:
    print("tidied up")
"""


@pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="needs /proc")
def test_child_has_nothing_of_the_run_and_does_not_tidy_up_for_it(tmp_path):
    (tmp_path / "lock").touch()
    command = [sys.executable, "-c", RUN, str(tmp_path / "lock")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    facts = "(True, True, '1', True)"
    assert done.stdout.splitlines() == ["True", facts, "0 False", "tidied up"]
    assert done.stderr == ""


def test_a_process_with_numpy_is_not_early():
    import numpy  # noqa: F401 - which may have threads

    assert not is_early()


def test_environment_is_as_before_afterwards():
    before = dict(os.environ)
    with environment({"DMSI_NEW": "1"}):
        assert os.environ["DMSI_NEW"] == "1"
    assert dict(os.environ) == before


def test_child_that_is_killed_leaves_no_process():
    before = processes()
    code = "from dmsi_lib.report.early_fork import ForkedChild; import time\n"
    code += "child = ForkedChild(lambda: time.sleep(60), 0, {}); assert child.poll() is None\n"
    code += "child.kill(); child.wait(); child.kill(); print(child.poll())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "0\n"
    wait_until(lambda: processes() <= before)
