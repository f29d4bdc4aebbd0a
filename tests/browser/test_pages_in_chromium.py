"""The built pages as readers open them: from a folder, without a network, on any screen."""

import os
import re
import shutil
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import sync_playwright

from dmsi_lib.execution import section_notebooks

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
SCREENS = {"wide": {"width": 1280, "height": 900}, "narrow": {"width": 360, "height": 740}}
PAGES = ["index.html", *(f"{path.stem}.html" for path in section_notebooks())]
LOOK = """() => ({
  images: Array.from(document.images, i => [i.alt, i.complete, i.naturalWidth, i.clientWidth]),
  links: Array.from(document.links, a => a.href),
  ids: Array.from(document.querySelectorAll("[id]"), e => e.id),
  width: document.documentElement.scrollWidth,
  room: document.documentElement.clientWidth,
  badge: document.querySelector(".badge").getBoundingClientRect().height,
  unfolded: document.querySelectorAll("details[open]").length,
})"""


@pytest.fixture(scope="module")
def browser():
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        message = f"none of {', '.join(BROWSERS)} is installed"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    """A window of its own, without a network."""
    context = browser.new_context(viewport=SCREENS["wide"], offline=True)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def visits(browser, report):
    """Every page opened once on every screen: what was seen, asked for and complained of."""
    found = {}
    for screen, size in SCREENS.items():
        context = browser.new_context(viewport=size, offline=True, service_workers="block")
        for name in PAGES:
            found[screen, name] = visit(context, report / name)
        context.close()
    return found


def visit(context, path):
    page, asked, complaints = context.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(path.as_uri(), wait_until="load")
    seen = SimpleNamespace(url=page.url, asked=asked, complaints=complaints, **page.evaluate(LOOK))
    page.close()
    return seen


@pytest.fixture(params=SCREENS)
def screen(request):
    return request.param


@pytest.fixture(params=PAGES)
def seen(request, visits, screen):
    return visits[screen, request.param]


def test_page_asks_for_nothing_from_outside_and_complains_of_nothing(seen):
    assert [url for url in seen.asked if not url.startswith("data:")] == [seen.url]
    assert seen.complaints == []


def test_page_does_not_scroll_sideways(seen):
    assert seen.width <= seen.room


def test_page_images_are_loaded_and_described(seen):
    for alt, complete, natural, shown in seen.images:
        assert len(alt) > 40 and "No description" not in alt
        assert complete and natural > 100
        assert 0 < shown <= seen.room, alt[:60]


def test_page_says_on_top_that_the_data_are_synthetic(seen):
    assert seen.badge > 10


def test_page_code_is_folded(seen):
    assert seen.unfolded == 0


def test_page_links_resolve(visits, report, screen):
    for name in PAGES:
        seen = visits[screen, name]
        assert len(seen.links) >= len(PAGES)
        for link in seen.links:
            address = urlsplit(link)
            assert address.scheme == "file", link
            target = report / unquote(address.path.rpartition("/")[2])
            assert target.is_file(), link
            if address.fragment:
                ids = visits[screen, target.name].ids
                assert address.fragment in ids or unquote(address.fragment) in ids, link


def test_page_badge_stays_and_code_unfolds(page, report):
    page.goto((report / PAGES[1]).as_uri())
    folded = page.locator("details").first
    assert not folded.locator("pre").is_visible()
    folded.locator("summary").click()
    assert folded.locator("pre").is_visible()
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    assert page.locator(".badge").bounding_box()["y"] == 0


def test_report_can_be_read_from_front_to_back(page, report):
    page.goto((report / "index.html").as_uri())
    page.locator("main ol a").first.click()
    titles = [page.locator("h1").inner_text()]
    while page.get_by_text(re.compile("^Next: ")).count():
        page.get_by_text(re.compile("^Next: ")).click()
        titles.append(page.locator("h1").inner_text())
    assert len(titles) == len(PAGES) - 1
    assert len(set(titles)) == len(titles)


def test_policy_blocks_what_would_run(page, report, tmp_path):
    # The shield behind the cleaning: even a script that got into a page would not run.
    text = (report / "index.html").read_text(encoding="utf-8")
    evil = '<script>document.title = "ran"</script><img src="x" onerror="document.title=\'ran\'">'
    (tmp_path / "x").write_bytes(b"")
    (tmp_path / "evil.html").write_text(text.replace("</main>", f"{evil}</main>"), "utf-8")
    loaded = []
    page.on("requestfinished", lambda request: loaded.append(request.url))
    page.goto((tmp_path / "evil.html").as_uri())
    assert page.title() != "ran"
    assert [url.rpartition("/")[2] for url in loaded] == ["evil.html"]
