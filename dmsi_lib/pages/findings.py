"""What the sections found, for the front page: each in one sentence, with a small bar."""

import base64
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from bs4 import BeautifulSoup
from nbformat import NotebookNode

from dmsi_lib.pages.body import FINDING_ANCHOR
from dmsi_lib.pages.cells import is_for_the_front

_WIDTH, _HEIGHT = 160, 10  # of the bar
_BAR = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
    '<rect width="{width}" height="{height}" rx="2" fill="#8593a1" fill-opacity=".35"/>'
    '<rect width="{filled:.1f}" height="{height}" rx="2" fill="#2f78bd"/></svg>'
)


@dataclass(frozen=True)
class Finding:
    """A sentence, where on the pages it stands, and the share that it speaks of, 0 to 1."""

    text: str
    href: str
    place: str  # the section's title
    share: float | None = None

    @property
    def bar(self) -> str:
        """The address of a picture of the share, which holds the picture itself; "" without one."""
        if self.share is None:
            return ""
        drawing = _BAR.format(width=_WIDTH, height=_HEIGHT, filled=_WIDTH * self.share)
        return f"data:image/svg+xml;base64,{base64.b64encode(drawing.encode()).decode()}"


def find_finding(notebook: NotebookNode, file: str, title: str) -> Finding | None:
    """The first sentence of an executed notebook's first cell that tells what was found.

    Parameters
    ----------
    notebook : executed
    file, title : those of its page

    Returns
    -------
    None where no cell tells anything: `Sentences` that only say why there is nothing to tell have
    `unavailable` in their metadata.
    """
    for output in (o for cell in notebook.cells if is_for_the_front(cell) for o in cell.outputs):
        source = output.get("data", {}).get("text/html", "")
        about = output.get("metadata", {}).get("text/html")
        about = about if isinstance(about, dict) else {}
        first = BeautifulSoup(source, "html.parser").find("p")
        text = " ".join(first.get_text().split()) if first else ""
        if text and not about.get("unavailable"):
            href = f"{quote(file)}#{FINDING_ANCHOR}"
            return Finding(text, href, title, _share(about.get("share")))
    return None


def _share(value: Any) -> float | None:
    """A share as metadata give it, which may be anything."""
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else None
