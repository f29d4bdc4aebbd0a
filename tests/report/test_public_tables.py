"""Public tables by groups: no small cell, and nothing that the figures shown do not tell by
themselves."""

import shutil

import numpy as np
import pandas as pd
import pytest
from public_builds import write_small_questionnaire

from dmsi_lib.choices import SYNTHETIC_EXPORT, Choices
from dmsi_lib.cli.commands import main
from dmsi_lib.disclosure import recover_cells, release_of, unpublished
from dmsi_lib.disclosure.plan import Plan, group_of, where_of
from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.report.groups import groups_of
from dmsi_lib.report.public_release import all_tables, plan_release
from dmsi_lib.report.public_tables import public_tables
from dmsi_lib.survey import read_survey
from dmsi_lib.tables.column_differences import letter_columns
from dmsi_lib.tables.cross_tables import Layout
from dmsi_lib.tables.totals import TOTAL
from dmsi_lib.where import Where

FIGURES = ["count", "percent", "ci_low", "ci_high"]
BOTH = Layout(percent="both", letters=True)
MIN_CELL = 10


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("public")
    export = shutil.copy(SYNTHETIC_EXPORT, folder)  # without what lies beside it
    return str(export), str(write_small_questionnaire(folder / "questionnaire.yaml"))


@pytest.fixture(scope="module")
def whole(files):
    return read_survey(Choices(*files))


@pytest.fixture(scope="module")
def beside(whole):
    """Two questions side by side."""
    return public_tables(whole, Where(), ["province", "ask_preference"], BOTH, MIN_CELL)


def test_no_small_cell_is_shown_and_the_others_are_as_counted(whole, beside):
    counted = whole.crosstabs("province", "ask_preference")
    key = ["question", "item", "group"]
    both = beside.merge(counted, on=key, suffixes=("", "_counted"))
    groups = both[both["group"] != TOTAL]
    shown = groups[groups["suppressed"] == ""]
    hidden = groups[groups["suppressed"] != ""]
    assert len(shown) and len(hidden)
    assert shown["count"].tolist() == shown["count_counted"].tolist()
    rest = shown["base"] - shown["count"]
    asked = ~shown["question"].isin(["consent"])  # of which a group's own definition says all
    assert shown["count"][asked].min() >= MIN_CELL and rest[asked & (rest > 0)].min() >= MIN_CELL
    assert hidden[[*FIGURES, "row_percent", "row_total"]].isna().all(axis=None)


def test_small_groups_are_not_there(whole, beside):
    sizes = whole.table("province").set_index("item")["count"]
    small = {f"province={code}" for code in sizes.index[sizes < MIN_CELL]}
    assert small and not small & set(beside["group"])
    assert {"province=ontario", "ask_preference=yes", TOTAL} <= set(beside["group"])


DERIVED = """title: Regions
questions:
  - {id: side, text: Side?, type: single, page: 1, options: {n: North, s: South}}
  - {id: place, text: Place?, type: single, page: 1, options: {a: A, b: B, c: C}}
derived:
  - {id: region, text: Region, recode: place, options: {ab: {label: A or B, codes: [a, b]},
     c: {label: C, codes: c}}}
  - {id: both, text: Both, combine: [side, place], options: {x: {label: X, if: {side: n, place: a}},
     y: {label: Y, otherwise: true}}}
"""


def test_derived_questions_stand_in_public_tables_but_those_that_are_left_out(tmp_path):
    questionnaire, export = tmp_path / "questionnaire.yaml", tmp_path / "export.csv"
    questionnaire.write_text(DERIVED)
    rows = [f"{n},{('North', 'South')[n % 2]},{'ABC'[n % 3]}" for n in range(90)]
    export.write_text("\n".join(["Respondent ID,Side?,Place?", *rows]))
    whole = read_survey(Choices(str(export), str(questionnaire)))
    table = public_tables(whole, Where(), [], None, MIN_CELL)
    assert table["question"].drop_duplicates().tolist() == ["side", "place", "region"]
    assert table.loc[table["question"] == "region", "count"].tolist() == [60, 30]
    crossed = public_tables(whole, Where(), ["side"], BOTH, MIN_CELL)
    region = crossed[crossed["question"] == "region"].set_index(["item", "group"])["count"]
    assert region["ab", TOTAL] == 60 and region["c", "n"] == 15


def test_what_goes_with_no_other_option_tells_nothing_hidden(tmp_path):
    """4 of 100 left the question blank: at most 100 - 60 - 35 did where the two are shown."""
    questionnaire, export = tmp_path / "questionnaire.yaml", tmp_path / "export.csv"
    questionnaire.write_text(
        "questions:\n  - {id: m, text: M?, type: multiple, page: 1, exclusive: none, "
        "options: {x: X, y: Y, none: None}}\n  - {id: z, text: Z?, type: open, page: 2}\n"
    )
    ticks = ["X,,"] * 30 + ["X,Y,"] * 30 + [",Y,"] + [",,None"] * 35 + [",,"] * 4
    rows = [f"{n},{tick},yes" for n, tick in enumerate(ticks)]
    export.write_text("\n".join(["Respondent ID,M?,,,Z?", ",X,Y,None,Response", *rows]))
    whole = read_survey(Choices(str(export), str(questionnaire), base="universe"))
    table = public_tables(whole, Where(), [], None, MIN_CELL).set_index(["question", "item"])
    shown = table.loc["m", "count"].astype(float)
    assert np.isnan(shown["not_stated"])
    others = [shown["x"] + shown["none"], shown["y"] + shown["none"]]
    assert not max([0, *(one for one in others if not np.isnan(one))]) > 100 - MIN_CELL


