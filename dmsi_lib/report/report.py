"""Reports from start to end: the notebooks that must run are run, and the folders are filled.

A folder takes its place only once everything in it is written; what need not be done again is
taken over from the folder before it.
"""

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd

from dmsi_lib.choices import Options
from dmsi_lib.errors import InputError, NotebookError
from dmsi_lib.files import sha256, write_bytes, write_csv, write_text
from dmsi_lib.open_answers import Pieces, lasting_key
from dmsi_lib.pages import (
    combine_pages,
    describe_section,
    figure_files,
    find_browser,
    find_finding,
    render_index,
    table_names_of,
    write_pdf,
)
from dmsi_lib.report.code_version import code_version
from dmsi_lib.report.codebook_page import CODEBOOK_SECTION, codebook_page
from dmsi_lib.report.dask_client import check_installed
from dmsi_lib.report.execution import Run, Task, render_page, run_tasks
from dmsi_lib.report.folder import front_of, marked, page_context, tables_of, write_tables
from dmsi_lib.report.freshness import RECORD, baseline_hashes, input_hashes, versions
from dmsi_lib.report.notebooks import WAVES
from dmsi_lib.report.planning import PlannedReport
from dmsi_lib.report.replacing import replaced_folder
from dmsi_lib.report.shown_figures import shown_figures
from dmsi_lib.report.start import Progress
from dmsi_lib.survey import (
    PublicSurvey,
    Survey,
    WaveComparison,
    as_public,
    compare_with_baseline,
    read_survey,
)
from dmsi_lib.tables import ROUTING, file_names
from dmsi_lib.where import Where
from dmsi_lib.wording import SYNTHETIC_MARK

SINGLE_FILE, PDF, WORKBOOK = "report.html", "report.pdf", "report.xlsx"


@dataclass(frozen=True)
class Subject:
    """What a report tells of."""

    survey: Survey | PublicSurvey
    named: int  # how many reviewed quotations hold a name that only this machine can mark
    plan: Path | None = None  # the plan of suppression, for the public
    words: Pieces | None = None  # what respondents wrote, which a public report must not quote
    waves: WaveComparison | None = None  # with an earlier wave, where there is one


