"""Commands that are ended at random moments, and what is there afterwards."""

import os
import random
import signal
import subprocess
import time
from dataclasses import dataclass, field

from fake_report import broken, leftovers

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


class Scene:
    """What a command makes, what lies around it, and a temporary folder of its own.

    Parameters
    ----------
    place : Path
        What the command makes, and has made before; it stands alone in its folder.
    command : list of str, in which the fourth is the command's name
    """

    def __init__(self, place, command):
        self.place, self.publishes = place, command[3] == "publish"
        self.system = place.parent.parent / "system"
        self.system.mkdir(exist_ok=True)
        self.environment = os.environ | {"TMPDIR": str(self.system)}

    def left(self):
        """Names of what is neither the command's work nor was there before."""
        inside = leftovers(self.place) if self.publishes else []
        around = set(os.listdir(self.place.parent)) - {self.place.name}
        return [*inside, *sorted(around), *os.listdir(self.system)]

    def broken(self):
        """Lines that say what a reader would stumble over."""
        return broken(self.place) if self.publishes else broken_report(self.place)

    def end(self, command, number, seconds):
        """Run a command and send it a signal; its exit status and what it said."""

        def heed():
            if number != signal.SIGKILL:  # whoever began the tests may ignore it, as nohup does
                signal.signal(number, signal.SIG_DFL)

        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        process = subprocess.Popen(command, env=self.environment, preexec_fn=heed, **pipes)
        time.sleep(seconds)
        process.send_signal(number)
        return process.communicate()[1], process.returncode

    def run(self, command):
        """Run a command to its end; lines that say why it failed."""
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        return [f"the next run: {done.stderr}"] if done.returncode else []


def broken_report(out):
    """Lines that say what is wrong with a report, or a batch and its reports."""
    lines = [f"not as written: {path}" for path in strangers(out)] if out.exists() else ["missing"]
    folders = [out, *(path.parent for path in out.glob("*/run.json"))]
    return lines + [f"{one}: incomplete" for one in folders if not is_intact(one, read_record(one))]


def end_at_random(command, place, number, times, longest, seed, again=None):
    """Run a command again and again, and end each run with a signal.

    Parameters
    ----------
    command, place : see `Scene`
    number : the signal
    longest : float
        Seconds; each run is ended at a random moment before.
    again : list of str, optional
        The next run, which is left to end; the same command by default.

    Returns
    -------
    Tally
    """
    moments, tally, scene = random.Random(seed), Tally(), Scene(place, command)
    for turn in range(times):
        said, status = scene.end(command, number, moments.uniform(0, longest))
        mark = f"{command[3]} {number.name} {turn}: "
        if status not in (0, 128 + number, -number):
            tally.broken.append(f"{mark}status {status}, {said}")
        tally.ended += status != 0
        tally.broken += [mark + line for line in scene.broken()]
        if number != signal.SIGKILL:
            tally.left += [mark + name for name in scene.left()]
        if scene.left():
            tally.broken += [mark + line for line in scene.run(again or command)]
            tally.left_after += [mark + name for name in scene.left()]
            tally.broken += [mark + line for line in scene.broken()]
    return tally
