"""`dmsi draft`: what is printed, the exit status, and what lies there afterwards."""

import pytest
from sample_exports import MEALS_TWO_ROWS, write_csv

from dmsi_lib.cli.commands import main


@pytest.fixture
def draft(tmp_path, capsys):
    """Run the command on the meals: status, output, errors."""
    export = write_csv(tmp_path / "export.csv", MEALS_TWO_ROWS)

    def run(*arguments):
        status = main(["draft", str(export), *map(str, arguments)])
        said = capsys.readouterr()
        return status, said.out.replace(f"{tmp_path}/", ""), said.err.replace(f"{tmp_path}/", "")

    return run


def test_draft_writes_what_check_accepts(draft, tmp_path, capsys):
    status, out, err = draft("--out", tmp_path / "new")
    place = tmp_path / "new" / "questionnaire.yaml"
    assert (status, err) == (0, "") and place.exists()
    assert out.startswith("new/questionnaire.yaml: drafted; `dmsi check` accepts it\n")
    assert " columns taken" in out and " questions, " in out
    files = ["--export", tmp_path / "export.csv", "--questionnaire", place]
    assert main(["check", *map(str, files)]) == 0 and not capsys.readouterr().err


def test_draft_overwrites_nothing(draft, tmp_path):
    (tmp_path / "questionnaire.yaml").write_text("mine", encoding="utf-8")
    status, out, err = draft("--out", tmp_path)
    assert (status, out) == (1, "")
    assert err == (
        "dmsi: questionnaire.yaml: is there already, and nothing is overwritten. Choose another.\n"
    )
    assert (tmp_path / "questionnaire.yaml").read_text(encoding="utf-8") == "mine"


def test_draft_explains_and_writes_nothing(draft, tmp_path):
    status, out, err = draft("--explain", "eat_lunch")
    assert (status, err) == (0, "") and out.startswith("Do you eat lunch?\nNo rule: ")
    assert [path.name for path in tmp_path.iterdir()] == ["export.csv"]
    status, out, err = draft("--explain", "nothing")
    assert (status, out) == (2, "") and "There is no question 'nothing'" in err


def test_draft_asks_what_to_do(draft, tmp_path):
    status, out, err = draft()
    assert (status, out) == (2, "")
    assert err == "dmsi: Say where to write it with --out FOLDER, or what to --explain.\n"


def test_draft_of_what_is_not_there_is_refused(tmp_path, capsys):
    assert main(["draft", str(tmp_path / "none.csv"), "--out", str(tmp_path / "new")]) == 1
    assert capsys.readouterr().err.startswith(f"dmsi: {tmp_path / 'none.csv'}")
    assert not (tmp_path / "new").exists()
