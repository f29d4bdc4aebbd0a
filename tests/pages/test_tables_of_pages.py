"""Tables that are read aloud: what heads what, whatever the levels."""

import pandas as pd
from bs4 import BeautifulSoup

from dmsi_lib.pages.body import tidy_body


def tidied(frame, caption=""):
    html = frame.to_html(index=False, border=0)
    html = html.replace("<thead>", f"<caption>{caption}</caption><thead>", 1)
    return BeautifulSoup(tidy_body(html).html, "html.parser")


def heads(table):
    return [
        [(c.text, c.get("scope"), c.get("colspan"), c.get("rowspan")) for c in row.find_all("th")]
        for row in table.select("thead tr")
    ]


GROUPS = pd.DataFrame(
    {
        ("Answer", ""): ["Yes", "No"],
        ("Cook (5)", "n"): [3, 2],
        ("Cook (5)", "%"): [60, 40],
        ("Guest (3)", "Why"): ["hunger", "habit"],
        ("Guest (3)", "%"): [33, 67],
    }
)


def test_two_levels_of_headers_say_what_they_head():
    assert heads(tidied(GROUPS)) == [
        [
            ("Answer", "col", None, "2"),
            ("Cook (5)", "colgroup", "2", None),
            ("Guest (3)", "colgroup", "2", None),
        ],
        [(text, "col", None, None) for text in ("n", "%", "Why", "%")],
    ]


def test_two_levels_of_headers_stand_above_words_and_figures():
    words = [cell.text for cell in tidied(GROUPS).select(".words")]
    assert words == ["Why", "hunger", "habit"]


def test_three_levels_of_headers():
    frame = pd.DataFrame({("Answer", "", ""): ["Yes"], ("A", "B", "n"): [1], ("A", "B", "%"): [2]})
    assert heads(tidied(frame)) == [
        [("Answer", "col", None, "3"), ("A", "colgroup", "2", None)],
        [("B", "colgroup", "2", None)],
        [("n", "col", None, None), ("%", "col", None, None)],
    ]


def test_a_table_without_rows_is_a_sentence():
    found = tidied(pd.DataFrame({"Rule": []}), "Changes by rule.")
    assert not found.table and not found.select(".scroll")
    assert found.p.text == "Changes by rule. There is nothing to list here."


def test_a_table_of_many_columns_is_set_smaller():
    assert not tidied(GROUPS).select(".dense")
    assert tidied(pd.DataFrame([range(6)])).table["class"] == ["dense"]


def test_a_table_of_hundreds_of_rows_is_not_printed():
    assert not tidied(pd.DataFrame({"a": range(100)})).select(".long, .unprinted")
    found = tidied(pd.DataFrame({"a": range(101)}), "All.")
    assert found.select_one(".scroll.long + .unprinted").text == (
        "Table 1: All. Its 101 rows are not printed; they are on the page."
    )


def test_spans_that_are_no_numbers_count_as_one():
    source = (
        "<table><thead><tr><th colspan='x'>a</th><th colspan='0'>b</th></tr></thead>"
        "<tbody><tr><td>1</td><td>word</td></tr></tbody></table>"
    )
    found = BeautifulSoup(tidy_body(source).html, "html.parser")
    assert [cell.text for cell in found.select(".words")] == ["b", "word"]


def test_the_text_behind_a_table_stays_behind_it():
    table = "<table><tr><td>1</td></tr></table>"
    empty = "<table><thead><tr><th>a</th></tr></thead></table>"
    found = BeautifulSoup(tidy_body(f"a{table}b{empty}c").html, "html.parser")
    assert [getattr(child, "name", None) or str(child) for child in found.children] == [
        *("a", "div", "b", "p", "c"),
    ]
    assert found.div.text == "1"


def test_a_table_within_a_table_has_its_own_rows():
    inner = f"<table><tbody>{'<tr><td>x</td></tr>' * 101}</tbody></table>"
    outer = f"<table><tbody><tr><td>1</td><td>{inner}</td></tr></tbody></table>"
    found = BeautifulSoup(tidy_body(outer).html, "html.parser")
    notes = [note.text for note in found.select(".unprinted")]
    assert notes == ["Table 2. Its 101 rows are not printed; they are on the page."]
