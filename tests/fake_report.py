"""A small folder shaped like a report, drives that fail, and what must hold of a shared folder."""

import builtins
import io
import json
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from dmsi_lib.errors import InputError
from dmsi_lib.shared_drive import publishing
from dmsi_lib.shared_drive.published_before import RECORDS, unfinished_records
from dmsi_lib.shared_drive.publishing import LOCK
from dmsi_lib.shared_drive.versions import (
    current_version,
    find_versions,
    render_pointer,
    verify_version,
)

ROOT = Path(__file__).resolve().parents[1]
_CALLS = ("open", "mkdir", "rename", "replace", "link", "unlink", "rmdir", "fsync", "listdir")
_CHILD = """
import itertools, os, sys
from dmsi_lib.shared_drive.publishing import publish
dest, build, times, keep = *sys.argv[1:3], int(sys.argv[3]), int(sys.argv[4]) or None
if sys.argv[5] == "quick":  # what the kernel holds survives a kill
    os.fsync = lambda descriptor: None
print("ready", flush=True)
sys.stdin.readline()
for _ in range(times) if times else itertools.count():
    publish(dest, build, keep=keep, progress=lambda line: None, wait=300)
"""
_HOLDER = """
import sys
from dmsi_lib.shared_drive.locking import held_lock
with held_lock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def write_fake_report(folder, pages=3, size=2000, synthetic=True, audience="public"):
    """A report's folder: an index, pages of about `size` bytes, a figure, a table, run.json."""
    names = [f"{number:02}_section" for number in range(pages)]
    for inner in ("figures", "tables"):
        (folder / inner).mkdir(parents=True)
    links = "".join(f'<li><a href="{name}.html#top">{name}</a></li>' for name in names)
    write_page(folder / "index.html", f"<ol>{links}</ol><a href='https://example.org/'>out</a>")
    for name in names:
        write_page(folder / f"{name}.html", f"<p>{name}</p>" * (size // 20))
    (folder / "figures" / "a.png").write_bytes(random.Random(0).randbytes(size))
    (folder / "tables" / "größe.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    run = {"synthetic": synthetic, "audience": audience, "seconds": dict.fromkeys(names, 0.1)}
    (folder / "run.json").write_text(json.dumps(run), encoding="utf-8")
    return folder


def write_page(path, body):
    page = f"<!DOCTYPE html><html lang='en'><title>A & B</title><h1>A &amp; B</h1>{body}</html>"
    path.write_text(page, encoding="utf-8")


def broken(dest):
    """Lines that say what a reader of a shared folder would stumble over."""
    names = [name for name in os.listdir(dest) if name.startswith("v") and "." not in name]
    lines = [line for name in names for line in verify_version(dest / name)]
    shown = current_version(dest)
    page = [render_pointer(v) for v in find_versions(dest) if v.version == shown]
    if page != [(dest / "index.html").read_text(encoding="utf-8")]:
        lines.append(f"index.html leads to {shown}")
    return lines


def leftovers(dest):
    """Names of what is neither a version nor the page that leads to one, nor a record."""
    known = ("index.html", RECORDS)
    names = [name for name in sorted(os.listdir(dest)) if "." in name and name not in known]
    return names + [path.name for path in unfinished_records(dest)]


class FailingDrive:
    """Makes one call below a folder fail, or all from that one on; the others are only counted.

    What it changes stays changed: it is for a process of its own, see `publish_failing`.

    Parameters
    ----------
    folder : path
    at : int
        Which call fails, from 0.
    error : exception or None
        What is raised then; None kills the process instead.
    lasting : bool
        Whether all later calls fail too.
    """

    def __init__(self, folder, at, error, lasting):
        self.folder, self.at, self.error, self.lasting = str(folder), at, error, lasting
        self.calls = 0
        for name in _CALLS:
            setattr(os, name, self.failing(getattr(os, name)))
        for module in (builtins, io):
            module.open = self.failing(module.open)
        shutil.copyfileobj = self.half(shutil.copyfileobj)

    @property
    def reached(self):
        return self.calls > self.at

    def fail(self):
        self.calls += 1
        if self.calls == self.at + 1 or (self.lasting and self.reached):
            if self.error is None:
                os.kill(os.getpid(), signal.SIGKILL)
            raise self.error

    def failing(self, function):
        def call(place, *arguments, **options):
            if "dir_fd" in options or isinstance(place, int) or self.folder in str(place):
                self.fail()
            return function(place, *arguments, **options)

        return call

    def half(self, copy):
        def call(source, target, length):
            target.write(source.read(100))
            self.fail()
            copy(source, target, length)

        return call


def publish_failing(dest, build, at, error=None, lasting=False):
    """Publish in a process of its own whose drive fails, or which is killed; see `FailingDrive`.

    Returns
    -------
    bool
        Whether there was such a call.
    str or None
        What the publisher was told; None where it has published or was killed.
    """
    fork = multiprocessing.get_context("fork")
    answers, answer = fork.Pipe(duplex=False)

    def child():
        publishing.PATIENCE = 0
        drive, refused = FailingDrive(dest, at, error, lasting), None
        try:
            publishing.publish(dest, build, keep=2, progress=lambda line: None, wait=0.3)
        except InputError as stop:
            refused = str(stop)
        answer.send((drive.reached, refused))

    process = fork.Process(target=child)
    process.start()
    answer.close()
    process.join()
    return (True, None) if process.exitcode == -signal.SIGKILL else answers.recv()


@contextmanager
def held_elsewhere(path):
    """Another process that holds a lock, until the block ends or it is killed."""
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(path)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    holder.stdout.readline()
    try:
        yield holder
    finally:
        holder.communicate()


def leave_dead_lock(path):
    """A lock whose holder was killed."""
    with held_elsewhere(path) as holder:
        holder.kill()


def start_publisher(dest, build, times=0, keep=0, quick=False):
    """A process that publishes so many times, or until it is killed, once it is told to begin."""
    return subprocess.Popen(
        [
            *(sys.executable, "-c", _CHILD, str(dest), str(build), str(times), str(keep)),
            "quick" if quick else "",
        ],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def kill_publishers(dest, build, kills, longest, seed, quick=False):
    """Kill one publisher after another at random moments; yields what is broken after each kill.

    Yields
    ------
    list of str
        What is broken, see `broken`.
    str
        What the publisher was at: the file it left, or "between two publications".
    """
    moments = random.Random(seed)
    following = start_publisher(dest, build, keep=3, quick=quick)
    for _ in range(kills):
        publisher, following = following, start_publisher(dest, build, keep=3, quick=quick)
        publisher.stdout.readline()
        publisher.stdin.write("go\n")
        publisher.stdin.flush()
        time.sleep(moments.uniform(0.0, longest))
        publisher.kill()
        publisher.communicate()
        yield broken(dest), stage(dest)
    following.kill()
    following.communicate()


def stage(dest):
    """How far a killed publisher had come, from what it has left."""
    names = leftovers(dest)
    for ending, what in ((".partial", "copying"), (".removed", "deleting old versions")):
        for name in names:
            if name.endswith(ending):
                sealed = (dest / name / "MANIFEST.json").exists()
                return "sealed, not renamed" if ending == ".partial" and sealed else what
    if any(name.startswith("index.html.") for name in names):
        return "replacing index.html"
    return "lock held" if (dest / LOCK).exists() else "between two publications"


def publish_at_once(dest, build, publishers, times, quick=False):
    """Let many processes publish into one folder while this one reads; returns what went wrong.

    Returns
    -------
    list of str
    int
        How often the report was read in the meantime.
    """
    processes = [start_publisher(dest, build, times, quick=quick) for _ in range(publishers)]
    for process in processes:
        process.stdout.readline()
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    lines, reads = [], 0
    while True:
        reads += 1
        running = any(process.poll() is None for process in processes)
        shown = current_version(dest)
        if shown or not running:
            lines += verify_version(dest / (shown or "none"))
        if not running:
            break
        time.sleep(0.01)
    for process in processes:
        process.communicate()
    lines += [f"exit status {p.returncode}" for p in processes if p.returncode]
    return lines + broken(dest), reads
