"""Pages: nothing from the data or the notebooks runs or loads; nothing a reader needs is lost."""

import base64

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from dmsi_lib.display import say, show
from dmsi_lib.figures import Picture
from dmsi_lib.pages import Section, describe_section, make_exporter, render_index, render_section

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>"
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
CONTEXT = {"title": "Steak", "badge": "Synthetic data: nobody said so.", "note": "Made of nothing."}
SECTIONS = [
    Section("01_first.html", "First", "How it begins."),
    Section("02_second.html", "Second & last", "How it ends."),
    Section("03_third.html", "Third", ""),
]


@pytest.fixture(scope="module")
def exporter():
    return make_exporter()


def notebook(*cells):
    return new_notebook(cells=[new_markdown_cell("# Second & last"), *cells])


def shown(data, metadata=None):
    """A code cell with one output."""
    output = new_output("execute_result", data, metadata=metadata or {}, execution_count=1)
    return new_code_cell("survey.show()", outputs=[output], execution_count=1)


def render(exporter, *cells, section=SECTIONS[1], sections=SECTIONS, context=CONTEXT):
    return render_section(notebook(*cells), section, sections, context, exporter)


def soup(page):
    return BeautifulSoup(page, "html.parser")


def assert_harmless(page):
    """Nothing in a page can run, and nothing can be loaded from elsewhere."""
    found = soup(page)
    forbidden = "script, iframe, object, embed, form, link, base, svg, math, audio, video"
    assert not found.select(forbidden)
    for tag in found.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on")], tag
        for name in ("src", "href", "action", "formaction", "srcset", "poster", "background"):
            value = tag.get(name, "").strip().lower()
            assert not value.startswith(("javascript:", "vbscript:", "data:text")), tag
            if name != "href":
                assert value == "" or value.startswith("data:image/"), tag
    assert [meta.get("http-equiv") for meta in found.select("meta[http-equiv]")] == [
        "Content-Security-Policy"
    ]
    assert len(found.select("style")) == 1


# ---- nothing runs


@pytest.mark.parametrize(
    "cell",
    [
        new_markdown_cell(f"## {EVIL}\n\n{EVIL}"),
        new_markdown_cell("[link](javascript:alert(1)) [data](data:text/html,<script>1</script>)"),
        new_markdown_cell("![outside](https://example.org/pixel.png)"),
        new_markdown_cell('<a href="x" onclick="alert(1)">a</a><iframe src="//example.org">'),
        new_markdown_cell('<style>@import "//example.org"</style><svg onload=alert(1)></svg>'),
        new_markdown_cell('<div style="background:url(//example.org/a)">a</div><base href="//b">'),
        new_markdown_cell('<form action="//example.org"><input name=a></form><link href="//a">'),
        shown({"text/html": EVIL}),
        shown({"text/html": f"<table><caption>{EVIL}</caption><tr><td>{EVIL}</td></tr></table>"}),
        shown({"text/html": f'<img src="data:image/png;base64,{PNG}" onload="alert(1)" alt="a">'}),
        shown({"text/html": '<img srcset="//example.org/a 2x" src="//example.org/b">'}),
        shown({"text/html": '<img src="data:text/html;base64,PHNjcmlwdD4=">'}),
        shown({"text/html": '<img src="data:image/svg+xml;utf8,<svg onload=alert(1)>">'}),
        shown({"text/html": f'<a href="data:image/png;base64,{PNG}">picture</a>'}),
        shown({"image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"}),
        shown({"application/javascript": "alert(1)"}),
        shown({"image/png": PNG}, {"image/png": {"alt": f'"><{EVIL}', "name": "a"}}),
        shown({"text/plain": EVIL}),
        shown({"text/latex": r"$\href{javascript:alert(1)}{a}$"}),
        new_code_cell(f"say({EVIL!r})"),
    ],
)
def test_render_section_lets_nothing_run(exporter, cell):
    assert_harmless(render(exporter, cell))


def test_render_section_lets_nothing_run_from_titles_and_context(exporter):
    sections = [Section("02_second.html", EVIL, EVIL), Section('"><script>.html', EVIL, EVIL)]
    context = {"title": EVIL, "badge": EVIL, "note": EVIL}
    page = render(exporter, section=sections[0], sections=sections, context=context)
    assert_harmless(page)
    assert soup(page).title.text.startswith(EVIL)
    assert_harmless(render_index(sections, [EVIL], context))


def test_render_section_shows_the_text_of_what_would_run(exporter):
    page = render(exporter, shown({"text/html": say(EVIL)._repr_html_()}))
    assert_harmless(page)
    assert EVIL in soup(page).main.text


