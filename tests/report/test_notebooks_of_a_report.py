"""The notebooks of the repository: which, in which order, what they take, and what is internal."""

import nbformat
import pytest
from small_notebooks import write_notebook

from dmsi_lib.choices import Choices, Options
from dmsi_lib.errors import InputError, NotebookError, UsageError
from dmsi_lib.report.notebooks import (
    NOTEBOOKS,
    check_parameters,
    edition,
    read_source,
    section_notebooks,
)
from dmsi_lib.report.planning import read_sections
from dmsi_lib.where import Where

NAMES = ("01_first.ipynb", "02_second.ipynb", "13_last.ipynb", "90_exploring.ipynb")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name in (*NAMES, "notes.ipynb", "03_text.md", "1_short.ipynb"):
        (tmp_path / name).touch()
    (tmp_path / ".ipynb_checkpoints").mkdir()
    (tmp_path / ".ipynb_checkpoints" / "04_old.ipynb").touch()
    monkeypatch.setattr("dmsi_lib.report.notebooks.NOTEBOOKS", tmp_path)
    return tmp_path


def names(paths):
    return [path.name for path in paths]


# ---- which


def test_section_notebooks_are_the_numbered_ones_in_order(folder):
    assert names(section_notebooks()) == list(NAMES[:3])
    assert names(section_notebooks([])) == list(NAMES[:3])


def test_section_notebooks_by_default_are_those_of_the_repository():
    assert {path.parent for path in section_notebooks()} == {NOTEBOOKS}
    assert section_notebooks()


@pytest.mark.parametrize(
    ("only", "found"),
    [
        (["02"], ["02_second.ipynb"]),
        (["13", "01"], ["01_first.ipynb", "13_last.ipynb"]),
        (["01", "01_first"], ["01_first.ipynb"]),
        (["0"], ["01_first.ipynb", "02_second.ipynb"]),
    ],
)
def test_section_notebooks_only_some(folder, only, found):
    assert names(section_notebooks(only)) == found


@pytest.mark.parametrize("only", [["99"], ["01", "second"], ["90"]])
def test_section_notebooks_unknown_lists_those_there_are(folder, only):
    with pytest.raises(UsageError) as error:
        section_notebooks(only)
    assert str(error.value) == (
        f"No notebook begins with '{only[-1]}'. There are: 01_first, 02_second, 13_last."
    )


# ---- what


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"{}", b"[]", b"\xff\xfe", b'{"nbformat": 99, "metadata": {}, "cells": []}'),
        b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code"}]}',
    ],
)
def test_read_source_that_is_no_notebook(tmp_path, content):
    path = tmp_path / "01_a.ipynb"
    path.write_bytes(content)
    with pytest.raises(NotebookError, match=r"^01_a\.ipynb: is no notebook \(.+\)\.$"):
        read_source(path)


@pytest.mark.parametrize(("audience", "kept"), [("public", ["2", "3"]), ("internal", ["1", "3"])])
def test_edition_leaves_cells_of_another_audience_out(tmp_path, audience, kept):
    tags = ["", "", "internal", "public", ""]
    source = read_source(write_notebook(tmp_path / "01_a.ipynb", "1", "2", "3", tags=tags))
    found = edition(source, audience)
    assert isinstance(found, nbformat.NotebookNode)
    assert [cell.source for cell in found.cells[2:]] == kept
    assert found.metadata == source.metadata
    assert len(source.cells) == 5  # the source is left as it was


def test_edition_of_a_section_for_another_audience_is_none(tmp_path):
    source = read_source(write_notebook(tmp_path / "01_a.ipynb", "1", tags=["internal"]))
    assert edition(source, "public") is None
    assert edition(source, "internal") == source


def test_sections_that_compare_are_for_everybody_of_a_published_survey(notebooks, steak):
    names = [notebooks(name).stem for name in NAMES[:3]]
    path = notebooks(NAMES[2])
    source = read_source(path)
    source.metadata["dmsi"] = {"part": "about", "needs": "published"}
    nbformat.write(source, path)
    group = Choices(where=Where.of("province=ontario"))
    another = Choices(export=steak[1], questionnaire=steak[3])
    assert sorted(read_sections(Options(), Choices())) == names
    assert (
        sorted(read_sections(Options(), group))
        == sorted(read_sections(Options(), another))
        == names[:2]
    )
    with pytest.raises(InputError, match="audience internal where province=ontario"):
        read_sections(Options(only=("13",)), group)


# ---- parameters


def test_check_parameters_accepts_all_sections():
    for source in section_notebooks():
        check_parameters(read_source(source), Choices().parameters(), source.name)


@pytest.mark.parametrize(
    ("given", "unknown"), [(["edti"], "'edti'"), (["edit", "b", "a"], "'a', 'b'")]
)
def test_check_parameters_unknown_lists_those_there_are(tmp_path, given, unknown):
    notebook = read_source(write_notebook(tmp_path / "01_a.ipynb"))
    with pytest.raises(NotebookError) as error:
        check_parameters(notebook, given, "01_a.ipynb")
    assert str(error.value) == (
        f"01_a.ipynb: has no parameter {unknown}. It has: "
        "base, edit, export, plan, questionnaire, where."
    )


def test_check_parameters_with_annotations(tmp_path):
    notebook = read_source(write_notebook(tmp_path / "01_a.ipynb"))
    notebook.cells[1].source = "edit: str = 'none'\nwhere: list = []\nexport: str\n"
    check_parameters(notebook, ["edit", "where", "export"], "01_a.ipynb")


def test_check_parameters_without_the_cell(tmp_path):
    notebook = read_source(write_notebook(tmp_path / "01_a.ipynb"))
    del notebook.cells[1]
    with pytest.raises(NotebookError, match=r"01_a\.ipynb: has no cell with the tag 'parameters'"):
        check_parameters(notebook, [], "01_a.ipynb")


def test_check_parameters_where_the_cell_is_no_python(tmp_path):
    notebook = read_source(write_notebook(tmp_path / "01_a.ipynb"))
    notebook.cells[1].source = "export = None\nedit = \n"
    with pytest.raises(NotebookError, match=r"01_a\.ipynb: .* can't be read \(line 2: invalid"):
        check_parameters(notebook, [], "01_a.ipynb")
