"""What `dmsi check` prints about a survey, part by part."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dmsi_lib.errors import on_one_line
from dmsi_lib.wording import how_many

if TYPE_CHECKING:
    from dmsi_lib.survey import Survey


def check_lines(survey: "Survey") -> Iterator[str]:
    """Every finding about the file and the questionnaire, a line each."""
    yield repr(survey)
    for part in (_reading, _identities, _skip_logic, _published, _folder, _columns):
        yield from map(on_one_line, part(survey))


def _reading(survey: "Survey") -> Iterator[str]:
    from dmsi_lib.reading import SUSPECTS, contradictory, suspects

    export = survey.export
    if export.field_period:
        yield f"In the field: {export.field_period}"
    yield ""
    findings = how_many(len(export.findings), "finding")
    yield f"Reading: {findings}, {how_many(len(export.log), 'change')}"
    for finding in export.findings.itertuples():
        parts = (finding.kind, finding.column[:70], finding.message)
        yield "  " + ": ".join(filter(None, parts))
    if export.findings["kind"].isin(SUSPECTS).any():
        for kind, what, ids in suspects(export.responses, export.questionnaire):
            shown = ", ".join(ids)  # all: nobody is to leave out whom they have not seen
            yield f"  {kind} {what}: {shown}. To leave them out: exclude: [{shown}]"
    for name, code, ids in contradictory(export.responses, export.questionnaire):
        yield f"  {name}: respondents who ticked '{code}' and another option: {', '.join(ids)}"
    for rule, count in export.log["rule"].value_counts().items():
        yield f"  {count} cells: {rule}"


def _identities(survey: "Survey") -> Iterator[str]:
    from dmsi_lib.open_answers import free_texts, scan_answers

    export = survey.export
    texts = free_texts(export.responses, export.questionnaire)
    found = scan_answers(texts, export.identities)
    yield ""
    places = how_many(found["count"].sum(), "place")
    yield f"What names or reaches a person in the answers: {places}"
    for row in found.itertuples():
        yield f"  {row.question}: {row.count} of the kind {row.kind}"


def _skip_logic(survey: "Survey") -> Iterator[str]:
    routing = survey.routing().set_index("question")
    odd = routing[(routing["off_route"] + routing["gate_unknown_answered"]) > 0]
    yield ""
    questions = how_many(len(odd), "question")
    yield f"Skip logic: {questions} with answers where the rules expect none"
    for name, row in odd.iterrows():
        yield (
            f"  {name}: universe {row.universe}, answered {row.answered} in it, "
            f"{row.off_route} off-route, {row.gate_unknown_answered} with the gate blank"
        )
    if len(odd) and survey.flow.off_route_source:
        yield f"  {survey.flow.off_route_source}"


def _published(survey: "Survey") -> Iterator[str]:
    if not survey.published:
        return
    from dmsi_lib.published import READING

    arithmetic = survey.published.arithmetic()
    read = int((arithmetic["basis"] == READING).sum())
    yield ""
    yield (
        f"Published report against itself: {len(arithmetic) - read} findings of arithmetic, "
        f"{read} of our reading of its words"
    )
    for finding in arithmetic.itertuples():
        yield f"  line {finding.source_line}, {finding.question}: {finding.message}"


def _folder(survey: "Survey") -> Iterator[str]:
    from dmsi_lib.report import folder_lines

    yield from ("", "The survey's folder", *(f"  {line}" for line in folder_lines(survey.choices)))


def _columns(survey: "Survey") -> Iterator[str]:
    from dmsi_lib.reading import column_lines

    first, *others = column_lines(survey.export.columns)
    yield from ("", first, *(f"  {line}" for line in others))