def test_render_section_policy_forbids_all_but_its_own_images_and_styles(exporter):
    policy = soup(render(exporter)).find("meta", attrs={"http-equiv": True})["content"]
    rules = dict(rule.split(maxsplit=1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
    assert rules["style-src"] == "'unsafe-inline'"
    assert set(rules) <= {"default-src", "img-src", "style-src", "base-uri", "form-action"}
    # The policy counts only for what follows it.
    assert soup(render(exporter)).head.find_all(True)[1].get("http-equiv")


# ---- nothing is lost


def test_render_section_keeps_image_and_alt(exporter):
    alt = 'Bar chart, "yes" 3 (60.0 %) & <no>'
    cell = shown({"image/png": PNG}, {"image/png": {"alt": alt, "name": "eats"}})
    image = soup(render(exporter, cell)).main.img
    assert image["src"].replace("\n", "") == f"data:image/png;base64,{PNG}"
    assert image["alt"] == alt


def test_render_section_keeps_a_drawing_of_lines(exporter):
    import matplotlib.figure

    figure = matplotlib.figure.Figure(figsize=(1, 1))
    data, metadata = Picture("routing", figure, "A & B", vector=True)._repr_mimebundle_()
    image = soup(render(exporter, shown(data, metadata))).main.img
    assert image["src"].startswith("data:image/svg+xml;base64,")
    assert image["alt"] == "A & B"


def test_render_section_table_has_caption_and_scopes(exporter):
    import pandas as pd

    table = show(pd.DataFrame({"answer": ["Yes"], "count": [3]}), "Base: 5.")
    found = soup(render(exporter, shown({"text/html": table._repr_html_()}))).main.table
    assert found.caption.text == "Base: 5."
    assert [cell["scope"] for cell in found.select("thead th")] == ["col", "col"]
    assert found.parent["class"] == ["scroll"]
    assert [cell.text for cell in found.select("td")] == ["Yes", "3"]


def test_render_section_folds_the_code_away(exporter):
    page = soup(render(exporter, new_code_cell('survey.show("eats")')))
    assert page.main.details.summary.text == "Code"
    assert 'survey.show("eats")' in page.main.details.text
    assert not page.main.details.has_attr("open")


def test_render_section_leaves_setup_out(exporter):
    cells = [
        new_code_cell(f"{tag} = 1", metadata={"tags": [tag]})
        for tag in ("parameters", "injected-parameters", "setup")
    ]
    made = notebook(*cells, new_code_cell("kept = 1"))
    before = nbformat.writes(made)
    main = soup(render_section(made, SECTIONS[1], SECTIONS, CONTEXT, exporter)).main.text
    assert "kept" in main
    assert not any(f"{cell.source}" in main for cell in cells)
    assert nbformat.writes(made) == before


def test_render_section_is_a_whole_page(exporter):
    page = soup(render(exporter))
    assert page.html["lang"] == "en"
    assert page.title.text == "Second & last – Steak"
    assert page.find("meta", charset="utf-8")
    assert page.find("meta", attrs={"name": "viewport"})["content"].startswith("width=device-width")
    assert [heading.get_text().rstrip("¶") for heading in page.select("h1")] == ["Second & last"]
    assert page.select_one(".badge").text == CONTEXT["badge"]
    assert page.footer.text == CONTEXT["note"]


def test_render_section_without_badge_for_real_data(exporter):
    page = soup(render(exporter, context=CONTEXT | {"badge": ""}))
    assert not page.select(".badge")


def test_render_section_links_contents_and_neighbours(exporter):
    page = soup(render(exporter))
    contents = page.select("nav.sections a")
    assert [link["href"] for link in contents] == [
        *("index.html", "01_first.html", "02_second.html", "03_third.html"),
    ]
    assert [link.text for link in contents if link.has_attr("aria-current")] == ["Second & last"]
    steps = [(link["href"], link.text) for link in page.select("nav.steps a")]
    assert steps == [("01_first.html", "Previous: First"), ("03_third.html", "Next: Third")]
    first = soup(render(exporter, section=SECTIONS[0]))
    assert [link.text for link in first.select("nav.steps a")] == ["Next: Second & last"]


def test_render_index_lists_summary_and_sections():
    page = soup(render_index(SECTIONS, ["443 respondents.", "A & B."], CONTEXT))
    assert page.h1.text == "Steak"
    assert [p.text for p in page.main.find_all("p", recursive=False)] == [
        *("443 respondents.", "A & B."),
    ]
    assert [link["href"] for link in page.main.select("ol a")] == [s.file for s in SECTIONS]
    assert "How it begins." in page.main.text
    assert [a.text for a in page.select("[aria-current]")] == ["Contents"]


# ---- titles


def test_describe_section_takes_first_heading_and_paragraph():
    cells = [
        new_markdown_cell("# A title\n\nWhat it is\nabout.\n\nMore of it."),
        new_code_cell("# no title\n1 + 1"),
        new_markdown_cell("# Another"),
    ]
    described = describe_section(new_notebook(cells=cells), "01_a")
    assert described == Section("01_a.html", "A title", "What it is about.")


def test_describe_section_without_heading_takes_the_name():
    assert describe_section(new_notebook(), "01_a") == Section("01_a.html", "01_a", "")
    cells = [new_markdown_cell("## A question\n\nA paragraph.")]
    assert describe_section(new_notebook(cells=cells), "01_a").summary == "A paragraph."
