"""Any HTML becomes a body that can be shown, however broken or deep it is."""

import pytest
from bs4 import BeautifulSoup

from dmsi_lib.pages.body import Link, clean, tidy_body


def soup(source):
    return BeautifulSoup(tidy_body(source).html, "html.parser")


@pytest.mark.parametrize("broken", ["<![x", "<![if gte mso 9]>", "<!x [", "<![CDATA[ x", "<!--"])
def test_tidy_body_keeps_what_stands_before_broken_html(broken):
    assert soup(f"<p>seen</p>{broken}").p.text == "seen"


def test_tidy_body_names_any_number_of_equal_headings():
    headings = tidy_body("<h2>Again</h2>" * 10_001).headings
    assert headings[:2] == (Link("#again", "Again"), Link("#again-2", "Again"))
    assert headings[-1] == Link("#again-10001", "Again")


def test_tidy_body_gives_an_anchor_once_whatever_headings_say():
    source = "".join(f"<h2>{text}</h2>" for text in ("A", "A 2", "A", "A 2", "Content"))
    anchors = [heading.href[1:] for heading in tidy_body(source).headings]
    assert anchors == ["a", "a-2", "a-3", "a-2-2", "content-2"]


@pytest.mark.parametrize("tag", ["div", "h2", "table", "blockquote", "b", "details", "svg"])
def test_tidy_body_leaves_out_elements_that_lie_too_deep(tag):
    found = soup(f"<p>before</p>{f'<{tag}>' * 5_000}within{f'</{tag}>' * 5_000}<p>after</p>")
    assert "before" in found.text and "within" in found.text and "after" in found.text
    assert max(len(list(element.parents)) for element in found.find_all(True)) < 400


def test_tidy_body_keeps_elements_that_follow_each_other():
    rows = "<tr><td>word<td>1" * 500  # HTML closes cells and rows by itself
    found = soup(f"<table>{rows}</table>" + "<p>text" * 500 + "<div>text</div>" * 500)
    assert [len(found.select(what)) for what in ("tr", "td, th", "p:not([class])")] == [
        500,
        1000,
        500,
    ]
    assert len(found.select("div:not(.scroll)")) == 500


@pytest.mark.parametrize(
    "href",
    [
        *("data:text/html,x", "DATA:x", " data:x", "da&#9;ta:x", "d&#10;ata:x", "&#1;data:x"),
        *("//host/x", "/&#9;/host/x", "\\\\host\\x", "/\\host", "&#13;//host"),
        *("javascript:x", "java&#9;script:x", "vbscript:x", "file:///x"),
    ],
)
def test_clean_lets_no_link_lead_to_data_scripts_or_the_network(href):
    assert "href" not in clean(f'<a href="{href}">x</a>')


@pytest.mark.parametrize(
    "href", ["#part", "index.html", "tables/a.csv", "https://example.org/a?b=c"]
)
def test_clean_keeps_links_to_pages(href):
    assert f'href="{href}"' in clean(f'<a href="{href}">x</a>')
