"""What the pages on security and on handling the data tell people to type exists."""

import pkgutil
import re
import shlex
from pathlib import Path

import pytest

from dmsi_lib.choices import SYNTHETIC_EXPORT
from dmsi_lib.cli.arguments import make_parser
from dmsi_lib.questionnaire import strict_yaml
from dmsi_lib.reading.rows import file_rows as cells
from dmsi_lib.reading.rows import workbooks

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "SECURITY.md", ROOT / "docs" / "data-handling.md"]
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in PAGES)
COMMANDS = re.findall(r"^\s*(dmsi .+)$|`(dmsi [a-z]+ [^`]+)`", TEXT, re.MULTILINE)


@pytest.mark.parametrize("line", [first or second for first, second in COMMANDS])
def test_every_command_can_be_parsed(line):
    make_parser().parse_args(shlex.split(line)[1:])


def test_every_command_of_a_sentence_exists():
    names = set(re.findall(r"`dmsi ([a-z]+)`", TEXT))
    assert {"report", "batch", "reconcile", "publish", "tables"} <= names
    for name in names:
        with pytest.raises(SystemExit) as left:
            make_parser().parse_args([name, "--help"])
        assert left.value.code == 0


def test_every_option_exists():
    known = {
        option
        for parser in make_parser()._subparsers._group_actions[0].choices.values()
        for option in parser._option_string_actions
    }
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", TEXT)) <= known


def test_every_link_leads_somewhere():
    for path in PAGES:
        for target, anchor in re.findall(r"\]\(([^)#]*)(#[^)]*)?\)", path.read_text("utf-8")):
            page = path.parent / target if target else path
            assert page.exists(), target
            titles = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
            assert not anchor or anchor[1:] in [t.lower().replace(" ", "-") for t in titles]


def test_every_module_and_test_file_exists():
    for path in re.findall(r"\bdmsi_lib((?:\.\w+)+)", TEXT):
        found = pkgutil.resolve_name(f"dmsi_lib{path}")  # a module, or what stands in one
        assert found is not None
    for file in re.findall(r"tests/[\w/]+\.py", TEXT):
        assert (ROOT / file).exists(), file


def test_the_example_runs():
    (example,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    names = {}
    exec(example.replace("data/raw/export.csv", SYNTHETIC_EXPORT.as_posix()), names)
    scan = names["scan_answers"](names["texts"], names["survey"].export.identities)
    assert "telephone" in set(scan["kind"])


def test_the_limits_are_those_of_the_library():
    stated = [
        (cells._MOST_COLUMNS, 16_384, "16,384 columns"),
        (cells._LAST_SHEET_ROW, 1_048_576, "1,048,576 rows"),
        (cells._LONGEST_TEXT, 1_000_000, "a million characters"),
        (workbooks._LARGEST_UNPACKED, 10**9, "unpack to 1 GB"),
        (strict_yaml._LARGEST, 5_000_000, "5 MB"),
        (strict_yaml._DEEPEST, 12, "12 levels"),
    ]
    for limit, number, words in stated:
        assert limit == number and words in TEXT
