"""What proposals come to: the change of the questionnaire, and the YAML that is shown for it."""

import pytest

from dmsi_lib.questionnaire.amendments import amended
from dmsi_lib.questionnaire.model import build_questionnaire
from dmsi_lib.questionnaire.strict_yaml import parse_yaml
from dmsi_lib.reading.advice.proposals import change_of, is_wording, shown_change
from dmsi_lib.reading.change_log import Proposal

TEXT = """\
scales:
  often: {never: Never, daily: {label: Daily, aliases: Each day}}
questions:
  - {id: m, text: How?, type: single, page: 1, aliases: [Wie?], options: [Never, Daily]}
  - {id: s, text: Scale?, type: single, page: 1, options: often}
  - {id: i, text: Income?, type: single, page: 1, options: {lo: "$0", hi: "$150,000+"}, other: Else}
"""
DOCUMENT = parse_yaml(TEXT)


def shown(*proposals):
    """The YAML that is shown, after the changed questionnaire has been read."""
    change = change_of(DOCUMENT, proposals)
    build_questionnaire(parse_yaml(amended(TEXT, change)))
    return [*shown_change(DOCUMENT, change)]


@pytest.mark.parametrize(
    ("proposal", "question", "yaml"),
    [
        (("aliases", "Wie oft?", "m"), "m", 'aliases: ["Wie?", "Wie oft?"]'),
        (("aliases", "150", "s"), "s", 'aliases: ["150"]'),
        (
            ("options", "150000", "i", "hi"),
            "i",
            'options: {hi: {label: "$150,000+", aliases: ["150000"]}}',
        ),
        (("options", "007", "i", "no"), "i", 'options: {"no": "007"}'),
        (("options", "Don't know", "i"), "i", 'options: {don_t_know: "Don\'t know"}'),
        (("options", "Lo", "i"), "i", 'options: {lo_2: "Lo"}'),
        (("options", "Other", "i"), "i", 'options: {other_2: "Other"}'),
        (("options", "日本", "i"), "i", 'options: {"日本": "日本"}'),
        (("options", "Later", "m", "later"), "m", 'options: ["Later"]'),
        (
            ("options", "nie", "m", "Never"),
            "m",
            'options: {Never: {label: "Never", aliases: ["nie"]}}',
        ),
        (("type", "multiple", "m"), "m", "type: multiple"),
        (("occurrence", 2, "m"), "m", "occurrence: 2"),
        (("optional", "true", "m"), "m", "optional: true"),
        (("optional", True, "i", "hi"), "i", 'options: {hi: {label: "$150,000+", optional: true}}'),
        (("id_column", "ID"), "", 'id_column: "ID"'),
        (("blank", ["-", "n/a"]), "", 'blank: ["-", "n/a"]'),
        (
            ("options", "Every day", "s", "daily"),
            "",
            'scales: {often: {daily: {label: "Daily", aliases: ["Each day", "Every day"]}}}',
        ),
    ],
)  # fmt: skip
def test_shown_change_is_what_the_questionnaire_is_to_say(proposal, question, yaml):
    assert shown(Proposal(*proposal)) == [(question, yaml)]


def test_change_of_writes_once_what_is_proposed_often():
    same = [Proposal("options", "Later", "i", "later")] * 3
    assert shown(*same) == [("i", 'options: {later: "Later"}')]


def test_change_of_gives_two_new_labels_two_codes():
    found = shown(
        Proposal("options", "In May", "i", "in"), Proposal("options", "In June", "i", "in")
    )
    assert found == [("i", 'options: {in: "In May", in_2: "In June"}')]


def test_change_of_gathers_the_aliases_of_one_option():
    texts = ("150000", "150,000")
    found = shown(*(Proposal("options", text, "i", "hi") for text in texts))
    assert found == [("i", 'options: {hi: {label: "$150,000+", aliases: ["150000", "150,000"]}}')]


def test_change_of_never_cuts_a_text():
    text = "Informal: " + "working groups, " * 40
    assert text in shown(Proposal("options", text, "i"))[0][1]


@pytest.mark.parametrize(
    ("proposal", "expected"),
    [
        (("aliases", "Wie", "m"), True),
        (("options", "nie", "m", "Never"), True),
        (("options", "nie", "s", "never"), True),
        (("options", "Later", "m", "later"), False),
        (("options", {"hi": "150", "new": "New"}, "i"), False),
        (("type", "multiple", "m"), False),
    ],
)
def test_is_wording_tells_an_alias_from_what_is_new(proposal, expected):
    assert is_wording(DOCUMENT, Proposal(*proposal)) is expected


SHARED = """\
scales: {acts: [Walk, Run], rate: [Good, Poor]}
questions:
  - {id: m, text: How?, type: matrix, page: 1, rows: acts, options: rate}
  - {id: n, text: Why?, type: matrix, page: 1, rows: acts, options: rate}
"""


def test_a_code_of_a_scale_is_changed_in_the_scale():
    change = change_of(parse_yaml(SHARED), [Proposal("optional", "true", "m", "Run")])
    assert change == {"scales": {"acts": {"Run": {"optional": True}}}}
    assert build_questionnaire(parse_yaml(amended(SHARED, change)))["n"].optional_codes == {"Run"}


def test_a_new_row_of_a_scale_may_lack_elsewhere():
    change = change_of(parse_yaml(SHARED), [Proposal("rows", "Swim", "m", "swim")])
    changed = build_questionnaire(parse_yaml(amended(SHARED, change)))
    assert [*changed["n"].rows] == ["Walk", "Run", "Swim"]
    assert changed["n"].optional_codes == {"Swim"}
