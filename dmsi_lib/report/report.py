"""Reports from start to end: which notebooks must run, the folder they fill, run.json.

A folder takes its place only once everything in it is written; what need not be done again is
taken over from the folder before it.
"""

import json
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat

from dmsi_lib.choices import Choices, Options, input_files
from dmsi_lib.errors import InputError
from dmsi_lib.files import replaced_folder, sha256, write_csv, write_text
from dmsi_lib.pages import combine_pages, describe_section, find_browser, render_index, write_pdf
from dmsi_lib.report.execution import Run, Task, render_page, run_tasks, start_kernels
from dmsi_lib.report.folder import (
    facts,
    ledger,
    page_context,
    summary,
    write_figures,
    write_tables,
)
from dmsi_lib.report.freshness import (
    RECORD,
    is_current,
    notebook_keys,
    read_record,
    report_key,
    unchanged_files,
    versions,
)
from dmsi_lib.report.notebooks import edition, read_source, section_notebooks
from dmsi_lib.report.public_release import plan_release, refuse_leaks, unreviewed_words
from dmsi_lib.survey import as_public, read_survey
from dmsi_lib.wording import SYNTHETIC_MARK

SINGLE_FILE, PDF = "report.html", "report.pdf"


@dataclass
class Draft:
    """A report in the making.

    Attributes
    ----------
    choices : Choices
    folder : str, within a batch; "" for a single report
    title : str, of the group
    notebooks : dict of name to NotebookNode
    keys : dict of name to key
    survey : Survey or PublicSurvey
    plan : Path of the plan of suppression, for the public
    texts : Pieces of what respondents wrote, for a public report, which must not quote it
    seconds : dict of name to seconds, as the notebooks took in the folder of before
    done : dict of name to Run, those taken over and those executed
    current : bool, whether the folder of before can stay as it is
    summary : list of str, the front page's sentences
    """

    choices: Choices
    folder: str = ""
    title: str = ""
    survey: Any = None
    plan: Path | None = None
    texts: Any = None
    notebooks: dict = field(default_factory=dict)
    keys: dict = field(default_factory=dict)
    seconds: dict = field(default_factory=dict)
    done: dict = field(default_factory=dict)
    current: bool = False
    summary: list = field(default_factory=list)

    @property
    def context(self):
        """What every page says; see `pages.render_section`."""
        return page_context(self.survey, self.choices.min_cell, self.title)

    def page(self, name):
        """Arguments of `render_section` for a section."""
        sections = {n: describe_section(notebook, n) for n, notebook in self.notebooks.items()}
        return {
            "section": sections[name],
            "sections": list(sections.values()),
            "context": self.context,
        }


def make_report(out, choices=None, options=None, progress=print, warm=None):
    """Execute the notebooks and write a report's folder.

    Parameters
    ----------
    out : path of the folder; replaced as a whole once everything has worked
    choices : Choices, optional
    options : Options, optional
    progress : callable of str
        Told each notebook's name and seconds once it is done.
    warm : WarmProcess, optional
        One that is warming up already.

    Returns
    -------
    Path of index.html

    Raises
    ------
    DmsiError
        Before anything is written where the input is refused; nothing is replaced where a notebook
        fails.
    """
    draft = Draft(choices or Choices())
    write_reports(Path(out), [draft], options or Options(), progress, warm)
    return Path(out) / "index.html"


def write_reports(out, drafts, options, progress, warm=None, small=(), finish=None):
    """Write one report or a batch of them into a folder.

    Parameters
    ----------
    out : Path
    drafts : list of Draft
    options : Options
    progress : callable of str
    warm : WarmProcess, optional
        One that is warming up already.
    small : list of tuple of str, the conditions of groups that are too small for a report
    finish : callable of (folder, drafts), optional
        Writes what a batch has besides its reports.
    """
    if options.pdf:
        find_browser()
    for draft in drafts:
        collect_notebooks(draft, options, [d.choices.where for d in drafts] + list(small))
        take_over(draft, out / draft.folder, options)
    waiting = sum(len(draft.notebooks) - len(draft.done) for draft in drafts)
    # First of all, since the kernels warm up while the data are read here.
    here = nullcontext()
    if not options.scheduler:
        here = start_kernels(waiting, options.warm, warm, drafts[0].choices.files)
    by_folder = {draft.folder: draft for draft in drafts}
    with here as kernels, tempfile.TemporaryDirectory(prefix="dmsi-") as temporary:
        whole = load_surveys(drafts, small, Path(temporary) / "plan.csv")
        tasks = [task for draft in drafts for task in tasks_of(draft)]
        # What took longest before comes first, so that no notebook is left to run alone.
        tasks.sort(key=lambda task: -by_folder[task.report].seconds.get(task.name, 0))
        with replaced_folder(out) as folder:

            def finished(run):
                by_folder[run.report].done[run.name] = run
                progress(f"{run.label}  {run.seconds:.1f} s")

            with meanwhile(write_counts, folder, [d for d in drafts if not d.current]):
                if options.scheduler:
                    run_elsewhere(tasks, drafts[0], whole, options.scheduler, finished)
                elif tasks:
                    run_tasks(tasks, kernels, options.jobs, finished)
            for draft in drafts:
                if draft.current:
                    shutil.copytree(out / draft.folder, folder / draft.folder, dirs_exist_ok=True)
                else:
                    write_folder(folder / draft.folder, draft, options)
            if finish:
                finish(folder, drafts)


@contextmanager
def meanwhile(write, folder, drafts):
    """Let this process write what it counts itself while notebooks run elsewhere."""
    with ThreadPoolExecutor(1) as pool:
        written = [pool.submit(write, folder / draft.folder, draft) for draft in drafts]
        try:
            yield
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        for one in written:
            one.result()


