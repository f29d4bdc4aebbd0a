"""Tables that can be read aloud, by columns and rows, and scrolled with the keyboard.

Source: W3C, Web Accessibility Tutorials, "Tables with irregular headers": scope="colgroup" for a
header above several columns.
"""

import itertools
import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag

_MANY = 5  # columns; a table with more is set in smaller type
_LONG = 100  # rows; a table with more would fill sheets of paper that nobody reads


def tidy_table(table: Tag, label: str, soup: BeautifulSoup) -> None:
    """Make a table fit for a page, in place; a sentence where it has nothing to show."""
    rows = table.select("tbody tr")
    if table.thead and not rows:
        sentence = soup.new_tag("p")
        sentence.string = f"{_title(table)} There is nothing to list here.".strip()
        table.replace_with(sentence)
        return
    _align_words(table)
    _head_columns(table)
    _head_rows(table)
    if max((len(row.find_all(["th", "td"])) for row in rows), default=0) > _MANY:
        table["class"] = "dense"
    title = _title(table)
    name = f"{label}: {title}" if title else label
    region = {"class": "scroll", "role": "region", "tabindex": "0", "aria-label": name}
    region_of_table = table.wrap(soup.new_tag("div", attrs=region))
    if len(rows) > _LONG:
        region_of_table["class"] = "scroll long"
        note = soup.new_tag("p", attrs={"class": "unprinted"})
        note.string = (
            f"{name.rstrip('.')}. Its {len(rows)} rows are not printed; they are on the page."
        )
        region_of_table.insert_after(note)


def _title(table: Tag) -> str:
    return table.caption.get_text(" ", strip=True) if table.caption else ""


def _span(cell: Tag, name: str = "colspan") -> int:
    """How many columns, or rows, a cell takes."""
    text = str(cell.get(name, ""))
    return max(int(text), 1) if re.fullmatch("[0-9]{1,3}", text) else 1


def _placed(row: Tag) -> Iterator[tuple[int, Tag]]:
    """The cells of a row with the number of their first column."""
    place = 0
    for cell in row.find_all(["th", "td"]):
        yield place, cell
        place += _span(cell)


def _align_words(table: Tag) -> None:
    """Mark the columns that hold words, so that only figures are set to the right."""
    rows = [dict(_placed(row)) for row in table.select("tbody tr")]
    words = {
        place
        for row in rows
        for place, cell in row.items()
        if place and re.search(r"[^\W\d_]{3}", cell.get_text())
    }
    for row in [*(dict(_placed(row)) for row in table.select("thead tr")), *rows]:
        for place, cell in row.items():
            if place in words and _span(cell) == 1:
                cell["class"] = "words"


def _head_columns(table: Tag) -> None:
    """Headers of columns and of groups of columns; one above empty headers takes their place."""
    lines = table.select("thead tr")
    for upper, lower in reversed(list(itertools.pairwise(lines))):
        below = dict(_placed(lower))
        for place, cell in list(_placed(upper)):
            beneath = below.get(place)
            if _span(cell) == 1 and beneath is not None and not beneath.get_text(strip=True):
                cell["rowspan"] = f"{1 + _span(beneath, 'rowspan')}"
                beneath.decompose()
    for cell in table.select("thead th"):
        cell["scope"] = "colgroup" if _span(cell) > 1 else "col"


def _head_rows(table: Tag) -> None:
    """The first cell of a row as its header; a header that says nothing is none."""
    for row in table.select("tbody tr"):
        first = row.find(["td", "th"])
        if first is not None and first.get_text(strip=True):
            first.name = "th"
            first["scope"] = "row"
    for cell in table.find_all("th"):
        if not cell.get_text(strip=True):
            cell.name = "td"
            del cell["scope"]
