"""Kernels forked from one warmed process, so that the imports are paid once a report.

Importing ipykernel, pandas and the rest costs a notebook more than its cells do. On Linux a report
therefore starts one process that has imported them all and drawn a figure; each kernel is a fork
of it: a real ipykernel with a namespace of its own, as fresh as one started from the shell.

The warmed process belongs to one run. It ends when the run's end of a socket pair closes, however
that comes about, and its kernels end with it; so the library's own modules never outlive a change
of their source. Where there is no warmed process, or no longer, plain kernels are started.
"""

import contextlib
import ctypes
import gc
import importlib
import io
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from importlib.metadata import entry_points

from jupyter_client.provisioning import LocalProvisioner

GARBAGE = 50_000  # new objects before Python looks for garbage in processes that soon end
PROVISIONER = "dmsi-warm"  # as registered under jupyter_client.kernel_provisioners
LAUNCHER = "ipykernel_launcher"
# One thread each, in plain kernels too: the kernels share the cores among themselves, sums come
# out the same on every machine, and a process that forks must have no other threads.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_IMPORTED = (
    *("IPython.core.completerlib", "IPython.core.debugger", "IPython.extensions.storemagic"),
    *("ipykernel.debugger", "ipykernel.kernelapp", "matplotlib_inline.backend_inline", "pdb"),
    *("pandas.io.formats.html", "pandas.io.formats.style", "sqlite3"),
    *("statsmodels.discrete.discrete_model", "tornado.platform.asyncio"),
)
_INLINE = "module://matplotlib_inline.backend_inline"
_PATIENCE = 60  # seconds for warming up and one fork
_LARGEST = 200_000  # bytes of one request
_FLUSH = 2  # seconds
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


def is_supported():
    """Whether kernels can be forked here: on Linux, where this installation is registered."""
    registered = entry_points(group="jupyter_client.kernel_provisioners", name=PROVISIONER)
    return sys.platform == "linux" and hasattr(os, "pidfd_open") and bool(registered)


def warm_up(files=()):
    """A process that warms up from here on, None where kernels can't be forked.

    Parameters
    ----------
    files : tuple, optional
        Arguments of `Survey.load`, paths as texts or None: what notebooks will load is read once,
        and kernels find it in memory (known by the content of the files).
    """
    return WarmProcess(files) if is_supported() else None


