"""`dmsi check --fix`: what is printed, the exit status, and what lies there afterwards."""

import pytest
from sample_exports import MEALS, MEALS_TWO_ROWS, replaced, write_csv

from dmsi_lib.cli.commands import main

TITLE = (0, 5, "Do you eat a lunch?")
ID_TWICE = (3, 0, "101")


@pytest.fixture
def fix(tmp_path, capsys):
    """Run the command on the meals with some cells replaced: status, output, errors, new file."""

    def run(*cells, out="out.yaml"):
        rows = MEALS_TWO_ROWS
        for cell in cells:
            rows = replaced(rows, *cell)
        (tmp_path / "q.yaml").write_text(MEALS, encoding="utf-8")
        files = ["--export", write_csv(tmp_path / "e.csv", rows), "--questionnaire"]
        arguments = [*files, tmp_path / "q.yaml", "--fix", tmp_path / out]
        status = main(["check", *map(str, arguments)])
        said = capsys.readouterr()
        written = [path.name for path in tmp_path.iterdir()]
        assert sorted(written) == sorted({"e.csv", "q.yaml", *{"out.yaml"} & {*written}})
        return status, said.out.replace(f"{tmp_path}/", ""), said.err, tmp_path / "out.yaml"

    return run


def test_check_fix_writes_and_says_what_was_changed(fix):
    status, out, err, path = fix(TITLE)
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "out.yaml: changes (1), each marked by a comment to look at",
        '  eats: aliases: ["Do you eat a lunch?"]',
        "The export is accepted with it: go on with --questionnaire out.yaml",
    ]
    assert "# proposed: aliases" in path.read_text(encoding="utf-8")


def test_check_fix_says_what_is_left_with_status_1(fix):
    status, out, err, path = fix(TITLE, ID_TWICE)
    assert status == 1 and path.exists()
    assert "changes (1)" in out and "accepted" not in out
    assert "respondent ids stand more than once" in err
    assert err.endswith("out.yaml.\n")


def test_check_fix_writes_nothing_where_nothing_helps(fix):
    status, out, err, path = fix(ID_TWICE)
    assert (status, out) == (1, "") and not path.exists()
    assert err.endswith("No change of the questionnaire helps; nothing was written.\n")


def test_check_fix_writes_nothing_where_nothing_is_wrong(fix):
    status, out, err, path = fix()
    assert (status, out, err) == (0, "Nothing to change; nothing written.\n", "")
    assert not path.exists()


def test_check_fix_overwrites_nothing(fix):
    status, out, err, _ = fix(TITLE, out="q.yaml")
    assert (status, out) == (1, "") and "nothing is overwritten" in err


def test_check_ends_with_the_columns_that_were_taken(capsys):
    assert main(["check"]) == 0
    assert capsys.readouterr().out.splitlines()[-3:] == [
        "237 of 245 columns taken; these not:",
        "  columns 2 to 4, from 'Collector ID' on: what the platform notes about the response",
        "  columns 5 to 9, from 'IP Address' on: identity column, dropped",
    ]
