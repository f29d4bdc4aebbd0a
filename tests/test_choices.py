"""What a report is made from: which files, under which names, and the parameters that follow."""

import subprocess
import sys
from dataclasses import fields

import pytest

from dmsi_lib.choices import (
    PUBLISHED_FIGURES,
    QUESTIONNAIRE,
    SYNTHETIC_EXPORT,
    Baseline,
    Choices,
    Options,
    baseline_files,
    input_files,
)
from dmsi_lib.errors import UsageError


def test_choices_by_default_are_the_repository_s_own_files():
    choices = Choices()
    assert (choices.export_path, choices.questionnaire_path) == (SYNTHETIC_EXPORT, QUESTIONNAIRE)
    assert not choices.public
    assert choices.parameters() == {
        **{"export": None, "questionnaire": None, "edit": "none", "base": "answered"},
        **{"where": [], "plan": None},
    }


def test_choices_parameters_are_absolute_wherever_they_were_named_from(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    choices = Choices("a.csv", "b/../q.yaml", "gate", "universe", ("role=cook",), "public", 5)
    assert choices.public
    assert choices.parameters("plan.csv") == {
        **{"export": str(tmp_path / "a.csv"), "questionnaire": str(tmp_path / "q.yaml")},
        **{"edit": "gate", "base": "universe", "where": ["role=cook"], "plan": "plan.csv"},
    }


def test_choices_shown_name_no_place(tmp_path):
    choices = Choices(str(tmp_path / "a.csv"), str(tmp_path / "q.yaml"), audience="public")
    shown = choices.shown()
    assert (shown["export"], shown["questionnaire"]) == ("a.csv", "q.yaml")
    assert set(shown) == {field.name for field in fields(Choices)} - {"baseline"}
    assert str(tmp_path) not in str(shown)


def test_choices_name_a_baseline_where_there_is_one_and_no_place(tmp_path):
    earlier = Baseline(str(tmp_path / "old.csv"), str(tmp_path / "old.yaml"), ("role",))
    choices = Choices(str(tmp_path / "a.csv"), baseline=earlier)
    assert choices.shown()["baseline"] == {
        **{"baseline": "old.csv", "baseline_questionnaire": "old.yaml", "alike": ["role"]},
    }
    assert str(tmp_path) not in str(choices.shown())
    assert "baseline" not in choices.parameters()
    (tmp_path / "old.csv").write_text("x", encoding="utf-8")
    assert baseline_files(choices) == {"baseline/old.csv": (tmp_path / "old.csv").resolve()}
    assert baseline_files(Choices()) == {}


def test_choices_compare_no_wave_for_the_public():
    with pytest.raises(UsageError, match="can't be compared with an earlier wave"):
        Choices(audience="public", baseline=Baseline("old.csv"))


def test_input_files_of_the_repository_are_all_there():
    files = input_files(Choices())
    names = [SYNTHETIC_EXPORT.name, "questionnaire.yaml", "published_figures.csv", "themes.yaml"]
    assert set(names) <= set(files)
    assert files["published_figures.csv"] == PUBLISHED_FIGURES
    tags = {name for name in files if name.startswith("tags/")}
    assert tags == {f"tags/{path.name}" for path in SYNTHETIC_EXPORT.parent.glob("tags/*.csv")}
    assert all(path.is_file() for path in files.values())


def test_input_files_are_those_that_exist(tmp_path):
    data, instrument = tmp_path / "data", tmp_path / "instrument"
    for folder in (data / "tags", instrument):
        folder.mkdir(parents=True)
    choices = Choices(str(data / "a.csv"), str(instrument / "q.yaml"))
    assert input_files(choices) == {}
    beside = [data / "a.csv", data / "quotations.csv", data / "tags" / "why.csv"]
    beside += [instrument / name for name in ("q.yaml", "themes.yaml", "tiles.yaml")]
    # what lies beside the wrong one of the two, or under another name, plays no part
    for path in [*beside, data / "themes.yaml", instrument / "quotations.csv", data / "b.csv"]:
        path.touch()
    (data / "tags" / "notes.txt").touch()
    assert set(input_files(choices).values()) == set(beside)
    assert input_files(choices)["tags/why.csv"] == data / "tags" / "why.csv"


@pytest.mark.parametrize("name", ["themes.yaml", "quotations.csv"])
def test_input_files_of_an_export_under_a_usual_name(tmp_path, name):
    (tmp_path / name).touch()
    choices = Choices(str(tmp_path / name), str(tmp_path / name))
    assert input_files(choices) == {name: tmp_path / name}


def test_options_by_default_say_nothing():
    assert Options() == Options((), None, True, False, False, False, False, None)


def test_inputs_imports_nothing_heavy():
    code = "import sys, dmsi_lib.choices, dmsi_lib.report.freshness, dmsi_lib.report.notebooks; "
    code += (
        "print(sorted({'pandas', 'numpy', 'matplotlib', 'papermill', 'nbformat'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")
