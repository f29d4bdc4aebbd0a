"""The figures of a group's tables, and the lists of options that they stand in."""

from dataclasses import dataclass

from dmsi_lib.disclosure.plan import SIZE_TABLE
from dmsi_lib.questionnaire import NOT_STATED
from dmsi_lib.tables import TableName, written_item

Terms = dict["Slot", float]  # weights of a sum
Relation = tuple[Terms, float, float]  # what weights sum to: least and most


@dataclass(frozen=True)
class Slot:
    """One figure of a group's tables; `row` and `item` as in the table, a base has no item.

    The figure is "size", the number of respondents; of a table "base" and "count"; of a ranking
    also "first" (how many ranked the item first: rank_1_percent of the base) and "ranks" (the sum
    of the ranks given: mean_rank times count).
    """

    table: TableName
    figure: str
    row: str = ""
    item: str = ""

    def __str__(self) -> str:
        where = written_item(self.row, self.item) or self.figure
        return f"{self.table}, {where} ({self.figure})"


SIZE = Slot(SIZE_TABLE, "size")
ANSWERED_ONLY = ("open", "numeric", "date")  # types of which nothing else is counted


@dataclass(frozen=True)
class Options:
    """One list of options that share a base: a table, a row of a matrix, one of several boxes."""

    name: TableName
    row: str
    type: str  # the question's, or THEMES
    items: tuple[str, ...]

    @property
    def base(self) -> Slot:
        return Slot(self.name, "base", self.row)

    @property
    def not_stated(self) -> dict[Slot, float]:
        """Those in the universe who gave no answer, where the table has them."""
        return {self.count(NOT_STATED): 1} if NOT_STATED in self.items else {}

    @property
    def options(self) -> list[str]:
        return [item for item in self.items if item != NOT_STATED]

    def count(self, item: str) -> Slot:
        return Slot(self.name, "count", self.row, item)

    def along(self, item: str) -> tuple[Slot, Slot]:
        """First places and sum of ranks, which rankings have."""
        return Slot(self.name, "first", self.row, item), Slot(self.name, "ranks", self.row, item)

    @property
    def is_box(self) -> bool:
        """Whether it is one of several boxes, which have one base: whoever filled any of them."""
        return self.type in ANSWERED_ONLY and bool(self.row)

    @property
    def is_base(self) -> bool:
        """Whether its one count is its base."""
        return self.type in ANSWERED_ONLY and not self.not_stated and not self.is_box

    @property
    def is_partition(self) -> bool:
        """Whether everybody in the base is counted once."""
        if self.is_box:
            return bool(self.not_stated)
        return self.type in ("single", "matrix", *ANSWERED_ONLY)
