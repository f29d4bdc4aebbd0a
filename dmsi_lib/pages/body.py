"""The body of a page: tables that can be read aloud, headings with anchors, nothing that can run.

What notebooks show comes from answers, labels and file names, so it passes an allowlist last of
all: whatever is not named here is taken out.
"""

import re
from collections import Counter
from dataclasses import dataclass

import nh3

from dmsi_lib.pages.tables import tidy_table
from dmsi_lib.pages.tree import Element, parse

FINDING_ANCHOR = "finding"  # where a page says what its section found
_SHELL = {"area", "map", "article", "aside", "footer", "header", "hgroup", "nav"}  # not in bodies
_TAGS = (nh3.ALLOWED_TAGS | {"figure", "figcaption", "details", "summary"}) - _SHELL
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "ol": {"start"},
    "div": {"aria-label", "id"},
    **{heading: {"id"} for heading in ("h1", "h2", "h3", "h4", "h5", "h6")},
}
_VALUES = {"div": {"role": {"region"}, "tabindex": {"0"}}}
_CLASSES = {
    "details": {"fold"},
    "div": {"scroll", "long", "finding"},
    "img": {"bar"},
    "ol": {"overview"},
    "p": {"files", "group", "place", "sampling", "unprinted"},
    "pre": {"code"},
    "table": {"dense"},
    "th": {"words"},
    "td": {"words"},
    "ul": {"findings"},
}
_SCHEMES = {"http", "https", "mailto", "data"}
_IMAGE = re.compile(r"data:image/(png|jpeg|svg\+xml);base64,[A-Za-z0-9+/=\s]+")
_RESERVED = {"content", "show-code", FINDING_ANCHOR}  # not for headings
_DEEPEST = 100  # elements one inside another; parsers take the square of the depth in time
_ELEMENT = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*)[^<>]*>")
# Elements that never hold anything, and those that HTML closes by itself: neither nests on its own.
_EMPTY = {"area", "br", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_ITEMS = {"dd", "dt", "li", "optgroup", "option", "p", "rp", "rt"}
_PARTS = {"col", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr"}
_SHALLOW = _EMPTY | _ITEMS | _PARTS


@dataclass(frozen=True)
class Link:
    """A line of the contents, with the lines below it; `heading` stands above the line."""

    href: str
    text: str
    current: bool = False
    inner: tuple["Link", ...] = ()
    heading: str = ""


@dataclass(frozen=True)
class Body:
    """Cleaned HTML, and links to its headings of the second level."""

    html: str
    headings: tuple[Link, ...]


def tidy_body(source: str, group: str = "") -> Body:
    """Make HTML, as the cells' template gives it, fit for a page.

    `group` says in words whose answers these are, for the place below the title.
    """
    # Cleaned first, too: what nests in what is certain only then, but cleaning takes long where too
    # much does.
    tree = parse(_flattened(clean(_flattened(source))))
    _name_headings(tree)
    _open_with_finding(tree, group)
    for number, table in enumerate(tree.find_all("table"), 1):
        tidy_table(table, f"Table {number}")
    for image in tree.find_all("img"):
        alternative = image.attributes.setdefault("alt", "")
        if not _IMAGE.fullmatch(image.attributes.get("src", "")):  # would be an empty frame
            image.replace_with(alternative)
    headings = tree.find_all("h2")
    links = [Link(f"#{h.attributes['id']}", " ".join(h.text.split())) for h in headings]
    return Body(clean(str(tree)), tuple(links))


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


def _name_headings(tree: Element) -> None:
    """Anchors made of the words of the headings alone, each once."""
    times = Counter(_RESERVED)
    for heading in tree.find_all("h1", "h2", "h3", "h4", "h5", "h6"):
        words = "-".join(re.findall(r"\w+", heading.text.lower())) or "part"
        name = words
        while times[name]:
            times[words] += 1
            name = f"{words}-{times[words]}"
        times[name] = 1
        heading.attributes["id"] = name


def _open_with_finding(tree: Element, group: str) -> None:
    """Below the title stand whose answers these are and what the section found, then the rest."""
    divisions = tree.find_all("div")
    for division in divisions:
        division.attributes.pop("id", None)
    found = next((each for each in divisions if "finding" in each.classes), None)
    if found is not None:
        found.attributes["id"] = FINDING_ANCHOR
    title = tree.find("h1")
    if title is None:
        return
    if found is not None:
        title.insert_after(found.remove())
    if group:
        title.insert_after(Element("p", {"class": "group"}).write(group))