def write_reports(
    out: Path,
    work: Path,
    plans: list[PlannedReport],
    options: Options,
    progress: Progress,
    kernels: Any,
    whole: Survey | None = None,
    small: Sequence[Where] = (),
    finish: Callable[[Path, list[Survey | PublicSurvey]], None] | None = None,
) -> None:
    """Write one report or a batch of them into a folder.

    Parameters
    ----------
    out, options, progress : see `start.make_report`
    work : as from `replacing.claimed_place`
    plans : one for each report
    kernels : Kernels, or None where a scheduler has the notebooks run elsewhere
    whole : the survey of everybody, where it has been read already
    small : the groups that are too small for a report
    finish : writes what a batch has besides its reports, told its folder and their surveys
    """
    if options.pdf:
        find_browser()
    subjects = load_subjects(plans, small, work / "plan.csv", whole)
    reports = list(zip(plans, subjects, strict=True))
    with replaced_folder(out, work) as folder:
        with meanwhile() as pool:
            counts = {
                plan.folder: pool.submit(write_counts, folder / plan.folder, plan, subject)
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
            counts[plan.folder].result()
            write_folder(folder / plan.folder, plan, subject, ordered, options)
        if finish:
            finish(folder, [subject.survey for subject in subjects])
    failed = [run.failed for run in runs if run.failed]
    if failed:
        kept = f"{out}: written; of {len(runs)} sections {len(failed)} could not be made:"
        raise NotebookError("\n".join([kept, *failed]))


@contextmanager
def meanwhile() -> Iterator[ThreadPoolExecutor]:
    """A thread for what this process counts itself while notebooks run elsewhere."""
    with ThreadPoolExecutor(1) as pool:
        try:
            yield pool
        except BaseException:  # what it is at ends first, so that nothing is written any more
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def load_subjects(
    plans: list[PlannedReport], small: Sequence[Where], plan_file: Path, whole: Survey | None
) -> list[Subject]:
    """The subject of every report, for the public with the plan of what it hides, written to a
    file; see `write_reports`."""
    choices = plans[0].choices
    if whole is None:
        whole = read_survey(replace(choices, where=Where()))
    surveys = [whole.part(plan.choices.where) for plan in plans]
    named = whole.named_quotations
    if not choices.public:
        # An earlier wave that can't be compared is refused before anything runs.
        return [Subject(survey, named, waves=_waves_of(survey)) for survey in surveys]
    from dmsi_lib.report.public_release import plan_release, unreviewed_words  # for these alone

    for survey in (survey for survey in surveys if survey.n < choices.min_cell):
        raise InputError(f"Only {survey.n} respondents; a public report needs {choices.min_cell}.")
    lasting_key(choices.export_path, whole.synthetic)  # a damaged one is found before anything runs
    parts = surveys + [whole.part(where) for where in small]
    plan = plan_release(whole, parts, choices.min_cell)
    plan_file.write_bytes(plan.to_csv())
    words = unreviewed_words(whole)
    return [Subject(as_public(survey, plan), named, plan_file, words) for survey in surveys]


def _waves_of(survey: Survey) -> WaveComparison | None:
    baseline = survey.choices.baseline
    return compare_with_baseline(survey, baseline) if baseline else None


def run_notebooks(
    reports: list[tuple[PlannedReport, Subject]], options: Options, kernels: Any, progress: Progress
) -> list[Run]:
    """Execute what must be executed of all reports."""
    seconds = {(plan.folder, n): s for plan, _ in reports for n, s in plan.seconds.items()}
    tasks = [task for plan, subject in reports for task in tasks_of(plan, subject)]
    # What took longest before comes first, so that no notebook is left to run alone.
    tasks.sort(key=lambda task: -seconds.get((task.report, task.name), 0))

    def finished(run: Run) -> None:
        progress(f"{run.label}  {run.seconds:.1f} s")

    if options.scheduler:
        return run_elsewhere(tasks, *reports[0], options, finished)
    if not tasks:
        return []
    return run_tasks(tasks, kernels, options.jobs, finished, options.keep_going)


def tasks_of(plan: PlannedReport, subject: Subject) -> list[Task]:
    """The notebooks of a report that must be executed."""
    parameters, pages = plan.choices.parameters(subject.plan), pages_of(plan, subject.survey)
    baseline = plan.choices.baseline
    waves = {WAVES: baseline.parameters()} if baseline else {}
    return [
        Task(name, plan.notebooks[name], parameters | waves.get(name, {}), pages[name], plan.folder)
        for name in plan.waiting
    ]


def pages_of(plan: PlannedReport, survey: Survey | PublicSurvey) -> dict[str, dict[str, Any]]:
    """Arguments of `pages.render_section` for each section; behind them the codebook is listed,
    which shows every count and is not for the public."""
    context = page_context(survey, plan.choices.min_cell, plan.title)
    sections = {name: describe_section(notebook, name) for name, notebook in plan.notebooks.items()}
    listed = [*sections.values(), *([] if survey.public else [CODEBOOK_SECTION])]
    return {
        name: {"section": section, "sections": listed, "context": context}
        for name, section in sections.items()
    }


def run_elsewhere(
    tasks: list[Task],
    plan: PlannedReport,
    subject: Subject,
    options: Options,
    finished: Callable[[Run], object],
) -> list[Run]:
    """Run notebooks on a cluster; all reports of a batch have the input files of any of them."""
    check_installed()
    from dmsi_lib.report.dask_workers import bundle_files, run_on_cluster

    if subject.named:
        raise InputError(
            f"{subject.named} reviewed quotations hold a name of the export's identity columns, "
            "which the workers never see and could not mark. Leave them out of quotations.csv, or "
            "go without --scheduler."
        )
    bundle = bundle_files(plan.choices, subject.survey.questionnaire, subject.plan)
    return run_on_cluster(tasks, str(options.scheduler), bundle, finished, options.keep_going)


def write_counts(folder: Path, plan: PlannedReport, subject: Subject) -> None:
    """Write what of a report follows from its survey alone."""
    survey = subject.survey
    folder.mkdir(parents=True, exist_ok=True)
    write_tables(folder / "tables", survey, subject.waves)
    if not isinstance(survey, Survey):
        return
    _, sections, context = next(iter(pages_of(plan, survey).values())).values()
    write_text(folder / CODEBOOK_SECTION.file, codebook_page(survey, sections, context))
    if survey.published and not survey.where:
        # Every published figure beside ours, with the readings that reproduce it. They are figures
        # of everybody, so that those of a group are not held against them.
        table = survey.published.reproduction()
        table = table.assign(reproduced_by=survey.readings.reproduced_by)
        write_csv(folder / "reproduction.csv", marked(table, survey))


def write_folder(
    folder: Path, plan: PlannedReport, subject: Subject, runs: list[Run], options: Options
) -> None:
    """Write what of a report follows from its executed notebooks, and its record."""
    pages = pages_of(plan, subject.survey)
    for name in ("notebooks", "figures"):
        (folder / name).mkdir()
    texts = [run.page or render_page(run.notebook, pages[run.name]) for run in runs]
    for run, page in zip(runs, texts, strict=True):
        write_text(folder / f"{run.name}.html", page)
        nbformat.write(run.notebook, folder / "notebooks" / f"{run.name}.ipynb")
        for file, content in figure_files(run.notebook, run.name).items():
            (folder / "figures" / file).write_bytes(content)
    made = datetime.now(UTC).isoformat(timespec="seconds")
    _, listed, context = pages[runs[0].name].values()
    sections = listed[: len(runs)]
    found = [
        find_finding(run.notebook, section.file, section.title)
        for run, section in zip(runs, sections, strict=True)
    ]
    words = front_of(subject.survey, [one for one in found if one], versions(), made)
    write_text(folder / "index.html", render_index(listed, words, context))
    if options.single_file or options.pdf:
        front = render_index(sections, words, context)
        write_text(folder / SINGLE_FILE, combine_pages(front, texts, sections, context))
    if options.pdf:
        write_pdf(folder / SINGLE_FILE, folder / PDF, find_browser())
    if options.xlsx:
        from dmsi_lib.exporting import sections_workbook

        content = sections_workbook(shown_tables(runs, sections, subject.survey), subject.survey)
        write_bytes(folder / WORKBOOK, content)
    if subject.words is not None:
        from dmsi_lib.report.public_release import refuse_leaks

        refuse_leaks(folder, subject.words)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    hashes = {path.relative_to(folder).as_posix(): sha256(path) for path in files}
    record = run_record(plan, subject, runs, made) | {"files": hashes}
    write_text(folder / RECORD, json.dumps(record, indent=2) + "\n")


def shown_tables(
    runs: list[Run], sections: list[Any], survey: Survey | PublicSurvey
) -> Iterator[tuple[str, str, list[pd.DataFrame]]]:
    """Name and title of each section, and the tables of answers that it shows."""
    files = file_names(survey.questionnaire)
    tables = {files[name]: table for name, table in tables_of(survey).items() if name != ROUTING}
    for run, section in zip(runs, sections, strict=True):
        stems = [stem for stem in table_names_of(run.notebook) if stem in tables]
        yield f"{run.name[:2]} {section.title}", section.title, [tables[stem]() for stem in stems]


def run_record(plan: PlannedReport, subject: Subject, runs: list[Run], made: str) -> dict[str, Any]:
    """run.json: what went in, how, with which versions, and how long it took."""
    survey, waves = subject.survey, subject.waves
    earlier = {"baseline_synthetic": waves.before.synthetic} if waves else {}
    shown = {} if isinstance(survey, Survey) else {"shown": shown_figures(plan.choices, survey)}
    return {
        "synthetic": survey.synthetic,
        "data": SYNTHETIC_MARK.lower() if survey.synthetic else "export",
        **earlier,
        "audience": plan.choices.audience,
        "respondents": survey.n,  # null where it is suppressed
        "made": made,
        "inputs": input_hashes(plan.choices) | baseline_hashes(plan.choices),
        "parameters": plan.choices.shown(),
        "versions": versions(),
        "code": code_version(),
        "seconds": {run.name: round(run.seconds, 2) for run in runs},
        # What failed has no key, nor has the report it is in, so that it is tried again.
        "keys": {run.name: plan.keys[run.name] for run in runs if not run.failed},
        "key": "" if any(run.failed for run in runs) else plan.key,
        **shown,
    }
