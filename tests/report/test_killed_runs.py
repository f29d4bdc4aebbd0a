"""A few runs that are ended at random moments; tests/benchmarks/benchmark_kills.py ends many."""

import os
import signal
import subprocess
import sys

import pytest
from fake_report import write_fake_report
from killed_runs import end_at_random
from small_notebooks import LOAD, write_notebook
from small_survey import write_survey

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals"),
]
SIGNALS = [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL]
# The notebooks of a test instead of the repository's, then the command.
START = """
import sys
from pathlib import Path
import dmsi_lib.report.notebooks
from dmsi_lib.cli.commands import main
dmsi_lib.report.notebooks.NOTEBOOKS = Path({!r})
sys.exit(main())
"""


@pytest.mark.parametrize(("name", "number"), [("report", SIGNALS[2]), ("batch", SIGNALS[2])])
def test_a_report_survives_the_end_of_the_run_that_replaces_it(tmp_path, name, number):
    for folder in ("data", "out"):
        (tmp_path / folder).mkdir()
    export, questionnaire = write_survey(tmp_path / "data")
    write_notebook(tmp_path / "notebooks" / "01_a.ipynb", LOAD, 'survey.plot("doneness")')
    start = [sys.executable, "-c", START.format(str(tmp_path / "notebooks"))]
    files = ["--export", str(export), "--questionnaire", str(questionnaire)]
    groups = ["--by", "role", "--min-cell", "1"] if name == "batch" else []
    place = tmp_path / "out" / "made"
    command = [*start, name, *files, *groups, "--out", str(place)]
    subprocess.run(command, check=True, capture_output=True)
    tally = end_at_random([*command, "--force"], place, number, 2, 5, 1, command)
    assert tally.faults == []


@pytest.mark.parametrize("number", SIGNALS)
def test_a_shared_drive_survives_the_end_of_a_publication(tmp_path, number):
    build, place = write_fake_report(tmp_path / "build"), tmp_path / "out" / "made"
    place.parent.mkdir()
    start = [sys.executable, "-c", "import sys; from dmsi_lib.cli import main; sys.exit(main())"]
    command = [*start, "publish", str(place), "--from", str(build)]
    subprocess.run(command, check=True, capture_output=True)
    assert end_at_random(command, place, number, 5, 1, 1).faults == []
