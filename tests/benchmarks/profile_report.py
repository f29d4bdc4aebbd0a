"""Where the processor seconds of a report go: by process, and by what is being done.

    python tests/benchmarks/profile_report.py [--runs N] [options of `dmsi report`]

Every 4 ms of processor time each process notes where it is (setitimer, ITIMER_PROF); the run notes
it of each of its threads that has worked since. Notes count as shares of the processor time that
the process has used, so that the notes themselves hardly count.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

FIGURES = (
    "bars",
    "charts",
    "diagrams",
    "lettering",
    "mean_charts",
    "sheets",
    "stacked",
    "wave_charts",
)
# What is being done, by the innermost frame of the stack that one of these is part of; of several
# in one line the first counts. "module:function", of which either may be missing.
KINDS = (
    ("importing", ("<frozen importlib._bootstrap>:_find_and_load",)),
    ("drawing: pixels, SVG", ("pictures.py:png", "pictures.py:svg", "figures/text_once.py:")),
    ("drawing: building figures", tuple(f"figures/{name}.py:" for name in FIGURES)),
    ("reading files", ("dmsi_lib/reading/", "survey/material.py:")),
    ("reconciling", ("skip_logic/edits.py:reconcile",)),
    ("published figures, sensitivity", ("dmsi_lib/published/", "survey/publication.py:")),
    ("counting and testing", ("dmsi_lib/tables/", "survey/counts.py:")),
    ("tables and sentences for readers", ("dmsi_lib/figures/", "dmsi_lib/survey/")),
    ("pages", ("dmsi_lib/pages/", "nbconvert/")),
    ("starting and ending kernels", ("kernelapp.py:initialize", "kernels.py:manager")),
    ("running notebooks: papermill, nbclient", ("report/execution.py:", "report/engine.py:")),
    ("running cells: IPython, messages", ("kernelapp.py:start",)),
)
OTHER = "the rest"
SAMPLER = """
import atexit, collections, json, os, signal, sys, threading, time
notes, seen = collections.Counter(), {}
state = {"role": "warmed process" if any("warm_process" in a for a in sys.orig_argv) else "run"}
def stack(frame):
    found = []
    while frame is not None and len(found) < 90:
        found.append((frame.f_code.co_filename, frame.f_code.co_name))
        frame = frame.f_back
    return tuple(found)
def note(number, frame):
    if state["role"] != "run":
        notes[stack(frame)] += 1
        return
    me = threading.get_ident()
    for thread, there in sys._current_frames().items():
        now = time.clock_gettime(time.pthread_getcpuclockid(thread))
        worked, seen[thread] = now - seen.get(thread, 0.0), now
        if worked > 0.0002:
            notes[stack(frame if thread == me else there)] += worked
def dump():
    signal.setitimer(signal.ITIMER_PROF, 0)
    if not notes:
        return
    place = os.path.join(os.environ["DMSI_PROFILE"], f"{os.getpid()}-{state['role']}.json")
    with open(place, "w") as file:
        used = time.process_time() - state["began"]
        json.dump([state["role"], used, [[list(k), v] for k, v in list(notes.items())]], file)
def begin(role):
    state.update(role=role, began=time.process_time())
    notes.clear()
    signal.signal(signal.SIGPROF, note)
    signal.setitimer(signal.ITIMER_PROF, 0.004, 0.004)
def before():
    if state["role"] == "warmed process" and not state.get("dumped"):
        state["dumped"] = True
        dump()  # all that it does from here on is to fork
def after():
    role = {"run": "warmed process", "warmed process": "kernels"}.get(state["role"])
    if role is None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        return
    begin(role)
    if role == "kernels":
        atexit.register(dump)
begin(state["role"])
os.register_at_fork(before=before, after_in_child=after)
atexit.register(dump)
"""


def kind_of(stack):
    """What a stack, innermost frame first, is doing."""
    if any(name == "_find_and_load" for _, name in stack):
        return KINDS[0][0]
    for file, name in stack:
        for kind, patterns in KINDS[1:]:
            for pattern in patterns:
                module, _, function = pattern.partition(":")
                if module in file and function in ("", name):
                    return kind
    return OTHER


def profile(options):
    """Seconds by process and kind, of one report."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "sitecustomize.py").write_text(SAMPLER)
        path = os.pathsep.join(filter(None, [temporary, os.environ.get("PYTHONPATH")]))
        command = [sys.executable, "-m", "dmsi_lib", "report", "--force"]
        subprocess.run(
            [*command, "--out", str(folder / "report"), *options],
            check=True,
            stdout=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": path, "DMSI_PROFILE": temporary},
        )
        found = Counter()
        for file in folder.glob("*-*.json"):
            role, used, notes = json.loads(file.read_text())
            total = sum(weight for _, weight in notes)
            for stack, weight in notes:
                found[role, kind_of(stack)] += used * weight / total
        return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=3)
    arguments, options = parser.parse_known_args()
    runs = [profile(options) for _ in range(arguments.runs)]
    roles = ("run", "warmed process", "kernels")
    print(f"{'':42}" + "".join(f"{role:>16}" for role in roles))
    for kind in [*(kind for kind, _ in KINDS), OTHER]:
        seconds = [statistics.median(run[role, kind] for run in runs) for role in roles]
        print(f"{kind:42}" + "".join(f"{value:16.2f}" for value in seconds))
    totals = [
        statistics.median(sum(run[key] for key in run if key[0] == role) for run in runs)
        for role in roles
    ]
    print(f"{'all':42}" + "".join(f"{value:16.2f}" for value in totals), f"= {sum(totals):.1f} s")


if __name__ == "__main__":
    main()
