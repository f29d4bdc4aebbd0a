"""Figures: nothing is clipped, and whatever is drawn stands in words too."""

import base64
import html
import io
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from drawn_texts import (
    bars,
    collisions,
    dots,
    from_top,
    segments,
    shares,
    size_of_letters,
    texts,
    words,
)
from matplotlib.cbook import is_math_text
from PIL import Image
from small_survey import ANSWERS, STEAK, left_blank, make_table, stub_survey

from dmsi_lib.choices import QUESTIONNAIRE
from dmsi_lib.figures.bars import plot_table
from dmsi_lib.figures.reader_tables import bar_text, show_table
from dmsi_lib.questionnaire.model import read_questionnaire

REAL, SYNTHETIC = stub_survey(), stub_survey(synthetic=True)
# Drawings of open questions differ in their titles only, so the longest one stands for all.
_ALL = read_questionnaire(QUESTIONNAIRE).questions
DMSI = [question.id for question in _ALL if question.type != "open"]
DMSI += [max((q for q in _ALL if q.type == "open"), key=lambda q: len(q.text)).id]


# ---- alt texts


def test_alt_text_holds_every_label_and_count():
    table, question = make_table("sauces")
    assert plot_table(table, question, SYNTHETIC).alt == (
        "Bar chart. Counts and percents. Which sauces? Choose all that apply. "
        "Asked of those who answered “Yes” to “Do you eat steak?”. 5 answered. "
        "Pepper 4 (80.0 %); Butter 2 (40.0 %); Another (which?) 1 (20.0 %). Synthetic data."
    )


def test_alt_text_ranking_and_groups():
    table, question = make_table("cuts", by="role")
    assert plot_table(table, question, REAL).alt.endswith(
        "cook (3): Rump 1.33; Flank 1.67; Rib 3.00. guest (1): Rump –; Flank –; Rib 1.00. "
        "critic (0): nobody answered."
    )


def test_alt_text_of_a_picture_holds_every_label_and_count(survey):
    for name in ("ways_frontline", "funder_support_management", "staff_size"):
        alt = survey.plot(name).alt
        for row in survey.table(name).itertuples():
            figures = row.mean_rank if row.mean_rank == row.mean_rank else row.count
            shown = f"{figures:.2f}" if isinstance(figures, float) else f"{figures} ("
            assert f"{row.label} {shown}" in alt, (name, row.label)


# ---- drawings


@pytest.mark.parametrize(
    ("name", "by"),
    [
        *(("doneness", None), ("sauces", "role"), ("cuts", None), ("cuts", "role")),
        *(("views", "role"), ("why", None), ("grams", None)),
    ],
)
def test_show_table_and_plot_table_of_nobody_say_so(name, by):
    table, question = make_table(name, answers=left_blank(name), by=by)
    assert set(table["base"]) == {0}
    made = show_table(table, question, SYNTHETIC)._repr_html_()
    picture = plot_table(table, question, SYNTHETIC)
    assert "nan" not in made.lower()
    assert "nan" not in picture.alt.lower() and "nobody answered" in picture.alt
    assert "nan" not in words(picture).lower() and "–" in words(picture)
    assert collisions(picture) == []


def test_plot_table_draws_title_labels_counts_and_base():
    table, question = make_table("sauces")
    drawn = words(plot_table(table, question, REAL))
    for part in (question.text, "Pepper", "Another (which?)", "4 (80 %)", "2 (40 %)"):
        assert part in drawn
    assert "Asked of those who answered “Yes” to “Do you eat steak?”. 5 answered." in drawn
    assert drawn.count(question.text) == 1


def test_plot_table_marks_synthetic_data_and_nothing_else():
    table, question = make_table("sauces")
    assert "SYNTHETIC DATA" in words(plot_table(table, question, SYNTHETIC))
    assert "synthetic" not in words(plot_table(table, question, REAL)).lower()


def test_plot_table_marks_synthetic_data_in_visible_pixels():
    table, question = make_table("doneness")
    marked, plain = (
        np.asarray(Image.open(io.BytesIO(plot_table(table, question, kind).png())).convert("RGB"))
        for kind in (SYNTHETIC, REAL)
    )
    is_rust = [
        (picture[:, -45:, 0] > 150) & (picture[:, -45:, 2] < 60) for picture in (marked, plain)
    ]
    assert is_rust[0].sum() > 200 and not is_rust[1].any()


