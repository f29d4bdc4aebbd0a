"""One report for each group of respondents, and a front page that leads to them."""

import itertools
import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.files import sha256, write_text
from dmsi_lib.pages import Section, render_index
from dmsi_lib.report.folder import audience_line, page_context
from dmsi_lib.report.freshness import (
    RECORD,
    is_current,
    library_hash,
    notebook_keys,
    read_record,
    report_key,
    unchanged_files,
    versions,
)
from dmsi_lib.report.notebooks import section_notebooks
from dmsi_lib.report.report import Draft, write_reports
from dmsi_lib.survey import read_survey
from dmsi_lib.where import Condition, Where
from dmsi_lib.wording import SYNTHETIC_MARK

_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # by Windows


@dataclass(frozen=True)
class Group:
    """Respondents who gave certain answers.

    Attributes
    ----------
    where : Where
    label : str, in words
    n : int, respondents
    """

    where: Where
    label: str
    n: int


def make_batch(out, by, choices, options, progress=print, warm=None):
    """Write one report for each group of respondents.

    Parameters
    ----------
    out : Path of the folder; replaced as a whole once everything has worked
    by : list of str, ids of single-choice questions; their combinations are the groups
    choices : Choices, those of all reports
    options : Options
    progress : callable of str
    warm : WarmProcess, optional
        One that is warming up already.

    Returns
    -------
    int
        How many reports there are.
    list of str
        The groups that are too small for one.

    Raises
    ------
    DmsiError
        Before anything is written where the input is refused or no group is large enough; nothing
        is replaced where a notebook fails.
    """
    survey = read_survey(choices)
    groups = groups_of(survey, by)
    large = [group for group in groups if group.n >= choices.min_cell]
    refused = [group.label for group in groups if group.n < choices.min_cell]
    if not large:
        raise InputError(
            f"No group by {', '.join(by)} has {choices.min_cell} respondents or more; there is no "
            "report to write."
        )
    folders = folder_names(group.where for group in large)
    drafts = [
        Draft(replace(choices, where=choices.where & group.where), folder, group.label)
        for group, folder in zip(large, folders, strict=True)
    ]

    small = [choices.where & group.where for group in groups if group.n < choices.min_cell]
    keys = batch_keys(drafts, small, options)
    if not options.force and is_current_batch(out, keys):
        progress("nothing has changed; --force makes everything anew")
        return len(drafts), refused

    def finish(folder, drafts):
        write_front(folder, drafts, refused, survey, by, choices, keys)

    write_reports(out, drafts, options, progress, warm, small, finish)
    return len(drafts), refused


def batch_keys(drafts, small, options):
    """Keys of all reports of a batch by folder, and under "" that of its front page."""
    sources = section_notebooks(options.only)
    groups = [draft.choices.where for draft in drafts] + small
    reports = {
        draft.folder: report_key(
            notebook_keys(sources, draft.choices, groups), options, draft.title
        )
        for draft in drafts
    }
    return {"": library_hash()} | reports


def is_current_batch(out, keys):
    """Whether a folder holds the batch of those keys, every file as it was written."""
    record = read_record(out)
    return (
        record.get("keys") == keys
        and unchanged_files(out, record) == set(record["files"])
        and all(is_current(out / folder, key) for folder, key in keys.items() if folder)
    )


def groups_of(survey, by):
    """The combinations of answers to single-choice questions that anybody gave.

    Parameters
    ----------
    survey : Survey
    by : list of str

    Returns
    -------
    list of Group, in the questionnaire's order

    Raises
    ------
    UsageError
        For a question that is not single choice, or named twice.
    """
    questions = [survey.question(name) for name in by]
    for question in questions:
        if question.type != "single":
            raise UsageError(
                f"'{question.id}' is a {question.type} question; group by single ones."
            )
    if len(set(by)) < len(by):
        raise UsageError(f"--by names a question twice: {', '.join(by)}.")
    counts = survey.responses[[(name, "") for name in by]].value_counts(sort=False)
    counts.index = [key if isinstance(key, tuple) else (key,) for key in counts.index]
    groups = []
    for codes in itertools.product(*(question.choices for question in questions)):
        n = int(counts.get(codes, 0)) if codes in counts.index else 0
        if n:
            where = Where(tuple(Condition(n, (c,)) for n, c in zip(by, codes, strict=True)))
            labels = [q.choices[code] for q, code in zip(questions, codes, strict=True)]
            groups.append(Group(where, ", ".join(labels), n))
    return groups


def folder_names(wheres):
    """Names for the groups' folders that are safe on every system and different on each.

    Parameters
    ----------
    wheres : iterable of Where

    Returns
    -------
    list of str
    """
    names = []
    for where in wheres:
        codes = [code for condition in where.conditions for code in condition.codes]
        name = "_".join(re.sub(r"[^A-Za-z0-9-]+", "-", code).strip("-") for code in codes)
        name = name[:80] if name.strip("_") and not _RESERVED.fullmatch(name) else f"group-{name}"
        taken = {other.casefold() for other in names}
        candidates = itertools.chain([name], (f"{name}-{n}" for n in itertools.count(2)))
        names.append(next(c for c in candidates if c.casefold() not in taken))
    return names


def _size(survey):
    return "" if survey.n is None else f"{survey.n} respondents."


def write_front(folder, drafts, refused, survey, by, choices, keys):
    """The batch's index.html and run.json."""
    context = page_context(survey, choices.min_cell)
    if choices.public:  # how many there are in all is for the reports to say, which follow a plan
        context = replace(
            context,
            audience=audience_line(True, choices.min_cell),
            note=f"{survey.questionnaire.title} {survey.questionnaire.wave}",
        )
    sections = [
        Section(f"{draft.folder}/index.html", draft.title, _size(draft.survey)) for draft in drafts
    ]
    questions = ", ".join(f"“{survey.question(name).text}”" for name in by)
    sentences = [f"One report for each group of respondents, by their answers to {questions}."]
    if refused:
        sentences.append(
            f"Groups of fewer than {choices.min_cell} respondents have none, so that nobody in "
            f"them can be recognised: {', '.join(refused)}."
        )
    write_text(folder / "index.html", render_index(sections, sentences, context))
    record = {
        "synthetic": survey.synthetic,
        "data": SYNTHETIC_MARK.lower() if survey.synthetic else "export",
        "audience": choices.audience,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "by": list(by),
        "parameters": choices.shown(),
        "versions": versions(),
        "reports": {draft.folder: draft.title for draft in drafts},
        "refused": refused,
        "seconds": {},
        "keys": keys,
        "files": {"index.html": sha256(folder / "index.html")},
    }
    write_text(folder / RECORD, json.dumps(record, indent=2) + "\n")
