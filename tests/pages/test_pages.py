"""Pages: nothing from the data or the notebooks runs or loads; nothing a reader needs is lost."""

import base64
import hashlib
import re
from dataclasses import replace

import nbformat
import pytest
from bs4 import BeautifulSoup
from hostile_texts import CELLS, TEXTS, hostile_index, hostile_page, hostile_survey
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from dmsi_lib.errors import NotebookError
from dmsi_lib.figures.bars import Picture
from dmsi_lib.figures.reader_tables import say, show
from dmsi_lib.pages.findings import Finding
from dmsi_lib.pages.pages import (
    LONGEST_MARKDOWN,
    Front,
    PageContext,
    Section,
    describe_section,
    make_exporter,
    render_index,
    render_section,
)
from dmsi_lib.pages.style import css_string, page_style

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>"
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
CONTEXT = PageContext("Steak", badge="Synthetic data: nobody said so.", note="Made of nothing.")
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
    assert not found.select("[style]")
    for link in found.select("[href]"):
        assert not link["href"].strip().startswith(("//", "\\")), link
    assert [tag.name for tag in found.find_all(["html", "head", "body", "main", "h1"])] == [
        *("html", "head", "body", "main", "h1"),
    ]


# ---- nothing runs


@pytest.mark.filterwarnings("ignore:Your element with mimetype")  # a script, which is not shown
@pytest.mark.parametrize("name", TEXTS)
def test_render_section_lets_nothing_run(exporter, name):
    for place, cell in CELLS.items():
        page = hostile_page(TEXTS[name], [cell(TEXTS[name])], exporter)
        try:
            assert_harmless(page)
        except AssertionError as error:
            raise AssertionError(f"{name} in {place}") from error


@pytest.mark.parametrize("name", TEXTS)
def test_render_index_lets_nothing_run(name):
    page = hostile_index(TEXTS[name])
    assert_harmless(page)
    # Said as it is, not dropped: whoever reads the page sees what somebody tried.
    shown = " ".join(soup(page).h1.get_text().split())
    assert shown == " ".join(TEXTS[name].split())


@pytest.mark.parametrize("name", ["script", "out of an attribute", "math mutation"])
def test_render_section_lets_nothing_run_from_a_survey(exporter, name, tmp_path):
    made = hostile_survey(tmp_path / "survey", TEXTS[name])
    page = render_section(made, SECTIONS[1], SECTIONS, CONTEXT, exporter)
    assert_harmless(page)
    assert " ".join(TEXTS[name].split()) in " ".join(soup(page).main.get_text().split())


def test_render_section_lets_nothing_run_from_titles_and_context(exporter):
    sections = [Section("02_second.html", EVIL, EVIL), Section('"><script>.html', EVIL, EVIL)]
    context = PageContext(EVIL, EVIL, EVIL, EVIL, group=EVIL)
    page = render(exporter, section=sections[0], sections=sections, context=context)
    assert_harmless(page)
    assert soup(page).title.text.startswith(EVIL)
    assert_harmless(render_index(sections, Front([EVIL], facts={EVIL: EVIL}), context))


def test_render_section_shows_the_text_of_what_would_run(exporter):
    page = render(exporter, shown({"text/html": say(EVIL)._repr_html_()}))
    assert_harmless(page)
    assert EVIL in soup(page).main.text


def test_render_section_leads_to_files_alone(exporter):
    sections = [SECTIONS[1], Section("javascript:alert(1).html", "Run", "")]
    page = soup(render(exporter, sections=sections))
    links = [link["href"] for link in page.select("a") if link.text.endswith("Run")]
    assert links == ["javascript%3Aalert%281%29.html"] * 2


