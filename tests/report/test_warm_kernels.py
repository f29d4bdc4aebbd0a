"""Kernels forked from a warmed process: the same outputs, fresh state, and none left behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from processes import processes, wait_until
from small_notebooks import content, last_text, make_task, run_alone, write_notebook
from small_survey import write_survey

from dmsi_lib.choices import Choices
from dmsi_lib.errors import NotebookError
from dmsi_lib.report.execution import Task, run_task, run_tasks
from dmsi_lib.report.kernels import Kernels
from dmsi_lib.report.notebooks import edition, read_source, section_notebooks
from dmsi_lib.report.warm_kernels import WarmProcess, is_supported, warm_up

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not is_supported(), reason="needs fork, and the entry point installed"),
]
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
    # What does not pass through Python arrives a little later, so a cell each.
    "import time; os.system('echo from a subprocess'); time.sleep(0.3)",
    "os.write(1, b'raw'); time.sleep(0.3)",
    "print('out')",
    "print('err', file=sys.stderr); get_ipython().__class__",
    "!echo shell",
    "%%capture captured\nprint('kept')",
    "captured.stdout, In[1][:10], _",
    "%matplotlib inline\nplt.plot([3, 1])",
    "from dmsi_lib import Survey; Survey.load()",
)


@pytest.fixture(scope="module")
def kernels():
    with Kernels(warm_up()) as started:
        assert started.warm.is_alive()
        yield started


# ---- the same as plain kernels


@pytest.mark.parametrize("source", section_notebooks(), ids=lambda path: path.stem)
def test_forked_kernel_gives_the_outputs_of_a_plain_one(source, report):
    notebook = edition(read_source(source), "internal")
    plain = run_alone(Task(source.stem, notebook, Choices().parameters()))
    forked = read_source(report / "notebooks" / source.name)
    assert content(plain.notebook) == content(forked)


def test_forked_kernel_has_the_same_front_end(tmp_path, kernels):
    task = make_task(write_notebook(tmp_path / "01_a.ipynb", *FRONT_END), {"export": None})
    plain, forked = content(run_alone(task).notebook), content(run_task(task, kernels).notebook)
    assert plain.count('"image/png"') == 6
    assert plain == forked


def test_forked_kernels_are_really_forked(tmp_path, kernels):
    source = write_notebook(tmp_path / "01_a.ipynb", "import sys; 'statsmodels' in sys.modules")
    assert last_text(run_task(make_task(source), kernels)) == "True"
    assert last_text(run_alone(make_task(source))) == "False"


def test_forked_kernels_find_in_memory_what_they_load(tmp_path):
    files = tuple(map(str, write_survey(tmp_path)))
    cells = (
        "from dmsi_lib import Survey\nfrom dmsi_lib.survey.material import _read",
        f"n = Survey.load(*{files!r}).n",
    )
    source = write_notebook(tmp_path / "01_a.ipynb", *cells, "n, _read.cache_info().hits")
    with Kernels(warm_up(files)) as kernels:
        assert last_text(run_task(make_task(source), kernels)) == "(8, 1)"
        Path(files[0]).write_text("RespondentID\n1\n", encoding="utf-8")
        with pytest.raises(NotebookError, match="the export does not fit the questionnaire"):
            run_task(make_task(source), kernels)


def test_forked_kernels_say_themselves_what_is_wrong_with_a_file(tmp_path):
    source = write_notebook(tmp_path / "01_a.ipynb", "'done'")
    with Kernels(warm_up((str(tmp_path / "none.csv"), None))) as kernels:
        assert last_text(run_task(make_task(source), kernels)) == "'done'"
        assert kernels.warm.is_alive()


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
    runs = [run_task(make_task(source), kernels) for _ in range(2)]
    assert [last_text(run) for run in runs] == ["(False, False, False)"] * 2
    drawn = [run.notebook.cells[-2].outputs[0].text.split() for run in runs]
    assert len({number for numbers in drawn for number in numbers}) == 4


def test_forked_kernel_runs_exit_handlers_and_ends_with_its_children(tmp_path, kernels):
    before = processes()
    source = write_notebook(
        tmp_path / "01_a.ipynb",
        f"import atexit, pathlib; _ = atexit.register(pathlib.Path({str(tmp_path)!r}, 'e').touch)",
    )
    run_task(make_task(source), kernels)
    assert (tmp_path / "e").exists()
    wait_until(lambda: processes() <= before)


# ---- failures


def test_forked_kernel_ends_with_a_run_that_was_killed_before_it_read_the_answer(tmp_path):
    warm = WarmProcess()
    ours, theirs = socket.socketpair()
    with theirs:
        socket.send_fds(warm._requests, [b"."], [theirs.fileno()])
    arguments = ["-f", str(tmp_path / "kernel.json")]
    request = {"arguments": arguments, "cwd": str(tmp_path), "env": dict(os.environ)}
    ours.sendall(json.dumps(request).encode() + b"\n")
    kernel = psutil.Process(int(ours.recv(20, socket.MSG_PEEK)))
    try:
        ours.close()  # with what it has not read: the other end is told of a reset
        wait_until(lambda: not kernel.is_running() or kernel.status() == psutil.STATUS_ZOMBIE)
    finally:
        with suppress(psutil.NoSuchProcess):
            kernel.kill()
        warm.close()


def test_killed_warm_process_is_survived(tmp_path):
    slow = [
        make_task(
            write_notebook(tmp_path / f"0{n}_a.ipynb", "import time; time.sleep(1)", "'done'")
        )
        for n in range(1, 5)
    ]
    with Kernels(warm_up()) as kernels:
        run_task(slow[0], kernels)

        def kill_once(run):
            kernels.warm._process.send_signal(signal.SIGKILL)

        runs = run_tasks(slow, kernels, 2, kill_once)
        assert not kernels.warm.is_alive()
    assert [last_text(run) for run in runs] == ["'done'"] * 4


def test_warm_process_that_can_not_warm_up_leaves_plain_kernels(tmp_path, monkeypatch):
    (tmp_path / "seaborn.py").write_text("raise ImportError", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    source = write_notebook(tmp_path / "01_a.ipynb", "'done'")
    with Kernels(warm_up()) as kernels:
        assert last_text(run_task(make_task(source), kernels)) == "'done'"


# ---- nothing is left


def test_thirty_kernels_leave_no_process_and_no_descriptor(tmp_path):
    source = write_notebook(tmp_path / "01_a.ipynb", "1")
    before = processes()
    with Kernels(warm_up()) as kernels:
        run_task(make_task(source), kernels)
        inside, handles = processes(), psutil.Process().num_fds()
        run_tasks([make_task(source) for _ in range(30)], kernels, 2)
        wait_until(lambda: processes() <= inside)
        assert psutil.Process().num_fds() <= handles
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
import dmsi_lib.report.notebooks
from dmsi_lib.cli.commands import main
folder = Path(sys.argv[1])
dmsi_lib.report.notebooks.NOTEBOOKS = folder / "notebooks"
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
        assert said.splitlines()[-1] == "dmsi: interrupted; nothing is half written."
        assert "Traceback" not in said
        assert sorted(p.name for p in tmp_path.iterdir() if "pid" not in p.name) == ["notebooks"]
    wait_until(lambda: not any(map(psutil.pid_exists, children)))
    assert not (tmp_path / "report").exists()
