"""What a report costs, beside the shell loop that it replaces.

    python tests/benchmarks/benchmark_report.py [--parts loop,plain,unchanged,batch,leaks]
        [--repeats N] [--only NN] [--by QUESTION] [--scheduler ADDRESS]

Parts, all by default:

- `loop`: `papermill` and `jupyter nbconvert` for one notebook after the other, and
  `dmsi report --force` over the same ones. Both in turn, so often as told; medians.
- `plain`: the processor time of the same cells in one process that has imported everything,
  which displays what the last line of a cell gives, as IPython would. Nothing can be less.
- `unchanged`: the report again, nothing changed.
- `batch`: a report for every group, and the memory of the warmed process and of a kernel.
- `leaks`: processes and descriptors before and after a hundred kernels.

Seconds are those on the clock and those of the processors, all processes counted; memory is the
most that all processes of a command had together, what they share counted once (PSS).
"""

import argparse
import ast
import contextlib
import io
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import nbformat
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from small_notebooks import make_task, write_notebook

from dmsi_lib.report.execution import run_tasks
from dmsi_lib.report.kernels import Kernels
from dmsi_lib.report.notebooks import section_notebooks
from dmsi_lib.report.warm_kernels import warm_up

BIN = Path(sys.executable).parent
PARTS = ("loop", "plain", "unchanged", "batch", "leaks")
_PLAIN = """
import sys
from importlib import import_module
sys.path.insert(0, {folder!r})
for name in ("survey.survey", "figures.reader_tables"):
    import_module(f"dmsi_lib.{{name}}")
for name in ("IPython.display", "statsmodels.api"):
    import_module(name)
from benchmark_report import display_cells
display_cells({paths!r})
"""


def measured(*command):
    """Run a command: seconds on the clock, and of the processors."""
    before, began = os.times(), time.perf_counter()
    subprocess.run([str(part) for part in command], check=True, capture_output=True)
    wall, after = time.perf_counter() - began, os.times()
    spent = (after.children_user - before.children_user) + (
        after.children_system - before.children_system
    )
    return wall, spent


def shell_loop(paths, folder):
    """Every notebook by papermill, then its page by nbconvert: seconds (wall, processors)."""
    total = [0.0, 0.0]
    for path in paths:
        out = folder / path.name
        for command in (
            (BIN / "papermill", "--no-progress-bar", path, out),
            (BIN / "jupyter", "nbconvert", "--log-level=ERROR", "--to", "html", out),
        ):
            for n, seconds in enumerate(measured(*command)):
                total[n] += seconds
    return tuple(total)


def own_report(only, folder, *options):
    """`dmsi report`: seconds (wall, processors)."""
    chosen = [part for start in only for part in ("--only", start)]
    return measured(BIN / "dmsi", "report", *chosen, "--out", folder / "report", *options)


def compare_with_loop(only, repeats, options, folder):
    """Both in turn, so that whatever else the machine does hits both alike."""
    paths, found = section_notebooks(only), {"shell loop": [], "dmsi report": []}
    most = dict.fromkeys(found, 0)
    for _ in range(repeats):
        for name, run in (
            ("shell loop", lambda: shell_loop(paths, folder)),
            ("dmsi report", lambda: own_report(only, folder, "--force", *options)),
        ):
            with Peaks() as peaks:
                found[name].append(run())
            most[name] = max(most[name], peaks.all)
    for name, runs in found.items():
        wall, spent = (statistics.median(column) for column in zip(*runs, strict=True))
        print(
            f"{name:12}  {wall:7.1f} s   processors {spent:7.1f} s   memory {most[name]:5.0f} MB",
            flush=True,
        )
    pairs = zip(*found.values(), strict=True)
    ratios = [[loop / own for loop, own in zip(*pair, strict=True)] for pair in pairs]
    wall, spent = (statistics.median(column) for column in zip(*ratios, strict=True))
    print(f"ratio         {wall:7.2f}     processors {spent:7.2f}   ({len(paths)} notebooks)")


