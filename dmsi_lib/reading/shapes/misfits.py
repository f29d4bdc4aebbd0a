"""Options and rows without a column, and answered columns without an option or row."""

from collections.abc import Container, Mapping
from dataclasses import replace

from dmsi_lib.questionnaire import Question
from dmsi_lib.reading.answers.codes import new_code
from dmsi_lib.reading.answers.labels import Labels, option_labels, row_labels
from dmsi_lib.reading.answers.ticks import only_ticks
from dmsi_lib.reading.change_log import Proposal
from dmsi_lib.reading.header.column_names import shortened, where
from dmsi_lib.reading.header.headers import is_response
from dmsi_lib.reading.shapes.found_block import FoundBlock, Shape
from dmsi_lib.wording import Wordings, continued, same

_ONE = {"options": "option", "rows": "row"}
_RANK_DIGITS = 4


def without_missing(
    found: FoundBlock, kind: str, have: Container[str], rest: Mapping[int, str]
) -> Question:
    """The question without those of its optional options or rows that have no column.

    Any other without a column is a fault. `kind` is "options" or "rows".
    """
    question = found.question
    names = question.choices if kind == "options" else question.rows
    missing = {code: label for code, label in names.items() if code not in have}
    optional = {code for code in missing if code in question.optional_codes}
    if len(missing) == len(names):
        optional = set()
    for code in optional:
        message = f"{_ONE[kind]} '{code}' of {question.id} has no column; left out"
        found.changes.note("not in the file", missing[code], None, message)
    if optional and kind == "options":
        question = replace(question, options=_without(question.options, optional))
    elif optional:
        question = replace(question, rows=_without(question.rows, optional))
    free = Wordings((subtitle, subtitle) for subtitle in rest.values() if subtitle)
    lacking = Wordings((label, label) for label in missing.values())
    for code in (code for code in missing if code not in optional):
        near = free.suggest(missing[code])
        if near is not None and lacking.suggest(near) != missing[code]:
            near = None  # it is nearer to another one
        _refuse_missing(found, kind, code, near or continued(missing[code], [*rest.values()]))
    return question


def _without(labels: Mapping[str, str], codes: Container[str]) -> dict[str, str]:
    return {code: label for code, label in labels.items() if code not in codes}


def _refuse_missing(found: FoundBlock, kind: str, code: str, near: str | None) -> None:
    question = found.question
    label = (question.choices if kind == "options" else question.rows)[code]
    proposal = Proposal("optional", "true", found.question.id, code)
    if near is not None:
        proposal = Proposal(kind, near, found.question.id, code)
    hint = f" Near to it is '{near}'." if near else ""
    if label in question.all_others and not near:
        hint = " Write the label that the file has there into `other`, or leave `other` out."
    found.changes.fault(
        f"{found.subject}: {_ONE[kind]} '{code}' has no column '{shortened(label)}' under "
        f"{where(found.block)}.{hint}",
        proposal,
    )


def sort_rest(found: FoundBlock, shape: Shape) -> None:
    """A fault for each further column that holds answers, a finding for each that does not."""
    question = shape.question
    kind = "rows" if question.rows else "options"
    taken = {*question.rows} if question.rows else {*question.choices}
    for position, subtitle in shape.rest.items():
        column = found.texts[position]
        if _is_companion(found, shape, position):
            found.changes.fault(
                f"{found.called(position)}: {column.filled} texts beside the answer of that name, "
                f"which '{question.id}' (line {question.line}) does not have.",
                Proposal("other", subtitle, question.id),
            )
            continue
        if not _is_answered(found, position, subtitle):
            message = f"not among the {kind} of {question.id}"
            holds = f"; filled by {column.filled}" if column.filled else ""
            name = subtitle or found.block.name
            found.changes.note("column ignored", name, column.filled, message + holds)
            found.changes.leave(position, message)
            continue
        labels = row_labels(question) if question.rows else option_labels(question)
        proposal, hint = _place_for(subtitle, labels, shape, kind, taken)
        taken.add(proposal.code)
        found.changes.fault(
            f"{found.called(position)}: {column.filled} answers to {_article(kind)} that "
            f"'{question.id}' (line {question.line}) does not have.{hint}",
            proposal,
        )


def _article(kind: str) -> str:
    return {"options": "an option", "rows": "a row"}[kind]


def _place_for(
    subtitle: str, labels: Labels, shape: Shape, kind: str, taken: Container[str]
) -> tuple[Proposal, str]:
    """What would give a column its place: an alias of what has no column, or a code of its own."""
    question = shape.question
    near = labels.near(subtitle) or _begun(subtitle, labels, shape)
    hint = f" Near to '{near[1]}'." if near else ""
    if near and near[0] not in shape.columns:
        return Proposal(kind, subtitle, question.id, near[0]), hint
    return Proposal(kind, subtitle, question.id, new_code(subtitle, taken)), hint


def _is_companion(found: FoundBlock, shape: Shape, position: int) -> bool:
    """Whether a column holds what was written beside an answer that the questionnaire lacks.

    The answer is in the one column of answers, or has a column of ticks under the same label.
    """
    question, subtitle = shape.question, shape.rest[position]
    texts = found.texts[position].texts
    if question.type not in ("single", "multiple") or not texts or only_ticks(texts, subtitle):
        return False
    if option_labels(question).find(subtitle) is not None:
        return False
    answers = shape.columns[""].texts if "" in shape.columns else []
    ticked = any(
        only_ticks(found.texts[other].texts, subtitle)
        for other, text in shape.rest.items()
        if other != position and same(text, subtitle)
    )
    return ticked or (bool(found.responses) and any(same(text, subtitle) for text in answers))


def _begun(subtitle: str, labels: Labels, shape: Shape) -> tuple[str, str] | None:
    """The code and label without a column that a subtitle goes on from; None if there is none."""
    rest = [text for text in shape.rest.values() if text]
    return next(
        (
            (code, texts[0])
            for code, texts in labels.texts.items()
            if code not in shape.columns and continued(texts[0], rest) == subtitle
        ),
        None,
    )


def _is_answered(found: FoundBlock, position: int, subtitle: str) -> bool:
    """Whether a column without an option holds answers, not the remarks of a comment field."""
    question, column = found.question, found.texts[position]
    if is_response(subtitle) or not column.texts:
        return False
    if question.type == "single" and found.responses:
        return False
    if question.type in ("multiple", "single"):
        return any(same(text, subtitle) for text in column.texts) or only_ticks(
            column.texts, subtitle
        )
    if question.type == "ranking":
        return all(text.isdigit() and len(text) <= _RANK_DIGITS for text in column.texts)
    if question.type in ("matrix", "matrix_multiple"):
        labels = option_labels(question)
        known = [labels.find(text) is not None for text in column.texts]
        return 2 * int(column.counts[known].sum()) >= column.filled
    return bool(question.rows)