def test_plot_table_bars_are_as_long_as_the_percents():
    table, question = make_table("sauces")
    picture = plot_table(table, question, REAL)
    assert shares(picture) == pytest.approx([4 / 7, 2 / 7, 1 / 7])
    labels = ["Pepper", "Butter", "Another (which?)"]
    assert from_top(picture, *reversed(labels)) == labels


@pytest.mark.parametrize(
    ("name", "by", "labels"),
    [
        ("doneness", None, ["Rare", "Well done"]),  # few options: as in the questionnaire
        ("sauces", None, ["Pepper", "Butter", "Another (which?)"]),  # 4, 2, and "other" last
        ("shops", None, ["Market", "Butcher", "Other (please specify)"]),
        ("cuts", None, ["Rump", "Flank", "Rib"]),  # mean ranks 1.33, 1.67, 2.33
        ("cuts", "role", ["Rump", "Flank", "Rib"]),
    ],
)
def test_plot_table_options_stand_in_order_from_the_top(name, by, labels):
    table, question = make_table(name, by=by)
    picture = plot_table(table, question, REAL)
    assert from_top(picture, *reversed(labels)) == labels
    places = [bar.get_y() for bar in bars(picture)][: len(labels)]  # of the first group
    assert places == sorted(places, reverse=True)  # and so do their bars


def test_plot_table_options_of_one_count_stand_as_in_the_questionnaire():
    answers = ANSWERS | {("sauces", "butter"): ANSWERS["sauces", "pepper"]}
    answers |= {("sauces", "pepper"): ANSWERS["sauces", "butter"]}
    table, question = make_table("sauces", answers=answers)
    names = ("Pepper", "Butter", "Another (which?)")
    assert from_top(plot_table(table, question, REAL), *names) == [
        *("Butter", "Pepper", "Another (which?)"),  # 4 and 2
    ]
    answers |= {("sauces", "pepper"): ANSWERS["sauces", "pepper"]}
    table, question = make_table("sauces", answers=answers)
    assert from_top(plot_table(table, question, REAL), *names)[:2] == ["Pepper", "Butter"]


def test_plot_table_first_group_stands_above_the_others():
    table, question = make_table("doneness", by="role")
    drawn = bars(plot_table(table, question, REAL))
    first = [bar.get_y() for bar in drawn[::2]]  # of two options
    assert len(first) == 3 and first == sorted(first, reverse=True)


def test_plot_table_grouped_bars_and_legend():
    table, question = make_table("doneness", by="role")
    picture = plot_table(table, question, REAL)
    assert shares(picture) == [0.5, 0, 0, 0.5, 0, 0]  # of each group what was answered
    assert "Nobody chose: Medium." in words(picture)
    for name in ("cook (3)", "guest (1)", "critic (0)"):
        assert name in words(picture)


def test_plot_table_draws_two_groups_as_points_with_their_figures_outside(survey):
    picture = survey.chart("tools_frontline")
    first, second = dots(picture)
    roles = ("frontline", "management")
    counted = pd.DataFrame(
        {role: survey.table(f"tools_{role}").set_index("label")["percent"] for role in roles}
    )
    chosen = counted[(counted > 0).any(axis=1)]
    both = np.concatenate([np.sort(chosen[role]) for role in roles])
    drawn = np.concatenate([np.sort(first), np.sort(second)])
    inch, zero = np.polyfit(both, drawn, 1)
    assert drawn == pytest.approx(zero + inch * both, abs=1e-6)
    assert "Front-line workers (94)" in words(picture) and "66 %" in words(picture)
    assert "Nobody chose: Telegram; KakaoTalk" in words(picture)


def test_plot_table_draws_intervals_only_where_they_are_asked_for():
    table, question = make_table("sauces")
    for groups in (table, make_table("doneness", by="eats")[0]):
        of = question if groups is table else make_table("doneness")[1]
        with_them, without = (
            len(segments(plot_table(groups, of, REAL, intervals=asked))) for asked in (True, False)
        )
        assert with_them > without