def collect_notebooks(draft, options, groups):
    """Read the sources that a report is made of, and work out their keys."""
    for path in section_notebooks(options.only):
        notebook = edition(read_source(path), draft.choices.audience)
        if notebook is not None:
            draft.notebooks[path.stem] = notebook
    if not draft.notebooks:
        raise InputError(
            f"None of the sections is for a report of audience {draft.choices.audience}."
        )
    draft.keys = notebook_keys(section_notebooks(options.only), draft.choices, groups)


def take_over(draft, folder, options):
    """Take over the executed notebooks of an older report that nothing has changed for, and how
    long they took."""
    record = read_record(folder)
    taken = record.get("seconds", {}).items()  # a file that anybody may have changed
    draft.seconds = {name: value for name, value in taken if isinstance(value, int | float)}
    if options.force:
        return
    draft.current = is_current(folder, report_key(draft.keys, options, draft.title))
    intact = unchanged_files(folder, record)
    keys = record.get("keys", {})
    for name in draft.notebooks:
        file = f"notebooks/{name}.ipynb"
        if keys.get(name) == draft.keys[name] and file in intact:
            notebook = nbformat.read(folder / file, as_version=4)
            draft.done[name] = Run(name, draft.folder, draft.seconds.get(name, 0), notebook)


def load_surveys(drafts, small, plan_file):
    """Give every report its survey, for the public with the plan of what it hides.

    Returns
    -------
    Survey of everybody
    """
    choices = drafts[0].choices
    whole = read_survey(replace(choices, where=None))
    for draft in drafts:
        draft.survey = whole.part(draft.choices.where)
    if not choices.public:
        return whole
    for survey in (draft.survey for draft in drafts if draft.survey.n < choices.min_cell):
        raise InputError(f"Only {survey.n} respondents; a public report needs {choices.min_cell}.")
    parts = [draft.survey for draft in drafts] + [whole.part(where) for where in small]
    plan = plan_release(whole, parts, choices.min_cell)
    plan_file.write_bytes(plan.to_csv())
    words = unreviewed_words(whole)
    for draft in drafts:
        draft.survey, draft.plan = as_public(draft.survey, plan), plan_file
        draft.texts = words
    return whole


def tasks_of(draft):
    """The notebooks of a report that must be executed."""
    parameters = draft.choices.parameters(draft.plan)
    return [
        Task(name, notebook, parameters, draft.page(name), draft.folder)
        for name, notebook in draft.notebooks.items()
        if name not in draft.done
    ]


def run_elsewhere(tasks, draft, whole, scheduler, finished):
    """Run notebooks on a cluster; all reports of a batch have the input files of any of them."""
    try:
        from dmsi_lib.report.dask_workers import bundle_files, run_on_cluster
    except ImportError:
        raise InputError(
            "--scheduler needs the package distributed, which is not installed here. Install it "
            "with: pip install 'dmsi-survey-report[cluster]'"
        ) from None
    names = whole.named_quotations()
    if names:
        raise InputError(
            f"{names} reviewed quotations hold a name of the export's identity columns, which the "
            "workers never see and could not mark. Leave them out of quotations.csv, or go without "
            "--scheduler."
        )
    bundle = bundle_files(draft.choices, draft.survey.questionnaire, draft.plan)
    run_on_cluster(tasks, scheduler, bundle, finished)


def write_counts(folder, draft):
    """Write what of a report follows from its survey alone; count what its front page says."""
    survey = draft.survey
    folder.mkdir(parents=True, exist_ok=True)
    write_tables(folder / "tables", survey)
    draft.summary = summary(survey)
    if not survey.public and survey.published:
        write_csv(folder / "reproduction.csv", ledger(survey))


def write_folder(folder, draft, options):
    """Write what of a report follows from its executed notebooks, and its record."""
    survey, context = draft.survey, draft.context
    runs = [draft.done[name] for name in draft.notebooks]
    pages = [run.page or render_page(run.notebook, draft.page(run.name)) for run in runs]
    (folder / "notebooks").mkdir()
    for run, page in zip(runs, pages, strict=True):
        write_text(folder / f"{run.name}.html", page)
        nbformat.write(run.notebook, folder / "notebooks" / f"{run.name}.ipynb")
    write_figures(folder / "figures", runs)
    made = datetime.now(UTC).isoformat(timespec="seconds")
    sections = draft.page(runs[0].name)["sections"]
    front = render_index(sections, draft.summary, context, facts(survey, versions(), made))
    write_text(folder / "index.html", front)
    if options.single_file or options.pdf:
        write_text(folder / SINGLE_FILE, combine_pages(front, pages, sections, context))
    if options.pdf:
        write_pdf(folder / SINGLE_FILE, folder / PDF, find_browser())
    if survey.public:
        refuse_leaks(folder, draft.texts)
    record = run_record(draft, options, made)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    record["files"] = {path.relative_to(folder).as_posix(): sha256(path) for path in files}
    write_text(folder / RECORD, json.dumps(record, indent=2) + "\n")


def run_record(draft, options, made):
    """run.json: what went in, how, with which versions, and how long it took."""
    survey = draft.survey
    inputs = input_files(draft.choices)
    return {
        "synthetic": survey.synthetic,
        "data": SYNTHETIC_MARK.lower() if survey.synthetic else "export",
        "audience": draft.choices.audience,
        "respondents": survey.n,  # null where it is suppressed
        "made": made,
        "inputs": {name: sha256(path) for name, path in inputs.items()},
        "parameters": draft.choices.shown(),
        "versions": versions(),
        "seconds": {name: round(draft.done[name].seconds, 2) for name in draft.notebooks},
        "keys": draft.keys,
        "key": report_key(draft.keys, options, draft.title),
    }
