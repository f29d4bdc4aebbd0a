"""Two waves with planted changes: all of them are found, and none is invented."""

import numpy as np
import pytest
from two_waves import waves

from dmsi_lib.choices import DATA, Baseline
from dmsi_lib.cli.commands import main
from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.published.ledger import read_published
from dmsi_lib.published.wave_changes import PARTS
from dmsi_lib.survey.waves import (
    compare_waves,
    compare_with_baseline,
    compare_with_published,
)


def test_every_change_of_the_instrument_is_told_and_no_other(tmp_path):
    found = compare_waves(*waves(tmp_path))
    assert {(one.question, one.kind) for one in found.changes.itertuples()} == {
        ("old", "question gone"),
        ("new", "new question"),
        ("cakes", "option renamed"),
        ("cakes", "option new"),
        ("cup", "option new"),
        ("milk", "asked of others"),
        ("mood", "wording changed"),
        ("cakes", "other words, said to be the same"),
    }
    why = found.table.groupby("question")["why_not"].first().to_dict()
    assert why == {
        **{"role": "", "tea": "", "cakes": ""},
        **{"cup": "option new", "milk": "asked of others", "mood": "wording changed"},
    }


@pytest.mark.parametrize("alike", [[], ["role"]])
def test_the_parts_add_up(tmp_path, alike):
    table = compare_waves(*waves(tmp_path, guests_green_after=0.5), alike).table
    assert len(table) > 8
    np.testing.assert_allclose(table[PARTS].sum(axis=1), table["difference"], atol=1e-9)


def test_a_change_of_who_answers_is_no_change_of_answers(tmp_path):
    table = compare_waves(*waves(tmp_path), ["role"]).table
    green = table[(table["question"] == "tea") & (table["item"] == "green")].iloc[0]
    assert green["percent_before"] == 48 and green["percent_after"] == 36
    assert green["composition"] == pytest.approx(-12) and green["answers"] == pytest.approx(0)
    assert green["questionnaire"] == green["routing"] == 0


def test_a_change_of_answers_is_no_change_of_who_answers(tmp_path):
    found = compare_waves(*waves(tmp_path, cooks_after=140, guests_green_after=0.8), ["role"])
    green = found.table[found.table["item"] == "green"].iloc[0]
    assert green["composition"] == pytest.approx(0) and green["answers"] == pytest.approx(18)
    assert found.differing["question"].unique().tolist() == ["tea"]


def test_what_an_option_or_a_rule_does_is_its_own_part(tmp_path):
    table = compare_waves(*waves(tmp_path)).table.set_index(["question", "item"])
    small = table.loc["cup", "small"]  # a quarter chose what was not there before
    assert small["difference"] == -25 == small["questionnaire"]
    assert small["answers"] == 0
    assert not table.loc["cup"]["comparable"].any()
    assert table.loc[("milk", "yes"), "routing"] == pytest.approx(0)  # all are on their wave's


def test_the_same_wave_twice_differs_in_nothing(survey):
    found = compare_waves(survey, survey, ["role"])
    assert found.changes.empty and found.differing.empty
    assert (found.table[["difference", *PARTS]] == 0).all(axis=None)


def test_what_can_make_no_waves_alike_is_refused(tmp_path):
    before, after = waves(tmp_path)
    for name in ("new", "cakes", "nothing"):
        said = f"no single-choice question of both waves '{name}'. Expected one of: role, tea, cup"
        with pytest.raises(UsageError, match=said):
            compare_waves(before, after, [name])


def test_two_surveys_with_nothing_in_common_are_refused(tmp_path, run):
    waves(tmp_path)
    lines = ["title: Ships", "questions:"]
    for name in ("role", "ship"):  # an id may be the same by chance
        lines.append(f"  - {{id: {name}, text: Which {name} of yours?, type: open, page: 1}}")
    (tmp_path / "ships.yaml").write_text("\n".join(lines), encoding="utf-8")
    ships = tmp_path / "ships.csv"
    head = "Respondent ID,Which role of yours?,Which ship of yours?\n"
    ships.write_text(f"{head},Open-Ended Response,Open-Ended Response\n1,a,b\n", encoding="utf-8")
    command = ["compare", "--baseline", ships, "--baseline-questionnaire", tmp_path / "ships.yaml"]
    command += ["--export", tmp_path / "after.csv", "--questionnaire", tmp_path / "after.yaml"]
    status, out, err = run(*command)
    assert (status, out) == (1, "")
    assert "ships.yaml" in err and "no question stands in both unchanged" in err
    assert "changed were role (wording changed, type changed" in err
    assert "--baseline-questionnaire" in err and "`aliases`" in err


def test_figures_of_another_survey_are_refused(tmp_path):
    figures = read_published(DATA / "published_figures.csv")
    with pytest.raises(InputError, match="no table of it is of a question that this survey asked"):
        compare_with_published(waves(tmp_path)[1], figures)


