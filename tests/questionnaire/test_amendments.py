"""Changes in the text of a YAML file: what is written in, and that the rest stays as it was."""

import re
from textwrap import dedent

import pytest
from drawn_yaml import documents
from hypothesis import given
from hypothesis import strategies as st

from dmsi_lib.questionnaire.amendments import amended, commented, flow
from dmsi_lib.questionnaire.strict_yaml import parse_yaml

BLOCKS = """\
    # The whole file has this comment.
    title: T  # a title
    questions:

      # ---- first
      - id: p   # here
        type: multiple
        text: Which project?
        options:
          a:   Helm
          b: 'Strimzi'   # quoted

      # ---- second
      - id: c
        text: >
          folded
          text
        aliases:
        - one
        options:
        - Never   # no
        - Often
    """


def changed(text, change):
    """The lines that are new, and what the text says now."""
    text = dedent(text)
    after = amended(text, change)
    return [line for line in after.splitlines() if line not in text.splitlines()], after


# ---- block style


def test_amended_adds_a_key_behind_the_text_or_last():
    change = {"questions": {"p": {"aliases": ["x: y"], "occurrence": 2}}}
    new, after = changed(BLOCKS, change)
    assert new == ['    aliases: ["x: y"]', "    occurrence: 2"]
    first = parse_yaml(after)["questions"][0]
    assert [*first] == ["id", "type", "text", "aliases", "options", "occurrence"]


def test_amended_makes_a_map_of_a_label_and_keeps_the_comment_beside_it():
    change = {"questions": {"p": {"options": {"b": {"aliases": ["S"]}, "c": "Flux"}}}}
    new, _ = changed(BLOCKS, change)
    assert new == [
        '      b: {label: "Strimzi", aliases: ["S"]}   # quoted',
        '      c: "Flux"',
    ]


def test_amended_makes_a_map_of_a_list_of_labels_where_it_has_to():
    change = {"questions": {"c": {"options": {"Never": {"aliases": ["nie"]}, "later": "Later"}}}}
    new, after = changed(BLOCKS, change)
    assert new == [
        '      Never: {label: "Never", aliases: ["nie"]}   # no',
        '      Often: "Often"',
        '      later: "Later"',
    ]
    assert parse_yaml(after)["questions"][1]["options"]["Often"] == "Often"


def test_amended_adds_to_a_list_of_labels_what_is_its_own_code():
    change = {"questions": {"c": {"options": {"Later": "Later"}, "aliases": ["007", "two"]}}}
    new, _ = changed(BLOCKS, change)
    assert new == ['    - "007"', '    - "two"', '    - "Later"']


def test_amended_replaces_a_value_and_puts_a_new_key_of_the_head_in_front():
    new, after = changed(BLOCKS, {"id_column": "none", "questions": {"p": {"type": "single"}}})
    assert new == ["id_column: none", "    type: single"]
    assert after.splitlines()[:3] == [
        "# The whole file has this comment.",
        "id_column: none",
        "title: T  # a title",
    ]


def test_amended_puts_a_key_behind_a_folded_text():
    text = BLOCKS.replace("        aliases:\n        - one\n", "")
    _, after = changed(text, {"questions": {"c": {"aliases": ["u"]}}})
    assert '      text\n    aliases: ["u"]\n' in after
    assert parse_yaml(after)["questions"][1]["text"] == "folded text\n"


# ---- flow style

FLOW = '{title: T, questions: [{id: m, text: "How?", aliases: Wie, options: [never, "a, b"] }]}'


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"aliases": ["x"]}, 'aliases: ["Wie", "x"], options: [never, "a, b"] }'),
        ({"options": {"c": "c"}}, 'options: [never, "a, b", "c"] }'),
        (
            {"options": {"never": {"aliases": ["nie"]}, "d": "D"}},
            'options: {never: {label: never, aliases: ["nie"]}, "a, b": "a, b", d: "D"} }',
        ),
        ({"occurrence": 2}, 'options: [never, "a, b"], occurrence: 2 }'),
    ],
)
def test_amended_writes_flow_style_where_it_stands(change, expected):
    assert expected in amended(FLOW, {"questions": {"m": change}})


def test_amended_writes_one_line_of_json():
    after = amended('{"title": "T", "questions": [{"id": "m"}]}', {"id_column": "x"})
    assert after == '{id_column: x, "title": "T", "questions": [{"id": "m"}]}'


