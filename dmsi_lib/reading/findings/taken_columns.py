"""Which columns of a file were taken, as what, and why the others were not."""

from collections.abc import Container, Iterator
from itertools import groupby

import pandas as pd

from dmsi_lib.reading.change_log import ChangeLog
from dmsi_lib.reading.header.headers import Header, is_response
from dmsi_lib.reading.header.platform_titles import platform_titles
from dmsi_lib.reading.identities.discretion import discreet
from dmsi_lib.reading.identities.known_names import KnownNames

COLUMNS = ["position", "title", "question", "item", "why"]
RESPONDENT = "respondent"  # the item of the ids
_DROPPED = "identity column, dropped"
_UNKNOWN = "not in the questionnaire"
PLATFORM = "what the platform notes about the response"


def taken_columns(
    header: Header,
    changes: ChangeLog,
    id_column: int | None,
    identity: Container[int],
    names: KnownNames,
) -> pd.DataFrame:
    """Every column of a file.

    Returns
    -------
    DataFrame with columns position (from 1), title, question, item, why
        `question` and `item` are "" and `why` is said where a column was not taken; the ids have
        no question. What names or reaches a person in the title of a column that was not taken is
        marked.
    """
    rows, title, platform = [], "", platform_titles(header.titles)
    for position, own in enumerate(header.titles):
        title = own or title
        subtitle = header.subtitles[position] if header.subtitles else ""
        name = title if not subtitle or is_response(subtitle) else f"{title} - {subtitle}"
        question, item = changes.taken.get(position, ("", ""))
        why = changes.left.get(position, PLATFORM if title in platform else _UNKNOWN)
        if position == id_column:
            item = RESPONDENT
        elif position in identity:
            why = _DROPPED
        is_taken = position == id_column or position in changes.taken
        shown = name if is_taken else discreet(name, names)
        rows.append([position + 1, shown, question, item, "" if is_taken else why])
    return pd.DataFrame(rows, columns=COLUMNS)


def column_lines(columns: pd.DataFrame) -> Iterator[str]:
    """How many columns were taken, and a line for neighbours that were not for one reason.

    Parameters
    ----------
    columns : DataFrame
        That of an Export.
    """
    left = columns[columns["why"] != ""]
    end = "; these not:" if len(left) else ""
    yield f"{len(columns) - len(left)} of {len(columns)} columns taken{end}"
    cells = [*left[["position", "title", "why"]].itertuples(index=False)]
    runs = groupby(enumerate(cells), key=lambda pair: (pair[1].position - pair[0], pair[1].why))
    for _, pairs in runs:
        run = [cell for _, cell in pairs]
        first, last = run[0].position, run[-1].position
        if first == last:
            yield f"column {first} '{run[0].title}': {run[0].why}"
        else:
            yield f"columns {first} to {last}, from '{run[0].title}' on: {run[0].why}"
