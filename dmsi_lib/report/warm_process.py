"""The warmed process itself: it imports what notebooks need, then becomes a kernel in each fork.

A request is a byte that brings one end of a socket pair, from which the fork reads what kernel it
is to be. The pair binds the two: once the run's end is closed, the kernel ends.
"""

import atexit
import contextlib
import importlib
import io
import json
import os
import signal
import socket
import sys
import threading
from typing import Any

import psutil

from dmsi_lib.report.start import quick_imports
from dmsi_lib.report.warm_kernels import LAUNCHER

_IMPORTED = (
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.extensions.storemagic",
    "PIL.BmpImagePlugin",
    "PIL.GifImagePlugin",
    "PIL.JpegImagePlugin",
    "PIL.PpmImagePlugin",
    # Behind doors that load a module when it is first asked for: here that is once for all kernels.
    "dmsi_lib.figures.charts",
    "dmsi_lib.figures.comparisons",
    "dmsi_lib.figures.diagrams",
    "dmsi_lib.figures.ranking_tables",
    "dmsi_lib.figures.reader_tables",
    "dmsi_lib.reading.identities.finder",
    "dmsi_lib.reading.identities.telephones",
    "dmsi_lib.skip_logic.break_off_model",
    "dmsi_lib.skip_logic.dispositions",
    "dmsi_lib.survey.public_survey",
    "dmsi_lib.survey.survey",
    "dmsi_lib.tables.ranking",
    "ipykernel.debugger",
    "ipykernel.kernelapp",
    "matplotlib.backends.backend_agg",
    "pandas.io.formats.html",
    "pandas.io.formats.style",
    "pdb",
    "phonenumbers",
    "seaborn",
    "sqlite3",
    "statsmodels.discrete.discrete_model",
    "tornado.platform.asyncio",
)


def serve(number: int, files: tuple[Any, ...] = ()) -> None:
    """Warm up, then fork a kernel for every request until the other end of the socket, whose
    descriptor is `number`, closes.

    Returns in the forks, too, once their kernel has ended: Python then ends as it always does.
    """
    # The first to be registered is the last to be called: taking the warmed modules apart one by
    # one would only copy their memory.
    atexit.register(_leave)
    requests = socket.socket(fileno=number)
    try:
        with quick_imports(to_fork=True):
            _warm_up()
            alone = psutil.Process().num_threads() == 1
            _read(files)
    except Exception:  # whoever asks for a kernel finds the socket closed, and starts a plain one
        if os.environ.get("DMSI_DEBUG"):
            raise
        return
    # A lock held by another thread would stay locked in every fork. Those with which Arrow has read
    # a large file hold none now, and it makes them anew in a fork (its atfork_internal.h).
    if not alone:
        return
    signal.signal(signal.SIGCHLD, _bury)
    while True:
        message, handles, *_ = socket.recv_fds(requests, 1, 1)
        if not message:
            return
        if not os.fork():
            requests.close()
            _become_kernel(socket.socket(fileno=handles[0]))
            return
        os.close(handles[0])


def _leave() -> None:
    for stream in filter(None, (sys.__stdout__, sys.__stderr__)):
        stream.flush()
    os._exit(0)


def _bury(*_: object) -> None:
    """Ask for the exit status of every kernel that has ended, so that its entry goes."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _warm_up() -> None:
    """Import what notebooks need and draw, without leaving traces that they could see."""
    if sys.path[0] == "":
        del sys.path[0]  # as the launcher does; the kernel puts it back
    for name in _IMPORTED:
        importlib.import_module(name)
    import matplotlib.figure
    import seaborn

    figure = matplotlib.figure.Figure(layout="constrained")
    seaborn.barplot(x=[1, 2], y=["a", "b"], ax=figure.add_subplot(title="A figure"))
    figure.savefig(io.BytesIO(), format="png")


def _read(files: tuple[Any, ...]) -> None:
    """Read what notebooks will load."""
    from dmsi_lib.errors import DmsiError
    from dmsi_lib.survey import Survey

    with contextlib.suppress(DmsiError):  # what is wrong with them notebooks will say themselves
        if files:
            Survey.load(*files)


def _become_kernel(run: socket.socket) -> None:
    """Run ipykernel in this fork as its launcher would, until it is shut down."""
    import matplotlib
    import numpy
    import pandas
    from ipykernel.kernelapp import IPKernelApp

    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with run.makefile() as lines:
        request = json.loads(lines.readline())
    threading.Thread(target=_end_with, args=(run,), daemon=True).start()
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    sys.argv = [LAUNCHER, *request["arguments"]]
    numpy.random.seed()  # the same in every fork otherwise
    pandas.set_option("display.max_columns", 20)  # as where there is a kernel when it is imported
    app = IPKernelApp.instance(parent_handle=0)
    app.initialize(request["arguments"])
    matplotlib.rcParams["backend"] = os.environ["MPLBACKEND"]  # ipykernel's, if there was none
    importlib.import_module("matplotlib_inline.backend_inline")  # finds the shell, and shows there
    run.sendall(str(os.getpid()).encode())
    app.start()


def _end_with(run: socket.socket) -> None:
    """End this kernel and its children with the run, however that ends."""
    # Nothing comes: it returns once the other end is closed, or raises where a killed run leaves
    # something unread there.
    with contextlib.suppress(OSError):
        run.recv(1)
    os.killpg(0, signal.SIGKILL)
