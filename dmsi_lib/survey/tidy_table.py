"""A table that prints what matters of it: label, group, count, base, percent.

It is a DataFrame in everything else, and so is what pandas makes of it.
"""

from collections.abc import Callable
from typing import Any

import pandas as pd

_ALWAYS = ("label", "count", "base", "percent")
_DECIMALS = {"percent": 1, "rank_1_percent": 1, "row_percent": 1, "net_promoter": 1}
_DECIMALS |= {"mean_rank": 2, "mean": 2, "median": 2}
_FOR_FILES = ("item", "base_name", "ci_low", "ci_high", "row_total", "small_base")
_MEASURES = ("mean_rank", "rank_1_percent", "mean", "median", "net_promoter")  # of some types
_MARKS = ("group", "letter", "higher_than", "not_tested", "suppressed")
_FEW, _WIDE, _NARROW = 4, 50, 24  # columns; letters of a text beside few of them, and beside more


class _AnyFrame(type):
    """Whatever is a DataFrame is one of these as well: they differ in how they print, no more, and
    `pandas.testing.assert_frame_equal` would tell them apart by their class."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, pd.DataFrame)


class TidyTable(pd.DataFrame, metaclass=_AnyFrame):
    """A tidy table of a survey.

    Printed, it has the columns that are read most, whatever was added to it, and of the others
    those that say something here (`group`; `question` of several; a mean, where there is one); what
    is left out is named below. A choice of columns (`table[["item", "count"]]`) is printed as it
    is. In a notebook all columns are shown.

    Examples
    --------
    >>> survey.table("role")
                   label  count  base  percent
    0  Front-line worker    109   208     52.4
    1         Management     99   208     47.6
    Not shown: question, item, group, base_name, ci_low, ci_high, mean_rank, rank_1_percent, mean,
    median
    """

    @property
    def _constructor(self) -> Callable[..., "TidyTable"]:
        return TidyTable

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled as a plain DataFrame, which can be read without this library."""
        return pd.DataFrame, (), self.__getstate__()

    def __repr__(self) -> str:
        whole = pd.DataFrame(self)
        if not {*_ALWAYS, "base_name"} <= {*whole.columns}:
            return repr(whole)
        left_out = [name for name in whole if _is_left_out(whole, name)]
        frame = whole.drop(columns=left_out).round(_DECIMALS)
        width = _WIDE if frame.shape[1] <= _FEW else _NARROW
        look = ("display.max_colwidth", width, "display.max_columns", None)
        with pd.option_context(*look, "display.expand_frame_repr", False):
            shown = repr(frame)
        return f"{shown}\nNot shown: {', '.join(left_out)}" if left_out else shown


def _is_left_out(table: pd.DataFrame, name: object) -> bool:
    """Whether a column is not printed."""
    several = table["question"].nunique() > 1 if "question" in table else False
    if name == "question":
        return not several
    if name in (*_MEASURES, *_MARKS):
        says = (table[name].notna() & (table[name] != "")).any()
        return not says or (several and name in _MEASURES)
    return name in _FOR_FILES
