"""Cross tables for readers: answers down, groups across, the bases above and notes below."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from dmsi_lib.figures.reader_tables import (
    NO_BREAK,
    NO_FIGURE,
    ShownTable,
    Source,
    base_sentence,
    formatted,
    in_order,
    say,
    scale_sentence,
)
from dmsi_lib.figures.shares import in_words
from dmsi_lib.figures.told_tests import told
from dmsi_lib.questionnaire import Question
from dmsi_lib.tables import TOTAL, Banner, Layout, Test, base_lines, lines_of

_SMALL = "*"  # beside a small base
_SHARES = {"column": ("%",), "row": ("row %",), "both": ("%", "row %")}
_SEVERAL = ("multiple", "matrix_multiple")  # answers a respondent


@dataclass(frozen=True)
class CrossTable:
    """The answers to a question, by groups that stand side by side; shows itself as a table.

    Attributes
    ----------
    question, survey : whose answers they are
    table : DataFrame, tidy: a row an answer and column; see `Survey.crosstab`
    counted : the same as the library works with it
    banner : the columns
    layout : what is shown of them
    tests : whether the columns of a block differ at all, by the number of the block, with the
        labels of the columns that are tested; None where nothing can be tested
    left_out : how many answered and are in no column
    """

    question: Question
    survey: Source
    table: pd.DataFrame
    counted: pd.DataFrame
    banner: Banner
    layout: Layout
    tests: Mapping[int, tuple[Test | None, Sequence[str]]] = field(default_factory=dict)
    left_out: int = 0

    @cached_property
    def shown(self) -> ShownTable:
        """The table for readers."""
        totals = self.counted[self.counted["group"] == TOTAL]
        labels = dict(self.banner.labels)
        scale = scale_sentence(self.counted, self.question, labels)
        return ShownTable(self._frame(), f"{base_sentence(totals, self.survey)}{scale}")

    @property
    def notes(self) -> list[str]:
        """What stands under the table: who is in its columns, what its signs mean, whether the
        columns differ at all."""
        parts = (self._about_columns(), self._about_signs(), self._about_tests())
        return [text for text in map(" ".join, parts) if text]

    def _repr_html_(self) -> str:
        return self.shown._repr_html_() + say(*self.notes)._repr_html_()

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, Any]]:
        return {"text/html": self._repr_html_(), "text/plain": repr(self)}, {}

    def __repr__(self) -> str:
        return "\n".join([repr(self.shown), *self.notes])

    # ---- the table

    def _frame(self) -> pd.DataFrame:
        """A line of bases above the answers of the question, or of each of its rows."""
        lines = base_lines(in_order(self.counted, self.question), [self.question])
        first = lines.drop_duplicates(["row", "item"])
        keys = list(zip(first["row"], first["item"], strict=True))
        heads, blank = self._heads(), ("",) * self._levels
        columns = {("Answer", *blank[1:]): first["label"].tolist()}
        for group, name in self._names().items():
            rows = lines[lines["group"] == group]
            cells = {(row.row, row.item): self._cells(row) for row in lines_of(rows)}
            for n, head in enumerate(heads):
                columns[(*name, head)] = [cells[key][n] for key in keys]
        return pd.DataFrame(columns)

    @property
    def _levels(self) -> int:
        """Of headers: what the columns are by is one of them where it is not the same for all."""
        return 3 if len(self.banner.blocks) > 1 else 2

    def _names(self) -> dict[str, tuple[str, ...]]:
        """The headers of each column: what it is by, its label and letter."""
        letters = self.banner.letters if self._lettered else {}
        by, named = self.banner.titles, {}
        for code, label in self.banner.labels.items():
            head = f"{label} [{letters[code]}]" if code in letters else label
            named[code] = (by.get(code, "Everybody"), head)[3 - self._levels :]
        return named

    @property
    def _lettered(self) -> bool:
        """Whether there are shares with letters: means and ranks have none."""
        return self.layout.letters and "%" in self._heads()

    def _heads(self) -> tuple[str, ...]:
        if self.question.type == "ranking":
            return ("n", "Mean rank")
        if self.question.type == "numeric":
            return ("n", "Mean", "Median")
        return ("n", *_SHARES[self.layout.percent])

    def _cells(self, row: Any) -> tuple[str, ...]:
        """What stands in a column's cells of one line."""
        if row.is_base:
            mark = _SMALL if row.small_base else ""
            return (f"{row.base:,}{mark}", *[""] * (len(self._heads()) - 1))
        if not row.base:
            return (NO_FIGURE,) * len(self._heads())
        return (f"{row.count:,}", *(self._cell(row, head) for head in self._heads()[1:]))

    def _cell(self, row: Any, head: str) -> str:
        if head == "%":
            return NO_BREAK.join([f"{row.percent:.1f}", *getattr(row, "higher_than", "").split()])
        if head == "row %":
            return formatted("{:.1f}")(row.row_percent)
        name = head.lower().replace(" ", "_")
        return formatted("{:.2f}")(getattr(row, name))

    # ---- the notes

    def _about_columns(self) -> Iterator[str]:
        blocks = self.banner.blocks
        titles = in_words([f"“{block.title}”" for block in blocks])
        yield f"Columns by {titles}. Total: everybody in any of them."
        if self.left_out:
            yield f"Besides these, {self.left_out:,} of the question's base are in no column."
        for block in blocks:
            if block.overlapping:
                uncompared = "; these are not compared" if self.layout.letters else ""
                yield (
                    f"Whoever gave several answers to “{block.title}” is in several columns"
                    f"{uncompared}."
                )
        if self.question.type in _SEVERAL:
            yield (
                "Several answers could be given, so that the percentages of a column may add up to "
                "more than 100."
            )

    def _about_signs(self) -> Iterator[str]:
        layout = self.layout
        if self.counted["small_base"].any():
            untested = ", and is not compared" if layout.letters else ""
            yield (
                f"{_SMALL}: a base of fewer than {layout.min_base}, of which a share tells little"
                f"{untested}."
            )
        if layout.percent != "column" and "row %" in self._heads():
            yield "Row %: of all in these columns who gave the answer, how many are in this one."
        if self._lettered:
            yield from self._about_letters()
        elif layout.letters:
            yield "Letters compare shares; means and ranks have none."

    def _about_letters(self) -> Iterator[str]:
        if not any(not b.overlapping and len(b.members) > 1 for b in self.banner.blocks):
            return
        if (self.counted["higher_than"] != "").any():
            yield (
                "A letter beside a share: it is higher than that of the column with this letter, "
                "by more than chance would give (at 5 %, corrected for the columns compared in the "
                "row; nothing is compared where fewer than 5 were to be expected)."
            )
        else:
            yield "No letters: no column is shown to be higher than another."

    def _about_tests(self) -> Iterator[str]:
        for number, (test, names) in self.tests.items():
            block = self.banner.blocks[number]
            some = 1 < len(names) < len(block.members)
            alone = f" in {', '.join(names[:-1])} and {names[-1]} alone" if some else ""
            yield f"All answers by “{block.title}”{alone} together {told(test, names)}."


def blocks_to_test(
    counted: pd.DataFrame, banner: Banner, question: Question
) -> dict[int, list[str]]:
    """The columns with enough answers, by the number of each block that can be tested as a whole:
    of options, and where nobody is in two columns."""
    if question.type not in ("single", "multiple"):
        return {}
    enough = set(counted.loc[~counted["small_base"], "group"])
    return {
        number: [code for code in block.members if code in enough]
        for number, block in enumerate(banner.blocks)
        if not block.overlapping
    }
