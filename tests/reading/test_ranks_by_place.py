import pytest
from sample_exports import write_csv

from dmsi_lib.errors import InputError
from dmsi_lib.questionnaire.model import build_questionnaire
from dmsi_lib.questionnaire.strict_yaml import parse_yaml
from dmsi_lib.reading.export import read_export
from dmsi_lib.reading.shapes.ranks_by_place import places_of

RANKING = """
layout: limesurvey
id_column: Response ID
questions:
  - {id: order, page: 1, type: ranking, text: Rank, options: {soup: Soup, bread: Bread, egg: Egg}}
"""


def ranks(tmp_path, *rows):
    titles = ["Response ID", *(f"Rank [Rank {n}]" for n in (1, 2, 3))]
    place = write_csv(tmp_path / "e.csv", [titles, *rows])
    found = read_export(place, build_questionnaire(parse_yaml(RANKING))).responses["order"]
    return found.astype(object).where(found.notna(), None).to_numpy().tolist()


def test_each_option_has_the_first_place_that_it_was_put_in(tmp_path):
    rows = ["1", "Egg", "Soup", "Bread"], ["2", "Bread", "", ""], ["3", "Soup", "Egg", "Soup"]
    assert ranks(tmp_path, *rows) == [[2, 3, 1], [None, 1, None], [1, None, 2]]


def test_a_text_that_is_no_option_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"'Cake' \(1 times\) is no option of 'order'"):
        ranks(tmp_path, ["1", "Cake", "Soup", "Egg"], ["2", "Egg", "", ""])


@pytest.mark.parametrize(
    ("subtitles", "places"),
    [
        (["Rank 1", "Rank 2"], [1, 2]),
        (["Ranking 2", "Ranking 1"], [2, 1]),
        (["Rank 1", "Rank 3"], []),
        (["Rank 1"], []),
        (["Rank 1", "Soup"], []),
        (["1", "2"], []),
    ],
)
def test_places_are_named_from_the_first_on(subtitles, places):
    assert places_of(subtitles) == places
