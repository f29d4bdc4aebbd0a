"""What several test files share: the synthetic survey, a small one, and a built report."""

import time
from pathlib import Path

import pytest
from small_survey import write_survey

from dmsi_lib import Survey

ROOT = Path(__file__).resolve().parents[1]
_PATIENCE = 600  # seconds that one worker waits for the report that another one builds


def pytest_collection_modifyitems(items):
    """One file that needs the report comes first and builds it, while the other worker goes on with
    those that don't; the others that need it come last."""
    needy = list(dict.fromkeys(item.path for item in items if "report" in item.fixturenames))
    items.sort(key=lambda item: (item.path in needy) - 2 * (item.path in needy[:1]))


@pytest.fixture(scope="session")
def survey():
    """The synthetic export as answered. Shared: nothing may change it."""
    return Survey.load()


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """The eight respondents of `small_survey`, read from files."""
    return Survey.load(*write_survey(tmp_path_factory.mktemp("small")))


@pytest.fixture(scope="session")
def report(tmp_path_factory, worker_id):
    """The folder of a report with all notebooks, built once for all workers. Only to be read."""
    from dmsi_lib.report import make_report

    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    out, mine = shared / "report", shared / "report-in-progress"
    try:
        mine.mkdir()
    except FileExistsError:
        return _built_by_another(out, mine / "failed")
    try:
        make_report(out, progress=lambda line: None)
    except BaseException:
        (mine / "failed").touch()
        raise
    return out


def _built_by_another(out, failed):
    ends = time.monotonic() + _PATIENCE
    while not out.exists():
        if failed.exists() or time.monotonic() > ends:
            pytest.fail("The report could not be built; see the error of the other worker.")
        time.sleep(0.1)
    return out
