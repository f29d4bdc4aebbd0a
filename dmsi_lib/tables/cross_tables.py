"""Cross tables: the answers to a question down, groups of respondents across, all of them first.

Everything beyond counts follows from the counts: shares of a row, and the letters that say which
columns differ.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dmsi_lib.errors import UsageError
from dmsi_lib.questionnaire import Question
from dmsi_lib.skip_logic import Routing
from dmsi_lib.tables.banners import Banner, Block
from dmsi_lib.tables.column_differences import LETTER_COLUMNS, letter_columns
from dmsi_lib.tables.inference import FEWEST
from dmsi_lib.tables.tables import tables_of_groups
from dmsi_lib.tables.totals import TOTAL
from dmsi_lib.wording import unknown

PERCENTS = ("column", "row", "both")
ROW_COLUMNS = ["row_total", "row_percent"]
SMALL_BASE = "small_base"
BASE = "(base)"  # the item of a line of bases
_LINE = ["question", "row", "item"]
_SHARES = ["percent", "ci_low", "ci_high", "mean_rank", "rank_1_percent", *ROW_COLUMNS]


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
    groups = [(TOTAL, banner.everybody), *columns, *((n, b.everybody) for n, b in wholes.items())]
    counted = tables_of_groups(questions, responses, routing, base, groups)
    among = counted["group"].isin(list(wholes))
    table, totals = counted[~among].reset_index(drop=True), counted[among]
    added = {SMALL_BASE: table["base"] < layout.min_base}
    if layout.percent != "column":
        added |= _row_shares(table, totals, wholes)
    if layout.letters:
        ranked = {question.id for question in questions if question.type == "ranking"}
        added |= letter_columns(table, banner.compared, layout.min_base, ranked)
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


def base_lines(table: pd.DataFrame, questions: Sequence[Question]) -> pd.DataFrame:
    """A cross table with a line of bases above the lines of each question, or of each of its rows.

    Parameters
    ----------
    table : as from `cross_tables`
    questions : whose tables they are

    Returns
    -------
    DataFrame
        The same with `is_base`, bool. The count of such a line is the base; it has the mean and the
        median of numbers and scales, and no share.
    """
    statements = {(q.id, row): f"{text}: base" for q in questions for row, text in q.rows.items()}
    first = table.drop_duplicates(["question", "row", "group"])
    places = zip(first["question"], first["row"], strict=True)
    labels = [statements.get(place, "Base") for place in places]
    bases = first.assign(item=BASE, label=labels, count=first["base"], is_base=True)
    bases[[name for name in _SHARES if name in bases]] = np.nan
    bases[[name for name in ("higher_than", "not_tested") if name in bases]] = ""
    both = pd.concat([bases, table.assign(is_base=False)], ignore_index=True)
    order = pd.MultiIndex.from_frame(table[["question", "row"]].drop_duplicates())
    place = order.get_indexer(pd.MultiIndex.from_frame(both[["question", "row"]]))
    return both.iloc[np.lexsort([~both["is_base"], place])]
