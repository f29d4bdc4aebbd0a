"""What a page shows of two waves, in words that a funder reads."""

from dataclasses import replace

import pandas as pd
import pytest
from two_waves import waves

from dmsi_lib.choices import DATA
from dmsi_lib.figures import Picture
from dmsi_lib.published.wave_changes import PARTS
from dmsi_lib.survey.wave_showing import ShownWaves
from dmsi_lib.survey.waves import compare_waves


def shown(tmp_path, alike=(), **how):
    return ShownWaves(compare_waves(*waves(tmp_path, **how), alike), "none", "answered")


def test_the_finding_is_the_largest_change_with_both_bases(tmp_path):
    found = shown(tmp_path, cooks_after=140, guests_green_after=0.8)
    assert str(found.finding()) == (
        "Which tea?: “Green” rose from 48 % (96 of 200) in 1 to 66 % (132 of 200) in 2."
    )
    assert found.differing["item"].tolist() == ["green"]  # black is what green is not


def test_no_change_is_said_as_such(tmp_path):
    found = shown(tmp_path, cooks_after=140)
    assert str(found.finding()) == "No answer changed by more than chance would give."
    assert not isinstance(found.plot(), Picture) and not isinstance(found.plot_parts(), Picture)
    assert str(found.reasons()) == "There is no change to take apart."


def test_changes_of_the_questionnaire_are_told_in_words(tmp_path):
    table = shown(tmp_path).changes()
    assert table.caption == "The questionnaire: 8 changes in 6 questions."
    told = dict(table.frame.itertuples(index=False))
    assert told["With milk?"] == (
        "Asked of others: in 1 of those who answered “Black” to “Which tea?”, in 2 of everybody."
    )
    assert told["Do you own a pot?"] == "No longer asked in 2: “Do you own a pot?”"
    assert told["Sugar?"] == "New in 2: “Sugar?”"
    assert told["Which of the cakes?"] == (
        "Other words, taken to mean the same: “Which cakes?” in 1, “Which of the cakes?” in 2. "
        "Answer in other words: “Plum”, now “Plum cake”. New answer: “Pear”."
    )
    assert told["How do you feel today?"] == (
        "Other words: “How are you?” in 1, “How do you feel today?” in 2."
    )


def test_what_could_not_be_compared_says_why(tmp_path):
    frame = shown(tmp_path).not_compared().frame
    assert dict(zip(frame["Question"], frame["Why not"], strict=True)) == {
        "Which cup?": "New answer",
        "With milk?": "Asked of others",
        "How do you feel today?": "Other words",
    }


def test_the_table_shows_every_row_and_the_parts_add_up(tmp_path):
    found = shown(tmp_path, ["role"], guests_green_after=0.9)
    table, parts = found.show(), found.show_parts()
    assert len(table.frame) == len(parts.frame) == len(found.compared.table)
    assert table.tables == parts.tables == ("compared_waves",)
    assert "not compared" in set(table.frame["Beyond chance"])
    numbers = parts.frame.iloc[:, 2:].astype(float)
    gap = numbers.iloc[:, 1:].sum(axis=1) - numbers["Change"]
    assert (gap.abs() < 0.21).all()  # each is rounded to a tenth
    assert numbers.shape[1] == 1 + len(PARTS)


def test_the_reasons_name_by_whom_the_waves_are_alike(tmp_path):
    found = shown(tmp_path, ["role"], guests_green_after=0.9)
    said = str(found.reasons())
    assert "Whether other people answered goes by “Are you a cook?”." in said
    assert "the largest part is that people answered otherwise" in said
    assert "role" not in set(found._split()["question"])  # which is by itself what makes the mix
    assert "No question was named" in str(shown(tmp_path).reasons())


def test_charts_are_described_by_all_that_they_show(tmp_path):
    found = shown(tmp_path, ["role"], guests_green_after=0.9)
    dots, bars = found.plot(), found.plot_parts()
    assert "Green 96 of 200 (48.0 %), then 156 of 200 (78.0 %)" in dots.alt
    assert bars.alt.startswith("Stacked bars. What the changes from 1 to 2 are made of.")
    assert "other people answered" in bars.alt and "+30.0 points" in bars.alt
    # The widths of the bars add up to the changes, to either side of nothing.
    axes = bars.figure.axes[0]
    total = sum(patch.get_width() for patch in axes.patches)
    assert total == pytest.approx(found._split()["difference"].sum())


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (True, False, "Synthetic data: no real respondent gave the answers of 1."),
        (False, True, "Only the answers of 2 are synthetic, not those of 1."),
        (True, True, ""),  # the mark of the page says so
        (False, False, ""),
    ],
)
def test_synthetic_answers_of_one_wave_are_said_to_be(tmp_path, before, after, said):
    compared = shown(tmp_path).compared
    compared = replace(
        compared,
        before=replace(compared.before, synthetic=before),
        after=replace(compared.after, synthetic=after),
    )
    text = str(ShownWaves(compared, "none", "answered").about())
    assert text == f"1: 200 respondents. 2: 200 respondents. {said}".strip()
    assert compared.synthetic == (before or after)


def test_published_figures_are_a_wave_of_which_less_is_known(survey):
    found = survey.compared_with(DATA / "published_figures.csv")
    assert "Published figures do not tell" in str(found.changes())
    assert "it takes the answers" in str(found.reasons())
    assert str(found.show_parts()) == ""
    assert isinstance(found.show().frame, pd.DataFrame)
    assert "parts of a change" not in str(found.how_to_read())
