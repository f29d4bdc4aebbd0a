"""Charts of particular questions: what they draw can be counted, read and told apart."""

import io
from dataclasses import replace
from types import SimpleNamespace

import matplotlib.colors
import numpy as np
import pandas as pd
import pytest
from drawn_texts import bars, collisions, from_top, texts, words
from matplotlib.cbook import is_math_text
from PIL import Image
from shipped import IDS
from small_survey import (
    ANSWERS,
    STEAK,
    left_blank,
    make_questionnaire,
    make_responses,
    make_table,
    stub_survey,
)

from dmsi_lib.choices import QUESTIONNAIRE
from dmsi_lib.errors import InputError
from dmsi_lib.figures.charts import (
    plot_combinations,
    plot_ranks,
    plot_survival,
    plot_tile_map,
)
from dmsi_lib.figures.ranking_tables import Panel
from dmsi_lib.figures.stacked import plot_stacked
from dmsi_lib.questionnaire.model import read_questionnaire

REAL, SYNTHETIC = stub_survey(), stub_survey(synthetic=True)
_ALL = read_questionnaire(QUESTIONNAIRE).questions
LONG = "A label that goes on and on for no reason but to be longer than its place allows"
TILES = {"rare": ("RA", 0, 0), "medium": ("ME", 1, 0), "well": ("WE", 1, 1)}


def ranks_of(name="cuts", text=STEAK, answers=ANSWERS):
    questionnaire = make_questionnaire(text)
    question = questionnaire[name]
    return make_responses(questionnaire, answers)[name], question


def ends(picture):
    """Left end and width of each bar, of a width of 100."""
    drawn = bars(picture)
    left, whole = drawn[0].get_x(), sum(bar.get_width() for bar in drawn)
    return [(100 * (b.get_x() - left) / whole, 100 * b.get_width() / whole) for b in drawn]


def chosen_sauces(answers=ANSWERS):
    questionnaire = make_questionnaire()
    responses, question = make_responses(questionnaire, answers), questionnaire["sauces"]
    columns = {code: responses["sauces", code] for code in question.choices}
    frame = pd.DataFrame(columns).dropna().astype(bool)
    return frame, question


def assert_sound(picture, size=60_000):
    """Nothing clipped or covered, no NaN for the reader, small in bytes."""
    assert collisions(picture) == []
    assert "nan" not in picture.alt.lower() and "nan" not in words(picture).lower()
    assert len(picture.svg() if picture.vector else picture.png()) < size


# ---- every question of this survey


@pytest.mark.parametrize("name", IDS["single"])
def test_plot_stacked_of_every_question_is_sound(survey, name):
    assert_sound(survey.plot_stacked(name))


@pytest.mark.parametrize("name", IDS["multiple"])
def test_plot_combinations_of_every_question_is_sound(survey, name):
    assert_sound(survey.plot_combinations(name))


@pytest.mark.parametrize("name", IDS["ranking"])
def test_plot_ranks_of_every_question_is_sound(survey, name):
    assert_sound(survey.ranking(name).plot(), size=110_000)


@pytest.mark.parametrize("name", ["tools_frontline", "consulted_management"])
def test_plot_of_a_comparison_is_sound(survey, name):
    assert_sound(survey.compare(name).plot())
    assert_sound(survey.compare("staff_size", by="role").plot())


@pytest.mark.parametrize("name", ["role", "integrated_frontline", "province", "staff_size"])
def test_plot_stacked_on_the_universe_keeps_note_and_legend_apart(survey, name):
    assert_sound(survey.with_(edit="gate", base="universe").plot_stacked(name))


def test_maps_and_whole_survey_figures_are_sound(survey):
    assert_sound(survey.plot_map("province"))
    assert_sound(survey.flow.plot_survival())
    assert_sound(survey.flow.plot_routing(), size=200_000)


# ---- stacked bars


