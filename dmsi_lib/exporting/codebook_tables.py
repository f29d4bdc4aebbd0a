"""What the variables of a data set are, as a table."""

import pandas as pd

from dmsi_lib.exporting.dataset import CHOICE, RANK, REASONS, STATUS, TICK, DataSet, Variable

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
    rows = [row for variable in made.variables for row in _rows(variable, made)]
    return pd.DataFrame(rows, columns=VARIABLE_COLUMNS)


def _rows(variable: Variable, made: DataSet) -> list[list[object]]:
    values, reasons = made.values[variable.name], made.reasons[variable.name]
    about = [variable.name, variable.question, variable.item, variable.kind, variable.label]
    codes = values.astype("Int8").astype("string") if variable.kind == TICK else values
    rows: list[list[object]] = []
    if variable.kind in (CHOICE, TICK, STATUS):
        counts = codes.value_counts()
        rows = [
            [*about, code, label, int(counts.get(code, 0))]
            for code, label in variable.values.items()
        ]
    elif variable.kind == RANK:
        counts = values.value_counts().sort_index()
        rows = [[*about, str(rank), f"Rank {rank}", int(n)] for rank, n in counts.items()]
    else:
        rows = [[*about, "", "", int(values.notna().sum())]]
    missing = reasons[reasons != ""].value_counts()
    rows += [
        [*about, f"({name})", label, int(missing[name])]
        for name, label in REASONS.items()
        if name in missing
    ]
    return rows
