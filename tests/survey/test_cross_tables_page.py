"""docs/cross-tables.md does what it says: its examples run, its commands can be given."""

import re
import shlex
from pathlib import Path

import pytest

from dmsi_lib.cli.arguments import make_parser

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "cross-tables.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_examples_run_one_after_the_other(survey, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {"at_hand": survey}
    for block in blocks("python"):
        exec(block.replace("Survey.load()", "at_hand"), names)
    assert names["wide"].index.tolist() == list(survey.question("staff_size").choices.values())
    assert names["wide"]["gap"].abs().max() < 100
    assert len(names["beside"]) == len(names["crossed"])
    assert (tmp_path / "staff_size.csv").exists()


@pytest.mark.parametrize("line", "".join(blocks("sh")).splitlines())
def test_commands_can_be_given(line):
    assert make_parser().parse_args(shlex.split(line)[1:]).command == "tables"


def test_every_column_of_a_cross_table_is_explained(survey):
    table = survey.crosstab("staff_size", "role", percent="both", letters=True).table
    more = [name for name in table if name not in survey.table("staff_size")]
    assert more and all(f"`{name}`" in PAGE for name in more)
