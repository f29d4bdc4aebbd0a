"""Titles and answers that are no option are repeated without what names or reaches a person."""

import pickle
from functools import partial

import pytest
from sample_exports import MEALS, MEALS_TWO_ROWS, read_rows_as, replaced

from dmsi_lib.errors import InputError
from dmsi_lib.reading.advice.fixing import fix_questionnaire
from dmsi_lib.reading.advice.remedies import Trials
from dmsi_lib.reading.change_log import Fault, Proposal, Refused
from dmsi_lib.reading.findings.taken_columns import column_lines
from dmsi_lib.reading.identities.discretion import discreet
from dmsi_lib.reading.identities.known_names import KnownNames

NAMES = KnownNames([["Zora", "Quill"]])
SECRETS = ("604-555-0142", "ann@example.org", "Annabel", "Brightwater")


def with_title(title, cell="x"):
    """The meals with a further column that nobody asked for, and a respondent of a rare name."""
    rows = replaced(MEALS_TWO_ROWS, 2, 4, "Annabel Brightwater")
    return [[*row, each] for row, each in zip(rows, [title, "", *[cell] * 6], strict=False)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Notes (call 604-555-0142)", "Notes (call [telephone])"),
        ("What Zora Quill said", "What [name] said"),
        ("(C) 'Regards, J. Smith' (2 times)", "(C) 'Regards, [signature]' (2 times)"),
        ("Which pies? Select all. - Sweet Potato", "Which pies? Select all. - Sweet Potato"),
        ("Do you eat lunch?", "Do you eat lunch?"),
        ("the client's 'own' words, 12 of 40", "the client's 'own' words, 12 of 40"),
    ],
)  # fmt: skip
def test_discreet_marks_identities_and_leaves_the_rest(text, expected):
    assert discreet(text, NAMES) == expected


def test_a_refusal_goes_to_another_process_as_its_message():
    refused = Refused.of("no", [Fault("ask Zora")], marked=partial(discreet, names=NAMES))
    copied = pickle.loads(pickle.dumps(refused))
    assert type(copied) is InputError and str(copied) == str(refused) == "no\n  - ask [name]"


def test_nothing_with_an_identity_is_proposed():
    trials = Trials(lambda _: None, lambda _: True, marked=partial(discreet, names=NAMES))
    harmless = Proposal("options", "Often", "eats", "often")
    telling = [
        Proposal("options", "Ask Zora", "eats", "ask_zora"),
        Proposal("options", {"a": "Often", "b": "a@example.org"}, "eats"),
        Proposal("aliases", ["Often", "604-555-0142"], "eats"),
    ]
    assert trials.may_propose(Fault("", (harmless, Proposal("occurrence", 2, "eats"))))
    assert not trials.may_propose(Fault(""))
    for proposal in telling:
        assert not trials.may_propose(Fault("", (harmless, proposal)))


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Remarks, to ann@example.org", "Remarks, to [e-mail]"),
        ("Remarks for Annabel Brightwater", "Remarks for [name]"),
        ("Remarks (604-555-0142)", "Remarks ([telephone])"),
    ],
)
def test_titles_of_ignored_columns_are_marked(tmp_path, title, shown):
    export = read_rows_as(tmp_path, with_title(title))
    assert export.columns["title"].iloc[-1] == shown
    assert export.findings.query("kind == 'column ignored'")["column"].tolist()[-1] == shown
    told = "\n".join([*column_lines(export.columns), export.findings.to_string()])
    assert shown in told and not any(secret in told for secret in SECRETS)


def test_answers_that_are_no_option_are_marked(tmp_path):
    for text, shown in [
        ("Yes, ask Annabel", "'Yes, ask [name]' (1 times) is no option"),
        ("ann@example.org", "'[e-mail]' (1 times) is no option"),
        ("Yes! 604-555-0142", "'Yes! [telephone]' (1 times) is no option"),
    ]:
        rows = replaced(with_title("Remarks"), 3, 5, text)
        with pytest.raises(InputError) as error:
            read_rows_as(tmp_path, rows)
        assert shown in str(error.value)
        assert not any(secret in str(error.value) for secret in SECRETS)


def test_what_is_cut_for_a_message_is_cut_before_an_identity(tmp_path):
    for text in ("ann.lee@example.org", "604 555 0142", "Brightwater"):
        for spaces in range(50, 80):
            long = f"{'o ' * 20}{'x' * (spaces - 40)} {text} and so on, for a line or two of it"
            rows = replaced(with_title("Remarks"), 3, 5, long)
            with pytest.raises(InputError) as error:
                read_rows_as(tmp_path, rows)
            told = str(error.value)
            assert not any(part in told for part in ("ann", "exam", "604", "555", "014", "Brig"))


def test_no_identity_is_proposed_for_the_questionnaire(tmp_path):
    rows = replaced(with_title("Remarks"), 3, 5, "Yes, ann@example.org")
    with pytest.raises(InputError):
        read_rows_as(tmp_path, rows)
    (export,) = tmp_path.glob("*.csv")
    instrument, out = tmp_path / "questionnaire.yaml", tmp_path / "fixed.yaml"
    instrument.write_text(MEALS, encoding="utf-8")
    fixed = fix_questionnaire(export, instrument, out)
    assert fixed.refused and not any(secret in str(fixed) for secret in SECRETS)
    assert not out.exists() or "ann@example.org" not in out.read_text(encoding="utf-8")