def test_plot_stacked_bars_are_the_percents_end_to_end():
    table, question = make_table("doneness")
    picture = plot_stacked(table, question, REAL)
    assert ends(picture) == [pytest.approx(bar) for bar in ((0, 60), (60, 0), (60, 40))]
    drawn = words(picture)
    for text in ("How do you like it?", "3 (60 %)", "2 (40 %)", "5 answered.", "Medium"):
        assert text in drawn
    assert "SYNTHETIC" not in drawn
    assert "SYNTHETIC DATA" in words(plot_stacked(table, question, SYNTHETIC))


def test_plot_stacked_groups_stand_in_order_from_the_top():
    table, question = make_table("doneness", by="role")
    picture, names = plot_stacked(table, question, REAL), ["cook (3)", "guest (1)", "critic (0)"]
    assert from_top(picture, *reversed(names)) == names
    places = [bar.get_y() for bar in bars(picture)[::3]]  # of three options
    assert len(places) == 3 and places == sorted(places, reverse=True)


def test_plot_stacked_alt_holds_every_label_and_count():
    table, question = make_table("doneness", by="role")
    labels = {"cook": "Cook", "guest": "Guest", "critic": "Critic"}
    assert plot_stacked(table, question, SYNTHETIC, labels).alt == (
        "Stacked bars. Counts and percents. How do you like it? "
        "Asked of those who answered “Yes” to “Do you eat steak?”. "
        "Cook (3): Rare 3 (100.0 %); Medium 0 (0.0 %); Well done 0 (0.0 %). "
        "Guest (1): Rare 0 (0.0 %); Medium 0 (0.0 %); Well done 1 (100.0 %). "
        "Critic (0): nobody answered. Synthetic data."
    )


def test_plot_stacked_of_nobody_says_so():
    table, question = make_table("doneness", answers=left_blank("doneness"))
    picture = plot_stacked(table, question, REAL)
    assert "nobody answered" in picture.alt and "nobody answered" in words(picture)
    assert_sound(picture)


def test_plot_stacked_groups_with_different_options_share_colours_and_legend():
    # "Don't know" comes before "No" in the second group, and the first does not have it.
    def rows(group, items):
        return pd.DataFrame(
            {
                **{"item": list(items), "label": [f"Label {item}" for item in items]},
                **{"group": group, "count": 1, "base": len(items), "base_name": "somebody"},
                **{"percent": 100 / len(items), "question": "doneness", "kind": "answers"},
                **{"row": "", "measured": pd.NA, "left_out": pd.NA},
            }
        )

    table = pd.concat([rows("a", ("yes", "no")), rows("b", ("yes", "dont_know", "no"))])
    _, question = make_table("doneness")
    picture = plot_stacked(table, question, REAL, {"a": "A", "b": "B"})
    colours = [matplotlib.colors.to_hex(bar.get_facecolor()) for bar in bars(picture)]
    yes, no, second_yes, unsure, second_no = colours
    assert (yes, no) == (second_yes, second_no) and len({yes, no, unsure}) == 3
    assert matplotlib.colors.to_rgb(unsure) == pytest.approx((0.62,) * 3, abs=0.01)  # grey
    names = [f"Label {item}" for item in ("yes", "no", "dont_know")]
    assert [name for name in names if name in words(picture)] == names


def test_plot_stacked_long_labels_stay_inside():
    text = STEAK.replace("Rare", LONG).replace("Medium", LONG + " twice").replace("cook: Cook", "")
    table, question = make_table("doneness", text.replace("{, guest", "{cook: C, guest"), by="eats")
    assert_sound(plot_stacked(table, question, SYNTHETIC, {"yes": LONG, "no": "No"}))


@pytest.mark.parametrize("name", ["sauces", "cuts", "why", "grams"])
def test_plot_stacked_refuses_what_is_no_whole(name):
    table, question = make_table(name)
    with pytest.raises(InputError, match=f"'{name}' is of type {question.type}; expected single"):
        plot_stacked(table, question, REAL)


