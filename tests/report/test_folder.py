"""The tables in a report's folder: one file for each, whatever the questions are called."""

import pandas as pd
from small_survey import write_survey

from dmsi_lib import Survey
from dmsi_lib.report.folder import table_names, write_tables

NAMES = """\
title: Names
questions:
  - {id: why, text: Why?, type: open, page: 1}
  - {id: why_themes, text: Which themes?, type: single, page: 1, options: {a: A, b: B}}
  - {id: routing, text: Which way?, type: single, page: 1, options: {left: Left, right: Right}}
"""
ANSWERS = {
    ("why", ""): ["hunger", *[None] * 7],
    ("why_themes", ""): ["a", "b", *[None] * 6],
    ("routing", ""): ["left"] * 8,
}


def test_write_tables_overwrites_no_table_by_another(tmp_path):
    files = write_survey(tmp_path, NAMES, ANSWERS)
    (tmp_path / "themes.yaml").write_text("why:\n  - {code: body, label: Body}\n")
    (tmp_path / "tags").mkdir()
    (tmp_path / "tags" / "why.csv").write_text("respondent,theme,coder\nr1,body,ann\n")
    survey = Survey.load(*files)
    write_tables(tmp_path / "tables", survey)
    written = {path.stem: pd.read_csv(path) for path in (tmp_path / "tables").iterdir()}
    assert set(written) == table_names(survey)
    assert len(written) == 5
    items = {tuple(table["item"]) for table in written.values() if "item" in table}
    assert items == {("answered",), ("body",), ("a", "b"), ("left", "right")}
    assert "universe" in written["routing"]
    # A table and its themes are linked to their own files.
    assert items_of(written, survey.themes.show("why")) == ["body"]
    assert items_of(written, survey.show("why_themes")) == ["a", "b"]
    assert items_of(written, survey.show("routing")) == ["left", "right"]


def items_of(written, shown):
    """The items in the one file that a shown table links to."""
    [name] = shown.tables
    return written[name]["item"].tolist()


def test_commands_that_write_tables_alone_wait_for_nothing_that_makes_pages(fresh_python):
    code = "import sys; from dmsi_lib.report import marked, reconcile_tables; print(*sys.modules)"
    loaded = set(fresh_python(code).split())
    assert "pandas" in loaded
    assert not {"nbconvert", "jinja2", "bs4", "nh3"} & loaded
