"""The warmed process itself: it imports what notebooks need, then becomes a kernel in each fork.

A request is a byte that brings one end of a socket pair, from which the fork reads what kernel it
is to be. The pair binds the two: once the run's end is closed, the kernel ends.
"""

import atexit
import contextlib
import ctypes
import importlib
import json
import os
import signal
import socket
import string
import sys
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import psutil

from dmsi_lib.report.start import PLAIN_TEXTS, quick_imports
from dmsi_lib.report.warm_kernels import LAUNCHER, Counted

# What the run itself needs, too.
_COMMON = (
    "dmsi_lib.reading.identities.finder",
    "dmsi_lib.reading.identities.telephones",
    "dmsi_lib.skip_logic.break_off_model",
    "dmsi_lib.skip_logic.dispositions",
    "dmsi_lib.survey.public_survey",
    "dmsi_lib.survey.survey",
    "dmsi_lib.tables.ranking",
    "phonenumbers",
    "scipy.stats",
)
_IMPORTED = (
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.core.pylabtools",
    "IPython.extensions.storemagic",
    "PIL.BmpImagePlugin",
    "PIL.GifImagePlugin",
    "PIL.JpegImagePlugin",
    "PIL.PpmImagePlugin",
    # Behind doors that load a module when it is first asked for: here that is once for all kernels.
    "dmsi_lib.figures.bars",
    "dmsi_lib.figures.charts",
    "dmsi_lib.figures.comparisons",
    "dmsi_lib.figures.diagrams",
    "dmsi_lib.figures.leading_answers",
    "dmsi_lib.figures.ranking_tables",
    "dmsi_lib.figures.reader_tables",
    "dmsi_lib.figures.stacked",
    "dmsi_lib.survey.parameters",
    "ipykernel.debugger",
    "ipykernel.kernelapp",
    "matplotlib.backends.backend_agg",
    "matplotlib.pyplot",
    "pandas.core.reshape.reshape",
    "pandas.io.formats.html",
    "pandas.io.formats.string",
    "sqlite3",
    "statsmodels.discrete.discrete_model",
    "tornado.platform.asyncio",
    "zmq.utils.garbage",
)
_LETTERS = string.ascii_letters + string.digits + " .,:;()-–%“”?"
_PATIENCE = 1  # seconds for a thread to end
_MMAP_THRESHOLD, _TRIM_THRESHOLD = -3, -1
_COUNTED: list[Any] = []  # the survey, held so that its answers and tables stay known to all forks


def serve(number: int, counted: Counted = ((), (), 0)) -> None:
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
            alone = _warm_up(counted)
    except Exception:  # whoever asks for a kernel finds the socket closed, and starts a plain one
        if os.environ.get("DMSI_DEBUG"):
            raise
        return
    if not alone:
        return  # a lock held by another thread would stay locked in every fork
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


def prepare(load: tuple[Any, ...], by: tuple[str, ...] = (), least: int = 0) -> bool:
    """Import, read and count what a run and its notebooks both need, unless it has been done.

    Whether the process can be forked then: whether there was but one thread before it read. Those
    with which Arrow reads a large file hold no lock afterwards, and it makes them anew in a fork
    (its atfork_internal.h).
    """
    if _COUNTED:
        return True
    with quick_imports(to_fork=True):
        for name in _COMMON:
            importlib.import_module(name)
        alone = psutil.Process().num_threads() == 1
        import pandas

        from dmsi_lib.errors import DmsiError
        from dmsi_lib.report.groups import groups_of
        from dmsi_lib.survey import Survey

        # What is wrong with the files notebooks, and the run, will say themselves.
        with contextlib.suppress(DmsiError), pandas.option_context(*PLAIN_TEXTS):
            if load:
                survey: Any = Survey.load(*load)
                groups = groups_of(survey, by) if by else []
                surveys = [survey.part(each.where) for each in groups if each.n >= least]
                surveys = surveys or [survey]
                for each in surveys:
                    each.tables()
                if survey.published and not survey.where and not by:  # which stands in the report
                    survey.published.reproduction().assign(by=survey.readings.reproduced_by)
                _COUNTED.extend([survey, *surveys])
    return alone


def _warm_up(counted: Counted) -> bool:
    """Import what notebooks need, draw, and have them find what they will load, without leaving
    traces that they could see; whether the process can be forked then."""
    if sys.path[0] == "":
        del sys.path[0]  # as the launcher does; the kernel puts it back
    alone = prepare(*counted)
    threads = psutil.Process().num_threads()
    for name in _IMPORTED:
        importlib.import_module(name)
    import pandas
    from matplotlib.backends.registry import backend_registry
    from matplotlib.figure import Figure

    from dmsi_lib.figures import Picture, width_of

    pandas.set_option(*PLAIN_TEXTS)
    backend_registry.list_all()  # which reads the files of all packages
    figure = Figure()
    figure.add_subplot(title="A figure", xlabel=_LETTERS).bar([1], [1])
    Picture("", figure, "").png()
    for bold in (False, True):  # whose widths are asked for
        width_of(_LETTERS, 1, bold)
    _keep_memory()
    return alone and psutil.Process().num_threads() == threads


def _keep_memory() -> None:
    """Have the system's allocator (of glibc, mallopt(3)) keep what a figure gives back, since the
    next one asks for it again."""
    with contextlib.suppress(OSError, AttributeError, TypeError):
        for setting, size in ((_MMAP_THRESHOLD, 2**26), (_TRIM_THRESHOLD, 2**28)):
            ctypes.CDLL(None).mallopt(setting, size)


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
    with _few_modules():
        app.initialize(request["arguments"])
    matplotlib.rcParams["backend"] = os.environ["MPLBACKEND"]  # ipykernel's, if there was none
    importlib.import_module("matplotlib_inline.backend_inline")  # finds the shell, and shows there
    run.sendall(str(os.getpid()).encode())
    app.start()
    # ipykernel would end the thread that publishes first, for which this one may be waiting yet:
    # then both would wait until the run loses patience, after some four seconds.
    app.control_thread.stop()
    app.control_thread.join(_PATIENCE)


@contextlib.contextmanager
def _few_modules() -> Iterator[None]:
    """Have ipykernel see no modules: it lists the files of all for a debugger, which nobody can
    attach here, and to touch each would copy much of the memory that forks share, in 13 ms."""
    from ipykernel import ipkernel

    known: dict[str, Any] = vars(ipkernel)
    known["sys"] = SimpleNamespace(**vars(sys) | {"modules": {}})
    try:
        yield
    finally:
        known["sys"] = sys


def _end_with(run: socket.socket) -> None:
    """End this kernel and its children with the run, however that ends."""
    # Nothing comes: it returns once the other end is closed, or raises where a killed run leaves
    # something unread there.
    with contextlib.suppress(OSError):
        run.recv(1)
    os.killpg(0, signal.SIGKILL)