# ---- ranks


def test_plot_ranks_cells_are_shares_of_those_who_ranked_any():
    ranks, question = ranks_of()
    picture = plot_ranks([Panel("", ranks, question.options)], question, REAL)
    # r1: rump, flank, rib; r2: flank, rump; r3: rib alone; r5: rump, flank, rib
    cells = picture.figure.axes[0].collections[0].get_array().reshape(3, 3)
    assert np.asarray(cells).tolist() == [[50.0, 25.0, 0.0], [25.0, 50.0, 0.0], [25.0, 0.0, 50.0]]
    assert picture.alt == (
        "Heat map of ranks. Rank the cuts (1 is best). Shares of those who ranked any item that "
        "gave it each rank, in percent. "
        "4 answered, mean ranks: Rump 1.33; Flank 1.67; Rib 2.33."
    )
    assert "4 answered" in words(picture)


def test_plot_ranks_the_best_mean_rank_stands_on_top():
    ranks, question = ranks_of()
    for shown, order in ((ranks, ["Rump", "Flank", "Rib"]), (4 - ranks, ["Rib", "Flank", "Rump"])):
        picture = plot_ranks([Panel("", shown, question.options)], question, REAL)
        assert from_top(picture, *reversed(order)) == order


def test_plot_ranks_a_panel_a_group_in_the_first_one_s_order():
    ranks, question = ranks_of()
    turned = 4 - ranks
    panels = [Panel("Cooks", ranks, question.options), Panel("Guests", turned, question.options)]
    picture = plot_ranks(panels, question, SYNTHETIC)
    assert "Guests (4 answered), mean ranks: Rump 2.67; Flank 2.33; Rib 1.67." in picture.alt
    titles = ["Cooks (4 answered)", "Guests (4 answered)"]
    assert from_top(picture, *reversed(titles)) == titles
    assert_sound(picture)


def test_plot_ranks_of_nobody_and_of_an_item_not_offered():
    ranks, question = ranks_of(answers=left_blank("cuts"))
    picture = plot_ranks([Panel("", ranks, question.options)], question, REAL)
    assert "0 answered, mean ranks: Rump –; Flank –; Rib –." in picture.alt
    assert_sound(picture)
    ranks, question = ranks_of()
    part = ranks[["rump", "flank"]]
    panels = [Panel("A", ranks, question.options), Panel("B", part, question.options)]
    assert "B (3 answered), mean ranks: Rump 1.33; Flank 1.67; Rib –." in (
        plot_ranks(panels, question, REAL).alt
    )


# ---- combinations


def test_plot_combinations_of_this_survey_lose_nobody(survey):
    for name in IDS["multiple"]:
        chosen = survey.responses[name]
        question = survey.question(name)
        chosen = chosen[list(question.choices)].dropna(how="all").astype(bool)
        picture = plot_combinations(chosen, question, REAL, most=len(chosen))
        drawn = [patch.get_height() for patch in picture.figure.axes[0].patches]
        assert drawn == sorted(drawn, reverse=True)
        assert sum(drawn) == len(chosen) == survey.flow.answered(name)


def test_plot_combinations_draws_counts_and_names_them():
    chosen, question = chosen_sauces()
    picture = plot_combinations(chosen, question, SYNTHETIC)
    upper, grid = picture.figure.axes
    assert [patch.get_height() for patch in upper.patches] == [3, 1, 1]
    labels = ["Pepper", "Butter", "Another (which?)"]
    assert from_top(picture, *reversed(labels)) == labels and grid.collections
    assert picture.alt.startswith(
        "Combinations of options. Which sauces? Choose all that apply. Answers ticked together. "
        "5 respondents answered. 3 combinations, by how many chose it: Pepper 3; "
    )
    assert "Pepper + Butter 1" in picture.alt and "Butter + Another (which?) 1" in picture.alt


