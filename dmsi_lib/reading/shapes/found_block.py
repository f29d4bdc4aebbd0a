"""A question with the block of columns that answers it, and the shape that is made of the two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dmsi_lib.questionnaire import Question
from dmsi_lib.reading.answers.texts import Texts, joined_texts
from dmsi_lib.reading.answers.ticks import tick_states
from dmsi_lib.reading.change_log import ChangeLog
from dmsi_lib.reading.header.column_names import called, shortened
from dmsi_lib.reading.header.headers import Block, is_response
from dmsi_lib.reading.rows.rows import Array
from dmsi_lib.reading.shapes.listed_answers import LISTING
from dmsi_lib.reading.shapes.subtitles import Positions


class Shape(NamedTuple):
    """A question as the file shows it.

    Attributes
    ----------
    question : refined, where the file shows more than the questionnaire says
    columns : one for each item that the file has
    rest : subtitles of the columns that are no item's, by position
    """

    question: Question
    columns: dict[str, Texts]
    rest: Mapping[int, str]


@dataclass(frozen=True)
class FoundBlock:
    """A question and its block; `texts` are those of each of the block's columns."""

    question: Question
    block: Block
    texts: Mapping[int, Texts]
    layout: str
    changes: ChangeLog

    @property
    def subject(self) -> str:
        """What messages call the question."""
        return f"question '{self.question.id}' (line {self.question.line})"

    @property
    def lists(self) -> bool:
        """Whether the file's layout has several answers in one cell."""
        return self.layout in LISTING

    @property
    def responses(self) -> list[int]:
        """The columns over which no option, row or companion stands."""
        return [position for position, text in self.block.columns.items() if is_response(text)]

    def called(self, position: int) -> str:
        """What messages call one of the columns."""
        return called(position, self.block.columns[position] or self.block.title)

    def states(self, positions: Sequence[int], labels: Sequence[str], what: str) -> Array:
        """Ticked, not ticked, or blank (see `tick_states`), where any of the columns says so."""
        states = [
            tick_states(self.texts[position], labels, self.question, self.changes)
            for position in positions
        ]
        if len(positions) > 1:
            message = f"{what} of {self.question.id} has {len(positions)} columns; ticked by any"
            self.changes.note("option in several columns", labels[0], None, message)
        return np.maximum.reduce(states)

    def joined(self, labelled: Positions, what: str) -> dict[str, Texts]:
        """A column for each code; where there are several they must not say different things."""
        columns = {}
        for code, positions in labelled.items():
            columns[code] = self.texts[positions[0]]
            if len(positions) > 1:
                columns[code], differ = joined_texts([self.texts[each] for each in positions])
                if differ:
                    self.changes.fault(
                        f"{self.subject}: {what} '{code}' has the columns "
                        f"{' and '.join(map(self.called, positions))}, which hold different "
                        f"answers for {differ} respondents; leave one of them out of the export."
                    )
                else:
                    label = shortened(self.block.columns[positions[0]])
                    message = f"{what} '{code}' of {self.question.id} has {len(positions)} columns"
                    self.changes.note("option in several columns", label, None, message)
        return columns

    def beside(self, positions: Positions) -> dict[str, Texts]:
        """The columns of the texts beside the answer."""
        return {item: self.texts[first] for item, (first, *_) in positions.items()}
