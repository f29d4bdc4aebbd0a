"""docs/questionnaire.md: its examples are read and give what is said, and no key is left out."""

import re
from pathlib import Path
from typing import get_args

import pandas as pd
import pytest

from dmsi_lib import Survey
from dmsi_lib.questionnaire.formats import (
    BandKeys,
    BandsKeys,
    CoalesceKeys,
    CodesKeys,
    CombineKeys,
    ConditionKeys,
    CountKeys,
    Layout,
    NetKeys,
    OptionKeys,
    QuestionKeys,
    QuestionnaireKeys,
    RecodeKeys,
    RuleKeys,
    Type,
)
from dmsi_lib.questionnaire.model import build_questionnaire
from dmsi_lib.questionnaire.strict_yaml import parse_yaml
from dmsi_lib.skip_logic.routing import STATUSES

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "questionnaire.md"
TEXT = DOCUMENT.read_text("utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples():
    """Each questionnaire with the export and the results that follow it, under its heading."""
    found, heading = [], ""
    for part in re.split(r"(?m)^(?=#)", TEXT):
        heading = part.splitlines()[0].lstrip("# ") if part else heading
        for kind, body in BLOCK.findall(part):
            if kind == "yaml":
                found.append({"heading": heading})
            found[-1][kind] = body
    return [pytest.param(one, id=f"{n} {one['heading']}") for n, one in enumerate(found, 1)]


def stated(results):
    """The lines of a block of results, by "counts" or "status" and name."""
    kind, lines = "", {}
    for line in results.splitlines():
        name, _, value = line.partition(": ")
        if value:
            lines[kind, name] = value
        else:
            kind = name.rstrip(":")
    return lines


def numbered(counts, names):
    return ", ".join(f"{name} {counts.get(name, 0)}" for name in names)


def described(column):
    """A column of responses as the document writes it."""
    given = column.dropna()
    if isinstance(column.dtype, pd.CategoricalDtype):
        counts = given.value_counts()
        return numbered(counts, [code for code in column.cat.categories if counts.get(code)])
    if pd.api.types.is_bool_dtype(column.dtype):
        return f"{int(given.sum())} of {len(given)}"
    if pd.api.types.is_numeric_dtype(column.dtype):
        return ", ".join(f"{number:g}" for number in given)
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return ", ".join(f"{date:%Y-%m-%d}" for date in given)
    return f"{len(given)} text{'s' * (len(given) != 1)}"


@pytest.mark.parametrize("example", examples())
def test_questionnaires_in_the_document_are_accepted(example):
    survey = build_questionnaire(parse_yaml(example["yaml"]))
    assert survey.questions
    assert "csv" in example and "text" in example


@pytest.mark.parametrize("example", examples())
def test_examples_in_the_document_give_what_is_said(example, tmp_path):
    for name, kind in (("questionnaire.yaml", "yaml"), ("export.csv", "csv")):
        (tmp_path / name).write_text(example[kind], "utf-8")
    survey = Survey.load(tmp_path / "export.csv", tmp_path / "questionnaire.yaml")
    columns = {".".join(filter(None, name)): survey.responses[name] for name in survey.responses}
    expected, found = stated(example["text"]), {}
    for kind, name in expected:
        if kind == "counts":
            found[kind, name] = described(columns[name])
        else:
            said = re.findall(r"(\w+) \d", expected[kind, name])
            counts = survey.status[name].value_counts()
            found[kind, name] = numbered(counts, said)
            assert counts[said].sum() == len(survey.status), f"a status of {name} is not named"
    assert found == expected
    assert found


DERIVED = (CoalesceKeys, RecodeKeys, NetKeys, CountKeys, BandsKeys, CombineKeys)
OF_DERIVED = (CodesKeys, BandKeys, RuleKeys)
MODELS = (QuestionnaireKeys, QuestionKeys, OptionKeys, ConditionKeys, *DERIVED, *OF_DERIVED)
KEYS = {field.alias or name for model in MODELS for name, field in model.model_fields.items()}
CHOICES = {*get_args(Type.__origin__), *get_args(Layout.__origin__)}


@pytest.mark.parametrize("name", sorted(KEYS | CHOICES | {*STATUSES}))
def test_the_document_names_every_key_type_layout_and_status(name):
    assert f"`{name}`" in TEXT or f"\n### {name}\n" in TEXT


@pytest.mark.parametrize("name", sorted(KEYS | CHOICES - {"surveymonkey"}))
def test_an_example_has_every_key_type_and_layout(name):
    shown = "\n".join(body for kind, body in BLOCK.findall(TEXT) if kind == "yaml")
    assert re.search(rf"(?m)(^|[\s{{]){name}:|: {name}\b", shown) or name == "required"


def test_links_in_the_document_lead_somewhere():
    headings = re.findall(r"(?m)^#+ (.+)$", TEXT)
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    for target in re.findall(r"\]\(([^)]+)\)", TEXT):
        assert target[1:] in anchors if target[0] == "#" else (DOCUMENT.parent / target).exists(), (
            target
        )
    assert "docs/questionnaire.md" in (DOCUMENT.parents[1] / "README.md").read_text("utf-8")
