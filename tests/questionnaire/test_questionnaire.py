"""The instrument as it is read, and every fault it is refused for."""
# ruff: noqa: E501 (a row of a table stays on its line)

from dataclasses import replace
from textwrap import dedent

import pytest
from drawn_questionnaires import HEADS, QUESTIONS, flow
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_exports import MEALS, questionnaire
from sample_questionnaires import built, refusal, single

from dmsi_lib.errors import InputError, UsageError
from dmsi_lib.questionnaire.formats import SAMPLING
from dmsi_lib.questionnaire.model import build_questionnaire, read_questionnaire
from dmsi_lib.questionnaire.question import (
    COMMENT,
    NOT_A_NUMBER,
    NOT_STATED,
    OTHER,
    OTHER_TEXT,
    not_a_number,
    scale_point,
)
from dmsi_lib.questionnaire.rules import Condition
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
    assert meals["place"].ask_if == ((Condition("eats", ("yes",)),),)
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
    assert survey.sampling == SAMPLING
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
    assert survey["c"].ask_if == (
        (Condition("a", ("yes",)), Condition("b", ("no",))),
        (Condition("b", ("yes", "no")),),
    )
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
    with pytest.raises(UsageError, match=r"no question 'eat'\. Did you mean 'eats'\?"):
        questionnaire()["eat"]


SCALES = """\
scales:
  often: [Never, Daily]
  agree:
    no: {label: Disagree, score: -1}
    mid: {label: Neither, aliases: [Neutral, Ni l'un ni l'autre], score: 0}
    yes: {label: Agree, score: 1}
    na: Not applicable
    unsure: Don't know
  unused: [A, B]
"""


def test_build_questionnaire_takes_options_and_rows_from_a_scale():
    survey = built(
        single("a", options="options: often")
        + "- {id: m, text: M, type: matrix, page: 1, rows: often, options: agree}\n",
        SCALES,
    )
    assert survey["a"].options == survey["m"].rows == {"Never": "Never", "Daily": "Daily"}
    assert [*survey["m"].options] == ["no", "mid", "yes", "na", "unsure"]
    assert survey["m"].option_aliases == {"mid": ("Neutral", "Ni l'un ni l'autre")}
    assert survey["m"].scores == {"no": -1, "mid": 0, "yes": 1}


def test_build_questionnaire_names_an_unknown_scale_and_suggests():
    questions = single("a", options="options: oftn") + single("b", options="options: agree")
    assert refusal(questions, "scales: {often: [Never, Daily], agree: [Yes, No]}\n") == [
        "line 3: question 'a': options: There is no scale 'oftn'. Did you mean 'often'?"
    ]


def test_build_questionnaire_tells_what_is_wrong_in_a_scale_once():
    questions = single("a", options="options: s") + "".join(
        [
            single("b", options="options: s", more=", exclusive: x"),
            single("c", 2, ", ask_if: {a: x}"),
        ]
    )
    assert refusal(questions, "scales: {s: {x: [X]}}\n") == [
        "line 1: 'scales.s.x' is a list; expected names, each with codes and labels (code: label) or a list of labels that differ.",
        "line 4: question 'b': only a multiple question has 'exclusive' options; this is of type single.",
    ]


@pytest.mark.parametrize(
    ("more", "order"),
    [
        ("", ()),
        (", ordered: true", ("x", "y", "z")),
        (", ordered: true, other: Z", ("x", "y")),  # whose text may be anything
        (", ordered: [y, x]", ("y", "x")),
    ],
)
def test_options_are_in_the_order_that_is_said(more, order):
    text = f"- {{id: a, text: A, type: single, page: 1, options: {{x: X, y: Y, z: Z}}{more}}}"
    assert built(text)["a"].ordered == order


def test_a_scale_is_in_the_order_of_its_scores():
    options = "{yes: {label: Agree, score: 1}, no: {label: Disagree, score: -1}, unsure: Unsure}"
    text = f"- {{id: a, text: A, type: single, page: 1, options: {options}}}"
    assert built(text)["a"].ordered == ("no", "yes")


