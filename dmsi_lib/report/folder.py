"""What stands in a report's folder beside the pages: figures, tables, the ledger, and the words of
the front page, every number computed."""

# Other commands write tables as reports do; what makes pages is not loaded for them.
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from dmsi_lib.figures import HIDDEN
from dmsi_lib.files import csv_bytes, write_together
from dmsi_lib.open_answers import key_beside, pseudonymise
from dmsi_lib.tables import ROUTING, THEMES, TableName, file_names, waves_file
from dmsi_lib.wording import SYNTHETIC_MARK, how_many

if TYPE_CHECKING:
    from dmsi_lib.pages import Finding, Front, PageContext
    from dmsi_lib.questionnaire import Questionnaire
    from dmsi_lib.survey import PublicSurvey, SummedFiles, Survey, WaveComparison
    from dmsi_lib.where import Where

_EDITS = {
    "none": "Counted as they were given",
    "gate": "Without those to questions that were not meant for the respondent",
    "follow_up": "With the fewest changes that make each respondent's answers fit together",
}
_BASES = {
    "answered": "Of those who answered the question",
    "universe": "Of those who were to be asked the question; blanks are “Not stated”",
}


def marked(
    table: pd.DataFrame, survey: Survey | PublicSurvey | WaveComparison | SummedFiles
) -> pd.DataFrame:
    """A table with a last column that says what kind of data it was counted from.

    Parameters
    ----------
    table : left as it is
    survey : the one, or the two, that it was counted from
    """
    return table.assign(data="synthetic" if survey.synthetic else "export")


def audience_line(public: bool, min_cell: int) -> str:
    """Who may read a report, for the top of every page."""
    if public:
        return f"Public: figures of fewer than {min_cell} respondents are suppressed."
    return "Internal: shows small groups; not for publication."


def page_context(survey: Survey | PublicSurvey, min_cell: int, title: str = "") -> PageContext:
    """What all pages of a report have in common; `title` names its group in a batch."""
    from dmsi_lib.pages import PageContext

    badge = f"{SYNTHETIC_MARK}: no real respondent gave these answers." if survey.synthetic else ""
    questionnaire = survey.questionnaire
    group = title or group_label(survey.where, questionnaire)
    name = questionnaire.title
    return PageContext(
        title=f"{name}: {group}" if group else name,
        badge=badge,
        audience=audience_line(survey.public, min_cell),
        note=f"{f'{name} {questionnaire.wave}'.strip()}. {respondents(survey)}.",
        tables=frozenset(table_names(survey)),
        figures=True,
        group=f"Only those who answered: {group}" if group else "",
        sampling=survey.questionnaire.sampling,
    )


def group_label(where: Where, questionnaire: Questionnaire) -> str:
    """The answers that make a group, in words: "Ontario or Alberta, not Management"."""
    parts = []
    for condition in where.conditions:
        choices = questionnaire[condition.question].choices
        answers = " or ".join(choices.get(code, code) for code in condition.codes)
        parts.append(f"not {answers}" if condition.negated else answers)
    return ", ".join(parts)


def respondents(survey: Survey | PublicSurvey) -> str:
    """How many there are, in words."""
    return how_many(HIDDEN if survey.n is None else survey.n, "respondent")


def front_of(
    survey: Survey | PublicSurvey,
    findings: Sequence[Finding],
    versions: Mapping[str, str],
    made: str,
) -> Front:
    """The front page's words.

    Parameters
    ----------
    survey : what the report is about
    findings : what its sections found
    versions : of Python and of packages, by name
    made : when, as ISO 8601
    """
    from dmsi_lib.pages import Front

    questionnaire = survey.questionnaire
    name = f"“{questionnaire.title}” {questionnaire.wave}".rstrip()
    about = questionnaire.about or f"This report shows what people answered in the survey {name}."
    return Front([about], findings, reading_guide(survey), facts(survey, versions, made))


def reading_guide(survey: Survey | PublicSurvey) -> dict[str, str]:
    """How to read the report, term to text."""
    guide = {
        "Base": "The people a percentage is counted from. It stands beside the percentage, since "
        "not everybody was asked every question.",
        "Percent": "How many of each hundred people in the base. Where people could tick several "
        "answers, the percentages add up to more than a hundred.",
        "Interval": "How far a percentage could move by chance. It does not tell how those who "
        "stayed silent would have answered.",
        "Difference": "Two groups differ only where the gap is larger than chance would explain. "
        "If not, we say they answered alike.",
    }
    if survey.synthetic:
        guide["Synthetic"] = (
            "A program made these answers. No real person gave them. What a person's answers have "
            "to do with each other is made up as well."
        )
    if survey.public:
        guide[HIDDEN] = "A figure that is hidden, so that nobody can be recognised."
    return guide


def facts(survey: Survey | PublicSurvey, versions: Mapping[str, str], made: str) -> dict[str, str]:
    """About the numbers, for the front page: dict of term to text."""
    group = group_label(survey.where, survey.questionnaire)
    return {
        "Data": "Made by a program" if survey.synthetic else "An export of the survey",
        "Respondents": f"{HIDDEN if survey.n is None else f'{survey.n:,}'} ({group or 'all'})",
        "Answers": _EDITS[survey.edit],
        "Percentages": _BASES[survey.base],
        "Made": made.replace("T", " ").replace("+00:00", " UTC"),
        "Versions": ", ".join(f"{name} {version}" for name, version in versions.items()),
    }


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
    waves = {waves_file(survey.questionnaire)} if survey.choices.baseline else set()
    return {files[name] for name in tables_of(survey)} | waves


def write_tables(
    folder: Path, survey: Survey | PublicSurvey, waves: WaveComparison | None = None
) -> None:
    """A CSV file for each table, and one for the shares that stand in an earlier wave, too."""
    folder.mkdir()
    files = file_names(survey.questionnaire)
    contents = {
        folder / f"{files[name]}.csv": csv_bytes(marked(table(), survey))
        for name, table in tables_of(survey).items()
    }
    if waves is not None:
        place = folder / f"{waves_file(survey.questionnaire)}.csv"
        contents[place] = csv_bytes(marked(waves.table, waves))
    write_together(contents)


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
