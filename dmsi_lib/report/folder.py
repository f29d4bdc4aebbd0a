"""What stands in a report's folder beside the pages: figures, tables, the ledger, and the words of
the front page, every number computed."""

# Other commands write tables as reports do; what makes pages is not loaded for them.
from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from dmsi_lib.disclosure import COMPLEMENTARY, PRIMARY
from dmsi_lib.figures import HIDDEN
from dmsi_lib.files import write_csv
from dmsi_lib.open_answers import key_beside, pseudonymise
from dmsi_lib.tables import ROUTING, THEMES, TableName, file_names
from dmsi_lib.wording import SYNTHETIC_MARK

if TYPE_CHECKING:
    from dmsi_lib.pages import PageContext
    from dmsi_lib.survey import PublicSurvey, Survey


def marked(table: pd.DataFrame, survey: Survey | PublicSurvey) -> pd.DataFrame:
    """A table with a last column that says what kind of data it was counted from.

    Parameters
    ----------
    table : left as it is
    survey : the one it was counted from
    """
    return table.assign(data="synthetic" if survey.synthetic else "export")


def audience_line(public: bool, min_cell: int) -> str:
    """Who may read a report, for the top of every page."""
    if public:
        return f"Public: figures of fewer than {min_cell} respondents are suppressed."
    return "Internal: shows small groups; not for publication."


def page_context(survey: Survey | PublicSurvey, min_cell: int, title: str = "") -> PageContext:
    """What all pages of a report about a group, with that title, have in common."""
    from dmsi_lib.pages import PageContext

    badge = f"{SYNTHETIC_MARK}: no real respondent gave these answers." if survey.synthetic else ""
    name = survey.questionnaire.title
    return PageContext(
        title=f"{name}: {title}" if title else name,
        badge=badge,
        audience=audience_line(survey.public, min_cell),
        note=f"{survey!r}.",
        tables=frozenset(table_names(survey)),
        figures=True,
        sampling=survey.questionnaire.sampling,
    )


def facts(survey: Survey | PublicSurvey, versions: Mapping[str, str], made: str) -> dict[str, str]:
    """What data these are, for the front page: dict of term to text."""
    conditions = str(survey.where) or "all"
    return {
        "Data": f"{SYNTHETIC_MARK}, invented" if survey.synthetic else "an export",
        "Respondents": f"{HIDDEN if survey.n is None else survey.n} ({conditions})",
        "Edit": survey.edit,
        "Base": survey.base,
        "Made": made.replace("T", " ").replace("+00:00", " UTC"),
        "Versions": ", ".join(f"{name} {version}" for name, version in versions.items()),
    }


def public_summary(survey: PublicSurvey) -> list[str]:
    """What a public report's front page says: how many respondents, how much is suppressed."""
    why = pd.concat(table() for table in tables_of(survey).values())["suppressed"]
    hidden = int((why != "").sum())
    sentences = [] if survey.n is None else [f"{survey.n} respondents opened the survey."]
    return [
        *sentences,
        "Every percentage names the base it stands on.",
        f"{hidden} of {len(why)} figures are suppressed, so that nobody can be recognised: "
        f"{int((why == PRIMARY).sum())} because few respondents stand behind them, "
        f"{int((why == COMPLEMENTARY).sum())} because those could be worked out from them.",
    ]


def internal_summary(survey: Survey) -> list[str]:
    """What an internal report's front page says."""
    routing = survey.routing()
    off_route = int((routing["off_route"] + routing["gate_unknown_answered"]).sum())
    # What the number rests on is said in one breath with it.
    source = survey.flow.off_route_source if off_route else ""
    sentences = [
        f"{survey.n} respondents opened the survey; its routing rules lead them through "
        f"{len(routing)} questions.",
        f"{off_route} answers stand where the routing rules expect none. {source}".rstrip(),
        "Every percentage names the base it stands on.",
    ]
    if survey.published:
        match = survey.published.reproduced()
        sentences.append(
            f"{int(match.sum())} of {len(match)} figures and statements of the published report "
            "come out as printed; the reproduction section explains the others. "
            f"{survey.published.made_to_fit}".rstrip()
        )
    return sentences


def tables_of(survey: Survey | PublicSurvey) -> dict[TableName, Callable[[], pd.DataFrame]]:
    """The tables of a report, to be counted when asked for: of each question, of the themes of each
    coded open question, and the routing where it may be seen."""
    questions = (question.id for question in survey.questionnaire.questions)
    tables: dict[TableName, Callable[[], pd.DataFrame]]
    tables = {TableName(name): partial(survey.table, name) for name in questions}
    for name in survey.themes.coded:
        tables[TableName(name, THEMES)] = partial(survey.themes.table, name)
    return tables if survey.public else tables | {ROUTING: survey.routing}


def table_names(survey: Survey | PublicSurvey) -> set[str]:
    """Names, without ending, of the files that `write_tables` writes."""
    files = file_names(survey.questionnaire)
    return {files[name] for name in tables_of(survey)}


def write_tables(folder: Path, survey: Survey | PublicSurvey) -> None:
    """A CSV file for each table."""
    folder.mkdir()
    files = file_names(survey.questionnaire)
    for name, table in tables_of(survey).items():
        write_csv(folder / f"{files[name]}.csv", marked(table(), survey))


def reconcile_tables(survey: Survey) -> dict[str, pd.DataFrame]:
    """The tables of `dmsi reconcile`: routing, off-route answers, both edits and what they leave;
    respondents under pseudonyms.

    Parameters
    ----------
    survey : with edit "none"

    Returns
    -------
    tables by the name of their file
    """
    others = [survey.with_(edit=edit) for edit in ("gate", "follow_up")]
    key = key_beside(survey.export.path, survey.synthetic)
    edits = pd.concat([s.flow.edits.assign(edit=s.edit) for s in others], ignore_index=True)
    undecided = pd.concat([s.flow.undecided.assign(edit=s.edit) for s in others], ignore_index=True)
    tables = {
        "routing.csv": survey.routing(),
        "off_route.csv": pseudonymise(survey.flow.off_route(), key),
        "edits.csv": pseudonymise(edits, key),
        "undecided.csv": pseudonymise(undecided, key),
    }
    return {name: marked(table, survey) for name, table in tables.items()}
