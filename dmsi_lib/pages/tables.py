"""Tables that can be read aloud, by columns and rows, and scrolled with the keyboard.

Source: W3C, Web Accessibility Tutorials, "Tables with irregular headers": scope="colgroup" for a
header above several columns.
"""

import itertools
import re

from dmsi_lib.pages.tree import Element

_MANY = 5  # columns; a table with more is set in smaller type
_LONG = 100  # rows; a table with more would fill sheets of paper that nobody reads
_CELLS = ("th", "td")
_WORD = re.compile(r"[^\W\d_]{3}")
Row = list[tuple[int, Element]]  # its cells, each with the number of its first column


def tidy_table(table: Element, label: str) -> None:
    """Make a table fit for a page, in place; a sentence where it has nothing to show."""
    body = [_placed(row) for row in table.find_all("tr", within="tbody")]
    if table.find("thead") and not body:
        sentence = f"{_title(table)} There is nothing to list here.".strip()
        table.replace_with(Element("p").write(sentence))
        return
    head = [_placed(row) for row in table.find_all("tr", within="thead")]
    _align_words(head, body)
    _head_columns(table, head)
    _head_rows(table, body)
    if max(map(len, body), default=0) > _MANY:
        table.attributes["class"] = "dense"
    title = _title(table)
    name = f"{label}: {title}" if title else label
    region = {"class": "scroll", "role": "region", "tabindex": "0", "aria-label": name}
    region_of_table = table.wrap(Element("div", region))
    if len(body) > _LONG:
        region_of_table.attributes["class"] = "scroll long"
        note = f"{name.rstrip('.')}. Its {len(body)} rows are not printed; they are on the page."
        region_of_table.insert_after(Element("p", {"class": "unprinted"}).write(note))


def _title(table: Element) -> str:
    caption = table.find("caption")
    return " ".join(filter(None, map(str.strip, caption.texts()))) if caption else ""


def _span(cell: Element, name: str = "colspan") -> int:
    """How many columns, or rows, a cell takes."""
    text = cell.attributes.get(name, "1")
    return max(int(text), 1) if re.fullmatch("[0-9]{1,3}", text) else 1


def _placed(row: Element) -> Row:
    cells = row.find_all(*_CELLS)
    return list(zip(itertools.accumulate(map(_span, cells), initial=0), cells, strict=False))


def _says(cell: Element) -> bool:
    return bool(cell.text.strip())


def _align_words(head: list[Row], body: list[Row]) -> None:
    """Mark the columns that hold words, so that only figures are set to the right."""
    words = {place for row in body for place, cell in row if place and _WORD.search(cell.text)}
    for place, cell in itertools.chain(*head, *body):
        if place in words and _span(cell) == 1:
            cell.attributes["class"] = "words"


def _head_columns(table: Element, head: list[Row]) -> None:
    """Headers of columns and of groups of columns; one above empty headers takes their place."""
    for upper, lower in reversed(list(itertools.pairwise(head))):
        below = dict(lower)
        for place, cell in upper:
            beneath = below.get(place)
            if _span(cell) == 1 and beneath is not None and not _says(beneath):
                cell.attributes["rowspan"] = f"{1 + _span(beneath, 'rowspan')}"
                beneath.remove()
    for cell in table.find_all("th", within="thead"):
        cell.attributes["scope"] = "colgroup" if _span(cell) > 1 else "col"


def _head_rows(table: Element, body: list[Row]) -> None:
    """The first cell of a row as its header; a header that says nothing is none."""
    for _, first in (row[0] for row in body if row):
        if _says(first):
            first.name = "th"
            first.attributes["scope"] = "row"
    for cell in table.find_all("th"):
        if not _says(cell):
            cell.name = "td"
            cell.attributes.pop("scope", None)
