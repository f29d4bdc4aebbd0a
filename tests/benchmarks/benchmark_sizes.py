"""What reading, checking, counting, reconciling and reporting cost at each size, beside plain
references.

    python tests/benchmarks/benchmark_sizes.py [respondents ...] [--repeats N] [--folder DIR]
        [--steps NAME ...] [--plot FILE.svg]

Without arguments 443 (the shipped export as it is), 10,000, 100,000 and 1,000,000 respondents: the
rows of the shipped synthetic export again and again, each time in another order, with new ids. The
largest file has 1.2 GB.

Every step runs in a process of its own, which says at its end how many seconds of the processors it
took (user and system, all threads and children, from its start on) and how much memory it had
itself at most (VmHWM, Linux alone). Of several repeats, one after the other of all steps, the
median stands in the table. The references, in the same call under the same conditions:

- `arrow`: `pyarrow.csv.read_csv`, which gives each column a type and counts nothing;
- `pandas`: `read_csv` of texts, and `value_counts` of every column;
- `polars`: the same, where it is installed.

`tables` keeps what it has read, as the command does; `again` is the same once it is kept. After
`report` comes `unchanged`, the report once more; `batch` (by role) is made of no more than 100,000
respondents.
"""

import argparse
import csv
import importlib.util
import json
import random
import shutil
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
LARGEST = {"batch": 100_000}  # respondents

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
from dmsi_lib.reading.export import read_export
read_export(path, read_questionnaire(shipped(QUESTIONNAIRE)))
"""
COMMAND = """
from dmsi_lib.cli import main
assert main([{0!r}, "--export", path, *{1!r}]) == 0
"""
# Behind each step, in the same process.
MEASURED = """
import json, os
took = sum(os.times()[:4])
with open("/proc/self/status") as file:
    peak = next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))
print("\\n" + json.dumps([took, peak / 1024]))
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
    out = f"{folder}/out"
    commands = {
        "check": ("check", []),
        "tables": ("tables", ["--out", f"{out}/t.csv"]),
        "again": ("tables", ["--out", f"{out}/t.csv"]),
        "reconcile": ("reconcile", ["--no-cache", "--out", f"{out}/logs"]),
        "report": ("report", ["--no-cache", "--force", "--out", f"{out}/report"]),
        "unchanged": ("report", ["--no-cache", "--out", f"{out}/report"]),
        "batch": ("batch", ["--no-cache", "--force", "--by", "role", "--out", f"{out}/batch"]),
    }
    made = {name: COMMAND.format(*command) for name, command in commands.items()}
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


def costs(path, folder, repeats, chosen):
    """The median cost of each step; all of them in turn, so often."""
    found = {name: [] for name in chosen}
    for _ in range(repeats):
        shutil.rmtree(Path(folder) / "out", ignore_errors=True)
        for name in chosen:
            found[name].append(measured(steps(folder)[name], path))
    return {
        name: Cost(*(statistics.median(column) for column in zip(*each, strict=True)))
        for name, each in found.items()
    }


def print_costs(found):
    """A line a step: what it cost, and as a ratio to the references."""
    references = [name for name in ("arrow", "pandas") if name in found]
    heads = "".join(f"{name:>8}" for name in references)
    print(f"{'':10}{'processor s':>12}{'wall s':>9}{'peak MB':>9}{heads}")
    for name, cost in found.items():
        ratios = [cost.processor / found[reference].processor for reference in references]
        print(
            f"{name:10}{cost.processor:12.2f}{cost.wall:9.2f}{cost.memory:9,.0f}"
            + "".join(f"{ratio:7.2f}x" for ratio in ratios)
        )


def plot_growth(found, place):
    """The processor seconds of each step by the number of respondents."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 5), layout="constrained")
    axes = figure.add_subplot(
        xscale="log", yscale="log", xlabel="Respondents", ylabel="Processor seconds"
    )
    for name in dict.fromkeys(name for each in found.values() for name in each):
        sizes = [size for size, each in found.items() if name in each]
        seconds = [found[size][name].processor for size in sizes]
        style = "--" if name in ("arrow", "pandas", "polars") else "-"
        axes.plot(sizes, seconds, style, marker="o", label=name)
    axes.legend()
    Path(place).parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(place, metadata={"Date": None} if place.endswith(".svg") else None)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("respondents", nargs="*", type=int, default=SIZES)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--steps", nargs="+", help="only these, in the order of the table")
    parser.add_argument("--plot", metavar="FILE", help="a picture of how costs grow")
    parser.add_argument(
        "--folder", help="where files are written, and deleted; else a temporary one"
    )
    chosen = parser.parse_args()
    found = {}
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        for size in chosen.respondents:
            path = EXPORT if size == SIZES[0] else write_export(Path(folder) / f"{size}.csv", size)
            print(f"\n{size:,} respondents, {path.stat().st_size / 1e6:,.0f} MB")
            names = [n for n in steps(folder) if n in (chosen.steps or steps(folder))]
            names = [n for n in names if size <= LARGEST.get(n, size)]
            found[size] = costs(path, folder, chosen.repeats, names)
            print_costs(found[size])
            if path != EXPORT:
                path.unlink()
    for small, large in pairwise(found):
        both = [name for name in found[large] if name in found[small]]
        grown = {n: found[large][n].processor / found[small][n].processor for n in both}
        told = ", ".join(f"{name} {ratio:.1f}x" for name, ratio in grown.items())
        print(f"\n{small:,} to {large:,}: {told}")
    if chosen.plot:
        plot_growth(found, chosen.plot)
        print(f"\n{chosen.plot}: how costs grow")


if __name__ == "__main__":
    main()