def test_few_answers_are_not_compared(tmp_path):
    before, after = waves(tmp_path, guests_green_after=0.9)
    few = after.with_(where="cakes=apple").part("cup=none").part("tea=black")
    assert 0 < few.n < 30
    table = compare_waves(before, few).table
    assert not table["comparable"].any()
    assert table["why_not"].str.endswith("fewer than 30 answered").all()


def test_conditions_hold_in_both_waves_under_their_own_names(tmp_path):
    _, after = waves(tmp_path)
    earlier = Baseline(str(tmp_path / "before.csv"), str(tmp_path / "before.yaml"))
    found = compare_with_baseline(after.with_(where="cakes=plum"), earlier)  # "cake" before
    assert (found.before.n, found.after.n) == (100, 100)
    for where in ("new=no", "cup=none"):
        with pytest.raises(UsageError, match="the earlier wave has no such question and answer"):
            compare_with_baseline(after.with_(where=where), earlier)
    with pytest.raises(UsageError, match="leave out --where"):
        published = Baseline(str(DATA / "published_figures.csv"))
        compare_with_baseline(after.with_(where="role=cook"), published)


def test_compare_command_says_once_what_is_synthetic(run):
    export = DATA / "synthetic" / "dmsi-2018-synthetic.csv"
    status, out, _ = run("compare", "--baseline", export)
    assert status == 0
    assert out.endswith("Synthetic data: the earlier wave and this wave\n")


@pytest.mark.parametrize("name", ["t.xlsx", "t", "t.csv.txt"])
def test_compare_command_writes_csv_alone(tmp_path, run, name):
    waves(tmp_path)
    command = ["--baseline", tmp_path / "before.csv", "--export", tmp_path / "after.csv"]
    command += ["--baseline-questionnaire", tmp_path / "before.yaml"]
    command += ["--questionnaire", tmp_path / "after.yaml", "--out", tmp_path / name]
    status, out, err = run("compare", *command)
    assert (status, out) == (2, "") and name in err and ".csv" in err
    assert not (tmp_path / name).exists()


def test_compare_command_tells_changes_before_differences(tmp_path, capsys):
    waves(tmp_path, guests_green_after=0.9)
    command = ["compare", "--baseline", "before.csv", "--baseline-questionnaire", "before.yaml"]
    command += ["--export", "after.csv", "--questionnaire", "after.yaml", "--out", "out/t.csv"]
    files = [str(tmp_path / one) if one.endswith((".csv", ".yaml")) else one for one in command]
    assert main(files) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("t.csv: 12 rows") and lines[1] == "8 changes of the questionnaire"
    assert "  milk: asked of others: tea black -> everybody" in lines
    assert any(line.startswith("  tea, Green: 48.0 % of 200 before, ") for line in lines)
    assert (tmp_path / "out" / "t.csv").exists()


def test_published_figures_are_a_baseline_by_counts_alone(survey, tmp_path, capsys):
    figures = read_published(DATA / "published_figures.csv")
    same = compare_with_published(survey, figures).table
    assert len(same) > 150 and (same["difference"].abs() < 1e-9).all() and same["comparable"].all()
    moved = figures.copy()
    line = (moved["question"] == "use_digital_messaging") & (moved["item"] == "yes")
    line &= moved["kind"] == "table"
    moved.loc[line, "count"] = 120  # of 332, where 212 are counted
    moved.loc[line.shift(1, fill_value=False), "count"] = 212
    found = compare_with_published(survey, moved).differing
    assert found["question"].unique().tolist() == ["use_digital_messaging"]
    row = found[found["item"] == "yes"].iloc[0]
    assert (row["count_before"], row["count_after"], row["base_before"]) == (120, 212, 332)
    assert row["difference"] == pytest.approx(100 * (212 - 120) / 332)
    command = ["compare", "--baseline", str(DATA / "published_figures.csv")]
    assert main(command) == 0 and "0 differ by more" in capsys.readouterr().out
    assert main([*command, "--alike", "role"]) == 2
    assert main([*command, "--baseline-questionnaire", str(tmp_path / "q.yaml")]) == 2
    assert "published figures have none. Leave it out." in capsys.readouterr().err


@pytest.mark.parametrize("name", ["before.csv", "before.yaml", "after.csv", "after.yaml"])
def test_compare_command_overwrites_nothing_that_it_reads(tmp_path, capsys, name):
    waves(tmp_path)
    command = ["compare", "--baseline", "before.csv", "--baseline-questionnaire", "before.yaml"]
    command += ["--export", "after.csv", "--questionnaire", "after.yaml", "--out", name]
    before = (tmp_path / name).read_bytes()
    files = [str(tmp_path / one) if one.endswith((".csv", ".yaml")) else one for one in command]
    assert main(files) == 1 and "is read by this command" in capsys.readouterr().err
    assert (tmp_path / name).read_bytes() == before
