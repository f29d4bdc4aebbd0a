"""Any HTML becomes a body that can be shown, however broken or deep it is."""

import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given
from hypothesis import strategies as st

from dmsi_lib.pages.body import _TAGS, Link, clean, parse, tidy_body, written

TAGS = st.sampled_from([*sorted(_TAGS), "svg", "math", "template", "select", "textarea", "xmp"])
VALUES = st.text(alphabet="a\"'<>&;=/ é\xa0", max_size=4)
PIECES = st.one_of(
    TAGS.map("<{}>".format),
    TAGS.map("</{}>".format),
    VALUES.map("<img alt=\"{}\" src='data:image/png;base64,AA=='>".format),
    VALUES.map("<th class=words scope='{}' colspan=2>".format),
    VALUES.map('<a href="größe.html?{}#é">'.format),
    st.sampled_from(["&amp;lt;", "&nbsp;", "&#1;", "&", "<", "]]>", "<!--", "-->", "<?x", "<!x"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=4),
    st.text(" \n\r\t", max_size=3),
)
XML = str.maketrans("", "", "".join(map(chr, {*range(32), 0xFFFE, 0xFFFF} - {*b"\t\n\r"})))


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


@pytest.mark.parametrize(
    "tag", ["div", "h2", "table", "blockquote", "b", "details", "rp", "li><dd", "svg"]
)
def test_tidy_body_leaves_out_elements_that_lie_too_deep(tag):
    found = soup(f"<p>before</p>{f'<{tag}>' * 5_000}within{f'</{tag}>' * 5_000}<p>after</p>")
    assert "before" in str(found) and "within" in str(found) and "after" in str(found)
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


@given(st.lists(PIECES, max_size=20).map("".join))
@example("<h2>a<p>b</p></h2><b><p>c</p></b><a href=x><table><td>d</table></a>")  # HTML 4 ends them
@example("<ul><li></li>a</ul><dl><dt><dl><dd>b</dl></dl><pre>\n\n <ul> </ul></pre>")
@example("<table>a<td>b<table></table>c<a href=x>d<a href=y>e")
@example("")
def test_parse_and_written_change_nothing_in_cleaned_html(source):
    cleaned = clean(source).translate(XML)
    assert clean(written(parse(cleaned))) == clean(cleaned)


def test_parse_and_written_keep_blanks_and_addresses():
    cleaned = '<p> \n <b>a</b> <i>b</i></p><pre> \n </pre><a href="größe.html?a b&amp;c#é">x</a>'
    assert written(parse(cleaned)) == f"<main>{cleaned}</main>"


@pytest.mark.parametrize("sign", ["\0", "\1", "\x1b", "\x0c", "\ufffe", "&#1;", "&#xFFFF;"])
def test_tidy_body_leaves_out_control_characters(sign):
    table = f"<table><caption>A{sign}B</caption><td>C{sign}D</table>"
    found = BeautifulSoup(
        tidy_body(f"<h1>E{sign}F</h1>{table}", f"G{sign[:1]}H").html, "html.parser"
    )
    said = f"{found.text} {found.div['aria-label']}"
    assert not any(bad in said for bad in ["\1", "\x1b", "\x0c", "\ufffe", "\uffff"])


def test_tidy_body_shows_pictures_of_any_size_and_what_follows():
    data = "A" * 11_000_000  # more than a parser takes for granted
    found = soup(f'<img src="data:image/png;base64,{data}"><p>after</p>')
    assert len(found.img["src"]) > len(data) and found.p.text == "after"


def test_tidy_body_shows_pictures_whose_data_are_in_lines():
    found = soup('<img alt="A" src="data:image/png;base64,AAAA\nBBBB\n">')
    assert found.img["src"] == "data:image/png;base64,AAAABBBB"


def test_tidy_body_puts_words_in_the_place_of_pictures_that_would_be_empty():
    html = tidy_body('<p>a <img alt="1 &lt; 2" src="x.png"> b<img src="y.png"></p>').html
    assert html == "<p>a 1 &lt; 2 b</p>"


def test_tidy_body_leaves_the_text_behind_what_it_moves():
    source = "<h1>T</h1> a <p>b</p><div class='finding'>c</div> d <p>e</p>"
    assert tidy_body(source, "G & H").html == (
        '<h1 id="t">T</h1><p class="group">G &amp; H</p><div class="finding" id="finding">c</div>'
        " a <p>b</p> d <p>e</p>"
    )


def test_tidy_body_takes_a_title_within_what_was_found():
    found = soup("<div class='finding'><h1>T</h1><p>a</p></div>")
    assert found.div["id"] == "finding" and found.div.h1.text == "T" and found.div.p.text == "a"


def test_tidy_body_takes_the_words_of_a_heading_from_whatever_is_in_it():
    assert tidy_body("<h2>a<p>b</p></h2>").headings == (Link("#ab", "ab"),)