def test_further_figures_follow_from_those_that_are_shown(beside):
    """A reader could make every one of them; so they tell nothing more."""
    plain = beside.drop(columns=["row_total", "row_percent", "letter", "higher_than", "not_tested"])
    blocks = [
        [g for g in plain["group"].drop_duplicates() if g.startswith(f"{name}=")]
        for name in ("province", "ask_preference")
    ]
    again = letter_columns(plain.assign(row=""), blocks, 30, set())
    for name, texts in again.items():
        assert beside[name].tolist() == list(texts)
    for block in blocks:
        rows = beside[beside["group"].isin(block)]
        wide = rows.pivot(index=["question", "item"], columns="group", values="count")
        sums = wide.astype(float).sum(axis=1, skipna=False)
        for row in rows.itertuples():
            wanted = sums[row.question, row.item]
            assert np.isnan(wanted) == pd.isna(row.row_total)
            if not np.isnan(wanted):
                assert row.row_total == wanted
                assert row.row_percent == pytest.approx(100 * row.count / wanted, nan_ok=True)


def test_the_attacker_s_programme_recovers_no_hidden_figure(whole, beside):
    """Of everything that the file shows, and all tables of everybody."""
    wheres = [
        group.where for by in ("province", "ask_preference") for group in groups_of(whole, [by])
    ]
    parts = [whole.part(where) for where in wheres]
    plan = plan_release(whole, parts, MIN_CELL)
    surveys = {group_of(one.where, one.questionnaire): one for one in [whole, *parts]}
    between = {
        group: whole.part(where_of(group)) for group in unpublished(whole.questionnaire, surveys)
    }
    release = release_of(
        whole.questionnaire,
        {group: all_tables(one) for group, one in surveys.items()},
        sizes={group: one.n for group, one in (surveys | between).items()},
        between={group: all_tables(one) for group, one in between.items()},
    )
    assert recover_cells(release, plan, MIN_CELL) == []
    # the file shows what the plan shows, and no more
    for where, part in zip([Where(), *wheres], [whole, *parts], strict=True):
        code = str(where) or TOTAL
        own = beside[beside["group"] == code]
        rows = plan.of(group_of(part.where, part.questionnaire))
        hidden = rows[(rows["status"] != "") | (rows["base_status"] != "")]
        lines = set(zip(own["question"], own["item"], strict=True))
        wanted = set(zip(hidden["question"], hidden["item"], strict=True))  # no matrix here
        found = own[own["suppressed"] != ""]
        assert set(zip(found["question"], found["item"], strict=True)) == wanted & lines
    # and the attack would find what is shown too much
    bare = Plan(plan.cells.assign(status="", base_status=""))
    primary = plan.cells["status"] == "primary"
    bare.cells.loc[primary, "status"] = "primary"
    assert recover_cells(release, bare, MIN_CELL)


def test_nested_groups_and_conditions_are_planned_too(whole):
    nested = public_tables(whole, Where(), [["ask_preference", "ircc_funding"]], BOTH, MIN_CELL)
    assert "ask_preference=yes, ircc_funding=yes" in set(nested["group"])
    part = public_tables(
        whole, Where.of("province=ontario"), ["ask_preference"], Layout(), MIN_CELL
    )
    base = part[(part["group"] == TOTAL) & (part["question"] == "province")]["base"]
    assert base.dropna().tolist() == [114] * base.notna().sum()
    assert {TOTAL, "yes"} <= set(part["group"])


def test_without_groups_it_is_the_public_survey_s_own_tables(whole):
    table = public_tables(whole, Where(), [], None, MIN_CELL)
    assert set(table["group"]) == {""}
    assert list(table.columns[:10]) == list(whole.tables().columns[:10])
    hidden = table["suppressed"] != ""
    assert hidden.any() and table.loc[hidden, FIGURES].isna().all(axis=None)


def test_what_is_no_public_table_is_refused(whole):
    with pytest.raises(UsageError, match="group by single ones"):
        public_tables(whole, Where(), ["how_evaluate"], BOTH, MIN_CELL)
    with pytest.raises(UsageError, match="Columns by province twice"):
        public_tables(whole, Where(), ["province", "province"], BOTH, MIN_CELL)
    with pytest.raises(InputError, match="No group has 1,000 respondents or more"):
        public_tables(whole, Where(), ["province"], BOTH, 1000)


def test_the_command_writes_them_and_says_what_was_not_tried(files, tmp_path, capsys):
    out = tmp_path / "public.csv"
    options = ["--export", files[0], "--questionnaire", files[1], "--audience", "public", "--out"]
    by = ["--by", "ask_preference", "--letters", "--min-cell", "12"]
    assert main(["tables", *by, *options, str(out)]) == 0
    said = capsys.readouterr().out
    assert "publish one of them alone" in said
    table = pd.read_csv(out, keep_default_na=False, dtype=str)
    assert list(table.columns)[-6:] == [
        *("suppressed", "letter", "higher_than", "not_tested", "small_base", "data"),
    ]
    hidden = table[table["suppressed"] != ""]
    assert len(hidden) and (hidden[FIGURES] == "").all(axis=None)
    counts = table.loc[(table["suppressed"] == "") & (table["group"] != TOTAL), "count"].astype(int)
    assert counts.min() >= 12
    assert main(["tables", *by, *options, str(tmp_path / "public.xlsx")]) == 2
    assert "`dmsi report --audience public --xlsx`" in capsys.readouterr().err
    assert not (tmp_path / "public.xlsx").exists()