def test_plot_combinations_the_most_frequent_options_stand_on_top():
    chosen, question = chosen_sauces()
    turned = chosen.rename(columns={"pepper": "butter", "butter": "pepper"})[list(chosen)]
    for frame, first, second in ((chosen, "Pepper", "Butter"), (turned, "Butter", "Pepper")):
        picture = plot_combinations(frame, question, REAL)
        upper = picture.figure.axes[0]
        assert from_top(picture, second, first) == [first, second]
        across = [upper.transData.transform((bar.get_x(), 0))[0] for bar in upper.patches]
        assert across == sorted(across)


def test_plot_combinations_shows_the_most_frequent_and_says_how_many_there_are():
    chosen, question = chosen_sauces()
    picture = plot_combinations(chosen, question, REAL, most=1)
    assert [patch.get_height() for patch in picture.figure.axes[0].patches] == [3]
    assert picture.alt.endswith("3 combinations, by how many chose it: Pepper 3.")


def test_plot_combinations_of_nobody_and_of_nothing_ticked():
    chosen, question = chosen_sauces()
    assert_sound(plot_combinations(chosen[:0], question, SYNTHETIC))
    nothing = chosen & False
    picture = plot_combinations(nothing, question, SYNTHETIC)
    assert picture.alt.endswith("1 combination, by how many chose it: none 5. Synthetic data.")
    assert_sound(picture)


# ---- tile map


def test_plot_tile_map_shows_counts_and_shades_by_percent():
    table, question = make_table("doneness")
    picture = plot_tile_map(table, TILES, question, SYNTHETIC)
    assert picture.alt == (
        "Tile map. Counts and percents. How do you like it? Asked of those who answered “Yes” "
        "to “Do you eat steak?”. 5 answered. Rare 3 (60.0 %); Medium 0 (0.0 %); Well done 2 "
        "(40.0 %). On no tile: 3 of 8 respondents, who gave no answer. Synthetic data."
    )
    shades = [sum(patch.get_facecolor()[:3]) for patch in picture.figure.axes[0].patches]
    assert shades[0] < shades[2] < shades[1]  # the more, the darker
    places = [patch.get_window_extent() for patch in picture.figure.axes[0].patches]
    assert places[0].x0 < places[1].x0 == places[2].x0  # RA left of ME, WE below it
    assert places[0].y0 == places[1].y0 > places[2].y0
    for text in ("RA", "60 %", "0 %", "40 %"):
        assert text in words(picture)
    assert_sound(picture)


def test_plot_tile_map_of_nobody_says_so():
    table, question = make_table("doneness", answers=left_blank("doneness"))
    picture = plot_tile_map(table, TILES, question, REAL)
    assert "nobody answered." in picture.alt
    assert picture.alt.endswith("On no tile: 8 of 8 respondents, who gave no answer.")
    assert_sound(picture)


@pytest.mark.parametrize(
    ("base", "elsewhere", "others"),
    [
        ("answered", "2 of 5", "3 of 8 respondents, who gave no answer."),
        ("universe", "1 of 3", "5 of 8 respondents, who were not asked or gave no answer."),
    ],
)
def test_plot_tile_map_says_who_is_on_no_tile_and_why(base, elsewhere, others):
    table, question = make_table("doneness", base=base)
    tiles = {code: place for code, place in TILES.items() if code != "well"}
    picture = plot_tile_map(table, tiles, question, stub_survey(base=base))
    said = f"On no tile: {elsewhere} who answered, whose answer has none (“Well done”); {others}"
    assert picture.alt.endswith(said)
    assert said in words(picture)
    everybody = replace(question, options={}), SimpleNamespace(**vars(REAL) | {"n": 5})
    assert "On no tile" not in plot_tile_map(make_table("doneness")[0], TILES, *everybody).alt


