"""Commands that are ended at random moments, and what is there afterwards."""

import os
import random
import signal
import subprocess
import time
from dataclasses import dataclass, field

from fake_report import broken

from dmsi_lib.report.freshness import is_intact, read_record
from dmsi_lib.report.own_files import strangers


@dataclass
class Tally:
    """What came of many runs."""

    ended: int = 0  # by the signal, before they were done
    broken: list[str] = field(default_factory=list)  # what a reader would stumble over
    left: list[str] = field(default_factory=list)  # at once, where the signal can be caught
    left_after: list[str] = field(default_factory=list)  # the next run

    @property
    def faults(self):
        return self.broken + self.left + self.left_after


def broken_report(out):
    """Lines that say what is wrong with a report, or a batch and its reports."""
    lines = [f"not as written: {path}" for path in strangers(out)] if out.exists() else ["missing"]
    folders = [out, *(path.parent for path in out.glob("*/run.json"))]
    return lines + [f"{one}: incomplete" for one in folders if not is_intact(one, read_record(one))]


def end_at_random(command, place, number, times, longest, seed, again=None):
    """Run a command again and again, and end each run with a signal.

    Parameters
    ----------
    command : list of str
    place : Path
        What the command makes, and has made before; it stands alone in its folder.
    number : the signal
    longest : float
        Seconds; each run is ended at a random moment before.
    again : list of str, optional
        The next run, which is left to end; the same command by default.

    Returns
    -------
    Tally
    """
    moments, tally = random.Random(seed), Tally()
    system = place.parent.parent / "system"
    system.mkdir(exist_ok=True)
    environment = os.environ | {"TMPDIR": str(system)}
    look = broken if command[3] == "publish" else broken_report
    before = set(os.listdir(place.parent))

    def left():
        here = set(os.listdir(place.parent)) - before
        inside = [
            name for name in os.listdir(place) if "." in name and name.startswith(("v", "pub"))
        ]
        return [*sorted(here), *inside, *os.listdir(system)]

    def heed():
        if number != signal.SIGKILL:  # whoever began the tests may ignore it, as nohup does
            signal.signal(number, signal.SIG_DFL)

    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    for turn in range(times):
        process = subprocess.Popen(command, env=environment, preexec_fn=heed, **pipes)
        time.sleep(moments.uniform(0, longest))
        process.send_signal(number)
        _, err = process.communicate()
        mark = f"{command[3]} {number.name} {turn}: "
        if process.returncode not in (0, 128 + number, -number):
            tally.broken.append(f"{mark}status {process.returncode}, {err}")
        tally.ended += process.returncode != 0
        tally.broken += [mark + line for line in look(place)]
        if number != signal.SIGKILL:
            tally.left += [mark + name for name in left()]
            if not left():
                continue
        done = subprocess.run(again or command, env=environment, capture_output=True, text=True)
        if done.returncode:
            tally.broken.append(f"{mark}the next run: {done.stderr}")
        tally.left_after += [mark + name for name in left()]
        tally.broken += [mark + line for line in look(place)]
    return tally