@pytest.mark.parametrize("empty", ["", " []", " ''", "  # later"])
def test_amended_fills_what_is_empty(empty):
    after = amended(
        f"questions:\n- id: m\n  aliases:{empty}\n", {"questions": {"m": {"aliases": ["x"]}}}
    )
    assert parse_yaml(after)["questions"][0]["aliases"] == ["x"]


def test_amended_keeps_the_line_ends_of_the_file():
    text = dedent(BLOCKS).replace("\n", "\r\n")
    after = amended(text, {"id_column": "x", "questions": {"c": {"aliases": ["u"], "page": 1}}})
    assert "\n" not in after.replace("\r\n", "")
    assert [*parse_yaml(after)] == ["id_column", "title", "questions"]


def test_amended_writes_at_the_end_of_a_file_without_a_line_end():
    after = amended("questions:\n  - id: m\n    text: Why", {"questions": {"m": {"page": 1}}})
    assert after == "questions:\n  - id: m\n    text: Why\n    page: 1"


# ---- quoting


@pytest.mark.parametrize(
    "text",
    [
        *("yes", "NO", "on", "1-5", "007", "150000", "null", "~", "", " ", "a: b", "a #b", "- a"),
        *("'", '"', "\\", "\\n", "a\nb", "\t", "\x85", "\u2028", "\ufeff", "\x7f", "\u00a0"),
        *("{", "]", "*a", "&a", "!a", "%", "@", "`", "é", "日本", "😀", "\U000e0001"),
    ],
)
def test_flow_is_read_back_as_the_text_that_it_was_given(text):
    assert parse_yaml(flow({"a": [text], "b": text, "c": {text or "x": text}})) == {
        "a": [text],
        "b": text,
        "c": {text or "x": text},
    }


@pytest.mark.parametrize("text", ["yes", "No", "007", "150000", "1-5", "null", "2018-01-05", "1e3"])
def test_flow_quotes_what_other_programs_take_for_another_type(text):
    assert flow({text: text}) == f'{{"{text}": "{text}"}}'


# ---- comments


def test_commented_puts_a_line_above_a_question_and_above_the_head():
    after = commented(dedent(BLOCKS), {"": ["top"], "p": ["one\ntwo", "three"], "c": ["four"]})
    new = [line for line in after.splitlines() if line not in dedent(BLOCKS).splitlines()]
    assert new == ["# top", "  # one two", "  # three", "  # four"]
    lines = after.splitlines()
    assert lines[lines.index("  # three") + 1] == "  - id: p   # here"
    assert parse_yaml(after) == parse_yaml(dedent(BLOCKS))


def test_commented_puts_them_on_top_where_a_text_would_be_torn():
    text = 'questions: [{id: a, text: "of two\n  lines"}, {id: b}]'
    after = commented(text, {"b": ["why\x00 \ud800"]})
    assert after.startswith("# why")
    assert parse_yaml(after) == parse_yaml(text)


# ---- any document


def merged(value, change):
    """What a change makes of a document's values, the slow way round."""
    if isinstance(change, list):
        return [value] * (value != "") + change if isinstance(value, str) else [*value, *change]
    if not isinstance(change, dict):
        return str(change).lower() if isinstance(change, int) else change
    if isinstance(value, str):
        return {"label": value} | change
    if isinstance(value, list) and any(isinstance(each, dict) for each in value):
        return [merged(each, change.get(each["id"], {})) for each in value]
    if isinstance(value, list):
        if not {*value} & {*change} and all(name == text for name, text in change.items()):
            return [*value, *change]
        value = {label: label for label in value}
    new = {name: each for name, each in change.items() if name not in value}
    return {n: merged(v, change[n]) if n in change else v for n, v in value.items()} | {
        name: str(each).lower() if isinstance(each, int) else each for name, each in new.items()
    }


COMMENT = re.compile(r"#! \w+")


@given(st.data())
def test_amended_writes_what_the_change_says_and_keeps_every_comment(data):
    text, change = data.draw(documents())
    after = amended(text, change)
    assert parse_yaml(after) == merged(parse_yaml(text), change)
    assert COMMENT.findall(after) == COMMENT.findall(text)
    names = ["", *(each["id"] for each in parse_yaml(text)["questions"])]
    assert parse_yaml(commented(after, {name: ["a"] for name in names})) == parse_yaml(after)
