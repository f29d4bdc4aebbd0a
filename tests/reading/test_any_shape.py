"""Whatever stands in a question's columns: it is read, or refused in so many words."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample_exports import questionnaire, survey

from dmsi_lib.reading.answers.answers import decode
from dmsi_lib.reading.answers.ticks import UNCHECKED
from dmsi_lib.reading.change_log import ChangeLog
from dmsi_lib.reading.findings.contradictions import contradictory
from dmsi_lib.reading.header.headers import Block
from dmsi_lib.reading.rows.rows import Rows
from dmsi_lib.reading.shapes.shapes import read_shapes

TYPES = {
    "single": ", options: {x: X, y: 'Y, or so', n: None of these}, other: Other",
    "multiple": ", options: {x: X, y: {label: 'Y, or so', optional: true}}, other: [Other, Other]",
    "ranking": ", options: {x: X, y: 'Y, or so'}",
    "matrix": ", rows: {r: R, s: S}, options: {x: X, y: 'Y, or so'}",
    "matrix_multiple": ", rows: {r: R, s: S}, options: {x: X, y: 'Y, or so'}",
    "open": "",
    "numeric": ", rows: {r: R, s: {label: S, optional: true}}",
    "date": ", format: '%d/%m/%Y'",
}
LAYOUTS = ("surveymonkey", "condensed", "google_forms", "qualtrics", "limesurvey")
SAYS_NOTHING = {"", "n/a", *UNCHECKED}  # of an option, that is
SUBTITLES = st.sampled_from(
    ["", "Response", "X", "Y, or so", "R", "S", "R - X", "S - Y, or so", "Other", "Note", "?"]
)
CELLS = st.sampled_from(
    ["", "X", "Y, or so", "X, Y, or so", "1", "2", "No", "N/A", "Other", "about 3", "X; Note"]
) | st.text(st.sampled_from("XY,; -1\n|/"), max_size=6)


@st.composite
def blocks(draw):
    """Subtitles and the rows below them."""
    subtitles = draw(st.lists(SUBTITLES, min_size=1, max_size=6))
    width = len(subtitles)
    rows = st.lists(CELLS, min_size=width, max_size=width)
    return subtitles, draw(st.lists(rows, min_size=1, max_size=4))


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("comment", ["", ", comment: Note"])
@given(block=blocks(), layout=st.sampled_from(LAYOUTS))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_read_shapes_gives_columns_of_the_right_type_or_says_why_not(kind, comment, block, layout):
    more = f"type: {kind}, page: 1{TYPES[kind]}{comment}}}\n"
    asked = questionnaire(f"layout: {layout}\n" + survey("  - {id: a, text: Q, " + more))
    subtitles, rows = block
    changes = ChangeLog(pd.Index([f"p{n}" for n in range(len(rows))]))
    matched = {"a": Block("Q", dict(enumerate(subtitles)), ("a",))}
    refined, columns = read_shapes(matched, asked, Rows.of(rows), changes)
    question = refined["a"]
    arrays = decode(question, columns["a"], changes)
    assert {*question.items} <= {*arrays}
    if changes.faults:
        assert all(fault.text.strip() and len(fault.text) < 2000 for fault in changes.faults)
        return
    responses = pd.DataFrame({("a", item): array for item, array in arrays.items()})
    contradictory(responses, refined)
    # no cell is lost without a word: it is an answer, or a finding names its column
    if not changes.findings:
        said = [any(cell.strip().casefold() not in SAYS_NOTHING for cell in row) for row in rows]
        assert responses.notna().any(axis=1)[said].all()
