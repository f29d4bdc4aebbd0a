"""What is noted while columns are decoded."""

import numpy as np
import pandas as pd

from dmsi_lib.reading.change_log import LOG_COLUMNS, ChangeLog


def change_log():
    return ChangeLog(pd.Index(["p0", "p1", "p2", "p3", "p4"]))


def test_record_notes_a_row_for_each_respondent():
    changes = change_log()
    changes.record(np.array([True, False, True, False, False]), "q", "x", "", "new", "rule one")
    changes.record(np.zeros(5, dtype=bool), "q", "y", "", "", "rule two")
    before = np.array(["a", "b", "c", "d", "e"], dtype=object)
    changes.record(np.array([False] * 4 + [True]), "q", "", before, before[::-1], "rule three")
    assert list(changes.frame().columns) == LOG_COLUMNS
    assert changes.frame().values.tolist() == [
        ["p0", "q", "x", "", "new", "rule one"],
        ["p2", "q", "x", "", "new", "rule one"],
        ["p4", "q", "", "e", "a", "rule three"],
    ]


def test_frame_is_empty_but_has_its_columns_where_nothing_changed():
    assert change_log().frame().empty
    assert list(change_log().frame().columns) == LOG_COLUMNS
