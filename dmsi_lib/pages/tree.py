"""HTML as a tree that can be read and changed: what `body.clean` gives, and nothing else.

Cleaned HTML is regular (WHATWG, HTML, 13.3 "Serializing HTML fragments"): every tag is closed or
void, every value stands in double quotes, and a "<" begins a tag. So one expression finds the tags,
which is quicker than a parser that has to forgive.
"""

import re
from collections.abc import Collection, Iterator
from html import escape, unescape
from typing import Union

_TAG = re.compile(r'<(/?)([a-zA-Z][^\s/<>]*)((?: [^\s="<>]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([^\s="<>]+)="([^"]*)"')
_VOID = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
_BLANKS = " \t\n\f\r"
Child = Union["Element", str]  # a text as it stands in HTML, "&" as "&amp;"


class Element:
    """An element: its name, its attributes in plain text, and what stands in it."""

    __slots__ = ("attributes", "children", "name", "parent")

    def __init__(
        self, name: str, attributes: dict[str, str] | None = None, parent: "Element | None" = None
    ):
        self.name, self.parent = name, parent
        self.attributes = {} if attributes is None else attributes
        self.children: list[Child] = []

    # ---- what is in it

    def elements(self) -> Iterator["Element"]:
        """All elements in it, at whatever depth, in their order."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.elements()

    def find_all(self, *names: str, within: str = "") -> list["Element"]:
        """The elements of these names; `within` names one that must stand around them."""
        found = [element for element in self.elements() if element.name in names]
        return [one for one in found if one.is_within(within)] if within else found

    def find(self, *names: str) -> "Element | None":
        return next((element for element in self.elements() if element.name in names), None)

    def is_within(self, name: str) -> bool:
        around = self.parent
        while around is not None and around.name != name:
            around = around.parent
        return around is not None

    def texts(self) -> Iterator[str]:
        """The plain texts in it, in their order."""
        for child in self.children:
            if isinstance(child, Element):
                yield from child.texts()
            else:
                yield unescape(child)

    @property
    def text(self) -> str:
        return "".join(self.texts())

    @property
    def classes(self) -> Collection[str]:
        return self.attributes.get("class", "").split()

    # ---- changes

    def write(self, text: str) -> "Element":
        """Put a plain text into it, behind what is there; gives itself."""
        self.children.append(escape(text, quote=False))
        return self

    def replace_with(self, other: Child) -> None:
        """Put another element, or a plain text, in its place."""
        siblings = self._siblings()
        place = siblings.index(self)
        siblings[place] = self._adopted(other)
        self.parent = None

    def insert_after(self, other: Child) -> None:
        siblings = self._siblings()
        siblings.insert(siblings.index(self) + 1, self._adopted(other))

    def wrap(self, around: "Element") -> "Element":
        """Put an element around it; gives that."""
        self.replace_with(around)
        self.parent = around
        around.children.append(self)
        return around

    def remove(self) -> "Element":
        """Take it out of the tree; gives itself."""
        self._siblings().remove(self)
        self.parent = None
        return self

    def _siblings(self) -> list[Child]:
        assert self.parent is not None, "the root has no siblings"
        return self.parent.children

    def _adopted(self, other: Child) -> Child:
        if isinstance(other, str):
            return escape(other, quote=False)
        other.parent = self.parent
        return other

    def __str__(self) -> str:
        return "".join(_written(self))


def parse(html: str) -> Element:
    """The tree of cleaned HTML; its root has no name. Blanks between elements become one."""
    root = here = Element("")
    kept: Element | None = None  # the outermost in which blanks count
    end = 0
    for match in _TAG.finditer(html):
        if match.start() > end:
            text = html[end : match.start()]
            here.children.append(text if kept or text.strip(_BLANKS) else _blank(text))
        end = match.end()
        closes, name, attributes = match.groups()
        if closes:
            kept = None if here is kept else kept
            here = here.parent or root
            continue
        pairs = _ATTRIBUTE.findall(attributes) if attributes else ()
        element = Element(name, {key: unescape(value) for key, value in pairs}, here)
        here.children.append(element)
        if name not in _VOID:
            here = element
            kept = element if kept is None and name == "pre" else kept
    if end < len(html):
        root.children.append(html[end:])
    return root


def _blank(text: str) -> str:
    return "\n" if "\n" in text else " "


def _written(element: Element) -> Iterator[str]:
    if element.name:
        values = (f' {key}="{escape(value)}"' for key, value in sorted(element.attributes.items()))
        yield f"<{element.name}{''.join(values)}>"
    for child in element.children:
        if isinstance(child, Element):
            yield from _written(child)
        else:
            yield child
    if element.name and element.name not in _VOID:
        yield f"</{element.name}>"
