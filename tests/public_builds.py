"""Public reports of a few questions of the shipped export: tables and run.json, no notebooks."""

import json
from dataclasses import replace

import yaml

from dmsi_lib.choices import QUESTIONNAIRE, Choices
from dmsi_lib.report.batch import folder_names
from dmsi_lib.report.folder import write_tables
from dmsi_lib.report.groups import groups_of
from dmsi_lib.report.public_release import plan_release
from dmsi_lib.report.shown_figures import shown_figures
from dmsi_lib.survey import as_public, read_survey
from dmsi_lib.where import Where

_ASKED = (
    *("consent", "ask_preference", "when_ask_preference", "evaluate_communication"),
    *("how_evaluate", "province", "ircc_funding"),
)


def write_small_questionnaire(path):
    """The shipped questionnaire with a few of its questions, and none that is derived."""
    content = yaml.load(QUESTIONNAIRE.read_text(encoding="utf-8"), yaml.BaseLoader)
    content.pop("derived", None)  # what they are made of may not be among them
    content["questions"] = [one for one in content["questions"] if one["id"] in _ASKED]
    content["derived"] = []
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path


def write_public_build(folder, by=(), **choices):
    """A public report, or a batch of them, as far as `dmsi publish` needs it."""
    choices = Choices(audience="public", **choices)
    whole = read_survey(replace(choices, where=Where()))
    if not by:
        return _write_report(folder, whole, [choices.where], [choices])[0]
    groups = groups_of(whole.part(choices.where), list(by))
    wheres = [choices.where & group.where for group in groups]
    large = [n for n, group in enumerate(groups) if group.n >= choices.min_cell]
    parts = [replace(choices, where=wheres[n]) for n in large]
    names = folder_names(groups[n].where for n in large)
    _write_report(folder, whole, wheres, parts, names)
    record = {"by": list(by), "reports": dict(zip(names, names, strict=True))}
    return _write_front(folder, choices, record)


def _write_report(folder, whole, wheres, parts, names=("",)):
    plan = plan_release(whole, [whole.part(where) for where in wheres], parts[0].min_cell)
    written = []
    for choices, name in zip(parts, names, strict=True):
        survey = as_public(whole.part(choices.where), plan)
        (folder / name).mkdir(parents=True)
        write_tables(folder / name / "tables", survey)
        record = {"respondents": survey.n, "shown": shown_figures(choices, survey)}
        written.append(_write_front(folder / name, choices, record))
    return written


def _write_front(folder, choices, record):
    (folder / "index.html").write_text("<!DOCTYPE html><title>A</title><h1>A</h1>")
    about = {"synthetic": True, "audience": choices.audience, "seconds": {}}
    about |= {"parameters": choices.shown()} | record
    (folder / "run.json").write_text(json.dumps(about), encoding="utf-8")
    return folder
