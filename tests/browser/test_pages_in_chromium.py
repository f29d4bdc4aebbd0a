"""The built pages as readers open them: from a folder, without a network, on any screen."""

import re
from urllib.parse import unquote, urlsplit

import pytest

from dmsi_lib.report.notebooks import section_notebooks

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SCREENS = ("wide", "narrow")
PAGES = ["index.html", *(f"{path.stem}.html" for path in section_notebooks()), "codebook.html"]
LOOK = """() => ({
  images: Array.from(document.querySelectorAll("figure img"), i => [
    i.alt, i.complete, i.naturalWidth, i.clientWidth,
    i.closest("figure")?.querySelector("figcaption")?.innerText ?? ""]),
  links: Array.from(document.links, a => [a.textContent, a.href]),
  ids: Array.from(document.querySelectorAll("[id]"), e => e.id),
  width: document.documentElement.scrollWidth,
  room: document.documentElement.clientWidth,
  badge: document.querySelector(".badge").getBoundingClientRect().height,
  captions: Array.from(document.querySelectorAll("caption"), c => c.getBoundingClientRect().right),
  unfolded: document.querySelectorAll("details[open]").length,
  tables: Array.from(document.querySelectorAll("table"), t => [
    t.caption?.textContent.trim() ?? "", t.closest("[role=region][tabindex='0']") !== null,
    t.querySelectorAll("tbody tr").length, t.querySelectorAll("tbody th[scope=row]").length]),
  text: document.body.textContent,
})"""
# What takes the keyboard, in the order of the page; hidden parts take none.
REACHABLE = """() => {
  const stops = document.querySelectorAll("a[href], summary, input, [tabindex='0']");
  window.stops = Array.from(stops).filter(e => e.checkVisibility());
  window.reached = [];
  document.addEventListener("focusin", event => {
    const style = getComputedStyle(event.target), box = event.target.getBoundingClientRect();
    const header = document.querySelector("header").getBoundingClientRect().bottom;
    window.reached.push([window.stops.indexOf(event.target),
      style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
      event.target.className === "skip" || box.bottom > header && box.top < innerHeight]);
  });
  return window.stops.length;
}"""
CUT = """() => Array.from(document.querySelectorAll(".scroll"))
  .filter(region => region.scrollWidth > region.clientWidth + 1)
  .map(region => region.getAttribute("aria-label"))"""
# Figures as French writes them: a decimal comma, or thousands set apart by a narrow blank.
FRENCH = re.compile(r"\d,\d+\s?%|\d[\u00a0\u2009\u202f]\d{3}(?!\d)")


@pytest.fixture(scope="module")
def visits(open_window, visit, report):
    """Every page opened once on every screen: what was seen, asked for and complained of."""
    paths = {name: report / name for name in PAGES}
    return {
        (screen, name): seen
        for screen in SCREENS
        for name, seen in visit(open_window(screen), paths, LOOK)
    }


@pytest.fixture(params=SCREENS)
def screen(request):
    return request.param


@pytest.fixture(params=PAGES)
def seen(request, visits, screen):
    return visits[screen, request.param]


def test_page_asks_for_nothing_from_outside_and_complains_of_nothing(seen):
    assert [url for url in seen.asked if not url.startswith("data:")] == [seen.url]
    assert seen.complaints == seen.dialogs == []


def test_page_does_not_scroll_sideways(seen):
    assert seen.width <= seen.room


def test_page_captions_are_not_cut_off_where_their_tables_are_wider(seen):
    assert all(right <= seen.room for right in seen.captions)


def test_page_images_are_loaded_and_described(seen):
    for alt, complete, natural, shown, caption in seen.images:
        assert complete and natural > 100
        assert 0 < shown <= seen.room, alt[:60]
        assert caption.startswith("Figure ")
        assert len(caption) < 320  # what the off-route answers rest on, not the alternative text


def test_page_images_are_described_by_what_they_show(seen):
    # A checker of accessibility takes any text for a description.
    for alt, *_, caption in seen.images:
        assert len(alt) > len(caption)
        assert "No description" not in alt and not re.search(r"\.(png|svg|jpe?g)\b", alt)
        assert len(re.findall(r"\d+(?:\.\d+)?", alt)) >= 4, alt[:60]
        base = re.search(r"Base: (\d+)", caption)
        assert base is None or f"Base: {base[1]}" in alt


def test_page_tables_have_captions_and_row_headers_and_take_the_keyboard(seen):
    for caption, reachable, rows, headers in seen.tables:
        assert caption and reachable
        assert headers == rows or "" in (caption, rows), caption


def test_page_says_on_top_that_the_data_are_synthetic(seen):
    assert seen.badge > 10


def test_page_code_is_folded(seen):
    assert seen.unfolded == 0


@pytest.mark.parametrize("figure", ["12,5 %", "0,4%", "1\u202f234", "12\u00a0500 clients"])
def test_french_figures_are_recognised(figure):
    assert FRENCH.search(figure)


def test_page_writes_figures_as_english_does(seen):
    texts = [seen.text, *(alt for alt, *_ in seen.images)]
    assert [found[0] for text in texts for found in FRENCH.finditer(text)] == []
    assert not FRENCH.search("1,234 of 2,000 (61.7 %), 58.6 to 68.8, 95 % interval, 1, 2")


