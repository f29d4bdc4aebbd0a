"""The instrument as it is read, and every fault it is refused for."""
# ruff: noqa: E501 (a row of a table stays on its line)

from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_exports import MEALS, questionnaire
from sample_questionnaires import built, refusal, single

from dmsi_lib.errors import InputError
from dmsi_lib.questionnaire.model import build_questionnaire, read_questionnaire
from dmsi_lib.questionnaire.question import NOT_STATED, OTHER, OTHER_TEXT
from dmsi_lib.questionnaire.strict_yaml import parse_yaml

# ---- what is read


def test_read_questionnaire_gives_the_questions_in_order(tmp_path):
    path = tmp_path / "meals.yaml"
    path.write_text(MEALS, encoding="utf-8")
    meals = read_questionnaire(path)
    assert (meals.title, meals.wave, meals.id_column) == ("Meals", "2020", "Respondent ID")
    assert list(meals.by_id) == [
        "eats",
        "place",
        "food",
        "size",
        "order",
        "views",
        "minutes",
        "why",
    ]
    assert meals.path == str(path)
    assert meals["place"].ask_if == ({"eats": ("yes",)},)
    assert meals["place"].gates == ("eats",)
    assert meals["place"].choices == {
        "home": "At home",
        "work": "At work",
        OTHER: "Other (please specify)",
    }
    assert meals["views"].rows == {"soup": "Soup", "bread": "Bread"}
    assert meals["eats"].line == 6
    assert "why" in meals and "when" not in meals


def test_build_questionnaire_fills_in_defaults():
    survey = built(single("a"))
    assert (survey.title, survey.wave, survey.id_column) == ("q", "", "Respondent ID")
    assert (survey.blank, survey.identity_columns, survey.exclude) == (("",), (), ())
    question = survey["a"]
    assert (question.other, question.concept, question.aliases) == (None, None, ())
    assert question.ask_if == () and question.gates == ()


def test_build_questionnaire_reads_every_key():
    survey = built(
        dedent("""\
        - id: a.b-c
          text: A
          aliases: [Old A, Older A]
          type: multiple
          page: 3
          required: true
          concept: c
          options: [one, two]
          other: Else
        """),
        "blank: ['-', '']\nidentity_columns: Nickname\nexclude: ['7', '8']\n",
    )
    assert survey.blank == ("", "-")
    assert survey.identity_columns == ("Nickname",)
    assert survey.exclude == ("7", "8")
    question = survey["a.b-c"]
    assert question.wordings == ("A", "Old A", "Older A")
    assert question.concept == "c"
    assert question.choices == {"one": "one", "two": "two", "other": "Else"}


def test_build_questionnaire_keeps_codes_that_other_readers_turn_into_booleans():
    question = built(
        "- {id: a, text: A, type: single, page: 1, options: {yes: YES, no: NO, on: ON, 1: 01}}\n"
    )["a"]
    assert question.options == {"yes": "YES", "no": "NO", "on": "ON", "1": "01"}


def test_ask_if_is_any_of_its_alternatives():
    survey = built(
        single("a") + single("b") + single("c", 2, ", ask_if: [{a: [yes], b: no}, {b: [yes, no]}]")
    )
    assert survey["c"].ask_if == ({"a": ("yes",), "b": ("no",)}, {"b": ("yes", "no")})
    assert survey["c"].gates == ("a", "b")


@pytest.mark.parametrize("rule", ["{}", "[]"])
def test_ask_if_without_a_rule_is_everybody(rule):
    assert built(single("a") + single("b", 2, f", ask_if: {rule}"))["b"].ask_if == ()


def test_choices_keep_the_order_where_the_companion_is_an_option_itself():
    options = "options: {x: X, else: OTHER - please specify, y: Y}"
    question = built(single("a", options=options, more=', other: "Other (please specify)"'))["a"]
    assert question.other_code == "else"
    assert list(question.choices) == ["x", "else", "y"]
    assert question.choices["else"] == "OTHER - please specify"


def test_routing_order_puts_gates_first():
    survey = built(
        single("late", 3) + single("early", 1) + single("middle", 2) + single("second", 1)
    )
    assert [q.id for q in survey.routing_order] == ["early", "second", "middle", "late"]
    assert [q.id for q in survey.questions] == ["late", "early", "middle", "second"]


def test_getitem_suggests_a_near_id():
    with pytest.raises(InputError, match=r"no question 'eat'\. Did you mean 'eats'\?"):
        questionnaire()["eat"]


# ---- faults of one question


