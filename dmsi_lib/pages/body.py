"""The body of a page: tables that can be read aloud, headings with anchors, nothing that can run.

What notebooks show comes from answers, labels and file names, so it passes an allowlist last of
all: whatever is not named here is taken out.
"""

import re
from collections import Counter
from dataclasses import dataclass

import nh3
from bs4 import BeautifulSoup, Tag

_SHELL = {"area", "map", "article", "aside", "footer", "header", "hgroup", "nav"}  # not in bodies
_TAGS = (nh3.ALLOWED_TAGS | {"figure", "figcaption", "details", "summary"}) - _SHELL
_ATTRIBUTES = {
    "a": {"href", "title"},
    "div": {"aria-label"},
    "img": {"src", "alt", "width", "height"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "ol": {"start"},
    **{heading: {"id"} for heading in ("h1", "h2", "h3", "h4", "h5", "h6")},
}
_VALUES = {"div": {"role": {"region"}, "tabindex": {"0"}}}
_CLASSES = {
    "div": {"scroll", "summary"},
    "ol": {"overview"},
    "p": {"files"},
    "th": {"words"},
    "td": {"words"},
}
_SCHEMES = {"http", "https", "mailto", "data"}
_IMAGE = re.compile(r"data:image/(png|jpeg|svg\+xml);base64,[A-Za-z0-9+/=\s]+")
_RESERVED = {"content"}  # ids of the shell around the body
_DEEPEST = 100  # elements one inside another; parsers take the square of the depth in time
_ELEMENT = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*)[^<>]*>")
# Elements that never hold anything, and those that HTML closes by itself: neither nests on its own.
_EMPTY = {"area", "br", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_ITEMS = {"dd", "dt", "li", "optgroup", "option", "p", "rp", "rt"}
_PARTS = {"col", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr"}
_SHALLOW = _EMPTY | _ITEMS | _PARTS


@dataclass(frozen=True)
class Link:
    """A line of the contents, with the lines below it."""

    href: str
    text: str
    current: bool = False
    inner: tuple["Link", ...] = ()


@dataclass(frozen=True)
class Body:
    """Cleaned HTML, and links to its headings of the second level."""

    html: str
    headings: tuple[Link, ...]


def tidy_body(source: str) -> Body:
    """Make HTML, as the cells' template gives it, fit for a page."""
    # Cleaned first, too: html.parser refuses some HTML and loses itself in some that never ends.
    # What nests in what is certain only then, but cleaning takes long where too much does.
    soup = BeautifulSoup(_flattened(clean(_flattened(source))), "html.parser")
    _name_headings(soup)
    for number, table in enumerate(soup.find_all("table"), 1):
        _head_rows(table)
        _align_words(table)
        _make_reachable(table, f"Table {number}", soup)
    for image in soup.find_all("img"):
        image["alt"] = alternative = str(image.get("alt", ""))
        if not _IMAGE.fullmatch(str(image.get("src", ""))):  # would be an empty frame
            image.replace_with(alternative)
    headings = [Link(f"#{h['id']}", " ".join(h.get_text().split())) for h in soup.find_all("h2")]
    return Body(clean(str(soup)), tuple(headings))


def _flattened(source: str) -> str:
    """HTML without the tags of elements that lie too deep; what stands in them stays."""
    depth = 0

    def kept(match: re.Match[str]) -> str:
        nonlocal depth
        closes, name = match.groups()
        if name.lower() in _SHALLOW:
            return match[0]
        if closes:
            depth = max(depth - 1, 0)
            return match[0] if depth < _DEEPEST else ""
        depth += 1
        return match[0] if depth <= _DEEPEST else ""

    return _ELEMENT.sub(kept, source)


def clean(source: str) -> str:
    """HTML without anything that could run, load, or move the reader elsewhere."""
    return nh3.clean(
        source,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        tag_attribute_values=_VALUES,
        allowed_classes=_CLASSES,
        url_schemes=_SCHEMES,
        attribute_filter=_allowed_value,
        link_rel=None,
    )


def _allowed_value(tag: str, attribute: str, value: str) -> str | None:
    """Images hold their own data, in which nothing runs; a link leads to a page, not to data or to
    a computer in the network, to which Windows would log in."""
    if attribute == "src":
        return value if _IMAGE.fullmatch(value) else None
    if attribute == "href":
        # Browsers leave out tabs and line ends wherever they stand in an address.
        start = "".join(c for c in value if c > " ").lower()
        return None if start.startswith(("data:", "//", "\\", "/\\")) else value
    return value


def _name_headings(soup: BeautifulSoup) -> None:
    """Anchors made of the words of the headings alone, each once."""
    times = Counter(_RESERVED)
    for heading in soup.find_all(["h1", "h2", "h3", "h4", "h5", "h6"]):
        words = "-".join(re.findall(r"\w+", heading.get_text().lower())) or "part"
        name = words
        while times[name]:
            times[words] += 1
            name = f"{words}-{times[words]}"
        times[name] = 1
        heading["id"] = name


def _head_rows(table: Tag) -> None:
    """Column headers, and the first cell of a row as its header."""
    for cell in table.select("thead th"):
        cell["scope"] = "col"
    for row in table.select("tbody tr"):
        first = row.find(["td", "th"])
        if first is not None and first.get_text(strip=True):
            first.name = "th"
            first["scope"] = "row"
    for cell in table.find_all("th"):
        if not cell.get_text(strip=True):  # a header that says nothing is none
            cell.name = "td"
            del cell["scope"]


def _align_words(table: Tag) -> None:
    """Mark the columns that hold words, so that only figures are set to the right."""
    rows = [row.find_all(["th", "td"]) for row in table.find_all("tr")]
    for column in zip(*rows, strict=False):
        texts = [cell.get_text() for cell in column[1:]]
        if any(re.search(r"[^\W\d_]{3}", text) for text in texts):
            for cell in column:
                cell["class"] = "words"


def _make_reachable(table: Tag, label: str, soup: BeautifulSoup) -> None:
    """A table that is wider than the screen is scrolled, with the keyboard, too."""
    title = table.caption.get_text(" ", strip=True) if table.caption else ""
    name = f"{label}: {title}" if title else label
    region = {"class": "scroll", "role": "region", "tabindex": "0", "aria-label": name}
    table.wrap(soup.new_tag("div", attrs=region))
