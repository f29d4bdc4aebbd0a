"""How many identities stand in the answers, without showing the answers."""

import pandas as pd
from sample_exports import MEALS_TWO_ROWS, questionnaire, read_rows_as, replaced

from dmsi_lib.open_answers.scanning import free_texts, scan_answers


def test_free_texts_holds_open_answers_and_the_texts_of_other(tmp_path):
    form = questionnaire()
    texts = free_texts(read_rows_as(tmp_path, MEALS_TWO_ROWS).responses, form)
    assert texts.to_dict("list") == {
        "question": ["place", "food", "why", "why", "why"],
        "text": ["In a park", "Cake", "Hungry", "NA", "No time"],
        "count": [1, 1, 1, 1, 1],
    }


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
    form = questionnaire()
    nothing = free_texts(pd.DataFrame(columns=pd.MultiIndex.from_arrays([[], []])), form)
    assert list(nothing.columns) == ["question", "text", "count"] and nothing.empty
    scan = scan_answers(nothing)
    assert list(scan.columns) == ["question", "kind", "count"] and scan.empty


def test_free_texts_names_a_text_once_however_many_wrote_it(tmp_path):
    form = questionnaire()
    rows = replaced(MEALS_TWO_ROWS, 2, -1, "call 604-555-0142")
    rows = replaced(rows, 3, -1, "call 604-555-0142")
    texts = free_texts(read_rows_as(tmp_path, rows).responses, form)
    why = texts[texts["question"] == "why"]
    assert why[["text", "count"]].to_numpy().tolist() == [["call 604-555-0142", 2], ["No time", 1]]
    assert scan_answers(texts)["count"].tolist() == [2]