@pytest.mark.parametrize(
    ("questions", "expected"),
    [
        ("- id: a\n  text: A\n  type: single\n  page: 1\n  optons: {x: X}\n",
         "line 6: question 'a': There is no key 'optons'. Did you mean 'options'?"),
        ("- {text: A, type: open, page: 1}\n", "line 2: question without id: 'id' is missing; expected letters, digits and _, a letter first."),
        ("- {id: a, type: open, page: 1}\n", "line 2: question 'a': 'text' is missing; expected a text."),
        ("- id: a\n  text: '  '\n  type: open\n  page: 1\n",
         "line 3: question 'a': 'text' is '  '; expected a text."),
        ("- {id: a, text: [A], type: open, page: 1}\n", "line 2: question 'a': 'text' is a list; expected a text."),
        ("- {id: a, text: A, type: open}\n", "line 2: question 'a': 'page' is missing; expected a whole number from 1."),
        ("- a question\n", "line 2: 'a question' is no question; expected a map with id, text, type and page."),
        ("- {id: 1st, text: A, type: open, page: 1}\n",
         "line 2: question '1st': 'id' is '1st'; expected letters, digits and _, a letter first."),
        ("- {id: a b, text: A, type: open, page: 1}\n",
         "line 2: question 'a b': 'id' is 'a b'; expected letters, digits and _, a letter first."),
        ("- {id: a, text: A, type: choice, page: 1}\n",
         "line 2: question 'a': 'type' is 'choice'; expected single, multiple, ranking, matrix, open or numeric."),
        ("- {id: a, text: A, type: open, page: one}\n",
         "line 2: question 'a': 'page' is 'one'; expected a whole number from 1."),
        ("- {id: a, text: A, type: open, page: 0}\n", "line 2: question 'a': 'page' is '0'; expected a whole number from 1."),
        ("- {id: a, text: A, type: open, page: ²}\n", "line 2: question 'a': 'page' is '²'; expected a whole number from 1."),
        ("- {id: a, text: A, type: open, page: 1, required: yes}\n",
         "line 2: question 'a': 'required' is 'yes'; expected true or false."),
        ("- {id: a, text: A, type: single, page: 1}\n",
         "line 2: question 'a': a single question needs 'options' (code: label)."),
        ("- {id: a, text: A, type: ranking, page: 1, options: {}}\n",
         "line 2: question 'a': a ranking question needs 'options' (code: label)."),
        ("- {id: a, text: A, type: open, page: 1, options: {x: X}}\n",
         "line 2: question 'a': a question of type open has no options."),
        ("- {id: a, text: A, type: matrix, page: 1, options: {x: X}}\n",
         "line 2: question 'a': a matrix needs 'rows' (code: label)."),
        ("- {id: a, text: A, type: single, page: 1, options: {x: X}, rows: {r: R}}\n",
         "line 2: question 'a': only a matrix has 'rows'."),
        ("- {id: a, text: A, type: ranking, page: 1, options: {x: X}, other: Else}\n",
         "line 2: question 'a': only a single or multiple question has an 'other', not a ranking."),
        ("- {id: a, text: A, type: single, page: 1, options: {x: X, y: ' x '}}\n",
         "line 2: question 'a': the options 'x' and 'y' have the same label ' x '."),
        ("- {id: a, text: A, type: single, page: 1, options: [X, Y, X]}\n",
         "line 2: question 'a': 'options' is a list; expected codes with labels (code: label), or a list of labels that differ."),
        ("- {id: a, text: A, type: matrix, page: 1, options: {x: X}, rows: {r: R, s: r}}\n",
         "line 2: question 'a': the rows 'r' and 's' have the same label 'r'."),
        ("- {id: a, text: A, type: single, page: 1, options: {other_text: X}}\n",
         "line 2: question 'a': the code 'other_text' is reserved."),
        ("- {id: a, text: A, type: multiple, page: 1, options: {not_stated: X}}\n",
         "line 2: question 'a': the code 'not_stated' is reserved."),
        ("- {id: a, text: A, type: single, page: 1, options: {other: X}, other: Else}\n",
         "line 2: question 'a': option 'other' and the companion 'Else' differ; give the option a code."),
        ("- {id: a, text: A, type: single, page: 1, options: {x: [X]}}\n",
         "line 2: question 'a': 'options.x' is a list; expected codes with labels (code: label), or a list of labels that differ."),
        ("- {id: a, text: A, type: single, page: 1, options: {x: ''}}\n",
         "line 2: question 'a': 'options.x' is empty; expected codes with labels (code: label), or a list of labels that differ."),
        ("- {id: a, text: A, type: single, page: 1, options: Yes}\n",
         "line 2: question 'a': 'options' is 'Yes'; expected codes with labels (code: label), or a list of labels that differ."),
        ("- {id: a, text: A, type: open, page: 1, aliases: {x: y}}\n",
         "line 2: question 'a': 'aliases' is a map; expected a list of texts."),
        ("- {id: a, text: A, type: open, page: 1, concept: [c]}\n", "line 2: question 'a': 'concept' is a list; expected a text."),
        ("- {id: a, text: A, type: single, page: 1, options: [X], other: [c]}\n",
         "line 2: question 'a': 'other' is a list; expected a text."),
        ("- {id: a, text: A, type: open, page: 1, ask_if: yes}\n",
         "line 2: question 'a': 'ask_if' is 'yes'; expected gates with codes (gate: [code, code]), or a list of such maps."),
        ("- {id: a, text: A, type: open, page: 1, ask_if: [{}]}\n",
         "line 2: question 'a': 'ask_if' is an empty map; expected gates with codes (gate: [code, code]), or a list of such maps."),
        ("- {id: a, text: A, type: open, page: 1, ask_if: {b: []}}\n",
         "line 2: question 'a': 'ask_if.b' is an empty list; expected gates with codes (gate: [code, code]), or a list of such maps."),
        ("- {id: a, text: A, type: open, page: 1, ask_if: {b: {c: d}}}\n",
         "line 2: question 'a': 'ask_if.b' is a map; expected gates with codes (gate: [code, code]), or a list of such maps."),
    ],
)  # fmt: skip
def test_build_questionnaire_names_a_fault_of_one_question(questions, expected):
    assert expected in refusal(questions)


