"""Cross tables: the answers to a question down, groups of respondents across, all of them first.

Groups of one question, or of several one within the other, make a block; blocks stand side by side
(a banner). Everything beyond counts follows from the counts: shares of a row, and the letters that
say which columns of a block differ (docs/decisions/letters.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from dmsi_lib.errors import UsageError
from dmsi_lib.questionnaire import Question
from dmsi_lib.skip_logic import Routing
from dmsi_lib.tables.groups import By, by_names, group_code, group_labels, members_by_group
from dmsi_lib.tables.inference import FEWEST, holm, shares_z_test
from dmsi_lib.tables.pairs import column_letters
from dmsi_lib.tables.tables import tables_of_groups
from dmsi_lib.tables.totals import TOTAL
from dmsi_lib.where import Condition, Where
from dmsi_lib.wording import unknown

LEVEL = 0.05
PERCENTS = ("column", "row", "both")
ROW_COLUMNS = ["row_total", "row_percent"]
LETTER_COLUMNS = ["letter", "higher_than", "not_tested"]
SMALL_BASE = "small_base"
_LINE = ["question", "row", "item"]


@dataclass(frozen=True)
class Layout:
    """How a cross table is wanted.

    Attributes
    ----------
    percent : "column", "row" or "both", the shares that readers see
    letters : whether letters say which columns differ
    min_base : a column of fewer is marked, and not tested
    """

    percent: str = PERCENTS[0]
    letters: bool = False
    min_base: int = FEWEST

    def __post_init__(self) -> None:
        if self.percent not in PERCENTS:
            raise UsageError(unknown("kind of percentages", self.percent, PERCENTS))
        if self.letters and self.percent == "row":
            raise UsageError(
                "Letters compare the shares of columns, which a table of row percentages does not "
                "show; ask for column percentages, or for both."
            )
        if self.min_base < 1:
            raise UsageError(f"A smallest base of {self.min_base}; expected 1 or more.")

    @property
    def columns(self) -> list[str]:
        """The columns that a tidy table has besides its usual ones."""
        row = [] if self.percent == "column" else ROW_COLUMNS
        return [*row, *(LETTER_COLUMNS if self.letters else []), SMALL_BASE]


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
        return ", ".join(question.short for question in self.questions)

    @property
    def overlapping(self) -> bool:
        """Whether a respondent may be in several of its columns."""
        return any(question.type == "multiple" for question in self.questions)

    @property
    def everybody(self) -> np.ndarray:
        """Who is in any of its columns, bool (n,)."""
        return np.any(list(self.members.values()), axis=0)


@dataclass(frozen=True, eq=False)
class Banner:
    """The blocks of a cross table, side by side."""

    blocks: tuple[Block, ...]

    @property
    def labels(self) -> dict[str, str]:
        """The label of each column by its code, the total's first."""
        named = {code: label for block in self.blocks for code, label in block.labels.items()}
        return {TOTAL: "Total"} | named

    @property
    def letters(self) -> dict[str, str]:
        """The letter of each column that may be compared with others, by its code."""
        codes = [code for block in self.blocks if not block.overlapping for code in block.members]
        return dict(zip(codes, column_letters(len(codes)), strict=True))


def banner_of(
    columns: Sequence[By], questions: Mapping[str, Question], responses: pd.DataFrame
) -> Banner:
    """The columns that stand side by side.

    Parameters
    ----------
    columns : the id of a question, or ids of several, one within the other, for each block
    questions : by id
    responses : DataFrame, (n, (question, item))

    Raises
    ------
    UsageError, InputError
        As `groups.members_by_group`; where no column is named, or one twice.
    """
    named = [by_names(by) for by in columns]
    if not named or not all(named):
        raise UsageError("A cross table needs a question for its columns.")
    if len(set(named)) < len(named):
        twice = next(names for names in named if named.count(names) > 1)
        raise UsageError(f"Columns by {', '.join(twice)} twice; name each once.")
    alone = len(named) == 1
    return Banner(tuple(_block([questions[n] for n in names], responses, alone) for names in named))


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


def cross_tables(
    questions: Sequence[Question],
    responses: pd.DataFrame,
    routing: Routing,
    base: str,
    banner: Banner,
    layout: Layout,
) -> pd.DataFrame:
    """The cross tables of several questions, one under the other.

    Parameters
    ----------
    questions, responses, routing, base : as in `tables.question_tables`
    banner : as from `banner_of` of the same responses
    layout : Layout

    Returns
    -------
    DataFrame
        As from `tables.question_tables`, with the columns of the banner as groups, and before them
        the group TOTAL: everybody in any column, once. And, as far as the layout asks for them:

        `row_total` and `row_percent` (0 to 100): how many in any column of the block gave this
        answer, and which share of them is in this column; of columns that overlap these shares add
        up to more than 100. Of the group TOTAL the first is its own count.
        `letter`, of the column; `higher_than`, the letters of those columns of the block whose
        share is lower beyond chance, with spaces between; `not_tested`, of those that this cell
        could not be compared with. A ranking has none of the latter two.
        `small_base`, bool: whether the base is below the layout's.

    Raises
    ------
    UsageError
        For an unknown base.

    Notes
    -----
    The letters are of `inference.shares_z_test` of each pair of columns of a block, with Holm's
    correction over the pairs of a row. Columns that overlap, and the total, are not compared; nor
    those whose base is small, nor where an expected count is below 5.
    """
    wholes = {f"{TOTAL} {n}": block for n, block in enumerate(banner.blocks)}
    columns = [pair for block in banner.blocks for pair in block.members.items()]
    everybody = np.any([block.everybody for block in banner.blocks], axis=0)
    groups = [(TOTAL, everybody), *columns, *((n, b.everybody) for n, b in wholes.items())]
    counted = tables_of_groups(questions, responses, routing, base, groups)
    among = counted["group"].isin(list(wholes))
    table, totals = counted[~among].reset_index(drop=True), counted[among]
    added = {SMALL_BASE: table["base"] < layout.min_base}
    if layout.percent != "column":
        added |= _row_shares(table, totals, wholes)
    if layout.letters:
        ranked = {question.id for question in questions if question.type == "ranking"}
        added |= _letters(table, banner, layout.min_base, ranked)
    return table.assign(**{name: added[name] for name in layout.columns})


