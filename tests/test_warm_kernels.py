"""Kernels forked from a warmed process: the same outputs, fresh state, and none left behind."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from small_notebooks import write_notebook

from dmsi_lib.errors import NotebookError
from dmsi_lib.execution import (
    check_parameters,
    run_notebook,
    run_notebooks,
    section_notebooks,
    start_kernels,
)
from dmsi_lib.warm_kernels import WarmProcess, is_supported

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not is_supported(), reason="needs Linux, and the entry point installed"),
]
PARAMETERS = {"export": None, "questionnaire": None, "edit": "none", "base": "answered"}
# Whatever asks which front end there is, or keeps state, in one notebook.
FRONT_END = (
    "import sys, os, random, matplotlib, numpy as np, pandas as pd",
    "pd.DataFrame(np.arange(60).reshape(2, 30))",
    "[pd.get_option(f'display.{name}') for name in ('max_columns', 'max_rows', 'width')]",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2])",
    "figure, axes = plt.subplots(); axes.bar([1, 2], [3, 4]); figure",
    "plt.plot([2, 1]); plt.show()\nprint('after')",
    "matplotlib.get_backend(), matplotlib.is_interactive(), plt.get_fignums()",
    "sorted((k, str(v)) for k, v in matplotlib.rcParams.items())",
    "import seaborn as sns\nsns.barplot(x=[1, 2], y=['a', 'b'])",
    "sys.argv[:1] == ['x'], sys.path[:1], __name__, os.getcwd()",
    "os.environ.get('OMP_NUM_THREADS'), os.environ.get('MPLBACKEND'), 'pytest' in sys.modules",
    "os.system('echo from a subprocess'); os.write(1, b'raw')\nprint('out')",
    "print('err', file=sys.stderr); get_ipython().__class__",
    "!echo shell",
    "%%capture captured\nprint('kept')",
    "captured.stdout, In[1][:10], _",
    "%matplotlib inline\nplt.plot([3, 1])",
    "from dmsi_lib import Survey; Survey.load()",
)


@pytest.fixture(scope="module")
def kernels():
    with start_kernels() as started:
        assert started.can_fork()
        yield started


def content(path):
    """Cells and outputs of an executed notebook, without what names the moment or the run."""
    notebook = json.loads(Path(path).read_text(encoding="utf-8"))
    notebook["metadata"].pop("papermill")
    for cell in notebook["cells"]:
        for key in ("papermill", "execution"):
            cell["metadata"].pop(key, None)
        cell.pop("id", None)
    return re.sub(r" at 0x[0-9a-f]+", " at", json.dumps(notebook))  # addresses in memory


def last_text(run):
    return nbformat.read(run.path, as_version=4).cells[-1].outputs[0].data["text/plain"]


def processes():
    """Ids of all processes that descend from this one."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(fields[1])
    found, more = set(), {os.getpid()}
    while more:
        more = {pid for pid, parent in parents.items() if parent in more} - found
        found |= more
    return found


def wait_until(condition, seconds=10):
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.02)


# ---- the same as plain kernels


def both(source, tmp_path, kernels):
    parameters = {"export": None}
    plain = run_notebook(source, tmp_path / "plain.ipynb", parameters)
    forked = run_notebook(source, tmp_path / "forked.ipynb", parameters, kernels)
    return content(plain.path), content(forked.path)


@pytest.mark.parametrize("source", section_notebooks(), ids=lambda path: path.stem)
def test_forked_kernel_gives_the_outputs_of_a_plain_one(source, tmp_path, kernels):
    plain, forked = both(source, tmp_path, kernels)
    assert plain == forked


def test_forked_kernel_has_the_same_front_end(tmp_path, kernels):
    plain, forked = both(write_notebook(tmp_path / "01_a.ipynb", *FRONT_END), tmp_path, kernels)
    assert plain.count('"image/png"') == 6
    assert plain == forked


def test_forked_kernels_are_really_forked(tmp_path, kernels):
    source = write_notebook(tmp_path / "01_a.ipynb", "import sys; 'statsmodels' in sys.modules")
    assert last_text(run_notebook(source, tmp_path / "a.ipynb", {}, kernels)) == "True"
    assert last_text(run_notebook(source, tmp_path / "b.ipynb", {})) == "False"


# ---- fresh state


def test_forked_kernels_share_nothing(tmp_path, kernels):
    source = write_notebook(
        tmp_path / "01_a.ipynb",
        "import pandas, os, random, numpy",
        "mine = hasattr(pandas, 'left_behind'), 'LEFT' in os.environ, 'mine' in globals()",
        "pandas.left_behind = 1; os.environ['LEFT'] = '1'; os.chdir('/')",
        "print(random.random(), numpy.random.random())",
        "mine",
    )
    runs = [run_notebook(source, tmp_path / f"{n}.ipynb", {}, kernels) for n in range(2)]
    assert [last_text(run) for run in runs] == ["(False, False, False)"] * 2
    drawn = [run.notebook.cells[-2].outputs[0].text.split() for run in runs]
    assert len({number for numbers in drawn for number in numbers}) == 4


def test_forked_kernel_runs_exit_handlers_and_ends_with_its_children(tmp_path, kernels):
    before = processes()
    source = write_notebook(
        tmp_path / "01_a.ipynb",
        f"import atexit, pathlib; _ = atexit.register(pathlib.Path({str(tmp_path)!r}, 'e').touch)",
    )
    run_notebook(source, tmp_path / "out.ipynb", {}, kernels)
    assert (tmp_path / "e").exists()
    wait_until(lambda: processes() <= before)


# ---- failures


