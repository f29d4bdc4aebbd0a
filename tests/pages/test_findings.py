"""What a section found, as the front page tells it."""

import math

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from dmsi_lib.figures.reader_tables import not_asked, say
from dmsi_lib.figures.shares import Unavailable
from dmsi_lib.pages.findings import Finding, find_finding
from dmsi_lib.questionnaire.question import Question


def cell(html, about=None, tags=("finding",)):
    metadata = {"text/html": about} if about is not None else {}
    output = new_output("execute_result", {"text/html": html}, metadata=metadata)
    return new_code_cell("", outputs=[output], metadata={"tags": list(tags)})


def found(*cells):
    return find_finding(new_notebook(cells=list(cells)), "01 a.html", "First")


def test_find_finding_takes_the_first_sentence_of_the_first_cell():
    said = say("Most do, <b> & all.", "More.")._repr_html_()
    cells = [cell("<p>No.</p>", tags=()), cell(said, {"share": 0.5}), cell("<p>Later.</p>")]
    assert found(*cells) == Finding("Most do, <b> & all.", "01%20a.html#finding", "First", 0.5)


def test_find_finding_passes_over_sentences_without_their_numbers():
    asked = Question(id="eats", text="Do you?", type="single", page=1)
    for nothing in (say(f"Few do: {Unavailable('Hidden.')}."), not_asked(asked)):
        forms, metadata = nothing._repr_mimebundle_()
        assert found(cell(forms["text/html"], metadata["text/html"])) is None


def test_find_finding_passes_over_what_can_not_be_told():
    cells = [cell("<p>Hidden.</p>", {"unavailable": True}), cell("<p> </p>"), cell("")]
    assert found(*cells) is None
    assert found(*cells, cell("<p>Few do.</p>")).text == "Few do."
    assert found() is None


@pytest.mark.parametrize("share", ["0.5", None, -0.1, 1.1, math.nan, math.inf, [0.5], {}])
def test_find_finding_draws_no_bar_of_what_is_no_share(share):
    assert found(cell("<p>Few.</p>", {"share": share})).bar == ""


@pytest.mark.parametrize("about", ["share", 7, ["share"]])
def test_find_finding_takes_metadata_of_any_shape(about):
    assert found(cell("<p>Few.</p>", about)).share is None


def test_find_finding_leaves_out_what_is_for_the_section_only():
    assert found(cell("<p>Two of three.</p>", tags=("finding", "section-only"))) is None
