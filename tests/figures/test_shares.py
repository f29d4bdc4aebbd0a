"""A share writes itself as prose has it; a number that can't be shown takes its sentence along."""

from fractions import Fraction

import pytest

from dmsi_lib import say
from dmsi_lib.errors import UsageError
from dmsi_lib.figures.group_names import GroupNames
from dmsi_lib.figures.shares import (
    GroupShares,
    Share,
    Shares,
    Unavailable,
    fraction_in_words,
    no_share,
    whole_percent,
)

FEW = Share("Yes", 3, 12, "Too few.")
SIZES = {
    "one in ten": Fraction(1, 10),
    "one in five": Fraction(1, 5),
    "a quarter": Fraction(1, 4),
    "a third": Fraction(1, 3),
    "two in five": Fraction(2, 5),
    "half": Fraction(1, 2),
    "three in five": Fraction(3, 5),
    "two in three": Fraction(2, 3),
    "three in four": Fraction(3, 4),
    "four in five": Fraction(4, 5),
    "nine in ten": Fraction(9, 10),
}


def test_share_writes_itself():
    share = Share("Yes", 212, 332)
    assert f"{share}" == str(share) == f"{share:percent}" == "64 %"
    assert f"{share:of}" == "212 of 332"
    assert f"{share:full}" == "64 % (212 of 332)"
    assert f"{share:count} {share:base}" == "212 332"
    assert f"{share:words} {share:Words}" == "almost two in three Almost two in three"
    assert repr(share) == "Yes: 64 % (212 of 332)"
    assert share.share == 212 / 332
    assert share.percent == pytest.approx(63.8554217)


def test_share_has_thousands_in_groups():
    assert f"{Share('Yes', 1200, 4000):full}" == "30 % (1,200 of 4,000)"


def test_share_refuses_a_way_that_does_not_exist():
    with pytest.raises(UsageError, match=r"'word'\. Did you mean 'words'"):
        f"{Share('Yes', 1, 2):word}"


@pytest.mark.parametrize(
    ("count", "base", "text"),
    [
        (0, 332, "0 %"),
        (1, 332, "<1 %"),
        (1, 200, "1 %"),  # half a percent is rounded up
        (1, 201, "<1 %"),
        (129, 200, "65 %"),  # 64.5
        (199, 200, ">99 %"),
        (332, 332, "100 %"),
    ],
)
def test_whole_percent_calls_nobody_0_and_everybody_100(count, base, text):
    assert whole_percent(100 * count / base) == text


def test_fraction_in_words_is_true_of_every_share():
    for count in range(1001):
        assert is_true(fraction_in_words(count, 1000), Fraction(count, 1000)), count


def is_true(words, share):
    """Whether a share is as the docstring says of these words."""
    ends = {
        "none": share == 0,
        "all": share == 1,
        "hardly any": 0 < share <= Fraction(3, 100),
        "almost all": Fraction(97, 100) <= share < 1,
    }
    if words in ends:
        return ends[words]
    named = next(name for name in SIZES if words.endswith(name))
    away = share - SIZES[named]
    near, half_a_point = Fraction(3, 100), Fraction(1, 200)
    return {
        "": away == 0,
        "about ": 0 < abs(away) <= half_a_point,
        "almost ": -near <= away < -half_a_point,
        "just over ": half_a_point < away <= near,
        "more than ": near < away < Fraction(1, 10),
        "fewer than ": -Fraction(1, 10) < away < -near,
    }[words.removesuffix(named)]


def test_fraction_in_words_as_managers_read_it():
    said = {47: "almost half", 46: "fewer than half", 64: "almost two in three", 95: "more than"}
    for percent, words in said.items():
        assert fraction_in_words(percent, 100).startswith(words)
    assert fraction_in_words(35, 75) == "fewer than half"  # 46.67
    assert fraction_in_words(30, 91) == "about a third"
    assert fraction_in_words(1, 3) == "a third"
    assert fraction_in_words(5, 100) == "fewer than one in ten"


# ---- numbers that can't be shown


def test_unavailable_compares_as_false_and_stays_itself_in_arithmetic():
    number = Unavailable("Hidden.")
    assert not (number < 1 or number > 1 or number == number)
    for result in (number - 1, 1 - number, 2 * number, number / 2, -number, abs(number)):
        assert result is number
    assert round(number) is number
    assert f"{number:.1f}" == str(number) and repr(number) == "Hidden."


def test_share_of_few_tells_counts_alone():
    assert f"{FEW:of}, {FEW:count}" == "3 of 12, 3"
    for form in ("", "full", "words", "Words", "percent"):
        assert say(f"It is {format(FEW, form)}.").texts == ("Too few.",)
    assert say(f"It is {FEW.percent:.0f}, {FEW.share - 0.1:.1f}.").texts == ("Too few.",)


def test_share_of_nobody_tells_no_count_either():
    nobody = Share("Yes", 0, 0, "Nobody answered.")
    for form in ("of", "count", "base"):
        assert say(f"It is {format(nobody, form)}.").texts == ("Nobody answered.",)


