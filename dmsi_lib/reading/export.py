"""The export of a survey platform, read into responses.

`file_rows` gives rows of text, `headers` the blocks of columns, `columns` the question of each,
`answers` the codes of its texts, and `cleaning` the responses. What does not fit, be it an id, a
title or an answer, is collected first and refused in one message.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

import pandas as pd

from dmsi_lib.errors import InputError, problems
from dmsi_lib.files import Place
from dmsi_lib.questionnaire import Questionnaire
from dmsi_lib.reading.change_log import ChangeLog, Finding
from dmsi_lib.reading.cleaning import clean_columns
from dmsi_lib.reading.coalescing import coalesced, contradictions
from dmsi_lib.reading.columns import item_columns, match_blocks
from dmsi_lib.reading.file_rows import Rows, read_rows
from dmsi_lib.reading.headers import (
    column_blocks,
    id_position,
    identity_positions,
    name_positions,
    read_header,
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
    questionnaire : the questionnaire as this file shows it: questions that it lacks are not
        `asked`, and a question may have the rows or the type that its columns show.
    reached : Series of int by respondent, the last page that a filled column which the
        questionnaire ignores shows them to have reached; 0 where there is none.
    synthetic : whether the file's collector column says that the data are synthetic.
    identities : KnownNames, which finds the names of the identity columns in a text; those columns
        themselves are dropped.
    """

    path: str
    responses: pd.DataFrame
    log: pd.DataFrame
    findings: pd.DataFrame
    questionnaire: Questionnaire
    reached: "pd.Series[int]"
    synthetic: bool = False
    identities: KnownNames = field(default_factory=KnownNames)

    def copy(self) -> "Export":
        """The same with frames of its own; pandas copies what they hold where it is changed."""
        frames = {name: getattr(self, name) for name in ("responses", "log", "findings")}
        return replace(self, **{name: frame.copy(deep=False) for name, frame in frames.items()})


def read_export(path: Place, questionnaire: Questionnaire) -> Export:
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
    header = read_header(rows, questionnaire, path)
    titles, body = header.titles, rows[header.rows :]
    if not body:
        raise InputError(f"{path}: has a header but no respondents; expected a row for each.")
    id_column = id_position(titles, questionnaire, path)
    ids = pd.Index([row[id_column].strip() for row in body], name="respondent")
    identity = identity_positions(titles, questionnaire) - {id_column}
    changes = ChangeLog(ids)
    for text in _id_faults(ids, numbers[header.rows :]):
        changes.fault(text)
    for position in sorted(identity):
        kept = "only hashes of names stay, while the program runs, to find them in answers"
        changes.note("identity column dropped", titles[position], None, kept)
    blocks = column_blocks(header, questionnaire, {id_column, *identity})
    matched = match_blocks(blocks, questionnaire, changes)
    columns = item_columns(matched, questionnaire, body, changes)
    heading = "the export does not fit the questionnaire."
    if not changes.faults:
        heading = "answers that the questionnaire does not know."
    responses = clean_columns(columns, questionnaire, changes)
    if changes.faults:
        faults = [fault.text for fault in changes.faults]
        raise InputError(problems(f"{path}: {heading}", faults))
    responses = _with_derived(responses, questionnaire, changes)
    findings = pd.DataFrame(changes.findings, columns=[f.name for f in fields(Finding)])
    return Export(
        str(path),
        responses,
        changes.frame(),
        findings.astype({"count": "Int64"}),
        questionnaire,
        pd.Series(0, index=responses.index),
        _is_synthetic(titles, body),
        _known_names(titles, body, identity, questionnaire),
    )


def _with_derived(
    responses: pd.DataFrame, questionnaire: Questionnaire, changes: ChangeLog
) -> pd.DataFrame:
    """The responses with the derived questions; who answered their parts differently is noted."""
    for name, count in contradictions(responses, questionnaire).items():
        if count:
            parts = ", ".join(questionnaire[name].coalesce)
            message = f"{count} answered {parts} differently; '{name}' takes the first answer"
            changes.note("answered differently", questionnaire[name].text, count, message)
    return coalesced(responses, questionnaire)


def _known_names(
    titles: list[str], body: Rows, identity: set[int], questionnaire: Questionnaire
) -> KnownNames:
    """The names of the identity columns; words that the questionnaire uses are no names."""
    naming = sorted(name_positions(titles) & identity)
    people = {tuple(row[i] for i in naming) for row in body}
    phrases = {row[i] for row in body for i in identity - {*naming}}
    wording = {
        text
        for question in questionnaire.questions
        for text in (*question.wordings, *question.choices.values(), *question.rows.values())
    }
    return KnownNames(people, phrases, wording)


def _is_synthetic(titles: list[str], body: Rows) -> bool:
    """Whether any respondent came in through a collector that is marked as synthetic."""
    positions = [i for i, title in enumerate(titles) if key(title) == "collectorid"]
    return any("SYNTHETIC" in row[i].upper() for row in body for i in positions)


def _id_faults(ids: Iterable[str], numbers: Iterable[int]) -> list[str]:
    """Respondent ids that are blank, shortened by a spreadsheet, or not unique."""
    faults: list[str] = []
    rows: dict[str, list[int]] = {}
    for number, text in zip(numbers, ids, strict=True):
        rows.setdefault(text, []).append(number)
        if not text:
            faults.append(f"row {number}: the respondent id is blank; expected an id.")
        elif _SHORTENED.fullmatch(text):
            faults.append(
                f"row {number}: the respondent id is '{text}': a spreadsheet has shortened it. "
                "Export again and do not open the file in a spreadsheet before reading it."
            )
    twice = [found for text, found in rows.items() if text and len(found) > 1]
    if twice:
        faults.append(
            f"{len(twice)} respondent ids stand more than once, the first in rows "
            f"{', '.join(map(str, twice[0][:5]))}; expected every id once. Remove the repeated "
            "rows."
        )
    return faults
