"""Exports in which titles and labels stand in two languages: "Yes / Oui".

Who sends a survey in two languages at once writes both into one cell. Where that is the manner of a
file, each title and label is read by the part that the questionnaire has; a slash in a single title
or answer is left as it is. What people wrote in their own words is never touched.
"""

import re
from collections.abc import Sequence

from dmsi_lib.questionnaire import Question, Questionnaire
from dmsi_lib.reading.change_log import Finding
from dmsi_lib.reading.header.headers import title_wordings
from dmsi_lib.reading.rows.rows import Column, Rows
from dmsi_lib.wording import Wordings

_BETWEEN = re.compile(r"\s+[/|]\s+|\s*[\r\n]+\s*")
_HEADER_ROWS = 2


def in_one_language(rows: Rows, questionnaire: Questionnaire) -> tuple[Rows, tuple[Finding, ...]]:
    """The rows of a file with its titles and labels in the questionnaire's language.

    Parameters
    ----------
    rows : Rows, those of the header first
    questionnaire : Questionnaire

    Returns
    -------
    The same rows, and no finding, unless most questions of the questionnaire stand there in two
    languages, and in this one as a part.
    """
    known = title_wordings(questionnaire)
    header = rows.first(_HEADER_ROWS)
    titles = [[_part(cell, known) for cell in row] for row in header]
    place = max(range(len(titles)), key=lambda n: sum(map(bool, titles[n])), default=0)
    named = {name for part in titles[place] if part for name in known.find_all(part)}
    # A title that goes on in several ways is one over its options: "Rank these | Soup".
    texts = {(part, cell) for part, cell in zip(titles[place], header[place], strict=True) if part}
    goes_on = len(texts) > len({part for part, _ in texts})
    if goes_on or 2 * len(named) < len(questionnaire.in_file):
        return rows, ()
    over: list[Question] = []
    columns, labels = [], set[str]()
    for title, written, column in zip(titles[place], header[place], rows.columns, strict=True):
        if written.strip():
            over = [questionnaire[name] for name in known.find_all(title or written)]
        read, found = _column(column.cells, place, title, over)
        columns.append(Column.of(read))
        labels |= found
    message = (
        f"titles ({sum(map(bool, titles[place]))}) and labels ({len(labels)}) stand in two "
        "languages; read by the part that the questionnaire has"
    )
    return Rows(columns), (Finding("two languages", "", None, message),)


def _part(text: str, known: Wordings[str]) -> str | None:
    """The part of a text, in front of a sign between two or behind it, that is known; None where
    there is none, or all of it is known."""
    if not _BETWEEN.search(text) or known.find_all(text):
        return None
    cuts = list(_BETWEEN.finditer(text))
    parts = [part for cut in cuts for part in (text[: cut.start()], text[cut.end() :])]
    return next((part for part in parts if known.find_all(part)), None)


def _column(
    cells: Sequence[str], place: int, title: str | None, over: Sequence[Question]
) -> tuple[list[str], set[str]]:
    """A column with the known parts of its title, its subtitle and its answers, and the texts that
    were read so. Answers to open questions, and texts beside an answer, are people's own words."""
    labels = {label for q in over for label in (*q.choices.values(), *q.rows.values())}
    texts = {label for q in over for label in (*q.all_others, q.comment) if label}
    known = Wordings((label, label) for label in labels | texts)
    subtitle = cells[place + 1] if place + 1 < len(cells) else ""
    own_words = {q.type for q in over} <= {"open"} or (_part(subtitle, known) or subtitle) in texts
    end = place + 2 if own_words else len(cells)
    parts = {text: _part(text, known) for text in {*cells[place + 1 : end]}}
    read = {text: part for text, part in parts.items() if part}
    after = [read.get(text, text) for text in cells[place + 1 : end]]
    return [*cells[:place], title or cells[place], *after, *cells[end:]], {*read}
