"""The most frequent answer is the most frequent answer."""

import pandas as pd

from dmsi_lib.figures.leading_answers import most_frequent


def rows(**counts):
    table = pd.DataFrame({"item": list(counts), "count": list(counts.values())})
    table = table.assign(label=table["item"].str.upper(), base=40, ci_low=1.0, ci_high=2.0)
    return table.assign(percent=100 * table["count"] / 40)


def test_most_frequent_names_other_and_then_the_listed_one():
    assert most_frequent(rows(a=8, b=6, other=10), aside=["other"]) == (
        "The most frequent answer is “OTHER”: 10 of 40 (25.0 %, 95 % interval 1.0 to 2.0). Of the "
        "listed ones the most frequent answer is “A”: 8 of 40 (20.0 %, 95 % interval 1.0 to 2.0)."
    )


def test_most_frequent_names_all_that_share_the_first_place():
    said = most_frequent(rows(a=8, b=3, other=8), aside=["other"])
    assert said.startswith("The most frequent answers are “A” and “OTHER”: 8 of 40")
    assert "listed" not in said
    assert most_frequent(rows(a=8, b=8), "theme", "coded answers") == (
        "The most frequent themes are “A” and “B”: 8 of the 40 coded answers (20.0 %)."
    )


def test_most_frequent_of_other_alone_and_of_nobody():
    assert "listed" not in most_frequent(rows(a=0, other=5), aside=["other"])
    assert most_frequent(rows(a=0)) == "Nobody in the base chose any of the options."


def test_most_frequent_of_a_public_table_is_of_those_shown():
    table = rows(a=8, b=6, c=9).assign(suppressed=["", "", "suppressed"])
    assert most_frequent(table) == (
        "The most frequent answer shown is “A”: 8 of 40 (20.0 %). 1 of 3 figures are suppressed."
    )
    assert most_frequent(table[2:]) == "1 of 1 figures are suppressed."


def test_most_frequent_of_few_says_how_few():
    few = rows(a=8, b=3).assign(base=29)
    assert most_frequent(few) == "Fewer than 30 answers: no most frequent answer is named."
    assert most_frequent(few, "theme", "coded answers") == (
        "Fewer than 30 coded answers: no most frequent theme is named."
    )
    assert "“A”" in most_frequent(few.assign(base=30))
