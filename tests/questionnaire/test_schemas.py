"""The JSON Schemas, by which editors complete questionnaires and codebooks."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from dmsi_lib.choices import CODEBOOK, QUESTIONNAIRE
from dmsi_lib.questionnaire.schemas import schemas
from dmsi_lib.questionnaire.strict_yaml import parse_yaml

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = schemas()
FILES = [QUESTIONNAIRE, CODEBOOK, *sorted((ROOT / "tests" / "data").glob("*.yaml"))]


class CoreLoader(yaml.CSafeLoader):
    """YAML 1.2 as editors read it: `yes` is a text, `true` and `3` are none."""

    yaml_implicit_resolvers = {}  # noqa: RUF012


CoreLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), ["t", "f"])
CoreLoader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^[0-9]+$"), [*"0123456789"])


def problems(text, path=QUESTIONNAIRE):
    """What the schema of a file finds in a text, read as an editor reads it and as we do."""
    schema = jsonschema.Draft7Validator(json.loads(SCHEMAS[path.with_suffix(".schema.json")]))
    documents = yaml.load(text, CoreLoader), parse_yaml(text)
    return [[problem.message for problem in schema.iter_errors(each)] for each in documents]


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_schemas_are_those_of_the_models(path):
    made = json.loads(SCHEMAS[path])
    jsonschema.Draft7Validator.check_schema(made)
    assert json.loads(path.read_text("utf-8")) == made, "make schemas"


@pytest.mark.parametrize("path", [QUESTIONNAIRE, CODEBOOK], ids=lambda path: path.name)
def test_files_name_their_schema_for_editors(path):
    first = path.read_text("utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema={path.with_suffix('.schema.json').name}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_schemas_accept_what_the_reader_accepts(path):
    kind = CODEBOOK if path == CODEBOOK else QUESTIONNAIRE
    assert problems(path.read_text("utf-8"), kind) == [[], []]


QUESTION = {"id": "a", "text": "A", "type": "single", "page": 1, "options": {"x": 7}}


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"optons": {"y": "Y"}}, "'optons' was unexpected"),
        ({"type": "choice"}, "'choice' is not one of"),
        ({"page": "one"}, "'one' does not match"),
        ({"page": 0}, "0 is less than the minimum"),
        ({"required": "sometimes"}, "'sometimes' does not match"),
        ({"options": {"y": ["Y"]}}, "is not valid under any of the given schemas"),
        ({"ask_if": "yes"}, "'yes' is not valid under any of the given schemas"),
        ({"concept": {"y": "Y"}}, "{'y': 'Y'} is not valid under any"),
    ],
)
def test_schema_of_a_questionnaire_marks_what_the_reader_refuses(more, problem):
    assert problems(json.dumps({"questions": [QUESTION]})) == [[], []]
    as_typed, as_read = problems(json.dumps({"questions": [QUESTION | more]}))
    assert any(problem in message for message in as_typed)
    assert as_read or more == {"page": 0}  # which is a text there


@pytest.mark.parametrize(
    ("theme", "problem"),
    [
        ("{code: a}", "'label' is a required property"),
        ("{code: a, label: A, keyword: [b]}", "'keyword' was unexpected"),
    ],
)
def test_schema_of_a_codebook_marks_what_the_reader_refuses(theme, problem):
    assert problems("why: [{code: a, label: 7}]\nwhy_not: why\n", CODEBOOK) == [[], []]
    schema = json.loads(SCHEMAS[CODEBOOK.with_suffix(".schema.json")])
    entry = {**schema, "additionalProperties": schema["additionalProperties"]["anyOf"][0]}
    found = jsonschema.Draft7Validator(entry).iter_errors(parse_yaml(f"why: [{theme}]"))
    assert any(problem in one.message for one in found)
