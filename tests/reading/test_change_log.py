"""What is noted while columns are decoded."""

import numpy as np
import pandas as pd
from sample_exports import questionnaire

from dmsi_lib.reading.change_log import LOG_COLUMNS, ChangeLog
from dmsi_lib.reading.columns import Column

QUESTION = questionnaire("questions:\n  - {id: q, text: Q?, type: open, page: 1}\n")["q"]


def change_log(blank=("",)):
    return ChangeLog(pd.Index(["p0", "p1", "p2", "p3", "p4"]), blank)


def test_texts_gives_each_text_once_and_blanks_a_negative_code():
    column = Column("column 1", ("b", " a", "", "b ", "-"))
    found = change_log(("", "-")).texts(column)
    assert (found.name, found.texts) == ("column 1", ["b", "a"])
    assert found.codes.tolist() == [0, 1, -1, 0, -1]
    assert found.counts.tolist() == [2, 1]
    assert found.trimmed.tolist() == [False, True, False, True, False]
    assert found.spread([10, 20], 0).tolist() == [10, 20, 0, 10, 0]


def test_texts_of_blanks_alone_has_none():
    found = change_log().texts(Column("column 1", ("", " ", "\t", "\n", "\u00a0")))
    assert found.texts == [] and found.counts.tolist() == []
    assert found.codes.tolist() == [-1] * 5
    assert not found.trimmed.any()


def test_record_notes_a_row_for_each_respondent():
    changes = change_log()
    changes.record(
        np.array([True, False, True, False, False]), QUESTION, "x", "", "new", "rule one"
    )
    changes.record(np.zeros(5, dtype=bool), QUESTION, "y", "", "", "rule two")
    before = np.array(["a", "b", "c", "d", "e"], dtype=object)
    changes.record(np.array([False] * 4 + [True]), QUESTION, "", before, before[::-1], "rule three")
    assert list(changes.frame().columns) == LOG_COLUMNS
    assert changes.frame().values.tolist() == [
        ["p0", "q", "x", "", "new", "rule one"],
        ["p2", "q", "x", "", "new", "rule one"],
        ["p4", "q", "", "e", "a", "rule three"],
    ]


def test_frame_is_empty_but_has_its_columns_where_nothing_changed():
    assert change_log().frame().empty
    assert list(change_log().frame().columns) == LOG_COLUMNS


def test_fault_names_column_text_and_count():
    changes = change_log()
    changes.fault(Column("column 7 (G) 'Why?'", ()), "x" * 100, 3, "is wrong.")
    assert changes.faults == [f"column 7 (G) 'Why?': '{'x' * 80}' (3 times) is wrong."]
