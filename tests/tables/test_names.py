"""What tables are called, and that no two of them are one file."""

import pytest
from small_survey import make_questionnaire

from dmsi_lib.tables.names import ROUTING, THEMES, TableName, file_names


def survey_of(*names):
    """A questionnaire of open questions."""
    lines = [
        f"  - {{id: {name}, text: Question {n}, type: open, page: 1}}\n"
        for n, name in enumerate(names)
    ]
    return make_questionnaire("title: Names\nquestions:\n" + "".join(lines))


def test_file_names_are_those_of_questions_themes_and_routing():
    assert file_names(survey_of("why", "how")) == {
        ROUTING: "routing",
        TableName("why"): "why",
        TableName("how"): "how",
        TableName("why", THEMES): "why_themes",
        TableName("how", THEMES): "how_themes",
    }


@pytest.mark.parametrize(
    "names",
    [
        *(("routing",), ("why", "why_themes"), ("why_themes", "why")),
        *(("why", "why_themes", "why_themes-2"), ("a", "A"), ("Routing", "routing", "routing-2")),
    ],
)
def test_file_names_are_different_on_every_system(names):
    found = file_names(survey_of(*names))
    assert len(found) == 1 + 2 * len(names)
    assert len({name.casefold() for name in found.values()}) == len(found)
    assert found[ROUTING] == "routing"


def test_a_table_name_says_its_kind_unless_it_is_a_questions_answers():
    assert str(TableName("why")) == "why"
    assert str(TableName("why", THEMES)) == "why (themes)"
