"""Several answers listed in one cell, as some programs write them: "Ansible, Nornir".

Labels may hold the separator themselves ("Controller (ODL, DNAC, NSX)"), so a cell is not split at
each: it is read as a sequence of labels, and must read so in one way only. Google Forms puts what
was written beside "Other" at the end of the list.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dmsi_lib.questionnaire import Question
from dmsi_lib.reading.answers.labels import Labels
from dmsi_lib.reading.answers.texts import Texts
from dmsi_lib.reading.answers.unknown_answers import Unknown, refuse_unknown
from dmsi_lib.reading.change_log import ChangeLog
from dmsi_lib.reading.header.column_names import shortened

LISTING = ("condensed", "google_forms", "qualtrics")  # layouts
_SEPARATORS = (", ", ";", "\n", "|", ",")


@dataclass(frozen=True)
class Listed:
    """What a cell lists.

    Attributes
    ----------
    codes : of the options, in the cell's order
    rest : what follows them
    unknown : what stands between separators and is no option
    ambiguous : whether other options may be meant as well
    """

    codes: tuple[str, ...] = ()
    rest: str = ""
    unknown: tuple[str, ...] = ()
    ambiguous: bool = False

    @property
    def sound(self) -> bool:
        """Whether nothing of it is in doubt."""
        return not self.unknown and not self.ambiguous


def read_lists(texts: Sequence[str], labels: Labels, with_rest: bool = False) -> list[Listed]:
    """What each of a column's texts lists; one separator holds for all of them.

    That one is taken which leaves the fewest texts in doubt; where two do, they must agree.
    """
    used = [each for each in _SEPARATORS if any(each in text for text in texts)]
    read = [_Reader(each, labels, with_rest) for each in used or _SEPARATORS[:1]]
    ways = [[reader.read(text) for text in texts] for reader in read]
    doubts = [(sum(not e.sound for e in way), sum(bool(e.rest) for e in way)) for way in ways]
    best = [way for way, doubt in zip(ways, doubts, strict=True) if doubt == min(doubts)]
    if min(doubts)[0]:
        return best[0]
    return [
        replace(first, ambiguous=any(other != first for other in others))
        for first, *others in zip(*best, strict=True)
    ]


class _Reader:
    """Reads lists of a question's labels with one separator."""

    def __init__(self, separator: str, labels: Labels, with_rest: bool) -> None:
        self.separator, self.labels, self.with_rest = separator, labels, with_rest
        known = [text for texts in labels.texts.values() for text in texts]
        self.longest = 1 + max((text.count(separator) for text in known), default=0)  # in pieces
        self._codes: dict[str, str | None] = {}

    def read(self, text: str) -> Listed:
        pieces = text.split(self.separator)
        if not any(piece.strip() for piece in pieces):
            return Listed(unknown=(text,))
        # The different sequences of codes that the first n pieces may be; two show the doubt.
        ways: list[list[tuple[str, ...]]] = [[()]]
        for end in range(1, len(pieces) + 1):
            found = [] if pieces[end - 1].strip() else [*ways[end - 1]]
            for start in range(max(0, end - self.longest), end):
                code = self._code(pieces, start, end)
                if code is not None:
                    found += [(*way, code) for way in ways[start] if code not in way]
            ways.append(list(dict.fromkeys(found))[:2])
        if ways[-1]:
            return Listed(ways[-1][0], ambiguous=len(ways[-1]) > 1)
        known, unknown = self._in_order(pieces)
        end = max(n for n, way in enumerate(ways) if way)
        if self.with_rest and len(ways[end]) == 1 and not self._in_order(pieces[end:])[0]:
            return Listed(ways[end][0], self.separator.join(pieces[end:]).strip())
        return Listed(known, unknown=unknown)

    def _in_order(self, pieces: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The options among pieces, the longest first, and what stands between them."""
        codes, between, start = [], [""], 0
        while start < len(pieces):
            ends = range(min(len(pieces), start + self.longest), start, -1)
            end = next((e for e in ends if self._code(pieces, start, e) is not None), None)
            if end is None:
                between[-1] += self.separator * bool(between[-1]) + pieces[start]
                start += 1
            else:
                codes.append(str(self._code(pieces, start, end)))
                between.append("")
                start = end
        return tuple(codes), tuple(text.strip() for text in between if text.strip())

    def _code(self, pieces: list[str], start: int, end: int) -> str | None:
        text = self.separator.join(pieces[start:end]).strip()
        if text not in self._codes:
            self._codes[text] = self.labels.find(text)
        return self._codes[text]


def refuse_lists(
    question: Question, column: Texts, lists: list[Listed], labels: Labels, changes: ChangeLog
) -> None:
    """A fault for each text that is no option, and for each cell that can be read in two ways."""
    counts: Counter[str] = Counter()
    cells: dict[str, str] = {}
    for cell, listed, count in zip(column.texts, lists, column.counts, strict=True):
        if listed.ambiguous:
            changes.fault(
                f"{column.name}: '{shortened(cell, 200)}' ({count} times) lists options of "
                f"'{question.id}' in two ways, since their labels hold what separates them; "
                "export a column for each option."
            )
        for text in listed.unknown:
            counts[text] += int(count)
            cells.setdefault(text, cell)
    unknown = [
        Unknown(text, f"{column.name}, in the cell '{shortened(cells[text], 200)}'", count)
        for text, count in counts.items()
    ]
    refuse_unknown(question, unknown, labels, changes)
