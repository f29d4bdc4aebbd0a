import pytest

from dmsi_lib.drafting.names import option_codes, question_ids
from dmsi_lib.drafting.orders import in_natural_order, low_to_high


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
        (["5 weeks", "6 months", "Less than a year", "2 years"], True),
        (["Less than 1 month", "1-3 months", "6 months - 1 year", "More than 2 years"], True),
        (["15 min", "30 minutes", "1 hour", "2 hours"], True),
        (["Less than $40k", "$40-75k", "$75-125k", "$125k or more"], True),
        (["500", "1k", "10k"], True),
        (["< 1 years", "1-3 years", "3-5 years", "20+ years"], True),
        (["-2", "-1", "0", "1", "2"], True),
        (["None", "1", "2", "3 or more"], True),
        (["Never", "Once", "2-4 times", "5 or more times"], True),
        (["Once", "Twice", "Three times", "More than five times", "It is not okay"], True),
        (["Python 2.7", "Python 3.9", "Python 3.10"], True),
        (["Under 5 ft.", "5'9\"", "5'10\"", "6'0\"", "6'6\" and above"], True),
        (["No, not at all rude", "Yes, somewhat rude", "Yes, very rude"], True),
        (["No, not rude at all", "Yes, somewhat rude", "Yes, very rude"], True),
        (["Not at all masculine", "Not very masculine", "Very masculine", "No answer"], True),
        (["Very unsafe", "Unsafe", "Neither", "Safe", "Very safe"], True),
        (["Very conservative", "Conservative", "Moderate", "Liberal", "Very liberal"], True),
        (["Definitely not", "Probably not", "Probably", "Definitely"], True),
        (["Nothing at all", "Only a little", "Some", "A lot"], True),
        (["Novice", "Intermediate", "Advanced", "Expert"], True),
        (["Never, but open to it", "Rarely", "Sometimes", "Often"], True),
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


def test_options_that_share_a_place_are_in_order_and_make_no_scale():
    options = ["Often", "Never, but open", "Rarely", "Never, and not open"]
    expected = ("Never, but open", "Never, and not open", "Rarely", "Often")
    assert in_natural_order(options) == (expected, False) and low_to_high(options) == ()


@pytest.mark.parametrize(
    "options",
    [["Windows 10", "Linux", "macOS"], ["Soup", "Very old cheese"], ["Private", "Public", "Both"]],
)
def test_what_is_no_scale_stays_as_it_stands(options):
    assert in_natural_order(options) == (tuple(options), False)


def test_numbers_for_no_answer_have_no_place():
    assert low_to_high(["3", "-1", "1", "2"]) == ("1", "2", "3")
    assert low_to_high(["99", "1", "2", "3"]) == ("1", "2", "3")
    assert low_to_high(["-1", "0", "1"]) == ("-1", "0", "1")  # the middle tells that it is a scale
    assert in_natural_order(["-1", "2", "1"]) == (("1", "2", "-1"), False)


def test_only_options_with_a_place_are_ordered():
    options = ["2", "1", "0", "-1", "It depends"]
    assert low_to_high(options) == ("-1", "0", "1", "2")
    assert in_natural_order(options)[0][-1] == "It depends"


def test_ids_are_words_that_tell_and_differ():
    wordings = ["Do you own a dog?", "Do you own a dog?", "60 years?", "con", "Où ?", "???"]
    assert question_ids(wordings) == [
        *("own_dog", "own_dog_2", "q_60_years", "question_con", "ou", "question"),
    ]
    (long,) = question_ids(["Incomprehensibilities notwithstanding interdisciplinary matters"])
    assert len(long) <= 40 and not long.endswith("_")


def test_codes_keep_what_signs_say():
    assert option_codes(["-1", "1", "5'9\""]) == ["minus_1", "1", "5_9"]
    assert option_codes(["> 60", "< 18", "60+", "A/B", "A B", "—"]) == [
        *("over_60", "under_18", "60_or_more", "a_b", "a_b_2", "option"),
    ]
