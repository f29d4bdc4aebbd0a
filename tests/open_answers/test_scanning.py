"""How many identities stand in the answers, without showing the answers."""

import pandas as pd
from sample_exports import MEALS_TWO_ROWS, questionnaire, read_rows_as, replaced

from dmsi_lib.open_answers.scanning import free_texts, scan_answers


def test_free_texts_holds_open_answers_and_the_texts_of_other(tmp_path):
    form = questionnaire()
    texts = free_texts(read_rows_as(tmp_path, MEALS_TWO_ROWS).responses, form)
    assert texts.to_dict() == {
        ("place", "102"): "In a park",
        ("food", "103"): "Cake",
        ("why", "101"): "Hungry",
        ("why", "102"): "NA",
        ("why", "105"): "No time",
    }
    assert texts.index.names == ["question", "respondent"]


def test_scan_answers_counts_by_question_and_kind_and_shows_no_text(tmp_path):
    rows = replaced(MEALS_TWO_ROWS, 2, -1, "Ask annabel, 604-555-0142 or 604-555-0143")
    rows = replaced(rows, 3, 7, "with ann@example.org")
    export = read_rows_as(tmp_path, rows)
    scan = scan_answers(free_texts(export.responses, questionnaire()), export.identities)
    assert scan.to_dict("list") == {
        "question": ["place", "why", "why"],
        "kind": ["e-mail", "telephone", "name"],
        "count": [1, 2, 1],
    }


def test_scan_answers_of_no_answers_is_an_empty_table():
    scan = scan_answers(pd.Series([], dtype=object))
    assert list(scan.columns) == ["question", "kind", "count"] and scan.empty
