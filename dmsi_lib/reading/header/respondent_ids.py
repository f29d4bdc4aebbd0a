"""Who the rows of an export are: by the column of ids, or by number where there is none."""

import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd

from dmsi_lib.questionnaire import NO_ID_COLUMN, Questionnaire
from dmsi_lib.reading.change_log import Fault, Finding, Proposal
from dmsi_lib.reading.rows.rows import Rows
from dmsi_lib.wording import Wordings, key

_SHORTENED = re.compile(r"[0-9]([.,][0-9]+)?[Ee]\+[0-9]+")  # "1.14E+10", an id in a narrow column
TIMESTAMPS = {  # what Google Forms calls its first column, in some of its languages
    *("timestamp", "horodateur", "zeitstempel", "marcatemporal", "carimbodedatahora"),
    *("tijdstempel", "informazionicronologiche"),
}
# What programs call the column of ids.
USUAL_IDS = {
    *("respondentid", "responseid", "id", "recordid", "caseid", "participantid", "submissionid"),
    *TIMESTAMPS,
}


def id_positions(titles: Iterable[str], questionnaire: Questionnaire) -> list[int]:
    """Positions of the columns that have the title of the respondents' ids."""
    wanted = key(questionnaire.id_column)
    if questionnaire.id_column == NO_ID_COLUMN:
        return []
    return [i for i, title in enumerate(titles) if key(title) == wanted and (wanted or i == 0)]


def id_column(named: Sequence[Sequence[str]], questionnaire: Questionnaire) -> int | None:
    """The position of the ids by the first row that names one.

    A column of ids without a title is named in the first row or not at all.
    """
    rows = named if key(questionnaire.id_column) else named[:1]
    return next((found[0] for row in rows if (found := id_positions(row, questionnaire))), None)


def id_column_faults(
    titles: Sequence[str], body: Rows, questionnaire: Questionnaire, row: int
) -> list[Fault]:
    """What is wrong where not exactly one column has the title of the ids."""
    count = len(id_positions(titles, questionnaire))
    if count == 1 or questionnaire.id_column == NO_ID_COLUMN:
        return []
    found = f"{count} columns" if count else "no column"
    text = (
        f"row {row}: {found} '{questionnaire.id_column}' (the questionnaire's id_column); "
        "expected exactly one"
    )
    if count:
        return [Fault(f"{text}.")]
    instead = _likely_ids(titles, body, questionnaire)
    if instead:
        return [Fault(f"{text}. Is it '{instead}'?", (Proposal("id_column", instead),))]
    found = f"{text}. None of the {len(titles)} titles looks like it."
    return [Fault(found, (Proposal("id_column", NO_ID_COLUMN),))]


def _likely_ids(titles: Sequence[str], body: Rows, questionnaire: Questionnaire) -> str | None:
    """The title of a column with another text in every row, nearly or usually called so."""
    near = Wordings((title, title) for title in titles if title).suggest(questionnaire.id_column)
    usual = [title for title in titles if key(title) in USUAL_IDS]
    for title in filter(None, (near, *usual)):
        ids = [text.strip() for text in body.columns[titles.index(title)].texts]
        if all(ids) and len({*ids}) == len(body) and titles.count(title) == 1:
            return title
    return None


def respondent_ids(position: int | None, body: Rows) -> "pd.Index[str]":
    """The id of each respondent, or the number of the row among them where there is no column."""
    if position is None:
        ids = np.arange(1, len(body) + 1).astype(str)
    else:
        column = body.columns[position]
        ids = np.array([text.strip() for text in column.texts], dtype=object)[column.codes]
    return pd.Index(ids, dtype="str", name="respondent")


def numbered_finding(count: int) -> Finding:
    """That the respondents have no ids of their own."""
    message = (
        "the export has no column of ids, so the respondents are numbered in the order of its "
        "rows; the numbers hold for this file only, and nothing is to be joined by them"
    )
    return Finding("respondents numbered", "", count, message)


def id_faults(ids: "pd.Index[str]", numbers: Iterable[int], title: str) -> Iterator[Fault]:
    """Respondent ids that are blank, shortened by a spreadsheet, or not unique.

    `numbers` are those of the rows in the file, `title` is that of the column.
    """
    # `is_unique` would keep a copy of all labels, to be looked up in.
    if (
        len(ids.array.unique()) == len(ids)
        and not ids.str.fullmatch(f"({_SHORTENED.pattern})?").any()
    ):
        return
    rows: dict[str, list[int]] = {}
    for number, text in zip(numbers, ids, strict=True):
        rows.setdefault(text, []).append(number)
        if not text:
            yield Fault(f"row {number}: the respondent id is blank; expected an id.")
        elif _SHORTENED.fullmatch(text):
            yield Fault(
                f"row {number}: the respondent id is '{text}': a spreadsheet has shortened it. "
                "Export again and do not open the file in a spreadsheet before reading it."
            )
    twice = [found for text, found in rows.items() if text and len(found) > 1]
    if not twice:
        return
    text = (
        f"{len(twice)} respondent ids stand more than once, the first in rows "
        f"{', '.join(map(str, twice[0][:5]))}; expected every id once."
    )
    if key(title) in TIMESTAMPS:  # two people may well answer in the same second
        yield Fault(f"{text} A time is no id.", (Proposal("id_column", NO_ID_COLUMN),))
    else:
        yield Fault(f"{text} Remove the repeated rows.")
