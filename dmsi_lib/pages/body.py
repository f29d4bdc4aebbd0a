"""The body of a page: tables that can be read aloud, headings with anchors, nothing that can run.

What notebooks show comes from answers, labels and file names, so it passes an allowlist last of
all: whatever is not named here is taken out.
"""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

import nh3
from lxml.etree import fromstring, tostring
from lxml.html import HtmlElement, XHTMLParser, builder

from dmsi_lib.pages.tables import put_behind, tidy_table

FINDING_ANCHOR = "finding"  # where a page says what its section found
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_SHELL = {"area", "map", "article", "aside", "footer", "header", "hgroup", "nav"}  # not in bodies
_TAGS = (nh3.ALLOWED_TAGS | {"figure", "figcaption", "details", "summary"}) - _SHELL
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "ol": {"start"},
    "div": {"aria-label", "id"},
    **{heading: {"id"} for heading in _HEADINGS},
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
_VOID = {
    *("area", "br", "col", "embed", "hr", "img", "input"),
    *("link", "meta", "source", "track", "wbr"),
}
_ITEMS = {"dd", "dt", "li", "optgroup", "option", "p", "rp", "rt"}
_PARTS = {"colgroup", "tbody", "td", "tfoot", "th", "thead", "tr"}
_SHALLOW = _VOID | _ITEMS | _PARTS
_ANY_VOID = "|".join(sorted(_VOID))
_UNCLOSED = re.compile(rf"<((?:{_ANY_VOID})\b[^>]*)>")  # in HTML
_SELF_CLOSED = re.compile(rf"<(?!(?:{_ANY_VOID})\b)(\w+)([^<>]*)/>")  # in XML, but no tag of HTML
# What XML and thus lxml never holds (XML 1.0, 2.2 "Characters").
_NO_LETTER = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


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
    tree = parse(_flattened(clean(_flattened(source)), _VOID))
    _name_headings(tree)
    _open_with_finding(tree, group)
    for number, table in enumerate(list(tree.iter("table")), 1):
        tidy_table(table, f"Table {number}")
    for image in list(tree.iter("img")):
        _tidy_image(image)
    headings = [(h.get("id"), " ".join(h.text_content().split())) for h in tree.iter("h2")]
    links = [Link(f"#{anchor}", text) for anchor, text in headings]
    return Body(clean(written(tree)), tuple(links))


def parse(cleaned: str) -> HtmlElement:
    """The tree of cleaned HTML, in an element that the next cleaning takes away.

    Read as XML, which cleaned HTML is but for empty elements and one entity: lxml's parser of HTML
    follows HTML 4, and ends a heading where a paragraph begins, or a link where a table does.
    """
    xml = _UNCLOSED.sub(r"<\1/>", _NO_LETTER.sub("", cleaned)).replace("&nbsp;", "&#160;")
    parser = XHTMLParser(huge_tree=True)  # pictures may be of any size
    return fromstring(f"<main>{xml}</main>", parser)


def written(tree: HtmlElement) -> str:
    """The tree as HTML again."""
    return _SELF_CLOSED.sub(r"<\1\2></\1>", tostring(tree, encoding="unicode"))


def _flattened(source: str, shallow: Collection[str] = _SHALLOW) -> str:
    """HTML without the tags of elements that lie too deep; what stands in them stays.

    `shallow` names elements that do not count: those that need not be closed, where any may not be.
    """
    depth = 0

    def kept(match: re.Match[str]) -> str:
        nonlocal depth
        closes, name = match.groups()
        if name.lower() in shallow:
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


def _name_headings(tree: HtmlElement) -> None:
    """Anchors made of the words of the headings alone, each once."""
    times = Counter(_RESERVED)
    for heading in tree.iter(*_HEADINGS):
        words = "-".join(re.findall(r"\w+", heading.text_content().lower())) or "part"
        name = words
        while times[name]:
            times[words] += 1
            name = f"{words}-{times[words]}"
        times[name] = 1
        heading.set("id", name)


def _tidy_image(image: HtmlElement) -> None:
    """An image with its words, or these alone where it would be an empty frame."""
    address, words = "".join(image.get("src", "").split()), image.get("alt", "")
    if _IMAGE.fullmatch(address):
        image.set("src", address)
        image.set("alt", words)
    else:
        image.text = words
        image.drop_tag()


def _open_with_finding(tree: HtmlElement, group: str) -> None:
    """Below the title stand whose answers these are and what the section found, then the rest."""
    for division in tree.iter("div"):
        division.attrib.pop("id", None)
    found = next(iter(tree.find_class("finding")), None)
    if found is not None:
        found.set("id", FINDING_ANCHOR)
    title = tree.find(".//h1")
    if title is None:
        return
    if found is not None and found not in title.iterancestors():
        found.drop_tree()
        put_behind(title, found)
    if group:
        put_behind(title, builder.P(_NO_LETTER.sub("", group), builder.CLASS("group")))
