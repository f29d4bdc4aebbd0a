"""What reading, checking, counting and reconciling cost at each size, beside plain references.

    python tests/benchmarks/benchmark_sizes.py [respondents ...] [--steps arrow,pandas,tables]
        [--repeats N] [--folder DIR]

Without arguments 443 (the shipped export as it is), 10,000, 100,000 and 1,000,000 respondents: the
rows of the shipped synthetic export again and again, each time in another order, with new ids. The
largest file has 1.2 GB.

Every step runs in a process of its own, which says at its end how many seconds of the processors it
took (user and system, all threads, from its start on) and how much memory at most (VmHWM, Linux
alone). Of several repeats, one after the other of all steps, the median stands in the table. The
references, in the same call under the same conditions:

- `arrow`: `pyarrow.csv.read_csv`, which gives each column a type and counts nothing;
- `pandas`: `read_csv` of texts, and `value_counts` of every column;
- `polars`: the same, where it is installed.
"""

import argparse
import csv
import importlib.util
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
EXPORT = ROOT / "data" / "synthetic" / "dmsi-2018-synthetic.csv"
SIZES = (443, 10_000, 100_000, 1_000_000)
HEADER_ROWS = 2

ARROW = """
import pyarrow.csv as c
c.read_csv(path, parse_options=c.ParseOptions(newlines_in_values=True))
"""
PANDAS = """
import pandas as pd
frame = pd.read_csv(path, dtype=str, skiprows=[1])
for name in frame:
    frame[name].value_counts()
"""
POLARS = """
import polars as pl
frame = pl.read_csv(path, infer_schema_length=0, skip_rows_after_header=1)
for column in frame:
    column.value_counts()
"""
READ = """
from dmsi_lib.choices import QUESTIONNAIRE, shipped
from dmsi_lib.questionnaire import read_questionnaire
from dmsi_lib.reading import read_export
read_export(path, read_questionnaire(shipped(QUESTIONNAIRE)))
"""
COMMAND = """
from dmsi_lib.cli import main
assert main([{0!r}, "--export", path, *{1!r}]) == 0
"""
# Behind each step, in the same process.
MEASURED = """
import json, os
took = os.times()
with open("/proc/self/status") as file:
    peak = next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))
print("\\n" + json.dumps([took.user + took.system, peak / 1024]))
"""


class Cost(NamedTuple):
    """Seconds of the processors and on the clock, and megabytes at most."""

    processor: float
    wall: float
    memory: float


def write_export(path, respondents, seed=1):
    """The rows of the shipped export, in another order each time, until there are so many."""
    with EXPORT.open(encoding="utf-8", newline="") as file:
        rows = [*csv.reader(file)]
    header, body = rows[:HEADER_ROWS], rows[HEADER_ROWS:]
    rng, number = random.Random(seed), 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows(header)
        while number < respondents:
            order = rng.sample(body, len(body))[: respondents - number]
            ids = range(number, number + len(order))
            writer.writerows(
                [11_000_000_000 + 7 * n, *r[1:]] for n, r in zip(ids, order, strict=True)
            )
            number += len(order)
    return path


def steps(folder):
    """The code of each step by its name; those of the library last."""
    polars = {"polars": POLARS} if importlib.util.find_spec("polars") else {}
    commands = {"check": [], "tables": ["--out", f"{folder}/t.csv"]}
    commands["reconcile"] = ["--out", f"{folder}/logs"]
    made = {name: COMMAND.format(name, arguments) for name, arguments in commands.items()}
    return {"arrow": ARROW, "pandas": PANDAS, **polars, "read": READ, **made}


def measured(code, path):
    """The cost of a step in a process of its own."""
    began = time.perf_counter()
    whole = f"import sys\nsys.path[:0] = [{str(ROOT)!r}]\npath = {str(path)!r}\n{code}{MEASURED}"
    done = subprocess.run([sys.executable, "-c", whole], capture_output=True, text=True)
    wall = time.perf_counter() - began
    if done.returncode:
        sys.exit(f"{path}: {done.stderr}")
    processor, memory = json.loads(done.stdout.splitlines()[-1])
    return Cost(processor, wall, memory)


def costs(path, chosen, repeats):
    """The median cost of each chosen step; all of them in turn, so often."""
    found = {name: [] for name in chosen}
    for _ in range(repeats):
        for name, code in chosen.items():
            found[name].append(measured(code, path))
    return {
        name: Cost(*(statistics.median(column) for column in zip(*each, strict=True)))
        for name, each in found.items()
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("respondents", nargs="*", type=int, default=SIZES)
    parser.add_argument(
        "--steps", help="of these alone, separated by commas; `arrow` is always one"
    )
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument(
        "--folder", help="where files are written, and deleted; else a temporary one"
    )
    chosen = parser.parse_args()
    found = {}
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        for size in chosen.respondents:
            path = EXPORT if size == SIZES[0] else write_export(Path(folder) / f"{size}.csv", size)
            print(f"\n{size:,} respondents, {path.stat().st_size / 1e6:,.0f} MB")
            print(f"{'':10}{'processor s':>12}{'wall s':>9}{'peak MB':>9}{'arrow':>8}{'pandas':>8}")
            every = steps(folder)
            wanted = {"arrow", *(chosen.steps.split(",") if chosen.steps else every)}
            taken = {name: code for name, code in every.items() if name in wanted}
            found[size] = costs(path, taken, chosen.repeats)
            for name, cost in found[size].items():
                beside = [found[size].get(reference) for reference in ("arrow", "pandas")]
                print(
                    f"{name:10}{cost.processor:12.2f}{cost.wall:9.2f}{cost.memory:9,.0f}"
                    + "".join(f"{cost.processor / each.processor:7.2f}x" for each in beside if each)
                )
            if path != EXPORT:
                path.unlink()
    for small, large in pairwise(found):
        grown = {n: c.processor / found[small][n].processor for n, c in found[large].items()}
        told = ", ".join(f"{name} {ratio:.1f}x" for name, ratio in grown.items())
        print(f"\n{small:,} to {large:,}: {told}")


if __name__ == "__main__":
    main()