def test_a_question_made_of_two_is_ordered_where_both_are_so():
    part = "- {{id: {}, text: {}, type: single, page: {}, options: [x, y], ordered: {}}}\n"
    derived = "derived: [{id: c, text: C, coalesce: [a, b]}]\n"
    for order, expected in (("true", ("x", "y")), ("[y, x]", ())):
        questions = part.format("a", "A", 1, "true") + part.format("b", "B", 2, order)
        made = build_questionnaire(parse_yaml(f"title: T\nquestions:\n{questions}{derived}"))
        assert made["c"].ordered == expected


def test_build_questionnaire_reads_what_an_option_has_besides_its_label():
    question = built(
        dedent("""\
        - id: a
          text: A
          type: multiple
          page: 1
          occurrence: 2
          optional: true
          options:
            sms: SMS
            messenger: {label: Messenger, aliases: [Facebook Messenger, Messager], optional: true}
            none: {label: None of these, optional: false}
          exclusive: none
          other: [Other (please specify), Another]
          comment: Anything else?
        """)
    )["a"]
    assert question.options == {"sms": "SMS", "messenger": "Messenger", "none": "None of these"}
    assert question.option_aliases == {"messenger": ("Facebook Messenger", "Messager")}
    assert question.optional_codes == {"messenger"} and question.optional
    assert question.exclusive == ("none",) and question.occurrence == 2
    assert question.companions == {"other": "Other (please specify)", "other_2": "Another"}
    assert question.text_items == {"other": "other_text", "other_2": "other_text_2"}
    assert question.items == ("sms", "messenger", "none", "other", "other_2")
    assert (question.comment, question.answer_items()) == ("Anything else?", ("sms",))


def test_items_of_questions_with_rows():
    survey = built(
        "- {id: m, text: M, type: matrix_multiple, page: 1, rows: {k: K, b: B}, options: {x: X, y: Y}}\n"
        "- {id: n, text: N, type: numeric, page: 1, rows: {up: Up, down: Down}}\n"
        "- {id: o, text: O, type: open, page: 1, rows: {one: 1., two: {label: 2., optional: true, aliases: 'II'}}}\n"
        "- {id: d, text: D, type: date, page: 1, format: '%d/%m/%Y %H:%M'}\n"
    )
    assert survey["m"].items == ("k.x", "k.y", "b.x", "b.y")
    assert survey["m"].answer_items() == ("k.x", "b.x")
    assert survey["m"].answer_items("b") == ("b.x",)
    assert survey["n"].items == ("up", "down")
    assert survey["n"].answer_items("up") == ("up", "up.not_a_number")
    assert survey["n"].answer_items() == ("up", "down", "up.not_a_number", "down.not_a_number")
    assert survey["o"].items == survey["o"].answer_items() == ("one", "two")
    assert survey["o"].row_aliases == {"two": ("II",)} and survey["o"].optional_codes == {"two"}
    assert (survey["d"].items, survey["d"].format) == (("",), "%d/%m/%Y %H:%M")


@pytest.mark.parametrize("layout", ["condensed", "google_forms", "qualtrics", "limesurvey"])
def test_build_questionnaire_reads_the_layout(layout):
    assert built(single("a")).layout == "surveymonkey"
    assert built(single("a"), f"layout: {layout}\nid_column: none\n").layout == layout


SCALE_LABELS = [
    # labels, and what they count; none where they are no scale
    (["1", "2", "3"], [1, 2, 3]),
    (["Not at all likely - 0", *map(str, range(1, 10)), "Extremely likely - 10"], range(11)),
    (["1 = never", "2", "3", "4", "5 = always"], [1, 2, 3, 4, 5]),
    (["1 (bad)", "2", "3"], []),
    (["5", "4", "3 - fair", "2", "1"], [5, 4, 3, 2, 1]),
    (["1. Yes", "2. No", "3. Don't know"], []),  # numbered options
    (["0", "1", "2", "4"], []),
    (["1", "2"], []),
    (["2016", "2017", "2018"], []),
    (["18-29", "30-44", "45-60"], []),
    (["10 or younger", "11", "12"], []),
    (["1", "2", "3", "Don't know"], []),  # say which by `score`
]


