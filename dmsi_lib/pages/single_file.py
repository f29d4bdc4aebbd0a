"""A whole report as one HTML file: the front page and all sections one below the other.

Anchors carry the name of the page they come from, links between the pages become links within the
file, and headings go down one level below the report's title. Tables and figures are linked as
before, so the file is meant to lie beside index.html.
"""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup
from bs4.exceptions import ParserRejectedMarkup
from markupsafe import Markup

from dmsi_lib.errors import InputError
from dmsi_lib.pages.body import clean
from dmsi_lib.pages.pages import Link, Section, render_page

_FRONT = "index"


def combine_pages(folder):
    """One page that holds all pages of a report's folder.

    Parameters
    ----------
    folder : path of a report's folder, with index.html and the pages that it links

    Returns
    -------
    str
        HTML, self-contained as the pages are, under the same policy.

    Raises
    ------
    InputError
        Where index.html or a page that it links is missing or is no page of a report.
    """
    folder = Path(folder)
    front = _read(folder / "index.html")
    if front.h1 is None:
        raise InputError(f"{folder / 'index.html'}: has no heading; run `dmsi report` again.")
    title = front.h1.get_text()
    links = front.select("nav.sections > ol > li > a[href]")[1:]
    sections = [Section(unquote(link["href"]), link.get_text(), "") for link in links]
    stems = {"index.html": _FRONT} | {s.file: Path(s.file).stem for s in sections}
    parts = [_part(front, _FRONT, stems)]
    parts += [_part(_read(folder / s.file), stems[s.file], stems, s.title) for s in sections]
    listed = [Link(f"#{stems[s.file]}", s.title) for s in sections]
    context = {
        "title": title,
        "badge": _text(front, "header .badge"),
        "audience": _text(front, "header .audience"),
        "note": _text(front, "footer"),
    }
    return render_page(
        "page.html.j2",
        title=title,
        links=[Link(f"#{_FRONT}", "Contents"), *listed],
        context=context,
        body=Markup("".join(parts)),
    )


def _read(path):
    try:
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    except (OSError, ValueError) as error:  # the latter where it is not UTF-8
        reason = getattr(error, "strerror", None) or error
        raise InputError(
            f"{path}: can't be read ({reason}); expected a page of the report."
        ) from None
    except ParserRejectedMarkup:
        raise InputError(f"{path}: not valid HTML; run `dmsi report` again.") from None
    if page.main is None:
        raise InputError(f"{path}: has no <main>; run `dmsi report` again.")
    return page


def _text(soup, selector):
    found = soup.select_one(selector)
    return found.get_text().strip() if found else ""


def _part(page, stem, stems, title=""):
    """The content of one page, ready to stand among the others."""
    main = page.main
    for steps in main.select("nav"):
        steps.decompose()
    for tag in main.select("[id]"):
        tag["id"] = f"{stem}--{tag['id']}"
    for link in main.select("a[href]"):
        link["href"] = _within(link["href"], stem, stems)
    if title:
        for region in main.select("[aria-label]"):  # so that no two regions are called the same
            region["aria-label"] = f"{title}, {region['aria-label']}"
        for heading in main.find_all(re.compile("^h[1-5]$")):
            heading.name = f"h{int(heading.name[1]) + 1}"
    first = main.find(re.compile("^h[1-6]$"))
    if first is not None:
        first["id"] = stem
    return f'<div class="part">{clean(main.decode_contents())}</div>'


def _within(href, stem, stems):
    """Where a link of a page leads within the one file; links to other files stay."""
    try:
        address = urlsplit(href)
    except ValueError:  # such as "http://[x": leads nowhere
        return href
    if address.scheme or address.netloc:
        return href
    name = unquote(address.path)
    target = stem if not name else stems.get(name)
    if target is None:
        return href
    return f"#{target}--{address.fragment}" if address.fragment else f"#{target}"
