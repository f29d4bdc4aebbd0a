"""One report for each group of respondents, and a front page that leads to them."""

import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from dmsi_lib.choices import Choices, Options
from dmsi_lib.errors import InputError
from dmsi_lib.files import distinct, is_reserved, sha256, write_text
from dmsi_lib.pages import Front, Section, render_index
from dmsi_lib.report.code_version import code_version
from dmsi_lib.report.folder import audience_line, page_context
from dmsi_lib.report.freshness import RECORD, is_intact, library_hash, read_record, versions
from dmsi_lib.report.groups import groups_of
from dmsi_lib.report.planning import PlannedReport, plan_report, read_sections
from dmsi_lib.report.report import write_reports
from dmsi_lib.report.start import Progress
from dmsi_lib.survey import PublicSurvey, Survey, read_survey
from dmsi_lib.where import Where
from dmsi_lib.wording import SYNTHETIC_MARK, how_many


@dataclass(frozen=True)
class PlannedBatch:
    """The plan of work of a batch."""

    choices: Choices  # those of all reports
    by: list[str]  # ids of the questions whose answers make groups
    survey: Survey  # of all groups
    reports: list[PlannedReport]  # one for each group that is large enough
    refused: list[str]  # the other groups that anybody is in, in words
    small: list[Where]  # their conditions
    combinations: int  # of answers there are, given by anybody or not

    @property
    def keys(self) -> dict[str, str]:
        """Keys of the reports by folder, and under "" that of the front page."""
        return {"": library_hash()} | {report.folder: report.key for report in self.reports}

    @property
    def unreported(self) -> int:
        """How many combinations of answers have no report: too few gave them, or nobody."""
        return self.combinations - len(self.reports)

    @property
    def unreported_sentence(self) -> str:
        """Which groups have no report, "" where all have one.

        The public is told how many alone. Where those that are too small are named and the empty
        ones are not, a reader knows that there is somebody in the first, and nobody in the others.
        """
        few = f"fewer than {how_many(self.choices.min_cell, 'respondent')}"
        if self.choices.public and self.unreported:
            possible = how_many(self.combinations, "possible group")
            return f"No report for {self.unreported} of {possible} ({few}, or none)."
        if self.refused and not self.choices.public:
            return f"No report for groups of {few}: {'; '.join(self.refused)}."
        return ""


def write_batch(
    out: Path,
    work: Path,
    by: list[str],
    choices: Choices,
    options: Options,
    progress: Progress,
    kernels: Any,
) -> tuple[int, str]:
    """Write the reports of a batch; see `start.make_batch` and `report.write_reports`."""
    whole = read_survey(replace(choices, where=Where()))
    batch = plan_batch(whole, out, by, choices, options)
    record, unchanged = read_record(out), all(report.current for report in batch.reports)
    if unchanged and record.get("keys") == batch.keys and is_intact(out, record):
        progress("nothing has changed; --force makes everything anew")
    else:
        finish = partial(write_front, batch=batch)
        plans, small = batch.reports, batch.small
        write_reports(out, work, plans, options, progress, kernels, whole, small, finish)
    return len(batch.reports), batch.unreported_sentence


def plan_batch(
    whole: Survey, out: Path, by: list[str], choices: Choices, options: Options
) -> PlannedBatch:
    """Plan a batch of the survey of everybody; see `start.make_batch`."""
    survey = whole.part(choices.where)
    groups = groups_of(survey, by)
    large = [group for group in groups if group.n >= choices.min_cell]
    small = [group for group in groups if group.n < choices.min_cell]
    if not large:
        raise InputError(
            f"No group by {', '.join(by)} has {choices.min_cell} respondents or more; there is no "
            "report to write."
        )
    where = {group: choices.where & group.where for group in groups}
    everyone = list(where.values())
    sections = read_sections(options, replace(choices, where=where[large[0]]))
    reports = []
    for group, folder in zip(large, folder_names(group.where for group in large), strict=True):
        own, before = replace(choices, where=where[group]), out / folder
        reports.append(plan_report(sections, own, options, before, folder, group.label, everyone))
    refused = [group.label for group in small]
    conditions = [where[group] for group in small]
    possible = math.prod(len(survey.question(name).choices) for name in by)
    return PlannedBatch(choices, by, survey, reports, refused, conditions, possible)


def folder_names(wheres: Iterable[Where]) -> list[str]:
    """Names for the groups' folders that are safe on every system and different on each."""
    names = []
    for where in wheres:
        codes = [code for condition in where.conditions for code in condition.codes]
        name = "_".join(re.sub(r"[^A-Za-z0-9-]+", "-", code).strip("-") for code in codes)
        usable = name.strip("_") and not is_reserved(name)
        names.append(name[:80] if usable else f"group-{name}")
    return distinct(names)


def write_front(folder: Path, surveys: list[Survey | PublicSurvey], batch: PlannedBatch) -> None:
    """The batch's index.html and run.json."""
    write_text(folder / "index.html", front_page(batch, surveys))
    record = {
        "synthetic": batch.survey.synthetic,
        "data": SYNTHETIC_MARK.lower() if batch.survey.synthetic else "export",
        "audience": batch.choices.audience,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "by": list(batch.by),
        "parameters": batch.choices.shown(),
        "versions": versions(),
        "code": code_version(),
        "reports": {report.folder: report.title for report in batch.reports},
        **({} if batch.choices.public else {"refused": batch.refused}),
        "without_report": batch.unreported,
        "seconds": {},
        "keys": batch.keys,
        "files": {"index.html": sha256(folder / "index.html")},
    }
    write_text(folder / RECORD, json.dumps(record, indent=2) + "\n")


def front_page(batch: PlannedBatch, surveys: list[Survey | PublicSurvey]) -> str:
    """The page that leads to the reports of a batch, of which these are the surveys."""
    survey, choices = batch.survey, batch.choices
    context = page_context(survey, choices.min_cell)
    if choices.public:  # how many there are in all is for the reports to say, which follow a plan
        note = f"{survey.questionnaire.title} {survey.questionnaire.wave}".strip()
        context = replace(context, audience=audience_line(True, choices.min_cell), note=note)
    sections = []
    for report, shown in zip(batch.reports, surveys, strict=True):
        size = "" if shown.n is None else f"{how_many(shown.n, 'respondent')}."
        sections.append(Section(f"{report.folder}/index.html", report.title, size))
    questions = ", ".join(f"“{survey.question(name).text}”" for name in batch.by)
    sentences = [f"One report for each group of respondents, by their answers to {questions}."]
    if batch.unreported_sentence:
        sentences.append(f"{batch.unreported_sentence} So nobody can be recognised.")
    return render_index(sections, Front(sentences), context)
