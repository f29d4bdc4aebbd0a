import pytest

from dmsi_lib.drafting.names import option_codes, question_ids
from dmsi_lib.drafting.orders import in_natural_order


@pytest.mark.parametrize(
    ("low_to_high", "graded"),
    [
        (["18 - 29", "30 - 44", "45 - 59", "60+"], True),
        (["< 18", "18-29", "> 60"], True),
        (["$0 - $24,999", "$25,000 - $49,999", "$100,000+", "Prefer not to answer"], True),
        (["10 or younger", "11", "12", "21 or older"], True),
        (["Never", "Once a year or less", "A few times per week", "Every day"], True),
        (["Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree"], True),
        (["Not at all likely", "Not so likely", "Very likely", "Extremely likely"], True),
        (["Very unlikely", "Somewhat unlikely", "Somewhat likely", "Very likely"], True),
        (["Yes", "No"], False),
        (["Yes", "No", "I don't know"], False),
    ],
)
def test_options_come_in_their_natural_order(low_to_high, graded):
    turned = list(reversed(low_to_high))
    assert in_natural_order(turned) == (tuple(low_to_high), graded)


def test_options_without_an_order_stay_as_they_stand():
    assert in_natural_order(["Steak", "Fish", "Other", "Egg"]) == (
        ("Steak", "Fish", "Egg", "Other"),
        False,
    )
    assert in_natural_order(["Only one"]) == (("Only one",), False)


def test_ids_are_words_that_tell_and_differ():
    wordings = ["Do you own a dog?", "Do you own a dog?", "60 years?", "con", "Où ?", "???"]
    assert question_ids(wordings) == [
        *("own_dog", "own_dog_2", "q_60_years", "question_con", "ou", "question"),
    ]
    (long,) = question_ids(["Incomprehensibilities notwithstanding interdisciplinary matters"])
    assert len(long) <= 40 and not long.endswith("_")


def test_codes_keep_what_signs_say():
    assert option_codes(["> 60", "< 18", "60+", "A/B", "A B", "—"]) == [
        *("over_60", "under_18", "60_or_more", "a_b", "a_b_2", "option"),
    ]
