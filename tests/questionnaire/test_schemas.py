"""The JSON Schemas, by which editors complete questionnaires and codebooks."""
# ruff: noqa: E501 (a row of a table stays on its line)

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from drawn_questionnaires import HEADS, QUESTIONS, flow
from hypothesis import given, settings
from hypothesis import strategies as st

from dmsi_lib.choices import CODEBOOK, QUESTIONNAIRE
from dmsi_lib.errors import InputError
from dmsi_lib.questionnaire.model import build_questionnaire
from dmsi_lib.questionnaire.schemas import schemas
from dmsi_lib.questionnaire.strict_yaml import parse_yaml

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = schemas()
SECOND_WAVE = ROOT / "data" / "synthetic" / "second_wave" / "questionnaire.yaml"
FILES = [QUESTIONNAIRE, SECOND_WAVE, CODEBOOK, *sorted((ROOT / "tests" / "data").glob("*.yaml"))]


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
        ({"options": {"y": {"labl": "Y"}}}, "is not valid under any of the given schemas"),
        ({"options": {"y": {"label": "Y", "score": "ten"}}}, "is not valid under any"),
        ({"options": {"y": {"label": "Y", "optional": "maybe"}}}, "is not valid under any"),
        ({"ask_if": {"b": {"nope": ["y"]}}}, "is not valid under any"),
        ({"ask_if": {"b": {"at_least": "many"}}}, "is not valid under any"),
        ({"ask_if": {"b": {"answered": "no"}}}, "is not valid under any"),
        ({"ask_if": {"b": {}}}, "is not valid under any"),
        ({"ask_if": {"b": []}}, "is not valid under any"),
        ({"ask_if": [{"b": {"any_of": []}}]}, "is not valid under any"),
        ({"occurrence": "second"}, "is not valid under any"),
        ({"optional": "maybe"}, "'maybe' does not match"),
        ({"exclusive": {"y": "Y"}}, "is not valid under any"),
        ({"other": {"y": "Y"}}, "is not valid under any"),
    ],
)
def test_schema_of_a_questionnaire_marks_what_the_reader_refuses(more, problem):
    assert problems(json.dumps({"questions": [QUESTION]})) == [[], []]
    as_typed, as_read = problems(json.dumps({"questions": [QUESTION | more]}))
    assert any(problem in message for message in as_typed)
    assert as_read or more == {"page": 0}  # which is a text there
    if more != {"page": 0}:
        with pytest.raises(InputError):
            build_questionnaire(parse_yaml(json.dumps({"questions": [QUESTION | more]})))


NEW_KEYS = """
layout: condensed
id_column: none
scales:
  often: [Never, Daily]
  agree: {no: {label: Disagree, score: -1.5}, yes: {label: Agree, score: 1, aliases: Oui}, na: 7}
questions:
  - {id: n, text: N, type: numeric, page: 1, rows: {up: Up, down: {label: Down, optional: true}}}
  - {id: k, text: K, type: numeric, page: 1, optional: true, comment: Why?}
  - {id: o, text: O, type: open, page: 1, rows: [1., 2.], occurrence: 2}
  - {id: d, text: D, type: date, page: 1, format: "%d/%m/%Y"}
  - {id: s, text: S, type: single, page: 1, options: often}
  - {id: m, text: M, type: multiple, page: 1, options: {a: A, none: None}, exclusive: none, other: [Else, More]}
  - {id: v, text: V, type: matrix, page: 1, rows: often, options: agree, optional: false}
  - {id: w, text: W, type: matrix_multiple, page: 1, rows: {k: K}, options: often, concept: c}
  - {id: n2, text: N2, type: numeric, page: 1}
  - id: last
    text: L
    type: open
    page: 2
    ask_if:
      - {n.up: {at_least: 1, less_than: 2.5}, v.Never: {none_of: yes}, s: Never}
      - {o: {answered: true}, m: {all_of: [a, other_2], none_of: none}, w.k: [Never]}
      - {k: {more_than: -3, at_most: 7}}
derived:
  - {id: e, text: E, coalesce: [k, n2], concept: c}
  - {id: r, text: R, recode: s, ordered: true, options: {x: {label: X, codes: Never, score: 1}, y: {label: Y, codes: [Daily], score: 2, plural: those}}}
  - {id: t, text: T, net: m, short: Any, options: {some: {label: Some, codes: [a, other]}}}
  - {id: c1, text: C, count: m, codes: [a, other]}
  - {id: c2, text: C, count: m, options: {few: {label: Few, at_most: 1}, more: {label: More, more_than: 1}}}
  - {id: b, text: B, bands: e, ordered: [lo, hi], options: {lo: {label: Low, less_than: 2.5}, hi: {label: High, at_least: 2.5}}}
  - {id: x, text: X, combine: [s, m], options: {one: {label: One, if: [{s: Never, m: {all_of: [a]}}]}, rest: {label: Rest, otherwise: true}}}
"""


def test_schema_of_a_questionnaire_accepts_every_key_that_the_reader_accepts():
    assert build_questionnaire(parse_yaml(NEW_KEYS))["e"].parts == ("k", "n2")
    assert problems(NEW_KEYS) == [[], []]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("layout: condensed", "layout: excel"), "'excel' is not one of"),
        (("often: [Never, Daily]", "often: Never"), "'Never' is not valid under any"),
        (("coalesce: [k, n2]", "coalesce: []"), "is not valid under any"),
        (("coalesce: [k, n2], ", ""), "is not valid under any"),
        (("concept: c}\n", "page: 3}\n"), "is not valid under any"),
        (("bands: e", "recode: e"), "is not valid under any"),
    ],
)
def test_schema_of_a_questionnaire_marks_what_the_reader_refuses_in_its_head(change, problem):
    before, _, after = NEW_KEYS.rpartition(change[0])
    wrong = before + change[1] + after
    with pytest.raises(InputError):
        build_questionnaire(parse_yaml(wrong))
    for messages in problems(wrong):
        assert any(problem in message for message in messages)


@given(st.lists(QUESTIONS, min_size=1, max_size=2), HEADS)
@settings(max_examples=100, deadline=None)
def test_schema_of_a_questionnaire_accepts_whatever_the_reader_accepts(questions, head):
    text = flow(head | {"questions": questions})
    try:
        build_questionnaire(parse_yaml(text))
    except InputError:
        return
    assert problems(text) == [[], []]


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