def test_share_is_true_where_it_can_be_shown():
    assert Share("No", 0, 40)
    assert not FEW


def test_shares_are_ordered_by_size_and_one_that_can_t_be_shown_by_nothing():
    small, large = Share("a", 9, 40), Share("b", 10, 40)
    assert small < large and large > small and small <= small and large >= large
    assert not any((large < FEW, large > FEW, large <= FEW, large >= FEW))
    assert not max([FEW, large]) > FEW


def test_no_share_has_no_label_either():
    assert say(f"{no_share('Hidden.').label} leads.").texts == ("Hidden.",)


# ---- several


def test_shares_are_listed_in_words():
    first, second, third = (Share(label, 20, 40) for label in "ABC")
    assert Shares((first,)).labels == "A"
    assert Shares((first, second)).labels == "A and B"
    assert Shares((first, second, third)).labels == "A, B and C"
    assert f"{Shares((first, second))}" == "A (50 %) and B (50 %)"
    assert f"{Shares((first, second)):of}" == "A (20 of 40) and B (20 of 40)"
    assert Shares((first, second, third))[:2].labels == "A and B"
    assert Shares((first, second))[-1] is second


def test_shares_beyond_the_last_can_t_be_shown():
    shares = Shares((Share("A", 20, 40),))
    assert say(f"{shares[0].label} leads.", f"{shares[1].label} follows.").texts == ("A leads.",)
    assert say(f"{shares[1]} follows.").texts == ("There is no further answer.",)


def test_shares_of_which_there_are_none_say_why():
    assert say(f"{Shares(why='Hidden.').labels} lead.").texts == ("Hidden.",)
    assert say(f"{Shares(why='Hidden.')} lead.").texts == ("Hidden.",)


# ---- the shares of groups

NAMES = GroupNames({"cook": "Cook", "guest": "Guest"}, {"cook": "cooks", "guest": "guests"})


def each(cook, guest, names=NAMES):
    return GroupShares({"cook": cook, "guest": guest}, names)


def test_group_shares_are_the_subject_of_a_sentence():
    both = each(Share("Yes", 20, 40), Share("Yes", 30, 40))
    assert f"{both} stay." == "50 % of cooks (20 of 40) and 75 % of guests (30 of 40) stay."
    assert both.first is both.shares["cook"]
    unnamed = each(Share("Yes", 20, 40), no_share("Hidden."), GroupNames(NAMES.labels))
    assert str(unnamed) == "50 % of “Cook” (20 of 40)"


def test_group_shares_count_the_few_and_leave_out_the_hidden():
    assert str(each(FEW, Share("Yes", 30, 40))) == "3 of 12 cooks and 75 % of guests (30 of 40)"
    assert str(each(Share("Yes", 1, 1, "Few."), no_share("Hidden."))) == "1 of 1 among cooks"
    assert str(each(no_share("Hidden."), Share("Yes", 30, 40))) == "75 % of guests (30 of 40)"
    assert each(no_share("Hidden."), Share("Yes", 30, 40)).first.count == 30


def test_group_shares_of_which_none_can_be_shown_say_why():
    nobody = Share("Yes", 0, 0, "Nobody.")
    assert say(f"{each(nobody, no_share('Hidden.'))} stay.").texts == ("Nobody.",)


def test_group_shares_have_one_way_to_be_written():
    with pytest.raises(UsageError):
        format(each(FEW, FEW), "of")


# ---- sentences


def test_say_leaves_out_a_sentence_whose_number_can_t_be_shown():
    share = Share("Yes", 20, 40)
    said = say(f"Of some {share}.", f"Of few {FEW}.", f"Of few {FEW:of}.")
    assert said.texts == ("Of some 50 %.", "Of few 3 of 12.")


def test_say_says_once_why_where_nothing_is_left():
    assert say(f"Of few {FEW}.", f"Of none {no_share('Hidden.')}.").texts == ("Too few.",)
    assert say().texts == ()


def test_say_marks_what_is_no_finding():
    assert say(f"{FEW}")._repr_mimebundle_()[1] == {"text/html": {"unavailable": True}}


def test_say_takes_an_empty_text_for_none():
    assert say("", "Half.").texts == ("Half.",)
    assert say("", f"{FEW}").texts == ("Too few.",)
    assert say("").texts == ()


def test_say_hands_on_the_share_for_a_bar():
    data, about = say("Half.", bar=Share("Yes", 2, 3))._repr_mimebundle_()
    assert data == {"text/html": "<p>Half.</p>", "text/plain": "Half."}
    assert about == {"text/html": {"share": 0.667}}
    assert say("Half.")._repr_mimebundle_()[1] == {}
    assert say("Few.", bar=FEW)._repr_mimebundle_()[1] == {}
    assert say(f"{FEW}", bar=Share("Yes", 2, 3)).share is None
