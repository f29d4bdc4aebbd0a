"""What is counted under the choices of a survey, countable by hand."""

import numpy as np
import pytest
from small_survey import write_survey

from dmsi_lib import Survey
from dmsi_lib.choices import Choices
from dmsi_lib.errors import UsageError
from dmsi_lib.survey.counts import count, members_of
from dmsi_lib.survey.material import read_material
from dmsi_lib.where import Where

MEMBERS = np.array([True] * 4 + [False] * 4)


@pytest.fixture(scope="module")
def counts(tmp_path_factory):
    export, questionnaire = write_survey(tmp_path_factory.mktemp("small"))
    choices = Choices(str(export), str(questionnaire))
    return count(read_material(choices), choices)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("doneness", {"rare": ["r1", "r2"], "medium": [], "well": ["r3"], "not_stated": ["r4"]}),
        (
            "sauces",
            {
                **{"pepper": ["r1", "r3"], "butter": ["r1", "r2"], "other": ["r2"]},
                "not_stated": ["r4"],
            },
        ),
    ],
)
def test_chosen_single_and_multiple(counts, name, expected):
    found = counts.chosen(counts.questionnaire[name], MEMBERS)
    assert {item: list(found.index[column]) for item, column in found.items()} == expected


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        (["role=cook,critic"], ["r1", "r2", "r5"]),
        (["role=cook,guest"], ["r1", "r2", "r3", "r4", "r5", "r6", "r8"]),
        # Who did not answer is on neither side: r7 gave no role, r7 and r8 named no shop.
        (["role!=cook"], ["r3", "r4", "r6", "r8"]),
        (["role!=cook,guest"], []),
        (["shops!=market"], ["r3", "r6"]),
        (["shops!=market,butcher"], ["r6"]),
        (["shops=market,other"], ["r1", "r2", "r4", "r5", "r6"]),
        (["role!=guest", "shops=market", "eats=yes"], ["r1", "r2"]),
    ],
)
def test_members_of_conditions(counts, where, ids):
    members = members_of(counts.responses, counts.questionnaire, Where.of(where))
    assert list(counts.responses.index[members]) == ids


@pytest.mark.parametrize("other", ["none", "gate", "follow_up"])
def test_conditions_hold_for_the_answers_as_given(small, other):
    """Whom a condition keeps does not depend on the edit."""
    part = small.with_(edit=other, where="doneness=rare")
    assert list(part.responses.index) == ["r1", "r2", "r5"]


def test_code_with_a_comma_stands_in_quotes(tmp_path):
    text = """
questions:
  - {id: size, text: Size?, type: single, page: 1, options: {"1,000": "1,000", few: Few}}
"""
    (tmp_path / "q.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "e.csv").write_text(
        'Respondent ID,Size?\n,Response\n1,"1,000"\n2,Few\n3,Few\n', encoding="utf-8"
    )
    survey = Survey.load(tmp_path / "e.csv", tmp_path / "q.yaml")
    assert survey.with_(where='size="1,000"').n == 1
    assert survey.with_(where='size!="1,000"').n == 2
    assert repr(survey.with_(where='size="1,000",few')).endswith(
        '3 respondents where size="1,000",few, 1 question; export; edit none, base answered'
    )
    with pytest.raises(UsageError, match='stands in quotes: size="1,000"'):
        survey.with_(where="size=1,000")
