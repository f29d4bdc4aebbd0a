"""Two waves with planted changes: all of them are found, and none is invented."""

import numpy as np
import pytest
from sample_exports import write_csv

from dmsi_lib import Survey
from dmsi_lib.choices import DATA
from dmsi_lib.cli.commands import main
from dmsi_lib.errors import InputError
from dmsi_lib.published.ledger import read_published
from dmsi_lib.published.wave_changes import PARTS
from dmsi_lib.survey.waves import compare_waves, compare_with_published

BEFORE = """
title: Tea
wave: "1"
questions:
  - {id: role, text: Are you a cook?, type: single, page: 1, options: {cook: "Yes", guest: "No"}}
  - {id: tea, text: Which tea?, type: single, page: 1, options: {green: Green, black: Black}}
  - {id: cake, text: Which cakes?, type: multiple, page: 1, options: {plum: Plum, apple: Apple}}
  - {id: cup, text: Which cup?, type: single, page: 1, options: {small: Small, large: Large}}
  - {id: milk, text: With milk?, type: single, page: 2, ask_if: {tea: black}, options: {yes: "Yes", no: "No"}}
  - {id: old, text: Do you own a pot?, type: single, page: 2, options: {yes: "Yes", no: "No"}}
  - {id: mood, text: How are you?, type: single, page: 2, options: {good: Good, bad: Bad}}
"""  # noqa: E501
AFTER = """
title: Tea
wave: "2"
questions:
  - {id: role, text: Are you a cook?, type: single, page: 1, options: {cook: "Yes", guest: "No"}}
  - {id: tea, text: Which tea?, type: single, page: 1, options: {green: Green, black: Black}}
  - id: cakes
    text: Which of the cakes?
    aliases: Which cakes?
    type: multiple
    page: 1
    options: {plum: {label: Plum cake, aliases: Plum}, apple: Apple, pear: Pear}
  - {id: cup, text: Which cup?, type: single, page: 1, options: {small: Small, large: Large, none: None}}
  - {id: milk, text: With milk?, type: single, page: 2, options: {yes: "Yes", no: "No"}}
  - {id: mood, text: How do you feel today?, type: single, page: 2, options: {good: Good, bad: Bad}}
  - {id: new, text: Sugar?, type: single, page: 2, options: {yes: "Yes", no: "No"}}
"""  # noqa: E501
TITLES = ["Respondent ID", "Are you a cook?", "Which tea?"]
BOTH = ["Which cup?", "With milk?"]


def row(number, cook, green, plum, cup, milk, *end, cakes=2):
    """A respondent; `milk` and `cup` as they stand."""
    ticks = ["Plum" if plum else "", "" if plum else "Apple", ""][:cakes]
    tea = "Green" if green else "Black"
    return [str(number), "Yes" if cook else "No", tea, *ticks, cup, milk, *end]


def waves(tmp_path, cooks_after=80, guests_green_after=0.2):
    """Two waves of 200; of cooks 60 % take green tea, of guests 20 %, in the second as is said."""
    header = [*TITLES, "Which cakes?", "", *BOTH, "Do you own a pot?", "How are you?"]
    below = ["", "Response", "Response", "Plum", "Apple", *["Response"] * 4]
    first = []
    for n in range(200):
        cook = n < 140
        green = n % 10 < (6 if cook else 2)
        milk = "" if green else "Yes" if n % 3 else "No"
        first.append(row(n, cook, green, n % 2, "Small", milk, "Yes", "Good"))
    header_2 = [*TITLES, "Which of the cakes?", "", "", *BOTH, "How do you feel today?", "Sugar?"]
    below_2 = ["", "Response", "Response", "Plum cake", "Apple", "Pear", *["Response"] * 4]
    second = []
    for n in range(200):
        cook = n < cooks_after
        green = n % 10 < (6 if cook else 10 * guests_green_after)
        cup = "None" if n % 4 == 0 else "Small"
        second.append(row(n, cook, green, n % 2, cup, "Yes", "Good", "No", cakes=3))
    found = []
    for name, text, rows in (
        ("before", BEFORE, [header, below, *first]),
        ("after", AFTER, [header_2, below_2, *second]),
    ):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        export = write_csv(tmp_path / f"{name}.csv", rows)
        found.append(Survey.load(export, tmp_path / f"{name}.yaml"))
    return found


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
        with pytest.raises(InputError, match="can't make the waves alike"):
            compare_waves(before, after, [name])


def test_compare_command_tells_changes_before_differences(tmp_path, capsys):
    waves(tmp_path, guests_green_after=0.9)
    command = ["compare", "--baseline", "before.csv", "--baseline-questionnaire", "before.yaml"]
    command += ["--export", "after.csv", "--questionnaire", "after.yaml", "--out", "out/t.csv"]
    files = [str(tmp_path / one) if one.endswith((".csv", ".yaml")) else one for one in command]
    assert main(files) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("t.csv: 12 rows") and lines[1] == "7 changes of the questionnaire"
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


@pytest.mark.parametrize("name", ["before.csv", "before.yaml", "after.csv", "after.yaml"])
def test_compare_command_overwrites_nothing_that_it_reads(tmp_path, capsys, name):
    waves(tmp_path)
    command = ["compare", "--baseline", "before.csv", "--baseline-questionnaire", "before.yaml"]
    command += ["--export", "after.csv", "--questionnaire", "after.yaml", "--out", name]
    before = (tmp_path / name).read_bytes()
    files = [str(tmp_path / one) if one.endswith((".csv", ".yaml")) else one for one in command]
    assert main(files) == 1 and "is read by this command" in capsys.readouterr().err
    assert (tmp_path / name).read_bytes() == before