class WarmProcess:
    """The warmed process as seen from the run that owns it; `fork` may be called by any thread."""

    def __init__(self, files=()):
        self._connection, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._connection.settimeout(_PATIENCE)
        self._lock, self._asked = threading.Lock(), False
        environment = {k: v for k, v in os.environ.items() if k != "JPY_PARENT_PID"} | ONE_THREAD
        environment.setdefault("MPLBACKEND", _INLINE)
        environment["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # its warning is lost in a kernel
        with theirs:
            # Looking for garbage while importing would take a sixth of the time, and find none.
            code = (
                "import gc; gc.disable(); from dmsi_lib.report.warm_kernels import serve; "
                f"serve({theirs.fileno()}, {files!r})"
            )
            self._process = subprocess.Popen(
                [sys.executable, "-c", code],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env=environment,
                start_new_session=True,  # Ctrl-C in a terminal is for the run, not for this
            )

    def is_alive(self):
        return self._process.poll() is None

    def fork(self, arguments, cwd, env):
        """Fork a kernel and wait until its sockets are open.

        Parameters
        ----------
        arguments : list of str, those of ipykernel
        cwd : str
        env : dict, the kernel's whole environment

        Returns
        -------
        ForkedProcess

        Raises
        ------
        OSError
            Where the warmed process has died, does not answer, or can't fork.
        """
        request = json.dumps({"arguments": arguments, "cwd": cwd, "env": env}).encode()
        if len(request) > _LARGEST:
            raise OSError("The environment is too large to be sent.")
        ready, theirs = os.pipe()
        try:
            try:
                answer, handles = self._ask(request, theirs)
            finally:
                os.close(theirs)
            forked = ForkedProcess(int(answer), handles[0])
            if not select.select([ready], [], [], _PATIENCE)[0] or not os.read(ready, 1):
                forked.kill()
                forked.wait()
                raise OSError("The forked kernel did not start.")
            return forked
        finally:
            os.close(ready)

    def _ask(self, request, handle):
        with self._lock:
            self._asked = True
            try:
                socket.send_fds(self._connection, [request], [handle])
                answer, handles, *_ = socket.recv_fds(self._connection, 100, 1)
            except OSError:
                self._hang_up()  # a late answer must not be taken for that of another request
                raise
        if not handles:
            raise OSError("The warmed process has ended.")
        return answer, handles

    def _hang_up(self):
        with contextlib.suppress(OSError):  # hung up already, or the other side has
            self._connection.shutdown(socket.SHUT_RDWR)  # wakes threads that wait for an answer

    def close(self):
        """End the warmed process and whatever it has forked."""
        self._hang_up()
        try:
            self._process.wait(1 if self._asked else 0)
        except subprocess.TimeoutExpired:  # still importing: nothing has been forked yet
            self._process.kill()
            self._process.wait()
        with self._lock:
            self._connection.close()


class ForkedProcess:
    """A kernel that is no child of ours, with as much of Popen's interface as Jupyter needs."""

    stdin = stdout = stderr = None

    def __init__(self, pid, handle):
        self.pid, self._handle, self.returncode = pid, handle, None

    def poll(self):
        # A handle of a process becomes readable when the process ends. Its exit status is its
        # parent's; nobody asks for it.
        if self.returncode is None and select.select([self._handle], [], [], 0)[0]:
            self._close()
        return self.returncode

    def wait(self, timeout=None):
        if self.returncode is None:
            if not select.select([self._handle], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            self._close()
        return self.returncode

    def _close(self):
        os.close(self._handle)
        self.returncode = 0

    def send_signal(self, signum):
        if self.poll() is None:
            signal.pidfd_send_signal(self._handle, signum)

    def terminate(self):
        self.send_signal(signal.SIGTERM)

    def kill(self):
        self.send_signal(signal.SIGKILL)


class WarmProvisioner(LocalProvisioner):
    """Forks kernels from the warmed process of their manager, or starts plain ones."""

    async def launch_kernel(self, cmd, **kwargs):
        warm = getattr(self.parent, "warm", None)
        same_python = cmd[0] == sys.executable and LAUNCHER in cmd
        if warm is None or not same_python or not warm.is_alive():
            return await super().launch_kernel(cmd, **kwargs)
        arguments = cmd[cmd.index(LAUNCHER) + 1 :]
        try:
            # Blocks this thread's loop, on which nothing else is waiting.
            self.process = warm.fork(arguments, kwargs.get("cwd") or os.getcwd(), kwargs["env"])
        except OSError:
            return await super().launch_kernel(cmd, **kwargs)
        self.pid = self.pgid = self.process.pid
        self.cwd = kwargs.get("cwd") or os.getcwd()
        return self.connection_info


# ---- in the warmed process


def serve(number, files=()):
    """Warm up, then fork a kernel for every request until the other end of the socket closes.

    Parameters
    ----------
    number : int, descriptor of the socket
    files : tuple, see `warm_up`
    """
    connection = socket.socket(fileno=number)
    children = set()
    try:
        _warm_up()
        if files:
            _load_survey(files)
        # A lock held by another thread would stay locked in every fork.
        if len(os.listdir("/proc/self/task")) == 1:
            gc.freeze()  # kernels need not walk through it, and the memory stays shared
            gc.set_threshold(GARBAGE)
            gc.enable()
            while _answer(connection, children):
                pass
    except Exception:  # whoever asks for a kernel finds the socket closed, and starts a plain one
        if os.environ.get("DMSI_DEBUG"):
            raise
    finally:
        for pid in children:
            _kill_group(pid)
        os._exit(0)


def _answer(connection, children):
    """Wait a second for a request and fork; false once the other end is closed."""
    children -= {pid for pid in children if os.waitpid(pid, os.WNOHANG)[0]}
    if not select.select([connection], [], [], 1)[0]:
        return True
    message, handles, *_ = socket.recv_fds(connection, _LARGEST, 1)
    if not message:
        return False
    pid = os.fork()
    if not pid:
        connection.close()
        _become_kernel(json.loads(message), handles[0])
    children.add(pid)
    child = os.pidfd_open(pid)  # not reaped yet, so this is certainly the child
    socket.send_fds(connection, [str(pid).encode()], [child])
    for handle in (child, *handles):
        os.close(handle)
    return True


def _kill_group(pid):
    for kill in (os.killpg, os.kill):  # the group is not there before the kernel has made it
        try:
            kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def _warm_up():
    """Import what notebooks need, and draw, without leaving traces that they could see."""
    import builtins

    if sys.path[0] == "":
        del sys.path[0]  # as the launcher does; the kernel puts it back

    class Shell:  # pandas asks whether there is a kernel when it is imported
        kernel = True

    builtins.get_ipython = Shell
    for name in _IMPORTED:
        importlib.import_module(name)
    import matplotlib.figure
    import seaborn

    import dmsi_lib.figures.reader_tables
    import dmsi_lib.survey.survey  # noqa: F401

    figure = matplotlib.figure.Figure(layout="constrained")
    seaborn.barplot(x=[1, 2], y=["a", "b"], ax=figure.add_subplot(title="A figure"))
    figure.savefig(io.BytesIO(), format="png")
    del builtins.get_ipython


def _load_survey(files):
    """Read what notebooks will load; what is wrong with it they will say themselves."""
    from dmsi_lib.errors import DmsiError
    from dmsi_lib.survey import Survey

    with contextlib.suppress(DmsiError):
        Survey.load(*files)


def _become_kernel(request, ready):
    """Run ipykernel in this fork as its launcher would; never returns."""
    status = 1
    try:
        os.setsid()
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        os.environ.clear()
        os.environ.update(request["env"])
        os.chdir(request["cwd"])
        sys.argv = [LAUNCHER, *request["arguments"]]
        _start_kernel(request["arguments"], ready)
        status = 0
    except SystemExit as stop:
        status = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    finally:
        # Taking the warmed modules apart one by one would only copy their memory.
        os._exit(status)


def _start_kernel(arguments, ready):
    import atexit

    import numpy
    from ipykernel.kernelapp import IPKernelApp

    numpy.random.seed()  # the same in every fork otherwise
    app = IPKernelApp.instance(parent_handle=os.getppid())
    app.initialize(arguments)
    _enable_figures()
    os.write(ready, b"1")
    os.close(ready)
    app.start()
    # It still flushes what was printed; once the exit functions have ended the thread that sends
    # it, that takes until a timeout.
    app.control_thread.join(_FLUSH)
    atexit._run_exitfuncs()
    for stream in (sys.__stdout__, sys.__stderr__):
        stream.flush()


def _enable_figures():
    """Do what importing pyplot in a kernel does; when it was imported there was no shell yet."""
    import matplotlib_inline.backend_inline
    from matplotlib import pyplot

    pyplot.install_repl_displayhook()
    matplotlib_inline.backend_inline._enable_matplotlib_integration()