def test_run_notebooks_others_finish_when_one_fails(tmp_path, kernels):
    bad = write_notebook(tmp_path / "01_a.ipynb", "fine = 1", "fine / 0")
    dead = write_notebook(tmp_path / "02_b.ipynb", "import os; os._exit(1)")
    good = write_notebook(tmp_path / "03_c.ipynb", "'done'")
    (tmp_path / "out").mkdir()
    done = []
    with pytest.raises(NotebookError) as error:
        run_notebooks(
            *([bad, dead, good], tmp_path / "out", {"edit": "none"}, kernels, 1),
            progress=done.append,
        )
    assert [run.name for run in done] == ["03_c"]
    lines = str(error.value).splitlines()
    assert lines[0] == "01_a.ipynb, cell 4: ZeroDivisionError: division by zero"
    assert lines[2].startswith("02_b.ipynb: the kernel died")
    assert len(lines) == 3


def test_run_notebooks_unknown_parameter_is_refused_before_anything_runs(tmp_path, kernels):
    first = write_notebook(tmp_path / "01_a.ipynb", f"open({str(tmp_path / 'ran')!r}, 'w')")
    with pytest.raises(NotebookError, match=r"01_a\.ipynb: has no parameter 'edti'\. It has: base"):
        run_notebooks([first], tmp_path, {"edti": "gate"}, kernels)
    assert not (tmp_path / "ran").exists()


def test_check_parameters_accepts_all_sections():
    for source in section_notebooks():
        check_parameters(source, PARAMETERS)


def test_check_parameters_without_the_cell(tmp_path):
    source = write_notebook(tmp_path / "01_a.ipynb")
    notebook = nbformat.read(source, as_version=4)
    del notebook.cells[1]
    nbformat.write(notebook, source)
    with pytest.raises(NotebookError, match="has no cell with the tag 'parameters'"):
        check_parameters(source, {})


def test_killed_warm_process_is_survived(tmp_path):
    slow = [
        write_notebook(tmp_path / f"0{n}_a.ipynb", "import time; time.sleep(1)", "'done'")
        for n in range(1, 5)
    ]
    (tmp_path / "out").mkdir()
    with start_kernels() as kernels:
        run_notebook(slow[0], tmp_path / "first.ipynb", {}, kernels)

        def kill_once(run):
            kernels.warm._process.send_signal(signal.SIGKILL)

        runs = run_notebooks(slow, tmp_path / "out", {}, kernels, 2, progress=kill_once)
        assert not kernels.can_fork()
    assert [last_text(run) for run in runs] == ["'done'"] * 4


def test_warm_process_that_can_not_warm_up_leaves_plain_kernels(tmp_path, monkeypatch):
    (tmp_path / "seaborn.py").write_text("raise ImportError", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    source = write_notebook(tmp_path / "01_a.ipynb", "'done'")
    with start_kernels() as kernels:
        assert last_text(run_notebook(source, tmp_path / "out.ipynb", {}, kernels)) == "'done'"


# ---- nothing is left


def test_thirty_kernels_leave_no_process_and_no_descriptor(tmp_path):
    source = write_notebook(tmp_path / "01_a.ipynb", "1")
    before = processes()
    with start_kernels() as kernels:
        run_notebook(source, tmp_path / "out.ipynb", {}, kernels)
        inside, handles = processes(), len(os.listdir("/proc/self/fd"))
        names = [tmp_path / f"{n:02}.ipynb" for n in range(30)]
        for name in names:
            name.write_bytes(source.read_bytes())
        (tmp_path / "out").mkdir()
        run_notebooks(names, tmp_path / "out", {}, kernels, 2)
        wait_until(lambda: processes() <= inside)
        assert len(os.listdir("/proc/self/fd")) <= handles
        assert list(kernels.folder.iterdir()) == []
        assert kernels.folder.stat().st_mode & 0o777 == 0o700
    assert not kernels.folder.exists()
    assert processes() <= before


def test_closing_while_it_still_imports_is_quick():
    before = processes()
    began = time.monotonic()
    WarmProcess().close()
    assert time.monotonic() - began < 1
    assert processes() <= before


COMMAND = """
import sys
from pathlib import Path
import dmsi_lib.report
from dmsi_lib.cli import main
from dmsi_lib.execution import section_notebooks
folder = Path(sys.argv[1])
dmsi_lib.report.section_notebooks = lambda only: section_notebooks(only, folder / "notebooks")
sys.exit(main(["report", "--out", str(folder / "report"), *sys.argv[2:]]))
"""


@pytest.mark.parametrize("options", [[], ["--plain-kernels"]])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_interrupted_report_leaves_no_kernels_and_no_half_report(tmp_path, options, number):
    for n in (1, 2, 3):
        write_notebook(
            tmp_path / "notebooks" / f"0{n}_a.ipynb",
            f"import os; open({str(tmp_path)!r} + f'/pid-{{os.getpid()}}', 'w').close()",
            "import time; time.sleep(60)",
        )
    command = [sys.executable, "-c", COMMAND, str(tmp_path), "--jobs", "2", *options]
    process = subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A shell that runs the tests in the background has them ignore Ctrl-C; this run must not.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    wait_until(lambda: len(list(tmp_path.glob("pid-*"))) == 2, 60)
    children = {int(path.name.partition("-")[2]) for path in tmp_path.glob("pid-*")}
    process.send_signal(number)
    _, said = process.communicate(timeout=20)
    if number == signal.SIGINT:
        assert process.returncode == 130
        assert said.splitlines()[-1] == "dmsi: interrupted; nothing was written."
        assert "Traceback" not in said
        assert sorted(p.name for p in tmp_path.iterdir() if "pid" not in p.name) == ["notebooks"]
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children))
    assert not (tmp_path / "report").exists()
