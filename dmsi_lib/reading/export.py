"""The export of a survey platform, read into responses.

`cells` gives rows of text, `headers` the blocks of columns, `matching` the question of each column,
`cleaning` the codes of its texts. What does not fit is collected first and refused in one message.
"""

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from dmsi_lib.errors import InputError, problems
from dmsi_lib.reading.cleaning import clean_columns
from dmsi_lib.reading.columns import item_columns, match_blocks
from dmsi_lib.reading.file_rows import read_rows
from dmsi_lib.reading.headers import (
    column_blocks,
    id_position,
    identity_positions,
    name_positions,
    split_header,
)
from dmsi_lib.reading.known_names import KnownNames
from dmsi_lib.wording import key

_SHORTENED = re.compile(r"[0-9]([.,][0-9]+)?[Ee]\+[0-9]+")  # "1.14E+10", an id in a narrow column


@dataclass(frozen=True)
class Export:
    """What was read from one file.

    Attributes
    ----------
    responses : DataFrame, respondents x (question, item); see DESIGN.md, "Responses".
    log : DataFrame with columns respondent, question, item, before, after, rule: every change made.
    findings : DataFrame with columns kind, column, count, message: what was ignored or looks odd.
    synthetic : whether the file's collector column says that the data are synthetic.
    identities : KnownNames, which finds the names of the identity columns in a text; those columns
        themselves are dropped.
    """

    path: str
    responses: pd.DataFrame
    log: pd.DataFrame
    findings: pd.DataFrame
    synthetic: bool = False
    identities: KnownNames = field(default_factory=KnownNames)

    def copy(self):
        """The same with frames of its own; pandas copies what they hold where it is changed."""
        frames = {name: getattr(self, name) for name in ("responses", "log", "findings")}
        return replace(self, **{name: frame.copy(deep=False) for name, frame in frames.items()})


def read_export(path, questionnaire):
    """Read an export and bring its texts to the questionnaire's codes.

    Parameters
    ----------
    path : str or Path
        .csv, .xlsx or .sav.
    questionnaire : Questionnaire

    Returns
    -------
    Export

    Raises
    ------
    InputError
        One message with every problem found: column, text, count and what to do.
    """
    path = Path(path)
    rows, numbers = read_rows(path)
    titles, subtitles, first = split_header(rows, questionnaire, path)
    body = rows[first:]
    if not body:
        raise InputError(f"{path}: has a header but no respondents; expected a row for each.")
    id_column = id_position(titles, questionnaire, path)
    ids = _ids([row[id_column] for row in body], numbers[first:], path)
    identity = identity_positions(titles, questionnaire) - {id_column}
    blocks = column_blocks(titles, subtitles, questionnaire, {id_column, *identity})
    matched, faults, ignored = match_blocks(blocks, questionnaire)
    columns, more_faults, more_ignored = item_columns(matched, questionnaire, body)
    faults += more_faults
    if faults:
        raise InputError(problems(f"{path}: the export does not fit the questionnaire.", faults))
    responses, log, faults, odd = clean_columns(columns, ids, questionnaire)
    if faults:
        raise InputError(problems(f"{path}: answers that the questionnaire does not know.", faults))
    kept = "only hashes of names stay, while the program runs, to find them in answers"
    findings = [
        *(("identity column dropped", titles[i], None, kept) for i in sorted(identity)),
        *ignored,
        *more_ignored,
        *odd,
    ]
    findings = pd.DataFrame(findings, columns=["kind", "column", "count", "message"])
    findings = findings.astype({"count": "Int64"})
    names = _known_names(titles, body, identity, questionnaire)
    return Export(str(path), responses, log, findings, _is_synthetic(titles, body), names)


def _known_names(titles, body, identity, questionnaire):
    """The names of the identity columns; words that the questionnaire uses are no names."""
    naming = sorted(name_positions(titles) & identity)
    others = sorted(identity - set(naming))
    people = {tuple(row[i] for i in naming) for row in body}
    phrases = {row[i] for row in body for i in others}
    wording = {
        text
        for question in questionnaire.questions
        for text in (*question.wordings, *question.choices.values(), *question.rows.values())
    }
    return KnownNames(people, phrases, wording)


def _is_synthetic(titles, body):
    """Whether any respondent came in through a collector that is marked as synthetic."""
    positions = [i for i, title in enumerate(titles) if key(title) == "collectorid"]
    return any("SYNTHETIC" in row[i].upper() for row in body for i in positions)


def _ids(texts, numbers, path):
    """Respondent ids: present, unique, and not shortened by a spreadsheet."""
    ids = [text.strip() for text in texts]
    for number, text in zip(numbers, ids, strict=True):
        if not text:
            raise InputError(f"{path}, row {number}: the respondent id is blank; expected an id.")
        if _SHORTENED.fullmatch(text):
            raise InputError(
                f"{path}, row {number}: the respondent id is '{text}': a spreadsheet has shortened "
                "it. Export again and do not open the file in a spreadsheet before reading it."
            )
    twice = [text for text, count in Counter(ids).items() if count > 1]
    if twice:
        where = [str(number) for number, text in zip(numbers, ids, strict=True) if text == twice[0]]
        raise InputError(
            f"{path}: {len(twice)} respondent ids stand more than once, the first in rows "
            f"{', '.join(where[:5])}; expected every id once. Remove the repeated rows."
        )
    return pd.Index(ids, name="respondent")
