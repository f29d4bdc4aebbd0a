"""A report's folder: executed notebooks, pages, tables, figures, the ledger, run.json."""

import base64
import importlib.metadata
import json
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import pandas as pd
from bs4 import BeautifulSoup

from dmsi_lib.counts import CODEBOOK, PUBLISHED_FIGURES, QUESTIONNAIRE, SYNTHETIC_EXPORT
from dmsi_lib.display import SYNTHETIC_MARK
from dmsi_lib.execution import run_notebook, section_notebooks
from dmsi_lib.files import replaced_folder, sha256, write_csv, write_text
from dmsi_lib.pages import describe_section, make_exporter, render_index, render_section
from dmsi_lib.survey import Survey

PACKAGES = ("pandas", "numpy", "seaborn", "matplotlib", "statsmodels", "papermill", "nbconvert")


def make_report(out, *, export=None, questionnaire=None, edit="none", base="answered", where=(),
                only=None, progress=print):  # fmt: skip
    """Execute the notebooks and write a report's folder.

    Parameters
    ----------
    out : path of the folder; replaced as a whole once everything has worked
    export, questionnaire, edit, base, where : as in `Survey.load`
    only : list of str, optional
        Beginnings of notebook names; all sections by default.
    progress : callable of str
        Told what happens.

    Returns
    -------
    Path of index.html

    Raises
    ------
    DmsiError
        Before anything is written where the input is refused; nothing is replaced where a notebook
        fails.
    """
    notebooks = section_notebooks(only)
    survey = Survey.load(export, questionnaire, edit, base, list(where))
    # Absolute, since a kernel need not start in this folder.
    parameters = {
        "export": str(Path(export).resolve()) if export else None,
        "questionnaire": str(Path(questionnaire).resolve()) if questionnaire else None,
        "edit": edit,
        "base": base,
        "where": list(where),
    }
    out = Path(out)
    with replaced_folder(out) as folder:
        (folder / "notebooks").mkdir()
        runs = []
        for source in notebooks:
            run = run_notebook(source, folder / "notebooks" / source.name, parameters)
            progress(f"{run.name}  {run.seconds:.1f} s")
            runs.append(run)
        write_pages(folder, runs, survey)
        write_tables(folder / "tables", survey)
        if has_ledger(survey):
            ledger = survey.reproduction().assign(reproduced_by=survey.readings.reproduced_by)
            write_csv(folder / "reproduction.csv", marked(ledger, survey))
        write_text(folder / "run.json", run_record(runs, survey, parameters))
    return out / "index.html"


def has_ledger(survey):
    """Whether published figures lie beside the questionnaire."""
    return (Path(survey.questionnaire.path).parent / PUBLISHED_FIGURES.name).exists()


def marked(table, survey):
    """A table with a last column that says what kind of data it was counted from."""
    return table.assign(data="synthetic" if survey.synthetic else "export")


def write_pages(folder, runs, survey):
    """One page a notebook, the index, and the figures as files."""
    (folder / "figures").mkdir()
    executed = {run.name: nbformat.read(run.path, as_version=4) for run in runs}
    sections = [describe_section(notebook, name) for name, notebook in executed.items()]
    context = page_context(survey)
    exporter = make_exporter()
    for section, (name, notebook) in zip(sections, executed.items(), strict=True):
        page = render_section(notebook, section, sections, context, exporter)
        write_text(folder / section.file, page)
        for file, content in pictures(notebook):
            place = _free_name(folder / "figures" / f"{name[:2]}_{file}")
            place.write_bytes(content)
    write_text(folder / "index.html", render_index(sections, summary(survey), context))


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


def page_context(survey):
    """Title, badge and footer note of every page."""
    note = f"{survey!r}."
    badge = f"{SYNTHETIC_MARK}: no real respondent gave these answers." if survey.synthetic else ""
    return {"title": survey.questionnaire.title, "badge": badge, "note": note}


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


def write_tables(folder, survey):
    """A CSV file for each question, and one for the themes of each coded open question."""
    folder.mkdir()
    for question in survey.questionnaire.questions:
        write_csv(folder / f"{question.id}.csv", marked(survey.table(question.id), survey))
        if question.id in survey.tags:
            themes = marked(survey.theme_table(question.id), survey)
            write_csv(folder / f"{question.id}_themes.csv", themes)
    write_csv(folder / "routing.csv", marked(survey.routing(), survey))


def run_record(runs, survey, parameters):
    """run.json: what went in, how, with which versions, and how long it took."""
    data = Path(survey.questionnaire.path).parent
    inputs = [Path(survey.export.path), Path(survey.questionnaire.path)]
    inputs += [p for n in (PUBLISHED_FIGURES, CODEBOOK) if (p := data / n.name).exists()]
    tags = {f"tags/{name}.csv": survey.tag_folder / f"{name}.csv" for name in survey.tags}
    shown = parameters | {
        "export": Path(parameters["export"] or SYNTHETIC_EXPORT).name,
        "questionnaire": Path(parameters["questionnaire"] or QUESTIONNAIRE).name,
    }
    record = {
        "synthetic": survey.synthetic,
        "data": SYNTHETIC_MARK.lower() if survey.synthetic else "export",
        "respondents": survey.n,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "inputs": {
            name: sha256(path) for name, path in ({p.name: p for p in inputs} | tags).items()
        },
        "parameters": shown,
        "versions": {name: importlib.metadata.version(name) for name in PACKAGES},
        "seconds": {run.name: round(run.seconds, 2) for run in runs},
    }
    return json.dumps(record, indent=2) + "\n"


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
