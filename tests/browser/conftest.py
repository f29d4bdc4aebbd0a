"""What the tests in a browser share: one Chromium for a file, windows without a network."""

import os
import shutil
from types import SimpleNamespace

import pytest
from playwright.sync_api import sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
SCREENS = {
    "wide": {"width": 1280, "height": 900},
    "narrow": {"width": 360, "height": 740},
    "desk": {"width": 1440, "height": 1000},
}


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


@pytest.fixture(scope="module")
def open_window(browser):
    """A function that opens a window without a network; options as of `new_context`."""
    opened = []

    def open_one(screen="wide", **options):
        wanted = {"offline": True, "service_workers": "block"} | options
        opened.append(browser.new_context(viewport=SCREENS[screen], **wanted))
        return opened[-1]

    yield open_one
    for window in opened:
        window.close()


@pytest.fixture
def page(open_window):
    """A page in a window of its own."""
    return open_window().new_page()


@pytest.fixture(scope="session")
def visit():
    """A function that opens files in a window, one after the other, and looks at each by a script.

    Yields pairs of name and what was seen: `asked`, `complaints`, `dialogs`, `url`, and what the
    script returned.
    """

    def visit_all(window, paths, script, wait=0):
        page, heard = window.new_page(), []
        page.on("request", lambda request: heard[-1].asked.append(request.url))
        page.on("console", lambda message: heard[-1].complaints.append(message.text))
        page.on("pageerror", lambda error: heard[-1].complaints.append(str(error)))
        page.on("dialog", lambda dialog: (heard[-1].dialogs.append(1), dialog.dismiss()))
        for name, path in paths.items():
            seen = SimpleNamespace(asked=[], complaints=[], dialogs=[])
            heard.append(seen)
            page.goto(path.as_uri(), wait_until="load")
            page.wait_for_timeout(wait)
            seen.url = page.url
            seen.__dict__.update(page.evaluate(script))
            yield name, seen
        page.close()

    return visit_all
