"""Tables and sentences as a reader sees them: nothing from the data runs, every base is named."""

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from flat_tables import flat
from small_survey import ANSWERS, STEAK, make_table, stub_survey

from dmsi_lib.figures.reader_tables import (
    Quotations,
    Wording,
    base_sentence,
    in_order,
    is_empty,
    say,
    show,
    show_table,
)

SCRIPT = "<script>alert(1)</script>"
REAL, SYNTHETIC = stub_survey(), stub_survey(synthetic=True)


def test_show_names_columns_and_leaves_missing_blank():
    frame = pd.DataFrame({"source_line": [3, 4], "percent": [12.345, None]})
    shown = show(frame, "A caption")
    assert list(shown.frame.columns) == ["Source line", "Percent"]
    assert shown.frame["Percent"].tolist() == ["12.35", ""]
    assert frame["percent"].tolist()[0] == 12.345
    assert repr(shown).startswith("A caption\n")


def test_show_escapes_cells_headers_and_caption():
    made = show(pd.DataFrame({SCRIPT: [SCRIPT]}), SCRIPT)._repr_html_()
    assert "<script" not in made
    soup = BeautifulSoup(made, "html.parser")
    assert soup.caption.text == SCRIPT
    assert soup.td.text == SCRIPT


def test_say_escapes_and_keeps_each_sentence():
    said = say("One & two.", SCRIPT)
    assert said._repr_html_() == (
        "<p>One &amp; two.</p><p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"
    )
    assert repr(say("One.", "Two.")) == "One. Two."


def test_quotations_escape():
    shown = Quotations((SCRIPT, "plain"), synthetic=True)._repr_html_()
    assert "<script" not in shown
    assert shown.endswith("<blockquote><p>plain</p></blockquote>")  # the page says it once


def test_wording_escapes():
    shown = Wording(SCRIPT, SCRIPT, SCRIPT)._repr_html_()
    assert "<script" not in shown
    assert shown.count("&lt;script&gt;") == 3


def test_show_table_escapes_labels_from_the_questionnaire():
    table, question = make_table("doneness", STEAK.replace("Well done", SCRIPT))
    made = show_table(table, question, REAL)._repr_html_()
    assert "<script" not in made and "&lt;script&gt;" in made


def test_show_table_caption_names_base_and_edit():
    table, question = make_table("doneness")
    assert show_table(table, question, REAL).caption == "Base: 5 respondents who answered."
    marked = stub_survey(synthetic=True, edit="gate")
    assert show_table(table, question, marked).caption == (
        "Base: 5 respondents who answered. Edit: gate."
    )
    table, question = make_table("doneness", base="universe")
    assert base_sentence(table, REAL) == (
        "Base: 4 in the universe: those who answered “Yes” to “Do you eat steak?”."
    )
    table, question = make_table("views")
    assert base_sentence(table, REAL) == "Base: 3 to 5 respondents who answered."


@pytest.mark.usefixtures("however_few")
def test_show_table_single_in_the_questionnaire_s_order():
    table, question = make_table("doneness")
    shown = show_table(table, question, REAL).frame
    assert shown.to_dict("list") == {
        "Answer": ["Rare", "Medium", "Well done"],
        "Count": ["3", "0", "2"],
        "Percent": ["60.0", "0.0", "40.0"],
        "95 % interval": ["23.1 to 88.2", "0.0 to 43.4", "11.8 to 76.9"],
    }


def test_show_table_multiple_by_count_other_and_not_stated_last():
    three_others = ANSWERS | {("shops", "other"): [True, True, True, True, True, True, None, None]}
    table, question = make_table("shops", base="universe", answers=three_others)
    shown = show_table(table, question, REAL).frame
    assert list(zip(shown["Answer"], shown["Count"], strict=True)) == [
        *(("Market", "4"), ("Butcher", "3"), ("Other (please specify)", "6"), ("Not stated", "2")),
    ]


def test_show_table_ranking_by_mean_rank():
    worse = ANSWERS | {("cuts", "rump"): [3, 2, None, None, 3, None, None, None]}
    table, question = make_table("cuts", answers=worse)
    shown = show_table(table, question, REAL).frame
    assert list(shown.columns) == ["Answer", "Count", "Mean rank", "Ranked first, %"]
    assert shown["Answer"].tolist() == ["Flank", "Rib", "Rump"]
    assert shown["Mean rank"].tolist() == ["1.67", "2.33", "2.67"]


def test_show_table_matrix_shows_each_base():
    table, question = make_table("views")
    assert show_table(table, question, REAL).frame["Base"].tolist() == ["5", "5", "3", "3"]


def test_show_table_numeric_has_mean_and_median():
    table, question = make_table("grams")
    shown = show_table(table, question, REAL).frame
    assert shown[["Mean", "Median"]].to_numpy().tolist() == [["200.00", "200.00"]]


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("doneness", [("3 (100.0 %)", "0 (0.0 %)", "3 (75.0 %)"),
                      ("0 (0.0 %)", "0 (0.0 %)", "0 (0.0 %)"),
                      ("0 (0.0 %)", "1 (100.0 %)", "1 (25.0 %)")]),
        # cooks: rump 1, 2, 1 and flank 2, 1, 2 and rib 3, 3; the guest ranks rib alone
        ("cuts", [("1.33", "–", "1.33"), ("1.67", "–", "1.67"), ("3.00", "1.00", "2.33")]),
    ],
)  # fmt: skip
def test_show_table_groups_side_by_side(name, cells):
    table, question = make_table(name, by="role")
    shown = flat(show_table(table, question, REAL).frame)
    assert list(shown.columns) == ["Answer", "cook (3)", "guest (1)", "critic (0)", "Total (4)"]
    assert list(shown.iloc[:, [1, 2, 4]].itertuples(index=False, name=None)) == cells
    assert shown["critic (0)"].tolist() == ["–"] * 3


def test_in_order_is_the_same_in_every_group():
    for name in ("shops", "doneness", "cuts", "views"):
        table, question = make_table(name, by="eats")
        orders = in_order(table, question).groupby("group")["item"].agg(tuple)
        assert orders.nunique() == 1, name


def test_in_order_leaves_its_input_alone():
    table, question = make_table("sauces")
    before = table.copy()
    in_order(table, question)
    pd.testing.assert_frame_equal(table, before)


def test_show_by_ticks_has_no_total_of_groups_that_overlap(small):
    assert "Total" in " ".join(flat(small.show("doneness", by="role").frame).columns)
    assert "Total" not in " ".join(flat(small.show("doneness", by="shops").frame).columns)


def test_show_table_names_groups_by_their_labels():
    table, question = make_table("doneness", by="role")
    shown = show_table(table, question, REAL, {"cook": "Cooks", "guest": SCRIPT})
    names = ["Answer", "Cooks (3)", f"{SCRIPT} (1)", "critic (0)", "Total (4)"]
    assert list(shown.frame.columns.get_level_values(0).unique()) == names
    assert "<script" not in shown._repr_html_()


def test_a_hidden_base_is_not_nobody():
    hidden = pd.DataFrame({"base": pd.array([pd.NA, pd.NA], "Int64")})
    assert not is_empty(hidden)
    assert is_empty(pd.DataFrame({"base": pd.array([0, 0], "Int64")}))
