"""What stands over each column of a question: an option or a row, a text beside them, or neither.

The companion of "Other (please specify)" comes as a tick, as a text, or as both, all under its
label. A question with several companions of one label has them in the questionnaire's order.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from dmsi_lib.questionnaire import COMMENT, Question
from dmsi_lib.reading.answers.labels import Labels
from dmsi_lib.reading.answers.texts import Texts
from dmsi_lib.reading.answers.ticks import only_ticks
from dmsi_lib.reading.header.headers import Block
from dmsi_lib.wording import same

Positions = dict[str, list[int]]  # of columns in the file, most often one


@dataclass(frozen=True)
class Subtitles:
    """A question's columns by what stands over them.

    Attributes
    ----------
    labelled : by the code of the option or row
    beside : by item, the texts beside the answer: of companions, and the comment
    rest : the subtitle of each other column
    """

    labelled: Positions
    beside: Positions
    rest: dict[int, str]


def read_subtitles(
    question: Question,
    block: Block,
    texts: Mapping[int, Texts],
    labels: Labels,
    ticked: bool = True,
) -> Subtitles:
    """Tell a block's columns apart; `ticked` says whether companions may have a tick's column."""
    labelled: Positions = {}
    groups: dict[tuple[str, ...], list[int]] = {}
    comments: list[int] = []
    rest: dict[int, str] = {}
    for position, subtitle in block.columns.items():
        codes = tuple(labels.find_all(subtitle))
        if codes and set(codes) <= set(question.companions):
            groups.setdefault(codes, []).append(position)
        elif len(codes) == 1:
            labelled.setdefault(codes[0], []).append(position)
        elif not comments and question.comment and same(subtitle, question.comment):
            comments.append(position)
        else:
            rest[position] = subtitle
    beside: Positions = {COMMENT: comments} if comments else {}
    for codes, positions in groups.items():
        size = -(-len(positions) // len(codes))
        for n, code in enumerate(codes):
            part = positions[n * size : (n + 1) * size]
            label = question.companions[code]
            ticks, written = _ticks_and_texts(part, texts, label) if ticked else ([], part)
            if ticks:
                labelled[code] = ticks
            if written:
                beside[question.text_items[code]] = written[:1]
            rest |= {position: block.columns[position] for position in written[1:]}
    return Subtitles(labelled, beside, rest)


def _ticks_and_texts(
    positions: list[int], texts: Mapping[int, Texts], label: str
) -> tuple[list[int], list[int]]:
    """The columns of one companion's tick and those of its text."""
    ticks = [position for position in positions if only_ticks(texts[position].texts, label)]
    if len(positions) > 1:
        ticks = ticks or positions[:1]
        last = positions[-1]
        if len(ticks) == len(positions) and not all(same(t, label) for t in texts[last].texts):
            ticks.remove(last)  # "yes", written as the text
    return ticks, [position for position in positions if position not in ticks]