def test_page_links_resolve(visits, report, screen):
    for name in PAGES:
        seen = visits[screen, name]
        assert len(seen.links) > len(PAGES)
        for text, link in seen.links:
            address = urlsplit(link)
            assert address.scheme == "file", link
            target = report / unquote(address.path).removeprefix(f"{report.as_posix()}/")
            assert target.is_file(), (name, text, link)
            if address.fragment:
                assert unquote(address.fragment) in visits[screen, target.name].ids, link


def test_page_links_the_data_and_the_file_of_a_figure(visits):
    links = [link for name in PAGES for _, link in visits["wide", name].links]
    assert sum("/tables/" in link for link in links) > 20
    assert sum("/figures/" in link for link in links) > 20


def test_page_badge_stays(page, report):
    page.goto((report / PAGES[1]).as_uri())
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    assert page.locator("header").bounding_box()["y"] == 0


@pytest.fixture
def folded(report):
    """A page with a folded table."""
    pages = [name for name in PAGES if 'class="fold"' in (report / name).read_text("utf-8")]
    return (report / next(name for name in pages if name != "index.html")).as_uri()


def test_page_fold_opens_by_keyboard(page, folded):
    page.goto(folded)
    fold = page.locator("details.fold").first
    assert not fold.locator(".scroll").first.is_visible()
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    assert fold.locator(".scroll").first.is_visible()


def test_page_switch_shows_all_code_by_keyboard(page, folded):
    page.goto(folded)
    code = page.locator("pre.code")
    assert code.count() > 3
    assert not [one for one in code.all() if one.is_visible()]
    page.get_by_label("Show the code").focus()
    page.keyboard.press("Space")
    assert all(one.is_visible() for one in code.all())


def test_page_on_paper_shows_what_is_folded_and_no_code(page, folded):
    page.goto(folded)
    page.get_by_label("Show the code").check()
    page.emulate_media(media="print")
    for fold in page.locator("details.fold").all():
        assert fold.evaluate("fold => !fold.open")
        inner = fold.locator("td, p").first
        assert inner.is_visible() and inner.bounding_box()["height"] > 5
    assert not page.locator("pre.code").first.is_visible()


def test_front_page_leads_to_what_was_found(page, report):
    page.goto((report / "index.html").as_uri())
    links = [link.get_attribute("href") for link in page.locator(".findings a").all()]
    assert 0 < len(links) <= 10
    for link in links:
        page.goto((report / "index.html").as_uri())
        page.locator(f".findings a[href='{link}']").click()
        assert page.locator(":target.finding").is_visible(), link


def test_page_tables_are_not_cut_off_on_a_desk(open_window, report):
    page = open_window("desk").new_page()
    for name in PAGES:
        page.goto((report / name).as_uri())
        page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
        assert page.evaluate(CUT) == [], name
    page.close()


def test_page_keeps_what_a_row_is_about_where_its_figures_are_scrolled(open_window, report):
    page = open_window("narrow").new_page()
    page.goto((report / PAGES[1]).as_uri())
    assert page.evaluate(CUT)
    shifts = page.evaluate("""() => Array.from(document.querySelectorAll(".scroll"), region => {
      const first = region.querySelector("tbody tr > :first-child");
      region.scrollLeft = 9999;
      return first.getBoundingClientRect().left - region.getBoundingClientRect().left;
    })""")
    assert all(abs(shift) <= 1 for shift in shifts)
    page.close()


@pytest.mark.parametrize("screen", SCREENS)
def test_page_is_reached_by_the_keyboard(open_window, report, screen):
    page = open_window(screen).new_page()
    for name in PAGES:
        page.goto((report / name).as_uri())
        stops = page.evaluate(REACHABLE)
        for _ in range(stops):
            page.keyboard.press("Tab")
        reached = page.evaluate("window.reached")
        assert [place for place, *_ in reached] == list(range(stops)), name
        assert [stop for stop in reached if not all(stop[1:])] == [], name
    page.close()


def test_page_content_is_a_step_away(page, report):
    page.goto((report / PAGES[1]).as_uri())
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    assert skip.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("screen", SCREENS)
def test_page_heading_is_not_hidden_below_the_badge(open_window, report, screen):
    page = open_window(screen).new_page()
    page.goto((report / PAGES[1]).as_uri())
    page.locator("nav.sections ol ol a").nth(2).click()
    heading = page.locator(":target").bounding_box()
    header = page.locator("header").bounding_box()
    assert header["y"] + header["height"] <= heading["y"] < page.viewport_size["height"] / 2
    page.close()


def test_page_on_paper_shows_no_controls(open_window, report):
    page = open_window().new_page()
    page.emulate_media(media="print")
    page.goto((report / PAGES[1]).as_uri())
    for hidden in ("nav.sections", "nav.steps", ".code", "figcaption a", ".skip"):
        assert not page.locator(hidden).first.is_visible(), hidden
    for shown in (".badge", "h1", "table", "img", "figcaption", "footer"):
        assert page.locator(shown).first.is_visible(), shown
    page.close()


def test_report_can_be_read_from_front_to_back(page, report):
    page.goto((report / "index.html").as_uri())
    page.locator("main ol.overview a").first.click()
    titles = [page.locator("h1").inner_text()]
    while page.get_by_text(re.compile("^Next: ")).count():
        page.get_by_text(re.compile("^Next: ")).click()
        titles.append(page.locator("h1").inner_text())
    assert len(titles) == len(PAGES) - 1
    assert len(set(titles)) == len(titles)
