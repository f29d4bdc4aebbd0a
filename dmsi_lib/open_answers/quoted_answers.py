"""Answers that stand in a page, a table or a notebook where they should not.

A word-for-word quotation may come along by accident: as an example, an option's label, a cell of a
table, an alternative text. Two texts are compared as rows of words, so that case, accents,
punctuation, line breaks, typographic quotes, HTML and the escapes of JSON don't hide it.
"""

import html
import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from dmsi_lib.wording import without_marks

if TYPE_CHECKING:
    import pandas as pd

LONGEST_WORDS = 6  # so many words in a row give an answer away,
LONGEST_LETTERS = 40  # or as many as reach this length, blanks between them counted
_SHORTEST_ANSWER = 20  # characters from which a shorter answer counts if all of it is there
_FEWEST_WORDS = 3
_WORD = re.compile(r"[^\W_]+")
_TAG = re.compile(r"<[^<>]*>")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|[nrtbf])")


class Pieces:
    """The pieces of answers that give them away, for looking through many outputs.

    Parameters
    ----------
    answers : Series of str
        By whatever names them; the index labels are given back as they are, so ids that must not
        be shown are pseudonyms by then.
    allowed : iterable of str
        What may be shown whoever wrote it too: reviewed quotations, the questionnaire's wording.
    """

    def __init__(self, answers: "pd.Series", allowed: Iterable[str] = ()) -> None:
        self._order = list(answers.index)
        self._owners: defaultdict[str, set[int]] = defaultdict(set)
        self._lengths: defaultdict[str, set[int]] = defaultdict(set)
        for place, answer in enumerate(answers):
            for piece in _pieces(_words(answer)):
                self._owners[" ".join(piece)].add(place)
                self._lengths[piece[0]].add(len(piece))
        harmless = {piece for text in allowed for piece in self._present(_words(text))}
        for known in harmless:
            del self._owners[known]

    def found_in(self, text: str) -> list[Hashable]:
        """The answers of which a piece stands in a text.

        Parameters
        ----------
        text : an output: HTML, CSV, a notebook, anything

        Returns
        -------
        list of index labels, in the order of the answers
        """
        text = _plain(text)
        # With tags, which hold alternative texts, and without them, which may stand in a sentence.
        found = {*self._present(_words(text)), *self._present(_words(_TAG.sub(" ", text)))}
        places = set[int]().union(*(self._owners[piece] for piece in found))
        return [self._order[place] for place in sorted(places)]

    def _present(self, words: Sequence[str]) -> Iterator[str]:
        """The pieces that stand in a row of words."""
        for start, word in enumerate(words):
            for length in self._lengths.get(word, ()):
                piece = " ".join(words[start : start + length])
                if piece in self._owners:
                    yield piece


def _pieces(words: list[str]) -> list[list[str]]:
    """The least rows of words that give an answer away: one from every word on, or all of it."""
    whole = " ".join(words)
    if len(words) < LONGEST_WORDS and len(whole) < LONGEST_LETTERS:
        return [words] if len(words) >= _FEWEST_WORDS and len(whole) >= _SHORTEST_ANSWER else []
    pieces = []
    for start in range(len(words)):
        letters = -1
        for end in range(start, min(start + LONGEST_WORDS, len(words))):
            letters += 1 + len(words[end])
            if letters >= LONGEST_LETTERS or end - start + 1 == LONGEST_WORDS:
                pieces.append(words[start : end + 1])
                break
    return pieces


def _words(text: str) -> list[str]:
    return _WORD.findall(without_marks(text).casefold())


def _plain(text: str) -> str:
    """Entities and the escapes of JSON resolved; twice, for HTML in a notebook, say."""
    for _ in range(2):
        text = html.unescape(_ESCAPE.sub(_character, text))
    return text


def _character(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else " "
