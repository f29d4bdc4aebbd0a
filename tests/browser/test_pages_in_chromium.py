"""The built pages as readers open them: from a folder, without a network, on any screen."""

import os
import re
import shutil
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
NARROW, WIDE = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
PAGES = ["index.html", *(f"{path.stem}.html" for path in section_notebooks())]


@pytest.fixture(scope="session")
def browser():
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        message = f"none of {', '.join(BROWSERS)} is installed"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session", params=[WIDE, NARROW], ids=["wide", "narrow"])
def context(browser, request):
    """A window without a network that remembers what its pages asked for and complained of."""
    context = browser.new_context(viewport=request.param, offline=True, service_workers="block")
    yield context
    context.close()


@pytest.fixture(params=PAGES)
def opened(context, report, request):
    """A page of the report, what it asked for, and what it wrote to the console."""
    page, asked, complaints = context.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto((report / request.param).as_uri(), wait_until="load")
    yield page, asked, complaints
    page.close()


def test_page_asks_for_nothing_from_outside_and_complains_of_nothing(opened, report):
    page, asked, complaints = opened
    addresses = [url for url in asked if not url.startswith("data:")]
    assert addresses == [page.url]
    assert complaints == []


def test_page_does_not_scroll_sideways(opened):
    page, _, _ = opened
    width, room = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert width <= room


def test_page_images_are_loaded_and_described(opened):
    page, _, _ = opened
    images = page.evaluate(
        "Array.from(document.images, i => [i.alt, i.complete, i.naturalWidth, i.clientWidth])"
    )
    for alt, complete, natural, shown in images:
        assert len(alt) > 40 and "No description" not in alt
        assert complete and natural > 100
        assert 0 < shown <= page.viewport_size["width"], alt[:60]


def test_page_links_resolve(opened, report):
    page, _, _ = opened
    links = page.evaluate("Array.from(document.links, a => a.href)")
    assert len(links) >= len(PAGES)
    for link in links:
        address = urlsplit(link)
        assert address.scheme == "file", link
        target = report / unquote(address.path.rpartition("/")[2])
        assert target.is_file(), link
        if address.fragment:
            ids = re.findall(r'\bid="([^"]+)"', target.read_text(encoding="utf-8"))
            assert unquote(address.fragment) in ids, link


def test_page_says_on_top_that_the_data_are_synthetic(opened):
    page, _, _ = opened
    badge = page.locator(".badge")
    assert badge.is_visible()
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    if page.viewport_size == WIDE:  # it stays in sight while the page is read
        assert badge.bounding_box()["y"] == 0


def test_page_code_is_folded_and_unfolds(opened):
    page, _, _ = opened
    folded = page.locator("details").first
    if page.locator("details").count():
        assert not folded.locator("pre").is_visible()
        folded.locator("summary").click()
        assert folded.locator("pre").is_visible()


def test_report_can_be_read_from_front_to_back(browser, report):
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto((report / "index.html").as_uri())
    page.locator("main ol a").first.click()
    titles = [page.locator("h1").inner_text()]
    while page.get_by_text(re.compile("^Next: ")).count():
        page.get_by_text(re.compile("^Next: ")).click()
        titles.append(page.locator("h1").inner_text())
    context.close()
    assert len(titles) == len(PAGES) - 1
    assert len(set(titles)) == len(titles)


def test_policy_blocks_what_would_run(browser, report, tmp_path):
    # The shield behind the cleaning: even a script that got into a page does not run.
    text = (report / "index.html").read_text(encoding="utf-8")
    evil = '<script>document.title = "ran"</script><img src="x" onerror="document.title=\'ran\'">'
    (tmp_path / "evil.html").write_text(text.replace("</main>", f"{evil}</main>"), "utf-8")
    context = browser.new_context(offline=True)
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((tmp_path / "evil.html").as_uri())
    assert page.title() != "ran"
    assert [url for url in asked if not url.endswith("evil.html")] == []
    context.close()
