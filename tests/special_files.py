"""Files that are none: pipes, devices, links to them, and holes."""

import os
import stat

import pytest


def pipe(path):
    """A named pipe that nobody writes into: whoever opens it waits for ever."""
    if not hasattr(os, "mkfifo"):
        pytest.skip("there are no named pipes here")
    os.mkfifo(path)
    return path


def device(path):
    """A device of this user's own, as root can make one; its content would be endless."""
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 5))  # /dev/zero on Linux
    except (AttributeError, OSError):
        pytest.skip("this user can't make devices here")
    return path


def link_to_pipe(path):
    pipe(path.with_name("pipe"))
    path.symlink_to("pipe")
    return path


def link_to_device(path):
    path.symlink_to("/dev/zero")
    return path


SPECIAL = {
    "pipe": (pipe, "is a named pipe"),
    "device": (device, "is a device"),
    "link to a pipe": (link_to_pipe, "is a named pipe"),
    "link to a device": (link_to_device, "is a device"),
}


def sparse(path, size):
    """A file that is nothing but a hole."""
    with open(path, "wb") as file:
        file.truncate(size)
    return path
