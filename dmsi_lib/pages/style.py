"""The one style of all pages, and the policy that allows this style and nothing else."""

import base64
import functools
import hashlib
from pathlib import Path

_STYLE = Path(__file__).resolve().parent / "templates" / "style.css"
_RUNNING = "font: 8pt system-ui, sans-serif; color: #632600"


@functools.cache
def page_style(*marks: str) -> str:
    """The style sheet; in print the marks (synthetic data, for whom the page is) stand on top of
    every sheet of paper."""
    text = ". ".join(mark.rstrip(".") for mark in marks if mark)
    running = f"@page {{ @top-left {{ content: {css_string(text)}; {_RUNNING} }} }}\n"
    return _STYLE.read_text(encoding="utf-8") + (running if text else "")


def css_string(text: str) -> str:
    """A text as a CSS string in which nothing but letters, digits and blanks stands for itself.

    Whatever else is in it is written as a hexadecimal escape (CSS Syntax Level 3, 4.3.7), so that
    it can end neither the string nor the style element.
    """
    plain = (c if c == " " or (c.isascii() and c.isalnum()) else f"\\{ord(c):x} " for c in text)
    return f'"{"".join(plain)}"'


@functools.cache
def policy_for(style: str) -> str:
    """A content security policy: images within the page, this one style, and nothing else.

    The style is allowed by its hash (Content Security Policy Level 3, 2.3.1), so that no other
    style sheet and no style attribute counts.
    """
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode()
    return (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )
