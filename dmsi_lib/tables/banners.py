"""The columns of a cross table: blocks of groups that stand side by side.

Groups of one question, or of several one within the other, make a block.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.questionnaire import Question, Questionnaire
from dmsi_lib.tables.groups import By, by_names, group_labels, members_by_group
from dmsi_lib.tables.pairs import column_letters
from dmsi_lib.tables.totals import TOTAL
from dmsi_lib.where import Condition, Where


@dataclass(frozen=True, eq=False)
class Block:
    """Columns that belong together.

    Attributes
    ----------
    questions : whose options make them, one within the other
    members : of bool (n,), by the column's code, which stands in `group` of tables
    labels : by the code
    """

    questions: tuple[Question, ...]
    members: Mapping[str, np.ndarray]
    labels: Mapping[str, str]

    @property
    def title(self) -> str:
        """What the block is by."""
        return " and ".join(question.short for question in self.questions)

    @property
    def overlapping(self) -> bool:
        """Whether a respondent may be in several of its columns."""
        return any(question.type == "multiple" for question in self.questions)

    @property
    def everybody(self) -> np.ndarray:
        """Who is in any of its columns, bool (n,)."""
        return np.any(list(self.members.values()), axis=0)

    def among(self, base: np.ndarray) -> "Block":
        """The block with those columns alone that anybody of a base, bool (n,), is in."""
        members = {code: who for code, who in self.members.items() if (who & base).any()}
        return replace(self, members=members)


@dataclass(frozen=True, eq=False)
class Banner:
    """The blocks of a cross table, side by side."""

    blocks: tuple[Block, ...]

    @property
    def everybody(self) -> np.ndarray:
        """Who is in any column, bool (n,)."""
        return np.any([block.everybody for block in self.blocks], axis=0)

    @property
    def labels(self) -> dict[str, str]:
        """The label of each column by its code, the total's first."""
        named = {code: block.labels[code] for block in self.blocks for code in block.members}
        return {TOTAL: "Total"} | named

    @property
    def titles(self) -> dict[str, str]:
        """What each column is by, by its code; without the total."""
        return {code: block.title for block in self.blocks for code in block.members}

    @property
    def letters(self) -> dict[str, str]:
        """The letter of each column that may be compared with others, by its code."""
        codes = [code for block in self.compared for code in block]
        return dict(zip(codes, column_letters(len(codes)), strict=True))

    @property
    def compared(self) -> tuple[tuple[str, ...], ...]:
        """The columns that may be compared with each other, by their codes: those of each block in
        which nobody is in two."""
        return tuple(tuple(block.members) for block in self.blocks if not block.overlapping)


def column_names(columns: Sequence[By]) -> list[tuple[str, ...]]:
    """The ids of the questions that each block of columns is by.

    Raises
    ------
    UsageError
        For a block without any, or two that are the same.
    """
    named = [by_names(by) for by in columns]
    if not all(named):
        raise UsageError("A cross table needs a question for its columns.")
    if len(set(named)) < len(named):
        twice = next(names for names in named if named.count(names) > 1)
        raise UsageError(f"Columns by {', '.join(twice)} twice; name each once.")
    return named


def banner_of(
    columns: Sequence[By],
    questionnaire: Questionnaire,
    responses: pd.DataFrame,
    base: np.ndarray,
) -> Banner:
    """The columns that stand side by side, those that anybody is in.

    Parameters
    ----------
    columns : the id of a question, or ids of several, one within the other, for each block
    questionnaire : Questionnaire
    responses : DataFrame, (n, (question, item))
    base : of bool (n,), who is counted

    Raises
    ------
    UsageError, InputError
        As `groups.members_by_group`; where no column is named, or one twice; where nobody of the
        base is in any column of a block.
    """
    named = column_names(columns)
    if not named:
        raise UsageError("A cross table needs a question for its columns.")
    alone = len(named) == 1
    blocks = [_block([questionnaire[n] for n in names], responses, alone) for names in named]
    blocks = [block.among(base) for block in blocks]
    empty = next((block for block in blocks if not block.members), None)
    if empty is not None:
        raise InputError(f"Nobody to be counted answered “{empty.title}”, so it makes no columns.")
    return Banner(tuple(blocks))


def _block(by: Sequence[Question], responses: pd.DataFrame, alone: bool) -> Block:
    members = dict(members_by_group(by, responses))
    labels = group_labels(by)
    codes = {group: _column_code(by, group, alone) for group in members}
    return Block(
        tuple(by),
        {codes[group]: who for group, who in members.items()},
        {codes[group]: labels[group] for group in members},
    )


def _column_code(by: Sequence[Question], group: str, alone: bool) -> str:
    """A group's code; beside other blocks always a condition, since codes of two questions may be
    the same."""
    if alone or len(by) > 1:
        return group
    return str(Where((Condition(by[0].id, (group,)),)))
