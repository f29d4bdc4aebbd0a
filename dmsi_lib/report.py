"""A report's folder: executed notebooks, pages, tables, figures, the ledger, run.json."""

import base64
import importlib.metadata
import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
from bs4 import BeautifulSoup

from dmsi_lib.counts import CODEBOOK, PUBLISHED_FIGURES, QUESTIONNAIRE, SYNTHETIC_EXPORT
from dmsi_lib.display import SYNTHETIC_MARK
from dmsi_lib.execution import (
    check_parameters,
    read_source,
    run_notebooks,
    section_notebooks,
    start_kernels,
)
from dmsi_lib.files import replaced_folder, sha256, write_csv, write_text
from dmsi_lib.pages import describe_section, make_exporter, render_index, render_section
from dmsi_lib.survey import Survey

PACKAGES = ("pandas", "numpy", "seaborn", "matplotlib", "statsmodels", "papermill", "nbconvert")


def make_report(out, *, export=None, questionnaire=None, edit="none", base="answered", where=(),
                only=None, jobs=None, warm=True, progress=print):  # fmt: skip
    """Execute the notebooks and write a report's folder.

    Parameters
    ----------
    out : path of the folder; replaced as a whole once everything has worked
    export, questionnaire, edit, base, where : as in `Survey.load`
    only : list of str, optional
        Beginnings of notebook names; all sections by default.
    jobs : int, optional
        How many notebooks run at a time; as many as there are cores by default.
    warm : bool
        Whether kernels may be forked from a warmed process, where the system allows it.
    progress : callable of str
        Told each notebook's name and seconds once its page is written.

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
    # Absolute, since a kernel need not start in this folder.
    parameters = {
        "export": str(Path(export).resolve()) if export else None,
        "questionnaire": str(Path(questionnaire).resolve()) if questionnaire else None,
        "edit": edit,
        "base": base,
        "where": list(where),
    }
    for source in notebooks:
        check_parameters(source, parameters)
    out = Path(out)
    # First of all, since the kernels warm up while the data are read here.
    with start_kernels(len(notebooks), warm) as kernels:
        survey = Survey.load(export, questionnaire, edit, base, list(where))
        with replaced_folder(out) as folder:
            (folder / "notebooks").mkdir()
            sections = {p.stem: describe_section(read_source(p), p.stem) for p in notebooks}
            runs = run_notebooks(
                *(notebooks, folder / "notebooks", parameters, kernels, jobs),
                finished=page_writer(folder, sections, page_context(survey)),
                progress=lambda run: progress(f"{run.name}  {run.seconds:.1f} s"),
            )
            write_index(folder, runs, sections, survey)
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


def page_writer(folder, sections, context):
    """A function that writes the page of a `Run`; threads may call it side by side.

    Parameters
    ----------
    folder : Path
    sections : dict of notebook name to Section
    context : as for `render_section`
    """
    own = threading.local()  # an exporter serves one thread

    def write_page(run):
        if not hasattr(own, "exporter"):
            own.exporter = make_exporter()
        section = sections[run.name]
        page = render_section(
            *(run.notebook, section, list(sections.values()), context, own.exporter)
        )
        write_text(folder / section.file, page)

    return write_page


def write_index(folder, runs, sections, survey):
    """The front page, and the figures as files."""
    (folder / "figures").mkdir()
    for run in runs:
        for file, content in pictures(run.notebook):
            place = _free_name(folder / "figures" / f"{run.name[:2]}_{file}")
            place.write_bytes(content)
    page = render_index(list(sections.values()), summary(survey), page_context(survey))
    write_text(folder / "index.html", page)


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