def test_plot_tile_map_of_a_public_report_says_it_in_words():
    table, question = make_table("doneness")
    table = table.assign(suppressed="")
    tiles = {code: place for code, place in TILES.items() if code != "well"}
    assert plot_tile_map(table, TILES, question, REAL).alt.endswith(
        "On no tile: whoever gave no answer."
    )
    assert plot_tile_map(table, tiles, question, REAL).alt.endswith(
        "On no tile: whoever gave no answer, or an answer that has no tile (“Well done”)."
    )


def test_plot_map_has_a_tile_for_every_province(survey):
    tiles = survey._tiles["province"]
    assert set(tiles) == set(survey.question("province").options)
    assert len({place[1:] for place in tiles.values()}) == len(tiles)
    alt = survey.plot_map("province").alt
    for row in survey.table("province").itertuples():
        assert f"{row.label} {row.count} ({row.percent:.1f} %)" in alt


# ---- survival


def test_plot_survival_alt_holds_every_page_that_somebody_left_from(survey):
    table = survey.flow.break_off_table()
    alt = survey.flow.plot_survival().alt
    for row in table.itertuples():
        said = f"after page {row.page} {row.remaining:.1f} %"
        assert (said in alt) == (row.stopped_here > 0)
    assert "443 people started." in alt and alt.endswith("Synthetic data.")


def test_plot_survival_of_the_small_survey(small):
    # r8 leaves after page 1, r4 after page 2, r7 after page 4: 7/8, 6/8, 5/8 go on.
    alt = plot_survival(small.flow.break_off_table(), REAL).alt
    assert alt.endswith("after page 1 87.5 %; after page 2 75.0 %; after page 4 62.5 %.")


def test_plot_survival_steps_stand_until_the_next_page():
    # 7 of 8 go on beyond page 1, and so they do until page 2 takes another.
    table = pd.DataFrame(
        {
            **{"page": [1, 2, 3], "reached": [8, 7, 6], "stopped_here": [1, 1, 0]},
            **{"remaining": [87.5, 75.0, 75.0], "ci_low": [40.0, 30.0, 30.0], "ci_high": 99.0},
        }
    )
    axes = plot_survival(table, REAL).figure.axes[0]
    [line], [band] = axes.lines, axes.collections
    drawn = line.get_transform().transform_path(line.get_path())
    corners = axes.transData.inverted().transform(drawn.vertices).round(6).tolist()
    assert corners == [[1, 87.5], [2, 87.5], [2, 75], [3, 75], [3, 75]]
    for low, at in ((40, [1, 2]), (30, [2, 3])):  # the band's lower edge stands as long
        edge = band.get_paths()[0].vertices
        assert set(at) <= set(edge[edge[:, 1] == low][:, 0])


# ---- all


def all_charts(text=STEAK):
    table, question = make_table("doneness", text)
    yield plot_stacked(table, question, SYNTHETIC)
    yield plot_tile_map(table, TILES, question, SYNTHETIC)
    ranks, question = ranks_of(text=text)
    yield plot_ranks([Panel("$ and $", ranks, question.options)], question, SYNTHETIC)
    chosen, _ = chosen_sauces()
    question = make_questionnaire(text)["sauces"]
    yield plot_combinations(chosen, question, SYNTHETIC)


def test_charts_dollars_are_no_formula():
    text = STEAK.replace("Pepper", '"$1 or $2"').replace("Rare", '"$3 or $4"')
    text = text.replace("Rump", '"$5 or $6"').replace("How do you", "$7 or $8, how do you")
    for picture in all_charts(text):
        assert not any(is_math_text(drawn) for drawn, _ in texts(picture)), picture.name
        assert "$" in picture.alt and r"\$" not in picture.alt


def test_charts_svg_and_png_are_the_same_each_time(survey):
    for first, second in zip(all_charts(), all_charts(), strict=True):
        assert first.svg() == second.svg() and first.png() == second.png()
    assert survey.flow.plot_routing().svg() == survey.flow.plot_routing().svg()


def test_charts_png_are_as_wide_as_the_page():
    for picture in all_charts():
        assert Image.open(io.BytesIO(picture.png())).width == 803
