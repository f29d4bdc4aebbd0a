"""The most frequent answer is the most frequent answer."""

import pandas as pd
import pytest

from dmsi_lib.figures.leading_answers import interval_sentence, most_frequent


def rows(**counts):
    table = pd.DataFrame({"item": list(counts), "count": list(counts.values())})
    table = table.assign(label=table["item"].str.upper(), base=40, ci_low=1.0, ci_high=2.0)
    return table.assign(percent=100 * table["count"] / 40)


def test_most_frequent_names_other_and_then_the_listed_one():
    assert most_frequent(rows(a=8, b=6, other=10), aside=["other"]) == (
        "The most frequent answer is “OTHER”: 10 of 40 (25 %). Of the listed ones the most "
        "frequent answer is “A”: 8 of 40 (20 %)."
    )


def test_most_frequent_names_all_that_share_the_first_place():
    said = most_frequent(rows(a=8, b=3, other=8), aside=["other"])
    assert said.startswith("The most frequent answers are “A” and “OTHER”: 8 of 40")
    assert "listed" not in said
    assert most_frequent(rows(a=8, b=8), "theme", "coded answers") == (
        "The most frequent themes are “A” and “B”: 8 of the 40 coded answers (20 %) each."
    )


def test_most_frequent_of_other_alone_and_of_nobody():
    assert "listed" not in most_frequent(rows(a=0, other=5), aside=["other"])
    assert most_frequent(rows(a=0)) == "Nobody in the base chose any of the options."


def test_most_frequent_of_a_public_table_is_of_those_shown():
    table = rows(a=8, b=6, c=9).assign(suppressed=["", "", "suppressed"])
    assert most_frequent(table) == (
        "The most frequent answer shown is “A”: 8 of 40 (20 %). Suppressed figures: 1 of 3."
    )
    assert most_frequent(table[2:]) == "Suppressed figures: 1 of 1."


def test_most_frequent_of_few_says_how_few():
    few = rows(a=8, b=3).assign(base=29)
    assert most_frequent(few) == (
        "Answers: 29. That is under 30, too few to name the most frequent answer."
    )
    assert most_frequent(few, "theme", "coded answers") == (
        "Coded answers: 29. That is under 30, too few to name the most frequent theme."
    )
    assert most_frequent(few.assign(base=1)).startswith("Answers: 1. ")
    assert most_frequent(few.assign(base=0)) == "Nobody answered."
    assert "“A”" in most_frequent(few.assign(base=30))


def test_most_is_more_than_half_and_all_is_all():
    said = [most_frequent(rows(a=n, b=1), did="said").split(" “")[0] for n in (20, 21, 39, 40)]
    assert said == ["The most frequent answer is", *["Most said"] * 2, "All said"]
    assert most_frequent(rows(a=21, b=21), did="chose").startswith("The most frequent answers are ")


@pytest.mark.parametrize(
    ("percent", "said"), [(0.4, "<1"), (1, "1"), (62.5, "63"), (99.6, ">99"), (100, "100")]
)
def test_percents_in_sentences_are_whole_and_never_0_for_somebody(percent, said):
    table = rows(a=30).assign(percent=percent)
    assert f"({said} %)" in most_frequent(table)


def test_interval_sentence_is_of_the_most_frequent_and_not_of_few():
    assert interval_sentence(rows(a=8, b=10)) == "“B”: 25.0 % of 40, 95 % interval 1.0 to 2.0."
    assert interval_sentence(rows(a=8, b=10).assign(base=29)) == ""
