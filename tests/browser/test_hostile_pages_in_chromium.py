"""Whatever a survey says, nothing of it runs: not in the pages as built, not by the cleaning alone,
not by the policy alone."""

import re
from pathlib import Path

import pytest
from hostile_texts import (
    CELLS,
    OUTSIDE,
    TEXTS,
    hostile_context,
    hostile_index,
    hostile_page,
    hostile_survey,
)

from dmsi_lib.pages.pages import PageContext, Section, make_exporter, render_section
from dmsi_lib.pages.single_file import combine_pages

pytestmark = [
    *(pytest.mark.browser, pytest.mark.slow),
    # A script, which is not shown.
    pytest.mark.filterwarnings("ignore:Your element with mimetype"),
]

CONTEXT = PageContext("Steak", badge="Synthetic data.", note="Made of nothing.")
LOOK = """() => ({
  hacked: window.hacked ?? null,
  base: document.baseURI === location.href,
  listeners: Array.from(document.querySelectorAll("*")).flatMap(e => e.getAttributeNames())
    .filter(name => name.startsWith("on") || name === "style" || name === "srcdoc"),
  strangers: Array.from(document.querySelectorAll(
    "script, iframe, frame, object, embed, applet, form, :not(.switch label) > input, " +
    "button, select, textarea, base, link, svg, math, audio, video, template, noscript, " +
    "body style, body meta"), e => e.tagName),
  shadows: Array.from(document.querySelectorAll("*")).filter(e => e.shadowRoot).length,
  protocols: Array.from(new Set(Array.from(document.links, a => a.protocol))).sort(),
  sources: Array.from(document.images, i => i.src).filter(s => !s.startsWith("data:image/")),
  sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
})"""
RUNNING = (
    *("script", "image that fails", "svg", "frame"),
    *("end of style", "end of a comment", "noscript mutation"),
)
ASKING = ("script from outside", "stylesheet", "object", "media", "style attribute", "refresh")
SURVEYS = ("script", "out of an attribute", "end of everything", "math mutation")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Files of pages by name: every text in every place, and surveys that say such texts."""
    folder, exporter, pages = tmp_path_factory.mktemp("hostile"), make_exporter(), {}
    for name, text in TEXTS.items():
        cells = [cell(text) for cell in CELLS.values()]
        pages[name] = hostile_page(text, cells, exporter)
        # What one text leaves open may hide those behind it.
        pages[f"{name}, backwards"] = hostile_page(text, cells[::-1], exporter)
        pages[f"{name}, front"] = hostile_index(text)
    for name in SURVEYS:
        notebook = hostile_survey(folder / name, TEXTS[name])
        section = Section("01_a.html", TEXTS[name], "")
        page = render_section(notebook, section, [section], CONTEXT, exporter)
        pages[f"survey: {name}"] = page
    return write_pages(folder, pages)


def write_pages(folder, pages):
    paths = {name: folder / f"{number:03}.html" for number, name in enumerate(pages)}
    for name, path in paths.items():
        path.write_text(pages[name], encoding="utf-8")
    return paths


def without_policy(page):
    shorter, found = re.subn('<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    assert found == 1
    return shorter


def faults(seen, path):
    """What is wrong with a visited page, by name."""
    wrong = {
        "asked": [url for url in seen.asked if not url.startswith("data:image/")][1:],
        "moved": seen.url != path.as_uri(),
        "base": not seen.base,
        "protocols": sorted({*seen.protocols} - {"file:", "https:", "http:", "mailto:"}),
    }
    plain = ("hacked", "dialogs", "complaints", "listeners", "strangers", "shadows", "sources")
    wrong |= {name: getattr(seen, name) for name in plain}
    return {name: value for name, value in wrong.items() if value}


def assert_faultless(window, visit, paths):
    seen = dict(visit(window, paths, LOOK, 5))
    found = {name: faults(seen[name], path) for name, path in paths.items()}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_pages_run_nothing_and_ask_for_nothing(open_window, visit, built):
    paths = {name: path for name, path in built.items() if "backwards" not in name}
    assert_faultless(open_window(), visit, paths)


def test_pages_run_nothing_by_the_cleaning_alone(open_window, visit, built, tmp_path):
    pages = {name: without_policy(path.read_text("utf-8")) for name, path in built.items()}
    assert_faultless(open_window(), visit, write_pages(tmp_path, pages))


def test_single_file_runs_nothing(open_window, visit, tmp_path):
    exporter, pages = make_exporter(), {}
    for name, text in TEXTS.items():
        section = Section("01_a.html", text, text)
        page = hostile_page(text, [cell(text) for cell in CELLS.values()], exporter)
        front = hostile_index(text, [section])
        pages[name] = combine_pages(front, [page], [section], hostile_context(text))
    assert_faultless(open_window(), visit, write_pages(tmp_path, pages))


def raw_page(path, text):
    """A page with the text in the middle, neither cleaned nor escaped."""
    start, found, end = path.read_text("utf-8").partition("<h1>")
    assert found
    return f"{start}{text}{found}{end}"


@pytest.mark.parametrize("name", RUNNING)
def test_text_would_run_without_protection(page, built, tmp_path, name):
    # Otherwise the tests above would prove nothing.
    plain = without_policy(raw_page(built[f"{name}, front"], TEXTS[name]))
    (tmp_path / "plain.html").write_text(plain, encoding="utf-8")
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.goto((tmp_path / "plain.html").as_uri(), wait_until="commit")
    page.wait_for_function("window.hacked === 1", timeout=20_000)


@pytest.mark.parametrize("name", ASKING)
def test_text_would_ask_without_protection(page, built, tmp_path, name):
    plain = without_policy(raw_page(built[f"{name}, front"], TEXTS[name]))
    (tmp_path / "plain.html").write_text(plain, encoding="utf-8")
    with page.expect_request(lambda asked: asked.url.startswith(OUTSIDE), timeout=20_000):
        page.goto((tmp_path / "plain.html").as_uri(), wait_until="commit")


def test_policy_alone_lets_nothing_run(page, built, tmp_path):
    # The shield behind the cleaning: even what got into a page would neither run nor load. That a
    # page moves on no policy can forbid; the cleaning alone sees to that.
    texts = {name: text for name, text in TEXTS.items() if name != "refresh"}
    raw = {name: raw_page(built[f"{name}, front"], text) for name, text in texts.items()}
    wrong, finished = {}, []
    page.on("requestfinished", lambda request: finished.append(request.url))
    for name, path in write_pages(tmp_path, raw).items():
        finished.clear()
        page.goto(path.as_uri())
        page.wait_for_timeout(10)
        loaded = {Path(url).name for url in finished if not url.startswith("data:")}
        hacked = page.evaluate("() => window.hacked ?? null")
        if hacked or loaded - {path.name}:
            wrong[name] = (hacked, loaded)
    assert wrong == {}
