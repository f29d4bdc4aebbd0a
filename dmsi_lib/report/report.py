"""Reports from start to end: the notebooks that must run are run, and the folders are filled.

A folder takes its place only once everything in it is written; what need not be done again is
taken over from the folder before it.
"""

import json
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat

from dmsi_lib.choices import input_files
from dmsi_lib.errors import InputError
from dmsi_lib.files import replaced_folder, sha256, write_csv, write_text
from dmsi_lib.pages import combine_pages, describe_section, find_browser, render_index, write_pdf
from dmsi_lib.report.execution import Task, render_page, run_tasks
from dmsi_lib.report.folder import (
    facts,
    ledger,
    page_context,
    summary,
    write_figures,
    write_tables,
)
from dmsi_lib.report.freshness import RECORD, versions
from dmsi_lib.report.public_release import plan_release, refuse_leaks, unreviewed_words
from dmsi_lib.survey import as_public, read_survey
from dmsi_lib.where import Where
from dmsi_lib.wording import SYNTHETIC_MARK

SINGLE_FILE, PDF = "report.html", "report.pdf"


@dataclass(frozen=True)
class Subject:
    """What a report tells of.

    Attributes
    ----------
    survey : Survey or PublicSurvey
    plan : Path of the plan of suppression, for the public
    words : Pieces of what respondents wrote, for a public report, which must not quote it
    named : int, how many reviewed quotations hold a name that only this machine can mark
    """

    survey: Any
    plan: Path | None = None
    words: Any = None
    named: int = 0


@dataclass(frozen=True)
class Result:
    """What came of a plan of work.

    Attributes
    ----------
    runs : list of Run, in the order of the notebooks
    summary : list of str, the front page's sentences
    """

    runs: list
    summary: list


def write_reports(out, plans, options, progress, kernels, whole=None, small=(), finish=None):
    """Write one report or a batch of them into a folder.

    Parameters
    ----------
    out : Path
    plans : list of PlannedReport
    options : Options
    progress : callable of str
    kernels : as from `start.start_kernels`
    whole : Survey, optional
        That of everybody, where it has been read already.
    small : list of Where, of the groups that are too small for a report
    finish : callable of (folder, surveys), optional
        Writes what a batch has besides its reports.
    """
    if options.pdf:
        find_browser()
    with tempfile.TemporaryDirectory(prefix="dmsi-") as temporary:
        subjects = load_surveys(plans, small, Path(temporary) / "plan.csv", whole)
        reports = list(zip(plans, subjects, strict=True))
        with replaced_folder(out) as folder:
            with meanwhile() as pool:
                summaries = {
                    plan.folder: pool.submit(write_counts, folder / plan.folder, subject.survey)
                    for plan, subject in reports
                    if not plan.current
                }
                runs = run_notebooks(reports, options, kernels, progress)
            for plan, subject in reports:
                if plan.current:
                    shutil.copytree(out / plan.folder, folder / plan.folder, dirs_exist_ok=True)
                    continue
                done = plan.taken | {run.name: run for run in runs if run.report == plan.folder}
                ordered = [done[name] for name in plan.notebooks]
                result = Result(ordered, summaries[plan.folder].result())
                write_folder(folder / plan.folder, plan, subject, result, options)
            if finish:
                finish(folder, [subject.survey for subject in subjects])


@contextmanager
def meanwhile():
    """A thread for what this process counts itself while notebooks run elsewhere."""
    with ThreadPoolExecutor(1) as pool:
        try:
            yield pool
        except BaseException:  # what it is at ends first, so that nothing is written any more
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def load_surveys(plans, small, plan_file, whole=None):
    """The subject of every report, for the public with the plan of what it hides.

    Parameters
    ----------
    plans, small, whole : see `write_reports`
    plan_file : Path to write the plan of suppression to

    Returns
    -------
    list of Subject
    """
    choices = plans[0].choices
    if whole is None:
        whole = read_survey(replace(choices, where=Where()))
    surveys = [whole.part(plan.choices.where) for plan in plans]
    named = whole.named_quotations()
    if not choices.public:
        return [Subject(survey, named=named) for survey in surveys]
    for survey in (survey for survey in surveys if survey.n < choices.min_cell):
        raise InputError(f"Only {survey.n} respondents; a public report needs {choices.min_cell}.")
    parts = surveys + [whole.part(where) for where in small]
    plan = plan_release(whole, parts, choices.min_cell)
    plan_file.write_bytes(plan.to_csv())
    words = unreviewed_words(whole)
    return [Subject(as_public(survey, plan), plan_file, words, named) for survey in surveys]


