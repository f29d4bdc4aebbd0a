"""Short questionnaires, written in the tests line by line, and what they are refused with."""

from textwrap import indent

import pytest

from dmsi_lib.errors import InputError
from dmsi_lib.questionnaire.model import build_questionnaire
from dmsi_lib.questionnaire.strict_yaml import parse_yaml

YES_NO = 'options: {yes: "Yes", no: "No"}'


def single(name, page=1, more="", text=None, options=YES_NO):
    """One line of YAML: a single-choice question."""
    return f"- {{id: {name}, text: {text or name}, type: single, page: {page}, {options}{more}}}\n"


def built(questions, head=""):
    """The questionnaire with these questions, as from the file q.yaml."""
    return build_questionnaire(
        parse_yaml(head + "questions:\n" + indent(questions, "  ")), "q.yaml"
    )


def refusal(questions, head=""):
    """The lines of the message that a questionnaire is refused with, the heading left out."""
    with pytest.raises(InputError) as error:
        built(questions, head)
    heading, *faults = str(error.value).splitlines()
    assert heading == "q.yaml: the questionnaire can't be used."
    return [fault.removeprefix("  - ") for fault in faults]
