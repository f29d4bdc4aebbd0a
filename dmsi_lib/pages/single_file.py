"""A whole report as one HTML file: the front page and all sections one below the other.

Anchors carry the name of the page they come from, links between the pages become links within the
file, and headings go down one level below the report's title. Tables and figures are linked as
before, so the file is meant to lie beside index.html.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup
from markupsafe import Markup

from dmsi_lib.pages.body import clean
from dmsi_lib.pages.pages import PageContext, Section, contents, render_page

_FRONT = "index"


def combine_pages(
    front: str, pages: Iterable[str], sections: Sequence[Section], context: PageContext
) -> str:
    """One page that holds all pages of a report.

    Parameters
    ----------
    front : the front page as from `render_index`
    pages : as from `render_section`
    sections : those of the pages
    context : as given to both

    Returns
    -------
    HTML, self-contained as the pages are, under the same policy
    """
    stems = {"index.html": _FRONT} | {s.file: PurePath(s.file).stem for s in sections}
    parts = [_part(front, _FRONT, stems)]
    for page, section in zip(pages, sections, strict=True):
        parts.append(_part(page, stems[section.file], stems, section.title))
    lines = contents(sections, "", ())
    links = [replace(line, href=f"#{stems[unquote(line.href)]}") for line in lines]
    body = Markup("".join(parts))
    return render_page("page.html.j2", context.title, links, context, body=body, has_code=True)


def _part(page: str, stem: str, stems: Mapping[str, str], title: str = "") -> str:
    """The content of one page, ready to stand among the others."""
    main = BeautifulSoup(page, "html.parser").select("main")[0]
    for steps in main.select("nav"):
        steps.decompose()
    for tag in main.select("[id]"):
        tag["id"] = f"{stem}--{tag['id']}"
    for link in main.select("a[href]"):
        link["href"] = _within(str(link["href"]), stem, stems)
    if title:
        for region in main.select("[aria-label]"):  # so that no two regions are called the same
            region["aria-label"] = f"{title}, {region['aria-label']}"
        for heading in main.find_all(re.compile("^h[1-5]$")):
            heading.name = f"h{int(heading.name[1]) + 1}"
    first = main.find(re.compile("^h[1-6]$"))
    if first is not None:
        first["id"] = stem
    return f'<div class="part">{clean(main.decode_contents())}</div>'


def _within(href: str, stem: str, stems: Mapping[str, str]) -> str:
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
