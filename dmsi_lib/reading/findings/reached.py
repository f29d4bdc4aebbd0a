"""How far respondents came, by the filled columns that the questionnaire ignores.

Where only some of a survey's questions are modelled, an answer to one of the others still shows
that its respondent had not left. Its page is taken from where its column stands among those of the
modelled questions, whose pages are known.
"""

from collections.abc import Container, Mapping, Sequence

import numpy as np

from dmsi_lib.questionnaire import Questionnaire
from dmsi_lib.reading.answers.texts import column_texts
from dmsi_lib.reading.header.headers import Block
from dmsi_lib.reading.rows.rows import Array, Rows


def reached_pages(
    matched: Mapping[str, Block],
    questionnaire: Questionnaire,
    body: Rows,
    skipped: Container[int | None],
    answers: Container[int],
) -> Array:
    """The last page that an ignored column shows each respondent to have reached.

    A column filled for everybody says nothing, as a collector's number does; nor does one that is
    left of the first question. What stands beside a question's answers, as a comment does, is on
    the question's page.

    Parameters
    ----------
    matched : the block of each question, by id
    questionnaire : Questionnaire
    body : Rows, the n respondents'
    skipped : positions of columns that are no question's, of ids and identities
    answers : positions of columns that are answers

    Returns
    -------
    int array (n,), 0 where there is no such column
    """
    blank = {text.strip() for text in questionnaire.blank}
    pages = {p: questionnaire[name].page for name, block in matched.items() for p in block.columns}
    starts: dict[int, list[int]] = {}
    for name, block in matched.items():
        starts.setdefault(questionnaire[name].page, []).append(min(block.columns))
    reached = np.zeros(len(body), dtype=np.int32)
    for position, column in enumerate(body.columns):
        page = 0
        if position not in skipped and position not in answers:
            page = pages.get(position) or _page_at(position, starts)
        if page:
            filled = column_texts("", column, blank).codes >= 0
            if position in pages or not filled.all():
                np.maximum(reached, page, out=reached, where=filled)
    return reached


def _page_at(position: int, starts: Mapping[int, Sequence[int]]) -> int:
    """The last page of which a question begins to the left, as all on the pages before it do."""
    found = 0
    for page in sorted(starts):
        left = [start < position for start in starts[page]]
        found = page if any(left) else found
        if not all(left):
            break
    return found