@pytest.mark.parametrize(("labels", "points"), SCALE_LABELS)
def test_scores_are_what_the_labels_of_a_scale_say(labels, points):
    options = ", ".join(
        f"c{n}: {label!r}" if "'" not in label else f'c{n}: "{label}"'
        for n, label in enumerate(labels)
    )
    question = built(single("a", options=f"options: {{{options}}}"))["a"]
    assert [*question.scores.values()] == [*points]


def test_scores_of_a_multiple_question_there_are_none():
    assert (
        built("- {id: a, text: A, type: multiple, page: 1, options: ['1', '2', '3']}\n")["a"].scores
        == {}
    )


@pytest.mark.parametrize(
    ("label", "point"),
    [("7", 7), ("-3", -3), ("Never (0)", 0), ("Very likely – 10", 10), ("1: never", 1), ("1-5 bites", None), ("Never", None),
     ("1 - 5 days", None), ("6 - 10", None), ("More than 5 - 10", None), ("A - 3", 3)],
)  # fmt: skip
def test_scale_point(label, point):
    assert scale_point(label) == point


def test_with_questions_puts_others_in_their_place():
    survey = built(single("a") + single("b"))
    changed = survey.with_questions({"a": replace(survey["a"], asked=False)})
    assert [q.id for q in changed.in_file] == ["b"] and not changed["a"].asked
    assert survey["a"].asked and [q.id for q in changed.questions] == ["a", "b"]


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
         "line 2: question 'a': 'type' is 'choice'; expected single, multiple, ranking, matrix, matrix_multiple, open, numeric or date."),
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
         "line 2: question 'a': only a matrix, or an open or numeric question of several boxes, has 'rows'."),
        ("- {id: a, text: A, type: ranking, page: 1, options: {x: X}, other: Else}\n",
         "line 2: question 'a': only a single or multiple question has an 'other'; this is of type ranking."),
        ("- {id: a, text: A, type: single, page: 1, options: {x: X, y: ' x '}}\n",
         "line 2: question 'a': the options 'x' and 'y' have the same label ' x '."),
        ("- {id: a, text: A, type: single, page: 1, options: [X, Y, X]}\n",
         "line 2: question 'a': 'options' is a list; expected codes with labels (code: label), a list of labels that differ, or a scale's name."),
        ("- {id: a, text: A, type: matrix, page: 1, options: {x: X}, rows: {r: R, s: r}}\n",
         "line 2: question 'a': the rows 'r' and 's' have the same label 'r'."),
        ("- {id: a, text: A, type: single, page: 1, options: {other_text: X}}\n",
         "line 2: question 'a': the code 'other_text' is reserved."),
        ("- {id: a, text: A, type: multiple, page: 1, options: {not_stated: X}}\n",
         "line 2: question 'a': the code 'not_stated' is reserved."),
        ("- {id: a, text: A, type: single, page: 1, options: {other: X}, other: Else}\n",
         "line 2: question 'a': option 'other' and the companion 'Else' differ; give the option a code."),
        ("- {id: a, text: A, type: single, page: 1, options: {x: [X]}}\n",
         "line 2: question 'a': 'options.x' is a list; expected codes with labels (code: label), a list of labels that differ, or a scale's name."),
        ("- {id: a, text: A, type: single, page: 1, options: {x: ''}}\n",
         "line 2: question 'a': 'options.x' is empty; expected codes with labels (code: label), a list of labels that differ, or a scale's name."),
        ("- {id: a, text: A, type: single, page: 1, options: Yes}\n",
         "line 2: question 'a': 'options' is 'Yes'; expected codes with labels (code: label), a list of labels that differ, or a scale's name."),
        ("- {id: a, text: A, type: open, page: 1, aliases: {x: y}}\n",
         "line 2: question 'a': 'aliases' is a map; expected a list of texts."),
        ("- {id: a, text: A, type: open, page: 1, concept: [c]}\n", "line 2: question 'a': 'concept' is a list; expected a text."),
        ("- {id: a, text: A, type: single, page: 1, options: [X], other: {c: d}}\n",
         "line 2: question 'a': 'other' is a map; expected a list of texts."),
        ("- {id: a, text: A, type: open, page: 1, ask_if: yes}\n",
         "line 2: question 'a': 'ask_if' is 'yes'; expected gates with codes (gate: [code, code]), or a list of such maps."),
        ("- {id: a, text: A, type: open, page: 1, ask_if: [{}]}\n",
         "line 2: question 'a': 'ask_if' is an empty map; expected gates with codes (gate: [code, code]), or a list of such maps."),
        ("- {id: a, text: A, type: open, page: 1, ask_if: {b: []}}\n",
         "line 2: question 'a': 'ask_if.b' is an empty list; expected gates with codes (gate: [code, code]), or a list of such maps."),
        ("- {id: a, text: A, type: open, page: 1, ask_if: {b: {c: d}}}\n",
         "line 2: question 'a': ask_if.b: There is no key 'c'. Expected one of: any_of, all_of, none_of, at_least, at_most, more_than, less_than, answered."),
        ("- {id: a, text: A, type: open, page: 1, ask_if: {b: {}}}\n",
         "line 2: question 'a': 'ask_if.b' is an empty map; expected gates with codes (gate: [code, code]), or a list of such maps."),
        ("- {id: a, text: A, type: open, page: 1, ask_if: {b: {at_least: many}}}\n",
         "line 2: question 'a': 'ask_if.b.at_least' is 'many'; expected a number."),
        ("- {id: a, text: A, type: open, page: 1, ask_if: {b: {answered: no}}}\n",
         "line 2: question 'a': 'ask_if.b.answered' is 'no'; expected true."),
        ("- {id: a, text: A, type: open, page: 1, ask_if: [{b: {none_of: []}}]}\n",
         "line 2: question 'a': 'ask_if.b.none_of' is an empty list; expected codes."),
        ("- {id: a, text: A, type: single, page: 1, options: {x: {labl: X}}}\n",
         "line 2: question 'a': options.x: There is no key 'labl'. Did you mean 'label'?"),
        ("- {id: a, text: A, type: single, page: 1, options: {x: {aliases: [Y]}}}\n",
         "line 2: question 'a': 'options.x.label' is missing; expected a text."),
        ("- {id: a, text: A, type: single, page: 1, options: {x: {label: X, optional: maybe}}}\n",
         "line 2: question 'a': 'options.x.optional' is 'maybe'; expected true or false."),
        ("- {id: a, text: A, type: single, page: 1, options: {x: {label: X, score: ten}}}\n",
         "line 2: question 'a': 'options.x.score' is 'ten'; expected a number."),
        ("- {id: a, text: A, type: single, page: 1, options: {x: {label: X, aliases: {a: b}}}}\n",
         "line 2: question 'a': 'options.x.aliases' is a map; expected a list of texts."),
        ("- {id: a, text: A, type: open, page: 1, optional: yes}\n",
         "line 2: question 'a': 'optional' is 'yes'; expected true or false."),
        ("- {id: a, text: A, type: open, page: 1, occurrence: second}\n",
         "line 2: question 'a': 'occurrence' is 'second'; expected a whole number from 1."),
        ("- {id: a, text: A, type: open, page: 1, occurrence: 0}\n",
         "line 2: question 'a': 'occurrence' is '0'; expected a whole number from 1."),
        ("- {id: a, text: A, type: multiple, page: 1, options: {x: X}, exclusive: [z]}\n",
         "line 2: question 'a': There is no option with code 'z'. Expected one of: x."),
        ("- {id: a, text: A, type: single, page: 1, options: {x: X}, exclusive: [x]}\n",
         "line 2: question 'a': only a multiple question has 'exclusive' options; this is of type single."),
        ("- {id: a, text: A, type: multiple, page: 1, options: {x: X, y: Y}, ordered: true}\n",
         "line 2: question 'a': only a single question or a matrix has 'ordered' options; this is of type multiple."),
        ("- {id: a, text: A, type: single, page: 1, options: {x: X, y: Y}, ordered: [x, z]}\n",
         "line 2: question 'a': There is no option with code 'z'. Expected one of: x, y."),
        ("- {id: a, text: A, type: single, page: 1, options: {x: X, y: Y}, ordered: x}\n",
         "line 2: question 'a': expected two different options at least, each once, from low to high."),
        ("- {id: a, text: A, type: open, page: 1, format: '%d/%m/%Y'}\n",
         "line 2: question 'a': only a date has a 'format'; this is of type open."),
        ("- {id: a, text: A, type: date, page: 1, format: dd/mm/yyyy}\n",
         "line 2: question 'a': 'format' is 'dd/mm/yyyy'; expected how a date is written, as %d/%m/%Y."),
        ("- {id: a, text: A, type: date, page: 1, format: '%d %d'}\n",
         "line 2: question 'a': 'format' is '%d %d'; expected how a date is written, as %d/%m/%Y."),
        ("- {id: a, text: A, type: date, page: 1, format: '%d %Q'}\n",
         "line 2: question 'a': 'format' is '%d %Q'; expected how a date is written, as %d/%m/%Y."),
        ("- {id: a, text: A, type: date, page: 1, options: {x: X}}\n",
         "line 2: question 'a': a question of type date has no options."),
        ("- {id: a, text: A, type: date, page: 1, rows: {x: X}}\n",
         "line 2: question 'a': only a matrix, or an open or numeric question of several boxes, has 'rows'."),
        ("- {id: a, text: A, type: matrix_multiple, page: 1, options: {x: X}}\n",
         "line 2: question 'a': a matrix needs 'rows' (code: label)."),
        ("- {id: a, text: A, type: matrix_multiple, page: 1, rows: {x: X}}\n",
         "line 2: question 'a': a matrix_multiple question needs 'options' (code: label)."),
        ("- {id: a, text: A, type: matrix_multiple, page: 1, rows: {r: R, r.x: S}, options: {x.y: X, y: Y}}\n",
         "line 2: question 'a': the rows 'r' and 'r.x' have an item 'r.x.y' in common; give one of them another code."),
        ("- {id: a, text: A, type: single, page: 1, options: {x: X}, other: [Else, More]}\n",
         "line 2: question 'a': only a multiple question has more than one 'other'."),
        ("- {id: a, text: A, type: multiple, page: 1, options: {x: Else}, other: [Else, else]}\n",
         "line 2: question 'a': two 'other' have the same label, which is that of an option."),
        ("- {id: a, text: A, type: multiple, page: 1, options: {other_2: X}, other: [Else, More]}\n",
         "line 2: question 'a': the code 'other_2' is that of the companion 'More'; give the option another."),
        ("- {id: a, text: A, type: single, page: 1, options: {x: X, y: Why}, comment: why?}\n",
         "line 2: question 'a': 'comment' and 'y' have the same label 'why?'."),
        ("- {id: a, text: A, type: single, page: 1, options: {comment: X}}\n",
         "line 2: question 'a': the code 'comment' is reserved."),
        ("- {id: a, text: A, type: multiple, page: 1, options: {other_text_2: X}}\n",
         "line 2: question 'a': the code 'other_text_2' is reserved."),
        ("- {id: a, text: A, type: numeric, page: 1, rows: {not_a_number: X}}\n",
         "line 2: question 'a': the code 'not_a_number' is reserved."),
        ("- {id: a, text: A, type: single, page: 1, options: {x: {label: X, score: 1}, y: Y, z: Z}}\n",
         "line 2: question 'a': one option alone has a 'score'; expected one for every point of the scale."),
        ("- {id: a, text: A, type: multiple, page: 1, options: {x: {label: X, score: 1}, y: {label: Y, score: 2}}}\n",
         "line 2: question 'a': only a single question or a matrix has a 'score', not a multiple."),
        ("- {id: a, text: A, type: matrix, page: 1, options: {x: X}, rows: {r: {label: R, score: 1}}}\n",
         "line 2: question 'a': the row 'r' has a 'score'; only options count in a mean."),
        ("- {id: a, text: A, type: single, page: 1, options: {x: {label: X, aliases: Y}, y: 'y '}}\n",
         "line 2: question 'a': the options 'x' and 'y' have the same label 'y '."),
        ("- {id: a, text: A, type: single, page: 1, options: {x: {label: X, aliases: Else}}, other: Else}\n",
         "line 2: question 'a': the options 'x' and 'other' have the same label 'Else'."),
        ("- {id: a, text: A, type: matrix, page: 1, options: [X], rows: {r: R, s: {label: S, aliases: [T, R]}}}\n",
         "line 2: question 'a': the rows 'r' and 's' have the same label 'R'."),
        ("- {id: a, text: A, type: matrix, page: 1, options: {x: {label: X, optional: true}}, rows: {x: R}}\n",
         "line 2: question 'a': 'x' is a row and an option, one of them optional; rename one."),
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
        ("layout: excel\n", "line 1: 'layout' is 'excel'; expected surveymonkey, condensed, google_forms, qualtrics or limesurvey."),
        ("scales: [a]\n", "line 1: 'scales' is a list; expected names, each with codes and labels (code: label) or a list of labels that differ."),
        ("scales: {a: b}\n", "line 1: 'scales.a' is 'b'; expected names, each with codes and labels (code: label) or a list of labels that differ."),
        ("scales: {a: {x: {label: X, scor: 1}}}\n", "line 1: scales.a.x: There is no key 'scor'. Did you mean 'score'?"),
        ("derived: {a: b}\n", "line 1: 'derived' is a map; expected a list of derived questions."),
        ("derived: d\n", "line 1: 'derived' is 'd'; expected a list of derived questions."),
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