def test_render_section_policy_allows_images_and_one_style(exporter):
    page = soup(render(exporter))
    policy = page.find("meta", attrs={"http-equiv": True})["content"]
    rules = dict(rule.split(maxsplit=1) for rule in policy.split("; "))
    digest = hashlib.sha256(page.style.string.encode()).digest()
    assert rules == {
        "default-src": "'none'",
        "img-src": "data:",
        "style-src": f"'sha256-{base64.b64encode(digest).decode()}'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    # The policy counts only for what follows it.
    assert page.head.find_all(True)[1].get("http-equiv")


def test_page_style_says_the_marks_on_paper():
    style = page_style("Synthetic data.", '</style> for "us" \\ only')
    assert '"Synthetic data\\2e  \\3c \\2f style\\3e  for \\22 us\\22  \\5c  only"' in style
    assert "</" not in style
    assert "@top-left" not in page_style("", "")


def test_css_string_leaves_nothing_but_letters_digits_and_blanks():
    assert css_string("a 1") == '"a 1"'
    assert css_string('";}é\n') == '"\\22 \\3b \\7d \\e9 \\a "'


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
    assert [(c.name, c.get("scope"), c.text) for c in found.select("tbody th, tbody td")] == [
        *(("th", "row", "Yes"), ("td", None, "3")),
    ]


def test_render_section_table_is_reached_and_scrolled_by_keyboard(exporter):
    table = "<table><caption>Base: 5.</caption><tr><td>a</td></tr></table>"
    cells = [shown({"text/html": table}), shown({"text/html": "<table></table>"})]
    regions = [found.parent.attrs for found in soup(render(exporter, *cells)).select("table")]
    region = {"class": ["scroll"], "role": "region", "tabindex": "0"}
    assert regions == [
        region | {"aria-label": "Table 1: Base: 5."},
        region | {"aria-label": "Table 2"},
    ]


def test_render_section_cell_that_says_nothing_is_no_header(exporter):
    table = (
        "<table><thead><tr><th></th><th>n</th></tr></thead>"
        "<tbody><tr><td></td><td>1</td></tr><tr><th>Yes</th><td>2</td></tr></tbody></table>"
    )
    found = soup(render(exporter, shown({"text/html": table}))).main.table
    assert [(c.name, c.get("scope"), c.text) for c in found.select("th, td")] == [
        *(("td", None, ""), ("th", "col", "n"), ("td", None, ""), ("td", None, "1")),
        *(("th", "row", "Yes"), ("td", None, "2")),
    ]


def test_render_section_sets_columns_of_words_to_the_left(exporter):
    table = (
        "<table><thead><tr><th>a</th><th>Percent</th><th>Cause</th><th>Group</th></tr></thead>"
        "<tbody><tr><td>1</td><td>58.6 to 68.8</td><td>gate blank</td><td>–</td></tr>"
        "</tbody></table>"
    )
    found = soup(render(exporter, shown({"text/html": table}))).main.table
    assert [cell.text for cell in found.select(".words")] == ["Cause", "gate blank"]


# ---- what intervals do not cover

OPEN_LINK = "Anybody with the link could answer <here>."


def one_cell(head, text):
    return f"<table><thead><tr><th>{head}</th></tr></thead><tbody><tr><td>{text}</td></tr></table>"


@pytest.mark.parametrize(
    ("html", "uncertain"),
    [
        ("<p>12 of 40 (30.0 %, 95 % interval 18 to 45).</p>", True),
        ("<p>Chi-square 4.1 on 1 degree of freedom, p = 0.043.</p>", True),
        ("<p>Fisher's exact test, p &lt; 0.001.</p>", True),
        (one_cell("p (Holm)", "0.043"), True),
        (one_cell("Ci low", "18.0"), True),
        ("<p>12 of 40 said so (30 %). Step = 3.</p>", False),
    ],
)
def test_pages_with_an_interval_or_a_test_say_once_what_it_does_not_cover(
    exporter, html, uncertain
):
    context = replace(CONTEXT, sampling=OPEN_LINK)
    cells = shown({"text/html": html}), shown({"text/html": html})
    found = soup(render(exporter, *cells, context=context)).select("main .sampling")
    assert [one.text for one in found] == [OPEN_LINK] * uncertain
    assert not soup(render(exporter, *cells)).select(".sampling")  # nothing to say


# ---- figures and the files behind them

ALT = (
    "Bar chart of counts, Do you? Base: 5 respondents who answered. Synthetic data. Yes 3 (60.0 %)."
)


def figure(name, **about):
    return shown({"image/png": PNG}, {"image/png": {"alt": ALT, "name": name} | about})


def captions(exporter, *cells, **context):
    page = soup(render(exporter, *cells, context=replace(CONTEXT, **context)))
    return page.select("figure > img + figcaption")


def test_render_section_figure_caption_is_its_number_and_what_comes_along(exporter):
    found = captions(exporter, figure("eats", caption="Base: 5."), figure("how_far"))
    assert [caption.text.strip() for caption in found] == [
        *("Figure 1. Base: 5.", "Figure 2. How far."),
    ]


def test_render_section_links_the_tables_there_are(exporter):
    cells = [
        *(figure("eats", tables=["eats"]), figure("none", tables=["none"]), figure("why")),
        figure("map", tables=["eats", "cuts"]),
        shown({"text/html": "<table></table>"}, {"text/html": {"tables": ["eats"]}}),
        shown({"text/html": "<table></table>"}, {"text/html": {"tables": ["none"]}}),
    ]
    context = replace(CONTEXT, tables=frozenset({"eats", "cuts", "why"}))
    page = soup(render(exporter, *cells, context=context))
    found = [
        [(link.text, link["href"]) for link in place.select("a")]
        for place in page.select("figcaption, .scroll + .files")
    ]
    both = [(f"group {n} (CSV)", f"tables/{name}.csv") for n, name in ((1, "eats"), (2, "cuts"))]
    assert found == [
        *([("Data of figure 1 (CSV)", "tables/eats.csv")], [], []),
        [(f"Data of figure 4, {text}", address) for text, address in both],
        [("Data (CSV)", "tables/eats.csv")],
    ]
    assert page.select_one(".scroll + .files")


def test_render_section_links_the_figures_that_are_files(exporter):
    drawn = shown(
        {"image/svg+xml": "<svg/>"},
        {"image/svg+xml": {"name": "routing"}},
    )
    found = captions(exporter, figure("eats"), drawn, figure("eats"), figures=True)
    assert [caption.a["href"] for caption in found] == [
        *("figures/02_eats.png", "figures/02_routing.svg", "figures/02_eats_2.png"),
    ]
    assert [caption.a.text for caption in found] == [f"Figure {n} as a file" for n in (1, 2, 3)]
    assert not captions(exporter, figure("eats"))[0].a
    photo = shown({"image/jpeg": "AAAA"}, {"image/jpeg": {"name": "eats"}})  # never a file
    assert not captions(exporter, photo, figures=True)[0].a


def test_render_section_shows_code_to_whoever_asks_for_it(exporter):
    page = soup(render(exporter, new_code_cell('survey.show("eats")'), shown({"text/plain": "x"})))
    assert [code.text for code in page.select("main pre.code")] == [
        *('survey.show("eats")', "survey.show()"),
    ]
    switch = page.select_one("nav .switch")
    assert switch.label.text.strip() == "Show the code"
    assert (switch.input["type"], switch.input["id"]) == ("checkbox", "show-code")
    assert len(page.select("input")) == 1 and not page.select("main details")


def tagged(tag, text="", source="survey.show()"):
    """A tagged code cell that shows a paragraph, or nothing."""
    cell = shown({"text/html": f"<p>{text}</p>"}) if text else new_code_cell()
    cell.source, cell.metadata.tags = source, [tag]
    return cell


def shown_in(fold):
    return " ".join(p.text for p in fold.select("p"))


def test_render_section_folds_tables_and_details(exporter):
    cells = [tagged("table", "A", "one()"), tagged("table", "B", "two()"), tagged("details", "C")]
    page = soup(render(exporter, *cells, new_markdown_cell("Between."), tagged("details", "D")))
    folds = page.select("main details.fold")
    assert [(fold.summary.text, shown_in(fold)) for fold in folds] == [
        *(("Table", "A B"), ("Statistical details", "C"), ("Statistical details", "D")),
    ]
    assert not page.select("details[open], details .code")  # the switch shows all code
    assert page.select_one(".fold + .code").text == "one()\n\ntwo()"


def test_render_section_folds_nothing_where_nothing_is_shown(exporter):
    page = soup(render(exporter, tagged("table"), tagged("finding")))
    assert not page.select("details, .finding")


def test_render_section_leaves_out_what_is_for_researchers(exporter):
    made = notebook(tagged("table", "A"), tagged("researcher", "B"), tagged("table", "C"))
    found = soup(render_section(made, SECTIONS[1], SECTIONS, CONTEXT, exporter)).main
    assert shown_in(found.details) == "A C"
    assert [p.text for p in found.select("p")] == ["A", "C"]


def test_render_section_opens_with_the_group_and_what_was_found(exporter):
    cells = [new_markdown_cell("Why."), tagged("finding", "Most do."), tagged("finding", "More.")]
    context = replace(CONTEXT, group="Only cooks")
    page = soup(render(exporter, *cells, context=context))
    first = [(tag.name, tag.get("class"), tag.get("id")) for tag in page.main.find_all(True)[:4]]
    assert first == [
        ("h1", None, "second-last"),
        ("p", ["group"], None),
        ("div", ["finding"], "finding"),
        ("p", None, None),
    ]
    assert page.select_one("#finding").text.strip() == "Most do."
    assert [p.text for p in page.select("header p")] == [CONTEXT.badge, "Only cooks"]
    assert css_string("Only cooks")[1:-1] in page.style.text


def test_render_section_gives_no_heading_or_output_an_anchor_of_the_shell(exporter):
    cells = [new_markdown_cell("## Finding\n\n## Show code"), tagged("finding", "Most do.")]
    other = shown({"text/html": '<div id="content">x</div><div id="finding">y</div>'})
    ids = [tag["id"] for tag in soup(render(exporter, *cells, other)).select("[id]")]
    assert len(set(ids)) == len(ids)
    assert {"finding-2", "show-code-2"} <= set(ids)


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
    assert page.select_one(".badge").text == CONTEXT.badge
    assert page.footer.text == CONTEXT.note


def test_render_section_begins_with_its_heading_and_has_its_landmarks_once(exporter):
    page = soup(render(exporter))
    assert page.main.find(True).name == "h1"
    assert [tag.name for tag in page.select("header, main, footer")] == ["header", "main", "footer"]
    assert [nav["aria-label"] for nav in page.select("nav")] == [
        *("Sections", "Previous and next section"),
    ]
    first = page.body.find(True)
    assert (first.name, first["href"], first.text) == ("a", "#content", "Skip to the content")
    assert page.main["id"] == "content"


def test_render_section_without_badge_for_real_data(exporter):
    page = soup(render(exporter, context=replace(CONTEXT, badge="")))
    assert not page.select(".badge, .audience, header")


def test_render_section_says_for_whom_it_is(exporter):
    page = soup(render(exporter, context=replace(CONTEXT, badge="", audience="Internal.")))
    assert [p.text for p in page.select("header p")] == ["Internal."]
    page = soup(render(exporter, context=replace(CONTEXT, audience="Public.")))
    assert [p.text for p in page.select("header p")] == [CONTEXT.badge, "Public."]


def test_render_section_contents_list_its_headings(exporter):
    cells = ["## Where from?", "### Detail", "## Where from?", "## `Code` & content", "## Content"]
    page = soup(render(exporter, *map(new_markdown_cell, cells)))
    current = page.select_one("nav.sections li.here")
    anchors = ["#where-from", "#where-from-2", "#code-content", "#content-2"]
    assert [link["href"] for link in current.ol.select("a")] == anchors
    texts = ["Where from?", "Where from?", "Code & content", "Content"]
    assert [link.text for link in current.ol.select("a")] == texts
    ids = [tag["id"] for tag in page.select("[id]")]
    assert len(set(ids)) == len(ids)
    assert {anchor[1:] for anchor in anchors} < set(ids)
    assert len(page.select("nav.sections ol ol")) == 1


def test_render_section_links_contents_and_neighbours(exporter):
    page = soup(render(exporter))
    contents = page.select("nav.sections > ol > li > a")
    assert [link["href"] for link in contents] == [
        *("index.html", "01_first.html", "02_second.html", "03_third.html"),
    ]
    assert [link.text for link in contents if link.has_attr("aria-current")] == ["Second & last"]
    steps = [(link["href"], link.text) for link in page.select("nav.steps a")]
    assert steps == [("01_first.html", "Previous: First"), ("03_third.html", "Next: Third")]
    first = soup(render(exporter, section=SECTIONS[0]))
    assert [link.text for link in first.select("nav.steps a")] == ["Next: Second & last"]


FINDINGS = [
    Finding("Most do: 64 % (212 of 332).", "01_first.html#finding", "First", 0.64),
    Finding("Few & far.", "02_second.html#finding", "Second & last"),
]


def test_render_index_says_what_it_is_and_what_was_found():
    front = Front(["About steak.", "A & B."], FINDINGS, {"Base": "Who is counted."})
    page = soup(render_index(SECTIONS, front, replace(CONTEXT, group="Only cooks")))
    assert page.h1.text == "Steak"
    assert [p.text for p in page.select("h1 ~ p")] == ["Only cooks", "About steak.", "A & B."]
    found = [(li.p.text, li.a["href"], li.a.text) for li in page.select(".findings li")]
    assert found == [(one.text, one.href, one.place) for one in FINDINGS]
    bars = page.select(".findings img")
    assert [(bar["alt"], bar["class"]) for bar in bars] == [("", ["bar"])]
    drawing = base64.b64decode(bars[0]["src"].partition(",")[2]).decode()
    assert re.findall(r'width="([\d.]+)"', drawing) == ["160", "160", "102.4"]
    assert [(row.dt.text, row.dd.text) for row in page.select("dl div")] == [
        ("Base", "Who is counted."),
    ]


def test_render_index_shows_at_most_ten_findings():
    page = soup(render_index(SECTIONS, Front(findings=FINDINGS * 6), CONTEXT))
    assert len(page.select(".findings li")) == 10


def test_render_index_lists_the_sections_by_part():
    parts = ["findings", "findings", "about"]
    sections = [replace(one, part=part) for one, part in zip(SECTIONS, parts, strict=True)]
    page = soup(render_index(sections, Front(findings=FINDINGS), CONTEXT))
    headings = [(heading["id"], heading.text) for heading in page.select("main h2")]
    assert headings == [
        *(("in-brief", "In brief"), ("findings", "Findings"), ("about", "About the data")),
    ]
    lists = [[link["href"] for link in one.select("a")] for one in page.select("ol.overview")]
    assert lists == [["01_first.html", "02_second.html"], ["03_third.html"]]
    assert "How it begins." in page.main.text
    inner = [link["href"] for link in page.select("nav.sections ol ol a")]
    assert inner == [f"#{anchor}" for anchor, _ in headings]
    assert [item.text for item in page.select("nav.sections > ol > li")][-2:] == [
        *("About the data", "Third"),
    ]
    assert not page.select("dl, details, input")


def test_render_index_without_parts_lists_reports():
    page = soup(render_index(SECTIONS, Front(["A."]), CONTEXT))
    assert [heading.text for heading in page.select("h2")] == ["Reports"]
    assert [a.text for a in page.select("[aria-current]")] == ["Contents"]
    assert not page.select(".part-name")


def test_render_index_folds_what_is_about_the_numbers():
    facts = {"Data": "synthetic", "Respondents": "8", "Versions": "pandas 3 & more"}
    page = soup(render_index(SECTIONS, Front(facts=facts), CONTEXT))
    assert page.details.summary.text == "About these numbers"
    assert [(row.dt.text, row.dd.text) for row in page.details.select("dl div")] == [*facts.items()]


# ---- titles


def test_describe_section_takes_first_heading_and_paragraph():
    cells = [
        new_markdown_cell("# A title\n\nWhat it is\nabout.\n\nMore of it."),
        new_code_cell("# no title\n1 + 1"),
        new_markdown_cell("# Another"),
    ]
    described = describe_section(new_notebook(cells=cells), "01_a")
    assert described == Section("01_a.html", "A title", "What it is about.", "findings")


def test_describe_section_shows_signs_that_markdown_has_escaped():
    cells = [new_markdown_cell(r"# q0007\_0006 \[a\] C:\temp")]
    assert describe_section(new_notebook(cells=cells), "01_a").title == r"q0007_0006 [a] C:\temp"


def test_describe_section_without_heading_takes_the_name():
    assert describe_section(new_notebook(), "01_a") == Section("01_a.html", "01_a", "", "findings")
    cells = [new_markdown_cell("## A question\n\nA paragraph.")]
    assert describe_section(new_notebook(cells=cells), "01_a").summary == "A paragraph."


@pytest.mark.parametrize(
    ("about", "part"),
    [
        *(({"part": "about"}, "about"), ({"part": "findings"}, "findings")),
        *(({}, "findings"), ("about", "findings"), ({"part": "x"}, "findings")),
        ({"part": ["about"]}, "findings"),
    ],
)
def test_describe_section_takes_the_part_that_a_notebook_names(about, part):
    assert describe_section(new_notebook(metadata={"dmsi": about}), "01_a").part == part


@pytest.mark.parametrize("tables", ["eats", 7, None, [["eats"]], {"eats": 1}])
def test_render_section_takes_metadata_of_any_shape(exporter, tables):
    about = {"tables": tables, "name": 7, "alt": ["x"], "caption": {}}
    page = render(exporter, shown({"image/png": PNG, "text/plain": "x"}, {"image/png": about}))
    assert soup(page).figure and not soup(page).select(".files a")


@pytest.mark.parametrize("make", [new_markdown_cell, lambda text: shown({"text/markdown": text})])
def test_render_section_refuses_markdown_that_would_take_long(exporter, make):
    longest = "word " * (LONGEST_MARKDOWN // 5)
    assert "word word" in render(exporter, make(longest))
    with pytest.raises(NotebookError, match=r"^02_second\.ipynb, cell 2: Markdown of 50,001 char"):
        render(exporter, make(longest + "*"))
