"""What the variables of a data set are, as a table."""

from collections.abc import Iterator

import pandas as pd

from dmsi_lib.exporting.answer_counts import ANY, answer_counts, blank_counts
from dmsi_lib.exporting.dataset import REASONS, Column, DataSet

VARIABLE_COLUMNS = ["variable", "question", "item", "kind", "label", "code", "code_label", "count"]


def variable_table(made: DataSet) -> pd.DataFrame:
    """Every variable with its codes, and how often each occurs.

    Parameters
    ----------
    made : DataSet

    Returns
    -------
    DataFrame with VARIABLE_COLUMNS, a row for each code of a variable and for each reason of its
    blanks, in brackets; of a variable without codes a row for all that were answered
    """
    rows = [
        [v.name, v.question, v.item, v.kind, v.label, *counted]
        for v in made.variables
        for counted in _counted(made.column(v))
    ]
    return pd.DataFrame(rows, columns=VARIABLE_COLUMNS)


def _counted(column: Column) -> Iterator[tuple[str, str, int]]:
    for answer in answer_counts(column):
        yield answer.code, answer.label if answer.code != ANY else "", answer.count
    for name, count in blank_counts(column).items():
        yield f"({name})", REASONS[name], count