@given(st.lists(QUESTIONS, min_size=1, max_size=3), HEADS)
@settings(max_examples=300, deadline=None)
def test_build_questionnaire_reads_or_refuses_any_shape(questions, head):
    try:
        survey = build_questionnaire(parse_yaml(flow(head | {"questions": questions})))
    except InputError as refused:
        assert "line" in str(refused)
    else:
        assert [q.id for q in survey.questions if not q.parts] == [q["id"] for q in questions]


def test_reserved_names_are_what_the_tables_use():
    assert (OTHER, OTHER_TEXT, NOT_STATED) == ("other", "other_text", "not_stated")
    assert (COMMENT, not_a_number()) == ("comment", NOT_A_NUMBER)
    assert not_a_number("row") == "row.not_a_number"


def test_who_is_asked_is_said_once_for_all_questions_of_a_rule():
    entry = "- {{id: {}, text: {}, type: open, page: 2, ask_if: {{g: {}}}{}}}\n"
    text = (
        "- {id: g, text: G?, short: Gate, type: single, page: 1, options: {yes: 'Yes', no: 'No'}}\n"
        + entry.format("a", "A", "yes", "")
        + entry.format("b", "B", "yes", ", asked_of: people who do")
        + entry.format("c", "C", "no", "")
    )
    survey = built(text)
    assert [survey.asked_of(survey[name]) for name in "abc"] == ["people who do"] * 2 + [None]
    assert [survey[name].short for name in "ga"] == ["Gate", "A"]
