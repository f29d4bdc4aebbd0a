"""The export of a survey platform, read into responses.

`file_rows` gives rows of text, `header_rows` the header, `headers` its blocks of columns, `columns`
the question of each, `answers` the codes of its texts, and `cleaning` the responses. What does not
fit, be it an id, a title or an answer, is collected first and refused in one message.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import partial
from pathlib import Path

import pandas as pd

from dmsi_lib.errors import InputError
from dmsi_lib.files import Place
from dmsi_lib.questionnaire import COMMENT, Questionnaire
from dmsi_lib.reading.advice.remedies import advised
from dmsi_lib.reading.answers.deriving import (
    answered_differently,
    derived_answers,
    in_no_option,
)
from dmsi_lib.reading.blocks.matching import match_blocks
from dmsi_lib.reading.change_log import ChangeLog, Fault, Finding, Refused
from dmsi_lib.reading.findings.cleaning import clean_columns
from dmsi_lib.reading.findings.field_period import FieldPeriod, field_period
from dmsi_lib.reading.findings.reached import reached_pages
from dmsi_lib.reading.findings.taken_columns import COLUMNS, taken_columns
from dmsi_lib.reading.header.header_rows import read_header
from dmsi_lib.reading.header.headers import Header, column_blocks, titles_over
from dmsi_lib.reading.header.respondent_ids import id_faults, respondent_ids
from dmsi_lib.reading.header.two_languages import in_one_language
from dmsi_lib.reading.identities.discretion import discreet, discreet_finding
from dmsi_lib.reading.identities.identities import column_name, identity_columns, known_phrases
from dmsi_lib.reading.identities.known_names import KnownNames
from dmsi_lib.reading.rows.file_rows import Numbered, read_rows
from dmsi_lib.reading.rows.rows import Rows
from dmsi_lib.reading.shapes.shapes import read_shapes
from dmsi_lib.wording import key

_MISFITS = "the export does not fit the questionnaire."


@dataclass(frozen=True)
class Export:
    """What was read from one file.

    Attributes
    ----------
    responses : DataFrame, respondents x (question, item); see DESIGN.md, "Responses".
    log : DataFrame with columns respondent, question, item, before, after, rule: every change made.
    findings : DataFrame with columns kind, column, count, message: what was ignored or looks odd;
        what names or reaches a person in a title is marked.
    questionnaire : the questionnaire as this file shows it: questions that it lacks are not
        `asked`, and a question may have the rows or the type that its columns show.
    reached : Series of int by respondent, the last page that a filled column which the
        questionnaire ignores shows them to have reached; 0 where there is none.
    synthetic : whether the file's collector column says that the data are synthetic.
    identities : KnownNames, which finds the names of the identity columns in a text; those columns
        themselves are dropped.
    field_period : FieldPeriod, by the file's own columns of start and end, or None.
    columns : DataFrame with columns position, title, question, item, why: what each column of the
        file was taken for, or why it was not; titles of those that were not are marked likewise.
    """

    path: str
    responses: pd.DataFrame
    log: pd.DataFrame
    findings: pd.DataFrame
    questionnaire: Questionnaire
    reached: "pd.Series[int]"
    synthetic: bool = False
    identities: KnownNames = field(default_factory=KnownNames)
    field_period: FieldPeriod | None = None
    columns: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=COLUMNS))

    def copy(self) -> "Export":
        """The same with frames of its own; pandas copies what they hold where it is changed."""
        frames = {name: getattr(self, name) for name in ("responses", "log", "findings", "columns")}
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
    rows = read_rows(path)
    interpret = partial(interpreted, path=Path(path))
    try:
        return interpret(rows, questionnaire)
    except Refused as refused:
        raise advised(refused, interpret, rows, questionnaire, path) from None


def interpreted(numbered: Numbered, questionnaire: Questionnaire, path: Path) -> Export:
    """What the rows of a file mean by a questionnaire.

    Parameters
    ----------
    numbered : Rows, and list of int
        As from `read_rows`; the path is for messages.
    questionnaire : Questionnaire

    Returns
    -------
    Export

    Raises
    ------
    Refused
        With every fault and what may be done about it; an InputError without faults where the
        header can't be made out.
    """
    written, numbers = numbered
    rows, languages = in_one_language(written, questionnaire)
    header = read_header(rows, questionnaire, path, numbers)
    questionnaire = replace(questionnaire, layout=header.layout)
    titles, body = header.titles, rows.below(header.rows)
    if not len(body):
        raise InputError(f"{path}: has a header but no respondents; expected a row for each.")
    ids = respondent_ids(header.id_column, body)
    identity = identity_columns(header, body, questionnaire)
    names = _known_names(body, identity, questionnaire)
    changes = ChangeLog(ids)
    changes.findings += (*languages, *header.findings)
    changes.faults += (*header.faults, *_id_faults(header, ids, numbers))
    _note_dropped([column_name(header, position) for position in sorted(identity)], changes)
    skipped = {header.id_column, *identity}
    blocks = column_blocks(header, questionnaire, skipped)
    over = titles_over(header, questionnaire)
    matched = match_blocks(blocks, questionnaire, body, changes, {over[p] for p in identity})
    questionnaire, columns = read_shapes(matched, questionnaire, body, changes)
    heading = _MISFITS if changes.faults else "answers that the questionnaire does not know."
    responses = clean_columns(columns, questionnaire, changes)
    if changes.faults:
        marked = partial(discreet, names=names)
        raise Refused.of(f"{path}: {heading}", changes.faults, marked=marked)
    responses = _with_derived(responses, questionnaire, changes, path)
    answers = {position for position, (_, item) in changes.taken.items() if item != COMMENT}
    pages = reached_pages(matched, questionnaire, body, skipped, answers)
    stays = slice(None) if len(responses) == len(ids) else ids.isin(responses.index)
    return Export(
        path=str(path),
        responses=responses,
        log=changes.frame(),
        findings=_findings(changes, names),
        questionnaire=questionnaire,
        reached=pd.Series(pages[stays], index=responses.index),
        synthetic=_is_synthetic(titles, body),
        identities=names,
        field_period=field_period(titles, body[stays]),
        columns=taken_columns(header, changes, header.id_column, identity, names),
    )


def _id_faults(header: Header, ids: pd.Index, numbers: Sequence[int]) -> Iterator[Fault]:
    if header.id_column is not None:
        yield from id_faults(ids, numbers[header.rows :], header.titles[header.id_column])


def _findings(changes: ChangeLog, names: KnownNames) -> pd.DataFrame:
    told = [discreet_finding(finding, names) for finding in changes.findings]
    findings = pd.DataFrame(told, columns=[f.name for f in fields(Finding)])
    return findings.astype({"count": "Int64"})


def _note_dropped(columns: Iterable[str], changes: ChangeLog) -> None:
    kept = "only hashes of names stay, while the program runs, to find them in answers"
    for column in columns:
        changes.note("identity column dropped", column, None, kept)


def _with_derived(
    responses: pd.DataFrame, questionnaire: Questionnaire, changes: ChangeLog, path: Path
) -> pd.DataFrame:
    """The responses with the derived questions; noted are answers of which they show one alone, or
    none."""
    try:
        whole = derived_answers(responses, questionnaire)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    for name, count in answered_differently(whole, questionnaire).items():
        if count:
            parts = ", ".join(questionnaire[name].parts)
            message = f"{count} answered {parts} differently; '{name}' takes the first answer"
            changes.note("answered differently", questionnaire[name].text, count, message)
    for name, count in in_no_option(whole, questionnaire).items():
        if count:
            parts = ", ".join(questionnaire[name].parts)
            message = f"{count} answers to {parts} are in no option of '{name}', and blank there"
            changes.note("in no option", questionnaire[name].text, count, message)
    return whole


def _known_names(
    body: Rows, identity: Mapping[int, str], questionnaire: Questionnaire
) -> KnownNames:
    """The names of the identity columns; words that the questionnaire uses are no names."""
    people, phrases = known_phrases(identity, body)
    wording = {
        text
        for question in questionnaire.questions
        for text in (*question.wordings, *question.choices.values(), *question.rows.values())
    }
    return KnownNames(people, phrases, wording)


def _is_synthetic(titles: list[str], body: Rows) -> bool:
    """Whether any respondent came in through a collector that is marked as synthetic."""
    positions = [i for i, title in enumerate(titles) if key(title) == "collectorid"]
    return any("SYNTHETIC" in text.upper() for i in positions for text in body.columns[i].texts)