def display_cells(paths):
    """Run the cells of notebooks here, display what their last lines give, and say how long."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    before = time.process_time()
    for path in paths:
        names = {"__name__": "__main__"}
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                body = ast.parse(cell.source).body
                last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
                with contextlib.redirect_stdout(io.StringIO()):
                    exec(compile(ast.Module(body, []), path, "exec"), names)
                    value = last and eval(compile(ast.Expression(last.value), path, "eval"), names)
                    if value is not None:
                        shell.display_formatter.format(value)
    print(f"plain script            processors {time.process_time() - before:7.1f} s")


def run_plain(only):
    paths = [str(path) for path in section_notebooks(only)]
    code = _PLAIN.format(folder=str(Path(__file__).parent), paths=paths)
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ | {"MPLBACKEND": "agg"})


def run_unchanged(only, folder):
    if not (folder / "report" / "run.json").exists():
        own_report(only, folder)
    wall, spent = own_report(only, folder)
    print(f"nothing changed {wall:5.1f} s   processors {spent:7.1f} s")


class Peaks:
    """The largest memory of all processes together, of the warmed process, and of any of its
    kernels while a command runs, in MB.

    PSS shares out what processes have in common; USS is what one has for itself.
    """

    def __init__(self):
        self.all, self.warm, self.kernel = 0, (0, 0), (0, 0)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._ended.set()
        self._thread.join()

    def _watch(self):
        while not self._ended.wait(0.2):
            levels = [psutil.Process().children()]  # the command, the warmed process, its kernels
            with contextlib.suppress(psutil.Error):
                while levels[-1]:
                    levels.append([c for process in levels[-1] for c in process.children()])
            memory = [[self._of(process) for process in level] for level in levels]
            self.all = max(self.all, sum(pss for level in memory for pss, _ in level))
            _, warm, kernels, *_ = [*memory, [], [], []]
            self.warm, self.kernel = max([self.warm, *warm]), max([self.kernel, *kernels])

    @staticmethod
    def _of(process):
        with contextlib.suppress(psutil.Error):
            memory = process.memory_full_info()
            return memory.pss / 1e6, memory.uss / 1e6
        return 0, 0


def run_batch(only, by, options, folder):
    chosen = [part for start in only for part in ("--only", start)]
    command = ("batch", "--by", by, "--min-cell", "1", *chosen, "--out", folder / "batch")
    with Peaks() as peaks:
        wall, spent = measured(BIN / "dmsi", *command, "--force", *options)
    reports = len(list((folder / "batch").glob("*/run.json")))
    notebooks = len(list((folder / "batch").glob("*/notebooks/*.ipynb")))
    print(f"batch of {reports} groups by {by}: {notebooks} notebooks in {wall:.1f} s")
    print(
        f"  a notebook            {wall / notebooks:5.2f} s   processors {spent / notebooks:5.2f} s"
    )
    for name, (pss, uss) in (("warmed process", peaks.warm), ("largest kernel", peaks.kernel)):
        print(f"  {name}        PSS {pss:6.0f} MB   USS {uss:6.0f} MB")
    wall, spent = measured(BIN / "dmsi", *command, *options)
    print(f"  again, nothing changed {wall:6.1f} s   processors {spent:.1f} s")


def run_leaks(kernels, folder):
    def counted():
        return len(psutil.Process().children(recursive=True)), psutil.Process().num_fds()

    task = make_task(write_notebook(folder / "01_a.ipynb", "1"))
    with Kernels(warm_up()) as started:  # what is made once and kept: event loops, a context
        run_tasks([task], started)
    before = counted()
    began = time.perf_counter()
    with Kernels(warm_up()) as started:
        run_tasks([task] * kernels, started)
        places = len(list(started.folder.iterdir()))
    wall = time.perf_counter() - began
    print(
        f"{kernels} kernels in {wall:.1f} s: processes, descriptors {before} -> {counted()}, ",
        end="",
    )
    print(f"{places} sockets and {int(started.folder.exists())} folders left")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--parts", default=",".join(PARTS), help="of " + ", ".join(PARTS))
    parser.add_argument("--repeats", type=int, default=3, help="of the comparison")
    parser.add_argument("--only", action="append", default=[], metavar="NN")
    parser.add_argument("--by", default="province", metavar="QUESTION", help="of the batch")
    parser.add_argument("--kernels", type=int, default=100, help="of the part leaks")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="run the notebooks there")
    arguments = parser.parse_args()
    options = ["--scheduler", arguments.scheduler] if arguments.scheduler else []
    parts = arguments.parts.split(",")
    if not set(parts) <= set(PARTS):
        parser.error(f"--parts: expected some of {', '.join(PARTS)}")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if "loop" in parts:
            compare_with_loop(arguments.only, arguments.repeats, options, folder)
        if "plain" in parts:
            run_plain(arguments.only)
        if "unchanged" in parts:
            run_unchanged(arguments.only, folder)
        if "batch" in parts:
            run_batch(arguments.only, arguments.by, options, folder)
        if "leaks" in parts:
            run_leaks(arguments.kernels, folder)


if __name__ == "__main__":
    main()
