"""Who ticked "none of the above", and something above."""
# ruff: noqa: E501 (a row of a table stays on its line)

import pytest
from sample_exports import questionnaire, read_rows_as, survey

from dmsi_lib.reading import contradictory
from dmsi_lib.reading.findings.contradictions import exclusive_codes

TOYS = survey(
    "  - {id: a, text: Which toys?, type: multiple, page: 1, options: {ball: Ball, none: None of the above}, other: Other}\n"
)
ROWS = [
    ["id", "Which toys?", "", "", "z"],
    ["", "Ball", "None of the above", "Other", "Response"],
    ["p1", "Ball", "None of the above", "", ""],
    ["2", "Ball", "", "", ""],
    ["3", "", "None of the above", "", ""],
    ["4", "", "", "", ""],
    ["p5", "", "None of the above", "a stick", ""],
]


def test_read_export_counts_contradictions_and_edits_nothing(tmp_path):
    export = read_rows_as(tmp_path, ROWS, TOYS)
    finding = export.findings[export.findings["kind"] == "none with others"]
    assert finding[["column", "count"]].values.tolist() == [["Which toys?", 2]]
    assert (
        finding["message"]
        .item()
        .startswith("2 ticked 'None of the above' of a beside other options")
    )
    assert "p1" not in finding["message"].item()
    assert export.responses["a", "none"].sum() == 3 and export.responses["a", "ball"].sum() == 2
    ((name, code, ids),) = contradictory(export.responses, export.questionnaire)
    assert (name, code, list(ids)) == ("a", "none", ["p1", "p5"])


def test_contradictory_looks_at_each_row_by_itself(tmp_path):
    text = survey(
        "  - {id: m, text: Where?, type: matrix_multiple, page: 1, rows: {k: Kitchen, b: Bath}, options: {mop: Mop, none: None of these}}\n"
    )
    rows = [
        ["id", *(f"Where? - {r} - {o}" for r in ("Kitchen", "Bath") for o in ("Mop", "None of these"))],
        ["1", "Mop", "", "", "None of these"],
        ["2", "", "", "Mop", "None of these"],
    ]  # fmt: skip
    export = read_rows_as(tmp_path, rows, text)
    ((_, code, ids),) = contradictory(export.responses, export.questionnaire)
    assert (code, list(ids)) == ("none", ["2"])


@pytest.mark.parametrize(
    ("label", "exclusive"),
    [
        ("None", True),
        ("None of the above", True),
        ("none of these.", True),
        ("No, none", True),
        ("No - none of the above apply to me", True),
        ("None of the following tools", True),
        ("Neither of these", True),
        ("Aucune de ces réponses", True),
        ("Aucun", True),
        ("Non, aucune", True),
        ("Ninguna de las anteriores", True),
        ("Keine der genannten", True),
        ("None of my clients have a telephone", False),
        ("Nonetheless", False),
        ("No", False),
        ("Aucun client ne demande", False),
    ],
)
def test_exclusive_codes_are_found_by_their_label(label, exclusive):
    text = survey(
        f"  - {{id: a, text: A, type: multiple, page: 1, options: {{x: X, n: '{label}'}}}}\n"
    )
    assert exclusive_codes(questionnaire(text)["a"]) == (("n",) if exclusive else ())


def test_exclusive_codes_are_those_that_the_questionnaire_names():
    text = survey(
        "  - {id: a, text: A, type: multiple, page: 1, options: {x: X, n: None}, exclusive: [x]}\n"
    )
    assert exclusive_codes(questionnaire(text)["a"]) == ("x",)
