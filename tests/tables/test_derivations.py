"""How derived questions are made, in words."""

import pytest
from reference_skip_logic import questionnaire_of

from dmsi_lib.tables.derivations import how_made
from dmsi_lib.tables.tables import audience

QUESTIONNAIRE = questionnaire_of(
    """
  - {id: role, type: single, page: 1, options: {cook: Cook, guest: Guest}}
  - {id: pans, type: multiple, page: 2, ask_if: {role: cook}, asked_of: cooks, exclusive: none,
     options: {iron: Iron, steel: Steel, none: None}}
  - {id: pots, type: multiple, page: 2, ask_if: {role: guest}, asked_of: guests, options: {iron: Iron}}
  - {id: age, type: numeric, page: 1}
""",
    """
  - {id: both, coalesce: [pans, pots]}
  - {id: metal, net: both, options: {any: {label: Any, codes: [iron, steel]}}}
  - {id: many, count: pans}
  - {id: who, recode: role, options: {all: {label: Everybody, codes: [cook, guest]}}}
  - {id: grown, bands: age, options: {no: {label: Young, less_than: 18}, yes: {label: Old,
     at_least: 18, at_most: 99.5}}}
  - {id: mix, combine: [role, age], options: {old: {label: Old cooks, if: {role: cook, age:
     {at_least: 50}}}, rest: {label: The rest, otherwise: true}}}
""",
)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("role", ""),
        ("both", "The answer to “pans”, else to “pots”"),
        ("metal", "Any of several answers to “both”: Any (Iron, Steel)"),
        ("many", "How many were ticked in answer to “pans”, of Iron, Steel"),
        ("who", "The answers to “role”, put together: Everybody (Cook, Guest)"),
        ("grown", "The numbers given to “age”, in bands: Young (less than 18); Old (at least 18 and at most 99.5)"),
        ("mix", "By the answers to “role” and “age”, the first that holds: Old cooks (“Cook” to “role” and at least 50 to “age”); The rest (all others)"),
    ],
)  # fmt: skip
def test_how_made_says_what_is_in_each_option(name, words):
    assert how_made(QUESTIONNAIRE[name], QUESTIONNAIRE) == words


def test_a_derived_question_was_asked_of_those_whom_its_parts_were_asked_of():
    asked_of = {q.id: audience(q, QUESTIONNAIRE) for q in QUESTIONNAIRE.derived}
    assert asked_of == {
        "both": "cooks or guests",
        "metal": "cooks or guests",
        "many": "cooks",
        "who": "everybody",
        "grown": "everybody",
        "mix": "everybody",
    }
