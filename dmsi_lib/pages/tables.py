"""Tables that can be read aloud, by columns and rows, and scrolled with the keyboard.

Source: W3C, Web Accessibility Tutorials, "Tables with irregular headers": scope="colgroup" for a
header above several columns.
"""

import itertools
import re

from lxml.html import HtmlElement, builder

_MANY = 5  # columns; a table with more is set in smaller type
_LONG = 100  # rows; a table with more would fill sheets of paper that nobody reads
_WORD = re.compile(r"[^\W\d_]{3}")
Row = list[tuple[int, HtmlElement]]  # its cells, each with the number of its first column


def tidy_table(table: HtmlElement, label: str) -> None:
    """Make a table fit for a page, in place; a sentence where it has nothing to show."""
    head = [_placed(row) for row in table.findall("thead/tr")]
    body = [_placed(row) for row in table.findall("tbody/tr")]
    title = _title(table)
    if table.find("thead") is not None and not body:
        put_behind(table, builder.P(f"{title} There is nothing to list here.".strip()))
        table.drop_tree()
        return
    _align_words(head, body)
    _head_columns(head)
    _head_rows(table, body)
    if max(map(len, body), default=0) > _MANY:
        table.set("class", "dense")
    name = f"{label}: {title}" if title else label
    region = {"class": "scroll", "role": "region", "tabindex": "0", "aria-label": name}
    region_of_table = builder.DIV(region)
    put_behind(table, region_of_table)
    region_of_table.append(table)
    if len(body) > _LONG:
        region_of_table.set("class", "scroll long")
        note = f"{name.rstrip('.')}. Its {len(body)} rows are not printed; they are on the page."
        put_behind(region_of_table, builder.P(note, builder.CLASS("unprinted")))


def put_behind(element: HtmlElement, other: HtmlElement) -> None:
    """Put another element right behind one, before the text that follows that, its tail."""
    element.tail, other.tail = None, element.tail
    element.addnext(other)


def _title(table: HtmlElement) -> str:
    caption = table.find("caption")
    return "" if caption is None else " ".join(filter(None, map(str.strip, caption.itertext())))


def _span(cell: HtmlElement, name: str = "colspan") -> int:
    """How many columns, or rows, a cell takes."""
    text = cell.get(name, "1")
    return max(int(text), 1) if re.fullmatch("[0-9]{1,3}", text) else 1


def _placed(row: HtmlElement) -> Row:
    cells = list(row.iterchildren("th", "td"))
    return list(zip(itertools.accumulate(map(_span, cells), initial=0), cells, strict=False))


def _says(cell: HtmlElement) -> bool:
    return bool(cell.text_content().strip())


def _align_words(head: list[Row], body: list[Row]) -> None:
    """Mark the columns that hold words, so that only figures are set to the right."""
    words = {
        place for row in body for place, cell in row if place and _WORD.search(cell.text_content())
    }
    for place, cell in itertools.chain(*head, *body):
        if place in words and _span(cell) == 1:
            cell.set("class", "words")


def _head_columns(head: list[Row]) -> None:
    """Headers of columns and of groups of columns; one above empty headers takes their place."""
    for upper, lower in reversed(list(itertools.pairwise(head))):
        below = dict(lower)
        for place, cell in upper:
            beneath = below.get(place)
            if _span(cell) == 1 and beneath is not None and not _says(beneath):
                cell.set("rowspan", f"{1 + _span(beneath, 'rowspan')}")
                beneath.drop_tree()
    for _, cell in itertools.chain(*head):
        if cell.tag == "th":
            cell.set("scope", "colgroup" if _span(cell) > 1 else "col")


def _head_rows(table: HtmlElement, body: list[Row]) -> None:
    """The first cell of a row as its header; a header that says nothing is none."""
    for _, first in (row[0] for row in body if row):
        if _says(first):
            first.tag = "th"
            first.set("scope", "row")
    for cell in list(table.iter("th")):
        if not _says(cell):
            cell.tag = "td"
            cell.attrib.pop("scope", None)