@pytest.mark.parametrize(
    ("count", "base", "text"),
    [(62, 94, "62 (66 %)"), (1, 258, "1 (<1 %)"), (999, 1000, "999 (>99 %)"), (0, 5, "0 (0 %)"),
     (5, 5, "5 (100 %)"), (1234, 2000, "1,234 (62 %)")],
)  # fmt: skip
def test_bar_text_is_a_whole_percent_and_never_a_false_end(count, base, text):
    row = SimpleNamespace(count=count, base=base, percent=100 * count / base, suppressed="")
    question = make_table("sauces")[1]
    assert bar_text(row, question) == text
    assert bar_text(row, question, count=False) == text.split("(")[1].rstrip(")")


@pytest.mark.parametrize(
    ("name", "ends"),
    [
        ("province", ["Ontario", "Yukon"]),  # the most frequent first
        ("policies_frontline", ["Yes", "I don't know"]),  # a bar of few parts: as asked
        ("tools_frontline", ["Texting/SMS/MMS", "Other (please specify)"]),
    ],
)
def test_tables_are_sorted_unless_the_options_have_an_order(survey, name, ends):
    assert survey.show(name).frame["Answer"].iloc[[0, -1]].tolist() == ends


def test_none_of_these_stands_last_before_not_stated():
    table, question = make_table("sauces", base="universe")
    question = replace(question, exclusive=("pepper",))
    shown = show_table(table, question, REAL).frame["Answer"].tolist()
    assert shown == ["Butter", "Another (which?)", "Pepper", "Not stated"]


def test_plot_table_dollars_are_no_formula():
    text = STEAK.replace("Well done", '"$0 to $24,999, a_b^c"')
    text = text.replace("How do you like it?", "$1 or $2?")
    table, question = make_table("doneness", text)
    picture = plot_table(table, question, REAL)
    assert not any(is_math_text(text) for text, _ in texts(picture))
    assert "$0 to $24,999, a_b^c" in words(picture)
    assert "$0 to $24,999, a_b^c 2 (40.0 %)" in picture.alt


def test_plot_table_long_labels_that_begin_alike_keep_their_bars():
    same = "The very same beginning of a label and so on and on " * 4
    text = STEAK.replace("Rare", same + "rare").replace("Medium", same + "medium")
    table, question = make_table("doneness", text)
    assert shares(plot_table(table, question, REAL)) == pytest.approx([0.6, 0.4])


def test_plot_table_png_decodes_and_is_small(survey):
    for name in (max(DMSI, key=lambda name: len(survey.table(name))), "consent"):
        png = survey.plot(name).png()
        picture = Image.open(io.BytesIO(png))
        picture.load()
        assert picture.format == "PNG" and picture.width == 803
        assert len(png) < 60_000, name


@pytest.mark.parametrize("name", DMSI)
def test_plot_clips_and_covers_no_text(survey, name):
    picture = survey.plot(name)
    assert collisions(picture) == []
    left = min([bar.get_x() for bar in bars(picture)] + [np.nanmin(xs) for xs in dots(picture)])
    assert left < 0.6 * picture.figure.get_size_inches()[0]  # labels leave the bars room
    assert min(size_of_letters(picture)) >= 8.25  # points: 11 pixels on a telephone


@pytest.mark.parametrize("name", ["usefulness", "when_ask_preference", "province"])
def test_compare_clips_and_covers_no_text(survey, name):
    assert collisions(survey.compare(name, by="role").plot()) == []


def test_picture_shows_itself_with_name_and_alt():
    table, question = make_table("sauces")
    picture = plot_table(table, question, SYNTHETIC)
    data, metadata = picture._repr_mimebundle_()
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert data["text/plain"] == picture.alt
    image = f'<img src="data:image/png;base64,{data["image/png"]}" alt="'
    assert data["text/html"] == f'{image}{html.escape(picture.alt)}" width="500">'
    assert metadata["image/png"] == {
        **{"alt": picture.alt, "name": "sauces", "tables": ["sauces"]},
        **{"caption": "", "width": 500},
    }
