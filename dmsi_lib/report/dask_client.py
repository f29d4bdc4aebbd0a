"""Reaching a Dask scheduler that has workers.

A scheduler runs whatever it is sent by anybody who reaches it: keep it to a trusted network.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from jupyter_core.utils import run_sync

from dmsi_lib.errors import InputError
from dmsi_lib.report.freshness import library_hash, versions

if TYPE_CHECKING:
    from distributed import Client

PATIENCE = 10  # seconds to find the scheduler, and without a worker
_LACKING = (
    "--scheduler needs the package distributed, which is not installed here. Install it with: "
    "pip install 'dmsi-survey-report[cluster]'"
)
OTHER_VERSION = (
    "{} has another version of this library or of its packages ({}); install the same everywhere."
)
NO_WORKER = (
    "{0}: the scheduler has no workers. Start some with `dask worker {0} --nthreads 1`; see the "
    "README."
)


def check_installed() -> None:
    """Raise InputError where what talks to a scheduler is not installed."""
    if find_spec("distributed") is None:
        raise InputError(_LACKING)


@contextmanager
def quiet_logs() -> Iterator[None]:
    """Let nothing be logged, as Dask does at length when a connection ends: what matters is
    raised."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


def needed_versions() -> dict[str, str]:
    """What must be the same everywhere."""
    return {"library": library_hash()[:12]} | versions()


def check_versions(needed: Mapping[str, str], worker: str) -> None:
    """Raise InputError on a worker that has not the versions of whoever asks."""
    differing = [
        f"{name} {found} instead of {needed.get(name)}"
        for name, found in sorted(needed_versions().items())
        if found != needed.get(name)
    ]
    if differing:
        raise InputError(OTHER_VERSION.format(worker, ", ".join(differing)))


async def _knock(address: str) -> None:
    """Reach the scheduler; a client that does not reach it hangs when it is taken apart."""
    from distributed import Security
    from distributed.comm import connect

    settings = Security().get_connection_args("client")
    await (await connect(address, timeout=PATIENCE, **settings)).close()


def connect_to(address: str) -> "Client":
    """A client of the scheduler, once there is a worker; InputError where there is none."""
    from distributed import Client

    try:
        run_sync(_knock)(address)
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise InputError(
            f"{address}: no Dask scheduler answers there ({error}). Start one with "
            "`dask scheduler` and workers with `dask worker`; see the README."
        ) from None
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        client.close()
        raise InputError(NO_WORKER.format(address)) from None
    return client
