"""How often each answer of a variable was given, and how often it is blank for which reason."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dmsi_lib.exporting.dataset import (
    CHOICE,
    RANK,
    REASONS,
    STATUS,
    STATUS_LABELS,
    TICK,
    Column,
    Variable,
)

ANY = ""  # the code of whatever was answered, where there are no codes


@dataclass(frozen=True)
class AnswerCount:
    """An answer, and how many of each routing status gave it."""

    code: str
    label: str
    by_status: Mapping[str, int]

    @property
    def count(self) -> int:
        """How many gave it in all."""
        return sum(self.by_status.values())


def answer_counts(column: Column) -> list[AnswerCount]:
    """Every answer that a variable may have, in the questionnaire's order; of ranks those that were
    given, and of what has no codes one for all."""
    variable, values = column.variable, column.values
    labels = _labels(variable, values)
    places = _places(variable, values, [*labels])
    if column.status is not None:
        statuses = column.status.cat.codes.to_numpy(dtype=np.intp)
    else:
        statuses = np.zeros(len(values), dtype=np.intp)
    given = places >= 0
    many = len(STATUS_LABELS)
    cells = np.bincount(places[given] * many + statuses[given], minlength=len(labels) * many)
    return [
        AnswerCount(code, label, dict(zip(STATUS_LABELS, map(int, counts), strict=True)))
        for (code, label), counts in zip(labels.items(), cells.reshape(-1, many), strict=True)
    ]


def blank_counts(column: Column) -> dict[str, int]:
    """How many values are blank for each reason; only reasons that occur."""
    places = column.reasons.cat.codes
    counts = np.bincount(places, minlength=len(REASONS) + 1)[1:]
    return {name: int(n) for name, n in zip(REASONS, counts, strict=True) if n}


def _labels(variable: Variable, values: pd.Series) -> dict[str, str]:
    if variable.kind == RANK:
        return {str(rank): f"Rank {rank}" for rank in sorted(values.dropna().unique())}
    return dict(variable.values) or {ANY: "Any answer"}


def _places(variable: Variable, values: pd.Series, codes: list[str]) -> np.ndarray:
    """The place of each value among the codes, (n,), -1 for blank."""
    if variable.kind in (CHOICE, STATUS):
        return values.cat.codes.to_numpy(dtype=np.intp)
    blank = values.isna().to_numpy()
    if codes == [ANY]:
        return np.where(blank, -1, 0)
    numbers = values.to_numpy(dtype=np.intp, na_value=0)
    if variable.kind == TICK:
        return np.where(blank, -1, numbers)
    return np.where(blank, -1, np.searchsorted(np.array(codes, dtype=np.intp), numbers))
