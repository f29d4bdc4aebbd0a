"""docs/ten-minutes.md: every command and every line of Python on it is run, in its order."""

import ast
import re
import shlex
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from dmsi_lib import Survey
from dmsi_lib.cli.commands import main

PAGE = Path(__file__).parents[1] / "docs" / "ten-minutes.md"
BLOCK = re.compile(r"```(sh|python)\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """The folder in which all was done, and the names that Python knows then."""
    folder, names = tmp_path_factory.mktemp("ten"), {}
    (folder / "outputs").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for kind, block in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
            if kind == "python":
                *before, last = ast.parse(block).body
                exec(compile(ast.Module(before, []), str(PAGE), "exec"), names)
                if isinstance(last, ast.Expr):
                    shown = eval(compile(ast.Expression(last.value), str(PAGE), "eval"), names)
                    names |= {"said": shown} if isinstance(shown, str) else {}
                else:
                    exec(compile(ast.Module([last], []), str(PAGE), "exec"), names)
            else:
                for line in block.strip().split("\n"):
                    command, *arguments = shlex.split(line)
                    assert command == "dmsi" and main(arguments) == 0, line
    return folder, names


def test_the_table_is_that_of_the_survey(done):
    folder, _ = done
    saved = pd.read_csv(folder / "outputs" / "table1.csv")
    own = Survey.load(edit="gate").crosstab("usefulness", "role", letters=True).table
    assert saved["count"].tolist() == own["count"].tolist()
    assert set(saved["group"]) == {"(total)", "frontline", "management"}


def test_the_sentence_is_computed(done):
    counts = Survey.load(edit="gate").table("use_digital_messaging").set_index("item").loc["yes"]
    assert done[1]["said"].startswith(f"{counts['count']} of {counts['base']} (")


def test_the_files_are_there(done):
    folder, _ = done
    names = {path.name for path in (folder / "outputs").iterdir()}
    figure = {"figure1.pdf", "figure1.csv", "figure1.txt"}
    files = {"by_role.xlsx", "answers.sav", "codebook.html", "reconciled", "table1.csv"}
    assert figure | files <= names
    frame, meta = pyreadstat.read_sav(folder / "outputs" / "answers.sav", user_missing=True)
    assert len(frame) == Survey.load().n and meta.missing_ranges


def test_a_reader_finds_the_page():
    assert "docs/ten-minutes.md" in (PAGE.parents[1] / "README.md").read_text(encoding="utf-8")
