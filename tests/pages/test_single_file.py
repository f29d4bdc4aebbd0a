"""The report as one file: everything is in it once, and every link still leads somewhere."""

import hashlib
from base64 import b64encode
from itertools import zip_longest

import pytest
from bs4 import BeautifulSoup
from hostile_texts import PNG, TEXTS, hostile_context
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from test_pages import assert_harmless

from dmsi_lib.pages.pages import (
    Front,
    PageContext,
    Section,
    make_exporter,
    render_index,
    render_section,
)
from dmsi_lib.pages.single_file import combine_pages

CONTEXT = PageContext(
    "Steak & more",
    badge="Synthetic data: nobody said so.",
    audience="Internal: not for publication.",
    note="Made of nothing.",
    tables=frozenset({"eats"}),
)
SECTIONS = [
    Section("01_first.html", "First & foremost", "How it begins."),
    Section("02_größe.html", "Second", ""),
]


def section(text, *cells):
    return new_notebook(cells=[new_markdown_cell(f"# {text}\n\n## Details"), *cells])


def combined(*cells, sections=SECTIONS, context=CONTEXT, facts=None):
    """A report as one file with a page for each section, whose cells are given one by one."""
    exporter = make_exporter()
    pages = [
        render_section(section(one.title, *its), one, sections, context, exporter)
        for one, its in zip_longest(sections, cells, fillvalue=[])
    ]
    front = render_index(
        sections, Front(["A summary."], facts=facts or {"Respondents": "8"}), context
    )
    return combine_pages(front, pages, sections, context)


def shown(data, metadata=None):
    output = new_output("display_data", data, metadata=metadata or {})
    return new_code_cell("show()", outputs=[output])


TABLE = shown({"text/html": "<table><caption>Base: 5.</caption><tr><td>Yes</td></tr></table>"})
FIGURE = shown(
    {"image/png": PNG}, {"image/png": {"name": "eats", "alt": "Five", "tables": ["eats"]}}
)
LINKS = new_markdown_cell(
    "[there](02_gr%C3%B6%C3%9Fe.html) [details](02_gr%C3%B6%C3%9Fe.html#details) [here](#details) "
    "[front](index.html#reports) [outside](https://example.org/01_first.html) [file](run.json)"
)


@pytest.fixture(scope="module")
def page():
    return combined([TABLE, FIGURE, LINKS], [TABLE])


@pytest.fixture(scope="module")
def soup(page):
    return BeautifulSoup(page, "html.parser")


def test_combine_pages_holds_every_page_once_in_order(soup):
    titles = [(heading.name, heading.text) for heading in soup.select("main h1, main h2")]
    assert titles == [
        *(("h1", "Steak & more"), ("h2", "Reports")),
        *(("h2", "First & foremost"), ("h2", "Second")),
    ]
    assert [heading.text for heading in soup.select("main h3")] == ["Details", "Details"]


def test_combine_pages_anchors_are_unique_and_links_lead_to_them(soup):
    ids = [tag["id"] for tag in soup.select("[id]")]
    assert len(set(ids)) == len(ids)
    within = [link["href"][1:] for link in soup.select("a[href^='#']")]
    assert set(within) <= set(ids)
    texts = ["there", "details", "here", "front", "outside", "file"]
    found = {link.text: link["href"] for link in soup.select("main a") if link.text in texts}
    assert found == {
        "there": "#02_größe",
        "details": "#02_größe--details",
        "here": "#01_first--details",
        "front": "#index--reports",
        "outside": "https://example.org/01_first.html",
        "file": "run.json",
    }


def test_combine_pages_contents_lead_to_the_sections(soup):
    links = [(link["href"], link.text) for link in soup.select("nav a")]
    assert links == [
        *(("#index", "Contents"), ("#01_first", "First & foremost"), ("#02_größe", "Second")),
    ]


def test_combine_pages_keeps_figures_tables_and_their_files(soup):
    assert [image["src"] for image in soup.select("img")] == [f"data:image/png;base64,{PNG}"]
    assert soup.select_one("figcaption a")["href"] == "tables/eats.csv"
    labels = [region["aria-label"] for region in soup.select("[role=region]")]
    assert labels == ["First & foremost, Table 1: Base: 5.", "Second, Table 1: Base: 5."]


def test_combine_pages_has_one_shell(page, soup):
    assert_harmless(page)
    assert [p.text for p in soup.select("header p")] == [CONTEXT.badge, CONTEXT.audience]
    assert [footer.text.strip() for footer in soup.select("footer")] == [CONTEXT.note]
    assert soup.title.text == CONTEXT.title
    assert len(soup.select("nav, main, style")) == 3
    policy = soup.find("meta", attrs={"http-equiv": True})["content"]
    assert b64encode(hashlib.sha256(soup.style.string.encode()).digest()).decode() in policy


@pytest.mark.parametrize("name", ["script", "out of an attribute", "entities", "math mutation"])
def test_combine_pages_lets_nothing_run(name):
    text = TEXTS[name]
    cells = [new_markdown_cell(f"## {text}"), shown({"text/html": text})]
    sections = [Section("01_first.html", text, text)]
    context = hostile_context(text)
    page = combined(cells, sections=sections, context=context, facts={text: text})
    assert_harmless(page)
    found = BeautifulSoup(page, "html.parser").h1.get_text()
    assert " ".join(found.split()) == " ".join(text.split())


def test_combine_pages_leaves_a_link_that_is_no_address():
    front = '<main><h1>R</h1><a href="http://[x">there</a></main>'
    link = BeautifulSoup(combine_pages(front, [], [], CONTEXT), "html.parser").select_one("main a")
    assert link.text == "there"
    assert link.get("href") in (None, "http://[x")
