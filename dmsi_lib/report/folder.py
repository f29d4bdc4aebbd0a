"""What stands in a report's folder beside the pages: figures, tables, the ledger, and the words of
the front page, every number computed."""

import pandas as pd

from dmsi_lib import pages
from dmsi_lib.disclosure import COMPLEMENTARY, PRIMARY
from dmsi_lib.figures import HIDDEN
from dmsi_lib.files import write_csv
from dmsi_lib.open_answers import key_beside, pseudonymise
from dmsi_lib.tables import ROUTING, THEMES, TableName, file_names
from dmsi_lib.wording import SYNTHETIC_MARK


def marked(table, survey):
    """A table with a last column that says what kind of data it was counted from."""
    return table.assign(data="synthetic" if survey.synthetic else "export")


def audience_line(public, min_cell):
    """Who may read a report, for the top of every page."""
    if public:
        return f"Public: figures of fewer than {min_cell} respondents are suppressed."
    return "Internal: shows small groups; not for publication."


def page_context(survey, min_cell, title=""):
    """Title, badge, audience, footer note and linked files of every page.

    Parameters
    ----------
    survey : Survey or PublicSurvey
    min_cell : int, the least number of respondents that a public report shows
    title : str, optional
        The group that the report is about.
    """
    badge = f"{SYNTHETIC_MARK}: no real respondent gave these answers." if survey.synthetic else ""
    name = survey.questionnaire.title
    return pages.PageContext(
        title=f"{name}: {title}" if title else name,
        badge=badge,
        audience=audience_line(survey.public, min_cell),
        note=f"{survey!r}.",
        tables=frozenset(table_names(survey)),
        figures=True,
    )


def facts(survey, versions, made):
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


def summary(survey):
    """The front page's sentences, every number computed."""
    return public_summary(survey) if survey.public else internal_summary(survey)


def public_summary(survey):
    """What a public report's front page says: how many respondents, how much is suppressed."""
    tables = [table for _, table in named_tables(survey)]
    why = pd.concat(tables)["suppressed"]
    hidden = int((why != "").sum())
    sentences = [] if survey.n is None else [f"{survey.n} respondents opened the survey."]
    return [
        *sentences,
        "Every percentage names the base it stands on.",
        f"{hidden} of {len(why)} figures are suppressed, so that nobody can be recognised: "
        f"{int((why == PRIMARY).sum())} because few respondents stand behind them, "
        f"{int((why == COMPLEMENTARY).sum())} because those could be worked out from them.",
    ]


def internal_summary(survey):
    """What an internal report's front page says."""
    routing = survey.routing()
    off_route = int((routing["off_route"] + routing["gate_unknown_answered"]).sum())
    sentences = [
        f"{survey.n} respondents opened the survey; its routing rules lead them through "
        f"{len(routing)} questions.",
        f"{off_route} answers stand where the routing rules expect none; every percentage names "
        "the base it stands on.",
    ]
    if survey.published:
        match = survey.published.reproduced()
        sentences.append(
            f"{int(match.sum())} of {len(match)} figures and statements of the published report "
            "come out as printed; the reproduction section explains the others."
        )
    return sentences


def ledger(survey):
    """Every published figure beside ours, with the readings that reproduce it."""
    reproduced_by = survey.readings.reproduced_by
    return marked(survey.published.reproduction().assign(reproduced_by=reproduced_by), survey)


def named_tables(survey):
    """Pairs of TableName and table: of each question, and of the themes of each coded open
    question."""
    for question in survey.questionnaire.questions:
        yield TableName(question.id), survey.table(question.id)
        if question.id in survey.themes.coded:
            yield TableName(question.id, THEMES), survey.themes.table(question.id)


def table_names(survey):
    """Names, without ending, of the files that `write_tables` writes."""
    names = [TableName(question.id) for question in survey.questionnaire.questions]
    names += [TableName(name, THEMES) for name in survey.themes.coded]
    names += [] if survey.public else [ROUTING]
    files = file_names(survey.questionnaire)
    return {files[name] for name in names}


def write_tables(folder, survey):
    """A CSV file for each table, and one for the routing where it may be seen."""
    folder.mkdir()
    tables, files = dict(named_tables(survey)), file_names(survey.questionnaire)
    if not survey.public:
        tables[ROUTING] = survey.routing()
    for name, table in tables.items():
        write_csv(folder / f"{files[name]}.csv", marked(table, survey))


def write_figures(folder, runs):
    """The figures of executed notebooks as files, under the number of their section."""
    folder.mkdir()
    for run in runs:
        for file, content in pages.figure_files(run.notebook, run.name).items():
            (folder / file).write_bytes(content)


def reconcile_tables(survey):
    """The tables of `dmsi reconcile`: routing, off-route answers, both edits and what they leave;
    respondents under pseudonyms.

    Parameters
    ----------
    survey : Survey with edit "none"

    Returns
    -------
    dict of file name to DataFrame
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
