"""YAML in which nothing is guessed: what is read, what is refused, and with which line."""

from contextlib import suppress
from textwrap import dedent
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmsi_lib.errors import InputError
from dmsi_lib.questionnaire.strict_yaml import Mapping, Sequence, parse_yaml, read_yaml


def test_parse_yaml_keeps_every_scalar_as_it_is_written():
    document = parse_yaml(
        "{a: yes, b: NO, c: on, d: 1-5, e: 2018-01-05, f: 007, g: ~, h: 1e3, yes: x}"
    )
    assert document == {
        **{"a": "yes", "b": "NO", "c": "on", "d": "1-5", "e": "2018-01-05", "f": "007", "g": "~"},
        **{"h": "1e3", "yes": "x"},
    }


def test_parse_yaml_knows_the_line_of_keys_and_entries():
    document = parse_yaml(
        dedent("""\
        # a comment
        title: T

        questions:
          - id: a
            text: A
          - id: b
        """)
    )
    assert isinstance(document, Mapping)
    assert document.lines == {"title": 2, "questions": 4}
    questions = document["questions"]
    assert isinstance(questions, Sequence)
    assert questions.lines == [5, 7]
    assert questions[0].lines == {"id": 5, "text": 6}


def test_parse_yaml_reads_block_texts_and_quotes():
    assert parse_yaml("a: >-\n  two\n  lines\nb: 'it''s'\nc: \"\\u00e9\"\nd:\n") == {
        **{"a": "two lines", "b": "it's", "c": "é", "d": ""}
    }


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "the key 'a' stands twice (first in line 1)"),
        ("q:\n  - x: 1\n    x: 2\n", 3, "the key 'x' stands twice (first in line 2)"),
        ("{a: 1, a: 2}", 1, "stands twice"),
        ("a: &x 1\nb: 2\n", 1, "anchors and aliases"),
        ("a: 1\nb: *x\n", 2, "anchors and aliases"),
        ("a:\n  <<: *x\n", 2, "anchors and aliases"),
        ("a: 1\nb: !!python/object/apply:os.system [x]\n", 2, "tags (tag:yaml.org,2002:python"),
        ("a: !!int 1\n", 1, "tags"),
        ("a: 1\nb: !mine 2\n", 2, "tags (!mine)"),
        ("a: 1\n---\nb: 2\n", 2, "a second document"),
        ("? [a, b]\n: 1\n", 1, "can't be a key"),
        ("a: 1\n? {b: c}\n: 1\n", 2, "can't be a key"),
        ("a:\n\tb: 1\n", 2, "not valid YAML"),
        ("a: 'never closed\n", 2, "not valid YAML"),
        ("a: b: c\n", 1, "not valid YAML"),
        ("a: [1, 2\nb: 3\n", 2, "not valid YAML"),
        ("a: 1\n b: 2\n", 2, "not valid YAML"),
        ("[" * 20 + "]" * 20, 1, "nested deeper than 12 levels"),
    ],
)
def test_parse_yaml_refuses_with_the_line(text, line, expected):
    with pytest.raises(InputError) as refusal:
        parse_yaml(text, "q.yaml")
    assert str(refusal.value).startswith(f"q.yaml, line {line}")
    assert expected in str(refusal.value)


@pytest.mark.parametrize(
    "text", ["", "\n\n", "# nothing but a comment\n", "---\n", "---\n...\n", "''"]
)
def test_parse_yaml_refuses_an_empty_document(text):
    with pytest.raises(InputError, match="the file is empty"):
        parse_yaml(text)


@pytest.mark.parametrize("opening", ["[", "{", "{a: ", "- "])
def test_parse_yaml_refuses_endless_nesting_at_once(opening):
    with pytest.raises(InputError):
        parse_yaml(opening * 100_000)


def test_parse_yaml_refuses_a_billion_laughs_at_the_first_anchor():
    lines = ["a0: &a0 [ha, ha]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    with pytest.raises(InputError, match=r"line 1: anchors and aliases"):
        parse_yaml("\n".join(lines))


@pytest.mark.parametrize(
    "repeated",
    [
        "a",
        " ",
        "\n",
        "a: ",
        "- - ",
        "? ",
        "[a, ",
        "[],",
        "{},",
        "'",
        '"',
        "# ",
        "a\n",
        "- a\n",
        "|\n",
    ],
)
def test_parse_yaml_takes_time_in_proportion_to_the_text(repeated):
    def seconds(length):
        start = process_time()
        with suppress(InputError):
            parse_yaml("x: " + (repeated * length)[:length])
        return process_time() - start

    # Sixteen times the text: sixteen times the time, where a square would take 256 times.
    small = min(seconds(6_250) for _ in range(3))
    assert seconds(100_000) < 70 * small + 0.05


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\ufffe"])
def test_parse_yaml_refuses_control_characters(character):
    with pytest.raises(InputError, match="not valid YAML"):
        parse_yaml(f"a: x{character}y")


def test_read_yaml_accepts_a_byte_order_mark(tmp_path):
    path = tmp_path / "q.yaml"
    path.write_bytes("\ufefftitle: Été\r\nwave: 1\r\n".encode())
    assert read_yaml(path) == {"title": "Été", "wave": "1"}


def test_read_yaml_names_the_line_that_is_not_utf_8(tmp_path):
    path = tmp_path / "q.yaml"
    path.write_bytes("title: a\ntext: Été\n".encode("cp1252"))
    with pytest.raises(InputError, match=r"q\.yaml, line 2: not UTF-8"):
        read_yaml(path)


def test_read_yaml_refuses_what_is_no_readable_file(tmp_path):
    with pytest.raises(InputError, match=r"absent\.yaml: can't be read"):
        read_yaml(tmp_path / "absent.yaml")
    with pytest.raises(InputError, match="is a folder; expected a file"):
        read_yaml(tmp_path)


def test_read_yaml_refuses_a_file_far_too_large(tmp_path):
    path = tmp_path / "q.yaml"
    path.write_bytes(b"a: " + b"x" * 5_000_001)
    with pytest.raises(InputError, match="expected at most 5,000,000"):
        read_yaml(path)


YAML_LIKE = st.text(st.sampled_from("ab1 \n\t:-,?&*!|>'\"%@`#{}[]~<=.é\x00"), max_size=60)


@given(st.one_of(YAML_LIKE, st.text(st.characters(exclude_categories=["Cs"]), max_size=60)))
@settings(max_examples=400)
def test_parse_yaml_reads_or_refuses_any_text(text):
    try:
        document = parse_yaml(text)
    except InputError:
        return
    assert isinstance(document, Mapping | Sequence | str)


SCALARS = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=8)


@given(st.dictionaries(SCALARS, st.lists(SCALARS, max_size=3), min_size=1, max_size=4))
def test_parse_yaml_gives_back_what_was_quoted(content):
    def quoted(text):
        return "'" + text.replace("'", "''") + "'"

    lines = [f"? {quoted(k)}\n: [{', '.join(map(quoted, v))}]" for k, v in content.items()]
    assert parse_yaml("\n".join(lines)) == content
