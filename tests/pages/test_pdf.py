"""Printing: which browser, what it is told, and one clear message where it can't."""

import os
import re
import shutil
import stat
import sys
import zlib

import pytest

from dmsi_lib.errors import InputError
from dmsi_lib.pages import pdf
from dmsi_lib.pages.pages import Front, PageContext, Section, render_index
from dmsi_lib.pages.pdf import BROWSERS, VARIABLE, find_browser, write_pdf

CONTEXT = PageContext("Steak", badge="Synthetic data: nobody said so.", note="Made of nothing.")
FAKE = f"""#!{sys.executable}
import pathlib, sys, time
pathlib.Path(__file__).with_suffix(".told").write_text("\\n".join(sys.argv[1:]))
target = next(a.partition("=")[2] for a in sys.argv if a.startswith("--print-to-pdf="))
profile = next(a.partition("=")[2] for a in sys.argv if a.startswith("--user-data-dir="))
pathlib.Path(profile).mkdir()
"""
PRINTS = 'pathlib.Path(target).write_bytes(b"%PDF-1.4 fake")\n'


@pytest.fixture
def no_browser(monkeypatch, tmp_path):
    """A system on which no program can be found."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv(VARIABLE, raising=False)
    (tmp_path / "bin").mkdir()
    return tmp_path / "bin"


def program(path, rest):
    path.write_text(FAKE + rest, encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "a page & more.html"
    path.write_text(
        render_index([Section("01_a.html", "A", "")], Front(["Said."]), CONTEXT), "utf-8"
    )
    return path


def test_find_browser_takes_the_first_there_is(no_browser):
    program(no_browser / "google-chrome", PRINTS)
    assert find_browser() == str(no_browser / "google-chrome")
    program(no_browser / "chromium", PRINTS)
    assert find_browser() == str(no_browser / "chromium")


def test_find_browser_takes_what_the_variable_says(no_browser, monkeypatch, tmp_path):
    program(no_browser / "chromium", PRINTS)
    monkeypatch.setenv(VARIABLE, program(tmp_path / "mine", PRINTS))
    assert find_browser() == str(tmp_path / "mine")
    monkeypatch.setenv(VARIABLE, "no-such-browser")
    with pytest.raises(InputError, match=f"{VARIABLE}: 'no-such-browser'"):
        find_browser()


def test_find_browser_says_what_to_install(no_browser):
    with pytest.raises(InputError) as error:
        find_browser()
    assert all(name in str(error.value) for name in (*BROWSERS, VARIABLE))
    assert "\n" not in str(error.value)


def test_write_pdf_tells_the_browser_to_stay_off_the_network(tmp_path, page):
    browser = program(tmp_path / "browser", PRINTS)
    write_pdf(page, tmp_path / "page.pdf", browser)
    assert (tmp_path / "page.pdf").read_bytes() == b"%PDF-1.4 fake"
    told = (tmp_path / "browser.told").read_text().splitlines()
    wanted = ["--headless", "--no-pdf-header-footer", "--disable-background-networking"]
    assert {*wanted, "--host-resolver-rules=MAP * ~NOTFOUND"} <= set(told)
    assert ("--no-sandbox" in told) == (os.geteuid() == 0)
    assert told[-1] == page.as_uri()
    profile = next(line for line in told if line.startswith("--user-data-dir="))
    assert not os.path.exists(profile.partition("=")[2])


@pytest.mark.parametrize(
    ("rest", "complaint"),
    [
        ("", r"could not print it\.$"),
        ('print("x" * 9, file=sys.stderr)\nprint("no display", file=sys.stderr)\nsys.exit(3)\n',
         r"could not print it\. no display$"),
        ('pathlib.Path(target).write_text("half")\n', "could not print it"),
        ("time.sleep(60)\n", r"stopped after 1 seconds"),
    ],
    ids=["nothing", "error", "no PDF", "too long"],
)  # fmt: skip
def test_write_pdf_keeps_the_old_file_where_the_browser_fails(
    monkeypatch, tmp_path, page, rest, complaint
):
    monkeypatch.setattr(pdf, "_PATIENCE", 1 if "sleep" in rest else 60)
    (tmp_path / "page.pdf").write_bytes(b"old")
    browser = program(tmp_path / "browser", rest)
    with pytest.raises(InputError, match=complaint) as error:
        write_pdf(page, tmp_path / "page.pdf", browser)
    assert "\n" not in str(error.value)
    assert (tmp_path / "page.pdf").read_bytes() == b"old"
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {page.name, "page.pdf", "browser", "browser.told"}


def test_write_pdf_refuses_what_is_not_there(tmp_path, page):
    with pytest.raises(InputError, match="no such page to print"):
        write_pdf(tmp_path / "none.html", tmp_path / "page.pdf", "browser")
    with pytest.raises(InputError, match="can't be started"):
        write_pdf(page, tmp_path / "page.pdf", str(tmp_path / "no browser"))
    with pytest.raises(InputError, match="can't be written"):
        write_pdf(page, tmp_path / "none" / "page.pdf", program(tmp_path / "browser", PRINTS))


@pytest.mark.browser
def test_write_pdf_prints_a_page(tmp_path, page):
    if not any(map(shutil.which, BROWSERS)):
        pytest.skip(f"none of {', '.join(BROWSERS)} is installed")
    write_pdf(page, tmp_path / "page.pdf", find_browser())
    content = (tmp_path / "page.pdf").read_bytes()
    assert content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF")
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
    drawn = [zlib.decompressobj().decompress(s) for s in streams if s[:1] == b"x"]
    assert any(b" Tf" in one for one in drawn)  # text, not an empty sheet
    assert b"/Lang (en)" in content and b"/StructTreeRoot" in content  # can be read aloud