def _row_shares(
    table: pd.DataFrame, totals: pd.DataFrame, wholes: Mapping[str, Block]
) -> dict[str, pd.Series]:
    """How many gave each answer in any column of the block, and the share of each column."""
    whole_of = {code: name for name, block in wholes.items() for code in block.members}
    counts = totals.set_index([*_LINE, "group"])["count"]
    keys = table[_LINE].assign(group=table["group"].map(whole_of))
    found = counts.reindex(pd.MultiIndex.from_frame(keys)).to_numpy(dtype=float)
    row_total = pd.Series(found, table.index).fillna(table["count"]).astype(int)
    share = 100 * table["count"] / row_total.where(row_total > 0)
    return dict(zip(ROW_COLUMNS, (row_total, share), strict=True))


def _letters(
    table: pd.DataFrame, banner: Banner, min_base: int, without: set[str]
) -> dict[str, pd.Series]:
    """The letters of columns, and in each cell those of lower columns and of untested ones."""
    letters = banner.letters
    texts = pd.DataFrame("", table.index, LETTER_COLUMNS)
    texts["letter"] = table["group"].map(letters).fillna("")
    shares = table[~table["question"].isin(without)]
    for block in banner.blocks:
        if not block.overlapping:
            own = [letters[code] for code in block.members]
            _compare_columns(texts, shares, list(block.members), own, min_base)
    return {name: texts[name] for name in LETTER_COLUMNS}


def _compare_columns(
    texts: pd.DataFrame,
    table: pd.DataFrame,
    codes: Sequence[str],
    letters: Sequence[str],
    min_base: int,
) -> None:
    """Write into `texts` what the columns of a block tell of each other, line by line."""
    keys = pd.MultiIndex.from_frame(table[_LINE])
    lines = keys.drop_duplicates()
    shape = len(lines), len(codes)
    counts, bases, at = np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, -1)
    for n, code in enumerate(codes):
        rows = (table["group"] == code).to_numpy()
        line = lines.get_indexer(keys[rows])
        counts[line, n], bases[line, n] = table["count"][rows], table["base"][rows]
        at[line, n] = table.index[rows]
    pairs = list(combinations(range(len(codes)), 2))
    found = differing_columns(counts, np.where(bases >= min_base, bases, np.nan), pairs)
    lower, untested = _told(found, pairs, shape), _told(np.isnan(found) * 2.0, pairs, shape)
    for name, which in (("higher_than", lower), ("not_tested", untested)):
        for line, n in zip(*which.any(axis=2).nonzero(), strict=True):
            told = [letter for letter, is_it in zip(letters, which[line, n], strict=True) if is_it]
            texts.loc[at[line, n], name] = " ".join(told)


def differing_columns(
    counts: np.ndarray, bases: np.ndarray, pairs: Sequence[tuple[int, int]]
) -> np.ndarray:
    """Which of two columns has the larger share beyond chance, line by line.

    Parameters
    ----------
    counts, bases : of float (lines, columns)
    pairs : of columns, by their number

    Returns
    -------
    of float (lines, pairs)
        1 the first, -1 the second, 0 neither, NaN where nothing is tested. `shares_z_test` at the
        5 % level, with Holm's correction over the pairs of the line.
    """
    if not pairs:
        return np.empty((len(counts), 0))
    first, second = (list(side) for side in zip(*pairs, strict=True))
    p_values = shares_z_test(
        counts[:, first], bases[:, first], counts[:, second], bases[:, second]
    )
    adjusted = np.array([holm(line) for line in p_values]).reshape(p_values.shape)
    gap = counts[:, first] / bases[:, first] - counts[:, second] / bases[:, second]
    return np.where(np.isnan(adjusted), np.nan, np.where(adjusted < LEVEL, np.sign(gap), 0))


def _told(
    found: np.ndarray, pairs: Sequence[tuple[int, int]], shape: tuple[int, int]
) -> np.ndarray:
    """Of which other columns each cell tells something, bool (lines, columns, columns): the first
    of a pair where `found` is 1, the second where it is -1, both where it is 2."""
    told = np.zeros((*shape, shape[1]), dtype=bool)
    for n, (one, other) in enumerate(pairs):
        told[:, one, other] = (found[:, n] == 1) | (found[:, n] == 2)
        told[:, other, one] = (found[:, n] == -1) | (found[:, n] == 2)
    return told
