"""What stands in a report's folder beside the pages: figures, tables, the ledger, and the words of
the front page, every number computed."""

import base64
from pathlib import Path

import pandas as pd
from bs4 import BeautifulSoup

from dmsi_lib.display import SYNTHETIC_MARK
from dmsi_lib.files import write_csv
from dmsi_lib.inputs import PUBLISHED_FIGURES
from dmsi_lib.survey import Survey


def has_ledger(survey):
    """Whether published figures lie beside the questionnaire."""
    return (Path(survey.questionnaire.path).parent / PUBLISHED_FIGURES.name).exists()


def marked(table, survey):
    """A table with a last column that says what kind of data it was counted from."""
    return table.assign(data="synthetic" if survey.synthetic else "export")


def page_context(survey, title=""):
    """Title, badge, audience, footer note and linked files of every page.

    Parameters
    ----------
    survey : Survey
    title : str, optional
        The group that the report is about.
    """
    badge = f"{SYNTHETIC_MARK}: no real respondent gave these answers." if survey.synthetic else ""
    name = survey.questionnaire.title
    return {
        "title": f"{name}: {title}" if title else name,
        "badge": badge,
        "note": f"{survey!r}.",
        "tables": sorted(table_names(survey)),
        "figures": True,
    }


def facts(survey, versions, made):
    """What data these are, for the front page: dict of term to text."""
    conditions = ", ".join("=".join(pair) for pair in survey.where) or "all"
    return {
        "Data": f"{SYNTHETIC_MARK}, invented" if survey.synthetic else "an export",
        "Respondents": f"{survey.n} ({conditions})",
        "Edit": survey.edit,
        "Base": survey.base,
        "Made": made.replace("T", " ").replace("+00:00", " UTC"),
        "Versions": ", ".join(f"{name} {version}" for name, version in versions.items()),
    }


def summary(survey):
    """The front page's sentences, every number computed."""
    routing = survey.routing()
    off_route = int((routing["off_route"] + routing["gate_unknown_answered"]).sum())
    sentences = [
        f"{survey.n} respondents opened the survey; its routing rules lead them through "
        f"{len(routing)} questions.",
        f"{off_route} answers stand where the routing rules expect none; every percentage names "
        "the base it stands on.",
    ]
    if has_ledger(survey):
        match = survey.reproduction()["match"]
        sentences.append(
            f"{int(match.sum())} of {len(match)} figures and statements of the published report "
            "come out as printed; the reproduction section explains the others."
        )
    return sentences


def ledger(survey):
    """Every published figure beside ours, with the readings that reproduce it."""
    reproduced_by = survey.readings.reproduced_by
    return marked(survey.reproduction().assign(reproduced_by=reproduced_by), survey)


def table_names(survey):
    """Names, without ending, of the files that `write_tables` writes."""
    questions = [question.id for question in survey.questionnaire.questions]
    return {*questions, *(f"{name}_themes" for name in survey.tags), "routing"}


def write_tables(folder, survey):
    """A CSV file for each question, and one for the themes of each coded open question."""
    folder.mkdir()
    for question in survey.questionnaire.questions:
        write_csv(folder / f"{question.id}.csv", marked(survey.table(question.id), survey))
        if question.id in survey.tags:
            themes = marked(survey.theme_table(question.id), survey)
            write_csv(folder / f"{question.id}_themes.csv", themes)
    write_csv(folder / "routing.csv", marked(survey.routing(), survey))


def write_figures(folder, runs):
    """The figures of executed notebooks as files, under the number of their section."""
    folder.mkdir()
    for run in runs:
        for file, content in pictures(run.notebook):
            _free_name(folder / f"{run.name[:2]}_{file}").write_bytes(content)


def _free_name(path):
    """The path itself, or, where a section shows a question twice, with a number behind it."""
    names = (path, *(path.with_stem(f"{path.stem}_{n}") for n in range(2, 1000)))
    return next(name for name in names if not name.exists())


def pictures(notebook):
    """Pairs of file name and bytes of the figures in an executed notebook."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            for form, metadata in output.get("metadata", {}).items():
                name = metadata.get("name") if isinstance(metadata, dict) else None
                if name and form == "image/png":
                    yield f"{name}.png", base64.b64decode(output["data"][form])
                elif name and form == "text/html":
                    source = BeautifulSoup(output["data"][form], "html.parser").img["src"]
                    yield f"{name}.svg", base64.b64decode(source.partition(",")[2])


def reconcile_tables(survey):
    """The tables of `dmsi reconcile`: routing, off-route answers, both edits and what they leave.

    Parameters
    ----------
    survey : Survey with edit "none"

    Returns
    -------
    dict of file name to DataFrame
    """
    others = [
        Survey(survey.questionnaire, survey.export, edit=edit) for edit in ("gate", "follow_up")
    ]
    edits = pd.concat([s.edits.assign(edit=s.edit) for s in others], ignore_index=True)
    undecided = pd.concat([s.undecided.assign(edit=s.edit) for s in others], ignore_index=True)
    tables = {
        "routing.csv": survey.routing(),
        "off_route.csv": survey.off_route(),
        "edits.csv": edits,
        "undecided.csv": undecided,
    }
    return {name: marked(table, survey) for name, table in tables.items()}