def test_build_questionnaire_refuses_a_page_of_ten_thousand_digits():
    (fault,) = refusal(f"- {{id: a, text: A, type: open, page: {'9' * 10_000}}}\n")
    assert fault.endswith("expected a whole number from 1.")


def test_build_questionnaire_lists_every_fault_at_once():
    faults = refusal(
        "- {id: a, text: A, type: open}\n- {id: b, text: B, type: opne, page: x}\n- c\n",
        "titel: T\nblank: {a: b}\n",
    )
    assert [fault.split(":")[0] for fault in faults] == [f"line {n}" for n in (1, 2, 4, 5, 5, 6)]
    assert "no key 'titel'. Did you mean 'title'?" in faults[0]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("title: [T]\n", "line 1: 'title' is a list; expected a text."),
        ("wave: {a: b}\n", "line 1: 'wave' is a map; expected a text."),
        ("id_column: [a, b]\n", "line 1: 'id_column' is a list; expected a text."),
        ("identity_columns: {a: b}\n", "line 1: 'identity_columns' is a map; expected a list of texts."),
        ("exclude: [[1]]\n", "line 1: 'exclude' is a list; expected a list of texts."),
    ],
)  # fmt: skip
def test_build_questionnaire_names_a_fault_of_the_head(head, expected):
    assert refusal(single("a"), head) == [expected]


@pytest.mark.parametrize(
    "text",
    ["just a text", "[a, b]", "title: T", "questions: []", "questions:\n", "questions: {a: b}"],
)
def test_build_questionnaire_needs_a_list_of_questions(text):
    with pytest.raises(InputError, match="'questions'"):
        build_questionnaire(parse_yaml(text))


# ---- whatever is written, it is read or refused


VALUES = st.recursive(
    st.sampled_from(["a", "b", "yes", "1", "", "single", "multiple", "matrix", "other"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["a", "b", "yes", "id", "other_text"]), inner, max_size=2)
    ),
    max_leaves=4,
)
QUESTIONS = st.fixed_dictionaries(
    {
        "id": st.sampled_from("ab") | VALUES,
        "text": st.sampled_from("AB") | VALUES,
        "type": st.sampled_from(["single", "multiple", "matrix", "open"]) | VALUES,
        "page": st.sampled_from("12") | VALUES,
    },
    optional={k: VALUES for k in ("options", "rows", "other", "ask_if", "aliases", "required")},
)
HEADS = st.dictionaries(
    st.sampled_from(["title", "blank", "exclude", "id_column"]), VALUES, max_size=2
)


def flow(value):
    """A value as YAML in flow style."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"'{k}': {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return f"'{value}'"


@given(st.lists(QUESTIONS, min_size=1, max_size=3), HEADS)
@settings(max_examples=300, deadline=None)
def test_build_questionnaire_reads_or_refuses_any_shape(questions, head):
    try:
        survey = build_questionnaire(parse_yaml(flow(head | {"questions": questions})))
    except InputError as refused:
        assert "line" in str(refused)
    else:
        assert [q.id for q in survey.questions] == [q["id"] for q in questions]


def test_reserved_names_are_what_the_tables_use():
    assert (OTHER, OTHER_TEXT, NOT_STATED) == ("other", "other_text", "not_stated")