def run_notebooks(reports, options, kernels, progress):
    """Execute what must be executed of all reports.

    Parameters
    ----------
    reports : list of pairs of PlannedReport and Subject
    options, kernels, progress : see `write_reports`

    Returns
    -------
    list of Run
    """
    seconds = {(plan.folder, n): s for plan, _ in reports for n, s in plan.seconds.items()}
    tasks = [task for plan, subject in reports for task in tasks_of(plan, subject)]
    # What took longest before comes first, so that no notebook is left to run alone.
    tasks.sort(key=lambda task: -seconds.get((task.report, task.name), 0))

    def finished(run):
        progress(f"{run.label}  {run.seconds:.1f} s")

    if options.scheduler:
        return run_elsewhere(tasks, *reports[0], options.scheduler, finished)
    return run_tasks(tasks, kernels, options.jobs, finished) if tasks else []


def tasks_of(plan, subject):
    """The notebooks of a report that must be executed."""
    parameters, pages = plan.choices.parameters(subject.plan), pages_of(plan, subject.survey)
    return [
        Task(name, plan.notebooks[name], parameters, pages[name], plan.folder)
        for name in plan.waiting
    ]


def pages_of(plan, survey):
    """Arguments of `pages.render_section` for each section: dict of name to dict."""
    context = page_context(survey, plan.choices.min_cell, plan.title)
    sections = {name: describe_section(notebook, name) for name, notebook in plan.notebooks.items()}
    return {
        name: {"section": section, "sections": list(sections.values()), "context": context}
        for name, section in sections.items()
    }


def run_elsewhere(tasks, plan, subject, scheduler, finished):
    """Run notebooks on a cluster; all reports of a batch have the input files of any of them."""
    try:
        from dmsi_lib.report.dask_workers import bundle_files, run_on_cluster
    except ImportError:
        raise InputError(
            "--scheduler needs the package distributed, which is not installed here. Install it "
            "with: pip install 'dmsi-survey-report[cluster]'"
        ) from None
    if subject.named:
        raise InputError(
            f"{subject.named} reviewed quotations hold a name of the export's identity columns, "
            "which the workers never see and could not mark. Leave them out of quotations.csv, or "
            "go without --scheduler."
        )
    bundle = bundle_files(plan.choices, subject.survey.questionnaire, subject.plan)
    return run_on_cluster(tasks, scheduler, bundle, finished)


def write_counts(folder, survey):
    """Write what of a report follows from its survey alone.

    Returns
    -------
    list of str
        The front page's sentences.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_tables(folder / "tables", survey)
    if not survey.public and survey.published:
        write_csv(folder / "reproduction.csv", ledger(survey))
    return summary(survey)


def write_folder(folder, plan, subject, result, options):
    """Write what of a report follows from its executed notebooks, and its record."""
    pages = pages_of(plan, subject.survey)
    (folder / "notebooks").mkdir()
    texts = [run.page or render_page(run.notebook, pages[run.name]) for run in result.runs]
    for run, page in zip(result.runs, texts, strict=True):
        write_text(folder / f"{run.name}.html", page)
        nbformat.write(run.notebook, folder / "notebooks" / f"{run.name}.ipynb")
    write_figures(folder / "figures", result.runs)
    made = datetime.now(UTC).isoformat(timespec="seconds")
    _, sections, context = pages[result.runs[0].name].values()
    about = facts(subject.survey, versions(), made)
    front = render_index(sections, result.summary, context, about)
    write_text(folder / "index.html", front)
    if options.single_file or options.pdf:
        write_text(folder / SINGLE_FILE, combine_pages(front, texts, sections, context))
    if options.pdf:
        write_pdf(folder / SINGLE_FILE, folder / PDF, find_browser())
    if subject.survey.public:
        refuse_leaks(folder, subject.words)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    hashes = {path.relative_to(folder).as_posix(): sha256(path) for path in files}
    record = run_record(plan, subject.survey, result.runs, made) | {"files": hashes}
    write_text(folder / RECORD, json.dumps(record, indent=2) + "\n")


def run_record(plan, survey, runs, made):
    """run.json: what went in, how, with which versions, and how long it took."""
    return {
        "synthetic": survey.synthetic,
        "data": SYNTHETIC_MARK.lower() if survey.synthetic else "export",
        "audience": plan.choices.audience,
        "respondents": survey.n,  # null where it is suppressed
        "made": made,
        "inputs": {name: sha256(path) for name, path in input_files(plan.choices).items()},
        "parameters": plan.choices.shown(),
        "versions": versions(),
        "seconds": {run.name: round(run.seconds, 2) for run in runs},
        "keys": plan.keys,
        "key": plan.key,
    }
