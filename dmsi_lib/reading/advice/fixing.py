"""`dmsi check --fix`: the questionnaire with every proposal that helps, each marked."""

from functools import partial
from pathlib import Path
from typing import NamedTuple

from dmsi_lib.errors import InputError
from dmsi_lib.files import Place, write_text
from dmsi_lib.questionnaire import commented, yaml_text
from dmsi_lib.reading.advice.remedies import LINE, Instrument, Interpret, accepted_remedies
from dmsi_lib.reading.change_log import Refused
from dmsi_lib.reading.export import interpreted
from dmsi_lib.reading.rows.file_rows import Numbered, read_rows

_MOST_ROUNDS = 5


class Change(NamedTuple):
    """A change of a questionnaire: of which question ("" for the rest), how it reads, and why."""

    question: str
    yaml: str
    why: str


class Fixed(NamedTuple):
    """What was changed, and why the export is refused all the same; None where it is accepted."""

    changes: list[Change]
    refused: InputError | None


def fix_questionnaire(export: Place, questionnaire: Place, out: Place) -> Fixed:
    """Write a questionnaire that fits an export better, with a comment at every change.

    Comments, order and layout stay as they were. Nothing is written where nothing is to change.

    Parameters
    ----------
    export, questionnaire : str or Path
        The questionnaire is read, and left as it is.
    out : str or Path
        The file to write, which must not be there.

    Returns
    -------
    Fixed

    Raises
    ------
    InputError
        Where a file can't be read, or `out` is there already or can't be written.
    """
    out = Path(out)
    if out.exists() or out.is_symlink():
        raise InputError(
            f"{out}: is there already, and nothing is overwritten. Choose another name."
        )
    if not out.parent.is_dir():
        raise InputError(f"{out}: there is no folder {out.parent} to write to.")
    rows = read_rows(export)
    interpret = partial(interpreted, path=Path(export))
    instrument = Instrument(str(questionnaire), yaml_text(questionnaire))
    instrument, changes, refused = _rounds(instrument, interpret, rows)
    if changes:
        comments: dict[str, list[str]] = {}
        for change in changes:
            comments.setdefault(change.question, []).append(
                f"proposed: {change.yaml}, since {change.why}"
            )
        write_text(out, commented(instrument.text, comments))
        # What counts is what is in the file now.
        refused = _refusal(Instrument(str(out), yaml_text(out)), interpret, rows)
    return Fixed(changes, refused)


def fixed_text(text: str, rows: Numbered, path: Path) -> str:
    """A questionnaire's text with every proposal after which the rows of a file fit it better.

    Parameters
    ----------
    text : YAML of a questionnaire
    rows : as from `read_rows`
    path : of the file, for messages
    """
    instrument = Instrument("questionnaire", text)
    return _rounds(instrument, partial(interpreted, path=path), rows)[0].text


def _rounds(
    instrument: Instrument, interpret: Interpret, rows: Numbered
) -> tuple[Instrument, list[Change], InputError | None]:
    """The instrument after what helps, the changes, and why the rows are refused all the same."""
    changes: list[Change] = []
    refused: InputError | None = None
    for _ in range(_MOST_ROUNDS):
        refused = _refusal(instrument, interpret, rows)
        if not isinstance(refused, Refused):
            break
        accepted, _ = accepted_remedies(refused, instrument, interpret, rows)
        if not accepted:
            break
        for fault, remedy in zip(accepted, instrument.remedies(accepted), strict=True):
            why = refused.marked(LINE.sub("", fault.text))
            changes += [Change(name, yaml, why) for name, yaml in remedy]
        instrument = instrument.changed(instrument.change(accepted))
    return instrument, changes, refused


def _refusal(instrument: Instrument, interpret: Interpret, rows: Numbered) -> InputError | None:
    """Why the rows are refused; None where they are accepted."""
    questionnaire = instrument.questionnaire
    try:
        interpret(rows, questionnaire)
    except InputError as error:
        return error
    return None
