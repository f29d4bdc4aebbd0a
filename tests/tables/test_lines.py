"""Lines are what pandas gives, whatever was asked before."""

import numpy as np
import pandas as pd

from dmsi_lib.tables import lines_of


def test_lines_of_tables_with_other_columns_are_their_own():
    first = pd.DataFrame({"item": ["yes", "no"], "count": [3, 1], "percent": [75.0, np.nan]})
    second = pd.DataFrame({"count": [2], "item": ["yes"]})
    for table in (first, second, first[:0]):
        lines, usual = [*lines_of(table)], [*table.itertuples(index=False)]
        assert repr([line._asdict() for line in lines]) == repr([one._asdict() for one in usual])
    assert [line.count for line in lines_of(second)] == [2]
