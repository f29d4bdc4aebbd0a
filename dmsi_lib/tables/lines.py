"""The lines of a table one by one."""

from collections import namedtuple
from collections.abc import Iterator
from functools import cache
from typing import Any

import pandas as pd


def lines_of(table: pd.DataFrame) -> Iterator[Any]:
    """Each line with its values by the names of columns, as pandas' `itertuples` gives it.

    That makes a new class each time, which takes longer than the lines of a small table.

    Parameters
    ----------
    table : whose columns have names that may stand in a program

    Returns
    -------
    iterator of named tuples

    Examples
    --------
    >>> [line.count / line.base for line in lines_of(pd.DataFrame({"count": [1], "base": [4]}))]
    [0.25]
    """
    columns = [table[name] for name in table.columns]
    return map(_line(tuple(table.columns)), *columns)


@cache
def _line(names: tuple[str, ...]) -> Any:
    return namedtuple("Line", names)
