"""The tree of cleaned HTML: what is parsed is written again, and changes go where they belong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmsi_lib.pages.body import clean
from dmsi_lib.pages.tree import Element, parse

CLEANED = (
    "<p>Fish &amp; chips</p>\n<table>\n<thead><tr><th>a</th></tr></thead><tbody><tr><td>1 &lt; 2"
    '</td></tr></tbody></table><img alt="&quot;x&quot; &amp; y">'
)
PIECES = [
    *("<p>", "</p>", "<b title='\"<&>'>", "</td>", "<table><td>"),
    *("&nbsp;<", "a > b", "<pre>\n  x"),
]


def test_parse_gives_what_was_written():
    assert str(parse(CLEANED)) == CLEANED


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=8).map("".join))
def test_parse_loses_nothing_of_cleaned_html(source):
    cleaned = clean(source)
    written = clean(str(parse(cleaned)))
    assert "".join(written.split()) == "".join(cleaned.split())


def test_parse_keeps_blanks_where_they_count():
    assert str(parse("<p> \n </p><pre> \n <b>  </b></pre>")) == "<p>\n</p><pre> \n <b>  </b></pre>"


def test_element_knows_its_text_and_what_it_lies_in():
    tree = parse(CLEANED)
    assert tree.find("p").text == "Fish & chips"
    assert [cell.text for cell in tree.find_all("td", "th", within="tbody")] == ["1 < 2"]
    assert tree.find("img").attributes["alt"] == '"x" & y'
    assert tree.find("h1") is None


def test_element_is_wrapped_replaced_and_removed():
    tree = parse("<p>a</p><p>b</p><p>c</p>")
    first, second, third = tree.find_all("p")
    first.wrap(Element("div", {"class": "scroll"}))
    second.replace_with("1 < 2")
    third.insert_after(Element("p").write("d & e"))
    third.remove()
    assert str(tree) == '<div class="scroll"><p>a</p></div>1 &lt; 2<p>d &amp; e</p>'
    with pytest.raises(AssertionError, match="siblings"):
        tree.remove()
