"""Whether a run can be ended so that something is lost or left: report, batch and publish.

    python tests/benchmarks/benchmark_kills.py [times] [report|batch|publish]

Without arguments each command is ended 60 times at random moments by each of SIGTERM, SIGHUP and
SIGKILL. After each the earlier report is read file by file; then the command runs once more, and
nothing may be left. Takes about an hour on two cores.
"""

import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from fake_report import write_fake_report
from killed_runs import end_at_random

DMSI = [sys.executable, "-m", "dmsi_lib"]
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP)


def commands(folder):
    """By name: what the command makes, the command, and the run after it."""
    build = write_fake_report(folder / "build", pages=12, size=500_000)
    report, batch = ([*DMSI, name, "--only", "07", "--out"] for name in ("report", "batch"))
    batch[4:4] = ["--by", "role"]
    places = {name: folder / name / "made" for name in ("report", "batch", "publish")}
    for place in places.values():
        place.parent.mkdir()
    publish = [*DMSI, "publish", str(places["publish"]), "--from", str(build), "--keep", "2"]
    return {
        "report": (places["report"], [*report, str(places["report"])]),
        "batch": (places["batch"], [*batch, str(places["batch"])]),
        "publish": (places["publish"], publish),
    }


def main(times="60", *names):
    faults = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, (place, command) in commands(Path(folder)).items():
            if names and name not in names:
                continue
            subprocess.run(command, check=True, capture_output=True)
            anew = command if name == "publish" else [*command, "--force"]
            began = time.perf_counter()
            subprocess.run(anew, check=True, capture_output=True)
            seconds = time.perf_counter() - began
            for number in SIGNALS:
                tally = end_at_random(anew, place, number, int(times), 1.1 * seconds, 1, command)
                faults += len(tally.faults)
                print(
                    f"{name}, {number.name}, a run {seconds:.1f} s: {times} runs, {tally.ended} "
                    f"ended; broken {len(tally.broken)}, left at once {len(tally.left)}, left "
                    f"after the next run {len(tally.left_after)}",
                    *tally.faults,
                    sep="\n  ",
                    flush=True,
                )
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
